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
echo "- a scale that no face has, and a hand point that no skin goes to"
cp "$portrait" nasa-portrait.png
try scardelta compare nasa-portrait.png nasa-portrait.png -o never --scale-mm-per-px 20 2>&1 | sed 's/apart.*/apart/'
printf 'x_before,y_before,x_after,y_after\n200,150,200,150\n170,120,170,120\n230,120,30,230\n' >slip.csv
scardelta align "$portrait" "$portrait" -o slip --points slip.csv >said 2>&1
echo "exit $?"
grep -o 'point 3, (230, 120) to (30, 230), lies' said
echo "- against itself"
column same/metrics.csv change | sort | uniq | sed 's/^$/not given/'
column same/metrics.csv verdict | sort | uniq
