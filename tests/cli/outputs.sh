# shellcheck shell=sh disable=SC2086,SC2154,SC2069 # words.sh and run.sh give patch, samples, photos
# Outputs that cannot be written: exit 6, nothing half-written.
make_patch
: >file
try scardelta compare before.png after.png -o file $patch -q
try scardelta compare before.png after.png -o file/below $patch -q
try scardelta inspect before.png -o file $patch -q
mkdir -p taken/result.json
try scardelta compare before.png after.png -o taken $patch -q
ls taken
echo "\$ scardelta compare --json >/dev/full"
scardelta compare before.png after.png -o out $patch -q --json 2>said >/dev/full
echo "exit $?"
scardelta inspect before.png --json 2>>said >/dev/full
echo "exit $?"
cat said
leftovers
