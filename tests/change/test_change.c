/* Change between synthetic patches with known truth: what was changed is told, what was not is not,
 * and the invariants hold. */
#include "skin_fixture.h"
#include "check.h"

enum { SIDE = 600 };
static const double MM = 0.1;
static sd_pigment_axes axes;

/* Blobs and bumps scattered by a seed: z1 is x < 30 mm, z2 the rest. */
typedef struct blob {
  double x, y, radius;
} blob;
enum { BLOBS = 60 };
static blob brown[BLOBS], red[BLOBS], pit[BLOBS];
/* Factors of the zone z1, set by a test before it photographs. */
static double brown_factor, red_factor, relief_factor, melanin_shift;

static void scatter(blob *blobs, uint64_t seed, double radius) {
  sd_random random = {seed};
  for (int k = 0; k < BLOBS; k++)
    blobs[k] = (blob){60 * sd_random_uniform(&random), 60 * sd_random_uniform(&random),
                      radius * (0.7 + 0.6 * sd_random_uniform(&random))};
}

static double bumps(const blob *blobs, double x, double y) {
  double sum = 0;
  for (int k = 0; k < BLOBS; k++) {
    double r2 = ((x - blobs[k].x) * (x - blobs[k].x) + (y - blobs[k].y) * (y - blobs[k].y)) /
                (blobs[k].radius * blobs[k].radius);
    if (r2 < 16)
      sum += exp(-0.5 * r2);
  }
  return sum;
}

static skin_point skin(double x, double y) {
  bool treated = x < 30;
  skin_point s = {0.9 + 0.02 * sin(x / 9) + (treated ? melanin_shift : 0), 0.5, -0.3};
  s.melanin += 0.15 * bumps(brown, x, y) * (treated ? brown_factor : 1);
  s.haemoglobin += 0.10 * bumps(red, x, y) * (treated ? red_factor : 1);
  s.light += 0.004 * (x - 30) - 0.15 * bumps(pit, x, y) * (treated ? relief_factor : 1);
  /* fine skin texture that both photos share */
  s.light += 0.02 * sin(x * 7.1 + 2 * sin(y * 3.3)) * sin(y * 6.3 + 2 * sin(x * 2.9));
  return s;
}

/* Smooth skin with one long furrow from top to bottom of z2, as between frowning brows. */
static double furrow_depth;

static skin_point furrowed(double x, double y) {
  double across = (x - 45 - 0.5 * sin(y / 8)) / 0.9;
  skin_point s = {0.9 + 0.02 * sin(x / 9), 0.5, -0.3};
  s.light += 0.004 * (x - 30) - furrow_depth * exp(-0.5 * across * across);
  s.light += 0.02 * sin(x * 7.1 + 2 * sin(y * 3.3)) * sin(y * 6.3 + 2 * sin(x * 2.9));
  return s;
}

static void untouched(void) {
  brown_factor = red_factor = relief_factor = 1;
  melanin_shift = 0;
}

static int set_up(void **state) {
  (void)state;
  axes = sd_pigment_axes_for_tone(0.8);
  scatter(brown, 1, 1.2);
  scatter(red, 2, 1.8);
  scatter(pit, 3, 0.6);
  untouched();
  return 0;
}

typedef struct outcome {
  patch before, after;
  sd_alignment alignment;
  sd_capture_match match;
  sd_change change;
} outcome;

static void find_change(outcome *o, const sd_change_options *options) {
  sd_diag diag = {{0}};
  sd_side b = {&o->before.photo,   &o->before.face,     &o->before.skin,
               &o->before.quality, &o->before.measures, NULL};
  sd_side a = {&o->after.photo,   &o->after.face,     &o->after.skin,
               &o->after.quality, &o->after.measures, NULL};
  if (sd_change_find(&o->change, &b, &a, &o->alignment, &o->match, options, &diag) != SD_OK)
    fail_msg("%s", diag.text);
}

/* Nothing moves in these patches, as between two files of one shot: only `forced` are changes told.
 */
