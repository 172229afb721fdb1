/* Sessions, repeats, gaps and order of a course: small photos, since no figure is asked of them. */
#define COURSE_WIDTH 680
#include "course_fixture.h"

static void photograph_course(void) {
  scene_subject subject = subject_of(7);
  shoot("a.jpg", &subject, 1.00, 0, "2025:01:06 10:00:00");
  shoot("b.jpg", &subject, 0.85, 1, "2025:02:03 11:00:00");
  shoot("c.jpg", &subject, 0.70, 2, "2025:03:03 09:30:00");
}

static sd_text bytes_of(const char *out, const char *name) {
  sd_text text = {0};
  char path[300], block[4096];
  snprintf(path, sizeof path, "%s/%s/%s", folder, out, name);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;)
    sd_text_add_bytes(&text, block, got);
  fclose(file);
  return text;
}

/* The order in which the photos are given plays no part, nor do the threads. */
static void same_bytes_in_any_order(void **state) {
  (void)state;
  photograph_course();
  count_without_sanitizers();
  const char *const sorted[] = {"a.jpg", "c.jpg"}, *const mixed[] = {"c.jpg", "a.jpg"};
  static const char *const FILES[] = {"timeline.json",  "sessions.csv",     "trend.csv",
                                      "report.html",    "images/strip.jpg", "images/course.png",
                                      "manifest.sha256"};
  json_decref(course_of(sorted, 2, NULL, "one", SD_OK));
  json_decref(course_of(mixed, 2, NULL, "two", SD_OK));
  for (size_t k = 0; k < sizeof FILES / sizeof FILES[0]; k++) {
    sd_text one = bytes_of("one", FILES[k]), two = bytes_of("two", FILES[k]);
    assert_true(one.length > 0 && one.length == two.length);
    assert_memory_equal(one.v, two.v, one.length);
    sd_text_clear(&one);
    sd_text_clear(&two);
  }
}

/* ---- repeats, gaps, order -------------------------------------------------------------------- */

static void photos_of_one_day_are_one_session(void **state) {
  (void)state;
  count_without_sanitizers();
  scene_subject subject = subject_of(7);
  shoot("b2.jpg", &subject, 0.85, 6, "2025:02:03 11:02:00");
  shoot("a2.jpg", &subject, 1.00, 5, "2025:01:06 10:01:00");
  const char *const names[] = {"a.jpg", "b.jpg", "b2.jpg", "a2.jpg", "a.jpg"};
  json_t *course = course_of(names, 5, NULL, "repeats", SD_OK);
  json_t *sessions = json_object_get(course, "sessions");
  assert_int_equal(json_array_size(sessions), 2);
  assert_int_equal((int)number_of(json_array_get(sessions, 0), "photos"), 2); /* a.jpg once */
  assert_int_equal((int)number_of(json_array_get(sessions, 1), "photos"), 2);
  json_t *row = series_of(course, "delta_e_marks", "all_skin");
  assert_true(isfinite(number_of(point_of(row, 1), "repeat_sd")));
  assert_true(isfinite(number_of(point_of(row, 0), "repeat_sd")));
  json_decref(course);
}

/* Another person among the photos is a gap with its reason; the others are measured all the same.
 */
static void another_person_is_a_gap(void **state) {
  (void)state;
  static char portrait[1 << 20];
  sd_diag diag = {{0}};
  FILE *file = fopen(SD_SAMPLES "/nasa-portrait.png", "rb");
  assert_non_null(file);
  size_t length = fread(portrait, 1, sizeof portrait, file);
  fclose(file);
  assert_int_equal(sd_output_write(folder, "2025-02-20.png", portrait, length, &diag), SD_OK);
  const char *const names[] = {"a.jpg", "2025-02-20.png", "c.jpg"};
  json_t *course = course_of(names, 3, NULL, "person", SD_OK);
  json_t *session = json_array_get(json_object_get(course, "sessions"), 1);
  json_t *photo = json_array_get(json_object_get(course, "photos"), 1);
  json_t *row = series_of(course, "scar_relief", "left_cheek");
  assert_int_equal((int)number_of(session, "photos_compared"), 0);
  assert_true(json_is_string(json_object_get(photo, "problem")));
  assert_true(json_is_null(json_object_get(point_of(row, 1), "change")));
  assert_true(json_is_string(json_object_get(point_of(row, 1), "reason")));
  assert_true(isfinite(number_of(point_of(row, 2), "change")));
  json_decref(course);
}

static void names_and_folders_give_dates(void **state) {
  (void)state;
  count_without_sanitizers();
  scene_subject subject = subject_of(7);
  shoot("IMG_20250310.png", &subject, 0.8, 1, NULL);
  shoot("2025-01-09 front.png", &subject, 1, 0, NULL);
  const char *const named[] = {"IMG_20250310.png", "2025-01-09 front.png"};
  json_t *course = course_of(named, 2, NULL, "named", SD_OK);
  json_t *photos = json_object_get(course, "photos");
  assert_string_equal(json_string_value(json_object_get(json_array_get(photos, 0), "date")),
                      "2025-01-09");
  assert_string_equal(json_string_value(json_object_get(json_array_get(photos, 1), "date_source")),
                      "name");
  json_decref(course);
  shoot("later.png", &subject, 0.7, 2, NULL);
  const char *const undated[] = {"IMG_20250310.png", "later.png"};
  course = course_of(undated, 2, NULL, "undated", SD_OK);
  assert_string_equal(json_string_value(json_object_get(course, "order")), "as given");
  assert_true(json_is_null(
      json_object_get(json_array_get(json_object_get(course, "sessions"), 1), "days")));
  json_decref(course);
  const char *const one_day[] = {"a.jpg", "a2.jpg"};
  assert_null(course_of(one_day, 2, NULL, "day", SD_USAGE));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(same_bytes_in_any_order),
      cmocka_unit_test(photos_of_one_day_are_one_session),
      cmocka_unit_test(another_person_is_a_gap),
      cmocka_unit_test(names_and_folders_give_dates),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
