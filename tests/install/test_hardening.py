"""The program and the library that are shipped defend themselves: position-independent, full RELRO, no executable stack, stack
protector, checked libc calls.

Usage: test_hardening.py PROGRAM LIBRARY BUILDTYPE. Only release builds have all of it. From any other the test sets up a
release build of its own, looks at the flags of every object, and builds and looks at one of its programs.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM, LIBRARY, BUILDTYPE = sys.argv[1:4]
SMALL = 'src/phrases/unspin-compile-phrases'


def readelf(*args):
    return subprocess.run(['readelf', '-W', *map(str, args)], capture_output=True, text=True, check=True).stdout


class Hardening(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fresh = None
        cls.program, cls.library = PROGRAM, LIBRARY
        if BUILDTYPE.startswith('release'):
            return
        cls.fresh = tempfile.TemporaryDirectory(prefix='unspin-release-')
        for command in (['meson', 'setup', cls.fresh.name, str(ROOT), '--buildtype=release', '-Dtests=disabled'],
                        ['ninja', '-C', cls.fresh.name, SMALL]):
            done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
            if done.returncode:
                raise AssertionError(done.stdout[-3000:] + done.stderr)
        cls.program, cls.library = f'{cls.fresh.name}/{SMALL}', None

    @classmethod
    def tearDownClass(cls):
        if cls.fresh:
            cls.fresh.cleanup()

    def common(self, path):
        dynamic, segments = readelf('-d', path), readelf('-l', path)
        self.assertRegex(readelf('-h', path), r'Type:\s+DYN', 'not position-independent')
        self.assertIn('GNU_RELRO', segments)
        self.assertRegex(dynamic, r'\(FLAGS\).*BIND_NOW|\(BIND_NOW\)', 'RELRO is not full')
        self.assertRegex(segments, r'GNU_STACK.*\sRW\s', 'the stack may be executed')
        self.assertNotRegex(segments, r'LOAD.*\sRWE\s')
        self.assertNotIn('TEXTREL', dynamic)
        symbols = readelf('--dyn-syms', path)
        self.assertIn('__stack_chk_fail', symbols)
        self.assertRegex(symbols, r'__(?:v?s?n?f?printf|memcpy|strcpy|fread|read)_chk\b')

    def test_program(self):
        self.common(self.program)
        self.assertRegex(readelf('-d', self.program), r'FLAGS_1.*PIE')

    def test_library(self):
        if self.library is None:
            self.skipTest('not built here: the flags are looked at instead')
        self.common(self.library)

    def test_flags_of_every_object(self):
        build = pathlib.Path(self.fresh.name) if self.fresh else pathlib.Path(PROGRAM).resolve().parent
        commands = [e for e in json.loads((build / 'compile_commands.json').read_text()) if '/src/' in f'/{e["file"]}']
        self.assertGreater(len(commands), 100)
        for entry in commands:
            for flag in ('-fstack-protector-strong', '-D_FORTIFY_SOURCE=2'):
                self.assertIn(flag, entry['command'], entry['file'])
            self.assertTrue(re.search(r' -f(?:PIE|PIC|pie|pic)\b', entry['command']), entry['file'])


if __name__ == '__main__':
    if not sys.platform.startswith('linux') or not all(map(shutil.which, ('readelf', 'meson', 'ninja'))):
        print('skipped: needs Linux, readelf, meson and ninja')
        sys.exit(77)
    del sys.argv[1:4]
    unittest.main()
