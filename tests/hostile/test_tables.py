"""Phrase tables and journals are SQLite files, and may come from strangers: nothing in them runs, and what is not ours to
the letter is refused, naming the file.
"""
import os
import pathlib
import re
import shutil
import sqlite3
import struct
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'cli'))
import harness
from harness import SPUN, Case


class Tables(Case):
    def setUp(self):
        super().setUp()
        self.table = self.dir / 'table.db'
        done = self.run_in('phrases', 'add', 'purple the pancake', 'cook it', '--in', 'table.db')
        self.assertEqual(done.status, 0, done)

    def change(self, *statements):
        shutil.copy(self.table, self.dir / 'bad.db')
        db = sqlite3.connect(self.dir / 'bad.db')
        for sql in statements:
            db.execute(sql)
        db.commit()
        db.close()

    def refused(self, because):
        for command in (('clean', '--table', 'bad.db'), ('phrases', 'list', '--in', 'bad.db'), ('phrases', 'add', 'a', 'b', '--in', 'bad.db')):
            before = (self.dir / 'bad.db').read_bytes()
            done = self.run_in(*command, stdin=SPUN)
            self.assertEqual(done.status, 2, (command, done))
            self.assertRegex(done.err.decode(), rf'\Aunspin: [^\n]*bad\.db: [^\n]*{because}[^\n]*\n\Z', command)
            self.assertEqual((self.dir / 'bad.db').read_bytes(), before, 'what was refused was written to')

    def test_good(self):
        for command in (('clean', '--table', 'table.db'), ('phrases', 'list', '--in', 'table.db')):
            self.assertEqual(self.run_in(*command, stdin=SPUN).status, 0)

    def test_triggers_and_views(self):
        self.change('CREATE TRIGGER t AFTER INSERT ON row BEGIN DELETE FROM row; END')
        self.refused('triggers or views')
        self.change('ALTER TABLE source RENAME TO kept', 'CREATE VIEW source AS SELECT * FROM kept')
        self.refused('(triggers or views|no phrase table does)')

    def test_expressions_in_the_schema(self):
        """They would run when rows are touched."""
        for sql in ('CREATE INDEX i ON row(lower(spun))', 'CREATE INDEX i ON row(spun) WHERE length(plain) > 3',
                    'CREATE TABLE more(a, b GENERATED ALWAYS AS (zeroblob(1000000)) VIRTUAL)', 'CREATE TABLE more(a)',
                    'ALTER TABLE row ADD COLUMN more GENERATED ALWAYS AS (randomblob(9)) VIRTUAL', "ALTER TABLE meta ADD COLUMN x DEFAULT 'y'",
                    'CREATE VIRTUAL TABLE words USING fts5(a)'):
            with self.subTest(sql):
                try:
                    self.change(sql)
                except sqlite3.OperationalError as why:
                    self.skipTest(f'this SQLite cannot make it: {why}')
                self.refused('no phrase table does')

    def test_a_part_is_missing(self):
        self.change('DROP INDEX row_by_spun')
        self.refused('missing')
        self.change('DROP TABLE image')
        self.refused('missing')

    def test_renamed(self):
        """The right statement under another name."""
        self.change('PRAGMA writable_schema=1', "UPDATE sqlite_master SET name='other', tbl_name='other' WHERE name='disabled'")
        self.refused('')

    def test_rewritten(self):
        self.change('PRAGMA writable_schema=1', "UPDATE sqlite_master SET sql=replace(sql, 'BETWEEN 1 AND 5', 'BETWEEN 1 AND 6') WHERE name='row'")
        self.refused('no phrase table does: table row')

    def test_damaged_pages(self):
        """Rows are read page by page: all pages are looked at before."""
        bad = bytearray(self.table.read_bytes())
        db = sqlite3.connect(self.table)
        page = db.execute("SELECT rootpage FROM sqlite_master WHERE name='row'").fetchone()[0]
        size = db.execute('PRAGMA page_size').fetchone()[0]
        db.close()
        at = (page - 1) * size
        bad[at + 3:at + 7] = b'\x7f\xff\x7f\xff'
        self.write('bad.db', bytes(bad))
        done = self.run_in('phrases', 'list', '--in', 'bad.db')
        self.assertEqual(done.status, 2, done)
        self.assertIn(b'bad.db: ', done.err)

    def test_lying_blob(self):
        """An image that says it is a gigabyte: no memory is taken for it."""
        self.change("UPDATE image SET bytes=zeroblob(100000)")
        data = bytearray((self.dir / 'bad.db').read_bytes())
        size = (100000 + 2 * 2 + 13).to_bytes(4, 'big')
        # the serial type of a blob of 100,000 bytes is 200,012: as a varint 8c 9a 4c; of 1,000,000,000 it is 2,000,000,012
        at = data.find(b'\x8c\x9a\x4c')
        self.assertGreater(at, 0, 'the table is laid out in another way: mend this test')
        data[at:at + 3] = b'\xff\xff\x7f'  # 2,097,151: a megabyte in a file of less
        self.write('bad.db', bytes(data))
        done = self.clean('--table', 'bad.db', stdin=SPUN)
        self.assertEqual(done.status, 2, (size, done))
        self.assertIn(b'bad.db: ', done.err)

    def test_texts_that_reach_a_terminal(self):
        self.change("UPDATE row SET spun='a\x1b[2Jb', note='c\x1b]0;owned\x07\nd', plain='e\u202ef'",
                    "UPDATE source SET name='s\x1b[31m', licence='l\x1b[32m'")
        for command in (('list',), ('list', '--long'), ('stats',), ('lint',), ('export',), ('export', '--format=csv')):
            done = self.run_in('phrases', *command, '--in', 'bad.db')
            if command[0] != 'export':  # a file is what it is: only its lines must hold
                self.assertNotIn(b'\x1b', done.out + done.err, command)
                self.assertNotIn(b'\x07', done.out + done.err, command)
        exported = self.run_in('phrases', 'export', '--in', 'bad.db').out
        self.assertEqual(len([line for line in exported.splitlines() if not line.startswith(b'#')]), 1, exported)


    def compiled_by_another(self, *rows):
        """The table as another version left it, with rows that its maker took: a reader has to compile them."""
        shutil.copy(self.table, self.dir / 'bad.db')
        db = sqlite3.connect(self.dir / 'bad.db')
        image = bytearray(db.execute("SELECT bytes FROM image WHERE name='matcher'").fetchone()[0])
        image[12:16] = (1).to_bytes(4, 'little')
        db.execute("UPDATE image SET bytes=? WHERE name='matcher'", (bytes(image),))
        db.executemany("INSERT INTO row(id, spun, plain, pos, strength, conditions, note, source, line) VALUES(?,?,?,?,3,?,'',1,1)",
                       [(f'row{n:05}', *row) for n, row in enumerate(rows)])
        db.commit()
        db.close()
        return self.clean('--table', 'bad.db', stdin=SPUN)

    def test_rows_that_no_version_takes(self):
        """Few bytes that would become many, and a head that is none."""
        self.assertEqual(self.compiled_by_another(('w', 'x', 'n', '')).status, 0)
        for row, because in ((('w' + " one's" * 7, 'x', 'n', ''), 'more than one slot'),
                             (('a b c d e f g h \u00a0*', 'x', 'n', ''), 'a * behind no word'),
                             (('w', 'x', 'n', 'next:a ' * 200 + 'next:b'), 'more than 16 conditions'),
                             (('w' * 201, 'x', 'n', ''), 'longer than 200 bytes')):
            done = self.compiled_by_another(row)
            self.assertEqual(done.status, 2, done)
            self.assertRegex(done.err.decode(), rf'\Aunspin: bad\.db: row row00000: [^\n]*{re.escape(because)}[^\n]*\n\Z')

    def test_rows_that_would_multiply(self):
        """Each is a row as we take them; together they would be a thousand times what they are."""
        rows = [(f"(a{n}) (b) (c) (d) (e) (f) w{n} one's", 'x', 'n', '') for n in range(3000)]
        done = self.compiled_by_another(*rows)
        self.assertEqual(done.status, 2, done)
        self.assertIn(b'too many', done.err)


