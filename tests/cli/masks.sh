# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Masks, zones and points that do not fit the photo.
make_patch
pictures zones small.png 100
size="--scale-mm-per-px 0.1"
try scardelta compare before.png after.png -o out $size --zone-map small.png
try scardelta compare before.png after.png -o out $size --zone-map zones.png --roi small.png
pictures black nothing.png 224
try scardelta compare before.png after.png -o out $patch --roi nothing.png
try scardelta compare before.png after.png -o out $size --zone-map absent.png
try scardelta compare before.png after.png -o out $patch --control-zone z9
printf 'x,y\n1,2\n' >header.csv
printf 'x_before,y_before,x_after,y_after\n1,2,3,nan\n' >nan.csv
printf 'x_before,y_before,x_after,y_after\n' >none.csv
for points in header.csv nan.csv none.csv; do
  try scardelta align before.png after.png -o out --zone-map zones.png --points "$points"
done
try scardelta align before.png after.png -o out $patch --map-points header.csv
scardelta align before.png before.png -o grey $patch -q
try scardelta inspect before.png --zone-map grey/aligned-after.jpg
try scardelta inspect before.png --roi before.png
leftovers
[ ! -e out/report.html ] || echo "a report was written"
