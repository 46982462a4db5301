"""The first look, which lets clean documents pass at a small part of the price, and --fast."""
import json
import pathlib
import shutil
import tempfile
import unittest

import harness
from harness import ROOT, SAMPLES, run

SPUN = sorted(SAMPLES.glob('*.spun.txt')) + sorted((ROOT / 'tests/pairs/final').glob('*.txt'))[:12]
PLAIN = sorted(SAMPLES.glob('*.plain.txt'))


def data():
    return pathlib.Path(harness.PROGRAM).resolve().parent / 'data'


class Data(unittest.TestCase):
    """A folder of data in which engine.tsv is another one."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        for file in data().iterdir():
            (self.folder / file.name).symlink_to(file)
        self.lines = (data() / 'engine.tsv').read_text().splitlines()

    def engine(self, lines):
        (self.folder / 'engine.tsv').unlink(missing_ok=True)
        (self.folder / 'engine.tsv').write_text('\n'.join(lines) + '\n')


def documents(*args):
    done = run('clean', '--json', *map(str, args))
    assert done.status == 0, done
    return [json.loads(line) for line in done.out.splitlines()]


class Glance(Data):
    def test_finds_what_a_full_look_finds(self):
        self.engine([line for line in self.lines if not line.startswith('glance\t')])
        with_it, without = documents(*SPUN, *PLAIN), documents('--data', self.folder, *SPUN, *PLAIN)
        for a, b in zip(with_it, without, strict=True):
            with self.subTest(a['input']['name']):
                self.assertEqual(a['edits'], b['edits'])
                for total in ('words', 'sentences', 'gated', 'dialect'):
                    self.assertEqual(a['totals'][total], b['totals'][total], total)

    def test_lets_words_above_suspicion_pass_without_a_candidate(self):
        self.engine([line if not line.startswith('gate\tglance_words') else 'gate\tglance_words\t1' for line in self.lines])
        for document in documents('--data', self.folder, *PLAIN):
            self.assertEqual(document['totals']['candidates'], 0)
            self.assertTrue(document['totals']['gated'])
            self.assertEqual(document['edits'], [])

    def test_stays_away_when_told_that_the_text_is_spun(self):
        self.engine([line if not line.startswith('gate\tglance_words') else 'gate\tglance_words\t1' for line in self.lines])
        self.assertGreater(documents('--assume-spun', '--data', self.folder, SPUN[0])[0]['totals']['candidates'], 0)

    def test_bad_weights_are_refused(self):
        for line, message in (('glance\tnonsense\t1', 'no feature of that name'), ('glance\trank\tx', 'not a number'),
                              ('glance\trank', 'expected')):
            self.engine(self.lines + [line])
            done = run('clean', '--data', str(self.folder), stdin=b'word')
            self.assertEqual(done.status, 2)
            self.assertIn(message.encode(), done.err)
            self.assertIn(b'engine.tsv:%d:' % (len(self.lines) + 1), done.err)


class Settings(Data):
    """What engine.tsv says is looked at when it is read."""

    def refused(self, line, because):
        name = line.rpartition('\t')[0]
        self.assertTrue(any(old.startswith(name + '\t') for old in self.lines), name)
        self.engine([line if old.startswith(name + '\t') else old for old in self.lines])
        done = run('clean', '--data', str(self.folder), stdin=b'word')
        self.assertEqual((done.status, done.out), (2, b''))
        self.assertIn(because, done.err)
        self.assertEqual(done.err.count(b'\n'), 1)

    def test_impossible_ones_are_refused(self):
        for value in ('-0.1', '1.5'):
            self.refused(f'suggest\tfrom\t{value}', b"engine.tsv: 'suggest from' is not between 0 and 1")
        for name in ('open_at', 'smoothing', 'survey_smoothing'):
            self.refused(f'gate\t{name}\t-1', b'engine.tsv: a gate setting is impossible')

    def test_missing_ones_are_named(self):
        for line, because in (('gate\topen_at\t', b"engine.tsv: the gate setting 'open_at' is missing"),
                              ('article\t', b"engine.tsv: the line 'article' is missing")):
            self.engine([old for old in self.lines if not old.startswith(line)])
            done = run('clean', '--data', str(self.folder), stdin=b'word')
            self.assertEqual(done.status, 2)
            self.assertIn(because, done.err)


class Fast(unittest.TestCase):
    def test_weighs_less(self):
        for slow, fast in zip(documents('--assume-spun', *SPUN), documents('--assume-spun', '--fast', *SPUN), strict=True):
            self.assertLess(fast['totals']['candidates'], slow['totals']['candidates'])

    def test_still_restores(self):
        done = run('clean', '--fast', '--assume-spun', stdin=harness.SPUN)
        self.assertEqual(done.status, 0)
        self.assertIn(b'government', done.out)

    def test_twice_is_the_same(self):
        for path in SPUN[:4]:
            once = run('clean', '--fast', str(path))
            self.assertEqual(run('clean', '--fast', stdin=once.out).out, once.out)


if __name__ == '__main__':
    harness.main()
