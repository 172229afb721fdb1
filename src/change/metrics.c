/* metrics[]: estimators over tiles, intervals, verdicts (science.md 4.5, 5.3 to 5.6, 9).
 *
 * An estimate is a function of a zone's tiles and the control zone's, so that the bootstrap can
 * draw tiles (in 2 x 2 blocks, Kunsch 1989) and ask again. The standard error joins sampling
 * (bootstrap), repeatability of the metric between two shots of unchanged skin, which grows with
 * the mismatch of the two captures, and the registration error. */
#include "change/pair.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DRAWS = 200, TILES_MIN = 6 };
static const double Z95 = 1.959964;
/* Family-wise level of the verdicts (Holm 1979). */
static const double ALPHA = 0.05;
/* A blur difference beyond this is more than the fine band survives, even equalised. */
static const double FINE_BLUR_MAX_PX2 = 1.5, FINE_BLUR_MAX_MM2 = 0.12 * 0.12;
/* Skin darker than this tone t = ln(R/B): brown and shading cannot be told apart from one photo. */
static const double TONE_RELIEF_MAX = 1.3;
/* Colour noise is four to five times that of a channel: beyond this ratio it reads as unevenness.
 */
static const double UNEVEN_NOISE_MAX = 1.6;
/* A load needs this much mark. */
static const double MARK_AREA_MIN_MM2 = 1;

typedef enum which {
  ROUGH_FINE,
  ROUGH_MID,
  ROUGH_COARSE,
  BROWN_LOAD,
  RED_LOAD,
  MEL_UNEVEN,
  HB_UNEVEN,
  MELANIN_REL,
  HB_REL,
  DELTA_E_MARKS,
  BROWN_COUNT,
  RED_COUNT,
  BROWN_AREA,
  RED_AREA,
  ITA_DEG,
  LAB_L,
  LAB_A,
  LAB_B,
  MELANIN_INDEX,
  ERYTHEMA_INDEX,
  METRICS
} which;

