#!/bin/sh
# baseline.sh PROGRAM FOLDER: TAP, a line a pair; without FOLDER/baseline.json there is nothing to compare with.
if [ ! -f "$2/baseline.json" ]; then
  echo "1..0 # SKIP no baseline: $1 check --baseline $2/baseline.json --update $2"
  exit 0
fi
# The tables of whoever runs this are no part of it.
XDG_DATA_HOME=/dev/null/none XDG_CONFIG_DIRS=/dev/null/none
export XDG_DATA_HOME XDG_CONFIG_DIRS
exec "$1" check --baseline "$2/baseline.json" --tap "$2"
