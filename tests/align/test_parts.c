/* The parts of registration by themselves: fits, features, dense refinement, on known maps. */
#include "check.h"

#include "align/heads.h"
#include "align/solid.h"

#include <stdlib.h>
#include <string.h>

enum { SIZE = 360, WAVES = 60 };
static double wave[WAVES][3];

static int make_waves(void **state) {
  (void)state;
  sd_random random = {41};
  for (int k = 0; k < WAVES; k++) {
    double length = 7 * exp(2.5 * sd_random_uniform(&random));
    double angle = 6.28318 * sd_random_uniform(&random);
    wave[k][0] = 6.28318 / length * cos(angle);
    wave[k][1] = 6.28318 / length * sin(angle);
    wave[k][2] = 6.28318 * sd_random_uniform(&random);
  }
  return 0;
}

static double texture(sd_point p) {
  double v = 0;
  for (int k = 0; k < WAVES; k++)
    v += sin(wave[k][0] * p.x + wave[k][1] * p.y + wave[k][2]);
  return v / sqrt(WAVES);
}

/* Where a pixel of AFTER shows BEFORE: turned by 8 degrees, 6 % larger, shifted. */
static const affine TURNED = {{0.934, 0.131, -9, -0.131, 0.934, 32}};

/* ... and bent by up to 2 pixels. */
static sd_point bent(sd_point p) {
  return (sd_point){p.x + 3 + 2 * sin(p.y / 50), p.y - 2 + 1.5 * sin(p.x / 60)};
}
static sd_point turned(sd_point p) {
  return affine_apply(&TURNED, p);
}
static sd_point same(sd_point p) {
  return p;
}

static sd_photo photograph(sd_point (*from)(sd_point), double gain) {
  sd_photo photo = {.width = SIZE, .height = SIZE, .sample_bytes = 1};
  photo.samples = malloc(3 * SIZE * SIZE);
  for (int c = 0; c < 3; c++) {
    photo.curve[c] = malloc(256 * sizeof(float));
    for (int k = 0; k < 256; k++)
      photo.curve[c][k] = (float)sd_srgb_to_linear(k / 255.0);
    photo.to_srgb[4 * c] = 1;
  }
  for (int y = 0; y < SIZE; y++)
    for (int x = 0; x < SIZE; x++) {
      float v = (float)(gain * exp(0.15 * texture(from((sd_point){x, y}))));
      memset((uint8_t *)photo.samples + 3 * (y * SIZE + x), sd_srgb8_from_linear(v), 3);
    }
  return photo;
}

static void put_away(sd_photo *photo) {
  free(photo->samples);
  for (int c = 0; c < 3; c++)
    free(photo->curve[c]);
}

static void fits_return_what_was_put_in(void **state) {
  (void)state;
  const affine skew = {{1.1, 0.2, 5, -0.1, 0.9, -7}};
  match matches[40];
  sd_random random = {3};
  for (int k = 0; k < 40; k++) {
    sd_point p = {300 * sd_random_uniform(&random), 300 * sd_random_uniform(&random)};
    matches[k] = (match){p, affine_apply(&skew, p), 1 + k % 3};
  }
  affine found;
  assert_true(affine_fit(&found, matches, 40));
  for (int i = 0; i < 6; i++)
    check_near(found.a[i], skew.a[i], 1e-9);
}

/* A head of known depth, turned: the shift grows with depth, and a nose is not flattened. */
static void a_turned_head_is_fitted_by_its_depth(void **state) {
  (void)state;
  frame_level level = {.feature = {.width = 240, .height = 240}, .scale = 1};
  field depth = {0}, flat = {0};
  match matches[60];
  sd_random random = {9};
  solid map;
  assert_int_equal(field_make(&depth, &level, NULL), SD_OK);
  for (int j = 0; j < depth.rows; j++)
    for (int i = 0; i < depth.columns; i++) {
      double x = depth.origin_x + i * depth.step - 120, y = depth.origin_y + j * depth.step - 120;
      depth.x[j * depth.columns + i] = (float)(-40 * exp(-(x * x + y * y) / 800));
    }
  for (int k = 0; k < 60; k++) {
    sd_point p = {240 * sd_random_uniform(&random), 240 * sd_random_uniform(&random)};
    double z, unused;
    field_at(&depth, p.x, p.y, &z, &unused);
    matches[k] = (match){p, {1.05 * p.x + 0.3 * z + 4, 0.98 * p.y - 0.1 * z - 2}, 1};
  }
  double z, unused;
  field_at(&depth, 120, 120, &z, &unused);
  assert_true(solid_fit(&map, matches, 60, &depth));
  sd_point nose = solid_apply(&map, &depth, 120, 120);
  check_near(nose.x, 1.05 * 120 + 0.3 * z + 4, 0.3);
  check_near(nose.y, 0.98 * 120 - 0.1 * z - 2, 0.3);
  assert_true(solid_fit(&map, matches, 60, &flat)); /* without depth the nose stays behind */
  assert_true(fabs(solid_apply(&map, &flat, 120, 120).x - nose.x) > 3);
  field_clear(&depth);
}

