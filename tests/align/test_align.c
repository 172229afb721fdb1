/* Registration against exact truth: a textured picture warped by a known smooth map. */
#include "check.h"

#include "scardelta/align.h"

#include <stdlib.h>
#include <string.h>

enum { SIZE = 400 };

/* Band-limited texture as a sum of waves: known everywhere, so that warping it needs no resampling.
 */
enum { WAVES = 60 };
static double wave[WAVES][3];

static void make_waves(void) {
  sd_random random = {99};
  for (int k = 0; k < WAVES; k++) {
    double length = 6 * exp(3 * sd_random_uniform(&random));
    double angle = 6.28318 * sd_random_uniform(&random);
    wave[k][0] = 6.28318 / length * cos(angle);
    wave[k][1] = 6.28318 / length * sin(angle);
    wave[k][2] = 6.28318 * sd_random_uniform(&random);
  }
}

static double texture(double x, double y) {
  double v = 0;
  for (int k = 0; k < WAVES; k++)
    v += sin(wave[k][0] * x + wave[k][1] * y + wave[k][2]);
  return v / sqrt(WAVES);
}

typedef sd_point (*mapping)(sd_point);

static sd_point same(sd_point p) {
  return p;
}

/* Where AFTER's pixel p comes from in BEFORE: 5 degrees, 4 % smaller, shifted, and bent by 3 px. */
static sd_point bent(sd_point p) {
  double x = p.x - SIZE / 2.0, y = p.y - SIZE / 2.0, a = 5 * 3.14159265 / 180, s = 0.96;
  sd_point q = {s * (cos(a) * x - sin(a) * y) + SIZE / 2.0 + 6,
                s * (sin(a) * x + cos(a) * y) + SIZE / 2.0 - 4};
  return (sd_point){q.x + 3 * sin(q.y / 60), q.y + 2 * sin(q.x / 70)};
}

/* A photo of the texture seen through a map, with a gain and a shading of its own. */
static void photograph(sd_photo *photo, mapping from, double gain, double slope) {
  photo->width = photo->height = SIZE;
  photo->sample_bytes = 1;
  photo->samples = malloc(3 * SIZE * SIZE);
  for (int c = 0; c < 3; c++) {
    photo->curve[c] = malloc(256 * sizeof(float));
    for (int k = 0; k < 256; k++)
      photo->curve[c][k] = (float)sd_srgb_to_linear(k / 255.0);
    photo->to_srgb[4 * c] = 1;
  }
#pragma omp parallel for
  for (int y = 0; y < SIZE; y++)
    for (int x = 0; x < SIZE; x++) {
      sd_point p = from((sd_point){x, y});
      double light = gain * exp(slope * (x - SIZE / 2.0) / SIZE);
      float v = (float)(light * exp(0.12 * texture(p.x, p.y)));
      memset((uint8_t *)photo->samples + 3 * (y * SIZE + x), sd_srgb8_from_linear(v), 3);
    }
  sd_sha256_hex(photo->samples, 3 * SIZE * SIZE, photo->file_sha256);
}

typedef struct bench {
  sd_photo photo[2];
  sd_face face;
  sd_skin skin[2];
  sd_alignment alignment;
} bench;

static void whole_skin(sd_skin *skin) {
  skin->crop = (sd_rect){0, 0, SIZE, SIZE};
  assert_int_equal(sd_mask_make(&skin->label, SIZE, SIZE, NULL), SD_OK);
  assert_int_equal(sd_mask_make(&skin->excluded, SIZE, SIZE, NULL), SD_OK);
  memset(skin->label.v, SD_ZONE_OTHER, SIZE * SIZE);
  skin->zone_count = 1;
  skin->zones[0] = (sd_zone){.name = "skin", .label = SD_ZONE_OTHER};
}

static bench *set_up(mapping first, mapping second) {
  bench *b = calloc(1, sizeof *b);
  photograph(&b->photo[0], first, 0.30, 0);
  photograph(&b->photo[1], second, 0.38, 0.5);
  whole_skin(&b->skin[0]);
  whole_skin(&b->skin[1]);
  return b;
}

static void tear_down(bench *b) {
  for (int k = 0; k < 2; k++) {
    free(b->photo[k].samples);
    for (int c = 0; c < 3; c++)
      free(b->photo[k].curve[c]);
    sd_mask_clear(&b->skin[k].label);
    sd_mask_clear(&b->skin[k].excluded);
  }
  sd_alignment_clear(&b->alignment);
  free(b);
}

