"""unspin clean --sandbox: what it gives up, that it works all the same, and where it does not shut itself in.

usage: test_sandbox.py PROGRAM INSIDE [unittest arguments]
"""
import gzip
import json
import lzma
import os
import pathlib
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'cli'))
import harness  # noqa: E402
from harness import SPUN, Case, main  # noqa: E402

INSIDE = os.path.abspath(sys.argv.pop(2))
FORMATS = pathlib.Path(__file__).resolve().parents[1] / 'format'


def state(pid):
    """What the kernel says of each thread of a process: 2 where system calls are filtered; how many filters."""
    found = set()
    for task in pathlib.Path(f'/proc/{pid}/task').iterdir():
        lines = dict(line.split(':', 1) for line in (task / 'status').read_text().splitlines() if ':' in line)
        found.add((lines['Seccomp'].strip(), lines.get('Seccomp_filters', '').strip(), lines['NoNewPrivs'].strip()))
    return found


class Inside(Case):
    def test_what_is_refused(self):
        self.write('there', b'x')
        self.write('program', b'#!/bin/sh\necho ran\n').chmod(0o755)
        done = subprocess.run([INSIDE, self.dir], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        if done.returncode == 77:
            self.skipTest('this kernel, or this build, has no seccomp')
        lines = done.stdout.splitlines()
        wrong = [line for line in lines if not line.startswith(('refused ', 'works '))]
        self.assertEqual((done.returncode, wrong), (0, []), done)
        self.assertGreaterEqual(len(lines), 47)
        self.assertEqual(sorted(os.listdir(self.dir)), ['program', 'there'])
        self.assertEqual((self.dir / 'there').read_bytes(), b'x')


class Sandboxed(Case):
    def setUp(self):
        super().setUp()
        if self.clean('--sandbox', 'on').status == 2:
            self.skipTest('this kernel, or this build, has no seccomp; a sanitizer cannot be shut in')

    def look(self, *args):
        """The state of a filter that has done one line and waits for the next."""
        environment = dict(os.environ, **harness.NOBODYS)
        child = subprocess.Popen([harness.PROGRAM, 'clean', '--format', 'jsonl', '-j4', *args], cwd=self.dir, env=environment,
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        line = json.dumps({'text': SPUN.decode(), 'more': 'x' * 200}).encode() + b'\n'
        feeder = threading.Thread(target=lambda: (child.stdin.write(line * 600), child.stdin.flush()))  # several blocks
        feeder.start()
        if not args or args[0] != '-o':
            self.assertIn(b'government', child.stdout.readline())
        found = state(child.pid)
        reader = threading.Thread(target=child.stdout.read)
        reader.start()
        feeder.join()
        child.stdin.close()
        child.wait(timeout=120)
        reader.join()
        child.stdout.close()
        child.stderr.close()
        self.assertEqual(child.returncode, 0)
        return found

    def test_the_kernel_says_so(self):
        outside = state(os.getpid())
        for args in ((), ('--sandbox', 'on'), ('--sandbox', 'auto')):
            found = self.look(*args)
            self.assertEqual({(s, n) for s, _, n in found}, {('2', '1')}, args)
            self.assertTrue(found.isdisjoint(outside) or {s for s, _, _ in outside} == {'2'}, args)

    def test_off_is_off(self):
        outside = {(s, n) for s, n, _ in state(os.getpid())}
        self.assertEqual({(s, n) for s, n, _ in self.look('--sandbox', 'off')}, outside)
        self.assertEqual({(s, n) for s, n, _ in self.look('-o', 'out.jsonl')}, outside)

    def same(self, *args, **more):
        on, off = (self.clean('--sandbox', when, *args, **more) for when in ('on', 'off'))
        self.assertEqual((on.status, on.out, on.err), (off.status, off.out, off.err), args)
        return on

    def test_every_format(self):
        for path in sorted(FORMATS.iterdir()):
            if path.suffix in ('.html', '.md', '.jsonl', '.csv', '.tsv', '.txt') and path.name != 'cases.txt':
                self.assertIn(self.same(path).status, (0, 3), path)

    def test_packed_and_encoded(self):
        self.assertEqual(self.same(stdin=gzip.compress(SPUN)).status, 0)
        self.assertEqual(self.same(stdin=lzma.compress(SPUN)).status, 0)
        self.assertEqual(self.same(stdin=SPUN.decode().encode('utf-16')).status, 0)
        russian = SPUN + 'Привет, читатель.\n'.encode('koi8-r')  # iconv loads a table for it
        self.assertEqual(self.same('--encoding', 'KOI8-R', stdin=russian).status, 0)

    def test_every_report(self):
        (self.dir / 'in').mkdir()
        for name in 'ab':
            self.write(f'in/{name}.txt', SPUN)
        self.write('like.txt', SPUN.replace(b'govt', b'government') * 4)
        for args in (('--json',), ('--explain',), ('--diff',), ('--word-diff',), ('--sarif',), ('--check',), ('--fast',)):
            self.assertIn(self.same(*args, 'in').status, (0, 1), args)
        self.assertEqual(self.same('-j8', 'in', 'in/a.txt').status, 0)
        self.assertEqual(self.same('--files-from', '-', stdin=b'in/a.txt\n').status, 0)
        self.assertEqual(self.same('--like', 'like.txt', stdin=SPUN).status, 0)
        self.write('edits.json', self.clean('--json', stdin=SPUN).out)
        restored = self.clean(stdin=SPUN).out
        self.assertEqual(self.same('--undo', 'edits.json', stdin=restored).out, SPUN)

    def test_tables_that_others_write_to(self):
        self.write('mine.tsv', b'lend a paw (to)\thelp\n')
        self.assertEqual(self.run_in('phrases', 'import', '--in', 'mine.db', 'mine.tsv').status, 0)
        import sqlite3
        other = sqlite3.connect(self.dir / 'mine.db')
        other.execute('PRAGMA journal_mode = WAL')
        other.execute('BEGIN IMMEDIATE')
        self.assertEqual(self.same('--table', 'mine.db', stdin=SPUN).status, 0)
        other.close()

    def test_rejects_are_still_written(self):
        self.assertEqual(self.clean('--sandbox', 'on', '--format', 'jsonl', '--rejects', 'bad', stdin=b'no JSON\n').status, 3)
        self.assertEqual((self.dir / 'bad').read_bytes(), b'no JSON\n')

    def test_what_writes_is_not_shut_in(self):
        self.write('a.txt', SPUN)
        self.ok('-o', 'out.txt', 'a.txt')
        self.ok('--html', 'page.html', 'a.txt')
        self.ok('-i', 'a.txt')
        self.assertEqual((self.dir / 'a.txt').read_bytes(), (self.dir / 'out.txt').read_bytes())

    def test_messages(self):
        self.write('a.txt', SPUN)
        for args in (('-o', 'x'), ('-i',), ('--html', 'x.html'), ('--report', 'rows'), ('--stats=x',)):
            self.fails('--sandbox', 'on', *args, 'a.txt', because='--sandbox on is for runs that write to standard output only')
        self.fails('--sandbox', 'maybe', because="--sandbox: not auto, on or off: 'maybe'")


if __name__ == '__main__':
    main()