/* Half of the matches are wrong at random. */
static void the_many_that_agree_are_kept(void **state) {
  (void)state;
  match matches[120];
  sd_random random = {5};
  for (int k = 0; k < 120; k++) {
    sd_point p = {300 * sd_random_uniform(&random), 300 * sd_random_uniform(&random)};
    sd_point to = {300 * sd_random_uniform(&random), 300 * sd_random_uniform(&random)};
    matches[k] = (match){p, k % 2 == 0 ? affine_apply(&TURNED, p) : to, 1};
  }
  size_t count = 120;
  affine found;
  assert_true(agreeing_matches(&found, matches, &count, 2));
  assert_true(count >= 60 && count <= 63);
  check_near(found.a[0], TURNED.a[0], 0.01);
  check_near(found.a[3], TURNED.a[3], 0.01);
}

static void features_find_the_turn(void **state) {
  (void)state;
  sd_photo before = photograph(same, 0.3), after = photograph(turned, 0.4);
  const sd_rect all = {0, 0, SIZE, SIZE};
  match *matches = NULL;
  size_t count = 0;
  affine found;
  assert_int_equal(feature_matches(&matches, &count, &after, all, &before, all, true, NULL), SD_OK);
  size_t matched = count;
  assert_true(agreeing_matches(&found, matches, &count, 3));
  print_message("%zu matches, %zu agree\n", matched, count);
  assert_true(count >= 40 && 2 * count > matched);
  for (int i = 0; i < 6; i++)
    check_near(found.a[i], TURNED.a[i], i % 3 == 2 ? 1.0 : 0.005);
  free(matches);
  put_away(&before);
  put_away(&after);
}

static void whole_skin(sd_skin *skin) {
  skin->crop = (sd_rect){0, 0, SIZE, SIZE};
  assert_int_equal(sd_mask_make(&skin->label, SIZE, SIZE, NULL), SD_OK);
  assert_int_equal(sd_mask_make(&skin->excluded, SIZE, SIZE, NULL), SD_OK);
  memset(skin->label.v, SD_ZONE_OTHER, SIZE * SIZE);
}

static const overlay nothing = {0};

/* From the identity, 3 pixels off, to the bent map; the gain differs. */
static void refinement_bends_to_the_truth(void **state) {
  (void)state;
  sd_photo before = photograph(same, 0.3), after = photograph(bent, 0.4);
  sd_skin *skin = calloc(1, sizeof *skin);
  frame *frames = calloc(2, sizeof *frames);
  whole_skin(skin);
  assert_int_equal(frame_make(&frames[0], &after, skin, NULL, &nothing, 1600, NULL), SD_OK);
  assert_int_equal(frame_make(&frames[1], &before, skin, NULL, &nothing, 1600, NULL), SD_OK);
  const frame_level *coarsest = &frames[0].level[frames[0].level_count - 1];
  field begin = {0}, found = {0}, flat = {0};
  const affine identity = {{1, 0, 0, 0, 1, 0}};
  solid still = solid_of_affine(&identity);
  assert_int_equal(field_make(&begin, coarsest, NULL), SD_OK);
  assert_int_equal(solid_spread(&begin, &still, &flat, NULL, 0, 50, NULL), SD_OK);
  assert_int_equal(field_refine(&found, &begin, &flat, &frames[0], &frames[1], NULL), SD_OK);
  double worst = 0, sum = 0;
  int n = 0;
  for (int y = 30; y < SIZE - 30; y += 6)
    for (int x = 30; x < SIZE - 30; x += 6, n++) {
      double to_x, to_y;
      sd_point truth = bent((sd_point){x, y});
      field_at(&found, x, y, &to_x, &to_y);
      double error = hypot(to_x - truth.x, to_y - truth.y);
      worst = fmax(worst, error);
      sum += error;
    }
  print_message("refined: mean error %.3f px, worst %.3f px\n", sum / n, worst);
  check_near(sum / n, 0, 0.12);
  check_near(worst, 0, 0.8);
  field_clear(&begin);
  field_clear(&found);
  frame_clear(&frames[0]);
  frame_clear(&frames[1]);
  free(frames);
  sd_skin_clear(skin);
  free(skin);
  put_away(&before);
  put_away(&after);
}

