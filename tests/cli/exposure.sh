# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Ten per cent more light moves no verdict.
make_patch
pictures skin after.png 224 5 0.97 0.5 1.5
pictures skin brighter.png 224 5 1.067 0.5 1.5
pictures skin itself.png 224 5 1.1 1 0
scardelta compare before.png after.png -o plain $patch -q
scardelta compare before.png brighter.png -o brighter $patch -q
cut -d, -f1,2,13 plain/metrics.csv >plain.txt
cut -d, -f1,2,13 brighter/metrics.csv >brighter.txt
diff plain.txt brighter.txt && echo "the same verdicts"
scardelta compare before.png itself.png -o itself $patch -q
column itself/metrics.csv verdict | sort | uniq
