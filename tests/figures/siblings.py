#!/usr/bin/env python3
"""What `unspin clean --siblings` is worth: undone with none, one and two other spins of the same article.

usage: siblings.py [--unspin build/unspin] [--shared ../shared] [--limit 12] [--rate 0.3] [--part final|tune]
                   [--personalities A,B,C] [--args "OPTIONS FOR unspin clean"]

The developers' clean articles are spun by the simulated spinners of the shared folder, which is not part of the project: each by
three personalities. Every spin is restored alone, with one of the others and with both. --part as in figures.py: "final", which
nothing was tuned on, are the files whose name has an odd CRC-32. Skips (77) without the shared folder.
"""
import argparse, json, pathlib, shlex, subprocess, sys, tempfile, zlib

from figures import load_scorer

ROOT = pathlib.Path(__file__).resolve().parents[2]


def spin(shared, path, personality, rate, seed):
    command = [sys.executable, shared / 'tools' / 'spin.py', '--personality', personality, '--rate', str(rate),
               '--seed', str(seed), '--unit', 'doc', '--spare-quotes', path]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()[0])['spun']


def restore(opts, path, siblings):
    command = [opts.unspin, 'clean', *shlex.split(opts.args), *[f'--siblings={s}' for s in siblings], path]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()


def add(tally, scorer, spun, original, restored):
    lines = [text.rstrip('\n').split('\n') for text in (spun, original, restored)]
    if len({len(x) for x in lines}) != 1:
        sys.exit('the number of lines changed')
    for s, o, r in zip(*lines):
        if s.strip():
            tally.add(scorer.template_from_pair(s, o), r, False)


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument('--unspin', default=str(ROOT / 'build' / 'unspin'))
    ap.add_argument('--shared', type=pathlib.Path, default=ROOT.parent / 'shared')
    ap.add_argument('--limit', type=int, default=12)
    ap.add_argument('--rate', type=float, default=0.3)
    ap.add_argument('--part', choices=('final', 'tune'), default='final')
    ap.add_argument('--personalities', default='mythes,wn_infl,ppdb')
    ap.add_argument('--args', default='')
    opts = ap.parse_args()
    if not (opts.shared / 'tools' / 'spin.py').exists():
        print(f'SKIP: no shared folder at {opts.shared}: nothing measured')
        return 77
    scorer, names = load_scorer(opts.shared), opts.personalities.split(',')
    tallies = [scorer.Tally() for _ in range(len(names) + 1)]  # by number of siblings; the last: the clean articles themselves
    changed = 0
    files = [p for p in sorted((opts.shared / 'dev' / 'clean').glob('*.txt'))
             if zlib.crc32(p.name.encode()) % 2 == (opts.part == 'final')][:opts.limit]
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(files):
            original, spins = path.read_text(), []
            for seed, name in enumerate(names):
                spun = pathlib.Path(folder) / f'{name}-{seed}.txt'
                spun.write_text(spin(opts.shared, path, name, opts.rate, 10 * number + seed))
                spins.append(spun)
            for i, spun in enumerate(spins):
                others = spins[i + 1:] + spins[:i]
                for count in range(len(names)):
                    add(tallies[count], scorer, spun.read_text(), original, restore(opts, spun, others[:count]))
            after = restore(opts, path, spins[:1])
            changed += sum(a != b for a, b in zip(scorer.tokens(original), scorer.tokens(after))) if after != original else 0
    for count in range(len(names)):
        print(tallies[count].report(f'{count} siblings: '))
    print(f'the {len(files)} clean articles, a spin of each as its sibling: at most {changed} words changed')
    return 0


if __name__ == '__main__':
    sys.exit(main())
