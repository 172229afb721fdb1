#!/bin/sh
# floors.sh ROOT: fails when a file includes a header of a floor above its own. The floors are in
# pipeline order; the umbrella header scardelta.h stands above them all, for the users of the library
# and for cli. The check is first tried on includes planted in a scratch tree.
set -eu
floors="base photo face align measure change render report archive cli"

# The floor each #include of a file names, in any of the ways one can write it:
# "floor/x.h", "scardelta/floor.h", <scardelta/floor.h>, "../floor/x.h".
included() {
  sed -n 's|^[[:space:]]*#[[:space:]]*include[[:space:]]*["<]\([^">]*\)[">].*|\1|p' "$1" |
    sed -n 's|^\(\.\./\)*\(include/\)\{0,1\}\(scardelta/\)\{0,1\}\([a-z0-9_]*\)\(\.h\)\{0,1\}\(/.*\)\{0,1\}$|\4|p'
}

# floor_of NAME: the floor itself, or the lowest floor whose folder has NAME.c, as a public header of
# a part of a floor is called (a command may have the part's name too); nothing for what is not ours.
floor_of() {
  case " $floors scardelta " in *" $1 "*) echo "$1"; return ;; esac
  for candidate in $floors; do
    [ -e "src/$candidate/$1.c" ] && { echo "$candidate"; return; }
  done
  return 0
}

# headers FLOOR: its public headers.
headers() {
  for header in include/scardelta/*.h; do
    [ -e "$header" ] || continue
    [ "$(floor_of "$(basename "$header" .h)")" = "$1" ] && echo "$header"
  done
  return 0
}

# check TREE: prints every include upward; the last line counts the files.
check() (
  cd "$1" || exit 1
  below="" checked=0 bad=0
  for floor in $floors; do
    below="$below $floor"
    for file in src/"$floor"/*.[ch] $(headers "$floor"); do
      [ -e "$file" ] || continue
      checked=$((checked + 1))
      for include in $(included "$file"); do
        case " $below " in *" $include "*) continue ;; esac
        of=$(floor_of "$include")
        case " $below " in *" ${of:-$floor} "*) continue ;; esac
        [ "$floor:$of" = cli:scardelta ] && continue
        echo "$file includes '$include', which is above '$floor'"
        bad=1
      done
    done
  done
  [ "$checked" -gt 0 ] || { echo "no source file was checked"; exit 1; }
  echo "$checked files include only their own floor and those below"
  exit $bad
)

# planted FLOOR LINE: how a tree looks to the check whose only file has this line.
planted() {
  rm -rf "$scratch/src"
  mkdir -p "$scratch/src/$1" "$scratch/src/change"
  : >"$scratch/src/change/part.c"
  printf '%s\n' "$2" >"$scratch/src/$1/planted.c"
  check "$scratch" >/dev/null
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for line in '#include "change/pair.h"' '#include "scardelta/change.h"' '#include <scardelta/change.h>' \
  '  #  include <scardelta/report.h> // why' '#include "../change/pair.h"' '#include <change/pair.h>' \
  '#include "scardelta/part.h"' '#include "scardelta/scardelta.h"' '#include <scardelta/scardelta.h>'; do
  if planted face "$line"; then
    echo "the check does not see: $line"
    exit 1
  fi
done
for line in '#include "face/find.h"' '#include <scardelta/photo.h>' '#include "scardelta/face.h"' \
  '#include <math.h>' '#include <base.h>' '/* see change.h */'; do
  if ! planted face "$line"; then
    echo "the check wrongly sees: $line"
    exit 1
  fi
done
planted render '#include "scardelta/part.h"' || { echo "a part of a floor below may be included"; exit 1; }
planted cli '#include <scardelta/scardelta.h>' || { echo "cli may include all"; exit 1; }

check "$1"
