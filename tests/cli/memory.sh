# shellcheck shell=sh disable=SC2086,SC2154,SC3045 # words.sh and run.sh give patch, samples, photos
# Little memory: a sentence and exit 3 at whatever place it runs out, never a crash.
make_patch
# The sanitizers' own tables are larger than any such limit.
(ulimit -v 1000000 && scardelta --version >/dev/null 2>&1) || skip "the sanitizers need more than any limit of memory"
kilobytes=40000
: >codes
while [ $kilobytes -le 500000 ]; do
  (ulimit -v $kilobytes && scardelta compare before.png after.png -o out $patch -q >said 2>&1)
  code=$?
  echo $code >>codes
  case $code in
    0 | 3) ;;
    127) ;; # the program itself does not fit
    *) echo "at $kilobytes: exit $code" && cat said ;;
  esac
  kilobytes=$((kilobytes + 20000))
done
sort -u codes | grep -v 127
leftovers
