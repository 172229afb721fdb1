/* Files of others: odd, damaged and hostile. Each gives a picture or one clear sentence, within 2 s
 * and 256 MB, under a sanitizer too. */
#include "photo/make.h"

#include <dirent.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if SANITIZED
/* What a sanitizer keeps of freed memory, to catch its use, would count as the reader's. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
  return "quarantine_size_mb=8";
}
#endif

static const double SECONDS_MAX = 2;
static const long KILOBYTES_MAX = 256 * 1024;

/* Far from the codes a sanitizer or a crash ends with. */
typedef enum outcome { PICTURE = 40, SENTENCE, NEITHER } outcome;

typedef struct counts {
  int pictures, sentences;
  double slowest_s;
  long largest_kb;
} counts;

static bool have_photos(const char *folder) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", SD_PHOTOS, folder);
  bool there = access(path, R_OK) == 0;
  if (!there)
    print_message("skipped: %s is absent\n", path);
  return there;
}

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static outcome read_one(const char *path) {
  sd_photo photo = {0};
  sd_diag diag = {0};
  sd_status status = sd_photo_read(&photo, path, NULL, &diag);
  bool sentence = strncmp(diag.text, path, strlen(path)) == 0 &&
                  strlen(diag.text) > strlen(path) + 8 && strchr(diag.text, '\n') == NULL &&
                  photo.samples == NULL;
  bool picture = photo.width > 0 && photo.height > 0 && photo.samples != NULL &&
                 photo.curve[2] != NULL && strlen(photo.file_sha256) == 64;
  sd_photo_clear(&photo);
  if (status == SD_OK)
    return picture ? PICTURE : NEITHER;
  return sentence ? SENTENCE : NEITHER;
}

/* In a child of its own, so that its memory can be told. Leaks are looked for where the same files
 * are replayed in one process: tests/fuzz. */
static outcome read_apart(const char *path, long *kilobytes) {
  struct rusage usage;
  int status = 0;
  fflush(NULL);
  pid_t child = fork();
  if (child == 0)
    _exit(read_one(path));
  assert_true(child > 0);
  assert_int_equal(wait4(child, &status, 0, &usage), child);
  *kilobytes = usage.ru_maxrss;
  if (!WIFEXITED(status) || WEXITSTATUS(status) < PICTURE || WEXITSTATUS(status) > NEITHER)
    fail_msg("%s: the reader fell over", path);
  return (outcome)WEXITSTATUS(status);
}

static void read_and_count(const char *path, counts *tally) {
  long kilobytes = 0;
  double start = now_s();
  outcome result = read_apart(path, &kilobytes);
  double seconds = now_s() - start;
  if (result == NEITHER)
    fail_msg("%s: neither a picture nor a sentence", path);
  if (seconds > SECONDS_MAX)
    fail_msg("%s: took %.1f s", path, seconds);
  if (kilobytes > KILOBYTES_MAX)
    fail_msg("%s: took %ld kB", path, kilobytes);
  tally->pictures += result == PICTURE;
  tally->sentences += result == SENTENCE;
  tally->slowest_s = seconds > tally->slowest_s ? seconds : tally->slowest_s;
  tally->largest_kb = kilobytes > tally->largest_kb ? kilobytes : tally->largest_kb;
}

static counts read_folder(const char *folder, const char *prefix, const char *suffix) {
  counts tally = {0};
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", SD_PHOTOS, folder);
  struct dirent **names = NULL;
  int count = scandir(path, &names, NULL, alphasort);
  assert_true(count > 0);
  for (int i = 0; i < count; i++) {
    const char *name = names[i]->d_name;
    size_t length = strlen(name);
    if (name[0] != '.' && strncmp(name, prefix, strlen(prefix)) == 0 && length >= strlen(suffix) &&
        strcmp(name + length - strlen(suffix), suffix) == 0) {
      snprintf(path, sizeof path, "%s/%s/%s", SD_PHOTOS, folder, name);
      read_and_count(path, &tally);
    }
    free(names[i]);
  }
  free(names);
  print_message("%s/%s*%s: %d pictures, %d sentences, slowest %.2f s, largest %ld MB\n", folder,
                prefix, suffix, tally.pictures, tally.sentences, tally.slowest_s,
                tally.largest_kb / 1024);
  return tally;
}

