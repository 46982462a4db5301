"""Machines that are short of something, journals that a power cut tore, clocks that go backwards.

usage: test_limits.py PROGRAM LIBRARY [unittest arguments]
"""
import ctypes
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'batch'))
import trees  # noqa: E402 (finds harness)
import harness  # noqa: E402
from harness import SPUN, Case, main, sanitized  # noqa: E402
from trees import JOB, BatchCase, contents, make_tree  # noqa: E402

LIBRARY = os.path.abspath(sys.argv.pop(2))
MIB = 1 << 20


def limit(what, soft):
    def set_limit():
        resource.setrlimit(what, (soft, soft))
    return set_limit


class Ended(Case):
    """Whatever is short: the right result, or one clear line and nothing half written."""

    def right_or_told(self, done, right, files=1):
        if done.status == 0:
            self.assertEqual((done.out, done.err), (right, b''), done)
            return True
        self.assertEqual(done.status, 2, done)
        lines = done.err.decode().splitlines()
        self.assertTrue(1 <= len(lines) <= files and all(line.startswith('unspin: ') for line in lines), done)
        return False


class Limits(Ended):
    def test_address_space(self):
        """Every size from too small to ample; by 256 MiB a text must be done."""
        if sanitized():
            self.skipTest('a sanitizer needs terabytes of addresses')
        right = self.ok(stdin=SPUN).out
        done = {size: self.right_or_told(self.clean(stdin=SPUN, before=limit(resource.RLIMIT_AS, size * MIB)), right)
                for size in (40, 64, 96, 128, 160, 192, 224, 256)}
        self.assertTrue(done[256], done)
        self.assertFalse(done[64], done)

    def test_address_space_of_a_large_text(self):
        if sanitized():
            self.skipTest('a sanitizer needs terabytes of addresses')
        text = SPUN * 200_000  # more than fits
        done = self.clean(stdin=text, before=limit(resource.RLIMIT_AS, 200 * MIB))
        self.assertFalse(self.right_or_told(done, b''))
        self.assertIn(b'memory', done.err)

    def test_few_descriptors(self):
        if sanitized():
            self.skipTest('a sanitizer needs descriptors of its own')
        self.write('a.html', b'<p>' + SPUN)
        right = self.ok('a.html').out
        worked = [self.right_or_told(self.clean('a.html', before=limit(resource.RLIMIT_NOFILE, n)), right) for n in range(4, 17)]  # the loader itself needs one
        self.assertTrue(worked[-1])
        self.assertEqual(worked, sorted(worked))  # what works with fewer works with more

    def test_few_descriptors_for_many_files(self):
        if sanitized():
            self.skipTest('a sanitizer needs descriptors of its own')
        make_tree(self.dir / 'in', 40)
        self.assertEqual(self.clean('-o', 'right', 'in').status, 0)
        for n in 12, 24, 32:
            done = self.clean('-j8', '-o', f'out{n}', 'in', before=limit(resource.RLIMIT_NOFILE, n))
            found = contents(self.dir / f'out{n}')
            self.assertIn(done.status, (0, 2), done)
            self.assertTrue(done.err or done.status == 0)
            right = contents(self.dir / 'right')
            self.assertTrue(all(right.get(name) == data for name, data in found.items()), sorted(set(found) - set(right)))
        self.assertEqual(done.status, 0, done)

    def test_ten_thousand_files(self):
        """Descriptors are given back."""
        if sanitized():
            self.skipTest('a sanitizer needs descriptors of its own')
        for n in range(10_000):
            (self.dir / f'{n}').write_bytes(b'Hello.\n')
        (self.dir / 'list').write_text(''.join(f'{n}\n' for n in range(10_000)))
        done = self.ok('-j4', '--check', '--files-from', 'list', before=limit(resource.RLIMIT_NOFILE, 60))
        self.assertEqual(done.err, b'')

    def test_small_stacks(self):
        """Threads take the limit for their size."""
        self.write('deep.html', b'<div>' * 20_000 + SPUN)
        self.write('deep.md', b'> ' * 3000 + SPUN)
        make_tree(self.dir / 'in', 8)
        for name in 'deep.html', 'deep.md':
            right = self.clean(name)
            for kib in (64 * 1024, 1024) if sanitized() else (64 * 1024, 1024, 512, 256):
                done = self.clean(name, before=limit(resource.RLIMIT_STACK, kib * 1024))
                self.assertEqual((done.status, done.out), (right.status, right.out), (kib, done))
        if not sanitized():
            self.assertEqual(self.clean('-j8', '-o', 'out', 'in', before=limit(resource.RLIMIT_STACK, 256 * 1024)).status, 0)

    def test_closed_descriptors(self):
        self.write('a.txt', SPUN)
        right = self.ok('a.txt').out
        for closed in ([0], [1], [2], [0, 1], [0, 1, 2]):
            done = self.clean('a.txt', before=lambda: [os.close(fd) for fd in closed])
            if 1 in closed:
                self.assertEqual(done.status, 2, closed)
                self.assertEqual(done.err.count(b'\n'), 0 if 2 in closed else 1, done)
            else:
                self.assertEqual((done.status, done.out), (0, right), closed)
            self.clean('-o', 'out.txt', 'a.txt', before=lambda: [os.close(fd) for fd in closed])
            self.assertEqual((self.dir / 'out.txt').read_bytes(), right)  # nothing else went into it
        self.fails(before=lambda: os.close(0), because='cannot read')

    def test_no_threads_to_be_had(self):
        """Where no thread can be started, the first one does all."""
        if sanitized():
            self.skipTest('a sanitizer needs a process of its own')
        make_tree(self.dir / 'in', 12)
        self.assertEqual(self.clean('-j1', '-o', 'right', 'in').status, 0)
        if os.getuid() == 0 and harness.drop_privileges_over_files:
            def before():
                os.setgid(65534)
                os.setuid(65534)
                resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
            self.dir.chmod(0o777)
            done = self.clean('-j8', '-o', 'out', 'in', before=before)
            if done.status == 0:
                self.assertEqual(contents(self.dir / 'out'), contents(self.dir / 'right'))
            else:
                self.assertRegex(done.err.decode(), r'^unspin: .*(permission|Permission)', done)  # data that others may not read


