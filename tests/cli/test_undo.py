"""--undo puts the spun text back byte for byte, or says why not."""
import unittest

import harness
from harness import SAMPLES, SPUN, Case


class Undo(Case):
    def restore(self, name='a', text=SPUN):
        self.write(name, text)
        self.write('edits', self.ok('--json', '--assume-spun', '-o', name + '.out', name).out)
        self.assertNotEqual((self.dir / (name + '.out')).read_bytes(), text)

    def test_round_trip(self):
        self.restore()
        self.assertEqual(self.ok('--undo', 'edits', 'a.out').out, SPUN)
        self.assertEqual(self.ok('--undo=edits', stdin=(self.dir / 'a.out').read_bytes()).out, SPUN)

    def test_samples(self):
        for path in sorted(SAMPLES.glob('*.spun.txt')):
            for text in (path.read_bytes(), path.read_bytes().replace(b'\n', b'\r\n'), b'\xef\xbb\xbf' + path.read_bytes() + b'\xff'):
                self.restore(text=text)
                self.assertEqual(self.ok('--undo', 'edits', 'a.out').out, text)

    def test_in_place_and_back(self):
        names = ['a', 'b', 'c']
        texts = [SPUN, b'Nothing to do.\n', SPUN * 3]
        for name, text in zip(names, texts):
            self.write(name, text)
        self.write('edits', self.ok('--json', '-i', *names).out)
        self.assertNotEqual((self.dir / 'a').read_bytes(), SPUN)
        self.assertEqual(self.ok('--undo', 'edits', '-i', *reversed(names)).out, b'')
        for name, text in zip(names, texts):
            self.assertEqual((self.dir / name).read_bytes(), text)

    def test_needs_no_data(self):
        self.restore()
        self.assertEqual(self.ok('--undo', 'edits', '--data', 'nowhere', 'a.out').out, SPUN)

    def test_shown_and_checked(self):
        self.restore()
        self.assertIn(b'+' + SPUN, self.ok('--undo', 'edits', '--diff', 'a.out').out)
        self.assertIn(b'[-help-]{+lend a hand+}', self.ok('--undo', 'edits', '--word-diff', 'a.out').out)
        self.ok('--undo', 'edits', '--check', 'a.out', status=1)
        self.ok('--undo', 'edits', '-o', 'back', 'a.out')
        self.assertEqual((self.dir / 'back').read_bytes(), SPUN)

    def test_wrong_text(self):
        self.restore()
        self.write('other', b'Something else.\n')
        self.assertEqual(self.fails('--undo', 'edits', 'other', because='other: is not the text that edits was written for').out, b'')
        self.fails('--undo', 'edits', 'a', because='a: is already as it was before the edits')
        done = self.fails('--undo', 'edits', 'other', 'a.out', because='other')
        self.assertEqual(done.out, SPUN)

    def test_text_that_was_touched(self):
        self.restore()
        self.write('a.out', (self.dir / 'a.out').read_bytes().replace(b'work', b'yard'))
        self.fails('--undo', 'edits', '-i', 'a.out', because='is not the text')
        self.assertIn(b'yard', (self.dir / 'a.out').read_bytes())

    def test_damaged(self):
        self.restore()
        good = (self.dir / 'edits').read_bytes()
        for name, bad, why in (('cut', good[:len(good) // 2], 'cut:1: damaged'), ('empty', b'', 'empty: holds no edit list'),
                               ('text', SPUN, 'text:1: damaged'), ('list', b'[]', 'list:1: damaged'),
                               ('second', good + b'{"format":"unspin-edits"}', 'second:2: damaged'),
                               ('new', good.replace(b'"version":1', b'"version":9'), 'new:1: edit list of version 9'),
                               ('word', good.replace(b'"before":"lend a hand"', b'"before":"lend a band"'), 'word:1: damaged')):
            self.write(name, bad)
            done = self.fails('--undo', name, 'a.out', because=why)
            self.assertEqual(done.out, b'')

    def test_missing_list(self):
        self.restore()
        self.fails('--undo', 'missing', 'a.out', 'a.out', because='missing: cannot open')
        self.fails('--undo', '.', 'a.out', because='.: is a directory')


if __name__ == '__main__':
    harness.main()
