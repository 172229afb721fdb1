# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Zones that cannot be: refused before the work, and by the dry run as by the run.
make_patch 160
size="--scale-mm-per-px 0.1"
both() {
  try scardelta compare before.png after.png -o out "$@"
  scardelta compare before.png after.png -o out "$@" --dry-run >/dev/null 2>&1
  echo "dry run $?"
}
both $size --zones roi
both $size --control-zone roi
both $patch --zones z1,all_skin --roi zones.png
both $size --control-zone chin,nose
both $size --control-zone all_skin
both $patch --zones z7
both $patch --control-zone z7
both $size --zones chin
both $size --zones z1
both $patch --zones ,z1
[ ! -e out ] || echo "something was written"
echo "- those that are there"
for zones in z1 z1,z2 roi,z2; do
  scardelta compare before.png after.png -o out $patch --roi zones.png --zones $zones -n -q >/dev/null
  echo "$zones $?"
done
scardelta compare before.png after.png -o out $size --zones skin,all_skin -n -q >/dev/null
echo "skin $?"
