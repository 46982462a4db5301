"""BLEU, chrF2, chrF++ and TER: published values, corner cases, and 200 generated pairs against surface_reference.py.

Usage: test_surface.py SURFACE_TOOL [unittest arguments]
"""
import math
import random
import subprocess
import sys
import unittest

import surface_reference as slow

TOOL = None

# Two lines and two versions of them; the figures are what sacreBLEU 2.6.0 prints for them.
ORIGINAL = ['The UK plans to reduce the risks, officials said.', 'Ministers gave the green light (again).']
VERSION_A = [ORIGINAL[0].replace('the risks', 'risks'), ORIGINAL[1]]
VERSION_B = [ORIGINAL[0].replace('reduce the risks', 'scale back dangers'),
             ORIGINAL[1].replace('green light', 'fairway gentle')]
PUBLISHED = {
    'A': (VERSION_A, (84.43788493785863, 94.02116424053666, 93.53083932326646, 6.666666666666667),
          ['19/19', '16/17', '13/15', '10/13']),
    'B': (VERSION_B, (45.52900717094679, 62.56768761021587, 62.9940590581282, 33.33333333333333),
          ['15/20', '11/18', '7/16', '3/14']),
}


def fast(segments):
    """What the tool says of each segment and of all: lists of BLEU, chrF2, chrF++, TER, matches/totals, edits, words."""
    given = ''.join('\t'.join([text, *references]) + '\n' for text, references in segments)
    done = subprocess.run([TOOL], input=given.encode('utf-8', 'surrogateescape'), capture_output=True, check=True)
    rows = [line.split('\t') for line in done.stdout.decode().splitlines()]
    return [([float(x) for x in row[:4]], row[4:8], int(row[8]), float(row[9])) for row in rows]


# ---- what the pairs are made of ----

WORDS = ('the of a to and in for on plan risk minister light report green again back scale cut price firms 35 3.5 1,000 '
         'U.K. e.g. co-operate 10-15 don\u2019t caf\u00e9 na\u00efve \u201cquoted\u201d (aside) said, end. what? "well" '
         '\u00c9COLE \u0130stanbul \u039f\u0394\u039f\u03a3 &amp; &lt;b&gt; <skipped> 5-year -7 .5 a.b.c \u4e2d\u6587 '
         '\U0001f600 it\'s \'tis ... -- $4.2bn 50% x/y [1] {z} _u_ ~ ^').split()
BLANKS = [' '] * 12 + ['  ', '\u00a0', '\u2003', ' \u3000']


def sentence(rng, n):
    return [rng.choice(WORDS) for _ in range(n)]


def damage(rng, words, share):
    """Swaps, drops, adds and moves so many of WORDS."""
    words = list(words)
    for _ in range(max(1, round(share * len(words)))):
        at, kind = rng.randrange(len(words) + 1), rng.random()
        if kind < 0.4 and at < len(words):
            words[at] = rng.choice(WORDS)
        elif kind < 0.55:
            del words[at:at + rng.randint(1, 2)]
        elif kind < 0.7:
            words[at:at] = sentence(rng, rng.randint(1, 3))
        elif words:
            start, length = rng.randrange(len(words)), rng.randint(1, 6)
            block = words[start:start + length]
            del words[start:start + length]
            to = rng.randrange(len(words) + 1)
            words[to:to] = block
    return words


def join(rng, words):
    return ''.join(w + rng.choice(BLANKS) for w in words) if rng.random() < 0.5 else ' '.join(words)


def pair(rng, length, share, references=1):
    original = sentence(rng, length)
    others = [join(rng, damage(rng, original, 0.2)) for _ in range(references - 1)]
    return join(rng, damage(rng, original, share)), [join(rng, original), *others]


