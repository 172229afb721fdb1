/* Two photos of one skin, of which the second is softer, noisier or darker by a known amount. */
#include "skin_fixture.h"
#include "check.h"

enum { SIDE = 480, STEP = 16 };

/* White noise of SD 1 (sum of twelve uniform numbers). */
static void white(sd_map *map, uint64_t seed) {
  sd_random random = {seed};
  assert_int_equal(sd_map_make(map, SIDE, SIDE, NULL), SD_OK);
  for (int k = 0; k < SIDE * SIDE; k++) {
    double sum = -6;
    for (int i = 0; i < 12; i++)
      sum += sd_random_uniform(&random);
    map->v[k] = (float)sum;
  }
}

/* Skin has detail of every size: noise at four of them, of a log contrast of 4 % each. */
static void texture(sd_map *out) {
  sd_map noise = {0}, soft = {0};
  assert_int_equal(sd_map_make(out, SIDE, SIDE, NULL), SD_OK);
  for (int octave = 0; octave < 4; octave++) {
    double sigma = 0.9 * (1 << octave);
    white(&noise, 11 + (uint64_t)octave);
    assert_int_equal(sd_map_blur(&soft, &noise, sigma, NULL), SD_OK);
    for (int k = 0; k < SIDE * SIDE; k++) /* blurred white noise has SD 1 / (2 sqrt(pi) sigma) */
      out->v[k] += 0.04f * (float)(3.5449 * sigma) * soft.v[k];
    sd_map_clear(&noise);
  }
  sd_map_clear(&soft);
}

static skin_point black(double x, double y) {
  (void)x;
  (void)y;
  return (skin_point){0, 0, 0};
}

static patch photograph(const sd_map *skin, double blur_px, double noise, double gain) {
  patch p;
  sd_map seen = {0}, grain = {0};
  sd_pigment_axes axes = sd_pigment_axes_for_tone(0.8);
  patch_make(&p, black, SIDE, 0.1, &axes, 1, "match");
  assert_int_equal(sd_map_blur(&seen, skin, blur_px, NULL), SD_OK);
  white(&grain, 77 + (uint64_t)(1000 * noise));
  uint16_t *samples = p.photo.samples;
  for (int k = 0; k < SIDE * SIDE; k++) {
    double light = 0.3 * gain * exp(seen.v[k]) * (1 + noise * grain.v[k]);
    for (int c = 0; c < 3; c++)
      samples[3 * k + c] = (uint16_t)lround(65535 * sd_srgb_from_linear(light));
  }
  sd_map_clear(&seen);
  sd_map_clear(&grain);
  return p;
}

/* Every point lies where it lay. */
static sd_alignment in_place(void) {
  enum { NODES = SIDE / STEP + 1 };
  sd_alignment a = {.status = SD_ALIGNMENT_OK, .scale_ratio = 1};
  a.forward =
      (sd_warp){.domain = {0, 0, SIDE, SIDE}, .step_px = STEP, .columns = NODES, .rows = NODES};
  a.forward.x = malloc(NODES * NODES * sizeof(float));
  a.forward.y = malloc(NODES * NODES * sizeof(float));
  a.forward.valid = malloc(NODES * NODES);
  for (int k = 0; k < NODES * NODES; k++) {
    a.forward.x[k] = (float)(k % NODES * STEP);
    a.forward.y[k] = (float)(k / NODES * STEP);
    a.forward.valid[k] = 1;
  }
  return a;
}

typedef struct taking {
  double blur_px, noise, gain;
} taking;

