"""unspin score: which files belong together, what --original prints, and every way to give it bad input."""
import json
import os
import unittest

import harness

ORIGINAL = b'The UK plans to reduce the risks, officials said.\nMinisters gave the green light (again).\n'
BEFORE = (ORIGINAL.replace(b'reduce the risks', b'scale back dangers').replace(b'green light', b'fairway gentle'))
AFTER = ORIGINAL.replace(b'the risks', b'risks')
# sacreBLEU 2.6.0 on these
SCORES_BEFORE = {'bleu': 45.52900717094679, 'chrf2': 62.56768761021587, 'chrf2++': 62.9940590581282,
                 'ter': 33.33333333333333}
SCORES_AFTER = {'bleu': 84.43788493785863, 'chrf2': 94.02116424053666, 'chrf2++': 93.53083932326646,
                'ter': 6.666666666666667}
SIGNATURES = {'bleu': 'nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0',
              'chrf2': 'nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0',
              'chrf2++': 'nrefs:1|case:mixed|eff:yes|nc:6|nw:2|space:no|version:2.6.0',
              'ter': 'nrefs:1|case:lc|tok:tercom|norm:no|punct:yes|asian:no|version:2.6.0'}


class Score(harness.Case):
    def setUp(self):
        super().setUp()
        self.write('o.txt', ORIGINAL)
        self.write('b.txt', BEFORE)
        self.write('a.txt', AFTER)

    def folder(self, name, **files):
        """A folder with files; '__' in a key stands for a dot, '_' for nothing special."""
        (self.dir / name).mkdir(exist_ok=True)
        for key, data in files.items():
            (self.dir / name / key.replace('__', '.')).write_bytes(data)

    def score(self, *args, **more):
        done = self.run_in('score', *args, **more)
        self.assertEqual(done.status, 0, done)
        self.assertEqual(done.err, b'', done)
        return done.out.decode()

    def json(self, *args, **more):
        out = self.score('--json', *args, **more)
        self.assertEqual(out.count('\n'), 1)
        return json.loads(out)

    def refused(self, *args, because, lines=1, **more):
        done = self.run_in('score', *args, **more)
        self.assertEqual(done.status, 2, done)
        self.assertEqual(done.out, b'', done)
        said = done.err.decode().splitlines()
        self.assertEqual(len(said), lines, done)
        for line in said:
            self.assertRegex(line, '^unspin: ')
        for part in [because] if isinstance(because, str) else because:
            self.assertIn(part, done.err.decode(), done)

    def assertNear(self, found, expected):
        for key, value in expected.items():
            self.assertAlmostEqual(found[key], value, delta=1e-9, msg=key)


