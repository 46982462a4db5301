"""What the tests of folders and jobs share: trees of texts to work on, and looking at trees."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'cli'))
import harness  # noqa: E402
from harness import SPUN  # noqa: E402

JOB = '.unspin-batch'  # where a job keeps its own things


def text(n):
    """A short text of its own that is restored."""
    return SPUN + b'It is text number %d.\n' % n


def make_tree(folder, count):
    """COUNT small texts, most of them spun, in folders within folders."""
    for n in range(count):
        path = folder / f'd{n % 7}' / f'e{n % 3}' / f'text {n}.txt'
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text(n) if n % 10 else b'Hello, reader number %d.\n' % n)


def contents(folder):
    """Every file by its path, hidden ones included, but not the job's own."""
    found = {}
    for root, folders, files in os.walk(folder):
        folders[:] = [f for f in folders if f != JOB]
        for name in files:
            path = pathlib.Path(root) / name
            found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def identities(folder):
    """Which file each name stands for: another inode or time is another file."""
    return {name: (st.st_ino, st.st_mtime_ns) for name in contents(folder) for st in [(folder / name).stat()]}


class BatchCase(harness.Case):
    def batch(self, *args, status=0, **more):
        done = self.run_in('batch', *args, **more)
        self.assertEqual(done.status, status, done)
        return done
