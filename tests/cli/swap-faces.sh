# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Two faces of different size, exchanged: scars and marks are as they were, the other way round.
[ -s "$model" ] || skip "the face model is not there"
pictures smaller "$samples/before.jpg" before.jpg
pictures smaller "$samples/12-weeks.jpg" after.jpg 1
scardelta compare before.jpg after.jpg -o there -q || echo "exit $?"
scardelta compare after.jpg before.jpg -o back -q || echo "exit $?"
awk -F, 'BEGIN { turned["new"] = "resolved"; turned["resolved"] = "new"; turned["reduced"] = "enlarged"
    turned["enlarged"] = "reduced"; turned["unchanged"] = "unchanged"; turned["unmatched"] = "unmatched" }
  FNR == 1 { next }
  NR == FNR { key = sprintf("%s %.1f %.1f", $2, $7, $8); state[key] = $5; change[key] = $16; next }
  { key = sprintf("%s %.1f %.1f", $2, $9, $10); all++
    if (turned[$5] != state[key]) print "state differs:", key, state[key], $5
    else if ($16 + change[key] < 1e-6 && $16 + change[key] > -1e-6) opposite++
    else print "change differs:", key, change[key], $16 }
  END { print (all > 10 && all == opposite) ? "scars are opposite" : "scars are not opposite" }' \
  there/scars.csv back/scars.csv
