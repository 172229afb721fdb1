/* Where the light comes from, read from heads under a lamp that is known. */
#include "scene/studio.h"
#include "scardelta/measure.h"

static const double DEGREES = 57.295779513082320877;
static sd_quality quality_of(double azimuth, double elevation, double ambient, int jpeg_quality) {
  scene_subject subject = {.seed = 3, .tone = 2, .pore_depth_mm = 0.05, .line_height_mm = 0.02};
  scene_session session = {1, 1, 1};
  scene_shot shot = scene_shot_portrait(480);
  shot.lamp_azimuth_deg = azimuth;
  shot.lamp_elevation_deg = elevation;
  shot.ambient = ambient;
  scene *s = NULL;
  sd_text jpeg = {0};
  sd_photo photo = {0};
  sd_face face = {0};
  sd_skin skin = {0};
  sd_quality q;
  assert_int_equal(scene_make(&s, models, &subject, &session, &shot, NULL), SD_OK);
  assert_int_equal(scene_jpeg(&jpeg, s, jpeg_quality, "2025:03:03 10:15:00", "+01:00", NULL),
                   SD_OK);
  assert_int_equal(sd_photo_read_memory(&photo, jpeg.v, jpeg.length, "scene", NULL, NULL), SD_OK);
  assert_int_equal(sd_face_find(&face, models, &photo, NULL, NULL), SD_OK);
  assert_int_equal(sd_skin_find(&skin, &photo, &face, NULL, NULL), SD_OK);
  assert_int_equal(sd_quality_measure(&q, &photo, &face, models, &skin, 0.3, NULL), SD_OK);
  sd_skin_clear(&skin);
  sd_photo_clear(&photo);
  sd_text_clear(&jpeg);
  scene_free(s);
  return q;
}

static void direction_is_that_of_the_lamp(void **state) {
  (void)state;
  static const double lamps[][2] = {{40, 10}, {-30, 30}, {0, 40}, {-50, 20}};
  for (size_t k = 0; k < sizeof lamps / sizeof lamps[0]; k++) {
    int coding = 62 + 10 * (int)k;
    sd_quality q = quality_of(lamps[k][0], lamps[k][1], 0.3, coding);
    assert_int_equal(q.jpeg_quality, coding);
    double azimuth = lamps[k][0] / DEGREES, elevation = lamps[k][1] / DEGREES;
    double wanted = atan2(sin(elevation), cos(elevation) * sin(azimuth)) * DEGREES;
    print_message("lamp %3.0f %3.0f: light from %.0f deg (%.0f), %.0f %%\n", lamps[k][0],
                  lamps[k][1], q.light_azimuth_deg, wanted, 100 * q.light_strength);
    check_near(remainder(q.light_azimuth_deg - wanted, 360), 0, 15);
  }
}

static void even_light_is_weak_side_light(void **state) {
  (void)state;
  double last = 1;
  for (double ambient = 0.1; ambient < 1; ambient += 0.4) {
    sd_quality q = quality_of(40, 15, ambient, 92);
    print_message("ambient %.1f: side light %.2f\n", ambient, q.light_strength);
    assert_true(q.light_strength < last - 0.05);
    last = q.light_strength;
  }
}

/* A lamp that comes down on its own side has not gone round the face, and has moved. */
static void angles_are_those_between_lamps(void **state) {
  (void)state;
  static const double FROM[2] = {-30, 30}, TO[][2] = {{-22, 20}, {-34, 37}, {-12, 30}, {-30, 30}};
  sd_quality first = quality_of(FROM[0], FROM[1], 0.3, 92);
  for (size_t k = 0; k < sizeof TO / sizeof TO[0]; k++) {
    sd_quality second = quality_of(TO[k][0], TO[k][1], 0.3, 91);
    double az[2] = {FROM[0] / DEGREES, TO[k][0] / DEGREES};
    double el[2] = {FROM[1] / DEGREES, TO[k][1] / DEGREES};
    double wanted =
        acos(fmin(sin(el[0]) * sin(el[1]) + cos(el[0]) * cos(el[1]) * cos(az[0] - az[1]), 1)) *
        DEGREES;
    double there = sd_light_angle_deg(&first, &second, 0);
    print_message("lamp to %3.0f %3.0f: %.1f degrees (%.1f)\n", TO[k][0], TO[k][1], there, wanted);
    check_near(there, wanted, 3);
    check_near(sd_light_angle_deg(&second, &first, 0), there, 1e-9);
  }
  sd_quality unknown = first;
  unknown.light_strength = unknown.light_azimuth_deg = NAN;
  assert_true(isnan(sd_light_angle_deg(&first, &unknown, 0)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(direction_is_that_of_the_lamp),
      cmocka_unit_test(even_light_is_weak_side_light),
      cmocka_unit_test(angles_are_those_between_lamps),
  };
  return cmocka_run_group_tests(tests, load, unload);
}
