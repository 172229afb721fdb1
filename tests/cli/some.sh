# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# One photo of several cannot be read: the others are told, and the exit code says so.
make_patch 160
scardelta inspect absent.jpg before.png --json --zone-map zones.png 2>said | grep -E '"(file|all_skin|z[12])"' | sed 's/: 0\..*/: SHARE/'
scardelta inspect absent.jpg before.png --json 2>/dev/null >/dev/null
echo "exit $?"
cat said