static void compare(outcome *o, const char *control, bool forced) {
  sd_quality plain_quality = {.light_strength = 0, .exposure_ev = 0, .jpeg_quality = 0};
  sd_diag diag = {{0}};
  patch *both[] = {&o->before, &o->after};
  identity(&o->alignment, SIDE);
  assert_int_equal(sd_capture_match_measure(&o->match, &o->before.photo, &o->before.skin,
                                            &o->after.photo, &o->after.skin, &o->alignment, MM,
                                            &diag),
                   SD_OK);
  for (int k = 0; k < 2; k++) {
    sd_measure_options m = {MM, axes, 0};
    both[k]->quality = plain_quality;
    assert_int_equal(sd_chroma_spread_measure(&both[k]->quality.chroma_spread, &both[k]->photo,
                                              &both[k]->skin, &diag),
                     SD_OK);
    assert_int_equal(sd_measure(&both[k]->measures, &both[k]->photo, &both[k]->skin, &m, &diag),
                     SD_OK);
  }
  find_change(o, &(sd_change_options){.control_zone = control, .force = forced});
}

static void clear(outcome *o) {
  patch_clear(&o->before);
  patch_clear(&o->after);
  sd_alignment_clear(&o->alignment);
  sd_change_clear(&o->change);
  free(o);
}

/* Photographs untouched skin, then what the caller's factors made of it. */
static outcome *pair_with(double brown_now, double red_now, double relief_now, double shift,
                          double gain, const char *control) {
  outcome *o = calloc(1, sizeof *o);
  untouched();
  patch_make(&o->before, skin, SIDE, MM, &axes, 1, "before");
  brown_factor = brown_now;
  red_factor = red_now;
  relief_factor = relief_now;
  melanin_shift = shift;
  patch_make(&o->after, skin, SIDE, MM, &axes, gain, "after");
  untouched();
  compare(o, control, true);
  return o;
}

static const sd_metric *row(const outcome *o, const char *name, const char *zone) {
  for (size_t k = 0; k < o->change.metric_count; k++)
    if (strcmp(o->change.metrics[k].kind->name, name) == 0 &&
        strcmp(o->change.metrics[k].zone, zone) == 0)
      return &o->change.metrics[k];
  fail_msg("no row %s %s", name, zone);
  return NULL;
}

static void check_row(const outcome *o, const char *name, const char *zone, double truth,
                      double tolerance, sd_verdict verdict) {
  const sd_metric *m = row(o, name, zone);
  if (m->verdict != verdict)
    fail_msg("%s in %s: verdict %s (change %.4f, mdc %.4f, p %.3g, %s)", name, zone,
             sd_verdict_name(m->verdict), m->change, m->mdc, m->p_holm, m->reason);
  check_near(m->change, truth, tolerance);
  assert_true(m->ci_low <= truth && truth <= m->ci_high);
}

static void known_changes_are_told(void **state) {
  (void)state;
  outcome *o = pair_with(0.4, 1, 0.5, 0, 1, "z2");
  /* nothing moved at all, as between two files of one shot, and nothing else is found wrong */
  assert_int_equal(o->change.comparability.reason_count, 1);
  assert_string_equal(o->change.comparability.reasons[0].code, "one_shot");
  check_row(o, "brown_load", "z1", log(0.4), 0.12, SD_IMPROVED);
  /* the pits halve, the shared texture of the same band stays: between the two */
  const sd_metric *relief = row(o, "rough_mid", "z1");
  assert_int_equal(relief->verdict, SD_IMPROVED);
  assert_true(relief->change > log(0.5) && relief->change < -0.3);
  check_row(o, "red_load", "z1", 0, 0.05, SD_NO_DETECTABLE_CHANGE);
  assert_int_equal(row(o, "mel_uneven", "z1")->verdict, SD_IMPROVED);
  clear(o);
}

