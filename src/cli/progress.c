/* A progress line on stderr with an estimate of the time left, and Ctrl-C: the handler only raises
 * a flag, the pipeline asks for it between its steps and cleans up after itself. */
#include "cli/cli.h"

#include <ctype.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;
static bool shown;
static struct timespec started;

static void on_interrupt(int signal_number) {
  (void)signal_number;
  if (interrupted) /* a second one: now */
    _exit(130);
  interrupted = 1;
}

static double seconds_since_start(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)(now.tv_sec - started.tv_sec) + 1e-9 * (double)(now.tv_nsec - started.tv_nsec);
}

/* Of all threads. */
static double cpu_seconds(void) {
  struct timespec used;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return (double)used.tv_sec + 1e-9 * (double)used.tv_nsec;
}

static void tell_timing(const char *stage, double wall, double cpu) {
  fprintf(stderr, "%-30s %9.3f s %9.3f s CPU\n", stage, wall, cpu);
}

/* With --timings or --verbose: how long the stage before this one took, and all of them in the end.
 */
static void tell_stage(const arguments *a, const char *what, int step, int steps) {
  static char stage[64];
  static double stage_start, cpu_start;
  double now = seconds_since_start(), cpu = cpu_seconds();
  bool ended = step > 0 && stage[0] != '\0';
  if (a->timings && ended)
    tell_timing(stage, now - stage_start, cpu - cpu_start);
  else if (a->verbose > 0 && ended)
    fprintf(stderr, "%s: %.2f s\n", stage, now - stage_start);
  if (a->timings && step == steps)
    tell_timing("in all", now, cpu);
  snprintf(stage, sizeof stage, "%s", what);
  stage_start = now;
  cpu_start = cpu;
}

static void on_note(void *context, const char *text) {
  const arguments *a = context;
  if (a->verbose == 0)
    return;
  progress_end();
  say_plain(stderr, text);
}

static bool on_step(void *context, const char *what, int step, int steps) {
  const arguments *a = context;
  if (a->verbose > 0 || a->timings)
    progress_end();
  tell_stage(a, what, step, steps);
  bool wanted = a->progress == PROGRESS_ALWAYS ||
                (a->progress == PROGRESS_AUTO && !a->quiet && isatty(STDERR_FILENO));
  if (wanted && step < steps) {
    char left[48] = "";
    if (step > 0)
      snprintf(left, sizeof left, ", about %.0f s left",
               seconds_since_start() * (steps - step) / step + 0.5);
    fprintf(stderr, "\r\033[K[%d/%d] %s%s", step + 1, steps, what, left);
    fflush(stderr);
    shown = true;
  }
  return !interrupted;
}

/* Worker threads are born with Ctrl-C held, so that it reaches this thread alone, which lets it
 * wait while a file is half-written. */
static void start_threads(void) {
  sigset_t held, before;
  sigemptyset(&held);
  sigaddset(&held, SIGINT);
  sigaddset(&held, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &held, &before);
  volatile int started_threads = 0;
#pragma omp parallel
  {
#pragma omp atomic
    started_threads++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void progress_start(arguments *a, bool threads) {
  struct sigaction action;
  if (threads)
    start_threads();
  memset(&action, 0, sizeof action);
  action.sa_handler = on_interrupt;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  signal(SIGXFSZ,
         SIG_IGN); /* a file-size limit then fails the write, which is told and cleaned up */
  clock_gettime(CLOCK_MONOTONIC, &started);
  a->job.progress = on_step;
  a->job.progress_context = a;
  a->job.note = on_note;
}

bool progress_of_batch(void *context, const char *what, int64_t done, int64_t all) {
  const arguments *a = context;
  bool wanted = a->progress == PROGRESS_ALWAYS ||
                (a->progress == PROGRESS_AUTO && !a->quiet && isatty(STDERR_FILENO));
  if (wanted) {
    char left[48] = "";
    if (done > 0)
      snprintf(left, sizeof left, ", about %.0f min left",
               seconds_since_start() * (double)(all - done) / (double)done / 60 + 0.5);
    fprintf(stderr, "\r\033[K[%" PRId64 "/%" PRId64 " subjects%s] ", done, all, left);
    for (const char *at = what; *at != '\0' && at - what < 40; at++)
      fputc(iscntrl((unsigned char)*at) ? '?' : *at, stderr);
    fflush(stderr);
    shown = true;
  }
  return !interrupted;
}

void say_plain(FILE *to, const char *text) {
  for (; *text != '\0'; text++)
    fputc(iscntrl((unsigned char)*text) ? '?' : *text, to);
  fputc('\n', to);
}

void progress_end(void) {
  if (shown)
    fprintf(stderr, "\r\033[K");
  shown = false;
}
