/* Opening what a user names: a pipe or a device must not make anybody wait. */
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
