/* Which photos a course has, from which day each is, and in which order they stand. */
#include "archive/timeline.h"

#include "base/list.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_LEVELS = 2, NAMES_MAX = 100000 };

/* ---- found ---------------------------------------------------------------------------------- */

static sd_status add_path(shots *out, const char *path, sd_diag *diag) {
  if (out->count == COURSE_PHOTOS_MAX)
    return sd_fail(diag, SD_USAGE, "more than %d photos of one course; give those that count",
                   COURSE_PHOTOS_MAX);
  shot *grown = realloc(out->v, (out->count + 1) * sizeof *grown);
  if (grown == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the list of photos");
  out->v = grown;
  shot *s = &out->v[out->count];
  *s = (shot){.path = strdup(path), .given = out->count};
  if (s->path == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the list of photos");
  out->count++;
  return SD_OK;
}

/* Folders hold notes and lists too; pipes and devices are never opened. */
static bool begins_like_a_photo(const char *path) {
  char start[16];
  int file;
  int64_t length;
  if (sd_file_open(&file, &length, path, "photo", NULL) != SD_OK)
    return false;
  ssize_t got = read(file, start, sizeof start);
  close(file);
  return got > 0 && sd_format_sniff(start, (size_t)got) != SD_FORMAT_UNKNOWN;
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_names(char **names, size_t count) {
  for (size_t k = 0; k < count; k++)
    free(names[k]);
  free(names);
}

/* The names of a folder in order; hidden ones are no photos. */
static sd_status list_names(char ***out, size_t *count, const char *folder, sd_diag *diag) {
  DIR *d = opendir(folder);
  char **names = NULL;
  size_t n = 0, room = 0;
  bool starved = false;
  if (d == NULL)
    return sd_fail(diag, SD_UNREADABLE, "%s: the folder cannot be read: %s", folder,
                   strerror(errno));
  for (struct dirent *e; !starved && n < NAMES_MAX && (e = readdir(d)) != NULL;) {
    if (e->d_name[0] == '.')
      continue;
    starved = !sd_list_grow(&names, &room, n, sizeof *names);
    if (starved)
      break;
    names[n] = strdup(e->d_name);
    starved = names[n] == NULL;
    n += !starved;
  }
  closedir(d);
  if (starved) {
    free_names(names, n);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the list of photos");
  }
  if (n > 1)
    qsort(names, n, sizeof *names, by_name);
  *out = names;
  *count = n;
  return SD_OK;
}

static sd_status add_folder(shots *out, const char *folder, int level, sd_diag *diag) {
  char **names = NULL, path[4096];
  size_t count = 0;
  struct stat facts;
  sd_status status = list_names(&names, &count, folder, diag);
  for (size_t k = 0; status == SD_OK && k < count; k++) {
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, names[k]) >= sizeof path ||
        lstat(path, &facts) != 0)
      continue;
    if (S_ISDIR(facts.st_mode) && level + 1 < FOLDER_LEVELS)
      status = add_folder(out, path, level + 1, diag);
    else if (!S_ISDIR(facts.st_mode) && begins_like_a_photo(path))
      status = add_path(out, path, diag);
  }
  free_names(names, count);
  return status;
}

static bool is_folder(const char *path) {
  struct stat facts;
  return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

sd_status shots_find(shots *out, const char *const *inputs, size_t count, sd_diag *diag) {
  sd_status status = SD_OK;
  for (size_t k = 0; k < count; k++)
    SD_TRY(is_folder(inputs[k]) ? add_folder(out, inputs[k], 0, diag)
                                : add_path(out, inputs[k], diag));
  if (out->count < 2)
    status = sd_fail(diag, SD_USAGE, "%s: a course needs photos of two days at least, not %zu",
                     count > 0 ? inputs[0] : "timeline", out->count);
done:
  return status;
}

static void shot_clear(shot *s) {
  free(s->path);
  if (s->to_template != NULL)
    sd_alignment_clear(s->to_template);
  free(s->to_template);
  if (s->from_first != NULL)
    sd_alignment_clear(s->from_first);
  free(s->from_first);
  sd_change_clear(&s->change);
  free(s->scars);
}

void shots_clear(shots *all) {
  for (size_t k = 0; k < all->count; k++)
    shot_clear(&all->v[k]);
  free(all->v);
  *all = (shots){0};
}

/* ---- dated ----------------------------------------------------------------------------------- */

static void date_shot(shot *s) {
  const char *taken = s->facts.capture.taken, *name = file_name(s->path);
  const char *folder = name;
  s->source = SD_DATE_EXIF;
  snprintf(s->date, sizeof s->date, "%.10s", taken);
  if (strlen(taken) >= 10 && !isnan(sd_day_of(taken)))
    return;
  s->source = SD_DATE_NAME;
  date_in_name(s->date, name, strlen(name));
  if (s->date[0] != '\0')
    return;
  s->source = SD_DATE_FOLDER;
  if (name > s->path) /* the last folder of the path */
    for (folder = name - 1; folder > s->path && folder[-1] != '/';)
      folder--;
  date_in_name(s->date, folder, name > folder ? (size_t)(name - folder) : 0);
  if (s->date[0] == '\0')
    s->source = SD_DATE_NONE;
}

/* ---- in order -------------------------------------------------------------------------------- */

static int by_time(const void *a, const void *b) {
  const shot *x = a, *y = b;
  int order = strcmp(x->date, y->date);
  /* clocks of two cameras differ: within a day the name of a photo says no less */
  if (order == 0 && x->source == SD_DATE_EXIF && y->source == SD_DATE_EXIF)
    order = strcmp(x->facts.capture.taken, y->facts.capture.taken);
  return order != 0 ? order : (x->given > y->given) - (x->given < y->given);
}

/* The same bytes twice are one photo: as a repeat they would feign that nothing ever differs. */
static void drop_copies(shots *all) {
  size_t kept = 0;
  for (size_t k = 0; k < all->count; k++) {
    bool copy = false;
    for (size_t i = 0; i < kept; i++)
      copy = copy || strcmp(all->v[i].facts.file_sha256, all->v[k].facts.file_sha256) == 0;
    if (copy) {
      shot_clear(&all->v[k]);
      all->left_out++;
    } else {
      if (kept != k)
        all->v[kept] = all->v[k];
      kept++;
    }
  }
  all->count = kept;
}

void shots_order(shots *all) {
  drop_copies(all);
  all->dated = true;
  for (size_t k = 0; k < all->count; k++) {
    date_shot(&all->v[k]);
    all->dated = all->dated && all->v[k].source != SD_DATE_NONE;
  }
  if (all->dated)
    qsort(all->v, all->count, sizeof *all->v, by_time);
  all->sessions = 0;
  for (size_t k = 0; k < all->count; k++) {
    bool new_day = k == 0 || !all->dated || strcmp(all->v[k].date, all->v[k - 1].date) != 0;
    all->sessions += new_day;
    all->v[k].session = all->sessions - 1;
  }
}
