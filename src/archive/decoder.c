/* Files come from anywhere, and decoders of pictures are where programs get taken over. So each
 * photo is decoded in a process of its own: this program, started anew with nothing but the file's
 * bytes in one piece of memory and an empty one for the answer, which gives up everything else
 * (sandbox.c) before it looks at the first byte. What it answers is not believed but checked
 * (sd_photo_unpack), and the file's hash is made here. */
#include "archive/decoder.h"

#include "archive/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Files of the decoder process, and where ours stay clear of them. */
enum { REQUEST_FILE = 3, ANSWER_FILE = 4, OWN_FILES_FROM = 10 };
enum { MAGIC = 0x73646465, NAME_ROOM = sizeof(sd_diag), PAGE_ROOM = 64 };
enum { EXIT_ANSWERED = 0, EXIT_MISUSED = 2, EXIT_NO_ANSWER = 3 };

/* Address space beyond the pixels: the program, its libraries, stacks of decoders' threads. And for
 * each pixel: 6 bytes of samples, the same in the answer, up to 8 of a progressive JPEG's
 * coefficients, 16 of a HEIC's planes and their conversion. */
static const uint64_t MEMORY_BASE = (uint64_t)1 << 30, MEMORY_PER_PIXEL = 36;
/* Of a photo that no memory is enough for: refused, whatever its size. */
static const double LEAST_MEGAPIXELS = 1e-9;
/* A Mpx of HEIC takes .1 s on a slow core; sanitizers take ten times that. */
static const double SECONDS_BASE = 30, SECONDS_PER_MEGAPIXEL = 2;
/* A busy machine gives a part of a core only. */
static const double WAIT_PER_SECOND = 4;

typedef struct request {
  uint32_t magic;
  int32_t parent; /* process */
  uint8_t mirrored, as_stored;
  double max_megapixels;
  uint64_t length; /* of the file's bytes, which follow */
  char name[NAME_ROOM];
} request;

/* The packed photo follows. */
typedef struct answer {
  uint32_t magic;
  int32_t status;
  char text[NAME_ROOM];
  char room[PAGE_ROOM]; /* keeps the photo aligned */
} answer;

/* No side of a photo has more than 65535 pixels, whatever is allowed. */
static double megapixels_of(const sd_photo_options *how) {
  enum { DEFAULT_MAX_MEGAPIXELS = 120, MOST_MEGAPIXELS = 65535 * 65535LL / 1000000 + 1 };
  return how->max_megapixels > 0 ? fmin(how->max_megapixels, MOST_MEGAPIXELS)
                                 : DEFAULT_MAX_MEGAPIXELS;
}

static double seconds_for(double max_megapixels) {
  return SECONDS_BASE + SECONDS_PER_MEGAPIXEL * max_megapixels;
}

/* ---- in the decoder ------------------------------------------------------------------------ */

static void *map_file(int file, size_t length, int protection) {
  void *at = mmap(NULL, length, protection, MAP_SHARED, file, 0);
  return at != MAP_FAILED ? at : NULL;
}

/* Everything there is time for before the file's bytes are looked at. */
static sd_status settle(const request *r, sd_diag *diag) {
  double pixels = 1e6 * r->max_megapixels;
  enum { SAMPLES_AND_MASK = 7, TABLES = 1 << 20 };
  sandbox_limits limits = {.memory_bytes = MEMORY_BASE + 2 * r->length +
                                           (uint64_t)((double)MEMORY_PER_PIXEL * pixels),
                           .file_bytes = (uint64_t)(SAMPLES_AND_MASK * pixels) + TABLES,
                           .cpu_s = (unsigned)seconds_for(r->max_megapixels),
                           .answer = ANSWER_FILE};
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != r->parent)
    _exit(EXIT_NO_ANSWER); /* it died meanwhile */
  return sandbox_enter(&limits, diag);
}

static bool answer_with(sd_status status, const sd_diag *diag, const sd_photo *photo) {
  size_t length = sizeof(answer) + (status == SD_OK ? sd_photo_packed_size(photo) : 0);
  if (ftruncate(ANSWER_FILE, (off_t)length) != 0)
    return false;
  answer *a = map_file(ANSWER_FILE, length, PROT_READ | PROT_WRITE);
  if (a == NULL)
    return false;
  *a = (answer){.magic = MAGIC, .status = (int32_t)status};
  snprintf(a->text, sizeof a->text, "%s", diag->text);
  if (status == SD_OK)
    sd_photo_pack(a + 1, photo);
  return true;
}

