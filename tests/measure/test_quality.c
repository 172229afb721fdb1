/* How a photo was taken, read from pictures of which it is known. */
#include "skin_fixture.h"
#include "check.h"

enum { SIDE = 320 };

/* Gaussian noise of SD 1, the same for the same place and seed (Box and Muller 1958). */
static double normal(uint32_t place, uint32_t seed) {
  double u[2];
  for (uint32_t k = 0; k < 2; k++) {
    uint64_t h = ((uint64_t)place * 2 + k + 1) * 0x9e3779b97f4a7c15u + (uint64_t)seed * 0xbf58476du;
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    u[k] = ((double)((h ^ (h >> 31)) >> 11) + 0.5) / 9007199254740992.0;
  }
  return sqrt(-2 * log(u[0])) * cos(6.283185307179586 * u[1]);
}

/* A grey photo of 16 bits whose coded values (0..255) are `code` of the place. */
typedef double (*picture_model)(int x, int y, double parameter);

static skin_point black(double x, double y) {
  (void)x;
  (void)y;
  return (skin_point){0, 0, 0};
}

static patch photograph(picture_model code, double parameter) {
  patch p;
  sd_pigment_axes axes = sd_pigment_axes_for_tone(0.8);
  patch_make(&p, black, SIDE, 0.1, &axes, 1, "quality");
  uint16_t *samples = p.photo.samples;
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      for (int c = 0; c < 3; c++)
        samples[3 * (y * SIDE + x) + c] = (uint16_t)lround(257 * code(x, y, parameter));
  return p;
}

static sd_quality measure(const patch *p) {
  sd_quality q;
  assert_int_equal(sd_quality_measure(&q, &p->photo, &p->face, NULL, &p->skin, p->mm_per_px, NULL),
                   SD_OK);
  return q;
}

/* ---- sharpness ---------------------------------------------------------------------------- */

/* Bars 80 pixels wide, slanted so that their edges meet the pixels at every phase, seen through a
 * Gaussian blur: the edge's profile is the error function. */
static double bars(int x, int y, double sigma) {
  double across = fmod(x + 0.07 * y + 20, 160), cosine = 1 / sqrt(1 + 0.07 * 0.07);
  double up = erf((across - 40) * cosine / (sigma * sqrt(2)));
  double down = erf((across - 120) * cosine / (sigma * sqrt(2)));
  return 120 + 35 * (up - down);
}

static void edges_rise_as_they_were_blurred(void **state) {
  (void)state;
  for (double sigma = 1; sigma <= 5; sigma++) {
    patch p = photograph(bars, sigma);
    sd_quality q = measure(&p);
    print_message("blur of %.0f px: edges rise in %.2f px, %.2f mm\n", sigma, q.edge_spread_px,
                  q.edge_spread_mm);
    /* 10 to 90 % of a Gaussian. Wide edges read a little low: their feet are too flat to be seen */
    check_near(q.edge_spread_px / (2.5631 * sigma), 1, sigma <= 4 ? 0.06 : 0.12);
    check_near(q.edge_spread_mm, 0.1 * q.edge_spread_px, 1e-9);
    patch_clear(&p);
  }
}

/* Soft edges above, sharp ones below: many more edges than are looked at. */
static double soft_above(int x, int y, double sigma) {
  double phase = fmod(x + 0.07 * y, 32) - 16;
  return 120 + 60 * erf((8 - fabs(phase)) / ((y < 200 ? sigma : 1.2) * sqrt(2)));
}

static void sharpness_is_that_of_the_whole_skin(void **state) {
  (void)state;
  patch p = photograph(soft_above, 3.5);
  sd_quality q = measure(&p);
  check_near(q.edge_spread_px, 2.5631 * 1.2, 0.5);
  /* what is no skin does not speak for it */
  for (int y = 190; y < SIDE; y++)
    memset(p.skin.label.v + (size_t)y * SIDE, 0, SIDE);
  q = measure(&p);
  assert_true(q.edge_spread_px > 2 * 2.5631 * 1.2);
  patch_clear(&p);
}

static double even(int x, int y, double code) {
  (void)x;
  (void)y;
  return code;
}

static void skin_without_edges_has_no_sharpness(void **state) {
  (void)state;
  patch p = photograph(even, 150);
  sd_quality q = measure(&p);
  assert_true(isnan(q.edge_spread_px) && isnan(q.edge_spread_mm));
  check_near(q.noise, 0, 1e-6);
  patch_clear(&p);
}

/* ---- noise -------------------------------------------------------------------------------- */

static double noisy(int x, int y, double sigma) {
  return 140 + 0.1 * x + sigma * normal((uint32_t)(y * SIDE + x), 5);
}

