#!/bin/sh
# run.sh TRANSCRIPT.sh: runs it in a scratch folder and holds what it said against TRANSCRIPT.stdout,
# TRANSCRIPT.stderr and TRANSCRIPT.exit (absent: nothing said, exit 0). 77 means skipped.
# CLI_UPDATE=1 writes the expectations anew: read the difference before believing it.
# A transcript sees: scardelta and pictures on PATH, $samples, $photos, and the words of words.sh.
set -u
for program in scardelta pictures; do
  command -v $program >/dev/null || { echo "$program is not on PATH" >&2; exit 1; }
done
here=$(cd "$(dirname "$0")" && pwd)
script=$here/$(basename "$1")
base=${script%.sh}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/work"

cd "$scratch/work" || exit 1
sh -c '. "$1/words.sh"; . "$2"' sh "$here" "$script" \
  >"$scratch/stdout" 2>"$scratch/stderr" </dev/null
code=$?
if [ "$code" -eq 77 ]; then
  cat "$scratch/stdout"
  exit 77
fi
echo "$code" >"$scratch/exit"

wrong=0
for stream in stdout stderr exit; do
  wanted=$base.$stream
  if [ -n "${CLI_UPDATE:-}" ]; then
    rm -f "$wanted"
    [ -s "$scratch/$stream" ] && [ "$stream:$(cat "$scratch/$stream")" != "exit:0" ] &&
      cp "$scratch/$stream" "$wanted"
    continue
  fi
  if [ ! -f "$wanted" ]; then
    wanted=$scratch/nothing
    if [ "$stream" = exit ]; then echo 0 >"$wanted"; else : >"$wanted"; fi
  fi
  diff -u "$wanted" "$scratch/$stream" || wrong=1
done
exit $wrong
