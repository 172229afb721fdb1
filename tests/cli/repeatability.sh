# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Repeat photos say how much a clinic's own photos differ; comparisons then use it.
make_patch 160
scale="--scale-mm-per-px 0.1"
echo "subject,before,after" >repeats.csv
for k in 1 2 3 4 5 6 7 8 9 10 11; do
  pictures skin a$k.png 160 $k 1 1 0
  pictures skin b$k.png 160 $k 0.9$k 1 0.$k
  echo "s$k,a$k.png,b$k.png" >>repeats.csv
done
echo 's12,a1.png,"gone, really.png"' >>repeats.csv
try scardelta repeatability repeats.csv -o ours.json $scale
grep -c '"metric"' ours.json
grep -A8 '"metric": "mel_uneven"' ours.json | grep -E '"(zone|unit|n)"' | head -3
scardelta repeatability repeats.csv -o again.json $scale -q
cmp ours.json again.json && cmp ours.html again.html && echo "the same bytes"
# a plot for each row, and limits of agreement with their intervals
[ "$(grep -c '<svg' ours.html)" -eq "$(grep -c '"metric"' ours.json)" ] && echo "all plotted"
grep -A30 '"metric": "mel_uneven"' ours.json | sed -n '/"agreement/s/[-:0-9., ]*$//p' | head -6
echo "- a comparison that uses it"
scardelta compare before.png after.png -o plain $patch -q
sed 's/"factor": [0-9.]*/"factor": 3.0/' ours.json >wide.json
scardelta compare before.png after.png -o wide $patch -q --repeatability wide.json
paste -d, plain/metrics.csv wide/metrics.csv | awk -F, '$1 == "mel_uneven" && $2 == "z1" {
  printf "%s: the smallest detectable change is %.1f times as large\n", $1, $23 / $9 }'
grep '"repeatability"' wide/result.json | sed 's/sha256:[0-9a-f]*/HASH/'
echo "- what makes no sense"
cp repeats.csv repeats.html
try scardelta repeatability repeats.csv -o repeats.csv $scale
try scardelta repeatability repeats.html -o repeats.json $scale
head -n 6 repeats.csv >few.csv
try scardelta repeatability few.csv -o few.json $scale
ls few.json 2>&1
echo "a,b,c" >bad.csv
try scardelta repeatability bad.csv -o bad.json $scale
printf 'before,after\na1.png\n' >bad.csv
try scardelta repeatability bad.csv -o bad.json $scale
try scardelta repeatability repeats.csv
try scardelta compare before.png after.png -o wide $patch -q --repeatability repeats.csv
try scardelta compare before.png after.png -o wide $patch -q --repeatability plain/result.json
sed 's/"factor": [0-9.]*/"factor": -1/' ours.json >bad.json
try scardelta compare before.png after.png -o wide $patch -q --repeatability bad.json
leftovers