def generated_pairs():
    """200 pairs, the same ones every time."""
    rng = random.Random(2026)
    pairs = [pair(rng, rng.randint(1, 24), rng.choice([0.1, 0.3, 0.6])) for _ in range(156)]
    pairs += [pair(rng, rng.randint(2, 15), 0.4, references=rng.randint(2, 4)) for _ in range(20)]
    pairs += [pair(rng, rng.randint(40, 80), 0.08) for _ in range(8)]
    # far off the diagonal: long moves, and lengths that do not go together
    pairs += [(' '.join(map(str, [*range(30, 75), *range(30)])), [' '.join(map(str, range(75)))]),
              (' '.join(map(str, [*range(40), 'x', *range(40, 60)])), [' '.join(map(str, [*range(12, 60), *range(12)]))]),
              ('one', [' '.join(map(str, range(90))) + ' one']),
              (' '.join(map(str, range(90))), ['41 40 7']),
              (' '.join('ab'), [' '.join('c' * 70 + 'ba')])]
    # as far as a block may move, and one word farther
    pairs += [(' '.join(map(str, [*range(1, to + 1), 0, *range(to + 1, 80)])), [' '.join(map(str, range(80)))])
              for to in (50, 51)]
    # so many likes that the search ends at its limit
    pairs += [(' '.join('abcab' * 7), [' '.join('bacba' * 7)]), (' '.join('aab' * 9), [' '.join('aba' * 8 + 'bb')])]
    pairs += [('', ['not empty']), ('not empty', ['', 'or not']), ('', ['']), ('same text', ['same text']),
              ('abc', ['abc']), ('.', ['.']), ('\u00a0', ['a b c d e'])]
    return pairs


class Surface(unittest.TestCase):
    def check(self, found, expected, what):
        for name, x, y, tolerance in zip(('BLEU', 'chrF2', 'chrF++', 'TER'), found, expected, (1e-9, 1e-9, 1e-9, 1e-6)):
            self.assertTrue(math.isclose(x, y, rel_tol=0, abs_tol=tolerance), f'{name}: {x!r}, not {y!r}: {what!r}')

    def test_published_values(self):
        for name, (version, scores, counts) in PUBLISHED.items():
            found = fast([(text, [reference]) for text, reference in zip(version, ORIGINAL)])
            self.check(found[-1][0], scores, name)
            self.assertEqual(found[-1][1], counts)

    def test_the_slow_ones_give_published_values(self):
        for name, (version, scores, _) in PUBLISHED.items():
            self.check(slow.scores([(t, [r]) for t, r in zip(version, ORIGINAL)]), scores, name)

    def test_generated_pairs(self):
        pairs = generated_pairs()
        self.assertEqual(len(pairs), 200)
        found = fast(pairs)
        for given, (scores, _, edits, words) in zip(pairs, found):
            self.check(scores, slow.scores([given]), given)
            self.assertEqual((edits, words), slow.ter_counts(*given), given)
        self.check(found[-1][0], slow.scores(pairs), 'all 200')
        # pairs that no shift, no limit and no band would touch would prove little
        plain = sum(edits for _, _, edits, _ in found[:-1])
        unshifted = sum(min(slow.distance(*[s.lower().split() for s in (text, r)]) for r in refs)
                        for text, refs in pairs if text.strip() and all(r.strip() for r in refs))
        self.assertGreater(unshifted, plain + 100)

    def test_same_text(self):
        scores = fast([(t, [t]) for t in ORIGINAL])[-1][0]
        self.check(scores, (100, 100, 100, 0), ORIGINAL)

    def test_nothing_alike(self):
        self.check(fast([('aaa bbb ccc ddd', ['xxx yyy zzz www'])])[-1][0], (0, 0, 0, 100), '')

    def test_letter_case_counts_but_not_for_ter(self):
        bleu, chrf2, plus, ter = fast([('THE GREEN LIGHT AGAIN', ['the green light again'])])[-1][0]
        self.assertEqual((bleu, ter), (0, 0))

    def test_a_block_moved_is_one_edit(self):
        text, reference = 'five six one two three four seven eight', 'one two three four five six seven eight'
        self.assertEqual(fast([(text, [reference])])[-1][2], 1)

    def test_bytes_that_are_no_text(self):
        broken = b'one \xff\xfe two \xc3'.decode('utf-8', 'surrogateescape')
        self.check(fast([(broken, [broken])])[-1][0], slow.scores([(broken, [broken])]), broken)
        self.check(fast([(broken, ['one two'])])[-1][0], slow.scores([(broken, ['one two'])]), broken)

    def test_one_line_of_many_words(self):
        rng = random.Random(1)
        words = [f'w{rng.randrange(5000)}' for _ in range(20000)]
        moved = words[:9000] + words[9010:9030] + words[9000:9010] + words[9030:]
        self.assertEqual(fast([(' '.join(moved), [' '.join(words)])])[-1][2], 1)


if __name__ == '__main__':
    TOOL = sys.argv.pop(1)
    unittest.main(verbosity=2)
