/* Worker processes of a batch: what they do, how they tell it, and that nothing they do harms the
 * batch. Private to archive. */
#ifndef SD_ARCHIVE_WORKER_H
#define SD_ARCHIVE_WORKER_H

#include "archive/plan.h"

/* One thing that a worker does. */
typedef struct worker_task {
  char *before, *after;     /* paths; after NULL: only look at the photo; owned */
  char folder[64];          /* of the results, below the worker's own folder */
  sd_treatment *treatments; /* of the pair; owned */
  size_t treatment_count;
} worker_task;

typedef struct worker_order {
  const char *folder; /* for results, the worker's own */
  worker_task *tasks; /* owned */
  size_t count;
  int threads;
  double time_limit_s, memory_limit_mb;
} worker_order;
void worker_order_clear(worker_order *order);

/* What a worker told of one task. */
typedef struct worker_answer {
  size_t task;
  sd_status status;
  char taken[32]; /* of a look */
  double yaw_deg;
  bool made;      /* a look found a picture of our own making */
  char text[640]; /* of a failure: the sentence */
} worker_answer;

typedef struct worker {
  int pid; /* 0: none */
  int pipe;
  size_t at; /* the task that it is at */
  double deadline_s;
  double time_limit_s;
  size_t length;
  char waiting[1024]; /* an answer that has come in part */
} worker;

/* Starts a process; it ends with this one. */
sd_status worker_start(worker *out, const worker_order *order, const sd_job_options *options,
                       sd_diag *diag);
/* The next answer, without waiting; false: none is there. */
bool worker_answered(worker *w, worker_answer *answer);
/* Has it ended? Then `why` says how when that was not as it should: crashed, took too long (it is
 * stopped then), took too much memory; "" otherwise. Ask after worker_answered gave false. */
bool worker_ended(worker *w, char why[PLAN_REASON_ROOM]);
/* Ends it now. */
void worker_stop(worker *w);

double worker_clock_s(void);

#endif
