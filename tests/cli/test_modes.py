"""What goes to standard output, and what the exit status says."""
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import unittest

import harness
from harness import SPUN, Case, run

ESCAPE = b'\x1b['


class Commands(Case):
    def test_version(self):
        done = run('--version')
        self.assertEqual(done.status, 0, done)
        self.assertRegex(done.out, rb'^unspin \d+\.\d+\.\d+\n$')
        self.assertEqual(run('-V').out, done.out)

    def test_help(self):
        done = run('--help')
        self.assertEqual((done.status, done.err), (0, b''), done)
        for word in (b'Usage: unspin', b'clean', b'Exit status'):
            self.assertIn(word, done.out)
        self.assertEqual(run('help').out, done.out)

    def test_help_of_a_command(self):
        done = run('help', 'clean')
        self.assertEqual((done.status, done.err), (0, b''), done)
        for option in ('--output', '--in-place', '--check', '--diff', '--word-diff', '--explain', '--json', '--undo', '--protect',
                       '--protect-file', '--quotes', '--min-confidence', '--dialect', '--color', '--force', '--data',
                       '--assume-spun', '--like', 'Exit status'):
            self.assertIn(option.encode(), done.out)
        self.assertEqual(run('clean', '--help').out, done.out)
        self.assertEqual(run('clean', '-h').out, done.out)
        self.assertLessEqual(max(map(len, done.out.splitlines())), 80)

    def test_every_command_has_help(self):
        names = re.findall(rb'^  ([a-z]+)  ', run('--help').out, re.M)
        self.assertIn(b'clean', names)
        for name in names:
            self.assertIn(b'Usage: unspin ' + name, run('help', name.decode()).out)

    def test_no_command(self):
        for args in ((), ('cleam',), ('help', 'cleam'), ('--cleam',)):
            done = run(*args)
            self.assertEqual((done.status, done.out), (2, b''), done)
            self.assertEqual(len(done.err.splitlines()), 1, done)

    def test_bad_options(self):
        for args, word in ((['--nonsense'], '--nonsense'), (['-z'], '-z'), (['-o'], '-o'), (['--json=3'], '--json=3'),
                           (['--min-confidence', 'x'], 'x'), (['--min-confidence', '1.5'], '1.5'), (['--min-confidence', '-1'], '-1'),
                           (['--min-confidence', 'nan'], 'nan'), (['--min-confidence', ''], 'confidence'),
                           (['--dialect', 'au'], 'au'), (['--color=red'], 'red'), (['--protect', ''], '--protect'),
                           (['-i'], '-i'), (['-i', '-'], '-i'), (['-i/x', 'f'], '/x'), (['--in-place=', 'f'], 'suffix'),
                           (['-i', '-o', 'x', 'f'], '-o'), (['--check', '-i', 'f'], '--check'), (['--check', '-o', 'x', 'f'], '--check'),
                           (['--diff', '--json'], '--diff'), (['--explain', '--word-diff'], '--explain'),
                           (['-j', '-1', 'f'], '--jobs'), (['--format', 'word'], '--format'), (['--shard', '1/2'], 'batch'), (['--undo', 'e', '--json'], '--undo'), (['--undo', 'e', '--explain'], '--undo')):
            with self.subTest(args):
                self.fails(*args, because=word)
                self.assertEqual(list(self.dir.iterdir()), [])


class Text(Case):
    def test_standard_input(self):
        done = self.ok(stdin=SPUN, status=0)
        self.assertIn(b' help ', done.out)
        self.assertNotIn(b'lend a hand', done.out)
        self.assertEqual(done.err, b'')
        self.assertEqual(self.ok('-', stdin=SPUN).out, done.out)

    def test_file(self):
        self.write('a.txt', SPUN)
        done = self.ok('a.txt')
        self.assertEqual(done.out, self.ok(stdin=SPUN).out)
        self.assertEqual((self.dir / 'a.txt').read_bytes(), SPUN)

    def test_several_files_follow_one_another(self):
        self.write('a', SPUN)
        self.write('b', b'no line end')
        self.write('c', b'')
        one = self.ok('a').out
        self.assertEqual(self.ok('a', 'b', '-', 'c', 'a', stdin=b'\nmiddle\n').out, one + b'no line end' + b'\nmiddle\n' + one)

    def test_options_may_follow_files(self):
        self.write('a', SPUN)
        self.ok('a', '--check', status=1)

    def test_names_that_look_like_options(self):
        self.write('--check', SPUN)
        self.assertIn(b' help ', self.ok('--', '--check').out)


