"""Where the text goes: -o, -i, and what stands when that fails."""
import os
import stat
import subprocess
import unittest

import harness
from harness import SPUN, Case, limit_file_size, run


class Output(Case):
    def test_new_and_old_file(self):
        self.write('a', SPUN)
        text = self.ok('a').out
        for _ in range(2):
            self.assertEqual(self.ok('-o', 'out', 'a').out, b'')
            self.assertEqual((self.dir / 'out').read_bytes(), text)
        self.assertEqual(self.ok('--output=out2', stdin=SPUN).out, b'')
        self.assertEqual((self.dir / 'out2').read_bytes(), text)
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()), ['a', 'out', 'out2'])

    def test_onto_itself(self):
        self.write('a', SPUN)
        text = self.ok('a').out
        self.ok('-o', 'a', 'a')
        self.assertEqual((self.dir / 'a').read_bytes(), text)

    def test_written_even_if_nothing_changed(self):
        self.ok('-o', 'out', stdin=b'Hello.\n')
        self.assertEqual((self.dir / 'out').read_bytes(), b'Hello.\n')
        self.ok('-o', 'out', stdin=b'')
        self.assertEqual((self.dir / 'out').read_bytes(), b'')

    def test_dash_is_standard_output(self):
        self.assertEqual(self.ok('-o', '-', stdin=SPUN).out, self.ok(stdin=SPUN).out)
        self.assertEqual(list(self.dir.iterdir()), [])

    def test_mode(self):
        before = os.umask(0o027)
        self.addCleanup(os.umask, before)
        self.ok('-o', 'new', stdin=SPUN)
        self.assertEqual(stat.S_IMODE((self.dir / 'new').stat().st_mode), 0o640)
        self.write('old', b'x').chmod(0o604)
        self.ok('-o', 'old', stdin=SPUN)
        self.assertEqual(stat.S_IMODE((self.dir / 'old').stat().st_mode), 0o604)

    def test_report_goes_to_standard_output(self):
        for report in ('--diff', '--word-diff', '--explain', '--json'):
            self.assertEqual(self.ok(report, '-o', 'out', stdin=SPUN).out, self.ok(report, stdin=SPUN).out)
            self.assertEqual((self.dir / 'out').read_bytes(), self.ok(stdin=SPUN).out)

    def test_device_is_not_replaced(self):
        pipe = self.dir / 'pipe'
        os.mkfifo(pipe)
        reader = subprocess.Popen(['cat', pipe], stdout=subprocess.PIPE)
        self.ok('-o', 'pipe', stdin=SPUN)
        self.assertEqual(reader.communicate(timeout=60)[0], self.ok(stdin=SPUN).out)
        self.assertTrue(stat.S_ISFIFO(pipe.stat().st_mode))

    def test_impossible_places(self):
        self.fails('-o', '.', stdin=SPUN, because='directory')
        self.fails('-o', 'no/such/file', stdin=SPUN, because='no/such/file')
        self.assertEqual(list(self.dir.iterdir()), [])

    def test_device_full(self):
        if not os.path.exists('/dev/full'):
            self.skipTest('there is no /dev/full')
        self.fails('-o', '/dev/full', stdin=SPUN, because='No space left')
        self.assertTrue(stat.S_ISCHR(os.stat('/dev/full').st_mode))


class Full(Case):
    """The disk is full: the old file stands, no debris."""

    def check(self, *args):
        self.write('in', SPUN * 100)
        self.write('old', b'old text\n')
        done = self.clean(*args, 'in', before=limit_file_size(4096))
        self.assertEqual(done.status, 2, done)
        self.assertEqual((self.dir / 'in').read_bytes(), SPUN * 100)
        self.assertEqual((self.dir / 'old').read_bytes(), b'old text\n')
        self.assertEqual(sorted(p.name for p in self.dir.iterdir()), ['in', 'old'])
        self.assertIn(b'cannot write', done.err)

    def test_output(self):
        self.check('-o', 'old')

    def test_in_place(self):
        self.check('-i')

    def test_small_file_system(self):
        """The same on a file system that is really full."""
        self.write('in', SPUN * 900)  # 86 kB
        script = ('mount -t tmpfs -o size=64k none "$1/disk" 2>/dev/null || exit 126; cd "$1/disk"; echo old > out; '
                  '"$2" clean -o out ../in; echo $?; cat out; ls -A')
        (self.dir / 'disk').mkdir()
        try:
            done = subprocess.run(['unshare', '-m', 'sh', '-c', script, 'sh', self.dir, harness.PROGRAM], capture_output=True, timeout=300)
        except FileNotFoundError:
            self.skipTest('unshare is not installed')
        if done.returncode == 126 or b'unshare' in done.stderr:
            self.skipTest('no right to mount')
        self.assertEqual(done.stdout, b'2\nold\nout\n', done)
        self.assertIn(b'No space left', done.stderr)


