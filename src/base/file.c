/* Opening what a user names: a pipe or a device must not make anybody wait. */
#include "base/hash.h"
#include "scardelta/base.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static sd_status check_regular(int file, int64_t *length, const char *path, const char *what,
                               sd_diag *diag) {
  struct stat facts;
  if (fstat(file, &facts) != 0)
    return sd_fail(diag, SD_UNREADABLE, "%s: cannot be read (%s)", path, strerror(errno));
  if (S_ISDIR(facts.st_mode))
    return sd_fail(diag, SD_UNREADABLE, "%s: is a folder, not a %s", path, what);
  if (!S_ISREG(facts.st_mode))
    return sd_fail(diag, SD_UNREADABLE, "%s: is no ordinary file", path);
  *length = facts.st_size;
  return SD_OK;
}

sd_status sd_file_open(int *out, int64_t *length, const char *path, const char *what,
                       sd_diag *diag) {
  if (path[0] == '\0')
    return sd_fail(diag, SD_UNREADABLE, "'': the name of a %s is empty", what);
  int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (file < 0)
    return sd_fail(diag, SD_UNREADABLE, "%s: cannot be opened (%s)", path, strerror(errno));
  sd_status status = check_regular(file, length, path, what, diag);
  if (status == SD_OK)
    *out = file;
  else
    close(file);
  return status;
}

sd_status sd_sha256_file(char out[65], const char *path, sd_diag *diag) {
  uint8_t block[65536];
  struct sha256_ctx state;
  int file = -1;
  int64_t length;
  ssize_t got;
  sd_status status = sd_file_open(&file, &length, path, "file", diag);
  if (status != SD_OK)
    return status;
  sha256_init(&state);
  while ((got = read(file, block, sizeof block)) > 0 || (got < 0 && errno == EINTR))
    if (got > 0)
      sha256_update(&state, (size_t)got, block);
  if (got < 0)
    status = sd_fail(diag, SD_UNREADABLE, "%s: reading stopped (%s)", path, strerror(errno));
  close(file);
  sd_sha256_end(&state, out);
  return status;
}
