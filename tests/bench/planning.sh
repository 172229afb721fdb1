#!/bin/sh
# planning.sh SCARDELTA [FILES]: what listing an archive of that many empty files costs a batch's dry
# run, beside find on the same tree in the same run.
set -eu
program=$1
files=${2:-1000000}
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
now() { date +%s%N; }
seq 1 $((files / 10)) | sed "s|^|$tree/subject-|" | xargs mkdir
for k in 01 02 03 04 05 06 07 08 09 10; do
  seq 1 $((files / 10)) | sed "s|.*|$tree/subject-&/2025-$k-15.jpg|" | xargs touch
done
find "$tree" -type f >/dev/null # what the system keeps in memory is there for both
start=$(now)
find "$tree" -type f >"$tree/../found.$$"
middle=$(now)
"$program" batch "$tree" --dry-run >/dev/null 2>"$tree/../said.$$"
end=$(now)
awk -v files="$files" -v find=$((middle - start)) -v plan=$((end - middle)) 'BEGIN {
  printf "%d files: planned %.0f a second, find listed %.0f a second, ratio %.1f\n", files,
    files / plan * 1e9, files / find * 1e9, plan / find }'
cat "$tree/../said.$$"
rm -f "$tree/../found.$$" "$tree/../said.$$"
