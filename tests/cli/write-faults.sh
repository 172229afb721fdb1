# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# A disk that is full (ENOSPC) or broken (EIO) at any step of writing: exit 6 with one sentence, and
# the earlier result is whole; a batch goes on afterwards as if nothing had happened.
runtime=$(ldd "$(command -v scardelta)" | awk '/libasan/ { print $3 }')
make_patch 160
# here, since the loader takes a list with spaces between
cp "$(dirname "$(command -v pictures)")/libwrite_faults.so" write_faults.so
shim="$runtime $PWD/write_faults.so"
enospc=28 eio=5
# sanitizers take a multiple of the time: fewer of the steps
few=16
[ -z "$runtime" ] || few=4

# steps COUNT: so many of its numbers, the first and the last among them
steps() { awk -v all="$1" -v few=$few 'BEGIN { if (few > all) few = all
  for (k = 0; k < few; k++) print 1 + int(k * (all - 1) / (few - 1)) }' | uniq; }

# at STEP REASON COMMAND...: what it said goes to the file "said"
at() {
  fault="$1 $2"
  shift 2
  LD_FAULT=$fault LD_PRELOAD=$shim "$@" >said 2>&1
}

# told CODE: exit 6 and one sentence with the reason, or a step that nothing hangs on
told() {
  case $1 in
  0) tolerated=$((tolerated + 1)) ;;
  6) if [ "$(wc -l <said)" -eq 1 ] && grep -qE "^scardelta: .*(No space left|Input/output error|disk I/O error|database or disk is full|unable to open)" said; then
    refused=$((refused + 1))
  else
    echo "step $step: it does not say what happened" && cat said
  fi ;;
  *) echo "step $step: exit $1" && cat said ;;
  esac
}

echo "- align"
mkdir first
scardelta align before.png after.png -o first $patch -q
scardelta align after.png before.png -o other --scale-mm-per-px 0.1 -q
LD_FAULT_COUNT=$PWD/count LD_PRELOAD=$shim scardelta align before.png after.png -o counted $patch -q
tolerated=0 refused=0
for step in $(steps "$(cat count)"); do
  rm -rf out && cp -r other out
  at $step $((step % 2 ? enospc : eio)) scardelta align before.png after.png -o out $patch -q
  code=$?
  told $code
  [ $code -ne 0 ] || diff -rq first out
  [ -z "$(find . -name '*.part*')" ] || { echo "step $step leaves" && find . -name '*.part*'; }
done
[ $refused -gt 2 ] && [ $tolerated -le 3 ] && echo "told at each step, and nothing is left"
echo "- compare"
scardelta compare before.png after.png -o calm $patch -q
scardelta compare after.png before.png -o earlier $patch -q
LD_FAULT_COUNT=$PWD/count LD_PRELOAD=$shim scardelta compare before.png after.png -o counted2 $patch -q
tolerated=0 refused=0 mixed=0
for step in $(steps "$(cat count)"); do
  rm -rf out && cp -r earlier out
  at $step $((step % 2 ? enospc : eio)) scardelta compare before.png after.png -o out $patch -q
  code=$?
  told $code
  if [ $code -eq 0 ]; then
    diff -rq calm out
  elif [ -e out/manifest.sha256 ]; then # until the results change places, the earlier one is whole
    (cd out && sha256sum --quiet -c manifest.sha256) && diff -rq earlier out
  else
    mixed=$((mixed + 1))
  fi
  [ -z "$(find . -name '*.part*')" ] || { echo "step $step leaves" && find . -name '*.part*'; }
done
[ $refused -gt 2 ] && [ $tolerated -le 3 ] && echo "told at each step, and nothing is left"
[ $mixed -lt $refused ] && echo "the earlier result is whole, or no manifest vouches for it"
echo "- batch"
mkdir -p in/one
cp before.png in/one/2025-01-01.png
cp after.png in/one/2025-02-01.png
scale="--scale-mm-per-px 0.1"
scardelta batch in -o still $scale -q
LD_FAULT_COUNT=$PWD/count LD_PRELOAD=$shim scardelta batch in -o counted3 $scale -q -j 1
few=$((few / 2))
for step in $(steps "$(cat count)"); do
  rm -rf out
  at $step $((step % 2 ? enospc : eio)) scardelta batch in -o out $scale -q -j 1
  code=$?
  case $code in
  0 | 1 | 6) ;;
  *) echo "step $step: exit $code" && cat said ;;
  esac
  [ $code -ne 6 ] || [ "$(wc -l <said)" -eq 1 ] || { echo "step $step:" && cat said; }
  scardelta batch in -o out $scale -q -j 1 || echo "step $step: it does not go on"
  diff -r -x '*.sqlite' -x manifest.sha256 still out || echo "step $step: another result"
done
echo "goes on after each"
leftovers