class Disks(Ended):
    def mount(self, size):
        place = self.dir / 'disk'
        place.mkdir()
        if subprocess.run(['mount', '-t', 'tmpfs', '-o', f'size={size}', 'tmpfs', place], capture_output=True).returncode != 0:
            self.skipTest('a small disk cannot be mounted here')
        self.addCleanup(lambda: subprocess.run(['umount', '-l', place], check=True))
        return place

    def test_full(self):
        place = self.mount('64k')
        self.write('large.txt', SPUN * 3000)
        self.write('old.txt', b'old\n')
        shutil.copy(self.dir / 'old.txt', place / 'out.txt')
        self.fails('-o', 'disk/out.txt', 'large.txt', because='No space left on device')
        self.assertEqual(sorted(os.listdir(place)), ['out.txt'])
        self.assertEqual((place / 'out.txt').read_bytes(), b'old\n')

    def test_full_in_place_and_in_batch(self):
        place = self.mount('256k')
        make_tree(place / 'in', 30)
        before = contents(place / 'in')
        self.assertEqual(self.clean('-o', 'right', 'disk/in').status, 0)
        right = contents(self.dir / 'right')
        (place / 'filler').write_bytes(b'x' * os.statvfs(place).f_bavail * os.statvfs(place).f_bsize)
        for args in (['clean', '-i', 'disk/in'], ['batch', '-i', 'disk/in'], ['batch', '-o', 'disk/out', 'disk/in']):
            done = self.run_in(*args)
            self.assertEqual(done.status, 2, done)
            self.assertIn(b'No space left', done.err + b' No space left' * (b'disk is full' in done.err), done)
            for name, data in contents(place / 'in').items():
                self.assertIn(data, (before.get(name), right.get(name)), name)
            self.assertFalse([p for p in place.rglob('.unspin-*') if p.is_file()])
        (place / 'filler').unlink()
        subprocess.run(['mount', '-o', 'remount,size=4m', place], check=True)
        done = self.run_in('batch', '--resume', '-o', 'disk/out', 'disk/in')
        self.assertEqual(done.status, 0, done)
        self.assertEqual(contents(place / 'out'), right)

    def test_read_only(self):
        place = self.mount('1m')
        (place / 'a.txt').write_bytes(SPUN)
        if subprocess.run(['mount', '-o', 'remount,ro', place], capture_output=True).returncode != 0:
            self.skipTest('a disk cannot be made read-only here')
        right = self.ok('disk/a.txt').out
        self.assertTrue(right)
        for args in (['-i', 'disk/a.txt'], ['-o', 'disk/b.txt', 'disk/a.txt'], ['-o', 'disk/out/', 'disk/a.txt']):
            self.fails(*args, because='Read-only file system')
        done = self.run_in('batch', '-o', 'disk/out', 'disk/a.txt')
        self.assertEqual((done.status, done.err.count(b'\n')), (2, 1), done)