class Original(Score):
    def test_figures(self):
        found = self.json('--original', 'o.txt', 'b.txt', 'a.txt')
        self.assertNear(found['micro']['before'], SCORES_BEFORE)
        self.assertNear(found['micro']['after'], SCORES_AFTER)
        self.assertNear(found['micro']['after'], {'undone': 0.8, 'recall': 0.5, 'precision': 0.5, 'f05': 0.5, 'exact': 0.5})
        self.assertNear(found['micro']['change'], {k: SCORES_AFTER[k] - SCORES_BEFORE[k] for k in SCORES_AFTER})
        self.assertEqual(found['signatures'], SIGNATURES)
        self.assertEqual(found['bootstrap'], {'seed': 12345, 'rounds': 1000, 'units': 2, 'unit': 'lines'})
        self.assertEqual([a['name'] for a in found['articles']], ['b.txt'])

    def test_table(self):
        table = self.score('--original', 'o.txt', 'b.txt', 'a.txt')
        rows = {line.split()[0]: line.split()[1:] for line in table.splitlines() if line and not line.startswith(' ')}
        self.assertEqual(rows['BLEU'], [SIGNATURES['bleu']])  # the last line that begins so
        for row in ['undone                   -    0.800', 'BLEU                 45.53    84.44   +38.91',
                    'TER                  33.33     6.67   -26.67']:
            self.assertIn(row, table)
        for signature in SIGNATURES.values():
            self.assertIn(signature, table)
        self.assertIn('seed 12345', table)
        self.assertNotIn('\x1b', table)

    def test_color(self):
        table = self.score('--color', '--original', 'o.txt', 'b.txt', 'a.txt')
        self.assertIn('\x1b[32m   +38.91\x1b[0m', table)
        worse = self.score('--color', '--original', 'o.txt', 'a.txt', 'b.txt')
        self.assertIn('\x1b[31m   -38.91\x1b[0m', worse)

    def test_nothing_done_and_all_undone(self):
        nothing, everything = (self.json('--original', 'o.txt', 'b.txt', after)['micro'] for after in ('b.txt', 'o.txt'))
        self.assertNear(nothing['after'], {'undone': 0, 'err': 0, 'recall': 0, 'exact': 0})
        self.assertNear(nothing['change'], {'bleu': 0, 'chrf2': 0, 'ter': 0})
        self.assertNear(everything['after'], {'undone': 1, 'err': 1, 'recall': 1, 'f05': 1, 'exact': 1, 'bleu': 100, 'ter': 0})

    def test_nothing_to_undo(self):
        found = self.json('--original', 'o.txt', 'o.txt', 'o.txt')['micro']['after']
        self.assertNotIn('undone', found)
        self.assertNear(found, {'bleu': 100, 'exact': 1})

    def test_harm_shows(self):
        self.write('worse.txt', BEFORE.replace(b'Ministers', b'Pastors').replace(b'officials', b'administrators'))
        found = self.json('--original', 'o.txt', 'b.txt', 'worse.txt')['micro']
        self.assertLess(found['after']['undone'], 0)
        self.assertLess(found['after']['err'], 0)
        self.assertGreater(found['after']['false_per_1000'], 0)
        self.assertGreater(found['change']['ter'], 0)

    def test_same_seed_same_bytes(self):
        args = ['--original', 'o.txt', 'b.txt', 'a.txt']
        self.assertEqual(self.score(*args), self.score(*args, '--seed', '12345'))
        self.write('many.o.txt', ORIGINAL * 9)
        self.write('many.b.txt', BEFORE + BEFORE.replace(b'again', b'once more') * 5 + ORIGINAL * 3)
        many = ['--json', '--original', 'many.o.txt', 'many.b.txt', 'many.o.txt']
        one, other = (json.loads(self.score(*many, '--seed', seed))['micro']['interval'] for seed in ('1', '2'))
        self.assertNotEqual(one, other)
        for low, high in one.values():
            self.assertLessEqual(low, high)
        change = json.loads(self.score(*many))['micro']['change']
        self.assertLess(one['bleu'][0], change['bleu'])
        self.assertGreater(one['bleu'][1], change['bleu'])

    def test_without_intervals(self):
        self.assertEqual(self.json('--rounds', '0', '--original', 'o.txt', 'b.txt', 'a.txt')['micro']['interval'], {})
        self.write('o1.txt', ORIGINAL.splitlines()[0])
        self.write('b1.txt', BEFORE.splitlines()[0])
        self.assertIn('No intervals', self.score('--original', 'o1.txt', 'b1.txt', 'o1.txt'))

    def test_line_ends_and_blank_lines_make_no_difference(self):
        expected = self.json('--original', 'o.txt', 'b.txt', 'a.txt')['micro']
        self.write('o.txt', b'\xef\xbb\xbf' + ORIGINAL.replace(b'\n', b'\r\n\r\n'))
        self.write('b.txt', BEFORE.replace(b'\n', b'\n\n') + b'\n \n')
        self.write('a.txt', AFTER.replace(b'\n', b'\n\n').rstrip())
        found = self.json('--original', 'o.txt', 'b.txt', 'a.txt')['micro']
        self.assertNear(found['after'], expected['after'])
        self.assertNear(found['before'], expected['before'])

    def test_restores_by_itself(self):
        self.write('s.txt', harness.SPUN)
        plain = self.run_in('clean', 's.txt').out
        self.assertNotEqual(plain, harness.SPUN)
        self.write('p.txt', plain)
        found = self.json('--original', 'p.txt', 's.txt')
        self.assertEqual(found['micro']['after']['undone'], 1)
        self.assertRegex(found['knowledge'], '^[0-9a-f]{16}$')
        self.assertIsNone(found['articles'][0]['after_file'])

    def test_standard_input(self):
        expected = self.json('--original', 'o.txt', 'b.txt', 'a.txt')['micro']
        for args, given in ((('o.txt', 'b.txt', '-'), AFTER), (('o.txt', '-', 'a.txt'), BEFORE),
                            (('-', 'b.txt', 'a.txt'), ORIGINAL)):
            self.assertEqual(self.json('--original', *args, stdin=given)['micro'], expected, args)


