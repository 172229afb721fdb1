/* What became of each scar. Scars are looked for on the mean of both dates, as marks are (marks.c),
 * and so are matched one to one by the map itself: no choice among neighbours is left to make. Each
 * date's strength is that of the mean's own pattern in the date's patch, so that noise, which no
 * pattern shares, counts little; the light's height, which changes all relief alike, is taken out
 * by the untreated zone where there is one.
 *
 * The interval rests on how alike the two dates' patches are: what noise, blur, a turned lamp and
 * an inexact map do to one scar, they do to the pixels around it too. Its two constants were fitted
 * to scars of known, unchanged relief (METHODS.md). */
#include "change/metrics.h"
#include "change/pair.h"

#include "base/angle.h"
#include "base/threads.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Scars that are less likely to be one are not listed. */
static const double LEAST_SCORE = 0.3;
/* Standard error of ln(after / before): its floor, a turned lamp, no untreated scars to go by. */
static const double SE_FLOOR = 0.03, SE_LAMP = 0.5, SE_NO_CONTROL = 0.05;
/* Coarse cells make fewer independent samples of a scar: unlikeness counts more, per mm of cell. */
static const double SE_UNLIKE = 0.25, SE_UNLIKE_PER_MM = 2.4;
/* With so many scars one in twenty would change by chance: states ask for 99 in 100. */
static const double REACH_95 = 1.96, REACH_STATE = 3.2;
/* Less than this share of the patch's measured skin on both photos: its edge would be measured. */
static const double SEEN_LEAST = 0.8;
/* The map must be surer than this, and than half the scar. */
static const double GATE_MM = 3;
/* What is left of a resolved scar is weaker than this many times skin's own relief. */
static const double STANDS_OUT = 1;
/* A date weaker than this share of the mean has no logarithm worth telling. */
static const double WEAKEST = 0.05;
/* Bound of a change that is open to one side: a twentieth, or twenty times as much. */
static const double OPEN = 3;
/* On the nose only ice-pick scars are told from the nose's own shape. */
static const double NOSE_MM = 2;
/* How far a place's surround reaches, in its radii. */
static const double NOSTRIL_REACH = 2;
enum { NOSTRIL_STEPS = 4 };
/* Natural redness of the nose is no mark from this size on. */
static const double NOSE_RED_MM = 3;
/* The shadow beside a wing is as brown as a mark, and wider. */
static const double NOSE_BROWN_MM = 6;
/* Standard error of a mark's ln(after / before), whatever it is: what blur, glare and tone curves
 * do to all contrasts of colour. Its own part is what plain skin of its size differs by. */
static const double SE_MARK = 0.07;
/* With another expression the skin of a mark moved more than the plain skin around shows: so many
 * times its error more (neutral against smiling: the median change was 1.9 times as large). Relief
 * carries most of that in how unlike its patches are. */
static const double SE_EXPRESSION_MARK = 1.3, SE_EXPRESSION_RELIEF = 0.5;
/* A mark that stands out on neither date by so many SDs of plain skin is not followed. */
static const double MARK_STANDS_OUT = 2.2;
enum { CONTROL_SCARS_MIN = 3 };

int sd_scar_state_sign(sd_scar_state state) {
  bool less = state == SD_SCAR_REDUCED || state == SD_SCAR_RESOLVED;
  return less ? -1 : state == SD_SCAR_ENLARGED || state == SD_SCAR_NEW;
}

const char *sd_scar_state_name(sd_scar_state state) {
  static const char *const NAMES[] = {"unmatched", "unchanged", "reduced",
                                      "resolved",  "enlarged",  "new"};
  return NAMES[state];
}

static bool is_mark(const sd_scar *s) {
  return !sd_scar_is_relief(s->kind);
}

bool scar_stands_out(const sd_scar *scar, double contrast) {
  return contrast >= (is_mark(scar) ? MARK_STANDS_OUT : STANDS_OUT) * scar->ground;
}

static const char *zone_name(const sd_skin *skin, int label) {
  for (int z = 0; z < skin->zone_count; z++)
    if (skin->zones[z].label == label)
      return skin->zones[z].name;
  return NULL;
}