static sd_status run(bench *b, int first, const sd_align_options *options, sd_alignment *out) {
  sd_diag diag = {{0}};
  return sd_align(out, &b->photo[first], &b->face, &b->skin[first], &b->photo[1 - first], &b->face,
                  &b->skin[1 - first], options, &diag);
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Skin features start it, dense refinement finishes it: sub-pixel against the exact map, both ways.
 */
static void known_map_is_found(void **state) {
  (void)state;
  bench *b = set_up(same, bent);
  double error[2000], circle = 0;
  size_t n = 0;
  assert_int_equal(run(b, 0, NULL, &b->alignment), SD_OK);
  assert_int_equal(b->alignment.status, SD_ALIGNMENT_OK);
  assert_string_equal(b->alignment.model, "skin features + dense");
  for (int y = 40; y < SIZE - 40; y += 10)
    for (int x = 40; x < SIZE - 40; x += 10) {
      sd_point truth = bent((sd_point){x, y}), to, back;
      if (!sd_warp_at(&b->alignment.inverse, x, y, &to))
        continue;
      error[n++] = hypot(to.x - truth.x, to.y - truth.y);
      sd_warp_at(&b->alignment.forward, to.x, to.y, &back);
      circle = fmax(circle, hypot(back.x - x, back.y - y));
    }
  assert_true(n > 900);
  qsort(error, n, sizeof *error, by_value);
  check_near(error[n / 2], 0, 0.12);
  check_near(error[n * 95 / 100], 0, 0.4);
  check_near(circle, 0, 0.05);
  check_near(b->alignment.scale_ratio, 1 / 0.96, 0.01);
  check_near(fabs(b->alignment.rotation_deg), 5, 0.5);
  tear_down(b);
}

static void stated_error_covers_the_true_one(void **state) {
  (void)state;
  bench *b = set_up(same, bent);
  size_t under = 0, all = 0;
  assert_int_equal(run(b, 0, NULL, &b->alignment), SD_OK);
  const sd_warp *w = &b->alignment.forward;
  for (int j = 0; j < w->rows; j++)
    for (int i = 0; i < w->columns; i++) {
      size_t k = (size_t)(j * w->columns + i);
      sd_point to = {w->x[k], w->y[k]}, truth;
      if (!w->valid[k])
        continue;
      truth = bent(to); /* back in BEFORE: should be the node itself */
      double x = w->domain.x + i * w->step_px, y = w->domain.y + j * w->step_px;
      under += hypot(truth.x - x, truth.y - y) <= b->alignment.error_map.v[k];
      all++;
    }
  assert_true(all > 1000);
  assert_true(under * 100 >= all * 90);
  tear_down(b);
}

static void no_fold_anywhere(void **state) {
  (void)state;
  bench *b = set_up(same, bent);
  assert_int_equal(run(b, 0, NULL, &b->alignment), SD_OK);
  for (int y = 2; y < SIZE - 2; y += 3)
    for (int x = 2; x < SIZE - 2; x += 3)
      assert_true(sd_warp_scale_at(&b->alignment.forward, x, y) > 0.3);
  tear_down(b);
}

static void the_same_photo_is_the_identity(void **state) {
  (void)state;
  bench *b = set_up(same, same);
  sd_photo other = b->photo[1];
  b->photo[1] = b->photo[0];
  assert_int_equal(run(b, 0, NULL, &b->alignment), SD_OK);
  assert_int_equal(b->alignment.status, SD_ALIGNMENT_OK);
  check_near(b->alignment.error_px, 0, 0);
  for (double x = 3; x < 390; x += 7.3) {
    sd_point to;
    assert_true(sd_warp_at(&b->alignment.forward, x, 100.5, &to));
    check_near(to.x, x, 1e-9);
    check_near(to.y, 100.5, 1e-9);
  }
  b->photo[1] = other;
  tear_down(b);
}

static void exchange_is_exact(void **state) {
  (void)state;
  bench *b = set_up(same, bent);
  sd_alignment *other = calloc(1, sizeof *other);
  assert_int_equal(run(b, 0, NULL, &b->alignment), SD_OK);
  assert_int_equal(run(b, 1, NULL, other), SD_OK);
  const sd_warp *f = &b->alignment.forward, *g = &other->inverse;
  assert_int_equal(f->columns, g->columns);
  assert_int_equal(f->rows, g->rows);
  size_t bytes = (size_t)f->columns * (size_t)f->rows * sizeof(float);
  assert_memory_equal(f->x, g->x, bytes);
  assert_memory_equal(f->y, g->y, bytes);
  sd_alignment_clear(other);
  free(other);
  tear_down(b);
}

/* Nothing in common: a plain wall has no features, and hand points alone cannot make it skin. */
static void a_blank_wall_is_refused(void **state) {
  (void)state;
  bench *b = set_up(same, bent);
  memset(b->photo[1].samples, 120, 3 * SIZE * SIZE);
  sd_sha256_hex(b->photo[1].samples, 3 * SIZE * SIZE, b->photo[1].file_sha256);
  assert_int_equal(run(b, 0, NULL, &b->alignment), SD_OK);
  assert_int_equal(b->alignment.status, SD_ALIGNMENT_FAILED);
  assert_true(strlen(b->alignment.reason) > 10);
  sd_pair_point points[4] = {{{10, 10}, {12, 9}},
                             {{390, 10}, {380, 30}},
                             {{10, 390}, {30, 380}},
                             {{390, 390}, {390, 391}}};
  sd_align_options options = {.points = points, .point_count = 4};
  sd_alignment *other = calloc(1, sizeof *other);
  assert_int_equal(run(b, 0, &options, other), SD_OK);
  assert_int_equal(other->status, SD_ALIGNMENT_FAILED);
  sd_alignment_clear(other);
  free(other);
  tear_down(b);
}

/* Where features find nothing in common (turned too far for the eye, too), points lead the way. */
static void hand_points_lead(void **state) {
  (void)state;
  bench *b = set_up(same, bent);
  sd_pair_point points[4];
  const sd_point at[4] = {{80, 80}, {320, 90}, {90, 310}, {300, 300}};
  for (int k = 0; k < 4; k++)
    points[k] = (sd_pair_point){bent(at[k]), at[k]};
  sd_align_options options = {.points = points, .point_count = 4};
  assert_int_equal(run(b, 0, &options, &b->alignment), SD_OK);
  assert_int_equal(b->alignment.status, SD_ALIGNMENT_OK);
  assert_non_null(strstr(b->alignment.model, "hand points"));
  for (int k = 0; k < 4; k++) {
    sd_point to;
    assert_true(sd_warp_at(&b->alignment.forward, points[k].before.x, points[k].before.y, &to));
    check_near(hypot(to.x - at[k].x, to.y - at[k].y), 0, 0.6);
  }
  tear_down(b);
}

static void laid_over_photo_agrees(void **state) {
  (void)state;
  bench *b = set_up(same, bent);
  sd_picture over = {0};
  double sum = 0;
  int n = 0;
  assert_int_equal(run(b, 0, NULL, &b->alignment), SD_OK);
  assert_int_equal(
      sd_align_resample(&over, &b->alignment, &b->photo[1], (sd_rect){0, 0, SIZE, SIZE}, 1, NULL),
      SD_OK);
  for (int y = 60; y < SIZE - 60; y++)
    for (int x = 60; x < SIZE - 60; x++, n++) {
      /* the same texture under AFTER's gain and shading at that place */
      sd_point to;
      sd_warp_at(&b->alignment.forward, x, y, &to);
      double light = 0.38 * exp(0.5 * (to.x - SIZE / 2.0) / SIZE);
      double wanted = sd_srgb8_from_linear((float)(light * exp(0.12 * texture(x, y))));
      sum += fabs(over.v[3 * (y * SIZE + x)] - wanted);
    }
  check_near(sum / n, 0, 1.5);
  sd_picture_clear(&over);
  tear_down(b);
}

/* Neither the order of two photos nor the bytes of a file decide whose grid is measured on. */
static void the_smaller_face_leads(void **state) {
  (void)state;
  sd_photo one = {.file_sha256 = "aa"}, other = {.file_sha256 = "bb"};
  sd_face large = {.found = true, .eye_distance_px = 300}, none = {.found = false};
  sd_face small = {.found = true, .eye_distance_px = 299};
  assert_true(sd_align_leads(&one, &small, &other, &large));
  assert_false(sd_align_leads(&other, &large, &one, &small));
  assert_true(sd_align_leads(&other, &small, &one, &large));
  assert_false(sd_align_leads(&one, &large, &other, &small));
  const sd_face *unlike[][2] = {{&none, &none}, {&none, &large}, {&large, &none}, {&large, &large}};
  for (size_t k = 0; k < sizeof unlike / sizeof unlike[0]; k++) {
    assert_true(sd_align_leads(&one, unlike[k][0], &other, unlike[k][1]));
    assert_false(sd_align_leads(&other, unlike[k][1], &one, unlike[k][0]));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_smaller_face_leads),           cmocka_unit_test(known_map_is_found),
      cmocka_unit_test(stated_error_covers_the_true_one), cmocka_unit_test(no_fold_anywhere),
      cmocka_unit_test(the_same_photo_is_the_identity),   cmocka_unit_test(exchange_is_exact),
      cmocka_unit_test(a_blank_wall_is_refused),          cmocka_unit_test(hand_points_lead),
      cmocka_unit_test(laid_over_photo_agrees),
  };
  make_waves();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
