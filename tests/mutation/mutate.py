#!/usr/bin/env python3
"""Do the tests notice mistakes? Plants small ones, one at a time, in a copy of the tree and runs the tests over each.

  mutate.py [-n N] [--seed S] [--work DIR] [--rooms restore,phrases,batch] [--again [--sanitize]] [--refresh]

The N mutants are drawn evenly from the rooms, from all the places of a room alike, by the seed. A mutant is
  caught      if a test fails, crashes or does not end,
  survived    if all the room's tests (see TESTS) pass,
  the same    if the compiler makes the same object of it: no mistake, and not counted,
  equivalent  if equivalent.tsv lists it, with the reason why no test could see it: not counted either.
What does not compile is drawn anew. --again runs the survivors of the last run once more, with the tests of today; with --sanitize
in a build with the address and undefined-behaviour sanitizers, as `make check` has it: memory that is lost or misused shows there only.
Ends with 1 if fewer than 80 in a hundred are caught. The tree itself is never touched: DIR (build-mutate) holds the copy.
"""
import argparse
import collections
import hashlib
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import time

import sites

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
ENOUGH = 0.8

# The tests that answer for a room. The quick ones come first, and the first that fails is the last.
TESTS = {
    'restore': ('edits', 'scorer', 'siblings', 'evidence', 'answers', 'memory', 'repairs', 'cases', 'rows', 'tune', 'golden', 'pairs-baseline', 'filter',
                'fuzz-restore', 'fuzz-undo', 'cli-modes', 'cli-options', 'cli-siblings', 'cli-detect', 'cli-fast', 'cli-phrases', 'properties', 'faults-walk'),
    'phrases': ('phrases', 'learn', 'table', 'store_image', 'judged', 'expressions', 'compilers', 'cases', 'rows', 'fuzz-import', 'fuzz-table',
                'fuzz-image', 'golden', 'hostile-tables', 'hostile-images', 'cli-learn', 'cli-phrases', 'cli-phrases-parts', 'faults-walk'),
    'batch': ('batch-parts', 'batch-walk', 'batch-job', 'batch-stream', 'fuzz-journal', 'hostile-places', 'cli-files', 'faults-walk',
              'faults-calls'),
}
# Of the sanitizers, where they are built in: as in .ci/check.
SANITIZERS = {'ASAN_OPTIONS': 'exitcode=99:detect_stack_use_after_return=1', 'UBSAN_OPTIONS': 'exitcode=99:halt_on_error=1'}
COPIED = ('src', 'tests', 'meson.build', 'meson_options.txt')


class Tree:
    """The copy that is mutated, and its build folder."""

    def __init__(self, work, sanitize):
        self.top = work / 'tree'
        self.sanitize = sanitize
        self.build = work / ('build-sanitized' if sanitize else 'build')
        self.log = work / 'log.txt'

    def prepare(self, refresh):
        fresh = not (self.top / 'src').exists()
        self.top.mkdir(parents=True, exist_ok=True)
        for path in ROOT.iterdir():
            if path.name.startswith('build') or path.name == '.git':
                continue
            to = self.top / path.name
            if path.name in COPIED:
                if fresh or (refresh and path.name == 'tests'):
                    self.copy(path, to)
            elif not to.exists():
                to.symlink_to(path)
        if not (self.build / 'build.ninja').exists():
            # -O1: quick to compile, quick enough to run; no debug information, so that equal code is an equal object
            self.must('meson', 'setup', self.build, self.top, '--buildtype=plain', '-Doptimization=1', '-Dtests=enabled',
                      *(['-Db_sanitize=address,undefined'] if self.sanitize else []))
        self.must('ninja', '-C', self.build)

    @staticmethod
    def copy(path, to):
        if path.is_dir():
            shutil.copytree(path, to, dirs_exist_ok=True, ignore=shutil.ignore_patterns('__pycache__'))
        else:
            shutil.copy2(path, to)

    def run(self, *command, **more):
        with open(self.log, 'ab') as log:
            return subprocess.run([str(c) for c in command], stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=False,
                                  **more).returncode

    def must(self, *command):
        if self.run(*command) != 0:
            sys.exit(f'mutate: this failed: {" ".join(map(str, command))}; see {self.log}')

    def objects(self, file):
        """The objects made of a source file: more than one where programs compile it anew."""
        out = subprocess.run(['ninja', '-C', str(self.build), '-t', 'targets', 'all'], capture_output=True, text=True, check=True).stdout
        names = {line.split(':')[0] for line in out.splitlines() if '.o: ' in line}
        room, name = file.split('/', 2)[1:]
        endings = (f'/{name.replace("/", "_")}.o', f'_src_{room}_{name.replace("/", "_")}.o')
        return sorted(n for n in names if n.endswith(endings[1]) or (n.startswith(f'src/{room}/') and n.endswith(endings[0])))

    def digest(self, objects):
        return [hashlib.sha256((self.build / o).read_bytes()).hexdigest() for o in objects]

    def tests(self, room):
        """The tests that answer for a room: name, command, environment."""
        out = subprocess.run(['meson', 'introspect', '--tests', str(self.build)], capture_output=True, text=True, check=True).stdout
        return [t for t in json.loads(out) if t['name'] in TESTS[room]]


