# shellcheck shell=sh disable=SC2154 # run.sh gives samples and model
# A mirror image is told, and put right when told: here AFTER is mirrored by saying that it was.
[ -s "$model" ] || skip "the face model is not there"
face=$samples/nasa-portrait.png
cp "$face" twin.png
printf 'x_before,y_before\n500,500\n' >points.csv
try scardelta align "$face" twin.png -o out -q --mirrored after --map-points points.csv 2>&1 |
  sed "s|$samples|samples|"
ls out
tail -n 1 out/mapped-points.csv
grep '"status"' out/alignment.json
scardelta align "$face" twin.png -o both -q --mirrored after --mirrored before
echo "exit $?"
grep -E '"(status|model)"' both/alignment.json
scardelta compare "$face" twin.png -o report -q --mirrored after --json >report.json 2>/dev/null
echo "exit $?"
grep -E 'mirror' report.json
scardelta compare "$face" twin.png -o report -q --mirrored after --mirrored before --json 2>/dev/null | grep '"mirrored"'
try scardelta align twin.png twin.png -o out -q --mirrored both
leftovers
