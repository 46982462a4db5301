#!/usr/bin/env python3
"""Lays out what the scorer learns compositions from: tortured phrases in sentences, and rows that know nothing of them.

usage: tortured_texts.py OUT_DIR CLEAN_DIR [LIMIT]
  rows/*.tsv       data/phrases without the tortured rows of every second term
  tortured.jsonl   phrases of those terms, each in a sentence of carriers.txt, LIMIT of them (1200)
  planted.jsonl    the beginnings of the articles of CLEAN_DIR, each with one or two such sentences in its midst, and nothing
                   else that a spinner touched

Judged by tables that are made of these rows, a term can only come back if its words are put together again, as with a phrase
that nobody has listed. The output follows from the rows alone.
"""
import json
import pathlib
import random
import re
import shutil
import sys
import zlib

DATA = pathlib.Path(__file__).resolve().parents[1]
PARAGRAPHS, ROUNDS = 8, 3  # of an article, and times that each is used
PLAIN = re.compile(r"[A-Za-z][A-Za-z' -]*")


def left_out(fields):
    """by a hash of the plain side, so that all spun forms of a term stay together"""
    return len(fields) > 3 and zlib.crc32(fields[1].encode()) % 2 == 0


def planted(texts, sentences, chance):
    """spun and plain paragraphs of each article, with the sentences in a paragraph of their own"""
    for number, path in enumerate(texts):
        paragraphs = [line for line in path.read_text(encoding='utf-8').splitlines() if line.strip()][:PARAGRAPHS]
        place, few = chance.randrange(len(paragraphs) + 1), chance.sample(sentences, min(len(sentences), chance.choice((1, 2))))
        for at in range(len(paragraphs) + 1):
            doc = {'doc': f'planted-{number}'}
            if at == place:
                yield doc | {side: ' '.join(sentence[side] for sentence in few) for side in ('spun', 'plain')}
            if at < len(paragraphs):
                yield doc | {'spun': paragraphs[at], 'plain': paragraphs[at]}


def write(path, pairs):
    with open(path, 'w', encoding='utf-8') as file:
        for pair in pairs:
            file.write(json.dumps(pair, ensure_ascii=False) + '\n')


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    out, clean = map(pathlib.Path, sys.argv[1:3])
    limit = int(sys.argv[3]) if len(sys.argv) > 3 else 1200
    shutil.rmtree(out / 'rows', ignore_errors=True)
    (out / 'rows').mkdir(parents=True)
    terms = []
    for path in sorted((DATA / 'phrases').glob('*.tsv')):
        lines = path.read_text(encoding='utf-8').splitlines(keepends=True)
        if path.name == 'tortured.tsv':
            rows = [line.rstrip('\n').split('\t') for line in lines if not line.startswith('#')]
            terms = [row[:2] for row in rows if left_out(row) and PLAIN.fullmatch(row[0]) and PLAIN.fullmatch(row[1])]
            lines = [line for line in lines if line.startswith('#') or not left_out(line.rstrip('\n').split('\t'))]
        (out / 'rows' / path.name).write_text(''.join(lines), encoding='utf-8')
    carriers = [line for line in (DATA / 'tools/carriers.txt').read_text(encoding='utf-8').splitlines() if line[:1] != '#']
    chance = random.Random(1)
    chance.shuffle(terms)
    pairs = []
    for spun, plain in terms[:limit]:
        carrier = chance.choice(carriers)
        pairs.append({'doc': f'tortured-{len(pairs)}', 'spun': carrier.replace('%s', spun), 'plain': carrier.replace('%s', plain)})
    write(out / 'tortured.jsonl', pairs)
    write(out / 'planted.jsonl', planted(sorted(clean.glob('*.txt'))[:limit] * ROUNDS, pairs, chance))


if __name__ == '__main__':
    main()
