/* Preloaded into scardelta: a PNG decoder that a hostile file has taken over. LD_HOSTILE says what
 * it then does (names beginning with LD_ reach the decoder's process). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* Whoever gets at a file, a network, a process or another photo is told by a crash. */
static void reach_out(void) {
  if (open("/etc/hostname", O_RDONLY) >= 0 || open("stolen", O_WRONLY | O_CREAT, 0600) >= 0 ||
      socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0 || fork() >= 0 ||
      getenv("HOME") != NULL)
    abort();
}

/* The answer's memory with nonsense in it, as if all had gone well. */
static void lie(void) {
  enum { ANSWER_FILE = 4, LENGTH = 4096 };
  char *at = MAP_FAILED;
  if (ftruncate(ANSWER_FILE, LENGTH) == 0)
    at = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_SHARED, ANSWER_FILE, 0);
  if (at != MAP_FAILED)
    memset(at, 0x5a, LENGTH);
  _exit(0);
}

void png_read_info(png_structp png, png_infop info) {
  static void (*real)(png_structp, png_infop);
  const char *what = getenv("LD_HOSTILE");
  if (real == NULL)
    *(void **)&real = dlsym(RTLD_NEXT, "png_read_info");
  if (what != NULL && strcmp(what, "reach") == 0)
    reach_out();
  if (what != NULL && strcmp(what, "crash") == 0)
    abort();
  if (what != NULL && strcmp(what, "quit") == 0)
    _exit(7);
  if (what != NULL && strcmp(what, "lie") == 0)
    lie();
  real(png, info);
}
