#include "archive/worker.h"

#include "archive/files.h"
#include "archive/session.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <omp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_NO_MODEL = 3 };

void worker_order_clear(worker_order *order) {
  for (size_t k = 0; k < order->count; k++) {
    free(order->tasks[k].before);
    free(order->tasks[k].after);
    free(order->tasks[k].treatments);
  }
  free(order->tasks);
  *order = (worker_order){0};
}

double worker_clock_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now); /* a clock that is set back must stop nobody */
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- in the worker ------------------------------------------------------------------------ */

static void limit_memory(double megabytes) {
#ifndef __SANITIZE_ADDRESS__ /* whose shadow is larger than any limit */
  rlim_t bytes = (rlim_t)(megabytes * 1048576);
  setrlimit(RLIMIT_AS, &(struct rlimit){bytes, bytes});
#else
  (void)megabytes;
#endif
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* a face has no place in a core file */
}

/* One line: task, status, made, yaw, taken, sentence. Shorter than a pipe's atomic write. */
static void tell(int pipe, const worker_answer *a) {
  char line[900];
  int length = snprintf(line, sizeof line, "%zu\t%d\t%d\t%.17g\t%.31s\t%.600s", a->task,
                        (int)a->status, a->made, a->yaw_deg, a->taken, a->text);
  for (int k = 0; k < length; k++)
    if (line[k] == '\n')
      line[k] = ' ';
  line[length++] = '\n';
  for (int sent = 0; sent < length;) {
    ssize_t wrote = write(pipe, line + sent, (size_t)(length - sent));
    if (wrote < 0 && errno != EINTR)
      _exit(EXIT_DONE); /* nobody listens any more */
    sent += wrote > 0 ? (int)wrote : 0;
  }
}

static void look(worker_answer *answer, const char *path, const sd_models *models,
                 const sd_job_options *options) {
  sd_inspected found = {0};
  sd_job_options plain = *options;
  sd_diag diag = {{0}};
  plain.roi_path = plain.zone_map_path = NULL;
  answer->status = sd_inspect(&found, path, models, &plain, &diag);
  if (answer->status == SD_OK)
    answer->status = photo_not_made(&found.photo, path, &diag);
  answer->made = found.photo.capture.made;
  if (answer->status == SD_OK) {
    snprintf(answer->taken, sizeof answer->taken, "%.31s", found.photo.capture.taken);
    answer->yaw_deg = found.face.found ? found.face.yaw_deg : NAN;
  }
  snprintf(answer->text, sizeof answer->text, "%s", diag.text);
  sd_inspected_clear(&found);
}

static void compare(worker_answer *answer, const worker_order *order, const worker_task *task,
                    const sd_job_options *options) {
  char folder[4096];
  sd_diag diag = {{0}};
  sd_job_options own = *options;
  own.treatments = task->treatments;
  own.treatment_count = task->treatment_count;
  snprintf(folder, sizeof folder, "%.4000s/%s", order->folder, task->folder);
  answer->status = sd_compare(task->before, task->after, folder, &own, NULL, NULL, &diag);
  snprintf(answer->text, sizeof answer->text, "%s", diag.text);
}

static sd_status models_for(sd_models **out, const worker_order *order,
                            const sd_job_options *options, sd_diag *diag) {
  for (size_t k = 0; k < order->count; k++)
    if (order->tasks[k].after == NULL)
      return sd_models_read(out, options->models_path, diag);
  return SD_OK;
}

static void work(int pipe, const worker_order *order, const sd_job_options *options) {
  sd_models *models = NULL;
  sd_diag diag = {{0}};
  sd_job_options quiet = *options;
  quiet.progress = NULL;
  quiet.note = NULL;
  if (models_for(&models, order, options, &diag) != SD_OK)
    _exit(EXIT_NO_MODEL);
  for (size_t k = 0; k < order->count; k++) {
    worker_answer answer = {.task = k, .yaw_deg = NAN};
    const worker_task *task = &order->tasks[k];
    if (task->after == NULL)
      look(&answer, task->before, models, &quiet);
    else
      compare(&answer, order, task, &quiet);
    tell(pipe, &answer);
    /* a full disk is the batch's to tell; a process that ran out of memory may not have it back */
    if (answer.status == SD_NOT_WRITTEN || answer.status == SD_NO_MEMORY)
      break;
  }
  sd_models_free(models);
}

