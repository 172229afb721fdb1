# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Three sessions of the samples in any order: one report, ordered by date, and data.
[ -s "$model" ] || skip "the face model is not there"
mkdir visits
pictures smaller "$samples/12-weeks.jpg" visits/a.jpg
pictures smaller "$samples/before.jpg" visits/b.jpg
pictures smaller "$samples/6-weeks.jpg" visits/c.jpg
cp visits/b.jpg visits/copy-of-b.jpg
echo "no photo" >visits/notes.txt
printf 'date,label\n2025-03-03,"needling, both cheeks"\n2025-04-10,again\n' >done.csv
try scardelta timeline visits -o course --dry-run
[ ! -e course ] || echo "a dry run wrote something"
{
  echo date,rater,form,item,value
  echo 2025-03-03,AB,goodman_baron_grade,grade,4
  echo 2025-05-26,AB,goodman_baron_grade,grade,3
  echo 2024-01-01,AB,goodman_baron_grade,grade,1
} >rated.csv
scardelta timeline visits -o course --treatments done.csv --rating rated.csv --json -q >said.json
echo "exit $?"
cmp said.json course/timeline.json && echo "the same JSON"
(cd course && sha256sum -c manifest.sha256)
head -1 course/sessions.csv
head -1 course/trend.csv
head -1 course/scars.csv
# every scar has a row for every session: no change in the first one, and where a later one does not
# compare it a gap with its reason
awk -F, 'NR > 1 { n[$1]++; if ($11 == 0 && !($14 == "unchanged" && $16 == 0)) first++
  if ($14 == "unmatched" && ($16 != "" || $20 == "")) gaps++; if ($14 != "unmatched" && $11 > 0 && ($17 == "" || $18 == "")) bare++ }
  END { for (k in n) if (n[k] != 3) odd++; print (length(n) > 0), first + 0, gaps + 0, bare + 0, odd + 0 }' course/scars.csv
grep -c '<section id="scars"' course/report.html
# the days, and the photo that was taken four days after a treatment
awk -F, 'NR > 1 && !seen[$1]++ { print $1, $2, $3, $6 }' course/sessions.csv | sort
# redness of healing skin is shown and not in the trend
awk -F, '$7 == "hb_rel" && $8 == "left_cheek" { print $1, ($11 == "" ? "gap" : "value"), $17 }' course/sessions.csv
# three sessions have no trend, with the reason
column course/trend.csv verdict | sort | uniq
if command -v xmllint >/dev/null; then
  xmllint --html --noout course/report.html 2>&1 | grep -i 'unexpected\|mismatch\|unfinished'
fi
grep -c 'src="http' course/report.html
# the ratings by session, and the counts of the photos beside them
sed -n '/"ratings"/,/\]/p' said.json | grep -e session -e sum
grep -o '<tr><td>Goodman.*' course/report.html | sed 's/<[^>]*>/|/g'
grep -c '"count_after"' said.json
leftovers
echo 'before,AB,goodman_baron_grade,grade,4' >>rated.csv
try scardelta timeline visits/b.jpg visits/c.jpg -o none --rating rated.csv
sed -i '2,3d;5d' rated.csv
try scardelta timeline visits/b.jpg visits/c.jpg -o none --rating rated.csv
try scardelta timeline visits/b.jpg visits/copy-of-b.jpg -o none
try scardelta timeline visits/b.jpg -o none
try scardelta timeline visits/b.jpg missing.jpg -o none
try scardelta timeline visits/b.jpg visits/c.jpg -o none --control-zone elbow
try scardelta timeline visits/b.jpg visits/c.jpg -o visits/notes.txt
try scardelta timeline visits/b.jpg visits/c.jpg -o none --grey-card 1,1,5,5
[ ! -e none ] || echo "a refused request wrote something"
# a photo that bears the name of a result stays
mkdir mine
cp visits/b.jpg mine/report.html
try scardelta timeline mine/report.html visits/c.jpg -o mine
cmp visits/b.jpg mine/report.html && echo "untouched"
