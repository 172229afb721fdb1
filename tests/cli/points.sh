# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Points by hand steer the alignment and are told in the settings.
make_patch
printf '\357\273\277x_before,y_before,x_after,y_after\r\n' >points.csv
for x in 42 112 182; do for y in 42 112 182; do
  printf '%s,%s,%s.5,%s\r\n' $x $y $((x + 1)) $y >>points.csv
done; done
scardelta compare before.png after.png -o out $patch -q --points points.csv
echo "exit $?"
grep -o '"points"' out/result.json | sort -u
# A spreadsheet of a country with decimal commas writes them with semicolons: the same points.
tr ',.' ';,' <points.csv >sheet.csv
scardelta compare before.png after.png -o sheet $patch -q --points sheet.csv
echo "exit $?"
cmp out/points.csv sheet/points.csv && echo "the same points"
# They are kept, and used again by a run on the same photos; other photos get a fresh start.
grep -c 'points.csv$' out/manifest.sha256
cp out/points.csv first.csv
scardelta compare before.png after.png -o out $patch 2>&1 | grep again
grep -E '"points' out/result.json | sed 's/: .*"sha/: "sha/; s/sha256:[0-9a-f]*/HASH/'
cmp first.csv out/points.csv && echo "the same points"
scardelta align before.png after.png -o out $patch --points out/points.csv -q && cmp first.csv out/points.csv
scardelta compare after.png before.png -o out $patch -q
grep -c '"points' out/result.json
[ ! -e out/points.csv ] || echo "points of other photos were left"
cp points.csv out/points.csv
scardelta compare after.png before.png -o out $patch -q
grep -c '"points' out/result.json
cmp points.csv out/points.csv && echo "a list of one's own stays"
printf 'x_before,y_before,x_after,y_after\n42,42,99999,42\n' >outside.csv
try scardelta compare before.png after.png -o out $patch --points outside.csv
echo "- points that mislead are not kept, and kept ones that no longer serve are named"
mkdir bad
printf 'x_before,y_before,x_after,y_after\n' >wrong.csv
for k in 1 2 3 4 5 6; do printf '%s,%s,%s,%s\n' $((k * 33)) $((k * k * 6)) $((220 - k * k * 5)) $((200 - k * 30)) >>wrong.csv; done
try scardelta align before.png after.png -o bad $patch -q --points wrong.csv | sed "s,similarity of [0-9.]*,similarity of S,"
ls bad
try scardelta align before.png after.png -o bad $patch -q | sed "s,similarity of [0-9.]*,similarity of S,"
head -1 out/points.csv
{ printf '# points of %s %s\n' "$(sha256sum <before.png | cut -c-64)" "$(sha256sum <after.png | cut -c-64)"; cat wrong.csv; } >bad/points.csv
try scardelta align before.png after.png -o bad $patch -q | sed "s,similarity of [0-9.]*,similarity of S,"
try scardelta compare before.png after.png -o bad $patch -q | sed "s,similarity of [0-9.]*,similarity of S,"
