"""unspin phrases learn, from its command line: where pairs come from, where rows go, what is refused."""
import json
import os
import sqlite3
import unittest

import harness
from harness import Case, run

PAIRS = [('The mayor stated that the nation was calm.', 'The mayor said that the country was calm.'),
         ('She states it in every nation she visits.', 'She says it in every country she visits.'),
         ('We square measure late again.', 'We are late again.'),
         ('They square measure here to lend a hand.', 'They are here to help.')]


def jsonl(pairs, key='plain'):
    return ''.join(json.dumps({'spun': s, key: p}) + '\n' for s, p in pairs).encode()


class Learn(Case):
    def learn(self, *args, status=0, **more):
        done = run('phrases', 'learn', *args, cwd=self.dir, env={'HOME': str(self.dir), 'XDG_DATA_HOME': ''}, **more)
        self.assertEqual(done.status, status, done)
        return done

    def rows(self, *args, **more):
        """What --tsv - writes, as {(spun, plain, pos): columns}."""
        out = self.learn('--significance', '2', '--tsv', '-', '-q', *args, **more).out.decode()
        lines = [line.split('\t') for line in out.splitlines() if not line.startswith('##')]
        for line in lines:
            self.assertEqual(len(line), 11, line)
        return {tuple(line[:3]): line for line in lines}

    def table(self, path):
        with sqlite3.connect(self.dir / path) as db:
            return {(r[0], r[1], r[2]): r for r in db.execute(
                'SELECT row.spun, plain, pos, strength, count, p_plain, p_spun, first_hash, source.name'
                ' FROM row JOIN source ON source.id = row.source')}

    def assertLearned(self, rows):
        self.assertIn(('state', 'say', 'v'), rows)
        self.assertIn(('nation', 'country', 'n'), rows)
        self.assertIn(('square measure', 'are', 'x'), rows)

    # ---- where pairs come from

    def test_json_lines(self):
        self.write('p.jsonl', jsonl(PAIRS))
        rows = self.rows('p.jsonl')
        self.assertLearned(rows)
        self.assertEqual(rows['state', 'say', 'v'][3:5], ['2', '2'])

    def test_json_lines_with_originals_from_standard_input(self):
        self.assertLearned(self.rows('-', stdin=jsonl(PAIRS, 'original')))

    def test_several_plain_texts(self):
        line = {'spun': PAIRS[2][0], 'plain': [PAIRS[2][1], 'We are early.']}
        self.assertIn(('square measure', 'are', 'x'), self.rows('-', stdin=(json.dumps(line) + '\n').encode() * 2))

    def test_tsv(self):
        self.write('p.tsv', ''.join(f'{s}\t{p}\n' for s, p in PAIRS).encode())
        self.assertLearned(self.rows('p.tsv'))

    def test_folder_with_documents_and_markup(self):
        (self.dir / 'pairs').mkdir()
        self.write('pairs/a.spun.txt', ''.join(s + '\n' for s, _ in PAIRS[:2]).encode())
        self.write('pairs/a.plain.txt', ''.join(p + '\n' for _, p in PAIRS[:2]).encode())
        self.write('pairs/b.txt', b'We {square measure|are} late. They {square measure|are} here.\n')
        self.assertLearned(self.rows('pairs'))

    def test_whole_articles(self):
        spun = '\n\n'.join(' '.join(s for s, _ in PAIRS) for _ in range(30))
        plain = '\n\n'.join(' '.join(p for _, p in PAIRS) for _ in range(30))
        rows = self.rows('-', stdin=jsonl([(spun, plain)]))
        self.assertLearned(rows)
        self.assertEqual(rows['state', 'say', 'v'][3], '60')

    def test_two_versions_of_a_folder(self):
        for folder, side in (('spun', 0), ('plain', 1)):
            (self.dir / folder / 'deep').mkdir(parents=True)
            self.write(f'{folder}/one.txt', '\n'.join(p[side] for p in PAIRS[:2]).encode())
            self.write(f'{folder}/deep/two.md', '\n'.join(p[side] for p in PAIRS[2:]).encode())
        self.write('spun/alone.txt', b'Nobody is here.')
        self.write('spun/picture.png', b'\x89PNG\x00')
        self.write('plain/picture.png', b'\x89PNG\x00')
        self.assertLearned(self.rows('--plain', 'plain', 'spun'))
        self.assertLearned(self.rows('--plain', 'plain/', 'spun/'))
        self.assertIn(b'left out: 2 files', self.learn('--plain', 'plain', 'spun', '-n').err)

    def test_two_versions_of_a_file(self):
        self.write('s.txt', '\n'.join(s for s, _ in PAIRS).encode())
        self.write('p.txt', '\n'.join(p for _, p in PAIRS).encode())
        self.assertLearned(self.rows('--plain', 'p.txt', 's.txt'))

    def test_decisions(self):
        def decision(spun, plain, what, **more):
            return json.dumps({'before': 'They say the ', 'spun': spun, 'plain': plain, 'after': ' is old.',
                               'decision': what, **more}) + '\n'
        lines = (decision('nation', 'country', 'accept') * 4 + decision('nation', 'state', 'reject') * 2 +
                 decision('edifice', 'building', 'edit', instead='house') * 3 + decision('shed', 'barn', 'skip'))
        self.write('d.jsonl', lines.encode())
        rows = self.rows('--review', 'd.jsonl')
        self.assertEqual(rows['nation', 'country', 'n'][3:5], ['4', '6'])  # what was rejected counts against it
        self.assertIn(('edifice', 'house', 'n'), rows)
        self.assertFalse([r for r in rows if r[1] in ('state', 'building', 'barn')])

    def test_one_decision_is_enough(self):
        self.write('d.jsonl', json.dumps({'spun': 'edifice', 'plain': 'building', 'decision': 'edit', 'instead': 'house'}).encode())
        self.assertEqual(list(self.rows('--review', 'd.jsonl')), [('edifice', 'house', 'n')])
        # nor is it a slip where the phrase was left alone often
        turned_down = json.dumps({'before': 'They left the ', 'spun': 'old mill', 'plain': 'works', 'after': ' as it was.', 'decision': 'reject'}) + '\n'
        put_right = json.dumps({'before': 'They left the ', 'spun': 'old mill', 'plain': 'works', 'after': ' for good.', 'decision': 'edit',
                                'instead': 'factory'})
        self.write('e.jsonl', (turned_down * 5 + put_right).encode())
        self.assertIn(('old mill', 'factory', 'n'), self.rows('--review', 'e.jsonl'))
        # unless chance is asked after
        self.assertEqual(list(self.rows('--review', 'd.jsonl', '--significance', '50')), [])

    def test_a_row_that_is_turned_down_again_and_again_is_switched_off(self):
        line = {'spun': 'nation', 'plain': 'state', 'decision': 'reject', 'row': '0123abcd'}
        once = json.dumps({**line, 'row': '4567abcd'}) + '\n'
        self.write('d.jsonl', (json.dumps(line) + '\n').encode() * 3 + once.encode())
        self.learn('--review', 'd.jsonl', '--in', 't.db')
        with sqlite3.connect(self.dir / 't.db') as db:
            self.assertEqual([r[0] for r in db.execute('SELECT row FROM disabled')], ['0123abcd'])
        done = run('phrases', 'forget', '--in', 't.db', 'd.jsonl', cwd=self.dir)
        self.assertEqual((done.status, done.out), (0, b'0 rows forgotten, 1 switched on again\n'), done)
        with sqlite3.connect(self.dir / 't.db') as db:
            self.assertEqual(db.execute('SELECT count(*) FROM disabled').fetchone(), (0,))

    def test_what_no_row_did_is_not_switched_off(self):
        line = {'spun': 'nation', 'plain': 'state', 'decision': 'reject', 'before': 'The ', 'after': ' is old.'}
        others = ('channel', 'composed', 'sibling', 'repair', 'mend', 'spintax', '0123abcd+channel', 'channels', '')
        lines = ''.join(json.dumps({**line, 'row': row}) + '\n' for row in others for _ in range(3))
        right = json.dumps({**line, 'decision': 'edit', 'instead': 'country', 'row': 'channel'}) + '\n'
        self.write('d.jsonl', (lines + right).encode())
        self.assertNotIn(b'switched off', self.learn('--review', 'd.jsonl', '--dry-run').err)
        self.learn('--review', 'd.jsonl', '--in', 't.db')
        self.assertIn(('nation', 'country', 'n'), self.table('t.db'))
        with sqlite3.connect(self.dir / 't.db') as db:
            self.assertEqual(db.execute('SELECT count(*) FROM disabled').fetchone(), (0,))

    # ---- where rows go

    def test_a_table(self):
        self.write('p.jsonl', jsonl(PAIRS))
        done = self.learn('p.jsonl', '--in', 't.db')
        rows = self.table('t.db')
        self.assertLearned(rows)
        say = rows['state', 'say', 'v']
        self.assertEqual(say[4], 2)
        self.assertTrue(0.5 < say[5] < 1 and 0.5 < say[6] < 1, say)
        self.assertRegex(say[7], '^[0-9a-f]{16}$')
        self.assertEqual(say[8], 'p.jsonl')
        self.assertEqual(say[3], 4)
        self.assertIn(b"source 'p.jsonl'", done.err)
        listed = run('phrases', 'list', '--in', 't.db', 'nation', cwd=self.dir)
        self.assertIn(b'nation\tcountry\tn', listed.out, listed)

    def test_the_users_own_table_is_the_default(self):
        self.write('p.jsonl', jsonl(PAIRS))
        self.learn('p.jsonl', '-q')
        self.assertLearned(self.table('.local/share/unspin/phrases.db'))

    def test_what_a_source_taught_before_is_replaced(self):
        self.write('p.jsonl', jsonl(PAIRS))
        self.learn('p.jsonl', '--in', 't.db')
        first = self.table('t.db')
        self.learn('p.jsonl', '--in', 't.db')
        self.assertEqual(self.table('t.db'), first)
        self.write('p.jsonl', jsonl(PAIRS[2:]))
        self.learn('p.jsonl', '--in', 't.db')
        self.assertNotIn(('state', 'say', 'v'), self.table('t.db'))
        run('phrases', 'forget', '--in', 't.db', 'p.jsonl', cwd=self.dir)
        self.assertEqual(self.table('t.db'), {})

    def test_a_source_that_teaches_nothing_any_more(self):
        self.write('p.jsonl', jsonl(PAIRS))
        self.learn('p.jsonl', '--in', 't.db')
        self.write('p.jsonl', jsonl([('The same.', 'The same.')]))
        self.learn('-n', 'p.jsonl', '--in', 't.db')
        self.assertNotEqual(self.table('t.db'), {})
        self.learn('p.jsonl', '--in', 't.db')
        self.assertEqual(self.table('t.db'), {})

    def test_a_row_that_is_no_longer_turned_down_is_switched_on(self):
        rejected = b'{"spun": "nation", "plain": "state", "decision": "reject", "row": "0123abcd"}\n'
        self.write('d.jsonl', rejected * 3)
        self.learn('--review', 'd.jsonl', '--in', 't.db')
        self.assertEqual(self.switched_off('t.db'), ['0123abcd'])
        self.write('d.jsonl', rejected * 3 + rejected.replace(b'reject', b'accept'))
        self.learn('--review', 'd.jsonl', '--in', 't.db')
        self.assertEqual(self.switched_off('t.db'), [])

    def switched_off(self, path):
        with sqlite3.connect(self.dir / path) as db:
            return [r[0] for r in db.execute('SELECT row FROM disabled')]

    def test_a_list_is_written_whole_or_not_at_all(self):
        self.write('p.jsonl', jsonl(PAIRS))
        self.write('list.tsv', b'yesterday\n')
        self.refused('--tsv', 'list.tsv', 'misspelt.jsonl', because='misspelt.jsonl')
        self.learn('--tsv', 'list.tsv', '--dry-run', 'p.jsonl')
        self.write('a.txt', b'text')
        self.refused('--comparable', '--tsv', 'list.tsv', 'a.txt', 'misspelt', because='misspelt')
        self.assertEqual((self.dir / 'list.tsv').read_bytes(), b'yesterday\n')
        self.learn('-q', '--significance', '2', '--tsv', 'list.tsv', 'p.jsonl')
        out = self.learn('-q', '--significance', '2', '--tsv', '-', 'p.jsonl').out
        self.assertEqual((self.dir / 'list.tsv').read_bytes(), out)

    def test_more_evidence_wins_and_what_people_wrote_stays(self):
        run('phrases', 'add', '--in', 't.db', '--pos', 'n', 'nation', 'country', cwd=self.dir)
        self.learn('-', '--in', 't.db', '--source', 'little', stdin=jsonl(PAIRS))
        self.learn('-', '--in', 't.db', '--source', 'much', stdin=jsonl(PAIRS * 5))
        self.learn('-', '--in', 't.db', '--source', 'less', stdin=jsonl(PAIRS * 2))
        rows = self.table('t.db')
        self.assertEqual((rows['state', 'say', 'v'][4], rows['state', 'say', 'v'][8]), (10, 'much'))
        self.assertIsNone(rows['nation', 'country', 'n'][4])

    def test_a_dry_run_writes_nothing(self):
        self.write('p.jsonl', jsonl(PAIRS))
        done = self.learn('-n', 'p.jsonl', '--in', 't.db')
        self.assertIn(b'4 pairs', done.err)
        self.assertFalse((self.dir / 't.db').exists())

    def test_words_that_no_dictionary_has(self):
        gibberish = [('The vorbling was late.', 'The train was late.')] * 30 + [('A vorbling stops here.', 'A train stops here.')] * 30
        self.learn('-', '--in', 't.db', '--source', 'x', stdin=jsonl(gibberish))
        done = run('phrases', 'list', '--in', 't.db', 'vorbling', cwd=self.dir)
        self.assertIn(b'vorbling\ttrain', done.out, done)

    def test_the_same_pairs_give_the_same_bytes(self):
        self.write('p.jsonl', jsonl(PAIRS * 40))
        a, b = (self.learn('--tsv', '-', '-q', 'p.jsonl').out for _ in range(2))
        self.assertEqual(a, b)
        self.assertGreater(a.count(b'\n'), 3)

    def test_what_counts_can_be_set(self):
        self.write('p.jsonl', jsonl(PAIRS))
        self.assertFalse(self.rows('p.jsonl', '--min-count', '3'))
        self.assertFalse(self.rows('p.jsonl', '--min-p', '0.99'))
        self.assertFalse(self.rows('p.jsonl', '--significance', '10000'))

    def test_strength_is_how_often_the_plain_side_is_meant(self):
        changed, kept = ('The physician slept.', 'The doctor slept.'), ('The physician slept.', 'The physician slept.')
        for n, strength in ((0, 5), (3, 4), (9, 3), (40, 2), (150, 1)):
            with self.subTest(n):
                rows = self.rows('-', stdin=jsonl([changed] * 5 + [kept] * n))
                self.assertEqual(rows['physician', 'doctor', 'n'][3:5] + rows['physician', 'doctor', 'n'][9:10],
                                 ['5', str(5 + n), str(strength)])

    def test_the_most_frequent_comes_first(self):
        made = 'A nice soup was made.'
        pairs = [(made, f'A {plain} soup was made.') for plain, n in (('fine', 1), ('great', 3), ('good', 2)) for _ in range(n)]
        self.assertEqual([r[1] for r in self.rows('-', stdin=jsonl(pairs)) if r[0] == 'nice'], ['great', 'good', 'fine'])

    def test_a_phrase_that_once_stood_for_something_else_is_a_slip(self):
        once, kept = ('The old mill was sold.', 'The factory was sold.'), ('The old mill stands.', 'The old mill stands.')
        self.assertEqual(self.rows('-', stdin=jsonl([once] + [kept] * 3))['old mill', 'factory', 'n'][3:5], ['1', '4'])
        done = self.learn('--significance', '0', '--tsv', '-', '-', stdin=jsonl([once] + [kept] * 4))
        self.assertNotIn(b'old mill', done.out)
        self.assertIn(b'1 substitutions, 1 different ones, 0 rows', done.err)

    # ---- texts that are not aligned

    def test_comparable(self):
        spun = 'The doctor asked the physician what he could do. The monetary system of the nation grew, the nation said. '
        clean = 'The doctor asked what he could do. The financial system of the country grew, the country said. '
        self.write('spun.txt', (spun * 12).encode())
        (self.dir / 'topic').mkdir()
        self.write('topic/a.txt', (clean * 6).encode())
        self.write('topic/b.txt', (clean * 6).encode())
        done = self.learn('--comparable', 'spun.txt', 'topic', '-q')
        lines = [line.split('\t') for line in done.out.decode().splitlines() if not line.startswith('##')]
        self.assertIn(['nation', 'country', 'n'], [line[:3] for line in lines], done)
        for line in lines:
            self.assertEqual(len(line), 6)
            self.assertRegex(line[3], '^[1-4]$')
        # what it writes can be imported as it is
        self.learn('--comparable', 'spun.txt', 'topic', '-q', '--tsv', 'proposals.tsv')
        self.assertEqual((self.dir / 'proposals.tsv').read_bytes(), done.out)
        imported = run('phrases', 'import', '--in', 't.db', 'proposals.tsv', cwd=self.dir)
        self.assertEqual(imported.status, 0, imported)
        self.assertIn(('nation', 'country', 'n'), self.table('t.db'))
        # nothing reaches a score of 1
        self.assertNotIn(b'nation\t', self.learn('--comparable', 'spun.txt', 'topic', '--least', '1').out)

    def proposals(self, spun, clean, *args):
        """Spun and plain side, part of speech and score, in the order in which they are proposed."""
        self.write('spun.txt', spun.encode())
        self.write('clean.txt', clean.encode())
        done = self.learn('--comparable', 'spun.txt', 'clean.txt', '-q', '--least', '0', *args)
        lines = [line.split('\t') for line in done.out.decode().splitlines() if not line.startswith('##')]
        for line in lines:
            self.assertRegex(line[5], r'^score [01]\.\d\d: ')
        return [(*line[:3], float(line[5][6:10])) for line in lines]

    def test_comparable_ranks_words_and_compounds(self):
        spun = ('The nation has a monetary time. Its monetary time was long. '
                'The nation rapidly sold its edifice, and the framework fell. ') * 14 + 'The nation'
        clean = ('The country has a financial year. Its financial year was long. '
                 'The country quickly sold its building, and the financial system fell. ') * 14
        found = self.proposals(spun, clean)
        self.assertEqual([p[3] for p in found], sorted((p[3] for p in found), reverse=True))
        for pair in (('monetary', 'financial', 'a'), ('monetary time', 'financial year', 'n'), ('monetary time', 'year', 'n'),
                     ('framework', 'financial system', 'n'), ('rapidly', 'quickly', 'r')):
            self.assertIn(pair, [p[:3] for p in found])
        best = {}
        for p in found:
            best.setdefault(p[0], p)
        self.assertLess(len(best), len(found))
        self.assertEqual(self.proposals(spun, clean, '--most', '1'), list(best.values()))

    def test_comparable_without_anything_to_propose(self):
        self.assertEqual(self.proposals('1 2, 3; 4. The nation.', 'The doctor asked the farmer. ' * 9), [])  # once is chance
        self.write('empty.txt', b'')
        self.write('binary.txt', b'The nation\0grew.')
        for bad in ('empty.txt', 'binary.txt'):
            self.refused('--comparable', 'spun.txt', bad, because=f'{bad}: there is no text in it')
            self.refused('--comparable', bad, 'spun.txt', because=f'{bad}: there is no text in it')

    # ---- what is refused

    def refused(self, *args, because, **more):
        done = self.learn(*args, status=2, **more)
        lines = done.err.decode().splitlines()
        self.assertEqual(len(lines), 1, done)
        self.assertRegex(lines[0], '^unspin: ')
        self.assertIn(because, lines[0])
        return done

    def test_bad_options(self):
        self.refused(because='what from?')
        self.refused('--min-count', 'many', 'x', because="--min-count: no number: 'many'")
        self.refused('--min-p', '2', 'x', because='--min-p')
        self.refused('--comparable', 'x', because='--comparable needs two texts')
        self.refused('--comparable', '--review', 'x', 'a', 'b', because='only one of')
        self.refused('--plain', 'x', because='--plain needs one')
        for option in '--table', '--most', '--least':
            self.refused(option, '1', 'x', because=f"only with --comparable: '{option}'")
        self.refused('--review', 'x', 'y', because='--review takes no pairs')
        self.refused('--in', 't.db', '--tsv', 'x', 'y', because='either --in or --tsv')
        self.refused('--source', '', 'y', because='--source')
        self.refused('--in', 'shipped', '-', stdin=jsonl(PAIRS), because='shipped')

    def test_bad_files(self):
        self.refused('missing.jsonl', because='missing.jsonl')
        self.write('bad.jsonl', jsonl(PAIRS) + b'{"spun": 3}\n')
        self.refused('bad.jsonl', '--in', 't.db', because='bad.jsonl:5')
        self.assertFalse((self.dir / 't.db').exists())
        self.refused('-', stdin=b'no json\n', because='standard input:1')
        for name, line in (('bad.jsonl', b'[1]'), ('bad.jsonl', b'{"spun":"a"}'), ('bad.jsonl', b'{"plain":"a"}'),
                           ('bad.jsonl', b'{"spun":"a","plain":3}'), ('bad.tsv', b'one'), ('bad.jsonl', b'{"spun":"a","plain":"b"')):
            with self.subTest(line=line):
                self.write(name, b'\n' + line + b'\n')
                self.refused(name, '--in', 't.db', because=f'{name}:2')
        self.write('d.jsonl', b'\n{"spun":"a","plain":"b","decision":"perhaps"}\n')
        self.refused('--review', 'd.jsonl', because='d.jsonl:2')
        self.refused('--review', 'missing', because='missing')
        self.write('s.txt', b'text')
        self.refused('--plain', 'missing', 's.txt', because='missing')
        self.refused('--plain', '.', 's.txt', because='one is a folder')
        self.refused('--comparable', 's.txt', 'missing', because='missing')

    def test_places_that_cannot_be_written(self):
        self.refused('-', '--tsv', 'no/such/folder.tsv', stdin=jsonl(PAIRS), because='no/such/folder.tsv')
        self.write('t.db', b'no table')
        self.refused('-', '--in', 't.db', stdin=jsonl(PAIRS), because='t.db')
        self.assertEqual((self.dir / 't.db').read_bytes(), b'no table')
        if os.path.exists('/dev/full'):
            with open('/dev/full', 'wb') as full:
                self.refused('-', '--tsv', '-', '-q', stdin=jsonl(PAIRS), stdout=full, because='No space')

    def test_nothing_to_learn_is_no_error(self):
        done = self.learn('-', '--in', 't.db', stdin=jsonl([('The same.', 'The same.')]))
        self.assertIn(b'0 rows', done.err)
        self.learn('-', '--in', 't.db', stdin=b'')

    def test_help(self):
        done = self.learn('--help')
        for word in (b'--comparable', b'--review', b'--plain', b'Exit status'):
            self.assertIn(word, done.out)


if __name__ == '__main__':
    harness.main()
