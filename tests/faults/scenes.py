"""What unspin is doing when something fails: one scene for each way through the program.

A scene has a folder with files, a command line, and what may be seen afterwards. Times and the like make some files differ from run to
run: of these only the form is looked at.
"""
import gzip
import json
import lzma
import sqlite3

SPUN = b'The govt gave the fairway gentle to the plan, and the firms will lend a hand with the work.\n'
PLAIN = b'The government gave the green light to the plan, and the firms will help with the work.\n'
PAGE = b'<html><head><title>The govt</title></head><body><p>The firms will <b>lend a</b> hand with the work. The govt gave &amp; took the ' \
       b'fairway gentle.<ul><li>The govt pays for a caf&eacute;</ul></body></html>\n'
MARKDOWN = b'# The govt\n\nThe firms will **lend a** hand. The govt gave the fairway gentle.\n\n* The govt `pays`\n'
LINES = b''.join(json.dumps({'id': n, 'text': SPUN.decode()}).encode() + b'\n' for n in range(4)) + b'no JSON\n'
TABLE = b'id,text\n1,"The govt gave the fairway gentle"\n2,and the firms will lend a hand\n'
ROWS = b'lend a paw (to)\thelp\nfairway mild\tgreen light\nthe big govt\tthe government\n'
PAIRS = b''.join(json.dumps({'spun': f'The govt gave the fairway gentle to plan {n}.', 'plain': f'The government gave the green light to plan {n}.'})
                 .encode() + b'\n' for n in range(6))


class Scene:
    """FILES by name; ARGS of unspin; STDIN. BEFORE: other runs that come first. STATUS: of a run without faults. VARIES: names of files that
    differ from run to run. MESSAGES: how many lines a failure may take (batch: one for each file). TABLES: SQLite files, judged by
    their rows. GROWS: files that are written line by line. LOOSE_OUT: standard output has times,
    or is written while it is made. CONVERTS: another encoding; where glibc cannot have its cache of these it reads a list of them, and keeps
    that. REPORT: standard output is JSON that counts its errors, in a failure too. DATA in ARGS is the folder of the data."""

    def __init__(self, name, files, args, stdin=b'', before=(), status=0, varies=(), messages=1, tables=(), grows=(), loose_out=False,
                 converts=False, report=False):
        self.name, self.files, self.args, self.stdin, self.before, self.status = name, files, args, stdin, before, status
        self.converts, self.report = converts, report
        self.varies, self.messages, self.tables, self.grows, self.loose_out = varies, messages, tables, grows, loose_out


def tree():
    return {f'in/d{n % 2}/{n}.txt': SPUN + b'Number %d.\n' % n for n in range(5)} | {'in/page.html': PAGE}


JOB = ('job.stats.json', 'job.done', 'job.db')
SHARDS = tuple(f'job-0000{n}-of-00002.{end}' for n in (1, 2) for end in ('stats.json', 'done', 'db'))
MINE = ('mine.db',)


