/* Memory that runs out at any step of a comparison: the same result, or one sentence that says so,
 * and nothing lost. The linker leads malloc, calloc and realloc of the library through here (see
 * CMakeLists.txt). Libraries below are not led: GLib and the OpenMP runtime end the program when
 * memory runs out, by design. */
#include "check.h"

#include "archive/session.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#if SANITIZED
#include <sanitizer/lsan_interface.h>
#endif

/* Runs: each fails another allocation; those that come first are where files and options are read,
 * and are all tried, the rest evenly. A second argument gives another number for the rest: with
 * 100000 each one is tried, which takes an hour. */
enum { ALL_OF_THE_FIRST = SANITIZED ? 20 : 60, RUNS_AFTER = SANITIZED ? 25 : 120 };

/* ---- the allocations that are led through here --------------------------------------------------
 */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

static long counted, failing; /* failing 0: none */
static bool from_there_on;

static bool fails(void) {
  counted++;
  return failing > 0 && (counted == failing || (from_there_on && counted > failing));
}

void *__wrap_malloc(size_t size) {
  return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
  return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *block, size_t size) {
  return fails() ? NULL : __real_realloc(block, size);
}

/* ---- a comparison -------------------------------------------------------------------------------
 */

static const char *pictures; /* the program that makes the photos */
static long runs_after = RUNS_AFTER;
static char folder[64];

/* What a run in a process of its own tells. */
typedef struct told {
  sd_status status;
  long counted;
  bool same, leaked, said;
  char text[640], hash[65];
} told;
static told *shared;
static char calm[65]; /* the hash of the result without faults */

static void path_in(char out[128], const char *name) {
  snprintf(out, 128, "%s/%s", folder, name);
}

static void compare(void) {
  char before[128], after[128], zones[128], out[128];
  sd_text json = {0};
  sd_diag diag = {{0}};
  path_in(before, "before.png");
  path_in(after, "after.png");
  path_in(zones, "zones.png");
  path_in(out, "out");
  sd_job_options options = {.models_path = SD_MODEL_DIR "/" SD_MODELS_FILE,
                            .zone_map_path = zones,
                            .scale_mm_per_px = 0.1};
  counted = 0;
  shared->status = sd_compare(before, after, out, &options, &json, NULL, &diag);
  shared->counted = counted;
  failing = 0;
  shared->said = diag.text[0] != '\0' && strpbrk(diag.text, "\n\r") == NULL;
  snprintf(shared->text, sizeof shared->text, "%s", diag.text);
  if (json.v != NULL)
    sd_sha256_hex(json.v, json.length, shared->hash);
  sd_text_clear(&json);
#if SANITIZED
  shared->leaked = __lsan_do_recoverable_leak_check() != 0;
#endif
}

/* The comparison with the n-th allocation failing, or with that and all later ones. */
static int run(long n, bool on) {
  int state = 0;
  memset(shared, 0, sizeof *shared);
  pid_t pid = fork();
  if (pid == 0) {
    failing = n;
    from_there_on = on;
    compare();
    _exit(0);
  }
  assert_int_equal(waitpid(pid, &state, 0), pid);
  return state;
}

static void check_run(long n, bool on) {
  int state = run(n, on);
  const char *how = on ? "from allocation" : "at allocation";
  if (state != 0)
    fail_msg("%s %ld: the process ended with %d", how, n, state);
  if (shared->leaked)
    fail_msg("%s %ld: memory is lost (%s)", how, n, shared->text);
  if (shared->status == SD_OK) {
    if (strcmp(shared->hash, calm) != 0)
      fail_msg("%s %ld: another result, and nothing is said", how, n);
  } else if (shared->status != SD_NO_MEMORY || !shared->said) {
    fail_msg("%s %ld: status %d, '%s'", how, n, (int)shared->status, shared->text);
  }
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  assert_int_equal(run(0, false), 0);
  assert_int_equal(shared->status, SD_OK);
  assert_false(shared->leaked);
  long all = shared->counted;
  strcpy(calm, shared->hash);
  print_message("%ld allocations\n", all);
  assert_true(all > ALL_OF_THE_FIRST);
  for (long n = 1; n <= ALL_OF_THE_FIRST; n++)
    check_run(n, n % 2 == 0);
  long rest = all - ALL_OF_THE_FIRST, runs = runs_after < rest ? runs_after : rest;
  for (long k = 0; k < runs; k++)
    check_run(ALL_OF_THE_FIRST + 1 + k * (rest - 1) / (runs - 1), k % 2 == 0);
}

/* ---- ---- */

static int set_up(void **state) {
  char command[512];
  (void)state;
  omp_set_num_threads(1); /* so that the n-th is always the same one */
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  strcpy(folder, "scardelta-test-XXXXXX");
  if (shared == MAP_FAILED || mkdtemp(folder) == NULL)
    return -1;
  snprintf(command, sizeof command,
           "'%s' skin %s/before.png 160 5 1 1 0 && '%s' skin %s/after.png 160 5 0.97 0.6 1.5 && "
           "'%s' zones %s/zones.png 160",
           pictures, folder, pictures, folder, pictures, folder);
  return system(command);
}

static int tear_down(void **state) {
  char command[128];
  (void)state;
  munmap(shared, sizeof *shared);
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return system(command);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_may_fail)};
  pictures = argc > 1 ? argv[1] : "pictures"; /* on PATH */
  runs_after = argc > 2 ? atol(argv[2]) : RUNS_AFTER;
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