static void noise_reads_its_sigma(void **state) {
  (void)state;
  for (double sigma = 0.5; sigma <= 8; sigma *= 2) {
    patch p = photograph(noisy, sigma);
    sd_quality q = measure(&p);
    print_message("noise of %.1f: reads %.2f\n", sigma, q.noise);
    /* the smoothest blocks are also those that chance made smooth */
    check_near(q.noise / sigma, 0.95, 0.08);
    patch_clear(&p);
  }
}

/* ---- exposure, clipping, colour ------------------------------------------------------------ */

static void exposure_is_in_stops(void **state) {
  (void)state;
  double codes[2] = {255 * sd_srgb_from_linear(0.30), 255 * sd_srgb_from_linear(0.15)};
  for (int k = 0; k < 2; k++) {
    patch p = photograph(even, codes[k]);
    sd_quality q = measure(&p);
    check_near(q.exposure_ev, -k, 1e-3);
    check_near(q.skin_luminance, k == 0 ? 0.30 : 0.15, 1e-4);
    check_near(q.cast_red, 0, 1e-6);
    check_near(q.cast_blue, 0, 1e-6);
    assert_int_equal(q.jpeg_quality, 0);
    assert_true(isnan(q.light_azimuth_deg) && isnan(q.light_strength));
    patch_clear(&p);
  }
}

/* What is not known is not even. */
static void light_is_told_as_far_as_it_is_known(void **state) {
  (void)state;
  assert_int_equal(sd_light_of(&(sd_quality){.light_azimuth_deg = NAN, .light_strength = NAN}),
                   SD_LIGHT_UNKNOWN);
  assert_int_equal(sd_light_of(&(sd_quality){.light_azimuth_deg = 90, .light_strength = 0.05}),
                   SD_LIGHT_EVEN);
  assert_int_equal(sd_light_of(&(sd_quality){.light_azimuth_deg = 90, .light_strength = 0.3}),
                   SD_LIGHT_SIDED);
}

static void cast_is_the_ratio_of_the_channels(void **state) {
  (void)state;
  patch p = photograph(even, 150);
  uint16_t *samples = p.photo.samples;
  double linear = sd_srgb_to_linear(150 / 255.0);
  for (int k = 0; k < SIDE * SIDE; k++) {
    samples[3 * k] = (uint16_t)lround(65535 * sd_srgb_from_linear(linear * 1.5));
    samples[3 * k + 2] = (uint16_t)lround(65535 * sd_srgb_from_linear(linear * 0.6));
  }
  sd_quality q = measure(&p);
  check_near(q.cast_red, log(1.5), 1e-3);
  check_near(q.cast_blue, log(0.6), 1e-3);
  patch_clear(&p);
}

/* Codes 255 in the left fifth, 2 in the lowest tenth of the rest. */
static double ends(int x, int y, double code) {
  return x < SIDE / 5 ? 255 : y >= SIDE * 9 / 10 ? 2 : code;
}

static void clipped_and_dark_shares_are_told(void **state) {
  (void)state;
  patch p = photograph(ends, 150);
  sd_mask zone = {0};
  sd_skin skin = {0};
  assert_int_equal(sd_mask_make(&zone, SIDE, SIDE, NULL), SD_OK);
  memset(zone.v, 1, (size_t)SIDE * SIDE);
  sd_skin_options options = {.zone_map = &zone};
  assert_int_equal(sd_skin_find(&skin, &p.photo, &p.face, &options, NULL), SD_OK);
  sd_skin given = p.skin;
  p.skin = skin;
  sd_quality q = measure(&p);
  print_message("clipped %.3f, dark %.3f, glare %.3f\n", q.clipped_share, q.dark_share,
                q.glare_share);
  check_near(q.clipped_share, 0.2, 0.03);
  check_near(q.dark_share, 0.08, 0.03);
  check_near(q.exposure_ev, log2(sd_srgb_to_linear(150 / 255.0) / 0.30), 0.02);
  p.skin = given;
  sd_skin_clear(&skin);
  sd_mask_clear(&zone);
  patch_clear(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(edges_rise_as_they_were_blurred),
      cmocka_unit_test(sharpness_is_that_of_the_whole_skin),
      cmocka_unit_test(skin_without_edges_has_no_sharpness),
      cmocka_unit_test(noise_reads_its_sigma),
      cmocka_unit_test(exposure_is_in_stops),
      cmocka_unit_test(light_is_told_as_far_as_it_is_known),
      cmocka_unit_test(cast_is_the_ratio_of_the_channels),
      cmocka_unit_test(clipped_and_dark_shares_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
