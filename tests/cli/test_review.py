"""unspin review, by way of a pseudo-terminal."""
import errno
import json
import os
import pty
import re
import select
import signal
import sys
import time
import unittest

import harness

# Rows that any tuning applies, each twice; the text counts as spun.
TEXT = (b'The govt gave the fairway gentle to the plan, and the firms will lend a hand with the work.\n'
        b'Later the govt gave the fairway gentle again.\n')


class Terminal:
    """The program on a terminal of its own, 80 columns wide."""

    def __init__(self, folder, *args, env=None):
        environment = {k: v for k, v in os.environ.items() if k not in ('NO_COLOR', 'UNSPIN_DATA')}
        environment.update(XDG_DATA_HOME=str(folder / 'home'), XDG_CONFIG_DIRS='/dev/null/none', TERM='xterm', COLUMNS='80')
        environment.update(env or {})
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execve(harness.PROGRAM, [harness.PROGRAM, *args], environment)
        self.seen = ''
        self.status = None

    def read(self, timeout):
        ready, _, _ = select.select([self.fd], [], [], timeout)
        if not ready:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError as e:
            if e.errno != errno.EIO:
                raise
            data = b''
        self.seen += data.decode(errors='replace')
        return bool(data)

    def until(self, what, timeout=60):
        """Waits until WHAT is shown and returns everything up to it, without colours."""
        end = time.monotonic() + timeout
        while what not in self.plain():
            if time.monotonic() > end or (not self.read(1) and self.ended()):
                raise AssertionError(f'{what!r} was not shown:\n{self.plain()}')
        text = self.plain()
        at = text.index(what) + len(what)
        self.seen = text[at:]
        return text[:at]

    def plain(self):
        return re.sub(r'\x1b\[[0-9;]*m', '', self.seen).replace('\r\n', '\n')

    def send(self, keys):
        os.write(self.fd, keys.encode())

    def answer(self, keys, prompt='y/n/e/1-9/A/R/u/s/w/q/? '):
        """Sends KEYS once the prompt stands there; returns what stood before it."""
        shown = self.until(prompt)
        self.send(keys)
        return shown

    def ended(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is not None

    def wait(self, timeout=60):
        """Reads to the end and returns the exit status."""
        end = time.monotonic() + timeout
        while self.read(1) or not self.ended():
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
                raise AssertionError(f'does not end:\n{self.plain()}')
        os.close(self.fd)
        return self.status


class Review(harness.Case):
    def start(self, *args, **more):
        return Terminal(self.dir, 'review', *args, **more)

    def edits(self):
        """What clean would do, in order."""
        done = self.ok('--json', 'a.txt')
        return json.loads(done.out)['edits']

    def setUp(self):
        super().setUp()
        self.file = self.write('a.txt', TEXT)

    def accept_all(self, terminal, n):
        for _ in range(n):
            terminal.answer('y')

    def test_accepting_all_is_clean(self):
        edits = self.edits()
        self.assertGreaterEqual(len(edits), 4)
        t = self.start('a.txt')
        shown = t.answer('y')
        self.assertIn(f"[-{edits[0]['before']}-]" if '[-' in shown else edits[0]['before'], shown)
        self.assertIn(f"a.txt:{edits[0]['line']}:{edits[0]['column']}", shown)
        self.accept_all(t, len(edits) - 1)
        t.answer('y', prompt='q quit ')
        self.assertEqual(t.wait(), 0, t.plain())
        self.assertEqual(self.file.read_bytes(), self.run_in('clean', '-', stdin=TEXT).out)
        self.assertFalse((self.dir / 'a.txt.review').exists())

    def test_rejecting_all_leaves_the_file(self):
        n = len(self.edits())
        t = self.start('a.txt')
        for _ in range(n):
            t.answer('n')
        self.assertIn(f'0 accepted, {n} rejected', t.until('q quit '))
        t.send('y')
        self.assertEqual(t.wait(), 0)
        self.assertEqual(self.file.read_bytes(), TEXT)

    def test_output_goes_elsewhere(self):
        t = self.start('-o', 'out.txt', 'a.txt')
        t.answer('y')
        t.answer('w')
        t.answer('y', prompt='q quit ')
        self.assertEqual(t.wait(), 0)
        self.assertEqual(self.file.read_bytes(), TEXT)
        first = self.edits()[0]
        self.assertEqual((self.dir / 'out.txt').read_bytes(), TEXT.replace(first['before'].encode(), first['after'].encode(), 1))

    def test_own_text(self):
        first = self.edits()[0]['before'].encode()
        t = self.start('a.txt')
        t.answer('e')
        t.until('instead: ')
        t.send('cabinet\n')
        t.answer('w')
        t.answer('y', prompt='q quit ')
        self.assertEqual(t.wait(), 0)
        self.assertEqual(self.file.read_bytes(), TEXT.replace(first, b'cabinet', 1))

    def test_another_reading(self):
        edits = self.edits()
        at = next((i for i, e in enumerate(edits) if e['alternatives']), None)
        if at is None:
            self.skipTest('no edit of the sample has another reading')
        t = self.start('a.txt')
        for _ in range(at):
            t.answer('n')
        self.assertIn('others: 1 ', t.answer('1'))
        t.answer('w')
        t.answer('y', prompt='q quit ')
        self.assertEqual(t.wait(), 0)
        e = edits[at]
        want = TEXT[:e['begin']] + e['alternatives'][0]['after'].encode() + TEXT[e['end']:]
        self.assertEqual(self.file.read_bytes(), want)

    def test_all_of_a_row(self):
        t = self.start('a.txt')
        t.answer('R')
        rest = t.answer('w')
        self.assertNotIn('[-govt-]', rest)
        self.assertIn('2 rejected', t.until('q quit '))
        t.send('y')
        self.assertEqual(t.wait(), 0)

    def test_undo_takes_a_whole_step_back(self):
        n = len(self.edits())
        t = self.start('a.txt')
        self.assertIn(f'1 of {n} ', t.answer('A'))
        self.assertIn(f'2 of {n} ', t.answer('u'))
        self.assertIn(f'1 of {n} ', t.answer('w'))
        self.assertIn('0 accepted', t.until('q quit '))
        t.send('y')
        self.assertEqual(t.wait(), 0)
        self.assertEqual(self.file.read_bytes(), TEXT)

    def test_undo_at_the_end(self):
        n = len(self.edits())
        t = self.start('a.txt')
        self.accept_all(t, n)
        t.answer('u', prompt='q quit ')
        self.assertIn(f'{n} of {n} ', t.answer('n'))
        self.assertIn(f'{n - 1} accepted, 1 rejected', t.until('q quit '))
        t.send('q')
        self.assertEqual(t.wait(), 1)

    def test_quit_and_resume(self):
        n = len(self.edits())
        t = self.start('a.txt')
        t.answer('y')
        t.answer('q')
        self.assertEqual(t.wait(), 1)
        self.assertEqual(self.file.read_bytes(), TEXT)
        self.assertTrue((self.dir / 'a.txt.review').exists())
        t = self.start('a.txt')
        self.assertIn(f'2 of {n} ', t.answer('u'))
        self.assertIn(f'1 of {n} ', t.answer('y'))
        self.accept_all(t, n - 1)
        t.answer('y', prompt='q quit ')
        self.assertEqual(t.wait(), 0)
        self.assertEqual(self.file.read_bytes(), self.run_in('clean', '-', stdin=TEXT).out)

    def test_killed_and_resumed(self):
        n = len(self.edits())
        for number in (signal.SIGKILL, signal.SIGTERM):
            t = self.start('--restart', 'a.txt')
            t.answer('y')
            t.until('y/n/e/1-9/A/R/u/s/w/q/? ')
            os.kill(t.pid, number)
            self.assertNotEqual(t.wait(), 0)
            t = self.start('a.txt')
            self.assertIn(f'2 of {n} ', t.answer('q'))
            self.assertEqual(t.wait(), 1)
            self.assertEqual(self.file.read_bytes(), TEXT)

    def test_interrupt_key_quits(self):
        t = self.start('a.txt')
        t.answer('y')
        t.answer('\x03')
        self.assertEqual(t.wait(), 1)
        self.assertEqual(self.file.read_bytes(), TEXT)

    def test_later_comes_again(self):
        n = len(self.edits())
        t = self.start('a.txt')
        t.answer('s')
        for i in range(2, n + 1):
            self.assertIn(f'{i} of {n} ', t.answer('n'))
        self.assertIn(f'1 of {n} ', t.answer('q'))
        self.assertEqual(t.wait(), 1)

    def test_arrow_keys_answer_nothing(self):
        n = len(self.edits())
        t = self.start('a.txt')
        t.answer('\x1b[A')
        self.assertIn(f'1 of {n} ', t.answer('q'))
        self.assertEqual(t.wait(), 1)

    def test_learning(self):
        t = self.start('--learn', '--decisions', 'd.jsonl', 'a.txt')
        t.answer('e')
        t.until('instead: ')
        t.send('cabinet\n')
        t.answer('R')
        t.answer('w')
        t.answer('y', prompt='q quit ')
        self.assertIn('learned: 1 row added, 1 switched off', t.until('off'))
        self.assertEqual(t.wait(), 0)
        env = {'XDG_DATA_HOME': str(self.dir / 'home')}
        rows = self.run_in('phrases', 'list', '--in', 'user', env=env).out.decode()
        self.assertIn('govt', rows)
        self.assertIn('cabinet', rows)
        decisions = [json.loads(line) for line in (self.dir / 'd.jsonl').read_text().splitlines()]
        self.assertEqual(decisions[0]['decision'], 'edit')
        self.assertEqual(decisions[0]['instead'], 'cabinet')
        self.assertEqual(decisions[1]['decision'], 'reject')
        self.assertEqual([d['decision'] for d in decisions[2:4]], ['skip', 'skip'])
        done = self.run_in('phrases', 'learn', '-q', '--review', 'd.jsonl', '--tsv', '-')
        self.assertEqual(done.status, 0, done)

    def test_learning_that_fails_loses_nothing(self):
        first = self.edits()[0]['before'].encode()
        t = self.start('--learn', 'a.txt', env={'XDG_DATA_HOME': '/dev/null/none'})
        t.answer('e')
        t.until('instead: ')
        t.send('cabinet\n')
        t.answer('w')
        t.answer('y', prompt='q quit ')
        self.assertEqual(t.wait(), 2)
        self.assertNotIn('written', t.plain())
        self.assertEqual(self.file.read_bytes(), TEXT)
        t = self.start('--learn', 'a.txt')
        t.answer('w')
        t.answer('y', prompt='q quit ')
        t.until('learned: 1 row added, 0 switched off')
        self.assertEqual(t.wait(), 0)
        self.assertEqual(self.file.read_bytes(), TEXT.replace(first, b'cabinet', 1))
        self.assertFalse((self.dir / 'a.txt.review').exists())

    def test_learning_of_what_no_row_did(self):
        """Only rows can be switched off."""
        self.write('s.txt', b'The govt {will|shall} lend a hand to the firms.\n')
        edits = json.loads(self.ok('--json', 's.txt').out)['edits']
        self.assertIn('spintax', [e['row'] for e in edits])
        t = self.start('--learn', '--decisions', 'd.jsonl', 's.txt')
        for e in edits:
            t.answer('R' if e['row'] == 'spintax' else 'y')
        t.answer('y', prompt='q quit ')
        t.until('learned: 0 rows added, 0 switched off')
        self.assertEqual(t.wait(), 0)
        rows = [json.loads(line)['row'] for line in (self.dir / 'd.jsonl').read_text().splitlines()]
        self.assertEqual(rows, ['' if e['row'] == 'spintax' else e['row'] for e in edits])

    def test_nothing_to_change(self):
        self.write('plain.txt', b'The cat sat on the mat.\n')
        t = self.start('plain.txt')
        self.assertIn('nothing to change', t.until('change'))
        self.assertEqual(t.wait(), 0)

    def test_markup_is_not_broken(self):
        self.write('p.jsonl', b'{"text": "' + TEXT.splitlines()[0] + b'"}\n')
        t = self.start('p.jsonl')
        t.answer('e')
        t.until('instead: ')
        t.send('the "state"\n')
        t.until('break the file')
        t.answer('q')
        self.assertEqual(t.wait(), 1)

    def test_what_cannot_be_kept_is_asked_for_again(self):
        t = self.start('a.txt')
        for typed, because in ((b'x' * 500, 'too long'), (b'caf\xe9', 'no UTF-8')):
            t.answer('e')
            t.until('instead: ')
            os.write(t.fd, typed + b'\n')
            t.until(because)
        t.answer('q')
        self.assertEqual(t.wait(), 1)

    def test_decisions_on_a_text_with_a_stray_byte(self):
        self.write('a.txt', 'A café, a naïve waiter – and a '.encode() + b'\xff, the govt. ' + TEXT)
        t = self.start('--decisions', 'd.jsonl', 'a.txt')
        t.answer('n')
        t.answer('w')
        t.answer('y', prompt='q quit ')
        self.assertEqual(t.wait(), 0, t.plain())
        decisions = [json.loads(line) for line in (self.dir / 'd.jsonl').read_text().splitlines()]
        self.assertEqual(decisions[0]['decision'], 'reject')
        self.assertIn('\\x', decisions[0]['before'] + decisions[0]['after'])

    def refused(self, *args, because):
        t = self.start(*args)
        self.assertEqual(t.wait(), 2, t.plain())
        lines = t.plain().strip().splitlines()
        self.assertEqual(len(lines), 1, t.plain())
        self.assertTrue(lines[0].startswith('unspin: '), t.plain())
        self.assertIn(because, lines[0])

    def test_bad_input(self):
        self.refused(because='which file')
        self.refused('a.txt', 'b.txt', because='one file')
        self.refused('-', because='standard input')
        self.refused('none.txt', because='none.txt')
        self.refused('.', because='.')
        self.refused('--wrong', 'a.txt', because='--wrong')
        self.refused('--format', 'word', 'a.txt', because='word')
        self.write('b.txt', b'a\0b')
        self.refused('b.txt', because='b.txt')

    def test_a_damaged_state(self):
        for state, because in ((b'rubbish', 'a.txt.review:1'), (b'{"format":"x"}', 'no review'),
                               (b'{"format":"unspin-review","version":9,"hash":"1"}', 'another version'),
                               (b'{"format":"unspin-review","version":1,"hash":"1"}', 'another text')):
            self.write('a.txt.review', state)
            self.refused('a.txt', because=because)
        self.write('a.txt.review', b'rubbish')
        t = self.start('--restart', 'a.txt')
        t.answer('q')
        self.assertEqual(t.wait(), 1)

    def test_without_a_terminal(self):
        done = self.run_in('review', 'a.txt')
        self.assertEqual(done.status, 2)
        self.assertIn(b'needs a terminal', done.err)


if __name__ == '__main__':
    harness.main()
