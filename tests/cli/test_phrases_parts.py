"""unspin phrases test, find, explain, import and export: what they say of rows, odd arguments, and places that fail."""
import json
import os
import re
import sqlite3

from harness import drop_privileges_over_files, main
from test_phrases import Phrases

PANCAKE = 'They {purple the pancake|cook the pancake} now.'


class Sentences(Phrases):
    """phrases test."""

    def run_test(self, *args, status=0, **more):
        """(failures as lists of fields, sentences tried)."""
        *lines, last = self.out('test', *args, status=status, **more).splitlines()
        checked, failed = map(int, re.fullmatch(r'(\d+) sentences, (\d+) failed', last).groups())
        self.assertEqual(failed, len(lines))
        return [line.split('\t') for line in lines], checked

    def test_every_sentence_of_a_row(self):
        row = self.add('purple the pancake', 'cook the pancake', '--pos', 'x', '--strength', '5', '--change', PANCAKE,
                       '--change', 'We {purple the pancake|cook the pancake}.', '--keep', 'They purple the pancake today.', '--keep', 'They sleep.')
        want = [[row, 'user', 'purple the pancake -> cook the pancake', 'keep: must be left alone', 'They purple the pancake today.']]
        for args in (('--in', 'user'), ('--source', 'by hand')):
            self.assertEqual(self.run_test(*args, status=1), (want, 4), args)
        self.assertEqual(self.run_test(row, row, status=1), (want * 2, 8))

    def test_rows_without_sentences_and_rows_that_are_off(self):
        row = self.add('purple the pancake', 'cook the pancake', '--pos', 'x')
        self.assertEqual(self.run_test(row), ([], 0))
        row = self.add('blue pancake', 'raw egg', '--keep', 'They ate a blue pancake.', '--strength', '5')
        self.assertEqual(self.run_test(row, status=1)[1], 1)
        self.out('disable', row, '--reason', 'not for us', '--in', 'project')
        self.assertEqual(self.run_test(row), ([], 0))

    def test_only_likely_rows_must_change_their_sentences(self):
        """At strength 3 it is enough that the words are offered; at 4 and 5 something must come of it."""
        sentence = 'The cat sat on the {mat|pancake} all day.'
        for strength, failed in ((1, 0), (4, 1)):
            row = self.add('mat', 'pancake', '--pos', 'x', '--strength', strength, '--when', 'prev:the', '--change', sentence, '--replace')
            lines, checked = self.run_test(row, status=failed)
            self.assertEqual(checked, 1)
            self.assertEqual([line[3:] for line in lines], [['change: is not changed', sentence]] * failed)

    def test_only_the_marked_place_and_the_rows_own_edits_count(self):
        """What the engine does elsewhere in a sentence, or by other rows, is no failure and no success."""
        row = self.add('mat', 'pancake', '--pos', 'x', '--strength', '4', '--when', 'prev:the',
                       '--change', 'The govt put the {mat|pancake} beside the fairway gentle.', '--keep', 'The govt sat on a mat.')
        lines, checked = self.run_test(row, status=1)
        self.assertEqual(checked, 2)
        self.assertEqual([line[3] for line in lines], ['change: is not changed'])

    def test_sentences_that_mark_nothing(self):
        """add refuses them, but a table may come from elsewhere."""
        row = self.add('purple the pancake', 'cook the pancake', '--pos', 'x', '--change', PANCAKE)
        for sentence in ('They purple it.', 'They {purple it.', 'They {purple|cook it.'):
            db = sqlite3.connect(self.user)
            db.execute('UPDATE example SET sentence=?', (sentence,))
            db.commit()
            db.close()
            self.assertEqual(self.run_test(row, status=1)[0], [[row, 'user', 'purple the pancake -> cook the pancake', 'change: marks no {spun|plain}', sentence]])

    def test_errors(self):
        self.add('purple the pancake', 'cook the pancake', '--pos', 'x', '--change', PANCAKE)
        for args, because in ((('--in', 'system'), 'there is no system table yet'), (('zzzzzzzz',), "no row has the id 'zzzzzzzz'"),
                              (('--source', ''), "--source: no name: ''"), (('--json',), "unknown option, or one without its argument: '--json'"),
                              (('--data', '/nowhere'), '/nowhere/'), (('--table', 'none.db'), 'none.db: No such file'), (('--in', 'none.db'), 'none.db: No such file')):
            self.refused('test', *args, because=because)
        self.refused('test', '--in', 'user', because='cannot write to standard output', stdout='closed')


