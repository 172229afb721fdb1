# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# A course of skin without a face: zones, a region and points that were drawn and set by hand on its
# first photo, and marks that fade from session to session.
mkdir visits
pictures skin visits/2025-01-01.png 224 5 1 1 0
pictures skin visits/2025-02-01.png 224 5 0.97 0.8 1.5
pictures skin visits/2025-03-01.png 224 5 1.02 0.5 3
pictures zones zones.png 224
try scardelta timeline visits -o course $patch
# the density of the spots is 80 and 50 % of what it was
awk -F, '$7 == "brown_load" && $8 ~ /^z/ && $1 > 0 { printf "%s %s %s\n", $8, $1,
  ($11 > log($1 == 1 ? 0.8 : 0.5) - 0.15 && $11 < log($1 == 1 ? 0.8 : 0.5) + 0.15 && $12 < $11 && $11 < $13) ? "as it is" : $11 }' course/sessions.csv
# most marks are followed to the end, where they are less; none of them got worse
awk -F, 'NR > 1 && $11 == 2 { n[$14]++ } END { print (n["reduced"] + n["resolved"] > 5), n["enlarged"] + n["new"] + 0 }' course/scars.csv
echo "- a region, a zone without treatment, and points set by hand"
cat >points.csv <<END
photo;x_before;y_before;x_after;y_after
2025-03-01.png;40;40;43;40
2025-03-01.png;180;40;183,0;40
2025-03-01.png;40;180;43;180
2025-03-01.png;180;180;183;180
2025-03-01.png;110;60;113;60
2025-03-01.png;100;150;103;150
END
pair="visits/2025-01-01.png visits/2025-03-01.png"
scardelta timeline $pair -o part $patch --roi zones.png --control-zone z2 --points points.csv --json -q >said.json
echo "exit $?"
column part/sessions.csv zone | sort -u
grep -o 'first photo, because points were set on it by hand' said.json
cut -c1-19 part/points.csv
scardelta timeline $pair -o part $patch --roi zones.png --control-zone z2 2>&1 | grep again
diff said.json part/timeline.json | grep -c points_reused
scardelta verify part -q && echo "as written"
echo "- what does not fit"
pictures zones small.png 100
try scardelta timeline visits -o none --scale-mm-per-px 0.1 --zone-map small.png
try scardelta timeline visits -o none $patch --points points.csv --dry-run | tail -n 2
for line in '2025-09-01.png,1,1,1,1' '2025-01-01.png,1,1,1,1' '2025-02-01.png,1,1,900,1' \
  '2025-02-01.png,1,one,1,1'; do
  printf 'photo,x_before,y_before,x_after,y_after\n%s\n' "$line" >wrong.csv
  try scardelta timeline visits -o none $patch --points wrong.csv
done
printf 'x_before,y_before,x_after,y_after\n1,1,1,1\n' >wrong.csv
try scardelta timeline visits -o none $patch --points wrong.csv
try scardelta timeline visits -o none $patch --repeatability zones.png
[ ! -e none ] || echo "a refused request wrote something"
leftovers
