# JPEG files that promise more than they hold, and kinds this program does not read.
seed=$(dirname "$samples")/tests/fuzz/seeds/photo/baseline.jpg
size=$(wc -c <"$seed")
head -c $((size * 2 / 3)) "$seed" >cut.jpg
try scardelta inspect cut.jpg
[ -d "$photos/odd-jpeg" ] || exit 0
code=0
scardelta inspect "$photos"/odd-jpeg/*12*bit* >said 2>&1 || code=$?
[ "$code" -eq 3 ] && grep -q '12' said || { cat said; echo "12 bits: exit $code"; }
