/* What became of scars of known change: states, intervals, exchange. */
#include "relief_fixture.h"
#include "check.h"

typedef struct outcome {
  patch before, after;
  sd_alignment alignment;
  sd_change change;
} outcome;

static sd_side side_of(const patch *p) {
  return (sd_side){&p->photo, &p->face, &p->skin, &p->quality, &p->measures, NULL};
}

/* Pigment of the second photo's left half, and of the naevi, as shares of the first's. */
static double pigment_left = 1, naevus_left = 1, naevus;

/* Untouched skin, then skin whose left half has so much of its scars left. */
static outcome *pair_of(double left_before, double left_after, double tone, const char *control) {
  outcome *o = calloc(1, sizeof *o);
  sd_diag diag = {{0}};
  sd_capture_match match = {0};
  sd_pigment_axes axes = sd_pigment_axes_for_tone(tone);
  sd_change_options options = {.control_zone = control, .force = true};
  patch *both[] = {&o->before, &o->after};
  relief_reset();
  for (int k = 0; k < 2; k++) {
    relief_photo = k;
    relief_left[0] = k == 0 ? left_before : left_after;
    relief_pigment_left[0] = k == 0 ? 1 : pigment_left;
    relief_naevus = k == 0 ? naevus : naevus * naevus_left;
    relief_lamp_x = k == 0 ? -0.6 : -0.57; /* no lamp stands twice in one place */
    sd_measure_options m = {RELIEF_MM, axes, 0};
    patch_make(both[k], relief_skin, RELIEF_SIDE, RELIEF_MM, &axes, 1.5, k == 0 ? "one" : "two");
    assert_int_equal(sd_measure(&both[k]->measures, &both[k]->photo, &both[k]->skin, &m, &diag),
                     SD_OK);
  }
  identity(&o->alignment, RELIEF_SIDE);
  assert_int_equal(sd_map_make(&o->alignment.error_map, o->alignment.forward.columns,
                               o->alignment.forward.rows, NULL),
                   SD_OK);
  assert_int_equal(sd_capture_match_measure(&match, &o->before.photo, &o->before.skin,
                                            &o->after.photo, &o->after.skin, &o->alignment,
                                            RELIEF_MM, &diag),
                   SD_OK);
  sd_side b = side_of(&o->before), a = side_of(&o->after);
  if (sd_change_find(&o->change, &b, &a, &o->alignment, &match, &options, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  return o;
}

static void clear(outcome *o) {
  patch_clear(&o->before);
  patch_clear(&o->after);
  sd_alignment_clear(&o->alignment);
  sd_change_clear(&o->change);
  free(o);
}

typedef struct states {
  int all, of[SD_SCAR_NEW + 1], covered, near;
} states;

/* States of one half's scars, how many intervals hold the truth, and how many changes are near it:
 * shading of steep walls is no linear measure of their depth. */
static states states_of(const outcome *o, const char *zone, double truth) {
  states s = {0};
  for (size_t k = 0; k < o->change.scar_count; k++) {
    const sd_scar_change *c = &o->change.scars[k];
    if (strcmp(c->zone, zone) != 0 || !sd_scar_is_relief(c->scar.kind))
      continue;
    s.all++;
    s.of[c->state]++;
    s.near += c->state != SD_SCAR_UNMATCHED && fabs(c->change - truth) < 0.35;
    s.covered += c->state != SD_SCAR_UNMATCHED && c->ci_low <= truth && truth <= c->ci_high;
  }
  return s;
}

static void treated_scars_are_reduced_the_others_unchanged(void **state) {
  (void)state;
  const double tones[] = {0.65, 1.0, 1.25};
  for (int n = 0; n < 3; n += every(3)) {
    outcome *o = pair_of(1, 0.4, tones[n], "z2");
    states treated = states_of(o, "z1", log(0.4)), control = states_of(o, "z2", 0);
    int reduced = treated.of[SD_SCAR_REDUCED] + treated.of[SD_SCAR_RESOLVED];
    if (treated.all < 8 || reduced < treated.all - 3 || treated.of[SD_SCAR_ENLARGED] > 0 ||
        treated.of[SD_SCAR_NEW] > 0)
      fail_msg("tone %.2f: %d of %d treated scars reduced", tones[n], reduced, treated.all);
    int still = control.of[SD_SCAR_UNCHANGED] + control.of[SD_SCAR_UNMATCHED];
    if (control.all < 8 || still < control.all)
      fail_msg("tone %.2f: %d of %d untreated scars unchanged", tones[n], still, control.all);
    if (control.covered + control.of[SD_SCAR_UNMATCHED] < control.all - 1 ||
        treated.near < treated.all - 3)
      fail_msg("tone %.2f: %d intervals of %d hold no change, %d of %d are near the truth",
               tones[n], control.covered, control.all, treated.near, treated.all);
    clear(o);
  }
}

static void scars_that_come_are_new_or_enlarged(void **state) {
  (void)state;
  count_without_sanitizers();
  outcome *o = pair_of(0, 1, 0.8, "z2");
  states treated = states_of(o, "z1", 0);
  assert_true(treated.of[SD_SCAR_NEW] >= 5);
  assert_int_equal(treated.of[SD_SCAR_REDUCED] + treated.of[SD_SCAR_RESOLVED], 0);
  clear(o);
}

static void exchange_turns_states_round(void **state) {
  (void)state;
  count_without_sanitizers();
  outcome *o = pair_of(1, 0, 0.8, "z2");
  sd_side b = side_of(&o->before), a = side_of(&o->after);
  states there = states_of(o, "z1", 0);
  double low = o->change.scars[0].ci_low;
  assert_true(there.of[SD_SCAR_RESOLVED] >= 5);
  assert_int_equal(sd_change_exchange(&o->change, &a, &b, &o->alignment, NULL), SD_OK);
  states back = states_of(o, "z1", 0);
  assert_int_equal(back.of[SD_SCAR_NEW], there.of[SD_SCAR_RESOLVED]);
  assert_int_equal(back.of[SD_SCAR_ENLARGED], there.of[SD_SCAR_REDUCED]);
  check_near(o->change.scars[0].ci_high, -low, 0);
  clear(o);
}

/* ---- marks -------------------------------------------------------------------------------- */

typedef struct marks_seen {
  int all, of[SD_SCAR_NEW + 1], covered;
} marks_seen;

static marks_seen marks_of(const outcome *o, const char *zone, sd_scar_kind kind, double truth) {
  marks_seen m = {0};
  for (size_t k = 0; k < o->change.scar_count; k++) {
    const sd_scar_change *c = &o->change.scars[k];
    if (strcmp(c->zone, zone) != 0 || c->scar.kind != kind)
      continue;
    m.all++;
    m.of[c->state]++;
    m.covered += c->state != SD_SCAR_UNMATCHED && c->ci_low <= truth && truth <= c->ci_high;
  }
  return m;
}

static const sd_scar_total *total_of(const sd_change *change, const char *zone, sd_scar_kind kind) {
  for (size_t k = 0; k < change->scar_total_count; k++)
    if (strcmp(change->scar_totals[k].zone, zone) == 0 && change->scar_totals[k].kind == kind)
      return &change->scar_totals[k];
  return NULL;
}

static void marks_that_fade_are_reduced_and_naevi_stay(void **state) {
  (void)state;
  const sd_scar_kind kinds[] = {SD_BROWN_MARK, SD_RED_MARK};
  pigment_left = 0.5;
  naevus = 0.95;
  outcome *o = pair_of(1, 1, 0.8, "z2");
  for (int n = 0; n < 2; n++) {
    marks_seen treated = marks_of(o, "z1", kinds[n], log(0.5));
    marks_seen control = marks_of(o, "z2", kinds[n], 0);
    if (treated.all != 4 || treated.of[SD_SCAR_REDUCED] + treated.of[SD_SCAR_RESOLVED] != 4 ||
        treated.covered < 3 || control.all != 4 || control.of[SD_SCAR_UNCHANGED] != 4 ||
        control.covered < 3)
      fail_msg(
          "%s: %d of %d treated ones reduced (%d intervals hold the truth), %d of %d untreated "
          "unchanged (%d)",
          sd_scar_kind_name(kinds[n]), treated.of[SD_SCAR_REDUCED] + treated.of[SD_SCAR_RESOLVED],
          treated.all, treated.covered, control.of[SD_SCAR_UNCHANGED], control.all,
          control.covered);
    const sd_scar_total *t = total_of(&o->change, "z1", kinds[n]);
    assert_non_null(t);
    assert_int_equal(t->count, 4);
    assert_true(t->ci_low <= log(0.5) && log(0.5) <= t->ci_high && t->ci_high < 0);
    check_near(t->mdc, t->ci_high - t->change, 1e-12);
    assert_true(t->area_low_mm2 < t->area_mm2 && t->area_mm2 < t->area_high_mm2);
  }
  for (int zone = 1; zone <= 2; zone++) {
    marks_seen naevi = marks_of(o, zone == 1 ? "z1" : "z2", SD_NAEVUS, 0);
    assert_int_equal(naevi.all, 1);
    assert_int_equal(naevi.of[SD_SCAR_UNCHANGED], 1);
  }
  clear(o);
}

/* What looks like a naevus and fades is none, and no naevus is ever called changed. */
static void what_fades_is_no_naevus(void **state) {
  (void)state;
  count_without_sanitizers();
  pigment_left = 1;
  naevus_left = 0.5;
  outcome *o = pair_of(1, 1, 0.8, "z2");
  marks_seen brown = marks_of(o, "z1", SD_BROWN_MARK, log(0.5));
  assert_int_equal(marks_of(o, "z1", SD_NAEVUS, 0).all, 0);
  assert_int_equal(brown.of[SD_SCAR_REDUCED], 1);
  assert_int_equal(brown.all, 5);
  for (size_t k = 0; k < o->change.scar_count; k++)
    if (o->change.scars[k].scar.kind == SD_NAEVUS)
      assert_true(o->change.scars[k].state <= SD_SCAR_UNCHANGED);
  clear(o);
  naevus_left = 1;
  naevus = 0;
}

/* Every scar is in one total and, when it is relief, in one size; exchanged photos exchange the
 * totals. */
static void totals_hold_every_scar_once(void **state) {
  (void)state;
  outcome *o = pair_of(1, 0.4, 0.8, "z2");
  const sd_change *c = &o->change;
  size_t all = 0, relief = 0, sized = 0, changes = 0;
  for (size_t k = 0; k < c->scar_total_count; k++) {
    const sd_scar_total *t = &c->scar_totals[k];
    all += t->count;
    relief += sd_scar_is_relief(t->kind) ? t->count : 0;
    changes += t->change < 0 && t->ci_high < 0 && strcmp(t->zone, "z1") == 0;
    assert_true(t->count_before <= t->count - t->unmatched &&
                t->area_before_mm2 <= t->area_mm2 + 1e-9);
  }
  for (int k = 0; k < SD_SCAR_SIZES; k++)
    sized += c->scar_sizes[k].count;
  assert_int_equal(all, c->scar_count);
  assert_int_equal(sized, relief);
  assert_true(changes >= 2);
  const sd_scar_total *t = total_of(c, "z1", SD_BOXCAR);
  assert_non_null(t);
  sd_scar_total there = *t;
  sd_side b = side_of(&o->before), a = side_of(&o->after);
  assert_int_equal(sd_change_exchange(&o->change, &a, &b, &o->alignment, NULL), SD_OK);
  t = total_of(c, "z1", SD_BOXCAR);
  assert_non_null(t);
  check_near(t->change, -there.change, 1e-9);
  check_near(t->before, there.after, 1e-12);
  assert_int_equal(t->count_after, there.count_before);
  clear(o);
}

/* A scar that the map cannot be sure of is unmatched, never resolved. */
static void what_cannot_be_compared_is_unmatched(void **state) {
  (void)state;
  outcome *o = pair_of(1, 0, 0.8, "z2");
  sd_capture_match match = o->change.match;
  sd_change_options options = {.force = true};
  sd_side b = side_of(&o->before), a = side_of(&o->after);
  for (int k = 0; k < o->alignment.error_map.width * o->alignment.error_map.height; k++)
    o->alignment.error_map.v[k] = 4 / (float)RELIEF_MM;
  assert_int_equal(sd_change_find(&o->change, &b, &a, &o->alignment, &match, &options, NULL),
                   SD_OK);
  assert_true(o->change.scar_count > 0);
  for (size_t k = 0; k < o->change.scar_count; k++) {
    assert_int_equal(o->change.scars[k].state, SD_SCAR_UNMATCHED);
    assert_true(isnan(o->change.scars[k].change) && o->change.scars[k].reason[0] != '\0');
  }
  clear(o);
}

static void states_have_the_names_of_the_contract(void **state) {
  (void)state;
  assert_string_equal(sd_scar_state_name(SD_SCAR_UNMATCHED), "unmatched");
  assert_string_equal(sd_scar_state_name(SD_SCAR_RESOLVED), "resolved");
  assert_string_equal(sd_scar_state_name(SD_SCAR_NEW), "new");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(treated_scars_are_reduced_the_others_unchanged),
      cmocka_unit_test(scars_that_come_are_new_or_enlarged),
      cmocka_unit_test(exchange_turns_states_round),
      cmocka_unit_test(marks_that_fade_are_reduced_and_naevi_stay),
      cmocka_unit_test(what_fades_is_no_naevus),
      cmocka_unit_test(totals_hold_every_scar_once),
      cmocka_unit_test(what_cannot_be_compared_is_unmatched),
      cmocka_unit_test(states_have_the_names_of_the_contract),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