class Files(Score):
    def names(self, *args):
        found = self.json(*args)
        self.assertEqual(len(found['articles']), len({a['name'] for a in found['articles']}))
        return {a['name']: (a['original_file'], a['before_file'], a['after_file']) for a in found['articles']}

    def test_folders(self):
        other = ORIGINAL + ORIGINAL.upper()
        self.folder('o', x__txt=ORIGINAL, y__txt=other)
        self.folder('b', x__txt=BEFORE, y__txt=other.replace(b'green', b'lime'))
        self.folder('a', x__txt=AFTER, y__txt=other)
        (self.dir / 'o' / '.hidden').write_bytes(b'x')
        for folder, text in (('o', ORIGINAL), ('b', BEFORE), ('a', AFTER)):
            (self.dir / folder / 'below').mkdir()
            (self.dir / folder / 'below' / 'z.txt').write_bytes(text)
        args = ['--original', 'o/', 'b', 'a']
        self.assertEqual(self.names(*args), {'x.txt': ('o/x.txt', 'b/x.txt', 'a/x.txt'),
                                             'y.txt': ('o/y.txt', 'b/y.txt', 'a/y.txt'),
                                             'below/z.txt': ('o/below/z.txt', 'b/below/z.txt', 'a/below/z.txt')})
        found = self.json(*args)
        for side in ('before', 'after'):
            for key in ('bleu', 'ter', 'exact'):
                mean = sum(a[side][key] for a in found['articles']) / 3
                self.assertAlmostEqual(found['macro'][side][key], mean, delta=1e-9)
        # micro is what all lines together give
        for folder in 'oba':
            names = sorted(p.relative_to(self.dir / folder) for p in (self.dir / folder).rglob('*.txt'))
            self.write(folder + '.all', b''.join((self.dir / folder / n).read_bytes() for n in names))
        together = self.json('--original', 'o.all', 'b.all', 'a.all')['micro']
        self.assertNear(found['micro']['before'], together['before'])
        self.assertNear(found['micro']['after'], together['after'])
        self.assertEqual(found['bootstrap']['unit'], 'articles')
        table = self.score(*args)
        for part in ('Micro: all 3 articles', 'Macro:', 'below/z.txt', '3 articles, seed'):
            self.assertIn(part, table)

    def test_roles_in_names(self):
        self.folder('all', x__spun__txt=BEFORE, x__plain__txt=ORIGINAL, x__restored__txt=AFTER,
                    y__before__md=BEFORE, y__original__md=ORIGINAL, y__after__md=AFTER)
        self.assertEqual(self.names('--original', 'all', 'all', 'all'),
                         {'x.txt': ('all/x.plain.txt', 'all/x.spun.txt', 'all/x.restored.txt'),
                          'y.md': ('all/y.original.md', 'all/y.before.md', 'all/y.after.md')})

    def test_a_file_finds_its_partner_in_a_folder(self):
        self.folder('o', b__txt=ORIGINAL, c__txt=b'something else\n')
        self.assertEqual(self.names('--original', 'o', 'b.txt', 'a.txt'), {'b.txt': ('o/b.txt', 'b.txt', 'a.txt')})

    def test_restore_takes_several(self):
        for name in ('p', 'q'):
            self.write(name + '.spun.txt', harness.SPUN)
        self.folder('o', p__txt=harness.SPUN, q__txt=harness.SPUN)
        self.assertEqual(self.names('--restore', '--original', 'o', 'p.spun.txt', 'q.spun.txt'),
                         {'p.txt': ('o/p.txt', 'p.spun.txt', None), 'q.txt': ('o/q.txt', 'q.spun.txt', None)})

    def test_partners_are_missing(self):
        self.folder('o', x__txt=ORIGINAL, y__txt=ORIGINAL)
        self.folder('b', x__txt=BEFORE, z__txt=BEFORE)
        self.folder('a', x__txt=AFTER)
        self.refused('--original', 'o', 'b', 'a', lines=3,
                     because=['b/z.txt: has no partner: o holds no reference', 'b/z.txt: has no partner: a holds no text after', 'o/y.txt: has no partner: there is no text before'])

    def test_which_of_two(self):
        self.folder('o', x__plain__txt=ORIGINAL, x__clean__txt=ORIGINAL)
        self.refused('--original', 'o', 'b.txt', 'a.txt', because='which of the two', lines=1)

    def test_folder_and_file(self):
        self.folder('b', x__txt=BEFORE)
        self.folder('o', x__txt=ORIGINAL)
        self.refused('--original', 'o', 'b', 'a.txt', because='must be one too')

    def test_empty_folder(self):
        self.folder('none')
        self.refused('--original', 'o.txt', 'none', because='none: there are no files in it')

    def test_links_in_circles(self):
        self.folder('o', x__txt=ORIGINAL)
        self.folder('b', x__txt=BEFORE)
        os.symlink('.', self.dir / 'b' / 'again')
        self.assertEqual(list(self.names('--original', 'o', 'b', 'b')), ['x.txt'])


