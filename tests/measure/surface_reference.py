"""The measures of src/measure/surface.h once more: slow, plain, and written from their definitions.

  BLEU   Papineni et al. 2002 over the corpus; tokens of mteval-v13a; exponential smoothing (NIST)
  chrF   Popovic 2015 and 2017: F of the mean precision and the mean recall over the orders, recall weighing twice
  TER    Snover et al. 2006 with the greedy search of tercom, limited as in sacreBLEU 2: a band of 25 words around the
         diagonal, blocks of at most 10 words that move at most 50, at most 1000 tries in a segment

Nothing is shared between two tries, nothing is kept, nothing is clever: the program must come to the same figures.
"""
import collections
import math
import re
import string


# ---- BLEU ----

def tokens_13a(segment):
    text = segment.rstrip()
    for old, new in (('<skipped>', ''), ('-\n', ''), ('\n', ' '), ('&quot;', '"'), ('&amp;', '&'), ('&lt;', '<'),
                     ('&gt;', '>')):
        text = new.join(text.split(old))
    marks = ''.join(c for c in map(chr, range(32, 127)) if not c.isalnum() and c not in "',-.")
    text = ''.join(f' {c} ' if c in marks else c for c in f' {text} ')
    text = re.sub(r'(?P<before>[^0-9])(?P<stop>[.,])', r'\g<before> \g<stop> ', text)
    text = re.sub(r'(?P<stop>[.,])(?P<behind>[^0-9])', r' \g<stop> \g<behind>', text)
    text = re.sub(r'(?P<digit>[0-9])-', r'\g<digit> - ', text)
    return text.split()


def ngrams(symbols, order):
    return collections.Counter(tuple(symbols[i:i + order]) for i in range(len(symbols) - order + 1))


def bleu_counts(text, references):
    words, refs = tokens_13a(text), [tokens_13a(r) for r in references]
    matches, totals = [], []
    for order in (1, 2, 3, 4):
        most = collections.Counter()
        for r in refs:
            most |= ngrams(r, order)
        matches.append(sum((ngrams(words, order) & most).values()))
        totals.append(max(0, len(words) - order + 1))
    nearest = min((abs(len(r) - len(words)), len(r)) for r in refs)[1]
    return matches + totals + [len(words), nearest]


def bleu(counts):
    matches, totals, length, reference_length = counts[:4], counts[4:8], counts[8], counts[9]
    if sum(matches) == 0 or 0 in totals:
        return 0.0
    product, misses = 1.0, 0
    for m, t in zip(matches, totals):
        if m == 0:
            misses += 1
        product *= (m if m else 0.5 ** misses) / t
    penalty = 1.0 if length >= reference_length else math.exp(1 - reference_length / length)
    return 100 * penalty * product ** 0.25


# ---- chrF ----

def chrf_words(segment):
    words = []
    for word in segment.split():
        if len(word) > 1 and word[-1] in string.punctuation:
            words += [word[:-1], word[-1]]
        elif len(word) > 1 and word[0] in string.punctuation:
            words += [word[0], word[1:]]
        else:
            words.append(word)
    return words


def chrf_counts(text, references, word_orders):
    def side(segment):
        characters = [c for c in segment if not c.isspace()]
        words = chrf_words(segment)
        return [ngrams(characters, n) for n in range(1, 7)] + [ngrams(words, n) for n in range(1, word_orders + 1)]

    best = None
    for reference in references:
        counts = []
        for ours, theirs in zip(side(text), side(reference)):
            there = sum(theirs.values())
            counts.append((sum(ours.values()) if there else 0, there, sum((ours & theirs).values())))
        if best is None or chrf(counts) > chrf(best):
            best = counts
    return best


def chrf(counts):
    present = [(ours, theirs, both) for ours, theirs, both in counts if ours and theirs]
    if not present:
        return 0.0
    precision = sum(both / ours for ours, _, both in present) / len(present)
    recall = sum(both / theirs for _, theirs, both in present) / len(present)
    return 100 * 5 * precision * recall / (4 * precision + recall) if precision + recall else 0.0


# ---- TER ----

