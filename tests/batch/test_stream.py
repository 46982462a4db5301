"""unspin clean as a filter in large pipelines: a line in, a line out, in order, in little memory."""
import gzip
import json
import lzma
import os
import random
import shutil
import subprocess
import threading
import unittest

import trees  # noqa: F401 (finds harness)
import harness
from harness import SPUN, main
from trees import BatchCase, text


def line(n, words=SPUN, pad=0):
    return json.dumps({'id': n, 'text': words.decode(), 'more': [n, None], 'pad': 'x' * pad}).encode() + b'\n'


class Lines(BatchCase):
    def test_a_line_in_a_line_out(self):
        given = [line(n, text(n)) for n in range(120)]
        given[7], given[50], given[119] = b'no JSON\n', b'{"id": 50}\n', given[119].rstrip()
        out = self.ok('--format', 'jsonl', '--rejects', 'bad', status=3, stdin=b''.join(given)).out
        got = out.splitlines(keepends=True)
        self.assertEqual(len(got), 120)
        self.assertEqual((got[7], got[50]), (given[7], given[50]))
        self.assertEqual((self.dir / 'bad').read_bytes(), given[7])
        self.assertFalse(out.endswith(b'\n'))
        for n, one in enumerate(got):
            if n not in (7, 50):
                self.assertEqual(json.loads(one)['id'], n)
                self.assertIn('The government ', one.decode())
        # in blocks, whole, on one thread, on many: the same bytes
        self.write('x.jsonl', b''.join(given))
        for args in (('x.jsonl',), ('-j1', 'x.jsonl'), ('-j8', '--format=jsonl', '-')):
            self.assertEqual(self.ok(*args, status=3, stdin=b''.join(given)).out, out)

    def test_large_file_in_blocks(self):
        """Over the size from which files are cut."""
        given = b''.join(line(n, b'Hello, reader %d.' % n if n % 50 else SPUN, pad=4000) for n in range(400))
        self.assertGreater(len(given), 1 << 20)
        self.write('x.jsonl', given)
        self.ok('-o', 'out', 'x.jsonl')
        out = (self.dir / 'out').read_bytes()
        self.assertEqual(out, self.ok('--format', 'jsonl', stdin=given).out)
        self.assertEqual([json.loads(one)['id'] for one in out.splitlines()], list(range(400)))
        # in place, by way of a journal: once
        self.batch('-i', '--journal', 'j', 'x.jsonl')
        self.assertEqual((self.dir / 'x.jsonl').read_bytes(), out)
        inode = (self.dir / 'x.jsonl').stat().st_ino
        self.assertIn(b'current    1 of', self.batch('-i', '--journal', 'j', '--resume', 'x.jsonl').err)
        self.assertEqual((self.dir / 'x.jsonl').stat().st_ino, inode)

    def test_encoding_holds_for_streams_too(self):
        """What looks like UTF-8 as far as one looks may be Latin-1 behind it, if it is said to be."""
        rows = ['id,body\n'] + [f'{n},Hello.\n' for n in range(20000)] + ['7,"A café. ' + SPUN.decode().strip() + '"\n']
        given = ''.join(rows).encode('latin1')
        options = ('--encoding', 'latin1', '--format', 'csv', '--column', 'body', '--assume-spun')
        out = self.ok(*options, stdin=given).out
        self.assertIn('é. The government'.encode('latin1'), out)
        self.assertNotIn('é'.encode(), out)
        self.write('big.csv', given + b'8,Hello.\n' * 120000)
        self.ok(*options, '-o', 'out.csv', 'big.csv')
        self.assertEqual((self.dir / 'out.csv').read_bytes(), out + b'8,Hello.\n' * 120000)
        # and UTF-8 still goes through in blocks
        utf8 = line(1) * 5
        self.assertEqual(self.ok('--encoding', 'utf-8', '--format', 'jsonl', stdin=utf8).out, self.ok('--format', 'jsonl', stdin=utf8).out)

    def test_rejects_go_into_no_input(self):
        given = b'bad\n' + line(1)
        (self.dir / 'in').mkdir()
        for name in 'x.jsonl', 'in/y.jsonl', 'in/bad.jsonl':
            self.write(name, given)
        os.link(self.dir / 'x.jsonl', self.dir / 'other name')
        for name in 'x.jsonl', 'other name':
            self.fails('-q', '--rejects', name, 'in', 'x.jsonl', because=f'{name}: --rejects would overwrite what is to be read')
        with open(self.dir / 'x.jsonl', 'rb') as file:
            done = subprocess.run([harness.PROGRAM, 'clean', '--rejects', 'x.jsonl'], stdin=file, cwd=self.dir, capture_output=True, timeout=60)
        self.assertEqual((done.returncode, done.stdout), (2, b''), done)
        self.assertEqual((self.dir / 'x.jsonl').read_bytes(), given)
        # met on a walk it is what an earlier run wrote
        done = self.clean('-o', 'out', '--rejects', 'in/bad.jsonl', 'in')
        self.assertEqual(done.status, 3, done)
        self.assertEqual((self.dir / 'in/bad.jsonl').read_bytes(), b'bad\n')
        self.assertEqual(os.listdir(self.dir / 'out'), ['y.jsonl'])
        self.write('list', b'in/y.jsonl\nin/bad.jsonl\n')
        done = self.clean('-o', 'out2', '--rejects', 'in/bad.jsonl', '--files-from', 'list')
        self.assertIn(b'in/bad.jsonl: rejects are written there, so it cannot be read', done.err)
        self.assertEqual(done.status, 2)

    def test_no_file_is_its_own_output(self):
        """Large ones neither."""
        given = b''.join(line(n, b'Hello, reader %d.' % n, pad=4000) for n in range(400))
        self.write('x.jsonl', given)
        self.write('x.jsonl.gz', gzip.compress(bytes(os.urandom(1 << 18)) + given))
        for name in 'x.jsonl', './x.jsonl', 'x.jsonl.gz':
            before = (self.dir / name).stat().st_ino
            self.fails('-o', '.', name, because='would be its own output (use -i)')
            self.assertEqual((self.dir / name).stat().st_ino, before)
        self.assertEqual((self.dir / 'x.jsonl').read_bytes(), given)

    def test_long_first_line_in_another_encoding(self):
        """Longer than what is looked at: it is decoded all the same, as it would be after a shorter one."""
        for encoding, words in (('shift_jis', '\u8868\u793a\u3092\u80fd\u529b\u3067\u8868\u3059\u3002'), ('utf-16', 'caf\u00e9 ')):
            given = json.dumps({'text': SPUN.decode() + '\n' + words * 12000}, ensure_ascii=False) + '\n'
            self.assertGreater(len(given.encode(encoding)), 1 << 16)
            out = self.ok('--format', 'jsonl', '--assume-spun', stdin=given.encode(encoding)).out
            self.assertEqual(json.loads(out.decode(encoding))['text'].split('\n')[2], words * 12000)
            self.assertIn('The government ', out.decode(encoding))

    def test_empty(self):
        for args in ((), ('--format', 'jsonl'), ('--format', 'csv')):
            done = self.ok(*args, stdin=b'')
            self.assertEqual((done.out, done.err), (b'', b''))

    def test_reader_that_goes_away(self):
        given = b''.join(line(n, b'Hello, reader.', pad=1000) for n in range(300))
        self.write('x.jsonl', given)
        done = subprocess.run(f'"{harness.PROGRAM}" clean --format jsonl < x.jsonl | head -n 1; echo ${{PIPESTATUS[0]}}', shell=True,
                              executable='/bin/bash', cwd=self.dir, capture_output=True, timeout=120)
        self.assertEqual(done.stderr, b'')
        self.assertEqual(done.stdout, line(0, b'Hello, reader.', pad=1000) + b'141\n')

    def test_packed(self):
        given = b''.join(line(n) for n in range(20))
        want = self.ok('--format', 'jsonl', stdin=given).out
        self.write('x.jsonl.gz', gzip.compress(given))
        self.ok('-o', 'out/', 'x.jsonl.gz')
        self.assertEqual(gzip.decompress((self.dir / 'out/x.jsonl.gz').read_bytes()), want)
        self.assertEqual(self.ok('x.jsonl.gz').out, want)
        self.write('x.jsonl', given)
        self.ok('-o', 'y.jsonl.gz', 'x.jsonl')
        self.assertEqual(gzip.decompress((self.dir / 'y.jsonl.gz').read_bytes()), want)
        self.write('latin.jsonl', '{"text": "Café"}\n'.encode('utf-16'))
        self.assertIn(b'cannot be shared out', self.batch('-o', 'o', '--shard', '1/2', 'latin.jsonl', status=2).err)

    def test_packed_in_blocks(self):
        """What is packed goes through block by block as well, and its lines can be shared out."""
        noise = random.Random(1)
        pads = [noise.randbytes(900).hex() for n in range(400)]
        given = b''.join(line(n, SPUN if n % 50 == 0 else b'Hello.', pad=0)[:-2] + f', "noise": "{pads[n]}"}}\n'.encode() for n in range(400))
        clean = given.replace(SPUN.strip(), b'Hello.')
        want = self.ok('--format', 'jsonl', stdin=given).out
        self.assertNotEqual(want, given)
        for suffix, pack, unpack in (('gz', lambda b: gzip.compress(b, 1), gzip.decompress), ('xz', lzma.compress, lzma.decompress)):
            with self.subTest(suffix):
                name = f'x.jsonl.{suffix}'
                self.write(name, pack(given))
                self.assertEqual(self.ok('-j3', name).out, want)
                self.ok('-o', 'out/', name)
                whole = (self.dir / 'out' / name).read_bytes()
                self.assertEqual(unpack(whole), want)
                for shard in '123':
                    self.batch('-q', '-o', 'shards', '--shard', f'{shard}/3', name)
                self.batch('-q', '--merge', '-o', 'shards')
                self.assertEqual((self.dir / 'shards' / name).read_bytes(), whole)
                shutil.rmtree(self.dir / 'shards')
                # nothing to restore: not a byte is another, although we would not have packed it so
                packed = self.write('clean.jsonl.' + suffix, pack(clean)).read_bytes()
                self.ok('-o', 'out/', 'clean.jsonl.' + suffix)
                self.assertEqual((self.dir / 'out' / f'clean.jsonl.{suffix}').read_bytes(), packed)
                self.write('cut.' + name, pack(given)[:300000])
                self.fails('-o', 'out/', 'cut.' + name, because='the end is missing')
                self.assertFalse((self.dir / 'out' / ('cut.' + name)).exists())
        self.write('x.jsonl', given)
        for name in ('y.jsonl.zst', 'y.jsonl.gz'):
            self.ok('-o', name, 'x.jsonl')
            self.assertEqual(self.ok(name).out, want)

    def test_field_that_is_nowhere(self):
        given = b''.join(line(n) for n in range(3))
        self.write('x.jsonl', given)
        self.write('big.jsonl', given + b''.join(line(n, b'', pad=2000) for n in range(1000)))
        for command in ('clean', 'detect'):
            for args, names in ((('--field', 'body', 'x.jsonl'), ['body']), (('--field', 'id', 'x.jsonl'), ['id']),
                                (('--field', 'body', '--field', 'text', '--field', 'more', 'big.jsonl'), ['body', 'more'])):
                done = self.run_in(command, *args)
                self.assertEqual(done.status, 3, done)
                self.assertEqual(done.err.decode().splitlines(), [f"unspin: {args[-1]}: no record has a string '{n}'" for n in names])
            done = self.run_in(command, '--format', 'jsonl', stdin=b'{"body": "Hello."}\n')
            self.assertEqual((done.status, done.err), (3, b"unspin: <stdin>: no record has a string 'text' (--field KEY names another)\n"))
            for args in (('x.jsonl',), ('--field', 'text', '--field', 'pad', 'big.jsonl')):
                done = self.run_in(command, *args)
                self.assertEqual((done.status, done.err), (0, b''), done)

    def test_records_are_counted(self):
        self.write('x.jsonl', b''.join(line(n, SPUN if n else b'Hello.', pad=3000) for n in range(500)))
        self.ok('--report', 'rows', '--stats=stats', '--field', 'text', '--field', 'pad', 'x.jsonl')
        self.assertEqual(json.loads((self.dir / 'rows').read_bytes())['documents'], 1000)
        self.assertEqual(json.loads((self.dir / 'stats').read_bytes())['documents'], 1000)

    def test_memory(self):
        """Small sister of stream_bench.py: ten times as much needs hardly more."""
        if harness.sanitized():
            self.skipTest('memory tells nothing under a sanitizer')
        block = b''.join(line(n, b'', pad=2000) for n in range(2000))
        small, large = (self.ok('-j2', '--format', 'jsonl', stdin=block * n) for n in (1, 10))
        self.assertEqual(large.out, block * 10)
        self.assertLess(large.max_rss_kib, 1.2 * small.max_rss_kib)