class InPlace(Case):
    def test_replaced_with_its_permissions(self):
        path = self.write('a', SPUN)
        path.chmod(0o751)
        text = self.ok('a').out
        inode = path.stat().st_ino
        self.assertEqual(self.ok('-i', 'a').out, b'')
        self.assertEqual(path.read_bytes(), text)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o751)
        self.assertNotEqual(path.stat().st_ino, inode)  # by renaming: whoever reads it sees the old or the new
        self.assertEqual([p.name for p in self.dir.iterdir()], ['a'])

    def test_unchanged_files_are_not_touched(self):
        path = self.write('a', b'Hello.\n')
        os.utime(path, ns=(10**18, 10**18))
        before = path.stat()
        self.ok('-i.bak', 'a')
        after = path.stat()
        self.assertEqual((before.st_ino, before.st_mtime_ns), (after.st_ino, after.st_mtime_ns))
        self.assertEqual([p.name for p in self.dir.iterdir()], ['a'])

    def test_backup(self):
        for option in ('-i.bak', '--in-place=.bak'):
            path = self.write('a', SPUN)
            path.chmod(0o640)
            os.utime(path, ns=(10**18, 10**18))
            self.ok(option, 'a')
            backup = self.dir / 'a.bak'
            self.assertEqual(backup.read_bytes(), SPUN)
            self.assertEqual(stat.S_IMODE(backup.stat().st_mode), 0o640)
            self.assertEqual(backup.stat().st_mtime_ns, 10**18)
            self.assertNotEqual(path.read_bytes(), SPUN)
            # the second time round there is an old backup in the way

    def test_backup_that_cannot_be(self):
        self.write('a', SPUN)
        (self.dir / 'a.bak').mkdir()
        self.fails('-i.bak', 'a', because='a.bak')
        self.assertEqual((self.dir / 'a').read_bytes(), SPUN)

    def test_symbolic_link(self):
        (self.dir / 'sub').mkdir()
        self.write('sub/a', SPUN)
        (self.dir / 'link').symlink_to('sub/a')
        self.ok('-i.bak', 'link')
        self.assertTrue((self.dir / 'link').is_symlink())
        self.assertNotEqual((self.dir / 'sub/a').read_bytes(), SPUN)
        self.assertEqual((self.dir / 'link.bak').read_bytes(), SPUN)
        self.assertFalse((self.dir / 'link.bak').is_symlink())

    def test_in_the_order_given(self):
        """Also with a bad one among them: the rest is done."""
        for name in 'abc':
            self.write(name, SPUN)
        self.fails('-i', 'c', 'missing', 'a', 'b', because='missing')
        times = [(self.dir / name).stat().st_ctime_ns for name in 'cab']
        self.assertEqual(times, sorted(times))
        for name in 'abc':
            self.assertNotEqual((self.dir / name).read_bytes(), SPUN)

    def test_with_report(self):
        self.write('a', SPUN)
        want = self.ok('--json', 'a').out
        self.assertEqual(self.ok('--json', '-i', 'a').out, want)

    def test_report_that_cannot_be_written_spares_the_file(self):
        """--json is the way back: without it the file must not change."""
        if not os.path.exists('/dev/full'):
            self.skipTest('there is no /dev/full')
        self.write('a', SPUN)
        with open('/dev/full', 'wb') as full:
            self.fails('--json', '-i', 'a', stdout=full, because='No space left')
        self.assertEqual((self.dir / 'a').read_bytes(), SPUN)


class StandardOutput(Case):
    def test_full(self):
        if not os.path.exists('/dev/full'):
            self.skipTest('there is no /dev/full')
        for args in (('clean',), ('clean', '--json'), ('--help',), ('--version',), ('help', 'clean')):
            for text in (SPUN, SPUN * 200) if args[0] == 'clean' else (b'',):
                with open('/dev/full', 'wb') as full:
                    done = run(*args, stdin=text, stdout=full)
                self.assertEqual(done.status, 2, done)
                self.assertEqual(done.err, b'unspin: cannot write to standard output: No space left on device\n')

    def test_closed(self):
        self.write('a', SPUN)
        self.fails('a', stdout='closed', because='standard output')
        self.fails('a', 'a', 'a', stdout='closed', because='standard output')
        self.ok('--check', 'a', stdout='closed', status=1)
        # a file opened by the program must not become its standard output
        self.ok('-o', 'out', 'a', stdout='closed')
        self.assertEqual((self.dir / 'out').read_bytes(), self.ok('a').out)
        self.assertEqual((self.dir / 'a').read_bytes(), SPUN)

    def test_reader_goes_away(self):
        """Quiet, like any filter; also where the parent ignores the signal."""
        import signal
        self.write('a', SPUN * 900)  # more than a pipe holds
        for ignore in (False, True):
            before = (lambda: signal.signal(signal.SIGPIPE, signal.SIG_IGN)) if ignore else None
            child = subprocess.Popen([harness.PROGRAM, 'clean', 'a', 'a'], cwd=self.dir, stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, preexec_fn=before)
            child.stdout.read(10)
            child.stdout.close()
            self.assertEqual(child.stderr.read(), b'')
            child.stderr.close()
            self.assertEqual(child.wait(timeout=300), -signal.SIGPIPE)


if __name__ == '__main__':
    harness.main()
