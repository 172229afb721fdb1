/* The scars of a course. Each photo was searched in the mean of it and the reference, so that all
 * finds lie on the reference's pixels and one scar's finds lie on each other: the surest find
 * leads, and takes from each photo the nearest one of its kind within half a diameter. A session is
 * the mean of its photos less the mean of the first session's, as in the trends. */
#include "archive/timeline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

sd_status scars_keep(shot *s, const sd_change *change, sd_diag *diag) {
  s->scars = calloc(change->scar_count + 1, sizeof *s->scars);
  if (s->scars == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to follow the scars");
  for (size_t k = 0; k < change->scar_count; k++) {
    const sd_scar_change *from = &change->scars[k];
    scar_sighting *to = &s->scars[s->scar_count++];
    *to = (scar_sighting){.x = from->scar.x,
                          .y = from->scar.y,
                          .diameter_mm = from->scar.diameter_mm,
                          .diameter_low_mm = from->scar.diameter_low_mm,
                          .diameter_high_mm = from->scar.diameter_high_mm,
                          .kind_probability = from->scar.kind_probability,
                          .score = from->scar.score,
                          .kind = from->scar.kind,
                          .state = from->state,
                          .before = from->before,
                          .after = from->after,
                          .change = from->change,
                          .ci_low = from->ci_low,
                          .ci_high = from->ci_high,
                          .mdc = from->mdc};
    snprintf(to->zone, sizeof to->zone, "%s", from->zone);
    snprintf(to->reason, sizeof to->reason, "%s", from->reason);
  }
  return SD_OK;
}

/* ---- the same scar in other photos ---------------------------------------------------------- */

/* A find, the photo it is of, and whether a scar has it already: that stands in photo order. */
typedef struct find {
  size_t photo;
  const scar_sighting *v;
  bool *taken;
} find;

/* The surest first; then by place, which no order of photos changes. */
static int by_score(const void *a, const void *b) {
  const find *p = a, *q = b;
  if (p->v->score != q->v->score)
    return p->v->score > q->v->score ? -1 : 1;
  if (p->v->y != q->v->y)
    return p->v->y < q->v->y ? -1 : 1;
  if (p->v->x != q->v->x)
    return p->v->x < q->v->x ? -1 : 1;
  return (p->photo > q->photo) - (p->photo < q->photo);
}

/* Relief, brown or red: what may look like one kind today and like another one next month. */
static int family(sd_scar_kind kind) {
  return sd_scar_is_relief(kind) ? 0 : kind == SD_RED_MARK ? 1 : 2;
}

/* How far apart they are, in half diameters of the larger one; at most 1 is the same place. */
static double apart(const scar_sighting *a, const scar_sighting *b, double mm_per_px) {
  double reach = 0.5 * fmax(a->diameter_mm, b->diameter_mm);
  return hypot(a->x - b->x, a->y - b->y) * mm_per_px / reach;
}

/* Index in photo `s` of the find that is the lead's scar; scar_count: none. */
static size_t nearest(const shot *s, const bool *taken, const scar_sighting *lead,
                      double mm_per_px) {
  size_t best = s->scar_count;
  double least = 1;
  for (size_t k = 0; k < s->scar_count; k++) {
    if (taken[k] || family(s->scars[k].kind) != family(lead->kind))
      continue;
    double away = apart(&s->scars[k], lead, mm_per_px);
    if (away < least || (away == least && best == s->scar_count)) {
      best = k;
      least = away;
    }
  }
  return best;
}

/* ---- one session of one scar ---------------------------------------------------------------- */

typedef struct sum {
  int photos;
  double contrast, change, low, high, mdc;
} sum;

static void add(sum *s, double contrast, double change, double low, double high, double mdc) {
  s->photos++;
  s->contrast += contrast;
  s->change += change;
  s->low += low;
  s->high += high;
  s->mdc += mdc;
}

/* What the photos of one session say together: what all say, or the least of it. */
static sd_scar_state less_claimed(sd_scar_state a, sd_scar_state b) {
  int sign = sd_scar_state_sign(a);
  if (a == b)
    return a;
  if (sign == 0 || sign != sd_scar_state_sign(b))
    return SD_SCAR_UNCHANGED;
  return sign < 0 ? SD_SCAR_REDUCED : SD_SCAR_ENLARGED;
}

static void set_gap(sd_course_scar_point *p, const char *why) {
  *p = (sd_course_scar_point){.state = SD_SCAR_UNMATCHED,
                              .contrast = NAN,
                              .change = NAN,
                              .ci_low = NAN,
                              .ci_high = NAN,
                              .mdc = NAN};
  snprintf(p->reason, sizeof p->reason, "%s", why);
}

static const char *why_not(const shot *s, const scar_sighting *seen) {
  if (seen != NULL)
    return seen->reason;
  return s->problem[0] != '\0' ? s->problem
                               : "it was not found when this photo was compared with the first one";
}

typedef struct follow {
  const shots *all;
  size_t reference;
  const scar_sighting **of; /* of each photo, for the scar at hand; NULL: none */
} follow;

/* The mean of a session's photos; photos is 0 and `why` says it where none compares the scar. */
static sum sum_of(const follow *f, int when, sd_scar_state *state, const char **why) {
  sum s = {0};
  *why = "";
  *state = SD_SCAR_UNMATCHED;
  for (size_t k = 0; k < f->all->count; k++) {
    const scar_sighting *seen = f->of[k];
    if (f->all->v[k].session != when || k == f->reference)
      continue;
    if (seen == NULL || seen->state == SD_SCAR_UNMATCHED) {
      if (**why == '\0')
        *why = why_not(&f->all->v[k], seen);
      continue;
    }
    *state = s.photos == 0 ? seen->state : less_claimed(*state, seen->state);
    add(&s, seen->after, seen->change, seen->ci_low, seen->ci_high, seen->mdc);
  }
  return s;
}

/* The first session's own mean change: its reference's 0 and what its other photos say. */
static double first_offset(const follow *f) {
  sd_scar_state state;
  const char *why;
  sum s = sum_of(f, 0, &state, &why);
  return s.change / (s.photos + 1);
}

/* The photos of a session share the reference, so that their errors do not average out: its
 * interval is the mean of theirs. Where that includes no change, nothing changed. */
static void set_point(sd_course_scar_point *p, const follow *f, int when, double offset) {
  sd_scar_state state;
  const char *why;
  sum s = sum_of(f, when, &state, &why);
  if (s.photos == 0) {
    set_gap(p, why);
    return;
  }
  *p = (sd_course_scar_point){.state = state,
                              .photos = s.photos,
                              .contrast = s.contrast / s.photos,
                              .change = s.change / s.photos - offset,
                              .ci_low = s.low / s.photos - offset,
                              .ci_high = s.high / s.photos - offset,
                              .mdc = s.mdc / s.photos};
  bool certain = sd_scar_state_sign(state) < 0 ? p->ci_high < 0 : p->ci_low > 0;
  if (state != SD_SCAR_UNCHANGED && !certain)
    p->state = SD_SCAR_UNCHANGED;
}

/* The day it all begins with: no change by definition, and the mean strength that the comparisons
 * found on it. */
static void set_first(sd_course_scar_point *p, const follow *f) {
  double strength = 0;
  int photos = 0;
  for (size_t k = 0; k < f->all->count; k++)
    if (f->of[k] != NULL && f->of[k]->state != SD_SCAR_UNMATCHED) {
      strength += f->of[k]->before;
      photos++;
    }
  *p = (sd_course_scar_point){.state = SD_SCAR_UNCHANGED, .photos = 1};
  p->contrast = photos > 0 ? strength / photos : NAN;
}

/* ---- all of them ---------------------------------------------------------------------------- */

/* A naevus stays: what looks like one and changes is a brown mark, as likely as it is not. */
static void judge_naevus(sd_course_scar *scar, int sessions) {
  bool changed = false;
  for (int k = 1; k < sessions; k++)
    changed = changed || scar->points[k].state > SD_SCAR_UNCHANGED;
  if (scar->kind != SD_NAEVUS || !changed)
    return;
  scar->kind = SD_BROWN_MARK;
  scar->kind_probability = fmax(1 - scar->kind_probability, 0.5);
}

static sd_status follow_one(sd_course_scar *scar, const follow *f, const scar_sighting *lead,
                            sd_diag *diag) {
  int sessions = f->all->sessions;
  *scar = (sd_course_scar){.x = lead->x,
                           .y = lead->y,
                           .diameter_mm = lead->diameter_mm,
                           .diameter_low_mm = lead->diameter_low_mm,
                           .diameter_high_mm = lead->diameter_high_mm,
                           .kind = lead->kind,
                           .kind_probability = lead->kind_probability,
                           .score = lead->score,
                           .points = calloc((size_t)sessions + 1, sizeof *scar->points)};
  if (scar->points == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to follow the scars");
  snprintf(scar->zone, sizeof scar->zone, "%s", lead->zone);
  set_first(&scar->points[0], f);
  double offset = first_offset(f);
  for (int k = 1; k < sessions; k++)
    set_point(&scar->points[k], f, k, offset);
  judge_naevus(scar, sessions);
  return SD_OK;
}

/* Its latest point that is none of the gaps; 0: there is none. */
static int latest_of(const sd_course_scar *s, int sessions) {
  int k = sessions - 1;
  while (k > 0 && s->points[k].state == SD_SCAR_UNMATCHED)
    k--;
  return k;
}

typedef struct ranked {
  sd_course_scar scar;
  int rank; /* changed at last, unchanged at last, compared before only, never */
  double key;
} ranked;

static ranked rank_of(const sd_course_scar *s, int sessions) {
  int last = latest_of(s, sessions);
  bool changed = s->points[last].state > SD_SCAR_UNCHANGED;
  if (last < sessions - 1)
    return (ranked){*s, last > 0 ? 2 : 3, s->score};
  return (ranked){*s, changed ? 0 : 1, changed ? fabs(s->points[last].change) : s->score};
}

static int in_report_order(const void *a, const void *b) {
  const ranked *p = a, *q = b;
  if (p->rank != q->rank)
    return p->rank - q->rank;
  if (p->key != q->key)
    return p->key > q->key ? -1 : 1;
  if (p->scar.y != q->scar.y)
    return p->scar.y < q->scar.y ? -1 : 1;
  if (p->scar.x != q->scar.x)
    return p->scar.x < q->scar.x ? -1 : 1;
  return (int)p->scar.kind - (int)q->scar.kind;
}

static sd_status put_in_order(sd_course_scar *scars, size_t count, int sessions, sd_diag *diag) {
  ranked *all = malloc((count + 1) * sizeof *all);
  if (all == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to follow the scars");
  for (size_t k = 0; k < count; k++)
    all[k] = rank_of(&scars[k], sessions);
  if (count > 1)
    qsort(all, count, sizeof *all, in_report_order);
  for (size_t k = 0; k < count; k++)
    scars[k] = all[k].scar;
  free(all);
  return SD_OK;
}

static size_t gather(find *out, bool *taken, const shots *all) {
  size_t count = 0;
  for (size_t k = 0; k < all->count; k++)
    for (size_t i = 0; i < all->v[k].scar_count; i++, count++)
      out[count] = (find){k, &all->v[k].scars[i], &taken[count]};
  if (count > 1)
    qsort(out, count, sizeof *out, by_score);
  return count;
}

/* The finds of the lead's scar, one a photo at most. */
static void take_finds(follow *f, bool *taken, const find *lead, double mm_per_px) {
  for (size_t k = 0; k < f->all->count; taken += f->all->v[k++].scar_count) {
    const shot *s = &f->all->v[k];
    f->of[k] = k == lead->photo ? lead->v : NULL;
    size_t other = k != lead->photo ? nearest(s, taken, lead->v, mm_per_px) : s->scar_count;
    if (other == s->scar_count)
      continue;
    f->of[k] = &s->scars[other];
    taken[other] = true;
  }
  *lead->taken = true;
}

sd_status course_scars_follow(sd_course_scar **out, size_t *count, const shots *all,
                              size_t reference, double mm_per_px, sd_diag *diag) {
  sd_status status = SD_OK;
  size_t room = 1, found, made = 0;
  for (size_t k = 0; k < all->count; k++)
    room += all->v[k].scar_count;
  find *finds = calloc(room, sizeof *finds);
  bool *taken = calloc(room, sizeof *taken);
  sd_course_scar *scars = calloc(room, sizeof *scars);
  follow f = {all, reference, calloc(all->count + 1, sizeof *f.of)};
  if (finds == NULL || taken == NULL || scars == NULL || f.of == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to follow the scars");
    goto done;
  }
  found = gather(finds, taken, all);
  for (size_t k = 0; k < found; k++) {
    if (*finds[k].taken)
      continue;
    take_finds(&f, taken, &finds[k], mm_per_px);
    SD_TRY(follow_one(&scars[made++], &f, finds[k].v, diag));
  }
  SD_TRY(put_in_order(scars, made, all->sessions, diag));
  *out = scars;
  *count = made;
  scars = NULL;
done:
  course_scars_clear(scars, made);
  free(taken);
  free(finds);
  free(f.of);
  return status;
}

void course_scars_clear(sd_course_scar *scars, size_t count) {
  for (size_t k = 0; scars != NULL && k < count; k++)
    free(scars[k].points);
  free(scars);
}
