# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# The drawings of inspect: one for each photo, and none in the place of a photo or a mask.
make_patch 160
mkdir in other
cp before.png in/a.png
cp after.png in/a.png-inspect.png
cp zones.png in/b.png-inspect.png
cp before.png in/b.png
sha256sum in/* >in.sums
try scardelta inspect in/a.png in/a.png-inspect.png -o in -q $patch
try scardelta inspect in/b.png -o in -q --zone-map in/b.png-inspect.png
try scardelta inspect in/b.png -o in -q --zone-map in/b.png-inspect.png -n
sha256sum --quiet -c in.sums && echo "untouched"
echo "- photos of one name, and long names with one beginning"
cp after.png other/a.png
long=$(printf '%0220d' 0)
cp before.png "in/$long-1.png"
cp after.png "in/$long-2.png"
cp after.png in/a.png-2
set -- in/a.png other/a.png in/a.png-2 in/a.png "in/$long-1.png" "in/$long-2.png"
scardelta inspect "$@" -n -o out $patch -q | sed 's/00000*/0000/' >planned
echo "exit $?"
scardelta inspect "$@" -o out $patch -q >said
echo "exit $?"
cat planned
find out -type f | sed 's/00000*/0000/' | sort >written
sort planned | cmp - written && echo "these were written"
echo "- a line end and an escape in a photo's name do not get into the drawing's"
odd=$(printf 'in/odd\n\033[31m.png')
cp before.png "$odd"
scardelta inspect "$odd" -n -o plain $patch -q
scardelta inspect "$odd" -o plain $patch -q >said
echo "exit $?"
find plain -type f
leftovers
