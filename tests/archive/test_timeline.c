/* Courses of synthetic faces, whose truth is known: photos on disk in, report out. */
#include "scene/studio.h"

#include "scardelta/course.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 750 };

static scene_subject subject_of(uint64_t seed) {
  scene_subject subject;
  sd_diag diag = {{0}};
  if (scene_sample_subject(&subject, seed, 1, models, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  return subject;
}

/* A JPEG in the folder, taken at `when` ("2025:03:03 10:15:00"; NULL: no EXIF at all). */
static void shoot(const char *name, const scene_subject *subject, double left, int variation,
                  const char *when) {
  sd_text jpeg = {0};
  sd_diag diag = {{0}};
  scene *s = NULL;
  scene_session session = {left, left, left};
  scene_shot shot = scene_shot_portrait(WIDTH);
  shot.noise_seed += (uint64_t)variation;
  shot.yaw_deg += 0.6 * (variation % 3) - 0.6;
  shot.exposure_ev += 0.05 * (variation % 4);
  shot.roll_deg += 0.4 * (variation % 5);
  if (scene_make(&s, models, subject, &session, &shot, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  if (when != NULL) {
    assert_int_equal(scene_jpeg(&jpeg, s, 93, when, "+01:00", &diag), SD_OK);
  } else {
    sd_picture picture = {0};
    assert_int_equal(scene_picture(&picture, s, &diag), SD_OK);
    assert_int_equal(sd_encode_png(&jpeg, &picture, &diag), SD_OK);
    sd_picture_clear(&picture);
  }
  assert_int_equal(sd_output_write(folder, name, jpeg.v, jpeg.length, &diag), SD_OK);
  sd_text_clear(&jpeg);
  scene_free(s);
}

static char *path_of(const char *name) {
  char *path = malloc(256);
  snprintf(path, 256, "%s/%s", folder, name);
  return path;
}

/* timeline.json of the course; NULL when it failed as `wanted`. */
static json_t *course_of(const char *const *names, size_t count, const char *treatments,
                         const char *out, sd_status wanted) {
  char *paths[16], *to = path_of(out), *csv = treatments != NULL ? path_of(treatments) : NULL;
  sd_text json = {0}, summary = {0};
  sd_diag diag = {{0}};
  sd_job_options options = {.models_path = SD_MODEL_DIR "/" SD_MODELS_FILE, .treatments_path = csv};
  for (size_t k = 0; k < count; k++)
    paths[k] = path_of(names[k]);
  sd_status status =
      sd_timeline((const char *const *)paths, count, to, &options, &json, &summary, &diag);
  if (status != wanted)
    fail_msg("status %d, not %d: %s", status, wanted, diag.text);
  if (summary.v != NULL)
    print_message("%s", summary.v);
  json_t *result = status == SD_OK ? json_loadb(json.v, json.length, 0, NULL) : NULL;
  for (size_t k = 0; k < count; k++)
    free(paths[k]);
  free(to);
  free(csv);
  sd_text_clear(&json);
  sd_text_clear(&summary);
  return result;
}

static json_t *series_of(json_t *course, const char *name, const char *zone) {
  size_t k;
  json_t *row;
  json_array_foreach(json_object_get(course, "series"), k,
                     row) if (strcmp(json_string_value(json_object_get(row, "name")), name) == 0 &&
                              strcmp(json_string_value(json_object_get(row, "zone")), zone) ==
                                  0) return row;
  fail_msg("no series %s of %s", name, zone);
  return NULL;
}

static double number_of(json_t *object, const char *key) {
  json_t *value = json_object_get(object, key);
  return json_is_number(value) ? json_number_value(value) : NAN;
}

static json_t *point_of(json_t *series, size_t session) {
  return json_array_get(json_object_get(series, "points"), session);
}

/* ---- what is told ---------------------------------------------------------------------------- */

static const char *const COURSE[] = {"e.jpg", "a.jpg", "c.jpg", "b.jpg", "d.jpg"};

static void photograph_course(void) {
  scene_subject subject = subject_of(7);
  shoot("a.jpg", &subject, 1.00, 0, "2025:01:06 10:00:00");
  shoot("b.jpg", &subject, 0.85, 1, "2025:02:03 11:00:00");
  shoot("c.jpg", &subject, 0.70, 2, "2025:03:03 09:30:00");
  shoot("d.jpg", &subject, 0.55, 3, "2025:03:31 10:00:00");
  shoot("e.jpg", &subject, 0.40, 4, "2025:04:28 10:00:00");
}

/* Marks that fade by 15 % of what they were every four weeks, given in disorder. */
static void fading_marks_are_a_trend(void **state) {
  (void)state;
  sd_diag diag = {{0}};
  const char list[] = "date,label\r\n2025-01-06,first\r\n2025-02-28,second\r\n";
  photograph_course();
  assert_int_equal(sd_output_write(folder, "done.csv", list, sizeof list - 1, &diag), SD_OK);
  json_t *course = course_of(COURSE, 5, "done.csv", "out", SD_OK);
  json_t *sessions = json_object_get(course, "sessions");
  assert_int_equal(json_array_size(sessions), 5);
  assert_string_equal(json_string_value(json_object_get(course, "order")), "by date");
  const double days[] = {0, 28, 56, 84, 112};
  for (size_t k = 0; k < 5; k++)
    assert_true(number_of(json_array_get(sessions, k), "days") == days[k]);
  assert_true(number_of(json_array_get(sessions, 2), "healing_days") == 3);
  assert_true(isnan(number_of(json_array_get(sessions, 0), "healing_days"))); /* taken before it */

  json_t *contrast = series_of(course, "delta_e_marks", "all_skin");
  json_t *trend = json_object_get(contrast, "trend");
  print_message("contrast of brown marks: %.3f a month (%.3f to %.3f)\n",
                number_of(trend, "per_month"), number_of(trend, "ci_low"),
                number_of(trend, "ci_high"));
  assert_true(number_of(trend, "per_month") < 0);
  assert_true(number_of(trend, "ci_high") < 0);
  assert_int_equal((int)number_of(trend, "sessions"), 5);
  for (size_t k = 1; k < 5; k++)
    assert_true(number_of(point_of(contrast, k), "change") <
                number_of(point_of(contrast, k - 1), "change") + 0.05);
  json_t *red = series_of(course, "hb_rel", "left_cheek");
  assert_true(json_is_false(json_object_get(point_of(red, 2), "in_trend")));
  assert_true(isfinite(number_of(point_of(red, 2), "change"))); /* shown all the same */
  json_decref(course);
}

/* Nothing happened: no trend of anything may be told. */
static void untouched_skin_has_no_trend(void **state) {
  (void)state;
  scene_subject subject = subject_of(9);
  const char *const names[] = {"u0.jpg", "u1.jpg", "u2.jpg", "u3.jpg", "u4.jpg"};
  const char *const when[] = {"2025:01:06 10:00:00", "2025:02:03 11:00:00", "2025:03:03 09:30:00",
                              "2025:03:31 10:00:00", "2025:04:28 10:00:00"};
  for (int k = 0; k < 5; k++)
    shoot(names[k], &subject, 1, k, when[k]);
  json_t *course = course_of(names, 5, NULL, "still", SD_OK);
  int answered = 0, told = 0;
  size_t k;
  json_t *row;
  json_array_foreach(json_object_get(course, "series"), k, row) {
    const char *verdict =
        json_string_value(json_object_get(json_object_get(row, "trend"), "verdict"));
    answered += strcmp(verdict, "not_measurable") != 0;
    told += strcmp(verdict, "not_measurable") != 0 && strcmp(verdict, "no_detectable_change") != 0;
  }
  print_message("%d trends of untouched skin, %d told\n", answered, told);
  assert_true(answered >= 40);
  assert_int_equal(told, 0);
  json_decref(course);
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
  const char *const sorted[] = {"a.jpg", "b.jpg", "c.jpg"}, *const mixed[] = {"c.jpg", "a.jpg",
                                                                              "b.jpg"};
  static const char *const FILES[] = {"timeline.json",  "sessions.csv",     "trend.csv",
                                      "report.html",    "images/strip.jpg", "images/course.png",
                                      "manifest.sha256"};
  json_decref(course_of(sorted, 3, NULL, "one", SD_OK));
  json_decref(course_of(mixed, 3, NULL, "two", SD_OK));
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
  const char *const names[] = {"a.jpg", "b.jpg", "2025-02-20.png", "c.jpg"};
  json_t *course = course_of(names, 4, NULL, "person", SD_OK);
  json_t *session = json_array_get(json_object_get(course, "sessions"), 2);
  json_t *photo = json_array_get(json_object_get(course, "photos"), 2);
  json_t *row = series_of(course, "scar_relief", "left_cheek");
  assert_int_equal((int)number_of(session, "photos_compared"), 0);
  assert_true(json_is_string(json_object_get(photo, "problem")));
  assert_true(json_is_null(json_object_get(point_of(row, 2), "change")));
  assert_true(json_is_string(json_object_get(point_of(row, 2), "reason")));
  assert_true(isfinite(number_of(point_of(row, 3), "change")));
  json_decref(course);
}

static void names_and_folders_give_dates(void **state) {
  (void)state;
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

/* ---- the template ---------------------------------------------------------------------------- */

static void look(const char *name, sd_photo *photo, sd_face *face, sd_skin *skin) {
  char *path = path_of(name);
  sd_diag diag = {{0}};
  sd_face_options as_found = {0};
  sd_skin_options all = {0};
  if (sd_photo_read(photo, path, NULL, &diag) != SD_OK ||
      sd_face_find(face, models, photo, &as_found, &diag) != SD_OK ||
      sd_skin_find(skin, photo, face, &all, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  free(path);
}

/* The map through a template and the map found directly are one map, within the errors stated. */
static void through_the_template_is_as_direct(void **state) {
  (void)state;
  static const char *const NAMES[] = {"a.jpg", "b.jpg", "c.jpg"}; /* b is the template */
  sd_photo photo[3] = {{0}};
  static sd_face face[3];
  sd_skin skin[3] = {{.zone_count = 0}};
  sd_alignment to_a = {0}, to_c = {0}, direct = {0};
  sd_transform through = {0};
  sd_align_options plain = {0};
  for (int k = 0; k < 3; k++)
    look(NAMES[k], &photo[k], &face[k], &skin[k]);
  assert_int_equal(
      sd_align(&to_a, &photo[1], &face[1], &skin[1], &photo[0], &face[0], &skin[0], &plain, NULL),
      SD_OK);
  assert_int_equal(
      sd_align(&to_c, &photo[1], &face[1], &skin[1], &photo[2], &face[2], &skin[2], &plain, NULL),
      SD_OK);
  assert_int_equal(
      sd_align(&direct, &photo[0], &face[0], &skin[0], &photo[2], &face[2], &skin[2], &plain, NULL),
      SD_OK);
  assert_int_equal(sd_transform_compose(&through, &to_a, &to_c, NULL), SD_OK);
  long within = 0, all = 0;
  double sum2 = 0;
  for (int y = skin[0].crop.y; y < skin[0].crop.y + skin[0].crop.height; y += 4)
    for (int x = skin[0].crop.x; x < skin[0].crop.x + skin[0].crop.width; x += 4) {
      size_t at =
          (size_t)(y - skin[0].crop.y) * (size_t)skin[0].crop.width + (size_t)(x - skin[0].crop.x);
      sd_point one, two;
      if (skin[0].label.v[at] == 0 || skin[0].excluded.v[at] != SD_MEASURED ||
          !sd_warp_at(&direct.forward, x, y, &one) || !sd_warp_at(&through.map, x, y, &two))
        continue;
      double off = hypot(one.x - two.x, one.y - two.y);
      size_t i = (size_t)fmin(through.map.columns - 1,
                              fmax(0, (x - through.map.domain.x) / through.map.step_px));
      size_t j = (size_t)fmin(through.map.rows - 1,
                              fmax(0, (y - through.map.domain.y) / through.map.step_px));
      double bound = hypot(sd_alignment_error_at(&direct, x, y),
                           through.error_px.v[j * (size_t)through.map.columns + i]);
      if (!isfinite(bound))
        continue;
      all++;
      within += off <= bound;
      sum2 += off * off;
    }
  print_message("%.1f %% of %ld places within both bounds, RMS %.3f px, stated %.3f px\n",
                100.0 * (double)within / (double)all, all, sqrt(sum2 / (double)all),
                direct.error_px);
  assert_true(all > 2000);
  assert_true(within >= 0.95 * (double)all);
  sd_transform_clear(&through);
  sd_alignment_clear(&to_a);
  sd_alignment_clear(&to_c);
  sd_alignment_clear(&direct);
  for (int k = 0; k < 3; k++) {
    sd_photo_clear(&photo[k]);
    sd_skin_clear(&skin[k]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fading_marks_are_a_trend),
      cmocka_unit_test(untouched_skin_has_no_trend),
      cmocka_unit_test(same_bytes_in_any_order),
      cmocka_unit_test(photos_of_one_day_are_one_session),
      cmocka_unit_test(another_person_is_a_gap),
      cmocka_unit_test(names_and_folders_give_dates),
      cmocka_unit_test(through_the_template_is_as_direct),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