/* Inside, at the rim and far beyond it, one place or many a cell. */
static void a_row_is_its_points(void **state) {
  (void)state;
  enum { COUNT = 300, COLUMNS = 9, ROWS = 7 };
  float nodes[2][COLUMNS * ROWS];
  uint8_t valid[COLUMNS * ROWS];
  sd_random random = {7};
  sd_warp warp = {{10, 20, 64, 48}, 8, COLUMNS, ROWS, nodes[0], nodes[1], valid};
  for (int k = 0; k < COLUMNS * ROWS; k++) {
    nodes[0][k] = (float)(100 * sd_random_uniform(&random));
    nodes[1][k] = (float)(100 * sd_random_uniform(&random));
    valid[k] = sd_random_uniform(&random) < 0.7;
  }
  for (double step = 0.3; step < 20; step *= 2.7)
    for (double y = -40; y < 120; y += 3.7) {
      double x[COUNT];
      sd_point row[COUNT], one;
      bool trusted[COUNT];
      for (int k = 0; k < COUNT; k++)
        x[k] = -50 + step * k;
      sd_warp_row_at(&warp, x, y, COUNT, row, trusted);
      for (int k = 0; k < COUNT; k++) {
        assert_int_equal(sd_warp_at(&warp, x[k], y, &one), trusted[k]);
        assert_memory_equal(&one, &row[k], sizeof one);
      }
    }
}

/* A head of random bones from the camera's side: turned by `yaw`, `size` px between the eyes, its
 * cheeks and temples `wider`. */
static sd_face head_of(double yaw, double size, double wider) {
  sd_face face = {.found = true, .eye_distance_px = size};
  sd_random random = {5};
  for (int k = -2; k < SD_CANONICAL_POINTS; k++) {
    double x = 2 * sd_random_uniform(&random) - 1, y = 2.4 * sd_random_uniform(&random) - 1.2;
    double z = 0.8 * sd_random_uniform(&random);
    if (k < 0) { /* the eyes */
      x = k == -2 ? -0.5 : 0.5;
      y = z = 0;
    }
    x *= fabs(x) > 0.6 ? wider : 1;
    double u = 300 + size * (x * cos(yaw) + z * sin(yaw)), v = 200 + size * y;
    if (k < 0)
      face.eyes[k + 2] = (sd_point){u, v};
    else
      face.landmarks[k] =
          (sd_landmark){(float)u, (float)v, (float)(size * (z * cos(yaw) - x * sin(yaw)))};
  }
  return face;
}

/* One head is one head however it turns and however far it is; another one is another. */
static void heads_are_told_apart_in_any_pose(void **state) {
  (void)state;
  sd_face plain = head_of(0, 120, 1), missing = {.found = false};
  for (int k = -2; k <= 2; k++) {
    sd_face turned_head = head_of(0.15 * k, 90, 1), other = head_of(0.15 * k, 90, 1.1);
    check_near(heads_apart(&plain, &turned_head), 0, 1e-5);
    assert_true(heads_apart(&plain, &other) > 0.015);
  }
  assert_true(isnan(heads_apart(&plain, &missing)));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fits_return_what_was_put_in),
      cmocka_unit_test(a_turned_head_is_fitted_by_its_depth),
      cmocka_unit_test(the_many_that_agree_are_kept),
      cmocka_unit_test(features_find_the_turn),
      cmocka_unit_test(a_row_is_its_points),
      cmocka_unit_test(refinement_bends_to_the_truth),
      cmocka_unit_test(heads_are_told_apart_in_any_pose),
  };
  return cmocka_run_group_tests(tests, make_waves, NULL);
}
