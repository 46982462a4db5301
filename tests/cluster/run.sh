#!/bin/sh
# make check-cluster: the examples of the README on engines that others wrote. UNSPIN: the program; 77 is a skipped one.
export UNSPIN="$1"
here=$(dirname "$0")
failed=0
for example in parallel slurm spark; do
  sh "$here/$example.sh" || [ $? -eq 77 ] || failed=1
done
exit $failed
