"""unspin phrases: rows in and out, the stack of tables, imports that are whole or not at all."""
import csv
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import threading
import time

import harness
from harness import Case, main

TORTURED = harness.ROOT / 'tests' / 'cli' / 'tortured.csv'
VERSION_AT = 12  # in an image: src/base/image.c
CARRIERS = ('The study looks at {} in some detail.', 'We discuss the role of {} in recent work.')


def data_dir():
    return os.environ.get('UNSPIN_DATA') or os.path.join(os.path.dirname(harness.PROGRAM), 'data')


class Phrases(Case):
    def setUp(self):
        super().setUp()
        (self.dir / 'home').mkdir()
        (self.dir / 'work').mkdir()
        self.env = {'HOME': str(self.dir / 'home'), 'XDG_DATA_HOME': str(self.dir / 'data'),
                    'XDG_CONFIG_DIRS': str(self.dir / 'etc')}
        self.user = self.dir / 'data' / 'unspin' / 'phrases.db'

    def phrases(self, *args, status=0, cwd=None, **more):
        done = harness.run('phrases', *map(str, args), cwd=cwd or self.dir / 'work', env=self.env, **more)
        self.assertEqual(done.status, status, (args, done))
        if status == 2:
            lines = done.err.decode().splitlines()
            self.assertEqual(len(lines), 1, (args, done))
            self.assertRegex(lines[0], r'^unspin: ')
        return done

    def out(self, *args, **more):
        return self.phrases(*args, **more).out.decode()

    def add(self, *args, **more):
        row = self.out('add', *args, **more).strip()
        self.assertRegex(row, r'^[0-9a-hj-km-np-z]{8}$')
        return row

    def rows(self, *args):
        """What list says, as (spun, plain, pos, strength, source, table, state)."""
        done = harness.run('phrases', 'list', *map(str, args), cwd=self.dir / 'work', env=self.env)
        self.assertIn(done.status, (0, 1), done)
        lines = [line.split('\t') for line in done.out.decode().splitlines()]
        return [(c[1], c[2], c[3], int(c[4]), c[6], c[7], c[8]) for c in lines]

    def pairs(self, *args):
        return {r[:2] for r in self.rows('--in', 'user', *args)}

    def refused(self, *args, because, **more):
        done = self.phrases(*args, status=2, **more)
        self.assertIn(because, done.err.decode(), done)
        self.assertEqual(done.out, b'')  # what is not done is not told as done


class Rows(Phrases):
    def test_add_show_edit_remove(self):
        row = self.add('purple the pancake', 'cook the pancake', '--pos', 'x', '--strength', '5', '--note', 'a remark',
                       '--change', 'They {purple the pancake|cook the pancake}.', '--keep', 'They sleep.')
        shown = json.loads(self.out('show', '--json', row))
        self.assertEqual((shown['spun'], shown['plain'], shown['pos'], shown['strength'], shown['note'], shown['keep']),
                         ('purple the pancake', 'cook the pancake', 'x', 5, 'a remark', 'They sleep.'))
        self.assertEqual((shown['table'], shown['state'], shown['source']), ('user', 'active', 'by hand'))
        self.refused('add', 'purple the pancake', 'cook the pancake', '--pos', 'x', because='there already')
        self.assertEqual(self.add('purple the pancake', 'cook the pancake', '--pos', 'x', '--replace'), row)
        self.assertNotIn('note', json.loads(self.out('show', '--json', row)))
        self.assertEqual(self.out('edit', row, '--strength', '2').strip(), row)
        self.assertEqual(self.rows('--in', 'user')[0][3], 2)
        other = self.out('edit', row, '--plain', 'fry the pancake').strip()
        self.assertNotEqual(other, row)
        self.assertEqual(self.pairs(), {('purple the pancake', 'fry the pancake')})
        self.out('remove', other)
        self.assertEqual(self.pairs(), set())
        self.refused('remove', other, because='no row')

    def test_part_of_speech_is_found_out(self):
        for spun, plain, pos in (('assist', 'help', 'v'), ('counterfeit consciousness', 'artificial intelligence', 'n'),
                                 ('sizable', 'large', 'a'), ('swiftly', 'quickly', 'r'), ('in the event that', 'if', 'x')):
            self.add(spun, plain, '--source', 'guess')
            found = [r for r in self.rows('--in', 'user') if r[:2] == (spun, plain)]
            self.assertEqual(found[0][2], pos, spun)

    def test_bad_rows_are_refused_and_nothing_is_written(self):
        for args, because in (
                (('a  b', 'c'), 'two blanks'), ((' a', 'c'), 'blank'), (('', 'c'), 'empty'), (('a', ''), 'empty'),
                (('a', 'a'), 'both sides are the same'), (('a\tb', 'c'), 'control character'),
                (('a\nb', 'c'), 'control character'), (('(a)', 'c'), 'every word'),
                (('lend* a', 'help', '--pos', 'x'), 'does not inflect'), (('a b c d e f g h i', 'x'), 'more than 8'),
                (('lend a hand', "help one's", '--pos', 'v'), 'slot'),
                (('lend a hand (to', 'help'), 'brackets stand around one word'),
                (("one's one's dog", 'cat', '--pos', 'x'), 'more than one slot'),
                (('a' * 300, 'c'), 'longer than'), (('a', 'b', '--when', 'after:x'), 'unknown condition'),
                (('a', 'b', '--when', 'prev:'), 'names no word'), (('a', 'b', '--when', 'next:@gerund'), 'no class'),
                (('a', 'b', '--change', 'no marks'), '{spun|plain}'), (('a', 'b', '--strength', '6'), 'not 1 to 5'),
                (('a', 'b', '--pos', 'q'), 'none of v n a r x'), (('a', 'b', '--nonsense'), 'unknown option'),
                (('a', 'b', '--strength'), 'without its argument'), (('a',), 'wants a spun phrase'), (('a', 'b', 'c'), 'wants'),
                (('a', 'b', '--source', 'x' * 200), 'longer than'), (('a', 'b', '--in', 'shipped'), 'not written to'),
                (('a', 'b', '--source', '\x01x'), 'control characters'), (('a', 'b', '--data', '/nowhere'), '/nowhere')):
            with self.subTest(args=args):
                self.refused('add', *args, because=because)
        self.assertEqual(self.pairs() if self.user.exists() else set(), set())
        done = harness.run(b'phrases', b'add', b'a\xff', b'c', env=self.env, cwd=self.dir)
        self.assertEqual(done.status, 2, done)
        self.assertIn(b'not UTF-8', done.err)

    def test_unknown_things_are_refused(self):
        self.refused('export', because='there is no user table yet')
        self.refused('stats', '--in', 'project', because='there is no project table yet')
        for part in ('forget', 'remove'):
            self.refused(part, 'zzzzzzzz', because='there is no user table yet')
            self.refused(part, 'zzzzzzzz', '--in', 'none.db', because='No such file')
        self.assertFalse(self.user.exists())
        self.refused('test', 'zzzzzzzz', because="no row has the id 'zzzzzzzz'")
        self.refused('add', 'a', 'b', '--in', 'none/t.db', because='none/t.db: cannot be made: No such file')
        self.assertFalse((self.dir / 'work' / 'none').exists())
        self.refused('frobnicate', because="no part 'frobnicate'")
        self.refused(because='list, show, find')
        self.refused('show', 'zzzzzzzz', because='no row')
        self.refused('edit', 'zzzzzzzz', '--strength', '2', because='no row')
        self.refused('edit', 'zzzzzzzz', because='what shall be different')
        self.refused('disable', 'zzzzzzzz', '--reason', 'x', because='no row')
        self.refused('disable', 'zzzzzzzz', because='why?')
        self.refused('enable', 'zzzzzzzz', because='no row')
        self.refused('forget', 'nobody', because='no source')
        self.refused('list', '--table', self.dir / 'none.db', because='No such file')
        self.refused('list', '--in', self.dir, because='not a regular file')
        self.phrases('list', 'no phrase like this', status=1)
        self.phrases('find', 'Nnnn.', status=1)
        self.phrases('explain', 'no phrase like this', status=1)

    def test_every_part_has_help(self):
        for part in ('list', 'show', 'find', 'explain', 'add', 'edit', 'remove', 'disable', 'enable', 'import', 'forget',
                     'export', 'stats', 'test', 'lint'):
            self.assertTrue(self.out(part, '--help').startswith('Usage: unspin phrases ' + part) or
                            f'unspin phrases {part} ' in self.out(part, '--help'), part)


