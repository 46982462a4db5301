"""Input that is missing, hostile, broken or huge."""
import os
import pathlib
import unittest

import harness
from harness import SAMPLES, SPUN, Case, drop_privileges_over_files, run, sanitized


class Unreadable(Case):
    def test_missing(self):
        done = self.fails('missing.txt', because='missing.txt: cannot open: No such file')
        self.assertEqual(done.out, b'')

    def test_no_permission(self):
        self.write('secret', SPUN).chmod(0)
        done = self.clean('secret', before=drop_privileges_over_files if os.geteuid() == 0 else None)
        if done.status == 126:
            self.skipTest('root here cannot give up its right to read everything')
        self.assertEqual((done.status, done.out), (2, b''), done)
        self.assertEqual(done.err, b'unspin: secret: cannot open: Permission denied\n')

    def test_the_others_are_done(self):
        self.write('a', SPUN)
        text = self.ok('a').out
        done = self.fails('a', 'missing', 'a/b', 'a', because='missing', files=2)
        self.assertEqual(done.out, text + text)

    def test_path_through_a_file(self):
        self.write('a', SPUN)
        self.fails('a/b', because='a/b: cannot open: Not a directory')

    def test_name_too_long(self):
        self.fails('x' * 300, because='File name too long')


class Binary(Case):
    def test_refused(self):
        for at in (0, 5, 200_000):
            text = bytearray(SPUN * 4000)
            text[at] = 0
            done = self.fails(stdin=bytes(text), because='<stdin>: is a binary file: a NUL byte at offset %d' % at)
            self.assertEqual(done.out, b'')
        self.write('image', b'\x89PNG\r\n\x1a\n\0\0\0\rIHDR')
        self.fails('-i', 'image', because='image: is a binary file')

    def test_forced(self):
        text = b'\0\0' + SPUN + b'\0'
        done = self.ok('--force', stdin=text)
        self.assertTrue(done.out.startswith(b'\0\0') and done.out.endswith(b'\n\0'))
        self.assertIn(b' help ', done.out)
        self.assertEqual(self.ok('--force', stdin=bytes(range(256)) * 64).out, bytes(range(256)) * 64)

    def test_utf16(self):
        for encoding in ('utf-16-le', 'utf-16-be'):
            text = '\ufeffThe price'.encode(encoding)
            self.assertEqual(self.ok(stdin=text).out, text)
            self.fails(stdin='The price'.encode(encoding), because='is a binary file: a NUL byte')


class Encoding(Case):
    def test_empty(self):
        self.write('empty', b'')
        for args in ((), ('empty',), ('/dev/null',)):
            done = self.ok(*args)
            self.assertEqual((done.out, done.err), (b'', b''))
        self.assertEqual(self.ok('--check').status, 0)

    def test_empty_needs_no_data(self):
        self.assertEqual(self.ok('--data', 'nowhere').status, 0)

    def test_blank(self):
        for text in (b'\n', b' ', b'\r\n\r\n', b'\t\n \n', b'\n' * 10000):
            self.assertEqual(self.ok(stdin=text).out, text)

    def test_invalid_utf8(self):
        bad = [b'\xff', b'\xc3', b'\xe2\x82', b'\xf0\x9f\x98', b'\xc0\xaf', b'\xed\xa0\x80', b'\xf5\x80\x80\x80', b'\x80\xbf']
        for piece in bad:
            done = self.ok('--assume-spun', stdin=piece + SPUN + b'caf\xe9 ' + piece)
            self.assertTrue(done.out.startswith(piece) and done.out.endswith(b'caf\xe9 ' + piece), done)
            self.assertIn(b' help ', done.out)

    def test_invalid_bytes_inside_a_phrase_part_it(self):
        text = b'They lend \xff a hand. At all\xff times.\n'
        self.assertEqual(self.ok('--assume-spun', stdin=text).out, text)

    def test_crlf(self):
        text = SPUN.replace(b'\n', b'\r\n') * 3
        self.assertEqual(self.ok(stdin=text).out, self.ok(stdin=SPUN * 3).out.replace(b'\n', b'\r\n'))

    def test_bom(self):
        bom = b'\xef\xbb\xbf'
        self.assertEqual(self.ok(stdin=bom + SPUN).out, bom + self.ok(stdin=SPUN).out)
        self.assertEqual(self.ok(stdin=bom).out, bom)

    def test_no_line_end(self):
        self.assertEqual(self.ok(stdin=SPUN[:-1]).out, self.ok(stdin=SPUN).out[:-1])

    def test_odd_characters(self):
        for text in ('\u202ethey lend a hand\u202c', 'a\u0301' * 300, '👩‍👩‍👧‍👦 they lend a hand', '\ufeff' * 9, '\u2028They lend a hand\u2029', 'ﬁﬂ', '\U0010ffff', 'İıſK'):
            out = self.ok('--assume-spun', stdin=text.encode()).out.decode()
            self.assertEqual(out.replace('help', 'lend a hand'), text)


