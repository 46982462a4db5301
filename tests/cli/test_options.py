"""Options that say what is restored."""
import json
import re
import unittest

import harness
from harness import SAMPLES, SPUN, Case


class Protect(Case):
    def test_word(self):
        for word in ('hand', 'HAND'):
            out = self.ok('--assume-spun', '--protect', word, stdin=SPUN).out
            self.assertIn(b'lend a hand', out)
            self.assertNotIn(b'govt', out)

    def test_phrase_and_several(self):
        out = self.ok('--assume-spun', '--protect', 'lend a hand', '--protect=Fairway Gentle', stdin=SPUN).out
        self.assertEqual(out, SPUN.replace(b'govt', b'government'))

    def test_other_words_are_not_protected(self):
        self.assertEqual(self.ok('--protect', 'han', stdin=SPUN).out, self.ok(stdin=SPUN).out)

    def test_file(self):
        self.write('words', b'\xef\xbb\xbffairway gentle\r\n# govt\n\n   lend a hand  \n')
        self.write('more', b'govt')
        out = self.ok('--assume-spun', '--protect-file', 'words', stdin=SPUN).out
        self.assertEqual(out, SPUN.replace(b'govt', b'government'))
        out = self.ok('--assume-spun', '--protect-file', 'words', '--protect-file', 'more', '--protect', 'x', stdin=SPUN).out
        self.assertEqual(out, SPUN)

    def test_bad_file(self):
        self.fails('--protect-file', 'missing', because='missing: cannot open', stdin=SPUN)
        self.fails('--protect-file', '.', because='directory', stdin=SPUN)
        self.write('binary', b'a\0b')
        self.fails('--protect-file', 'binary', because='binary', stdin=SPUN)

    def test_code_on_one_line(self):
        """What stands between backticks is code; a lone one opens nothing, and the line's end closes everything."""
        text = (b'Run `the govt` twice, says the govt of the firms, which will lend a hand.\n'
                b'A ` alone: the govt will lend a hand.\nThe govt ` again.\n')
        want = text.replace(b'lend a hand', b'help').replace(b'govt', b'government').replace(b'`the government`', b'`the govt`')
        self.assertEqual(self.ok('--assume-spun', stdin=text).out, want)


class Quotes(Case):
    def test_spared_if_asked(self):
        for opening, closing in (('"', '"'), ('“', '”')):
            quote = f'{opening}The firms will lend a hand,{closing}'.encode()
            text = quote + b' he said, and they did lend a hand.\n' + SPUN
            out = self.ok('--assume-spun', '--spare-quotes', stdin=text).out
            self.assertIn(quote, out)
            self.assertIn(b'did help.', out)
            for options in ((), ('--quotes',), ('--spare-quotes', '--quotes')):
                self.assertNotIn(b'lend a hand', self.ok('--assume-spun', *options, stdin=text).out)

    def test_spared_where_they_look_plain(self):
        quote = (b'"When I was a girl my father sold eggs at this market, and on Saturdays he would let me count the money. '
                 b'The stall is still there, though nobody has had eggs on it for years, and I would gladly lend a hand," she said.\n')
        self.assertIn(quote, self.ok(stdin=SPUN + quote + SPUN).out)
        self.assertNotIn(quote, self.ok('--quotes', stdin=SPUN + quote + SPUN).out)


class Confidence(Case):
    def edits(self, *args):
        text = b''.join(path.read_bytes() for path in sorted(SAMPLES.glob('*.spun.txt')))
        return json.loads(self.ok('--json', *args, stdin=text).out)['edits']

    def test_cuts(self):
        everything = self.edits()
        self.assertGreater(len(everything), 10)
        median = sorted(edit['confidence'] for edit in everything)[len(everything) // 2]
        some = self.edits('--min-confidence', str(median))
        self.assertTrue(all(edit['confidence'] >= median - 1e-5 for edit in some if edit['row'] != 'repair'))
        self.assertTrue(0 < len(some) <= len(everything))
        self.assertEqual([e for e in self.edits('--min-confidence', '1') if e['row'] != 'repair' and e['confidence'] < 1], [])
        self.assertEqual(self.edits('--min-confidence=0'), everything)


class Dialect(Case):
    # "shade" in the thesaurus sense: what spinners put for colour
    def dialect(self, *args, text=SPUN):
        return json.loads(self.ok('--json', *args, stdin=text).out)['totals']['dialect']

    def test_named(self):
        self.assertEqual(self.dialect('--dialect', 'gb'), 'gb')
        self.assertEqual(self.dialect('--dialect=us'), 'us')

    def test_auto_looks_at_the_document(self):
        british = SPUN + b'The colour of the harbour was a favourite theme of the programme in the town centre.\n'
        american = SPUN + b'The color of the harbor was a favorite theme of the program in the town center.\n'
        self.assertEqual(self.dialect(text=british), 'gb')
        self.assertEqual(self.dialect(text=american), 'us')
        self.assertEqual(self.dialect('--dialect', 'auto', text=american), 'us')


class Gate(Case):
    CLEAN = b'The committee met on Monday. It heard from three witnesses about the state of the roads.\n' * 6

    def test_one_phrase_in_a_clean_text(self):
        """A single suspicious phrase in a long clean text is the author's; --assume-spun says otherwise."""
        text = self.CLEAN + b'They lend a hand.\n' + self.CLEAN
        self.assertEqual(self.ok(stdin=text).out, text)
        self.assertIn(b'They help.', self.ok('--assume-spun', stdin=text).out)

    def test_clean_text(self):
        self.assertEqual(self.ok(stdin=self.CLEAN).out, self.CLEAN)


class Off(Case):
    def test_marked_part_is_left_alone(self):
        text = SPUN + b'<!-- unspin:off -->\n' + SPUN + b'<!-- unspin:on -->\n' + SPUN
        before, off, after = re.split(b'<!-- unspin:(?:off|on) -->\n', self.ok(stdin=text).out)
        self.assertEqual(off, SPUN)
        for part in before, after:
            self.assertIn(b'The government ', part)
            self.assertIn(b' help ', part)

    def test_never_on_again(self):
        out = self.ok('--assume-spun', stdin=SPUN + b'unspin:off\n' + SPUN * 5).out
        self.assertTrue(out.endswith(SPUN * 5))
        self.assertFalse(out.startswith(SPUN))


class Samples(Case):
    def test_nearer_to_the_original(self):
        """A good part of what the spinner did to our own articles is undone, and nothing new broken. The floor is far below
        what the engine reaches: its quality is measured elsewhere."""
        import difflib
        for path in sorted(SAMPLES.glob('*.spun.txt')):
            spun = path.read_text().split()
            plain = path.with_name(path.name.replace('.spun.', '.plain.')).read_text().split()
            restored = self.ok(str(path)).out.decode().split()

            def wrong(words):
                blocks = difflib.SequenceMatcher(None, words, plain, autojunk=False).get_opcodes()
                return sum(max(b - a, d - c) for tag, a, b, c, d in blocks if tag != 'equal')
            left = wrong(restored) / wrong(spun)
            print(f'{path.name}: {wrong(spun)} words wrong before, {wrong(restored)} after', flush=True)
            self.assertLess(left, 0.75, path.name)

    def test_originals_come_back_unchanged(self):
        for path in sorted(SAMPLES.glob('*.plain.txt')):
            self.assertEqual(self.ok(str(path)).out, path.read_bytes(), path.name)


if __name__ == '__main__':
    harness.main()