static const request *request_given(void) {
  struct stat facts;
  if (fstat(REQUEST_FILE, &facts) != 0 || facts.st_size < (off_t)sizeof(request))
    return NULL;
  const request *r = map_file(REQUEST_FILE, (size_t)facts.st_size, PROT_READ);
  bool good = r != NULL && r->magic == MAGIC &&
              r->length == (uint64_t)facts.st_size - sizeof(request) &&
              memchr(r->name, '\0', sizeof r->name) != NULL;
  return good ? r : NULL;
}

/* What a reader would have said, or why none was asked. */
static sd_status decode(sd_photo *photo, const request *r, sd_diag *diag) {
  sd_photo_options how = {.max_megapixels = r->max_megapixels,
                          .mirrored = r->mirrored == 1,
                          .as_stored = r->as_stored == 1};
  sd_diag why = {{0}};
  if (settle(r, &why) != SD_OK)
    return sd_fail(diag, SD_UNSUPPORTED,
                   "%.300s: is not decoded, as %.200s; --no-sandbox reads photos without that",
                   r->name, why.text);
  return sd_photo_read_memory(photo, r + 1, r->length, r->name, &how, diag);
}

int sd_decoder_run(void) {
  sd_photo photo = {0};
  sd_diag diag = {{0}};
  const request *r = request_given();
  if (r == NULL) {
    fprintf(stderr, "scardelta: this command is scardelta's own\n");
    return EXIT_MISUSED;
  }
  close_range(ANSWER_FILE + 1, ~0U, 0);
  sd_status status = decode(&photo, r, &diag);
  bool answered = answer_with(status, &diag, &photo);
  if (!answered) {
    if (errno == EFBIG) /* files of memory are files to the system */
      sd_fail(&diag, SD_NO_MEMORY,
              "%s: the limit for the size of files (ulimit -f) is smaller than its pixels; raise "
              "it, or read photos without the sandbox by --no-sandbox",
              r->name);
    else
      sd_fail(&diag, SD_NO_MEMORY, "%s: not enough memory", r->name);
    answered = answer_with(SD_NO_MEMORY, &diag, NULL);
  }
  _exit(answered ? EXIT_ANSWERED : EXIT_NO_ANSWER); /* tidying up would ask the system for more */
}

/* ---- in the program ------------------------------------------------------------------------ */

/* Memory with a number, which no other program can open; clear of the numbers the decoder uses. */
static int memory_file(const char *name) {
  int file = memfd_create(name, MFD_CLOEXEC);
  int own = file >= 0 ? fcntl(file, F_DUPFD_CLOEXEC, OWN_FILES_FROM) : -1;
  if (file >= 0)
    close(file);
  return own;
}

static bool write_all(int file, const void *bytes, size_t length) {
  for (const char *at = bytes; length > 0;) {
    ssize_t wrote = write(file, at, length);
    if (wrote < 0 && errno == EINTR)
      continue;
    if (wrote <= 0)
      return false;
    at += wrote;
    length -= (size_t)wrote;
  }
  return true;
}

/* One photo on its way through the decoder. */
typedef struct errand {
  const char *path;
  uint8_t *bytes; /* owned */
  size_t length;
  double max_megapixels;
  int request, answer; /* files; 0: none */
  pid_t decoder;       /* 0: none */
} errand;

static sd_status not_started(const errand *e, int reason, sd_diag *diag) {
  return sd_fail(diag, SD_NO_MEMORY,
                 "%.400s: the decoder cannot be started (%s); --no-sandbox reads photos without it",
                 e->path, strerror(reason));
}

static sd_status write_request(errand *e, const sd_photo_options *how, sd_diag *diag) {
  request r = {.magic = MAGIC,
               .parent = (int32_t)getpid(),
               .mirrored = how->mirrored,
               .as_stored = how->as_stored,
               .max_megapixels = e->max_megapixels,
               .length = e->length};
  snprintf(r.name, sizeof r.name, "%s", e->path);
  e->request = memory_file("scardelta-file");
  e->answer = e->request > 0 ? memory_file("scardelta-photo") : -1;
  bool whole = e->answer > 0 && write_all(e->request, &r, sizeof r) &&
               write_all(e->request, e->bytes, e->length);
  return whole ? SD_OK : not_started(e, errno, diag);
}

/* What the loader and the sanitizers go by; names, folders and keys of the user stay here. */
enum { ENVIRONMENT_MAX = 64 };
static void choose_environment(char *out[ENVIRONMENT_MAX]) {
  static const char *const BEGIN[] = {"LD_", "ASAN_", "UBSAN_", "LSAN_"};
  int count = 0;
  for (char **at = environ; *at != NULL && count < ENVIRONMENT_MAX - 1; at++)
    for (size_t k = 0; k < sizeof BEGIN / sizeof *BEGIN; k++)
      if (strncmp(*at, BEGIN[k], strlen(BEGIN[k])) == 0) {
        out[count++] = *at;
        break;
      }
  out[count] = NULL;
}

