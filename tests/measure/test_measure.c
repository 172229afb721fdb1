/* Maps of synthetic skin read what was put in. */
#include "skin_fixture.h"
#include "check.h"

enum { SIDE = 360 };
static const double MM = 0.1; /* 10 px a mm */
static sd_pigment_axes axes;

static skin_point plain(double x, double y) {
  (void)x;
  (void)y;
  return (skin_point){0.9, 0.5, -0.2};
}

/* A brown spot of +0.2 OD and a red one of +0.1 OD, both 3 mm, under a slope of light. */
static skin_point spots(double x, double y) {
  skin_point s = plain(x, y);
  s.light += 0.01 * x;
  if (hypot(x - 9, y - 18) < 3)
    s.melanin += 0.2;
  if (hypot(x - 27, y - 18) < 3)
    s.haemoglobin += 0.1;
  return s;
}

/* Relief only: a wave of light of 1.6 mm, the middle band. */
static skin_point wavy(double x, double y) {
  skin_point s = plain(x, y);
  s.light += 0.05 * sin(2 * 3.14159265 * x / 1.6);
  return s;
}

static int set_up(void **state) {
  (void)state;
  axes = sd_pigment_axes_for_tone(0.8);
  return 0;
}

static void measure_patch(patch *p, double extra_blur_px) {
  sd_measure_options options = {p->mm_per_px, axes, extra_blur_px};
  assert_int_equal(sd_measure(&p->measures, &p->photo, &p->skin, &options, NULL), SD_OK);
}

static float at_mm(const sd_measures *m, const sd_map *map, double x, double y) {
  double cell = m->mm_per_px * m->grid.shrink;
  return sd_map_at(map, x / cell, y / cell);
}

static void solving_undoes_mixing(void **state) {
  (void)state;
  for (double tone = 0.4; tone < 1.8; tone += 0.1) {
    sd_pigment_axes a = sd_pigment_axes_for_tone(tone);
    double density[3], mhs[3];
    for (int c = 0; c < 3; c++)
      density[c] = 0.7 * a.melanin[c] + 0.3 * a.haemoglobin[c] + 0.11 / sqrt(3);
    sd_pigment_solve(&a, density, mhs);
    check_near(mhs[0], 0.7, 1e-9);
    check_near(mhs[1], 0.3, 1e-9);
    check_near(mhs[2], 0.11, 1e-9);
    for (int c = 0; c < 3; c++) /* the table's rows are unit vectors to its three digits */
      check_near(sqrt(a.melanin[0] * a.melanin[0] + a.melanin[1] * a.melanin[1] +
                      a.melanin[2] * a.melanin[2]),
                 1, 3e-3);
  }
}

static void pigment_reads_true(void **state) {
  (void)state;
  patch p;
  patch_make(&p, spots, SIDE, MM, &axes, 1, "spots");
  measure_patch(&p, 0);
  double m0 = at_mm(&p.measures, &p.measures.melanin, 18, 6);
  double h0 = at_mm(&p.measures, &p.measures.haemoglobin, 18, 6);
  check_near(m0, 0.9, 0.003);
  check_near(h0, 0.5, 0.003);
  check_near(at_mm(&p.measures, &p.measures.melanin, 9, 18) - m0, 0.2, 0.004);
  check_near(at_mm(&p.measures, &p.measures.haemoglobin, 9, 18) - h0, 0, 0.004);
  check_near(at_mm(&p.measures, &p.measures.haemoglobin, 27, 18) - h0, 0.1, 0.004);
  check_near(at_mm(&p.measures, &p.measures.melanin, 27, 18) - m0, 0, 0.004);
  check_near(at_mm(&p.measures, &p.measures.shading, 30, 6) -
                 at_mm(&p.measures, &p.measures.shading, 5, 6),
             0.25, 0.01);
  patch_clear(&p);
}

static void brightness_moves_shading_alone(void **state) {
  (void)state;
  patch a, b;
  patch_make(&a, spots, SIDE, MM, &axes, 1, "a");
  patch_make(&b, spots, SIDE, MM, &axes, 0.8, "b");
  measure_patch(&a, 0);
  measure_patch(&b, 0);
  for (double x = 2; x < 34; x += 1.3) {
    check_near(at_mm(&a.measures, &a.measures.melanin, x, 17),
               at_mm(&b.measures, &b.measures.melanin, x, 17), 0.002);
    check_near(at_mm(&a.measures, &a.measures.shading, x, 17) -
                   at_mm(&b.measures, &b.measures.shading, x, 17),
               -log(0.8), 0.002);
  }
  patch_clear(&a);
  patch_clear(&b);
}