static sd_excluded excluded_at(const sd_skin *skin, double x, double y) {
  int u = (int)lround(x) - skin->crop.x, v = (int)lround(y) - skin->crop.y;
  if (u < 0 || v < 0 || u >= skin->crop.width || v >= skin->crop.height)
    return SD_EXCLUDED_OUTSIDE;
  return (sd_excluded)skin->excluded.v[(size_t)v * (size_t)skin->crop.width + (size_t)u];
}

/* The corner of a nostril is a dark hollow that the lamp and the turn of the head fill: a place
 * whose surround reaches into one is part of it. */
static bool is_at_nostril(const sd_skin *skin, const sd_scar *s) {
  for (int k = 0; k < SD_OUTLINE_POINTS; k++) {
    double dx = s->outline[k].x - s->x, dy = s->outline[k].y - s->y;
    for (int step = 1; step <= NOSTRIL_STEPS; step++) {
      double reach = NOSTRIL_REACH * step / NOSTRIL_STEPS;
      if (excluded_at(skin, s->x + reach * dx, s->y + reach * dy) == SD_EXCLUDED_NOSTRIL)
        return true;
    }
  }
  return false;
}

/* On a face the edges of the skin are lids, lips, nostrils and hair, and the skin of the lids is
 * creased: what looks like a scar there seldom is one. Wings and tip of the nose are hollows and
 * bumps of their own from some size on. */
static bool is_feature(const sd_skin *skin, const sd_scar *s) {
  bool lids = s->label == SD_ZONE_LEFT_PERIORBITAL || s->label == SD_ZONE_RIGHT_PERIORBITAL;
  double most = !is_mark(s) ? NOSE_MM : s->kind == SD_RED_MARK ? NOSE_RED_MM : NOSE_BROWN_MM;
  bool nose = s->label == SD_ZONE_NOSE && s->diameter_mm > most;
  return skin->from_landmarks && (lids || nose || s->label == SD_ZONE_OTHER ||
                                  s->measured < SEEN_LEAST || is_at_nostril(skin, s));
}

static bool is_scar(const sd_skin *skin, const sd_scar *s) {
  return zone_name(skin, s->label) != NULL && !is_feature(skin, s);
}

static bool is_listed(const sd_skin *skin, const sd_scar *s, const char *zones) {
  return is_scar(skin, s) && sd_zone_is_wanted(zones, zone_name(skin, s->label));
}

/* Why a scar cannot be followed; NULL when it can. */
static const char *obstacle(const sd_scar_change *s, const sd_alignment *alignment,
                            double mm_per_px) {
  double error_mm = sd_alignment_error_at(alignment, s->scar.x, s->scar.y) * mm_per_px;
  if (s->scar.measured < SEEN_LEAST)
    return "at the edge of the skin that both photos show";
  if (isnan(error_mm) || error_mm > fmin(GATE_MM, s->scar.diameter_mm / 2))
    return "the photos are not laid on each other surely enough here";
  if (isnan(s->before + s->after))
    return "one of the photos does not show it and the skin around it";
  if (is_mark(&s->scar) && !scar_stands_out(&s->scar, fmax(s->before, s->after)))
    return "it is too faint on both photos";
  if (!(s->before > 0 || s->after > 0))
    return "its relief differs in kind between the photos";
  return NULL;
}

static double log_ratio(const sd_scar_change *s) {
  double least = WEAKEST * s->scar.contrast;
  return log(fmax(s->after, least) / fmax(s->before, least));
}

typedef struct untreated {
  double change, error; /* NaN, and what not knowing it leaves open */
} untreated;

/* Median change of the untreated zone's relief with its standard error, from the spread of its
 * scars; none where they are too few or too unlike to say more than nothing does. The contrast of a
 * mark is taken against its own surround, which leaves nothing for an untreated zone to take out.
 */
static untreated control_of(const sd_change *change, const char *zone) {
  static const double MEDIAN_OVER_MEAN = 1.2533, MAD_TO_SD = 1.4826;
  float v[256];
  size_t n = 0;
  for (size_t k = 0; k < change->scar_count && n < sizeof v / sizeof v[0]; k++)
    if (strcmp(change->scars[k].zone, zone) == 0 && !is_mark(&change->scars[k].scar) &&
        change->scars[k].state != SD_SCAR_UNMATCHED)
      v[n++] = (float)change->scars[k].change;
  if (n < CONTROL_SCARS_MIN)
    return (untreated){NAN, SE_NO_CONTROL};
  double median = sd_median(v, n);
  for (size_t k = 0; k < n; k++)
    v[k] = fabsf(v[k] - (float)median);
  double error = MEDIAN_OVER_MEAN * MAD_TO_SD * sd_median(v, n) / sqrt((double)n);
  return error < SE_NO_CONTROL ? (untreated){median, error} : (untreated){NAN, SE_NO_CONTROL};
}

