/* The scenes are what they claim: faces for the detector, exact pigment, exact correspondence. */
#include "scene/studio.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

static const scene_session fresh = {1, 1, 1};

static scene *scene_of(const scene_subject *subject, const scene_session *session,
                       const scene_shot *shot) {
  scene *s = NULL;
  sd_diag diag = {0};
  if (scene_make(&s, models, subject, session, shot, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  return s;
}

static scene_subject plain(int tone) {
  return (scene_subject){.seed = 3, .tone = tone, .pore_depth_mm = 0.05, .line_height_mm = 0.02};
}

/* Matte skin under white light, seen by a camera without faults: pixel = exp(-od) * shading. */
static scene_shot bare(int width) {
  scene_shot shot = scene_shot_portrait(width);
  shot.specular = shot.blur_px = shot.shot_noise = shot.read_noise = 0;
  return shot;
}

/* ---- the detector ---- */

static void find_face(const scene *s, sd_face *face, sd_photo *photo) {
  sd_text jpeg = {0};
  sd_diag diag = {0};
  assert_int_equal(scene_jpeg(&jpeg, s, 92, "2025:03:03 10:15:00", "+01:00", &diag), SD_OK);
  if (sd_photo_read_memory(photo, jpeg.v, jpeg.length, "scene", NULL, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  sd_text_clear(&jpeg);
  assert_int_equal(sd_face_find(face, models, photo, &(sd_face_options){0}, &diag), SD_OK);
}

static void check_found(const char *what, int tone, const scene_shot *shot) {
  const double eye_share = 0.025; /* of the eye distance: what the face floor promises */
  scene_subject subject = plain(tone);
  scene *s = scene_of(&subject, &fresh, shot);
  sd_photo photo = {0};
  sd_face face = {0};
  sd_point iris[2];
  find_face(s, &face, &photo);
  scene_irises(s, iris);
  double between = hypot(iris[1].x - iris[0].x, iris[1].y - iris[0].y), error[2];
  for (int i = 0; i < 2; i++)
    error[i] = hypot(face.eyes[i].x - iris[i].x, face.eyes[i].y - iris[i].y) / between;
  print_message("%-12s tone %d: detector %.3f, mesh %.4f, eyes %.2f %% and %.2f %%, yaw %.1f, "
                "pitch %.1f, roll %.1f\n",
                what, tone, face.confidence, face.mesh_score, 100 * error[0], 100 * error[1],
                face.yaw_deg, face.pitch_deg, face.roll_deg);
  if (!face.found)
    fail_msg("%s, tone %d: no face (%s)", what, tone, face.reason);
  check_near(error[0], 0, eye_share);
  check_near(error[1], 0, eye_share);
  check_near(face.roll_deg, shot->roll_deg, 3);
  check_near(face.yaw_deg, shot->yaw_deg, 5);
  check_near(face.pitch_deg, shot->pitch_deg, 7); /* this face reads 3 degrees low */
  sd_photo_clear(&photo);
  scene_free(s);
}

enum { SMALL = 600 };

static void every_tone_is_found(void **state) {
  (void)state;
  for (int tone = 0; tone < SCENE_TONES; tone += every(5)) {
    scene_shot shot = scene_shot_portrait(SMALL);
    check_found("front", tone, &shot);
  }
}

static void every_pose_is_found(void **state) {
  (void)state;
  static const struct {
    const char *what;
    double yaw, pitch, roll, smile;
  } poses[] = {{"left", 15, 0, 0, 0},
               {"right", -15, 0, 0, 0},
               {"chin up", 0, 8, 0, 0},
               {"tilted", 0, 0, 20, 0},
               {"smile", 0, 0, 0, 1}};
  for (size_t i = 0; i < sizeof poses / sizeof poses[0]; i += (size_t)every(4)) {
    scene_shot shot = scene_shot_portrait(SMALL);
    shot.yaw_deg = poses[i].yaw;
    shot.pitch_deg = poses[i].pitch;
    shot.roll_deg = poses[i].roll;
    shot.smile = poses[i].smile;
    check_found(poses[i].what, 2, &shot);
  }
}

static void a_file_says_when_it_was_taken(void **state) {
  (void)state;
  scene_subject subject = plain(1);
  scene_shot shot = scene_shot_portrait(64);
  scene *s = scene_of(&subject, &fresh, &shot);
  sd_text jpeg = {0};
  sd_photo photo = {0};
  assert_int_equal(scene_jpeg(&jpeg, s, 92, "2025:03:03 10:15:00", "+01:00", NULL), SD_OK);
  assert_int_equal(sd_photo_read_memory(&photo, jpeg.v, jpeg.length, "scene", NULL, NULL), SD_OK);
  assert_string_equal(photo.capture.taken, "2025-03-03T10:15:00+01:00");
  assert_string_equal(photo.capture.make, "Synthetic");
  assert_string_equal(photo.capture.model, "scene");
  assert_int_equal(photo.capture.orientation, 1);
  sd_text_clear(&jpeg);
  sd_photo_clear(&photo);
  scene_free(s);
}

/* ---- correspondence ---- */

static void a_point_goes_there_and_back(void **state) {
  (void)state;
  scene_subject subject = plain(1);
  scene_shot one = bare(SMALL), two = bare(SMALL);
  two.yaw_deg = 12;
  two.roll_deg = 5;
  two.smile = 0.7;
  scene *before = scene_of(&subject, &fresh, &one), *after = scene_of(&subject, &fresh, &two);
  int mapped = 0, moved = 0;
  for (int y = 3; y < one.height; y += 17)
    for (int x = 3; x < one.width; x += 17) {
      sd_point to, back;
      if (!scene_map(before, after, (sd_point){x, y}, &to) || !scene_map(after, before, to, &back))
        continue;
      check_near(hypot(back.x - x, back.y - y), 0, 0.05);
      scene_truth here, there;
      assert_true(scene_truth_at(before, x, y, &here) && scene_truth_at(after, to.x, to.y, &there));
      check_near(here.rest.x, there.rest.x, 0.01);
      check_near(here.rest.y, there.rest.y, 0.01);
      check_near(here.rest.z, there.rest.z, 0.01);
      mapped++;
      moved += hypot(to.x - x, to.y - y) > 5;
    }
  assert_true(mapped > 500);
  assert_true(moved > mapped / 2);
  scene_free(before);
  scene_free(after);
}

static void marks_lie_where_they_are_said_to(void **state) {
  (void)state;
  scene_subject subject = plain(1);
  const double radius[2] = {1, 2}, od[2] = {0.3, 0.3};
  assert_int_equal(scene_add_marks(&subject, models, SCENE_BROWN_SPOT, 12, radius, od, NULL),
                   SD_OK);
  assert_int_equal(subject.mark_count, 12);
  scene_subject clean = plain(1);
  scene_shot shot = bare(SMALL);
  scene *s = scene_of(&subject, &fresh, &shot), *without = scene_of(&clean, &fresh, &shot);
  for (int i = 0; i < subject.mark_count; i++) {
    sd_point at;
    scene_truth truth, plain_skin;
    assert_true(scene_project(s, subject.marks[i].centre, &at));
    assert_true(scene_truth_at(s, at.x, at.y, &truth));
    assert_true(scene_truth_at(without, at.x, at.y, &plain_skin));
    assert_int_equal(truth.material, SCENE_SKIN);
    check_near(truth.melanin - plain_skin.melanin, 0.3, 1e-6);
    check_near(truth.rest.x, subject.marks[i].centre.x, 0.05);
    check_near(truth.rest.y, subject.marks[i].centre.y, 0.05);
  }
  scene_free(s);
  scene_free(without);
}

/* ---- pigment and relief ---- */

static void add_mark_at(scene_subject *subject, const scene *s, scene_mark_kind kind, double x,
                        double y, double radius_mm, double strength) {
  scene_truth truth;
  assert_true(scene_truth_at(s, x, y, &truth));
  subject->marks[subject->mark_count++] =
      (scene_mark){kind, truth.rest, {1, 0, 0}, {0, 1, 0}, radius_mm, 1, strength, 0};
}

static const double *pixel(const sd_rgb *image, int x, int y, double od[3]) {
  for (int c = 0; c < 3; c++)
    od[c] = -log(image->v[3 * ((size_t)y * (size_t)image->width + (size_t)x) + (size_t)c]);
  return od;
}

/* A spot of 0.2 melanin and one of 0.15 haemoglobin darken each channel by just that. */
static void density_is_exact_at_every_tone(void **state) {
  (void)state;
  for (int tone = 0; tone < SCENE_TONES; tone += every(5)) {
    scene_subject subject = plain(tone);
    scene_shot shot = bare(SMALL);
    scene *clean = scene_of(&subject, &fresh, &shot);
    add_mark_at(&subject, clean, SCENE_BROWN_SPOT, 200, 480, 3, 0.2);
    add_mark_at(&subject, clean, SCENE_RED_AREA, 400, 480, 4, 0.15);
    scene *spotted = scene_of(&subject, &fresh, &shot);
    sd_rgb a = {0}, b = {0};
    assert_int_equal(scene_linear(&a, clean, NULL), SD_OK);
    assert_int_equal(scene_linear(&b, spotted, NULL), SD_OK);
    scene_pigment pigment = scene_pigment_of(tone);
    double plain_od[3], od[3];
    for (int c = 0; c < 3; c++) {
      check_near(pixel(&b, 200, 480, od)[c] - pixel(&a, 200, 480, plain_od)[c],
                 0.2 * pigment.melanin[c], 1e-4);
      check_near(pixel(&b, 400, 480, od)[c] - pixel(&a, 400, 480, plain_od)[c],
                 0.15 * pigment.haemoglobin[c], 1e-4);
      check_near(pixel(&b, 300, 300, od)[c], pixel(&a, 300, 300, plain_od)[c], 1e-6);
    }
    sd_rgb_clear(&a);
    sd_rgb_clear(&b);
    scene_free(clean);
    scene_free(spotted);
  }
}

/* The wall of a dent that faces the lamp is brighter, the other darker; raised skin the reverse. */
static void relief_is_shaded_by_the_lamp(void **state) {
  (void)state;
  const scene_mark_kind kinds[] = {SCENE_BOXCAR, SCENE_RAISED};
  for (int k = 0; k < 2; k++) {
    scene_subject subject = {.seed = 3, .tone = 1};
    scene_shot shot = bare(SMALL);
    shot.lamp_azimuth_deg = -60;
    shot.lamp_elevation_deg = 0;
    scene *clean = scene_of(&subject, &fresh, &shot);
    add_mark_at(&subject, clean, kinds[k], 300, 200, 4, 0.5);
    scene *marked = scene_of(&subject, &fresh, &shot);
    sd_rgb a = {0}, b = {0};
    double od[3], wall[2];
    assert_int_equal(scene_linear(&a, clean, NULL), SD_OK);
    assert_int_equal(scene_linear(&b, marked, NULL), SD_OK);
    for (int side = 0; side < 2; side++) {
      int x = 300 + (side ? 12 : -12);
      double here = pixel(&b, x, 200, od)[1];
      wall[side] = here - pixel(&a, x, 200, od)[1];
    }
    double towards_lamp = kinds[k] == SCENE_RAISED ? wall[0] : wall[1];
    double away = kinds[k] == SCENE_RAISED ? wall[1] : wall[0];
    assert_true(away - towards_lamp > 0.1);
    sd_rgb_clear(&a);
    sd_rgb_clear(&b);
    scene_free(clean);
    scene_free(marked);
  }
}

static void healing_is_gradual(void **state) {
  (void)state;
  scene_subject subject;
  assert_int_equal(scene_sample_subject(&subject, 7, 1, models, NULL), SD_OK);
  assert_true(subject.mark_count > 60);
  for (int i = 0; i < subject.mark_count; i++) {
    double left[SCENE_SESSIONS];
    for (int k = 0; k < SCENE_SESSIONS; k++) {
      scene_sample sample = scene_sample_of(k, SMALL);
      left[k] = scene_mark_strength_left(&subject.marks[i], &sample.session);
    }
    check_near(left[0], 1, 0);
    if (subject.marks[i].kind == SCENE_NAEVUS)
      check_near(left[2], 1, 0);
    else
      assert_true(left[0] > left[1] && left[1] > left[2]);
  }
}

/* ---- reproducibility ---- */

static void threads_do_not_matter(void **state) {
  (void)state;
  scene_subject subject;
  assert_int_equal(scene_sample_subject(&subject, 7, 3, models, NULL), SD_OK);
  scene_shot shot = scene_shot_portrait(300);
  scene *s = scene_of(&subject, &fresh, &shot);
  sd_picture picture[2] = {{0}};
  int threads = omp_get_max_threads();
  for (int i = 0; i < 2; i++) {
    omp_set_num_threads(i + 1);
    assert_int_equal(scene_picture(&picture[i], s, NULL), SD_OK);
  }
  omp_set_num_threads(threads);
  assert_memory_equal(picture[0].v, picture[1].v, (size_t)3 * 300 * 400);
  sd_picture_clear(&picture[0]);
  sd_picture_clear(&picture[1]);
  scene_free(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_tone_is_found),
      cmocka_unit_test(every_pose_is_found),
      cmocka_unit_test(a_file_says_when_it_was_taken),
      cmocka_unit_test(a_point_goes_there_and_back),
      cmocka_unit_test(marks_lie_where_they_are_said_to),
      cmocka_unit_test(density_is_exact_at_every_tone),
      cmocka_unit_test(relief_is_shaded_by_the_lamp),
      cmocka_unit_test(healing_is_gradual),
      cmocka_unit_test(threads_do_not_matter),
  };
  return cmocka_run_group_tests(tests, load, unload);
}
