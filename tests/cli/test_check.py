"""unspin check: what it finds, how it tells, what it ends with. Texts and rows are the program's own."""
import json
import os
import re
import sys
import unittest
import xml.etree.ElementTree as ElementTree

import harness
from harness import ROOT, Case

# Rows that any table holds and any tuning applies.
REST = ' gave the {fairway gentle|green light} to the plan, and the firms will {lend a hand|help} with the work.\n'
GOOD = 'The {govt|government}' + REST
BAD = 'The {govt|cabbage}' + REST  # no table says so
CLEAN = 'The cat sat on the mat, and nobody minded.\n'
HARMED = ('# expect: must-not-change\n\nThe firms gave the fairway gentle to counterfeit consciousness '
          'and will lend a hand with the work.\n')


class Check(Case):
    def check(self, *args, status, **more):
        done = self.run_in('check', *args, **more)
        self.assertEqual(done.status, status, done)
        return done

    def text(self, *args, status, **more):
        done = self.check(*args, status=status, **more)
        self.assertEqual(done.err, b'', done)
        return done.out.decode()

    def json(self, *args, status):
        return json.loads(self.check('--json', *args, status=status).out)

    def error(self, *args, because):
        done = self.check(*args, status=2)
        lines = done.err.decode().splitlines()
        self.assertTrue(lines and all(line.startswith('unspin: ') for line in lines), done)
        self.assertIn(because, done.err.decode())
        return done


class Verdicts(Check):
    def test_all_right(self):
        self.write('a.txt', GOOD.encode())
        out = self.text('--assume-spun', 'a.txt', status=0)
        self.assertIn('1 pair, none failed', out)
        self.assertRegex(out, r'\n +1 +0 +\d+ +1\.000 +1\.000 +1\.000 +1\.000 +1\.000 +1\.000 +- +-  \.\n')

    def test_wrong_slot_has_place_and_row(self):
        self.write('a.txt', b'# id: a\n\n' + CLEAN.encode() + BAD.encode())
        out = self.text('--assume-spun', 'a.txt', status=1)
        line = next(line for line in out.splitlines() if line.startswith('  a.txt:'))
        self.assertRegex(line, r'^  a\.txt:4: wrong: The \[-govt-\]\{\+government\+\} gave the .*; want cabbage; row \w{8} \(')
        self.assertIn('1 pair, 1 failed', out)

    def test_kept_slot(self):
        self.write('a.txt', b'The {zyzzyva|beetle} sat.\n')
        out = self.text('a.txt', status=1)
        self.assertRegex(out, r'a\.txt:1: kept: The \[zyzzyva\] sat\.; want beetle; ')

    def test_false_edit(self):
        self.write('a.txt', HARMED.encode())
        out = self.text('--assume-spun', 'a.txt', status=1)
        self.assertRegex(out, r'a\.txt:3: false: .*\[-lend a hand-\]\{\+help\+\} with the .*; row \w{8}')
        self.assertRegex(out, r' 1/1 +\d+\.\d\d  ')

    def test_clean_file(self):
        self.write('a.txt', CLEAN.encode())
        self.assertRegex(self.text('a.txt', status=0), r' 0/1 +0\.00  ')

    def test_known_failing(self):
        self.write('a.txt', b'# expect: known-failing\n\n' + BAD.encode())
        self.write('b.txt', b'# expect: known-failing\n\n' + GOOD.encode())
        out = self.text('--assume-spun', '.', status=0)
        self.assertNotIn('known to fail', out)
        self.assertRegex(out, r'passes now  \./b')
        self.assertRegex(self.text('--assume-spun', '--all', '.', status=0), r'known to fail  \./a')
        self.text('--assume-spun', '--strict', '.', status=1)
        self.text('--assume-spun', '--strict', 'a.txt', status=0)

    def test_must_change_needs_a_slot(self):
        self.write('a.txt', b'# expect: must-change\n\n' + CLEAN.encode())
        self.error('a.txt', because='a.txt:3: must-change, but nothing is marked')

    def test_forms_agree(self):
        spun = 'The govt gave the fairway gentle to the plan, and the firms will lend a hand with the work.'
        plain = 'The government gave the green light to the plan, and the firms will help with the work.'
        self.write('m.txt', GOOD.encode())
        self.write('d.spun.txt', spun.encode())
        self.write('d.plain.txt', plain.encode())
        self.write('j.jsonl', json.dumps({'id': 'x', 'spun': spun, 'plain': ['Other words.', plain]}).encode())
        self.write('t.tsv', f'{spun}\tOther words.\t{plain}\n'.encode())
        d = self.json('--assume-spun', '.', status=0)
        self.assertEqual([p['key'] for p in d['pairs']], ['./d', 'j.jsonl/x', './m', 't.tsv/line 1'])
        for pair in d['pairs']:
            self.assertEqual((pair['score']['undone'], pair['score']['after'], pair['passes']), (1, 0, True), pair)
        self.assertEqual([s['suite'] for s in d['suites']], ['.', './j.jsonl', './t.tsv'])
        self.assertEqual(d['all']['pairs'], 4)

    def test_errors_do_not_stop_the_rest(self):
        self.write('a.jsonl', b'{"spun":"a"}\n{"spun":"b","plain":"b"}\n[\n')
        self.write('b.txt', b'{oops\n')
        done = self.check('a.jsonl', 'b.txt', status=2)
        self.assertEqual(len(done.err.decode().splitlines()), 3, done)
        for place in 'a.jsonl:1: ', 'a.jsonl:3:', 'b.txt:1:1: ':
            self.assertIn(place, done.err.decode())
        self.assertIn(b'1 pair, none failed, 3 errors', done.out)

    def test_colours(self):
        self.write('a.txt', BAD.encode())
        out = self.text('--assume-spun', '--color=always', 'a.txt', status=1)
        self.assertIn('\x1b[31;9mgovt\x1b[0m \x1b[33mgovernment\x1b[0m', out)
        self.assertNotIn('\x1b', self.text('--assume-spun', 'a.txt', status=1))

    def test_terminal_is_safe(self):
        self.write('a.txt', '{At all times|\x1b[2J} he came.\n'.encode())
        self.assertNotIn('\x1b', self.text('--assume-spun', 'a.txt', status=1))


