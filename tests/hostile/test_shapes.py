"""Texts whose shape asks for more than their length: the program ends, in bounded memory, and gives the text back or says
in one line why not. Sizes are such that work that grows with the square would not end before the test's limit.
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'cli'))
import harness
from harness import SPUN, Case

MIB = 1 << 20
# Under sanitizers everything is slow, and their memory tells nothing.
LESS = 10


class Shapes(Case):
    def scale(self, n):
        return n // LESS if harness.sanitized() else n

    def ends(self, text, *options, most=600, unchanged=True):
        """TEXT is done or refused. MOST: MiB of memory."""
        done = self.clean(*options, stdin=text, timeout=900)
        self.assertIn(done.status, (0, 2), repr(done)[:500])
        if done.status == 2:
            self.assertRegex(done.err, rb'\Aunspin: [^\n]+\n\Z', repr(done)[:500])
            self.assertEqual(done.out, b'')
        elif unchanged:
            self.assertEqual(done.out, text, 'something was changed that has no reason to')
        if not harness.sanitized():
            self.assertLess(done.max_rss_kib, most * 1024, 'memory')
        return done

    def test_html_nested_deep(self):
        n = self.scale(100_000)
        for tag in (b'div', b'b', b'span', b'table', b'blockquote', b'a', b'svg'):
            self.ends((b'<%s>' % tag) * n + b'word' + (b'</%s>' % tag) * n, '--format=html', most=1500)

    def test_html_deep_behind_ends(self):
        """End tags that close nothing, and what only looks like one."""
        n = self.scale(300_000)
        for piece in (b'<div></x>', b'<div><!--</div>-->', b'<div a="</div>">', b'<span><div></span>', b'<li><dd>', b'<x><div></x>',
                      b'<p><table></table><b id=x>', b'<table><b><td><div></table>', b'<div><template></div>', b'<svg><desc><div></svg>',
                      b'<b><i><div></b>'):
            self.ends(piece * n + b'word', '--format=html', most=3000)
        self.ends(b'<b>' * 1000 + b'x' * n, '--format=html', most=3000)

    def test_html_ordinary_pages_are_not_deep(self):
        """More of it than may be open at once, and nothing of it is."""
        n = 20_000
        for before, piece, after in ((b'<svg>', b'<circle r="1"/>', b'</svg>'), (b'<script>', b'if (i<n) x<y;', b'</script>'),
                                     (b'<p>', b'<!-- <div> -->', b'</p>'), (b'<ruby>', b'x<rt>y', b'</ruby>'), (b'<p>', b'<embed src=x>', b'</p>'),
                                     (b'<table>', b'<tbody><tr><td>x', b'</table>'), (b'<dl>', b'<dt>x<dd>y', b'</dl>')):
            page = before + piece * n + after + b'<p>' + SPUN
            done = self.clean('--format=html', '--assume-spun', stdin=page, timeout=900)
            self.assertEqual(done.status, 0, repr(done)[:500])
            self.assertIn(b'government', done.out[-200:])

    def test_html_unclosed(self):
        n = self.scale(100_000)
        for piece in (b'<p><b><i><a>', b'<b id=x>y<p>', b'<a href=x>y', b'<li><ul>', b'<table><tr><td>', b'<select><option>', b'<!--', b'<!--x--!',
                      b'<![CDATA[', b'</p', b'<x y="', b"<x y='<", b'&amp', b'&#x41', b'<script>', b'<font color=a><p>', b'<form><p><nobr>'):
            self.ends(piece * n, '--format=html', most=1500, unchanged=False)

    def test_html_attributes(self):
        n = self.scale(20_000)
        self.ends(b'<p ' + b' '.join(b'a%d=%d' % (i, i) for i in range(n)) + b'>word</p>', '--format=html', most=1500)
        n = self.scale(300_000)
        self.ends(b'<p ' + b' '.join(b'a%x' % i for i in range(n)) + b'>word</p>', '--format=html', most=1500)
        for tag in (b'html', b'body'):
            self.ends(b''.join(b'<%s a%x>x<br>' % (tag, i) for i in range(n // 2)), '--format=html', most=1500)
        # formatting elements are compared with those around them
        many = b' '.join(b'a%d' % i for i in range(1000))
        self.ends(b''.join(b'<b %s x=%d>' % (many, i) for i in range(n // 1000)) + b'word', '--format=html', most=1500)

    def test_markdown(self):
        n = self.scale(100_000)
        for piece in (b'> ', b'* ', b'*a', b'**a ', b'_', b'[', b'![', b'[a](', b'`', b'<', b'|', b'~~', b'&', b'\\', b'1. ', b'    ', b'<!--', b'[a]: ',
                      b'*a_ '):
            self.ends(piece * n, '--format=markdown', most=1500)
        self.ends(b'a|' * 100 + b'\n' + b'---|' * 100 + b'\n' + b'|\n' * self.scale(200_000), '--format=markdown', most=1500)
        done = self.ends(b'a|' * n + b'\n' + b'---|' * n + b'\n' + b'x\n' * n, '--format=markdown', most=1500)
        self.assertEqual(done.status, 2)
        self.assertIn(b'cells', done.err)

    def test_json_nested(self):
        n = self.scale(1_000_000)
        for line in (b'{"text":' + b'[' * n, b'{"a":' * n, b'{"text":' + b'[' * n + b'"x"' + b']' * n + b'}', b'{' + b'"text":"x",' * n + b'"z":1}',
                     b'{"text":"' + b'\\u0061' * n + b'"}', b'{"text":"' + b'\\' * n):
            done = self.clean('--format=jsonl', stdin=line + b'\n', timeout=600)
            self.assertIn(done.status, (0, 2, 3), repr(done)[:300])
            self.assertEqual(done.out, line + b'\n')

    def test_tables(self):
        n = self.scale(1_000_000)
        for text in (b'text\n"' + b'a' * n, b'text\n' + b'"' * n, b'text' + b',' * n + b'\n' + b',' * n + b'\n', b'text\n' + b'"a""' * n,
                     b'text\n' + b'\r' * n):
            done = self.clean('--format=csv', stdin=text, timeout=600)
            self.assertIn(done.status, (0, 2, 3), repr(done)[:300])

    def test_row_of_many_cells(self):
        """Only the cells that are asked for stand in memory."""
        n = self.scale(64 * MIB)
        for options, text in (((), b'text\n' + b',' * n + b'\n'), (('--column', 'text'), b',' * n + b'text\n'), (('--column', '2'), b',' * n + b'\n')):
            self.ends(text, '--format=csv', *options, most=800)

    def test_one_token(self):
        """Of 100 MB: letters, digits, marks, invalid bytes. The text itself and a copy stand in memory, not its tokens."""
        size = self.scale(100 * MIB)
        self.ends(b'x' * size + b'\n', most=900)
        for token in (b'1', b'\xff', b"'", b'a-', b'.', b'http://example.com/'):
            self.ends(token * (size // 20 // len(token)) + b'\n', most=900)

    def test_quotes(self):
        n = self.scale(1_000_000)
        for mark in ('“', '"'):
            self.ends(mark.encode() * n, most=900)
        for mark in ('"word ', "'word ", '‘', '«', '” ', '"“‘\'', '(“'):
            self.ends(mark.encode() * (n // 20), most=900)

    def test_one_sentence(self):
        n = self.scale(20_000)
        self.ends(b'word, ' * n, most=900)
        self.ends(b'A. ' * n, most=900)
        self.ends('e\u0301\u0302'.encode() * n, most=900)
        self.ends(b'\r\n' * n + b'\t' * n + '\u2028'.encode() * n, most=900)

    def test_spintax(self):
        n = self.scale(20_000)
        for piece in (b'{a|', b'{', b'{a|b}', b'{|', b'a|b}', b'{{a|b}|', b'{a}'):
            done = self.ends(piece * n, most=900, unchanged=False)
            self.assertEqual(done.status, 0, piece)
        self.ends(b'{' * n + b'a|b' + b'}' * n, most=900, unchanged=False)
        self.ends(b'{' + b'a|' * n + b'b}', most=900, unchanged=False)

    def test_braces(self):
        """Of which none closes, far off, or each a good group, on one long line."""
        n = self.scale(10 * MIB)
        self.ends(b'{' * n + b'a|b', most=900)
        self.ends(b'[{ ' * (n // 3) + b'a|b', most=900)
        self.ends(b'A good word. ' + b'{a|b} ' * (self.scale(MIB) // 60) + b'\n', most=900, unchanged=False)

    def test_spun_without_end(self):
        """All of it is damage: there are edits to make, and each has its reasons."""
        n = self.scale(1000)
        done = self.ends(SPUN * n, most=1500, unchanged=False)
        self.assertEqual(done.out.count(b' help '), n)
        self.ends(b'lend a hand ' * (8 * n), '--assume-spun', most=900, unchanged=False)


if __name__ == '__main__':
    harness.main()
