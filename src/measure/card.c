/* A photo's colour reference: found or given, placed, sampled, judged. */
#include "measure/card.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Below this pitch the middle half of a patch is a few pixels, all blended with its frame. */
static const double PITCH_MIN_PX = 5;
/* Corners may be those of the card as well as those of its patches: how much wider than the field
 * of patches the card may be, in pitches, at the sides, the top and the bottom with its lettering.
 */
static const double SIDES[] = {0, 0.1, 0.2, 0.35}, TOPS[] = {0, 0.1, 0.2, 0.35, 0.55};
static const double BOTTOMS[] = {0, 0.1, 0.2, 0.35, 0.55, 0.8};
/* Half the part of a patch that is looked at to place the chart, in pitches: nearly all of it, so
 * that a place that is off shows. What uneven patches cost, in CIEDE2000 per relative SD. */
static const double LOOK_REACH = 0.36, SPREAD_COST = 10;
enum { LOOKS = 5 };
/* Patches that say that another order of the corners is meant. */
enum { ALIKE_ORDER = 16, ALIKE_MORE = 5 };

const char *sd_reference_kind_name(sd_reference_kind kind) {
  static const char *const NAMES[] = {"none", "colorchecker", "grey_card"};
  return NAMES[kind];
}

void sd_colour_reference_apply(const sd_colour_reference *reference, const double rgb[3],
                               double out[3]) {
  double in[3] = {rgb[0], rgb[1], rgb[2]};
  const double *m = reference->to_true;
  for (int r = 0; r < 3; r++)
    out[r] =
        reference->usable ? m[3 * r] * in[0] + m[3 * r + 1] * in[1] + m[3 * r + 2] * in[2] : in[r];
}

/* A frame as wide as this share of the field of patches belongs to the card: more than that of the
 * Classic below its patches, 0.2 of their height. */
static const double FRAME = 0.25;

void sd_colour_reference_mask(sd_mask *mask, const sd_colour_reference *reference) {
  static const sd_point SQUARE[4] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  card_perspective back;
  if (reference->kind == SD_REFERENCE_NONE ||
      !card_perspective_fit(&back, reference->corner, SQUARE, 4))
    return;
  for (int y = 0; y < mask->height; y++)
    for (int x = 0; x < mask->width; x++) {
      sd_point p = card_perspective_at(&back, x, y);
      if (fabs(p.x - 0.5) < 0.5 + FRAME && fabs(p.y - 0.5) < 0.5 + FRAME)
        mask->v[(size_t)y * (size_t)mask->width + (size_t)x] = 0;
    }
}

/* ---- corners that were given -------------------------------------------------------------------
 */

