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


if __name__ == '__main__':
    main()