class Find(Phrases):
    def test_words_and_files_of_ones_own(self):
        row = self.add('purple the pancake', 'cook the pancake', '--pos', 'x', '--strength', '5')
        text = 'They purple the pancake now.'
        out = self.out('find', *text.split())
        self.assertEqual(out, self.out('find', text))
        self.assertRegex(out, rf'(?m)^\*    5  {row} .*purple the pancake -> cook the pancake  \(user, by hand')
        self.assertTrue(out.endswith('= They cook the pancake now.\n'))
        own = self.dir / 'own.db'
        self.out('edit', row, '--strength', '4', '--in', own)
        made = [c for c in map(json.loads, self.out('find', '--json', '--table', own, text).splitlines()) if c['fired']]
        self.assertEqual([(c['row'], c['table'], c['before'], c['after']) for c in made],
                         [(row, str(own), 'purple the pancake', 'cook the pancake')])

    def test_what_comes_of_no_row(self):
        """Learned pairs stand under the shipped data, and no table is asked for them; of those for one place one is made at most."""
        text = 'The aforenamed govt gave a fairway gentle to the plan.'
        found = list(map(json.loads, self.out('find', '--json', text).splitlines()))
        self.assertEqual({c['table'] for c in found if c['row'] == 'channel'}, {'shipped'})
        self.assertIn('said', {c['after'] for c in found if c['row'] == 'channel' and c['before'] == 'aforenamed'})
        self.assertEqual([c['after'] for c in found if c['before'] == 'govt' and c['fired']], ['government'])
        self.assertLessEqual(len([c for c in found if c['before'] == 'aforenamed' and c['fired']]), 1)

    def test_nothing(self):
        for args in (('find', ''), ('find', '--json', '-'), ('explain', '')):
            done = self.phrases(*args, status=1)
            self.assertEqual((done.out, done.err), (b'', b''), args)

    def test_errors(self):
        for part in ('find', 'explain'):
            for args, because in (((), f'phrases {part}: which text?'), (('--in', 'user', 'x'), '--in has no place here'),
                                  (('--nope', 'x'), "unknown option, or one without its argument: '--nope'"), (('--data', '/nowhere', 'x'), '/nowhere/'),
                                  (('--table', 'none.db', 'x'), 'none.db: No such file')):
                self.refused(part, *args, because=because)
            self.refused(part, 'lend a hand', because='cannot write to standard output', stdout='closed')
        self.refused('explain', '--all', 'x', because='--all')

        def folder_as_input():
            fd = os.open(self.dir, os.O_RDONLY)
            os.dup2(fd, 0)
        self.refused('find', '-', because='standard input: ', before=folder_as_input)


