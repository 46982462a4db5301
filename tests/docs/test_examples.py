"""The examples of the help texts, which are those of the man pages, run where the files that they name exist."""
import gzip
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'tests' / 'cli'), str(ROOT / 'docs' / 'tools')]
import harness  # noqa: E402
import helptext  # noqa: E402
from harness import SAMPLES, SPUN, Case  # noqa: E402

# What an example ends with where that is not 0: it finds what it looks for, or needs a person or minutes.
STATUS = {'unspin clean --check': (0, 1), 'unspin detect --threshold': (0, 1), 'unspin check': (0, 1), 'unspin phrases test': (0, 1),
          'unspin phrases edit 3k5m2p9a': (2,)}  # a row that nobody has
# What comes before an example.
FIRST = {'unspin batch -o restored/ --merge':
         'rm -r restored && for i in 1 2 3 4 5 6 7; do unspin batch -o restored/ --shard $i/7 crawl.jsonl; done',
         'unspin score --original originals/ spun/ restored/': 'unspin clean -o restored/ spun/',
         'unspin phrases list --in user': "unspin phrases add 'vermicious knid' beast"}
SKIPPED = {'unspin model tune': 'minutes, and data of others', 'unspin review': 'wants a person'}


class Examples(Case):
    @classmethod
    def setUpClass(cls):
        cls.pages = helptext.read_all(harness.PROGRAM)

    def setUp(self):
        """What the examples name."""
        super().setUp()
        long = SPUN * 30
        for folder in ('docs', 'spun', 'articles', 'pairs', 'originals', 'topic', 'tests'):
            (self.dir / folder).mkdir()
        for name in ('article.txt', 'article.spun.txt', 'spun.txt', 'docs/a.md', 'spun/a.txt', 'articles/a.txt', 'pairs/a.spun.txt'):
            self.write(name, long)
        for name in ('article.plain.txt', 'originals/a.txt', 'topic/a.txt', 'articles/b.txt', 'pairs/a.plain.txt'):
            self.write(name, b'The government gave the green light to the plan, and the firms will help with the work.\n' * 30)
        shutil.copy(SAMPLES / 'football.plain.txt', self.dir / 'clean.txt')  # an article: repeated sentences count once
        records = b'{"text": "The firms will lend a hand.", "body": "The firms will lend a hand."}\n' * 7
        self.write('crawl.jsonl', records)
        self.write('pages.jsonl.gz', gzip.compress(records))
        pairs = b'{"spun": "The firms will lend a hand.", "plain": "The firms will help."}\n' * 4
        self.write('pairs.jsonl', pairs)
        self.write('pairs.tsv', b'The firms will lend a hand.\tThe firms will help.\n' * 4)
        shutil.copy(ROOT / 'tests' / 'cli' / 'tortured.csv', self.dir / 'tortured.csv')
        os.symlink(ROOT / 'tests' / 'pairs', self.dir / 'tests' / 'pairs')
        (self.dir / 'bin').mkdir()
        (self.dir / 'bin' / 'unspin').write_text(f'#!/bin/sh\nexec "{harness.PROGRAM}" "$@"\n')
        (self.dir / 'bin' / 'unspin').chmod(0o755)

    def shell(self, line):
        env = dict(os.environ, PATH=f'{self.dir}/bin:' + os.environ['PATH'], HOME=str(self.dir), XDG_DATA_HOME=str(self.dir / 'share'),
                   XDG_CONFIG_HOME='/dev/null/none', XDG_CONFIG_DIRS='/dev/null/none', PAGER='cat')
        env.pop('UNSPIN_DATA', None)
        return subprocess.run(['bash', '-c', line], cwd=self.dir, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=600)

    def run_examples(self, name):
        """All of one help text, one after another as a reader would."""
        page = next(q for p in self.pages for q in [p] + p.parts if q.name == name)
        lines = []
        for text in page.examples:
            text = text.strip()
            if lines and lines[-1].endswith('\\'):
                lines[-1] = lines[-1][:-1] + text
            else:
                lines.append(re.split(r' {3,}', text)[0])  # behind it may stand what it does
        for line in lines:
            if any(line.startswith(begin) for begin in SKIPPED):
                continue
            wanted = next((s for begin, s in STATUS.items() if line.startswith(begin)), (0,))
            if 'tests/pairs' in line and harness.sanitized():
                continue  # minutes
            if line in FIRST:
                self.assertEqual(self.shell(FIRST[line]).returncode, 0, FIRST[line])
            done = self.shell(line)
            self.assertIn(done.returncode, wanted, f'{line}\n{done.stdout[-500:]!r}\n{done.stderr.decode()}')
            self.assertNotIn(b'Sanitizer', done.stderr)

    def test_what_the_files_are_for(self):
        """Every example is of a command, and there are many."""
        examples = [e for p in self.pages for q in [p] + p.parts for e in q.examples]
        self.assertGreater(len(examples), 30)
        self.assertEqual([e for e in examples if 'unspin' not in e and not e.startswith('    ')], [])


def add_tests():
    """A test for each help text that has examples."""
    for page in helptext.read_all(os.path.abspath(sys.argv[1])):
        for part in [page] + page.parts:
            if part.examples:
                name = 'test_' + part.name.replace(' ', '_')
                setattr(Examples, name, lambda self, which=part.name: self.run_examples(which))


if __name__ == '__main__':
    add_tests()
    harness.main()
