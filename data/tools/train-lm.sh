#!/bin/sh
# Trains data/plain.lm anew. The same corpus gives the same bytes with any number of threads (and with the same mathematics
# library: the last bit of a logarithm is its own).
#
# usage: data/tools/train-lm.sh CORPUS_DIR UNSPIN [OUT]
#   CORPUS_DIR  holds NAME.txt or NAME.txt.zst for every name below (data/SOURCES.md says where they come from)
#   UNSPIN      the built program
#   OUT         data/plain.lm if not given
#
# How the weights were found: by perplexity on 269 documents held out of the news sources (a fixed share of each:
# "document i of every n"), with order 3 and no pruning but of what was met once. From all equal (179.5) by way of
# 4 2 1 1 1 (171.5), 8 2 1 1 1 (169.2), 16 4 0.5 1 1 (165.8) and 16 2 0.5 0.5 0.5 (164.7) to these (164.3); around
# them the figures are flat. The five groups: the BBC's own news, other news, politics, textbooks and mixed prose, the rest.
#
# The final model uses all documents. Needs about 7 GB of memory, 1 GB of disk beside OUT, and three minutes.
set -eu

corpus=${1:?the folder of the corpus}
unspin=${2:?the unspin program}
here=$(cd "$(dirname "$0")/.." && pwd)
out=${3:-$here/plain.lm}

bbc="bbc_news"
news="guardian abc agnews_test fnc1 horne_news kpcrowd_news fakenewsnet_real ieer_news rte_news wsj_treebank reuters_c50
  nyt_editorial_snippets readability_pages"
politics="wh_statements ungd_1990on us_presidents un_aligned politifact_claims fed_speeches wh_remarks"
prose="openstax_by openstax_nc wikitext2 brown gum masc literary ud_pud plainlanguage pil_leaflets"
rest="18f abstracts acl_papers craft_biomed digitalgov govuk_dev lctt_tech opensource_guide plos reuters21578 rust_blog usagov"

texts=$(mktemp -d "${TMPDIR:-/tmp}/unspin-corpus-XXXXXX")
trap 'rm -rf "$texts"' EXIT
trap 'exit 1' HUP INT TERM

# Unpacks each name and appends the option and the paths to the arguments.
arguments=""
add() {
  weight=$1
  shift
  arguments="$arguments --weight $weight"
  for name in "$@"; do
    if [ -f "$corpus/$name.txt.zst" ]; then zstd -dqf "$corpus/$name.txt.zst" -o "$texts/$name.txt"
    else cp "$corpus/$name.txt" "$texts/$name.txt"
    fi
    arguments="$arguments $texts/$name.txt"
  done
}
# shellcheck disable=SC2086 # the lists are words on purpose
{
  add 16 $bbc
  add 2 $news
  add 0.25 $politics
  add 0.5 $prose
  add 0.25 $rest
  "$unspin" model train -o "$out" --order 5 --vocab 131000 --bits 6 --max-size 40M --memory 9G \
    --abbreviations "$here/../dict/abbreviations.txt" $arguments
}
