#!/bin/sh
# Fails when a file includes a header of a floor above its own. The floors are in pipeline order.
set -eu
cd "$1"
floors="base photo face align measure change render report archive cli"
allowed=""
bad=0
checked=0
for floor in $floors; do
  allowed="$allowed $floor"
  for file in src/"$floor"/*.[ch] include/scardelta/"$floor".h; do
    [ -e "$file" ] || continue
    checked=$((checked + 1))
    # shellcheck disable=SC2013 # names of floors hold no spaces
    for include in $(sed -n 's|^ *# *include *"\(scardelta/\)\{0,1\}\([a-z0-9_]*\)[./].*|\2|p' "$file"); do
      case " $allowed scardelta " in
      *" $include "*) ;;
      *)
        case " $floors " in
        *" $include "*)
          echo "$file includes the floor '$include', which is above '$floor'"
          bad=1
          ;;
        esac
        ;;
      esac
    done
  done
done
[ "$checked" -gt 0 ] || { echo "no source file was checked"; exit 1; }
echo "$checked files include only their own floor and those below"
exit $bad
