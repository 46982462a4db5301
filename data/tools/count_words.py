#!/usr/bin/env python3
"""Counts words in a folder of clean English and writes dict/word-counts.tsv.

usage: count_words.py CORPUS_DIR -o word-counts.tsv [--top 60000]

CORPUS_DIR holds NAME.txt.zst, one paragraph a line. Sources that are noisy or far from plain prose count for less (WEIGHTS).
Columns: word in lower case, count, and how many of those stood with a capital where the sentence asked for none.
"""
import argparse
import collections
import pathlib
import re
import subprocess

WEIGHTS = {name: weight for weight, names in {
    1.0: "guardian bbc_news reuters_c50 fnc1 abc agnews_test horne_news fakenewsnet_real kpcrowd_news gum masc "
         "wsj_treebank ud_pud wikitext2 openstax_by openstax_nc wh_statements ungd_1990on us_presidents un_aligned "
         "nyt_editorial_snippets",
    0.5: "fed_speeches digitalgov 18f lctt_tech reuters21578 brown plos craft_biomed abstracts",
}.items() for name in names.split()}
OTHER_WEIGHT = 0.3
WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|[.!?:\"]")


def count(path, every, inner):
    lines = subprocess.run(["zstd", "-dcq", str(path)], stdout=subprocess.PIPE, check=True).stdout.decode("utf-8", "replace")
    for line in lines.split("\n"):
        line = line.replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"')
        words = WORD.findall(line)
        every.update(words)
        inner.update(w for before, w in zip(words, words[1:]) if w[0].isupper() and before[0].isalpha())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("-o", "--output", required=True, type=pathlib.Path)
    parser.add_argument("--top", type=int, default=60000)
    arguments = parser.parse_args()
    total, capital = collections.Counter(), collections.Counter()
    for path in sorted(arguments.corpus.glob("*.txt.zst")):
        every, inner = collections.Counter(), collections.Counter()
        count(path, every, inner)
        weight = WEIGHTS.get(path.name.split(".")[0], OTHER_WEIGHT)
        for source, sink in ((every, total), (inner, capital)):
            for word, n in source.items():
                folded = word.lower()
                if folded[0].isalpha():
                    folded = folded[:-2] if folded.endswith("'s") else folded
                    sink[folded] += n * weight
    everything = sum(total.values())
    best = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:arguments.top]
    with arguments.output.open("w", encoding="utf-8") as out:
        out.write("# word\tcount\tof those with a capital inside a sentence (weighted; see README.md)\n")
        out.write(f"# total\t{round(everything)}\n")
        for word, n in best:
            out.write(f"{word}\t{round(n)}\t{round(capital[word])}\n")


if __name__ == "__main__":
    main()
