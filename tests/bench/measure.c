/* measure RUNS PROGRAM ARGUMENTS...: median seconds and peak MB of RUNS runs, on standard output.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS_MAX = 99 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static int run_once(char **argv, double *seconds, double *megabytes) {
  struct rusage used;
  int state;
  double start = now();
  pid_t child = fork();
  if (child == 0) {
    int nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDOUT_FILENO);
    execvp(argv[0], argv);
    _exit(127);
  }
  if (child < 0 || wait4(child, &state, 0, &used) != child)
    return 1;
  *seconds = now() - start;
  *megabytes = (double)used.ru_maxrss / 1024;
  return !WIFEXITED(state) || WEXITSTATUS(state) != 0;
}

int main(int argc, char **argv) {
  double seconds[RUNS_MAX], megabytes[RUNS_MAX];
  int runs = argc > 2 ? atoi(argv[1]) : 0;
  if (runs < 1 || runs > RUNS_MAX)
    return 2;
  for (int k = 0; k < runs; k++)
    if (run_once(argv + 2, &seconds[k], &megabytes[k])) {
      fprintf(stderr, "%s failed\n", argv[2]);
      return 1;
    }
  qsort(seconds, (size_t)runs, sizeof *seconds, by_size);
  qsort(megabytes, (size_t)runs, sizeof *megabytes, by_size);
  printf("%.4f %.1f\n", seconds[runs / 2], megabytes[runs / 2]);
  return 0;
}
