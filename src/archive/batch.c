/* A batch is a loop over compare: subject by subject, a worker process each, what is finished kept.
 * Results are made in OUT/.work and change places with what was there in one step, then the
 * database is told: killed at any moment, a folder below OUT/subjects is whole, and a pair of which
 * the database does not know is made again with the same bytes. */
#include "archive/older.h"
#include "archive/spine.h"
#include "archive/store.h"
#include "archive/worker.h"

#include "archive/files.h"
#include "archive/sign.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_ROOM = 4096, FOLDER_ROOM = 512, WORKERS_MAX = 256, POLL_MS = 100 };
static const double TIME_LIMIT_S = 600, MEMORY_LIMIT_MB = 8000;
static const char WORK[] = ".work";

/* A subject at work. */
typedef struct slot {
  bool busy, looking, failed;
  plan_subject subject;
  plan_pair *pairs;
  char (*keys)[65]; /* of the pairs */
  size_t pair_count;
  worker_order order;
  size_t *of_task; /* index of the photo or pair that a task is about */
  char work[PATH_ROOM];
  worker worker;
  int64_t made, kept;
  char reason[PLAN_REASON_ROOM + 400]; /* of the first failure */
} slot;

typedef struct batch {
  const sd_batch_options *options;
  const char *folder;
  char root[PATH_ROOM]; /* of the photos' paths */
  store *store;         /* NULL in a dry run */
  char settings_hash[65];
  slot *slots;
  int workers, threads;
  bool dry_run;
  int64_t all; /* subjects of this shard */
  older older; /* what is in OUT of photos that are no more */
  sd_batch_counts *counts;
} batch;

static sd_status no_memory(sd_diag *diag) {
  return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the batch");
}

static void say(const batch *b, const char *format, ...) SD_PRINTF(2, 3);
static void say(const batch *b, const char *format, ...) {
  char line[1200];
  va_list values;
  if (b->options->tell == NULL)
    return;
  va_start(values, format);
  vsnprintf(line, sizeof line, format, values);
  va_end(values);
  b->options->tell(b->options->context, line);
}

static sd_status check_going(const batch *b, const char *what, sd_diag *diag) {
  const sd_batch_options *o = b->options;
  if (o->progress == NULL || o->progress(o->context, what, b->counts->subjects, b->all))
    return SD_OK;
  return sd_fail(diag, SD_INTERRUPTED, "stopped; the same command goes on where it stopped");
}

/* ---- shards ------------------------------------------------------------------------------- */

/* By the name alone: a subject stays in its part when others come or go. */
static bool in_shard(const sd_batch_options *o, const char *subject) {
  char hash[65];
  unsigned long number = 0;
  if (o->shards <= 1)
    return true;
  sd_sha256_hex(subject, strlen(subject), hash);
  hash[8] = '\0';
  number = strtoul(hash, NULL, 16);
  return number % (unsigned long)o->shards == (unsigned long)(o->shard - 1);
}

static sd_status count_subject(void *context, plan_subject *subject, sd_diag *diag) {
  batch *b = context;
  (void)diag;
  b->all += in_shard(b->options, subject->name);
  return SD_OK;
}

/* ---- photos ------------------------------------------------------------------------------- */

static void path_of(char out[2 * PATH_ROOM], const batch *b, const plan_photo *photo) {
  if (photo->path[0] == '/')
    snprintf(out, 2 * PATH_ROOM, "%s", photo->path);
  else
    snprintf(out, 2 * PATH_ROOM, "%s/%s", b->root, photo->path);
}

static void fail_slot(slot *s, const char *format, ...) SD_PRINTF(2, 3);
static void fail_slot(slot *s, const char *format, ...) {
  va_list values;
  if (!s->failed) {
    va_start(values, format);
    vsnprintf(s->reason, sizeof s->reason, format, values);
    va_end(values);
  }
  s->failed = true;
}

/* Sentences begin with the path; what is kept names nothing above the input's folder. */
static const char *without_root(const batch *b, const char *text) {
  size_t length = strlen(b->root);
  return strncmp(text, b->root, length) == 0 && text[length] == '/' ? text + length + 1 : text;
}

