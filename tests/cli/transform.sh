# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# A registration found in one light serves the same captures in another.
make_patch
scardelta align before.png after.png -o first $patch -q
pictures skin before-dim.png 224 5 0.5 1 0
pictures skin after-dim.png 224 5 0.45 0.6 1.5
printf 'x_before,y_before\n60,60\n112,112\n160,90\n' >points.csv
scardelta align before-dim.png after-dim.png -o again $patch -q --transform first/alignment.json --map-points points.csv
echo "exit $?"
scardelta align before.png after.png -o first $patch -q --map-points points.csv
paste -d, first/mapped-points.csv again/mapped-points.csv | awk -F, 'NR > 1 {
  d = sqrt(($3 - $8) ^ 2 + ($4 - $9) ^ 2)
  print (d < 0.02 && $10 == 1 ? "the same place" : "moved by " d) }'
grep '"model"' again/alignment.json
scardelta compare before-dim.png after-dim.png -o compared $patch -q --transform first/alignment.json
echo "exit $?"
grep '"transform"' compared/result.json | sed 's/sha256:[0-9a-f]*/HASH/'
# What is not such a file, or not for these photos, is refused before anything is written.
try scardelta align before.png after.png -o no -q --transform first/aligned-after.jpg
try scardelta align before.png after.png -o no -q --transform compared/result.json
try scardelta align before.png after.png -o no -q --transform absent.json
try scardelta align before.png after.png -o no -q --transform first/alignment.json --points points.csv
sed 's/"step_px":[0-9]*/"step_px":1/' first/alignment.json >step.json
try scardelta align before.png after.png -o no -q --transform step.json
sed 's/"x_after":\[[-0-9.]*/"x_after":[1e300/' first/alignment.json >far.json
try scardelta align before.png after.png -o no -q --transform far.json
scardelta align before.png after.png -o printed -q --json $patch >printed.json
try scardelta align before.png after.png -o no -q --transform printed.json
pictures skin small.png 200 5 1 1 0
try scardelta align before.png small.png -o no -q --transform first/alignment.json
[ ! -e no ] || echo "something was written"
leftovers
