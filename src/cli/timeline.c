/* scardelta timeline: the course of one subject's skin over several sessions. */
#include "cli/cli.h"

#include <stdio.h>

static const char *const WRITES[] = {"report.html",       "timeline.json",   "sessions.csv",
                                     "trend.csv",         "scars.csv",       "images/strip.jpg",
                                     "images/course.png", "manifest.sha256", NULL};

static int dry_run(const arguments *a) {
  sd_diag diag = {{0}};
  sd_text plan = {0};
  sd_status status =
      sd_timeline_check(a->inputs, (size_t)a->input_count, a->output, &a->job, &plan, &diag);
  progress_end();
  for (const char *const *name = WRITES; status == SD_OK && *name != NULL; name++)
    sd_text_addf(&plan, "%s/%s\n", a->output, *name);
  if (status == SD_OK && a->job.points_path != NULL)
    sd_text_addf(&plan, "%s/points.csv\n", a->output);
  int code = status != SD_OK ? say_failure(status, &diag) : print_data(&plan) ? 0 : 6;
  if (code == 0 && !a->quiet)
    fputs("Everything fits; these files would be written, nothing was (--dry-run).\n", stderr);
  sd_text_clear(&plan);
  return code;
}

static int run_timeline(arguments *a) {
  sd_diag diag = {{0}};
  sd_text json = {0}, summary = {0};
  if (a->input_count == 0) {
    fprintf(stderr, "scardelta timeline: give the photos of the sessions, or their folder; try "
                    "'scardelta timeline --help'\n");
    return 2;
  }
  if (a->output == NULL) {
    fprintf(stderr, "scardelta timeline: say where the results go with -o DIR\n");
    return 2;
  }
  if (a->dry_run)
    return dry_run(a);
  sd_status status =
      sd_timeline(a->inputs, (size_t)a->input_count, a->output, &a->job, &json, &summary, &diag);
  bool has_data = status == SD_OK || json.length > 0; /* a refused course still has its report */
  progress_end();
  if (has_data && !a->quiet && summary.v != NULL)
    say_summary(summary.v, status);
  if (has_data && !a->quiet)
    fprintf(stderr, "%s/report.html\n", a->output);
  int code = status == SD_OK ? 0 : say_failure(status, &diag);
  if (has_data && a->json && !print_data(&json))
    code = 6;
  sd_text_clear(&json);
  sd_text_clear(&summary);
  return code;
}

const command COMMAND_TIMELINE = {
    "timeline",
    "Follow one subject's skin through several sessions: change and trend per zone",
    "scardelta timeline PHOTO...|FOLDER -o DIR [options]",
    "roi zones zone-map control-zone points scale-mm-per-px ipd-mm treatments rating card view "
    "repeatability case language sign max-memory no-sandbox dry-run force",
    "  scardelta timeline before.jpg 6-weeks.jpg 12-weeks.jpg -o course\n"
    "      report.html in the folder course shows the change at every session\n"
    "  scardelta timeline patient-17/ -o course --treatments done.csv\n"
    "      all photos of the folder, by date; photos of one day are one session\n"
    "  scardelta timeline patient-17/ -o course --control-zone forehead --json > course.json\n"
    "      the forehead was not treated; and the data for another program\n",
    run_timeline,
    SD_MEMORY_TIMELINE,
    false};
