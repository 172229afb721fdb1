# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# A photo in which nothing can be measured is not called comparable, and the pair is refused.
pictures skin dot.png 3 5 1 1 0
try scardelta compare dot.png dot.png -o out
column out/metrics.csv verdict | sort -u
grep -o 'Nothing could be measured on this pair' out/report.html
grep -c 'taken alike enough' out/report.html || :
scardelta verify out -q && echo "whole"
leftovers
try scardelta compare dot.png dot.png -o out --force -q