class Forms(Check):
    def write_mixed(self):
        self.write('bad.txt', BAD.encode())
        self.write('good.txt', GOOD.encode())
        self.write('known.txt', b'# expect: known-failing\n\n' + BAD.encode())
        self.write('odd & <b>#1.txt', GOOD.encode())

    def test_tap(self):
        self.write_mixed()
        lines = self.text('--tap', '--assume-spun', '.', status=1).splitlines()
        self.assertEqual(lines[0], 'TAP version 14')
        self.assertEqual(lines[-1], '1..4')
        results = [line for line in lines if re.match('(not )?ok ', line)]
        self.assertEqual(results, ['not ok 1 - ./bad', 'ok 2 - ./good', 'not ok 3 - ./known # TODO known-failing',
                                   'ok 4 - ./odd & <b>\\#1'])
        self.assertRegex(lines[2], "^# ./bad.txt:1: wrong: 'govt' became 'government', want 'cabbage', row ")

    def test_junit(self):
        self.write_mixed()
        self.write('broken.txt', b'{\x07')
        self.check('--junit', 'out.xml', '--assume-spun', '.', status=2)
        root = ElementTree.parse(self.dir / 'out.xml').getroot()
        suite, errors = root.findall('testsuite')
        self.assertEqual([suite.get(k) for k in ('name', 'tests', 'failures', 'skipped')], ['.', '4', '1', '1'])
        cases = {case.get('name'): case for case in suite}
        self.assertIn('wrong: govt', cases['bad'].find('failure').text)
        self.assertIsNotNone(cases['known'].find('skipped'))
        self.assertEqual(len(cases['odd & <b>#1']), 0)
        self.assertEqual(errors.get('errors'), '1')

    def test_junit_strict_and_baseline(self):
        """A pair that passes against expectation, and a figure that fell, are failures of their own."""
        self.write('good.txt', ('# expect: known-failing\n\n' + GOOD).encode())
        self.text('--junit', 'out.xml', '--assume-spun', 'good.txt', status=0)
        case, = ElementTree.parse(self.dir / 'out.xml').getroot().iter('testcase')
        self.assertIsNone(case.find('failure'))
        self.text('--junit', 'out.xml', '--strict', '--assume-spun', 'good.txt', status=1)
        case, = ElementTree.parse(self.dir / 'out.xml').getroot().iter('testcase')
        self.assertEqual(case.find('failure').get('type'), 'strict')
        self.write('good.txt', GOOD.encode())
        self.text('--assume-spun', '--baseline', 'base.json', '--update', 'good.txt', status=0)
        self.text('--assume-spun', '--min-confidence=1', '--baseline', 'base.json', '--junit', 'out.xml', 'good.txt', status=1)
        root = ElementTree.parse(self.dir / 'out.xml').getroot()
        falls = next(suite for suite in root.findall('testsuite') if suite.get('name') == 'baseline')
        self.assertEqual(int(falls.get('failures')), len(falls))
        self.assertRegex(falls[0].find('failure').get('message'), r'^0\.0000, was \d')

    def test_junit_goes_where_it_is_told(self):
        """A device is written to and stays one; a folder is refused."""
        self.write('good.txt', GOOD.encode())
        os.mkfifo(self.dir / 'pipe')
        reader = os.open(self.dir / 'pipe', os.O_RDONLY | os.O_NONBLOCK)
        self.text('--junit', 'pipe', '--assume-spun', 'good.txt', status=0)
        got = os.read(reader, 1 << 16)
        os.close(reader)
        self.assertEqual(ElementTree.fromstring(got).find('testsuite').get('tests'), '1')
        self.assertTrue((self.dir / 'pipe').is_fifo())
        (self.dir / 'folder').mkdir()
        self.error('--junit', 'folder', '--assume-spun', 'good.txt', because='folder: is a directory')
        self.error('--junit', '/dev/full', '--assume-spun', 'good.txt', because='/dev/full: cannot write')

    def test_json(self):
        self.write_mixed()
        d = self.json('--assume-spun', '.', status=1)
        self.assertEqual((d['format'], d['version'], d['failed'], d['errors']), ('unspin-check', 1, 1, 0))
        fault, = d['pairs'][0]['faults']
        self.assertEqual((fault['kind'], fault['spun'], fault['now'], fault['want']), ('wrong', 'govt', 'government', 'cabbage'))
        row = fault['edits'][0]['row']
        sums = {r['row']: r for r in d['rows']}
        self.assertEqual((sums[row]['right'], sums[row]['wrong']), (2, 2))

    def test_figures(self):
        self.write('a.txt', (BAD + '{Zyzzyva|Beetle} ate.\n').encode())
        score = self.json('--assume-spun', 'a.txt', status=1)['pairs'][0]['score']
        self.assertEqual((score['slots'], score['right'], score['kept'], score['wrong'], score['false']), (4, 2, 1, 1, 0))
        self.assertAlmostEqual(score['undone'], 1 - 2 / 7, 5)
        self.assertAlmostEqual(score['err'], 2 / 4, 5)
        self.assertAlmostEqual(score['precision'], 2 / 3, 5)
        self.assertAlmostEqual(score['recall'], 2 / 4, 5)
        self.assertAlmostEqual(score['f0.5'], 1.25 * (2 / 3) * 0.5 / (0.25 * 2 / 3 + 0.5), 5)


