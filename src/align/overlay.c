/* What a program drew over a photo is told from skin by three signs: areas of flat black or white,
 * in one photo alone (bars over the eyes follow the face); areas of any flat colour with a sharp
 * outline, and strong structure that repeats to the grain, at the same pixels of both photos (skin
 * moves between two sessions). Skin has pores, and the camera has noise; where a soft light and a
 * smoothing camera leave neither, skin still shades off without an outline. */
#include "align/overlay.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Blocks across the longer side, and the smallest block: a stroke of a letter fills a good part. */
enum { BLOCKS = 170, BLOCK_MIN_PX = 8 };
/* Luma of 0..255. Flat: compression leaves less than this in a drawn area. */
static const double FLAT_SPREAD = 1.6, FLAT_DIFFERENCE = 3;
/* Of a drawn area: what it is brighter or darker than beside it, or how unlike the blocks are that
 * its outline runs through; so much of the outline; and how little the photos' difference varies
 * over it (SD), which between two photos of skin passes through all values. */
static const double OUTLINE_STEP = 8, OUTLINE_SPREAD = 5, OUTLINE_SHARP = 0.6, SAME_ALL_OVER = 0.8;
/* Strong structure, the same in both: lettering over skin that is not the same. */
static const double STRUCTURE_SPREAD = 14, SAME_CORRELATION = 0.93, SAME_DIFFERENCE = 14;
/* Flat areas count from so many blocks on, structure from so many in touch: a lash or a highlight
 * may fall on its like by chance. */
enum { FLAT_BLOCKS_MIN = 12, STRUCTURE_BLOCKS_MIN = 3 };
/* One shot saved twice repeats faint structure too, which nobody draws: where this share of its
 * blocks correlates so, the photos agree as a whole. */
static const double FAINT_SPREAD = 2.5, FAINT_CORRELATION = 0.8, AGREES_AS_A_WHOLE = 0.4;
/* Of all blocks so many must have any: else it is the rims of what is drawn that agree. */
static const double FAINT_SHARE_MIN = 0.02;

/* Flat and darker or lighter than this in one photo alone. */
static const double BLACK = 24, WHITE = 240;

/* BAR: flat black or white in this photo; FLAT: of one colour in both. */
typedef enum kind { SKIN, BAR, FLAT, STRUCTURE } kind;

static double luma_at(const sd_photo *p, int x, int y) {
  size_t k = 3 * ((size_t)y * (size_t)p->width + (size_t)x);
  if (p->sample_bytes == 2) {
    const uint16_t *v = p->samples;
    return ((double)v[k] + 2.0 * v[k + 1] + v[k + 2]) / (4 * 257.0);
  }
  const uint8_t *v = p->samples;
  return ((double)v[k] + 2.0 * v[k + 1] + v[k + 2]) / 4;
}

/* Moments of a block's luma in two photos of one size; of one photo with itself. */
typedef struct block {
  double mean[2], spread[2], covariance;
} block;

static block look(const sd_photo *a, const sd_photo *b, int left, int top, int side) {
  double sum_a = 0, sum_b = 0, aa = 0, bb = 0, ab = 0;
  int n = 0;
  for (int y = top; y < top + side && y < a->height; y++)
    for (int x = left; x < left + side && x < a->width; x++, n++) {
      double u = luma_at(a, x, y), v = luma_at(b, x, y);
      sum_a += u;
      sum_b += v;
      aa += u * u;
      bb += v * v;
      ab += u * v;
    }
  double mean_a = sum_a / n, mean_b = sum_b / n;
  return (block){{mean_a, mean_b},
                 {sqrt(fmax(aa / n - mean_a * mean_a, 0)), sqrt(fmax(bb / n - mean_b * mean_b, 0))},
                 ab / n - mean_a * mean_b};
}

static bool is_bar(const block *b, int photo) {
  return b->spread[photo] < FLAT_SPREAD && (b->mean[photo] < BLACK || b->mean[photo] > WHITE);
}

static bool has_structure(const block *b) {
  return b->spread[0] >= STRUCTURE_SPREAD || b->spread[1] >= STRUCTURE_SPREAD;
}

static bool is_faint(const block *b) {
  return !has_structure(b) && b->spread[0] > FAINT_SPREAD && b->spread[1] > FAINT_SPREAD;
}

