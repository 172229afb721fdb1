/* A crash or a power cut leaves results half-written under their temporary names, and they show
 * faces. Each such file is locked as long as its process lives, and the system unlocks it whatever
 * ends that: so that the next run knows whose are nobody's. */
#include "archive/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* NAME.EXTENSION.partPID of a kind of file that this program writes. */
static bool is_temporary_name(const char *name) {
  static const char *const EXTENSIONS[] = {".html", ".pdf", ".json",  ".csv",
                                           ".jpg",  ".png", ".sha256"};
  const char *part = NULL;
  for (const char *at = name; (at = strstr(at, ".part")) != NULL; at++)
    part = at;
  if (part == NULL || part[5] == '\0' || part[5 + strspn(part + 5, "0123456789")] != '\0')
    return false;
  for (size_t k = 0; k < sizeof EXTENSIONS / sizeof *EXTENSIONS; k++) {
    size_t length = strlen(EXTENSIONS[k]);
    if ((size_t)(part - name) > length && strncmp(part - length, EXTENSIONS[k], length) == 0)
      return true;
  }
  return false;
}

/* With the rights that only a temporary file of ours has, and locked by nobody. */
static bool is_abandoned(int file) {
  struct stat facts;
  return fstat(file, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_uid == geteuid() &&
         (facts.st_mode & 07777) == 0600 && flock(file, LOCK_EX | LOCK_NB) == 0;
}

static void sweep(int folder) {
  DIR *list = fdopendir(folder);
  if (list == NULL) {
    close(folder);
    return;
  }
  for (struct dirent *e; (e = readdir(list)) != NULL;) {
    if (!is_temporary_name(e->d_name))
      continue;
    int file = openat(dirfd(list), e->d_name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
      continue;
    if (is_abandoned(file))
      unlinkat(dirfd(list), e->d_name, 0);
    close(file);
  }
  closedir(list);
}

void leftovers_remove(const char *folder) {
  int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file >= 0)
    sweep(file);
}
