/* Two photos of one skin, the second bent by a known tone curve: it is read, undone, and neither
 * treatment nor noise nor another lamp is taken for one. */
#include "skin_fixture.h"
#include "check.h"

enum { SIDE = 600, BLOBS = 120 };
static const double MM = 0.12;
static sd_pigment_axes axes;

typedef struct blob {
  double x, y, radius;
} blob;
static blob brown[BLOBS], red[BLOBS], pit[BLOBS];
/* Of the marks in the left half; and what a lamp from another side adds. */
static double left_factor, lamp;

static void scatter(blob *blobs, uint64_t seed, double radius) {
  sd_random random = {seed};
  for (int k = 0; k < BLOBS; k++)
    blobs[k] =
        (blob){SIDE * MM * sd_random_uniform(&random), SIDE * MM * sd_random_uniform(&random),
               radius * (0.7 + 0.6 * sd_random_uniform(&random))};
}

static double bumps(const blob *blobs, double x, double y) {
  double sum = 0;
  for (int k = 0; k < BLOBS; k++) {
    double dx = x - blobs[k].x, dy = y - blobs[k].y;
    double r2 = (dx * dx + dy * dy) / (blobs[k].radius * blobs[k].radius);
    if (r2 < 16)
      sum += exp(-0.5 * r2);
  }
  return sum;
}

static skin_point skin(double x, double y) {
  double factor = x < SIDE * MM / 2 ? left_factor : 1;
  skin_point s = {0.9, 0.5, -0.2};
  s.melanin += 0.2 * factor * bumps(brown, x, y);
  s.haemoglobin += 0.15 * factor * bumps(red, x, y);
  s.light += -0.25 * factor * bumps(pit, x, y) + 0.05 * sin(x / 2) * cos(y / 2.5);
  s.light += lamp * (0.01 * x + 0.06 * sin(x / 3 + 1) * sin(y / 3.5));
  return s;
}

static int set_up(void **state) {
  (void)state;
  axes = sd_pigment_axes_for_tone(0.8);
  scatter(brown, 1, 1.5);
  scatter(red, 2, 2.5);
  scatter(pit, 3, 1);
  return 0;
}

/* ---- the second photo ---- */

typedef double (*curve)(double coded);
static double plain(double coded) {
  return coded;
}
static double contrast(double coded) {
  return fmin(fmax(0.5 + 1.15 * (coded - 0.5), 0), 1);
}
static double brighter(double coded) {
  return pow(coded, 0.85);
}

static void develop(patch *p, curve by, double saturation, double noise, uint64_t seed) {
  uint16_t *samples = p->photo.samples;
  sd_random random = {seed};
  for (int k = 0; k < SIDE * SIDE; k++) {
    double v[3], grey;
    for (int c = 0; c < 3; c++)
      v[c] = by(samples[3 * k + c] / 65535.0) + noise * sd_random_normal(&random);
    grey = 0.299 * v[0] + 0.587 * v[1] + 0.114 * v[2];
    for (int c = 0; c < 3; c++)
      samples[3 * k + c] =
          (uint16_t)(65535 * fmin(fmax(grey + saturation * (v[c] - grey), 0), 1) + 0.5);
  }
}

typedef struct couple {
  patch first, second;
  sd_alignment alignment;
} couple;

static void make(couple *c, double factor, double other_lamp) {
  left_factor = 1;
  lamp = 0;
  patch_make(&c->first, skin, SIDE, MM, &axes, 1, "first");
  left_factor = factor;
  lamp = other_lamp;
  patch_make(&c->second, skin, SIDE, MM, &axes, 0.9, "second");
  identity(&c->alignment, SIDE);
}

static void clear(couple *c) {
  patch_clear(&c->first);
  patch_clear(&c->second);
  sd_alignment_clear(&c->alignment);
}

