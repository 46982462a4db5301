"""The compiled data: where it is found, and what is said when it is missing or damaged."""
import ctypes.util
import json
import os
import pathlib
import shutil
import sqlite3
import struct
import unittest

import harness
from harness import SPUN, Case, run

FILES = ('phrases.db', 'forms.bin', 'channel.bin', 'expressions.bin', 'engine.tsv', 'weights.tsv', 'plain.lm', 'plain.vec')
COMPILED = FILES[:3]


class Data(Case):
    def setUp(self):
        super().setUp()
        self.built = pathlib.Path(harness.PROGRAM).parent / 'data'
        if not (self.built / 'phrases.db').exists():
            self.skipTest(f'no data beside the program in {self.built}')

    def copy(self):
        shutil.copytree(self.built, self.dir / 'data', ignore=lambda _, names: [n for n in names if n not in FILES])
        return self.dir / 'data'

    def damaged(self, file, why='.'):
        """The message must name the file."""
        done = self.fails('--data', 'data', stdin=SPUN, because=file)
        self.assertIn('data/' + file, done.err.decode())
        self.assertRegex(done.err.decode(), why)
        self.assertEqual(done.out, b'')


class Search(Data):
    def test_option(self):
        self.copy()
        self.assertIn(b' help ', self.ok('--data', 'data', stdin=SPUN).out)
        self.fails('--data', 'nowhere', stdin=SPUN, because='nowhere/')

    def test_environment(self):
        self.copy()
        self.assertIn(b' help ', self.ok(stdin=SPUN, env={'UNSPIN_DATA': 'data'}).out)
        self.fails(stdin=SPUN, env={'UNSPIN_DATA': 'nowhere'}, because='nowhere/')
        self.assertIn(b' help ', self.ok(stdin=SPUN, env={'UNSPIN_DATA': ''}).out)

    def test_option_goes_before_environment(self):
        self.copy()
        self.ok('--data', 'data', stdin=SPUN, env={'UNSPIN_DATA': 'nowhere'})

    def test_beside_the_program(self):
        """Also through a link, from anywhere, whatever the program is called."""
        link = self.dir / 'link'
        link.symlink_to(harness.PROGRAM)
        self.assertIn(b' help ', run('clean', stdin=SPUN, cwd='/', program=str(link)).out)

    def test_program_alone(self):
        """Moved away from its data it looks where it would be installed, and names that."""
        alone = self.dir / 'unspin'
        shutil.copy(harness.PROGRAM, alone)
        done = run('clean', stdin=SPUN, program=str(alone))
        if done.status == 0:
            self.skipTest('unspin is installed here')
        self.assertEqual(done.status, 2, done)
        self.assertRegex(done.err, rb'^unspin: /.*/unspin/\w+\.\w+: ')

    def test_said_once(self):
        self.write('a', SPUN)
        self.fails('--data', 'nowhere', 'a', 'a', 'a', because='nowhere/')


class Missing(Data):
    def test_each_file(self):
        for file in FILES:
            with self.subTest(file):
                data = self.copy()
                (data / file).unlink()
                self.damaged(file, 'No such file')
                (data / file).mkdir()
                self.damaged(file)
                shutil.rmtree(data)

    def test_data_is_a_file(self):
        self.write('data', b'')
        self.fails('--data', 'data', stdin=SPUN, because='data/')

    def test_not_readable(self):
        for file in FILES:
            with self.subTest(file):
                data = self.copy()
                (data / file).chmod(0)
                before = harness.drop_privileges_over_files if os.geteuid() == 0 else None
                done = self.clean('--data', 'data', stdin=SPUN, before=before)
                if done.status == 126:
                    self.skipTest('root here cannot give up its right to read everything')
                self.assertEqual(done.status, 2, done)
                self.assertIn(b'data/' + file.encode(), done.err)
                shutil.rmtree(data)


