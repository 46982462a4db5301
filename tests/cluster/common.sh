# What both examples share: texts, what a single run makes of them, and the comparison. Sourced with UNSPIN set.
set -eu
name=$(basename "$0" .sh)
work=$(mktemp -d "${TMPDIR:-/tmp}/unspin-cluster-XXXXXX")
chmod 755 "$work"
unspin=$(realpath "$UNSPIN")
cleaners=
finish() {
  status=$?
  for cleaner in $cleaners; do $cleaner || :; done
  rm -rf "$work"
  exit $status
}
trap finish EXIT

skip() {
  echo "$name: skipped: $1"
  exit 77
}

need() {
  for tool in "$@"; do PATH=$PATH:/usr/sbin command -v "$tool" >/dev/null 2>&1 || skip "$tool is not installed (apt-get install $package)"; done
}

# Ends the daemon of a pid file, and waits for its end: it still writes.
stop() {
  pid=$(cat "$1")
  kill "$pid"
  for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null || break; sleep 0.3; done
}

# Waits until a command succeeds, SECONDS at most.
wait_for() {
  seconds=$1
  shift
  until "$@" >/dev/null 2>&1; do
    seconds=$((seconds - 1))
    [ "$seconds" -gt 0 ] || return 1
    sleep 1
  done
}

for n in $(seq 1 40); do
  mkdir -p "$work/spun/$((n % 5))"
  echo "The govt gave the fairway gentle to plan $n, and the firms will lend a hand with the work." >"$work/spun/$((n % 5))/$n.txt"
  echo "{\"id\": $n, \"text\": \"The govt gave the fairway gentle to plan $n, and the firms will lend a hand with the work.\"}" >>"$work/big.jsonl"
done
"$unspin" batch -q -o "$work/single" "$work/spun"
"$unspin" clean -o "$work/single.jsonl" "$work/big.jsonl"

same_as_single() {
  diff -r -x .unspin-batch "$work/single" "$work/restored"
  cmp "$work/single.jsonl" "$work/lines/big.jsonl"
  grep -rq 'green light' "$work/restored" || { echo "$name: nothing was restored"; exit 1; }
  echo "$name: the shards together are what the single run made, byte for byte"
}
