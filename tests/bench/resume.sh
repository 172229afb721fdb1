#!/bin/sh
# resume.sh SCARDELTA PICTURES [SUBJECTS]: how long a batch takes that has nothing left to do. One subject
# is compared for real and copied; the first run then only writes the overview of all.
set -eu
program=$1
subjects=${3:-1000}
here=$(cd "$(dirname "$0")" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
now() { date +%s%N; }
mkdir -p "$tree/in/one"
"$2" skin "$tree/in/one/2025-01-01-front.png" 224 5 1 1 0
"$2" skin "$tree/in/one/2025-03-01-front.png" 224 5 0.97 0.6 1.5
batch() { "$program" batch "$tree/in" -o "$tree/out" --scale-mm-per-px 0.1 -q --json; }
batch >/dev/null
python3 "$here/resume.py" "$tree/in" "$tree/out" "$subjects"
for what in 'overview written anew' 'nothing to do' 'nothing to do'; do
  start=$(now)
  batch
  end=$(now)
  awk -v what="$what" -v took=$((end - start)) 'BEGIN { printf "%s: %.2f s\n", what, took / 1e9 }'
done
