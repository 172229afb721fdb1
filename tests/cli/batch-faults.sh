# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Workers that crash or hang, photos that vanish; a batch that is killed, stopped, out of disk or alone.
# a sanitizer's runtime has to be the first library of all
runtime=$(ldd "$(command -v scardelta)" | awk '/libasan/ { print $3 }')
make_patch 160
pictures skin later.png 160 5 0.95 0.5 1
scale="--scale-mm-per-px 0.1"
for who in crash-a fine hang-b vanish-d; do
  mkdir -p in/$who
  cp before.png in/$who/2025-01-01.png
  cp after.png in/$who/2025-02-01.png
  cp later.png in/$who/2025-03-01.png
done
# here, since the loader takes a list with spaces between
cp "$(dirname "$(command -v pictures)")/libbatch_faults.so" batch_faults.so
shim=$PWD/batch_faults.so
LD_PRELOAD="$runtime $shim" scardelta batch in -o out $scale --time-limit 15 -j 2 2>said
echo "exit $?"
sort said
echo "- without the faults only those are done again"
scardelta batch in -o out $scale -j 2 2>said
echo "exit $?"
sort said
scardelta batch in -o calm $scale -q
diff -r -x '*.sqlite' -x manifest.sha256 out calm && echo "as if nothing had happened"
# what follows needs fewer pairs
mkdir few
cp -r in/fine in/hang-b few
rm few/hang-b/2025-03-01.png
scardelta batch few -o still $scale -q
echo "- killed at any moment"
moments="0.05 0.15 0.3 0.45 0.6 0.8 1.0 1.3 1.6 2"
[ -z "$runtime" ] || moments="0.1 0.6 1.6"
for wait in $moments; do
  scardelta batch few -o killed $scale -q &
  sleep $wait
  kill -9 $! 2>/dev/null
  wait $! 2>/dev/null
  sleep 0.2 # its workers go with it
done
scardelta batch few -o killed $scale -q
echo "exit $?"
diff -r -x '*.sqlite' -x manifest.sha256 killed still && echo "as if nothing had happened"
ls -A killed
echo "- stopped by Ctrl-C"
scardelta batch few -o stopped $scale -q 2>said &
pid=$!
sleep 0.5
kill -INT $pid
start=$(date +%s%N)
wait $pid
code=$?
took=$((($(date +%s%N) - start) / 1000000))
echo "exit $code"
[ $took -lt 1000 ] && echo "within a second"
cat said
scardelta batch few -o stopped $scale -q
diff -r -x '*.sqlite' -x manifest.sha256 stopped still && echo "and goes on"
echo "- one at a time"
scardelta batch few -o shared $scale -q &
pid=$!
while [ ! -e shared/scardelta.sqlite ]; do sleep 0.02; done
try scardelta batch few -o shared $scale
wait $pid
diff -r -x '*.sqlite' -x manifest.sha256 shared still && echo "undisturbed"
echo "- a disk that is full"
# the sandbox hands pixels over in files of memory, which such a limit would end first
(ulimit -f 100 && try scardelta batch few -o full $scale -q -j 1 --no-sandbox)
scardelta batch few -o full $scale -q
diff -r -x '*.sqlite' -x manifest.sha256 full still && echo "and goes on"
leftovers
