"""What strangers wrote, shown to a person: file names with line ends and escape sequences, texts with escape sequences, in
every message, report and screen. One file name is one line; a terminal gets no control character but our own colours.
"""
import os
import pathlib
import pty
import re
import select
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'cli'))
import harness
from harness import SPUN, Case

NAME = 'a\x1b]0;owned\x07\x1b[2J\r\n\u202egpj.txt'
TEXT = b'The govt \x1b[2J\x1b]0;owned\x07 gave the fairway gentle\xc2\x9b31m to the plan\r, and the firms will \xe2\x80\xaelend a hand\x08\x08 with the work.\n' + SPUN
OWN = re.compile(rb'\x1b\[[0-9;]*m')  # our own colours


class Terminal(Case):
    def setUp(self):
        super().setUp()
        self.write(NAME, TEXT)

    def harmless(self, data, what, text=False):
        """TEXT: the text itself stands there, which is as it is."""
        self.assertNotIn(b'owned\x07', data, what)
        for bad in (b'\x1b]', b'\x1b[2J', b'\x07', b'\x08', b'\xc2\x9b', b'\xe2\x80\xae'):
            self.assertNotIn(bad, data, what)
        self.assertNotIn(b'\x1b', OWN.sub(b'', data), what)

    def test_messages(self):
        """Each names the file: what goes wrong is said in one line."""
        os.mkdir(self.dir / 'out')
        os.mkdir(self.dir / ('folder' + NAME))
        missing = 'not\n' + NAME
        for args in (('clean', missing), ('clean', '-i', missing), ('clean', '-o', 'out', missing), ('clean', '--undo', missing, NAME),
                     ('clean', '--table', NAME, NAME), ('clean', '--data', NAME, NAME), ('clean', '--siblings', missing, NAME),
                     ('clean', '--protect-file', missing, NAME), ('clean', '--config', missing, NAME), ('clean', '--files-from', missing),
                     ('clean', '--' + NAME), ('clean', '--encoding', NAME, NAME), ('clean', '--format', NAME), ('batch', '-q', '-o', 'out', missing),
                     ('detect', missing), ('check', missing), ('score', missing), ('review', missing), ('phrases', 'list', '--in', missing),
                     ('phrases', 'import', missing, '--in', 'new.db'), ('model', 'info', missing), ('model', 'score', NAME), ('model', 'info', NAME),
                     ('model', 'import', '-o', 'x', NAME), ('phrases', 'list', '--in', NAME), ('score', NAME), (NAME,), ('help', NAME), ('model', 'train', '--' + NAME),
                     ('model', 'score', '--' + NAME), ('model', 'tune', '--' + NAME), ('phrases', 'learn', '--' + NAME), ('phrases', 'list', '--' + NAME),
                     ('detect', '--' + NAME), ('check', '--' + NAME), ('score', '--' + NAME), ('review', '--' + NAME)):
            done = self.run_in(*args)
            self.assertNotEqual(done.status, 0, (args, done))
            self.harmless(done.out + done.err, args)
            lines = done.err.splitlines()
            self.assertTrue(lines and all(line.startswith(b'unspin: ') for line in lines), (args, done))
            self.assertEqual(len(lines), 1, (args, done))

    def test_names_in_reports(self):
        for args in (('clean', '--diff'), ('clean', '--word-diff'), ('clean', '--explain'), ('clean', '--sarif'), ('detect',), ('detect', '--json')):
            self.write('plain.txt', SPUN)
            os.rename(self.dir / 'plain.txt', self.dir / NAME)
            done = self.run_in(*args, NAME, NAME)
            self.harmless(done.out + done.err, args)

    def test_summaries(self):
        self.write('in\n\x1b[2J', b'')
        for args in (('clean', '--stats', '-o', 'out'), ('batch', '-o', 'out2')):
            done = self.run_in(*args, NAME, 'in\n\x1b[2J', 'not\n\x1b[2J')
            self.harmless(done.err, args)
        rows = self.run_in('clean', '--report', 'rows.jsonl', '-o', 'out3', NAME)
        self.assertEqual(rows.status, 0, rows)
        data = (self.dir / 'rows.jsonl').read_bytes()
        self.assertEqual(data.count(b'\n'), 1)
        self.harmless(data, 'rows')

    def seen(self, *args, keys=b''):
        """What a terminal is sent."""
        child, fd = pty.fork()
        if child == 0:
            os.chdir(self.dir)
            os.environ.update(harness.NOBODYS, TERM='xterm')
            os.execv(harness.PROGRAM, [harness.PROGRAM, *args])
        data, deadline, sent = b'', time.monotonic() + 120, not keys
        while time.monotonic() < deadline:
            ready, _, _ = select.select([fd], [], [], 0.5)
            if ready:
                try:
                    piece = os.read(fd, 65536)
                except OSError:
                    break
                if not piece:
                    break
                data += piece
            elif not sent and data:
                os.write(fd, keys)
                sent = True
        os.close(fd)
        os.waitpid(child, 0)
        return data

    def test_on_a_terminal(self):
        for args in (('clean', '--word-diff'), ('clean', '--diff'), ('clean', '--explain'), ('detect',)):
            data = self.seen(*args, NAME)
            self.assertIn(b'owned', data, args)  # of the name, or the text: made harmless
            self.harmless(data, args)

    def test_settings(self):
        """They come with a folder; programs get them as they are."""
        value = 'a\x1b]0;owned\x07\u202eb'
        self.write('.unspin', f'[clean]\nprotect = {value}\n'.encode())
        data = self.seen('clean', '--dump-config')
        self.assertIn(b'owned', data)
        self.harmless(data, 'settings')
        self.assertIn(value.encode(), self.clean('--dump-config').out)

    def test_models(self):
        """Their words and notes are of who made them."""
        words = b'the cat \x1b]0;owned\x07 sat \xc2\x9b31m on \xe2\x80\xae the mat\n'
        name = 'words\x1b]0;owned\x07\u202e.txt'
        self.write(name, words * 20)
        made = self.run_in('model', 'train', '--tokenized', '-o', 'm.ulm', '--order', '2', name)
        self.assertEqual(made.status, 0, made)
        for args in (('score', 'm.ulm', name), ('info', 'm.ulm')):
            data = self.seen('model', *args)
            self.assertTrue(data)
            self.harmless(data, args)
        self.assertIn(b'\x1b]0;owned\x07', self.run_in('model', 'score', 'm.ulm', name).out)

    def test_review(self):
        """Its own screen moves the cursor: what it may send is named here."""
        for keys, said in ((b'q', b''), (b'yq', b'kept in '), (b'wy', b'written: ')):
            data = self.seen('review', NAME, keys=keys)
            self.assertIn(said, data)
            self.assertTrue(data)
            for bad in (b'owned\x07', b'\x1b]0;owned', b'\xc2\x9b', b'\xe2\x80\xae', b'\x08\x08'):
                self.assertNotIn(bad, data)

    def test_html_report(self):
        """Script in a text, or in a name, stays text."""
        name = '<img src=x onerror=alert(1)>&"\'.txt'
        text = SPUN + b'</script><script>alert(1)</script> The govt --> <!-- ]]> <img src=x onerror=alert(2)> gave the fairway gentle.\n' * 3
        self.write(name, text)
        self.assertEqual(self.clean('--html', 'pages', name, name).status, 0)
        pages = list((self.dir / 'pages').rglob('*.html'))
        self.assertEqual(len(pages), 2)
        for page in pages:
            html = page.read_bytes()
            self.assertNotIn(b'<script>alert', html)
            self.assertNotIn(b'<img src=x', html)
            self.assertNotIn(b'</script><script>alert', html)
            self.assertIn(b"Content-Security-Policy", html)


if __name__ == '__main__':
    harness.main()
