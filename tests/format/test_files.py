"""Files that are packed, in other encodings, damaged, or not what their name says."""
import gzip
import json
import lzma
import pathlib
import shutil
import subprocess
import unittest

from steady import SteadyCase, harness

SPUN = harness.SPUN

PLAIN = SPUN.replace(b'govt', b'government').replace(b'fairway gentle', b'green light').replace(b'lend a hand', b'help')
EXAMPLES = pathlib.Path(__file__).resolve().parent
ACCENTS = 'The café in Bogotá paid £5 for a piñata, and the naïve waiter said “no”. ' * 3


class Accented(SteadyCase):
    TEXTS = (SPUN.decode(), ACCENTS)


def zstd(*args, data):
    return subprocess.run(['zstd', '-q', *args, '-c'], input=data, capture_output=True, check=True).stdout


class Packed(Accented):
    PACKERS = {'.gz': (gzip.compress, gzip.decompress), '.xz': (lzma.compress, lzma.decompress)}
    if shutil.which('zstd'):
        PACKERS['.zst'] = (lambda d: zstd(data=d), lambda d: zstd('-d', data=d))

    def test_in_and_out(self):
        for suffix, (pack, unpack) in self.PACKERS.items():
            self.assertEqual(self.ok(stdin=pack(SPUN)).out, PLAIN, suffix)  # as zcat would: standard output is not packed
            self.write('a.txt' + suffix, pack(SPUN))
            self.ok('-i', 'a.txt' + suffix)
            self.assertEqual(unpack((self.dir / f'a.txt{suffix}').read_bytes()), PLAIN)
            self.write('plain.txt', SPUN)
            self.ok('-o', 'b.txt' + suffix, 'plain.txt')
            self.assertEqual(unpack((self.dir / f'b.txt{suffix}').read_bytes()), PLAIN)

    def test_format_by_the_name_inside(self):
        page = b'<p title="The govt">' + SPUN
        self.write('a.html.gz', gzip.compress(page))
        self.assertEqual(self.ok('a.html.gz').out, b'<p title="The govt">' + PLAIN)

    def test_several_members(self):
        self.assertEqual(self.ok(stdin=gzip.compress(SPUN) + gzip.compress(SPUN)).out, PLAIN * 2)
        self.assertEqual(self.ok(stdin=lzma.compress(SPUN) + lzma.compress(SPUN)).out, PLAIN * 2)

    def test_unchanged_is_not_touched(self):
        data = gzip.compress(b'He walked home.\n')
        path = self.write('a.txt.gz', data)
        before = path.stat().st_mtime_ns
        self.ok('-i', 'a.txt.gz')
        self.assertEqual((path.read_bytes(), path.stat().st_mtime_ns), (data, before))

    def test_damage(self):
        for suffix, (pack, _) in self.PACKERS.items():
            data = pack(SPUN * 50)
            self.write('cut' + suffix, data[:-9])
            self.fails('cut' + suffix, because='cut' + suffix + ': ')
            middle = len(data) // 2
            self.write('bad' + suffix, data[:middle] + bytes(b ^ 0x55 for b in data[middle:middle + 8]) + data[middle + 8:])
            done = self.fails('bad' + suffix, because='bad' + suffix + ': ')
            self.assertEqual(done.out, b'')
        self.fails(stdin=gzip.compress(SPUN) + b'more', because='garbage')

    def test_bomb(self):
        bomb = gzip.compress(gzip.compress(b' ' * (1 << 26)) * 30)
        self.fails(stdin=gzip.compress(b' ' * (1 << 27)), because='a bomb?')
        self.assertLess(len(bomb), 1 << 20)

    def test_edits_are_those_of_the_text(self):
        self.write('a.txt.gz', gzip.compress(SPUN))
        done = self.ok('--json', '-i', 'a.txt.gz')
        edits = json.loads(done.out)
        self.assertEqual(edits['input']['bytes'], len(SPUN))
        (self.dir / 'e.json').write_bytes(done.out)
        self.ok('-i', '--undo', 'e.json', 'a.txt.gz')
        self.assertEqual(gzip.decompress((self.dir / 'a.txt.gz').read_bytes()), SPUN)