static int spawn(errand *e, const char *program, posix_spawn_file_actions_t *files,
                 posix_spawnattr_t *attributes) {
  char *arguments[] = {"scardelta", SD_DECODER_COMMAND, NULL}, *environment[ENVIRONMENT_MAX];
  sigset_t held;
  sigemptyset(&held);
  sigaddset(&held, SIGINT); /* the terminal's Ctrl-C is the program's to answer */
  sigaddset(&held, SIGTERM);
  sigaddset(&held, SIGHUP);
  choose_environment(environment);
  int failed = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (failed == 0)
    failed = posix_spawn_file_actions_addopen(files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  if (failed == 0)
    failed = posix_spawn_file_actions_adddup2(files, e->request, REQUEST_FILE);
  if (failed == 0)
    failed = posix_spawn_file_actions_adddup2(files, e->answer, ANSWER_FILE);
  if (failed == 0)
    failed = posix_spawnattr_setsigmask(attributes, &held);
  if (failed == 0)
    failed = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK);
  return failed != 0 ? failed
                     : posix_spawn(&e->decoder, program, files, attributes, arguments, environment);
}

/* A new program, not a copy of this one: a copy would have the other photos in its memory, and the
 * locks of threads that it does not have. */
static sd_status start(errand *e, const char *program, sd_diag *diag) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  int failed = posix_spawn_file_actions_init(&files);
  if (failed != 0)
    return not_started(e, failed, diag);
  failed = posix_spawnattr_init(&attributes);
  if (failed == 0) {
    failed = spawn(e, program, &files, &attributes);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&files);
  if (failed == 0)
    return SD_OK;
  e->decoder = 0;
  return not_started(e, failed, diag);
}

/* Has it ended within so many seconds? */
static bool ends_within(pid_t decoder, double seconds) {
  int ended = pidfd_open(decoder, 0), ready;
  if (ended < 0)
    return true; /* waitpid waits for it; the limit of its time holds all the same */
  struct pollfd poll_for = {.fd = ended, .events = POLLIN};
  do
    ready = poll(&poll_for, 1, (int)(1000 * seconds));
  while (ready < 0 && errno == EINTR);
  close(ended);
  return ready != 0;
}

static sd_status say_how_it_ended(const errand *e, int state, bool late, sd_diag *diag) {
  if (late || (WIFSIGNALED(state) && WTERMSIG(state) == SIGXCPU))
    return sd_fail(diag, SD_UNREADABLE,
                   "%s: decoding took too long and was stopped; the file is damaged or made to do "
                   "harm",
                   e->path);
  if (WIFSIGNALED(state) && WTERMSIG(state) == SIGKILL)
    return sd_fail(diag, SD_NO_MEMORY,
                   "%s: the system ended the decoder, most likely for want of memory", e->path);
  if (WIFSIGNALED(state))
    return sd_fail(diag, SD_UNREADABLE,
                   "%s: the decoder crashed on it (%s); the file is damaged or made to do harm",
                   e->path, strsignal(WTERMSIG(state)));
  return sd_fail(diag, SD_UNREADABLE, "%s: the decoder ended without an answer (exit %d)", e->path,
                 WEXITSTATUS(state));
}

static sd_status wait_for(errand *e, sd_diag *diag) {
  int state = 0;
  bool late = !ends_within(e->decoder, WAIT_PER_SECOND * seconds_for(e->max_megapixels));
  if (late)
    kill(e->decoder, SIGKILL);
  while (waitpid(e->decoder, &state, 0) < 0 && errno == EINTR)
    continue;
  e->decoder = 0;
  bool good = !late && WIFEXITED(state) && WEXITSTATUS(state) == EXIT_ANSWERED;
  return good ? SD_OK : say_how_it_ended(e, state, late, diag);
}

/* A status that readers give, and a sentence. */
static bool is_refusal(const answer *a) {
  static const sd_status GIVEN[] = {SD_UNREADABLE, SD_UNSUPPORTED, SD_TOO_LARGE, SD_NO_MEMORY};
  for (size_t k = 0; k < sizeof GIVEN / sizeof *GIVEN; k++)
    if (a->status == (int32_t)GIVEN[k])
      return a->text[0] != '\0' && memchr(a->text, '\0', sizeof a->text) != NULL;
  return false;
}