class Baselines(Check):
    def test_as_before_and_fall(self):
        self.write('a.txt', BAD.encode())
        self.write('b.txt', GOOD.encode())
        self.text('--assume-spun', '--baseline', 'base.json', '--update', '.', status=0)
        out = self.text('--assume-spun', '--baseline', 'base.json', '.', status=0)
        self.assertIn('2 of 2 pairs compared with the baseline: 0 places gained, 0 lost', out)
        self.assertIn('none failed', out)
        # nothing is edited any more: all is lost that was won
        out = self.text('--assume-spun', '--min-confidence=1', '--baseline', 'base.json', '.', status=1)
        self.assertRegex(out, r'fell  \./b  .*undone 0\.000 \(was 1\.000\), 0 gained, 3 lost')
        self.assertRegex(out, r'b\.txt:1: lost: .*\[lend a hand\] .*; want help; was row \w{8}')
        self.assertRegex(out, r'fell  \.  undone 0\.0000, was ')
        self.assertRegex(out, r'\nrow +gained +lost .*\n\w{8} +0 +2 ')
        d = self.json('--assume-spun', '--min-confidence=1', '--baseline', 'base.json', '.', status=1)
        self.assertEqual((d['gained'], d['lost']), (0, 5))
        self.assertIn('undone', [f['figure'] for f in d['falls']])
        tap = self.text('--tap', '--assume-spun', '--min-confidence=1', '--baseline', 'base.json', '.', status=1)
        self.assertRegex(tap, r'not ok \d+ - baseline: undone of \. is 0\.0000, was')

    def test_gain(self):
        self.write('a.txt', GOOD.encode())
        self.text('--assume-spun', '--min-confidence=1', '--baseline', 'base.json', '--update', '.', status=0)
        out = self.text('--assume-spun', '--baseline', 'base.json', '.', status=0)
        self.assertRegex(out, r'passes  \./a  .*3 gained, 0 lost')
        self.assertRegex(out, r'gained: .*\[-lend a hand-\]\{\+help\+\}.*; now row \w{8}')

    def test_false_edits_are_followed(self):
        self.write('a.txt', HARMED.encode())
        self.text('--assume-spun', '--baseline', 'base.json', '--update', '.', status=0)
        out = self.text('--assume-spun', '--min-confidence=1', '--baseline', 'base.json', '.', status=0)
        self.assertRegex(out, r'gained: a false edit is gone; row \w{8}')
        self.text('--assume-spun', '--min-confidence=1', '--baseline', 'base.json', '--update', '.', status=0)
        out = self.text('--assume-spun', '--baseline', 'base.json', '.', status=1)
        self.assertRegex(out, r'lost: .*lend a hand.*; now row \w{8}')

    def test_tolerance(self):
        self.write('a.txt', GOOD.encode())
        every = [f'--tolerance={name}=1' for name in ('undone', 'err', 'precision', 'recall', 'f0.5', 'exact', 'pair')]
        self.write('b.txt', BAD.encode())
        self.text('--assume-spun', '--baseline', 'base.json', '--update', *every, 'b.txt', status=0)
        self.text('--assume-spun', '--min-confidence=1', '--baseline', 'base.json', 'b.txt', status=0)  # kept in the file
        self.text('--assume-spun', '--min-confidence=1', '--baseline', 'base.json', '--tolerance=recall=0.1', 'b.txt', status=1)

    def test_tolerance_of_a_pair_on_the_command_line(self):
        others = [f'--tolerance={name}=1' for name in ('undone', 'err', 'precision', 'recall', 'f0.5', 'exact')]
        self.write('b.txt', BAD.encode())
        self.text('--assume-spun', '--baseline', 'base.json', '--update', '.', status=0)
        worse = ('--assume-spun', '--min-confidence=1', '--baseline', 'base.json', *others)
        self.text(*worse, '.', status=1)
        self.text(*worse, '--tolerance=pair=1', '.', status=0)

    def test_same_baseline_from_another_folder(self):
        (self.dir / 'pairs').mkdir()
        self.write('pairs/a.txt', GOOD.encode())
        self.text('--assume-spun', '--baseline', 'base.json', '--update', 'pairs', status=0)
        out = self.text('--assume-spun', '--baseline', 'base.json', str(self.dir / 'pairs'), status=0)
        self.assertIn('1 of 1 pairs compared', out)

    def test_new_and_changed_pairs_stand_alone(self):
        self.write('a.txt', GOOD.encode())
        self.text('--assume-spun', '--baseline', 'base.json', '--update', '.', status=0)
        self.write('b.txt', BAD.encode())
        out = self.text('--assume-spun', '--baseline', 'base.json', '.', status=1)
        self.assertIn('1 of 2 pairs compared', out)
        self.assertRegex(out, r'fails  \./b')

    def test_update_with_a_part_of_the_pairs(self):
        self.write('a.txt', GOOD.encode())
        self.write('b.txt', GOOD.encode())
        self.text('--assume-spun', '--baseline', 'base.json', '--update', '.', status=0)
        before = json.loads((self.dir / 'base.json').read_text())
        self.write('b.txt', BAD.encode())
        done = self.check('--assume-spun', '--baseline', 'base.json', '--update', 'b.txt', status=0)
        self.assertIn(b'base.json: 1 pair that this run did not see stays in it', done.err)
        after = json.loads((self.dir / 'base.json').read_text())
        self.assertEqual(before['pairs'].keys(), after['pairs'].keys())
        kept = next(key for key in after['pairs'] if key.endswith('/a'))
        other = next(key for key in after['pairs'] if key.endswith('/b'))
        self.assertEqual(after['pairs'][kept], before['pairs'][kept])
        self.assertNotEqual(after['pairs'][other], before['pairs'][other])

    def test_bad_baselines(self):
        self.write('a.txt', GOOD.encode())
        self.error('--baseline', 'none.json', 'a.txt', because='none.json: ')
        for text, because in ((b'', 'no baseline: '), (b'{}', 'is no baseline'), (b'[1]', 'is no baseline'),
                              (b'{"format":"unspin-baseline","version":9}', 'another version'),
                              (b'{"format":"unspin-baseline","version":1}', 'holds no pairs'),
                              (b'{"format":"unspin-baseline","version":1,"pairs":{"a":{}}}', "pair 'a' is incomplete"),
                              (b'{"format":"unspin-baseline","version":1,"pairs":{}}', 'knows none of these pairs')):
            self.write('bad.json', text)
            self.error('--baseline', 'bad.json', 'a.txt', because='bad.json')
            self.error('--baseline', 'bad.json', 'a.txt', because=because)

    def test_errors_leave_the_baseline(self):
        self.write('a.txt', b'{oops')
        self.write('base.json', b'old')
        self.check('--baseline', 'new.json', '--update', 'a.txt', status=2)
        self.assertFalse((self.dir / 'new.json').exists())