static double band_rms(const sd_measures *m, int band) {
  double sum = 0;
  size_t n = 0;
  for (int k = 0; k < m->band[band].width * m->band[band].height; k++)
    if (!isnan(m->band[band].v[k])) {
      sum += m->band[band].v[k] * m->band[band].v[k];
      n++;
    }
  return n > 0 ? sqrt(sum / (double)n) : NAN;
}

static void relief_lies_in_its_band(void **state) {
  (void)state;
  patch p, q;
  patch_make(&p, wavy, SIDE, MM, &axes, 1, "wavy");
  patch_make(&q, plain, SIDE, MM, &axes, 1, "plain");
  measure_patch(&p, 0);
  measure_patch(&q, 0);
  /* difference of Gaussians at 1.6 mm: exp(-2 pi^2 s1^2 f^2) - exp(-2 pi^2 s2^2 f^2), less the
   * smoothing and the cells of 0.2 mm */
  double f = 1 / 1.6, s1 = 0.19 * 0.8, s2 = 0.19 * 3, g = 2 * 9.8696 * f * f;
  double expected = 0.05 / sqrt(2) * (exp(-g * s1 * s1) - exp(-g * s2 * s2));
  check_near(band_rms(&p.measures, 1) / expected, 0.9, 0.1);
  assert_true(band_rms(&p.measures, 1) > 4 * band_rms(&p.measures, 2));
  assert_true(band_rms(&q.measures, 1) < 0.001);
  patch_clear(&p);
  patch_clear(&q);
}

static void softening_lowers_the_fine_band(void **state) {
  (void)state;
  patch p;
  patch_make(&p, wavy, SIDE, MM, &axes, 1, "wavy");
  measure_patch(&p, 0);
  double sharp = band_rms(&p.measures, 1);
  measure_patch(&p, 3);
  double f = 1 / 1.6, s = 0.3; /* 3 px = 0.3 mm */
  check_near(band_rms(&p.measures, 1) / sharp, exp(-2 * 9.8696 * f * f * s * s), 0.05);
  patch_clear(&p);
}

static void without_scale_there_is_no_relief(void **state) {
  (void)state;
  patch p;
  patch_make(&p, wavy, SIDE, MM, &axes, 1, "wavy");
  p.mm_per_px = 0;
  measure_patch(&p, 0);
  for (int b = 0; b < SD_BANDS; b++) {
    assert_null(p.measures.band[b].v);
    assert_true(strlen(p.measures.band_reason[b]) > 10);
  }
  assert_non_null(p.measures.melanin.v);
  patch_clear(&p);
}

static void masked_skin_does_not_bleed(void **state) {
  (void)state;
  patch p;
  patch_make(&p, spots, SIDE, MM, &axes, 1, "spots");
  for (int y = 0; y < SIDE; y++) /* the brown spot is declared hair: its surround must not notice */
    for (int x = 0; x < SIDE; x++)
      if (hypot(x * MM - 9, y * MM - 18) < 3.1)
        p.skin.excluded.v[y * SIDE + x] = SD_EXCLUDED_HAIR;
  measure_patch(&p, 0);
  assert_true(isnan(at_mm(&p.measures, &p.measures.melanin, 9, 18)));
  check_near(at_mm(&p.measures, &p.measures.melanin, 9, 18 - 3.6), 0.9, 0.004);
  patch_clear(&p);
}

static void tone_of_the_patch(void **state) {
  (void)state;
  patch p;
  patch_make(&p, plain, SIDE, MM, &axes, 1, "plain");
  double expected =
      0.9 * (axes.melanin[2] - axes.melanin[0]) + 0.5 * (axes.haemoglobin[2] - axes.haemoglobin[0]);
  check_near(sd_skin_tone(&p.photo, &p.skin), expected, 0.002);
  patch_clear(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(solving_undoes_mixing),
      cmocka_unit_test(pigment_reads_true),
      cmocka_unit_test(brightness_moves_shading_alone),
      cmocka_unit_test(relief_lies_in_its_band),
      cmocka_unit_test(softening_lowers_the_fine_band),
      cmocka_unit_test(without_scale_there_is_no_relief),
      cmocka_unit_test(masked_skin_does_not_bleed),
      cmocka_unit_test(tone_of_the_patch),
  };
  return cmocka_run_group_tests(tests, set_up, NULL);
}
