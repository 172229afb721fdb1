# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples
# What the README shows is what the program prints.
make_patch
awk '/^    [$] scardelta compare before[.]png/ { shown = 1; next }
  shown && !/^    / { exit }
  shown { print substr($0, 5) }' "$samples/../README.md" >shown
scardelta compare before.png after.png -o result $patch >said 2>&1
diff shown said && echo "as in the README"
