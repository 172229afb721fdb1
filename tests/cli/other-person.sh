# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Two people are not before and after: refused, and the report says why.
if [ ! -d "$photos/london" ] || [ ! -f "$model" ]; then skip "$photos/london is absent"; fi
scardelta compare "$photos/london/001_03.jpg" "$photos/london/003_03.jpg" -o out >/dev/null 2>said
code=$?
case $code in 4 | 5) echo "refused" ;; *) echo "exit $code" ;; esac
[ -s out/report.html ] && echo "the report is written"
column out/metrics.csv change | grep -c . || true
