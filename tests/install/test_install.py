"""What `meson install` puts in place works there, and wherever it is moved to.

Usage: test_install.py PROGRAM BUILD_FOLDER; the build must be up to date.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'cli'))
import harness  # noqa: E402
from harness import ROOT, SPUN, Case, run  # noqa: E402

BUILD = os.path.abspath(sys.argv.pop(2)) if len(sys.argv) > 2 else None
HERE = pathlib.Path(__file__).resolve().parent
PLAIN = b'The government gave the green light to the plan, and the firms will help with the work.\n'


class Installed(Case):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix='unspin-install-')
        cls.top = pathlib.Path(cls.folder.name)
        meson = shutil.which('meson')
        done = subprocess.run([meson, 'install', '--no-rebuild', '--quiet', '-C', BUILD, '--destdir', str(cls.top)],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if done.returncode:
            raise AssertionError(done.stdout + done.stderr)
        cls.program = next(p for p in cls.top.rglob('bin/unspin'))
        cls.prefix = cls.program.parents[1]
        cls.data = cls.prefix / 'share' / 'unspin'

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def one(self, pattern):
        found = [p for p in self.prefix.rglob(pattern)]
        self.assertEqual(len(found), 1, f'{pattern}: {found}')
        return found[0]

    def test_everything_is_there(self):
        for pattern in ('bin/unspin', 'include/unspin.h', 'libunspin.so', 'libunspin.a', 'pkgconfig/unspin.pc', 'unspin/phrases.db',
                        'unspin/forms.bin', 'unspin/plain.lm', 'unspin/weights.tsv', 'unspin/edits.schema.json', 'man1/unspin.1',
                        'man1/unspin-clean.1', 'completions/unspin', 'site-functions/_unspin', 'vendor_completions.d/unspin.fish'):
            self.one(pattern)
        self.assertEqual([p for p in self.prefix.rglob('*') if p.is_file() and not p.stat().st_mode & 0o444], [])

    def test_only_the_public_header_and_symbols(self):
        self.assertEqual([p.name for p in (self.prefix / 'include').rglob('*') if p.is_file()], ['unspin.h'])
        library = self.one('libunspin.so')
        listed = subprocess.run(['nm', '-D', '--defined-only', library], capture_output=True, text=True, check=True).stdout
        names = [line.split()[-1] for line in listed.splitlines()]
        ours = [n for n in names if not re.match(r'unspin_|_init$|_fini$|__asan|__ubsan|__odr', n)]
        self.assertEqual(ours, [])
        header = (self.prefix / 'include' / 'unspin.h').read_text()
        declared = set(re.findall(r'^UNSPIN_API [^;(]*?\b(unspin_\w+)\(', header, re.M))
        self.assertEqual({n for n in names if n.startswith('unspin_')}, declared)

    def test_program_finds_its_data(self):
        self.assertEqual(run('clean', program=self.program, stdin=SPUN).out, PLAIN)

    def test_moved_tree_finds_its_data(self):
        moved = self.dir / 'else where'
        shutil.copytree(self.prefix / 'bin', moved / 'bin')
        os.makedirs(moved / 'share')
        os.symlink(self.data, moved / 'share' / 'unspin')
        os.symlink(moved / 'bin' / 'unspin', self.dir / 'link')
        for program in (moved / 'bin' / 'unspin', self.dir / 'link'):
            self.assertEqual(run('clean', program=program, stdin=SPUN).out, PLAIN)

    def test_unspin_data(self):
        os.makedirs(self.dir / 'bin')
        shutil.copy(self.program, self.dir / 'bin' / 'unspin')
        alone = self.dir / 'bin' / 'unspin'
        self.assertEqual(run('clean', program=alone, stdin=SPUN, env={'UNSPIN_DATA': str(self.data)}).out, PLAIN)
        done = run('clean', program=alone, stdin=SPUN, env={'UNSPIN_DATA': '/nonexistent'})
        self.assertEqual(done.status, 2, done)
        self.assertIn(b'/nonexistent', done.err)

    def test_users_own_table_and_settings(self):
        home = {'XDG_DATA_HOME': str(self.dir / 'data'), 'XDG_CONFIG_HOME': str(self.dir / 'config')}
        done = run('phrases', 'add', 'vermicious knid', 'dangerous beast', program=self.program, env=home)
        self.assertEqual(done.status, 0, done)
        self.assertTrue((self.dir / 'data' / 'unspin' / 'phrases.db').exists())
        text = SPUN + b'They met a vermicious knid.\n'
        self.assertIn(b'a dangerous beast', run('clean', program=self.program, stdin=text, env=home).out)
        os.makedirs(self.dir / 'config' / 'unspin')
        (self.dir / 'config' / 'unspin' / 'config').write_text('[clean]\nprotect = vermicious knid\n')
        self.assertIn(b'a vermicious knid', run('clean', program=self.program, stdin=text, env=home).out)
        self.assertIn(b'a dangerous beast', run('clean', '--no-config', program=self.program, stdin=text, env=home).out)
        (self.dir / 'other').write_text('[clean]\n')
        self.assertIn(b'a dangerous beast',
                      run('clean', '--config', self.dir / 'other', program=self.program, stdin=text, env=home).out)

    def environment(self):
        """Of programs that use the library: where pkg-config and the loader look, and the sanitizer if there is one."""
        library = self.one('libunspin.so')
        env = dict(os.environ, PKG_CONFIG_PATH=str(self.one('unspin.pc').parent), LD_LIBRARY_PATH=str(library.parent),
                   ASAN_OPTIONS='detect_leaks=0:' + os.environ.get('ASAN_OPTIONS', ''))
        return env

    def pkg_config(self, *args):
        return subprocess.run(['pkg-config', f'--define-variable=prefix={self.prefix}', *args, 'unspin'], env=self.environment(),
                              capture_output=True, text=True, check=True).stdout.split()

    def compile(self, source, *flags):
        out = self.dir / 'example'
        if harness.sanitized():
            flags += ('-fsanitize=address,undefined',)
        command = [os.environ.get('CC', 'cc'), '-std=c99', '-Wall', '-Wextra', '-Wpedantic', '-Werror', source, *flags, '-o', out]
        done = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return out

    def run_example(self, program, *args):
        done = subprocess.run([program, *args], input=SPUN, capture_output=True, env=self.environment(), timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, PLAIN)
        return done.stderr.decode()

    def test_example_in_c(self):
        program = self.compile(HERE / 'example.c', *self.pkg_config('--cflags', '--libs'))
        data = self.pkg_config('--variable=pkgdatadir')[0]
        self.assertIn('govt -> government', self.run_example(program, data))

    def test_example_in_c_static(self):
        if harness.sanitized():
            self.skipTest('the archive wants its own sanitizer')
        archive = self.one('libunspin.a')
        flags = [f for f in self.pkg_config('--static', '--cflags', '--libs') if f != '-lunspin']
        program = self.compile(HERE / 'example.c', archive, *flags)
        self.run_example(program, self.data)

    def test_example_of_the_header(self):
        """What stands in the comment of unspin.h, with a main around it."""
        comment = (ROOT / 'src' / 'unspin.h').read_text().split('*/')[0]
        code = re.findall(r'^ \*     (.*)$', comment, re.M)
        self.assertGreater(len(code), 8)
        source = self.dir / 'header.c'
        source.write_text('#include <stdio.h>\n#include <string.h>\n#include <unspin.h>\nint main(int argc, char **argv) {\n'
                          '  static char text[1000];\n  if (argc != 2) return 2;\n'
                          '  text[fread(text, 1, sizeof text - 1, stdin)] = 0;\n  const char *data_dir = argv[1];\n'
                          + '\n'.join(code) + '\n  return 0;\n}\n')
        self.run_example(self.compile(source, *self.pkg_config('--cflags', '--libs')), self.data)

    def test_example_in_cpp(self):
        """C++ takes the header."""
        compiler = shutil.which('c++')
        if not compiler:
            self.skipTest('no C++ compiler')
        (self.dir / 'x.cpp').write_text('#include <unspin.h>\nint main() { return unspin_version() == nullptr; }\n')
        done = subprocess.run([compiler, '-fsyntax-only', '-Wall', '-Wextra', '-Werror', *self.pkg_config('--cflags'), self.dir / 'x.cpp'],
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_example_in_python(self):
        env = self.environment()
        if harness.sanitized():
            libraries = [subprocess.run(['cc', f'-print-file-name={n}'], capture_output=True, text=True).stdout.strip()
                         for n in ('libasan.so', 'libubsan.so')]
            env['LD_PRELOAD'] = ' '.join(libraries)
        done = subprocess.run([sys.executable, '-B', HERE / 'example.py', self.one('libunspin.so'), self.data], input=SPUN,
                              capture_output=True, env=env, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout, PLAIN)
        self.assertRegex(done.stderr.decode(), r'/nonexistent.*\n[1-9]\d* edits\n')


if __name__ == '__main__':
    harness.main()
