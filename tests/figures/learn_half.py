#!/usr/bin/env python3
"""Does `unspin phrases learn` from some documents of a spinner help with its others? Undone before and after.

usage: learn_half.py [--unspin build/unspin] [--data DIR] [--learn DOC,DOC,...] [--limit N] PAIRS.jsonl

PAIRS.jsonl holds {"doc", "spun", "original"}: sentences, or whole articles. The table is learned from the documents that
--learn names, or from every second one, and tried on all the others, which it has not seen. Lines of one document
are restored together.

What is shipped has seen the developers' pairs: learned.tsv all of real.jsonl and every simulated spinner. So give --data a folder
whose channel.bin has not learned from this spinner; `data/tools/coverage.sh` and `tune.sh` make such folders with
data/tools/channels.sh. The weights in it are the shipped ones, unless you put others there: those were trained on these
texts, too, but by channels that had not learned from them.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def read(path, limit):
    documents = {}
    for number, line in enumerate(path.open(encoding='utf-8')):
        row = json.loads(line)
        spun, plain = row['spun'], row.get('original', row.get('plain'))
        # several rates of one article are texts of their own, but stay on one side of the cut
        texts = documents.setdefault(row.get('doc', f'line {number + 1}'), [])
        if '\n' in spun:
            texts.append((spun, plain))
        elif texts:
            texts[0] = (texts[0][0] + '\n' + spun, texts[0][1] + '\n' + plain)
        else:
            texts.append((spun, plain))
    return dict(list(documents.items())[:limit])


def write(folder, documents):
    folder.mkdir()
    for i, texts in enumerate(documents.values()):
        for k, (spun, plain) in enumerate(texts):
            (folder / f'{i}-{k}.spun.txt').write_text(spun + '\n', encoding='utf-8')
            (folder / f'{i}-{k}.plain.txt').write_text(plain + '\n', encoding='utf-8')
    return folder


def check(unspin, data, texts, tables):
    command = [unspin, 'check', '--json', *data, *(f'--table={t}' for t in tables), texts]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode > 1:
        sys.exit(f'unspin check failed with status {done.returncode}')
    return json.loads(done.stdout)['all']['spun']


def main():
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument('--unspin', default=ROOT / 'build/unspin')
    arguments.add_argument('--data')
    arguments.add_argument('--learn', default='')
    arguments.add_argument('--limit', type=int)
    arguments.add_argument('pairs', type=pathlib.Path)
    o = arguments.parse_args()
    documents = read(o.pairs, o.limit)
    names = set(o.learn.split(',')) if o.learn else set(list(documents)[::2])
    if not names <= set(documents) or names == set(documents):
        sys.exit(f'--learn: some, but not all, of {", ".join(documents)}')
    data = [f'--data={o.data}'] if o.data else []
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        known = write(scratch / 'known', {d: t for d, t in documents.items() if d in names})
        unseen = write(scratch / 'unseen', {d: t for d, t in documents.items() if d not in names})
        table = scratch / 'learned.db'
        subprocess.run([o.unspin, 'phrases', 'learn', *data, '--in', table, known], check=True)
        for name, tables in ('before', []), ('after', [table]):
            total = check(o.unspin, data, unseen, tables)
            print(name, ' '.join(f'{key} {total[key]:.3f}' for key in ('undone', 'precision', 'recall', 'false_per_1000')))


if __name__ == '__main__':
    main()