class Explain(Phrases):
    def test_one_row_in_three_tables(self):
        for strength, where in ((1, 'system'), (2, 'user'), (5, 'project')):
            row = self.add('purple the pancake', 'cook the pancake', '--pos', 'x', '--strength', strength, '--in', where)
        told = [(r['table'], r['state'], r['won'], r.get('by')) for r in map(json.loads, self.out('explain', '--json', 'purple the pancake').splitlines())]
        self.assertEqual(told, [('project', 'active', True, None), ('user', 'overridden', False, 'project'), ('system', 'overridden', False, 'project')])
        lines = self.out('explain', 'purple the pancake').splitlines()
        self.assertEqual(lines[0], f'* {row}  purple the pancake -> cook the pancake  strength 5  (project, by hand)')
        self.assertRegex(lines[1], r'^  won: score \d+\.\d\d$')
        self.assertEqual(lines[3::2], ['  overridden by the table project'] * 2)

    def test_switched_off(self):
        row = self.add('purple the pancake', 'cook the pancake', '--pos', 'x', '--strength', '5')
        other = self.add('purple the pancake', 'fry the pancake', '--pos', 'x', '--strength', '4', '--when', 'prev:zzz')
        self.out('disable', row, '--reason', 'a joke', '--in', 'project')
        told = {r['row']: (r['state'], r['won'], r.get('by')) for r in map(json.loads, self.out('explain', '--json', 'purple the pancake').splitlines())}
        self.assertEqual(told, {row: ('disabled', False, 'project'), other: ('active', False, None)})
        out = self.out('explain', 'purple the pancake')
        self.assertIn(f'  {row}  purple the pancake -> cook the pancake  strength 5  (user, by hand)\n  disabled in the table project: a joke\n', out)
        self.assertIn('strength 4  (user, by hand)\n  no candidate here', out)
        self.assertNotIn('*', out)

    def test_the_surer_row_wins(self):
        rows = [self.add('purple the pancake', plain, '--pos', 'x', '--strength', s) for plain, s in (('cook the pancake', 5), ('fry the pancake', 1))]
        told = list(map(json.loads, self.out('explain', '--json', 'purple the pancake').splitlines()))
        self.assertEqual([(r['row'], r['won']) for r in told], [(rows[0], True), (rows[1], False)])
        self.assertGreater(told[0]['score'], told[1]['score'])
        self.assertRegex(self.out('explain', 'purple the pancake').splitlines()[3], r'^  lost: score -?\d+\.\d\d$')


class Import(Phrases):
    def test_nothing_in_it(self):
        self.write('empty.csv', b'')
        self.assertEqual(self.out('import', self.dir / 'empty.csv'), f'{self.dir}/empty.csv (csv): 0 entries, 0 rows added, 0 written over, '
                         '0 there already, 0 left out; source: empty.csv\n')

    def test_five_faults_are_told_one_by_one(self):
        bad = self.write('a.csv', b'fine pancake,good egg\n' + b''.join(b'same%d,same%d\n' % (i, i) for i in range(8)))
        done = self.phrases('import', bad)
        lines = done.err.decode().splitlines()
        self.assertEqual([re.match(r'unspin: .*/a\.csv:(\d): left out: ', line)[1] for line in lines[:-1]], list('23456'))
        self.assertEqual(lines[-1], f'unspin: {bad}: 3 more left out')
        self.out('forget', 'a.csv')
        done = self.phrases('import', '-q', bad)
        self.assertEqual((done.out, done.err), (b'', b''))

    def test_names_of_sources(self):
        self.write('work/a.csv', b'red pancake,boiled egg\n')
        self.assertIn('; source: a.csv\n', self.out('import', 'a.csv'))
        self.assertIn('1 there already, 0 left out; source: other\n', self.out('import', '--source', 'other', './a.csv'))
        out = self.out('import', '--format', 'pps', '-', stdin=b'blue pancake,raw egg\n')
        self.assertIn('- (csv): 1 entries, 1 rows added', out)
        self.assertIn('; source: standard input\n', out)
        self.refused('import', 'work/', because='work/')

    def test_rows_for_all_of_it(self):
        self.write('work/a.csv', b'red pancake,boiled egg\n')
        self.out('import', '--pos', 'x', '--strength', '2', '--license', 'CC0', '--note', 'eggs', 'a.csv')
        self.assertEqual([r[2:5] for r in self.rows('--in', 'user')], [('x', 2, 'a.csv')])
        self.assertIn('(CC0)', self.out('stats', '--in', 'user'))

    def test_a_dry_run_of_a_table_that_is_not_there(self):
        self.write('work/a.csv', b'red pancake,boiled egg\n')
        for tmp in (self.dir / 'tmp', ''):
            (self.dir / 'tmp').mkdir(exist_ok=True)
            self.env['TMPDIR'] = str(tmp)
            self.assertIn('1 rows would be added', self.out('import', '--dry-run', '--in', 'new.db', 'a.csv'))
            self.assertEqual((sorted(os.listdir(self.dir / 'work')), os.listdir(self.dir / 'tmp')), (['a.csv'], []))
        self.env['TMPDIR'] = str(self.dir / 'none')
        self.refused('import', '--dry-run', 'a.csv', because='cannot make a folder: No such file or directory')
        self.env['TMPDIR'] = str(self.dir / 'tmp')
        self.refused('import', '--dry-run', 'a.csv', 'none.csv', because='none.csv')
        self.refused('import', '--dry-run', 'a.csv', because='cannot write to standard output', stdout='closed')
        self.out('import', 'a.csv')
        self.refused('import', '--dry-run', 'a.csv', because='cannot write to standard output', stdout='closed')
        self.assertEqual(os.listdir(self.dir / 'tmp'), [])

    def test_errors(self):
        self.write('work/a.csv', b'red pancake,boiled egg\n')
        for args, because in ((('--data', '/nowhere', 'a.csv'), '/nowhere/plain.lm: cannot open'), (('--in', 'shipped', 'a.csv'), 'the shipped table is not written to'),
                              (('--in', 'shipped', '--dry-run', 'a.csv'), 'the shipped table is not written to'), (('--plain', 'last', 'a.csv'), "neither first nor usual: 'last'"),
                              (('--all', 'a.csv'), '--all'), (('--in', 'none/t.db', 'a.csv'), 'none/t.db'), (('a.csv', 'a.csv', 'none.csv'), 'none.csv')):
            self.refused('import', *args, because=because)
        self.assertEqual(self.pairs() if self.user.exists() else set(), set())
        os.chmod(self.dir / 'work' / 'a.csv', 0)
        self.refused('import', 'a.csv', because='a.csv: ', before=drop_privileges_over_files)


