"""unspin model tune, from its command line: what it reads, what it writes, what it refuses."""
import json
import pathlib
import re
import unittest

import harness
from harness import ROOT, SPUN, Case, run

TUNE = ROOT / 'tests' / 'pairs' / 'tune'
PAIRS = [str(TUNE / name) for name in ('blog-01.txt', 'business-01.txt', 'news-01.txt', 'sport-01.txt')]
CLEAN = [str(TUNE / name) for name in ('clean-01.txt', 'clean-03.txt')]
QUICK = ('--hidden', '8', '--epochs', '3')

SENTENCES = [('The firm will lend a hand to the nation.', 'The company will help the country.'),
             ('They utilize big vehicles at all times.', 'They always use big cars.'),
             ('She commenced to assist the children.', 'She began to help the children.'),
             ('In spite of the price, folks purchased it.', 'Despite the price, people bought it.')]


def jsonl(rows):
    return ''.join(json.dumps(row) + '\n' for row in rows).encode()


class Tune(Case):
    def tune(self, *args, output='w.tsv', status=0, **more):
        done = run('model', 'tune', *QUICK, *args, '-o', output, cwd=self.dir, **more)
        self.assertEqual(done.status, status, done)
        return done

    def refused(self, *args, because, output='w.tsv'):
        """One clear line, and no file."""
        done = self.tune(*args, status=2, output=output)
        self.assertEqual(len(done.err.decode().splitlines()), 1, done)
        self.assertIn(because, done.err.decode())
        self.assertEqual(done.out, b'')
        self.assertFalse((self.dir / 'w.tsv').exists())
        return done

    def head(self, name='w.tsv'):
        return [line for line in (self.dir / name).read_text().splitlines() if line.startswith('#')]

    def weights(self, name):
        return [line for line in (self.dir / name).read_text().splitlines() if not line.startswith('#')]

    def totals(self, done):
        found = re.match(r'texts: (\d+), documents: (\d+), places: (\d+), candidates: (\d+)\n', done.out.decode())
        self.assertTrue(found, done)
        return tuple(map(int, found.groups()))

    def data(self, **replaced):
        """A data folder that shares all files with the built one but those that are replaced."""
        built = pathlib.Path(harness.PROGRAM).parent / 'data'
        folder = self.dir / 'data'
        folder.mkdir()
        for file in built.iterdir():
            target = replaced.get(file.name.replace('.', '_'))
            (folder / file.name).symlink_to(target or file)
        return folder

    # ---- what comes out

    def test_weights_that_clean_can_use(self):
        done = self.tune(*PAIRS, '--weight', '0.5', '--clean', *CLEAN)
        self.assertEqual(self.totals(done)[:2], (6, 6))
        self.assertEqual(done.err, b'')
        self.data(weights_tsv=self.dir / 'w.tsv')
        ours = self.run_in('clean', '--data', 'data', '--json', stdin=SPUN)
        built = self.run_in('clean', '--json', stdin=SPUN)
        self.assertEqual(ours.status, 0, ours)
        self.assertNotEqual(ours.out, built.out)  # other weights, other odds

    def test_what_is_left_out_teaches_nothing(self):
        """Weights learned without a group are those learned without its texts."""
        done = self.tune('--folds', '0', '--group', 'a/x', *PAIRS[:3], '--group', 'a/y', PAIRS[3], '--leave', 'a/y=b.tsv',
                         '--networks', '2', output='a.tsv')
        self.assertIn('\na/y ', done.out.decode())
        self.tune('--folds', '0', '--networks', '2', *PAIRS[:3], output='c.tsv')
        self.assertEqual(self.weights('b.tsv'), self.weights('c.tsv'))
        self.assertNotEqual(self.weights('a.tsv'), self.weights('c.tsv'))
        self.assertIn('# Left out: a/y', self.head('b.tsv'))

    def test_a_group_leaves_those_below_it_out(self):
        self.tune('--folds', '0', '--group', 'a/x', *PAIRS[:2], '--group', 'ab', *PAIRS[2:], '--leave', 'a,none=b.tsv')
        self.tune('--folds', '0', *PAIRS[2:], output='c.tsv')
        self.assertEqual(self.weights('b.tsv'), self.weights('c.tsv'))

    def test_a_feature_that_is_not_looked_at_weighs_nothing(self):
        self.tune('--folds', '0', '--group', 'x', PAIRS[0], '--group', 'y', *PAIRS[1:], '--leave', 'x=a.tsv',
                  '--blind', 'model,rank', '--leave', 'x=b.tsv', '--blind', 'none', '--leave', 'x=c.tsv')
        self.assertEqual(self.weights('a.tsv'), self.weights('c.tsv'))
        values = {line.split('\t')[1]: set(map(float, line.split('\t')[4:])) for line in self.weights('b.tsv')
                  if line.startswith('feature')}
        self.assertEqual((values['model'], values['rank']), ({0.0}, {0.0}))
        self.assertNotEqual(values['model_right'], {0.0})
        done = run('model', 'tune', *QUICK, '--folds', '0', '--group', 'x', PAIRS[0], PAIRS[1], '--blind', 'modle',
                   '--leave', 'x=d.tsv', '-o', 'w.tsv', cwd=self.dir)
        self.assertEqual((done.status, len(done.err.splitlines())), (2, 1), done)
        self.assertIn("no feature of the name 'modle'", done.err.decode())

    def test_a_group_that_is_not_there(self):
        done = run('model', 'tune', *QUICK, '--folds', '0', PAIRS[0], '--leave', 'x=b.tsv', '-o', 'w.tsv', cwd=self.dir)
        self.assertEqual((done.status, len(done.err.splitlines())), (2, 1), done)
        self.assertIn("no text belongs to the group 'x'", done.err.decode())
        self.assertFalse((self.dir / 'b.tsv').exists())
        for bad in ('x', '=b.tsv', 'x='):
            done = run('model', 'tune', PAIRS[0], '--leave', bad, '-o', 'v.tsv', cwd=self.dir)
            self.assertEqual((done.status, len(done.err.splitlines())), (2, 1), done)
            self.assertIn('expected GROUP=FILE', done.err.decode())
            self.assertFalse((self.dir / 'v.tsv').exists())

    def test_too_many_units_in_all(self):
        self.refused(PAIRS[0], '--hidden', '32', '--networks', '3', because='networks')
        self.refused(PAIRS[0], '--networks', '0', because='networks')

    def test_the_same_texts_give_the_same_bytes(self):
        self.tune(*PAIRS, output='a.tsv')
        self.tune(*PAIRS, output='b.tsv')
        self.tune(*PAIRS, '--seed', '2', output='c.tsv')
        a, b, c = ((self.dir / name).read_bytes() for name in ('a.tsv', 'b.tsv', 'c.tsv'))
        self.assertEqual(a, b)
        self.assertNotEqual(a, c)

    def test_head_says_what_it_was_made_from(self):
        self.tune(*PAIRS[:2], '--weight', '0.5', '--clean', *CLEAN, '--folds', '2', '--seed', '7', '--decay', '0.001')
        head = '\n'.join(self.head())
        self.assertIn('# pairs: 2 from blog-01.txt business-01.txt, weight 1\n', head)
        self.assertIn('# clean texts: 2 from clean-01.txt clean-03.txt, weight 0.5\n', head)
        self.assertIn('# hidden 8, networks 1, epochs 3, rate 0.004, decay 0.001, seed 7\n', head)
        self.assertIn('Cross-validated by document, 2 folds.', head)
        self.assertIn(run('--version').out.decode().strip(), head)
        self.assertNotIn(str(ROOT), head)

    def test_table(self):
        done = self.tune(*PAIRS, '--clean', *CLEAN, '--folds', '3')
        lines = done.out.decode().splitlines()[3:]
        self.assertEqual([line.split()[0] for line in lines], ['1', '2', '3', 'unseen', 'seen'])
        table = [[float(n) for n in line.split()[1:]] for line in lines]
        for column in (0, 1, 3, 4, 5, 6, 7, 9, 10):
            self.assertEqual(sum(row[column] for row in table[:3]), table[3][column], done)
        self.assertEqual(table[3][:2], table[4][:2])
        self.assertGreater(table[3][7], 0)  # damage
        self.assertGreater(table[3][9], 0)  # clean places

    def test_quiet(self):
        done = self.tune('-q', *PAIRS[:2])
        self.assertEqual((done.out, done.err), (b'', b''))

    def test_old_file_stands_until_the_new_one_is_whole(self):
        (self.dir / 'w.tsv').write_text('old')
        done = self.tune('nothing.tsv', status=2)
        self.assertIn(b'nothing.tsv', done.err)
        self.assertEqual((self.dir / 'w.tsv').read_text(), 'old')

    # ---- what goes in

    def test_sentences_of_a_doc_are_one_document(self):
        rows = [{'doc': f'd{i % 2}', 'spun': s, 'plain': p} for i, (s, p) in enumerate(SENTENCES)]
        self.write('p.jsonl', jsonl(rows))
        self.assertEqual(self.totals(self.tune('p.jsonl', '--folds', '0'))[:2], (2, 2))
        by_hand = [{'spun': '\n'.join(r['spun'] for r in rows[i::2]), 'plain': '\n'.join(r['plain'] for r in rows[i::2])}
                   for i in range(2)]
        self.write('q.jsonl', jsonl(by_hand))
        self.tune('q.jsonl', '--folds', '0', output='q.tsv')
        self.assertEqual(self.weights('w.tsv'), self.weights('q.tsv'))

    def test_sentences_stand_alone(self):
        rows = [{'doc': f'd{i % 2}', 'spun': s, 'original': p} for i, (s, p) in enumerate(SENTENCES)]
        self.write('p.jsonl', jsonl(rows))
        done = self.tune('--sentences', 'p.jsonl')
        self.assertEqual(self.totals(done)[:2], (4, 2))
        self.assertIn('# sentences: 4 from p.jsonl, weight 1', self.head())

    def test_texts_with_the_same_original_are_one_document(self):
        self.write('p.tsv', ''.join(f'{s}\t{p}\n' for s, p in SENTENCES).encode() +
                   f'{SENTENCES[0][1]}\t{SENTENCES[0][1]}\n'.encode())
        self.assertEqual(self.totals(self.tune('p.tsv'))[:2], (5, 4))

    def test_kinds_and_weights_hold_for_what_follows(self):
        self.write('p.tsv', ''.join(f'{s}\t{p}\n' for s, p in SENTENCES).encode())
        self.tune('--clean', CLEAN[0], '--weight', '2', '--pairs', 'p.tsv', '--sentences', '--weight', '3', 'p.tsv')
        self.assertEqual(self.head()[1:4], ['# clean texts: 1 from clean-01.txt, weight 1', '# pairs: 4 from p.tsv, weight 2',
                                            '# sentences: 4 from p.tsv, weight 3'])

    def test_weight_tells(self):
        self.tune(PAIRS[0], '--clean', CLEAN[0], '--folds', '0', output='a.tsv')
        self.tune(PAIRS[0], '--weight', '9', '--clean', CLEAN[0], '--folds', '0', output='b.tsv')
        a, b = (self.weights(name) for name in ('a.tsv', 'b.tsv'))
        self.assertNotEqual(a, b)

    def test_folder_of_clean_texts(self):
        folder = self.dir / 'articles' / 'deep'
        folder.mkdir(parents=True)
        (folder / 'a.txt').write_bytes(SPUN * 3)
        (folder / 'b.txt').write_bytes(b'\xef\xbb\xbf' + SPUN)
        (folder / '.hidden').write_bytes(b'\0')
        done = self.tune('--clean', 'articles/')
        self.assertEqual(self.totals(done)[0], 2)
        self.assertIn('# clean texts: 2 from articles, weight 1', self.head())

    def test_other_data_for_what_follows(self):
        folder = self.data()
        done = self.tune(PAIRS[0], '--data', str(folder), PAIRS[1])
        self.assertEqual(self.totals(done)[0], 2)
        self.assertIn('# pairs: 1 from business-01.txt, weight 1, judged with data', self.head())
        (folder / 'channel.bin').unlink()
        done = self.tune(PAIRS[0], '--data', str(folder), PAIRS[1], output='x.tsv', status=2)
        self.assertIn(b'channel.bin', done.err)

    def test_rows_bring_their_sentences(self):
        table = self.dir / 'small.db'
        for words in (['lend a hand (to)', 'help', '--pos', 'v', '--change', 'She {lent a hand to|helped} him.', '--change',
                       'They {lend a hand|help} often.', '--keep', 'Lend me your hand.'],
                      ['utilize', 'use', '--pos', 'v', '--change', 'We {utilize|use} big cars.']):
            done = self.run_in('phrases', 'add', '--in', str(table), *words)
            self.assertEqual(done.status, 0, done)
        self.data(phrases_db=table)
        done = self.tune('--data', 'data', '--weight', '0.25', '--rows', '--folds', '2')
        self.assertEqual(self.totals(done)[:2], (4, 2))
        self.assertIn("# sentences of the phrase table's rows: 4, weight 0.25, judged with data", self.head())

    # ---- what is refused

    def test_bad_options(self):
        for args, because in ((['--weight', 'x', 'p.tsv'], '--weight'), (['--weight', '0', 'p.tsv'], '--weight'),
                              (['--folds', '1', PAIRS[0]], 'folds'), (['--hidden', '65', PAIRS[0]], 'hidden'),
                              (['--epochs', '0', PAIRS[0]], 'epochs'), (['--rate', '0', PAIRS[0]], 'rate'),
                              (['--decay', '7', PAIRS[0]], 'decay'), (['--seed', '-1', PAIRS[0]], '--seed'),
                              ([], 'what from')):
            with self.subTest(args):
                self.refused(*args, because=because)

    def test_no_output(self):
        done = self.run_in('model', 'tune', PAIRS[0])
        self.assertEqual((done.status, done.out), (2, b''), done)
        self.assertIn(b'-o FILE', done.err)

    def test_output_that_cannot_be_is_refused_first(self):
        for path in ('no/such/folder/w.tsv', '/dev/null', '.'):
            with self.subTest(path):
                done = self.tune('nothing.tsv', output=path, status=2)
                self.assertIn(path, done.err.decode())
                self.assertNotIn('nothing.tsv', done.err.decode())

    def test_bad_texts_are_named(self):
        self.write('tab.tsv', b'a\tb\nno tab\n')
        self.write('doc.jsonl', jsonl([{'spun': 'a', 'plain': 'b'}, {'doc': 3, 'spun': 'a', 'plain': 'b'}]))
        self.write('nul.txt', b'a\0b')
        self.write('empty.txt', b' \n')
        self.write('long.txt', b'word ' * 12001)
        (self.dir / 'folder').mkdir()
        for args, because in ((['tab.tsv'], 'tab.tsv:2'), (['doc.jsonl'], 'doc.jsonl:2: "doc" must be a text'),
                              (['--clean', 'nul.txt'], 'nul.txt'), (['--clean', 'empty.txt'], 'empty.txt: there is no text'),
                              (['--clean', 'long.txt'], 'long.txt: a text of more than 12000 words'),
                              (['long.txt'], 'long.txt:1: a text of more than 12000 words'),
                              (['--clean', 'folder'], 'folder'), (['folder'], 'folder'), (['--clean', 'none'], 'none')):
            with self.subTest(args):
                self.refused(*args, because=because)

    def test_nothing_to_learn_from(self):
        self.write('p.tsv', b'\xe2\x80\xa6\t\xe2\x80\xa6\n')
        self.refused('p.tsv', because='nothing to learn from')

    def test_help(self):
        done = self.run_in('model', 'tune', '--help')
        self.assertEqual((done.status, done.err), (0, b''))
        for word in (b'Examples:', b'Exit status:', b'--rows', b'--sentences', b'0.0003'):
            self.assertIn(word, done.out)
        self.assertIn(b'model tune', self.run_in('help', 'model').out)


if __name__ == '__main__':
    harness.main()
