# Outputs that cannot be written: exit 6, nothing half-written.
make_patch
: >file
try scardelta compare before.png after.png -o file $patch -q
try scardelta compare before.png after.png -o file/below $patch -q
try scardelta inspect before.png -o file $patch -q
mkdir -p taken/result.json
try scardelta compare before.png after.png -o taken $patch -q
ls taken | grep -v images
echo "\$ scardelta compare --json >/dev/full"
scardelta compare before.png after.png -o out $patch -q --json 2>&1 >/dev/full
echo "exit $?"
scardelta inspect before.png --json >/dev/full 2>&1
echo "exit $?"
leftovers