class Encodings(Accented):
    def test_kept(self):
        text = ACCENTS + SPUN.decode()
        for name, encoding, mark in (('utf-8', 'utf-8', b''), ('cp1252', 'cp1252', b''), ('utf-8-sig', 'utf-8', b'\xef\xbb\xbf'),
                                     ('utf-16-le', 'utf-16-le', b'\xff\xfe'), ('utf-16-be', 'utf-16-be', b'\xfe\xff'),
                                     ('utf-32-le', 'utf-32-le', b'\xff\xfe\0\0'), ('utf-32-be', 'utf-32-be', b'\0\0\xfe\xff')):
            done = self.ok('--assume-spun', stdin=mark + text.encode(encoding))
            self.assertEqual(done.out, mark + (ACCENTS + PLAIN.decode()).encode(encoding), name)

    def test_latin_1(self):
        accents = ACCENTS.replace('“', '"').replace('”', '"')
        done = self.ok('--assume-spun', stdin=(accents + SPUN.decode()).encode('latin-1'))
        self.assertEqual(done.out, (accents + PLAIN.decode()).encode('latin-1'))

    def test_forced(self):
        text = 'Цена и ' + SPUN.decode()
        done = self.ok('--assume-spun', '--encoding', 'KOI8-R', stdin=text.encode('koi8-r'))
        self.assertEqual(done.out, ('Цена и ' + PLAIN.decode()).encode('koi8-r'))
        self.fails('--encoding', 'KOI9', stdin=SPUN, because="no encoding 'KOI9'")
        self.fails('--encoding', 'ASCII', stdin='naïve'.encode(), because='byte 2 is not ASCII')
        self.fails('--encoding', 'UTF-16LE', stdin=b'abc', because='is not UTF-16LE')

    def test_edits_and_undo(self):
        given = b'\xff\xfe' + (ACCENTS + SPUN.decode()).encode('utf-16-le')
        self.write('a.txt', given)
        done = self.ok('--assume-spun', '--json', '-i', 'a.txt')
        for edit in json.loads(done.out)['edits']:
            self.assertEqual((ACCENTS + SPUN.decode())[edit['begin_cp']:edit['end_cp']], edit['before'])
        (self.dir / 'e.json').write_bytes(done.out)
        self.assertNotEqual((self.dir / 'a.txt').read_bytes(), given)
        self.ok('-i', '--undo', 'e.json', 'a.txt')
        self.assertEqual((self.dir / 'a.txt').read_bytes(), given)

    def test_diff(self):
        """In the encoding of the file, so that patch can use it; but not its name. UTF-16 is nothing for patch, and shown in UTF-8."""
        words = 'Ein naïver Café-Kellner. '
        for name, encoding, accents in (('naïve café.txt', 'ISO-8859-1', words), ('naïve.txt', 'koi8-r', 'Цена и '), ('naïve\udce9.txt', 'cp1252', words)):
            given = (accents + SPUN.decode()).encode(encoding)
            self.write(name, given)
            options = ('--assume-spun', '--encoding', encoding)
            diff = self.ok(*options, '--diff', name).out
            self.assertTrue(diff.split(b'\n')[0].isascii(), diff)
            self.assertIn(b'\n-' + given, diff)
            wanted = self.ok(*options, name).out
            self.assertNotEqual(wanted, given)
            if shutil.which('patch'):
                subprocess.run(['patch', '-s', '-p1'], input=diff, cwd=self.dir, check=True)
                self.assertEqual((self.dir / name).read_bytes(), wanted)
        for encoding in ('utf-16', 'utf-32'):
            self.write('wide.txt', (words + SPUN.decode()).encode(encoding))
            self.assertIn(b'\n-' + (words + SPUN.decode()).encode(), self.ok('--assume-spun', '--diff', 'wide.txt').out)

    def test_broken(self):
        self.fails(stdin=b'\xff\xfe' + 'The govt'.encode('utf-16-le') + b'x', because='is not UTF-16LE')
        self.fails(stdin=b'\xff\xfe' + b'\x00\xd8' + 'The govt'.encode('utf-16-le'), because='is not UTF-16LE')
        self.fails(stdin='The govt'.encode('utf-16-le'), because='is a binary file: a NUL byte at offset 1')
        # a stray byte in UTF-8 is no other encoding
        text = ('naïve café ' * 5).encode() + b'\xff ' + SPUN
        self.assertEqual(self.ok('--assume-spun', stdin=text).out, text.replace(SPUN, PLAIN))


