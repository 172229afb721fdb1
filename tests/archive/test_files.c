/* Inputs read whole, outputs never half-written, point lists as people write them. */
#include "check.h"

#include "archive/files.h"
#include "archive/spine.h"

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
  /* a busy machine may take longer to the first file than a trial lasts */
  assert_int_equal(sd_output_write(out, "file", bytes, LENGTH, NULL), SD_OK);
  signal(SIGINT, end_at_once); /* the child has it from its first moment */
  for (int trial = 0; trial < TRIALS; trial++) {
    pid_t child = fork();
    if (child == 0)
      for (;;)
        sd_output_write(out, "file", bytes, LENGTH, NULL);
    int ended = 0;
    nanosleep(&(struct timespec){0, 20000000 + 3000000 * trial}, NULL);
    kill(child, SIGINT);
    waitpid(child, &ended, 0);
    assert_true(WIFEXITED(ended) && WEXITSTATUS(ended) == 130);
    assert_int_equal(entries(out), 1);
  }
  signal(SIGINT, SIG_DFL);
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
  static const char SEMICOLONS[] = "date;label\n2024-02-29;Peel, 20 %\n";
  put("treatments", SEMICOLONS, strlen(SEMICOLONS));
  assert_int_equal(treatments_read(&rows, &count, path_of("treatments"), NULL), SD_OK);
  assert_string_equal(rows[0].label, "Peel, 20 %");
  free(rows);
  assert_bad_treatments("", "line 1");
  assert_bad_treatments("date,label,more\n", "line 1");
  assert_bad_treatments("date,label\n2023-02-29,x\n", "line 2");
  assert_bad_treatments("date,label\n2023-01-01,x\n2023-13-01,x\n", "line 3");
  assert_bad_treatments("date,label\n2023-01-01\n", "line 2");
  assert_bad_treatments("date,label\n2023-01-01,\n", "line 2");
  assert_bad_treatments("date,label\n2023-01-01,a,b\n", "line 2");
}

static void assert_csv(const char *written, bool numbers, const char *read) {
  sd_text text = {0};
  put("sheet", written, strlen(written));
  assert_int_equal(csv_read(&text, path_of("sheet"), 1000, numbers, NULL), SD_OK);
  assert_string_equal(text.v != NULL ? text.v : "", read);
  sd_text_clear(&text);
}

/* Semicolons separate where the header has them, and only there are decimal commas numbers. */
static void sheets_with_semicolons_are_read(void **state) {
  (void)state;
  assert_csv("", true, "");
  assert_csv("\xEF\xBB\xBF"
             "a;b\r\n1,5;-2,25e-3\r\n\r\n7;8",
             true, "a,b\r\n1.5,-2.25e-3\r\n\r\n7,8");
  assert_csv("# kept, of; them\na;b\n1,5;2\n", true, "# kept, of; them\na,b\n1.5,2\n");
  assert_csv("a;b\n1,2,3;x,1\n", true, "a,b\n\"1,2,3\",\"x,1\"\n");
  assert_csv("a;b\n1,5;say \"hm\", he\n", false, "a,b\n\"1,5\",\"say \"\"hm\"\", he\"\n");
  assert_csv("a;b\n\"x;\"\"\ny\";z\n", false, "a,b\n\"x;\"\"\ny\",z\n");
  assert_csv("a;b\n\"open;\n", false, "a,b\n\"open;\n");
  assert_csv("a,b\n1;5,2\n", true, "a,b\n1;5,2\n");
}

static void points_as_a_german_spreadsheet_writes_them(void **state) {
  (void)state;
  static const char SHEET[] = "\xEF\xBB\xBFx_before;y_before;x_after;y_after\r\n"
                              "1,5;2;3;-4,25\r\n";
  sd_pair_point *points = NULL;
  size_t count = 0;
  sd_diag diag = {{0}};
  put("sheet", SHEET, strlen(SHEET));
  assert_int_equal(points_read(&points, &count, path_of("sheet"), NULL), SD_OK);
  assert_int_equal(count, 1);
  assert_float_equal(points[0].before.x, 1.5, 0);
  assert_float_equal(points[0].after.y, -4.25, 0);
  free(points);
  static const char COMMAS[] = "x_before,y_before,x_after,y_after\n1,5;2;3;4\n";
  put("sheet", COMMAS, strlen(COMMAS));
  assert_int_equal(points_read(&points, &count, path_of("sheet"), &diag), SD_UNREADABLE);
  assert_non_null(strstr(diag.text, "line 2"));
}

static void an_empty_name_is_told(void **state) {
  (void)state;
  sd_text text = {0};
  sd_diag diag = {{0}};
  assert_int_equal(file_read(&text, "", 9, &diag), SD_UNREADABLE);
  assert_string_equal(diag.text, "'': the name of a file is empty");
}

static void hash_of(char hash[65], const sd_job_options *options) {
  settings *all = calloc(1, sizeof *all);
  assert_non_null(all);
  assert_int_equal(settings_collect(all, options, NULL), SD_OK);
  assert_int_equal(settings_hash(all, hash, NULL), SD_OK);
  free(all);
}

/* The hash is of all that holds: what is asked for as it is by itself makes no difference,
 * everything else does. */
