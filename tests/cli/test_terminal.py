"""What long jobs tell a terminal, and only a terminal: one line that says how far they are, gone at the end."""
import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading

import harness
from harness import ROOT, SPUN, Case, main

TRAIN = ROOT / 'tests' / 'model' / 'train.txt'


class Terminal(Case):
    def watched(self, *args):
        """Runs the program with a terminal as its standard error: (status, stdout, what the terminal got)."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
        environment = {k: v for k, v in os.environ.items() if k not in ('NO_COLOR', 'COLUMNS', 'UNSPIN_DATA')}
        environment.update(harness.NOBODYS)
        seen = []

        def read():
            while True:
                try:
                    piece = os.read(ours, 65536)
                except OSError:  # EIO: the other side is closed
                    return
                if not piece:
                    return
                seen.append(piece)

        reader = threading.Thread(target=read)
        child = subprocess.Popen([harness.PROGRAM, *map(str, args)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs,
                                 cwd=self.dir, env=environment)
        os.close(theirs)
        reader.start()
        out, _ = child.communicate(timeout=600)
        reader.join()
        os.close(ours)
        return child.returncode, out, b''.join(seen).decode()

    def texts(self, n):
        folder = self.dir / 'in'
        folder.mkdir()
        for i in range(n):
            (folder / f'{i}.txt').write_bytes(SPUN * 60)

    def wiped(self, seen):
        """The last line that was drawn is drawn over by blanks."""
        drawn = seen.rstrip('\r').split('\r')
        self.assertRegex(drawn[-1].split('\n')[0], r'^ *$', seen[-300:])

    def test_clean_of_a_folder(self):
        self.texts(120)
        status, out, seen = self.watched('clean', '-o', 'out', 'in')
        self.assertEqual((status, out), (0, b''), seen)
        self.assertEqual(len(os.listdir(self.dir / 'out')), 120)
        self.assertRegex(seen, r'\r\d+ files( of 120, \d+:\d\d:\d\d left)?, \d+\.\d MB, \d+\.\d\d MB/s, \d+ edits, 0 failed')
        self.wiped(seen)

    def test_quiet_draws_nothing(self):
        self.texts(40)
        self.assertEqual(self.watched('clean', '-q', '-o', 'out', 'in'), (0, b'', ''))

    def test_output_on_the_terminal_is_not_drawn_over(self):
        self.texts(1)
        status, out, seen = self.watched('clean', 'in/0.txt')
        self.assertEqual((status, out.count(b'\n'), seen), (0, 60, ''))

    def test_training_draws_a_bar(self):
        (self.dir / 'big.txt').write_bytes(TRAIN.read_bytes() * 200)
        status, _, seen = self.watched('model', 'train', '-o', 'a.lm', '--tokenized', 'big.txt')
        self.assertEqual(status, 0, seen)
        self.assertRegex(seen, r'\r\w[\w ]+ *(\[=* *\] +\d+%|\d)')
        self.assertIn('kept', seen)
        status, _, seen = self.watched('model', 'train', '-q', '-o', 'a.lm', '--tokenized', 'big.txt')
        self.assertEqual((status, seen), (0, ''))

    def test_learning_phrases(self):
        (self.dir / 'pairs.tsv').write_bytes(b''.join(
            b'The %d firms will lend a hand with the work.\tThe %d firms will help with the work.\n' % (i, i) for i in range(3000)))
        status, _, seen = self.watched('phrases', 'learn', '--tsv', 'learned.tsv', 'pairs.tsv')
        self.assertEqual(status, 0, seen)
        self.assertIn(b'lend a hand', (self.dir / 'learned.tsv').read_bytes())
        self.assertRegex(seen, r'\r\w[\w ]+ *(\[=* *\] +\d+%|\d+ \w+)')

    def test_importing_phrases(self):
        (self.dir / 'list.csv').write_bytes(b''.join(b'purple pancake no%d,fried egg no%d\n' % (i, i) for i in range(5000)))
        status, out, seen = self.watched('phrases', 'import', '--in', 't.db', 'list.csv')
        self.assertEqual((status, b'5000 rows added' in out), (0, True), seen)
        self.assertRegex(seen, r'^\r\d+ entries')
        self.wiped(seen)
        status, out, seen = self.watched('phrases', 'import', '-q', '--in', 'u.db', 'list.csv')
        self.assertEqual((status, out, seen), (0, b'', ''))


if __name__ == '__main__':
    main()
