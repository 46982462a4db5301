#!/bin/sh
# Makes data/weights.tsv anew. A text is judged by a channel that has not learned from it, or from its spinner: what was
# learned from a text itself would teach the scorer to trust what it has learned more than an unseen text warrants.
#
# usage: data/tools/tune.sh SHARED_DIR BUILD_DIR WORK_DIR [OUT [OPTION]...]
#   SHARED_DIR  holds dev/ (real.jsonl, synth/, clean/) and tools/spin.py
#   BUILD_DIR   where unspin is built
#   WORK_DIR    that of learn.sh, which has left counts/SPINNER.tsv there
#   OUT         data/weights.tsv if not given
#   OPTION      of unspin model tune, such as --folds 0
#   LIMIT       (environment) at most so many documents of each kind, and no rows: for a trial
#   WORDNET_DIR, MYTHES (environment) the thesauri, as Debian lays them out
#
# Cross-validation takes most of the time: five trainings beside the one that counts. --folds 0 leaves it out.
set -eu

usage() { sed -n '2,14s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# -ge 3 ] || usage
shared=$1 build=$2 work=$3
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
out=${4:-$here/weights.tsv}
if [ $# -gt 4 ]; then shift 4; else shift $#; fi
spinners="nltk synonymos wn_infl mythes rewordbot counterfit ppdb moby roget"
build=$(CDPATH= cd -- "$build" && pwd)

# shellcheck disable=SC2086 # empty or a number
python3 "$here/tools/tuning_texts.py" "$shared" "$work/tune" ${LIMIT:-}

# observed NAME FILE...: counts/NAME.tsv from these real documents
observed() {
  name=$1
  shift
  [ $# -gt 0 ] || { echo '# nothing' > "$work/counts/$name.tsv"; return; }
  "$build/unspin" phrases learn --quiet --data "$build/data" --min-count 1 --significance 0 \
    --tsv "$work/counts/$name.tsv" "$@"
}

# channel NAME OBSERVED SPINNER...: data/NAME, the build's data with a channel from these counts only
channel() {
  folder=$work/data/$1 seen=$2
  shift 2
  mkdir -p "$folder"
  for file in "$build"/data/*; do [ -f "$file" ] && ln -sf "$file" "$folder/"; done
  rm -f "$folder/channel.bin"
  sources=""
  for maker in "$@"; do sources="$sources --simulated $work/counts/$maker.tsv"; done
  # shellcheck disable=SC2086 # options are words on purpose
  "$build/src/phrases/unspin-compile-channel" --forms "$build/data/forms.bin" --syntax "$here/phrases/syntax.txt" \
    --wordnet "${WORDNET_DIR:-/usr/share/wordnet}" --mythes "${MYTHES:-/usr/share/mythes/th_en_US_v2.dat}" $sources \
    --observed "$seen" -o "$folder/channel.bin"
}

others() { find "$work/tune/real" -name '*.jsonl' ! -path "$1" | sort; }

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
      set -- "$@" --data "$work/data/doc-$d" "$doc" --data "$work/data/engine-$e" "$doc"
    done
  done
  for s in $spinners; do
    channel "no-$s" "$work/counts/real.tsv" $(echo $spinners | tr ' ' '\n' | grep -vx "$s")
    set -- "$@" --data "$work/data/no-$s" --weight 0.5 "$work/tune/high/$s.jsonl"
    [ ! -s "$work/tune/synth/$s.jsonl" ] || set -- "$@" --weight 0.3 "$work/tune/synth/$s.jsonl"
  done
}

# The rest, and the simulated spinners once more, by the channel as it is shipped.
set -- "$@" --data "$build/data" --weight 0.3 "$work/tune/high" "$work/tune/synth" --weight 1 "$here/../tests/pairs/tune" \
  --weight 0.5 "$here/passages" \
  --weight 0.5 --clean "$work/tune/clean"
[ -n "${LIMIT:-}" ] || set -- "$@" --weight 0.25 --rows
"$build/unspin" model tune "$@" -o "$out"
