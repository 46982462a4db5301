#!/usr/bin/env python3
"""Slow and plain: interpolated modified Kneser-Ney from the formulas, to check the library against.

usage: reference_kn.py make           writes train.txt and test.txt (sentences from a small grammar, always the same)
       reference_kn.py > reference.tsv   perplexity of test.txt by order: with all words, and without unknown ones;
                                      then log10 of its first sentences
Shares no code and no data structure with src/model: everything is a dictionary of tuples.
"""
import math
import os
import random
import sys
from collections import defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))


def make():
    rng = random.Random(20)
    people = "the mayor|a farmer|her sister|the old baker|two clerks|my neighbour|the council|nobody|a young nurse".split("|")
    verbs = "opened|mended|painted|forgot|sold|carried|counted|praised|lost|wanted".split("|")
    things = "the bridge|a red door|three lamps|the letters|an empty barn|the river boat|some bread|the accounts|a map".split("|")
    places = "near the mill|at noon|in the rain|before the fair|without a word|on market day|for <num> years".split("|")
    links = "and then|but later|while|because".split("|")
    adverbs = "quietly|again|at last|once more".split("|")

    def clause():
        words = [rng.choice(people)]
        if rng.random() < 0.3:
            words.append(rng.choice(adverbs))
        words += [rng.choice(verbs), things[min(int(rng.expovariate(0.4)), len(things) - 1)]]
        if rng.random() < 0.5:
            words.append(rng.choice(places))
        return " ".join(words)

    def sentence(rare):
        s = clause()
        if rng.random() < 0.35:
            s += " , " + rng.choice(links) + " " + clause()
        if rng.random() < rare:
            s += " , said " + rng.choice("anna|boris|clara|dimitri|edith|farid|greta|hassan|ingrid|jonas".split("|"))
        return s + " ."

    with open(os.path.join(HERE, "train.txt"), "w") as f:
        for _ in range(400):
            f.write(sentence(0.1) + "\n")
    with open(os.path.join(HERE, "test.txt"), "w") as f:
        for i in range(60):
            s = sentence(0.2)
            f.write((s.replace("farmer", "wizard") if i % 3 == 0 else s) + "\n")


def read(name):
    with open(os.path.join(HERE, name)) as f:
        return [line.split() for line in f if line.strip()]


class Model:
    def __init__(self, sentences, order):
        self.order = order
        counts = [None] + [defaultdict(int) for _ in range(order)]
        left = [None] + [defaultdict(set) for _ in range(order)]
        for s in sentences:
            words = ["<s>"] + s + ["</s>"]
            for end in range(1, len(words)):
                for n in range(1, order + 1):
                    begin = end - n + 1
                    if begin < 0:
                        break
                    gram = tuple(words[begin:end + 1])
                    counts[n][gram] += 1
                    if begin > 0:
                        left[n][gram].add(words[begin - 1])
        self.adjusted = [None]
        for n in range(1, order + 1):
            self.adjusted.append({g: c if n == order or g[0] == "<s>" else len(left[n][g]) for g, c in counts[n].items()})
        self.discount = [None]
        for n in range(1, order + 1):
            seen = [0] * 5
            for c in self.adjusted[n].values():
                if c <= 4:
                    seen[c] += 1
            d = [0, 0.5, 1.0, 1.5]
            if seen[1] and seen[2] and seen[3]:
                y = seen[1] / (seen[1] + 2 * seen[2])
                e = [0] + [j - (j + 1) * y * seen[j + 1] / seen[j] for j in (1, 2, 3)]
                if all(0 <= e[j] <= j for j in (1, 2, 3)):
                    d = e
            self.discount.append(d)
        self.total = [None]
        self.spare = [None]
        for n in range(1, order + 1):
            total, spare = defaultdict(int), defaultdict(float)
            for g, c in self.adjusted[n].items():
                total[g[:-1]] += c
                spare[g[:-1]] += self.discount[n][min(c, 3)]
            self.total.append(total)
            self.spare.append(spare)
        self.words = {g[0] for g in self.adjusted[1]}

    def prob(self, context, word):
        if not context and len(context) == 0:
            base = 1 / (len(self.words) + 1)  # the words, the sentence end, and the unknown word
            n = 1
        else:
            base = self.prob(context[1:], word)
            n = len(context) + 1
        if context not in self.total[n]:
            return base
        c = self.adjusted[n].get(context + (word,), 0)
        own = c - self.discount[n][min(c, 3)] if c else 0
        return own / self.total[n][context] + self.spare[n][context] / self.total[n][context] * base

    def sentence(self, s):
        words = ["<s>"] + [w if w in self.words else "<unk>" for w in s] + ["</s>"]
        for i in range(1, len(words)):
            context = tuple(words[max(0, i - self.order + 1):i])
            yield words[i], math.log10(self.prob(context, words[i]))


def main():
    if sys.argv[1:] == ["make"]:
        make()
        return
    train, test = read("train.txt"), read("test.txt")
    print("# order, perplexity, perplexity without unknown words, log10 of the first five sentences: by reference_kn.py")
    for order in range(1, 7):
        model = Model(train, order)
        scores = [list(model.sentence(s)) for s in test]
        everything = [p for s in scores for _, p in s]
        known = [p for s in scores for w, p in s if w != "<unk>"]
        line = [order, 10 ** (-sum(everything) / len(everything)), 10 ** (-sum(known) / len(known))]
        line += [sum(p for _, p in s) for s in scores[:5]]
        print("\t".join(str(x) if isinstance(x, int) else "%.8f" % x for x in line))


main()
