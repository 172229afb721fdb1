# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Photos that would take more memory than allowed are refused before they are decoded, with what
# would be enough; workers of a batch share what is allowed. 224 x 224 pixels are 0.05 Mpx.
make_patch
try scardelta compare before.png after.png -o out $patch -n -q --max-memory 500M
try scardelta compare before.png after.png -o out $patch -n -q --max-memory 501M
try scardelta compare before.png after.png -o out $patch -q --max-memory 501M
try scardelta compare before.png after.png -o out $patch -q --max-memory 502M
try scardelta compare before.png after.png -o out $patch -n -q --max-memory 0.48G
try scardelta compare before.png after.png -o out $patch -n -q --max-memory 502M --no-sandbox
try scardelta compare before.png after.png -o out $patch -n -q --max-memory 501M --no-sandbox
try scardelta align before.png after.png -o out $patch -n -q --max-memory 251M
try scardelta align before.png after.png -o out $patch -n -q --max-memory 252M
try scardelta inspect before.png -n -q --max-memory 100.5
try scardelta inspect before.png -n -q --max-memory 101
mkdir -p in/who
cp before.png in/who/2025-01-01.png
cp after.png in/who/2025-02-01.png
try scardelta batch in -o shared --scale-mm-per-px 0.1 -j 2 --max-memory 1002M
try scardelta batch in -o shared --scale-mm-per-px 0.1 -j 2 --max-memory 1004M
try scardelta timeline in/who -o course --scale-mm-per-px 0.1 -q --max-memory 601M
echo "- the limit of pixels is told where it is the smaller one"
try scardelta inspect before.png -n -q --max-memory 200M --max-megapixels 0.01
for size in "" 0 -1 M 1T 2GB; do
  try scardelta inspect before.png --max-memory "$size"
done
leftovers
