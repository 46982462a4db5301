#!/usr/bin/env python3
"""The scorer of undone.h against the developers' restore_eval.py: every figure that it prints must be the same.

usage: test_undone.py UNDONE_MAIN UNSPIN [unittest arguments]

Restored texts come from unspin and from a machine that damages texts at random. Needs the developers' shared folder, which
is not part of the project, and is skipped without it.
"""
import importlib.util
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / 'shared'
SCORER = SHARED / 'tools' / 'restore_eval.py'
SAMPLE = 2  # articles of each simulator: the developers' scorer takes a second for each

UNDONE_MAIN = UNSPIN = None


def load_scorer():
    spec = importlib.util.spec_from_file_location('restore_eval', SCORER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_jsonl(path):
    return [json.loads(line) for line in path.read_text(encoding='utf-8').splitlines() if line.strip()]


def restore(text, *options):
    done = subprocess.run([UNSPIN, 'clean', '--assume-spun', *options, '-'], input=text.encode(), stdout=subprocess.PIPE, check=True)
    return done.stdout.decode()


def damage(spun, original, chance, share):
    """One of the two, with SHARE of the words dropped, doubled, moved or changed into others."""
    words = (original if chance.random() < 0.5 else spun).split(' ')
    other = (spun + ' ' + original).split(' ')
    out = []
    for word in words:
        what = chance.random() / share
        if what < 0.25:
            continue
        if what < 0.7:
            word = chance.choice(other)
        elif what < 0.85:
            out.append(word)
        elif what < 1 and out:
            out.insert(len(out) - 1, word)
            continue
        out.append(word)
    return ' '.join(out)


@unittest.skipUnless(SCORER.exists(), f'no shared folder at {SHARED}: nothing compared')
class SameFigures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scorer = load_scorer()

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='unspin-test-')
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)

    def figures(self, gold, restored):
        done = subprocess.run([UNDONE_MAIN, gold, restored], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()

    def readable(self, template, text):
        """The developers' scorer stumbles over a slot whose words go with the spun phrase and no accepted one."""
        try:
            self.scorer.Tally().add(template, text, False)
        except ValueError:
            return False
        return True

    def damaged(self, template, spun, original, chance):
        share = 0.3
        while not self.readable(template, text := damage(spun, original, chance, share)):
            share *= 0.7
        return text

    def damaged_pairs(self, rows, chance):
        return [self.damaged(self.scorer.template_from_pair(s, o), s, o, chance) for s, o in rows]

    def compare(self, rows, restored):
        """ROWS: (spun, original)."""
        tally = self.scorer.Tally()
        for (spun, original), text in zip(rows, restored):
            tally.add(self.scorer.template_from_pair(spun, original), text, False)
        gold, out = self.dir / 'gold.jsonl', self.dir / 'restored.jsonl'
        gold.write_text(''.join(json.dumps({'spun': s, 'original': o}) + '\n' for s, o in rows), encoding='utf-8')
        out.write_text(''.join(json.dumps({'restored': t}) + '\n' for t in restored), encoding='utf-8')
        ours = self.figures(gold, out)
        self.assertEqual(ours[0], tally.report())
        self.assertTrue(ours[1].startswith(f'before {tally.before}  after {tally.after}  '), ours[1])

    def compare_markup(self, gold, restored):
        tally = self.scorer.Tally()
        for line, text in zip(gold, restored):
            tally.add(self.scorer.template_from_markup(line), text, False)
        paths = self.dir / 'gold.txt', self.dir / 'restored.txt'
        for path, lines in zip(paths, (gold, restored)):
            path.write_text('\n'.join(lines) + '\n', encoding='utf-8')
        self.assertEqual(self.figures(*paths)[0], tally.report())

    def test_real(self):
        rows = [(r['spun'], r['original']) for r in read_jsonl(SHARED / 'dev' / 'real.jsonl')]
        self.assertGreater(len(rows), 500)
        chance = random.Random(1)
        lines = restore('\n\n'.join(s for s, _ in rows)).split('\n\n')
        self.compare(rows, lines)
        self.compare(rows, [s for s, _ in rows])
        self.compare(rows, [o for _, o in rows])
        self.compare(rows, self.damaged_pairs(rows, chance))

    def test_synth(self):
        paths = sorted((SHARED / 'dev' / 'synth').glob('*.jsonl'))
        self.assertGreater(len(paths), 5)
        for i, path in enumerate(paths):
            with self.subTest(path.name):
                chance = random.Random(i)
                rows = [(r['spun'], r['original']) for r in read_jsonl(path)]
                rows = chance.sample(rows, SAMPLE)
                self.compare(rows, [restore(s) for s, _ in rows])
                self.compare(rows[:2], self.damaged_pairs(rows[:2], chance))

    def test_seeds(self):
        gold = (SHARED / 'seeds' / 'spun.gold.txt').read_text(encoding='utf-8').rstrip('\n').split('\n')
        spun = (SHARED / 'seeds' / 'spun.txt').read_text(encoding='utf-8')
        chance = random.Random(2)
        self.compare_markup(gold, restore(spun).rstrip('\n').split('\n'))
        lines = spun.rstrip('\n').split('\n')
        self.compare_markup(gold, lines)
        for _ in range(5):
            self.compare_markup(gold, [self.damaged(self.scorer.template_from_markup(g), s, s, chance)
                                       for g, s in zip(gold, lines)])

    def test_markup_with_several_phrases(self):
        chance = random.Random(3)
        words = ['a', 'b', 'c', 'd', 'A b', '', 'b c', "c's", 'x-y', '1,000.5%', '“', 'É', 'ß', '5G', 'd d d', '.']
        gold, restored = [], []
        for _ in range(400):
            line, out = [], []
            for _ in range(chance.randint(1, 12)):
                if chance.random() < 0.5:
                    word = chance.choice(words)
                    line.append(word)
                    out.append(word)
                else:
                    phrases = chance.choices(words, k=chance.randint(2, 4))
                    line.append('{' + '|'.join(phrases) + '}')
                    out.append(chance.choice(phrases))
                if chance.random() < 0.2:
                    out[-1] = chance.choice(words)
            gold.append(' '.join(line))
            restored.append(' '.join(out))
        both = [(g, r) for g, r in zip(gold, restored) if self.readable(self.scorer.template_from_markup(g), r)]
        self.assertGreater(len(both), 390)
        self.compare_markup(*(list(side) for side in zip(*both)))


if __name__ == '__main__':
    if len(sys.argv) < 3:
        sys.exit('usage: test_undone.py UNDONE_MAIN UNSPIN [unittest arguments]')
    UNDONE_MAIN, UNSPIN = sys.argv.pop(1), sys.argv.pop(1)
    result = unittest.main(exit=False, verbosity=2).result
    if result.testsRun and len(result.skipped) == result.testsRun:
        sys.exit(77)
    sys.exit(not result.wasSuccessful())