/* The file's size, time and hash; a photo that cannot be read is left out and fails its subject. */
static sd_status read_facts(batch *b, slot *s, plan_photo *photo, store_file *file, sd_diag *diag) {
  char path[2 * PATH_ROOM];
  struct stat facts;
  sd_diag why = {{0}};
  path_of(path, b, photo);
  if (stat(path, &facts) != 0) {
    snprintf(photo->left_out, sizeof photo->left_out, "it cannot be opened (%s)", strerror(errno));
    fail_slot(s, "%s: cannot be opened (%s)", photo->path, strerror(errno));
    return SD_OK;
  }
  *file = (store_file){.size = facts.st_size,
                       .changed_ns = facts.st_mtim.tv_sec * 1000000000LL + facts.st_mtim.tv_nsec,
                       .yaw_deg = NAN};
  bool known = b->store != NULL && store_file_get(b->store, photo->path, file);
  if (!known && sd_sha256_file(file->sha256, path, &why) != SD_OK) {
    snprintf(photo->left_out, sizeof photo->left_out, "it cannot be read");
    fail_slot(s, "%.500s", without_root(b, why.text));
    return SD_OK;
  }
  snprintf(photo->sha256, sizeof photo->sha256, "%s", file->sha256);
  return known || b->store == NULL ? SD_OK : store_file_put(b->store, photo->path, file, diag);
}

static bool view_asked(const batch *b) {
  return b->options->job.view != SD_ASKED_AUTO;
}

/* Keeps what looking told, for the next run. */
static sd_status keep_look(batch *b, const plan_photo *photo, const worker_answer *answer,
                           sd_diag *diag) {
  char path[2 * PATH_ROOM];
  struct stat facts;
  path_of(path, b, photo);
  if (b->store == NULL || stat(path, &facts) != 0)
    return SD_OK;
  store_file file = {.size = facts.st_size,
                     .changed_ns = facts.st_mtim.tv_sec * 1000000000LL + facts.st_mtim.tv_nsec,
                     .looked = true,
                     .yaw_deg = answer->yaw_deg};
  snprintf(file.sha256, sizeof file.sha256, "%s", photo->sha256);
  snprintf(file.taken, sizeof file.taken, "%s", answer->taken);
  return store_file_put(b->store, photo->path, &file, diag);
}

/* ---- orders ------------------------------------------------------------------------------- */

static sd_status order_begin(slot *s, size_t room, sd_diag *diag) {
  worker_order_clear(&s->order);
  free(s->of_task);
  s->order.tasks = calloc(room + 1, sizeof *s->order.tasks);
  s->of_task = calloc(room + 1, sizeof *s->of_task);
  return s->order.tasks != NULL && s->of_task != NULL ? SD_OK : no_memory(diag);
}

static sd_status order_add(batch *b, slot *s, const plan_photo *before, const plan_photo *after,
                           size_t about, sd_diag *diag) {
  char path[2 * PATH_ROOM];
  worker_task *task = &s->order.tasks[s->order.count];
  s->of_task[s->order.count++] = about;
  snprintf(task->folder, sizeof task->folder, "%zu", about);
  path_of(path, b, before);
  task->before = strdup(path);
  if (after != NULL) {
    path_of(path, b, after);
    task->after = strdup(path);
  }
  return task->before != NULL && (after == NULL || task->after != NULL) ? SD_OK : no_memory(diag);
}

static sd_status order_start(batch *b, slot *s, sd_diag *diag) {
  const sd_batch_options *o = b->options;
  s->order.folder = s->work;
  s->order.threads = b->threads;
  s->order.time_limit_s = o->time_limit_s > 0 ? o->time_limit_s : TIME_LIMIT_S;
  s->order.memory_limit_mb = o->memory_limit_mb > 0 ? o->memory_limit_mb : MEMORY_LIMIT_MB;
  sd_job_options job = o->job;
  job.max_memory_mb /= b->workers; /* they work at once */
  return worker_start(&s->worker, &s->order, &job, diag);
}

/* ---- pairs -------------------------------------------------------------------------------- */

static void pair_folder(char out[FOLDER_ROOM], const slot *s, const plan_pair *pair) {
  char subject[128], before[128], after[128];
  plan_safe_name(subject, s->subject.name);
  plan_safe_name(before, pair->before->session);
  plan_safe_name(after, pair->after->session);
  snprintf(out, FOLDER_ROOM, "subjects/%s/%s_%s_%s", subject, pair->before->view, before, after);
}

