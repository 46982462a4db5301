#!/bin/sh
# A data folder of a few kilobytes, made by the same programs as the real one: fuzz targets that restore text open it in
# no time, and its files are the seeds of those that read images.
# usage: make.sh OUT SOURCE COMPILE_FORMS COMPILE_PHRASES COMPILE_CHANNEL COMPILE_EXPRESSIONS UNSPIN
set -eu
out=$1 source=$2 forms=$3 phrases=$4 channel=$5 expressions=$6 unspin=$7
here=$source/tests/fuzz/tiny
rm -rf "$out"
mkdir -p "$out/dict" "$out/hunspell" "$out/wordnet"

for file in "$source"/dict/*.tsv "$source"/dict/*.txt; do
  name=$(basename "$file")
  case $name in
    tag-*|negation*|abbreviations*|spelling-rules*|suffix-guesses*|plural-endings*) cp "$file" "$out/dict/" ;;
    word-counts.tsv) { grep '^# total' "$file"; grep -v '^#' "$file" | head -80; } > "$out/dict/$name" ;;
    *) grep -v '^#' "$file" | head -12 > "$out/dict/$name" ;;
  esac
done
for dialect in en_GB en_US; do
  printf 'SET UTF-8\nSFX S Y 1\nSFX S 0 s .\n' > "$out/hunspell/$dialect.aff"
  { wc -l < "$here/words.txt"; cat "$here/words.txt"; } > "$out/hunspell/$dialect.dic"
done
for class in noun verb adj adv; do
  echo '  1 none' > "$out/wordnet/index.$class"
  echo '  1 none' > "$out/wordnet/data.$class"
  : > "$out/wordnet/$class.exc"
done
: > "$out/wordnet/cntlist.rev"

syntax=$source/data/phrases/syntax.txt
"$forms" --dict "$out/dict" --hunspell "$out/hunspell" --wordnet "$out/wordnet" -o "$out/forms.bin"
"$phrases" -o "$out/phrases.db" --syntax "$syntax" --rates /dev/null "$here/rows.tsv"
"$channel" --forms "$out/forms.bin" --syntax "$syntax" --learned "$here/learned.tsv" --rows "$here/rows.tsv" -o "$out/channel.bin"
"$expressions" --forms "$out/forms.bin" --syntax "$syntax" --rows "$here/rows.tsv" -o "$out/expressions.bin" "$here/expressions.txt" > "$out/log"
"$unspin" model train --order 3 --quiet -o "$out/plain.lm" "$here/text.txt"
"$unspin" model train --vectors --quiet -o "$out/plain.vec" "$here/text.txt"
cp "$syntax" "$source/data/weights.tsv" "$source/data/weights-fast.tsv" "$source/data/engine.tsv" "$source/dict/function-words.tsv" "$out/"
rm -r "$out/dict" "$out/hunspell" "$out/wordnet"

# Seeds that are small: a table and a journal of small pages, the matcher inside the table, the first lines of the weights.
mkdir "$out/in"
cp "$here/text.txt" "$out/in/"
UNSPIN_DATA=$out "$unspin" batch --quiet -o "$out/out" "$out/in"
cp "$out/out/.unspin-batch/job.db" "$out/seed-journal.db"
rm -r "$out/in" "$out/out"
python3 - "$out" <<'SEEDS'
import sqlite3, sys
out = sys.argv[1]
table = sqlite3.connect(out + '/phrases.db')
open(out + '/seed-matcher.bin', 'wb').write(table.execute("SELECT bytes FROM image").fetchone()[0])
table.execute(f"VACUUM INTO '{out}/seed-table.db'")
small = sqlite3.connect(out + '/seed-table.db')
small.executescript("PRAGMA page_size=512; VACUUM")
small.close()
journal = sqlite3.connect(out + '/seed-journal.db')
journal.executescript("PRAGMA page_size=512; VACUUM")
journal.close()
SEEDS
head -c 6000 "$out/weights.tsv" > "$out/seed-weights.tsv"