class Check(Case):
    def test_statuses(self):
        self.write('spun', SPUN)
        self.write('plain', self.ok('spun').out)
        before = {path.name: path.read_bytes() for path in self.dir.iterdir()}
        self.assertEqual(self.ok('--check', 'plain').err, b'')
        done = self.ok('--check', 'spun', status=1)
        self.assertEqual(done.out, b'')
        self.assertRegex(done.err, rb'^unspin: spun: would change in \d+ places?\n$')
        self.ok('--check', 'plain', 'spun', 'plain', status=1)
        done = self.ok('--check', 'spun', 'missing', status=2)
        self.assertIn(b'spun: would change', done.err)
        self.assertIn(b'missing: ', done.err)
        self.assertEqual({path.name: path.read_bytes() for path in self.dir.iterdir()}, before)

    def test_with_reports(self):
        self.write('spun', SPUN)
        for report in ('--diff', '--word-diff', '--explain', '--json'):
            done = self.ok('--check', report, 'spun', status=1)
            self.assertEqual(done.err, b'')
            self.assertEqual(done.out, self.ok(report, 'spun').out)


class Diff(Case):
    TEXT = b'They lend a hand.\nsame\n' * 12 + b'They lend a hand\r\nat all times.\r\n' + b'same \xff\n' * 9 + b'They lend a hand'

    def test_applies(self):
        if not shutil.which('patch'):
            self.skipTest('patch is not installed')
        self.write('a.txt', self.TEXT)
        restored = self.ok('--assume-spun', 'a.txt').out
        self.assertNotEqual(restored, self.TEXT)
        diff = self.ok('--assume-spun', '--diff', 'a.txt').out
        subprocess.run(['patch', '--binary', '-s', '-p1'], input=diff, cwd=self.dir, check=True)
        self.assertEqual((self.dir / 'a.txt').read_bytes(), restored)
        subprocess.run(['patch', '--binary', '-s', '-p1', '-R'], input=diff, cwd=self.dir, check=True)
        self.assertEqual((self.dir / 'a.txt').read_bytes(), self.TEXT)

    def test_names_that_patch_finds(self):
        """Neither a part of the name is patched instead, nor nothing."""
        if not shutil.which('patch'):
            self.skipTest('patch is not installed')
        self.write('my', SPUN)
        for name in ('my file.txt', ' my', 'my ', 'a "b".txt', 'caf\u00e9 1.txt', 'back\\slash'):
            self.write(name, SPUN)
            diff = self.ok('--diff', '--color=never', name).out
            subprocess.run(['patch', '-s', '-p1'], input=diff, cwd=self.dir, check=True)
            self.assertEqual((self.dir / name).read_bytes(), self.ok('my').out, name)
            self.assertEqual((self.dir / 'my').read_bytes(), SPUN, name)

    def test_hunks(self):
        """The same without patch: reads the diff by its own rules."""
        self.write('a.txt', self.TEXT)
        restored = self.ok('--assume-spun', 'a.txt').out
        self.assertEqual(apply_diff(self.TEXT, self.ok('--assume-spun', '--diff', 'a.txt').out), restored)

    def test_names(self):
        self.write('a', SPUN)
        self.write('b', SPUN)
        self.write('same', b'Nothing here.\n')
        out = self.ok('--diff', 'a', 'same', 'b').out
        self.assertEqual(re.findall(rb'^(?:---|\+\+\+) .*', out, re.M), [b'--- a/a', b'+++ b/a', b'--- a/b', b'+++ b/b'])
        self.assertIn(b'--- <stdin>\n', self.ok('--diff', stdin=SPUN).out)
        full = os.fsencode(self.dir / 'a')
        self.assertIn(b'--- ' + full + b'\n', self.ok('--diff', full).out)