/* ln of the ratios a1 / a0 that errors of s on both leave possible, z standard errors wide (Fieller
 * 1954): a date that may be 0 leaves its side open, to `OPEN`. */
static void ratio_bounds(double bound[2], double a0, double a1, double zs) {
  double room0 = a0 * a0 - zs * zs, room1 = a1 * a1 - zs * zs;
  bound[0] = -OPEN;
  bound[1] = OPEN;
  if (room0 > 0 && a0 > 0) {
    double root = sqrt(fmax(a0 * a0 * a1 * a1 - room0 * room1, 0));
    double high = (a0 * a1 + root) / room0, low = (a0 * a1 - root) / room0;
    bound[1] = high > 0 ? fmin(fmax(log(high), -OPEN), OPEN) : -OPEN;
    bound[0] = low > 0 ? fmax(log(low), -OPEN) : -OPEN;
  } else if (room1 > 0 && a1 > 0) { /* the same the other way round */
    ratio_bounds(bound, a1, a0, zs);
    double low = -bound[1];
    bound[1] = -bound[0];
    bound[0] = low;
  }
}

typedef struct doubt {
  double own;     /* standard error of either date's contrast, ln units */
  double common;  /* of the change, whatever the scar: lamp, untreated zone, floor */
  double control; /* change of the untreated zone, taken out of the change */
} doubt;

static void bounds_of(double bound[2], const sd_scar_change *s, const doubt *d, double z) {
  ratio_bounds(bound, s->before, s->after, z * d->own);
  for (int side = 0; side < 2; side++) {
    double reach = hypot(bound[side] - d->control - s->change, z * d->common);
    bound[side] = s->change + (side == 0 ? -reach : reach);
  }
}

static sd_scar_state state_of(const sd_scar_change *s, const doubt *d) {
  bool there[2] = {scar_stands_out(&s->scar, s->before), scar_stands_out(&s->scar, s->after)};
  double bound[2];
  bounds_of(bound, s, d, REACH_STATE);
  if (bound[1] < 0)
    return !there[1] && there[0] ? SD_SCAR_RESOLVED : SD_SCAR_REDUCED;
  if (bound[0] > 0)
    return !there[0] && there[1] ? SD_SCAR_NEW : SD_SCAR_ENLARGED;
  return SD_SCAR_UNCHANGED;
}

static void judge(sd_scar_change *s, const doubt *d) {
  double bound[2];
  bounds_of(bound, s, d, REACH_95);
  s->ci_low = bound[0];
  s->ci_high = bound[1];
  s->mdc = fmax(s->ci_high - s->change, s->change - s->ci_low);
  s->state = state_of(s, d);
}

static void leave_out(sd_scar_change *s, const char *why) {
  s->state = SD_SCAR_UNMATCHED;
  s->before = s->after = s->change = s->ci_low = s->ci_high = s->mdc = NAN;
  snprintf(s->reason, sizeof s->reason, "%s", why);
}

static void leave_out_incomparable(sd_change *change) {
  const sd_comparability *c = &change->comparability;
  for (size_t k = 0; k < change->scar_count; k++) {
    sd_scar_change *s = &change->scars[k];
    if (!is_mark(&s->scar) && c->texture == SD_NOT_COMPARABLE_PAIR)
      leave_out(s, "the photos differ too much in how they show texture");
    if (is_mark(&s->scar) && c->colour == SD_NOT_COMPARABLE_PAIR)
      leave_out(s, "the photos differ too much in how they show colour");
  }
}

static void take_up(sd_scar_change *s, const sd_scar *found, const sd_side *before,
                    const sd_alignment *alignment) {
  sd_point after;
  const char *name = zone_name(before->skin, found->label);
  *s = (sd_scar_change){.scar = *found,
                        .before = found->amplitude[0],
                        .after = found->amplitude[1],
                        .state = SD_SCAR_UNCHANGED};
  sd_warp_at(&alignment->forward, found->x, found->y, &after);
  s->x_after = after.x;
  s->y_after = after.y;
  for (int n = 0; n < SD_OUTLINE_POINTS; n++)
    sd_warp_at(&alignment->forward, found->outline[n].x, found->outline[n].y, &s->outline_after[n]);
  snprintf(s->zone, sizeof s->zone, "%s", name != NULL ? name : "");
  const char *why = obstacle(s, alignment, before->measures->mm_per_px);
  s->change = log_ratio(s);
  if (why != NULL)
    leave_out(s, why);
}

