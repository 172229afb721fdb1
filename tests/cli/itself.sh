# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# A photo against itself: every change is exactly zero, nothing is detected.
make_patch 160
scardelta compare before.png before.png -o out $patch -q
echo "exit $?"
column out/metrics.csv change | sort | uniq | sed 's/^$/not given/'
column out/metrics.csv verdict | sort | uniq
