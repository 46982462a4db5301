#!/bin/sh
# Trains data/plain.vec, the word vectors, anew: the same corpus gives the same bytes (with the same mathematics library).
#
# usage: data/tools/train-vectors.sh CORPUS_DIR UNSPIN [OUT]      (arguments as for train-lm.sh)
#
# Only texts about the world, not minutes, papers and code: 59 million words, three times over. Five minutes, 1 GB.
set -eu

corpus=${1:?the folder of the corpus}
unspin=${2:?the unspin program}
here=$(cd "$(dirname "$0")/.." && pwd)
out=${3:-$here/plain.vec}

names="bbc_news guardian abc agnews_test fnc1 horne_news kpcrowd_news fakenewsnet_real reuters_c50 readability_pages
  wh_statements us_presidents politifact_claims openstax_by openstax_nc wikitext2 brown gum masc digitalgov lctt_tech"

texts=$(mktemp -d "${TMPDIR:-/tmp}/unspin-corpus-XXXXXX")
trap 'rm -rf "$texts"' EXIT
trap 'exit 1' HUP INT TERM
for name in $names; do
  if [ -f "$corpus/$name.txt.zst" ]; then zstd -dqf "$corpus/$name.txt.zst" -o "$texts/$name.txt"
  else cp "$corpus/$name.txt" "$texts/$name.txt"
  fi
done
# shellcheck disable=SC2046,SC2086 # the list is words on purpose
"$unspin" model train --vectors -o "$out" --epochs 3 $(for name in $names; do echo "$texts/$name.txt"; done)
