#!/bin/sh
# install.sh BUILD CONSUMER.c CC VERSION FLAGS: installs into a scratch prefix and uses what lies
# there: the library through pkg-config, the program with its model, also from a moved folder with a
# space in its name; and installs below DESTDIR as packagers do.
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
for header in "$(dirname "$consumer")"/../../include/scardelta/*.h; do
  cmp -s "$header" "$prefix/include/scardelta/${header##*/}" || fail "${header##*/} was not installed"
done
[ "$("$prefix/bin/scardelta" --version)" = "scardelta $version" ] || fail "the program has another version"

# Hardened: no fixed place, nothing to overwrite that is called later, no stack that can be run, and
# checks of copies and of the stack. Sanitizers look closer and are built without.
program=$prefix/bin/scardelta
has() { readelf -W "$1" "$program" | grep -q "$2"; }
has -h 'Type: *DYN' || fail "the program is no position-independent executable"
has -l 'GNU_STACK.* RW ' || fail "the program's stack can be run"
if [ -z "$flags" ]; then
  has -l GNU_RELRO || fail "the program is linked without relro"
  has -d 'NOW' || fail "the program is linked without -z now"
  has --dyn-syms '__stack_chk_fail' || fail "the program is built without stack protector"
  has --dyn-syms '__snprintf_chk\|__memcpy_chk' || fail "the program is built without _FORTIFY_SOURCE"
fi

PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name scardelta.pc)")
export PKG_CONFIG_PATH
[ "$(pkg-config --modversion scardelta)" = "$version" ] || fail "scardelta.pc has another version"
# shellcheck disable=SC2046,SC2086 # lists of words are meant
"$compiler" $flags "$consumer" -o "$scratch/consumer" $(pkg-config --cflags --libs --static scardelta)

model=$prefix/share/scardelta/face_mesh_solution_packed_assets.data
if [ ! -f "$model" ]; then
  echo "skipped: the model was not fetched"
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

# Below DESTDIR lies what would lie in the configured prefix, and nothing else.
DESTDIR="$scratch/package root" cmake --install "$build" >/dev/null
found=$(find "$scratch/package root" -name scardelta.pc)
[ -n "$found" ] || fail "nothing was installed below DESTDIR"
PKG_CONFIG_PATH=$(dirname "$found") pkg-config --exists --print-errors scardelta ||
  fail "scardelta.pc below DESTDIR is of no use"
program=$(find "$scratch/package root" -path '*/bin/scardelta')
[ "$("$program" --version)" = "scardelta $version" ] || fail "the program below DESTDIR does not run"
