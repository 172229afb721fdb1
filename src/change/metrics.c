/* metrics[]: every zone's rows. Which metrics there are, which of them this pair can answer, and
 * the figures that are shown without a verdict. Estimates, intervals and verdicts are made in the
 * files beside this one. */
#include "change/metrics.h"

#include "scardelta/repeatability.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TILES_MIN = 6 };
/* A band is lost when equalising adds this share of the variance of its own sharper Gaussian: most
 * of what it would then show is the blur's choice. Lower limits and width as in measure.c. */
static const double BLUR_SHARE_MAX = 1.5;
static const double BAND_LOW_MM[SD_BANDS] = {0.25, 0.8, 3}, SIGMA_PER_WAVELENGTH = 0.19;
/* Skin darker than this tone t = ln(R/B): brown and shading cannot be told apart from one photo. */
static const double TONE_RELIEF_MAX = 1.3;
/* A zone of which more than this is hidden is not measured: hairs that were missed then weigh as
 * much as its skin. */
static const double HIDDEN_MAX = 0.6;
/* A variance of which more than this is noise says nothing about skin. */
static const double PIGMENT_NOISE_MAX = 0.6;
/* Colour noise is four to five times that of a channel: beyond this ratio it reads as unevenness.
 */
static const double UNEVEN_NOISE_MAX = 3;
/* Pores are 0.2 to 0.5 mm wide; their number is mostly sharpness beyond these (science.md 5.9). */
static const double PORES_PX_PER_MM = 11.9, PORES_BLUR_MAX_PX2 = 0.3;
static const sd_metric_kind KINDS[METRICS] = {
    {"rough_fine", "Fine texture", "ln", -1,
     "Apparent relief of pores and fine lines, 0.25 to 0.8 mm; less is smoother."},
    {"rough_mid", "Medium texture", "ln", -1,
     "Apparent relief of the size of ice-pick and boxcar scars, 0.8 to 3 mm; less is smoother."},
    {"rough_coarse", "Coarse texture", "ln", -1,
     "Apparent relief of the size of rolling scars, 3 to 8 mm; less is smoother."},
    {"scar_relief", "Scars", "ln", -1,
     "Apparent relief of the scars above that of the skin between them; less is smoother."},
    {"brown_load", "Brown marks", "ln", -1,
     "How much darker by melanin the brown marks are than the skin around them."},
    {"red_load", "Red areas", "ln", -1,
     "How much redder by blood the red areas are than the skin around them."},
    {"mel_uneven", "Unevenness of brown", "ln", -1,
     "Spread of melanin at 1 to 16 mm; less is more even."},
    {"hb_uneven", "Unevenness of red", "ln", -1,
     "Spread of haemoglobin at 1 to 16 mm; less is more even."},
    {"melanin_rel", "Melanin against the rest", "od", 0,
     "Melanin of the zone against the control zone or the rest of the skin."},
    {"hb_rel", "Redness against the rest", "od", -1,
     "Haemoglobin of the zone against the control zone or the rest of the skin; less is less red."},
    {"delta_e_marks", "Contrast of brown marks", "CIEDE2000", -1,
     "Colour difference between brown marks and the skin around them."},
    {"pore_density", "Pores", "1/cm2", 0, "Dark pits of 0.2 to 0.7 mm per square centimetre."},
    {"brown_count", "Number of brown marks", "1/cm2", 0, "Brown marks per square centimetre."},
    {"red_count", "Number of red areas", "1/cm2", 0, "Red areas per square centimetre."},
    {"brown_area", "Area of brown marks", "%", 0, "Share of the zone covered by brown marks."},
    {"red_area", "Area of red areas", "%", 0, "Share of the zone covered by red areas."},
    {"ita_deg", "Individual typology angle", "deg", 0, "Skin tone as an angle in CIELAB."},
    {"lab_l", "Lightness L*", "L*", 0, "CIELAB lightness of the zone."},
    {"lab_a", "Redness a*", "a*", 0, "CIELAB green-red of the zone."},
    {"lab_b", "Yellowness b*", "b*", 0, "CIELAB blue-yellow of the zone."},
    {"melanin_index", "Melanin index", "index", 0, "100 log10(1 / R) in linear light."},
    {"erythema_index", "Erythema index", "index", 0, "100 log10(R / G) in linear light."},
};

