/* What a process in the sandbox can no longer do, and what it still can. Every attempt is first
 * seen to work outside, so that its failure inside says something. */
#include "check.h"

#include "archive/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER = 100, OTHER = 101 };
static const sandbox_limits LIMITS = {
    .memory_bytes = (uint64_t)1 << 30, .file_bytes = 1 << 20, .cpu_s = 1, .answer = ANSWER};

/* ---- attempts: 0, or the reason why it failed --------------------------------------------------
 */

static int done(long result) {
  return result >= 0 ? 0 : errno;
}

static int end_child(long pid) {
  if (pid == 0)
    _exit(0);
  if (pid > 0)
    waitpid((pid_t)pid, NULL, 0);
  return done(pid);
}

static int read_a_file(void) {
  return done(open("/proc/self/status", O_RDONLY));
}
static int list_a_folder(void) {
  return done(open("/", O_RDONLY | O_DIRECTORY));
}
static int write_a_file(void) {
  return done(open("/tmp", O_TMPFILE | O_RDWR, 0600));
}
static int read_what_is_open(void) {
  char c;
  return done(read(OTHER, &c, 1));
}
static int write_what_is_open(void) {
  return done(write(OTHER, "x", 1));
}
static int lengthen_what_is_open(void) {
  return done(ftruncate(OTHER, 100));
}
static int name_a_link(void) {
  char c[64];
  return done(readlink("/proc/self/exe", c, sizeof c));
}
static int look_at_a_file(void) {
  struct stat facts;
  return done(stat("/", &facts));
}
static int internet_socket(void) {
  return done(socket(AF_INET, SOCK_STREAM, 0));
}
static int local_socket(void) {
  return done(socket(AF_UNIX, SOCK_DGRAM, 0));
}
static int pair_of_sockets(void) {
  int ends[2];
  return done(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
}
static int new_process(void) {
  return end_child(fork());
}
static int new_process_by_clone(void) {
  return end_child(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
}
static int pipe_to_others(void) {
  int ends[2];
  return done(pipe(ends));
}
static int signal_the_parent(void) {
  return done(kill(getppid(), 0));
}
static int memory_of_the_parent(void) {
  char here;
  struct iovec local = {&here, 1}, there = {&here, 1};
  return done(process_vm_readv(getppid(), &local, 1, &there, 1, 0));
}
static int new_code(void) {
  void *at = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return at != MAP_FAILED ? 0 : errno;
}
static int data_as_code(void) {
  void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return done(mprotect(at, 4096, PROT_READ | PROT_EXEC));
}
static int own_memory_file(void) {
  return done(memfd_create("x", 0));
}
static int open_to_debuggers(void) {
  return done(prctl(PR_SET_DUMPABLE, 1));
}
static int own_limits(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_CPU, &limit);
  return done(setrlimit(RLIMIT_CPU, &limit));
}
static int other_folder(void) {
  return done(chdir("/"));
}
static int other_umask(void) {
  return done(syscall(SYS_umask, 022));
}

typedef struct attempt {
  const char *name;
  int (*make)(void);
} attempt;

#define ATTEMPT(f)                                                                                 \
  { #f, f }
static const attempt ATTEMPTS[] = {ATTEMPT(read_a_file),
                                   ATTEMPT(list_a_folder),
                                   ATTEMPT(write_a_file),
                                   ATTEMPT(read_what_is_open),
                                   ATTEMPT(write_what_is_open),
                                   ATTEMPT(name_a_link),
                                   ATTEMPT(lengthen_what_is_open),
                                   ATTEMPT(look_at_a_file),
                                   ATTEMPT(internet_socket),
                                   ATTEMPT(local_socket),
                                   ATTEMPT(pair_of_sockets),
                                   ATTEMPT(new_process),
                                   ATTEMPT(new_process_by_clone),
                                   ATTEMPT(pipe_to_others),
                                   ATTEMPT(signal_the_parent),
                                   ATTEMPT(new_code),
                                   ATTEMPT(data_as_code),
                                   ATTEMPT(own_memory_file),
                                   ATTEMPT(open_to_debuggers),
                                   ATTEMPT(own_limits),
                                   ATTEMPT(other_folder),
                                   ATTEMPT(memory_of_the_parent),
                                   ATTEMPT(other_umask)};
enum { ATTEMPT_COUNT = sizeof ATTEMPTS / sizeof *ATTEMPTS };

/* ---- in a process of its own -------------------------------------------------------------------
 */

/* Each test's process tells through memory that both have. */
typedef struct told {
  int entered, reason[ATTEMPT_COUNT];
  char why[200];
} told;

static told *shared;

static int set_up(void **state) {
  (void)state;
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return shared != MAP_FAILED ? 0 : -1;
}

static int tear_down(void **state) {
  (void)state;
  return munmap(shared, sizeof *shared);
}

static void enter(void) {
  sd_diag diag = {{0}};
  int file = memfd_create("answer", 0), other = memfd_create("other", 0);
  dup2(file, ANSWER);
  dup2(other, OTHER);
  shared->entered = sandbox_enter(&LIMITS, &diag) == SD_OK;
  snprintf(shared->why, sizeof shared->why, "%.199s", diag.text);
  if (!shared->entered)
    _exit(9);
}

/* How a process ended that did this. */
static int end_of(void (*work)(void)) {
  int state = 0;
  memset(shared, 0, sizeof *shared);
  pid_t pid = fork();
  if (pid == 0) {
    work();
    _exit(0);
  }
  assert_int_equal(waitpid(pid, &state, 0), pid);
  if (WIFEXITED(state) && WEXITSTATUS(state) == 9)
    fail_msg("the sandbox cannot be entered: %s", shared->why);
  return state;
}

static void try_all(void) {
  for (int k = 0; k < ATTEMPT_COUNT; k++)
    shared->reason[k] = ATTEMPTS[k].make();
}

static void try_all_outside(void) {
  dup2(memfd_create("other", 0), OTHER);
  try_all();
}

static void try_all_inside(void) {
  enter();
  try_all();
}

static void outside_everything_works(void **state) {
  (void)state;
  assert_int_equal(end_of(try_all_outside), 0);
  for (int k = 0; k < ATTEMPT_COUNT; k++) /* another process's memory is ours only as its parent */
    if (shared->reason[k] != 0 && ATTEMPTS[k].make != memory_of_the_parent)
      fail_msg("%s fails outside: %s", ATTEMPTS[k].name, strerror(shared->reason[k]));
}

static void inside_nothing_does(void **state) {
  (void)state;
  assert_int_equal(end_of(try_all_inside), 0);
  for (int k = 0; k < ATTEMPT_COUNT; k++)
    if (shared->reason[k] != EPERM)
      fail_msg("%s inside: %s", ATTEMPTS[k].name,
               shared->reason[k] == 0 ? "works" : strerror(shared->reason[k]));
}

static void run_another_program(void) {
  enter();
  execl("/bin/true", "true", (char *)NULL);
  _exit(errno == EPERM ? 0 : 1);
}

static void no_other_program(void **state) {
  (void)state;
  assert_int_equal(end_of(run_another_program), 0);
}

static void *add_one(void *number) {
  ++*(int *)number;
  return NULL;
}

/* What decoders do. */
static void compute(void) {
  enum { LENGTH = 1 << 19, BLOCK = 32 << 20 };
  pthread_t thread;
  int number = 0;
  enter();
  char *block = malloc(BLOCK);
  if (block == NULL)
    _exit(1);
  memset(block, 1, BLOCK);
  free(block);
  if (pthread_create(&thread, NULL, add_one, &number) != 0 || pthread_join(thread, NULL) != 0 ||
      number != 1)
    _exit(2);
  if (ftruncate(ANSWER, LENGTH) != 0)
    _exit(3);
  char *answer = mmap(NULL, LENGTH, PROT_READ | PROT_WRITE, MAP_SHARED, ANSWER, 0);
  if (answer == MAP_FAILED)
    _exit(4);
  memset(answer, 1, LENGTH);
}

static void computing_goes_on(void **state) {
  (void)state;
  assert_int_equal(end_of(compute), 0);
}

static void crash(void) {
  enter();
  signal(SIGABRT, SIG_DFL);
  abort();
}

static void a_crash_is_seen(void **state) {
  (void)state;
  int ended = end_of(crash);
  assert_true(WIFSIGNALED(ended) && WTERMSIG(ended) == SIGABRT);
}

static void take_all_memory(void) {
  enter();
  _exit(malloc((size_t)2 << 30) == NULL ? 0 : 1);
}

static void memory_has_an_end(void **state) {
  (void)state;
  if (SANITIZED) /* sandbox.h says why */
    skip();
  assert_int_equal(end_of(take_all_memory), 0);
}

static void lengthen_the_answer(void) {
  signal(SIGXFSZ, SIG_IGN);
  enter();
  _exit(ftruncate(ANSWER, 2 << 20) != 0 && errno == EFBIG ? 0 : 1);
}

static void the_answer_has_an_end(void **state) {
  (void)state;
  assert_int_equal(end_of(lengthen_the_answer), 0);
}

static volatile sig_atomic_t caught;
static void catch (int number) {
  (void)number;
  caught = 1;
}

/* Even the one who catches the signal. */
static void compute_for_ever(void) {
  enter();
  signal(SIGXCPU, catch);
  for (;;)
    caught = caught;
}

static void time_has_an_end(void **state) {
  (void)state;
  int ended = end_of(compute_for_ever);
  assert_true(WIFSIGNALED(ended));
  assert_int_equal(WTERMSIG(ended), SIGKILL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(outside_everything_works), cmocka_unit_test(inside_nothing_does),
      cmocka_unit_test(no_other_program),         cmocka_unit_test(computing_goes_on),
      cmocka_unit_test(a_crash_is_seen),          cmocka_unit_test(memory_has_an_end),
      cmocka_unit_test(the_answer_has_an_end),    cmocka_unit_test(time_has_an_end)};
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
