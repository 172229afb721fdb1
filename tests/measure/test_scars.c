/* Scars of known kind, size and place are found and named, at several tones; smooth skin with spots
 * has none; what was found does not depend on who looks. */
#include "relief_fixture.h"
#include "check.h"

#include "scardelta/scars.h"

/* Scars as the report lists them: more likely one than one in three. */
static const double LEAST = 0.35;

/* Photographs the fixture's skin at a tone and looks for scars, or marks, in this one photo. */
static void look_for(sd_scars *out, double tone, bool marks) {
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
  sd_mark_maps pigment = {.grid = m->grid,
                          .cell_mm = maps.cell_mm,
                          .brown = &m->melanin,
                          .haemoglobin = &m->haemoglobin,
                          .keep = &m->measured,
                          .label = &label,
                          .tone = tone};
  sd_status status =
      marks ? sd_marks_find(out, &pigment, LEAST, &diag) : sd_scars_find(out, &maps, LEAST, &diag);
  if (status != SD_OK)
    fail_msg("%s", diag.text);
  sd_mask_clear(&label);
  patch_clear(&p);
}

static void look(sd_scars *out, double tone) {
  look_for(out, tone, false);
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
  for (int n = 0; n < 3; n += every(3)) {
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

/* ---- marks -------------------------------------------------------------------------------- */

typedef struct marks_tally {
  int found, right_kind, size_inside, contrast_near, naevi, false_ones;
} marks_tally;

static int spot_at(const sd_scar *s) {
  for (int k = 0; k < RELIEF_SPOTS * RELIEF_SPOTS; k++)
    if (hypot(s->x * RELIEF_MM - relief_spot_x(k), s->y * RELIEF_MM - relief_spot_y(k)) < 0.5)
      return k;
  return -1;
}

static bool is_naevus_at(const sd_scar *s) {
  for (int k = 0; k < RELIEF_NAEVI; k++)
    if (hypot(s->x * RELIEF_MM - relief_naevi[k][0], s->y * RELIEF_MM - relief_naevi[k][1]) < 0.5)
      return true;
  return false;
}

static marks_tally count_marks(const sd_scars *marks) {
  marks_tally t = {0};
  for (size_t n = 0; n < marks->count; n++) {
    const sd_scar *s = &marks->v[n];
    int k = spot_at(s);
    bool naevus = is_naevus_at(s);
    t.naevi += naevus && s->kind == SD_NAEVUS;
    t.false_ones += k < 0 && !naevus;
    if (k < 0)
      continue;
    t.found++;
    t.right_kind += s->kind == (k % 2 == 0 ? SD_BROWN_MARK : SD_RED_MARK);
    t.size_inside += s->diameter_low_mm <= 2 * RELIEF_SPOT_RADIUS &&
                     2 * RELIEF_SPOT_RADIUS <= s->diameter_high_mm;
    t.contrast_near += fabs(s->contrast - relief_pigment) < 0.25 * relief_pigment;
  }
  return t;
}

static void marks_are_found_with_colour_size_and_contrast(void **state) {
  (void)state;
  const double tones[] = {0.65, 0.95};
  for (int n = 0; n < 2; n++) {
    sd_scars marks = {0};
    relief_reset();
    relief_naevus = 0.95;
    look_for(&marks, tones[n], true);
    marks_tally t = count_marks(&marks);
    if (t.found != 16 || t.right_kind != 16 || t.size_inside < 15 || t.contrast_near < 14 ||
        t.naevi != 2 || t.false_ones > 2)
      fail_msg("tone %.2f: %d of 16 spots, %d of the right kind, %d of the right size, %d of the "
               "right contrast, %d of 2 naevi, %d false",
               tones[n], t.found, t.right_kind, t.size_inside, t.contrast_near, t.naevi,
               t.false_ones);
    sd_scars_clear(&marks);
  }
}

/* Shading is not pigment: scars alone make no marks. */
static void relief_is_no_mark(void **state) {
  (void)state;
  sd_scars marks = {0};
  relief_reset();
  relief_pigment = 0;
  look_for(&marks, 0.8, true);
  if (marks.count > 2)
    fail_msg("%zu marks on skin without any", marks.count);
  sd_scars_clear(&marks);
}

/* Twice the area that an outline encloses, by the shoelace formula. */
static double twice_area(const sd_scar *s) {
  double sum = 0;
  for (int k = 0; k < SD_OUTLINE_POINTS; k++) {
    sd_point p = s->outline[k], q = s->outline[(k + 1) % SD_OUTLINE_POINTS];
    sum += p.x * q.y - q.x * p.y;
  }
  return sum;
}

/* Outlines run once round their scar, and enclose the area that the diameter says. */
static void outlines_enclose_what_the_diameter_says(void **state) {
  (void)state;
  for (int marks = 0; marks < 2; marks++) {
    sd_scars found = {0};
    relief_reset();
    look_for(&found, 0.8, marks == 1);
    assert_true(found.count >= 15);
    for (size_t n = 0; n < found.count; n++) {
      const sd_scar *s = &found.v[n];
      double diameter_px = s->diameter_mm / RELIEF_MM;
      double area = 3.14159265 / 4 * diameter_px * diameter_px;
      check_near(twice_area(s) / 2, area, 0.06 * area);
      for (int k = 0; k < SD_OUTLINE_POINTS; k++) {
        double turn = 2 * 3.14159265358979 * k / SD_OUTLINE_POINTS;
        double x = s->outline[k].x - s->x, y = s->outline[k].y - s->y;
        assert_true(x * cos(turn) + y * sin(turn) > 0.99 * hypot(x, y) && hypot(x, y) > 0);
      }
    }
    sd_scars_clear(&found);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(scars_are_found_and_named),
      cmocka_unit_test(bumps_are_told_by_their_company),
      cmocka_unit_test(spots_are_no_scars),
      cmocka_unit_test(every_scar_is_whole),
      cmocka_unit_test(marks_are_found_with_colour_size_and_contrast),
      cmocka_unit_test(relief_is_no_mark),
      cmocka_unit_test(outlines_enclose_what_the_diameter_says),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