static store_pair row_of(const slot *s, size_t k) {
  const plan_pair *pair = &s->pairs[k];
  return (store_pair){.subject = s->subject.name,
                      .view = pair->before->view,
                      .session_before = pair->before->session,
                      .session_after = pair->after->session,
                      .key = s->keys[k],
                      .status = "",
                      .reason = "",
                      .folder = ""};
}

/* What a result rests on; nothing is added for treatments where none are told. */
static sd_status key_of(char key[65], const batch *b, const plan_pair *pair,
                        const sd_treatment *treatments, size_t count, sd_diag *diag) {
  sd_text text = {0};
  sd_text_addf(&text, "%s\n%s\n%s\n%s\n", sd_version(), b->settings_hash, pair->before->sha256,
               pair->after->sha256);
  for (size_t k = 0; k < count; k++)
    sd_text_addf(&text, "%s\n%s\n", treatments[k].date, treatments[k].label);
  sd_status status = text.failed ? no_memory(diag) : SD_OK;
  if (status == SD_OK)
    sd_sha256_hex(text.v, text.length, key);
  sd_text_clear(&text);
  return status;
}

/* A pair is as it should be when the database says so and its report is there, signed where it
 * shall be: a signature that is asked for later is made with the result. */
static bool is_finished(batch *b, slot *s, size_t k) {
  char folder[FOLDER_ROOM], path[2 * PATH_ROOM];
  store_pair row = row_of(s, k);
  char failure[STORE_REASON_ROOM];
  if (b->store == NULL || !store_pair_done(b->store, &row, failure))
    return false;
  bool failed = failure[0] != '\0';
  pair_folder(folder, s, &s->pairs[k]);
  snprintf(path, sizeof path, "%s/%s/result.json", b->folder, folder);
  if (!failed && access(path, F_OK) != 0)
    return false;
  snprintf(path, sizeof path, "%s/%s/" SIGNATURE_NAME, b->folder, folder);
  if (!failed && b->options->job.sign_path != NULL && access(path, F_OK) != 0)
    return false;
  if (failed)
    fail_slot(s, "%s to %s: %s", row.session_before, row.session_after, failure);
  return true;
}

/* A pair that is not finished becomes a task, with what was done between its sessions. */
static sd_status order_pair(batch *b, slot *s, size_t k, sd_diag *diag) {
  const plan_pair *pair = &s->pairs[k];
  sd_treatment *treatments = calloc(s->subject.count + 1, sizeof *treatments);
  if (treatments == NULL)
    return no_memory(diag);
  sd_status status = SD_OK;
  size_t count = plan_treatments(treatments, &s->subject, pair);
  SD_TRY(key_of(s->keys[k], b, pair, treatments, count, diag));
  if (is_finished(b, s, k)) {
    s->kept++;
    goto done;
  }
  SD_TRY(order_add(b, s, pair->before, pair->after, k, diag));
  s->order.tasks[s->order.count - 1].treatments = treatments;
  s->order.tasks[s->order.count - 1].treatment_count = count;
  treatments = NULL;
done:
  free(treatments);
  return status;
}

static sd_status read_result(sd_text *out, const batch *b, const char *folder, sd_diag *diag) {
  char path[2 * PATH_ROOM];
  snprintf(path, sizeof path, "%s/%s/result.json", b->folder, folder);
  return file_read(out, path, (size_t)256 << 20, diag);
}

static sd_status put_in_place(const batch *b, const slot *s, size_t pair, const char *folder,
                              sd_diag *diag) {
  char from[2 * PATH_ROOM], to[2 * PATH_ROOM];
  snprintf(from, sizeof from, "%s/%zu", s->work, pair);
  snprintf(to, sizeof to, "%s/%s", b->folder, folder);
  return folder_replace(from, to, diag);
}

static const char *status_word(sd_status status) {
  switch (status) {
  case SD_OK:
    return "done";
  case SD_NOT_COMPARABLE:
    return "refused";
  case SD_NOT_ALIGNED:
    return "not_aligned";
  default:
    return "failed";
  }
}

/* What a comparison came to, on disk and in the database. `lasting`: the next run need not try it
 * again. */
