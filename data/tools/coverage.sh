#!/bin/sh
# How often the original is among the candidates, on texts that the channel has not learned from: real documents each by a
# channel without it, and by one without all that its spinner wrote; simulated spinners by a channel that has not learned
# from them (the thesaurus of some is in it all the same: MyThes, WordNet), and by the one that is shipped, which knows the
# spinners but not the articles; our own pairs by the shipped one, too.
#
# usage: data/tools/coverage.sh SHARED_DIR BUILD_DIR WORK_DIR
#   SHARED_DIR  holds dev/ (real.jsonl, synth/)
#   BUILD_DIR   where unspin is built
#   WORK_DIR    that of learn.sh, which has left counts/SPINNER.tsv there; gets coverage/NAME.json
#   MISSING     (environment) so many pairs that nobody offers are listed in each coverage/NAME.json
#   WORDNET_DIR, MYTHES (environment) the thesauri, as Debian lays them out
#
# Prints a table in Markdown. Takes about three minutes.
set -eu

usage() { sed -n '2,16s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# -eq 3 ] || usage
shared=$1 work=$3
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
build=$(CDPATH= cd -- "$2" && pwd)
. "$here/tools/channels.sh"

mkdir -p "$work/counts" "$work/coverage"
rm -f "$work"/coverage/*.json
python3 - "$shared/dev/real.jsonl" "$work/tune/real" <<'SPLIT'
import json, pathlib, sys
documents = {}
for line in open(sys.argv[1], encoding='utf-8'):
    row = json.loads(line)
    documents.setdefault((row['engine'], row['doc'].replace('/', '-')), []).append(line)
for (engine, doc), lines in documents.items():
    folder = pathlib.Path(sys.argv[2], engine)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f'{doc}.jsonl').write_text(''.join(lines), encoding='utf-8')
SPLIT

# measure GROUP NAME DATA PAIRS...
measure() {
  group=$1 name=$2 data=$3
  shift 3
  "$build/unspin" phrases coverage --json ${MISSING:+--missing "$MISSING"} --data "$data" "$@" \
    > "$work/coverage/$group.$name.json"
}

# shellcheck disable=SC2046,SC2086 # file names of ours, without blanks
{
  observed real $(others none)
  for engine in "$work"/tune/real/*; do
    e=$(basename "$engine")
    observed "engine-$e" $(others "$engine/*")
    channel "engine-$e" "$work/counts/engine-$e.tsv" $spinners
    measure spinner-left-out "$e" "$work/data/engine-$e" "$engine"
    rm "$work/data/engine-$e/channel.bin"
    for doc in "$engine"/*.jsonl; do
      d=$(basename "$doc" .jsonl)
      observed "doc-$d" $(others "$doc")
      channel "doc-$d" "$work/counts/doc-$d.tsv" $spinners
      measure document-left-out "$e-$d" "$work/data/doc-$d" "$doc"
      rm "$work/data/doc-$d/channel.bin"
    done
  done
  for s in $spinners; do
    [ -s "$shared/dev/synth/$s.jsonl" ] || continue
    channel "no-$s" "$work/counts/real.tsv" $(without "$s")
    measure personality-left-out "$s" "$work/data/no-$s" "$shared/dev/synth/$s.jsonl"
    rm "$work/data/no-$s/channel.bin"
    measure article-left-out "$s" "$build/data" "$shared/dev/synth/$s.jsonl"
  done
}
measure own-pairs final "$build/data" "$here/../tests/pairs/final"

python3 "$here/tools/coverage_table.py" "$work"/coverage/*.json
