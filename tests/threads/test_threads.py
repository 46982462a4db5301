"""Any number of threads, any number of times: the same bytes, and no race (`make tsan` runs this under ThreadSanitizer).

usage: test_threads.py PROGRAM [unittest arguments]. UNSPIN_REPEATS says how often (50; 3 times under a sanitizer).
"""
import json
import os
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / 'batch'), str(TESTS / 'soak')]
import trees  # noqa: E402 (finds harness)
import harness  # noqa: E402
import pages  # noqa: E402
from harness import SPUN, main  # noqa: E402
from trees import BatchCase, contents  # noqa: E402


def watched():
    """A program that is slow because it is watched."""
    data = pathlib.Path(harness.PROGRAM).read_bytes()
    return b'__tsan_init' in data or b'__asan_init' in data


def repeats():
    return int(os.environ.get('UNSPIN_REPEATS') or (3 if watched() else 50))


class Same(BatchCase):
    def race(self, done):
        self.assertNotIn(b'ThreadSanitizer', done.err, done)

    def test_batch(self):
        """Pages of every format; each number of threads in turn."""
        pages.make_tree(self.dir / 'in', 3, 12)
        first = None
        for n in range(repeats()):
            jobs = 8 if n == 0 else n % 8 + 1
            done = self.run_in('batch', '-q', '-j', str(jobs), '--report', 'rows', '-o', f'out{n}', 'in')
            self.race(done)
            rows = [{k: v for k, v in json.loads(r).items() if k != 'seconds'} for r in (self.dir / 'rows').read_text().splitlines()]
            what = (done.status, done.err.replace(f'out{n}'.encode(), b'out'), rows, contents(self.dir / f'out{n}'))
            first = first or what
            self.assertEqual(what, first, f'{jobs} threads, time {n}')
        self.assertEqual(first[0], 2)  # the broken ones
        self.assertGreaterEqual(len(first[3]), 15)

    def test_filter(self):
        """Lines through standard input, in blocks that threads share."""
        maker = pages.Maker(5)
        lines = b''.join(maker.line(n) for n in range(40 if watched() else 150))
        first = None
        for n in range(max(3, repeats() // 3)):
            done = self.clean('--format', 'jsonl', f'-j{8 - n % 8}', stdin=lines)
            self.race(done)
            self.assertEqual(done.status, 0, done)
            first = first or done.out
            self.assertEqual(done.out, first, f'time {n}')
        self.assertEqual(first.count(b'\n'), lines.count(b'\n'))

    def test_in_place_and_resumed(self):
        first = None
        for n in range(max(2, repeats() // 10)):
            trees.make_tree(self.dir / f'in{n}', 24)
            done = self.run_in('batch', '-q', '-j8', '-i', '--resume', f'in{n}')
            self.race(done)
            self.assertEqual(done.status, 0, done)
            first = first or contents(self.dir / f'in{n}')
            self.assertEqual(contents(self.dir / f'in{n}'), first)
            again = self.run_in('batch', '-q', '-j8', '-i', '--resume', f'in{n}')
            self.race(again)
            self.assertEqual(contents(self.dir / f'in{n}'), first)

    def test_reports(self):
        (self.dir / 'in').mkdir()
        for n in range(12):
            (self.dir / 'in' / f'{n}.txt').write_bytes(SPUN * (n % 4 + 1))
        for args in (('--json',), ('--explain',), ('--html', 'pages'), ('--fast',)):
            seen = set()
            for jobs in '8', '3', '1':
                done = self.clean('-q', '-j', jobs, *args, 'in')
                self.race(done)
                self.assertEqual(done.status, 0, done)
                seen.add(done.out)
            self.assertEqual(len(seen), 1, args)


if __name__ == '__main__':
    main()