const sd_metric_kind *sd_metric_kinds(size_t *count) {
  *count = METRICS;
  return KINDS;
}

/* ---- one metric --------------------------------------------------------------------------- */

typedef struct job {
  context c;
  const sd_side *before, *after;
  const sd_comparability *comparability;
  taking taking;
  double stretch;                        /* of all skin, median */
  const sd_repeatability *repeatability; /* NULL: the built-in one */
  bool force;
} job;

/* What is asked of one zone. */
typedef struct request {
  const char *name;
  int label;
  bool is_control;
} request;

/* Room for the choices and draws of a zone. */
typedef struct room {
  choice zone, control, drawn_zone, drawn_control;
  blocks zone_blocks, control_blocks;
} room;

static void say(sd_metric *m, const char *reason) {
  m->verdict = SD_NOT_MEASURABLE;
  m->before = m->after = m->change = m->ci_low = m->ci_high = m->mdc = NAN;
  m->se_sampling = NAN;
  m->freedom = m->p_value = m->p_holm = NAN;
  snprintf(m->reason, sizeof m->reason, "%s", reason);
}

/* Why a metric has no answer in this pair whatever the tiles say; NULL when it has. */
static const char *obstacle(const job *j, which metric) {
  const sd_capture_match *match = j->c.match;
  if (metric <= SCAR_RELIEF) {
    int band = metric == SCAR_RELIEF ? SD_BANDS - 1 : (int)metric - ROUGH_FINE;
    if (j->before->measures->band[band].v == NULL)
      return j->before->measures->band_reason[band];
    if (j->after->measures->band[band].v == NULL)
      return j->after->measures->band_reason[band];
    if (j->comparability->texture == SD_NOT_COMPARABLE_PAIR && !j->force)
      return "the photos are too different in sharpness, light or noise for texture";
    double low = SIGMA_PER_WAVELENGTH * BAND_LOW_MM[metric == SCAR_RELIEF ? 1 : band];
    if (fabs(match->blur_mm2) > BLUR_SHARE_MAX * low * low)
      return "one photo is so much softer that this detail is lost when both are made alike";
    if (metric == ROUGH_FINE && !j->c.has_control && match->mismatch > 1)
      return "without an untreated control zone fine texture cannot be told from the camera's "
             "doing "
             "in this pair";
    if (noise_drowns(&j->c, metric))
      return "one photo is so much noisier that its noise would read as relief";
    if (metric != ROUGH_FINE && j->before->measures->axes.tone > TONE_RELIEF_MAX)
      return "on skin this dark, relief and brown marks cannot be told apart in one photo";
    return NULL;
  }
  if (comparability_has(j->comparability, "monochrome"))
    return "a photo without colour shows no pigment";
  if (j->comparability->colour == SD_NOT_COMPARABLE_PAIR && !j->force)
    return "the photos are too different in light and colour for pigment";
  if (metric != MELANIN_REL && metric != HB_REL &&
      (fmax(match->noise_ratio, 1 / match->noise_ratio) > UNEVEN_NOISE_MAX ||
       noise_drowns(&j->c, metric)))
    return "one photo is so much noisier that its noise would read as unevenness and marks";
  return NULL;
}

/* Why no estimate came of tiles that are enough. */
static const char *missing(which metric) {
  if (metric == BROWN_LOAD || metric == RED_LOAD || metric == DELTA_E_MARKS)
    return "no marks large enough to measure in this zone";
  return metric == SCAR_RELIEF ? "no scars large enough to measure in this zone"
                               : "too little measurable skin in this zone";
}

