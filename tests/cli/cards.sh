# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Colour cards: what is said of them, absolute colour with and without, bad ones and bad options.
pictures skin small.png 320 5 1.1 1 0
pictures skin faded.png 320 5 1.1 0.6 1.5
pictures zones zones.png 320
with_card small.png before.png 0.5 0.5 0.75 3 10 0.95 0.8 0.7
with_card faded.png after.png 0.48 0.5 0.75 -8 15 0.7 0.8 0.95
with_card small.png bright.png 0.5 0.5 0.75 3 10 1.7 1.7 1.7
# verdicts of the absolute colours, and how many
absolute() {
  awk -F, '/^(ita_deg|lab_l|lab_a|lab_b|melanin_index|erythema_index),/ { print $13 }' out/metrics.csv |
    sort | uniq -c | awk '{ print $2, $1 }'
}
patch="--zone-map zones.png --scale-mm-per-px 0.1"
echo "- found in both"
scardelta compare before.png after.png -o out $patch --force 2>&1 | grep 'colours by'
absolute
awk -F, '/^(ita_deg|lab_l|lab_a|lab_b),z1/ { print $1, ($6 < 1.5 && $6 > -1.5 ? "unchanged" : $6) }' out/metrics.csv
echo "- skin that gives back less light, in another light"
pictures skin darker.png 320 5 0.9 1 0
with_card darker.png after-darker.png 0.48 0.5 0.75 -8 15 0.9 1 1.2
scardelta compare before.png after-darker.png -o out $patch --force -q
# L* + 16 goes with the cube root of light
awk -F, '/^lab_l,z/ { off = $6 - ($4 + 16) * ((0.9 / 1.1) ^ (1 / 3) - 1)
  print $2, $13, (off < 0.7 && off > -0.7 ? "as much as it is" : off) }' out/metrics.csv
echo "- none used, then one only"
scardelta compare before.png after.png -o out $patch --force --card none -q
absolute
scardelta compare before.png after.png -o out $patch --force --card none --card auto 2>&1 | grep 'colours by'
absolute
echo "- a bad one"
scardelta compare bright.png after.png -o out $patch --force 2>&1 | grep 'colour card'
absolute
echo "- a grey card"
scardelta compare before.png after.png -o out $patch --force --grey-card 169,277,8,8 \
  --grey-card 174,272,8,8 2>&1 |
  grep 'grey card'
absolute
scardelta inspect before.png $patch | tail -1
scardelta inspect before.png $patch --card none | tail -1
echo "- options"
try scardelta compare before.png after.png -o out --card brown
try scardelta compare before.png after.png -o out --card 1,2,3,4,5,6,7
try scardelta compare before.png after.png -o out --card 1,2,3,4,5,6,7,1e99
try scardelta compare before.png after.png -o out --grey-card 1,2,0,4
try scardelta compare before.png after.png -o out --card auto --card auto --card none
try scardelta inspect before.png --card auto --grey-card 1,2,3,4
try scardelta compare before.png after.png -o out $patch --grey-card 440,1,40,40
try scardelta compare before.png after.png -o out $patch --card 100,0,0,0,9,9,90,0 -n
leftovers
