/* Scars of known kind, size and place are found and named, at several tones; smooth skin with spots
 * has none; what was found does not depend on who looks. */
#include "relief_fixture.h"
#include "check.h"

#include "scardelta/scars.h"

/* Scars as the report lists them: more likely one than one in three. */
static const double LEAST = 0.35;

/* Photographs the fixture's skin at a tone and looks for scars in this one photo. */
static void look(sd_scars *out, double tone) {
  patch p;
  sd_diag diag = {{0}};
  sd_pigment_axes axes = sd_pigment_axes_for_tone(tone);
  sd_measure_options options = {RELIEF_MM, axes, 0};
  patch_make(&p, relief_skin, RELIEF_SIDE, RELIEF_MM, &axes, 1.5, "skin");
  assert_int_equal(sd_measure(&p.measures, &p.photo, &p.skin, &options, &diag), SD_OK);
  const sd_measures *m = &p.measures;
  sd_mask label = {0};
  assert_int_equal(sd_mask_make(&label, m->grid.width, m->grid.height, NULL), SD_OK);
  memset(label.v, 1, (size_t)label.width * (size_t)label.height);
  sd_scar_maps maps = {.grid = m->grid,
                       .cell_mm = RELIEF_MM * m->grid.shrink,
                       .shading = &m->shading,
                       .brown = &m->melanin,
                       .haemoglobin = &m->haemoglobin,
                       .keep = &m->measured,
                       .label = &label,
                       .tone = tone};
  if (sd_scars_find(out, &maps, LEAST, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  sd_mask_clear(&label);
  patch_clear(&p);
}

typedef struct tally {
  int found, right_kind, size_inside, false_ones, raised;
} tally;

static int truth_at(const sd_scar *s) {
  for (int k = 0; k < RELIEF_SCARS; k++)
    if (hypot(s->x * RELIEF_MM - relief_scars[k].x, s->y * RELIEF_MM - relief_scars[k].y) <
        fmax(0.6, relief_scars[k].diameter / 2))
      return k;
  return -1;
}

static tally count(const sd_scars *scars) {
  tally t = {0};
  bool taken[RELIEF_SCARS] = {false};
  for (size_t n = 0; n < scars->count; n++) {
    const sd_scar *s = &scars->v[n];
    int k = truth_at(s);
    if (k < 0 || taken[k]) {
      t.false_ones++;
      continue;
    }
    taken[k] = true;
    t.found++;
    t.right_kind += s->kind == relief_scars[k].kind;
    t.raised += s->kind == SD_HYPERTROPHIC && relief_scars[k].kind == SD_HYPERTROPHIC;
    t.size_inside += s->diameter_low_mm <= relief_scars[k].diameter &&
                     relief_scars[k].diameter <= s->diameter_high_mm;
  }
  return t;
}

static void scars_are_found_and_named(void **state) {
  (void)state;
  const double tones[] = {0.65, 0.95, 1.3};
  for (int n = 0; n < 3; n++) {
    sd_scars scars = {0};
    relief_reset();
    look(&scars, tones[n]);
    tally t = count(&scars);
    if (t.found < 17 || t.false_ones > 5 || t.right_kind < 14 || t.size_inside < 14)
      fail_msg("tone %.2f: %d of %d found, %d of the right kind, %d of the right size, %d false",
               tones[n], t.found, RELIEF_SCARS, t.right_kind, t.size_inside, t.false_ones);
    sd_scars_clear(&scars);
  }
}

/* A bump under a lamp from the left looks like a hollow under one from the right: only the company
 * of other scars tells them apart. */
static void bumps_are_told_by_their_company(void **state) {
  (void)state;
  for (int side = -1; side <= 1; side += 2) {
    sd_scars scars = {0};
    relief_reset();
    relief_lamp_x = 0.6 * side;
    look(&scars, 0.8);
    tally t = count(&scars);
    if (t.raised < 3)
      fail_msg("lamp %+d: %d of 4 bumps told", side, t.raised);
    sd_scars_clear(&scars);
  }
}

static void spots_are_no_scars(void **state) {
  (void)state;
  sd_scars scars = {0};
  relief_reset();
  relief_left[0] = relief_left[1] = 0;
  look(&scars, 0.8);
  if (scars.count > 2)
    fail_msg("%zu scars on skin without any", scars.count);
  sd_scars_clear(&scars);
}

static void every_scar_is_whole(void **state) {
  (void)state;
  sd_scars scars = {0};
  relief_reset();
  look(&scars, 0.8);
  for (size_t n = 0; n < scars.count; n++) {
    const sd_scar *s = &scars.v[n];
    assert_true(s->kind <= SD_HYPERTROPHIC && sd_scar_kind_name(s->kind) != NULL);
    assert_true(s->score >= LEAST && s->score <= 1);
    assert_true(n == 0 || s->score <= scars.v[n - 1].score);
    assert_true(s->kind_probability > 0.25 && s->kind_probability <= 1);
    assert_true(s->diameter_low_mm < s->diameter_mm && s->diameter_mm < s->diameter_high_mm);
    assert_true(s->contrast > 0 && s->measured > 0.5);
    assert_int_equal(s->label, 1);
    assert_true(isnan(s->agreement)); /* one photo has nothing to agree with */
  }
  sd_scars_clear(&scars);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(scars_are_found_and_named),
      cmocka_unit_test(bumps_are_told_by_their_company),
      cmocka_unit_test(spots_are_no_scars),
      cmocka_unit_test(every_scar_is_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