static void png_suite(void **state) {
  (void)state;
  if (!have_photos("pngsuite"))
    skip();
  counts corrupt = read_folder("pngsuite", "x", ".png");
  counts all = read_folder("pngsuite", "", ".png");
  assert_int_equal(corrupt.pictures, 0);
  assert_int_equal(corrupt.sentences, 14);
  assert_int_equal(all.sentences, 14); /* all that are not corrupt on purpose are read */
  assert_true(all.pictures >= 160);
}

static void odd_jpeg(void **state) {
  (void)state;
  if (!have_photos("odd-jpeg"))
    skip();
  counts tally = read_folder("odd-jpeg", "", "");
  /* one is cut off, one has 12 bits */
  assert_int_equal(tally.sentences, 2);
  assert_true(tally.pictures >= 20);
}

static void fuzz_jpeg(void **state) {
  (void)state;
  if (!have_photos("fuzz-jpeg"))
    skip();
  counts tally = read_folder("fuzz-jpeg", "", "");
  assert_true(tally.pictures + tally.sentences > 1000);
}

static void fuzz_png(void **state) {
  (void)state;
  if (!have_photos("fuzz-png"))
    skip();
  counts tally = read_folder("fuzz-png", "", "");
  assert_true(tally.pictures + tally.sentences > 300);
}

static void shrink(sd_picture *out, const sd_photo *photo) {
  sd_rect all = {0, 0, photo->width, photo->height};
  assert_int_equal(sd_photo_picture(out, photo, all, 8, NULL), SD_OK);
}

/* Share of means of 8 x 8 pixels that differ by more than 8 codes. Not all agree: each picture was
 * coded anew, and bears its own number in the middle. */
static double difference(const sd_photo *a, const sd_photo *b) {
  sd_picture one = {0}, two = {0};
  shrink(&one, a);
  shrink(&two, b);
  size_t count = 3 * (size_t)one.width * (size_t)one.height, differing = 0;
  for (size_t i = 0; i < count; i++)
    differing += abs(one.v[i] - two.v[i]) > 8;
  sd_picture_clear(&one);
  sd_picture_clear(&two);
  return (double)differing / (double)count;
}

static void check_group(const char *group) {
  sd_photo first = {0};
  double worst = 0;
  for (int i = 0; i <= 8; i++) {
    char path[4096];
    sd_photo photo = {0};
    sd_diag diag = {0};
    snprintf(path, sizeof path, "%s/exif-orientation/%s_%d.jpg", SD_PHOTOS, group, i);
    if (sd_photo_read(&photo, path, NULL, &diag) != SD_OK)
      fail_msg("%s", diag.text);
    if (i == 0) {
      first = photo;
      continue;
    }
    assert_int_equal(photo.width, first.width);
    assert_int_equal(photo.height, first.height);
    assert_int_equal(photo.capture.orientation, i);
    double d = difference(&photo, &first);
    worst = d > worst ? d : worst;
    sd_photo_clear(&photo);
  }
  print_message("%s: share that differs at most %.3f\n", group, worst);
  assert_true(worst < 0.03); /* a wrong turn is above 0.5 */
  sd_photo_clear(&first);
}

static void eight_orientations_are_one_picture(void **state) {
  (void)state;
  if (!have_photos("exif-orientation"))
    skip();
  check_group("Landscape");
  check_group("Portrait");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(png_suite), cmocka_unit_test(odd_jpeg),
                                     cmocka_unit_test(fuzz_jpeg), cmocka_unit_test(fuzz_png),
                                     cmocka_unit_test(eight_orientations_are_one_picture)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