class BadInput(Score):
    def test_lines_do_not_agree(self):
        self.write('long.txt', BEFORE + b'one more\n')
        self.write('short.txt', BEFORE.splitlines()[0])
        self.refused('--original', 'o.txt', 'long.txt', 'a.txt', because='long.txt:3: the text goes on to line 3, but o.txt ends at line 2')
        self.refused('--original', 'o.txt', 'short.txt', 'a.txt', because='short.txt:1: the text ends here, but o.txt goes on to line 2')
        self.refused('--original', 'o.txt', 'b.txt', 'short.txt', because='short.txt:1: the text ends here')

    def test_every_bad_article_is_told(self):
        self.folder('o', x__txt=ORIGINAL, y__txt=ORIGINAL, z__txt=ORIGINAL)
        self.folder('b', x__txt=b'', y__txt=BEFORE, z__txt=b'one line')
        self.refused('--original', 'o', 'b', 'b', lines=2, because=['b/x.txt: there is no text', 'b/z.txt:1: the text ends'])

    def test_no_text(self):
        self.write('none.txt', b' \r\n\t\n')
        for args in (('none.txt', 'b.txt', 'a.txt'), ('o.txt', 'none.txt', 'a.txt'), ('o.txt', 'b.txt', 'none.txt')):
            self.refused('--original', *args, because='none.txt: there is no text in it')

    def test_binary(self):
        self.write('zip.txt', b'PK\x03\x04\0\0')
        self.write('utf16.txt', 'wide'.encode('utf-16'))
        self.refused('--original', 'zip.txt', 'b.txt', 'a.txt', because='zip.txt: is a binary file')
        self.refused('--original', 'o.txt', 'b.txt', 'utf16.txt', because='UTF-16')

    def test_missing_files(self):
        self.refused('--original', 'gone', 'b.txt', 'a.txt', because='gone: cannot open: No such file')
        self.refused('--original', 'o.txt', 'gone', 'a.txt', because='gone: cannot open')
        self.refused('--original', 'o.txt', 'b.txt', 'gone', because='gone: cannot open')

    def test_options(self):
        for args, because in (
                (['b.txt', 'a.txt'], 'score what against?'),
                (['--original', 'o.txt'], 'which text?'),
                (['--original', 'o.txt', '--against', 'o.txt', 'b.txt'], 'two measurements'),
                (['--original', 'o.txt', '--original', 'o.txt', 'b.txt'], 'only one reference'),
                (['--original', 'o.txt', 'b.txt', 'a.txt', 'a.txt'], '--restore'),
                (['--original'], 'a value is missing'),
                (['--rounds', 'x', '--original', 'o.txt', 'b.txt'], '--rounds'),
                (['--rounds', '-1', '--original', 'o.txt', 'b.txt'], '--rounds'),
                (['--rounds', '1000001', '--original', 'o.txt', 'b.txt'], '--rounds'),
                (['--seed', '9223372036854775808', '--original', 'o.txt', 'b.txt'], '--seed'),
                (['--seed', '', '--original', 'o.txt', 'b.txt'], '--seed'),
                (['--color=pink', '--original', 'o.txt', 'b.txt'], '--color'),
                (['--force', '--original', 'o.txt', 'b.txt'], '--force is for --against'),
                (['--frobnicate', '--original', 'o.txt', 'b.txt'], "'--frobnicate'"),
                (['--original', '-', 'b.txt', '-'], 'one text only')):
            self.refused(*args, because=because)

    def test_standard_input_is_read_once(self):
        self.write('c.txt', BEFORE)
        for way in ('--original', '--against'):
            self.refused(way, '-', '--restore', 'b.txt', 'c.txt', because='the reference of one text only, and here there are 2')

    def test_no_data(self):
        self.folder('empty')
        self.refused('--data', 'empty', '--original', 'o.txt', 'b.txt', because='empty/')

    def test_output_cannot_be_written(self):
        with open('/dev/full', 'wb') as full:
            done = self.run_in('score', '--original', 'o.txt', 'b.txt', 'a.txt', stdout=full)
        self.assertEqual(done.status, 2, done)
        self.assertIn(b'cannot write to standard output', done.err)

    def test_bytes_that_are_no_text(self):
        self.write('b.txt', BEFORE.replace(b'scale', b'sc\xe4le'))
        found = self.json('--original', 'o.txt', 'b.txt', 'o.txt')['micro']
        self.assertNear(found['after'], {'undone': 1, 'bleu': 100})

    def test_names_that_are_no_text(self):
        name = os.fsdecode(b'b\xff.txt')
        self.write(name, BEFORE)
        self.assertEqual(self.json('--original', 'o.txt', name, 'a.txt')['articles'][0]['before_file'], 'b\\xFF.txt')


class Help(Score):
    def test_help(self):
        for args in (['--help'], ['-h']):
            self.assertIn('Exit status:', self.score(*args))
        done = self.run_in('help', 'score')
        self.assertEqual((done.status, done.err), (0, b''))
        self.assertLessEqual(max(map(len, done.out.decode().splitlines())), 80)


if __name__ == '__main__':
    harness.main()