static sd_status finish_pair(batch *b, slot *s, size_t k, sd_status outcome, const char *text,
                             bool lasting, sd_diag *diag) {
  char folder[FOLDER_ROOM];
  sd_text result = {0};
  sd_status status = SD_OK;
  store_pair row = row_of(s, k);
  bool failed = strcmp(status_word(outcome), "failed") == 0;
  pair_folder(folder, s, &s->pairs[k]);
  row.status = status_word(outcome);
  row.reason = outcome == SD_OK ? "" : text;
  row.key = lasting ? row.key : "";
  if (failed) {
    fail_slot(s, "%s to %s: %s", row.session_before, row.session_after, text);
  } else {
    SD_TRY(put_in_place(b, s, k, folder, diag));
    SD_TRY(read_result(&result, b, folder, diag));
    row.folder = folder;
  }
  SD_TRY(store_pair_put(b->store, &row, failed ? NULL : &result, diag));
  s->made++;
  b->counts->made++;
done:
  sd_text_clear(&result);
  return status;
}

/* ---- a subject's steps -------------------------------------------------------------------- */

static void slot_clear(slot *s) {
  worker_stop(&s->worker);
  worker_order_clear(&s->order);
  plan_subject_clear(&s->subject);
  free(s->pairs);
  free(s->keys);
  free(s->of_task);
  if (s->work[0] != '\0')
    folder_remove(s->work);
  *s = (slot){0};
}

/* "; treatments: 2025-02-01 laser, ...": "" where none are told. */
static sd_status say_treatments(sd_text *out, const slot *s, const plan_pair *pair, sd_diag *diag) {
  sd_treatment *all = calloc(s->subject.count + 1, sizeof *all);
  if (all == NULL)
    return no_memory(diag);
  size_t count = plan_treatments(all, &s->subject, pair);
  sd_text_add(out, "");
  for (size_t k = 0; k < count; k++)
    sd_text_addf(out, "%s%s%s%s", k == 0 ? "; treatments: " : ", ", all[k].date,
                 all[k].date[0] != '\0' ? " " : "", all[k].label);
  free(all);
  return out->failed ? no_memory(diag) : SD_OK;
}

static sd_status say_plan(const batch *b, const slot *s, sd_diag *diag) {
  sd_status status = SD_OK;
  for (size_t k = 0; k < s->pair_count && status == SD_OK; k++) {
    const plan_pair *pair = &s->pairs[k];
    sd_text done = {0};
    status = say_treatments(&done, s, pair, diag);
    if (status == SD_OK)
      say(b, "%s: %s, %s to %s: %s with %s%s", s->subject.name, pair->before->view,
          pair->before->session, pair->after->session, pair->before->path, pair->after->path,
          done.v != NULL ? done.v : "");
    sd_text_clear(&done);
  }
  return status;
}

static void say_left_out(const batch *b, const slot *s) {
  for (size_t k = 0; k < s->subject.count; k++) {
    const plan_photo *photo = &s->subject.photos[k];
    if (photo->left_out[0] == '\0')
      continue;
    b->counts->left_out++;
    if (b->dry_run)
      say(b, "%s: left out: %s: %s", s->subject.name, photo->path, photo->left_out);
  }
}

static void say_older(void *context, const char *path) {
  say(context, "%s: an older result stays: its photos are there no more", path);
}

static sd_status find_older(batch *b, const slot *s, sd_diag *diag) {
  char subject[128];
  char(*planned)[FOLDER_ROOM] = calloc(s->pair_count + 1, sizeof *planned);
  if (planned == NULL)
    return no_memory(diag);
  for (size_t k = 0; k < s->pair_count; k++)
    pair_folder(planned[k], s, &s->pairs[k]);
  plan_safe_name(subject, s->subject.name);
  sd_status status = older_add_subject(&b->older, subject, diag);
  if (status == SD_OK)
    status = older_pairs(&b->older, subject, planned, s->pair_count, say_older, b, diag);
  free(planned);
  return status;
}

