#!/bin/sh
# bench.sh PROGRAM MEASURE FLOOR BEFORE AFTER [RUNS]: a comparison against its floor (decode both
# photos, shrink them, encode the panels: floor.c), in one go on one machine, so that the ratios can
# be compared between machines; then each stage of it against the same floor.
set -eu
program=$1 measure=$2 floor=$3 before=$4 after=$5 runs=${6:-5}
for photo in "$before" "$after"; do
  [ -f "$photo" ] || { echo "$photo is not there: nothing to measure"; exit 1; }
done
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

alone=$("$measure" "$runs" "$floor" "$before" "$after")
printf '%-28s %10s %10s %10s %10s\n' "median of $runs" seconds ratio "peak MB" ratio
row() {
  printf '%s %s\n' "$2" "$alone" | awk -v name="$1" '{
    printf "%-28s %10.3f %10.1f %10.1f %10.1f\n", name, $1, $1 / $3, $2, $2 / $4 }'
}
row "decoding both photos" "$("$measure" "$runs" "$floor" --decode "$before" "$after")"
row "floor" "$alone"
row "compare" "$("$measure" "$runs" "$program" compare "$before" "$after" -o "$out" -q)"
row "compare -j 1" "$("$measure" "$runs" "$program" compare "$before" "$after" -o "$out" -q -j 1)"
row "align" "$("$measure" "$runs" "$program" align "$before" "$after" -o "$out" -q)"
row "inspect, both" "$("$measure" "$runs" "$program" inspect "$before" "$after" -q)"

# The run of median length tells its stages.
for run in $(seq "$runs"); do
  "$program" compare "$before" "$after" -o "$out" -q --timings 2>"$out/timings.$run"
done
middle=$(grep -H '^in all' "$out"/timings.* | awk '{ print $(NF - 4), $1 }' | sort -n |
  sed -n "$(((runs + 1) / 2))s/.* \(.*\):in$/\1/p")
printf '\n%-28s %10s %10s %10s %10s\n' "stages of one run" seconds ratio "CPU s" ratio
awk -v floor="${alone%% *}" '/ s CPU$/ {
  name = substr($0, 1, 30); sub(/ +$/, "", name)
  printf "%-28s %10.3f %10.1f %10.3f %10.1f\n", name, $(NF - 4), $(NF - 4) / floor, $(NF - 2),
    $(NF - 2) / floor }' "$middle"
