#include "cli/cli.h"

#include <ctype.h>
#include <omp.h>
#include <stdio.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const command *const COMMANDS[] = {
    &COMMAND_COMPARE, &COMMAND_TIMELINE, &COMMAND_BATCH,         &COMMAND_MERGE,
    &COMMAND_ALIGN,   &COMMAND_INSPECT,  &COMMAND_REPEATABILITY, &COMMAND_VERIFY};
enum { COMMAND_COUNT = sizeof COMMANDS / sizeof COMMANDS[0] };

static bool coloured; /* set once, before anything is said */

void colour_start(const arguments *a) {
  const char *none = getenv("NO_COLOR");
  coloured = !a->no_colour && (none == NULL || *none == '\0') && isatty(STDERR_FILENO);
}

/* The first line is the verdict: green when the photos serve, yellow when they were refused. */
void say_summary(const char *text, sd_status status) {
  int first = (int)strcspn(text, "\n");
  if (coloured)
    fprintf(stderr, "\033[1;%dm%.*s\033[0m%s", status == SD_OK ? 32 : 33, first, text,
            text + first);
  else
    fputs(text, stderr);
}

static void print_help(void) {
  printf("scardelta measures what changed in skin between photos, and whether it is real.\n\n"
         "Usage: scardelta COMMAND ... [options]\n\nCommands:\n");
  for (int k = 0; k < COMMAND_COUNT; k++)
    printf("  %-10s %s\n", COMMANDS[k]->name, COMMANDS[k]->summary);
  printf("\n  scardelta COMMAND --help   options and examples of a command\n"
         "  scardelta --version        the version\n\nExamples:\n%s",
         COMMAND_COMPARE.examples);
  printf(
      "\nPhotos never leave this computer. Exit codes: 0 done, 1 some subjects of a batch failed,\n"
      "or 'verify' found outputs that are not as written, 2 usage, 3 input unreadable,\n"
      "4 not comparable (the report says why), 5 not alignable, 6 not written, 130 interrupted.\n");
}

int exit_code(sd_status status) {
  switch (status) {
  case SD_OK:
    return 0;
  case SD_USAGE:
    return 2;
  case SD_UNREADABLE:
  case SD_UNSUPPORTED:
  case SD_TOO_LARGE:
  case SD_NO_FACE:
    return 3;
  case SD_NOT_COMPARABLE:
    return 4;
  case SD_NOT_ALIGNED:
    return 5;
  case SD_NOT_WRITTEN:
    return 6;
  case SD_INTERRUPTED:
    return 130;
  case SD_NO_MEMORY:
    break;
  }
  return 3; /* the photo is too large for this machine: as good as unreadable */
}

int say_failure(sd_status status, const sd_diag *diag) {
  char line[sizeof diag->text];
  /* a file's name may hold line ends and terminal sequences; a message is one plain line */
  for (size_t k = 0; k < sizeof line; k++)
    line[k] = iscntrl((unsigned char)diag->text[k]) && diag->text[k] != '\0' ? '?' : diag->text[k];
  if (coloured)
    fprintf(stderr, "\033[1;31mscardelta:\033[0m %s\n", line);
  else
    fprintf(stderr, "scardelta: %s\n", line);
  return exit_code(status);
}

bool print_data(const sd_text *text) {
  bool whole = text->v == NULL || fwrite(text->v, 1, text->length, stdout) == text->length;
  if (fflush(stdout) == 0 && whole)
    return true;
  fprintf(stderr, "scardelta: standard output could not be written\n");
  return false;
}

/* Data installed beside the program, wherever that tree was moved to; else where it was installed,
 * else where it was built. */
static const char *data_path(char *room, size_t size, const char *installed, const char *built) {
  char program[2048];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  if (length > 0) {
    program[length] = '\0';
    *strrchr(program, '/') = '\0';
    snprintf(room, size, "%s/%s/%s", program, SD_DATA_FROM_PROGRAM, installed);
    if (access(room, R_OK) == 0)
      return room;
  }
  snprintf(room, size, "%s/%s", SD_MODEL_INSTALL_DIR, installed);
  if (access(room, R_OK) != 0)
    snprintf(room, size, "%s/%s", SD_MODEL_BUILD_DIR, built);
  return room;
}

