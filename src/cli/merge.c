/* scardelta merge: shards become one. */
#include "cli/cli.h"

#include <stdio.h>

static int run_merge(arguments *a) {
  sd_diag diag = {{0}};
  if (a->input_count == 0 || a->output == NULL) {
    fprintf(stderr, "scardelta merge: needs the folders that batch shards wrote, and -o DIR; try "
                    "'scardelta merge --help'\n");
    return 2;
  }
  sd_status status = sd_merge(a->inputs, (size_t)a->input_count, a->output, a->job.language, &diag);
  if (status != SD_OK)
    return say_failure(status, &diag);
  if (!a->quiet)
    fprintf(stderr, "%s/index.html\n", a->output);
  return 0;
}

const command COMMAND_MERGE = {
    "merge",
    "Join the outputs of batch shards into one",
    "scardelta merge DIR... -o DIR [options]",
    "language",
    "  scardelta merge part-1 part-2 part-3 part-4 -o results\n"
    "      the same summary.csv as that of one batch; doing it again changes nothing\n",
    run_merge,
    SD_MEMORY_COMPARE,
    false};