static sd_tone read_tone(const couple *c, int untreated) {
  sd_tone tone;
  sd_diag diag = {{0}};
  if (sd_tone_find(&tone, &c->first.photo, &c->first.skin, &c->second.photo, &c->second.skin,
                   &c->alignment, MM, untreated, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  print_message("contrast %+.3f (%.3f), bend %+.3f (%.3f), saturation %+.3f (%.3f), told %d %d\n",
                tone.contrast, tone.contrast_error, tone.bend, tone.bend_error, tone.saturation,
                tone.saturation_error, tone.curve_told, tone.saturation_told);
  return tone;
}

/* Root mean square of ln first - ln second over the pixels, their mean taken away. */
static double unlike(const couple *c) {
  double sum = 0, sum2 = 0, count = 0;
  for (int y = 0; y < SIDE; y += 7)
    for (int x = 0; x < SIDE; x += 7, count += 3) {
      float a[3], b[3];
      sd_photo_linear_at(&c->first.photo, x, y, a);
      sd_photo_linear_at(&c->second.photo, x, y, b);
      for (int k = 0; k < 3; k++) {
        double d = log((double)a[k] / (double)b[k]);
        sum += d;
        sum2 += d * d;
      }
    }
  return sqrt(sum2 / count - sum / count * sum / count);
}

/* ---- tests ---- */

static void one_curve_is_none(void **state) {
  (void)state;
  couple c;
  make(&c, 1, 0);
  develop(&c.second, plain, 1, 0.004, 5);
  sd_tone tone = read_tone(&c, 0);
  assert_false(tone.curve_told);
  assert_false(tone.saturation_told);
  check_near(tone.contrast, 0, 0.01);
  sd_untoned kept;
  float *curve_before = c.second.photo.curve[0];
  assert_int_equal(sd_tone_apply(&tone, &c.second.photo, &kept, NULL), SD_OK);
  assert_ptr_equal(c.second.photo.curve[0], curve_before);
  sd_tone_undo(&c.second.photo, &kept);
  clear(&c);
}

static void check_undone(curve by, double saturation) {
  couple c;
  make(&c, 1, 0);
  develop(&c.second, by, saturation, 0, 5);
  double apart = unlike(&c);
  sd_tone tone = read_tone(&c, 0);
  assert_true(tone.curve_told || tone.saturation_told);
  sd_untoned kept;
  float *curve_before = c.second.photo.curve[1];
  assert_int_equal(sd_tone_apply(&tone, &c.second.photo, &kept, NULL), SD_OK);
  print_message("apart %.4f, undone %.4f\n", apart, unlike(&c));
  assert_true(unlike(&c) < 0.25 * apart);
  for (int k = 1; k < 65536; k++)
    assert_true(c.second.photo.curve[1][k] >= c.second.photo.curve[1][k - 1]);
  sd_tone_undo(&c.second.photo, &kept);
  assert_ptr_equal(c.second.photo.curve[1], curve_before);
  assert_true(unlike(&c) == apart);
  clear(&c);
}

static void contrast_is_undone(void **state) {
  (void)state;
  check_undone(contrast, 1);
}

static void power_is_undone(void **state) {
  (void)state;
  check_undone(brighter, 1);
}

static void saturation_is_undone(void **state) {
  (void)state;
  check_undone(plain, 1.25);
}

/* Half of the skin is treated; the other half, said to be untreated, tells the curve. */
static void treatment_is_no_curve(void **state) {
  (void)state;
  couple c;
  make(&c, 0.4, 0);
  develop(&c.second, plain, 1, 0.004, 5);
  sd_tone tone = read_tone(&c, 2);
  assert_false(tone.curve_told);
  check_near(tone.contrast, 0, 0.015);
  clear(&c);
  make(&c, 0.4, 0);
  develop(&c.second, contrast, 1, 0.004, 5);
  tone = read_tone(&c, 2);
  assert_true(tone.curve_told);
  check_near(tone.contrast, -0.125, 0.03);
  clear(&c);
}

static void noise_is_no_curve(void **state) {
  (void)state;
  couple c;
  make(&c, 1, 0);
  develop(&c.first, plain, 1, 0.01, 4);
  develop(&c.second, plain, 1, 0.04, 5);
  sd_tone tone = read_tone(&c, 0);
  assert_false(tone.curve_told);
  assert_false(tone.saturation_told);
  clear(&c);
}

static void another_lamp_is_no_curve(void **state) {
  (void)state;
  couple c;
  make(&c, 1, 1);
  develop(&c.second, plain, 1, 0.004, 5);
  sd_tone tone = read_tone(&c, 0);
  assert_false(tone.curve_told);
  assert_false(tone.saturation_told);
  clear(&c);
}

static void nothing_seen_says_nothing(void **state) {
  (void)state;
  couple c;
  make(&c, 1, 0);
  memset(c.second.skin.excluded.v, SD_EXCLUDED_CLIPPED, (size_t)SIDE * SIDE);
  sd_tone tone = read_tone(&c, 0);
  assert_true(tone.contrast == 0 && tone.bend == 0 && tone.saturation == 0);
  assert_false(tone.curve_told || tone.saturation_told);
  clear(&c);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_curve_is_none),        cmocka_unit_test(contrast_is_undone),
      cmocka_unit_test(power_is_undone),          cmocka_unit_test(saturation_is_undone),
      cmocka_unit_test(treatment_is_no_curve),    cmocka_unit_test(noise_is_no_curve),
      cmocka_unit_test(another_lamp_is_no_curve), cmocka_unit_test(nothing_seen_says_nothing),
  };
  return cmocka_run_group_tests(tests, set_up, NULL);
}