static void one_shot_saved_twice_has_no_change(void **state) {
  (void)state;
  outcome *o = pair_with(0.4, 1, 0.5, 0, 1, "z2");
  sd_change_clear(&o->change);
  sd_alignment_clear(&o->alignment);
  compare(o, "z2", false);
  int differ = 0;
  for (size_t k = 0; k < o->change.metric_count; k++) {
    const sd_metric *m = &o->change.metrics[k];
    assert_true(m->verdict == SD_NO_DETECTABLE_CHANGE || m->verdict == SD_NOT_MEASURABLE);
    differ += strstr(m->reason, "one and the same shot") != NULL;
  }
  assert_true(differ >= 3);
  const sd_mask *certain = &o->change.melanin.certain;
  for (size_t k = 0; k < (size_t)certain->width * (size_t)certain->height; k++)
    assert_int_equal(certain->v[k], 0);
  clear(o);
}

static const sd_reason *reason_of(const outcome *o, const char *code) {
  for (int k = 0; k < o->change.comparability.reason_count; k++)
    if (strcmp(o->change.comparability.reasons[k].code, code) == 0)
      return &o->change.comparability.reasons[k];
  return NULL;
}

static void days_in_the_wrong_order_are_told(void **state) {
  static const char *const EARLY = "2025-03-03T10:15:00", *const LATE = "2025-05-26T09:00:00";
  const struct {
    const char *before, *after;
    bool told;
  } DAYS[] = {{EARLY, LATE, false}, {LATE, EARLY, true}, {LATE, LATE, false}, {"", EARLY, false}};
  (void)state;
  outcome *o = pair_with(1, 1, 1, 0, 1, NULL);
  sd_comparable verdict = o->change.comparability.verdict;
  for (size_t k = 0; k < sizeof DAYS / sizeof DAYS[0]; k++) {
    snprintf(o->before.photo.capture.taken, 40, "%s", DAYS[k].before);
    snprintf(o->after.photo.capture.taken, 40, "%s", DAYS[k].after);
    sd_change_clear(&o->change);
    find_change(o, &(sd_change_options){.force = true});
    assert_int_equal(reason_of(o, "order") != NULL, DAYS[k].told);
    assert_int_equal(o->change.comparability.verdict, verdict);
  }
  clear(o);
}

/* Through a filter, as cameras and telephones offer them: each channel a curve of the lightness. */
static void tone(sd_photo *photo, const double gamma[3]) {
  uint16_t *v = photo->samples;
  for (int k = 0; k < photo->width * photo->height; k++) {
    double grey = (0.299 * v[3 * k] + 0.587 * v[3 * k + 1] + 0.114 * v[3 * k + 2]) / 65535;
    for (int c = 0; c < 3; c++)
      v[3 * k + c] = (uint16_t)lround(65535 * pow(grey, gamma[c]));
  }
}

static void photos_without_colour_tell_nothing_of_pigment(void **state) {
  static const double GREY[3] = {1, 1, 1}, SEPIA[3] = {0.8, 1, 1.3};
  static const char *const PIGMENT[] = {"brown_load", "red_load",      "mel_uneven", "hb_uneven",
                                        "hb_rel",     "delta_e_marks", "melanin_rel"};
  (void)state;
  for (int k = 0; k < 4; k += every(4)) {
    outcome *o = pair_with(0.4, 0.4, 0.5, 0, 1, "z2");
    const double *gamma = k % 2 == 0 ? GREY : SEPIA;
    assert_null(reason_of(o, "monochrome"));
    tone(&o->after.photo, gamma);
    if (k < 2)
      tone(&o->before.photo, gamma);
    sd_change_clear(&o->change);
    sd_alignment_clear(&o->alignment);
    sd_measures_clear(&o->before.measures);
    sd_measures_clear(&o->after.measures);
    compare(o, "z2", true);
    assert_non_null(reason_of(o, "monochrome"));
    for (size_t m = 0; m < sizeof PIGMENT / sizeof *PIGMENT; m++) {
      assert_int_equal(row(o, PIGMENT[m], "z1")->verdict, SD_NOT_MEASURABLE);
      assert_non_null(strstr(row(o, PIGMENT[m], "z1")->reason, "without colour"));
    }
    if (k < 2) /* relief is still seen */
      assert_int_equal(row(o, "rough_mid", "z1")->verdict, SD_IMPROVED);
    clear(o);
  }
}

