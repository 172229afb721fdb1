# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# A worker that eats all memory it may have fails its pair, and another one does the rest.
case $(ldd "$(command -v scardelta)") in *libasan*) skip "the sanitizers need more than any limit of memory" ;; esac
make_patch
scale="--scale-mm-per-px 0.1"
for who in fine memory-c; do
  mkdir -p in/$who
  cp before.png in/$who/2025-01-01.png
  cp after.png in/$who/2025-02-01.png
  cp after.png in/$who/2025-03-01.png
done
# here, since the loader takes a list with spaces between
cp "$(dirname "$(command -v pictures)")/libbatch_faults.so" batch_faults.so
shim=$PWD/batch_faults.so
LD_PRELOAD=$shim scardelta batch in -o out $scale --memory-limit 700 -j 2 2>said
echo "exit $?"
# which of its buffers the last one was depends on the libraries
sed 's/: [^:]*\(: not enough memory\)\{0,1\}: not enough memory.*/: not enough memory/;s/not enough memory .*/not enough memory/' said | sort
scardelta batch in -o out $scale -j 2 2>said
echo "exit $?"
sort said
leftovers