def scenes():
    return [
        Scene('filter', {}, ['clean'], stdin=SPUN),
        Scene('clean -o', {'a.txt': SPUN, 'out.txt': b'old\n'}, ['clean', '-o', 'out.txt', 'a.txt']),
        Scene('clean -i.bak', {'a.txt': SPUN, 'b.txt': SPUN * 2}, ['clean', '-j1', '-i.bak', 'a.txt', 'b.txt'], messages=2),
        Scene('html', {'a.html': PAGE}, ['clean', '-o', 'out.html', 'a.html']),
        Scene('markdown', {'a.md': MARKDOWN}, ['clean', '-o', 'out.md', 'a.md']),
        Scene('jsonl', {}, ['clean', '--format', 'jsonl', '--rejects', 'bad'], stdin=LINES, status=3, messages=2, grows=('bad',)),
        Scene('csv', {'a.csv': TABLE}, ['clean', '-o', 'out.csv', 'a.csv']),
        Scene('gz', {'a.txt.gz': gzip.compress(SPUN, mtime=0)}, ['clean', '-o', 'out.txt.gz', 'a.txt.gz']),
        Scene('xz', {'a.txt.xz': lzma.compress(SPUN)}, ['clean', '-o', 'out.txt.xz', 'a.txt.xz']),
        Scene('zst', {'a.txt': SPUN}, ['clean', '-o', 'out.txt.zst', 'a.txt']),
        Scene('utf-16', {'a.txt': SPUN.decode().encode('utf-16')}, ['clean', '-o', 'out.txt', 'a.txt'], converts=True),
        Scene('latin-1', {'a.txt': SPUN + 'The café pays the naïve waiter.\n'.encode('latin-1')}, ['clean', '-o', 'out.txt', 'a.txt'], converts=True),
        Scene('--json', {'a.txt': SPUN}, ['clean', '--json', '--suggest', '0.1', 'a.txt']),
        Scene('--explain', {'a.txt': SPUN}, ['clean', '--explain', 'a.txt']),
        Scene('--diff', {'a.txt': SPUN}, ['clean', '--diff', '--check', 'a.txt'], status=1),
        Scene('--word-diff', {'a.txt': SPUN}, ['clean', '--word-diff', 'a.txt']),
        Scene('--sarif', {'a.txt': SPUN}, ['clean', '--sarif', '--check', 'a.txt'], status=1, loose_out=True, messages=2),
        Scene('--html', {'a.txt': SPUN}, ['clean', '--html', 'page.html', '-o', 'out.txt', 'a.txt'], varies=('page.html',), messages=2),
        Scene('--undo', {'a.txt': SPUN}, ['clean', '--undo', 'edits.json', '-o', 'back.txt', 'out.txt'],
              before=(['clean', '--json', '-o', 'out.txt', 'a.txt'],)),
        Scene('--like', {'a.txt': SPUN, 'like.txt': PLAIN * 8}, ['clean', '--like', 'like.txt', 'a.txt']),
        Scene('--siblings', {'a.txt': SPUN, 'b.txt': SPUN.replace(b'govt', b'authorities')}, ['clean', '--siblings', 'b.txt', 'a.txt']),
        Scene('--report', {'a.txt': SPUN, '.unspin': b'[clean]\nprotect = Social Chain\n'},
              ['clean', '--report', 'rows', '--stats=stats', '-o', 'out.txt', 'a.txt'], varies=('rows', 'stats'), messages=4),
        Scene('--table', {'a.txt': SPUN, 'mine.tsv': ROWS}, ['clean', '--table', 'mine.db', 'a.txt'],
              before=(['phrases', 'import', '--in', 'mine.db', 'mine.tsv'],), tables=MINE),
        Scene('--fast', {'a.txt': SPUN}, ['clean', '--fast', 'a.txt']),
        Scene('batch', tree(), ['batch', '-q', '-j1', '-o', 'out', 'in'], varies=JOB, messages=12),
        Scene('batch -i', tree(), ['batch', '-q', '-j1', '-i', 'in'], varies=JOB, messages=12),
        Scene('batch --resume', tree(), ['batch', '-q', '-j1', '--resume', '-o', 'out', 'in'],
              before=(['batch', '-q', '-o', 'out', 'in'], ['rm', 'out/d0/0.txt']), varies=JOB, messages=12),
        Scene('batch --merge', {'x.jsonl': LINES}, ['batch', '-q', '--merge', '-o', 'out'],
              before=(['batch', '-q', '--shard', '1/2', '-o', 'out', 'x.jsonl'], ['batch', '-q', '--shard', '2/2', '-o', 'out', 'x.jsonl']),
              varies=JOB + SHARDS, status=3, messages=2),
        Scene('detect', {'a.txt': SPUN * 3}, ['detect', 'a.txt']),
        Scene('score', {'a.txt': SPUN, 'b.txt': PLAIN, 'c.txt': PLAIN}, ['score', '--original', 'b.txt', 'a.txt', 'c.txt'], messages=2),
        Scene('score --against', {'a.txt': SPUN * 4, 'b.txt': PLAIN + b'The work costs much. Nobody helps. The plan is good. The firms pay.\n'}, ['score', '--force', '--against', 'b.txt', 'a.txt'], loose_out=True),
        Scene('score --json', {'a.txt': SPUN, 'b.txt': PLAIN, 'c.txt': PLAIN}, ['score', '--json', '--original', 'b.txt', 'a.txt', 'c.txt'], messages=2),
        Scene('score --against --json', {'a.txt': SPUN * 4, 'b.txt': PLAIN + b'The work costs much. Nobody helps. The plan is good. The firms pay.\n'},
              ['score', '--json', '--force', '--against', 'b.txt', 'a.txt']),
        Scene('check --json', {'pairs.jsonl': PAIRS}, ['check', '--json', 'pairs.jsonl'], report=True),
        Scene('check', {'pairs.jsonl': PAIRS}, ['check', 'pairs.jsonl'], loose_out=True),
        Scene('model train', {'a.txt': PLAIN * 30}, ['model', 'train', '-o', 'out.lm', 'a.txt']),
        Scene('model score', {'a.txt': PLAIN}, ['model', 'score', 'DATA/plain.lm', 'a.txt']),
        Scene('model eval', {'a.txt': PLAIN}, ['model', 'eval', 'DATA/plain.lm', 'a.txt'], loose_out=True),
        Scene('model export', {'a.txt': PLAIN * 30}, ['model', 'export', '-o', 'out.arpa', 'a.lm'], before=(['model', 'train', '-q', '-o', 'a.lm', 'a.txt'],)),
        Scene('model import', {'a.txt': PLAIN * 30}, ['model', 'import', '-o', 'out.lm', 'a.arpa'],
              before=(['model', 'train', '-q', '-o', 'a.lm', 'a.txt'], ['model', 'export', '-o', 'a.arpa', 'a.lm'])),
        Scene('model tune', {'pairs.jsonl': PAIRS, 'c.txt': PLAIN}, ['model', 'tune', '-q', '--folds', '0', '--hidden', '1', '--epochs', '1', 'pairs.jsonl',
              '--clean', 'c.txt', '-o', 'out.tsv'], messages=2),
        Scene('phrases import', {'mine.tsv': ROWS}, ['phrases', 'import', '--in', 'mine.db', 'mine.tsv'], tables=MINE, loose_out=True),
        Scene('phrases learn', {'pairs.jsonl': PAIRS}, ['phrases', 'learn', '--in', 'mine.db', 'pairs.jsonl'], tables=MINE, loose_out=True),
        Scene('phrases add', {'mine.tsv': ROWS}, ['phrases', 'add', '--in', 'mine.db', 'the big firm', 'the company'],
              before=(['phrases', 'import', '--in', 'mine.db', 'mine.tsv'],), tables=MINE, loose_out=True),
        Scene('phrases export', {'mine.tsv': ROWS}, ['phrases', 'export', '--in', 'mine.db', '-o', 'out.tsv'],
              before=(['phrases', 'import', '--in', 'mine.db', 'mine.tsv'],), tables=MINE),
        Scene('phrases find', {}, ['phrases', 'find', SPUN.decode()]),
    ]


def rows_of(path):
    """Every row of a table, as text; what cannot be read is a fault of the program."""
    db = sqlite3.connect(path)
    try:
        if db.execute('PRAGMA integrity_check').fetchone() != ('ok',):
            return 'damaged'
        tables = [n for n, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]
        return {t: db.execute(f'SELECT count(*) FROM "{t}"').fetchone()[0] for t in tables}
    finally:
        db.close()
