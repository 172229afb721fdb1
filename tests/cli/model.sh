# shellcheck shell=sh disable=SC2086,SC2154 # words.sh and run.sh give patch, samples, photos
# Without the face model: the sentence says what to do.
make_patch
SCARDELTA_MODELS=$PWD/absent.data try scardelta compare before.png after.png -o out $patch |
  sed "s|$PWD|HERE|"
echo "not a model" >broken.data
SCARDELTA_MODELS=$PWD/broken.data try scardelta inspect before.png | sed "s|$PWD|HERE|"
ls