def banded_costs(text, reference):
    """costs[i, j]: the fewest edits from text[:i] to reference[:j] by ways that stay near the diagonal."""
    n, m = len(text), len(reference)
    slope = m / n if n else 1
    reach = 25 if 25 >= slope / 2 else math.ceil(slope / 2 + 25)
    costs = {(0, j): j for j in range(m + 1)}
    for i in range(1, n + 1):
        middle = math.floor(i * slope)
        end = m if i == n else min(m, middle + reach - 1)
        for j in range(max(0, middle - reach), end + 1):
            ways = [costs[i - 1, j] + 1] if (i - 1, j) in costs else []
            if (i, j - 1) in costs:
                ways.append(costs[i, j - 1] + 1)
            if (i - 1, j - 1) in costs:
                ways.append(costs[i - 1, j - 1] + (text[i - 1] != reference[j - 1]))
            costs[i, j] = min(ways)
    return costs


def distance(text, reference):
    return banded_costs(text, reference)[len(text), len(reference)]


def alignment(text, reference):
    """Walks the cheapest way back, preferring pairs, then words of the text alone, then of the reference alone.

    Returns which words of either side are wrong, and for each word of the reference the last word of the text that
    stands at or before it (-1 if none does)."""
    costs = banded_costs(text, reference)
    text_wrong, reference_wrong, at = [True] * len(text), [True] * len(reference), [0] * len(reference)
    i, j = len(text), len(reference)
    while i or j:
        pair = costs.get((i - 1, j - 1))
        if i and j and pair is not None and costs[i, j] == pair + (text[i - 1] != reference[j - 1]):
            i, j = i - 1, j - 1
            text_wrong[i] = reference_wrong[j] = text[i] != reference[j]
            at[j] = i
        elif i and (i - 1, j) in costs and costs[i, j] == costs[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1
            at[j] = i - 1
    return text_wrong, reference_wrong, at


def shifted(text, start, length, target):
    block, rest = text[start:start + length], text[:start] + text[start + length:]
    if target > start + length:
        target -= length  # the words before the target have closed up
    return rest[:target] + block + rest[target:]


def possible_shifts(text, reference):
    text_wrong, reference_wrong, at = alignment(text, reference)
    for start in range(len(text)):
        for there in range(len(reference)):
            if abs(there - start) > 50:
                continue
            for length in range(1, 11):
                if text[start:start + length] != reference[there:there + length]:
                    break
                if start + length > len(text) or there + length > len(reference):
                    break
                is_wrong = any(text_wrong[start:start + length]) and any(reference_wrong[there:there + length])
                if not is_wrong or start <= at[there] < start + length:
                    continue
                targets = [0 if there == 0 else at[there - 1] + 1]
                for word in range(there, there + length):
                    if at[word] + 1 != targets[-1]:
                        targets.append(at[word] + 1)
                yield start, length, targets


def ter_edits(text, reference):
    if not text or not reference:
        return max(len(text), len(reference))
    shifts = tries = 0
    while True:
        before, best = distance(text, reference), None
        for start, length, targets in possible_shifts(text, reference):
            for target in targets:
                moved = shifted(text, start, length, target)
                candidate = (before - distance(moved, reference), length, -start, -target, moved)
                best = candidate if best is None else max(best, candidate)
            tries += len(targets)
            if tries >= 1000:
                break
        if tries >= 1000 or best is None or best[0] <= 0:
            return shifts + before
        shifts, text = shifts + 1, best[-1]


def ter_counts(text, references):
    words = text.rstrip().lower().split()
    refs = [r.rstrip().lower().split() for r in references]
    return min(ter_edits(words, r) for r in refs), sum(map(len, refs)) / len(refs)


def ter(edits, reference_words):
    return 100 * edits / reference_words if reference_words else (100.0 if edits else 0.0)


# ---- all together ----

def sums(rows):
    return [sum(column) for column in zip(*rows)]


def scores(segments):
    """Scores of [(text, [reference, ...]), ...] as one corpus: BLEU, chrF2, chrF++, TER."""
    bleus = sums(bleu_counts(*s) for s in segments)
    chars = [sums(order) for order in zip(*(chrf_counts(*s, 0) for s in segments))]
    words = [sums(order) for order in zip(*(chrf_counts(*s, 2) for s in segments))]
    edits, length = sums(ter_counts(*s) for s in segments)
    return bleu(bleus), chrf(chars), chrf(words), ter(edits, length)
