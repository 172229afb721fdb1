# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# JPEG files that promise more than they hold, and kinds this program does not read.
seed=$(dirname "$samples")/tests/fuzz/seeds/photo/baseline.jpg
size=$(wc -c <"$seed")
head -c $((size * 2 / 3)) "$seed" >cut.jpg
try scardelta inspect cut.jpg
[ -d "$photos/odd-jpeg" ] || exit 0
code=0
scardelta inspect "$photos"/odd-jpeg/testorig12.jpg >said 2>&1 || code=$?
if [ "$code" -ne 3 ] || ! grep -q '12' said; then
  cat said
  echo "12 bits: exit $code"
fi
