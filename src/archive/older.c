#include "archive/older.h"

#include "base/list.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_ROOM = 4096 };

void older_clear(older *o) {
  free(o->subjects);
  *o = (older){0};
}

static sd_status no_memory(sd_diag *diag) {
  return sd_fail(diag, SD_NO_MEMORY, "not enough memory to look for older results");
}

/* Eight bytes of a hash: a million names take no more room than their number asks for. */
static uint64_t number_of(const char *subject) {
  char hash[65];
  sd_sha256_hex(subject, strlen(subject), hash);
  hash[16] = '\0';
  return strtoull(hash, NULL, 16);
}

sd_status older_add_subject(older *o, const char *subject, sd_diag *diag) {
  if (o->folder == NULL)
    return SD_OK;
  if (!sd_list_grow(&o->subjects, &o->room, o->count, sizeof *o->subjects))
    return no_memory(diag);
  o->subjects[o->count++] = number_of(subject);
  return SD_OK;
}

static int is_folder(const struct dirent *entry) {
  return entry->d_name[0] != '.' && (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN);
}

static int by_text(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

/* The folders below OUT/`below`; none where that is not there. */
static sd_status list(struct dirent ***out, int *count, const older *o, const char *below,
                      sd_diag *diag) {
  char path[2 * PATH_ROOM];
  snprintf(path, sizeof path, "%s/%s", o->folder, below);
  *count = scandir(path, out, is_folder, by_text);
  if (*count >= 0)
    return SD_OK;
  *count = 0;
  *out = NULL;
  return errno == ENOMEM ? no_memory(diag) : SD_OK;
}

static void free_list(struct dirent **v, int count) {
  for (int k = 0; k < count; k++)
    free(v[k]);
  free(v);
}

sd_status older_pairs(const older *o, const char *subject, char (*const planned)[512], size_t count,
                      older_visit visit, void *context, sd_diag *diag) {
  char below[512], path[1024];
  struct dirent **v = NULL;
  int found = 0;
  if (o->folder == NULL)
    return SD_OK;
  snprintf(below, sizeof below, "subjects/%.400s", subject);
  sd_status status = list(&v, &found, o, below, diag);
  for (int k = 0; k < found; k++) {
    bool known = false;
    snprintf(path, sizeof path, "%s/%s", below, v[k]->d_name);
    for (size_t i = 0; i < count && !known; i++)
      known = strcmp(planned[i], path) == 0;
    if (!known)
      visit(context, path);
  }
  free_list(v, found);
  return status;
}

static int by_number(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

sd_status older_subjects(older *o, older_visit visit, void *context, sd_diag *diag) {
  char path[1024];
  struct dirent **v = NULL;
  int found = 0;
  if (o->folder == NULL)
    return SD_OK;
  if (o->count > 1)
    qsort(o->subjects, o->count, sizeof *o->subjects, by_number);
  sd_status status = list(&v, &found, o, "subjects", diag);
  for (int k = 0; k < found; k++) {
    uint64_t number = number_of(v[k]->d_name);
    if (o->count > 0 && bsearch(&number, o->subjects, o->count, sizeof number, by_number) != NULL)
      continue;
    snprintf(path, sizeof path, "subjects/%s", v[k]->d_name);
    visit(context, path);
  }
  free_list(v, found);
  return status;
}