class Stack(Phrases):
    def shipped_row(self, **want):
        """A row of the shipped table that stands alone with its spun phrase."""
        db = sqlite3.connect(f'file:{data_dir()}/phrases.db?mode=ro', uri=True)
        row = db.execute("SELECT id, spun, plain, pos FROM row WHERE pos='x' AND conditions='' AND strength=5 AND "
                         "spun GLOB '[a-z]*' AND spun NOT GLOB '*[^a-z ]*' AND spun LIKE '% % %' GROUP BY spun "
                         "HAVING count(*)=1 ORDER BY spun LIMIT 1").fetchone()
        db.close()
        return row

    def test_no_place_for_the_systems(self):
        """The standard: relative folders are not to be looked at. That leaves no system table, and no fault."""
        self.env['XDG_CONFIG_DIRS'] = 'etc'
        self.assertEqual(harness.run('clean', env=self.env, stdin=harness.SPUN).err, b'')
        self.assertEqual(self.phrases('list', '--in', 'system', status=2).err,
                         b'unspin: no place for the system table: XDG_CONFIG_DIRS names no folder\n')

    def test_a_higher_table_overrides_and_disables(self):
        row, spun, plain, pos = self.shipped_row()
        self.add(spun, plain, '--pos', pos, '--strength', '1')
        states = {(r['table'], r['state']) for r in map(json.loads, self.out('show', '--json', row).splitlines())}
        self.assertEqual(states, {('shipped', 'overridden'), ('user', 'active')})
        self.out('remove', row)
        self.out('disable', row, '--reason', 'not for us')
        shown = [json.loads(line) for line in self.out('show', '--json', row).splitlines()]
        self.assertEqual([(r['table'], r['state'], r['reason']) for r in shown], [('shipped', 'disabled', 'not for us')])
        self.assertNotIn(spun, {r[0] for r in self.rows(spun)})
        self.assertIn('not for us', self.out('explain', spun))
        self.out('enable', row)
        self.assertIn(spun, {r[0] for r in self.rows(spun)})
        self.refused('enable', row, because='not switched off')

    def test_a_lower_tables_disabling_is_undone_by_a_copy(self):
        row, spun, _, _ = self.shipped_row()
        self.out('disable', row, '--reason', 'no', '--in', 'system')
        self.out('enable', row)
        shown = {r['table']: r['state'] for r in map(json.loads, self.out('show', '--json', row).splitlines())}
        self.assertEqual(shown, {'shipped': 'overridden', 'user': 'active'})

    def test_editing_a_shipped_row_leaves_it_and_writes_ones_own(self):
        row, spun, plain, _ = self.shipped_row()
        self.assertEqual(self.out('edit', row, '--strength', '1').strip(), row)
        self.assertEqual([r[3:] for r in self.rows(spun) if r[0] == spun], [(1, 'by hand', 'user', 'active')])
        other = self.out('edit', row, '--plain', plain + ' too', '--in', 'project').strip()
        self.assertIn((spun, plain + ' too'), {r[:2] for r in self.rows('--in', 'project')})
        self.assertNotEqual(other, row)
        self.assertIn('edited: now ' + other, self.out('show', row))

    def test_order_of_the_layers(self):
        file = self.dir / 'own.db'
        for strength, where in enumerate(('system', 'user', 'project', file), 1):
            self.add('purple the pancake', 'cook it', '--pos', 'x', '--strength', strength, '--in', where)
        self.assertTrue((self.dir / 'work' / '.unspin' / 'phrases.db').exists())
        self.assertTrue((self.dir / 'etc' / 'unspin' / 'phrases.db').exists())
        self.assertEqual([r[3] for r in self.rows('purple the')], [3])
        self.assertEqual([r[3] for r in self.rows('purple the', '--table', file)], [4])
        below = self.dir / 'work' / 'a' / 'b'
        below.mkdir(parents=True)
        self.assertIn('\tproject\t', self.out('list', 'purple the', cwd=below))
        self.assertIn('\tuser\t', self.out('list', 'purple the', cwd=self.dir))

    def test_relative_xdg_folders_and_no_home_are_passed_over(self):
        env = dict(self.env, XDG_DATA_HOME='relative', HOME='')
        done = harness.run('phrases', 'add', 'a', 'b', env=env, cwd=self.dir)
        self.assertEqual(done.status, 2)
        self.assertIn(b'no place for the user table', done.err)
        self.assertFalse((self.dir / 'relative').exists())
        self.assertEqual(harness.run('phrases', 'list', 'lend a hand', env=env, cwd=self.dir).status, 0)

    def test_reading_leaves_no_files_behind(self):
        self.add('purple the pancake', 'cook it')
        for part in (('list',), ('stats',), ('lint', '--in', 'user')):
            harness.run('phrases', *part, env=self.env, cwd=self.dir)
        self.assertEqual(os.listdir(self.user.parent), ['phrases.db'])

    def test_foreign_and_damaged_tables(self):
        other = self.dir / 'other.db'
        db = sqlite3.connect(other)
        db.execute('CREATE TABLE t(x)')
        db.commit()
        db.close()
        self.refused('list', '--in', other, because='not an unspin phrase table')
        self.refused('add', 'a', 'b', '--in', other, because='not an unspin phrase table')
        self.write('text.db', b'no database at all, but long enough to be looked at' * 50)
        self.refused('list', '--in', self.dir / 'text.db', because='not an unspin phrase table')
        self.add('purple the pancake', 'cook it')
        for sql, because in (('PRAGMA user_version=1', 'version 1'), ('PRAGMA user_version=99', 'version 99'),
                             ('CREATE TRIGGER t AFTER INSERT ON row BEGIN DELETE FROM row; END', 'triggers'),
                             ('CREATE VIEW v AS SELECT 1', 'triggers or views')):
            copy = self.dir / 'copy.db'
            shutil.copy(self.user, copy)
            db = sqlite3.connect(copy)
            db.execute(sql)
            db.commit()
            db.close()
            self.refused('list', '--in', copy, because=because)
            self.refused('add', 'c', 'd', '--in', copy, because=because)

    def test_a_table_that_may_not_be_written(self):
        self.add('purple the pancake', 'cook it')
        os.chmod(self.user, 0o444)
        os.chmod(self.user.parent, 0o555)
        self.addCleanup(os.chmod, self.user.parent, 0o755)
        self.assertIn('purple', self.out('list', '--in', 'user', before=harness.drop_privileges_over_files))
        self.phrases('add', 'c', 'd', status=2, before=harness.drop_privileges_over_files)

    def test_a_journalled_table_on_read_only_ground(self):
        self.add('purple the pancake', 'cook it')
        db = sqlite3.connect(self.user)
        db.execute('PRAGMA journal_mode=WAL')
        db.close()
        self.assertEqual(os.listdir(self.user.parent), ['phrases.db'])
        os.chmod(self.user, 0o444)
        os.chmod(self.user.parent, 0o555)
        self.addCleanup(os.chmod, self.user.parent, 0o755)
        self.assertIn('purple', self.out('list', '--in', 'user', before=harness.drop_privileges_over_files))


    def test_export_of_a_source_that_is_not_there(self):
        self.add('frobnicate', 'use', '--pos', 'v')
        self.refused('export', '--source', 'nosuch', '-o', 'out.tsv', because="no source 'nosuch'")
        self.assertFalse((self.dir / 'work' / 'out.tsv').exists())

    def test_a_table_that_another_version_compiled(self):
        self.add('frobnicate', 'use', '--pos', 'v')
        db = sqlite3.connect(self.user)
        image = db.execute("SELECT bytes FROM image WHERE name='matcher'").fetchone()[0]
        older = image[:VERSION_AT] + (1).to_bytes(4, 'little') + image[VERSION_AT + 4:]
        db.execute("UPDATE image SET bytes=? WHERE name='matcher'", (older,))
        db.commit()
        db.close()
        kept = self.user.read_bytes()
        self.assertIn('use', self.out('explain', 'frobnicate'))
        self.assertIn('We use tools', self.out('find', 'We frobnicate tools.'))
        self.assertEqual(self.user.read_bytes(), kept)  # who only reads does not mend it
        self.add('frobnicator', 'user', '--pos', 'n')
        db = sqlite3.connect(self.user)
        self.assertEqual(db.execute("SELECT bytes FROM image WHERE name='matcher'").fetchone()[0][:VERSION_AT + 4], image[:VERSION_AT + 4])
        db.close()

    def test_what_was_learned_adds_to_a_row_below(self):
        def standing():
            rows = map(json.loads, self.out('explain', '--json', 'advancement').splitlines())
            return {r['table']: r for r in rows if r['plain'] == 'development'}
        before = standing()
        self.assertEqual(list(before), ['shipped'])
        (self.dir / 'work' / 'pairs.jsonl').write_text(''.join(
            json.dumps({'spun': f'The advancement of {what} is slow.', 'plain': f'The development of {what} is slow.'}) + '\n'
            for what in ('such drugs', 'the harbour', 'new engines', 'a small town')))
        self.phrases('learn', '--quiet', 'pairs.jsonl')
        learned = standing()
        self.assertEqual(learned['user']['row'], before['shipped']['row'])
        self.assertEqual(learned['shipped']['state'], 'active')
        self.assertGreater(learned['user']['score'], before['shipped']['score'])
        told = [r for r in map(json.loads, self.out('find', '--json', 'The advancement is slow.').splitlines())
                if r.get('row') == before['shipped']['row']]
        self.assertEqual([(r['table'], r['source'].split(':')[0]) for r in told], [('shipped', before['shipped']['source'])])
        # switched off below, it is brought back as somebody's word, though what was learned stands above
        self.phrases('disable', '--reason', 'not here', before['shipped']['row'])
        self.assertEqual(standing()['shipped']['state'], 'disabled')
        self.phrases('enable', '--in', 'project', before['shipped']['row'])
        self.assertEqual(standing()['project']['state'], 'active')
        self.phrases('remove', '--in', 'project', before['shipped']['row'])
        self.phrases('enable', before['shipped']['row'])
        # a word that was edited is somebody's
        self.phrases('edit', before['shipped']['row'], '--strength', '1')
        self.assertEqual(standing()['shipped']['state'], 'overridden')
        # what somebody wrote takes its place
        self.phrases('remove', before['shipped']['row'])
        self.add('advancement', 'development', '--pos', 'n')
        self.assertEqual(standing()['shipped']['state'], 'overridden')


