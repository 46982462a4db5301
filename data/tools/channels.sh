# Channels that have not learned from everything, for judging texts that learned counts must not have seen. To be sourced
# by tune.sh and coverage.sh, after setting
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

# channel NAME OBSERVED SPINNER...: data/NAME, the build's data with a channel from these counts only
channel() {
  folder=$work/data/$1 seen=$2
  shift 2
  [ -z "${REUSE_CHANNELS:-}" ] || [ ! -s "$folder/channel.bin" ] || return 0
  mkdir -p "$folder"
  for file in "$build"/data/*; do [ -f "$file" ] && ln -sf "$file" "$folder/"; done
  rm -f "$folder/channel.bin"
  sources=""
  for file in "$here"/phrases/*.tsv; do sources="$sources --rows $file"; done
  for maker in "$@"; do sources="$sources --simulated $work/counts/$maker.tsv"; done
  # shellcheck disable=SC2086 # options are words on purpose
  "$build/src/phrases/unspin-compile-channel" --forms "$build/data/forms.bin" --syntax "$here/phrases/syntax.txt" \
    --wordnet "${WORDNET_DIR:-/usr/share/wordnet}" --mythes "${MYTHES:-/usr/share/mythes/th_en_US_v2.dat}" $sources \
    --observed "$seen" -o "$folder/channel.bin"
}

# others PATTERN: the real documents whose path does not match it
others() { find "$work/tune/real" -name '*.jsonl' ! -path "$1" | sort; }
# without SPINNER: the other simulated spinners
without() { echo "$spinners" | tr ' ' '\n' | grep -vx "$1"; }
