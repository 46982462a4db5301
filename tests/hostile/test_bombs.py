"""Files that unpack to far more than they are: refused in one line with status 2, in memory that does not follow them."""
import gzip
import lzma
import pathlib
import random
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'cli'))
import harness
from harness import SPUN, Case

MIB = 1 << 20


class Bombs(Case):
    def refused(self, name, data, *options, most=700 * MIB):
        self.write(name, data)
        done = self.fails(*options, name, because=name + ': ')
        self.assertEqual(done.out, b'', done)
        if not harness.sanitized():
            self.assertLess(done.max_rss_kib * 1024, most, 'memory follows the bomb')
        return done.err.decode()

    def test_gzip(self):
        self.assertIn('a bomb?', self.refused('a.txt.gz', gzip.compress(bytes(300 * MIB), 9)))

    def test_many_members(self):
        """Each is small: the sum is what counts."""
        self.assertIn('a bomb?', self.refused('a.txt.gz', gzip.compress(b' ' * (4 * MIB), 9) * 60))

    def test_xz(self):
        self.assertIn('a bomb?', self.refused('a.txt.xz', lzma.compress(bytes(300 * MIB), preset=1)))

    def test_xz_that_asks_for_memory(self):
        """A dictionary of a gigabyte, for a few bytes of text."""
        filters = [{'id': lzma.FILTER_LZMA2, 'preset': 0, 'dict_size': 1 << 30}]
        self.assertIn('more than 256 MiB of memory', self.refused('a.txt.xz', lzma.compress(SPUN, filters=filters)))

    def test_zstandard(self):
        if not shutil.which('zstd'):
            self.skipTest('no zstd to make one')
        packed = subprocess.run(['zstd', '-19', '-c'], input=bytes(300 * MIB), capture_output=True, check=True).stdout
        self.assertIn('a bomb?', self.refused('a.txt.zst', packed))
        window = subprocess.run(['zstd', '--ultra', '-22', '--long=31', '-c'], input=SPUN * 10, capture_output=True, check=True).stdout
        self.write('b.txt.zst', window)  # a window of 2 GiB: taken if it needs none of it, or refused, but nothing worse
        self.assertIn(self.clean('b.txt.zst').status, (0, 2))

    def test_records(self):
        """A stream of records goes through piece by piece: the limit holds all the same."""
        line = b'{"text":"' + b' ' * (8 * MIB) + b'"}\n'  # long lines: it takes much of the same to reach a thousand to one
        self.assertIn('a bomb?', self.refused('a.jsonl.gz', gzip.compress(line * 20, 9), '-o', 'out.jsonl'))
        self.assertFalse((self.dir / 'out.jsonl').exists())

    def test_one_bomb_among_files(self):
        self.write('a.txt', SPUN)
        self.write('b.txt.gz', gzip.compress(bytes(100 * MIB), 9))
        done = self.fails('-o', 'out', 'a.txt', 'b.txt.gz', because='b.txt.gz: unpacks to more than')
        self.assertIn(b'help', (self.dir / 'out' / 'a.txt').read_bytes())
        self.assertFalse((self.dir / 'out' / 'b.txt.gz').exists(), done)

    def test_other_files_that_are_read(self):
        self.write('bomb.gz', gzip.compress(bytes(100 * MIB), 9))
        self.write('a.txt', SPUN)
        self.fails('--siblings', 'bomb.gz', 'a.txt', because='bomb.gz')

    def test_lists(self):
        """Taken whole or line by line, from a file or a pipe."""
        bomb = gzip.compress((b' ' * (8 * MIB) + b'\n') * 20, 9)
        self.write('list.gz', bomb)
        for kind in ('tsv', 'spintax', 'csv', 'jsonl'):
            for path in ('list.gz', '-'):
                done = self.run_in('phrases', 'import', '--format', kind, '--in', 'table.db', path, stdin=bomb)
                self.assertEqual(done.status, 2, done)
                self.assertIn(b'a bomb?', done.err)
                if not harness.sanitized():
                    self.assertLess(done.max_rss_kib * 1024, 200 * MIB, 'memory follows the bomb')

    ARPA = b'\\data\\\nngram 1=2\nngram 2=1\n\n\\1-grams:\n-1\ta\t-0.5\n-1\tb\n\n\\2-grams:\n-0.5\ta b\n\n\\end\\\n'

    def import_model(self, name, data, status=0):
        self.write(name, data)
        done = self.run_in('model', 'import', '-o', 'out.lm', name)
        self.assertEqual(done.status, status, done)
        self.assertEqual((self.dir / 'out.lm').exists(), status == 0, done)
        if not harness.sanitized():
            self.assertLess(done.max_rss_kib * 1024, 400 * MIB, 'memory follows the bomb')
        return done.err.decode()

    def test_model(self):
        """Lines of nothing before and among the n-grams, n-grams without end, one line without end."""
        begin = self.ARPA[:self.ARPA.index(b'\\end')]
        many = begin.replace(b'2=1', b'2=4000000000')
        gram = b'-0.5\ta b\n'
        for before, piece, because in ((b'', b'\n', 'a bomb?'), (begin, b'\n', 'a bomb?'), (many, gram, 'a bomb?'),
                                       (begin, gram, 'more n-grams than the header says'),
                                       (b'', b'\0\n', 'line too long'), (b'', b'\0', 'line too long')):
            data = gzip.compress(before + piece * (64 * MIB // len(piece)), 9)
            said = self.import_model('a.arpa.gz', data, status=2)
            self.assertRegex(said, r'\Aunspin: a\.arpa\.gz:.*\n\Z')
            self.assertIn(because, said)

    def test_model_of_many_members(self):
        data = gzip.compress(b'\n' * (4 * MIB), 9) * 60
        self.assertIn('a bomb?', self.import_model('a.arpa.gz', data, status=2))

    def test_honest_models_pass(self):
        """A small one, a long one, and one of mostly nothing that is not packed."""
        noise = random.Random(1).randbytes(10 * MIB).hex('\n', 40).encode() + b'\n'
        for data in (gzip.compress(self.ARPA), gzip.compress(noise + self.ARPA, 1), b'\n' * (20 * MIB) + self.ARPA):
            self.assertEqual(self.import_model('a.arpa.gz', data), '')
            (self.dir / 'out.lm').unlink()

    def test_packed_twice_is_packed_once(self):
        """What comes out is not unpacked again."""
        inner = gzip.compress(b' ' * (20 * MIB), 9)
        done = self.fails(stdin=gzip.compress(inner), because='binary file')
        self.assertEqual(done.out, b'')

    def test_honest_files_pass(self):
        text = SPUN * 2000
        for name, data in (('a.txt.gz', gzip.compress(text)), ('a.txt.xz', lzma.compress(text))):
            self.write(name, data)
            self.ok(name)


if __name__ == '__main__':
    harness.main()
