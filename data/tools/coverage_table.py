#!/usr/bin/env python3
"""A table of what `unspin phrases coverage --json` found: coverage_table.py GROUP.NAME.json...

One line a file and one for each group together, the mean number of candidates weighted by words and the largest 99th
percentile of them."""
import json
import pathlib
import sys

SOURCES = 'all rows wordnet mythes simulated observed'.split()


def line(name, parts):
    damage = sum(p['substitutions'] for p in parts)
    words = sum(p['words'] for p in parts)
    got = lambda source, what: sum(p['sources'][source][what] for p in parts)
    cells = [f"{got(s, 'substitutions') / damage:.3f}" for s in SOURCES]
    edits = got('all', 'edits') / sum(p['edits'] for p in parts)
    mean = sum(p['sources']['all']['candidates']['mean'] * p['words'] for p in parts) / words
    p99 = max(p['sources']['all']['candidates']['p99'] for p in parts)
    print(f"| {name} | {words} | {damage} | {' | '.join(cells)} | {edits:.3f} | {mean:.1f} | {p99} |")


def main(paths):
    groups = {}
    for path in map(pathlib.Path, paths):
        group, name = path.name.removesuffix('.json').split('.', 1)
        groups.setdefault(group, []).append((name, json.loads(path.read_text(encoding='utf-8'))['all']))
    print(f"| text | words | substitutions | {' | '.join(SOURCES)} | edits | candidates a word | 99th percentile |")
    print('|---|' + '---:|' * (len(SOURCES) + 5))
    for group, found in groups.items():
        for name, part in found if len(found) > 1 else []:
            line(f"{group.replace('-', ' ')}: {name}", [part])
        line(f"**{group.replace('-', ' ')}**", [part for _, part in found])


if __name__ == '__main__':
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
