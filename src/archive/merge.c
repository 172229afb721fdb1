/* Shards become one: their reports side by side, their databases joined, the overview written anew
 * out of the joined database, so that it is byte for byte that of an undivided run. */
#include "archive/store.h"

#include "archive/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_ROOM = 4096 };
static const char WORK[] = ".work";
static const size_t REPORT_BYTES_MAX = (size_t)1 << 30;

static sd_status copy_bytes(const char *from, const char *folder, const char *name, sd_diag *diag) {
  sd_text bytes = {0};
  sd_status status = file_read(&bytes, from, REPORT_BYTES_MAX, diag);
  if (status == SD_OK)
    status = sd_output_write(folder, name, bytes.v != NULL ? bytes.v : "", bytes.length, diag);
  sd_text_clear(&bytes);
  return status;
}

/* Another name for the same bytes where the disk allows it, else a copy. */
static sd_status bring_file(const char *from, const char *folder, const char *name, sd_diag *diag) {
  char to[2 * PATH_ROOM];
  snprintf(to, sizeof to, "%s/%s", folder, name);
  return link(from, to) == 0 ? SD_OK : copy_bytes(from, folder, name, diag);
}

/* The files of a folder, and of those below it as deep as reports are. */
static sd_status bring_folder(const char *from, const char *to, int depth, sd_diag *diag) {
  struct dirent *entry;
  sd_status status = folders_make(to, diag);
  DIR *list = status == SD_OK ? opendir(from) : NULL;
  if (status == SD_OK && list == NULL)
    return sd_fail(diag, SD_UNREADABLE, "%s: cannot be read (%s)", from, strerror(errno));
  while (status == SD_OK && (entry = readdir(list)) != NULL) {
    char path[2 * PATH_ROOM], below[2 * PATH_ROOM];
    struct stat facts;
    if (entry->d_name[0] == '.')
      continue;
    snprintf(path, sizeof path, "%.4000s/%.255s", from, entry->d_name);
    snprintf(below, sizeof below, "%.4000s/%.255s", to, entry->d_name);
    if (lstat(path, &facts) == 0 && S_ISDIR(facts.st_mode) && depth > 0)
      status = bring_folder(path, below, depth - 1, diag);
    else if (S_ISREG(facts.st_mode))
      status = bring_file(path, to, entry->d_name, diag);
  }
  if (list != NULL)
    closedir(list);
  return status;
}

typedef struct carrier {
  const char *from, *to;
} carrier;

/* Is it a folder that a batch makes, below subjects? A database from elsewhere may say anything. */
static bool is_report_folder(const char *folder) {
  return strncmp(folder, "subjects/", 9) == 0 && strstr(folder, "..") == NULL;
}

static sd_status bring_report(void *context, const sd_index_line *line, sd_diag *diag) {
  const carrier *c = context;
  char from[PATH_ROOM], made[PATH_ROOM], to[PATH_ROOM];
  if (line->folder[0] == '\0')
    return SD_OK;
  if (!is_report_folder(line->folder))
    return sd_fail(diag, SD_UNREADABLE, "%s/%s: names a report outside its folder", c->from,
                   STORE_NAME);
  snprintf(from, sizeof from, "%.3000s/%.1000s", c->from, line->folder);
  snprintf(made, sizeof made, "%.3000s/%s/merge", c->to, WORK);
  snprintf(to, sizeof to, "%.3000s/%.1000s", c->to, line->folder);
  folder_remove(made);
  sd_status status = bring_folder(from, made, 2, diag);
  return status == SD_OK ? folder_replace(made, to, diag) : status;
}

static bool same_folder(const char *a, const char *b) {
  struct stat p, q;
  return stat(a, &p) == 0 && stat(b, &q) == 0 && p.st_dev == q.st_dev && p.st_ino == q.st_ino;
}

static sd_status join_shard(store *all, const char *shard, const char *folder, const char *settings,
                            sd_diag *diag) {
  store *part = NULL;
  sd_text own = {0};
  sd_status status = SD_OK;
  carrier c = {shard, folder};
  SD_TRY(store_open_finished(&part, shard, &own, diag));
  if (strcmp(own.v != NULL ? own.v : "", settings) != 0) {
    status = sd_fail(diag, SD_USAGE,
                     "%s: was made with other settings than the first folder; merge only parts of "
                     "one batch",
                     shard);
    goto done;
  }
  SD_TRY(store_lines(part, bring_report, &c, diag));
  store_close(part);
  part = NULL;
  SD_TRY(store_join(all, shard, diag));
done:
  store_close(part);
  sd_text_clear(&own);
  return status;
}

/* Every shard is asked before anything is written. */
static sd_status check_shards(sd_text *settings, const char *const *shards, size_t count,
                              const char *folder, sd_diag *diag) {
  sd_status status = SD_OK;
  for (size_t k = 0; k < count && status == SD_OK; k++) {
    store *part = NULL;
    sd_text own = {0};
    if (same_folder(shards[k], folder))
      return sd_fail(diag, SD_USAGE,
                     "%s: is also the folder of the results; choose another with -o", shards[k]);
    status = store_open_finished(&part, shards[k], k == 0 ? settings : &own, diag);
    store_close(part);
    if (status == SD_OK && k > 0 && strcmp(own.v != NULL ? own.v : "", settings->v) != 0)
      status = sd_fail(diag, SD_USAGE,
                       "%s: was made with other settings than %s; merge only parts of one batch",
                       shards[k], shards[0]);
    sd_text_clear(&own);
  }
  return status;
}

sd_status sd_merge(const char *const *shards, size_t count, const char *folder,
                   const char *language, sd_diag *diag) {
  store *all = NULL;
  sd_text settings = {0};
  char work[PATH_ROOM];
  int lock = -1;
  sd_status status = SD_OK;
  SD_TRY(check_shards(&settings, shards, count, folder, diag));
  SD_TRY(sd_output_check(folder, diag));
  SD_TRY(folders_make(folder, diag));
  SD_TRY(folder_lock(&lock, folder, diag));
  snprintf(work, sizeof work, "%.4000s/%s", folder, WORK);
  SD_TRY(folder_make_private(work, diag));
  SD_TRY(store_open(&all, folder, settings.v, diag));
  for (size_t k = 0; k < count; k++)
    SD_TRY(join_shard(all, shards[k], folder, settings.v, diag));
  SD_TRY(overview_write(all, folder, language, diag));
  store_close(all);
  all = NULL;
  SD_TRY(overview_seal(folder, settings.v, NULL, diag));
done:
  store_close(all);
  if (lock >= 0) {
    folder_remove(work);
    close(lock);
  }
  sd_text_clear(&settings);
  return status;
}
