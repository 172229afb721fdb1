/* scardelta align: registration alone. */
#include "cli/cli.h"

#include <stddef.h>

static const char *const WRITES[] = {"alignment.json", "aligned-after.jpg", NULL};

static int run_align(arguments *a) {
  static const pair_command COMMAND = {"align", "alignment.json", WRITES, sd_align_files,
                                       sd_align_check};
  return run_pair(a, &COMMAND);
}

const command COMMAND_ALIGN = {
    "align",
    "Lay AFTER on BEFORE's pixels, and say how well that worked",
    "scardelta align BEFORE AFTER -o DIR [options]",
    "roi zone-map points map-points transform mirrored format scale-mm-per-px ipd-mm max-memory "
    "no-sandbox timings dry-run",
    "  scardelta align before.jpg after.jpg -o aligned\n"
    "      aligned-after.jpg lies on before.jpg pixel by pixel\n"
    "  scardelta align before.jpg after.jpg -o aligned --points points.csv\n"
    "      steered by points given by hand where automation fails\n"
    "  scardelta align before.jpg after.jpg -o aligned --map-points marks.csv\n"
    "      mapped-points.csv tells where the points of before.jpg are in after.jpg\n"
    "  scardelta align before-uv.jpg after-uv.jpg -o aligned-uv --transform "
    "aligned/alignment.json\n"
    "      the same captures in another light: lay them as the first light did\n",
    run_align,
    SD_MEMORY_ALIGN,
    false};