def journal_that_names(path):
    """A rollback journal that has nothing to take back, and then makes SQLite delete the file PATH."""
    name = bytes(path)
    head = struct.pack('>8sIIIII', MAGIC, 0, 0, 1, 512, 4096)
    named = struct.pack('>I', (1 << 30) // 4096 + 1) + name + struct.pack('>II', len(name), sum(name)) + MAGIC
    return head.ljust(512, b'\0') + named


MAGIC = bytes.fromhex('d9d505f920a163d7')


class Beside(Case):
    """What lies beside a table or journal under the names of SQLite's own logs."""

    def setUp(self):
        super().setUp()
        self.write('a.txt', SPUN)
        self.write('victim', b'dear')
        self.assertEqual(self.run_in('phrases', 'add', 'purple the pancake', 'cook it', '--in', 'table.db').status, 0)
        self.assertEqual(self.run_in('batch', '-o', 'out', 'a.txt').status, 0)
        self.job = self.dir / 'out' / '.unspin-batch' / 'job.db'

    def beside(self, log, make):
        """A log beside each of both, made by MAKE: refused by name, and the victim stays as it is."""
        for file, *commands in ((self.dir / 'table.db', ('phrases', 'add', 'c', 'd', '--in', 'table.db'), ('clean', '--table', 'table.db', 'a.txt')),
                                (self.job, ('batch', '--resume', '-o', 'out', 'a.txt'), ('batch', '-o', 'out', 'a.txt'))):
            path = file.with_name(file.name + log)
            for command in commands:
                make(path)
                done = self.run_in(*command)
                self.assertEqual((self.dir / 'victim').read_bytes(), b'dear', command)
                self.assertEqual(done.status, 2, (command, done))
                yield path, done
            path.unlink()

    def test_a_journal_that_names_a_file(self):
        for path, done in self.beside('-journal', lambda p: p.write_bytes(journal_that_names(self.dir / 'victim'))):
            self.assertRegex(done.err.decode(), rf'\Aunspin: [^\n]*{path.name}: a journal that names other files[^\n]*\n\Z')

    def test_links(self):
        def link(path):
            if not path.is_symlink():
                path.symlink_to(self.dir / 'victim')
        for log in ('-journal', '-wal', '-shm'):
            for path, done in self.beside(log, link):
                self.assertRegex(done.err.decode(), rf'\Aunspin: [^\n]*{path.name}: is not a regular file\n\Z')

    def test_a_link_to_a_table(self):
        """The logs lie where the table does."""
        (self.dir / 'link.db').symlink_to('out/table.db')
        shutil.move(self.dir / 'table.db', self.dir / 'out' / 'table.db')
        (self.dir / 'out' / 'table.db-wal').symlink_to(self.dir / 'victim')
        done = self.run_in('phrases', 'add', 'c', 'd', '--in', 'link.db')
        self.assertEqual((done.status, (self.dir / 'victim').read_bytes()), (2, b'dear'), done)
        self.assertIn(b'out/table.db-wal: is not a regular file', done.err)

    def test_a_change_that_was_cut_short(self):
        """Its journal lies beside the table: nobody takes one half for the whole, and the first to come takes it back."""
        db = sqlite3.connect(self.dir / 'table.db', isolation_level=None)
        db.execute('PRAGMA cache_size=5')
        db.execute('BEGIN')
        db.executemany("INSERT INTO disabled VALUES(?,'kept')", ((f'{n:08}',) for n in range(5000)))
        for sql in ('COMMIT', 'BEGIN', "UPDATE disabled SET reason='lost'"):
            db.execute(sql)
        half = [(name, (self.dir / name).read_bytes()) for name in ('table.db', 'table.db-journal')]
        db.execute('ROLLBACK')
        db.close()
        self.assertTrue(b'kept' in half[0][1] and b'lost' in half[0][1], 'nothing was spilled: mend this test')
        for command in (('clean', '--table', 'table.db', 'a.txt'), ('phrases', 'list', '--in', 'table.db'), ('phrases', 'add', 'c', 'd', '--in', 'table.db')):
            with self.subTest(command[1]):
                for name, data in half:
                    self.write(name, data)
                self.assertEqual(self.run_in(*command).status, 0)
                db = sqlite3.connect(self.dir / 'table.db')
                self.assertEqual(db.execute('SELECT reason, count(*) FROM disabled GROUP BY reason').fetchall(), [('kept', 5000)])
                db.close()


class Journals(Case):
    def test_hostile(self):
        self.write('a.txt', SPUN)
        self.assertEqual(self.run_in('batch', '-o', 'out', 'a.txt').status, 0)
        journal = self.dir / 'out' / '.unspin-batch' / 'job.db'
        good = journal.read_bytes()
        for sql in ('CREATE TRIGGER t AFTER INSERT ON done BEGIN DELETE FROM done; END', 'CREATE VIEW v AS SELECT 1',
                    'ALTER TABLE done RENAME TO kept', 'CREATE INDEX i ON done(lower(path))', 'CREATE TABLE more(a)', 'DROP TABLE run',
                    'CREATE UNIQUE INDEX "sqlite-autoindex-x" ON done(stamp)'):
            with self.subTest(sql):
                journal.write_bytes(good)
                db = sqlite3.connect(journal)
                db.execute(sql)
                db.commit()
                db.close()
                done = self.run_in('batch', '--resume', '-o', 'out', 'a.txt')
                self.assertEqual(done.status, 2, done)
                self.assertIn(b'is no journal of a batch job', done.err)
        journal.write_bytes(good)
        self.assertEqual(self.run_in('batch', '--resume', '-o', 'out', 'a.txt').status, 0)

    def test_a_page_that_lies(self):
        """Two records on the same bytes of a page: each can be read, but one of them is not what was written."""
        (self.dir / 'in').mkdir()
        for i in range(100):
            self.write(f'in/{i:03}-{"x" * 80}.txt', b'The cat sat on the mat.\n')
        self.assertEqual(self.run_in('batch', '-o', 'out', 'in').status, 0)
        journal = self.dir / 'out' / '.unspin-batch' / 'job.db'
        bad = bytearray(journal.read_bytes())
        size = int.from_bytes(bad[16:18], 'big')
        leaves = [at for at in range(size, len(bad), size) if bad[at] == 10 and int.from_bytes(bad[at + 3:at + 5], 'big') > 1]
        at = leaves[-1] + 8
        bad[at + 2:at + 4] = bad[at:at + 2]
        journal.write_bytes(bad)
        done = self.run_in('batch', '--resume', '-o', 'out', 'in')
        self.assertEqual(done.status, 2, done)
        self.assertRegex(done.err.decode(), r'\Aunspin: [^\n]*job\.db: damaged: [^\n]* \(to begin anew, remove it\)\n\Z')
        self.assertEqual(journal.read_bytes(), bad)

    def test_rollback_that_names_a_file(self):
        """SQLite deletes what the end of a rollback journal names, at its first look into the database."""
        self.write('a.txt', SPUN)
        self.assertEqual(self.run_in('batch', '-o', 'out', 'a.txt').status, 0)
        self.write('mine.txt', b'mine\n')
        mine = self.dir / 'mine.txt'
        journal = self.dir / 'out' / '.unspin-batch' / 'job.db'
        db = sqlite3.connect(journal)
        db.execute('PRAGMA journal_mode = DELETE')
        db.close()
        name = str(mine).encode()
        head = b'\xd9\xd5\x05\xf9\x20\xa1\x63\xd7' + struct.pack('>IIIII', 0, 1, journal.stat().st_size // 4096, 512, 4096)
        tail = struct.pack('>I', 2**30 // 4096 + 1) + name + struct.pack('>II', len(name), sum(name)) + head[:8]
        for left in head.ljust(512, b'\0') + tail, None:
            with self.subTest(left is None):
                rollback = journal.with_name('job.db-journal')
                os.mkfifo(rollback) if left is None else rollback.write_bytes(left)
                done = self.run_in('batch', '--resume', '-o', 'out', 'a.txt')
                self.assertTrue(mine.exists())
                self.assertEqual(done.status, 2, done)
                why = b'is not a regular file' if left is None else b'a journal that names other files'
                self.assertIn(b'job.db-journal: ' + why, done.err)
                rollback.unlink()
        self.assertEqual(self.run_in('batch', '--resume', '-o', 'out', 'a.txt').status, 0)

    def test_impossible_outcome(self):
        """A record that no run wrote counts as nothing: the file is done again."""
        self.write('a.txt', SPUN)
        self.assertEqual(self.run_in('batch', '-o', 'out', 'a.txt').status, 0)
        db = sqlite3.connect(self.dir / 'out' / '.unspin-batch' / 'job.db')
        db.execute('UPDATE done SET outcome = 77')
        db.commit()
        db.close()
        done = self.run_in('batch', '--resume', '-o', 'out', 'a.txt')
        self.assertEqual(done.status, 0, done)
        self.assertNotIn(b'current', done.err)


if __name__ == '__main__':
    harness.main()