static void redness_up_is_worse(void **state) {
  (void)state;
  count_without_sanitizers();
  outcome *o = pair_with(1, 2.2, 1, 0, 1, "z2");
  check_row(o, "red_load", "z1", log(2.2), 0.15, SD_WORSENED);
  check_row(o, "brown_load", "z1", 0, 0.05, SD_NO_DETECTABLE_CHANGE);
  clear(o);
}

static void a_zone_against_the_other(void **state) {
  (void)state;
  count_without_sanitizers();
  outcome *o = pair_with(1, 1, 1, -0.08, 0.9, "z2");
  check_row(o, "melanin_rel", "z1", -0.08, 0.004, SD_CHANGED);
  check_row(o, "hb_rel", "z1", 0, 0.004, SD_NO_DETECTABLE_CHANGE);
  clear(o);
}

static void exposure_moves_no_verdict(void **state) {
  (void)state;
  count_without_sanitizers();
  outcome *o = pair_with(1, 1, 1, 0, 0.9, NULL);
  for (size_t k = 0; k < o->change.metric_count; k++) {
    const sd_metric *m = &o->change.metrics[k];
    assert_true(m->verdict == SD_NO_DETECTABLE_CHANGE || m->verdict == SD_NOT_MEASURABLE);
    if (m->verdict == SD_NO_DETECTABLE_CHANGE)
      check_near(m->change, 0, strcmp(m->kind->unit, "ln") == 0 ? 0.02 : 0.15);
  }
  clear(o);
}

static void every_row_is_whole_or_says_why(void **state) {
  (void)state;
  count_without_sanitizers();
  outcome *o = pair_with(0.4, 1, 0.5, 0, 1, NULL);
  size_t kinds;
  sd_metric_kinds(&kinds);
  assert_int_equal(o->change.metric_count, 3 * kinds); /* z1, z2, all_skin */
  for (size_t k = 0; k < o->change.metric_count; k++) {
    const sd_metric *m = &o->change.metrics[k];
    if (m->verdict == SD_NOT_MEASURABLE) {
      assert_true(isnan(m->change) && strlen(m->reason) > 10);
      continue;
    }
    assert_true(m->ci_low <= m->change && m->change <= m->ci_high);
    assert_true(m->mdc > 0 && isfinite(m->mdc));
    bool ratio = strcmp(m->kind->unit, "ln") == 0;
    check_near(ratio ? log(m->after / m->before) : m->after - m->before, m->change, 1e-9);
  }
  clear(o);
}

static bool lists_scar(const sd_change *change, const char *zone) {
  for (size_t k = 0; k < change->scar_count; k++)
    if (sd_scar_is_relief(change->scars[k].scar.kind) && strcmp(change->scars[k].zone, zone) == 0)
      return true;
  return false;
}

/* A fold that smoothes stands out as scars do, and is none: it is in the relief, not in theirs. */
static void a_fold_is_no_scar(void **state) {
  (void)state;
  outcome *o = calloc(1, sizeof *o);
  furrow_depth = 0.15;
  patch_make(&o->before, furrowed, SIDE, MM, &axes, 1, "before");
  furrow_depth = 0.05;
  patch_make(&o->after, furrowed, SIDE, MM, &axes, 1, "after");
  compare(o, NULL, true);
  assert_int_equal(row(o, "rough_mid", "z2")->verdict, SD_IMPROVED);
  for (int z = 0; z < 2; z++) {
    const char *zone = z == 0 ? "z1" : "z2";
    print_message("%s: scar listed: %d, scar_relief %s\n", zone, lists_scar(&o->change, zone),
                  sd_verdict_name(row(o, "scar_relief", zone)->verdict));
    assert_false(lists_scar(&o->change, zone));
    assert_int_equal(row(o, "scar_relief", zone)->verdict, SD_NOT_MEASURABLE);
  }
  assert_string_equal(row(o, "scar_relief", "z2")->reason, "no scar was found in this zone");
  clear(o);
  o = pair_with(1, 1, 0.5, 0, 1, "z2");
  assert_true(lists_scar(&o->change, "z1"));
  assert_int_equal(row(o, "scar_relief", "z1")->verdict, SD_IMPROVED);
  clear(o);
}

