# shellcheck shell=sh disable=SC2086,SC2154,SC2069 # words.sh and run.sh give patch, samples, photos
# Outputs that cannot be written: exit 6, nothing half-written.
make_patch 160
: >file
try scardelta compare before.png after.png -o file $patch -q
try scardelta compare before.png after.png -o file/below $patch -q
try scardelta inspect before.png -o file $patch -q
mkdir -p taken/result.json
try scardelta compare before.png after.png -o taken $patch -q
ls taken
echo "- what stands in the way is known before the work: a link to nowhere, a file named images"
ln -s nowhere dangling
try scardelta compare before.png after.png -o dangling $patch -n
try scardelta compare before.png after.png -o dangling/below $patch -n
try scardelta inspect before.png -o dangling $patch
mkdir pictures
: >pictures/images
try scardelta compare before.png after.png -o pictures $patch -n
try scardelta timeline before.png after.png before.png -o pictures --scale-mm-per-px 0.1 -n
ls -A pictures
echo "- a link under the temporary name of a result is not followed"
mkdir linked
echo precious >precious
sh -c 'ln -s ../precious linked/alignment.json.part$$ && exec scardelta align before.png after.png -o linked "$@" -q' sh $patch
cat precious
ls -A linked
try scardelta align before.png after.png -o /proc/scardelta $patch -n
try scardelta align before.png after.png -o /proc/scardelta $patch
echo "- a disk that is full leaves the earlier result whole"
scardelta compare before.png after.png -o full $patch -q
cp full/result.json earlier.json
limit=$(($(wc -c <full/report.html) * 3 / 4 / 512))
# the sandbox hands pixels over in files of memory, which such a limit would end first
(ulimit -f $limit && try scardelta compare after.png before.png -o full $patch --no-sandbox -q)
(ulimit -f $limit && try scardelta compare after.png before.png -o full $patch -q)
(cd full && sha256sum --quiet -c manifest.sha256) && cmp full/result.json earlier.json && echo "whole"
echo "- no file that is given is written over, nor is work begun on it"
mkdir given
printf 'x_before,y_before,x_after,y_after\n42,42,43,42\n182,42,183,42\n42,182,43,182\n182,182,183,182\n' >given/points.csv
scardelta align before.png after.png -o given $patch -q
cp before.png given/aligned-after.png
cp zones.png given/result.json
sha256sum given/* >given.sums
try scardelta align given/aligned-after.png after.png -o given $patch --format png
try scardelta align given/aligned-after.png after.png -o given $patch --format png -n
try scardelta align before.png after.png -o given $patch --transform given/alignment.json
try scardelta align before.png after.png -o given $patch --points given/points.csv
try scardelta compare before.png after.png -o given --scale-mm-per-px 0.1 --zone-map given/result.json
try scardelta compare before.png after.png -o given --scale-mm-per-px 0.1 --zone-map given/result.json -n
sha256sum --quiet -c given.sums && echo "untouched"
echo "\$ scardelta compare --json >/dev/full"
scardelta compare before.png after.png -o out $patch -q --json 2>said >/dev/full
echo "exit $?"
scardelta inspect before.png --json 2>>said >/dev/full
echo "exit $?"
cat said
leftovers