static sd_capture_match match_of(taking first, taking second) {
  sd_map skin = {0};
  sd_capture_match m;
  texture(&skin);
  patch before = photograph(&skin, first.blur_px, first.noise, first.gain);
  patch after = photograph(&skin, second.blur_px, second.noise, second.gain);
  sd_alignment alignment = in_place();
  assert_int_equal(sd_capture_match_measure(&m, &before.photo, &before.skin, &after.photo,
                                            &after.skin, &alignment, 0.1, NULL),
                   SD_OK);
  print_message("blur %.2f -> %.2f: %+.2f px^2; noise ratio %.2f, coherence %.2f, shading %+.3f\n",
                first.blur_px, second.blur_px, m.blur_px2, m.noise_ratio, m.coherence, m.shading);
  sd_alignment_clear(&alignment);
  patch_clear(&before);
  patch_clear(&after);
  sd_map_clear(&skin);
  return m;
}

static void blur_has_the_sign_of_the_difference(void **state) {
  (void)state;
  static const double blurs[][2] = {{0.5, 0.5}, {0.5, 1.0}, {0.5, 1.5}, {1.0, 2.0}, {1.5, 0.5}};
  for (size_t k = 0; k < sizeof blurs / sizeof blurs[0]; k++) {
    double wanted = blurs[k][1] * blurs[k][1] - blurs[k][0] * blurs[k][0];
    sd_capture_match m = match_of((taking){blurs[k][0], 0.002, 1}, (taking){blurs[k][1], 0.002, 1});
    double share = wanted == 0 ? 1 : m.blur_px2 / wanted;
    assert_true(share > 0.8 && share < 1.25);
    assert_true(wanted != 0 || fabs(m.blur_px2) < 0.05);
    check_near(m.blur_mm2, 0.01 * m.blur_px2, 1e-9);
    check_near(m.scale_ratio, 1, 1e-9);
  }
}

static void noise_is_told_from_blur(void **state) {
  (void)state;
  sd_capture_match m = match_of((taking){1.5, 0.01, 1}, (taking){1.5, 0.02, 1});
  check_near(m.noise_ratio, 2, 0.15);
  check_near(m.blur_px2, 0, 0.3);
  m = match_of((taking){1.5, 0.02, 1}, (taking){1.5, 0.02, 1});
  check_near(m.noise_ratio, 1, 0.05);
  check_near(m.blur_px2, 0, 0.15);
}

static void darker_is_shading_alone(void **state) {
  (void)state;
  sd_capture_match m = match_of((taking){0.8, 0.003, 1}, (taking){0.8, 0.003, 0.7});
  check_near(m.shading, log(0.7), 0.002);
  check_near(m.blur_px2, 0, 0.05);
  check_near(m.noise_ratio, 1, 0.05);
  assert_true(m.coherence > 0.9);
}

/* What is no skin still tells of blur, but not of noise and light. */
static void too_little_skin_says_little(void **state) {
  (void)state;
  sd_map skin = {0};
  sd_capture_match m;
  texture(&skin);
  patch p = photograph(&skin, 1, 0, 1);
  sd_alignment alignment = in_place();
  memset(p.skin.excluded.v, SD_EXCLUDED_HAIR, (size_t)SIDE * SIDE);
  assert_int_equal(
      sd_capture_match_measure(&m, &p.photo, &p.skin, &p.photo, &p.skin, &alignment, 0.1, NULL),
      SD_OK);
  assert_true(m.blur_px2 == 0 && isnan(m.noise_ratio) && isnan(m.coherence));
  memset(alignment.forward.valid, 0,
         (size_t)alignment.forward.columns * (size_t)alignment.forward.rows);
  assert_int_equal(
      sd_capture_match_measure(&m, &p.photo, &p.skin, &p.photo, &p.skin, &alignment, 0.1, NULL),
      SD_OK);
  assert_true(isnan(m.blur_px2) && isnan(m.noise_ratio) && isnan(m.coherence));
  sd_alignment_clear(&alignment);
  patch_clear(&p);
  sd_map_clear(&skin);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(blur_has_the_sign_of_the_difference),
      cmocka_unit_test(noise_is_told_from_blur),
      cmocka_unit_test(darker_is_shading_alone),
      cmocka_unit_test(too_little_skin_says_little),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