/* Share of a zone that hair, beard and spectacles hide on one photo; 0 for the whole skin. */
static double hidden_share(const sd_skin *skin, int label) {
  for (int z = 0; z < skin->zone_count; z++) {
    const sd_zone *zone = &skin->zones[z];
    if (label != 0 && zone->label == label)
      return zone->excluded[SD_EXCLUDED_HAIR] + zone->excluded[SD_EXCLUDED_BEARD] +
             zone->excluded[SD_EXCLUDED_SPECTACLES];
  }
  return 0;
}

static bool is_hidden(const job *j, const request *zone) {
  return fmax(hidden_share(j->before->skin, zone->label),
              hidden_share(j->after->skin, zone->label)) > HIDDEN_MAX;
}

static void one_metric(sd_metric *m, const job *j, which metric, const request *zone, room *r) {
  const char *why = obstacle(j, metric);
  if (why != NULL) {
    say(m, why);
    return;
  }
  if (is_hidden(j, zone)) {
    say(m, "hair, beard or spectacles hide most of this zone: what is left does not stand for it");
    return;
  }
  if (r->zone.count < TILES_MIN) {
    say(m, "too little skin of this zone is seen in both photos");
    return;
  }
  if ((metric == MELANIN_REL || metric == HB_REL) && r->control.count < TILES_MIN) {
    say(m, "no other skin to compare this zone with; name a --control-zone");
    return;
  }
  if (noise_share(&j->c, metric, &r->zone) > PIGMENT_NOISE_MAX) {
    say(m, "noise and compression are stronger here than the skin's own differences of colour");
    return;
  }
  level l = estimate(&j->c, metric, &r->zone, &r->control, zone->is_control);
  if (isnan(l.change)) {
    say(m, missing(metric));
    return;
  }
  double se = sampling_error(&j->c, metric, &r->zone_blocks, &r->control_blocks, zone->is_control,
                             &r->drawn_zone, &r->drawn_control);
  if (isnan(se)) {
    say(m, "too little measurable skin in this zone for an interval");
    return;
  }
  /* the change is the estimate (control zone and light taken out of it); the levels must say the
   * same, so the second follows from the first */
  m->before = l.before;
  m->after = strcmp(m->kind->unit, "ln") == 0 ? l.before * exp(l.change) : l.before + l.change;
  m->change = l.change;
  m->se_sampling = se;
  m->freedom = effective_blocks(&j->c, metric, &r->zone_blocks);
  m->se_noise = hypot(noise_error(&j->c, metric, &r->zone),
                      drift_error(&j->c, metric, &r->zone, &r->control));
  m->verdict = SD_NO_DETECTABLE_CHANGE; /* until the family is judged together */
}

static double size_of(const sd_metric *rows, which metric) {
  return isnan(rows[metric].change) ? 0 : fabs(rows[metric].change);
}

/* What leaks into a metric: never a change that is made of the same marks. */
static crosstalk leaks_into(const sd_metric *rows, which metric) {
  bool brown = metric == BROWN_LOAD || metric == MEL_UNEVEN || metric == DELTA_E_MARKS;
  return (crosstalk){.brown = brown ? 0 : size_of(rows, BROWN_LOAD),
                     .scars = size_of(rows, SCAR_RELIEF),
                     .melanin = metric == MELANIN_REL ? 0 : size_of(rows, MELANIN_REL),
                     .haemoglobin = metric == HB_REL ? 0 : size_of(rows, HB_REL)};
}

/* Median stretch of tiles: at the rim and beside the nose the depth of the head is known too badly
 * to tell a turn from a stretch, and those few would speak for all. */
static double usual_stretch(const context *c, const choice *tiles) {
  for (size_t k = 0; k < tiles->count; k++)
    c->scratch[k] = (float)c->p->tiles[tiles->index[k]].stretch;
  return tiles->count > 0 ? sd_median(c->scratch, tiles->count) : 0;
}

