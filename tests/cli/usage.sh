# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Requests that make no sense: one sentence, exit 2, nothing written.
try scardelta
try scardelta frobnicate
try scardelta compare
try scardelta compare one.jpg
try scardelta compare one.jpg two.jpg
try scardelta compare one.jpg two.jpg three.jpg -o out
try scardelta align one.jpg two.jpg
try scardelta inspect
try scardelta timeline
try scardelta timeline one.jpg two.jpg
try scardelta timeline one.jpg -o out --map-points p.csv
try scardelta compare one.jpg two.jpg -o
try scardelta compare one.jpg two.jpg -o ''
try scardelta compare '' two.jpg -o out
try scardelta batch '' -o out
try scardelta compare one.jpg two.jpg -o out --frobnicate
try scardelta compare one.jpg two.jpg -o out -x
try scardelta inspect one.jpg --force
try scardelta inspect one.jpg --quiet=1
try scardelta compare one.jpg two.jpg -o out --ipd-mm
try scardelta compare one.jpg two.jpg -o out --ipd-mm -3
try scardelta compare one.jpg two.jpg -o out --ipd-mm nan
try scardelta compare one.jpg two.jpg -o out --scale-mm-per-px 0.1mm
try scardelta compare one.jpg two.jpg -o out -j 0
try scardelta compare one.jpg two.jpg -o out -j 1.5
try scardelta compare one.jpg two.jpg -o out --progress maybe
try scardelta align one.jpg two.jpg -o out --format gif
try scardelta compare one.jpg two.jpg -o out -j 0x10
try scardelta compare one.jpg two.jpg -o out --ipd-mm 0x3e
try scardelta compare one.jpg two.jpg -o out -j 99999999999999999999
try scardelta compare one.jpg two.jpg -o out --z 1
try scardelta compare one.jpg two.jpg -o out --zone=z1
try scardelta align one.jpg two.jpg -o out --max-meg 1 --p points.csv
try scardelta inspect one.jpg --scale-mm-per-px 0.1 --ipd-mm 62
try scardelta help frobnicate
scardelta help compare >words
scardelta compare --help >said
cmp said words && rm said words && echo "help compare is compare --help"
ls -A
