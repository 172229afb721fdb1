# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Ctrl-C: exit 130, one sentence, and nothing half-written.
pictures skin before.png 1000 5 1 1 0
pictures skin after.png 1000 5 0.97 0.6 1.5
pictures zones zones.png 1000
# The program is the job itself: a shell that waits would keep the signal from a background job.
timeout --preserve-status --foreground -s INT 0.7 \
  scardelta compare before.png after.png -o out $patch 2>said
echo "exit $?"
grep interrupted said
leftovers
[ ! -e out/manifest.sha256 ] || echo "a manifest of an interrupted run"