/* 255 where all of both means is measured skin. */
static sd_status keep_of(sd_mask *keep, const pair *p, const sd_map *one, const sd_map *two,
                         sd_diag *diag) {
  sd_status status = sd_mask_make(keep, p->grid.width, p->grid.height, diag);
  for (size_t k = 0; status == SD_OK && k < (size_t)p->grid.width * (size_t)p->grid.height; k++)
    keep->v[k] = p->label.v[k] != 0 && !isnan(one->v[k] + two->v[k]) ? 255 : 0;
  return status;
}

/* Means of both dates. */
typedef struct means {
  sd_map over; /* AFTER's shading on BEFORE's cells */
  sd_map shading, brown, red;
} means;

static void means_clear(means *m) {
  sd_map_clear(&m->over);
  sd_map_clear(&m->shading);
  sd_map_clear(&m->brown);
  sd_map_clear(&m->red);
}

static sd_status means_make(means *m, const pair *p, const sd_side *before, const sd_side *after,
                            const sd_warp *forward, sd_diag *diag) {
  sd_status status = SD_OK;
  SD_TRY(pair_lay_over_cubic(&m->over, &after->measures->shading, &after->measures->grid, &p->grid,
                             forward, diag));
  SD_TRY(sd_map_copy(&m->shading, &before->measures->shading, diag));
  SD_TRY(sd_map_copy(&m->brown, &p->brown[0], diag));
  SD_TRY(sd_map_copy(&m->red, &p->pigment[PIGMENT_HAEMOGLOBIN][0], diag));
#pragma omp parallel for schedule(static)
  for (size_t k = 0; k < (size_t)p->grid.width * (size_t)p->grid.height; k++) {
    m->shading.v[k] = 0.5f * (m->shading.v[k] + m->over.v[k]);
    m->brown.v[k] = 0.5f * (m->brown.v[k] + p->brown[1].v[k]);
    m->red.v[k] = 0.5f * (m->red.v[k] + p->pigment[PIGMENT_HAEMOGLOBIN][1].v[k]);
  }
done:
  return status;
}

static sd_status find_relief(sd_scars *out, const pair *p, const means *m, const sd_side *before,
                             sd_diag *diag) {
  sd_mask keep = {0};
  sd_status status = keep_of(&keep, p, &m->shading, &m->shading, diag);
  sd_scar_maps maps = {.grid = p->grid,
                       .cell_mm = p->cell_mm,
                       .shading = &m->shading,
                       .brown = &m->brown,
                       .haemoglobin = &m->red,
                       .keep = &keep,
                       .label = &p->label,
                       .tone = before->measures->axes.tone,
                       .date = {&before->measures->shading, &m->over}};
  if (status == SD_OK)
    status = sd_scars_find(out, &maps, LEAST_SCORE, diag);
  sd_mask_clear(&keep);
  return status;
}

/* Brown and red marks and naevi join the relief. */
static sd_status find_marks(sd_scars *out, const pair *p, const means *m, double tone,
                            sd_diag *diag) {
  sd_mask keep = {0};
  sd_status status = keep_of(&keep, p, &m->brown, &m->red, diag);
  sd_mark_maps maps = {
      .grid = p->grid,
      .cell_mm = p->cell_mm,
      .brown = &m->brown,
      .haemoglobin = &m->red,
      .keep = &keep,
      .label = &p->label,
      .tone = tone,
      .date = {{&p->brown[0], &p->brown[1]},
               {&p->pigment[PIGMENT_HAEMOGLOBIN][0], &p->pigment[PIGMENT_HAEMOGLOBIN][1]}}};
  if (status == SD_OK)
    status = sd_marks_find(out, &maps, LEAST_SCORE, diag);
  sd_mask_clear(&keep);
  return status;
}

