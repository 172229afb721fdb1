# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Inputs that cannot be read: the sentence names the file, exit 3, nothing written.
make_patch
mkdir folder
: >empty.jpg
echo "dear diary" >text.jpg
head -c 20000 before.png >cut.png
head -c 40 before.png >start.png
for photo in absent.jpg folder empty.jpg text.jpg cut.png start.png; do
  try scardelta compare "$photo" after.png -o out $patch
done
try scardelta compare before.png text.jpg -o out $patch
try scardelta inspect absent.jpg text.jpg
try scardelta compare before.png after.png -o out $patch --max-megapixels 0.01
[ ! -e out ] || find out
echo "- a limit beyond all photos is none"
scardelta inspect after.png -q --max-megapixels 1e19
echo "exit $?"
echo "- a picture that was made is no photo"
scardelta align before.png after.png -o laid $patch -q
try scardelta compare before.png laid/aligned-after.jpg -o out $patch
scardelta align before.png after.png -o laid $patch -q --format png
try scardelta compare laid/aligned-after.png after.png -o out $patch
try scardelta timeline before.png laid/aligned-after.png -o out
[ ! -e out ] || find out
leftovers
