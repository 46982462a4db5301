"""The README's examples do what it says."""
import pathlib
import re
import unittest

from harness import Case, main

README = pathlib.Path(__file__).resolve().parents[2] / 'README.md'


class Readme(Case):
    def test_echo_examples(self):
        """    $ echo '...' | unspin clean, and the line below it."""
        examples = re.findall(r"^    \$ echo '([^']*)' \| unspin clean\n    (.*)$", README.read_text(), re.M)
        self.assertGreaterEqual(len(examples), 1)
        for spun, plain in examples:
            self.assertEqual(self.ok(stdin=spun.encode() + b'\n').out, plain.encode() + b'\n')

    def test_every_option_is_there(self):
        """The table of options names all that --help names, and nothing else."""
        given = self.ok('--help').out.decode().split('Exit status')[0]
        options = set(re.findall(r'^ {2,}(?:-\w, )?(--[a-z][a-z-]*)', given, re.M)) - {'--help'}
        table = README.read_text().split('### Options of')[1].split('\nText between')[0]
        listed = set(re.findall(r'^\|.*?(--[a-z][a-z-]*)[^|]*\|', table, re.M))
        self.assertEqual(options, listed)
        self.assertGreaterEqual(len(options), 20)


if __name__ == '__main__':
    main()
