#!/bin/sh
# Spark's rdd.pipe(): a process for each partition, lines in, as many lines out, in order; an empty partition gives nothing.
package=python3-pyspark
. "$(dirname "$0")/common.sh"
# What pipe() does to a program, without Spark: partitions, one of them empty, each to a process of its own.
split -n l/3 "$work/big.jsonl" "$work/partition-"
: >"$work/partition-zz"
for partition in "$work"/partition-*; do "$unspin" clean --format jsonl <"$partition"; done >"$work/piped"
cmp "$work/single.jsonl" "$work/piped"
[ -z "$("$unspin" clean --format jsonl </dev/null)" ]
echo 'spark: partitions through pipe() are what the single run made'
if python3 -c 'import pyspark' 2>/dev/null; then
  python3 - "$work/big.jsonl" "$unspin" "$work/spark" <<'PYTHON'
import sys
from pyspark import SparkContext
context = SparkContext('local[2]')
lines = context.textFile(sys.argv[1], 3).pipe(f'{sys.argv[2]} clean --format jsonl', checkCode=True).collect()
open(sys.argv[3], 'w').write(''.join(line + '\n' for line in lines))
PYTHON
  cmp "$work/single.jsonl" "$work/spark"
  echo 'spark: and so says Spark itself'
fi