class Export(Phrases):
    def setUp(self):
        super().setUp()
        self.add('lend a paw', 'help', '--pos', 'x')
        self.add('purple the pancake', 'cook the pancake', '--pos', 'x', '--source', 'eggs')

    def test_the_name_says_the_format(self):
        for name, form in (('x.tsv', 'tsv'), ('x.txt', 'tsv'), ('x', 'tsv'), ('x.jsonl', 'jsonl'), ('x.csv', 'csv'), ('x.dat', 'mythes')):
            self.assertEqual(self.out('export', '-o', name), '')
            self.assertEqual((self.dir / 'work' / name).read_text(), self.out('export', '--format', form), name)
        self.assertEqual(self.out('export', '-o', 'y.csv', '--format', 'jsonl'), '')
        self.assertEqual((self.dir / 'work' / 'y.csv').read_text(), self.out('export', '--format', 'jsonl'))
        self.assertEqual(self.out('export', '-o', '-'), self.out('export'))
        self.assertEqual(sorted(os.listdir(self.dir / 'work')), sorted(['x', 'x.tsv', 'x.txt', 'x.jsonl', 'x.csv', 'x.dat', 'x.idx', 'y.csv']))

    def test_index_of_a_thesaurus_by_another_name(self):
        for name, index in (('th', 'th.idx'), ('thes.aurus', 'thes.aurus.idx')):
            self.out('export', '--format', 'mythes', '-o', name)
            text = (self.dir / 'work' / name).read_text()
            self.assertEqual((self.dir / 'work' / index).read_text(),
                             f'UTF-8\n2\ncook the pancake|{text.index("cook")}\nhelp|{text.index("help")}\n')

    def test_one_source(self):
        self.assertEqual(self.out('export', '--source', 'eggs').split('\t')[:2], ['purple the pancake', 'cook the pancake'])
        self.refused('export', '--source', 'nobody', because="no source 'nobody'")

    def test_errors(self):
        (self.dir / 'work' / 'd.idx').mkdir()
        for args, because in ((('x',), 'takes no argument: -o FILE says where to'), (('--nope',), "'--nope'"), (('-o', 'none/x'), 'none/x: cannot create'),
                              (('-o', '.'), 'is not a regular file'), (('-o', 'd.dat'), 'd.idx: is not a regular file'), (('--format', 'wordnet'), 'wordnet'),
                              (('--format', 'wordnet', '-o', 'w'), 'wordnet'), (('-o', 'x', '--in', 'system'), 'there is no system table yet')):
            self.refused('export', *args, because=because)
        for args in ((), ('-o', '-')):
            self.refused('export', *args, because='cannot write to standard output', stdout='closed')
        self.assertFalse((self.dir / 'work' / 'w').exists())


if __name__ == '__main__':
    main()
