/* What the commands of two photos share: their inputs, the dry run, and how they end. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

static int need_two(const arguments *a, const char *name) {
  if (a->input_count != 2) {
    fprintf(stderr,
            "scardelta %s: needs two photos, BEFORE and AFTER, not %d; try 'scardelta %s --help'\n",
            name, a->input_count, name);
    return 2;
  }
  if (a->output == NULL) {
    fprintf(stderr, "scardelta %s: say where the results go with -o DIR\n", name);
    return 2;
  }
  return 0;
}

/* A refused pair still has its data; every other failure has none. */
static bool has_data(sd_status status) {
  return status == SD_OK || status == SD_NOT_COMPARABLE || status == SD_NOT_ALIGNED;
}

static int dry_run(const arguments *a, const pair_command *pair) {
  sd_diag diag = {{0}};
  sd_text plan = {0};
  sd_status status = pair->check(a->inputs[0], a->inputs[1], a->output, &a->job, &diag);
  progress_end();
  for (const char *const *name = pair->writes; status == SD_OK && *name != NULL; name++)
    sd_text_addf(&plan, "%s/%s\n", a->output,
                 a->job.lossless && strcmp(*name, "aligned-after.jpg") == 0 ? "aligned-after.png"
                                                                            : *name);
  if (status == SD_OK && a->job.points_path != NULL)
    sd_text_addf(&plan, "%s/points.csv\n", a->output);
  if (status == SD_OK && a->job.map_points_path != NULL)
    sd_text_addf(&plan, "%s/mapped-points.csv\n", a->output);
  int code = status != SD_OK ? say_failure(status, &diag) : print_data(&plan) ? 0 : 6;
  if (code == 0 && !a->quiet)
    fputs("Everything fits; these files would be written, nothing was (--dry-run).\n", stderr);
  sd_text_clear(&plan);
  return code;
}

static int finish(const arguments *a, sd_status status, const sd_diag *diag, const sd_text *json,
                  const sd_text *summary, const char *result) {
  progress_end();
  if (has_data(status) && !a->quiet && summary->v != NULL)
    say_summary(summary->v, status);
  if (has_data(status) && !a->quiet)
    fprintf(stderr, "%s/%s\n", a->output, result);
  if (has_data(status) && a->json && !print_data(json))
    return 6;
  return status == SD_OK ? 0 : say_failure(status, diag);
}

int run_pair(arguments *a, const pair_command *pair) {
  sd_diag diag = {{0}};
  sd_text json = {0}, summary = {0};
  int wrong = need_two(a, pair->name);
  if (wrong != 0)
    return wrong;
  if (a->dry_run)
    return dry_run(a, pair);
  sd_status status =
      pair->make(a->inputs[0], a->inputs[1], a->output, &a->job, &json, &summary, &diag);
  int code = finish(a, status, &diag, &json, &summary, pair->result);
  sd_text_clear(&json);
  sd_text_clear(&summary);
  return code;
}
