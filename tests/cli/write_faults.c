/* Preloaded into scardelta: the n-th write, fsync, close, rename or making of a file fails as a
 * full or a broken disk fails. LD_FAULT is "n reason", reason a number of errno.h; LD_FAULT_COUNT
 * names a file that gets how many there were. Calls for memory, pipes and the terminal are not
 * counted. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static long counted;

static void count_to_file(void) __attribute__((destructor));
static void count_to_file(void) {
  const char *path = getenv("LD_FAULT_COUNT");
  int (*real_open)(const char *, int, ...) = NULL;
  *(void **)&real_open = dlsym(RTLD_NEXT, "open");
  ssize_t (*real_write)(int, const void *, size_t) = NULL;
  *(void **)&real_write = dlsym(RTLD_NEXT, "write");
  int file = path != NULL ? real_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;
  char text[32];
  int length = snprintf(text, sizeof text, "%ld\n", counted);
  if (file >= 0)
    (void)!real_write(file, text, (size_t)length);
}

static int fails(void) {
  const char *said = getenv("LD_FAULT");
  char *reason = NULL;
  long at = said != NULL ? strtol(said, &reason, 10) : 0;
  if (++counted != at)
    return 0;
  errno = (int)strtol(reason, NULL, 10);
  return 1;
}

/* Of a disk, and to be written: not memory, a pipe or the terminal. */
static int counts(int file) {
  struct stat facts;
  int kept = errno, mode = fcntl(file, F_GETFL);
  int is = fstat(file, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_nlink > 0 &&
           (mode & O_ACCMODE) != O_RDONLY;
  errno = kept;
  return is;
}

ssize_t write(int file, const void *bytes, size_t length) {
  static ssize_t (*real)(int, const void *, size_t);
  if (real == NULL)
    *(void **)&real = dlsym(RTLD_NEXT, "write");
  return counts(file) && fails() ? -1 : real(file, bytes, length);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  if (real == NULL)
    *(void **)&real = dlsym(RTLD_NEXT, "pwrite64");
  return counts(file) && fails() ? -1 : real(file, bytes, length, at);
}

int fsync(int file) {
  static int (*real)(int);
  if (real == NULL)
    *(void **)&real = dlsym(RTLD_NEXT, "fsync");
  return counts(file) && fails() ? -1 : real(file);
}

int fdatasync(int file) {
  static int (*real)(int);
  if (real == NULL)
    *(void **)&real = dlsym(RTLD_NEXT, "fdatasync");
  return counts(file) && fails() ? -1 : real(file);
}

/* The file is closed all the same, as a system does. */
int close(int file) {
  static int (*real)(int);
  if (real == NULL)
    *(void **)&real = dlsym(RTLD_NEXT, "close");
  if (counts(file) && fails()) {
    int reason = errno;
    real(file);
    errno = reason;
    return -1;
  }
  return real(file);
}

int rename(const char *from, const char *to) {
  static int (*real)(const char *, const char *);
  if (real == NULL)
    *(void **)&real = dlsym(RTLD_NEXT, "rename");
  return fails() ? -1 : real(from, to);
}

int mkdir(const char *path, mode_t mode) {
  static int (*real)(const char *, mode_t);
  struct stat facts;
  if (real == NULL)
    *(void **)&real = dlsym(RTLD_NEXT, "mkdir");
  return stat(path, &facts) != 0 && fails() ? -1 : real(path, mode);
}

int open(const char *path, int flags, ...) {
  static int (*real)(const char *, int, ...);
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (real == NULL)
    *(void **)&real = dlsym(RTLD_NEXT, "open");
  return (flags & O_CREAT) != 0 && fails() ? -1 : real(path, flags, mode);
}
