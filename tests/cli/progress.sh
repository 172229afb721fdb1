# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Progress is shown when asked for, never on a pipe by itself, and never in the data.
make_patch 160
scardelta compare before.png after.png -o out $patch -q --progress always 2>said >data
tr '\r' '\n' <said | grep -c '^.*\[[0-9]/[0-9]\]' | awk '{ print ($1 > 4) ? "steps are shown" : $0 }'
wc -c <data
scardelta compare before.png after.png -o out $patch -q 2>said
wc -c <said
