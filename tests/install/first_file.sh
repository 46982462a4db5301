#!/bin/sh
# From a clone to the first cleaned file, as somebody new would go: git clone, make, unspin clean. Says how long each
# step took, of wall and of processor time. Installs nothing: what .ci/setup asks for must be there.
# usage: first_file.sh [REPOSITORY]      (this one, if nothing is said)
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
repository=${1-$here}
work=$(mktemp -d "${TMPDIR:-/tmp}/unspin-first-XXXXXX")
trap 'rm -rf "$work"' EXIT

# "user nice system ..." of this shell and of all that it has waited for, in seconds
spent() { sed 's/.*) //' /proc/$$/stat | awk -v tick="$(getconf CLK_TCK)" '{ printf "%.1f", ($12 + $13 + $14 + $15) / tick }'; }
began=$(date +%s)
step() {
  name=$1
  shift
  "$@" >"$work/log" 2>&1 || { tail -20 "$work/log"; echo "first_file: $name failed" >&2; exit 1; }
  echo "$name: $(($(date +%s) - began)) s since the beginning, $(spent) s of processor time"
}

step 'cloned' git clone --quiet "$repository" "$work/unspin"
cd "$work/unspin"
step 'built' make
step 'first file cleaned' build/unspin clean -o "$work/first.txt" tests/samples/sample.spun.txt
cmp -s "$work/first.txt" tests/samples/sample.spun.txt && { echo 'first_file: nothing was restored' >&2; exit 1; }
echo "from the clone to the first cleaned file: $(($(date +%s) - began)) s, $(spent) s of processor time"
