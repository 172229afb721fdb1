# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# What may leave: skin of the zones, and nothing that names a file, a camera or a day.
pictures smaller "$samples/before.jpg" before.jpg
pictures smaller "$samples/12-weeks.jpg" 12-weeks.jpg
scardelta compare before.jpg 12-weeks.jpg -o shared --share --case A-7 -q
echo "exit $?"
cd shared
for fact in before.jpg 12-weeks.jpg 2025- "$(sha256sum <../before.jpg | cut -c1-64)" \
  "$(sha256sum <../12-weeks.jpg | cut -c1-64)"; do
  # the program's own files are called aligned-before.jpg and so on
  grep -rlaF -e "$fact" . | while read -r file; do
    sed 's/\(aligned\|scars\)-before\.jpg//g' "$file" | grep -aqF -e "$fact" && echo "$file tells a fact"
  done
done
grep -o '"taken": "[^"]*"' result.json
grep -c 'week 12' report.html
scardelta verify . -q && echo "as written"
echo "- no face is found in any picture"
cd ..
for picture in aligned-before side-by-side; do
  scardelta inspect "shared/images/$picture.jpg" --json | grep -A1 '"face"' | grep -o '"found": [a-z]*'
done
# photos in the page are JPEGs; its PNGs are layers of colours
mkdir embedded
grep -o 'data:image/jpeg;base64,[^"]*' shared/report.html | while IFS=, read -r kind data; do
  count=$((${count:-0} + 1))
  echo "$data" | base64 -d >"embedded/$count"
done
# the two of the viewer come first; of the panels, which are drawn alike, every third
set --
for file in embedded/*; do
  n=${file#embedded/}
  [ "$n" -gt 2 ] && [ $((n % 3)) -ne 0 ] || set -- "$@" "$file"
done
scardelta inspect "$@" --json | grep -A1 '"face"' | grep -o '"found": [a-z]*' | sort | uniq -c
grep -o '^<title>.*</title>' shared/report.html
echo "- no zones that make up a face"
face=forehead,glabella,nose,left_cheek,right_cheek,left_periorbital,right_periorbital,perioral,chin
for zones in $face all_skin left_periorbital,right_periorbital nose,left_cheek,right_cheek,perioral,chin; do
  scardelta compare before.jpg 12-weeks.jpg -o face --share --zones $zones -q \
    2>said
  echo "exit $?: $(sed 's/[0-9]* % of the face/N % of the face/' said)"
done
ls face 2>/dev/null
echo "- skin without a face: only what was drawn leaves"
make_patch
scale="--scale-mm-per-px 0.1"
try scardelta compare before.png after.png -o skin $scale --share -q
try scardelta compare before.png 12-weeks.jpg -o skin $scale --share -q
ls skin 2>/dev/null
# the zones are 1 on the left and 2 on the right, and pictures are three times as large as the skin
for drawn in "--zone-map zones.png" "--zone-map zones.png --zones z1" "--roi zones.png"; do
  scardelta compare before.png after.png -o skin $scale --share $drawn -q
  echo "exit $?, $drawn: $(pictures size skin/images/aligned-after.jpg)"
  grep -c 'before\.png\|after\.png' skin/result.json skin/report.html
done
leftovers