class Records(Accented):
    def test_bad_lines(self):
        line = json.dumps({'text': SPUN.decode()}).encode()
        good = json.dumps({'text': PLAIN.decode()}).encode()
        bad = [b'no json', b'{"text": "x"', b'{"text": "\tx"}', b'["x"]', b'{"text": "x"} y', b'{"a": "\\x"}', b'"text"', b'{"a": 01}',
               b'{"a":}', b'{,}', b'{"a": 1,}', b'\xff\xfe\xfd', b'{"text": "' + b'[' * 10 + b'"'  , b'{"a": ' + b'[' * 100000]
        for text in bad:
            done = self.clean('--format', 'jsonl', '--rejects', 'bad', stdin=line + b'\n' + text + b'\n\n' + line)
            self.assertEqual(done.status, 3, done)
            self.assertEqual(done.out, good + b'\n' + text + b'\n\n' + good, text)
            self.assertEqual((self.dir / 'bad').read_bytes(), text + b'\n')
            self.assertEqual(len(done.err.splitlines()), 1, done)
            self.assertIn(b'2', done.err)

    def test_bad_rows(self):
        rows = [b'id,text', b'1,' + SPUN[:-1].replace(b',', b';'), b'2', b'3,"x"y', b'4,ok', b'5,"open']
        done = self.clean('--format', 'csv', '--rejects', 'bad', '--assume-spun', stdin=b'\n'.join(rows))
        self.assertEqual(done.status, 3, done)
        self.assertEqual(done.out, b'\n'.join(rows).replace(SPUN[:-1].replace(b',', b';'), PLAIN[:-1].replace(b',', b';')))
        self.assertEqual((self.dir / 'bad').read_bytes(), b'2\n3,"x"y\n5,"open\n')

    def test_columns(self):
        text = SPUN[:-1].replace(b',', b'')
        plain = PLAIN[:-1].replace(b',', b'')
        table = b'a,b,a c\n' + b','.join([text] * 3) + b'\n'
        for columns, done in ((['a c'], (2,)), (['2'], (1,)), (['a', 'b'], (0, 1)), (['3', '1', '1'], (0, 2))):
            options = [x for c in columns for x in ('--column', c)]
            want = b'a,b,a c\n' + b','.join(plain if i in done else text for i in range(3)) + b'\n'
            self.assertEqual(self.ok('--format', 'csv', *options, stdin=table).out, want)
        self.fails('--format', 'csv', '--column', 'd', stdin=table, because="no column 'd'; there are: a, b, a c")
        self.fails('--format', 'csv', stdin=table, because="no column 'text'")

    def test_fields(self):
        text = SPUN.decode()
        record = {'a': text, 'b': {'c': text, 'd': [text]}, 'text': text}
        for fields, places in ((['a'], ['a']), (['b.c', 'text'], ['c', 'text']), ([], ['text']), (['x'], [])):
            options = [x for f in fields for x in ('--field', f)]
            done = self.ok('--format', 'jsonl', *options, stdin=json.dumps(record).encode(), status=3 if fields == ['x'] else 0)
            new = json.loads(done.out)
            for key, value in (('a', new['a']), ('c', new['b']['c']), ('text', new['text'])):
                self.assertEqual(value, PLAIN.decode() if key in places else text)
            self.assertEqual(new['b']['d'], [text])

    def test_mark_before_a_quoted_cell(self):
        """A byte order mark is no part of the first cell: quotation marks behind it count, whatever the way to the column."""
        text, plain = SPUN[:-1], PLAIN[:-1]
        for name, between in (('csv', b','), ('tsv', b'\t')):
            for header in ([b'"text"', b'"id"'], [b'"a' + between + b' b"', b'text', b'notes']):
                row = [b'"' + text + b'"' if h == b'"text"' else text.replace(b',', b'') if h in (b'text', b'notes') else b'x' for h in header]
                want = [c.replace(text, plain).replace(text.replace(b',', b''), plain.replace(b',', b'')) if b'text' in h else c
                        for h, c in zip(header, row)]
                given = b'\xef\xbb\xbf' + between.join(header) + b'\r\n' + between.join(row) + b'\r\n'
                self.write('x.' + name, given)
                wanted = given[:-len(between.join(row)) - 2] + between.join(want) + b'\r\n'
                self.assertEqual(self.ok('x.' + name).out, wanted, 'whole')
                self.assertEqual(self.ok('--format', name, stdin=given).out, wanted, 'as a stream')
        for name in ('csv', 'tsv'):
            self.assertEqual(self.ok('--format', name, '--column', '1', stdin=b'\xef\xbb\xbf"' + text + b'"\n').out, b'\xef\xbb\xbf"' + plain + b'"\n')
        self.fails('--format', 'csv', '--column', 'b', stdin=b'\xef\xbb\xbf"a, b",c\n', because='there are: a, b, c')

    def test_keys_that_are_not_the_field(self):
        text = json.dumps(SPUN.decode())
        for field, line in (('text', '{"": {"text": %s}}'), ('text', '{"te\\ud800xt": %s}'), ('text', '{"\\udc00text": %s}'), ('a.b', '{"a": {"": {"b": %s}}}'),
                            ('a.b', '{"": {"a": {"b": %s}}}'), ('text', '{"text\\u0000": %s}')):
            given = (line % text).encode() + b'\n'
            self.assertEqual(self.ok('--format', 'jsonl', '--field', field, stdin=given, status=3).out, given, line)
        self.assertIn(b'government', self.ok('--format', 'jsonl', '--field', 'a..b', stdin=('{"a": {"": {"b": %s}}}' % text).encode()).out)

    def test_nothing_in_nothing_out(self):
        for name in ('text', 'html', 'markdown', 'jsonl', 'csv', 'tsv', 'auto'):
            self.assertEqual(self.ok('--format', name, stdin=b'').out, b'')

    def test_diff_and_undo(self):
        for path in sorted(EXAMPLES.glob('*.*')):
            if path.suffix not in ('.html', '.md', '.jsonl', '.csv', '.tsv'):
                continue
            given = path.read_bytes()
            self.write(path.name, given)
            edits = self.ok('--assume-spun', '--json', path.name).out
            self.write('e.json', edits)
            diff = self.ok('--assume-spun', '--diff', '-i', path.name).out
            self.assertNotEqual((self.dir / path.name).read_bytes(), given)
            self.assertTrue(diff.startswith(b'--- a/'))
            if shutil.which('patch') and b'\r' not in given:
                subprocess.run(['patch', '-s', '-R', '-p1'], input=diff, cwd=self.dir, check=True)
                self.assertEqual((self.dir / path.name).read_bytes(), given)
                self.ok('--assume-spun', '-i', path.name)
            self.ok('-i', '--undo', 'e.json', path.name)
            self.assertEqual((self.dir / path.name).read_bytes(), given)


