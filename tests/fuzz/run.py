"""Runs all fuzz targets of a build folder, JOBS at a time, and prints what came of it.

Usage: run.py BUILD SECONDS [--jobs N] [--keep FOLDER] [TARGET...]

Seeds are the files of corpus/TARGET, the tiny data set's, and what earlier runs found worth keeping (KEEP/TARGET, in the
build folder unless --keep says otherwise); TARGET.dict holds words worth trying. An input that breaks a target stays in
KEEP/findings and ends the run with 1. The table says what processor time each target took, itself, whatever else went on.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).resolve().parent
TINY = {'image': ['forms.bin', 'channel.bin', 'expressions.bin', 'plain.vec', 'seed-matcher.bin'],
        'settings': ['engine.tsv', 'seed-weights.tsv'], 'table': ['seed-table.db'], 'journal': ['seed-journal.db'],
        'model': ['plain.lm']}
LONGEST = {'image': 65536, 'table': 65536, 'journal': 65536, 'settings': 16384, 'restore': 8192, 'text': 8192, 'options': 2048}
# Jansson, libgumbo and SQLite are fuzzed by their own people; inputs here are kept small enough for our own code.


def seed(target, build, keep):
    corpus = keep / target
    corpus.mkdir(parents=True, exist_ok=True)
    sources = list((HERE / 'corpus' / target).glob('*')) + [build / 'tests/fuzz/tiny' / name for name in TINY.get(target, [])]
    if target in ('model', 'arpa'):
        sources += (HERE.parent / 'model/seeds').glob('*.arpa' if target == 'arpa' else '*.lm')
    for path in sources:
        shutil.copy(path, corpus / ('seed-' + path.name))
    return corpus


def run(target, build, seconds, keep):
    corpus, findings = seed(target, build, keep), keep / 'findings'
    findings.mkdir(exist_ok=True)
    command = [str(build / f'tests/fuzz/{target}_fuzz'), f'-max_total_time={seconds}', '-timeout=30', '-rss_limit_mb=2600',
               f'-max_len={LONGEST.get(target, 4096)}', '-print_final_stats=1', '-reload=0', f'-artifact_prefix={findings}/{target}-']
    dictionary = HERE / f'{target}.dict'
    if dictionary.exists():
        command.append(f'-dict={dictionary}')
    environment = dict(os.environ, ASAN_OPTIONS='detect_leaks=1:detect_stack_use_after_return=1:allocator_may_return_null=1',
                       UBSAN_OPTIONS='halt_on_error=1:print_stacktrace=1')
    log = keep / f'{target}.log'
    with log.open('wb') as errors:
        child = subprocess.Popen(command + [str(corpus)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
                                 env=environment)
        _, status, used = os.wait4(child.pid, 0)  # of this child alone: others run at the same time
    child.returncode = os.waitstatus_to_exitcode(status)
    said = log.read_text(errors='replace')
    runs = re.search(r'stat::number_of_executed_units:\s*(\d+)', said)
    units = re.findall(r'cov: (\d+) ft: (\d+) corp: (\d+)', said)
    known = re.search(r'\((\d+) inline 8-bit counters\)', said)
    found = sorted(path.name for path in findings.glob(f'{target}-*'))
    return {'target': target, 'runs': int(runs.group(1)) if runs else 0, 'minutes': (used.ru_utime + used.ru_stime) / 60,
            'edges': f'{units[-1][0]} of {known.group(1)}' if units and known else '-',
            'corpus': int(units[-1][2]) if units else 0, 'found': found, 'status': child.returncode}


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument('build', type=pathlib.Path)
    arguments.add_argument('seconds', type=int)
    arguments.add_argument('targets', nargs='*')
    arguments.add_argument('--jobs', type=int, default=os.cpu_count())
    arguments.add_argument('--keep', type=pathlib.Path)
    options = arguments.parse_intermixed_args()
    build = options.build.resolve()
    keep = (options.keep or build / 'fuzz').resolve()
    targets = options.targets or sorted(path.name[:-5] for path in (build / 'tests/fuzz').glob('*_fuzz') if path.is_file())
    if not targets:
        sys.exit(f'run.py: no fuzz targets in {build}: configure with CC=clang and -Dfuzz=true')
    keep.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(options.jobs) as pool:
        rows = list(pool.map(lambda target: run(target, build, options.seconds, keep), targets))
    print(f'{"target":10} {"runs":>10} {"processor minutes":>18} {"edges reached":>15} {"corpus":>7}  findings')
    for row in rows:
        broken = not row['found'] and row['status'] != 0
        row['found'] += [f'ended with status {row["status"]}: see {keep}/{row["target"]}.log'] if broken else []
        print(f'{row["target"]:10} {row["runs"]:10} {row["minutes"]:18.2f} {row["edges"]:>15} {row["corpus"]:7}  '
              f'{", ".join(row["found"]) or "none"}')
    print(f'{"all":10} {sum(row["runs"] for row in rows):10} {sum(row["minutes"] for row in rows):18.2f}')
    sys.exit(any(row['found'] for row in rows))


if __name__ == '__main__':
    main()
