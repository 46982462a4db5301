#!/bin/sh
# What our rows bring as they become more: real spinners restored with 10,000 of them, 20,000, 40,000, 80,000 and all. Rows
# are drawn by a hash of what they say, so that every topic and every author is in each part; weights and learned counts
# are those of crossval.sh that know nothing of the spinner that is judged.
#
# usage: data/tools/rows_gain.sh SHARED_DIR BUILD_DIR WORK_DIR
#   SHARED_DIR, BUILD_DIR, WORK_DIR  as for crossval.sh, which has left crossval/spinner-*.tsv and counts/engine-*.tsv there
#
# Prints a table in Markdown. Some five minutes.
set -eu

usage() { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# -eq 3 ] || usage
shared=$1 build=$(CDPATH='' cd -- "$2" && pwd) work=$3
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$here/tools/channels.sh"

rows=$work/rows
mkdir -p "$rows"
for n in 10000 20000 40000 80000 all; do
  python3 "$here/tools/rows_gain.py" draw "$n" "$here/phrases" "$rows/$n"
  "$build/src/phrases/unspin-compile-phrases" -o "$rows/$n.db" --syntax "$here/phrases/syntax.txt" --rates "$here/rates.tsv" \
    "$rows/$n"/*.tsv
  for engine in "$work"/tune/real/*; do
    e=$(basename "$engine")
    # shellcheck disable=SC2046,SC2086 # options without blanks
    compile_channel $thesauri $(simulated $spinners) $(printf -- '--rows %s ' "$rows/$n"/*.tsv) --observed "$work/counts/engine-$e.tsv" \
      -o "$rows/$n.$e.bin"
  done
done
python3 "$here/tools/rows_gain.py" judge "$shared" "$build" "$work"
