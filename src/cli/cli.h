/* The command line: options, help and one file per command. Private to cli. */
#ifndef SD_CLI_CLI_H
#define SD_CLI_CLI_H

#include "scardelta/scardelta.h"

#include <stdio.h>

enum { INPUTS_MAX = 4096 };

/* Everything an invocation says. Strings are argv's. */
typedef struct arguments {
  sd_job_options job;
  const char *inputs[INPUTS_MAX];
  int input_count;
  const char *output; /* -o; NULL: not given */
  const char *key;    /* of verify; NULL: not given */
  bool json, quiet, help, version, dry_run;
  bool no_colour, no_sandbox;
  int card_count; /* how often --card and --grey-card were given */
  bool timings;   /* what each stage took is told */
  int verbose;
  int threads;            /* -j; 0: all cores */
  sd_batch_options batch; /* what only a batch takes: shard and limits */
  enum { PROGRESS_AUTO, PROGRESS_ALWAYS, PROGRESS_NEVER } progress;
} arguments;

/* One row of the command table. */
typedef struct command {
  const char *name;
  const char *summary;  /* one line for the list of commands */
  const char *usage;    /* "scardelta align BEFORE AFTER -o DIR [options]" */
  const char *options;  /* space-separated long names this command takes besides the common ones */
  const char *examples; /* indented lines */
  int (*run)(arguments *arguments);
  sd_memory_use memory; /* what --max-memory is held against */
  bool forks;           /* works in processes of its own: no threads may have been started before */
} command;

/* A command that takes BEFORE and AFTER: the library's function and the files it writes. */
typedef struct pair_command {
  const char *name;
  const char *result;        /* the file to open first */
  const char *const *writes; /* NULL-terminated */
  sd_status (*make)(const char *before, const char *after, const char *folder,
                    const sd_job_options *options, sd_text *json, sd_text *summary, sd_diag *diag);
  sd_status (*check)(const char *before, const char *after, const char *folder,
                     const sd_job_options *options, sd_diag *diag);
} pair_command;
/* Runs it, or with --dry-run checks only; returns the exit code. */
int run_pair(arguments *arguments, const pair_command *command);

extern const command COMMAND_COMPARE, COMMAND_TIMELINE, COMMAND_BATCH, COMMAND_MERGE, COMMAND_ALIGN,
    COMMAND_INSPECT, COMMAND_VERIFY, COMMAND_REPEATABILITY;

/* Parses argv after the command's name. Returns 0, or the exit code after saying what is wrong. */
int arguments_parse(arguments *out, const command *command, int argc, char **argv);
void print_command_help(const command *command);

/* Exit code of the contract for a status. */
int exit_code(sd_status status);
/* Says the sentence on stderr ("scardelta: ...") and returns the exit code. */
int say_failure(sd_status status, const sd_diag *diag);
/* The first lines a person reads, on stderr; the verdict is coloured where colour is wanted. */
void say_summary(const char *text, sd_status status);
/* Colour only on a terminal, and neither with NO_COLOR (no-color.org) nor with --no-color. */
void colour_start(const arguments *arguments);
/* Writes to stdout and flushes; false (after saying so) when that failed. */
bool print_data(const sd_text *text);

/* Progress line on a terminal with an estimate of what is left; also where Ctrl-C is noticed. */
void progress_start(arguments *arguments, bool threads);
void progress_end(void);
/* The same for a batch; `context` are the arguments. */
bool progress_of_batch(void *context, const char *what, int64_t done, int64_t all);
/* One plain line: control characters of names become ?. */
void say_plain(FILE *to, const char *text);

#endif