class Bisect(Check):
    """Several rows say the same of a phrase: when one is left out, the next takes its place."""

    def test_a_place(self):
        self.write('a.txt', b'# expect: must-not-change\n\nThe firms will lend a hand to farms.\n')
        pair, = self.json('--assume-spun', '--bisect-row', 'a.txt', status=1)['pairs']
        row = pair['faults'][0]['edits'][0]['row']
        cure, = pair['without']
        self.assertEqual((cure['rows'][0], cure['passes']), (row, True))
        out = self.text('--assume-spun', '--bisect-row', 'a.txt', status=1)
        self.assertRegex(out, f'without rows? {row}.*: passes')

    def test_two_places(self):
        self.write('a.txt', b'# expect: must-not-change\n\nHe is by no means late and they kept running until noon.\n')
        pair, = self.json('--assume-spun', '--bisect-row', 'a.txt', status=1)['pairs']
        used = {edit['row'] for fault in pair['faults'] for edit in fault['edits']}
        self.assertEqual(len(used), 2)
        self.assertEqual({cure['rows'][0] for cure in pair['without']}, used)
        self.assertFalse(any(cure['passes'] for cure in pair['without']))
        self.assertEqual(used - set(pair['without_all']), set())

    def test_nothing_to_name(self):
        self.write('a.txt', b'The {zyzzyva|beetle} sat.\n')
        pair, = self.json('--assume-spun', '--bisect-row', 'a.txt', status=1)['pairs']
        self.assertEqual((pair['without'], pair['without_all']), ([], []))