static const sd_metric_kind KINDS[METRICS] = {
    {"rough_fine", "Fine texture", "ln", -1,
     "Apparent relief of pores and fine lines, 0.25 to 0.8 mm; less is smoother."},
    {"rough_mid", "Medium texture", "ln", -1,
     "Apparent relief of the size of ice-pick and boxcar scars, 0.8 to 3 mm; less is smoother."},
    {"rough_coarse", "Coarse texture", "ln", -1,
     "Apparent relief of the size of rolling scars, 3 to 8 mm; less is smoother."},
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

/* What two shots of unchanged skin differ by: SE^2 = a^2 + (b q)^2 + (e d)^2 with q the capture
 * mismatch and d the movement of the face in per cent of its size (another expression folds skin
 * and moves blood); a millimetre of registration error adds per_mm. Fitted on untreated pairs. */
typedef struct repeatability {
  double a, b, e, per_mm;
} repeatability;
static const repeatability REPEATABILITY[METRICS] = {
    [ROUGH_FINE] = {.06, .05, .16, .05},   [ROUGH_MID] = {.05, .04, .16, .05},
    [ROUGH_COARSE] = {.08, .05, .24, .05}, [BROWN_LOAD] = {.10, .05, .85, .10},
    [RED_LOAD] = {.12, .06, .90, .10},     [MEL_UNEVEN] = {.06, .04, .33, .05},
    [HB_UNEVEN] = {.07, .04, .45, .05},    [MELANIN_REL] = {.010, .006, .11, .003},
    [HB_REL] = {.010, .006, .09, .003},    [DELTA_E_MARKS] = {.5, .25, 1.7, .2},
};
/* So much movement (share of the crop) a turn by a few degrees or another distance makes, too. */
static const double MOVEMENT_OF_POSE = 0.003;
/* Empirical inflation: residuals of unchanged pairs have heavier tails than a Gaussian. */
static const double INFLATION = 1.15;

/* ---- estimates ----------------------------------------------------------------------------------
 */

/* A choice of tiles: indices into pair->tiles, repeats allowed. */
typedef struct choice {
  int *index;
  size_t count;
} choice;

typedef struct level {
  double before, after, change;
} level;

typedef struct context {
  const pair *p;
  const sd_capture_match *match;
  bool has_control;
  float *scratch; /* room for one value a tile */
} context;

static level band_level(const context *c, const choice *tiles, int band) {
  double sum[2] = {0};
  size_t count[2] = {0};
  for (size_t k = 0; k < tiles->count; k++)
    for (int date = 0; date < 2; date++) {
      sum[date] += c->p->tiles[tiles->index[k]].relief[date][band];
      count[date] += c->p->tiles[tiles->index[k]].relief_count[date][band];
    }
  level l = {NAN, NAN, NAN};
  if (count[0] == 0 || count[1] == 0 || !(sum[0] > 0) || !(sum[1] > 0))
    return l;
  double keep[2] = {1, 1};
  for (int date = 0; date < 2; date++)
    if (c->match->noise_share[date][band] > 0)
      keep[date] = 1 - c->match->noise_share[date][band];
  l.before = sqrt(sum[0] / (double)count[0] * keep[0]);
  l.after = sqrt(sum[1] / (double)count[1] * keep[1]);
  l.change = log(l.after / l.before);
  return l;
}

static level uneven_level(const context *c, const choice *tiles, int pigment) {
  double sum[2] = {0};
  size_t count[2] = {0};
  for (size_t k = 0; k < tiles->count; k++)
    for (int date = 0; date < 2; date++) {
      sum[date] += c->p->tiles[tiles->index[k]].uneven[pigment][date];
      count[date] += c->p->tiles[tiles->index[k]].uneven_count[date];
    }
  if (count[0] == 0 || !(sum[0] > 0) || !(sum[1] > 0))
    return (level){NAN, NAN, NAN};
  level l = {sqrt(sum[0] / (double)count[0]), sqrt(sum[1] / (double)count[1]), 0};
  l.change = log(l.after / l.before);
  return l;
}

static level load_level(const context *c, const choice *tiles, int pigment) {
  double sum[2] = {0}, marks = 0, cells = 0;
  for (size_t k = 0; k < tiles->count; k++) {
    const tile *t = &c->p->tiles[tiles->index[k]];
    sum[0] += t->load[pigment][0];
    sum[1] += t->load[pigment][1];
    marks += (double)t->mark_cells[pigment];
    cells += (double)t->cells;
  }
  double area = marks * c->p->nominal_mm * c->p->nominal_mm;
  if (area < MARK_AREA_MIN_MM2 || !(sum[0] > 0) || !(sum[1] > 0))
    return (level){NAN, NAN, NAN};
  return (level){sum[0] / cells, sum[1] / cells, log(sum[1] / sum[0])};
}

static double tile_median(const context *c, const choice *tiles, int pigment, int what) {
  for (size_t k = 0; k < tiles->count; k++) {
    const tile *t = &c->p->tiles[tiles->index[k]];
    const double *at = pigment == PIGMENT_MELANIN ? t->melanin : t->haemoglobin;
    double change = pigment == PIGMENT_MELANIN ? t->melanin_change : t->haemoglobin_change;
    c->scratch[k] = (float)(what == 2 ? change : at[what]);
  }
  return sd_median(c->scratch, tiles->count);
}

static level rel_level(const context *c, const choice *tiles, const choice *control, int pigment) {
  if (tiles->count == 0 || control->count == 0)
    return (level){NAN, NAN, NAN};
  level l = {tile_median(c, tiles, pigment, 0) - tile_median(c, control, pigment, 0),
             tile_median(c, tiles, pigment, 1) - tile_median(c, control, pigment, 1),
             tile_median(c, tiles, pigment, 2) - tile_median(c, control, pigment, 2)};
  return l;
}

/* Contrast of marks; both dates are brought to the mean colour of the first, so that exposure and
 * white balance do not count. */
static level contrast_level(const context *c, const choice *tiles, int pigment) {
  double mark[2][3] = {{0}}, around[2][3] = {{0}}, all[2][3] = {{0}};
  double marks = 0, rings = 0, value[2];
  for (size_t k = 0; k < tiles->count; k++) {
    const tile *t = &c->p->tiles[tiles->index[k]];
    marks += (double)t->mark_cells[pigment];
    rings += (double)t->around_cells[pigment];
    for (int date = 0; date < 2; date++)
      for (int q = 0; q < 3; q++) {
        mark[date][q] += t->mark_rgb[pigment][date][q];
        around[date][q] += t->around_rgb[pigment][date][q];
        all[date][q] += t->rgb[date][q];
      }
  }
  if (marks * c->p->nominal_mm * c->p->nominal_mm < MARK_AREA_MIN_MM2 || rings < marks / 4)
    return (level){NAN, NAN, NAN};
  for (int date = 0; date < 2; date++) {
    double inside[3], outside[3], lab1[3], lab2[3];
    for (int q = 0; q < 3; q++) {
      double gain = sqrt(all[0][q] * all[1][q]) / all[date][q];
      inside[q] = gain * mark[date][q] / marks;
      outside[q] = gain * around[date][q] / rings;
    }
    sd_lab_from_linear(inside, lab1);
    sd_lab_from_linear(outside, lab2);
    value[date] = sd_ciede2000(lab1, lab2);
  }
  return (level){value[0], value[1], value[1] - value[0]};
}

static level minus_control(level l, level control) {
  if (!isnan(control.change))
    l.change -= control.change;
  return l;
}

static level estimate(const context *c, which metric, const choice *tiles, const choice *control) {
  switch (metric) {
  case ROUGH_FINE:
  case ROUGH_MID:
  case ROUGH_COARSE: {
    int band = (int)metric - ROUGH_FINE;
    level l = band_level(c, tiles, band);
    /* blur, noise, JPEG and lamp height are common to the frame: the untreated zone cancels them */
    return c->has_control && metric != ROUGH_COARSE ? minus_control(l, band_level(c, control, band))
                                                    : l;
  }
  case BROWN_LOAD:
  case RED_LOAD:
    return load_level(c, tiles, (int)metric - BROWN_LOAD);
  case MEL_UNEVEN:
  case HB_UNEVEN:
    return uneven_level(c, tiles, (int)metric - MEL_UNEVEN);
  case MELANIN_REL:
  case HB_REL:
    return rel_level(c, tiles, control, (int)metric - MELANIN_REL);
  case DELTA_E_MARKS:
    return contrast_level(c, tiles, PIGMENT_MELANIN);
  default:
    return (level){NAN, NAN, NAN};
  }
}

/* ---- bootstrap
 * ------------------------------------------------------------------------------------ */

/* Draws as many blocks of 2 x 2 neighbouring tiles as there are, with replacement. */
typedef struct blocks {
  int *start; /* block b holds member[start[b]] .. member[start[b + 1] - 1] */
  int *member;
  size_t count;
} blocks;

static int by_block(const void *a, const void *b, void *tiles) {
  const tile *p = (const tile *)tiles + *(const int *)a, *q = (const tile *)tiles + *(const int *)b;
  int d = p->label - q->label;
  d = d != 0 ? d : p->row / 2 - q->row / 2;
  d = d != 0 ? d : p->column / 2 - q->column / 2;
  return d != 0 ? d : *(const int *)a - *(const int *)b;
}

static bool blocks_make(blocks *out, const pair *p, const choice *tiles) {
  blocks b = {malloc((tiles->count + 1) * sizeof(int)), malloc((tiles->count + 1) * sizeof(int)),
              0};
  if (b.start == NULL || b.member == NULL) {
    free(b.start);
    free(b.member);
    return false;
  }
  memcpy(b.member, tiles->index, tiles->count * sizeof(int));
  qsort_r(b.member, tiles->count, sizeof(int), by_block, p->tiles);
  for (size_t k = 0; k < tiles->count; k++) {
    const tile *now = &p->tiles[b.member[k]];
    const tile *last = k > 0 ? &p->tiles[b.member[k - 1]] : NULL;
    if (last == NULL || now->label != last->label || now->row / 2 != last->row / 2 ||
        now->column / 2 != last->column / 2)
      b.start[b.count++] = (int)k;
  }
  b.start[b.count] = (int)tiles->count;
  *out = b;
  return true;
}

static void blocks_clear(blocks *b) {
  free(b->start);
  free(b->member);
  *b = (blocks){0};
}

/* `out->index` has room for four tiles a block. */
static void draw(choice *out, const blocks *b, sd_random *random) {
  out->count = 0;
  for (size_t k = 0; k < b->count; k++) {
    size_t pick = sd_random_next(random) % b->count;
    for (int m = b->start[pick]; m < b->start[pick + 1]; m++)
      out->index[out->count++] = b->member[m];
  }
}

/* Standard deviation of the estimate over the draws; NaN with too few of them. */
static double sampling_error(const context *c, which metric, const blocks *zone,
                             const blocks *control, choice *a, choice *b) {
  sd_random random = {(uint64_t)metric * 7919 + 17};
  double sum = 0, sum2 = 0;
  int n = 0;
  for (int k = 0; k < DRAWS; k++) {
    draw(a, zone, &random);
    draw(b, control, &random);
    double change = estimate(c, metric, a, b).change;
    if (isnan(change))
      continue;
    sum += change;
    sum2 += change * change;
    n++;
  }
  if (n < DRAWS / 2)
    return NAN;
  return sqrt(fmax(sum2 / n - sum / n * sum / n, 0));
}

/* ---- one metric
 * ------------------------------------------------------------------------------------- */

typedef struct job {
  context c;
  const sd_side *before, *after;
  const sd_comparability *comparability;
  double error_mm;           /* of registration; 0 when unknown */
  double expression_percent; /* movement of the face beyond what pose explains */
  bool identical;            /* the same pixels twice: no error of any kind */
  bool force;
} job;

static void say(sd_metric *m, const char *reason) {
  m->verdict = SD_NOT_MEASURABLE;
  m->before = m->after = m->change = m->ci_low = m->ci_high = m->mdc = NAN;
  m->p_value = m->p_holm = NAN;
  snprintf(m->reason, sizeof m->reason, "%s", reason);
}

/* Why a metric has no answer in this pair whatever the tiles say; NULL when it has. */
static const char *obstacle(const job *j, which metric) {
  const sd_capture_match *match = j->c.match;
  if (metric <= ROUGH_COARSE) {
    int band = (int)metric - ROUGH_FINE;
    if (j->before->measures->band[band].v == NULL)
      return j->before->measures->band_reason[band];
    if (j->after->measures->band[band].v == NULL)
      return j->after->measures->band_reason[band];
    if (j->comparability->texture == SD_NOT_COMPARABLE_PAIR && !j->force)
      return "the photos are too different in sharpness, light or noise for texture";
    if (metric == ROUGH_FINE &&
        (fabs(match->blur_px2) > FINE_BLUR_MAX_PX2 || fabs(match->blur_mm2) > FINE_BLUR_MAX_MM2))
      return "one photo is so much softer that fine texture cannot be compared";
    if (metric == ROUGH_FINE && !j->c.has_control && match->mismatch > 1)
      return "without an untreated control zone fine texture cannot be told from the camera's "
             "doing "
             "in this pair";
    if (metric != ROUGH_FINE && j->before->measures->axes.tone > TONE_RELIEF_MAX)
      return "on skin this dark, relief and brown marks cannot be told apart in one photo";
    return NULL;
  }
  if (j->comparability->colour == SD_NOT_COMPARABLE_PAIR && !j->force)
    return "the photos are too different in light and colour for pigment";
  if ((metric == MEL_UNEVEN || metric == HB_UNEVEN) &&
      fmax(match->noise_ratio, 1 / match->noise_ratio) > UNEVEN_NOISE_MAX)
    return "one photo is so much noisier that its noise would read as unevenness";
  return NULL;
}

static void finish(sd_metric *m, const job *j, which metric, level l, double se_sample) {
  const repeatability *r = &REPEATABILITY[metric];
  double q = isnan(j->c.match->mismatch) ? 3 : j->c.match->mismatch;
  double repeat = INFLATION * hypot(hypot(r->a, r->b * q), r->e * j->expression_percent);
  double registration = r->per_mm * j->error_mm;
  double se = sqrt(INFLATION * INFLATION * (se_sample * se_sample + registration * registration) +
                   repeat * repeat);
  if (j->identical)
    se = 0;
  /* the change is the estimate (control zone and light taken out of it); the levels must say the
   * same, so the second follows from the first */
  m->before = l.before;
  m->after = strcmp(m->kind->unit, "ln") == 0 ? l.before * exp(l.change) : l.before + l.change;
  m->change = l.change;
  m->ci_low = l.change - Z95 * se;
  m->ci_high = l.change + Z95 * se;
  m->mdc = Z95 * sqrt(2) * repeat;
  m->p_value = se > 0 ? erfc(fabs(l.change) / se / sqrt(2)) : l.change == 0 ? 1 : 0;
  m->verdict = SD_NO_DETECTABLE_CHANGE; /* until the family is judged together */
}

static void one_metric(sd_metric *m, const job *j, which metric, const choice *tiles,
                       const choice *control, const blocks *zone_blocks,
                       const blocks *control_blocks, choice *a, choice *b) {
  const char *why = obstacle(j, metric);
  if (why != NULL) {
    say(m, why);
    return;
  }
  if (tiles->count < TILES_MIN) {
    say(m, "too little skin of this zone is seen in both photos");
    return;
  }
  if ((metric == MELANIN_REL || metric == HB_REL) && control->count < TILES_MIN) {
    say(m, "no other skin to compare this zone with; name a --control-zone");
    return;
  }
  level l = estimate(&j->c, metric, tiles, control);
  if (isnan(l.change)) {
    bool marks = metric == BROWN_LOAD || metric == RED_LOAD || metric == DELTA_E_MARKS;
    say(m, marks ? "no marks large enough to measure in this zone"
                 : "too little measurable skin in this zone");
    return;
  }
  double se = sampling_error(&j->c, metric, zone_blocks, control_blocks, a, b);
  if (isnan(se)) {
    say(m, "too little measurable skin in this zone for an interval");
    return;
  }
  finish(m, j, metric, l, se);
}

/* Counts and areas: shown for orientation, no verdict. */
static void descriptive(sd_metric *m, const job *j, which metric, const choice *tiles, int label) {
  int pigment = metric == RED_COUNT || metric == RED_AREA;
  const pair *p = j->c.p;
  double cells = 0, marked[2] = {0}, count[2] = {0};
  for (size_t k = 0; k < tiles->count; k++) {
    const tile *t = &p->tiles[tiles->index[k]];
    cells += (double)t->cells;
    marked[0] += (double)t->marked[pigment][0];
    marked[1] += (double)t->marked[pigment][1];
  }
  for (int n = 0; n < p->mark_count[pigment]; n++)
    if (label == 0 || p->mark_label[pigment][n] == label)
      for (int date = 0; date < 2; date++)
        count[date] += p->mark_there[pigment][date][n];
  say(m,
      "shown for orientation only: whether a faint mark is counted depends on a threshold, so the "
      "load and contrast carry the verdict");
  if (tiles->count < TILES_MIN || (isnan(p->cell_mm) && metric <= RED_COUNT)) {
    say(m, tiles->count < TILES_MIN ? "too little skin of this zone is seen in both photos"
                                    : "the size of a pixel in mm is not known");
    return;
  }
  bool is_count = metric == BROWN_COUNT || metric == RED_COUNT;
  double unit = is_count ? cells * p->cell_mm * p->cell_mm / 100 : cells / 100;
  m->before = (is_count ? count[0] : marked[0]) / unit;
  m->after = (is_count ? count[1] : marked[1]) / unit;
}

/* Absolute colour as photographed: without a colour reference its change is not identifiable. */
static void absolute(sd_metric *m, const job *j, which metric, const choice *tiles) {
  double value[2] = {NAN, NAN};
  say(m,
      "needs a colour card in both photos: without one, exposure and white balance cannot be told "
      "from skin colour; the values are as photographed");
  for (int date = 0; date < 2 && tiles->count >= TILES_MIN; date++) {
    double rgb[3] = {0}, lab[3], cells = 0;
    for (size_t k = 0; k < tiles->count; k++) {
      const tile *t = &j->c.p->tiles[tiles->index[k]];
      cells += (double)t->cells;
      for (int c = 0; c < 3; c++)
        rgb[c] += t->rgb[date][c];
    }
    for (int c = 0; c < 3; c++)
      rgb[c] = fmax(rgb[c] / cells, 1e-4);
    sd_lab_from_linear(rgb, lab);
    double values[] = {lab[2] > 1 ? atan2(lab[0] - 50, lab[2]) * 180 / 3.14159265358979 : NAN,
                       lab[0],
                       lab[1],
                       lab[2],
                       -100 * log10(rgb[0]),
                       100 * log10(rgb[0] / rgb[1])};
    value[date] = values[metric - ITA_DEG];
  }
  m->before = value[0];
  m->after = value[1];
}

/* ---- family
 * ------------------------------------------------------------------------------------------ */

static int by_p(const void *a, const void *b) {
  const sd_metric *p = *(sd_metric *const *)a, *q = *(sd_metric *const *)b;
  if (p->p_value != q->p_value)
    return p->p_value < q->p_value ? -1 : 1;
  return p < q ? -1 : p > q;
}

/* Holm's step-down over all answered rows, then the verdicts: a change is told when it survives the
 * family and is larger than what could have been told from none at all. */
static sd_status judge_family(sd_metric *metrics, size_t count, sd_diag *diag) {
  sd_metric **order = malloc((count + 1) * sizeof(sd_metric *));
  size_t n = 0;
  double running = 0;
  if (order == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to judge the changes");
  for (size_t k = 0; k < count; k++)
    if (metrics[k].verdict != SD_NOT_MEASURABLE)
      order[n++] = &metrics[k];
  if (n > 0)
    qsort(order, n, sizeof *order, by_p);
  for (size_t k = 0; k < n; k++) {
    running = fmax(running, fmin(1, (double)(n - k) * order[k]->p_value));
    sd_metric *m = order[k];
    m->p_holm = running;
    if (m->p_holm >= ALPHA || fabs(m->change) <= m->mdc)
      continue;
    int direction = m->kind->better;
    m->verdict = direction == 0              ? SD_CHANGED
                 : direction * m->change > 0 ? SD_IMPROVED
                                             : SD_WORSENED;
  }
  free(order);
  return SD_OK;
}

/* ---- all
 * ------------------------------------------------------------------------------------------------
 */

static bool wanted(const char *list, const char *zone) {
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

typedef struct room {
  choice zone, control, drawn_zone, drawn_control;
} room;

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

static sd_status one_zone(sd_change *change, const job *j, room *r, const char *name, int label,
                          int control_label, sd_diag *diag) {
  blocks zone_blocks = {0}, control_blocks = {0};
  choose_tiles(&r->zone, j->c.p, label, 0);
  if (control_label != 0)
    choose_tiles(&r->control, j->c.p, control_label, 0);
  else
    choose_tiles(&r->control, j->c.p, 0, label == 0 ? SD_ZONES_MAX : label);
  if (label == 0 && control_label == 0)
    r->control.count = 0; /* the whole skin has no rest to be compared with */
  if (!blocks_make(&zone_blocks, j->c.p, &r->zone) ||
      !blocks_make(&control_blocks, j->c.p, &r->control)) {
    blocks_clear(&zone_blocks);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to measure the change");
  }
  for (int metric = 0; metric < METRICS; metric++) {
    sd_metric *m = &change->metrics[change->metric_count++];
    *m = (sd_metric){.kind = &KINDS[metric]};
    snprintf(m->zone, sizeof m->zone, "%s", name);
    if (label != 0 && label == control_label)
      say(m, "this is the control zone: the others are compared with it");
    else if (metric >= ITA_DEG)
      absolute(m, j, (which)metric, &r->zone);
    else if (metric >= BROWN_COUNT)
      descriptive(m, j, (which)metric, &r->zone, label);
    else
      one_metric(m, j, (which)metric, &r->zone, &r->control, &zone_blocks, &control_blocks,
                 &r->drawn_zone, &r->drawn_control);
  }
  blocks_clear(&zone_blocks);
  blocks_clear(&control_blocks);
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

/* The same number whichever photo is called before: the interval must not hang on the order. */
static double registration_error_mm(const sd_side *before, const sd_side *after,
                                    const sd_alignment *alignment, double mm_per_px) {
  bool leads = strcmp(before->photo->file_sha256, after->photo->file_sha256) <= 0;
  double error_px = alignment->leader_error_px / (leads ? 1 : alignment->scale_ratio);
  return isnan(error_px) || isnan(mm_per_px) ? 0 : error_px * mm_per_px;
}

sd_status metrics_find(sd_change *change, const pair *p, const sd_side *before,
                       const sd_side *after, const sd_alignment *alignment,
                       const sd_change_options *options, sd_diag *diag) {
  sd_status status = SD_OK;
  room r = {.zone = {0}};
  const sd_skin *skin = before->skin;
  int control_label = 0;
  const char *whole = options->whole != NULL ? options->whole : "all_skin";
  sd_status listed = check_zones(options->zones, skin, whole, diag);
  if (listed != SD_OK)
    return listed;
  for (int z = 0; z < skin->zone_count; z++)
    if (options->control_zone != NULL && strcmp(skin->zones[z].name, options->control_zone) == 0)
      control_label = skin->zones[z].label;
  if (options->control_zone != NULL && control_label == 0)
    return sd_fail(diag, SD_USAGE, "there is no zone '%s' in this photo to serve as control zone",
                   options->control_zone);
  job j = {.c = {.p = p, .match = &change->match, .has_control = control_label != 0},
           .before = before,
           .after = after,
           .comparability = &change->comparability,
           .identical = strcmp(before->photo->file_sha256, after->photo->file_sha256) == 0,
           .expression_percent = 100 * fmax(0, alignment->deformation - MOVEMENT_OF_POSE),
           .force = options->force};
  j.error_mm = registration_error_mm(before, after, alignment, change->mm_per_px);
  j.c.scratch = malloc((4 * p->tile_count + 4) * sizeof(float));
  change->metrics = calloc(((size_t)skin->zone_count + 1) * METRICS, sizeof *change->metrics);
  if (j.c.scratch == NULL || change->metrics == NULL || !room_make(&r, p->tile_count)) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to measure the change");
    goto done;
  }
  for (int z = 0; z < skin->zone_count; z++)
    if (skin->zones[z].label != SD_ZONE_OTHER || !skin->from_landmarks)
      if (wanted(options->zones, skin->zones[z].name))
        SD_TRY(one_zone(change, &j, &r, skin->zones[z].name, skin->zones[z].label, control_label,
                        diag));
  if (wanted(options->zones, whole))
    SD_TRY(one_zone(change, &j, &r, whole, 0, control_label, diag));
  SD_TRY(judge_family(change->metrics, change->metric_count, diag));
done:
  free(j.c.scratch);
  room_clear(&r);
  return status;
}
