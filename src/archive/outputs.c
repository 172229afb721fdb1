/* Results on disk: first everything under temporary names, then all of it under its own names, the
 * manifest last. Whatever fails before leaves the results of an earlier run as they were. */
#include "archive/files.h"
#include "archive/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_ROOM = 4096, TEMPORARY_ROOM = PATH_ROOM + 64 };
static const char MANIFEST[] = "manifest.sha256";

static sd_status not_written(const char *path, int reason, sd_diag *diag) {
  return sd_fail(diag, SD_NOT_WRITTEN, "%s: cannot be written (%s)", path, strerror(reason));
}

sd_status folders_make(const char *folder, sd_diag *diag) {
  char path[PATH_ROOM];
  if ((size_t)snprintf(path, sizeof path, "%s", folder) >= sizeof path)
    return sd_fail(diag, SD_NOT_WRITTEN, "%s: the path is too long", folder);
  for (char *at = path + 1;; at++) {
    if (*at != '/' && *at != '\0')
      continue;
    char kept = *at;
    *at = '\0';
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
      return sd_fail(diag, SD_NOT_WRITTEN, "%s: the folder cannot be made (%s)", path,
                     strerror(errno));
    *at = kept;
    if (kept == '\0')
      break;
  }
  struct stat facts;
  if (stat(folder, &facts) != 0 || !S_ISDIR(facts.st_mode))
    return sd_fail(diag, SD_NOT_WRITTEN, "%s: is not a folder; choose another one with -o", folder);
  return SD_OK;
}

sd_status folders_make_above(const char *path, sd_diag *diag) {
  char parent[PATH_ROOM];
  if ((size_t)snprintf(parent, sizeof parent, "%s", path) >= sizeof parent)
    return sd_fail(diag, SD_NOT_WRITTEN, "%s: the path is too long", path);
  char *slash = strrchr(parent, '/');
  if (slash == NULL || slash == parent)
    return SD_OK;
  *slash = '\0';
  return folders_make(parent, diag);
}

sd_status folder_make_private(const char *folder, sd_diag *diag) {
  if (mkdir(folder, 0700) == 0 || errno == EEXIST)
    return SD_OK;
  return sd_fail(diag, SD_NOT_WRITTEN, "%s: the folder cannot be made (%s)", folder,
                 strerror(errno));
}

sd_status folder_replace(const char *made, const char *folder, sd_diag *diag) {
  sd_status status = folders_make_above(folder, diag);
  if (status != SD_OK)
    return status;
  bool there = access(folder, F_OK) == 0;
  if (renameat2(AT_FDCWD, made, AT_FDCWD, folder, there ? RENAME_EXCHANGE : 0) != 0)
    return not_written(folder, errno, diag);
  if (there)
    folder_remove(made);
  return SD_OK;
}

sd_status folder_lock(int *lock, const char *folder, sd_diag *diag) {
  int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0)
    return not_written(folder, errno, diag);
  if (flock(file, LOCK_EX | LOCK_NB) == 0) {
    *lock = file;
    return SD_OK;
  }
  close(file);
  return sd_fail(diag, SD_NOT_WRITTEN,
                 "%s: another batch is at work there; wait for it or choose another folder with -o",
                 folder);
}

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *place) {
  (void)facts;
  (void)place;
  return kind == FTW_DP ? rmdir(path) : unlink(path);
}

