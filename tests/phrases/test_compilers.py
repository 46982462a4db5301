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
        self.fails('rows.tsv:3: the same row as', *self.phrases(ROWS + 'govt\tgovernment\tn\t2\n'))
        for columns in ('govt\tgovernment\tn', 'govt\tgovernment\tn\t5' + '\t' * 5, '\tgovernment\tn\t5'):
            with self.subTest(columns=columns):
                self.fails('rows.tsv:1:', *self.phrases(columns + '\n'))

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
        for option in ('--mythes', '--learned', '--observed', '--simulated', '--rows', '--wordnet', '--judged'):
            with self.subTest(option=option):
                self.fails('absent', *self.channel(option, self.dir / 'absent'))
        self.fails('rows.tsv', CHANNEL, '--syntax', SYNTAX, '--forms', self.write('rows.tsv', ROWS))
        rows = self.write('rows.tsv', ROWS)
        for missing in (('--forms', f'{DATA}/forms.bin'), ('--syntax', SYNTAX), ()):
            with self.subTest(missing=missing):
                self.fails('--forms and --syntax come first', CHANNEL, *missing, '--rows', rows)
        done = self.run_it(*self.channel('--list', self.dir / 'nowhere' / 'list'))
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 1), done)
        self.assertIn('nowhere/list: cannot create', done.stderr)
        self.out.unlink()
        self.fails('usage', *self.channel('stray'))

    def test_channel_columns(self):
        """One field after the other made wrong, in what was learned and in the counts that it comes from."""
        learned = ['utilize', 'use', 'v', '2', '-1.5', '-1.5', '-', '3']
        counts = ['utilize', 'use', 'v', '30', '40', '0.5', '0.5', '58']
        no_number = ('', 'x', '3x', '-1', 'nan', '1e13', '1' * 40)
        for option, good, faults in (
                ('--learned', learned, {2: ('q', '', 'vv'), 3: (*no_number, '256'), 4: ('x', '', '--1'), 5: ('x', '-x'),
                                        6: ('x', '-' + '1' * 40), 7: (*no_number, '256')}),
                ('--observed', counts, {2: ('q', ''), 3: no_number, 4: no_number, 7: no_number}),
                ('--simulated', counts, {2: ('q', ''), 3: no_number, 4: no_number, 7: no_number})):
            self.works(*self.channel(option, self.write('good.tsv', '\t'.join(good) + '\n')))
            faulty = [good[:7], good[:1]] + [good[:i] + [f] + good[i + 1:] for i, of in faults.items() for f in of]
            for line in faulty:
                with self.subTest(option=option, line=line):
                    path = self.write('bad.tsv', '\t'.join(good) + '\n\n' + '\t'.join(line) + '\n')
                    self.fails('bad.tsv:3: expected spun, plain, part of speech', *self.channel(option, path))

    def listed(self, *args):
        """The lines of --list, each cut into its columns."""
        self.works(*self.channel(*args, '--list', self.dir / 'list'))
        return [line.split('\t') for line in (self.dir / 'list').read_text().splitlines()]

    def test_channel_counts(self):
        one = self.write('one.tsv', '# the first spinner\n\n'
                         'utilize\tuse\tv\t30\t40\t.1\t.1\t58\n'
                         'utilize\temploy\tv\t0\t40\t0\t0\t58\n'       # never: nothing is learned
                         'zzqx mode\tway of life\tn\t6\t10\t1\t1\t0\n'   # no dictionary has its first word,
                         'zzqx mode\tway of life\tn\t4\t10\t1\t1\t0\n'   # and it comes twice
                         '7 zzqx\tway of life\tn\t1\t1\t1\t1\t0\n'
                         'make utilization\tuse\tx\t1\t999999999999\t0\t0\t999999999\n'  # rarer than can be written
                         'Utilize\tuse\tv\t30\t40\t.1\t.1\t58\n'         # passed over: a capital, no words,
                         'the  mode\tuse\tv\t30\t40\t.1\t.1\t58\n'
                         '\tuse\tv\t30\t40\t.1\t.1\t58\n'
                         'a b c d e\tuse\tv\t1\t1\t.1\t.1\t3\n'            # too many,
                         'utilize\tzzqx\tv\t30\t40\t.1\t.1\t58\n'        # a plain word that nobody knows,
                         'use\tuse\tv\t30\t40\t.1\t.1\t58\n')           # nothing changed
        two = self.write('two.tsv', 'utilize\tuse\tv\t10\t20\t.1\t.1\t38\nutilize\temploy\tv\t5\t20\t.1\t.1\t3\n')
        real = self.write('real.tsv', 'utilize\tuse\tv\t7\t9\t.1\t.1\t38\t5\t1.0\tmore\nsizable\tlarge\ta\t3\t3\t.5\t.5\t3\n')
        sources = ('--simulated', one, '--simulated', two, '--observed', real, '--rows', self.write('rows.tsv', ROWS))
        found = self.listed(*sources)
        self.assertEqual({tuple(line[:3]): line[3:] for line in found}, {
            # spinners, log10 of 40 in 60 + 2, of 30 in 58 + 2, of 7 in 9 + 1; 8 ln(1 + 7)
            ('utilize', 'use', 'v'): ['2', '-0.200', '-0.300', '-0.150', '16'],
            ('utilize', 'employ', 'v'): ['1', '-1.100', '-0.000', '-', '0'],
            ('zzqx mode', 'way of life', 'n'): ['1', '-0.075', '-0.000', '-', '0'],  # 6 and 4 in 10 + 2
            ('7 zzqx', 'way of life', 'n'): ['1', '-0.475', '-0.300', '-', '0'],
            ('make utilization', 'use', 'x'): ['1', '-6.350', '-6.350', '-', '0'],
            ('sizable', 'large', 'a'): ['0', '-', '-0.225', '-0.125', '11']})  # no row of ours: nothing was learned of it
        # the likelier one comes first, and what was written can be read again
        self.assertLess(*(next(i for i, line in enumerate(found) if line[1] == plain) for plain in ('use', 'employ')))
        again = self.write('learned.tsv', (self.dir / 'list').read_bytes())
        self.assertEqual(self.listed('--learned', again), found)
        far = self.write('far.tsv', 'utilize\tuse\tv\t9\t-99\t7\t-\t3\nsizable\tlarge\ta\t2\t-1\t-\t-\t0\n')
        self.assertEqual(sorted(self.listed('--learned', far)), [['sizable', 'large', 'a', '2', '-1.000', '-', '-', '0'],
                                                                 ['utilize', 'use', 'v', '9', '-6.350', '-6.350', '-', '3']])

    def test_channel_many_counts(self):
        """More phrases than the first tables hold; of one phrase's plain sides only the best are kept."""
        def name(i):
            return 'zq' + ''.join('abcdefghij'[int(d)] for d in f'{i:05d}')
        lines = [f'{name(i)}\tuse\tv\t1\t2\t.5\t.5\t3' for i in range(9000)]
        found = self.listed('--simulated', self.write('many.tsv', '\n'.join(lines) + '\n'))
        self.assertEqual(sorted(line[0] for line in found), [name(i) for i in range(9000)])
        self.assertEqual({tuple(line[1:]) for line in found}, {('use', 'v', '1', '-0.600', '-0.700', '-', '0')})
        words = [f'{a} {b}' for a in ('old', 'big', 'red', 'new', 'bad', 'hot', 'low', 'cold')
                 for b in ('house', 'book', 'road', 'hill', 'town', 'wall', 'door', 'field')]
        lines = [f'zzqx\t{plain}\tn\t{10 ** 6 if i < 48 else 1}\t{10 ** 8}\t.5\t.5\t3' for i, plain in enumerate(words)]
        found = self.listed('--observed', self.write('many.tsv', '\n'.join(lines) + '\n'))
        self.assertEqual(sorted(line[1] for line in found), sorted(words[:48]))

    def test_channel_empty_sources(self):
        nothing = self.works(*self.channel())
        for text in ('', '\n\n# only a remark\n'):
            for option in ('--simulated', '--observed', '--learned', '--judged', '--rows'):
                with self.subTest(option=option, text=text):
                    self.assertEqual(self.listed(option, self.write('empty', text)), [])
                    self.assertEqual(self.out.read_bytes(), nothing)

    def test_channel_thesaurus(self):
        """What gives nothing: antonyms, tags of no part of speech, blank lines; what is left of the rest."""
        def image(text):
            return self.works(*self.channel('--mythes', self.write('th.dat', 'UTF-8\n' + text)))
        pair = image('big|1\n(adj)|large\n')
        nothing = self.works(*self.channel())
        self.assertNotEqual(pair, nothing)
        self.assertEqual(image('\nbig|1\n(adj)|large (similar term)|tiny (antonym)\n\n'), pair)
        self.assertEqual(image('big|2\n(adj)|large\n(noise)|huge\n'), pair)
        self.assertEqual(image('big|1\n(adj)|very large (similar term)\n'), image('big|1\n(adj)|very large\n'))
        self.assertNotIn(self.out.read_bytes(), (pair, nothing))
        for text in ('', 'big|0\n', 'big|1\n(adj)\n', 'big|1\n\n', 'big|1\n(adj)|Large\n'):
            with self.subTest(text=text):
                self.assertEqual(image(text), nothing)
        for count in ('-1', '', '1x', '1e12', '1' * 40):
            with self.subTest(count=count):
                self.fails('th.dat:2: expected a headword and a count',
                           *self.channel('--mythes', self.write('th.dat', f'UTF-8\nbig|{count}\n(adj)|large\n')))

    def test_channel_judged(self):
        def image(text):
            return self.works(*self.channel('--judged', self.write('judged.txt', text)))
        once = image('gathering n : keep 20, group 50\n')
        self.assertEqual(image('# twice, and the surer one counts\n\ngathering n : keep 20, group 50\ngathering n : keep 70, group 10\n'),
                         once)
        self.assertEqual(image('gathering n : keep 50, group 50'), once)
        self.assertNotEqual(image('gathering n : keep 20, group 80\n'), once)
        # nobody learned it: it is in no list
        self.assertEqual(self.listed('--judged', self.write('judged.txt', 'gathering n : keep 20, group 50\n')), [])
        for line, because in (('gathering n : keep 101', 'a colon and "keep"'), ('gathering n : keep 1000', 'a colon and "keep"'),
                              ('gathering n : stay 20', 'a colon and "keep"'), ('n : keep 20', 'a colon and "keep"'),
                              ('gathering n :', 'a colon and "keep"'), ('gathering n', 'a colon and "keep"'), (' : keep 20', 'a colon and "keep"'), ('gathering noun : keep 20', 'a colon and "keep"'),
                              ('gathering n : keep20, group 50', 'a colon and "keep"'),
                              ('gathering n : keep 20, group 101', '100 in all'), ('gathering n : keep 51, group 50', '100 in all'),
                              ('gathering n : keep 20, group 40, party 41', '100 in all'), ('gathering n : keep 20,', '100 in all'),
                              ('gathering n : keep 20, ,', '100 in all'), ('gathering n : keep 20, group50', '100 in all'),
                              ('gathering n : keep 20, group 5%', '100 in all'), ('gathering n : keep 20, 50', '100 in all')):
            with self.subTest(line=line):
                path = self.write('judged.txt', f'utilize v : keep 0, use 100\n{line}\n')
                self.fails('judged.txt:2: expected', *self.channel('--judged', path))
                self.fails(because, *self.channel('--judged', path))

    # ---- expressions.bin ----

    def expressions(self, *args):
        return (EXPRESSIONS, '--forms', f'{DATA}/forms.bin', '--syntax', SYNTAX, *args)

    def test_expressions(self):
        self.usage(EXPRESSIONS)
        done = self.run_it(*self.expressions(self.write('own.txt', '# ours\nby and large\tr\n')))
        self.assertEqual((done.returncode, done.stdout), (0, '1 expressions, 1 of them our own\n'), done)
        for text, count in (('', 0), ('# nothing\n\n', 0), ('alone\tr\n', 0), ('by and large\tr\nby and large\tr\n', 1)):
            with self.subTest(text=text):
                done = self.run_it(*self.expressions(self.write('own.txt', text)))
                self.assertEqual((done.returncode, done.stdout), (0, f'{count} expressions, {count} of them our own\n'), done)

    def test_expressions_faults(self):
        self.fails('absent', *self.expressions(self.dir / 'absent'))
        for line in ('by and large', 'by and large\tq', 'by and large\trr', 'by and large\tr\tmore', '\tr', 'by and large\t'):
            with self.subTest(line=line):
                self.fails('own.txt:2: expected', *self.expressions(self.write('own.txt', f'# ours\n{line}\n')))
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
