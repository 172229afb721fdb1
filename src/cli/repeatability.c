/* scardelta repeatability: the clinic's own repeat photos. */
#include "cli/cli.h"

#include <stdio.h>

enum { FEW = 30 };

static void on_left_out(void *context, const char *line) {
  const arguments *a = context;
  progress_end();
  if (!a->quiet)
    say_plain(stderr, line);
}

static int run_repeatability(arguments *a) {
  sd_diag diag = {{0}};
  sd_repeatability_counts counts = {0};
  if (a->input_count != 1 || a->output == NULL) {
    fprintf(stderr, "scardelta repeatability: needs one list of pairs and -o FILE.json; try "
                    "'scardelta repeatability --help'\n");
    return 2;
  }
  a->job.note = on_left_out;
  sd_status status = sd_repeatability_make(a->inputs[0], a->output, &a->job, &counts, &diag);
  progress_end();
  if (status != SD_OK)
    return say_failure(status, &diag);
  if (!a->quiet)
    fprintf(stderr,
            "%zu of %zu pairs were used; %zu were refused as not comparable, %zu could not "
            "be read.\n",
            counts.used, counts.pairs, counts.refused, counts.failed);
  if (!a->quiet && counts.used < FEW)
    fprintf(stderr,
            "With fewer than %d pairs the figures are rough; their intervals say how much.\n", FEW);
  if (!a->quiet)
    fprintf(stderr, "%s\n", a->output);
  return 0;
}

const command COMMAND_REPEATABILITY = {
    "repeatability",
    "Learn from repeat photos how much a clinic's own photos differ when nothing happened",
    "scardelta repeatability PAIR-LIST -o FILE.json [options]",
    "zones control-zone scale-mm-per-px ipd-mm card grey-card view language max-memory no-sandbox",
    "  scardelta repeatability repeats.csv -o ours.json\n"
    "      repeats.csv: before,after; two photos of one visit a line, 10 lines or more\n"
    "  scardelta compare before.jpg after.jpg -o result --repeatability ours.json\n"
    "      every interval and smallest detectable change uses it\n",
    run_repeatability,
    SD_MEMORY_COMPARE,
    false};