def limits(seconds, sanitized):
    def prepare():
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        if not sanitized:  # they reserve addresses by the terabyte
            resource.setrlimit(resource.RLIMIT_AS, (12 << 30, 12 << 30))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return prepare


def run_test(tree, test, seconds):
    """'' if the test passes (or skips), otherwise how it failed; and the processor seconds it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, **SANITIZERS, 'LC_ALL': 'C.UTF-8', 'PYTHONDONTWRITEBYTECODE': '1', **test['env']}
    with open(tree.log, 'ab') as log:
        child = subprocess.Popen(test['cmd'], cwd=test['workdir'] or tree.build, env=environment, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE if test['protocol'] == 'tap' else log, stderr=log, preexec_fn=limits(seconds, tree.sanitize))
        try:
            # what waits for ever uses no processor: a clock on the wall ends it
            out, _ = child.communicate(timeout=120 + 20 * seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, 9)
            child.communicate()
            return 'hangs', 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    failed = child.returncode not in (0, 77)
    if out and any(line.startswith(b'not ok') and b'# TODO' not in line for line in out.splitlines()):
        failed = True
    return f'status {child.returncode}' if failed else '', used


def baseline(tree, rooms):
    """The tests of each room with their times, the quick ones first. What fails unmutated is left out, with a word. The times
    are kept beside the copy: they are measured once."""
    kept = tree.build / 'times.json'
    known, plans = json.loads(kept.read_text()) if kept.exists() else {}, {}
    for room in rooms:
        for test in tree.tests(room):
            if known.get(test['name']) is None:  # what failed may have been mended since
                failed, used = run_test(tree, test, 600)
                known[test['name']] = None if failed else used
                if failed:
                    print(f'left out: {test["name"]} fails without any mutant ({failed})', flush=True)
        kept.write_text(json.dumps(known))
        plans[room] = sorted((t for t in tree.tests(room) if known[t['name']] is not None), key=lambda t: known[t['name']])
    return plans, known


def draw(tree, room, n, seed):
    """An endless, seeded order of a room's mutants."""
    places = []
    for path in sorted((tree.top / 'src' / room).glob('*.c')):
        name = str(path.relative_to(tree.top))
        places += sites.sites(name, path.read_text())
    random.Random(f'{seed} {room}').shuffle(places)
    return places


def equivalents():
    table = {}
    with open(HERE / 'equivalent.tsv', encoding='utf-8') as text:
        for line in text:
            if line.strip() and not line.startswith('#'):
                file, source, before, instead, reason = line.rstrip('\n').split('\t')
                table[file, source, before, instead] = reason
    return table


def judge(tree, site, plan, known, table):
    """(verdict, by what)."""
    path = tree.top / site.file
    text = path.read_text()
    source = text.splitlines()[site.line - 1].strip()
    reason = table.get((site.file, source, site.before.replace('\n', ' '), site.instead.replace('\n', ' ')))
    if reason:
        return 'equivalent', reason
    objects = tree.objects(site.file)
    tree.must('ninja', '-C', tree.build, *objects)  # the last mutant's may still lie there
    before = tree.digest(objects)
    compiles_data = any('unspin-compile-' in o for o in objects)
    try:
        path.write_text(text[:site.at] + site.instead + text[site.end:])
        if tree.run('ninja', '-C', tree.build, *objects) != 0:
            return 'not C', ''
        if tree.digest(objects) == before:
            return 'the same', 'the compiler makes the same object of it'
        if compiles_data:  # the data are made anew, by the mutant
            if tree.run('ninja', '-C', tree.build, timeout=1800) != 0:
                return 'caught', 'the making of the data'
        for test in plan:
            if tree.run('ninja', '-C', tree.build, *programs(tree, test)) != 0:
                return 'caught', 'the linker'
            failed, _ = run_test(tree, test, int(10 + 6 * known[test['name']]))
            if failed:
                return 'caught', f'{test["name"]} ({failed})'
        return 'survived', ''
    finally:
        path.write_text(text)
        if compiles_data:
            tree.must('ninja', '-C', tree.build)


