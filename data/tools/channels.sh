# Channels that have not learned from everything, for judging texts that learned counts must not have seen. To be sourced
# by learn.sh, tune.sh, coverage.sh and ablate.sh, after setting
#   shared  holds dev/real.jsonl
#   here    data/ of the sources
#   build   where unspin is built, an absolute path
#   REUSE_CHANNELS (environment) if set, what lies in work already is not made again
#   work    gets counts/NAME.tsv and data/NAME; holds counts/SPINNER.tsv (learn.sh)
# shellcheck shell=sh disable=SC2154

spinners="nltk synonymos wn_infl mythes rewordbot counterfit ppdb moby roget"

# observed NAME FILE...: counts/NAME.tsv from these real documents
observed() {
  name=$1
  shift
  [ -z "${REUSE_CHANNELS:-}" ] || [ ! -s "$work/counts/$name.tsv" ] || return 0
  [ $# -gt 0 ] || { echo '# nothing' > "$work/counts/$name.tsv"; return; }
  "$build/unspin" phrases learn --quiet --data "$build/data" --min-count 1 --significance 0 \
    --tsv "$work/counts/$name.tsv" "$@"
}

# Options of unspin-compile-channel: what we wrote, the thesauri, what simulated spinners were seen to do.
authored() {
  for file in "$here"/phrases/*.tsv; do printf -- '--rows %s ' "$file"; done
  for file in "$here"/judged/*.txt; do printf -- '--judged %s ' "$file"; done
}
thesauri="--wordnet ${WORDNET_DIR:-/usr/share/wordnet} --mythes ${MYTHES:-/usr/share/mythes/th_en_US_v2.dat}"
simulated() { for maker in "$@"; do printf -- '--simulated %s ' "$work/counts/$maker.tsv"; done; }

# compile_channel OPTION...
compile_channel() {
  "$build/src/phrases/unspin-compile-channel" --forms "$build/data/forms.bin" --syntax "$here/phrases/syntax.txt" "$@"
}

# channel NAME OBSERVED SPINNER...: data/NAME, the build's data with a channel from these counts only
channel() {
  folder=$work/data/$1 seen=$2
  shift 2
  [ -z "${REUSE_CHANNELS:-}" ] || [ ! -s "$folder/channel.bin" ] || return 0
  mkdir -p "$folder"
  for file in "$build"/data/*; do [ -f "$file" ] && ln -sf "$file" "$folder/"; done
  rm -f "$folder/channel.bin"
  # shellcheck disable=SC2046,SC2086 # options without blanks
  compile_channel $thesauri $(simulated "$@") $(authored) --observed "$seen" -o "$folder/channel.bin"
}

# others PATTERN: the real documents whose path does not match it
others() { find "$work/tune/real" -name '*.jsonl' ! -path "$1" | sort; }
# without SPINNER: the other simulated spinners
without() { echo "$spinners" | tr ' ' '\n' | grep -vx "$1"; }