void folder_remove(const char *folder) {
  enum { OPEN_MAX_FOLDERS = 16 };
  nftw(folder, remove_one, OPEN_MAX_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

/* The folder itself, or the nearest one above it that is there. A link to nowhere is there: no
 * folder can be made in its place. */
static void nearest_folder(char *path) {
  struct stat facts;
  while (lstat(path, &facts) != 0 && errno == ENOENT) {
    char *slash = strrchr(path, '/');
    if (slash == NULL)
      snprintf(path, PATH_ROOM, ".");
    else if (slash == path)
      path[1] = '\0';
    else
      *slash = '\0';
    if (strcmp(path, ".") == 0 || strcmp(path, "/") == 0)
      return;
  }
}

/* Ctrl-C waits while a temporary name exists: a program that ends at once leaves none behind. */
static void hold_interrupts(sigset_t *before) {
  sigset_t held;
  sigemptyset(&held);
  sigaddset(&held, SIGINT);
  sigaddset(&held, SIGTERM);
  sigaddset(&held, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &held, before);
}

/* Making something there for a moment is the only sure answer: rights, read-only disks and folders
 * that are none, such as those of /proc, all look alike from outside. */
static int try_folder(const char *parent) {
  char probe[TEMPORARY_ROOM];
  sigset_t before;
  snprintf(probe, sizeof probe, "%s/.scardelta-XXXXXX", parent);
  hold_interrupts(&before);
  int reason = mkdtemp(probe) != NULL ? 0 : errno;
  if (reason == 0)
    rmdir(probe);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return reason;
}

sd_status sd_output_check(const char *folder, sd_diag *diag) {
  char parent[PATH_ROOM];
  struct stat facts;
  if ((size_t)snprintf(parent, sizeof parent, "%s", folder) >= sizeof parent)
    return sd_fail(diag, SD_NOT_WRITTEN, "%s: the path is too long", folder);
  if (stat(folder, &facts) != 0 && errno != ENOENT)
    return not_written(folder, errno, diag);
  nearest_folder(parent);
  if (stat(parent, &facts) != 0)
    return not_written(folder, errno, diag);
  if (!S_ISDIR(facts.st_mode))
    return sd_fail(diag, SD_NOT_WRITTEN, "%s: is not a folder; choose another one with -o", parent);
  int reason = try_folder(parent);
  if (reason == 0)
    leftovers_remove(folder);
  return reason == 0 ? SD_OK : not_written(folder, reason, diag);
}

static bool same_file(const struct stat *a, const char *path) {
  struct stat b;
  return path != NULL && stat(path, &b) == 0 && a->st_dev == b.st_dev && a->st_ino == b.st_ino;
}

sd_status sd_output_protect(const char *folder, const char *name, const char *const *inputs,
                            size_t input_count, sd_diag *diag) {
  char path[PATH_ROOM];
  struct stat facts;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  if (stat(path, &facts) != 0)
    return SD_OK;
  for (size_t k = 0; k < input_count; k++)
    if (same_file(&facts, inputs[k]))
      return sd_fail(diag, SD_NOT_WRITTEN,
                     "%s: is one of the files given and stays as it is; choose another folder "
                     "with -o",
                     path);
  if (S_ISDIR(facts.st_mode))
    return sd_fail(diag, SD_NOT_WRITTEN,
                   "%s: a folder has the name of a result; choose another folder with -o", path);
  return SD_OK;
}

/* ---- one file ---- */

static bool write_all(int file, const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t written = write(file, bytes, length);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    bytes += written;
    length -= (size_t)written;
  }
  return true;
}

static void temporary_name(char room[TEMPORARY_ROOM], const char *path) {
  snprintf(room, TEMPORARY_ROOM, "%s.part%ld", path, (long)getpid());
}

/* A new file under its temporary name, for this user alone until it is whole: what is left there of
 * a run that crashed goes, and a link that somebody put there is not followed. *lock (0: none) is a
 * second number of it, locked until it is closed: what nobody has locked is a crash's
 * (leftovers.c). */
static int open_temporary(const char *temporary, int *lock) {
  struct stat facts;
  *lock = 0;
  for (;;) {
    unlink(temporary);
    int file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
      return file;
    flock(file, LOCK_EX | LOCK_NB); /* where the disk knows no locks, nothing is swept either */
    if (fstat(file, &facts) == 0 && facts.st_nlink == 0) {
      close(file); /* swept before it was locked */
      continue;
    }
    *lock = fcntl(file, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    return file;
  }
}

/* The rights that a result gets: those of any new file. The mask is read where it can be read
 * without being set for a moment, which other threads would notice. */
static mode_t rights_of_results(void) {
  char line[128];
  unsigned mask = 0077;
  FILE *status = fopen("/proc/self/status", "re");
  while (status != NULL && fgets(line, sizeof line, status) != NULL)
    if (sscanf(line, "Umask: %o", &mask) == 1)
      break;
  if (status != NULL)
    fclose(status);
  return 0666 & ~(mode_t)mask;
}

static void unlock(int *lock) {
  if (*lock > 0)
    close(*lock);
  *lock = 0;
}

/* The bytes under the temporary name of `path`, or nothing. */
static sd_status write_temporary(const char *path, const void *bytes, size_t length, int *lock,
                                 sd_diag *diag) {
  char temporary[TEMPORARY_ROOM];
  temporary_name(temporary, path);
  int file = open_temporary(temporary, lock);
  if (file < 0)
    return not_written(path, errno, diag);
  bool whole = write_all(file, bytes, length) && fsync(file) == 0;
  int reason = errno;
  if (close(file) != 0 && whole) {
    whole = false;
    reason = errno;
  }
  if (whole)
    return SD_OK;
  unlink(temporary);
  unlock(lock);
  return not_written(path, reason, diag);
}

static sd_status rename_temporary(const char *path, int *lock, sd_diag *diag) {
  char temporary[TEMPORARY_ROOM];
  temporary_name(temporary, path);
  bool done = chmod(temporary, rights_of_results()) == 0 && rename(temporary, path) == 0;
  int reason = errno;
  if (!done)
    unlink(temporary);
  unlock(lock);
  return done ? SD_OK : not_written(path, reason, diag);
}

/* Makes the folders of folder/name, and says the whole path. */
static sd_status make_place(char path[PATH_ROOM], const char *folder, const char *name,
                            sd_diag *diag) {
  char parent[PATH_ROOM];
  if (snprintf(path, PATH_ROOM, "%s/%s", folder, name) >= PATH_ROOM)
    return sd_fail(diag, SD_NOT_WRITTEN, "%s: the path is too long", folder);
  snprintf(parent, sizeof parent, "%s", path);
  *strrchr(parent, '/') = '\0';
  return folders_make(parent, diag);
}

sd_status sd_output_write(const char *folder, const char *name, const void *bytes, size_t length,
                          sd_diag *diag) {
  char path[PATH_ROOM];
  sigset_t before;
  sd_status status = make_place(path, folder, name, diag);
  if (status != SD_OK)
    return status;
  int lock = 0;
  hold_interrupts(&before);
  status = write_temporary(path, bytes, length, &lock, diag);
  if (status == SD_OK)
    status = rename_temporary(path, &lock, diag);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return status;
}

/* ---- a long file ---- */

sd_status output_stream_open(output_stream *out, const char *folder, const char *name,
                             sd_diag *diag) {
  char temporary[TEMPORARY_ROOM];
  sd_status status = make_place(out->path, folder, name, diag);
  if (status != SD_OK)
    return status;
  temporary_name(temporary, out->path);
  out->file = open_temporary(temporary, &out->lock);
  if (out->file > 0)
    return SD_OK;
  out->file = 0;
  return not_written(out->path, errno, diag);
}

sd_status output_stream_flush(output_stream *out, bool all, sd_diag *diag) {
  const size_t block = (size_t)1 << 18;
  if (out->waiting.failed)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for %s", out->path);
  if (!all && out->waiting.length < block)
    return SD_OK;
  if (out->waiting.length > 0 && !write_all(out->file, out->waiting.v, out->waiting.length))
    return not_written(out->path, errno, diag);
  out->waiting.length = 0;
  return SD_OK;
}

sd_status output_stream_commit(output_stream *out, sd_diag *diag) {
  sd_status status = output_stream_flush(out, true, diag);
  if (status != SD_OK)
    return status;
  bool whole = fsync(out->file) == 0;
  int reason = errno;
  whole = close(out->file) == 0 && whole;
  out->file = 0;
  if (whole)
    return rename_temporary(out->path, &out->lock, diag);
  return not_written(out->path, reason, diag);
}

void output_stream_clear(output_stream *out) {
  char temporary[TEMPORARY_ROOM];
  if (out->file > 0)
    close(out->file);
  if (out->path[0] != '\0') {
    temporary_name(temporary, out->path);
    unlink(temporary);
    unlock(&out->lock);
  }
  sd_text_clear(&out->waiting);
  *out = (output_stream){0};
}

/* ---- all files of a run ---- */

void outputs_input(outputs *out, const char *path) {
  if (path != NULL && out->input_count < OUTPUT_INPUTS_MAX)
    out->inputs[out->input_count++] = path;
}

outputs outputs_of(const char *folder, const char *before, const char *after,
                   const sd_job_options *options) {
  outputs out = {.folder = folder, .sign_path = options->sign_path};
  outputs_input(&out, before);
  outputs_input(&out, after);
  outputs_input(&out, options->models_path);
  outputs_input(&out, options->roi_path);
  outputs_input(&out, options->zone_map_path);
  outputs_input(&out, options->transform_path);
  outputs_input(&out, options->treatments_path);
  outputs_input(&out, options->rating_path);
  outputs_input(&out, options->repeatability_path);
  outputs_input(&out, options->map_points_path);
  outputs_input(&out, options->sign_path);
  if (options->points_path != NULL && !points_are_kept(options->points_path))
    outputs_input(&out, options->points_path);
  return out;
}

sd_status outputs_check_folders(const outputs *out, sd_diag *diag) {
  char pictures[PATH_ROOM];
  sd_status status = sd_output_check(out->folder, diag);
  if (status != SD_OK)
    return status;
  if ((size_t)snprintf(pictures, sizeof pictures, "%s/images", out->folder) >= sizeof pictures)
    return sd_fail(diag, SD_NOT_WRITTEN, "%s: the path is too long", out->folder);
  return sd_output_check(pictures, diag);
}

sd_status outputs_protect(const outputs *out, const char *name, sd_diag *diag) {
  sd_status status = sd_output_protect(out->folder, name, out->inputs, out->input_count, diag);
  return status == SD_OK ? sd_output_protect(out->folder, name, out->photos, out->photo_count, diag)
                         : status;
}

static output_file *new_file(outputs *out, const char *name, sd_diag *diag) {
  if (out->count == OUTPUTS_MAX || strlen(name) >= sizeof out->files[0].name) {
    sd_fail(diag, SD_NOT_WRITTEN, "%s: more files than a result has", name);
    return NULL;
  }
  output_file *file = &out->files[out->count++];
  snprintf(file->name, sizeof file->name, "%s", name);
  return file;
}

sd_status outputs_add(outputs *out, const char *name, sd_text *bytes, sd_diag *diag) {
  char hash[65];
  if (bytes->failed)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for %s", name);
  output_file *file = new_file(out, name, diag);
  if (file == NULL)
    return SD_NOT_WRITTEN;
  file->bytes = *bytes;
  *bytes = (sd_text){0};
  sd_sha256_hex(file->bytes.v, file->bytes.length, hash);
  sd_text_addf(&out->manifest, "%s  %s\n", hash, name);
  return SD_OK;
}

void outputs_remove(outputs *out, const char *name) {
  output_file *file = new_file(out, name, NULL);
  if (file != NULL)
    file->stale = true;
}

/* Not in the manifest, which it signs; and one of an earlier run would not hold any more. */
static sd_status add_signature(outputs *out, const sd_text *manifest, sd_diag *diag) {
  sd_text signature = {0};
  sd_status status = SD_OK;
  if (out->sign_path == NULL) {
    outputs_remove(out, SIGNATURE_NAME);
    return SD_OK;
  }
  if (!manifest->failed)
    status = sign_bytes(&signature, manifest->v, manifest->length, out->sign_path, diag);
  if (status == SD_OK)
    status = outputs_add(out, SIGNATURE_NAME, &signature, diag);
  sd_text_clear(&signature);
  return status;
}

sd_status outputs_add_manifest(outputs *out, const char *head, sd_diag *diag) {
  sd_text all = {0};
  sd_text_add(&all, head);
  if (out->manifest.v != NULL)
    sd_text_add(&all, out->manifest.v);
  all.failed = all.failed || out->manifest.failed;
  sd_status status = add_signature(out, &all, diag);
  if (status == SD_OK)
    status = outputs_add(out, MANIFEST, &all, diag);
  sd_text_clear(&all);
  return status;
}

static sd_status write_all_temporary(outputs *out, sd_diag *diag) {
  char path[PATH_ROOM];
  sd_status status = SD_OK;
  for (size_t k = 0; k < out->count && status == SD_OK; k++) {
    output_file *file = &out->files[k];
    if (file->stale)
      continue;
    status = make_place(path, out->folder, file->name, diag);
    if (status == SD_OK)
      status = write_temporary(path, file->bytes.v, file->bytes.length, &file->lock, diag);
    file->temporary = status == SD_OK;
  }
  return status;
}

/* From here on the old manifest would be a lie, so that it goes first; its successor comes last. */
static sd_status put_in_place(outputs *out, sd_diag *diag) {
  char path[PATH_ROOM];
  sd_status status = SD_OK;
  snprintf(path, sizeof path, "%s/%s", out->folder, MANIFEST);
  if (out->count > 0 && strcmp(out->files[out->count - 1].name, MANIFEST) == 0)
    unlink(path);
  for (size_t k = 0; k < out->count && status == SD_OK; k++) {
    output_file *file = &out->files[k];
    snprintf(path, sizeof path, "%s/%s", out->folder, file->name);
    if (file->stale) {
      if (outputs_protect(out, file->name, NULL) == SD_OK)
        unlink(path);
      continue;
    }
    status = rename_temporary(path, &file->lock, diag);
    file->temporary = false;
  }
  return status;
}

static void drop_temporary(outputs *out) {
  char path[PATH_ROOM], temporary[TEMPORARY_ROOM];
  for (size_t k = 0; k < out->count; k++) {
    snprintf(path, sizeof path, "%s/%s", out->folder, out->files[k].name);
    temporary_name(temporary, path);
    if (out->files[k].temporary) {
      unlink(temporary);
      unlock(&out->files[k].lock);
    }
    out->files[k].temporary = false;
  }
}

sd_status outputs_commit(outputs *out, sd_diag *diag) {
  sigset_t before;
  sd_status status = SD_OK;
  for (size_t k = 0; k < out->count && status == SD_OK; k++)
    if (!out->files[k].stale)
      status = outputs_protect(out, out->files[k].name, diag);
  if (status != SD_OK)
    return status;
  hold_interrupts(&before);
  status = write_all_temporary(out, diag);
  if (status == SD_OK)
    status = put_in_place(out, diag);
  drop_temporary(out);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return status;
}

void outputs_clear(outputs *out) {
  for (size_t k = 0; k < out->count; k++)
    sd_text_clear(&out->files[k].bytes);
  sd_text_clear(&out->manifest);
  *out = (outputs){0};
}