static sd_status check_corners(const sd_point corner[4], const sd_photo *photo, sd_diag *diag) {
  for (int k = 0; k < 4; k++) {
    sd_point p = corner[k];
    if (!(p.x >= -0.5 && p.y >= -0.5 && p.x <= photo->width - 0.5 && p.y <= photo->height - 0.5))
      return sd_fail(diag, SD_USAGE,
                     "the colour card's corner %g,%g is not in the photo of %d x %d pixels", p.x,
                     p.y, photo->width, photo->height);
  }
  int turns = 0;
  for (int k = 0; k < 4; k++) {
    sd_point a = corner[k], b = corner[(k + 1) % 4], c = corner[(k + 2) % 4];
    double turn = (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
    turns += turn > 0 ? 1 : turn < 0 ? -1 : 0;
  }
  if (turns != 4 && turns != -4)
    return sd_fail(diag, SD_USAGE,
                   "the colour card's corners do not go round a card: give those by its brown, "
                   "bluish green, black and white patch, in this order");
  return SD_OK;
}

/* The chart's place if its field of patches, widened by these margins, has these corners. */
static bool place_between(card_perspective *out, const sd_point corner[4], double side, double top,
                          double bottom) {
  const double right = SD_CARD_COLUMNS + side, low = SD_CARD_ROWS + bottom;
  const sd_point from[4] = {{-side, -top}, {right, -top}, {right, low}, {-side, low}};
  return card_perspective_fit(out, from, corner, 4);
}

/* The patch as a few looks see it; its spread is a plain SD, which an edge raises at once. */
static card_patch look(const sd_photo *photo, const card_perspective *place, int column, int row) {
  card_patch patch = {.at = card_perspective_at(place, column + 0.5, row + 0.5)};
  double sum = 0, squares = 0, count = LOOKS * LOOKS;
  for (int k = 0; k < LOOKS * LOOKS; k++) {
    double u = column + 0.5 + LOOK_REACH * (2 * (k % LOOKS) / (LOOKS - 1.0) - 1);
    double v = row + 0.5 + LOOK_REACH * (2 * (k / LOOKS) / (LOOKS - 1.0) - 1);
    sd_point p = card_perspective_at(place, u, v);
    int x = (int)fmin(fmax(lround(p.x), 0), photo->width - 1);
    int y = (int)fmin(fmax(lround(p.y), 0), photo->height - 1);
    float rgb[3];
    sd_photo_linear_at(photo, x, y, rgb);
    double light = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
    for (int c = 0; c < 3; c++)
      patch.rgb[c] += rgb[c] / count;
    sum += light / count;
    squares += light * light / count;
  }
  patch.spread = fmin(sqrt(fmax(squares - sum * sum, 0)) / fmax(sum, 1e-3), 1);
  return patch;
}

/* How badly a chart fits here; *alike is the number of patches that have their colour. */
static double misfit(int *alike, const sd_photo *photo, const card_perspective *place) {
  card_patch patches[SD_CARD_PATCHES];
  double mean, spread = 0;
  for (int k = 0; k < SD_CARD_PATCHES; k++) {
    patches[k] = look(photo, place, k % SD_CARD_COLUMNS, k / SD_CARD_COLUMNS);
    spread += patches[k].spread / SD_CARD_PATCHES;
  }
  *alike = card_likeness(patches, &mean);
  return mean + SPREAD_COST * spread;
}

static bool place_given(card_perspective *best, int *best_alike, const sd_photo *photo,
                        const sd_point corner[4]) {
  double least = INFINITY;
  for (size_t s = 0; s < sizeof SIDES / sizeof *SIDES; s++)
    for (size_t t = 0; t < sizeof TOPS / sizeof *TOPS; t++)
      for (size_t b = 0; b < sizeof BOTTOMS / sizeof *BOTTOMS; b++) {
        card_perspective place;
        int alike;
        if (!place_between(&place, corner, SIDES[s], TOPS[t], BOTTOMS[b]))
          continue;
        double cost = misfit(&alike, photo, &place);
        if (cost >= least)
          continue;
        least = cost;
        *best = place;
        *best_alike = alike;
      }
  return isfinite(least);
}

/* Would a chart fit better with the corners in another order? */
static bool other_order(bool *mirrored, const sd_photo *photo, const sd_point corner[4],
                        int alike) {
  for (int order = 1; order < 8; order++) {
    sd_point other[4];
    bool backward = order >= 4;
    card_perspective place;
    int here;
    for (int k = 0; k < 4; k++)
      other[k] = corner[backward ? (order - k + 8) % 4 : (order + k) % 4];
    if (!place_given(&place, &here, photo, other))
      continue;
    if (here >= ALIKE_ORDER && here >= alike + ALIKE_MORE) {
      *mirrored = backward;
      return true;
    }
  }
  return false;
}

/* ---- all
 * ------------------------------------------------------------------------------------------ */

static void refuse(sd_colour_reference *out, const char *reason) {
  out->usable = false;
  snprintf(out->reason, sizeof out->reason, "%s", reason);
}

static void set_corners(sd_colour_reference *out, const card_perspective *place) {
  static const double U[4] = {0, SD_CARD_COLUMNS, SD_CARD_COLUMNS, 0};
  static const double V[4] = {0, 0, SD_CARD_ROWS, SD_CARD_ROWS};
  for (int k = 0; k < 4; k++)
    out->corner[k] = card_perspective_at(place, U[k], V[k]);
}

/* Shortest distance of neighbouring patches. */
static double smallest_pitch(const card_perspective *place) {
  double least = INFINITY;
  for (int row = 0; row < SD_CARD_ROWS; row++)
    for (int column = 0; column < SD_CARD_COLUMNS; column++) {
      sd_point a = card_perspective_at(place, column, row);
      sd_point b = card_perspective_at(place, column + 1, row);
      sd_point c = card_perspective_at(place, column, row + 1);
      least = fmin(least, fmin(hypot(b.x - a.x, b.y - a.y), hypot(c.x - a.x, c.y - a.y)));
    }
  return least;
}

static void judge_at(sd_colour_reference *out, const sd_photo *photo,
                     const card_perspective *place) {
  card_patch patches[SD_CARD_PATCHES];
  set_corners(out, place);
  if (!(smallest_pitch(place) >= PITCH_MIN_PX)) {
    refuse(out, "the card is too small: its patches must be at least 5 pixels apart");
    return;
  }
  card_sample(patches, photo, place);
  card_judge(out, patches);
}

static sd_status find_given(sd_colour_reference *out, const sd_photo *photo,
                            const sd_point corner[4], sd_diag *diag) {
  card_perspective place;
  int alike = 0;
  bool mirrored = false;
  sd_status status = check_corners(corner, photo, diag);
  if (status != SD_OK)
    return status;
  out->kind = SD_REFERENCE_COLORCHECKER;
  memcpy(out->corner, corner, sizeof out->corner);
  if (!place_given(&place, &alike, photo, corner)) {
    refuse(out, "the corners given are those of no card");
    return SD_OK;
  }
  judge_at(out, photo, &place);
  if (!out->usable && other_order(&mirrored, photo, corner, alike))
    refuse(out, mirrored ? "the card is seen as a mirror image: put the photo right with "
                           "--mirrored, or give the corners in the order brown, bluish green, "
                           "black, white"
                         : "the card's corners are in the wrong order: give those by the brown, "
                           "the bluish green, the black and the white patch");
  return SD_OK;
}

static sd_status find_by_search(sd_colour_reference *out, const sd_photo *photo, sd_diag *diag) {
  card_perspective place;
  bool found, mirrored;
  sd_status status = card_search(&found, &mirrored, &place, photo, diag);
  if (status != SD_OK || !found)
    return status;
  out->kind = SD_REFERENCE_COLORCHECKER;
  out->searched = true;
  judge_at(out, photo, &place);
  if (mirrored)
    refuse(out, "the card is seen as a mirror image: put the photo right with --mirrored");
  return SD_OK;
}

sd_status sd_colour_reference_find(sd_colour_reference *out, const sd_photo *photo,
                                   const sd_card_request *request, sd_diag *diag) {
  sd_colour_reference found = {.residual_mean = NAN, .residual_max = NAN};
  sd_card_source source = request != NULL ? request->source : SD_CARD_AUTO;
  sd_status status = SD_OK;
  for (int k = 0; k < SD_CARD_PATCHES; k++)
    found.error_lab[k][0] = found.error_lab[k][1] = found.error_lab[k][2] = NAN;
  if (source == SD_CARD_AUTO)
    status = find_by_search(&found, photo, diag);
  else if (source == SD_CARD_CORNERS)
    status = find_given(&found, photo, request->corner, diag);
  else if (source == SD_CARD_GREY)
    status = grey_card_find(&found, photo, request->grey, diag);
  if (status == SD_OK)
    *out = found;
  return status;
}
