"""unspin score --against: nearer to a clean article on the topic, and what it says about bad input."""
import json
import os
import re
import subprocess
import sys
import unittest

import harness
from harness import ROOT, SAMPLES, Case

CLEAN = ROOT / 'tests' / 'measure' / 'topic' / 'railway.txt'
SPUN = SAMPLES / 'sample.spun.txt'
PLAIN = SAMPLES / 'sample.plain.txt'


class Against(Case):
    def score(self, *args, **more):
        return self.run_in('score', *map(str, args), **more)

    def good(self, *args, **more):
        done = self.score(*args, **more)
        self.assertEqual(done.status, 0, done)
        self.assertEqual(done.err, b'', done)
        return done.out.decode()

    def json(self, *args, **more):
        return json.loads(self.good('--json', *args, **more))

    def bad(self, *args, because, lines=1, **more):
        done = self.score(*args, **more)
        self.assertEqual(done.status, 2, done)
        self.assertEqual(done.out, b'', done)
        said = done.err.decode().splitlines()
        self.assertEqual(len(said), lines, done)
        for line in said:
            self.assertRegex(line, '^unspin: ', done)
        self.assertIn(because, done.err.decode(), done)


class Figures(Against):
    def test_restored_is_nearer(self):
        """The original is nearer beyond doubt; what unspin makes of 250 words moves towards it."""
        original = self.json('--against', CLEAN, '--both-halves', SPUN, PLAIN)['articles'][0]['difference']
        self.assertEqual(original['verdict'], 'nearer', original)
        self.assertLess(original['interval'][1], 0)
        article = self.json('--against', CLEAN, SPUN)['articles'][0]
        d = article['difference']
        self.assertLess(d['change'], 0)
        self.assertLess(original['change'], d['change'])
        self.assertLess(d['interval'][0], d['change'])
        self.assertAlmostEqual(d['after'] - d['before'], d['change'], places=6)
        self.assertIsNone(article['after'])
        self.assertTrue(article['reference']['both_halves_judge'])
        self.assertEqual(sum(article['reference']['half_words']), article['reference']['words'])

    def test_gains_sum_to_the_change(self):
        article = self.json('--against', CLEAN, SPUN, PLAIN)['articles'][0]
        gain = sum(e['gain'] for e in article['edits'])
        self.assertAlmostEqual(gain, article['difference']['change'] * article['tokens'], places=4)
        spun = SPUN.read_bytes()
        for e in article['edits']:
            self.assertEqual(spun[e['begin']:e['end']].decode(), e['before'])
            self.assertEqual(spun[:e['begin']].count(b'\n') + 1, e['line'])
            self.assertLessEqual(e['made_attested'], e['made'])

    def test_a_given_after_is_judged_by_the_second_half(self):
        alone = self.json('--against', CLEAN, SPUN, PLAIN)['articles'][0]
        both = self.json('--against', CLEAN, '--both-halves', SPUN, PLAIN)['articles'][0]
        self.assertFalse(alone['reference']['both_halves_judge'])
        self.assertIsNone(alone['reference']['weight'][0])
        self.assertTrue(both['reference']['both_halves_judge'])
        self.assertNotEqual(alone['difference']['change'], both['difference']['change'])

    def test_only_the_second_half_is_looked_at(self):
        """Words that only the first half has change nothing, whatever they are."""
        halves = ['The council met in the town and talked of {} again, she said.',
                  'Nobody knew that the trains would come back so soon, he said.']
        figures = []
        for word in ('ships', 'tulips'):
            text = '\n\n'.join(halves[i % 2].format(word) for i in range(10))
            reference = self.write(word, text.encode())
            before = self.write('before', b'The boats came. They talked of boats.')
            after = self.write('after', b'The ships came. They talked of ships.')
            r = self.json('--against', reference, before, after)['articles'][0]
            figures.append([e['made_attested'] for e in r['edits']])
            self.assertGreaterEqual(r['divergence']['change'], 0)
        self.assertEqual(figures[0], figures[1])

    def test_like_leaves_the_second_half_to_judge(self):
        like = self.json('--against', CLEAN, '--like', SPUN)['articles'][0]
        self.assertFalse(like['reference']['both_halves_judge'])
        restored = self.run_in('clean', '--like', str(CLEAN), str(SPUN))
        self.assertEqual(restored.status, 0, restored)
        given = self.json('--against', CLEAN, SPUN, '-', stdin=restored.out)['articles'][0]
        self.assertEqual(like['difference'], given['difference'])

    def test_same_run_same_bytes(self):
        first = self.good('--json', '--against', CLEAN, SPUN)
        self.assertEqual(first, self.good('--json', '--against', CLEAN, SPUN))
        other = self.good('--json', '--seed', '7', '--against', CLEAN, SPUN)
        self.assertNotEqual(first, other)
        self.assertEqual(json.loads(first)['articles'][0]['difference']['change'],
                         json.loads(other)['articles'][0]['difference']['change'])

    def test_no_rounds_no_intervals(self):
        d = self.json('--rounds', '0', '--against', CLEAN, SPUN)['articles'][0]['difference']
        self.assertEqual(d['interval'], [None, None])
        self.assertIsNone(d['verdict'])
        self.assertNotIn('[', self.good('--rounds', '0', '--against', CLEAN, SPUN))

    def test_several_articles(self):
        for name in ('a', 'b'):
            self.write(f'{name}.clean.txt', CLEAN.read_bytes())
        folders = {}
        for role in ('clean', 'spun'):
            folders[role] = self.dir / role
            folders[role].mkdir()
        for name, spun in (('a', SPUN), ('b', SAMPLES / 'football.spun.txt')):
            (folders['clean'] / f'{name}.txt').write_bytes(CLEAN.read_bytes())
            (folders['spun'] / f'{name}.txt').write_bytes(spun.read_bytes())
        result = self.json('--against', folders['clean'], folders['spun'])
        a, b = result['articles']
        macro, micro = result['average']['macro'], result['average']['micro']
        self.assertAlmostEqual(macro['difference']['change'], (a['difference']['change'] + b['difference']['change']) / 2,
                               places=6)
        tokens = a['tokens'] + b['tokens']
        self.assertAlmostEqual(micro['difference']['change'], (a['difference']['change'] * a['tokens'] +
                                                               b['difference']['change'] * b['tokens']) / tokens, places=6)
        text = self.good('--against', folders['clean'], folders['spun'])
        self.assertIn('mean of the articles', text)


