# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# The first photo of a course is a cheek without a face: the scale of a later one serves it too.
pictures smaller "$samples/before.jpg" whole.jpg
pictures crop whole.jpg first.jpg 75 375 275 325
pictures smaller "$samples/6-weeks.jpg" later.jpg
scardelta inspect first.jpg | grep scale
scardelta timeline first.jpg later.jpg -o course -q
echo "exit $?"
echo "relief that was not measured for want of a scale: $(grep -c 'size of a pixel' course/sessions.csv)"
awk -F, '$1 == 1 && $7 == "rough_coarse" && $10 != "" { print $8, "has relief" }' course/sessions.csv
