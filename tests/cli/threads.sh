# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# The same bytes at any number of threads.
make_patch
scardelta compare before.png after.png -o one $patch -q -j 1
scardelta compare before.png after.png -o two $patch -q -j 2
diff -r one two && echo "the same bytes"
scardelta align before.png after.png -o one-align $patch -q -j 1
scardelta align before.png after.png -o two-align $patch -q -j 2
diff -r one-align two-align && echo "the same bytes"
