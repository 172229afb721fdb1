# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# A control zone of which both photos show next to nothing has no say, and that is told.
make_patch 160
pictures zones small.png 160 24
size="--scale-mm-per-px 0.1"
for zones in zones.png small.png; do
  echo "- $zones"
  scardelta compare before.png after.png -o out --zone-map $zones --control-zone z2 $size 2>&1 |
    grep -i 'the photos\|control zone'
  column out/metrics.csv verdict | sort | uniq -c
done
scardelta compare before.png after.png -o alone --zone-map small.png $size -q
echo "- the verdicts without it"
column alone/metrics.csv verdict | sort | uniq -c
echo "- one file twice is told"
scardelta compare before.png before.png -o same --zone-map zones.png $size 2>&1 | head -3
echo "- days cannot be guessed from what leaves"
echo 'date,label
2025-03-03,needling' >done.csv
scardelta compare before.png after.png -o shared --roi zones.png $size --share --treatments done.csv -q
echo "exit $?"
grep -o '"treatments": "[^"]*"' shared/result.json
grep -c "$(sha256sum <done.csv | cut -c1-16)" shared/result.json shared/report.html
leftovers