static sd_status end_subject(batch *b, slot *s, sd_diag *diag) {
  sd_status status = SD_OK;
  say_left_out(b, s);
  if (b->dry_run)
    status = say_plan(b, s, diag);
  else if (s->failed)
    say(b, "%s: failed: %s", s->subject.name, s->reason);
  else if (s->pair_count == 0)
    say(b, "%s: nothing to compare", s->subject.name);
  else
    say(b, "%s: %lld compared, %lld as they were", s->subject.name, (long long)s->made,
        (long long)s->kept);
  if (b->store != NULL && status == SD_OK)
    status = store_subject_put(b->store, s->subject.name, s->failed ? s->reason : "", diag);
  if (status == SD_OK)
    status = find_older(b, s, diag);
  b->counts->subjects++;
  b->counts->failed += s->failed;
  b->counts->pairs += (int64_t)s->pair_count;
  b->counts->kept += s->kept;
  slot_clear(s);
  return status;
}

static sd_status keep_only_planned(batch *b, slot *s, sd_diag *diag) {
  store_pair *rows = malloc((s->pair_count + 1) * sizeof *rows);
  if (rows == NULL)
    return no_memory(diag);
  for (size_t k = 0; k < s->pair_count; k++)
    rows[k] = row_of(s, k);
  sd_status status = store_keep_only(b->store, s->subject.name, rows, s->pair_count, diag);
  free(rows);
  return status;
}

static void leave_other_views(const batch *b, slot *s) {
  const char *want = sd_asked_view_name(b->options->job.view);
  for (size_t k = 0; view_asked(b) && k < s->subject.count; k++) {
    plan_photo *photo = &s->subject.photos[k];
    if (photo->left_out[0] == '\0' && strcmp(photo->view, want) != 0)
      snprintf(photo->left_out, sizeof photo->left_out, "not the %s view", want);
  }
}

/* Everything about the photos is known: what is to be compared? */
static sd_status compare_subject(batch *b, slot *s, sd_diag *diag) {
  sd_status status = SD_OK;
  leave_other_views(b, s);
  SD_TRY(plan_order(&s->subject, &s->pairs, &s->pair_count, diag));
  if (b->dry_run)
    return end_subject(b, s, diag);
  s->keys = calloc(s->pair_count + 1, sizeof *s->keys);
  if (s->keys == NULL)
    return no_memory(diag);
  SD_TRY(order_begin(s, s->pair_count, diag));
  for (size_t k = 0; k < s->pair_count; k++)
    SD_TRY(order_pair(b, s, k, diag));
  SD_TRY(keep_only_planned(b, s, diag));
  s->looking = false;
  status = s->order.count > 0 ? order_start(b, s, diag) : end_subject(b, s, diag);
done:
  return status;
}

/* Photos whose names say too little are looked at first, in a worker too. */
static sd_status begin_subject(batch *b, slot *s, sd_diag *diag) {
  sd_status status = SD_OK;
  SD_TRY(order_begin(s, s->subject.count, diag));
  for (size_t k = 0; k < s->subject.count; k++) {
    plan_photo *photo = &s->subject.photos[k];
    store_file file = {.yaw_deg = NAN};
    if (photo->left_out[0] != '\0')
      continue;
    if (!b->dry_run)
      SD_TRY(read_facts(b, s, photo, &file, diag));
    if (file.looked)
      plan_tell(photo, file.taken, file.yaw_deg);
  }
  for (size_t k = 0; k < s->subject.count; k++)
    if (plan_needs_look(&s->subject, &s->subject.photos[k], view_asked(b)))
      SD_TRY(order_add(b, s, &s->subject.photos[k], NULL, k, diag));
  s->looking = s->order.count > 0;
  status = s->looking ? order_start(b, s, diag) : compare_subject(b, s, diag);
done:
  return status;
}

static sd_status take_look(batch *b, slot *s, const worker_answer *answer, sd_diag *diag) {
  plan_photo *photo = &s->subject.photos[s->of_task[answer->task]];
  if (answer->status != SD_OK) {
    snprintf(photo->left_out, sizeof photo->left_out, "%.190s",
             answer->made ? "a picture that scardelta made, and no photo"
                          : without_root(b, answer->text));
    if (answer->made)
      return SD_OK;
    fail_slot(s, "%.500s", without_root(b, answer->text));
    return SD_OK;
  }
  plan_tell(photo, answer->taken, answer->yaw_deg);
  return keep_look(b, photo, answer, diag);
}

