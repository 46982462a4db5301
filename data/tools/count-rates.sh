#!/bin/sh
# Makes data/rates.tsv: how often each row fires on clean text. Needs a folder of clean English as *.txt.zst, a paragraph a line.
#   data/tools/count-rates.sh CORPUS_DIR [BUILD_DIR]
# Reads every third paragraph of every text, so that a row's rate rests on about 30 million words.
set -eu
corpus=$1
build=${2:-build}
here=$(CDPATH= cd -- "$(dirname -- "$0")/../.." && pwd)
ninja -C "$build" src/unspin-count-phrases >&2
out=$here/data/rates.tsv
for f in "$corpus"/*.txt.zst; do zstd -dcq "$f"; done | awk 'NF && ++n % 3 == 0' |
  "$build/src/unspin-count-phrases" --data "$build/data" --syntax "$here/data/phrases/syntax.txt" "$here"/data/phrases/*.tsv > "$out.new"
sort -o "$out.new" "$out.new"
mv "$out.new" "$out"
