#!/bin/sh
# Makes data/learned.tsv anew: what spinners put for what, counted in texts that simulated spinners were set on and in
# those of real spinners.
#
# usage: data/tools/learn.sh SHARED_DIR BUILD_DIR WORK_DIR [OUT]
#   SHARED_DIR  holds corpus/NAME.txt[.zst], tools/spin.py (the simulated spinners) and dev/real.jsonl (real ones)
#   BUILD_DIR   where unspin is built
#   WORK_DIR    gets counts/SPINNER.tsv, which tune.sh reads, too; what lies there already is not made again
#   OUT         data/learned.tsv if not given
#   WORDS       (environment) words for each simulated spinner, 2300000; fewer for a trial
#   WORDNET_DIR, MYTHES (environment) the thesauri, as Debian lays them out
#
# At full size spinning takes some seven minutes, learning two; WORK_DIR grows to 0.7 GB.
set -eu

usage() { sed -n '2,13s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# -ge 3 ] || usage
shared=$1 build=$(CDPATH= cd -- "$2" && pwd) work=$3
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
. "$here/tools/channels.sh"
out=${4:-$here/learned.tsv}
words=${WORDS:-2300000}

mkdir -p "$work/texts" "$work/spun" "$work/counts"

# shellcheck disable=SC2086 # the list is words on purpose
for s in $spinners; do
  [ -s "$work/texts/$s.txt" ] && continue
  python3 "$here/tools/cut_corpus.py" "$shared/corpus" "$work/texts" "$words" $spinners
  break
done

# A row learned from little is noise more often than not, more so if it puts several words for one, and most so if what
# it restores is a single function word: such rows come from badly aligned places.
filter() {
  awk -F '\t' 'BEGIN { n = split("a an the of to and in that", w, " "); for (i = 1; i <= n; i++) common[w[i]] = 1 }
    /^#/ || ($4 >= 3 && ($1 !~ / / || $4 >= 8) && (!($2 in common) || $4 >= 30))'
}

for s in $spinners; do
  [ -s "$work/counts/$s.tsv" ] && continue
  [ -s "$work/spun/$s.jsonl" ] ||
    { python3 "$shared/tools/spin.py" --personality "$s" --rate 0.6 --unit para "$work/texts/$s.txt" \
        > "$work/spun/$s.new" && mv "$work/spun/$s.new" "$work/spun/$s.jsonl"; }
  "$build/unspin" phrases learn --quiet --data "$build/data" --min-count 2 --tsv "$work/counts/$s.all" "$work/spun/$s.jsonl"
  filter < "$work/counts/$s.all" > "$work/counts/$s.new"
  mv "$work/counts/$s.new" "$work/counts/$s.tsv"
  rm "$work/counts/$s.all"
done

# Of what real spinners wrote there is so little that everything counts.
"$build/unspin" phrases learn --quiet --data "$build/data" --min-count 1 --significance 0 --tsv "$work/counts/real.all" \
  "$shared/dev/real.jsonl"
mv "$work/counts/real.all" "$work/counts/real.tsv"

# shellcheck disable=SC2046,SC2086 # options without blanks
compile_channel $thesauri $(simulated $spinners) $(authored) --observed "$work/counts/real.tsv" --list "$work/learned.list" \
  -o "$work/channel.bin"
{
  cat <<'HEAD'
# What was learned from spun texts: spun, plain, part of speech, simulated spinners that make the substitution, log10 P(plain | spun)
# over them, the highest log10 P(spun | plain) of any spinner, log10 P(plain | spun) in what real spinners wrote, and 8 ln(1 + how often).
# Made by data/tools/learn.sh; see SOURCES.md. Counts and probabilities only.
HEAD
  cat "$work/learned.list"
} > "$work/learned.new"
mv "$work/learned.new" "$out"