def apply_diff(text, diff):
    """A patch program that trusts nothing: every old line must stand where the hunk says."""
    old, new, at = text.splitlines(keepends=True) if b'\r' not in text else re.findall(rb'[^\n]*\n|[^\n]+', text), [], 0
    lines = re.findall(rb'[^\n]*\n', diff)[2:]
    i = 0
    while i < len(lines):
        begin, count, new_begin, new_count = (int(x) if x else 1 for x in re.match(
            rb'@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n', lines[i]).groups())
        i += 1
        new += old[at:begin - 1]
        assert len(new) == new_begin - 1, 'the hunk says another place'
        at = begin - 1
        before = len(new)
        while i < len(lines) and not lines[i].startswith(b'@@'):
            mark, line = lines[i][:1], lines[i][1:]
            i += 1
            if i < len(lines) and lines[i].startswith(b'\\'):
                line = line[:-1]
                i += 1
            if mark in b' -':
                assert old[at] == line, (old[at], line)
                at += 1
            if mark in b' +':
                new.append(line)
        assert at == begin - 1 + count and len(new) == before + new_count, 'the hunk says another length'
    return b''.join(new + old[at:])


class WordDiff(Case):
    def test_marks(self):
        out = self.ok('--word-diff', stdin=SPUN).out
        self.assertIn(b'[-lend a hand-]{+help+}', out)
        self.assertEqual(re.sub(rb'\[-(.*?)-\]|\{\+.*?\+\}', rb'\1', out), SPUN)

    def test_width(self):
        out = self.ok('--word-diff', stdin=SPUN * 3, env={'COLUMNS': '40'}).out
        self.assertLessEqual(max(len(line) for line in out.splitlines()), 40)

    def test_several_have_headings(self):
        self.write('a', SPUN)
        self.assertNotIn(b'==>', self.ok('--word-diff', 'a').out)
        self.assertEqual(self.ok('--word-diff', 'a', 'a').out.count(b'==> a <==\n'), 2)


class Colour(Case):
    def test_only_where_wanted(self):
        for report in ('--diff', '--word-diff', '--explain'):
            self.assertNotIn(ESCAPE, self.ok(report, stdin=SPUN).out)
            self.assertNotIn(ESCAPE, self.ok(report, '--color=never', stdin=SPUN).out)
            self.assertIn(ESCAPE, self.ok(report, '--color=always', stdin=SPUN, env={'NO_COLOR': '1'}).out)
            self.assertIn(ESCAPE, self.ok(report, '--color', stdin=SPUN).out)
        for args in ((), ('--json',)):
            self.assertNotIn(ESCAPE, self.ok('--color=always', *args, stdin=SPUN).out)

    def on_terminal(self, *args, **env):
        """What the program writes to a terminal of 60 columns."""
        self.write('a', SPUN * 3)
        pid, fd = pty.fork()
        if pid == 0:
            import fcntl
            import struct
            import termios
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 60, 0, 0))
            for name in ('NO_COLOR', 'COLUMNS', 'UNSPIN_DATA'):
                os.environ.pop(name, None)
            os.environ.update({'TERM': 'xterm', **env})
            os.chdir(self.dir)
            try:
                os.execv(harness.PROGRAM, ['unspin', 'clean', *args, 'a'])
            finally:
                os._exit(127)
        out = b''
        while select.select([fd], [], [], 60)[0]:
            try:
                part = os.read(fd, 65536)
            except OSError:
                break
            if not part:
                break
            out += part
        os.close(fd)
        os.waitpid(pid, 0)
        return out

    def test_on_a_terminal(self):
        out = self.on_terminal('--word-diff')
        self.assertIn(ESCAPE, out)
        lines = re.sub(rb'\x1b\[[0-9;]*m', b'', out).splitlines()
        self.assertGreater(len(lines), 3)
        self.assertLessEqual(max(map(len, lines)), 60)
        self.assertNotIn(ESCAPE, self.on_terminal('--word-diff', NO_COLOR='1'))
        self.assertIn(ESCAPE, self.on_terminal('--word-diff', NO_COLOR=''))
        self.assertNotIn(ESCAPE, self.on_terminal('--word-diff', TERM='dumb'))
        self.assertNotIn(ESCAPE, self.on_terminal('--word-diff', '--color=never'))

    def test_the_text_itself_is_never_coloured(self):
        self.assertNotIn(ESCAPE, self.on_terminal())


