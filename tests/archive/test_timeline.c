/* Trends of courses with known truth, and the map through the template. */
#define COURSE_WIDTH 750
#include "course_fixture.h"

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
  count_without_sanitizers();
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
  count_without_sanitizers();
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
  count_without_sanitizers();
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
      cmocka_unit_test(through_the_template_is_as_direct),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
