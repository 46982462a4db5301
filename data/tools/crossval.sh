#!/bin/sh
# How well unspin does on documents and spinners that it has learned nothing from: weights and channel are made without
# them, and ../shared/tools/restore_eval.py judges what `unspin clean` makes of them.
#
# usage: data/tools/crossval.sh SHARED_DIR BUILD_DIR WORK_DIR [PART]...
#   SHARED_DIR, BUILD_DIR, WORK_DIR  as for tune.sh; WORK_DIR/counts comes from learn.sh
#   PART  document (real documents, each left out), spinner (all that a real spinner wrote left out), personality
#         (simulated spinners, each left out, on articles left out), known (these spinners known, articles left out),
#         clean, seeds; all of them if none is given
#   REUSE (environment) weights and channels that lie in WORK_DIR are taken as they are
#
# Documents are left out in six groups: each group's weights are learned without all of it, its channels without each
# member. Spinners, real and simulated, are left out one by one. An hour on two cores, most of it training. Writes WORK_DIR/crossval.json, too.
set -eu

usage() { sed -n '2,15s/^# \{0,1\}//p' "$0" >&2; exit 2; }
[ $# -ge 3 ] || usage
shared=$1 build=$2 work=$3
shift 3
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
mkdir -p "$work/crossval"

if [ -z "${REUSE:-}" ]; then
  python3 "$here/tools/crossval.py" leave "$shared" "$work" > "$work/crossval/leave"
  leave=$(cat "$work/crossval/leave")
  # shellcheck disable=SC2086 # options without blanks
  "$here/tools/tune.sh" "$shared" "$build" "$work" "$work/crossval/all.tsv" --folds 0 $leave
fi
python3 "$here/tools/crossval.py" judge "$shared" "$build" "$work" "$@"
