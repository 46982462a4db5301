"""SECURITY.md and tests/figures/withstand.md name tests, files and commands: each of them must be there.

Usage: test_security.py
"""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ('SECURITY.md', 'tests/figures/withstand.md')
# `path/to/file` or `path/to/file` (`test_one`, `test_two`)
NAMED = re.compile(r'`((?:tests|src|docs|data|debian|dict)/[\w./-]+)`(?:\s+\(((?:`\w+`(?:,\s+)?)+)\))?')


class Named(unittest.TestCase):
    def named(self, page):
        text = (ROOT / page).read_text()
        for path, names in NAMED.findall(text):
            yield path, re.findall(r'`(\w+)`', names)

    def test_files_and_tests_are_there(self):
        for page in PAGES:
            for path, names in self.named(page):
                with self.subTest(page=page, path=path):
                    self.assertTrue((ROOT / path).exists(), path)
                    for name in names:
                        self.assertRegex((ROOT / path).read_text(), rf'(?:def|START_TEST\(|\b){name}\b', path)

    def test_every_promise_names_a_test(self):
        text = (ROOT / 'SECURITY.md').read_text()
        self.assertGreater(len(list(self.named('SECURITY.md'))), 10)
        promised = text.split('## What is promised')[1].split('\n## ')[0]
        for part in re.split(r'\n\*\*', promised)[1:]:
            self.assertIn('`tests/', part, part[:80])

    def test_commands_are_there(self):
        targets = set(re.findall(r'^([\w-]+):', (ROOT / 'Makefile').read_text(), re.M))
        for page in PAGES:
            named = set(re.findall(r'`make ([\w-]+)', (ROOT / page).read_text()))
            self.assertEqual(named - targets, set(), page)


if __name__ == '__main__':
    unittest.main(verbosity=2)
