#!/bin/sh
# What each group of features and each source of data is worth: makes data/ABLATION.md.
#
# usage: data/tools/ablate.sh SHARED_DIR BUILD_DIR WORK_DIR [OUT]
#   SHARED_DIR, BUILD_DIR, WORK_DIR  as for tune.sh and crossval.sh; WORK_DIR/counts comes from learn.sh
#   OUT  data/ABLATION.md if not given
#   REUSE (environment) the weights that lie in WORK_DIR/ablation are taken as they are
#
# For each group of features weights are learned that do not look at it, without the documents that judge them. Sources of
# data are taken away from the finished program; its weights are not learned anew. Half an hour on two cores.
set -eu

usage() { sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# -ge 3 ] || usage
shared=$1 build=$(CDPATH='' cd -- "$2" && pwd) work=$3
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
out=${4:-$here/ABLATION.md}
mkdir -p "$work/ablation"

if [ -z "${REUSE:-}" ]; then
  python3 "$here/tools/ablate.py" leave "$work" > "$work/ablation/leave"
  leave=$(cat "$work/ablation/leave")
  # shellcheck disable=SC2086 # options without blanks
  "$here/tools/tune.sh" "$shared" "$build" "$work" "$work/ablation/all.tsv" --folds 0 $leave
fi

# Channels that lack a source. What real spinners wrote is counted without the documents that judge.
. "$here/tools/channels.sh"
variants=$work/ablation/variants
mkdir -p "$variants"
judges=$(python3 "$here/tools/ablate.py" documents)
# shellcheck disable=SC2046 # file names of ours, without blanks
observed ablation $(others none | grep -v -E "/($judges)\.jsonl$")
learned="--observed $work/counts/ablation.tsv $(simulated $spinners)"
# shellcheck disable=SC2046,SC2086 # options without blanks
{
  compile_channel $(authored) $thesauri $learned -o "$variants/held-out.channel.bin"
  compile_channel $(authored) $learned -o "$variants/no-thesauri.channel.bin"
  compile_channel $(authored) $thesauri -o "$variants/no-learned.channel.bin"
  compile_channel $thesauri $learned -o "$variants/no-rows.channel.bin"
  compile_channel $(printf -- '--rows %s ' "$here"/phrases/*.tsv) $thesauri $learned -o "$variants/no-judged.channel.bin"
}
printf '# a table that knows next to nothing\nzyzzogeton\tinsect\tn\t1\n' > "$variants/none.tsv"
"$build/src/phrases/unspin-compile-phrases" -o "$variants/no-rows.phrases.db" --syntax "$here/phrases/syntax.txt" "$variants/none.tsv"

# The program wants these files; here they hold nothing, or one word that no text has.
"$build/src/phrases/unspin-compile-expressions" --forms "$build/data/forms.bin" --syntax "$here/phrases/syntax.txt" \
  -o "$variants/none.expressions.bin"
echo Zyzzogeton. > "$variants/none.txt"
"$build/unspin" model train --quiet -o "$variants/none.plain.lm" "$variants/none.txt"
"$build/unspin" model train --quiet --vectors -o "$variants/none.plain.vec" "$variants/none.txt"
python3 "$here/tools/ablate.py" judge "$shared" "$build" "$work" > "$out.new"
mv "$out.new" "$out"
