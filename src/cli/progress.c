/* A progress line on stderr with an estimate of the time left, and Ctrl-C: the handler only raises
 * a flag, the pipeline asks for it between its steps and cleans up after itself. */
#include "cli/cli.h"

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

static bool on_step(void *context, const char *what, int step, int steps) {
  const arguments *a = context;
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

void progress_start(arguments *a) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_interrupt;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  clock_gettime(CLOCK_MONOTONIC, &started);
  a->job.progress = on_step;
  a->job.progress_context = a;
}

void progress_end(void) {
  if (shown)
    fprintf(stderr, "\r\033[K");
  shown = false;
}
