#!/usr/bin/env python3
"""Static analysis of src/: clang-tidy (.clang-tidy), cppcheck and gcc -fanalyzer.

  analyse.py BUILD [--tools clang-tidy,cppcheck,gcc] [--rooms base,text,...]

BUILD must be built: its compile_commands.json says how. What exceptions.tsv explains is passed over; anything else, and
every exception that excuses nothing any more, is printed, and the exit status is 1. A tool that is missing is skipped,
with a word.
"""
import argparse
import collections
import fnmatch
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
KNOWN = ['-include', str(HERE / 'known.h')]
FINDING = re.compile(r'^(?P<file>[^\s:][^:\n]*):(?P<line>\d+):(?:\d+:)? (?:warning|error|style|performance|portability): '
                     r'(?P<text>.*) \[(?P<check>[\w.,=-]+)\]$', re.M)

Finding = collections.namedtuple('Finding', 'tool check file line text')
Excuse = collections.namedtuple('Excuse', 'tool check file source reason')


def read_excuses():
    excuses = []
    for line in (HERE / 'exceptions.tsv').read_text().splitlines():
        if line and not line.startswith('#'):
            excuses.append(Excuse(*line.split('\t')))
    return excuses


def read_commands(build, rooms):
    """The command of each file of src/, by its path in the tree."""
    commands = {}
    for entry in json.loads((build / 'compile_commands.json').read_text()):
        path = pathlib.Path(os.path.normpath(os.path.join(entry['directory'], entry['file'])))
        if not path.is_relative_to(ROOT / 'src'):
            continue
        name = str(path.relative_to(ROOT))
        room = name.split('/')[1] if name.count('/') > 1 else '.'
        if name not in commands and (not rooms or room in rooms):
            commands[name] = entry
    return dict(sorted(commands.items()))


def flags(entry):
    """What of a compiler's command says how to read the file: no output, no dependencies, no optimisation."""
    words = shlex.split(entry['command'])[1:]
    kept, skip = ['-D_GNU_SOURCE='], 0
    for i, word in enumerate(words):
        if skip:
            skip -= 1
        elif word in ('-o', '-MF', '-MQ', '-c'):
            skip = 1
        elif word[:2] in ('-I', '-D', '-U') or word.startswith('-std='):
            if not word.startswith('-D_FORTIFY_SOURCE') and not word.startswith('-D_POSIX_C_SOURCE'):
                kept.append(word)
        elif word == '-isystem' and i + 1 < len(words):
            kept += [word, words[i + 1]]
            skip = 1
    return kept


def known(name):
    return [] if name in ('src/base/error.c', 'src/cli/sandbox_rules_main.c') else KNOWN


def run_clang_tidy(name, entry):
    return ['clang-tidy', '--quiet', str(ROOT / name), '--', *flags(entry), *known(name)]


def run_gcc(name, entry):
    return ['gcc', *flags(entry), *known(name), '-O1', '-fanalyzer', '-fdiagnostics-plain-output', '-c', '-o', '/dev/null',
            str(ROOT / name)]


def run_cppcheck(name, entry):
    return ['cppcheck', '--enable=warning,performance,portability', '--std=c11', '--language=c', '--quiet', '--inline-suppr',
            *[f for f in flags(entry) if f[:2] in ('-I', '-D', '-U')], '--template={file}:{line}: {severity}: {message} [{id}]',
            str(ROOT / name)]


TOOLS = {'clang-tidy': run_clang_tidy, 'cppcheck': run_cppcheck, 'gcc': run_gcc}


def findings(tool, name, entry):
    """What one tool says of one file; None if it breaks down."""
    done = subprocess.run(TOOLS[tool](name, entry), cwd=entry['directory'], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)
    found = set()
    for m in FINDING.finditer(done.stdout + '\n' + done.stderr):
        path = pathlib.Path(os.path.normpath(os.path.join(entry['directory'], m['file'])))
        if path.is_relative_to(ROOT):
            found.add(Finding(tool, m['check'], str(path.relative_to(ROOT)), int(m['line']), m['text']))
    if done.returncode != 0 and not found:
        found.add(Finding(tool, 'breakdown', name, 1, (done.stderr.strip().splitlines() or [f'status {done.returncode}'])[-1]))
    return found


def excused(finding, excuses, used):
    try:
        source = (ROOT / finding.file).read_text().splitlines()[finding.line - 1]
    except (OSError, IndexError):
        source = ''
    for excuse in excuses:
        if excuse.tool == finding.tool and any(fnmatch.fnmatch(c, excuse.check) for c in finding.check.split(',')) \
                and fnmatch.fnmatch(finding.file, excuse.file) and (excuse.source == '*' or excuse.source in source):
            used.add(excuse)
            return True
    return False


def main():
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument('build', type=pathlib.Path)
    ask.add_argument('--tools', default=','.join(TOOLS))
    ask.add_argument('--rooms', default='')
    o = ask.parse_args()
    rooms = [r for r in o.rooms.split(',') if r]
    commands, excuses = read_commands(o.build.resolve(), rooms), read_excuses()
    if not commands:
        sys.exit(f'analyse: {o.build} names no file of src/: build it first')
    used, bad = set(), 0
    for tool in o.tools.split(','):
        if not shutil.which(tool):
            print(f'analyse: {tool} is not installed: skipped')
            continue
        found = set()
        for name, entry in commands.items():
            found |= findings(tool, name, entry)
        left = sorted(f for f in found if not excused(f, excuses, used))
        for f in left:
            print(f'{f.file}:{f.line}: {f.tool}: {f.text} [{f.check}]')
        stale = [] if rooms else [e for e in excuses if e.tool == tool and e.file != '*' and e not in used]
        for e in stale:
            print(f'tests/analyze/exceptions.tsv: {e.tool} {e.check} {e.file} excuses nothing any more: remove it')
        print(f'{tool}: {len(commands)} files, {len(left)} findings, {len(found) - len(left)} explained', flush=True)
        bad += len(left) + len(stale)
    sys.exit(bad > 0)


if __name__ == '__main__':
    main()
