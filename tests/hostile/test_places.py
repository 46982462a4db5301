"""The folder for the results may hold what a stranger put there: nothing is written outside it."""
import os
import pathlib
import shutil
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'cli'))
import harness
from harness import SPUN, Case

LEADS_OUT = b'a symbolic link leads out of the folder for the results'


class Places(Case):
    def setUp(self):
        super().setUp()
        self.outside = self.dir / 'outside'
        (self.outside / 'sub').mkdir(parents=True)
        (self.outside / 'mine.txt').write_bytes(b'mine\n')
        (self.dir / 'in' / 'sub').mkdir(parents=True)
        self.write('in/a.txt', SPUN)
        self.write('in/sub/b.txt', SPUN)
        (self.dir / 'out').mkdir()

    def tearDown(self):
        self.assertEqual(sorted(str(p.relative_to(self.outside)) for p in self.outside.rglob('*')), ['mine.txt', 'sub'])
        self.assertEqual((self.outside / 'mine.txt').read_bytes(), b'mine\n')

    def both(self, *more):
        """clean and batch alike. Returns how batch ended."""
        for command in ('clean', 'batch'):
            done = self.run_in(command, *more, '-o', 'out', 'in')
            self.assertEqual(done.status, 2, done)
            self.assertIn(LEADS_OUT, done.err, done)
        return done

    def test_folder(self):
        os.symlink('../outside/sub', self.dir / 'out' / 'sub')
        self.both()
        self.assertIn(b'help', (self.dir / 'out' / 'a.txt').read_bytes())  # the others are done

    def test_folder_that_would_have_to_be_made(self):
        (self.dir / 'in' / 'sub' / 'deep').mkdir()
        self.write('in/sub/deep/c.txt', SPUN)
        os.symlink(self.outside, self.dir / 'out' / 'sub')
        self.both()

    def test_file(self):
        os.symlink(self.outside / 'mine.txt', self.dir / 'out' / 'a.txt')
        self.both()

    def test_chain(self):
        os.symlink('there', self.dir / 'out' / 'a.txt')
        os.symlink('../outside/mine.txt', self.dir / 'out' / 'there')
        self.both()

    def test_link_to_nothing(self):
        """The link itself is replaced; what it named is not made."""
        os.symlink('../outside/new.txt', self.dir / 'out' / 'a.txt')
        done = self.run_in('clean', '-o', 'out', 'in')
        self.assertEqual(done.status, 0, done)
        self.assertFalse((self.dir / 'out' / 'a.txt').is_symlink())

    def test_links_that_stay_inside(self):
        (self.dir / 'out' / 'there').mkdir()
        os.symlink('there', self.dir / 'out' / 'sub')
        self.ok('-o', 'out', 'in')
        self.assertIn(b'help', (self.dir / 'out' / 'there' / 'b.txt').read_bytes())

    def test_the_folder_itself_may_be_a_link(self):
        (self.dir / 'real').mkdir()
        os.symlink('real', self.dir / 'results')
        self.ok('-o', 'results', 'in')
        self.assertTrue((self.dir / 'real' / 'sub' / 'b.txt').exists())

    def test_what_a_batch_keeps(self):
        os.symlink(self.outside, self.dir / 'out' / '.unspin-batch')
        done = self.run_in('batch', '-o', 'out', 'in')
        self.assertEqual(done.status, 2, done)
        self.assertIn(LEADS_OUT, done.err)

    def test_journal(self):
        (self.dir / 'out' / '.unspin-batch').mkdir()
        os.symlink(self.outside / 'mine.txt', self.dir / 'out' / '.unspin-batch' / 'job.db')
        done = self.run_in('batch', '-o', 'out', 'in')
        self.assertEqual(done.status, 2, done)
        self.assertIn(LEADS_OUT, done.err)

    def test_journal_elsewhere(self):
        """Then what an earlier run left is still taken away, from where it lay."""
        for name in 'job.done', 'job.stats.json':
            os.symlink(self.outside, self.dir / 'out' / '.unspin-batch')
            self.write(f'outside/{name}', b'')
            done = self.run_in('batch', '--journal', 'j.db', '-o', 'out', 'in')
            self.assertTrue((self.outside / name).exists())
            self.assertEqual(done.status, 2, done)
            self.assertIn(LEADS_OUT, done.err)
            (self.outside / name).unlink()
            (self.dir / 'out' / '.unspin-batch').unlink()

    def test_merge(self):
        for shard in '1/2', '2/2':
            self.assertEqual(self.run_in('batch', '-o', 'out', '--shard', shard, 'in').status, 0)
        kept = self.dir / 'out' / '.unspin-batch'
        for name in 'job.done', 'job.stats.json':
            with self.subTest(name):
                (kept / name).unlink(missing_ok=True)
                os.symlink(self.outside / 'mine.txt', kept / name)
                done = self.run_in('batch', '--merge', '-o', 'out')
                self.assertEqual(done.status, 2, done)
                self.assertIn(LEADS_OUT, done.err)
                (kept / name).unlink()
        kept.rename(self.outside / 'kept')
        os.symlink(self.outside / 'kept', kept)
        done = self.run_in('batch', '--merge', '-o', 'out')
        shutil.rmtree(self.outside / 'kept')
        self.assertEqual(done.status, 2, done)
        self.assertIn(LEADS_OUT, done.err)

    def test_pages(self):
        for name in ('index.html', '.unspinignore', 'pages/in/a.txt.html'):
            with self.subTest(name):
                shutil.rmtree(self.dir / 'pages', ignore_errors=True)
                link = self.dir / 'pages' / name
                link.parent.mkdir(parents=True, exist_ok=True)
                os.symlink(self.outside / 'mine.txt', link)
                done = self.clean('--html', 'pages', 'in')
                self.assertEqual(done.status, 2, done)
                self.assertIn(LEADS_OUT, done.err, done)
        shutil.rmtree(self.dir / 'pages')
        (self.dir / 'pages').mkdir()
        os.symlink(self.outside / 'sub', self.dir / 'pages' / 'pages')
        self.assertIn(LEADS_OUT, self.clean('--html', 'pages', 'in').err)

    def test_names_that_climb(self):
        self.write('list', b'in/sub/../../in/a.txt\n')
        self.run_in('clean', '-o', 'out', '--files-from', 'list')
        self.assertEqual(os.listdir(self.dir / 'out'), ['a.txt'])

    def test_in_place_does_not_follow(self):
        os.symlink(self.outside / 'mine.txt', self.dir / 'in' / 'link.txt')
        (self.outside / 'mine.txt').write_bytes(b'mine\n')
        self.ok('-i', 'in')
        self.assertTrue((self.dir / 'in' / 'link.txt').is_symlink())

    def test_a_project_may_not_ask_to_follow_links_in_place(self):
        """.unspin comes with the folder; where results go is the user's to say."""
        self.write('in/.unspin', b'[clean]\nfollow = true\nassume-spun = true\n')
        os.symlink(self.outside / 'mine.txt', self.dir / 'in' / 'link.txt')
        done = harness.run('clean', '-i', '.', cwd=self.dir / 'in')
        self.assertEqual(done.status, 2, done)
        self.assertIn(b'--follow', done.err)
        self.assertEqual(self.ok('in').status, 0)

    def test_fifo_in_the_pages(self):
        """Nobody reads from it: writing would wait for ever."""
        (self.dir / 'pages').mkdir()
        os.mkfifo(self.dir / 'pages' / 'index.html')
        done = self.clean('--html', 'pages', 'in', timeout=60)
        self.assertEqual(done.status, 2, done)
        self.assertIn(b'is no regular file', done.err)


if __name__ == '__main__':
    harness.main()
