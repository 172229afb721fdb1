/* seccomp: the kernel holds every system call of the process against a list (libseccomp compiles
 * it). The list names what a decoder needs, and the default is no; so that what a later kernel
 * brings is denied as well. Limits of resources bound what is left. */
#include "archive/sandbox.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SD_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SD_ADDRESS_SANITIZER 1
#endif
#endif

/* Memory, time, threads and the end: what a computation asks of a system. */
static const int FREE_CALLS[] = {
    SCMP_SYS(brk),          SCMP_SYS(munmap),          SCMP_SYS(mremap),
    SCMP_SYS(madvise),      SCMP_SYS(futex),           SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),         SCMP_SYS(sched_yield),     SCMP_SYS(sched_getaffinity),
    SCMP_SYS(nanosleep),    SCMP_SYS(clock_nanosleep), SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday),    SCMP_SYS(getrandom),
    SCMP_SYS(getpid),       SCMP_SYS(gettid),          SCMP_SYS(getcpu),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),  SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),  SCMP_SYS(restart_syscall), SCMP_SYS(close),
    SCMP_SYS(exit),         SCMP_SYS(exit_group)};

/* Threads, but no processes; clone3 hides its flags from any filter, and the C library takes clone
 * where it is absent. */
static int allow_threads(scmp_filter_ctx filter) {
  int failed = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  if (failed == 0)
    failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                              SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
  return failed;
}

/* As SCMP_A0(SCMP_CMP_EQ, value) and so on, with the field that those leave out. */
static struct scmp_arg_cmp equals(unsigned argument, scmp_datum_t value) {
  return (struct scmp_arg_cmp){argument, SCMP_CMP_EQ, value, 0};
}

/* Memory, but no code that was not there before. */
static int allow_memory(scmp_filter_ctx filter) {
  static const int CALLS[] = {SCMP_SYS(mmap), SCMP_SYS(mmap2), SCMP_SYS(mprotect)};
  int failed = 0;
  for (size_t k = 0; k < sizeof CALLS / sizeof *CALLS && failed == 0; k++)
    failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALLS[k], 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  return failed;
}

/* abort() signals the process that calls it; limits may be asked for, not set. */
static int allow_own(scmp_filter_ctx filter, const sandbox_limits *limits) {
  int failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                                equals(0, (scmp_datum_t)getpid()));
  if (failed == 0)
    failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, equals(0, 0),
                              equals(2, 0));
  if (failed == 0)
    failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ftruncate), 1,
                              equals(0, (scmp_datum_t)limits->answer));
#ifdef SD_ADDRESS_SANITIZER
  if (failed == 0)
    failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, equals(0, STDERR_FILENO));
#endif
  return failed;
}

static int load_filter(const sandbox_limits *limits) {
  scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
  int failed = filter != NULL ? 0 : -ENOMEM;
  for (size_t k = 0; k < sizeof FREE_CALLS / sizeof *FREE_CALLS && failed == 0; k++)
    failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, FREE_CALLS[k], 0);
  if (failed == 0)
    failed = allow_threads(filter);
  if (failed == 0)
    failed = allow_memory(filter);
  if (failed == 0)
    failed = allow_own(filter, limits);
  if (failed == 0)
    failed = seccomp_load(filter); /* sets no_new_privs as well */
  if (filter != NULL)
    seccomp_release(filter);
  return failed;
}

/* No more than there was: a batch's worker may have limits of its own. */
static int lower(int resource, rlim_t soft, rlim_t hard) {
  struct rlimit now;
  if (getrlimit((__rlimit_resource_t)resource, &now) != 0)
    return errno;
  if (hard < now.rlim_max)
    now.rlim_max = hard;
  if (soft < now.rlim_cur)
    now.rlim_cur = soft;
  if (now.rlim_cur > now.rlim_max)
    now.rlim_cur = now.rlim_max;
  return setrlimit((__rlimit_resource_t)resource, &now) == 0 ? 0 : errno;
}

static int set_limits(const sandbox_limits *limits) {
  int failed = lower(RLIMIT_CORE, 0, 0); /* a face has no place in a core file */
  if (failed == 0)
    failed = lower(RLIMIT_NOFILE, 0, 0);
  if (failed == 0)
    failed = lower(RLIMIT_FSIZE, limits->file_bytes, limits->file_bytes);
  if (failed == 0) /* the first signal could be caught, the second cannot */
    failed = lower(RLIMIT_CPU, limits->cpu_s, limits->cpu_s + 1);
#ifndef SD_ADDRESS_SANITIZER
  if (failed == 0)
    failed = lower(RLIMIT_AS, limits->memory_bytes, limits->memory_bytes);
#endif
  /* nobody reads a photo out of this process while it works */
  if (failed == 0 && prctl(PR_SET_DUMPABLE, 0) != 0)
    failed = errno;
  return failed;
}

sd_status sandbox_enter(const sandbox_limits *limits, sd_diag *diag) {
  int failed = set_limits(limits);
  if (failed == 0)
    failed = -load_filter(limits);
  if (failed == 0)
    return SD_OK;
  return sd_fail(diag, SD_UNSUPPORTED, "this system cannot shut a process in (%s)",
                 strerror(failed));
}
