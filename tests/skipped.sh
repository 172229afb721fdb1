#!/bin/sh
# skipped.sh LOG: how many checks of a ctest run were skipped, and why. Every check that is skipped
# prints a line "skipped: REASON"; one that cmocka skipped without such a line is counted as well.
awk '
  /^\[ RUN +\]/ || /^[0-9]+\/[0-9]+ Test(ing)?: / { given = 0 }
  /^\[  SKIPPED \] .*test\(s\)/ { given = 1 } # the names that follow were counted before
  /^skipped: / { given = 1; why = substr($0, 10); if (!(why in n)) order[++kinds] = why; n[why]++; all++ }
  /^\[  SKIPPED \] / && !/test\(s\)/ && !given { why = "no reason given: " $4; order[++kinds] = why; n[why]++; all++ }
  END {
    if (all == 0) { print "No check was skipped."; exit }
    print all (all == 1 ? " check was skipped:" : " checks were skipped:")
    for (k = 1; k <= kinds; k++) printf "%6d  %s\n", n[order[k]], order[k]
  }' "$1"
