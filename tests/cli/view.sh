# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# A frontal photo is no photo of the left side: the pair is refused, with the reason in its report.
[ -s "$model" ] || skip "the face model is not there"
face=$samples/nasa-portrait.png
scardelta compare "$face" "$face" -o left -q --view left --json >left.json 2>said
echo "exit $?"
sed 's/.*: cannot/cannot/' said
grep -A 6 '"code": "view"' left.json | grep -E 'severity|limit|text'
grep -c '"change"' left.json
scardelta compare "$face" "$face" -o front -q --view front --json >front.json
echo "exit $?"
grep -c '"code": "view"' front.json
# what a strict parser says of the report, where there is one
if command -v xmllint >/dev/null; then
  xmllint --html --noout front/report.html 2>&1 | grep -i 'unexpected\|mismatch\|unfinished'
fi
leftovers
