/* scardelta batch: a clinic's whole archive. */
#include "cli/cli.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SOME_FAILED = 1 };

static void on_tell(void *context, const char *line) {
  const arguments *a = context;
  progress_end();
  if (a->dry_run && !a->json)
    say_plain(stdout, line);
  else if (!a->quiet)
    say_plain(stderr, line);
}

static void say_counts(const sd_batch_counts *c) {
  fprintf(stderr,
          "%" PRId64 " subjects, %" PRId64 " pairs: %" PRId64 " compared, %" PRId64
          " as they were, %" PRId64 " subjects with a failure.\n",
          c->subjects, c->pairs, c->made, c->kept, c->failed);
}

static void say_plan(const sd_batch_counts *c) {
  fprintf(stderr,
          "%" PRId64 " pairs of %" PRId64 " subjects would be compared, %" PRId64
          " files are left out; nothing was written (--dry-run).\n",
          c->pairs, c->subjects, c->left_out);
}

static bool print_counts(const sd_batch_counts *c) {
  sd_text json = {0};
  sd_text_addf(&json,
               "{\"subjects\": %" PRId64 ", \"failed\": %" PRId64 ", \"pairs\": %" PRId64
               ", \"compared\": %" PRId64 ", \"kept\": %" PRId64 ", \"left_out\": %" PRId64 "}\n",
               c->subjects, c->failed, c->pairs, c->made, c->kept, c->left_out);
  bool printed = print_data(&json);
  sd_text_clear(&json);
  return printed;
}

static int wrong_arguments(const arguments *a) {
  if (a->input_count != 1) {
    fprintf(stderr,
            "scardelta batch: needs one folder of subjects or one manifest, not %d; try 'scardelta "
            "batch --help'\n",
            a->input_count);
    return 2;
  }
  if (a->output == NULL && !a->dry_run) {
    fprintf(stderr, "scardelta batch: say where the results go with -o DIR\n");
    return 2;
  }
  return 0;
}

static int run_batch(arguments *a) {
  sd_diag diag = {{0}};
  sd_batch_counts counts = {0};
  sd_batch_options options = a->batch;
  int wrong = wrong_arguments(a);
  if (wrong != 0)
    return wrong;
  options.job = a->job;
  options.workers = a->threads;
  options.progress = progress_of_batch;
  options.tell = on_tell;
  options.context = a;
  if (a->dry_run && a->output != NULL && sd_output_check(a->output, &diag) != SD_OK)
    return say_failure(SD_NOT_WRITTEN, &diag);
  sd_status status = a->dry_run ? sd_batch_plan(a->inputs[0], a->output, &options, &counts, &diag)
                                : sd_batch(a->inputs[0], a->output, &options, &counts, &diag);
  progress_end();
  if (status != SD_OK)
    return say_failure(status, &diag);
  if (!a->quiet && a->dry_run)
    say_plan(&counts);
  else if (!a->quiet)
    say_counts(&counts);
  if (!a->quiet && !a->dry_run)
    fprintf(stderr, "%s/index.html\n", a->output);
  if (!(a->json ? print_counts(&counts) : print_data(&(sd_text){0})))
    return 6;
  return counts.failed > 0 ? SOME_FAILED : 0;
}

const command COMMAND_BATCH = {
    "batch",
    "Compare the sessions of many subjects: a report each, one summary, one database",
    "scardelta batch DIR|MANIFEST.csv -o DIR [options]",
    "zones control-zone ipd-mm scale-mm-per-px card grey-card treatments view repeatability case "
    "paper language force dry-run sign max-memory no-sandbox shard time-limit memory-limit",
    "  scardelta batch archive -o results\n"
    "      each folder in archive is a subject; sessions by date, views by name or pose\n"
    "  scardelta batch archive -o results --dry-run\n"
    "      what would be compared with what, and which files are left out and why\n"
    "  scardelta batch manifest.csv -o results -j 4\n"
    "      subject,session,view,path in a table; four worker processes\n"
    "  scardelta batch archive -o part-2 --shard 2/4\n"
    "      the second of four parts of the subjects; join them with 'scardelta merge'\n"
    "The same command goes on where it was stopped and redoes only what changed.\n",
    run_batch,
    SD_MEMORY_COMPARE,
    true};