/* The same at the same place of both photos. */
static kind shared_kind(const block *b) {
  double off = fabs(b->mean[0] - b->mean[1]);
  if (b->spread[0] < FLAT_SPREAD && b->spread[1] < FLAT_SPREAD)
    return off < FLAT_DIFFERENCE ? FLAT : SKIN;
  bool same =
      b->covariance > SAME_CORRELATION * b->spread[0] * b->spread[1] && off < SAME_DIFFERENCE;
  return has_structure(b) && same ? STRUCTURE : SKIN;
}

/* The blocks of one kind in touch with `first`, which are marked in `seen`; returns how many.
 * `members` has room for all blocks. */
static int group(int *members, sd_mask *seen, const sd_mask *kinds, int first) {
  int columns = kinds->width, count = 1;
  members[0] = first;
  seen->v[first] = 1;
  for (int next = 0; next < count; next++) {
    int x = members[next] % columns, y = members[next] / columns;
    for (int v = y - 1; v <= y + 1; v++)
      for (int u = x - 1; u <= x + 1; u++) {
        if (u < 0 || v < 0 || u >= columns || v >= kinds->height)
          continue;
        int k = v * columns + u;
        if (seen->v[k] == 0 && kinds->v[k] == kinds->v[first]) {
          seen->v[k] = 1;
          members[count++] = k;
        }
      }
  }
  return count;
}

/* What the blocks of a photo are, and, of two photos of one size, what they look like. */
typedef struct grid {
  sd_mask kinds;
  block *blocks; /* NULL: one photo alone */
} grid;

/* The difference of the photos is one and the same all over the group. */
static bool is_same_all_over(const grid *g, const int *members, int count) {
  double sum = 0, squares = 0;
  for (int i = 0; i < count; i++) {
    const block *b = &g->blocks[members[i]];
    double off = b->mean[1] - b->mean[0];
    sum += off;
    squares += off * off;
  }
  double mean = sum / count;
  return squares / count - mean * mean < SAME_ALL_OVER * SAME_ALL_OVER;
}

static bool is_step(const block *inside, const block *outside) {
  for (int p = 0; p < 2; p++)
    if (fabs(inside->mean[p] - outside->mean[p]) <= OUTLINE_STEP &&
        outside->spread[p] <= OUTLINE_SPREAD)
      return false;
  return true;
}

/* Most blocks next to the group stand out from it, in both photos. */
static bool has_sharp_outline(const grid *g, const int *members, int count) {
  static const int BESIDE[4][2] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
  const sd_mask *kinds = &g->kinds;
  int sides = 0, steps = 0;
  for (int i = 0; i < count; i++)
    for (int n = 0; n < 4; n++) {
      int x = members[i] % kinds->width + BESIDE[n][0],
          y = members[i] / kinds->width + BESIDE[n][1];
      int other = y * kinds->width + x;
      if (x < 0 || y < 0 || x >= kinds->width || y >= kinds->height ||
          kinds->v[other] == kinds->v[members[i]])
        continue;
      sides++;
      steps += is_step(&g->blocks[members[i]], &g->blocks[other]);
    }
  return steps >= OUTLINE_SHARP * sides;
}

static bool is_drawn(const grid *g, const int *members, int count) {
  switch (g->kinds.v[members[0]]) {
  case BAR:
    return count >= FLAT_BLOCKS_MIN;
  case FLAT:
    return count >= FLAT_BLOCKS_MIN && is_same_all_over(g, members, count) &&
           has_sharp_outline(g, members, count);
  default:
    return count >= STRUCTURE_BLOCKS_MIN;
  }
}

static void mark_around(sd_mask *burnt, int place) {
  int x = place % burnt->width, y = place / burnt->width;
  for (int v = y - 1; v <= y + 1; v++)
    for (int u = x - 1; u <= x + 1; u++)
      if (u >= 0 && v >= 0 && u < burnt->width && v < burnt->height)
        burnt->v[v * burnt->width + u] = 255;
}

/* The blocks of groups that were drawn, and those around them: an edge runs through the next block.
 */
