#!/usr/bin/env python3
"""Works for hours on pages that change and come again: is memory flat, does nothing fail, are the bytes always the same?

usage: soak.py UNSPIN [--minutes 120] [--jobs 2] [--pages 200] [--sets 4] [--every 5]

Two things go on at once.

The filter: ONE process, `unspin clean --format jsonl`, is fed the same lines again and again; a few of them are broken. Every turn must give
the bytes of the first.

The rounds: trees of pages of every format, packed and not, spun and clean, whole and broken, taken in turns. In each round a tree is done
`afresh`; by a job that is killed at a random time and then `resumed`; in three `shards` that are merged; in `place`, twice; and a file of
JSON Lines in shards of its `lines`. Outputs and messages must be those of the first round of that tree, byte for byte.

A table comes every few minutes and at the end. `resident` is the most that a process held after the warm-up (a tenth of the time, but two
rounds of every tree and three turns of the filter at least), `x` how many times the most of the warm-up that is; `anonymous` is the part that
is no shared mapping of the data (sampled, of the filter alone). Exit status 1 if memory grew over 1.2 times, if anything differed, or if anything failed but the inputs
that are broken by design, each of which must be reported every time.
"""
import argparse
import collections
import hashlib
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
import pages  # noqa: E402

ALLOWED = 1.2
SLACK = 4096  # KiB: what the allocator may round off
STATUS = re.compile(rb'^(VmHWM|VmRSS|RssAnon):\s+(\d+) kB', re.M)


class Watch:
    """The most memory that the processes of each kind held, before and after the warm-up."""

    def __init__(self):
        self.lock = threading.Lock()
        self.running = {}  # process id to kind
        self.most = collections.defaultdict(lambda: [0, 0])  # (kind, figure) to [in the warm-up, after it], KiB
        self.warm = set()  # kinds whose warm-up is over
        threading.Thread(target=self.sample_for_ever, daemon=True).start()

    def sample_for_ever(self):
        while True:
            with self.lock:
                running = dict(self.running)
            for pid, kind in running.items():
                self.sample(pid, kind)
            time.sleep(0.2)

    def sample(self, pid, kind):
        try:
            found = dict(STATUS.findall(pathlib.Path(f'/proc/{pid}/status').read_bytes()))
        except OSError:
            return
        for figure, key in ('resident', b'VmRSS'), ('anonymous', b'RssAnon'):
            if key in found:
                self.note(kind, figure, int(found[key]))

    def note(self, kind, figure, kib):
        with self.lock:
            most = self.most[kind, figure]
            late = kind in self.warm
            most[late] = max(most[late], kib)

    def add(self, pid, kind):
        with self.lock:
            self.running[pid] = kind

    def remove(self, pid):
        with self.lock:
            self.running.pop(pid, None)

    def figures(self, kind, figure):
        """MiB in the warm-up, MiB after it, how many times that is (None: nothing seen after it)."""
        early, late = self.most[kind, figure]
        return early / 1024, late / 1024, late / early if early and late else None

    def grew(self):
        return [f'{kind}: {figure} memory' for (kind, figure), (early, late) in self.most.items()
                if early and late > ALLOWED * early + SLACK]


