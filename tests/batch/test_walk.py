"""unspin clean on folders: which files are done, where they go, what is said about the others."""
import os
import random
import shutil
import subprocess
import unittest

import trees  # noqa: F401 (finds harness)
from harness import SPUN, drop_privileges_over_files, main
from trees import BatchCase, contents

HELLO = b'Hello.\n'


class Walk(BatchCase):
    def put(self, *names, data=HELLO):
        for name in names:
            path = self.dir / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def done(self, *args, **more):
        """The files that a run over args does."""
        shutil.rmtree(self.dir / 'out', ignore_errors=True)
        done = self.ok('-o', 'out', *args, **more)
        return sorted(contents(self.dir / 'out')), done.err.decode()

    def test_mirrors(self):
        self.put('in/b.txt', 'in/a/c.txt', 'in/a/d/e')
        self.put('in/spun.txt', data=SPUN)
        names, err = self.done('in')
        self.assertEqual((names, err), (['a/c.txt', 'a/d/e', 'b.txt', 'spun.txt'], ''))
        want = self.ok('in/spun.txt').out
        self.assertEqual((self.dir / 'out/spun.txt').read_bytes(), want)
        # to standard output in byte order of the names
        self.assertEqual(self.ok('in').out, HELLO * 3 + want)

    def test_several_operands(self):
        self.put('in/a', 'x/b', 'y/c')
        self.assertEqual(self.done('in', 'x/b', './y/c')[0], ['a', 'x/b', 'y/c'])
        self.assertEqual(self.done('in', str(self.dir / 'x/b'), 'y/../y/c')[0], ['a', 'b', 'c'])
        shutil.rmtree(self.dir / 'out')
        self.put('z/a')
        self.fails('-o', 'out', 'in', 'z', because='z/a: its output would be that of an earlier input')
        self.assertEqual(sorted(contents(self.dir / 'out')), ['a'])

    def test_not_its_own_input(self):
        self.put('in/a', data=SPUN)
        self.done('in')
        # the outputs lie among the inputs: they are not done again
        self.ok('-o', 'in/out', 'in')
        self.ok('-o', 'in/out', 'in')
        self.assertEqual(sorted(contents(self.dir / 'in')), ['a', 'out/a'])
        self.fails('-o', '.', 'in/a', 'in/out/a', because='in/a: would be its own output', files=2)

    def test_left_out(self):
        self.put('in/a', 'in/.hidden', 'in/.dir/x')
        self.put('in/bin', data=b'\x7fELF\0\0')
        self.put('in/utf16', data='\ufeffHello.\n'.encode('utf-16-le'))
        os.symlink('a', self.dir / 'in/link')
        os.symlink('..', self.dir / 'in/up')
        os.mkfifo(self.dir / 'in/pipe')
        names, err = self.done('in')
        self.assertEqual(names, ['a', 'utf16'])
        self.assertEqual(err, 'unspin: in/pipe: is a FIFO, socket or device: left out\n'
                              'unspin: left out 6: 2 hidden, 2 symbolic link, 1 no regular file, 1 binary\n')
        self.assertEqual(self.done('-q', 'in')[1], 'unspin: in/pipe: is a FIFO, socket or device: left out\n')
        self.assertEqual(self.done('--hidden', 'in')[0], ['.dir/x', '.hidden', 'a', 'utf16'])
        # loops end; a link to a file is a file
        self.assertEqual(self.done('--follow', 'in')[0], ['a', 'link', 'utf16'])

    def test_links_that_multiply(self):
        """Two links to the next folder in each of forty would make 2^40 paths."""
        for n in range(40):
            self.put(f'in/{n:02}/f')
            if n < 39:
                for name in 'xy':
                    os.symlink(f'../{n + 1:02}', self.dir / f'in/{n:02}/{name}')
        names = self.done('--follow', 'in', timeout=120)[0]
        self.assertIn('00/f', names)
        self.assertIn('39/f', names)
        self.assertLess(len(names), 1000)
        # what links lead to but once is all there
        shutil.rmtree(self.dir / 'in')
        self.put('in/b/1/f', 'in/b/2/f')
        os.symlink('b', self.dir / 'in/a')
        self.assertEqual(self.done('--follow', 'in')[0], ['a/1/f', 'a/2/f', 'b/1/f', 'b/2/f'])

    def test_named_twice(self):
        """One file by several names is restored once; the backup is what was there."""
        for jobs in '1', '8':
            with self.subTest(jobs):
                self.put('docs/a.txt', 'b.txt', data=SPUN)
                self.put('list', data=b'b.txt\n./b.txt\n')
                (self.dir / 'link.txt').unlink(missing_ok=True)
                os.symlink('docs/a.txt', self.dir / 'link.txt')
                done = self.ok('-i.bak', '-j', jobs, 'docs', 'docs/a.txt', 'docs//a.txt', 'link.txt', '--files-from', 'list')
                self.assertIn(b': 4 named twice', done.err)
                for name in 'docs/a.txt', 'b.txt':
                    self.assertEqual((self.dir / f'{name}.bak').read_bytes(), SPUN)
                    self.assertNotEqual((self.dir / name).read_bytes(), SPUN)
        self.fails('-o', 'out', 'docs/a.txt', 'docs//a.txt', because='docs//a.txt: its output would be that of an earlier input')

    def test_backups_are_no_inputs(self):
        self.put('in/a.txt', 'in/b.bak', data=SPUN)
        self.ok('-i.bak', 'in')
        self.put('in/a.txt', data=SPUN + b'More.\n')
        done = self.ok('-i.bak', 'in')
        self.assertIn(b'left out 2: 2 backup\n', done.err)
        kept = contents(self.dir / 'in')
        self.assertEqual((kept['a.txt.bak'], kept['b.bak.bak']), (SPUN + b'More.\n', SPUN))

    def test_globs(self):
        self.put('in/a.md', 'in/a.txt', 'in/x/b.md', 'in/x/c/d.md', 'in/y/e.md')
        self.assertEqual(self.done('--include', '*.md', 'in')[0], ['a.md', 'x/b.md', 'x/c/d.md', 'y/e.md'])
        self.assertEqual(self.done('--include', 'x/**', '--exclude', 'c/', 'in')[0], ['x/b.md'])
        names, err = self.done('--exclude', 'x', '--exclude=*.txt', 'in')
        self.assertEqual((names, err), (['a.md', 'y/e.md'], 'unspin: left out 2: 2 excluded\n'))

    def test_unspinignore(self):
        self.put('in/a', 'in/b', 'in/x/a', 'in/x/c')
        self.put('in/.gitignore', data=b'a\n')
        self.put('in/.unspinignore', data=b'!/a\nc\r\n# b\n')
        self.assertEqual(self.done('in')[0], ['a', 'b'])
        self.assertEqual(self.done('--no-ignore', 'in')[0], ['a', 'b', 'x/a', 'x/c'])
        # rules from above hold as far up as the repository goes
        (self.dir / 'in/.git').mkdir()
        self.assertEqual(self.done('in/x')[0], [])

    def test_rules_of_every_folder_above(self):
        self.put('in/x/y/a', 'in/x/y/b', 'in/x/y/c')
        (self.dir / 'in/.git').mkdir()
        self.put('in/.gitignore', data=b'a\n')
        self.put('in/x/.gitignore', data=b'b\n')
        self.assertEqual(self.done('in/x/y')[0], ['c'])

    def test_blanks_behind_a_rule(self):
        """They count for nothing, but for one behind a backslash."""
        self.put('in/a', 'in/b', 'in/c ', 'in/d')
        self.put('in/.unspinignore', data=b'a \nb  \r\nc\\ \nd x \n  \n')
        self.assertEqual(self.done('in')[0], ['d'])

    def test_no_file_of_rules(self):
        """What has the name and is no regular file counts as not there: it could be without an end."""
        self.put('in/x/a', 'in/y/a', 'in/z/a')
        os.mkfifo(self.dir / 'in/.gitignore')
        (self.dir / 'in/x/.gitignore').mkdir()
        os.symlink('/dev/zero', self.dir / 'in/y/.unspinignore')
        self.assertEqual(self.done('in', timeout=120), (['x/a', 'y/a', 'z/a'], 'unspin: left out 3: 3 hidden\n'))
        self.put('in/z/.gitignore', data=b'a\n' * (1 << 19) + b'\n')
        done = self.clean('-o', 'out', 'in')
        self.assertEqual(done.status, 2, done)
        self.assertIn(b'unspin: in/z/.gitignore: is larger than 1024 KiB\n', done.err)

    def test_rules_above_hold_where_a_folders_own_cannot_be_read(self):
        self.put('in/x/a', 'in/x/b')
        self.put('in/.gitignore', data=b'a\n')
        self.put('in/x/.gitignore', data=b'c\n' * (1 << 19) + b'\n')
        done = self.clean('-o', 'out', 'in')
        self.assertEqual(done.status, 2, done)
        self.assertEqual([p.name for p in (self.dir / 'out/x').iterdir()], ['b'])

    def test_named_files(self):
        self.put('a.txt', 'b.log', 'x/c.txt', 'y/.hid')
        self.put('.gitignore', data=b'x/\n')
        self.put('list', data=b'a.txt\nb.log\n\nx/c.txt\ny/.hid\n')
        self.put('list0', data=b'a.txt\0b.log\0')
        everything = ['a.txt', 'b.log', 'x/c.txt', 'y/.hid']
        self.assertEqual(self.done('--files-from', 'list', '--exclude', '*.log')[0], everything)
        self.assertEqual(self.done('--files-from', '-', stdin=b'a.txt\nb.log')[0], ['a.txt', 'b.log'])
        self.assertEqual(self.done('-0', '--files-from', 'list0')[0], ['a.txt', 'b.log'])
        names, err = self.done('--files-from=list', '--exclude', '*.log', '--force-exclude')
        self.assertEqual((names, err), (['a.txt'], 'unspin: left out 3: 1 hidden, 1 ignored, 1 excluded\n'))
        self.fails('-o', 'out', '--files-from', 'list0', because='does it need -0?')
        self.fails('-o', 'out', '--files-from', 'missing', because='missing: cannot open')

    def test_as_git_does(self):
        """Random rules and trees: what git would not ignore is what is done."""
        if not shutil.which('git'):
            self.skipTest('git is not installed')
        rng = random.Random(7)
        atoms = ['a', 'b', 'c', '*', '?', '**', '[ab]', '[!a]', 'ab', 'a*', '*b', '\\a']
        checked = 0
        for round_ in range(12):
            root = self.dir / f'r{round_}'
            names = set()
            for _ in range(40):
                names.add('/'.join(rng.choice(['a', 'b', 'c', 'ab', 'ba', 'abc']) for _ in range(rng.randint(1, 4))))
            for name in sorted(names, key=len):
                path = root / name
                if any(parent.is_file() for parent in path.parents) or path.exists():
                    continue
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(HELLO)
            for folder in [root, *(p for p in root.rglob('*') if p.is_dir() and rng.random() < 0.3)]:
                rules = ''.join(('!' if rng.random() < 0.3 else '') + ('/' if rng.random() < 0.2 else '')
                                + '/'.join(rng.choice(atoms) for _ in range(rng.randint(1, 3)))
                                + ('/' if rng.random() < 0.2 else '') + '\n' for _ in range(rng.randint(1, 5)))
                (folder / '.gitignore').write_text(rules)
            subprocess.run(['git', 'init', '-q', root], check=True, capture_output=True)
            listed = subprocess.run(['git', '-C', root, 'ls-files', '-o', '-z', '--exclude-standard'], check=True,
                                    capture_output=True).stdout.decode().split('\0')
            want = sorted(n for n in listed if n and '.gitignore' not in n)
            got, _ = self.done('-q', str(root))
            self.assertEqual(got, want, [(p, p.read_text()) for p in root.rglob('.gitignore')])
            checked += len(want)
        self.assertGreater(checked, 20)

    def test_folder_without_permission(self):
        self.put('in/a', 'in/shut/b', 'in/z')
        (self.dir / 'in/shut').chmod(0)
        try:
            done = self.clean('-o', 'out', 'in', before=drop_privileges_over_files)
        finally:
            (self.dir / 'in/shut').chmod(0o755)
        self.assertEqual(done.status, 2, done)
        self.assertEqual(done.err, b'unspin: in/shut: cannot read the folder: Permission denied\n')
        self.assertEqual(sorted(contents(self.dir / 'out')), ['a', 'z'])


if __name__ == '__main__':
    main()
