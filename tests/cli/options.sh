# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# What the options promise: checks that come first, the dry run, treatments, view, colour, verbose.
make_patch 160
echo "- zones are checked before a photo is opened"
try scardelta compare absent.jpg absent.jpg -o out --zones left_cheek,nosee
try scardelta compare absent.jpg absent.jpg -o out --control-zone z9
try scardelta compare absent.jpg absent.jpg -o out --zones ''
try scardelta compare absent.jpg absent.jpg -o out $patch --zones z1,z300
try scardelta compare absent.jpg absent.jpg -o out --view up
echo "- the dry run"
try scardelta compare before.png after.png -o out $patch -n
try scardelta compare before.png absent.jpg -o out $patch --dry-run
try scardelta align before.png after.png -o out $patch --dry-run -q
try scardelta inspect before.png -o out -n
[ ! -e out ] || echo "a dry run wrote something"
echo "- treatments"
printf 'when,what\n' >header.csv
printf 'date,label\n2025-01-02,"Needling, 1.5 mm"\n\n2025-02-30,Peel\n' >day.csv
printf 'date,label\n2025-03-01,Peel & <b>\r\n2025-01-02,"Needling, 1.5 mm"\n' >treatments.csv
for list in absent.csv header.csv day.csv; do
  try scardelta compare before.png after.png -o out $patch --treatments $list
done
scardelta compare before.png after.png -o out $patch -q --treatments treatments.csv
echo "exit $?"
sed -n '/"treatments": \[/,$p' out/result.json
grep -o '<strong>2025[^/]*/strong> <span class="quiet">[^<]*' out/report.html
echo "- a view that cannot be told"
scardelta compare before.png after.png -o out $patch -q --view left --json | grep '"code": "view"'
echo "- another language changes words, not figures"
try scardelta compare before.png after.png -o out $patch --language fr
scardelta compare before.png after.png -o english $patch -q
scardelta compare before.png after.png -o german $patch -q --language de
cmp english/metrics.csv german/metrics.csv && cmp english/scars.csv german/scars.csv && echo "figures alike"
diff english/result.json german/result.json | grep '^[<>]'
grep -o '<html lang="[a-z]*">' english/report.html german/report.html
grep -c 'Braune Flecken' english/report.html german/report.html
cmp -s english/images/side-by-side.jpg german/images/side-by-side.jpg || echo "words in pictures differ"
echo "- colour only on a terminal"
scardelta compare before.png after.png -o out $patch 2>&1 | grep -c "$(printf '\033')"
for words in "" "--no-color"; do
  script -qec "scardelta compare absent.jpg after.png -o out $words" /dev/null | grep -c "$(printf '\033')\[1;31m"
done
NO_COLOR=1 script -qec "scardelta compare absent.jpg after.png -o out" /dev/null | grep -c "$(printf '\033')\[1;31m"
echo "- what verbose says"
scardelta align before.png after.png -o out $patch -v 2>&1 | sed 's/[0-9][0-9.]*/N/g'
echo "- timings: every stage and all of them, by the clock and of CPUs"
scardelta align before.png after.png -o out $patch -q --timings 2>&1 >/dev/null | sed 's/  *[0-9.]* s/ N s/g'
scardelta compare before.png after.png -o out $patch -q --timings 2>said
awk '/ s CPU$/ { if ($0 ~ /^in all/) all = $(NF - 4); else sum += $(NF - 4) }
  END { print (all > 0 && sum > 0.9 * all && sum < 1.001 * all + 0.01) ? "stages make up all" : "stages " sum ", all " all }' said
try scardelta verify out --timings
echo "- standard output that is full"
scardelta --help 2>&1 >/dev/full
echo "exit $?"
scardelta compare --help 2>&1 >/dev/full
echo "exit $?"
leftovers
