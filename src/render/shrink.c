/* Area averages, rows before columns: whole rows are added up by vectors, and the columns of one
 * sum are few. */
#include "render/shrink.h"

#include "base/clones.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Pixels first to last lie under a new pixel, the outer two by a share. */
typedef struct cover {
  int first, last;
  float first_share, last_share;
} cover;

static cover cover_of(int k, double ratio, int length) {
  double from = k * ratio, to = fmin((k + 1) * ratio, length);
  cover out = {.first = (int)from, .last = (int)ceil(to) - 1};
  out.last = out.last < length - 1 ? out.last : length - 1;
  out.last = out.last > out.first ? out.last : out.first;
  out.first_share = (float)(fmin(out.first + 1, to) - from);
  out.last_share = (float)(to - out.last);
  return out;
}

static float share_of(const cover *c, int at) {
  return at == c->first ? c->first_share : at == c->last ? c->last_share : 1;
}

SD_CLONES static void add_row(float *restrict sum, const uint8_t *restrict row, float share,
                              int values) {
  for (int k = 0; k < values; k++)
    sum[k] += share * (float)row[k];
}

static void columns_of(uint8_t *out, const float *sum, const cover *columns, int width,
                       float per_area) {
  for (int x = 0; x < width; x++, out += 3) {
    const cover *c = &columns[x];
    float mean[3] = {0.5f, 0.5f, 0.5f};
    for (int at = c->first; at <= c->last; at++) {
      float weight = per_area * share_of(c, at);
      for (int q = 0; q < 3; q++)
        mean[q] += weight * sum[3 * (size_t)at + (size_t)q];
    }
    for (int q = 0; q < 3; q++)
      out[q] = (uint8_t)fminf(mean[q], 255);
  }
}

sd_status sd_picture_shrink(sd_picture *out, const sd_picture *in, int width, int height,
                            sd_diag *diag) {
  size_t values = 3 * (size_t)in->width;
  double across = (double)in->width / width, down = (double)in->height / height;
  float *sum = malloc(values * sizeof *sum);
  cover *columns = malloc((size_t)width * sizeof *columns);
  sd_status status = sd_picture_make(out, width, height, diag);
  if (status == SD_OK && (sum == NULL || columns == NULL))
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to draw %d x %d pixels", width, height);
  for (int x = 0; status == SD_OK && x < width; x++)
    columns[x] = cover_of(x, across, in->width);
  for (int y = 0; status == SD_OK && y < height; y++) {
    cover rows = cover_of(y, down, in->height);
    memset(sum, 0, values * sizeof *sum);
    for (int at = rows.first; at <= rows.last; at++)
      add_row(sum, in->v + values * (size_t)at, share_of(&rows, at), (int)values);
    columns_of(out->v + 3 * (size_t)y * (size_t)width, sum, columns, width,
               (float)(1 / (across * down)));
  }
  free(sum);
  free(columns);
  return status;
}
