#!/bin/sh
# install.sh BUILD CONSUMER.c CC VERSION FLAGS: installs into a scratch prefix (with a space in its
# name) and uses what lies there: the program with its model, the library through pkg-config.
set -eu
build=$1 consumer=$2 compiler=$3 version=$4 flags=$5
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/prefix

fail() {
  echo "$*" >&2
  exit 1
}

cmake --install "$build" --prefix "$prefix" >/dev/null
for file in share/man/man1/scardelta.1 share/bash-completion/completions/scardelta \
  share/doc/scardelta/LICENSE share/doc/scardelta/NOTICE include/scardelta/scardelta.h; do
  [ -s "$prefix/$file" ] || fail "$file was not installed"
done
[ "$("$prefix/bin/scardelta" --version)" = "scardelta $version" ] || fail "the program has another version"

PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name scardelta.pc)")
export PKG_CONFIG_PATH
[ "$(pkg-config --modversion scardelta)" = "$version" ] || fail "scardelta.pc has another version"
# shellcheck disable=SC2046,SC2086 # lists of words are meant
"$compiler" $flags "$consumer" -o "$scratch/consumer" $(pkg-config --cflags --libs --static scardelta)

model=$prefix/share/scardelta/face_mesh_solution_packed_assets.data
if [ ! -f "$model" ]; then
  echo "the model was not fetched: its part of this test is skipped"
  exit 0
fi
[ "$("$scratch/consumer" "$model")" = "$version" ] || fail "the program built against the library fails"

# A tree that was moved still finds its model: broken on purpose, it is the one complained about.
mv "$prefix" "$scratch/moved tree"
moved="$scratch/moved tree/share/scardelta/face_mesh_solution_packed_assets.data"
echo "not a model" >"$moved"
"$scratch/moved tree/bin/scardelta" inspect "$consumer" 2>"$scratch/complaint" &&
  fail "the program did not use its own model"
grep -q "face model could not be loaded" "$scratch/complaint" || fail "$(cat "$scratch/complaint")"
SCARDELTA_MODELS=$scratch/absent "$scratch/moved tree/bin/scardelta" inspect "$consumer" \
  2>"$scratch/complaint" && fail "SCARDELTA_MODELS was not used"
grep -q "$scratch/absent" "$scratch/complaint" || fail "$(cat "$scratch/complaint")"