def programs(tree, test):
    """What ninja has to link for a test, by the command it runs; never the data."""
    names = set()
    for word in test['cmd']:
        path = pathlib.Path(os.path.normpath(tree.build / word))  # as meson names it: absolute, or from the build folder
        if path.is_relative_to(tree.build) and path.is_file() and os.access(path, os.X_OK):
            names.add(str(path.relative_to(tree.build)))
    return sorted(names)


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument('-n', type=int, default=60)
    ask.add_argument('--seed', type=int, default=1)
    ask.add_argument('--work', type=pathlib.Path, default=ROOT / 'build-mutate')
    ask.add_argument('--rooms', default='restore,phrases,batch')
    ask.add_argument('--again', action='store_true', help='only the survivors of the last run')
    ask.add_argument('--sanitize', action='store_true', help='with --again: in a build with sanitizers')
    ask.add_argument('--refresh', action='store_true', help="take today's tests; the mutated sources stay as they were")
    o = ask.parse_args()
    if o.sanitize and not o.again:
        ask.error('--sanitize is for --again')
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the last mutant is taken back all the same
    rooms = o.rooms.split(',')
    work = o.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    tree = Tree(work, o.sanitize)
    tree.prepare(o.refresh or o.again)
    results = work / 'results.json'
    old = json.loads(results.read_text()) if o.again else []
    plans, known = baseline(tree, rooms)
    print('tests:', '; '.join(f'{room}: {len(plan)}' for room, plan in plans.items()), flush=True)
    table = equivalents()

    done = [r for r in old if r['verdict'] != 'survived']
    queue = {room: [] for room in rooms}
    for r in old:
        if r['verdict'] == 'survived':
            queue[r['room']].append(sites.Site(**r['site']))
    if not o.again:
        queue = {room: draw(tree, room, o.n, o.seed) for room in rooms}
    counted = collections.Counter()
    began = time.time()
    for turn in range(10**9):
        room = rooms[turn % len(rooms)]
        if not any(queue.values()) or (not o.again and all(counted[r] >= share(o.n, rooms, r) for r in rooms)):
            break
        if not queue[room] or (not o.again and counted[room] >= share(o.n, rooms, room)):
            continue
        site = queue[room].pop(0)
        verdict, by = judge(tree, site, plans[room], known, table)
        if verdict == 'not C':
            continue
        counted[room] += verdict in ('caught', 'survived')
        print(f'{verdict:10} {site.name():34} {site.what()[:120]}' + (f'  [{by}]' if by else ''), flush=True)
        done.append({'room': room, 'verdict': verdict, 'by': by, 'site': vars(site)})
        results.write_text(json.dumps(done + [r for r in old if r['verdict'] == 'survived' and
                                              r['site'] not in [d['site'] for d in done]], indent=1))
    sys.exit(report(done, rooms, time.time() - began))


def share(n, rooms, room):
    return n // len(rooms) + (rooms.index(room) < n % len(rooms))


def report(done, rooms, seconds):
    print(f'\nroom        caught  survived   share   the same or equivalent   ({seconds / 60:.0f} min)')
    worst = 0
    for name, chosen in [(r, [d for d in done if d['room'] == r]) for r in rooms] + [('all', done)]:
        kinds = collections.Counter(d['verdict'] for d in chosen)
        total = kinds['caught'] + kinds['survived']
        part = kinds['caught'] / total if total else 1
        print(f'{name:10} {kinds["caught"]:7} {kinds["survived"]:9} {part:7.0%} {kinds["the same"] + kinds["equivalent"]:12}')
        if name == 'all':
            worst = part < ENOUGH
    for d in done:
        if d['verdict'] in ('survived', 'equivalent'):
            site = sites.Site(**d['site'])
            print(f'{d["verdict"]}: {site.name()}  {site.what()}' + (f'  ({d["by"]})' if d['by'] else ''))
    return int(worst)


if __name__ == '__main__':
    main()
