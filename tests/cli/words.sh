# shellcheck shell=sh disable=SC2034
# Words that the transcripts share; run.sh sources this before a transcript.

# Shows a command, all that it said, and how it ended.
try() {
  echo "\$ $*"
  code=0
  "$@" 2>&1 || code=$?
  echo "exit $code"
}

skip() {
  echo "skipped: $*"
  exit 77
}

# Two sessions of one patch of skin with two zones, small enough to be compared in a moment; 224 px
# wide, or as many as given. The size of a pixel is known, no face is needed.
patch="--zone-map zones.png --scale-mm-per-px 0.1"
make_patch() {
  pictures skin before.png "${1:-224}" 5 1 1 0
  pictures skin after.png "${1:-224}" 5 0.97 0.6 1.5
  pictures zones zones.png "${1:-224}"
}

# One column of metrics.csv by name; texts in quotes come last and do not disturb.
column() { awk -F, -v want="$2" 'NR == 1 { for (k = 1; k <= NF; k++) if ($k == want) at = k; next }
  { print $at }' "$1"; }

# Verdicts and how often each was given.
verdicts() { column "$1" verdict | sort | uniq -c | awk '{ print $2, $1 }'; }

# Nothing half-written carries a name that stays.
leftovers() { find . -name '*.part*' | sort; }