static void the_settings_hash_names_what_was_used(void **state) {
  (void)state;
  const sd_job_options others[] = {{.control_zone = "chin"},  {.zones = "nose"},
                                   {.scale_mm_per_px = 0.1},  {.ipd_mm = 0.1},
                                   {.max_megapixels = 60},    {.view = SD_ASKED_LEFT},
                                   {.mirrored = {true}},      {.mirrored = {false, true}},
                                   {.force = true},           {.share = true},
                                   {.letter = true},          {.language = "de"},
                                   {.roi_path = "ten"},       {.zone_map_path = "ten"},
                                   {.transform_path = "ten"}, {.treatments_path = "ten"},
                                   {.rating_path = "ten"},    {.repeatability_path = "ten"}};
  enum { OTHERS = sizeof others / sizeof *others };
  char hashes[OTHERS + 1][65], nothing[65];
  put("ten", "0123456789", 10);
  assert_int_equal(chdir(folder), 0);
  hash_of(hashes[OTHERS], &(sd_job_options){0});
  for (int k = 0; k < OTHERS; k++)
    hash_of(hashes[k], &others[k]);
  assert_int_equal(chdir(".."), 0);
  for (int a = 0; a <= OTHERS; a++)
    for (int b = 0; b < a; b++)
      assert_string_not_equal(hashes[a], hashes[b]);
  sd_sha256_hex("", 0, nothing);
  assert_string_not_equal(hashes[OTHERS], nothing);
  hash_of(nothing, &(sd_job_options){.max_megapixels = 120, .language = "en"});
  assert_string_equal(hashes[OTHERS], nothing);
  settings *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
  assert_true(a != NULL && b != NULL);
  setting_add(a, "zones", "nose");
  setting_add(a, "force", "yes");
  setting_add(b, "force", "yes");
  setting_add(b, "zones", "nose");
  assert_int_equal(settings_hash(a, hashes[0], NULL), SD_OK);
  assert_int_equal(settings_hash(b, hashes[1], NULL), SD_OK);
  assert_string_equal(hashes[0], hashes[1]);
  free(a);
  free(b);
}

static int rights_of(const char *name) {
  struct stat facts;
  return stat(path_of(name), &facts) == 0 ? (int)(facts.st_mode & 07777) : -1;
}

/* The temporary name that the process `pid` gives to a result. */
static const char *temporary_of(const char *name, long pid) {
  static char room[128];
  snprintf(room, sizeof room, "%s.part%ld", name, pid);
  return room;
}

/* Until it is whole, a result is for its user alone; then it has the rights of any new file. */
static void half_written_is_private(void **state) {
  (void)state;
  output_stream stream = {.file = 0};
  mode_t kept = umask(027);
  assert_int_equal(output_stream_open(&stream, folder, "private.csv", NULL), SD_OK);
  assert_int_equal(rights_of(temporary_of("private.csv", getpid())), 0600);
  sd_text_add(&stream.waiting, "a,b\n");
  assert_int_equal(output_stream_commit(&stream, NULL), SD_OK);
  output_stream_clear(&stream);
  assert_int_equal(rights_of("private.csv"), 0640);
  assert_int_equal(sd_output_write(folder, "private.json", "{}", 2, NULL), SD_OK);
  assert_int_equal(rights_of("private.json"), 0640);
  umask(kept);
  unlink(path_of("private.csv"));
  unlink(path_of("private.json"));
}

/* A process that is at work on a result, and then is killed. */
static pid_t begin_result(int told[2]) {
  assert_int_equal(pipe(told), 0);
  pid_t pid = fork();
  if (pid == 0) {
    output_stream stream = {.file = 0};
    if (output_stream_open(&stream, folder, "crash.html", NULL) == SD_OK)
      (void)!write(told[1], "x", 1);
    for (;;)
      pause();
  }
  return pid;
}

static void what_a_crash_left_goes_at_the_next_start(void **state) {
  (void)state;
  int told[2];
  char c;
  pid_t pid = begin_result(told);
  assert_int_equal(read(told[0], &c, 1), 1);
  put("mine.png.part12", "x", 1); /* somebody's own */
  put("notes.part12", "x", 1);
  assert_int_equal(chmod(path_of("notes.part12"), 0600), 0);
  assert_int_equal(sd_output_check(folder, NULL), SD_OK);
  assert_int_equal(rights_of(temporary_of("crash.html", pid)), 0600); /* it is at work */
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  assert_int_equal(rights_of(temporary_of("crash.html", pid)), 0600);
  assert_int_equal(sd_output_check(folder, NULL), SD_OK);
  assert_int_equal(rights_of(temporary_of("crash.html", pid)), -1);
  assert_true(rights_of("mine.png.part12") > 0);
  assert_true(rights_of("notes.part12") > 0);
  unlink(path_of("mine.png.part12"));
  unlink(path_of("notes.part12"));
  close(told[0]);
  close(told[1]);
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
      cmocka_unit_test(half_written_is_private),
      cmocka_unit_test(what_a_crash_left_goes_at_the_next_start),
      cmocka_unit_test(treatments_are_dated),
      cmocka_unit_test(sheets_with_semicolons_are_read),
      cmocka_unit_test(points_as_a_german_spreadsheet_writes_them),
      cmocka_unit_test(an_empty_name_is_told),
      cmocka_unit_test(the_settings_hash_names_what_was_used),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
