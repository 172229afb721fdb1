#include "archive/files.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *file_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static sd_status open_regular(int *out, const char *path, sd_diag *diag) {
  struct stat facts;
  /* not to wait for the writer of a pipe */
  *out = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (*out < 0)
    return sd_fail(diag, SD_UNREADABLE, "%s: cannot be opened (%s)", path, strerror(errno));
  if (fstat(*out, &facts) != 0)
    return sd_fail(diag, SD_UNREADABLE, "%s: cannot be read (%s)", path, strerror(errno));
  if (S_ISDIR(facts.st_mode))
    return sd_fail(diag, SD_UNREADABLE, "%s: is a folder, not a file", path);
  if (!S_ISREG(facts.st_mode))
    return sd_fail(diag, SD_UNREADABLE, "%s: is no ordinary file", path);
  return SD_OK;
}

/* Up to one block more than the limit, so that it is known when there is more. */
static bool read_up_to(sd_text *out, int file, size_t limit) {
  char block[65536];
  while (out->length <= limit) {
    ssize_t got = read(file, block, sizeof block);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return got == 0;
    sd_text_add_bytes(out, block, (size_t)got);
  }
  return true;
}

sd_status file_read(sd_text *out, const char *path, size_t limit, sd_diag *diag) {
  sd_text text = {0};
  int file = -1;
  sd_status status = SD_OK;
  SD_TRY(open_regular(&file, path, diag));
  if (!read_up_to(&text, file, limit))
    status = sd_fail(diag, SD_UNREADABLE, "%s: reading stopped (%s)", path, strerror(errno));
  else if (text.length > limit)
    status = sd_fail(diag, SD_TOO_LARGE, "%s: is larger than %zu MB", path, limit >> 20);
  else if (text.failed)
    status = sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory to read it", path);
  if (status != SD_OK)
    goto done;
  *out = text;
  text = (sd_text){0};
done:
  if (file >= 0)
    close(file);
  sd_text_clear(&text);
  return status;
}

/* ---- writing
 * -------------------------------------------------------------------------------------- */

/* Makes the folder and those above it. */
static sd_status make_folders(const char *folder, sd_diag *diag) {
  char path[4096];
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

sd_status sd_output_check(const char *folder, sd_diag *diag) {
  struct stat facts;
  if (stat(folder, &facts) != 0)
    return errno == ENOENT ? SD_OK
                           : sd_fail(diag, SD_NOT_WRITTEN, "%s: cannot be written (%s)", folder,
                                     strerror(errno));
  if (!S_ISDIR(facts.st_mode))
    return sd_fail(diag, SD_NOT_WRITTEN, "%s: is not a folder; choose another one with -o", folder);
  if (access(folder, W_OK) != 0)
    return sd_fail(diag, SD_NOT_WRITTEN, "%s: cannot be written (%s)", folder, strerror(errno));
  return SD_OK;
}

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

/* Ctrl-C waits while a temporary name exists: a program that ends at once leaves none behind. */
static void hold_interrupts(sigset_t *before) {
  sigset_t held;
  sigemptyset(&held);
  sigaddset(&held, SIGINT);
  sigaddset(&held, SIGTERM);
  sigaddset(&held, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &held, before);
}

static sd_status write_renamed(const char *path, const void *bytes, size_t length, sd_diag *diag) {
  char temporary[4200];
  snprintf(temporary, sizeof temporary, "%s.part%ld", path, (long)getpid());
  int file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0)
    return sd_fail(diag, SD_NOT_WRITTEN, "%s: cannot be written (%s)", path, strerror(errno));
  bool whole = write_all(file, bytes, length) && fsync(file) == 0;
  int reason = errno;
  whole = close(file) == 0 && whole;
  if (whole && rename(temporary, path) == 0)
    return SD_OK;
  reason = whole ? errno : reason;
  unlink(temporary);
  return sd_fail(diag, SD_NOT_WRITTEN, "%s: cannot be written (%s)", path, strerror(reason));
}

sd_status sd_output_write(const char *folder, const char *name, const void *bytes, size_t length,
                          sd_diag *diag) {
  char path[4096], parent[4096];
  sigset_t before;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  snprintf(parent, sizeof parent, "%s", path);
  *strrchr(parent, '/') = '\0';
  sd_status status = make_folders(parent, diag);
  if (status != SD_OK)
    return status;
  hold_interrupts(&before);
  status = write_renamed(path, bytes, length, diag);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return status;
}

/* Is the output of this name one of the photos that were given? */
static bool is_input(const outputs *out, const char *path) {
  struct stat output, input;
  if (stat(path, &output) != 0)
    return false;
  for (int k = 0; k < 2; k++)
    if (out->inputs[k] != NULL && stat(out->inputs[k], &input) == 0 &&
        input.st_dev == output.st_dev && input.st_ino == output.st_ino)
      return true;
  return false;
}

sd_status outputs_add(outputs *out, const char *name, const void *bytes, size_t length,
                      sd_diag *diag) {
  char hash[65], path[4096];
  snprintf(path, sizeof path, "%s/%s", out->folder, name);
  if (is_input(out, path))
    return sd_fail(
        diag, SD_NOT_WRITTEN,
        "%s: is one of the photos given and stays as it is; choose another folder with -o", path);
  sd_status status = sd_output_write(out->folder, name, bytes, length, diag);
  if (status != SD_OK)
    return status;
  sd_sha256_hex(bytes, length, hash);
  sd_text_addf(&out->manifest, "%s  %s\n", hash, name);
  return SD_OK;
}

void outputs_remove(const outputs *out, const char *name) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", out->folder, name);
  if (!is_input(out, path))
    unlink(path);
}

void outputs_clear(outputs *out) {
  sd_text_clear(&out->manifest);
  *out = (outputs){0};
}

sd_status sd_models_read(sd_models **out, const char *path, sd_diag *diag) {
  sd_text bytes = {0};
  sd_diag why = {{0}}, loading = {{0}};
  sd_status status = file_read(&bytes, path, (size_t)64 << 20, &why);
  if (status == SD_OK) {
    status = sd_models_load(out, bytes.v, bytes.length, &loading);
    sd_fail(&why, status, "%.200s: %.300s", path, loading.text);
  }
  sd_text_clear(&bytes);
  if (status != SD_OK)
    sd_fail(diag, status,
            "the face model could not be loaded: %.400s; set SCARDELTA_MODELS to the file %s of "
            "the npm package @mediapipe/face_mesh (in the source tree samples/run fetches it)",
            why.text, SD_MODELS_FILE);
  return status;
}
