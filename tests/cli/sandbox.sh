# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# A decoder that a hostile file has taken over reaches nothing, and whatever it does, one sentence
# tells of it; photos read in the sandbox give the bytes that they give without.
runtime=$(ldd "$(command -v scardelta)" | awk '/libasan/ { print $3 }')
make_patch 160
# here, since the loader takes a list with spaces between
cp "$(dirname "$(command -v pictures)")/libhostile_decoder.so" hostile.so
hostile() {
  what=$1
  shift
  echo "\$ ($what) $*"
  LD_HOSTILE=$what LD_PRELOAD="$runtime $PWD/hostile.so" "$@" 2>&1
  echo "exit $?"
}
hostile reach scardelta compare before.png after.png -o reached $patch -q
scardelta compare before.png after.png -o calm $patch -q
scardelta compare before.png after.png -o plain $patch --no-sandbox -q
diff -r reached calm && diff -r plain calm && echo "the same bytes in the sandbox and without"
[ ! -e stolen ] || echo "a file was written"
echo "- without the sandbox it would have"
sh -c 'ulimit -c 0; LD_HOSTILE=reach LD_PRELOAD="$1" "$2" compare before.png after.png -o free -q \
  --scale-mm-per-px 0.1 --no-sandbox' sh "$runtime $PWD/hostile.so" "$(command -v scardelta)" >/dev/null 2>&1
[ $? -gt 128 ] && echo "it reached something"
rm -f stolen
for what in crash quit lie; do
  hostile $what scardelta compare before.png after.png -o out $patch
  hostile $what scardelta inspect before.png
done
hostile crash scardelta align before.png after.png -o out $patch -q
mkdir -p in/who
cp before.png in/who/2025-01-01.png
cp after.png in/who/2025-02-01.png
hostile crash scardelta batch in -o results --scale-mm-per-px 0.1
hostile crash scardelta timeline in/who -o course --scale-mm-per-px 0.1
echo "- asked to be without, it says so"
try scardelta inspect before.png -n --no-sandbox
try scardelta decode-one-photo
ls -A out 2>/dev/null
leftovers