class Words(Against):
    def test_table(self):
        text = self.good('--against', CLEAN, SPUN)
        for part in ('difference, bits a token', 'edits attested', 'floor', 'earned it', 'cost', 'seed 12345', 'line 9: '):
            self.assertIn(part, text)
        self.assertNotIn('\x1b', text)
        self.assertIn('\x1b[32m', self.good('--color', '--against', CLEAN, SPUN))

    def test_no_change(self):
        text = self.good('--against', CLEAN, PLAIN, PLAIN)
        self.assertIn('Nothing was changed', text)

    def test_reference_that_is_the_original(self):
        self.assertIn('word for word', self.good('--against', PLAIN, SPUN, PLAIN))
        self.assertNotIn('word for word', self.good('--against', CLEAN, SPUN, PLAIN))

    def test_hostile_text(self):
        before = self.write('before', b'The govt said \x1b[31mred\x1b[0m \xff\xfe words. It is late.')
        after = self.write('after', b'The government said \x1b[32mgreen\x07\x1b[0m \xff words. It is early.')
        self.assertNotIn('\x1b', self.good('--against', CLEAN, before, after))
        self.json('--against', CLEAN, before, after)

    def test_standard_input(self):
        self.assertEqual(self.json('--against', CLEAN, SPUN, '-', stdin=PLAIN.read_bytes())['articles'][0]['difference'],
                         self.json('--against', CLEAN, SPUN, PLAIN)['articles'][0]['difference'])


