#!/usr/bin/env python3
"""Lays out the texts that the weights are learned from: the tuning half of the developers' pairs and clean articles.

usage: tuning_texts.py SHARED_DIR OUT_DIR [LIMIT]
  real/ENGINE/DOC.jsonl   what real spinners wrote, a document a file
  synth/SPINNER.jsonl     simulated spinners at low rates, the first 20 documents of the tuning half
  high/SPINNER.jsonl      the same spinners on clean articles at high rates, 12 each
  clean/                  the clean articles of the tuning half
LIMIT: at most so many documents of each kind, for a trial.
"""
import json
import pathlib
import random
import shutil
import subprocess
import sys
import zlib

SPINNERS = 'nltk synonymos wn_infl mythes rewordbot counterfit ppdb moby roget'.split()
RATES = (.45, .7, 1.0)
EACH = 4  # articles for every rate


def tuning(name):
    """The other half of the documents, by name, is for the final figures and never learned from."""
    return zlib.crc32(name.encode()) % 2 == 0


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def write(path, rows):
    with open(path, 'w', encoding='utf-8') as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + '\n')


def rows_of(path):
    with open(path, encoding='utf-8') as file:
        return [json.loads(line) for line in file]


def real(shared, out, limit):
    documents = {}
    for row in rows_of(shared / 'dev/real.jsonl'):
        documents.setdefault((row['engine'], row['doc']), []).append(row)
    for engine, doc in list(documents)[:limit]:
        (out / engine).mkdir(exist_ok=True)
        write(out / engine / f'{doc.replace("/", "-")}.jsonl', documents[engine, doc])


def synth(shared, out, limit):
    for path in sorted((shared / 'dev/synth').glob('*.jsonl')):
        rows = [row for row in rows_of(path) if tuning(row['doc'])][:20][:limit]
        for row in rows:
            del row['doc']  # each row is a whole article; several rates of one must not be joined
        write(out / path.name, rows)


def high(shared, out, articles, limit):
    articles = articles[:]
    random.Random(5).shuffle(articles)
    for i, spinner in enumerate(SPINNERS):
        rows = []
        for k, rate in enumerate(RATES):
            begin = (i * EACH * len(RATES) + k * EACH) % len(articles)
            how = ['--spare-quotes'] if k == 1 else ['--seed', str(k + 1)]
            spun = subprocess.run([sys.executable, shared / 'tools/spin.py', '--personality', spinner, '--rate', str(rate),
                                   '--unit', 'doc', *how, *articles[begin:begin + EACH][:limit]],
                                  check=True, stdout=subprocess.PIPE, text=True).stdout
            rows += map(json.loads, spun.splitlines())
        write(out / f'{spinner}.jsonl', ({'spun': row['spun'], 'plain': row['original']} for row in rows))


def main(shared, out, limit):
    articles = [path for path in sorted((shared / 'dev/clean').iterdir()) if tuning(path.name)]
    real(shared, fresh(out / 'real'), limit)
    synth(shared, fresh(out / 'synth'), limit)
    high(shared, fresh(out / 'high'), articles, limit)
    clean = fresh(out / 'clean')
    for path in articles[:limit]:
        (clean / path.name).symlink_to(path.resolve())


if __name__ == '__main__':
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) == 4 else None)
