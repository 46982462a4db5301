#!/usr/bin/env python3
"""The compilers of the data given damaged sources: one line that names the file (and its line), and nothing written.

Usage: test_compilers.py PHRASES CHANNEL EXPRESSIONS FORMS DATA; the first four are the programs, DATA the compiled data.
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SYNTAX = ROOT / 'data' / 'phrases' / 'syntax.txt'
PHRASES, CHANNEL, EXPRESSIONS, FORMS, DATA = (os.path.abspath(a) for a in sys.argv[1:6])
ROWS = 'lend a hand\thelp\tv\t5\ngovt\tgovernment\tn\t5\n'


class Compilers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='unspin-test-')
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.out = self.dir / 'out'

    def write(self, name, text):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def run_it(self, program, *args):
        return subprocess.run([program, *map(str, args), '-o', str(self.out)], capture_output=True, text=True, errors='replace', timeout=300,
                              stdin=subprocess.DEVNULL, check=False)

    def fails(self, because, program, *args):
        self.out.unlink(missing_ok=True)
        done = self.run_it(program, *args)
        self.assertIn(done.returncode, (1, 2), (args, done))
        self.assertIn(because, done.stderr, (args, done))
        self.assertEqual(len(done.stderr.splitlines()), 1, done)
        self.assertFalse(self.out.exists())

    def works(self, program, *args):
        done = self.run_it(program, *args)
        self.assertEqual(done.returncode, 0, done)
        return self.out.read_bytes()

    def usage(self, program):
        for args in ((), ('--nonsense',)):
            done = subprocess.run([program, *args], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False)
            self.assertIn(done.returncode, (1, 2), done)
            self.assertRegex(done.stderr, 'usage|unrecognized')

    # ---- phrases.db ----

    def phrases(self, text, *more):
        return (PHRASES, '--syntax', SYNTAX, *more, self.write('rows.tsv', text))

    def test_phrases(self):
        self.usage(PHRASES)
        self.assertTrue(self.works(*self.phrases(ROWS)).startswith(b'SQLite format 3'))

    def test_phrases_faults(self):
        for text, because in (('govt\n', 'rows.tsv:1:'), (ROWS + 'a\tb\tq\t5\n', 'rows.tsv:3:'), (ROWS + 'a\tb\tn\t9\n', 'rows.tsv:3:'),
                              ('lose the head\tlose one\'s head\tv\t4\n', 'rows.tsv:1:'), (b'caf\xe9\tcoffee\tn\t4\n', 'rows.tsv:1:')):
            with self.subTest(because=because, text=text):
                self.fails(because, *self.phrases(text))
        self.fails('absent', PHRASES, '--syntax', SYNTAX, self.dir / 'absent')
        self.fails('absent', PHRASES, '--syntax', self.dir / 'absent', self.write('rows.tsv', ROWS))
        self.fails('absent', *self.phrases(ROWS, '--rates', self.dir / 'absent'))

    # ---- channel.bin ----

    def channel(self, *args):
        return (CHANNEL, '--forms', f'{DATA}/forms.bin', '--syntax', SYNTAX, *args)

    def test_channel(self):
        self.usage(CHANNEL)
        small = self.works(*self.channel('--rows', self.write('rows.tsv', ROWS)))
        thesaurus = self.write('th.dat', 'ISO8859-1\nbig|1\n(adj)|large|huge\n')
        self.assertNotEqual(self.works(*self.channel('--mythes', thesaurus)), small)

    def test_channel_faults(self):
        for text, because in (('', 'th.dat: empty'), ('ISO8859-1\nbig\n', 'th.dat:2:'), ('ISO8859-1\nbig|x\n', 'th.dat:2:'),
                              ('ISO8859-1\nbig|2\n(adj)|large\n', 'th.dat:3: meanings are missing')):
            with self.subTest(text=text):
                self.fails(because, *self.channel('--mythes', self.write('th.dat', text)))
        line = 'utilize\tuse\tv\t{}\t-1.5\t-1.5\t-1.5\t3\n'
        for text, because in (('a\tb\n', 'learned.tsv:1:'), ('# said\n' + line.format('x'), 'learned.tsv:2:'),
                              (line.format('900'), 'learned.tsv:1:')):
            with self.subTest(text=text):
                self.fails(because, *self.channel('--learned', self.write('learned.tsv', text)))
        self.fails('counts.tsv:1:', *self.channel('--observed', self.write('counts.tsv', 'a\tb\tv\n')))
        for option in ('--mythes', '--learned', '--observed', '--simulated', '--rows', '--wordnet'):
            with self.subTest(option=option):
                self.fails('absent', *self.channel(option, self.dir / 'absent'))
        self.fails('rows.tsv', CHANNEL, '--syntax', SYNTAX, '--forms', self.write('rows.tsv', ROWS))

    # ---- expressions.bin ----

    def expressions(self, *args):
        return (EXPRESSIONS, '--forms', f'{DATA}/forms.bin', '--syntax', SYNTAX, *args)

    def test_expressions(self):
        self.usage(EXPRESSIONS)
        done = self.run_it(*self.expressions(self.write('own.txt', '# ours\nby and large\tr\n')))
        self.assertEqual((done.returncode, done.stdout), (0, '1 expressions, 1 of them our own\n'), done)

    def test_expressions_faults(self):
        self.fails('absent', *self.expressions(self.dir / 'absent'))
        self.fails('own.txt:2:', *self.expressions(self.write('own.txt', '# ours\nby and large\n')))
        self.fails('absent', *self.expressions('--wordnet', self.dir / 'absent'))
        self.fails('absent', *self.expressions('--rows', self.dir / 'absent'))
        self.fails('own.txt', EXPRESSIONS, '--syntax', SYNTAX, '--forms', self.write('own.txt', 'by and large\n'))

    # ---- forms.bin ----

    def test_forms_faults(self):
        self.usage(FORMS)
        dictionary = self.dir / 'dict'
        places = ('--hunspell', '/usr/share/hunspell', '--wordnet', '/usr/share/wordnet')
        self.fails('dict', FORMS, '--dict', dictionary, *places)
        for name, text in (('plural-endings.tsv', 'x\n'), ('irregular-verbs.tsv', 'go\n'), ('tag-states.tsv', 'nonsense\n'),
                           ('word-counts.tsv', 'the\tmany\n'), ('function-words.tsv', 'the\n'), ('spelling-pairs.tsv', 'one\n'),
                           ('tag-transitions.tsv', 'a\tb\n'), ('suffix-guesses.tsv', 'x\ty\n')):
            with self.subTest(name=name):
                self.link(dictionary, name, text)
                self.fails(f'{name}:', FORMS, '--dict', dictionary, *places)

    def link(self, dictionary, name, text):
        """The project's dictionary, but for one file."""
        dictionary.mkdir(exist_ok=True)
        for path in (ROOT / 'dict').iterdir():
            to = dictionary / path.name
            if to.exists() or to.is_symlink():
                to.unlink()
            if path.name == name:
                to.write_text(text)
            else:
                to.symlink_to(path)


if __name__ == '__main__':
    del sys.argv[1:6]
    unittest.main()