class Options(Check):
    def test_bad_command_lines(self):
        self.write('a.txt', GOOD.encode())
        for args, because in (((), 'which pairs?'), (('--frob', 'a.txt'), "'--frob'"), (('-x', 'a.txt'), "'-x'"),
                              (('--tap', '--json', 'a.txt'), 'choose one'), (('--update', 'a.txt'), '--baseline'),
                              (('-q', '-a', 'a.txt'), 'choose one'), (('--tolerance', 'luck=1', 'a.txt'), 'luck=1'),
                              (('--tolerance', 'pair=x', 'a.txt'), 'pair=x'), (('--min-confidence=2', 'a.txt'), "'2'"),
                              (('--junit', '-', 'a.txt'), 'needs a file'), (('--dialect=fr', 'a.txt'), "'fr'"),
                              (('no-such.txt',), 'no-such.txt'), (('--data', '/nowhere', 'a.txt'), '/nowhere'),
                              (('--junit', '/nowhere/x.xml', '--assume-spun', 'a.txt'), '/nowhere/x.xml')):
            with self.subTest(args):
                self.error(*args, because=because)

    def test_no_half_of_a_document(self):
        self.error('--json', 'no-such.txt', because='no-such.txt')
        self.assertEqual(self.run_in('check', '--json', 'no-such.txt').out, b'')

    def test_table(self):
        """Rows of a table that is named help to restore."""
        self.write('a.txt', b'They {purple the pancake|cook} at home.\n')
        made = self.run_in('phrases', 'add', 'purple the pancake', 'cook', '--pos', 'v', '--strength', '5', '--in', 'own.db')
        self.assertEqual(made.status, 0, made)
        self.text('--assume-spun', 'a.txt', status=1)
        self.text('--assume-spun', '--table', 'own.db', 'a.txt', status=0)
        self.error('--table', 'none.db', 'a.txt', because='none.db')

    def test_a_kept_slot_that_a_table_has_a_row_for(self):
        self.write('a.txt', b'They {purple the pancake|cook} at home.\n')
        self.run_in('phrases', 'add', 'purple the pancake', 'cook', '--pos', 'v', '--strength', '5', '--in', 'own.db')
        never = ('--assume-spun', '--min-confidence=1', 'a.txt')
        self.assertIn('no row for this form of it', self.text(*never, status=1))
        self.assertIn(' has it, not sure enough', self.text('--table', 'own.db', *never, status=1))

    def test_json_of_pairs_that_are_not_there(self):
        done = self.check('--json', 'nosuch', status=2)
        self.assertEqual(done.out, b'')

    def test_help(self):
        out = self.text('--help', status=0)
        for word in '--bisect-row', '--baseline', 'known-failing', 'Exit status':
            self.assertIn(word, out)

    def test_full_device(self):
        self.write('a.txt', BAD.encode())
        with open('/dev/full', 'wb') as full:
            done = self.run_in('check', '--assume-spun', 'a.txt', stdout=full)
        self.assertEqual(done.status, 2, done)
        self.assertIn(b'cannot write to standard output', done.err)


@unittest.skipUnless((ROOT / 'tests' / 'pairs').is_dir(), 'no tests/pairs')
class OurPairs(Check):
    def test_all_can_be_read(self):
        d = self.json(str(ROOT / 'tests' / 'pairs'), status=1)
        self.assertEqual(d['errors'], 0)
        self.assertGreaterEqual(len(d['pairs']), 100)
        keys = [p['key'] for p in d['pairs']]
        self.assertEqual(len(set(keys)), len(keys))


if __name__ == '__main__':
    harness.main()
