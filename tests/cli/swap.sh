# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Exchanging the photos flips every sign and keeps every magnitude. Without a zone map, which is drawn
# on one of the two: skin is found in each photo.
patch=""
pictures skin before.png 320 5 1 1 0
pictures skin after.png 320 5 0.97 0.6 0
scardelta compare before.png after.png -o there $patch -q || echo "exit $?"
scardelta compare after.png before.png -o back $patch -q || echo "exit $?"
awk -F, 'FNR == 1 { next }
  NR == FNR { before[$1, $2] = $4; after[$1, $2] = $5; change[$1, $2] = $6; low[$1, $2] = $7
    high[$1, $2] = $8; next }
  { key = $1 SUBSEP $2; pairs++
    if ($6 == "" && change[key] == "") { without++; next }
    size = change[key] < 0 ? -change[key] : change[key]; slack = 1e-6 * (1 + size)
    sum = $6 + change[key]
    if (sum > slack || -sum > slack) print "change differs:", $1, $2, change[key], $6
    else same++
  }
  END { print (pairs > 15 && same > 3 && same + without == pairs) ? "all opposite" : "not all opposite" }' \
  there/metrics.csv back/metrics.csv
# better one way is worse the other way
verdicts there/metrics.csv | sed 's/improved/A/; s/worsened/B/' | sort >there.txt
verdicts back/metrics.csv | sed 's/improved/B/; s/worsened/A/' | sort >back.txt
diff there.txt back.txt && echo "verdicts are opposite"