class Hostile(Accented):
    def test_pages(self):
        for page in (b'<', b'<p', b'<!--', b'<p a="', b'&', b'&#', b'&#x110000;', b'<script>', b'<table><td><table>', b'</p></p>', b'<p>\xff\xfe<b',
                     b'<svg><p>x', b'<![CDATA[x]]>', b'<?php x ?>', b'<a' * 3000, b'<b>' * 3000 + b'x', b'<p>' * 20000, b'<br>' * 20000,
                     b'<table>x' * 500, b'&amp;' * 3000, b'\xef\xbb\xbf<p>x', b'<!doctype', b'<plaintext>x</plaintext>', b'<p>\r'):
            self.assertEqual(self.ok('--format', 'html', '--assume-spun', stdin=page).out, page)
        self.fails('--format', 'html', stdin=b'<div>' * 200000 + b'x', because='open tags')

    def test_markdown(self):
        for text in (b'`', b'```', b'[' * 5000, b'*' * 5000, b'> ' * 500 + b'x', b'---\n', b'---\nx', b'\xef\xbb\xbf# x', b'\\', b'&', b'<', b'|a|\n|-',
                     b'[x]: ', b'![', b'\xff\xfe\xfd', b'- ' * 300 + b'x', b'<!--', b'a  ', b'\r\r\r', b'+++\nx\n+++\n'):
            if text == b'\xff\xfe\xfd':
                continue  # that would be UTF-16
            self.assertEqual(self.ok('--format', 'markdown', '--assume-spun', stdin=text).out, text)

    def test_names_and_contents(self):
        page = b'<!DOCTYPE html><p title="The govt">' + SPUN
        want = b'<!DOCTYPE html><p title="The govt">' + PLAIN
        self.assertEqual(self.ok(stdin=page).out, want)
        self.assertEqual(self.ok('--format', 'text', '--assume-spun', stdin=page).out.count(b'government'), 2)
        self.write('page.txt', page)
        self.assertEqual(self.ok('--format', 'html', 'page.txt').out, want)
        line = json.dumps({'text': SPUN.decode(), 'x': 'The govt'}).encode() + b'\n'
        self.assertEqual(self.ok(stdin=line).out, json.dumps({'text': PLAIN.decode(), 'x': 'The govt'}).encode() + b'\n')
        self.fails('--format', 'rtf', stdin=b'', because='--format')


if __name__ == '__main__':
    harness.main()