/* The face model: what the user says comes first. */
static const char *models_path(char *room, size_t size) {
  const char *said = getenv("SCARDELTA_MODELS");
  if (said != NULL && *said != '\0')
    return said;
  return data_path(room, size, SD_MODELS_FILE, SD_MODELS_FILE);
}

static const char *slider_path(char *room, size_t size) {
  return data_path(room, size, "img-comparison-slider", "../../img-comparison-slider");
}

static int version(void) {
  printf("scardelta %s\n", sd_version());
  return print_data(&(sd_text){0}) ? 0 : 6;
}

static int run(const command *c, int argc, char **argv) {
  static arguments a; /* too large for a stack frame; one invocation, one set */
  char models[4096], slider[4096];
  int wrong = arguments_parse(&a, c, argc, argv);
  if (wrong != 0)
    return wrong;
  if (a.version)
    return version();
  if (a.help) {
    print_command_help(c);
    return print_data(&(sd_text){0}) ? 0 : 6;
  }
  a.job.models_path = models_path(models, sizeof models);
  a.job.slider_path = slider_path(slider, sizeof slider);
  a.job.decoder = a.no_sandbox ? NULL : "/proc/self/exe";
  if (a.no_sandbox && !a.quiet)
    fputs("scardelta: photos are decoded without the sandbox (--no-sandbox)\n", stderr);
  if (a.threads > 0 && !c->forks)
    omp_set_num_threads(a.threads);
  colour_start(&a);
  progress_start(&a, !c->forks);
  return c->run(&a);
}

static const command *command_of(const char *name) {
  for (int k = 0; k < COMMAND_COUNT; k++)
    if (strcmp(name, COMMANDS[k]->name) == 0)
      return COMMANDS[k];
  return NULL;
}

static int no_command(const char *name) {
  fprintf(stderr, "scardelta: there is no command '%.60s'; try 'scardelta --help'\n", name);
  return 2;
}

/* "help" alone, or "help COMMAND". */
static int help(const char *name) {
  if (name != NULL && command_of(name) == NULL)
    return no_command(name);
  if (name != NULL)
    print_command_help(command_of(name));
  else
    print_help();
  return print_data(&(sd_text){0}) ? 0 : 6;
}

/* Threads that wait spin by default and take the cores from those that work as soon as anything
 * else runs: on a busy machine a comparison then takes twice the time of one thread. OpenMP reads
 * how to wait before main, so the program starts itself again with its wish, once. */
static void wait_without_spinning(char **argv) {
  if (getenv("OMP_WAIT_POLICY") != NULL || getenv("GOMP_SPINCOUNT") != NULL ||
      setenv("OMP_WAIT_POLICY", "passive", 0) != 0)
    return;
  execv("/proc/self/exe", argv); /* where that cannot be, it goes on as it is */
}

/* Maps of some megabytes come and go by the hundred: memory that goes back to the system each time
 * is cleared page by page when it is asked for again. */
static void keep_memory(void) {
#ifdef __GLIBC__
  enum { OWN_PIECE_BYTES = 32 << 20, KEPT_BYTES = 512 << 20 };
  mallopt(M_MMAP_THRESHOLD, OWN_PIECE_BYTES);
  mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
#endif
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr,
            "scardelta: say what to do, for example 'scardelta compare BEFORE AFTER -o DIR'; "
            "try 'scardelta --help'\n");
    return 2;
  }
  if (argc == 2 && strcmp(argv[1], SD_DECODER_COMMAND) == 0)
    return sd_decoder_run();
  if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
    return help(NULL);
  if (strcmp(argv[1], "help") == 0)
    return help(argc > 2 ? argv[2] : NULL);
  if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
    return version();
  const command *c = command_of(argv[1]);
  if (c != NULL) {
    wait_without_spinning(argv);
    keep_memory();
  }
  return c != NULL ? run(c, argc - 1, argv + 1) : no_command(argv[1]);
}