class Imports(Phrases):
    def take(self, name, text, *args, status=0, **more):
        path = self.write(name, text if isinstance(text, bytes) else text.encode())
        return self.phrases('import', *args, path, status=status, **more)

    def test_our_own_format_round_trip(self):
        text = ("lend a hand (to)\thelp\tv\t5\t\ta remark\tThey {lent a hand to|helped} him.\tThey sat.\n"
                "green\tfairway\tn\t2\tprev:the next:@noun near:golf,ball\n"
                "# of goods\t# goods\tx\t3\n")
        self.take('own.tsv', '# a comment\n' + text)
        self.assertEqual(sorted(self.out('export').splitlines()), sorted(text.splitlines()))

    def test_json_lines_round_trip_is_whole(self):
        rows = [{'spun': 'purple the pancake', 'plain': 'cook "it"', 'pos': 'x', 'strength': 2, 'when': 'prev:to',
                 'note': 'ü \\ "', 'keep': 'One. || Two.', 'count': 17, 'p_plain': 0.25, 'p_spun': 0.125,
                 'first_hash': '00000000deadbeef', 'rate_spun': 0.5, 'rate_plain': 1.5}]
        # nobody counts more than one phrase: what stands before and behind in the list has nothing of its neighbour
        rows += [{'spun': f'{word} the pancake (to)', 'plain': 'cook (it)', 'pos': 'x', 'strength': 1} for word in ('pink', 'red')]
        self.take('a.jsonl', '\n'.join(map(json.dumps, rows)) + '\n')
        got = [json.loads(line) for line in self.out('export', '--format', 'jsonl').splitlines()]
        self.assertEqual({row.pop('source') for row in got}, {'a.jsonl'})
        self.assertCountEqual(got, rows)

    def test_screener_lists(self):
        self.take('pps.csv', '"Fingerprint - Tortured Phrase","Expected Text","Nb Retrieved Papers"\n'
                             '"""malignant growth"" AND ""cancer""","cancer","20,848"\n'
                             '"""feedback processing""","back propagation (BP)","11,586"\n'
                             '"""shared data"" AND ""mutual information""","Mutual Information (MI)","1,039"\n'
                             '"""highlight extraction"" NOT specular","feature extraction","2,489"\n'
                             '"""vanishing slant issue""~5","vanishing gradient problem","17"\n'
                             '"""data and innovation""","\\""information technology (IT)\\""","1,742"\n'
                             '"""conveyance framework""","delivery strategy/system","787"\n'
                             '"""neural associations""","neural networks","1,792"\n'
                             '"""Fourier change""","Fourier transform","1,006"\n'
                             '"""rigid portions""","(?)","1"\n'
                             '"""enhance* calculation""","optimization algorithm","731"\n'
                             '"""bosom"" AND ""peril""","breast cancer","3"\n')  # no single word
        self.assertEqual({r[:4] for r in self.rows('--in', 'user')}, {
            ('malignant growth', 'cancer', 'n', 4), ('feedback processing', 'back propagation', 'n', 5),
            ('shared data', 'mutual information', 'n', 4), ('highlight extraction', 'feature extraction', 'n', 4),
            ('vanishing slant issue', 'vanishing gradient problem', 'n', 5),
            ('data and innovation', 'information technology', 'n', 5), ('conveyance framework', 'delivery strategy', 'n', 5),
            ('neural association', 'neural network', 'n', 5), ('Fourier change', 'Fourier transform', 'x', 5)})

    def test_context_makes_conditions(self):
        self.take('pps.csv', '"spun","expected"\n"""malignant growth"" AND ""lung cancers""","cancer"\n', '--context')
        self.assertEqual(json.loads(self.out('export', '--format', 'jsonl'))['when'], 'near:lung,cancer')

    def test_simple_lists(self):
        for name, text in (('a.csv', 'purple pancake,fried egg\n'), ('b.csv', 'purple pancake;fried egg;3\n'),
                           ('c.tsv', 'purple pancake\tfried egg\n'), ('d.txt', 'tortured\texpected\npurple pancake\tfried egg\n'),
                           ('e.csv', '\ufeff"purple pancake","fried egg"\r\n'), ('f.csv', 'spun,plain,count\npurple pancake,fried egg,3\n')):
            with self.subTest(name):
                self.take(name, text)
                self.assertEqual(self.pairs(), {('purple pancake', 'fried egg')})
                self.out('forget', name)

    def test_what_looks_like_a_head_but_has_a_count_is_none(self):
        self.take('a.csv', 'spun pancake,plain egg,5\nred pancake,boiled egg,4\n')
        self.assertEqual(self.pairs(), {('spun pancake', 'plain egg'), ('red pancake', 'boiled egg')})

    def test_our_rows_with_a_wrong_strength_are_no_list(self):
        bad = self.write('a.tsv', b'purple pancake\tfried egg\tn\t99999999999999999999\n')
        self.refused('import', bad, because='a.tsv:1: ')

    def test_spintax(self):
        self.take('words.txt', 'We {help|assist|lend a hand} and {big|{huge|vast} sized}.\nlarge|sizable\n')
        self.assertEqual(self.pairs(), {('assist', 'help'), ('lend a hand', 'help'), ('huge sized', 'big'),
                                        ('vast sized', 'big'), ('vast', 'huge'), ('sizable', 'large')})
        self.out('forget', 'words.txt')
        self.take('words.txt', '{assist|help}', '--format', 'spintax', '--plain', 'first')
        self.assertEqual(self.pairs(), {('help', 'assist')})

    def test_spintax_on_long_lines(self):
        """An article on one line, long since no list: the time follows its length, and the memory of lists within lists does not."""
        self.take('words.txt', 'a' * 6_000_000 + '\n' + '{assist|help}' * 100_000 + ' big|large\n', '--format', 'spintax')
        self.assertEqual(self.pairs(), {('assist', 'help'), ('large', 'big')})
        self.out('forget', 'words.txt')
        done = self.take('words.txt', '{' + ('{a|b}' * 200 + '|') * 200 + 'c}', '--format', 'spintax', '-q')
        if not harness.sanitized():
            self.assertLess(done.max_rss_kib, 200 * 1024)

    def test_mythes(self):
        text = ('ISO8859-1\nsizable|2\n(adj)|large|big (similar term)|small (antonym)\n(noun)|thing (generic term)\n'
                'caf\xe9|1\n(noun)|coffee bar\n').encode('latin-1')
        self.take('th.dat', text)
        self.assertEqual({r[:4] for r in self.rows('--in', 'user')}, {
            ('large', 'sizable', 'a', 2), ('big', 'sizable', 'a', 2), ('thing', 'sizable', 'n', 1),
            ('coffee bar', 'caf\u00e9', 'n', 2)})
        self.out('export', '-o', self.dir / 'out.dat')
        dat, idx = (self.dir / 'out.dat').read_bytes(), (self.dir / 'out.idx').read_text().splitlines()
        self.assertEqual(idx[:2], ['UTF-8', '2'])
        for line in idx[2:]:
            word, offset = line.split('|')
            self.assertTrue(dat[int(offset):].startswith((word + '|').encode()), line)
        again = self.pairs()
        self.out('forget', 'th.dat')
        self.phrases('import', self.dir / 'out.idx')
        self.assertEqual(self.pairs(), again)

    def test_wordnet(self):
        data = '  1 the licence\n'
        offsets = {}
        for key, words, pointer in (('motor', ['vehicle'], ''), ('car', ['car', 'auto', 'motor_car', 'Ford'], 'motor')):
            offsets[key] = len(data)
            points = f'001 @ {offsets[pointer]:08d} n 0000' if pointer else '000'
            data += f'{len(data):08d} 06 n {len(words):02x} {" ".join(w + " 0" for w in words)} {points} | a gloss\n'
        index = '  1 the licence\n' + ''.join(f'{w} n 1 1 @ 1 0 {offsets["car"]:08d}  \n' for w in ('auto', 'car', 'ford', 'motor_car'))
        self.write('data.noun', data.encode())
        self.take('index.noun', index, '--related')
        self.assertEqual({r[:4] for r in self.rows('--in', 'user')}, {
            ('auto', 'car', 'n', 2), ('motor car', 'car', 'n', 2), ('car', 'auto', 'n', 2), ('motor car', 'auto', 'n', 2),
            ('car', 'motor car', 'n', 2), ('auto', 'motor car', 'n', 2), ('vehicle', 'car', 'n', 1),
            ('vehicle', 'auto', 'n', 1), ('vehicle', 'motor car', 'n', 1)})
        self.take('index.noun', 'car n 1 0 1 0 00000003\n', status=2)
        for sense, status in (('00000000 03 n ffffffffffffffff cat 0 000 | g', 2), ('00000000 03 n 01 cat 0 -1 @ | g', 0)):
            self.write('data.noun', sense.encode())  # counts of things that are not there
            self.take('index.noun', 'cat n 1 0 1 0 00000000\n', '--related', '-q', status=status)

    def test_ppdb(self):
        self.take('ppdb', '[VB] ||| help ||| assist ||| PPDB2.0Score=5.1 p(e|f)=1.386294 p(f|e)=0.693147 ||| 0-0 ||| Equivalence\n'
                          '[NN] ||| cat ||| dog ||| PPDB2.0Score=2 ||| 0-0 ||| Exclusion\n'
                          '[X] ||| number # ||| no. # ||| PPDB2.0Score=2 ||| 0-0 ||| Equivalence\n')
        row = json.loads(self.out('export', '--format', 'jsonl'))
        self.assertEqual((row['spun'], row['plain'], row['pos'], row['strength']), ('assist', 'help', 'v', 3))
        self.assertAlmostEqual(row['p_spun'], 0.25, 4)
        self.assertAlmostEqual(row['p_plain'], 0.5, 4)

    def test_lists_of_columns_in_odd_shapes(self):
        """Quotation marks, brackets, operators, counts: what is read of each line, as (spun, plain, pos, strength)."""
        for n, (line, row) in enumerate((
                ('"purple\npancake",fried egg', ('purple pancake', 'fried egg', 'n', 5)),          # over a line's end
                ('"purple ""pancake""",fried egg', ('purple', 'fried egg', 'x', 4)),              # a term of its own follows
                ('purple pancake,fried egg,3,"more, and ""more""",', ('purple pancake', 'fried egg', 'n', 5)),
                ('"purple pancake"trailing,fried egg', ('purple pancaketrailing', 'fried egg', 'x', 5)),
                ('"""purple pancake",fried egg', ('purple pancake', 'fried egg', 'n', 5)),         # the inner one is not closed
                ('"""purple pancake""~10 OR ""other""",fried egg', ('purple pancake', 'fried egg', 'n', 4)),
                ('AND purple pancake,fried egg', ('AND purple pancake', 'fried egg', 'n', 5)),     # nothing to join
                ('purple pancake NOT egg white AND salt,fried egg', ('purple pancake', 'fried egg', 'n', 4)),
                ('a1 OR a2 OR a3 OR a4 OR a5 OR a6 OR a7 OR a8 OR a9,fried egg', ('a1', 'fried egg', 'x', 4)),
                ('purple [dark] pancake (old (very)),fried egg', ('purple pancake', 'fried egg', 'n', 5)),
                ('purple pancake,"fried egg; boiled egg"', ('purple pancake', 'fried egg', 'n', 5)),
                ('purple pancake,"fried egg, boiled egg or omelette"', ('purple pancake', 'fried egg', 'n', 5)),
                ('purple pancake,\\fried egg?', ('purple pancake', 'fried egg', 'n', 5)),
                ('Purple pancake,Fried egg', ('purple pancake', 'fried egg', 'n', 5)),
                ('Purple Pancake,Fried Egg', ('Purple Pancake', 'Fried Egg', 'x', 5)),
                ('London pancake,Fried egg', ('London pancake', 'Fried egg', 'n', 5)),             # a name stays one
                ('purple\u00a0 pancake\u2019s,fried egg', ("purple pancake's", 'fried egg', 'x', 5)),
                ('zorbles,eggs', ('zorbles', 'eggs', 'x', 5)), ('pancakes,eggs', ('pancake', 'egg', 'n', 5)),
                ('old pancakes of gold,eggs', ('old pancake of gold', 'egg', 'n', 5)),
                ('hard disc drive,hard disk drive', ('hard disc drive', 'hard disk drive', 'n', 5)),
                ('A pancake,egg', ('A pancake', 'egg', 'n', 5)), ('Polish pancake,egg', ('Polish pancake', 'egg', 'n', 5)),
                ('women,persons', ('women', 'persons', 'x', 5)), ('red cats,egg', ('red cats', 'egg', 'x', 5)),
                ('utilize,use', ('utilize', 'use', 'v', 5)), ('went,go', ('went', 'go', 'x', 5)),
                ('lend a paw,help', ('lend a paw', 'help', 'v', 5)), ('swiftly,quickly', ('swiftly', 'quickly', 'r', 5)),
                ('very swiftly,quickly', ('very swiftly', 'quickly', 'x', 5)))):
            with self.subTest(line=line):
                table = self.dir / f'{n}.db'
                self.take('list.csv', line + '\n', '-q', '--in', table)
                self.assertEqual([r[:4] for r in self.rows('--in', table)], [row])

    def test_counts_and_searches_become_notes(self):
        for line, note in (('purple pancake,fried egg,17', 'met 17 times'), ('purple pancake,fried egg,', None),
                           ('purple pancake,fried egg,1x7', None), ('purple pancake,fried egg,' + '9' * 20, None),
                           ('purple pancake AND salt,fried egg, 4 ', 'purple pancake AND salt; met 4 times'),
                           ('purple pancake AND ' + 'salt ' * 405 + ',fried egg,4', 'purple pancake AND' + ' salt' * 405)):
            with self.subTest(line=line[:60]):
                self.take('list.csv', line + '\n', '-q')
                self.assertEqual(json.loads(self.out('export', '--format', 'jsonl')).get('note'), note)
                self.out('forget', 'list.csv')

    def test_what_a_context_can_be(self):
        for search, when in (('pancake AND salt', 'near:salt'), ('pancake AND salts AND oil', 'near:salt,oil'),
                             ('pancake NOT salt', None), ('pancake AND no', None), ('pancake AND salt*', None),
                             ('pancake AND pan', None), ('pancake AND zorble', 'near:zorble'),
                             ('"pancake AND salt,oil"', None)):
            with self.subTest(search=search):
                self.take('list.csv', search + ',egg\n', '-q', '--context')
                self.assertEqual(json.loads(self.out('export', '--format', 'jsonl')).get('when'), when)
                self.out('forget', 'list.csv')

    def test_lines_of_a_list_that_are_left_out(self):
        done = self.take('list.csv', '# a list\n\nred pancake,boiled egg\n,egg\n(remark),egg\npancake,(remark)\npancake\n'
                                     'pancake AND salt,egg\n# no remark,not here\n', status=0)
        told = {int(m[0]): m[1] for m in re.findall(r'list.csv:(\d+): left out: (.*)', done.err.decode())}
        self.assertEqual({n: why for n, why in told.items() if n < 8},
                         {4: 'no phrase', 5: 'no phrase', 6: 'no expected phrase', 7: 'no expected phrase'})
        self.assertIn('only where others stand', told[8])
        self.assertIn(b'1 more left out', done.err)
        self.assertIn(b'7 entries, 1 rows added', done.out)
        self.assertEqual(self.pairs(), {('red pancake', 'boiled egg')})
        self.refused('import', self.write('empty.csv', b''), '--strength', '6', because='--strength')
        self.assertIn(b'0 entries, 0 rows added', self.take('empty.csv', '').out)
        self.refused('import', '-q', self.write('bracket.csv', b'purple) pancake,fried egg\n'), because='left out all 1 entries')
        for marks in (b'"open,b\n' + b'c,d\n' * 150, b'a,"open\n'):
            self.refused('import', self.write('open.csv', b'x,y\n' + marks), because='open.csv:2: a quotation mark is never closed')

    def test_separators(self):
        for name, text in (('a.csv', '"purple; pancake";"fried, egg";"a, b, c"\n'), ('b.csv', '"purple; pancake"\t"fried, egg"\n')):
            with self.subTest(name):
                self.take(name, text, '-q')
                self.assertEqual(self.pairs(), {('purple; pancake', 'fried')})
                self.out('forget', name)
        for head in ('Spun text,plain text', 'TORTURED,Correct', 'phrase,original,"1,x"', 'phrase,original,-'):
            with self.subTest(head):
                self.assertIn(b'1 entries, 1 rows added', self.take('c.csv', head + '\nred pancake,boiled egg\n').out)
                self.out('forget', 'c.csv')
        for first in (',plain egg', 'spun pancake'):  # no head: nothing, left out
            with self.subTest(first):
                self.assertIn(b'2 entries, 1 rows added', self.take('c.csv', first + '\nred pancake,boiled egg\n').out)
                self.out('forget', 'c.csv')
        for first in ('spun pancake,plain egg,"1,000"', 'spun pancake,boiled egg', 'red pancake,plain egg'):
            with self.subTest(first):
                self.assertIn(b'1 entries, 1 rows added', self.take('c.csv', first + '\n').out)
                self.out('forget', 'c.csv')

    def test_gzip_and_standard_input(self):
        import gzip
        import lzma
        self.take('a.csv.xz', lzma.compress(b'purple pancake,fried egg\n'))
        self.out('forget', 'a.csv.xz')
        self.take('a.csv.gz', gzip.compress(b'purple pancake,fried egg\n'))
        self.assertEqual(self.pairs(), {('purple pancake', 'fried egg')})
        self.refused('import', '-', because='must be named', stdin=b'a,b\n')
        self.phrases('import', '--format', 'csv', '-', stdin=b'blue pancake,raw egg\n')
        self.assertIn(('blue pancake', 'raw egg'), self.pairs())
        self.take('b.csv.gz', gzip.compress(b'x,y\n' * 1000)[:-12], status=2)

    def test_sources_licences_and_forgetting(self):
        self.take('a.csv', 'purple pancake,fried egg\nblue pancake,raw egg\n', '--licence', 'CC0', '--source', 'eggs')
        self.add('red pancake', 'boiled egg')
        stats = {s['source']: s for s in map(json.loads, self.out('stats', '--json', '--in', 'user').splitlines())}
        self.assertEqual((stats['eggs']['licence'], stats['eggs']['rows']), ('CC0', 2))
        self.assertIn('(CC0)', self.out('stats', '--in', 'user'))
        self.assertIn('2 rows forgotten', self.out('forget', 'eggs'))
        self.assertEqual(self.pairs(), {('red pancake', 'boiled egg')})

    def test_a_dry_run_changes_nothing(self):
        done = self.take('a.csv', 'purple pancake,fried egg\n', '--dry-run')
        self.assertIn(b'1 rows would be added', done.out)
        self.assertFalse((self.dir / 'data').exists())
        self.add('red pancake', 'boiled egg')
        before = self.out('export', '--format', 'jsonl')
        done = self.take('a.csv', 'purple pancake,fried egg\nred pancake,boiled egg\n', '--dry-run')
        self.assertIn(b'1 rows would be added', done.out)
        self.assertIn(b'1 there already', done.out)
        self.assertEqual(self.out('export', '--format', 'jsonl'), before)

    def test_replace(self):
        self.add('red pancake', 'boiled egg', '--pos', 'n', '--strength', '1')
        self.take('a.csv', 'red pancake,boiled egg\n')
        self.assertEqual(self.rows('--in', 'user')[0][3], 1)
        self.take('a.csv', 'red pancake,boiled egg\n', '--replace')
        self.assertEqual([r[3:5] for r in self.rows('--in', 'user')], [(5, 'a.csv')])

    def test_json_rows_that_cannot_be(self):
        faults = [(f'"strength":{n}', '"strength" is not 1 to 5') for n in ('0', '6', '2.5', '"4"')]
        faults += [(f'"pos":"{pos}"', '"pos" is none of v n a r x') for pos in ('', 'vn')]
        for field, because in faults:
            with self.subTest(field=field):
                good = '{"spun":"fairway mild","plain":"green light"}\n'
                done = self.take('rows.jsonl', '{"spun":"lend a paw","plain":"help",%s}\n' % field + good)
                self.assertEqual(self.pairs(), {('fairway mild', 'green light')})
                self.assertIn(f'rows.jsonl:1: left out: {because}', done.err.decode())

    def test_every_file_or_none(self):
        good = self.write('good.csv', b'red pancake,boiled egg\n')
        for name, text, because in (
                ('bad.tsv', b'lend\thelp\tq\t3\nok\tfine\tx\t3\n', 'bad.tsv:1'), ('bad.tsv', b'a\tb\tv\t3\nlend\t', 'bad.tsv:2'),
                ('bad.jsonl', b'{"spun":"a","plain":"b"}\n{"spun":\n', 'bad.jsonl:2'), ('bad.jsonl', b'[1]\n', 'not a JSON object'),
                ('bad.dat', b'KOI8-R\nx|1\n', 'no encoding'), ('bad.dat', b'UTF-8\nx|2\n(noun)|y\n', 'middle of an entry'),
                ('bad.dat', b'UTF-8\nx\n', 'expected'), ('bad.csv', b'"never closed,b\n', 'never closed'),
                ('bad.txt', b'{a|b', 'never closed'), ('bad.txt', b'{' * 40 + b'a|b', 'deep'),
                ('bad.bin', b'nothing here', 'cannot be told')):
            with self.subTest(name=name, text=text):
                bad = self.write(name, text)
                self.refused('import', good, bad, because=because)  # and nothing is said of the first one
                self.assertEqual(self.pairs(), set())
        self.refused('import', good, self.dir / 'none.csv', because='none.csv')
        self.refused('import', self.dir / 'work', because='index.noun')
        self.refused('import', good, '--format', 'xml', because='--format')
        self.refused('import', because='which FILE')

    def test_what_no_row_can_express_is_left_out_and_counted(self):
        done = self.take('a.csv', b'a b c d e f g h i,x\nsame,same\n\xff\xfe,x\nfine pancake,good egg\nx\0y,z\n(,y\n')
        self.assertEqual(self.pairs(), {('fine pancake', 'good egg')})
        self.assertIn(b'1 rows added', done.out)
        self.assertIn(b'5 left out', done.out)
        self.assertEqual(len(done.err.splitlines()), 5)
        bad = self.write('a.jsonl', b'{"spun":1,"plain":"b"}\n{"plain":"b"}\n{"spun":"q","plain":"b","strength":9}\n'
                                     b'{"spun":"q","plain":"b","p_plain":7}\n')
        self.refused('import', '-q', bad, because='no row can be made of it: left out all 4 entries')
        done = self.take('b.jsonl', '{"spun":"q","plain":"b","strength":4294967297}\n{"spun":"a*b (c","plain":"b"}\n'
                                    '{"spun":"q","plain":"r","when":"nowhere:to"}\n{"spun":"s","plain":"t"}\n')
        told = dict(re.findall(r'b.jsonl:(\d+): left out: (.*)', done.err.decode()))
        self.assertEqual(list(told), ['1', '2', '3'], done)
        self.assertIn('"strength" is not 1 to 5', told['1'])
        self.assertIn('brackets stand around one word', told['2'])
        self.assertIn('unknown condition', told['3'])
        self.assertNotIn('a.jsonl', self.out('stats', '--in', 'user'))

    def everything(self):
        rows = [{'spun': 'purple pancake', 'plain': 'fried egg', 'pos': 'n', 'count': 7, 'p_plain': 0.5, 'p_spun': 0.25},
                {'spun': 'red pancake', 'plain': 'fried egg', 'pos': 'n', 'when': 'prev:the', 'keep': 'It stays.'},
                {'spun': 'utilize', 'plain': 'use', 'pos': 'v', 'strength': 5},
                {'spun': 'utilise', 'plain': 'use', 'pos': 'x', 'note': 'as "they" say'},
                {'spun': 'sizable', 'plain': 'large', 'pos': 'a', 'p_spun': 0.5}, {'spun': 'swiftly', 'plain': 'quickly', 'pos': 'r'}]
        self.take('all.jsonl', '\n'.join(map(json.dumps, rows)) + '\n', '-q')
        row = self.add('old pancake', 'the "egg"', '--pos', 'x')
        self.out('disable', row, '--in', 'user', '--reason', ' two\nlines\there\x7f ')

    def test_every_format_that_is_written(self):
        self.everything()
        formats = {f: self.out('export', '--format', f).splitlines() for f in ('tsv', 'csv', 'jsonl', 'ppdb', 'spintax', 'mythes')}
        self.assertEqual(sorted(formats['tsv']), sorted([
            '## two lines here: old pancake\tthe "egg"\tx\t4', 'purple pancake\tfried egg\tn\t3', 'sizable\tlarge\ta\t3',
            'red pancake\tfried egg\tn\t3\tprev:the\t\t\tIt stays.', 'swiftly\tquickly\tr\t3', 'utilize\tuse\tv\t5',
            'utilise\tuse\tx\t3\t\tas "they" say']))
        self.assertEqual(formats['csv'][0], '"spun","plain","count"')  # what is switched off stands in TSV alone
        self.assertEqual(sorted(formats['csv'][1:]), ['"purple pancake","fried egg",7', '"red pancake","fried egg",0', '"sizable","large",0',
                                                      '"swiftly","quickly",0', '"utilise","use",0', '"utilize","use",0'])
        self.assertEqual(len(formats['jsonl']), 6)
        tail = ' ||| 0-0 ||| OtherRelated'
        self.assertEqual(sorted(formats['ppdb']), sorted([
            '[NN] ||| fried egg ||| purple pancake ||| PPDB2.0Score=3 p(e|f)=1.386294 p(f|e)=0.693147' + tail,
            '[NN] ||| fried egg ||| red pancake ||| PPDB2.0Score=3' + tail, '[VB] ||| use ||| utilize ||| PPDB2.0Score=5' + tail,
            '[X] ||| use ||| utilise ||| PPDB2.0Score=3' + tail, '[RB] ||| quickly ||| swiftly ||| PPDB2.0Score=3' + tail,
            '[JJ] ||| large ||| sizable ||| PPDB2.0Score=3 p(e|f)=0.693147' + tail]))
        self.assertEqual(sorted(formats['spintax']), ['{fried egg|purple pancake|red pancake}', '{large|sizable}', '{quickly|swiftly}',
                                                      '{use|utilize|utilise}'])
        self.assertEqual(formats['mythes'], [
            'UTF-8', 'fried egg|1', '(noun)|purple pancake|red pancake', 'large|1', '(adj)|sizable', 'quickly|1', '(adv)|swiftly',
            'use|2', '(verb)|utilize', '(fixed)|utilise'])
        self.take('open.tsv', 'lend a paw (to)\thelp (out)\tv\t5\npurple pancake\tthe "egg"\tx\t5\n', '-q')
        got = {r['spun']: r for r in map(json.loads, self.out('export', '--format', 'jsonl', '--source', 'open.tsv').splitlines())}
        self.assertFalse({'rate_spun', 'rate_plain'} & set(got['lend a paw (to)']))  # more than one phrase: who could count it?
        self.assertLessEqual({'rate_spun', 'rate_plain'}, set(got['purple pancake']))
        self.assertIn('"purple pancake","the ""egg""",0\n', self.out('export', '--format', 'csv', '--source', 'open.tsv'))
        self.assertEqual(self.out('export', '--source', 'by hand'), '## two lines here: old pancake\tthe "egg"\tx\t4\n')

    def test_exports_of_nothing_and_to_nowhere(self):
        self.phrases('remove', '--in', 'none.db', self.add('red pancake', 'boiled egg', '--in', 'none.db'))
        for format, head in (('tsv', ''), ('csv', '"spun","plain","count"\n'), ('jsonl', ''), ('ppdb', ''), ('spintax', ''),
                             ('mythes', 'UTF-8\n')):
            with self.subTest(format):
                self.assertEqual(self.out('export', '--format', format, '--in', 'none.db'), head)
        self.everything()
        for name, begin in (('a.tsv', 'purple'), ('a.csv', '"spun"'), ('a.jsonl', '{"'), ('a.dat', 'UTF-8'), ('a.txt', 'purple'), ('a', 'purple')):
            with self.subTest(name):
                self.out('export', '-o', self.dir / name, '--source', 'all.jsonl')
                self.assertTrue((self.dir / name).read_text().startswith(begin), (self.dir / name).read_text())
        self.refused('export', '--format', 'wordnet', because='no table is written in the format wordnet')
        self.refused('export', '--format', 'xml', because='--format')
        self.refused('export', 'stray', because='takes no argument')
        self.refused('export', '-o', self.dir / 'none' / 'a.csv', because='none/a.csv: cannot create')
        with open('/dev/full', 'wb') as full:
            self.refused('export', stdout=full, because='No space')

    def test_a_long_export_into_a_full_place_stops(self):
        self.take('many.csv', ''.join(f'purple pancake no{i},fried egg no{i}\n' for i in range(400)), '-q')
        for format in ('tsv', 'jsonl', 'csv', 'ppdb', 'spintax', 'mythes'):
            with self.subTest(format), open('/dev/full', 'wb') as full:
                self.refused('export', '--format', format, stdout=full, because='No space')

    def test_killed_in_the_middle(self):
        """Whenever an import dies, the table is as it was, and goes on working."""
        self.add('red pancake', 'boiled egg')
        before = self.out('export', '--format', 'jsonl')
        big = self.write('big.csv', b''.join(b'purple pancake number%d,fried egg number%d\n' % (i, i) for i in range(60000)))
        environment = dict(os.environ, **self.env)
        killed = 0
        for delay in (0.02, 0.1, 0.3, 0.6, 1.0, 1.5):
            child = subprocess.Popen([harness.PROGRAM, 'phrases', 'import', str(big)], env=environment,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(delay)
            child.send_signal(signal.SIGKILL)
            if child.wait() == 0:
                self.out('forget', 'big.csv')
                continue
            killed += 1
            after = self.out('export', '--format', 'jsonl')
            if after != before:  # whole, and killed on its way out
                self.assertEqual(len(after.splitlines()), 60001)
                self.out('forget', 'big.csv')
            row = self.add('blue pancake', 'raw egg')
            self.out('remove', row)
        self.assertGreater(killed, 1)

    def test_killed_while_the_table_is_made(self):
        environment = dict(os.environ, **self.env)
        for delay in (0, 0.005, 0.01, 0.02, 0.04):
            shutil.rmtree(self.dir / 'data', ignore_errors=True)
            child = subprocess.Popen([harness.PROGRAM, 'phrases', 'add', 'a', 'b'], env=environment, stdout=subprocess.DEVNULL)
            time.sleep(delay)
            child.send_signal(signal.SIGKILL)
            child.wait()
            done = harness.run('phrases', 'list', 'lend a hand', env=self.env, cwd=self.dir)
            self.assertEqual(done.status, 0, done)

    def test_readers_while_one_writes(self):
        """Readers see the table before or after a change, never between, and are never turned away."""
        rows = 2000
        many = self.write('many.csv', b''.join(b'purple pancake no%d,fried egg no%d\n' % (i, i) for i in range(rows)))
        self.add('red pancake', 'boiled egg')
        seen, faults, stop = set(), [], threading.Event()

        def read():
            while not stop.is_set():
                done = subprocess.run([harness.PROGRAM, 'phrases', 'export'], capture_output=True,
                                      env=dict(os.environ, **self.env))
                if done.returncode:
                    faults.append(done.stderr)
                seen.add(done.stdout.count(b'\n'))

        readers = [threading.Thread(target=read) for _ in range(2)]
        for r in readers:
            r.start()
        try:
            for _ in range(4):
                self.phrases('import', '-q', many)
                self.phrases('forget', 'many.csv')
        finally:
            stop.set()
            for r in readers:
                r.join()
        self.assertEqual(faults, [])
        self.assertLessEqual(seen, {1, rows + 1})

    def test_two_writers_wait_for_each_other(self):
        done = []

        def write(n):
            for i in range(8):
                done.append(subprocess.run([harness.PROGRAM, 'phrases', 'add', f'pancake {n} {i}', f'egg {n} {i}'],
                                           capture_output=True, env=dict(os.environ, **self.env)))

        writers = [threading.Thread(target=write, args=(n,)) for n in range(3)]
        for w in writers:
            w.start()
        for w in writers:
            w.join()
        self.assertEqual([d.stderr for d in done if d.returncode], [])
        self.assertEqual(len(self.pairs()), 24)
        self.assertEqual(os.listdir(self.user.parent), ['phrases.db'])


class Engine(Phrases):
    """The tables in the engine."""

    def stacks(self):
        return b'--table' in harness.run('clean', '--help').out

    def clean(self, text):
        """Restores TEXT with the user's table: in the stack or, as long as the engine has none, in place of the shipped one."""
        if self.stacks():
            done = harness.run('clean', '--assume-spun', stdin=text.encode(), env=self.env, cwd=self.dir)
        else:
            data = self.dir / 'substitute'
            if not data.exists():
                data.mkdir()
                for name in os.listdir(data_dir()):
                    if name != 'phrases.db' and os.path.isfile(os.path.join(data_dir(), name)):
                        os.symlink(os.path.join(data_dir(), name), data / name)
            shutil.copy(self.user, data / 'phrases.db')
            done = harness.run('clean', '--assume-spun', '--data', str(data), stdin=text.encode(), env=self.env)
        self.assertEqual(done.status, 0, done)
        return done.out.decode()

    def test_an_imported_list_of_tortured_phrases_is_restored(self):
        self.phrases('import', TORTURED)
        with open(TORTURED, encoding='utf-8') as file:
            listed = list(csv.reader(file))[1:]
        self.assertGreaterEqual(len(listed), 60)
        missed = []
        for i, (search, expected, _) in enumerate(listed):
            spun = re.match('"([^"]+)"', search).group(1)
            plain = re.split(r';| / ', re.sub(r'\(.*?\)', '', expected))[0].strip()
            got = self.clean(CARRIERS[i % 2].format(spun) + '\n').strip()
            if got.lower() != CARRIERS[i % 2].format(plain).lower():
                missed.append((spun, plain, got))
        self.assertLessEqual(len(missed), len(listed) * 0.05, missed)

    def test_one_row_serves_all_forms(self):
        self.add('lend a paw (to)', 'help', '--pos', 'v', '--strength', '5')
        for spun, plain in (('They lent a paw to him.', 'They helped him.'), ('Lending a paw is good.', 'Helping is good.'),
                            ('She lends a paw to us.', 'She helps us.')):
            self.assertEqual(self.clean(spun + '\n'), plain + '\n')

    def test_find_and_explain(self):
        found = [json.loads(line) for line in self.out('find', '--json', 'The firms will lend a hand at all times.').splitlines()]
        self.assertTrue(any(c['fired'] and c['before'] == 'lend a hand' for c in found), found)
        for c in found:
            self.assertEqual('The firms will lend a hand at all times.'[c['begin']:c['end']], c['before'])
            self.assertEqual(c['table'], 'shipped')
            self.assertAlmostEqual(sum(c['reasons'].values()), c['score'], 1)
        by_place = [c['begin'] for c in found if c['fired']]
        self.assertEqual(len(by_place), len(set(by_place)), 'two candidates made at one place')
        won = [r for r in map(json.loads, self.out('explain', '--json', 'lend a hand').splitlines()) if r['won']]
        self.assertEqual(len(won), 1)
        self.assertIn('= The firms', self.out('find', 'The firms will lend a hand at all times.'))
        self.assertEqual(self.out('find', '-', stdin=b'The firms will lend a hand at all times.'),
                         self.out('find', 'The firms will lend a hand at all times.'))

    def test_json_of_bytes_that_are_no_text(self):
        done = self.phrases('find', '--all', '--json', '-', stdin=b'caf\xe9 "lend\xe2\x80\xaba\xff hand" lend a hand.')
        for line in done.out.decode().splitlines():
            json.loads(line)
        self.assertIn(b'lend a hand', done.out)

    def test_find_passes_over_what_hardly_anything_speaks_for(self):
        text = 'The firms will lend a hand at all times.'
        short, whole = self.out('find', text), self.out('find', '--all', text)
        hidden = int(re.search(r'and (\d+) of thesauri', short).group(1))
        self.assertNotIn('of thesauri', whole)
        self.assertEqual(len(whole.splitlines()), len(short.splitlines()) - 1 + hidden)
        self.assertEqual(len(whole.splitlines()) - 1, len(self.out('find', '--json', text).splitlines()))
        fired = [line for line in whole.splitlines() if line.startswith('*')]
        self.assertTrue(fired)
        self.assertEqual(fired, [line for line in short.splitlines() if line.startswith('*')])

    def test_explain_does_not_call_a_winner_what_changes_nothing(self):
        best = [r for r in map(json.loads, self.out('explain', '--json', 'government').splitlines()) if r['won']]
        self.assertLess(best[0]['score'], 0)
        self.assertNotIn('won', self.out('explain', 'government'))
        self.assertIn('the phrase is left as it is', self.out('explain', 'government'))

    def test_rows_own_sentences(self):
        db = sqlite3.connect(f'file:{data_dir()}/phrases.db?mode=ro', uri=True)
        row, = db.execute("SELECT row.id FROM row JOIN example ON example.row=row.id WHERE kind='change' AND strength=5 "
                          "ORDER BY row.id LIMIT 1").fetchone()
        db.close()
        self.assertRegex(self.out('test', row), r'[1-9]\d* sentences, 0 failed')
        spun, plain = (json.loads(self.out('show', '--json', row))[k] for k in ('spun', 'plain'))
        bad = self.add(spun, plain, '--pos', 'x', '--when', 'prev:zzz', '--change', 'No {such phrase|word} stands here.')
        done = self.phrases('test', bad, status=1)
        self.assertIn(b'1 failed', done.out)
        self.assertIn(b'is not proposed', done.out)

    def test_the_channel_knows_more_than_the_rows_that_fire(self):
        def plain_sides(text, word):
            found = [json.loads(line) for line in self.out('find', '--json', text).splitlines()]
            return {c['after'] for c in found if c['row'] == 'channel' and c['before'] == word}

        # no dictionary has the spun word
        self.assertIn('said', plain_sides('The aforenamed plan was dropped.', 'aforenamed'))
        # the row asks for other neighbours
        self.assertIn('regional', plain_sides('It was a nearby thing.', 'nearby'))

    def test_coverage(self):
        self.add('zorbly', 'quickly', '--pos', 'r')
        pairs = self.write('pairs.jsonl', (json.dumps({'doc': 'a', 'spun': 'They zorbly ate the blorp.', 'plain': 'They quickly ate the bread.'})
                   + '\n' + json.dumps({'doc': 'b', 'spun': 'The dog barked.', 'plain': 'The dog barked.'}) + '\n').encode())
        found = json.loads(self.out('coverage', '--json', '--missing', '5', pairs))
        self.assertEqual([d['document'] for d in found['documents']], ['a', 'b'])
        self.assertEqual(found['all']['substitutions'], 2)
        self.assertEqual(found['all']['sources']['rows']['substitutions'], 1)
        self.assertEqual(found['all']['sources']['observed']['substitutions'], 0)
        self.assertEqual([(m['spun'], m['plain'], m['count']) for m in found['missing']], [('blorp', 'bread', 1)])
        text = self.out('coverage', '--missing', '5', pairs)
        self.assertIn('blorp -> bread', text)
        # what fixed expressions alone offer is within reach, too
        fixed = self.write('fixed.jsonl', json.dumps({'spun': 'He does active activity at home.', 'plain': 'He does physical activity at home.'}).encode() + b'\n')
        found = json.loads(self.out('coverage', '--json', '--missing', '5', fixed))
        self.assertEqual([found['all']['sources'][name]['substitutions'] for name in ('composed', 'all')], [1, 1])
        self.assertEqual(found['missing'], [])
        for wrong in (['coverage'], ['coverage', '--missing', '0', pairs], ['coverage', 'nowhere.jsonl'],
                      ['coverage', '--in', 'user', pairs]):
            self.phrases(*wrong, status=2)

    def test_condition_turned_round(self):
        self.add('frobnicate', 'use', '--pos', 'v', '--when', '!next:wagons')
        self.assertIn('frobnicate -> use', self.out('find', 'We frobnicate tools.'))
        self.assertNotIn('frobnicate -> use', self.out('find', 'We frobnicate wagons.'))

    def test_lint(self):
        self.add('wug', 'wugs', '--pos', 'n')
        self.add('purple', 'green', '--pos', 'a', '--strength', '5')
        self.add('green', 'purple', '--pos', 'a', '--strength', '5')
        self.add('purple', 'red', '--pos', 'a', '--strength', '5')
        self.add('pancake', 'egg', '--pos', 'n', '--strength', '4')
        self.add('pancake', 'egg', '--pos', 'n', '--strength', '2', '--when', 'prev:the next:is')
        self.add('pancake', 'meal', '--pos', 'n', '--when', 'prev:the next:is')
        self.add('pancake', 'meal', '--pos', 'n', '--when', 'next:is prev:the')
        self.add('books', 'book', '--pos', 'n')
        self.add('blue', 'azurish', '--pos', 'a')
        self.add('heap', 'mound', '--pos', 'n', '--strength', '2')
        self.add('mound', 'heap', '--pos', 'n', '--strength', '4')
        db = sqlite3.connect(self.user)
        db.execute("INSERT INTO disabled VALUES('zzzzzzzz','  ')")
        db.commit()
        db.close()
        found = {(f[0], f[3]) for f in (line.split('\t') for line in
                                        self.phrases('lint', '--in', 'user', status=1).out.decode().splitlines())}
        for kind, spun in (('cycle', 'green'), ('contradiction', 'purple'), ('shadowed', 'pancake'), ('duplicate', 'pancake'),
                           ('no-base-form', 'books'), ('unknown-word', 'blue'), ('stale', ''), ('no-reason', '')):
            self.assertTrue((kind, spun) in found or (kind == 'cycle' and ('cycle', 'purple') in found), (kind, spun, found))
        self.assertFalse({('cycle', 'heap'), ('cycle', 'mound')} & found)

    def lint(self, *args, status=1):
        """What lint finds, as (kind, row, table, message)."""
        lines = [line.split('\t') for line in self.phrases('lint', *args, status=status).out.decode().splitlines()]
        return [(f[0], f[1], f[2], f[5]) for f in lines]

    def test_lint_compares_rows(self):
        row = {}

        def add(name, spun, plain, pos, *more):
            row[name] = self.add(spun, plain, '--pos', pos, *more)
        add('both noun', 'egg', 'meal', 'n')
        add('and verb', 'egg', 'meal', 'v')                                    # not the same word
        add('red', 'red', 'green', 'a')
        add('red fixed', 'red', 'green', 'x')                                  # the same, and a fixed phrase is the worse
        add('blue', 'blue', 'gray', 'a', '--strength', '5')
        add('blue fixed', 'blue', 'gray', 'x', '--strength', '2', '--when', 'prev:the')  # shadowed
        add('white', 'white', 'gray', 'a', '--strength', '2', '--when', 'prev:the')
        add('white fixed', 'white', 'gray', 'x', '--strength', '5')           # a fixed phrase does not do for all forms
        add('brown', 'brown', 'gray', 'a', '--strength', '2')
        add('brown there', 'brown', 'gray', 'a', '--strength', '5', '--when', 'prev:the')  # surer there: as it should be
        add('black near', 'black', 'gray', 'a', '--when', 'prev:the next:is')
        add('black far', 'black', 'gray', 'a', '--when', 'prev:the next:it')   # as long, but others
        add('calm', 'calm', 'quiet', 'a', '--strength', '5')
        add('calm too', 'calm', 'still', 'a', '--strength', '4')               # not as sure
        add('calm there', 'calm', 'silent', 'a', '--strength', '5', '--when', 'prev:the')
        add('calm fixed', 'calm', 'soft', 'x', '--strength', '5')
        add('back there', 'quiet', 'calm', 'a', '--strength', '5', '--when', 'prev:the')
        add('back noun', 'quiet', 'calm', 'n', '--strength', '5')
        add('back weak', 'still', 'calm', 'a', '--strength', '2')
        found = {f[:2] + f[3:] for f in self.lint('--in', 'user') if f[0] in ('duplicate', 'shadowed', 'contradiction', 'cycle')}
        self.assertEqual(found, {('duplicate', row['red fixed'], f"row {row['red']} says the same"),
                                 ('shadowed', row['blue fixed'], f"row {row['blue']} says it surer and without conditions")})

    def test_lint_looks_so_far_and_no_further(self):
        """Of one phrase's rows each is compared with 64 others; what nobody reads is not gone on with."""
        self.phrases('import', '-q', '--strength', '5', '--pos', 'x', self.write(
            'many.csv', ''.join(f'purple pancake,egg no {i}\n' for i in range(100, 170)).encode()))
        self.assertEqual([f[0] for f in self.lint('--in', 'user')], ['contradiction'] * (6 * 64 + 63 * 64 // 2))
        with open('/dev/full', 'wb') as full:
            self.refused('lint', '--in', 'user', stdout=full, because='No space')

    def test_lint_finds_the_row_that_leads_back_among_many(self):
        self.phrases('import', '-q', '--strength', '3', '--pos', 'x', self.write(
            'many.csv', (''.join(f'purple pancake,egg no {i}\n' for i in range(100, 270)) + 'egg no 199,purple pancake\n').encode()))
        self.assertEqual([f[0] for f in self.lint('--in', 'user')], ['cycle'])

    def test_lint_of_several_tables(self):
        same = self.add('purple pancake', 'fried egg', '--pos', 'n', '--note', 'one')
        weaker = self.add('red pancake', 'boiled egg', '--pos', 'n')
        noted = self.add('blue pancake', 'raw egg', '--pos', 'n')
        below = self.add('books', 'book', '--pos', 'n')  # no base form
        data = self.dir / 'substitute'
        data.mkdir()
        for name in os.listdir(data_dir()):
            if name != 'phrases.db' and os.path.isfile(os.path.join(data_dir(), name)):
                os.symlink(os.path.join(data_dir(), name), data / name)
        shutil.copy(self.user, data / 'phrases.db')
        stack = ('--data', data)
        self.add('red pancake', 'boiled egg', '--pos', 'n', '--strength', '1', '--replace', *stack)
        self.add('blue pancake', 'raw egg', '--pos', 'n', '--note', 'another', '--replace', *stack)
        self.out('remove', below, *stack)
        twice = ('duplicate', same, 'user', 'a lower table has the very same row')
        self.assertEqual(self.lint(*stack), [twice, ('no-base-form', below, 'shipped', "'books' is a form of 'book': the row never fires")])
        shown = [json.loads(line) for line in self.phrases('lint', '--json', *stack, status=1).out.decode().splitlines()]
        self.assertEqual(shown[0], {'kind': 'duplicate', 'row': same, 'table': 'user', 'spun': 'purple pancake', 'plain': 'fried egg',
                                    'message': 'a lower table has the very same row'})
        for where in ('system', 'user'):  # switched off twice
            self.out('disable', below, '--reason', 'none', '--in', where, *stack)
        self.assertEqual(self.lint(*stack), [twice])
        for row in (same, weaker, noted):
            self.out('remove', row, *stack)
        self.assertEqual(self.lint(*stack, status=0), [])
        with sqlite3.connect(self.user) as db:
            db.execute("INSERT INTO disabled VALUES('00000000','gone'),('zzzzzzzz',''),(?,' ')", (noted,))
        db.close()
        self.assertEqual(sorted(self.lint(*stack)), sorted([
            ('no-reason', noted, 'user', 'switched off without a reason'), ('no-reason', 'zzzzzzzz', 'user', 'switched off without a reason'),
            ('stale', '00000000', 'user', 'switched off, but no table has such a row'),
            ('stale', 'zzzzzzzz', 'user', 'switched off, but no table has such a row')]))
        for name, text in (('forms.bin', None), ('forms.bin', b'no forms'), ('syntax.txt', b'nonsense\n'), ('syntax.txt', None)):
            with self.subTest(name=name, text=text):
                (data / name).unlink(missing_ok=True)
                if text is not None:
                    (data / name).write_bytes(text)
                self.refused('lint', *stack, because=f'substitute/{name}:')
        self.refused('lint', 'stray', because='takes no argument')
        self.refused('lint', '--in', 'project', because='there is no project table yet')


if __name__ == '__main__':
    main()