/* Relief and marks take about as long as each other: side by side. */
static sd_status find(sd_scars *out, sd_scars *marks, const pair *p, const sd_side *before,
                      const sd_side *after, const sd_alignment *alignment, sd_diag *diag) {
  sd_status found[2] = {SD_OK, SD_OK};
  sd_diag told[2] = {{{0}}, {{0}}};
  means m = {.over = {0}};
  sd_status status = means_make(&m, p, before, after, &alignment->forward, diag);
  if (status == SD_OK) {
#pragma omp parallel sections
    {
#pragma omp section
      found[0] = find_relief(out, p, &m, before, &told[0]);
#pragma omp section
      found[1] = find_marks(marks, p, &m, before->measures->axes.tone, &told[1]);
    }
    status = sd_first_failure(found, told, 2, diag);
  }
  means_clear(&m);
  return status;
}

/* How much another expression there is in each zone, 0..1: that of its median tile, or of all skin
 * where that moved more. */
static sd_status find_expression(double out[SD_ZONES_MAX], const pair *p, sd_diag *diag) {
  float *v = malloc((p->tile_count + 1) * sizeof *v);
  if (v == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to follow the scars");
  for (size_t k = 0; k < p->tile_count; k++)
    v[k] = (float)p->tiles[k].stretch;
  double all = p->tile_count > 0 ? sd_median(v, p->tile_count) : 0;
  for (int label = 0; label < SD_ZONES_MAX; label++) {
    size_t n = 0;
    for (size_t k = 0; k < p->tile_count; k++)
      if (p->tiles[k].label == label)
        v[n++] = (float)p->tiles[k].stretch;
    double here = n > 0 ? sd_median(v, n) : all;
    out[label] = expression_of(fmax(isnan(all) ? 0 : all, isnan(here) ? 0 : here));
  }
  free(v);
  return SD_OK;
}

/* How sure a scar's contrast is; `common` and `control` are relief's. */
static doubt doubt_of(const sd_scar_change *s, double cell_mm, double common, double control,
                      double expression) {
  const sd_scar *scar = &s->scar;
  if (is_mark(scar))
    return (doubt){(1 + SE_EXPRESSION_MARK * expression) * scar->unlike / sqrt(2), SE_MARK, 0};
  double unlike = scar->unlike * hypot(SE_UNLIKE, SE_UNLIKE_PER_MM * cell_mm);
  return (doubt){(1 + SE_EXPRESSION_RELIEF * expression) * unlike / sqrt(2), common, control};
}

/* A naevus stays: what looks like one and changed is a brown mark, as likely as it is not. */
static void judge_naevus(sd_scar_change *s) {
  if (s->scar.kind != SD_NAEVUS || s->state <= SD_SCAR_UNCHANGED)
    return;
  s->scar.kind = SD_BROWN_MARK;
  s->scar.kind_probability = fmax(1 - s->scar.kind_probability, 0.5);
}

static void judge_all(sd_change *change, const char *zone, double cell_mm,
                      const double expression[SD_ZONES_MAX], bool identical, bool forced) {
  /* two files of one shot differ, the skin in them does not */
  bool same_skin = change->match.one_shot && !forced;
  untreated own = *zone != '\0' ? control_of(change, zone) : (untreated){NAN, SE_NO_CONTROL};
  double turn = isnan(change->match.light_turn_deg)
                    ? 0
                    : 1 - cos(change->match.light_turn_deg * SD_RADIANS_PER_DEGREE);
  double common =
      sqrt(SE_FLOOR * SE_FLOOR + SE_LAMP * SE_LAMP * turn * turn + own.error * own.error);
  for (size_t k = 0; k < change->scar_count; k++) {
    sd_scar_change *s = &change->scars[k];
    if (s->state == SD_SCAR_UNMATCHED)
      continue;
    bool against = !isnan(own.change) && strcmp(s->zone, zone) != 0;
    doubt d = doubt_of(s, cell_mm, common, against ? own.change : 0, expression[s->scar.label]);
    if (identical)
      d = (doubt){0};
    s->change -= d.control;
    judge(s, &d);
    if (same_skin)
      s->state = SD_SCAR_UNCHANGED;
    judge_naevus(s);
  }
}

/* Changed, unchanged, unmatched; the most changed and then the likeliest first. */
static int place_in_list(const sd_scar_change *s) {
  if (s->state == SD_SCAR_UNMATCHED)
    return 2;
  return s->state == SD_SCAR_UNCHANGED;
}

static int in_report_order(const void *a, const void *b) {
  const sd_scar_change *s = a, *t = b;
  int rank[2] = {place_in_list(s), place_in_list(t)};
  if (rank[0] != rank[1])
    return rank[0] - rank[1];
  double key[2] = {rank[0] == 0 ? fabs(s->change) : s->scar.score,
                   rank[0] == 0 ? fabs(t->change) : t->scar.score};
  if (key[0] != key[1])
    return key[0] > key[1] ? -1 : 1;
  if (s->scar.v != t->scar.v)
    return s->scar.v < t->scar.v ? -1 : 1;
  if (s->scar.u != t->scar.u)
    return s->scar.u < t->scar.u ? -1 : 1;
  return (int)s->scar.kind - (int)t->scar.kind;
}

sd_status scars_follow(sd_change *change, pair *p, const sd_side *before, const sd_side *after,
                       const sd_alignment *alignment, const sd_change_options *options,
                       sd_diag *diag) {
  sd_status status = SD_OK;
  sd_scars found = {0}, marks = {0};
  double expression[SD_ZONES_MAX];
  if (!(p->cell_mm > 0)) {
    snprintf(change->scar_reason, sizeof change->scar_reason,
             "the size of a pixel in mm is not known; give --scale-mm-per-px or --ipd-mm");
    return SD_OK;
  }
  SD_TRY(find(&found, &marks, p, before, after, alignment, diag));
  change->scars = calloc(found.count + marks.count + 1, sizeof *change->scars);
  if (change->scars == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to follow the scars");
    goto done;
  }
  for (size_t k = 0; k < found.count; k++)
    if (is_scar(before->skin, &found.v[k]))
      p->relief_scar_in[0] = p->relief_scar_in[found.v[k].label] = true;
  for (size_t k = 0; k < found.count; k++)
    if (is_listed(before->skin, &found.v[k], options->zones))
      take_up(&change->scars[change->scar_count++], &found.v[k], before, alignment);
  for (size_t k = 0; k < marks.count; k++)
    if (is_listed(before->skin, &marks.v[k], options->zones))
      take_up(&change->scars[change->scar_count++], &marks.v[k], before, alignment);
  if (!options->force)
    leave_out_incomparable(change);
  SD_TRY(find_expression(expression, p, diag));
  judge_all(change, change->control_zone, p->cell_mm, expression,
            strcmp(before->photo->file_sha256, after->photo->file_sha256) == 0, options->force);
  if (change->scar_count > 1)
    qsort(change->scars, change->scar_count, sizeof *change->scars, in_report_order);
done:
  sd_scars_clear(&found);
  sd_scars_clear(&marks);
  return status;
}

/* ---- exchange ----------------------------------------------------------------------------- */

static double swapped_sign(double value) {
  return value == 0 ? 0 : -value; /* no minus zero in a report */
}

static void swap(double *a, double *b) {
  double keep = *a;
  *a = *b;
  *b = keep;
}

void scars_exchange(sd_change *change) {
  static const sd_scar_state OPPOSITE[] = {
      [SD_SCAR_UNMATCHED] = SD_SCAR_UNMATCHED, [SD_SCAR_UNCHANGED] = SD_SCAR_UNCHANGED,
      [SD_SCAR_REDUCED] = SD_SCAR_ENLARGED,    [SD_SCAR_RESOLVED] = SD_SCAR_NEW,
      [SD_SCAR_ENLARGED] = SD_SCAR_REDUCED,    [SD_SCAR_NEW] = SD_SCAR_RESOLVED};
  for (size_t k = 0; k < change->scar_count; k++) {
    sd_scar_change *s = &change->scars[k];
    double low = s->ci_low;
    swap(&s->scar.x, &s->x_after);
    swap(&s->scar.y, &s->y_after);
    for (int n = 0; n < SD_OUTLINE_POINTS; n++) {
      swap(&s->scar.outline[n].x, &s->outline_after[n].x);
      swap(&s->scar.outline[n].y, &s->outline_after[n].y);
    }
    swap(&s->before, &s->after);
    swap(&s->scar.amplitude[0], &s->scar.amplitude[1]);
    s->change = swapped_sign(s->change);
    s->ci_low = swapped_sign(s->ci_high);
    s->ci_high = swapped_sign(low);
    s->state = OPPOSITE[s->state];
  }
}
