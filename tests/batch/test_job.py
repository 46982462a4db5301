"""unspin batch: journals, resuming, shards, reports; nothing depends on the number of threads."""
import contextlib
import json
import os
import resource
import shutil
import subprocess
import time
import unittest

import trees  # noqa: F401 (finds harness)
import harness
from harness import SPUN, main
from trees import JOB, BatchCase, contents, identities, make_tree, text


def rows(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


class Threads(BatchCase):
    def test_same_bytes(self):
        make_tree(self.dir / 'in', 60)
        (self.dir / 'in' / 'bad.html').write_bytes(b'\x00')
        seen = []
        for jobs in '1', '8':
            done = self.clean('-j', jobs, '-o', f'out{jobs}', '--report', f'rows{jobs}', 'in')
            report = [{k: v for k, v in row.items() if k != 'seconds'} for row in rows(self.dir / f'rows{jobs}')]
            shown = self.clean('-j', jobs, '--explain', 'in')
            seen.append((done.status, done.err, report, shown.out, shown.err, contents(self.dir / f'out{jobs}')))
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(seen[0][0], 0, seen[0][1])
        self.assertEqual(len(seen[0][2]), 60)
        self.assertEqual(seen[0][2][0]['path'], sorted(row['path'] for row in seen[0][2])[0])

    def test_report(self):
        (self.dir / 'a').write_bytes(SPUN)
        (self.dir / 'b').write_bytes(b'Hello.\n')
        self.clean('--check', '--report', 'rows', 'a', 'b', 'missing')
        a, b, missing = rows(self.dir / 'rows')
        self.assertEqual([(r['path'], r['status']) for r in (a, b, missing)],
                         [('a', 'changed'), ('b', 'unchanged'), ('missing', 'failed')])
        self.assertGreaterEqual(a['edits'], 3)
        self.assertEqual((a['bytes'], b['edits']), (len(SPUN), 0))
        self.assertTrue(17 <= a['words'] <= 20)
        self.assertTrue(0.1 < a['spin'] <= 1 and b['spin'] < a['spin'])
        self.assertIn('No such file', missing['error'])


class Resume(BatchCase):
    def setUp(self):
        super().setUp()
        self.tree, self.out = self.dir / 'in', self.dir / 'out'

    def test_only_what_is_needed(self):
        make_tree(self.tree, 20)
        self.batch('-o', 'out', 'in')
        before = identities(self.out)
        self.assertEqual(len(before), 20)
        done = self.batch('-o', 'out', 'in', status=2)
        self.assertIn(b'an earlier run did 20 files: --resume goes on, --restart begins anew', done.err)
        self.assertIn(b'current    20 of them', self.batch('--resume', '-o', 'out', 'in').err)
        self.assertEqual(identities(self.out), before)
        names = sorted(before)
        gone, edited, spoilt, touched = names[0], names[5], names[9], names[14]
        (self.out / gone).unlink()
        (self.tree / edited).write_bytes(text(77))
        (self.out / spoilt).write_bytes(b'not mine')
        os.utime(self.tree / touched)
        (self.tree / 'new.txt').write_bytes(text(99))
        done = self.batch('--resume', '-o', 'out', 'in')
        self.assertIn(b'current    17 of them', done.err)
        after = identities(self.out)
        self.assertEqual({n for n in after if after[n] != before.get(n)}, {gone, edited, spoilt, 'new.txt'})
        shutil.copytree(self.tree, self.dir / 'again')
        self.batch('-o', 'fresh', 'again')
        self.assertEqual(contents(self.out), contents(self.dir / 'fresh'))

    def test_other_options_or_restart(self):
        make_tree(self.tree, 5)
        self.batch('-o', 'out', 'in')
        before = identities(self.out)
        self.assertNotIn(b'current', self.batch('--resume', '--protect', 'govt', '-o', 'out', 'in').err)
        changed = identities(self.out)
        self.assertTrue(all(changed[n] != before[n] for n in before))
        self.assertIn(b'govt', (self.out / 'd1/e1/text 1.txt').read_bytes())
        self.assertNotIn(b'current', self.batch('--restart', '-o', 'out', 'in').err)
        self.assertNotIn(b'govt', (self.out / 'd1/e1/text 1.txt').read_bytes())

    def test_report_tells_of_all(self):
        make_tree(self.tree, 8)
        self.batch('-o', 'out', '--report', 'first', 'in')
        (self.out / 'd1/e1/text 1.txt').unlink()
        self.batch('-o', 'out', '--resume', '--report', 'second', 'in')
        first, second = ([{k: v for k, v in r.items() if k != 'seconds'} for r in rows(self.dir / n)]
                         for n in ('first', 'second'))
        self.assertEqual(first, second)

    def reject_tree(self):
        self.tree.mkdir()
        good = json.dumps({'text': SPUN.decode(), 'pad': 'x' * 4000}).encode() + b'\n'
        for name, lines in (('a.jsonl', [good, b'bad 1\n', b'bad 2\n']), ('b.jsonl', [b'bad 3\n', good]), ('c.txt', [SPUN]), ('d.jsonl', [good]),
                            ('large.jsonl', [b'bad 4\n'] + [good] * 300 + [b'bad 5\n'])):
            (self.tree / name).write_bytes(b''.join(lines))
        return b''.join(b'bad %d\n' % n for n in range(1, 6))

    def test_rejects_of_what_is_done(self):
        """Whatever the journal knows, the file of rejects is that of a run that was not broken off."""
        want, bad = self.reject_tree(), self.dir / 'bad'
        options = ('--assume-spun', '--rejects', 'bad')
        done = self.batch(*options, '-o', 'out', 'in', status=3)
        self.assertIn(b'large.jsonl: 2 records were passed through, the first in line 1: ', done.err)  # in blocks, the first and the last
        self.assertEqual(bad.read_bytes(), want)
        figures = json.loads((self.out / JOB / 'job.stats.json').read_text())
        self.batch(*options, '-o', 'out', 'in', status=2)  # there is a journal: --resume or --restart?
        self.assertEqual(bad.read_bytes(), want)
        (self.out / 'b.jsonl').unlink()
        os.utime(self.tree / 'a.jsonl')
        before = identities(self.out)
        done = self.batch(*options, '--resume', '-o', 'out', 'in', status=3)
        self.assertIn(b'current    4 of them', done.err)
        self.assertEqual(bad.read_bytes(), want)
        after = identities(self.out)
        self.assertEqual({n for n in after if after[n] != before.get(n)}, {'b.jsonl'})
        again = json.loads((self.out / JOB / 'job.stats.json').read_text())
        for key in ('files', 'changed', 'with_rejects', 'documents', 'words', 'edits', 'rejects', 'bytes_in', 'bytes_out'):
            self.assertEqual(again[key], figures[key], key)
        bad.unlink()
        self.batch('--assume-spun', '--resume', '-o', 'out', 'in', status=3)
        self.assertFalse(bad.exists())

    def test_rejects_of_what_is_done_in_place(self):
        want = self.reject_tree()
        options = ('--assume-spun', '--rejects', 'bad', '-i')
        self.batch(*options, 'in', status=3)
        before, texts = identities(self.tree), contents(self.tree)
        self.assertIn(b'government', texts['large.jsonl'])
        (self.dir / 'bad').unlink()
        self.batch(*options, '--resume', 'in', status=3)
        self.assertEqual((self.dir / 'bad').read_bytes(), want)
        self.assertEqual((identities(self.tree), contents(self.tree)), (before, texts))

    def test_a_field_that_no_record_has(self):
        self.tree.mkdir()
        (self.tree / 'a.jsonl').write_bytes(b'{"body": "Hello."}\n')
        for args in ((), ('--resume',)):
            done = self.batch('-o', 'out', *args, 'in', status=3)
            self.assertIn(b"in/a.jsonl: no record has a string 'text'", done.err, args)
            self.assertEqual(json.loads((self.out / JOB / 'job.stats.json').read_text())['without_field'], 1)
        self.assertNotIn(b'no record', self.batch('-o', 'out', '--field', 'body', '--resume', 'in').err)
        self.assertNotIn(b'no record', self.batch('-o', 'out', '--field', 'body', '--resume', 'in').err)

    def test_in_place(self):
        make_tree(self.tree, 12)
        self.batch('-i', 'in')
        once, before = contents(self.tree), identities(self.tree)
        self.assertIn(b'The government ', once['d1/e1/text 1.txt'])
        self.assertIn(b'current    12 of them', self.batch('-i', '--resume', 'in').err)
        self.assertEqual(identities(self.tree), before)

    def test_in_place_twice(self):
        """What was restored is known by its bytes: a new time, or another unspin, changes nothing."""
        big = b''.join(json.dumps({'text': text(n).decode(), 'id': 'x' * 20000}).encode() + b'\n' for n in range(60))
        for options in (), ('--quotes',):
            with self.subTest(options):
                shutil.rmtree(self.tree, ignore_errors=True)
                self.tree.mkdir()
                self.write('in/a.txt', SPUN)
                self.write('in/big.jsonl', big)  # in blocks
                self.write('in/c.txt', b'Hello.\n')
                self.batch('-i', 'in')
                restored = identities(self.tree)
                for name in () if options else ('a.txt', 'big.jsonl'):
                    os.utime(self.tree / name)
                touched = identities(self.tree)
                done = self.batch('-i', '--resume', *options, 'in')
                self.assertIn(b'current    %d of them' % (2 if options else 3), done.err)
                self.assertEqual(identities(self.tree), touched)
                self.assertEqual(restored.keys(), touched.keys())

    def test_in_place_mended_by_hand(self):
        """What an earlier run wrote is forgotten once the file is another: that it is done holds."""
        self.tree.mkdir()
        self.write('in/a.txt', SPUN)
        self.batch('-i', 'in')
        self.write('in/a.txt', b'Hello, reader.\n')
        self.assertNotIn(b'current', self.batch('-i', '--resume', 'in').err)
        os.utime(self.tree / 'a.txt', ns=(10**18, 10**18))  # long ago: not to be taken for one that is just being changed
        self.assertIn(b'current    1 of them', self.batch('-i', '--resume', 'in').err)
        self.assertIn(b'current    1 of them', self.batch('-i', '--resume', 'in').err)

    def test_a_new_time_is_learned(self):
        """What was read only because of its time is not read for that again."""
        import sqlite3
        self.tree.mkdir()
        self.write('in/a.txt', SPUN)
        self.batch('-o', 'out', 'in')
        os.utime(self.tree / 'a.txt', ns=(10**18, 10**18))
        self.assertIn(b'current    1 of them', self.batch('-o', 'out', '--resume', 'in').err)
        with contextlib.closing(sqlite3.connect(self.out / JOB / 'job.db')) as journal:
            self.assertEqual(journal.execute('SELECT mtime FROM done').fetchall(), [(10**18,)])
            self.assertEqual(journal.execute('SELECT count(*) FROM done JOIN run USING (stamp)').fetchall(), [(1,)])

    def test_a_change_within_the_clocks_grain(self):
        """What was written while it was read may change again and keep its size and time: such a file is read again."""
        self.tree.mkdir()
        for name in 'ab':
            self.write(f'in/{name}.txt', SPUN)
        stamp = time.time_ns() + 3600 * 10**9  # newer than when it is looked at, however slow the machine
        os.utime(self.tree / 'a.txt', ns=(stamp, stamp))
        os.utime(self.tree / 'b.txt', ns=(10**18, 10**18))
        self.batch('-o', 'out', 'in')
        other = SPUN.replace(b'lend', b'LEND')
        self.write('in/a.txt', other)
        os.utime(self.tree / 'a.txt', ns=(stamp, stamp))
        self.assertIn(b'current    1 of them', self.batch('-o', 'out', '--resume', 'in').err)
        alone = harness.run('clean', stdin=other)
        self.assertEqual((self.out / 'a.txt').read_bytes(), alone.out)

    def test_in_place_by_real_paths(self):
        """A journal of several folders does not mix up what has the same name in each."""
        for name in 'd1', 'd2':
            (self.dir / name).mkdir()
            self.write(f'{name}/a.txt', SPUN)
        self.batch('-i', '--journal', 'j', 'd1', 'd2')
        once = [identities(self.dir / name) for name in ('d1', 'd2')]
        self.assertIn(b'current    2 of them', self.batch('-i', '--journal', 'j', '--resume', 'd1', 'd2').err)
        self.assertIn(b'current    1 of them', self.batch('-i', '--journal', 'j', '--resume', str(self.dir / 'd1')).err)
        self.assertEqual([identities(self.dir / name) for name in ('d1', 'd2')], once)

    def test_no_name_for_the_journal(self):
        self.write('a.txt', SPUN)
        self.assertEqual(self.batch('-i', '--journal', '', 'a.txt', status=2).err, b'unspin: --journal: the name is empty\n')

    def test_one_run_at_a_time(self):
        make_tree(self.tree, 2)
        self.batch('-o', 'out', 'in')
        import sqlite3
        other = sqlite3.connect(self.out / JOB / 'job.db')
        other.execute('PRAGMA locking_mode = EXCLUSIVE')
        other.execute('BEGIN EXCLUSIVE')
        self.assertIn(b'another run is at work', self.batch('-o', 'out', '--resume', 'in', status=2).err)
        other.close()

    def test_killed(self):
        """Small sister of kill_many.py."""
        import kill_many
        slow = harness.sanitized()
        kill_many.check(harness.PROGRAM, self.dir, files=40 if slow else 100, kills=3 if slow else 10, seed=1)


class Failures(BatchCase):
    def setUp(self):
        super().setUp()
        for n in range(6):
            self.write_in(f'{n}.txt', text(n))

    def write_in(self, name, data):
        (self.dir / 'in').mkdir(exist_ok=True)
        return self.write(f'in/{name}', data)

    def test_one_bad_file(self):
        (self.dir / 'out/3.txt').mkdir(parents=True)  # in the way
        self.write_in('2b.txt', b'A byte \0 that is' + b' ' * 9000)
        self.write_in('4b.txt', b' ' * 9000 + b'\0')
        done = self.batch('-o', 'out', 'in', status=2)
        lines = done.err.decode().splitlines()
        self.assertEqual(lines[0], 'unspin: out/3.txt: is a directory')
        self.assertRegex(lines[1], r'^unspin: in/4b.txt: is a binary file')
        self.assertEqual(lines[2], 'unspin: left out 1: 1 binary')
        self.assertEqual(sorted(contents(self.dir / 'out')), ['0.txt', '1.txt', '2.txt', '4.txt', '5.txt'])
        self.assertFalse((self.dir / 'out' / JOB / 'job.done').exists())
        (self.dir / 'out/3.txt').rmdir()
        (self.dir / 'in/4b.txt').unlink()
        self.assertIn(b'current    5 of them', self.batch('--resume', '-o', 'out', 'in').err)
        self.assertTrue((self.dir / 'out' / JOB / 'job.done').exists())

    def test_vanishing_file(self):
        names = ['in/0.txt', 'in/gone.txt', 'in/5.txt']
        done = self.batch('-o', 'out', '--files-from', '-', stdin='\n'.join(names).encode(), status=2)
        self.assertIn(b'unspin: in/gone.txt: cannot open: No such file or directory\n', done.err)
        self.assertEqual(sorted(contents(self.dir / 'out')), ['in/0.txt', 'in/5.txt'])

    def test_fifo(self):
        os.mkfifo(self.dir / 'in/3.pipe')
        done = self.batch('-o', 'out', 'in')
        self.assertIn(b'unspin: in/3.pipe: is a FIFO, socket or device: left out\n', done.err)
        done = self.batch('-o', 'out2', 'in/3.pipe', 'in/1.txt', status=2)
        self.assertIn(b'unspin: in/3.pipe: is not a regular file\n', done.err)
        self.assertEqual(len(contents(self.dir / 'out')), 6)
        self.assertEqual(len(contents(self.dir / 'out2')), 1)

    def test_read_only_output(self):
        (self.dir / 'out/deep').mkdir(parents=True)
        (self.dir / 'in/deep').mkdir()
        self.write_in('deep/x.txt', SPUN)
        (self.dir / 'out/deep').chmod(0o555)
        done = self.clean('-o', 'out', 'in', before=harness.drop_privileges_over_files)
        self.assertEqual(done.status, 2, done)
        self.assertEqual(done.err, b'unspin: out/deep/x.txt: cannot write a temporary file beside it: Permission denied\n')
        self.assertEqual(len(contents(self.dir / 'out')), 6)

    def test_disk_full(self):
        for n in range(6):
            self.write_in(f'big{n}.txt', text(n) * 200)  # 25 kB each
        (self.dir / 'disk').mkdir()
        script = ('mount -t tmpfs -o size=100k none "$1/disk" 2>/dev/null || exit 126; cd "$1"; "$2" clean -j1 -o disk/out in; '
                  'echo $?; cd disk/out; for f in *; do cmp -s "$f" "../../want/$f" || echo "not whole: $f"; done; ls -A | wc -l')
        self.ok('-o', 'want', 'in')
        done = subprocess.run(['unshare', '-m', 'sh', '-c', script, 'sh', self.dir, harness.PROGRAM], capture_output=True,
                              timeout=300, text=True)
        if done.returncode == 126 or 'unshare' in done.stderr:
            self.skipTest('no right to mount')
        status, whole = done.stdout.splitlines()  # nothing is half written
        self.assertEqual(status, '2')
        failed = done.stderr.splitlines()
        self.assertTrue(failed and all(line.endswith('cannot write: No space left on device') for line in failed), done)
        self.assertEqual(int(whole), 12 - len(failed))
        self.assertGreater(int(whole), 6)  # those after the first failure were tried too

    def test_bad_command_lines(self):
        for args, because in ((('in',), 'needs -o FOLDER, or -i'), (('-o', 'out'), 'which files?'),
                              (('-o', 'out', '--shard', '8/7', 'in'), "neither I/N"),
                              (('-o', 'out', '--resume', '--restart', 'in'), 'choose one'),
                              (('-i', 'in/1.txt', 'in/2.txt'), 'need --journal FILE'),
                              (('-o', 'out', '-j', 'x', 'in'), 'not a number'),
                              (('-o', 'in/1.txt', 'in'), 'in/1.txt')):
            done = self.batch(*args, status=2)
            self.assertIn(because, done.err.decode())
            self.assertEqual(len(done.err.splitlines()), 1, done)
        self.fails('--resume', 'in', because="belongs to 'unspin batch'")


class Shards(BatchCase):
    def test_files(self):
        make_tree(self.dir / 'in', 50)
        self.batch('-o', 'whole', 'in')
        sizes = []
        for i in range(1, 8):
            self.batch('-o', 'out', '--shard', f'{i}/7', 'in')
            sizes.append(len(contents(self.dir / 'out')))
            merged = self.batch('--merge', '-o', 'out', status=0 if i == 7 else 2)
            self.assertEqual(merged.err.count(b'is not done'), 7 - i)
        self.assertEqual(sizes, sorted(set(sizes)))  # each did some
        self.assertEqual(contents(self.dir / 'out'), contents(self.dir / 'whole'))
        figures = [json.loads((self.dir / n / JOB / 'job.stats.json').read_text()) for n in ('out', 'whole')]
        for key in 'files', 'changed', 'words', 'edits', 'bytes_in', 'bytes_out', 'documents', 'data', 'options':
            self.assertEqual(figures[0][key], figures[1][key], key)
        # relaunched, a shard finds that all is done
        self.assertIn(b' of them, done by an earlier run', self.batch('-o', 'out', '--resume', '--shard', '3/7', 'in').err)

    def lines(self):
        lines = [json.dumps({'id': n, 'text': text(n).decode()}).encode() + b'\n' for n in range(40)]
        lines[11] = b'{"text": this is no JSON}\n'
        lines[23] = b'\n'
        return b''.join(lines)[:-1]  # no line end at the end

    def test_lines(self):
        self.write('big.jsonl', self.lines())
        want = self.ok('big.jsonl', status=3).out
        self.assertEqual(want.count(b'\n'), 39)
        for i in range(1, 8):
            done = self.run_in('batch', '-o', 'out', '--shard', f'{i}/7', 'big.jsonl')
            self.assertEqual(done.status, 3 if i == 12 % 7 else 0, done)
            if done.status:
                self.assertIn(b'the first in line 12', done.err)
        self.batch('--merge', '-o', 'out', status=3)
        self.assertEqual((self.dir / 'out/big.jsonl').read_bytes(), want)

    def test_more_shards_than_descriptors(self):
        self.write('big.jsonl', self.lines())
        want = self.ok('big.jsonl', status=3).out
        for i in range(1, 31):
            self.run_in('batch', '-o', 'out', '--shard', f'{i}/30', 'big.jsonl')
        (self.dir / 'out' / JOB / 'job-00001-of-00007.done.bak').write_bytes(b'')
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        self.batch('--merge', '-o', 'out', status=3, before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (24, hard)))
        self.assertEqual((self.dir / 'out/big.jsonl').read_bytes(), want)

    def test_slurm(self):
        make_tree(self.dir / 'in', 10)
        for task in 5, 6:
            self.batch('-o', 'out', '--shard', 'slurm', 'in', env={'SLURM_ARRAY_TASK_ID': str(task), 'SLURM_ARRAY_TASK_MIN': '5',
                                                                  'SLURM_ARRAY_TASK_COUNT': '2'})
        self.batch('--merge', '-o', 'out')
        self.assertEqual(len(contents(self.dir / 'out')), 10)

    def test_mixed(self):
        make_tree(self.dir / 'in', 10)
        self.batch('-o', 'out', '--shard', '2/2', '--quotes', 'in')
        missing = self.batch('--merge', '-o', 'out', status=2).err.decode().splitlines()
        self.assertEqual(len(missing), 1, missing)
        self.assertIn('shard 1/2 is not done', missing[0])
        self.batch('-o', 'out', '--shard', '1/2', 'in')
        self.assertIn(b'other options than shard 1', self.batch('--merge', '-o', 'out', status=2).err)


if __name__ == '__main__':
    main()