class Corrupt(Data):
    def test_not_what_it_should_be(self):
        for file in FILES:
            for name, content in (('empty', b''), ('text', b'hello\n'), ('long text', b'hello\n' * 10000), ('zeros', bytes(65536)),
                                  ('the other', None)):
                with self.subTest(file, content=name):
                    data = self.copy()
                    other = (data / FILES[(FILES.index(file) + 1) % len(FILES)]).read_bytes()
                    (data / file).write_bytes(other if content is None else content)
                    self.damaged(file)
                    shutil.rmtree(data)

    def test_cut_short(self):
        for file in COMPILED:
            for share in (0.001, 0.1, 0.5, 0.9, 0.9999):
                with self.subTest(file, share=share):
                    data = self.copy()
                    whole = (data / file).read_bytes()
                    (data / file).write_bytes(whole[:int(len(whole) * share)])
                    self.damaged(file)
                    shutil.rmtree(data)

    def test_flipped_bits(self):
        """Wherever the damage is, it is reported, not believed: these files have checksums."""
        for file in ('forms.bin', 'channel.bin', 'expressions.bin', 'plain.vec'):
            for share in (0.0, 0.01, 0.3, 0.6, 0.999):
                with self.subTest(file, share=share):
                    data = self.copy()
                    whole = bytearray((data / file).read_bytes())
                    whole[int(len(whole) * share)] ^= 0x10
                    (data / file).write_bytes(whole)
                    self.damaged(file)
                    shutil.rmtree(data)

    def test_channel_of_another_dictionary(self):
        """Its word numbers would be nonsense."""
        data = self.copy()
        image = bytearray((data / 'channel.bin').read_bytes())
        image[image.index((data / 'forms.bin').read_bytes()[24:32])] ^= 1  # the dictionary's checksum
        try:
            xxhash = ctypes.CDLL(ctypes.util.find_library('xxhash'))
        except (OSError, TypeError):
            self.skipTest('no shared xxHash')
        xxhash.XXH3_64bits.restype = ctypes.c_uint64
        xxhash.XXH3_64bits.argtypes = ctypes.c_char_p, ctypes.c_size_t
        struct.pack_into('<Q', image, 24, xxhash.XXH3_64bits(bytes(image[32:]), len(image) - 32))
        (data / 'channel.bin').write_bytes(image)
        self.damaged('channel.bin', 'made for another')

    def test_table_with_damaged_pages(self):
        """SQLite pages full of noise: an error, or a result, but nothing worse."""
        import random
        noise = random.Random(1)
        for round in range(8):
            data = self.copy()
            table = bytearray((data / 'phrases.db').read_bytes())
            pages = len(table) // 4096
            for page in noise.sample(range(1, pages), max(1, pages // (round + 2))):
                table[page * 4096:(page + 1) * 4096] = noise.randbytes(4096)
            (data / 'phrases.db').write_bytes(table)
            done = self.clean('--data', 'data', stdin=SPUN)
            self.assertIn(done.status, (0, 2), done)
            if done.status == 2:
                self.assertIn(b'data/phrases.db', done.err)
            shutil.rmtree(data)


class Model(Data):
    """A damaged language model is an error, as a missing one is."""

    def setUp(self):
        super().setUp()
        self.copy()

    def test_it_is_part_of_the_knowledge(self):
        """Results with one and another must not be taken for one another."""
        shipped = json.loads(self.ok('--data', 'data', '--json', stdin=SPUN).out)['knowledge']
        seen = {shipped}
        for file, change in (('plain.lm', (harness.ROOT / 'tests' / 'model' / 'seeds' / 'tiny3.lm').read_bytes()),
                             ('engine.tsv', (self.built / 'engine.tsv').read_bytes() + b'# more\n'),
                             ('weights.tsv', (self.built / 'weights.tsv').read_bytes() + b'# more\n')):
            (self.dir / 'data' / file).write_bytes(change)
            seen.add(json.loads(self.ok('--data', 'data', '--json', stdin=SPUN).out)['knowledge'])
            shutil.copy(self.built / file, self.dir / 'data' / file)
        self.assertEqual(len(seen), 4)

    def test_damaged(self):
        good = (self.built / 'plain.lm').read_bytes()
        newer = bytearray(good[:4096])
        struct.pack_into('<I', newer, 12, struct.unpack_from('<I', newer, 12)[0] + 1)
        for name, content in (('empty', b''), ('text', b'hello\n' * 10000), ('zeros', bytes(65536)), ('begin', good[:1000]),
                              ('half', good[:len(good) // 2]), ('one byte short', good[:-1]), ('one byte more', good + b'x'),
                              ('version', bytes(newer) + good[4096:]), ('dictionary', (self.built / 'forms.bin').read_bytes())):
            with self.subTest(name):
                (self.dir / 'data' / 'plain.lm').write_bytes(content)
                self.damaged('plain.lm')


class Version(Data):
    def test_newer_table(self):
        data = self.copy()
        with sqlite3.connect(data / 'phrases.db') as db:
            version = db.execute('PRAGMA user_version').fetchone()[0]
            db.execute(f'PRAGMA user_version = {version + 1}')
        db.close()
        self.damaged('phrases.db', f'version {version + 1}')

    def test_older_table(self):
        data = self.copy()
        with sqlite3.connect(data / 'phrases.db') as db:
            db.execute('PRAGMA user_version = 0')
        db.close()
        self.damaged('phrases.db')

    def test_newer_dictionary(self):
        data = self.copy()
        image = bytearray((data / 'forms.bin').read_bytes())
        version = struct.unpack_from('<I', image, 12)[0]
        struct.pack_into('<I', image, 12, version + 1)
        (data / 'forms.bin').write_bytes(image)
        self.damaged('forms.bin', f'version {version + 1}')

    def test_opened_read_only(self):
        data = self.copy()
        before = (data / 'phrases.db').read_bytes()
        self.ok('--data', 'data', stdin=SPUN)
        self.assertEqual((data / 'phrases.db').read_bytes(), before)
        self.assertEqual(sorted(p.name for p in data.iterdir()), sorted(FILES))


if __name__ == '__main__':
    harness.main()