/* The terminal's Ctrl-C is the batch's to answer; when the batch dies, so does its worker. */
static void settle(int parent, const worker_order *order) {
  prctl(PR_SET_NAME, "scardelta-work");
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(EXIT_DONE);
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_DFL);
  limit_memory(order->memory_limit_mb);
  omp_set_num_threads(order->threads > 0 ? order->threads : 1);
}

/* ---- in the batch ------------------------------------------------------------------------- */

sd_status worker_start(worker *out, const worker_order *order, const sd_job_options *options,
                       sd_diag *diag) {
  int ends[2], parent = getpid();
  if (pipe2(ends, O_CLOEXEC) != 0)
    return sd_fail(diag, SD_NO_MEMORY, "no worker can be started (%s)", strerror(errno));
  pid_t pid = fork();
  if (pid < 0) {
    close(ends[0]);
    close(ends[1]);
    return sd_fail(diag, SD_NO_MEMORY, "no worker can be started (%s)", strerror(errno));
  }
  if (pid == 0) {
    close(ends[0]);
    settle(parent, order);
    work(ends[1], order, options);
    _exit(EXIT_DONE);
  }
  close(ends[1]);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  *out = (worker){.pid = pid,
                  .pipe = ends[0],
                  .time_limit_s = order->time_limit_s,
                  .deadline_s = worker_clock_s() + order->time_limit_s};
  return SD_OK;
}

static bool parse(worker_answer *out, const char *line) {
  int used = 0, status = 0, made = 0;
  *out = (worker_answer){0};
  if (sscanf(line, "%zu\t%d\t%d\t%lf%n", &out->task, &status, &made, &out->yaw_deg, &used) != 4 ||
      line[used] != '\t')
    return false;
  const char *taken = line + used + 1, *text = strchr(taken, '\t');
  if (text == NULL || status < SD_OK || status > SD_INTERRUPTED)
    return false;
  out->status = (sd_status)status;
  out->made = made != 0;
  snprintf(out->taken, sizeof out->taken, "%.*s", (int)(text - taken), taken);
  snprintf(out->text, sizeof out->text, "%s", text + 1);
  return true;
}

bool worker_answered(worker *w, worker_answer *answer) {
  for (;;) {
    char *end = memchr(w->waiting, '\n', w->length);
    if (end != NULL) {
      *end = '\0';
      bool good = parse(answer, w->waiting);
      size_t used = (size_t)(end + 1 - w->waiting);
      memmove(w->waiting, end + 1, w->length - used);
      w->length -= used;
      if (!good)
        continue;
      w->at = answer->task + 1;
      w->deadline_s = worker_clock_s() + w->time_limit_s;
      return true;
    }
    if (w->length == sizeof w->waiting)
      w->length = 0; /* no line of ours is so long */
    ssize_t got = read(w->pipe, w->waiting + w->length, sizeof w->waiting - w->length);
    if (got <= 0)
      return false;
    w->length += (size_t)got;
  }
}

static void say_how(char why[PLAN_REASON_ROOM], int state, bool late, double limit_s) {
  why[0] = '\0';
  if (late)
    snprintf(why, PLAN_REASON_ROOM, "it took longer than %.0f s and was stopped", limit_s);
  else if (WIFSIGNALED(state) && WTERMSIG(state) == SIGKILL)
    snprintf(why, PLAN_REASON_ROOM, "the system ended it, most likely for want of memory");
  else if (WIFSIGNALED(state))
    snprintf(why, PLAN_REASON_ROOM, "the program crashed on it (%s)", strsignal(WTERMSIG(state)));
  else if (WEXITSTATUS(state) == EXIT_NO_MODEL)
    snprintf(why, PLAN_REASON_ROOM, "the face model could not be loaded");
  else if (WEXITSTATUS(state) != EXIT_DONE)
    snprintf(why, PLAN_REASON_ROOM, "the program ended before its time (exit %d)",
             WEXITSTATUS(state));
}

bool worker_ended(worker *w, char why[PLAN_REASON_ROOM]) {
  int state = 0;
  bool late = worker_clock_s() > w->deadline_s;
  why[0] = '\0';
  if (late)
    kill(w->pid, SIGKILL);
  pid_t ended = waitpid(w->pid, &state, late ? 0 : WNOHANG);
  if (ended == 0)
    return false;
  say_how(why, state, late, w->time_limit_s);
  w->pid = 0;
  return true;
}

void worker_stop(worker *w) {
  if (w->pid > 0) {
    kill(w->pid, SIGKILL);
    waitpid(w->pid, NULL, 0);
  }
  if (w->pipe > 0)
    close(w->pipe);
  *w = (worker){0};
}
