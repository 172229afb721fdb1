# A real face, small: found, drawn, told as a table and as JSON; against itself nothing changed.
portrait=$samples/nasa-portrait.png
[ -f "$portrait" ] && [ -f "$model" ] || skip "no portrait or no model"
scardelta inspect "$portrait" -o out >table 2>talk
echo "exit $?"
(cd out && find . -type f)
grep -c '^face  *yes' table
scardelta inspect "$portrait" --json -q | tr -d ' \n' | grep -oE '"found":true|^\[|\]$'
scardelta compare "$portrait" "$portrait" -o same -q
echo "exit $?"
column same/metrics.csv change | sort | uniq | sed 's/^$/not given/'
column same/metrics.csv verdict | sort | uniq
