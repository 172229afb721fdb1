# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# A real face, small: found, drawn, told as a table and as JSON; against itself nothing changed.
portrait=$samples/nasa-portrait.png
if [ ! -f "$portrait" ] || [ ! -f "$model" ]; then skip "no portrait or no model"; fi
scardelta inspect "$portrait" -o out >table 2>said.txt
echo "exit $?"
(cd out && find . -type f)
grep -c '^face  *yes' table
scardelta inspect "$portrait" --json -q | tr -d ' \n' | grep -oE '"found":true|^\[|\]$'
scardelta compare "$portrait" "$portrait" -o same -q
echo "exit $?"
column same/metrics.csv change | sort | uniq | sed 's/^$/not given/'
column same/metrics.csv verdict | sort | uniq