static sd_status take_answer(sd_photo *out, const errand *e, const sd_photo_options *how,
                             const void *bytes, size_t length, sd_diag *diag) {
  answer a = {.magic = 0};
  if (length >= sizeof a)
    memcpy(&a, bytes, sizeof a);
  if (a.magic == MAGIC && a.status == SD_OK)
    return sd_photo_unpack(out, (const uint8_t *)bytes + sizeof a, length - sizeof a, e->path, how,
                           diag);
  if (a.magic == MAGIC && is_refusal(&a))
    return sd_fail(diag, (sd_status)a.status, "%s", a.text);
  return sd_fail(diag, SD_UNREADABLE, "%s: the decoder's answer makes no sense", e->path);
}

/* It has ended, and nobody else has the answer's memory: it stays as it is. */
static sd_status read_answer(sd_photo *out, const errand *e, const sd_photo_options *how,
                             sd_diag *diag) {
  struct stat facts;
  if (fstat(e->answer, &facts) != 0 || facts.st_size <= 0)
    return take_answer(out, e, how, "", 0, diag);
  size_t length = (size_t)facts.st_size;
  void *bytes = map_file(e->answer, length, PROT_READ);
  if (bytes == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory", e->path);
  sd_status status = take_answer(out, e, how, bytes, length, diag);
  munmap(bytes, length);
  return status;
}

static void errand_clear(errand *e) {
  if (e->request > 0)
    close(e->request);
  if (e->answer > 0)
    close(e->answer);
  free(e->bytes);
  *e = (errand){0};
}

static sd_status read_in_decoder(sd_photo *out, const char *path, const sd_photo_options *how,
                                 const char *program, sd_diag *diag) {
  errand e = {.path = path, .max_megapixels = megapixels_of(how)};
  sd_photo photo = {0};
  char hash[sizeof photo.file_sha256];
  sd_status status = SD_OK;
  SD_TRY(sd_photo_load(&e.bytes, &e.length, path, diag));
  SD_TRY(write_request(&e, how, diag));
  SD_TRY(start(&e, program, diag));
  sd_sha256_hex(e.bytes, e.length, hash); /* while it decodes */
  SD_TRY(wait_for(&e, diag));
  SD_TRY(read_answer(&photo, &e, how, diag));
  memcpy(photo.file_sha256, hash, sizeof hash);
  sd_photo_clear(out);
  *out = photo;
  photo = (sd_photo){0};
done:
  sd_photo_clear(&photo);
  errand_clear(&e);
  return status;
}

/* What the memory allows, where that is less than the limit of pixels. */
static bool limit_memory(sd_photo_options *how, const sd_job_options *options) {
  if (!(options->max_memory_mb > 0))
    return false;
  double enough = sd_memory_megapixels(options->memory_use, options->max_memory_mb);
  if (enough >= megapixels_of(how))
    return false;
  how->max_megapixels = enough > 0 ? enough : LEAST_MEGAPIXELS;
  return true;
}

/* Not SD_TOO_LARGE, which would be the photo's own fault and the end of the matter in a batch. */
static sd_status for_want_of_memory(const char *path, const sd_photo_options *how,
                                    const sd_job_options *options, sd_diag *diag) {
  return sd_fail(diag, SD_NO_MEMORY,
                 "%s: would take more memory than --max-memory allows; %.0f MB are enough for "
                 "photos of %.3g Mpx",
                 path, options->max_memory_mb,
                 how->max_megapixels > LEAST_MEGAPIXELS ? how->max_megapixels : 0);
}

sd_status photo_read(sd_photo *out, const char *path, const sd_photo_options *how,
                     const sd_job_options *options, sd_diag *diag) {
  sd_photo_options limits = *how;
  bool scarce = limit_memory(&limits, options);
  sd_status status = options->decoder != NULL
                         ? read_in_decoder(out, path, &limits, options->decoder, diag)
                         : sd_photo_read(out, path, &limits, diag);
  return status == SD_TOO_LARGE && scarce ? for_want_of_memory(path, &limits, options, diag)
                                          : status;
}

sd_status photo_read_mask(sd_mask *out, const char *path, const sd_photo_options *how,
                          const sd_job_options *options, sd_diag *diag) {
  sd_photo photo = {0};
  sd_photo_options stored = *how;
  if (options->decoder == NULL)
    return sd_photo_read_mask(out, path, how, diag);
  stored.as_stored = true;
  sd_status status = read_in_decoder(&photo, path, &stored, options->decoder, diag);
  if (status == SD_OK)
    status = sd_photo_mask(out, &photo, path, diag);
  sd_photo_clear(&photo);
  return status;
}
