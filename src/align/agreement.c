/* How well a field lays the target on the source: normalised correlation of the level's features,
 * node by node for the judge and for the choice between starts, as one figure for a level. */
#include "align/field.h"

#include <math.h>

static const double WINDOW_NODES = 2.5;

/* Sums over pixels of source a and laid-over target b. */
enum { AA, BB, AB, A, B, W, PRODUCTS };

/* Sums of products of source and laid-over target over one cell. */
static void cell_products(float sum[PRODUCTS], const field *nodes, const frame_level *from,
                          const frame_level *to, bool of_tint, int i, int j) {
  const sd_map *source = of_tint ? &from->tint : &from->feature;
  const sd_map *target = of_tint ? &to->tint : &to->feature;
  double at[2], slope[4];
  field_node_geometry(nodes, to, i, j, at, slope);
  for (int y = j * CELL_PX; y < (j + 1) * CELL_PX && y < source->height; y++)
    for (int x = i * CELL_PX; x < (i + 1) * CELL_PX && x < source->width; x++) {
      double u = x - (i * CELL_PX + (CELL_PX - 1) / 2.0),
             v = y - (j * CELL_PX + (CELL_PX - 1) / 2.0);
      double tx = at[0] + slope[0] * u + slope[1] * v, ty = at[1] + slope[2] * u + slope[3] * v;
      if (!(tx >= 0 && ty >= 0 && tx <= target->width - 1 && ty <= target->height - 1))
        continue;
      float a = source->v[(size_t)y * (size_t)source->width + (size_t)x];
      float b = sd_map_at(target, tx, ty);
      sum[AA] += a * a;
      sum[BB] += b * b;
      sum[AB] += a * b;
      sum[A] += a;
      sum[B] += b;
      sum[W] += 1;
    }
}

/* Correlation of the pixels summed; NaN where fewer than `least` overlap. */
static double correlation_of(const double sum[PRODUCTS], double least) {
  double w = sum[W], a = sum[A] / w, b = sum[B] / w;
  if (!(w >= least))
    return NAN;
  double aa = sum[AA] / w - a * a, bb = sum[BB] / w - b * b, ab = sum[AB] / w - a * b;
  return ab / sqrt(fmax(aa, 1e-4) * fmax(bb, 1e-4));
}

sd_status field_agreement(sd_map *out, const field *f, const frame *source, const frame *target,
                          int level, bool of_tint, sd_diag *diag) {
  sd_status status = SD_OK;
  field nodes = {0};
  sd_map sums[PRODUCTS] = {{0}};
  sd_map result = {0};
  const frame_level *from = &source->level[level];
  const frame_level *to =
      &target->level[frame_matching_level(target, from->scale * field_scale(f))];
  SD_TRY(field_make(&nodes, from, diag));
  field_resample(&nodes, f);
  for (int k = 0; k < PRODUCTS; k++)
    SD_TRY(sd_map_make(&sums[k], nodes.columns, nodes.rows, diag));
  SD_TRY(sd_map_make(&result, nodes.columns, nodes.rows, diag));
  for (int j = 0; j < nodes.rows; j++)
    for (int i = 0; i < nodes.columns; i++) {
      float sum[PRODUCTS] = {0};
      cell_products(sum, &nodes, from, to, of_tint, i, j);
      for (int k = 0; k < PRODUCTS; k++)
        sums[k].v[(size_t)j * (size_t)nodes.columns + (size_t)i] = sum[k];
    }
  for (int k = 0; k < PRODUCTS; k++)
    SD_TRY(sd_map_blur(&sums[k], &sums[k], WINDOW_NODES, diag));
  for (size_t k = 0; k < (size_t)nodes.columns * (size_t)nodes.rows; k++) {
    double sum[PRODUCTS];
    for (int q = 0; q < PRODUCTS; q++)
      sum[q] = (double)sums[q].v[k];
    result.v[k] = (float)correlation_of(sum, 0.5 * CELL_PX * CELL_PX);
  }
  *out = result;
  result = (sd_map){0};
done:
  field_clear(&nodes);
  for (int k = 0; k < PRODUCTS; k++)
    sd_map_clear(&sums[k]);
  sd_map_clear(&result);
  return status;
}

double field_mean_agreement(const field *f, const frame_level *from, const frame_level *to) {
  enum { SIDE = 6, STRIDE = 12 };
  double total = 0, weight = 0;
  for (int j = 0; j + SIDE <= f->rows; j += STRIDE)
    for (int i = 0; i + SIDE <= f->columns; i += STRIDE) {
      double sum[PRODUCTS] = {0};
      for (int b = 0; b < SIDE; b++)
        for (int a = 0; a < SIDE; a++) {
          float cell[PRODUCTS] = {0};
          cell_products(cell, f, from, to, false, i + a, j + b);
          for (int q = 0; q < PRODUCTS; q++)
            sum[q] += (double)cell[q];
        }
      double r = correlation_of(sum, 0.5 * SIDE * SIDE * CELL_PX * CELL_PX);
      double w =
          (double)sd_map_at(&from->weight, CELL_PX * (i + SIDE / 2.0), CELL_PX * (j + SIDE / 2.0));
      if (!isnan(r)) {
        total += w * r;
        weight += w;
      }
    }
  return weight > 0 ? total / weight : 0;
}