class Pipes(BatchCase):
    def test_packed_and_unchanged(self):
        """A pipe cannot be read a second time to take over its bytes."""
        lines = b'{"text": "Hello."}\n' * 5000
        os.mkfifo(self.dir / 'pipe')
        writer = threading.Thread(target=(self.dir / 'pipe').write_bytes, args=(gzip.compress(lines),), daemon=True)
        writer.start()
        self.ok('--format', 'jsonl', '-o', 'out.jsonl.gz', 'pipe')
        writer.join(60)
        self.assertEqual(gzip.decompress((self.dir / 'out.jsonl.gz').read_bytes()), lines)


class Config(BatchCase):
    def setUp(self):
        super().setUp()
        self.write('a.txt', SPUN)
        (self.dir / 'sub/deep').mkdir(parents=True)

    def protects(self, *args, cwd='.'):
        return b'govt' in harness.run('clean', *args, stdin=SPUN, cwd=self.dir / cwd).out

    def test_found_upwards(self):
        self.assertFalse(self.protects())
        self.write('.unspin', b'; ours\n[clean]\nprotect = govt\n  fairway gentle\n')
        self.assertTrue(self.protects())
        self.assertTrue(self.protects(cwd='sub/deep'))
        self.assertIn(b'fairway gentle', self.ok(stdin=SPUN).out)
        self.assertFalse(self.protects('--no-config'))
        self.write('other', b'[clean]\nquotes = true\n')
        self.assertFalse(self.protects('--config', 'other'))
        (self.dir / 'sub/.unspin').mkdir()  # a project's folder; it may hold nothing but a phrase table
        self.assertTrue(self.protects(cwd='sub/deep'))
        self.write('sub/.unspin/config', b'[clean]\nprotect-file = words\n')
        self.write('sub/words', b'hand\n')
        self.assertFalse(self.protects(cwd='sub/deep'))
        self.assertIn(b'hand', harness.run('clean', stdin=SPUN, cwd=self.dir / 'sub/deep').out)

    def test_command_line_has_the_last_word(self):
        self.write('.unspin', b'[clean]\nmin-confidence = 1\njobs = 1\n[batch]\nexclude = a.txt\n')
        self.assertEqual(self.ok(stdin=SPUN).out, SPUN)
        self.assertNotEqual(self.ok('--min-confidence', '0', stdin=SPUN).out, SPUN)
        self.assertIn(b'1 excluded', self.batch('-o', 'out', '.').err)

    def test_dump(self):
        self.write('.unspin', b'[clean]\nprotect = a b\ndialect = gb\n')
        out = self.ok('--dump-config', '--dialect', 'us', '--protect', 'c', '-j4').out.decode()
        self.assertEqual(out, f'# {os.path.realpath(self.dir)}/.unspin\n[clean]\nprotect = a b\ndialect = us\nprotect = c\njobs = 4\n'
                              '; format = auto\n; min-confidence = 0\n')
        # what is printed can be read
        want = out.split('\n', 1)[1]
        self.write('.unspin', out.encode())
        self.assertEqual(self.ok('--dump-config').out.decode().split('\n', 1)[1], want)

    def test_faults(self):
        for config, because in ((b'[clean]\nnonsense = 1\n', "no such setting: 'nonsense'"), (b'[clean]\noutput = x\n', 'cannot be set here'),
                                (b'quotes = true\n', 'before any section'), (b'[cleam]\nquotes = true\n', "no such section: 'cleam'"),
                                (b'[clean]\nquotes = maybe\n', "neither true nor false: 'maybe'"),
                                (b'[clean]\ndialect = au\n', "--dialect: not gb, us or auto: 'au'"),
                                (b'[clean]\n\nquotes\n', '.unspin:3: neither [section] nor name = value'),
                                (b'[clean]\nprotect = ' + b'x' * 300, '.unspin:2: this line is longer'),
                                (b'[clean]\nprotect-file = missing\n', 'missing: cannot open')):
            self.write('.unspin', config)
            done = self.fails('a.txt', because=because)
            self.assertEqual(done.out, b'')


if __name__ == '__main__':
    main()