class Huge(Case):
    """One line of 50 MB; of 4 where it is full of English, which the engine weighs word by word, and of 1 where all of it is
    edited. A sanitizer makes that a matter of many minutes: there it is less, unless a fresh release build lies in build/."""

    def program_and_size(self, many, few):
        if not sanitized():
            return harness.PROGRAM, int(many * 1_000_000)
        release = harness.ROOT / 'build' / 'unspin'
        sources = [p.stat().st_mtime for folder in ('src', 'data', 'dict') for p in (harness.ROOT / folder).rglob('*') if p.is_file()]
        if release.exists() and release.stat().st_mtime > max(sources):
            print(f'huge: {many} MB with the release build {release}', flush=True)
            return str(release), int(many * 1_000_000)
        print(f'huge: {few} MB only: this build has sanitizers and there is no fresh release build in build/', flush=True)
        return harness.PROGRAM, int(few * 1_000_000)

    def check(self, unit, *args, many=50, few=8, growth=8):
        program, size = self.program_and_size(many, few)
        text = unit * (size // len(unit))
        path = self.write('huge', text)
        done = run('clean', *args, '-o', 'out', 'huge', cwd=self.dir, program=program, timeout=900)
        self.assertEqual((done.status, done.err), (0, b''), done)
        out = (self.dir / 'out').read_bytes()
        path.unlink()
        print(f'huge: {len(text)} bytes, resident {done.max_rss_kib} KiB', flush=True)
        if program != harness.PROGRAM or not sanitized():
            # a window of 64 KiB without a line end, with all that is weighed in it, makes up most of the 120 MB
            data = sum(p.stat().st_size for p in (pathlib.Path(program).resolve().parent / 'data').iterdir() if p.is_file())
            self.assertLess(done.max_rss_kib * 1024, data + 120e6 + growth * len(text), 'memory grows faster than the input')
        return text, out

    def test_plain_words(self):
        unit = b''.join(path.read_bytes() for path in sorted(SAMPLES.glob('*.plain.txt'))).replace(b'\n', b' ')
        text, out = self.check(unit, many=4, few=0.2)
        self.assertTrue(out == text, 'clean text was changed')

    def test_spun_words(self):
        text, out = self.check(SPUN.replace(b'\n', b' '), '--assume-spun', '--diff', many=1, few=0.05, growth=160)  # reasons and alternatives of three edits in 93 bytes
        self.assertNotIn(b'\n', out)
        for phrase in b'govt', b'fairway gentle', b'lend a hand':
            self.assertLess(out.count(phrase), 0.01 * text.count(phrase))

    def test_one_word(self):
        text, out = self.check(b'abcdefghij')
        self.assertTrue(out == text)

    def test_marks(self):
        for unit in (b'"', b'(', b'.', b'\xe2\x80\x9c', b'a\xcc\x81'):
            text, out = self.check(unit)
            self.assertTrue(out == text)


if __name__ == '__main__':
    harness.main()
