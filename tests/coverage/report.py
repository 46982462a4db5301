#!/usr/bin/env python3
"""How much of src/ the tests run: lines and branches, room by room, as gcovr counts them.

  report.py BUILD [--files N] [--missed FILE]

BUILD was made with -Db_coverage=true, and its tests have run (`make coverage` does all of it). Nothing is left out: every
branch of every line counts, those of failed allocations and unreachable guards too. --files also lists the N files with
the most lines not run, --missed the lines and branches of a file. Ends with 1 below 90% of lines or 80% of branches.
"""
import argparse
import collections
import json
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINES, BRANCHES = 0.9, 0.8


def measure(build):
    """What gcovr says of every file of src/."""
    if not shutil.which('gcovr'):
        print('coverage: gcovr is not installed (apt-get install gcovr): skipped')
        sys.exit(0)
    out = build / 'coverage.json'
    # threads that do not count atomically may leave a negative count: gcovr passes over such a branch
    done = subprocess.run(['gcovr', '--root', str(ROOT), '--filter', f'{ROOT}/src/', '--object-directory', str(build),
                           '--gcov-ignore-parse-errors', '--json', str(out), str(build)],
                          cwd=build, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        sys.exit(f'coverage: gcovr failed:\n{done.stderr[-2000:]}')
    return json.loads(out.read_text())['files']


def count(file):
    c = collections.Counter()
    for line in file['lines']:
        if line.get('gcovr/noncode'):
            continue
        c['lines'] += 1
        c['run'] += line['count'] > 0
        c['branches'] += len(line['branches'])
        c['taken'] += sum(b['count'] > 0 for b in line['branches'])
    return c


def share(a, b):
    return a / b if b else 1


def show(name, c):
    print(f'{name:10} {c["run"]:7} of {c["lines"]:6} {share(c["run"], c["lines"]):7.1%}'
          f'   {c["taken"]:7} of {c["branches"]:6} {share(c["taken"], c["branches"]):7.1%}')


def show_missed(file):
    source = (ROOT / file['file']).read_text().splitlines()
    for line in file['lines']:
        n, missed = line['line_number'], sum(b['count'] == 0 for b in line['branches'])
        if line.get('gcovr/noncode') or (line['count'] and not missed):
            continue
        what = 'not run' if not line['count'] else f'{missed} of {len(line["branches"])} branches not taken'
        print(f'{file["file"]}:{n}: {what}: {source[n - 1].strip() if n <= len(source) else ""}')


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument('build', type=pathlib.Path)
    ask.add_argument('--files', type=int, default=0)
    ask.add_argument('--missed')
    o = ask.parse_args()
    files = measure(o.build.resolve())
    rooms, total = collections.defaultdict(collections.Counter), collections.Counter()
    for file in files:
        room = file['file'].split('/')[1] if file['file'].count('/') > 1 else 'src'
        rooms[room] += count(file)
        total += count(file)
        if o.missed and file['file'].endswith(o.missed):
            show_missed(file)
    print('room                lines run                  branches taken')
    for name in sorted(rooms):
        show(name, rooms[name])
    show('all', total)
    for file in sorted(files, key=lambda f: count(f)['run'] - count(f)['lines'])[:o.files]:
        c = count(file)
        print(f'{file["file"]}: {c["lines"] - c["run"]} of {c["lines"]} lines not run')
    sys.exit(share(total['run'], total['lines']) < LINES or share(total['taken'], total['branches']) < BRANCHES)


if __name__ == '__main__':
    main()