static sd_status take_answer(batch *b, slot *s, const worker_answer *answer, sd_diag *diag) {
  if (answer->task >= s->order.count)
    return SD_OK;
  if (s->looking)
    return take_look(b, s, answer, diag);
  if (answer->status == SD_NOT_WRITTEN)
    return sd_fail(diag, SD_NOT_WRITTEN, "%s", answer->text);
  return finish_pair(b, s, s->of_task[answer->task], answer->status, without_root(b, answer->text),
                     answer->status != SD_NO_MEMORY, diag);
}

static void drop_tasks(slot *s, size_t count) {
  for (size_t k = 0; k < count; k++) {
    free(s->order.tasks[k].before);
    free(s->order.tasks[k].after);
    free(s->order.tasks[k].treatments);
  }
  s->order.count -= count;
  memmove(s->order.tasks, s->order.tasks + count, s->order.count * sizeof *s->order.tasks);
  memmove(s->of_task, s->of_task + count, s->order.count * sizeof *s->of_task);
}

/* The worker died at a task: that one failed, the others are still to do. */
static sd_status bury(batch *b, slot *s, const char *why, sd_diag *diag) {
  size_t about = s->of_task[s->worker.at];
  if (!s->looking)
    return finish_pair(b, s, about, SD_UNREADABLE, why, false, diag);
  plan_photo *photo = &s->subject.photos[about];
  snprintf(photo->left_out, sizeof photo->left_out, "%s", why);
  fail_slot(s, "%s: %s", photo->path, why);
  return SD_OK;
}

static sd_status take_answers(batch *b, slot *s, sd_diag *diag) {
  worker_answer answer;
  sd_status status = SD_OK;
  while (status == SD_OK && worker_answered(&s->worker, &answer))
    status = take_answer(b, s, &answer, diag);
  return status;
}

static sd_status go_on(batch *b, slot *s, sd_diag *diag) {
  char why[PLAN_REASON_ROOM];
  sd_status status = take_answers(b, s, diag);
  if (status != SD_OK || !worker_ended(&s->worker, why))
    return status;
  SD_TRY(take_answers(b, s, diag)); /* what it told last */
  size_t told = s->worker.at;
  if (told < s->order.count) {
    bool gave_up = why[0] == '\0' && told > 0; /* it ended by itself after what it told */
    if (!gave_up)
      SD_TRY(bury(b, s, why[0] != '\0' ? why : "the program ended before its time", diag));
    drop_tasks(s, gave_up ? told : told + 1);
  } else {
    drop_tasks(s, s->order.count);
  }
  worker_stop(&s->worker);
  if (s->order.count > 0)
    return order_start(b, s, diag);
  return s->looking ? compare_subject(b, s, diag) : end_subject(b, s, diag);
done:
  return status;
}

/* ---- all of them -------------------------------------------------------------------------- */

/* Waits a moment for any worker, then hears them all. */
static sd_status hear_workers(batch *b, sd_diag *diag) {
  struct pollfd ears[WORKERS_MAX];
  nfds_t count = 0;
  const char *what = "";
  for (int k = 0; k < b->workers; k++)
    if (b->slots[k].busy && b->slots[k].worker.pid > 0) {
      ears[count++] = (struct pollfd){.fd = b->slots[k].worker.pipe, .events = POLLIN};
      what = b->slots[k].subject.name;
    }
  sd_status status = check_going(b, what, diag);
  if (status != SD_OK || count == 0)
    return status;
  poll(ears, count, POLL_MS);
  for (int k = 0; k < b->workers && status == SD_OK; k++)
    if (b->slots[k].busy && b->slots[k].worker.pid > 0)
      status = go_on(b, &b->slots[k], diag);
  return status;
}

static slot *free_slot(batch *b) {
  for (int k = 0; k < b->workers; k++)
    if (!b->slots[k].busy)
      return &b->slots[k];
  return NULL;
}

static sd_status take_subject(void *context, plan_subject *subject, sd_diag *diag) {
  batch *b = context;
  slot *s;
  if (!in_shard(b->options, subject->name))
    return SD_OK;
  while ((s = free_slot(b)) == NULL) {
    sd_status status = hear_workers(b, diag);
    if (status != SD_OK)
      return status;
  }
  s->busy = true;
  s->subject = *subject;
  *subject = (plan_subject){0};
  if (!b->dry_run)
    snprintf(s->work, sizeof s->work, "%.3900s/%s/%d", b->folder, WORK, (int)(s - b->slots));
  return begin_subject(b, s, diag);
}

