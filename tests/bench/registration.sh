#!/bin/sh
# registration.sh PROGRAM PAIRS_PROGRAM MODELS [WIDTH]: see registration.py.
set -eu
program=$1 make_pairs=$2 models=$3 width=${4:-1200}
here=$(cd "$(dirname "$0")" && pwd)
python3 -c 'import cv2, numpy' 2>/dev/null ||
  { echo "python3-opencv is not there: nothing to compare with"; exit 1; }
pairs=$(mktemp -d)
trap 'rm -rf "$pairs"' EXIT
"$make_pairs" "$models" "$pairs" "$width"
python3 "$here/registration.py" "$program" "$pairs"
