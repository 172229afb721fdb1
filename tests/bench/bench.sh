#!/bin/sh
# bench.sh PROGRAM MEASURE DECODE BEFORE AFTER [RUNS]: a comparison against decoding both photos and
# nothing else, in one go on one machine, so that the ratios can be compared between machines.
set -eu
program=$1 measure=$2 decode=$3 before=$4 after=$5 runs=${6:-5}
for photo in "$before" "$after"; do
  [ -f "$photo" ] || { echo "$photo is not there: nothing to measure"; exit 1; }
done
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

alone=$("$measure" "$runs" "$decode" "$before" "$after")
printf '%-28s %10s %10s %10s %10s\n' "median of $runs" seconds ratio "peak MB" ratio
row() {
  printf '%s %s\n' "$2" "$alone" | awk -v name="$1" '{
    printf "%-28s %10.3f %10.1f %10.1f %10.1f\n", name, $1, $1 / $3, $2, $2 / $4 }'
}
row "decoding both JPEGs alone" "$alone"
row "compare" "$("$measure" "$runs" "$program" compare "$before" "$after" -o "$out" -q)"
row "compare -j 1" "$("$measure" "$runs" "$program" compare "$before" "$after" -o "$out" -q -j 1)"
row "align" "$("$measure" "$runs" "$program" align "$before" "$after" -o "$out" -q)"
row "inspect, both" "$("$measure" "$runs" "$program" inspect "$before" "$after" -q)"
