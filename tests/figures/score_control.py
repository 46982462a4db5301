#!/usr/bin/env python3
"""Whether `unspin score --against` can be fooled: the restored article must be significantly nearer to a clean article on
the topic, and the spun article with as many random synonym swaps must not.

usage: score_control.py [--unspin build/unspin] [--wordnet /usr/share/wordnet] [--seeds 20] CLEAN SPUN

The swaps are drawn from WordNet's database files: as many places as unspin edits, each word replaced by any synonym of any
sense. Exits with 1 if the article is not nearer, or if more than one control in ten is; 77 where there is no WordNet.
"""
import argparse
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def synonyms(folder):
    """word: all words that share a synset with it"""
    found = {}
    for part in ('noun', 'verb', 'adj', 'adv'):
        for line in open(folder / f'data.{part}', encoding='latin-1'):
            if line.startswith(' '):  # the licence
                continue
            fields = line.split(' ')
            words = [re.sub(r'\(.*\)$', '', fields[4 + 2 * i]).replace('_', ' ') for i in range(int(fields[3], 16))]
            words = [w for w in words if w == w.lower()]
            for word in words:
                found.setdefault(word, set()).update(w for w in words if w != word)
    return {word: sorted(others) for word, others in found.items() if others}


def swap(text, table, count, rng):
    places = [m for m in re.finditer(r"[A-Za-z]+", text) if m.group().lower() in table]
    if len(places) < count:
        sys.exit(f'only {len(places)} words have synonyms, and {count} are to be swapped')
    out, at = [], 0
    for m in sorted(rng.sample(places, count), key=lambda m: m.start()):
        word = rng.choice(table[m.group().lower()])
        out += [text[at:m.start()], word.capitalize() if m.group()[0].isupper() else word]
        at = m.end()
    return ''.join(out) + text[at:]


def score(unspin, clean, before, after=None):
    command = [unspin, 'score', '--json', '--both-halves', '--against', clean, before, *([after] if after else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)['articles'][0]


def line(name, article):
    d = article['difference']
    return (f"{name:12} {d['before']:9.4f} {d['after']:9.4f} {d['change']:+9.4f}  "
            f"[{d['interval'][0]:+.4f}, {d['interval'][1]:+.4f}]  {d['verdict']}")


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument('--unspin', default=str(ROOT / 'build' / 'unspin'))
    ap.add_argument('--wordnet', type=pathlib.Path, default=pathlib.Path('/usr/share/wordnet'))
    ap.add_argument('--seeds', type=int, default=20)
    ap.add_argument('clean')
    ap.add_argument('spun')
    opts = ap.parse_args()
    if not (opts.wordnet / 'data.noun').exists():
        print(f'SKIP: no WordNet at {opts.wordnet}')
        return 77
    table, spun = synonyms(opts.wordnet), pathlib.Path(opts.spun).read_text()
    restored = score(opts.unspin, opts.clean, opts.spun)
    edits, changes, verdicts = len(restored['edits']), [], []
    print('difference, bits a token: before, after, change, 95 % interval')
    print(line('restored', restored))
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'swapped.txt'
        for seed in range(1, opts.seeds + 1):
            path.write_text(swap(spun, table, edits, random.Random(seed)))
            article = score(opts.unspin, opts.clean, opts.spun, str(path))
            changes.append(article['difference']['change'])
            verdicts.append(article['difference']['verdict'])
            if seed == 1:
                print(line('swapped', article))
    count = {v: verdicts.count(v) for v in ('nearer', 'not sure', 'further')}
    print(f'{opts.seeds} controls of {edits} swaps: mean change {sum(changes) / len(changes):+.4f}, '
          f'from {min(changes):+.4f} to {max(changes):+.4f}; '
          + ', '.join(f'{name} {n}' for name, n in count.items()))
    return int(restored['difference']['verdict'] != 'nearer' or count['nearer'] * 10 > opts.seeds)


if __name__ == '__main__':
    sys.exit(main())