class Soak:
    def __init__(self, program, folder, options):
        self.program, self.folder, self.options = program, pathlib.Path(folder), options
        self.watch = Watch()
        self.began = time.monotonic()
        self.random = random.Random(1)
        self.first = {}  # what something was the first time: key to digest
        self.counts = collections.Counter()
        self.faults = []
        self.lock = threading.Lock()
        self.stop = threading.Event()

    def minutes(self):
        return (time.monotonic() - self.began) / 60

    def fault(self, what):
        with self.lock:
            self.counts['faults'] += 1
            if len(self.faults) < 50:
                self.faults.append(f'{self.minutes():.1f} min: {what}')
                print('FAULT', self.faults[-1], flush=True)

    def same(self, key, value):
        """VALUE must be what it was the first time."""
        digest = hashlib.sha256(repr(value).encode()).hexdigest()
        self.counts['compared'] += 1
        if self.first.setdefault(key, digest) != digest:
            self.fault(f'{key}: differs from the first time')

    def run(self, kind, args, statuses=(0,), kill_after=None):
        """Runs a batch; its messages, or None if it was killed."""
        command = [self.program, 'batch', '-q', '-j', str(self.options.jobs), *args]
        with tempfile.TemporaryFile() as messages:
            child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=messages, cwd=self.folder)
            killer = threading.Timer(kill_after or 3600, child.send_signal, [signal.SIGKILL])
            killer.start()
            _, status, usage = os.wait4(child.pid, 0)
            killer.cancel()
            child.returncode = os.waitstatus_to_exitcode(status)
            messages.seek(0)
            err = messages.read().decode()
        if child.returncode == -signal.SIGKILL:
            self.counts['kills'] += 1
            if kill_after is None:
                self.fault(f'{kind}: hangs')
            return None
        self.watch.note(kind, 'resident', usage.ru_maxrss)
        self.counts['runs'] += 1
        if child.returncode not in statuses:
            self.fault(f'{kind}: status {child.returncode}: {err[-600:]}')
        return err

    def contents(self, folder):
        """Every output by its path, less the job's own things."""
        found = {}
        for root, folders, files in os.walk(self.folder / folder):
            folders[:] = [f for f in folders if f != '.unspin-batch']
            for name in files:
                path = pathlib.Path(root) / name
                found[str(path.relative_to(self.folder / folder))] = hashlib.sha256(path.read_bytes()).hexdigest()
        return sorted(found.items())

    def judge_first(self, number, err):
        """The first messages of a tree must be those that its broken files deserve."""
        named = sorted({pathlib.Path(m).name for m in re.findall(r'^unspin: (\S+?):', err, re.M)})
        wanted = sorted(pages.BROKEN)
        if [n for n in named if n] != wanted:
            self.fault(f'tree {number}: messages name {named}, not {wanted}')

    def round(self, number):
        tree = f'in{number}'
        shutil.rmtree(self.folder / 'out', ignore_errors=True)

        began = time.monotonic()
        err = self.run('afresh', ['-o', 'out', tree], statuses=(2,))
        took = time.monotonic() - began
        if f'tree {number}' not in self.first:
            self.judge_first(number, err)
        self.counts['input faults'] += err.count('\n')
        self.same(f'tree {number}: messages', re.sub(r'\bout\b', 'OUT', err))
        self.same(f'tree {number}', self.contents('out'))

        shutil.rmtree(self.folder / 'out')
        self.run('killed', ['-o', 'out', tree], statuses=(2,), kill_after=max(0.05, self.random.uniform(0.1, 0.9) * took))
        self.run('resumed', ['--resume', '-o', 'out', tree], statuses=(2,))
        self.same(f'tree {number}', self.contents('out'))

        shutil.rmtree(self.folder / 'out')
        for shard in '1/3', '2/3', '3/3':
            self.run('shards', ['--resume', '--shard', shard, '-o', 'out', tree], statuses=(0, 2, 3))
        self.same(f'tree {number}', self.contents('out'))

        shutil.rmtree(self.folder / 'place', ignore_errors=True)
        shutil.copytree(self.folder / tree, self.folder / 'place')
        self.run('in place', ['-i', 'place'], statuses=(2,))
        once = self.contents('place')
        self.same(f'tree {number}: in place', once)
        self.run('in place', ['-i', '--resume', 'place'], statuses=(2,))
        if self.contents('place') != once:
            self.fault(f'tree {number}: restored twice in place')

        shutil.rmtree(self.folder / 'out')
        for shard in '1/2', '2/2':
            self.run('lines', ['--resume', '--shard', shard, '-o', 'out', f'lines{number}.jsonl'])
        self.run('lines', ['--merge', '-o', 'out'])
        self.same(f'lines {number}', self.contents('out'))
        self.counts['rounds'] += 1

    def rounds(self):
        while not self.stop.is_set():
            for number in range(self.options.sets):
                if self.stop.is_set():
                    return
                try:
                    self.round(number)
                except Exception as problem:  # a soak goes on and tells
                    self.fault(f'round of tree {number}: {problem!r}')
            if self.minutes() > self.options.minutes / 10 and self.counts['rounds'] >= 2 * self.options.sets:
                self.watch.warm |= {'afresh', 'resumed', 'shards', 'in place', 'lines'}

    def filter(self):
        """One process for the whole time."""
        maker = pages.Maker(99)
        lines = [maker.line(n) for n in range(self.options.pages)]
        lines[7], lines[40] = b'{"text": "no end\n', b'no JSON at all\n'
        err = open(self.folder / 'filter.err', 'w+b')
        child = subprocess.Popen([self.program, 'clean', '--format', 'jsonl'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=err)
        self.watch.add(child.pid, 'filter')

        def feed():
            try:
                while not self.stop.is_set():
                    child.stdin.writelines(lines)
                child.stdin.close()
            except OSError as problem:
                self.fault(f'filter: cannot be fed: {problem}')

        feeder = threading.Thread(target=feed)
        feeder.start()
        while True:
            turn = [line for _, line in zip(lines, child.stdout)]
            if not turn:
                break
            if len(turn) != len(lines):
                self.fault(f'filter: a turn has {len(turn)} lines, not {len(lines)}')
                break
            self.same('filter', turn)
            self.counts['turns'] += 1
            self.counts['lines'] += len(turn)
            if self.counts['turns'] >= 3 and self.minutes() > self.options.minutes / 10:
                self.watch.warm.add('filter')
        feeder.join()
        self.watch.remove(child.pid)
        if child.wait() != 3:
            err.seek(0)
            self.fault(f'filter: status {child.returncode}, not 3: {err.read()[-600:]!r}')

    def table(self):
        c = self.counts
        print(f'\nafter {self.minutes():.1f} minutes: {c["rounds"]} rounds, {c["runs"]} runs of batch ended, {c["kills"]} were killed; '
              f'the filter did {c["turns"]:,} turns, {c["lines"]:,} lines;\n{c["compared"]:,} comparisons, {c["input faults"]:,} broken inputs '
              f'reported, {c["faults"]} other failures')
        print(f'{"process":10} {"resident":>9} {"x":>6} {"anonymous":>10} {"x":>6}   (MiB after the warm-up)')
        for kind in 'filter', 'afresh', 'resumed', 'shards', 'in place', 'lines':
            row = f'{kind:10}'
            for figure, width in ('resident', 9), ('anonymous', 10):
                early, late, times = self.watch.figures(kind, figure)
                row += f' {late or early:{width}.1f} ' + (f'{times:6.3f}' if times else '  warm') if early or late else ''
            print(row)
        for problem in self.watch.grew():
            print('GREW', problem)
        sys.stdout.flush()

    def go(self):
        for number in range(self.options.sets):
            pages.make_tree(self.folder / f'in{number}', number, self.options.pages)
            maker = pages.Maker(1000 + number)
            (self.folder / f'lines{number}.jsonl').write_bytes(b''.join(maker.line(n) for n in range(self.options.pages)))
        self.began = time.monotonic()
        workers = [threading.Thread(target=self.rounds), threading.Thread(target=self.filter)]
        for worker in workers:
            worker.start()
        told = 0
        while self.minutes() < self.options.minutes:
            time.sleep(1)
            if self.minutes() - told >= self.options.every:
                told = self.minutes()
                self.table()
        self.stop.set()
        for worker in workers:
            worker.join()
        self.table()
        if self.counts['rounds'] < 1 or self.counts['turns'] < 2:
            self.fault('too little was done to tell anything')
        bad = self.counts['faults'] or self.watch.grew()
        print('soak: ' + ('FAILED' if bad else f'memory flat, nothing differed, no failure that is not the input\'s; {self.minutes():.0f} minutes'))
        return 1 if bad else 0


def main():
    parser = argparse.ArgumentParser(description='Works for hours on pages that change and come again.')
    parser.add_argument('program')
    for name, value in ('minutes', 120.0), ('jobs', 2), ('pages', 200), ('sets', 4), ('every', 5.0):
        parser.add_argument(f'--{name}', type=type(value), default=value)
    options = parser.parse_args()
    os.environ.update(XDG_DATA_HOME='/dev/null/none', XDG_CONFIG_HOME='/dev/null/none', XDG_CONFIG_DIRS='/dev/null/none')
    with tempfile.TemporaryDirectory(prefix='unspin-soak-') as folder:
        sys.exit(Soak(os.path.abspath(options.program), folder, options).go())


if __name__ == '__main__':
    main()