class Bad(Against):
    def test_references(self):
        self.bad('--against', self.write('empty', b''), SPUN, because='empty: ')
        self.bad('--against', self.write('blank', b' \n\n\t\n'), SPUN, because='blank: ')
        self.bad('--against', self.write('marks', b'... -- !\n'), SPUN, because='marks: no words')
        short = self.write('short', b'The bus is late. The train is not.\n')
        self.bad('--against', short, SPUN, because='short: a reference of 8 words')
        self.json('--force', '--against', short, SPUN)
        self.bad('--force', '--against', self.write('one', b'The bus is late\n'), SPUN, because='one sentence')
        self.bad('--force', '--against', '-', SPUN, stdin=b'The bus\n', because='<stdin>: a reference of one sentence')
        self.bad('--against', self.dir / 'nowhere', SPUN, because='nowhere')
        self.bad('--against', self.write('nul', b'a\0b'), SPUN, because='binary')

    def test_texts(self):
        empty = self.write('empty', b'')
        self.bad('--against', CLEAN, empty, because='empty: ')
        self.bad('--against', CLEAN, SPUN, empty, because='empty: ')
        self.bad('--against', CLEAN, SPUN, self.write('marks', b'...\n'), because='holds no words')

    def test_options(self):
        self.bad('--against', CLEAN, because='which text?')
        self.bad('--both-halves', '--original', PLAIN, SPUN, because='--both-halves is for --against')
        self.bad('--like', '--original', PLAIN, SPUN, because='--like is for --against')
        self.bad('--like', '--against', CLEAN, SPUN, PLAIN, because='restores itself')
        self.bad('--assume-spun', '--original', PLAIN, SPUN, PLAIN, because='restores itself')
        self.bad('--like', '--both-halves', '--against', CLEAN, SPUN, because='--both-halves cannot judge')
        self.bad('--against', CLEAN, '--rounds', '-1', SPUN, because='--rounds')

    def test_data(self):
        folder = self.dir / 'data'
        folder.mkdir()
        self.bad('--data', folder, '--against', CLEAN, SPUN, because='plain.lm')
        source = harness.pathlib.Path(harness.PROGRAM).parent / 'data'
        os.symlink(source / 'plain.lm', folder / 'plain.lm')
        self.bad('--data', folder, '--against', CLEAN, SPUN, because='function-words.tsv')

    def test_full_disk(self):
        with open('/dev/full', 'wb') as full:
            done = self.score('--against', CLEAN, SPUN, stdout=full)
        self.assertEqual(done.status, 2, done)
        self.assertIn(b'standard output', done.err)


class Like(Against):
    """What clean --like makes of its argument; what it does to a text is the engine's business."""

    def test_bad_input(self):
        for name, data, because in (('empty', b'', 'no words in'), ('marks', b'... !\n', 'no words in'),
                                    ('nul', b'a\0b', 'is not a text')):
            self.fails('--like', str(self.write(name, data)), str(SPUN), because=because)
        self.fails('--like', 'nowhere', str(SPUN), because='nowhere')
        self.fails('--like', str(CLEAN), '--like', str(CLEAN), str(SPUN), because='may be given once')

    def test_clean_text_stays(self):
        self.assertEqual(self.ok('--like', str(CLEAN), str(PLAIN)).out, PLAIN.read_bytes())


class Control(Against):
    def test_random_synonyms_are_not_nearer(self):
        """The experiment of the README, with our own articles."""
        done = subprocess.run([sys.executable, ROOT / 'tests' / 'figures' / 'score_control.py', '--unspin', harness.PROGRAM,
                               '--seeds', '10', CLEAN, SPUN], stdout=subprocess.PIPE)
        if done.returncode == 77:
            self.skipTest('no WordNet')
        said = done.stdout.decode()
        restored, swapped = (float(re.search(rf'^{name} +\S+ +\S+ +(\S+)', said, re.M)[1]) for name in ('restored', 'swapped'))
        self.assertLess(restored, 0, said)
        self.assertGreater(swapped, restored, said)
        self.assertIn('; nearer 0,', said)


if __name__ == '__main__':
    harness.main()