static sd_status burnt_blocks(sd_mask *burnt, const grid *g, sd_diag *diag) {
  sd_status status = SD_OK;
  const sd_mask *kinds = &g->kinds;
  int blocks = kinds->width * kinds->height;
  sd_mask seen = {0};
  int *members = malloc((size_t)blocks * sizeof *members);
  if (members == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to align the photos");
  SD_TRY(sd_mask_make(&seen, kinds->width, kinds->height, diag));
  SD_TRY(sd_mask_make(burnt, kinds->width, kinds->height, diag));
  for (int k = 0; k < blocks; k++) {
    if (seen.v[k] != 0 || kinds->v[k] == SKIN)
      continue;
    int count = group(members, &seen, kinds, k);
    bool drawn = is_drawn(g, members, count);
    for (int i = 0; i < count && drawn; i++)
      mark_around(burnt, members[i]);
  }
done:
  sd_mask_clear(&seen);
  free(members);
  return status;
}

static int block_px(const sd_photo *photo) {
  int longer = photo->width > photo->height ? photo->width : photo->height;
  return longer / BLOCKS > BLOCK_MIN_PX ? longer / BLOCKS : BLOCK_MIN_PX;
}

static sd_status make_kinds(sd_mask *out, const sd_photo *photo, sd_diag *diag) {
  int side = block_px(photo);
  return sd_mask_make(out, (photo->width + side - 1) / side, (photo->height + side - 1) / side,
                      diag);
}

static void find_bars(sd_mask *kinds, const sd_photo *photo) {
  int side = block_px(photo);
#pragma omp parallel for schedule(static)
  for (int j = 0; j < kinds->height; j++)
    for (int i = 0; i < kinds->width; i++) {
      block b = look(photo, photo, i * side, j * side, side);
      kinds->v[j * kinds->width + i] = is_bar(&b, 0) ? BAR : SKIN;
    }
}

/* Two photos of one size, which have their blocks in common. */
static void find_shared(grid grids[2], block *blocks, const sd_photo *const photo[2]) {
  int side = block_px(photo[0]), same = 0, faint = 0;
  int columns = grids[0].kinds.width, rows = grids[0].kinds.height;
#pragma omp parallel for schedule(static) reduction(+ : same, faint)
  for (int j = 0; j < rows; j++)
    for (int i = 0; i < columns; i++) {
      block b = look(photo[0], photo[1], i * side, j * side, side);
      kind shared = shared_kind(&b);
      for (int p = 0; p < 2; p++)
        grids[p].kinds.v[j * columns + i] = (uint8_t)(is_bar(&b, p) ? BAR : shared);
      blocks[j * columns + i] = b;
      faint += is_faint(&b);
      same += is_faint(&b) && b.covariance > FAINT_CORRELATION * b.spread[0] * b.spread[1];
    }
  bool whole = faint >= FAINT_SHARE_MIN * columns * rows && same > AGREES_AS_A_WHOLE * faint;
  for (int p = 0; p < 2; p++) {
    grids[p].blocks = blocks;
    if (whole)
      memset(grids[p].kinds.v, SKIN, (size_t)columns * (size_t)rows);
  }
}

sd_status overlays_find(overlay out[2], const sd_photo *const photo[2], sd_diag *diag) {
  sd_status status = SD_OK;
  grid grids[2] = {{{0}, NULL}};
  block *blocks = NULL;
  for (int p = 0; p < 2; p++)
    SD_TRY(make_kinds(&grids[p].kinds, photo[p], diag));
  if (photo[0]->width == photo[1]->width && photo[0]->height == photo[1]->height) {
    blocks = malloc((size_t)grids[0].kinds.width * (size_t)grids[0].kinds.height * sizeof *blocks);
    if (blocks == NULL) {
      status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to align the photos");
      goto done;
    }
    find_shared(grids, blocks, photo);
  } else {
    for (int p = 0; p < 2; p++)
      find_bars(&grids[p].kinds, photo[p]);
  }
  for (int p = 0; p < 2; p++) {
    SD_TRY(burnt_blocks(&out[p].burnt, &grids[p], diag));
    out[p].block_px = block_px(photo[p]);
  }
done:
  for (int p = 0; p < 2; p++)
    sd_mask_clear(&grids[p].kinds);
  free(blocks);
  return status;
}

void overlay_clear(overlay *overlay_) {
  sd_mask_clear(&overlay_->burnt);
}

bool overlay_at(const overlay *overlay_, double x, double y) {
  if (overlay_->burnt.v == NULL || x < 0 || y < 0)
    return false;
  int i = (int)(x + 0.5) / overlay_->block_px, j = (int)(y + 0.5) / overlay_->block_px;
  return i < overlay_->burnt.width && j < overlay_->burnt.height &&
         overlay_->burnt.v[j * overlay_->burnt.width + i] != 0;
}
