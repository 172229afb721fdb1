/* Preloaded into scardelta: in a batch's worker, opening a photo whose path names a fault makes it
 * happen. The batch itself, which reads the same files, is left alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static int in_worker(void) {
  char name[17] = "";
  prctl(PR_GET_NAME, name);
  return strcmp(name, "scardelta-work") == 0;
}

static void eat_memory(void) {
  const size_t piece = 1 << 20;
  for (char *block; (block = malloc(piece)) != NULL;)
    memset(block, 1, piece);
}

static void fault(const char *path) {
  if (strstr(path, "crash-a/2025-02") != NULL)
    abort();
  while (strstr(path, "hang-b/2025-02") != NULL)
    pause();
  if (strstr(path, "memory-c/2025-02") != NULL)
    eat_memory();
  if (strstr(path, "vanish-d/2025-02") != NULL)
    unlink(path);
}

int open(const char *path, int flags, ...) {
  static int (*real)(const char *, int, ...);
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (real == NULL)
    *(void **)&real = dlsym(RTLD_NEXT, "open");
  if (in_worker())
    fault(path);
  return real(path, flags, mode);
}
