"""What the black-box tests share: they know the program by its command line only.

Usage of a test file: test_x.py PROGRAM [unittest arguments]. Ends with 77 (skipped, for meson) if every test was skipped.
"""
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT / 'tests' / 'samples'
PROGRAM = None  # set by main()

# Nobody's own phrase tables and settings: a folder that not even root can make.
NOBODYS = dict.fromkeys(('XDG_DATA_HOME', 'XDG_CONFIG_DIRS', 'XDG_CONFIG_HOME'), '/dev/null/none')

# Rows that any table holds and any tuning applies (government, help, and a green light or the like); several, so that
# the text counts as spun.
SPUN = b'The govt gave the fairway gentle to the plan, and the firms will lend a hand with the work.\n'


class Done:
    """What a run left behind."""

    def __init__(self, status, out, err, max_rss_kib):
        self.status, self.out, self.err, self.max_rss_kib = status, out, err, max_rss_kib

    def __repr__(self):
        return f'status {self.status}\n--- stdout\n{self.out[:2000]!r}\n--- stderr\n{self.err[:4000].decode(errors="replace")}'


def sanitized():
    """True if the program was built with a sanitizer: it is slow then, and its memory tells nothing."""
    return b'__asan_init' in pathlib.Path(PROGRAM).read_bytes()


def run(*args, stdin=b'', env=None, cwd=None, program=None, before=None, timeout=300, stdout=None):
    """Runs the program. BEFORE is called in the child; STDOUT replaces the pipe (a file, or the word 'closed')."""
    environment = {k: v for k, v in os.environ.items() if k not in ('NO_COLOR', 'COLUMNS', 'UNSPIN_DATA')}
    environment.update(NOBODYS)
    environment.update(env or {})

    def prepare():
        if stdout == 'closed':
            os.close(1)
        if before:
            before()

    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as given:
        given.write(stdin)
        given.seek(0)
        to = out if stdout in (None, 'closed') else stdout
        child = subprocess.Popen([program or PROGRAM, *args], stdin=given, stdout=to, stderr=err, env=environment, cwd=cwd,
                                 preexec_fn=prepare)
        try:
            waiting = signal.signal(signal.SIGALRM, lambda *_: child.kill())
            signal.alarm(timeout)
            _, status, usage = os.wait4(child.pid, 0)
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, waiting)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        done = Done(child.returncode, out.read(), err.read(), usage.ru_maxrss)
    if b'Sanitizer' in done.err or b'runtime error:' in done.err:
        raise AssertionError(f'a sanitizer complains: {args}\n{done!r}')
    return done


class Case(unittest.TestCase):
    """A test with a folder of its own, which relative paths refer to."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix='unspin-test-')
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)

    def write(self, name, data):
        path = self.dir / name
        path.write_bytes(data)
        return path

    def run_in(self, *args, **more):
        return run(*args, cwd=self.dir, **more)

    def clean(self, *args, **more):
        return self.run_in('clean', *args, **more)

    def ok(self, *args, status=0, **more):
        """Runs clean, which must end with STATUS and, unless that is an error, without a word on standard error."""
        done = self.clean(*args, **more)
        self.assertEqual(done.status, status, done)
        return done

    def fails(self, *args, because, files=1, **more):
        """Runs clean, which must end with 2 and one clear line for each faulty file."""
        done = self.clean(*args, **more)
        self.assertEqual(done.status, 2, done)
        lines = done.err.decode().splitlines()
        self.assertEqual(len(lines), files, done)
        for line in lines:
            self.assertRegex(line, r'^unspin: ', done)
        self.assertIn(because, done.err.decode(), done)
        return done


def drop_privileges_over_files():
    """Makes permissions count for root too, by giving up the capability to override them; True if that worked."""
    import ctypes
    libc = ctypes.CDLL(None, use_errno=True)
    pr_capbset_drop = 24
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: gone from all that is executed from now on
        if libc.prctl(pr_capbset_drop, capability, 0, 0, 0) != 0:
            os._exit(126)


def limit_file_size(n):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (n, n))
    return limit


def main():
    global PROGRAM
    if len(sys.argv) < 2:
        sys.exit('usage: test_x.py PROGRAM [unittest arguments]')
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    if not os.access(PROGRAM, os.X_OK):
        sys.exit(f'{PROGRAM}: no program')
    result = unittest.main(module='__main__', exit=False, verbosity=2).result
    sys.stdout.flush()
    if result.testsRun and len(result.skipped) == result.testsRun:
        sys.exit(77)
    sys.exit(not result.wasSuccessful())
