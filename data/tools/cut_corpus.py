#!/usr/bin/env python3
"""Cuts the texts that simulated spinners are set on: a mix of sources, of each source another stretch for every spinner.

usage: cut_corpus.py CORPUS_DIR OUT_DIR WORDS SPINNER...
  writes OUT_DIR/SPINNER.txt of about WORDS words each, paragraphs apart by empty lines
"""
import pathlib
import subprocess
import sys

SHARES = {'guardian': .40, 'wh_statements': .10, 'openstax_nc': .10, 'reuters_c50': .06, 'bbc_news': .05,
          'openstax_by': .05, 'lctt_tech': .05, 'ungd_1990on': .04, 'fnc1': .04, 'digitalgov': .03, 'abc': .02,
          'agnews_test': .02, 'plos': .02, 'abstracts': .02}
LETTERS = 6  # a word and the blank behind it, on average


def read(corpus, name):
    plain = corpus / f'{name}.txt'
    if plain.exists():
        return plain.read_text(encoding='utf-8')
    packed = subprocess.run(['zstd', '-dcq', corpus / f'{name}.txt.zst'], check=True, stdout=subprocess.PIPE)
    return packed.stdout.decode('utf-8')


def main(corpus, out, words, spinners):
    files = [open(out / f'{spinner}.txt', 'w', encoding='utf-8') for spinner in spinners]
    for name, share in SHARES.items():
        text = read(corpus, name)
        for i, file in enumerate(files):
            begin = i * len(text) // len(files)
            piece = text[begin:begin + int(words * LETTERS * share)]
            file.write(piece[piece.find('\n\n') + 1:].strip() + '\n\n')  # from a paragraph's beginning
    for file in files:
        file.close()


if __name__ == '__main__':
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
