#!/usr/bin/env python3
"""Kills a batch job at random instants, again and again, each time resuming it: does it come to the same end?

usage: kill_many.py UNSPIN [FILES KILLS [SEED]]         (2,000 files and 200 kills if nothing is said)

Each job is started over FILES texts and killed (SIGKILL) after a random time, resumed and killed, until it ends by itself; then the next
job begins, until there were KILLS kills. Looked at after each kill: no output is anything but whole. After each resumption: no output that the
journal called current was written again. At the end of each job: the tree is that of an undisturbed run, byte for byte, without debris.
"""
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

import trees
from trees import JOB, contents, identities, make_tree


def recorded(out):
    """What the journal holds, read as another process would: names of outputs with the times they should have."""
    path = out / JOB / 'job.db'
    if not path.exists():
        return {}
    db = sqlite3.connect(path)
    try:
        return {name.decode(): mtime for name, mtime in db.execute('SELECT path, out_mtime FROM done')}
    except sqlite3.OperationalError:  # killed before there were tables
        return {}
    finally:
        db.close()


def whole_outputs(out, want):
    """Outputs by name; fails if one is not what it should be in the end. Temporary files are no outputs yet."""
    found = {n: data for n, data in contents(out).items() if not n.rsplit('/', 1)[-1].startswith('.unspin-')}
    for name, data in found.items():
        if data != want.get(name):
            raise AssertionError(f'{name} is half written: {len(data)} bytes of {len(want[name])}')
    return found


def run_one(command, delay):
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        _, err = child.communicate(timeout=delay)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
        child.communicate()
        return True
    if child.returncode != 0:
        raise AssertionError(f'status {child.returncode}: {err.decode()}')
    return False


def check(program, folder, files, kills, seed):
    rng = random.Random(seed)
    folder = pathlib.Path(folder)
    make_tree(folder / 'killed-in', files)
    began = time.monotonic()
    subprocess.run([program, 'batch', '-q', '-o', folder / 'undisturbed', folder / 'killed-in'], check=True)
    whole_run = time.monotonic() - began
    want = contents(folder / 'undisturbed')
    assert len(want) == files
    killed = jobs = spared = 0
    while killed < kills:
        jobs += 1
        out = folder / f'killed-{jobs}'
        command = [program, 'batch', '-q', '--resume', '-o', out, folder / 'killed-in']
        going = True
        while going:
            before = identities(out)
            current = {n for n, t in recorded(out).items() if n in before and before[n][1] == t}
            # several kills a job, the first ones before there is a journal; none once there were enough
            delay = rng.uniform(0.001, whole_run * 0.25) if killed < kills else None
            going = run_one(command, delay)
            killed += going
            whole_outputs(out, want)
            after = identities(out)
            for name in current:
                if after[name] != before[name]:
                    raise AssertionError(f'{name} was current and is written again')
            spared += len(current)
        if contents(out) != want:
            raise AssertionError(f'job {jobs}: not the tree of an undisturbed run: {sorted(set(contents(out)) ^ set(want))[:5]}')
        subprocess.run(['rm', '-rf', out], check=True)
        if files >= 1000:
            print(f'job {jobs}: {killed} kills so far', flush=True)
    return killed, jobs, spared


def main():
    program = sys.argv[1]
    files, kills, seed = (int(a) for a in (sys.argv[2:] + ['2000', '200', '1'][len(sys.argv) - 2:]))
    with tempfile.TemporaryDirectory(prefix='unspin-kill-') as folder:
        began = time.monotonic()
        killed, jobs, spared = check(program, folder, files, kills, seed)
        print(f'{killed} kills in {jobs} jobs of {files} files: the same trees, nothing half written, none of {spared:,} current '
              f'outputs written again; {time.monotonic() - began:.0f} s')


if __name__ == '__main__':
    main()
