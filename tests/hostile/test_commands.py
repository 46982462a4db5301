"""Command lines that nobody would write: chance ones, of real options and odd values. Each ends with a status of the
documented ones, and what goes wrong is said in lines that begin with the program's name.

UNSPIN_SEED chooses other ones, UNSPIN_ROUNDS more.
"""
import os
import pathlib
import random
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'cli'))
import harness
from harness import SPUN, Case

SEED = int(os.environ.get('UNSPIN_SEED', '20261122'))
ROUNDS = int(os.environ.get('UNSPIN_ROUNDS', '150'))
VALUES = ['', '0', '-1', '1', '1e999', 'nan', '0x10', '99999999999999999999', '-', '--', '/dev/null', '.', 'a.txt', 'no/such/file', 'x' * 5000,
          '\x1b[2J', 'a\nb', '%s%n%s', '\udcff\udcfe', '1/0', '5/4', '1/4', 'auto', 'gb', 'jsonl', '*', '[', '{a|b}', 'a,b,,c', '=', "'; DROP TABLE row; --"]


class Commands(Case):
    def options_of(self, *command):
        """The options that the command's help tells of."""
        text = harness.run(*command, '--help').out.decode()
        return sorted(set(re.findall(r'(?<![\w-])(--?[a-z][a-z-]*)', text)) - {'--follow', '--help', '-h'})

    def test_chance(self):
        source = random.Random(SEED)
        kinds = [('clean',), ('batch',), ('detect',), ('check',), ('score',), ('review',)]
        kinds += [('phrases', part) for part in ('list', 'add', 'remove', 'import', 'export', 'lint', 'stats', 'learn', 'test', 'find')]
        kinds += [('model', part) for part in ('train', 'eval', 'score', 'info', 'near', 'import', 'export')]
        options = {kind: self.options_of(*kind) or ['--in'] for kind in kinds}
        for _ in range(ROUNDS):
            kind = source.choice(kinds)
            args = []
            for _ in range(source.randrange(0, 5)):
                option = source.choice(options[kind])
                value = source.choice(VALUES)
                args += source.choice([[option], [option, value], [option + '=' + value], [value]])
            args = [arg.replace('\0', '') for arg in args]
            if kind == ('phrases', 'test'):
                args.append('6j106z5y')  # all rows take minutes in a sanitized build
            self.write('a.txt', SPUN)
            done = self.run_in(*kind, *args, stdin=SPUN, timeout=120)
            self.assertIn(done.status, (0, 1, 2, 3, 77), (kind, args, done))
            if done.status == 2 and done.err:
                self.assertRegex(done.err, rb'(?m)^unspin: ', (kind, args, done))
            self.assertNotIn(b'\x1b[2J', done.err, (kind, args))


if __name__ == '__main__':
    harness.main()
