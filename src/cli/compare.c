/* scardelta compare: the report of what changed between two photos. */
#include "cli/cli.h"

#include <stddef.h>

static const char *const WRITES[] = {"report.html", "report.pdf",      "result.json",
                                     "metrics.csv", "scars.csv",       "scar-totals.csv",
                                     "images/",     "manifest.sha256", NULL};

static int run_compare(arguments *a) {
  static const pair_command COMMAND = {"compare", "report.html", WRITES, sd_compare,
                                       sd_compare_check};
  return run_pair(a, &COMMAND);
}

const command COMMAND_COMPARE = {
    "compare",
    "Compare two photos of the same skin: what changed, where, by how much, and is it real",
    "scardelta compare BEFORE AFTER -o DIR [options]",
    "roi zones zone-map control-zone points transform mirrored scale-mm-per-px ipd-mm treatments "
    "rating card grey-card view repeatability case share paper language sign max-memory no-sandbox "
    "timings dry-run force",
    "  scardelta compare before.jpg after.jpg -o result\n"
    "      report.html in the folder result tells what changed\n"
    "  scardelta compare 2025-01-10.jpg 2025-04-02.jpg -o result --control-zone forehead\n"
    "      the forehead was not treated: changes are told relative to it\n"
    "  scardelta compare a.jpg b.jpg -o result --ipd-mm 62 --json > result.json\n"
    "      with the measured distance of the pupils, and the data for another program\n",
    run_compare,
    SD_MEMORY_COMPARE,
    false};