static void set_intervals(sd_metric *rows, const job *j, const room *r, bool is_control) {
  double here = usual_stretch(&j->c, &r->zone), there = usual_stretch(&j->c, &r->control);
  for (int metric = 0; metric < METRICS; metric++)
    if (rows[metric].verdict != SD_NOT_MEASURABLE) {
      crosstalk leak = leaks_into(rows, (which)metric);
      bool against = metric == MELANIN_REL || metric == HB_REL;
      double besides = against ? hypot(there, j->stretch) : j->stretch;
      double block_count = fmax(rows[metric].freedom, 1);
      place at = {.is_control = is_control,
                  .stretch = hypot(here, besides) / sqrt(2),
                  .own = sd_repeatability_factor(j->repeatability, rows[metric].kind->name,
                                                 rows[metric].zone),
                  .faint = faintness(&j->c, (which)metric, &r->zone) / sqrt(block_count)};
      interval_set(&rows[metric], (which)metric, &j->taking, &leak, &at);
    }
}

/* Counted pits are pores only in sharp, close photos that are equally sharp (science.md 5.9). */
static const char *pores_obstacle(const job *j) {
  double px_per_mm[2] = {1 / j->before->measures->mm_per_px, 1 / j->after->measures->mm_per_px};
  double blur_px2 = j->c.match->blur_px2;
  if (!(fmin(px_per_mm[0], px_per_mm[1]) >= PORES_PX_PER_MM))
    return "pores need 12 pixels a mm: come closer or use a finer camera";
  if (!(fabs(blur_px2) <= PORES_BLUR_MAX_PX2))
    return "one photo is softer than the other: the number of pores seen depends on it";
  return NULL;
}

/* Marks of a zone that stand out on a date; label 0: all. */
static double marks_there(const pair *p, int pigment, int date, int label) {
  double count = 0;
  for (int n = 0; n < p->mark_count[pigment]; n++)
    if (label == 0 || p->mark_label[pigment][n] == label)
      count += p->mark_there[pigment][date][n];
  return count;
}

/* Counts and areas: shown for orientation, no verdict. */
static void descriptive(sd_metric *m, const job *j, which metric, const choice *tiles, int label) {
  int pigment = metric == RED_COUNT || metric == RED_AREA;
  bool is_area = metric == BROWN_AREA || metric == RED_AREA;
  const pair *p = j->c.p;
  double cells = 0, marked[2] = {0}, pores[2] = {0};
  const char *why = metric == PORE_DENSITY ? pores_obstacle(j) : NULL;
  say(m, "shown for orientation only: what is counted depends on a threshold, so loads, contrast "
         "and texture carry the verdict");
  if (tiles->count < TILES_MIN)
    why = "too little skin of this zone is seen in both photos";
  else if (isnan(p->cell_mm) && !is_area)
    why = "the size of a pixel in mm is not known";
  if (why != NULL) {
    say(m, why);
    return;
  }
  for (size_t k = 0; k < tiles->count; k++) {
    const tile *t = &p->tiles[tiles->index[k]];
    cells += (double)t->cells;
    for (int date = 0; date < 2; date++) {
      marked[date] += (double)t->marked[pigment][date];
      pores[date] += (double)t->pores[date];
    }
  }
  double unit = is_area ? cells / 100 : cells * p->cell_mm * p->cell_mm / 100, value[2];
  for (int date = 0; date < 2; date++)
    value[date] = (is_area                  ? marked[date]
                   : metric == PORE_DENSITY ? pores[date]
                                            : marks_there(p, pigment, date, label)) /
                  unit;
  m->before = value[0];
  m->after = value[1];
}

/* ---- all
 * ------------------------------------------------------------------------------------------------
 */