static bool any_busy(const batch *b) {
  for (int k = 0; k < b->workers; k++)
    if (b->slots[k].busy)
      return true;
  return false;
}

static sd_status run_all(batch *b, const char *input, sd_diag *diag) {
  sd_status status = SD_OK;
  SD_TRY(plan_walk_names(input, count_subject, b, diag));
  SD_TRY(plan_walk(input, take_subject, b, diag));
  while (any_busy(b))
    SD_TRY(hear_workers(b, diag));
  SD_TRY(older_subjects(&b->older, say_older, b, diag));
done:
  older_clear(&b->older);
  for (int k = 0; k < b->workers; k++)
    slot_clear(&b->slots[k]);
  return status;
}

static sd_status batch_make(batch *b, const char *input, const sd_batch_options *options,
                            sd_batch_counts *counts, sd_diag *diag) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  settings *all = calloc(1, sizeof *all);
  sd_status status = SD_OK;
  b->options = options;
  b->counts = counts;
  cores = cores > 0 ? cores : 1;
  b->workers = options->workers > 0 ? options->workers : (int)cores;
  b->workers = b->workers > WORKERS_MAX ? WORKERS_MAX : b->workers;
  b->threads = (int)(cores / b->workers) > 0 ? (int)(cores / b->workers) : 1;
  b->slots = calloc((size_t)b->workers, sizeof *b->slots);
  plan_root(b->root, input);
  if (b->slots == NULL || all == NULL) {
    status = no_memory(diag);
    goto done;
  }
  if (options->job.sign_path != NULL)
    SD_TRY(sign_check(options->job.sign_path, diag));
  SD_TRY(settings_collect(all, &options->job, diag));
  SD_TRY(settings_hash(all, b->settings_hash, diag));
done:
  free(all);
  return status;
}

sd_status sd_batch_plan(const char *input, const char *folder, const sd_batch_options *options,
                        sd_batch_counts *counts, sd_diag *diag) {
  batch b = {.dry_run = true, .folder = ".", .older = {.folder = folder}};
  sd_status status = batch_make(&b, input, options, counts, diag);
  if (status == SD_OK)
    status = run_all(&b, input, diag);
  free(b.slots);
  return status;
}

static void remove_work(const char *folder) {
  char path[PATH_ROOM];
  snprintf(path, sizeof path, "%.4000s/%s", folder, WORK);
  folder_remove(path);
}

/* What is not finished is nobody else's to see. */
static sd_status make_work(const char *folder, sd_diag *diag) {
  char path[PATH_ROOM];
  snprintf(path, sizeof path, "%.4000s/%s", folder, WORK);
  return folder_make_private(path, diag);
}

sd_status sd_batch(const char *input, const char *folder, const sd_batch_options *options,
                   sd_batch_counts *counts, sd_diag *diag) {
  batch b = {.folder = folder, .older = {.folder = folder}};
  int lock = -1;
  sd_status status = SD_OK;
  SD_TRY(batch_make(&b, input, options, counts, diag));
  SD_TRY(sd_output_check(folder, diag));
  SD_TRY(folders_make(folder, diag));
  SD_TRY(folder_lock(&lock, folder, diag));
  remove_work(folder); /* of a run that was killed */
  SD_TRY(make_work(folder, diag));
  SD_TRY(store_open(&b.store, folder, b.settings_hash, diag));
  SD_TRY(run_all(&b, input, diag));
  if (!store_changed(b.store) && options->job.sign_path == NULL && overview_is_whole(folder))
    goto done; /* nothing to tell anew, nor to sign */
  SD_TRY(overview_write(b.store, folder, options->job.language, diag));
  store_close(b.store);
  b.store = NULL;
  SD_TRY(overview_seal(folder, b.settings_hash, options->job.sign_path, diag));
done:
  store_close(b.store);
  if (lock >= 0) {
    remove_work(folder);
    close(lock);
  }
  free(b.slots);
  return status;
}