static void exchange_flips_signs(void **state) {
  (void)state;
  outcome *o = pair_with(0.4, 1.6, 0.5, 0, 0.9, NULL);
  sd_metric was[256];
  size_t n = o->change.metric_count;
  memcpy(was, o->change.metrics, n * sizeof *was);
  sd_side b = {&o->before.photo,   &o->before.face,     &o->before.skin,
               &o->before.quality, &o->before.measures, NULL};
  sd_side a = {&o->after.photo,   &o->after.face,     &o->after.skin,
               &o->after.quality, &o->after.measures, NULL};
  assert_int_equal(sd_change_exchange(&o->change, &a, &b, &o->alignment, NULL), SD_OK);
  for (size_t k = 0; k < n; k++) {
    const sd_metric *now = &o->change.metrics[k];
    if (was[k].verdict == SD_NOT_MEASURABLE)
      continue;
    check_near(now->change, -was[k].change, 0);
    check_near(now->ci_low, -was[k].ci_high, 0);
    check_near(now->before, was[k].after, 0);
    if (was[k].verdict == SD_IMPROVED)
      assert_int_equal(now->verdict, SD_WORSENED);
  }
  clear(o);
}

static void an_unknown_control_zone_is_refused(void **state) {
  (void)state;
  outcome *o = pair_with(1, 1, 1, 0, 1, NULL);
  sd_change change = {0};
  sd_diag diag = {{0}};
  sd_capture_match match = o->change.match;
  sd_change_options options = {.control_zone = "elbow"};
  sd_side b = {&o->before.photo,   &o->before.face,     &o->before.skin,
               &o->before.quality, &o->before.measures, NULL};
  assert_int_equal(sd_change_find(&change, &b, &b, &o->alignment, &match, &options, &diag),
                   SD_USAGE);
  assert_non_null(strstr(diag.text, "elbow"));
  clear(o);
}

static void unlike_photos_are_refused_with_reasons(void **state) {
  (void)state;
  outcome *o = pair_with(1, 1, 1, 0, 1, NULL);
  sd_change change = {0};
  sd_capture_match match = o->change.match;
  sd_change_options options = {0};
  o->alignment.likeness = 0.2;
  o->alignment.same_skin = false;
  sd_side b = {&o->before.photo,   &o->before.face,     &o->before.skin,
               &o->before.quality, &o->before.measures, NULL};
  sd_side a = {&o->after.photo,   &o->after.face,     &o->after.skin,
               &o->after.quality, &o->after.measures, NULL};
  assert_int_equal(sd_change_find(&change, &b, &a, &o->alignment, &match, &options, NULL), SD_OK);
  assert_int_equal(change.comparability.verdict, SD_NOT_COMPARABLE_PAIR);
  assert_int_equal(change.metric_count, 0);
  assert_string_equal(change.comparability.reasons[0].code, "different_skin");
  assert_true(strlen(change.comparability.reasons[0].advice) > 10);
  options.force = true;
  sd_change_clear(&change);
  assert_int_equal(sd_change_find(&change, &b, &a, &o->alignment, &match, &options, NULL), SD_OK);
  assert_true(change.metric_count > 0);
  sd_change_clear(&change);
  clear(o);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(known_changes_are_told),
      cmocka_unit_test(one_shot_saved_twice_has_no_change),
      cmocka_unit_test(days_in_the_wrong_order_are_told),
      cmocka_unit_test(photos_without_colour_tell_nothing_of_pigment),
      cmocka_unit_test(redness_up_is_worse),
      cmocka_unit_test(a_zone_against_the_other),
      cmocka_unit_test(exposure_moves_no_verdict),
      cmocka_unit_test(a_fold_is_no_scar),
      cmocka_unit_test(every_row_is_whole_or_says_why),
      cmocka_unit_test(exchange_flips_signs),
      cmocka_unit_test(an_unknown_control_zone_is_refused),
      cmocka_unit_test(unlike_photos_are_refused_with_reasons),
  };
  return cmocka_run_group_tests(tests, set_up, NULL);
}
