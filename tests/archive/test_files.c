/* Inputs read whole, outputs never half-written, point lists as people write them. */
#include "check.h"

#include "archive/files.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char folder[64];

static int set_up(void **state) {
  (void)state;
  strcpy(folder, "scardelta-test-XXXXXX");
  return mkdtemp(folder) != NULL ? 0 : -1;
}

static int tear_down(void **state) {
  char command[128];
  (void)state;
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return system(command);
}

static const char *path_of(const char *name) {
  static char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void put(const char *name, const void *bytes, size_t length) {
  FILE *file = fopen(path_of(name), "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  fclose(file);
}

static int entries(const char *path) {
  DIR *dir = opendir(path);
  int count = 0;
  assert_non_null(dir);
  while (readdir(dir) != NULL)
    count++;
  closedir(dir);
  return count - 2;
}

static void files_are_read_whole_or_not_at_all(void **state) {
  (void)state;
  sd_text text = {0};
  sd_diag diag = {{0}};
  put("ten", "0123456789", 10);
  assert_int_equal(file_read(&text, path_of("ten"), 10, &diag), SD_OK);
  assert_int_equal(text.length, 10);
  sd_text_clear(&text);
  assert_int_equal(file_read(&text, path_of("ten"), 9, &diag), SD_TOO_LARGE);
  assert_int_equal(file_read(&text, path_of("absent"), 9, &diag), SD_UNREADABLE);
  assert_non_null(strstr(diag.text, "absent"));
  assert_int_equal(file_read(&text, folder, 9, &diag), SD_UNREADABLE);
  assert_null(text.v);
}

/* A pipe nobody writes to: refused at once, not waited for. */
static void pipes_are_refused_at_once(void **state) {
  (void)state;
  sd_text text = {0};
  sd_diag diag = {{0}};
  assert_int_equal(mkfifo(path_of("pipe"), 0644), 0);
  alarm(5);
  assert_int_equal(file_read(&text, path_of("pipe"), 9, &diag), SD_UNREADABLE);
  alarm(0);
  assert_non_null(strstr(diag.text, "pipe: is no ordinary file"));
  assert_null(text.v);
}

static void outputs_appear_whole_under_their_name(void **state) {
  (void)state;
  char deep[128];
  sd_text text = {0};
  snprintf(deep, sizeof deep, "%s/a/b", folder);
  assert_int_equal(sd_output_write(deep, "c/file.txt", "first", 5, NULL), SD_OK);
  assert_int_equal(sd_output_write(deep, "c/file.txt", "second!", 7, NULL), SD_OK);
  assert_int_equal(file_read(&text, path_of("a/b/c/file.txt"), 100, NULL), SD_OK);
  assert_string_equal(text.v, "second!");
  sd_text_clear(&text);
  assert_int_equal(entries(path_of("a/b/c")), 1); /* no temporary name is left */
}

static void what_cannot_be_written_leaves_nothing(void **state) {
  (void)state;
  sd_diag diag = {{0}};
  put("plain", "x", 1);
  assert_int_equal(sd_output_write(path_of("plain"), "file", "x", 1, &diag), SD_NOT_WRITTEN);
  assert_true(strlen(diag.text) > 10);
  assert_int_equal(mkdir(path_of("taken"), 0755), 0);
  assert_int_equal(mkdir(path_of("taken/name"), 0755), 0); /* a folder has the output's name */
  assert_int_equal(sd_output_write(path_of("taken"), "name", "x", 1, &diag), SD_NOT_WRITTEN);
  assert_int_equal(entries(path_of("taken")), 1);
}

static void points_as_people_write_them(void **state) {
  (void)state;
  static const char CSV[] = "\xEF\xBB\xBFx_before,y_before,x_after,y_after\r\n"
                            "1,2,3,4\r\n\r\n"
                            " 5.5, -6e1,7 ,8\n"
                            "9,10,11,12";
  sd_pair_point *points = NULL;
  size_t count = 0;
  put("points.csv", CSV, sizeof CSV - 1);
  assert_int_equal(points_read(&points, &count, path_of("points.csv"), NULL), SD_OK);
  assert_int_equal(count, 3);
  check_near(points[1].before.y, -60, 0);
  check_near(points[1].after.x, 7, 0);
  check_near(points[2].after.y, 12, 0);
  free(points);
}

static void bad_points_name_the_line(void **state) {
  (void)state;
  static const struct {
    const char *csv, *said;
  } BAD[] = {
      {"", "first line"},
      {"x,y\n1,2\n", "first line"},
      {"x_before,y_before,x_after,y_after\n", "no points"},
      {"x_before,y_before,x_after,y_after\n1,2,3,4\n1,2,3\n", "line 3"},
      {"x_before,y_before,x_after,y_after\n1,2,3,4,5\n", "line 2"},
      {"x_before,y_before,x_after,y_after\n1,2,nan,4\n", "line 2"},
      {"x_before,y_before,x_after,y_after\n1,2,inf,4\n", "line 2"},
      {"x_before,y_before,x_after,y_after\n1,2,1e999,4\n", "line 2"},
      {"x_before,y_before,x_after,y_after\n1,2,three,4\n", "line 2"},
  };
  for (size_t k = 0; k < sizeof BAD / sizeof BAD[0]; k++) {
    sd_pair_point *points = NULL;
    size_t count = 0;
    sd_diag diag = {{0}};
    put("bad.csv", BAD[k].csv, strlen(BAD[k].csv));
    assert_int_equal(points_read(&points, &count, path_of("bad.csv"), &diag), SD_UNREADABLE);
    assert_null(points);
    if (strstr(diag.text, BAD[k].said) == NULL || strstr(diag.text, "bad.csv") == NULL)
      fail_msg("'%s' does not say '%s'", diag.text, BAD[k].said);
  }
}

static void add(outputs *out, const char *name, const char *said) {
  sd_text text = {0};
  sd_text_add(&text, said);
  assert_int_equal(outputs_add(out, name, &text, NULL), SD_OK);
  assert_null(text.v);
}

static void assert_holds(const char *name, const char *said) {
  sd_text text = {0};
  assert_int_equal(file_read(&text, path_of(name), 1000, NULL), SD_OK);
  assert_string_equal(text.v, said);
  sd_text_clear(&text);
}

static void the_manifest_names_what_was_written(void **state) {
  (void)state;
  outputs out = {.folder = folder};
  put("stale.txt", "of an earlier run", 17);
  add(&out, "abc.txt", "abc");
  outputs_remove(&out, "stale.txt");
  outputs_remove(&out, "absent.txt");
  assert_int_equal(outputs_add_manifest(&out, "# head\n", NULL), SD_OK);
  assert_int_not_equal(access(path_of("abc.txt"), F_OK), 0);
  assert_int_equal(outputs_commit(&out, NULL), SD_OK);
  assert_holds("abc.txt", "abc");
  assert_holds("manifest.sha256",
               "# head\n"
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  abc.txt\n");
  assert_int_not_equal(access(path_of("stale.txt"), F_OK), 0);
  outputs_clear(&out);
}

/* The last of the files cannot be written: the first is still the old one, and nothing is left. */
static void a_result_is_written_whole_or_not_at_all(void **state) {
  (void)state;
  char result[128];
  sd_diag diag = {{0}};
  struct rlimit limit, small;
  snprintf(result, sizeof result, "%s/result", folder);
  outputs first = {.folder = result}, second = {.folder = result};
  add(&first, "images/a.txt", "old a");
  add(&first, "b.txt", "old b");
  assert_int_equal(outputs_add_manifest(&first, "# old\n", NULL), SD_OK);
  assert_int_equal(outputs_commit(&first, NULL), SD_OK);
  outputs_remove(&second, "images/a.txt");
  add(&second, "b.txt", "new b");
  add(&second, "c.txt", "longer than the largest file that can be written now");
  assert_int_equal(outputs_add_manifest(&second, "# new\n", NULL), SD_OK);
  signal(SIGXFSZ, SIG_IGN);
  getrlimit(RLIMIT_FSIZE, &limit);
  small = limit;
  small.rlim_cur = 20;
  setrlimit(RLIMIT_FSIZE, &small);
  sd_status status = outputs_commit(&second, &diag);
  setrlimit(RLIMIT_FSIZE, &limit);
  assert_int_equal(status, SD_NOT_WRITTEN);
  assert_non_null(strstr(diag.text, "c.txt: cannot be written"));
  assert_holds("result/images/a.txt", "old a");
  assert_holds("result/b.txt", "old b");
  assert_int_equal(entries(result), 3);
  assert_int_equal(outputs_commit(&second, &diag), SD_OK);
  assert_holds("result/b.txt", "new b");
  assert_int_not_equal(access(path_of("result/images/a.txt"), F_OK), 0);
  outputs_clear(&first);
  outputs_clear(&second);
}

/* A file given that lies where an output would go is neither written over nor removed. */
static void inputs_are_safe(void **state) {
  (void)state;
  sd_diag diag = {{0}};
  char photo[256], roi[256], kept[256];
  put("aligned-after.jpg", "photo", 5);
  put("alignment.json", "roi", 3);
  put("points.csv", "# points of a b\n", 16);
  snprintf(photo, sizeof photo, "%s", path_of("aligned-after.jpg"));
  snprintf(roi, sizeof roi, "%s", path_of("alignment.json"));
  snprintf(kept, sizeof kept, "%s", path_of("points.csv"));
  sd_job_options options = {.roi_path = roi, .points_path = kept};
  outputs out = outputs_of(folder, "elsewhere.jpg", photo, &options);
  assert_int_equal(outputs_protect(&out, "aligned-after.jpg", &diag), SD_NOT_WRITTEN);
  assert_int_equal(outputs_protect(&out, "alignment.json", &diag), SD_NOT_WRITTEN);
  assert_non_null(strstr(diag.text, "is one of the files given"));
  assert_int_equal(outputs_protect(&out, "points.csv", NULL), SD_OK); /* kept: written again */
  outputs_remove(&out, "alignment.json");
  add(&out, "aligned-after.jpg", "x");
  assert_int_equal(outputs_commit(&out, &diag), SD_NOT_WRITTEN);
  assert_holds("aligned-after.jpg", "photo");
  out.count--;
  sd_text_clear(&out.files[1].bytes);
  assert_int_equal(outputs_commit(&out, &diag), SD_OK);
  assert_holds("alignment.json", "roi");
  outputs_clear(&out);
  put("points.csv", "x_before", 8); /* a list of the user's own */
  out = outputs_of(folder, "elsewhere.jpg", photo, &options);
  assert_int_equal(outputs_protect(&out, "points.csv", NULL), SD_NOT_WRITTEN);
}

/* What no folder can be made in is known before the work; and nothing is left by the trial. */
static void folders_are_tried_beforehand(void **state) {
  (void)state;
  sd_diag diag = {{0}};
  char fresh[128];
  snprintf(fresh, sizeof fresh, "%s/tried", folder);
  assert_int_equal(mkdir(fresh, 0755), 0);
  assert_int_equal(sd_output_check(fresh, &diag), SD_OK);
  assert_int_equal(entries(fresh), 0);
  snprintf(fresh, sizeof fresh, "%s/tried/new/below", folder);
  assert_int_equal(sd_output_check(fresh, &diag), SD_OK);
  assert_int_equal(entries(path_of("tried")), 0);
  assert_int_equal(sd_output_check("/proc/scardelta", &diag), SD_NOT_WRITTEN);
  assert_non_null(strstr(diag.text, "/proc/scardelta: cannot be written"));
  assert_int_equal(sd_output_check("/dev/null/x", &diag), SD_NOT_WRITTEN);
}

static void end_at_once(int number) {
  (void)number;
  _exit(130);
}

/* A program that Ctrl-C ends in the middle of writing leaves whole files only. */
static void an_end_at_once_leaves_nothing_half_written(void **state) {
  enum { LENGTH = 1 << 20, TRIALS = 12 };
  (void)state;
  char *bytes = calloc(LENGTH, 1), out[128];
  assert_non_null(bytes);
  snprintf(out, sizeof out, "%s/ended", folder);
  for (int trial = 0; trial < TRIALS; trial++) {
    pid_t child = fork();
    if (child == 0) {
      signal(SIGINT, end_at_once);
      for (;;)
        sd_output_write(out, "file", bytes, LENGTH, NULL);
    }
    int ended = 0;
    nanosleep(&(struct timespec){0, 20000000 + 3000000 * trial}, NULL);
    kill(child, SIGINT);
    waitpid(child, &ended, 0);
    assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 130);
    assert_int_equal(entries(out), 1);
  }
  free(bytes);
}

static void assert_bad_treatments(const char *text, const char *said) {
  sd_treatment *rows = NULL;
  size_t count = 0;
  sd_diag diag = {{0}};
  put("treatments", text, strlen(text));
  assert_int_equal(treatments_read(&rows, &count, path_of("treatments"), &diag), SD_UNREADABLE);
  if (strstr(diag.text, said) == NULL)
    fail_msg("%s does not say %s", diag.text, said);
}

static void treatments_are_dated(void **state) {
  (void)state;
  static const char GOOD[] = "\xEF\xBB\xBF"
                             "date,label\r\n2024-02-29,\"A \"\"b\"\", c\"\r\n\r\n2024-01-31,Peel";
  sd_treatment *rows = NULL;
  size_t count = 0;
  put("treatments", GOOD, strlen(GOOD));
  assert_int_equal(treatments_read(&rows, &count, path_of("treatments"), NULL), SD_OK);
  assert_int_equal(count, 2);
  assert_string_equal(rows[0].date, "2024-01-31");
  assert_string_equal(rows[0].label, "Peel");
  assert_string_equal(rows[1].label, "A \"b\", c");
  free(rows);
  assert_bad_treatments("", "line 1");
  assert_bad_treatments("date,label,more\n", "line 1");
  assert_bad_treatments("date,label\n2023-02-29,x\n", "line 2");
  assert_bad_treatments("date,label\n2023-01-01,x\n2023-13-01,x\n", "line 3");
  assert_bad_treatments("date,label\n2023-01-01\n", "line 2");
  assert_bad_treatments("date,label\n2023-01-01,\n", "line 2");
  assert_bad_treatments("date,label\n2023-01-01,a,b\n", "line 2");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(files_are_read_whole_or_not_at_all),
      cmocka_unit_test(pipes_are_refused_at_once),
      cmocka_unit_test(outputs_appear_whole_under_their_name),
      cmocka_unit_test(what_cannot_be_written_leaves_nothing),
      cmocka_unit_test(points_as_people_write_them),
      cmocka_unit_test(bad_points_name_the_line),
      cmocka_unit_test(the_manifest_names_what_was_written),
      cmocka_unit_test(a_result_is_written_whole_or_not_at_all),
      cmocka_unit_test(inputs_are_safe),
      cmocka_unit_test(folders_are_tried_beforehand),
      cmocka_unit_test(an_end_at_once_leaves_nothing_half_written),
      cmocka_unit_test(treatments_are_dated),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