class Explain(Case):
    def test_one_line_an_edit(self):
        self.write('a.txt', b'\n' + SPUN)
        lines = self.ok('--explain', 'a.txt').out.decode().splitlines()
        edits = json.loads(self.ok('--json', 'a.txt').out)['edits']
        self.assertEqual(len(lines), len(edits))
        for line, edit in zip(lines, edits):
            self.assertTrue(line.startswith(f'a.txt:{edit["line"]}:{edit["column"]}: {edit["before"]} → {edit["after"]}'), line)
            for part in (edit['row'], edit['source'], f'{edit["confidence"]:.2f}', 'model '):
                self.assertIn(part, line)
        self.assertIn('a.txt:2:5: govt → government', lines[0])

    def test_nothing_to_say(self):
        self.assertRegex(self.ok('--explain', stdin=b'Hello.\n').out.decode(), r'^<stdin>: nothing .*\n$')

    def test_hostile_names(self):
        self.write('a\x1b[2J\n.txt', SPUN)
        for report in ('--explain', '--diff', '--word-diff', '--json'):
            done = self.ok(report, 'a\x1b[2J\n.txt', 'a\x1b[2J\n.txt')
            self.assertNotIn(b'\x1b', done.out)
        self.assertNotIn(b'\x1b', self.fails('b\x1b[2J\n.txt', because='b\\x1B[2J\\x0A.txt').err)


class Json(Case):
    def test_document(self):
        text = '“Café” – the firms lend a hand.\n\nThey always lend a hand…\n'.encode()
        self.write('a.txt', text)
        out = self.ok('--json', '--assume-spun', 'a.txt').out
        self.assertEqual(out.count(b'\n'), 1)
        document = json.loads(out)
        self.assertEqual(list(document), ['format', 'version', 'unspin', 'knowledge', 'input', 'output', 'totals', 'edits', 'suggestions'])
        self.assertEqual((document['format'], document['version']), ('unspin-edits', 1))
        self.assertEqual(document['unspin'].encode(), run('--version').out.split()[1])
        self.assertRegex(document['knowledge'], '^[0-9a-f]{16}$')
        self.assertEqual(document['input']['name'], 'a.txt')
        self.assertEqual(document['input']['bytes'], len(text))
        self.assertEqual(document['totals']['bytes'], len(text))
        self.assertEqual(document['totals']['edits'], len(document['edits']))
        self.assertGreaterEqual(len(document['edits']), 2)
        decoded, restored, at = text.decode(), b'', 0
        for edit in document['edits']:
            self.assertEqual(text[edit['begin']:edit['end']].decode(), edit['before'])
            self.assertEqual(decoded[edit['begin_cp']:edit['end_cp']], edit['before'])
            before = decoded[:edit['begin_cp']]
            self.assertEqual(edit['line'], before.count('\n') + 1)
            self.assertEqual(edit['column'], len(before) - before.rfind('\n'))
            self.assertTrue(0 <= edit['confidence'] <= 1)
            for reason in edit['reasons']:
                self.assertEqual(list(reason), ['feature', 'value'])
            scores = [alternative['score'] for alternative in edit['alternatives']]
            self.assertEqual(scores, sorted(scores, reverse=True))
            restored += text[at:edit['begin']] + edit['after'].encode()
            at = edit['end']
        restored += text[at:]
        self.assertEqual(document['output']['bytes'], len(restored))
        self.assertEqual(restored, self.ok('--assume-spun', 'a.txt').out)

    def test_one_line_a_file(self):
        self.write('a', SPUN)
        self.write('b', b'')
        self.write('c\udcff', b'Hello.\n')
        documents = [json.loads(line) for line in self.ok('--json', 'a', 'b', 'c\udcff', '-', stdin=SPUN).out.splitlines()]
        self.assertEqual([d['input']['name'] for d in documents], ['a', 'b', 'c\\xFF', '<stdin>'])
        self.assertEqual([len(d['edits']) > 0 for d in documents], [True, False, False, True])

    def test_hash_names_the_text(self):
        hashes = [json.loads(self.ok('--json', stdin=text).out)['input']['hash'] for text in (SPUN, SPUN, SPUN + b' ')]
        self.assertEqual(hashes[0], hashes[1])
        self.assertNotEqual(hashes[0], hashes[2])
        self.assertEqual(json.loads(self.ok('--json', stdin=b'').out)['input']['hash'], '2d06800538d394c2')  # XXH3-64 of nothing

    def test_same_bytes_again(self):
        self.assertEqual(self.ok('--json', stdin=SPUN).out, self.ok('--json', stdin=SPUN).out)


if __name__ == '__main__':
    harness.main()
