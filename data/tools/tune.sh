#!/bin/sh
# Makes data/weights.tsv anew. A text is judged by a channel that has not learned from it, or from its spinner: what was
# learned from a text itself would teach the scorer to trust what it has learned more than an unseen text warrants.
#
# usage: data/tools/tune.sh SHARED_DIR BUILD_DIR WORK_DIR [OUT [OPTION]...]
#   SHARED_DIR  holds dev/ (real.jsonl, synth/, clean/) and tools/spin.py
#   BUILD_DIR   where unspin is built
#   WORK_DIR    that of learn.sh, which has left counts/SPINNER.tsv there
#   OUT         data/weights.tsv if not given
#   OPTION      of unspin model tune, such as --folds 0; --leave knows the groups real/SPINNER/DOCUMENT, synth/SPINNER,
#               own and clean. The shipped weights: --folds 0 --networks 2
#   LIMIT       (environment) at most so many documents of each kind, and no rows: for a trial
#   WORDNET_DIR, MYTHES (environment) the thesauri, as Debian lays them out
#
# Cross-validation takes most of the time: five trainings beside the one that counts. --folds 0 leaves it out.
set -eu

usage() { sed -n '2,15s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# -ge 3 ] || usage
shared=$1 build=$2 work=$3
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
out=${4:-$here/weights.tsv}
if [ $# -gt 4 ]; then shift 4; else shift $#; fi
build=$(CDPATH= cd -- "$build" && pwd)

# shellcheck disable=SC2086 # empty or a number
python3 "$here/tools/tuning_texts.py" "$shared" "$work/tune" ${LIMIT:-}

. "$here/tools/channels.sh"

# Every real document twice: without itself, and without all that its spinner wrote.
# shellcheck disable=SC2046,SC2086 # file names of ours, without blanks
{
  observed real $(others none)
  for engine in "$work"/tune/real/*; do
    e=$(basename "$engine")
    observed "engine-$e" $(others "$engine/*")
    channel "engine-$e" "$work/counts/engine-$e.tsv" $spinners
    for doc in "$engine"/*.jsonl; do
      d=$(basename "$doc" .jsonl)
      observed "doc-$d" $(others "$doc")
      channel "doc-$d" "$work/counts/doc-$d.tsv" $spinners
      set -- "$@" --group "real/$e/$d" --data "$work/data/doc-$d" "$doc" --data "$work/data/engine-$e" "$doc"
    done
  done
  for s in $spinners; do
    channel "no-$s" "$work/counts/real.tsv" $(without "$s")
    # by a channel that does not know the spinner, and by the one that is shipped
    set -- "$@" --group "synth/$s" --data "$work/data/no-$s" --weight 0.5 "$work/tune/high/$s.jsonl" \
      --data "$build/data" --weight 0.3 "$work/tune/high/$s.jsonl"
    [ ! -s "$work/tune/synth/$s.jsonl" ] || set -- "$@" --data "$work/data/no-$s" "$work/tune/synth/$s.jsonl" \
      --data "$build/data" "$work/tune/synth/$s.jsonl"
  done
}

# Tortured phrases whose rows are left out: what is composed word by word is learned from them.
python3 "$here/tools/tortured_texts.py" "$work/tune/tortured" "$work/tune/clean" ${LIMIT:-}
terms=$work/data/no-terms
mkdir -p "$terms"
for file in "$build"/data/*; do [ -f "$file" ] && ln -sf "$file" "$terms/"; done
rm -f "$terms/phrases.db" "$terms/expressions.bin"
"$build/src/phrases/unspin-compile-phrases" -o "$terms/phrases.db" --syntax "$here/phrases/syntax.txt" --rates "$here/rates.tsv" \
  "$work/tune/tortured/rows"/*.tsv
# shellcheck disable=SC2046 # file names of ours, without blanks
"$build/src/phrases/unspin-compile-expressions" --forms "$build/data/forms.bin" --syntax "$here/phrases/syntax.txt" \
  --wordnet "${WORDNET_DIR:-/usr/share/wordnet}" $(printf -- '--rows %s ' "$work/tune/tortured/rows"/*.tsv) \
  -o "$terms/expressions.bin" "$here/expressions"/*.txt
set -- "$@" --group own --data "$terms" --weight 0.3 --pairs "$work/tune/tortured/tortured.jsonl" "$work/tune/tortured/planted.jsonl" \
  --sentences "$work/tune/tortured/tortured.jsonl" \
  --pairs

# The rest by the channel as it is shipped.
set -- "$@" --group own --data "$build/data" --weight 1 "$here/../tests/pairs/tune" --weight 0.5 "$here/passages" \
  --weight 0.5 --group clean --clean "$work/tune/clean"
[ -n "${LIMIT:-}" ] || set -- "$@" --weight 0.25 --rows
"$build/unspin" model tune "$@" -o "$out"