bool sd_zone_is_wanted(const char *list, const char *zone) {
  if (list == NULL || *list == '\0')
    return true;
  size_t length = strlen(zone);
  for (const char *at = list; at != NULL && *at != '\0';) {
    const char *end = strchr(at, ',');
    size_t span = end != NULL ? (size_t)(end - at) : strlen(at);
    if (span == length && strncmp(at, zone, length) == 0)
      return true;
    at = end != NULL ? end + 1 : NULL;
  }
  return false;
}

static void choose_tiles(choice *out, const pair *p, int label, int other_than) {
  out->count = 0;
  for (size_t k = 0; k < p->tile_count; k++)
    if ((label == 0 || p->tiles[k].label == label) && p->tiles[k].label != other_than)
      out->index[out->count++] = (int)k;
}

static bool room_make(room *r, size_t tiles) {
  choice *all[] = {&r->zone, &r->control, &r->drawn_zone, &r->drawn_control};
  bool made = true;
  for (int k = 0; k < 4; k++) {
    /* draws take whole blocks, so up to four tiles for each there is */
    all[k]->index = malloc((4 * tiles + 4) * sizeof(int));
    made = made && all[k]->index != NULL;
  }
  return made;
}

static void room_clear(room *r) {
  free(r->zone.index);
  free(r->control.index);
  free(r->drawn_zone.index);
  free(r->drawn_control.index);
}

static void choose_for(room *r, const job *j, const request *zone, int control_label) {
  choose_tiles(&r->zone, j->c.p, zone->label, 0);
  if (control_label != 0)
    choose_tiles(&r->control, j->c.p, control_label, 0);
  else
    choose_tiles(&r->control, j->c.p, 0, zone->label == 0 ? SD_ZONES_MAX : zone->label);
}

static sd_status one_zone(sd_change *change, job *j, room *r, const request *zone,
                          int control_label, sd_diag *diag) {
  choose_for(r, j, zone, control_label);
  if (zone->label == 0 && control_label == 0)
    r->control.count = 0; /* the whole skin has no rest to be compared with */
  if (!blocks_make(&r->zone_blocks, j->c.p, &r->zone) ||
      !blocks_make(&r->control_blocks, j->c.p, &r->control)) {
    blocks_clear(&r->zone_blocks);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to measure the change");
  }
  sd_metric *rows = &change->metrics[change->metric_count];
  for (int metric = 0; metric < METRICS; metric++) {
    sd_metric *m = &rows[metric];
    *m = (sd_metric){.kind = &KINDS[metric]};
    snprintf(m->zone, sizeof m->zone, "%s", zone->name);
    if (metric >= ITA_DEG)
      continue; /* all of them below */
    if (metric >= PORE_DENSITY)
      descriptive(m, j, (which)metric, &r->zone, zone->label);
    else
      one_metric(m, j, (which)metric, zone, r);
  }
  set_intervals(rows, j, r, zone->is_control);
  /* folds and rims stand out of a zone's relief as scars do: where not one scar was found, the
   * relief that stands out is none of a scar */
  if (change->scar_reason[0] == '\0' && rows[SCAR_RELIEF].verdict != SD_NOT_MEASURABLE &&
      !j->c.p->relief_scar_in[zone->label])
    say(&rows[SCAR_RELIEF], "no scar was found in this zone");
  absolute_colour(&rows[ITA_DEG], j->c.p, &r->zone, &r->zone_blocks, j->before, j->after,
                  j->taking.identical);
  change->metric_count += METRICS;
  blocks_clear(&r->zone_blocks);
  blocks_clear(&r->control_blocks);
  return SD_OK;
}

/* Every name of the list must be a zone here: a typing error must not look like "nothing changed".
 */