class Clock(Ended):
    def test_backwards(self):
        """A minute back at each look: the same bytes, and a job that is resumed knows what is done."""
        page = self.write('page', bytes(64))
        back = {'LD_PRELOAD': LIBRARY, 'FAULTS_LEDGER': str(page), 'FAULTS_CLOCK': '1'}
        if sanitized():
            back['ASAN_OPTIONS'] = 'verify_asan_link_order=0:' + os.environ.get('ASAN_OPTIONS', '')
        make_tree(self.dir / 'in', 12)
        self.assertEqual(self.run_in('batch', '-o', 'right', 'in').status, 0)
        done = self.run_in('batch', '-o', 'out', '--report', 'rows', 'in', env=back)
        self.assertEqual(done.status, 0, done)
        self.assertNotIn(b'-', done.err.split(b'time')[-1] if b'time' in done.err else b'')
        self.assertEqual(contents(self.dir / 'out'), contents(self.dir / 'right'))
        self.assertTrue(all(json.loads(line)['seconds'] >= 0 for line in (self.dir / 'rows').read_text().splitlines()))
        again = self.run_in('batch', '--resume', '-o', 'out', 'in', env=back)
        self.assertEqual(again.status, 0, again)
        self.assertEqual(contents(self.dir / 'out'), contents(self.dir / 'right'))


class Torn(BatchCase):
    """What a power cut may leave of a journal: its end missing, its bytes another's, its log gone."""

    def setUp(self):
        super().setUp()
        self.random = random.Random(7)
        make_tree(self.dir / 'in', 30)
        self.batch('-o', 'right', 'in')
        self.right = contents(self.dir / 'right')
        shutil.copytree(self.dir / 'right', self.dir / 'half')
        for name in sorted(self.right)[::2]:
            (self.dir / 'half' / name).unlink()
        if not self.leave_a_log():
            self.skipTest('no log was left')

    def leave_a_log(self):
        """A journal with its log beside it, as a kill leaves them."""
        db = sqlite3.connect(self.dir / 'half' / JOB / 'job.db')
        db.execute('PRAGMA journal_mode = WAL')
        db.execute("UPDATE done SET words = words + 1")
        db.commit()
        for end in '', '-wal':
            shutil.copy(self.dir / 'half' / JOB / f'job.db{end}', self.dir / f'kept{end}')
        db.close()
        return (self.dir / 'kept-wal').stat().st_size > 0

    def tear(self, how, path):
        data = bytearray(path.read_bytes())
        if how == 'truncated':
            data = data[:self.random.randrange(len(data))]
        elif how == 'flipped':
            for _ in range(self.random.randint(1, 40)):
                data[self.random.randrange(len(data))] ^= 1 << self.random.randrange(8)
        elif how == 'zeroed':
            at = self.random.randrange(0, len(data), 512)
            data[at:at + 4096] = bytes(len(data[at:at + 4096]))
        elif how == 'emptied':
            data = b''
        path.write_bytes(data)

    def go_on(self, out, what):
        """Resumed, it comes to the right end, or says that the journal is damaged; then --restart does."""
        done = self.run_in('batch', '--resume', '-o', out, 'in')
        if done.status != 0:
            self.assertEqual(done.status, 2, (what, done))
            self.assertRegex(done.err.decode().splitlines()[0], r'^unspin: .*job\.db: ', (what, done))
            found = contents(self.dir / out)
            self.assertTrue(all(self.right.get(n) == d for n, d in found.items()), what)
            (self.dir / out / JOB / 'job.db').unlink(missing_ok=True)
            for end in '-wal', '-shm':
                (self.dir / out / JOB / f'job.db{end}').unlink(missing_ok=True)
            done = self.run_in('batch', '--resume', '-o', out, 'in')
        self.assertEqual(done.status, 0, (what, done))
        self.assertEqual(contents(self.dir / out), self.right, what)

    def test_torn(self):
        rounds = 2 if sanitized() else 8
        for end in '', '-wal':
            for how in 'truncated', 'flipped', 'zeroed', 'emptied', 'whole':
                for n in range(rounds if how in ('truncated', 'flipped', 'zeroed') else 1):
                    out = 'torn'
                    shutil.rmtree(self.dir / out, ignore_errors=True)
                    shutil.copytree(self.dir / 'half', self.dir / out)
                    for side in '', '-wal':
                        shutil.copy(self.dir / f'kept{side}', self.dir / out / JOB / f'job.db{side}')
                    self.tear(how, self.dir / out / JOB / f'job.db{end}')
                    self.go_on(out, (end or 'journal', how, n))

    def test_log_gone(self):
        shutil.copytree(self.dir / 'half', self.dir / 'torn')
        shutil.copy(self.dir / 'kept', self.dir / 'torn' / JOB / 'job.db')
        for end in '-wal', '-shm':
            (self.dir / 'torn' / JOB / f'job.db{end}').unlink(missing_ok=True)
        self.go_on('torn', 'log gone')


if __name__ == '__main__':
    main()