static sd_status check_zones(const char *list, const sd_skin *skin, const char *whole,
                             sd_diag *diag) {
  char name[SD_ZONE_NAME_MAX + 8];
  for (const char *at = list; at != NULL && *at != '\0';) {
    const char *end = strchr(at, ',');
    int span = end != NULL ? (int)(end - at) : (int)strlen(at);
    bool known = false;
    snprintf(name, sizeof name, "%.*s", span, at);
    known = strcmp(name, whole) == 0;
    for (int z = 0; z < skin->zone_count; z++)
      known = known || strcmp(name, skin->zones[z].name) == 0;
    if (!known)
      return sd_fail(diag, SD_USAGE, "there is no zone '%.40s' in this photo (--zones)", name);
    at = end != NULL ? end + 1 : NULL;
  }
  return SD_OK;
}

static sd_status all_zones(sd_change *change, job *j, room *r, int control_label,
                           const sd_change_options *options, sd_diag *diag) {
  sd_status status = SD_OK;
  const sd_skin *skin = j->before->skin;
  const char *whole = options->whole != NULL ? options->whole : "all_skin";
  for (int z = 0; z < skin->zone_count; z++) {
    request zone = {skin->zones[z].name, skin->zones[z].label,
                    skin->zones[z].label == control_label};
    if (zone.label == SD_ZONE_OTHER && skin->from_landmarks)
      continue;
    if (sd_zone_is_wanted(options->zones, zone.name))
      SD_TRY(one_zone(change, j, r, &zone, control_label, diag));
  }
  if (sd_zone_is_wanted(options->zones, whole))
    SD_TRY(one_zone(change, j, r, &(request){whole, 0, false}, control_label, diag));
done:
  return status;
}

sd_status metrics_find(sd_change *change, const pair *p, const sd_side *before,
                       const sd_side *after, const sd_change_options *options, sd_diag *diag) {
  sd_status status = SD_OK;
  room r = {.zone = {0}};
  const char *whole = options->whole != NULL ? options->whole : "all_skin";
  int named = sd_skin_label(before->skin, options->control_zone);
  int control_label = change->match.control_hidden ? 0 : named;
  job j = {.c = {.p = p,
                 .match = &change->match,
                 .has_control = control_label != 0,
                 .before_mm_per_px = before->measures->mm_per_px},
           .before = before,
           .after = after,
           .comparability = &change->comparability,
           .force = options->force};
  j.repeatability = options->repeatability;
  j.taking = taking_of(&change->match, before, after);
  j.taking.has_control = control_label != 0;
  j.taking.identical = strcmp(before->photo->file_sha256, after->photo->file_sha256) == 0;
  SD_TRY(check_zones(options->zones, before->skin, whole, diag));
  if (options->control_zone != NULL && named == 0)
    return sd_fail(diag, SD_USAGE, "there is no zone '%s' in this photo to serve as control zone",
                   options->control_zone);
  j.c.scratch = malloc((4 * p->tile_count + 4) * sizeof(float));
  change->metrics =
      calloc(((size_t)before->skin->zone_count + 1) * METRICS, sizeof *change->metrics);
  if (j.c.scratch == NULL || change->metrics == NULL || !room_make(&r, p->tile_count)) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to measure the change");
    goto done;
  }
  choose_tiles(&r.zone, p, 0, 0);
  j.stretch = usual_stretch(&j.c, &r.zone);
  j.c.noise_trust = 1 - expression_of(j.stretch);
  choose_tiles(&r.zone, p, control_label, 0);
  j.c.noise_ratios = noise_ratios_of(p, &change->match, before, after);
  noise_doubt doubt =
      noise_doubt_of(&before->photo->coding, &after->photo->coding, change->match.one_shot);
  noise_find(&j.c, &r.zone, &doubt);
  drift_find(&j.c);
  SD_TRY(all_zones(change, &j, &r, control_label, options, diag));
  SD_TRY(family_judge(change->metrics, change->metric_count,
                      change->match.one_shot && !options->force, diag));
done:
  free(j.c.scratch);
  room_clear(&r);
  return status;
}
