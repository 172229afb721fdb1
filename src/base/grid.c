/* Pixel grids: allocation and sampling. Sides are checked once here, so that everywhere else a
 * (size_t) product cannot overflow. */
#include "base/between.h"
#include "base/room.h"
#include "scardelta/base.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE_MAX = 65535 };

static void *zeroed(size_t bytes) {
  return calloc(bytes, 1);
}

static sd_status allocate(void **out, int width, int height, size_t pixel_bytes,
                          void *(*block_of)(size_t), sd_diag *diag) {
  if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX)
    return sd_fail(diag, SD_USAGE, "a picture of %d x %d pixels is outside 1 to %d a side", width,
                   height, SIDE_MAX);
  void *block = block_of((size_t)width * (size_t)height * pixel_bytes);
  if (block == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for %d x %d pixels", width, height);
  *out = block;
  return SD_OK;
}

sd_status sd_map_make(sd_map *out, int width, int height, sd_diag *diag) {
  void *block = NULL;
  sd_status status = allocate(&block, width, height, sizeof(float), zeroed, diag);
  if (status != SD_OK)
    return status;
  sd_map_clear(out);
  *out = (sd_map){width, height, block};
  return SD_OK;
}

sd_status sd_map_room(sd_map *out, int width, int height, sd_diag *diag) {
  void *block = NULL;
  sd_status status = allocate(&block, width, height, sizeof(float), malloc, diag);
  if (status != SD_OK)
    return status;
  sd_map_clear(out);
  *out = (sd_map){width, height, block};
  return SD_OK;
}

sd_status sd_mask_make(sd_mask *out, int width, int height, sd_diag *diag) {
  void *block = NULL;
  sd_status status = allocate(&block, width, height, 1, zeroed, diag);
  if (status != SD_OK)
    return status;
  sd_mask_clear(out);
  *out = (sd_mask){width, height, block};
  return SD_OK;
}

sd_status sd_rgb_make(sd_rgb *out, int width, int height, sd_diag *diag) {
  void *block = NULL;
  sd_status status = allocate(&block, width, height, 3 * sizeof(float), zeroed, diag);
  if (status != SD_OK)
    return status;
  sd_rgb_clear(out);
  *out = (sd_rgb){width, height, block};
  return SD_OK;
}

sd_status sd_picture_make(sd_picture *out, int width, int height, sd_diag *diag) {
  void *block = NULL;
  sd_status status = allocate(&block, width, height, 3, zeroed, diag);
  if (status != SD_OK)
    return status;
  sd_picture_clear(out);
  *out = (sd_picture){width, height, block};
  return SD_OK;
}

sd_status sd_map_copy(sd_map *out, const sd_map *in, sd_diag *diag) {
  if (out == in)
    return SD_OK;
  sd_status status = sd_map_room(out, in->width, in->height, diag);
  if (status == SD_OK)
    memcpy(out->v, in->v, (size_t)in->width * (size_t)in->height * sizeof(float));
  return status;
}

void sd_map_clear(sd_map *map) {
  free(map->v);
  *map = (sd_map){0};
}

void sd_mask_clear(sd_mask *mask) {
  free(mask->v);
  *mask = (sd_mask){0};
}

void sd_rgb_clear(sd_rgb *rgb) {
  free(rgb->v);
  *rgb = (sd_rgb){0};
}

void sd_picture_clear(sd_picture *picture) {
  free(picture->v);
  *picture = (sd_picture){0};
}

static int clamp_int(int value, int low, int high) {
  return value < low ? low : value > high ? high : value;
}

sd_rect sd_rect_clip(sd_rect rect, int width, int height) {
  int x0 = clamp_int(rect.x, 0, width), y0 = clamp_int(rect.y, 0, height);
  int64_t right = (int64_t)rect.x + rect.width, bottom = (int64_t)rect.y + rect.height;
  int x1 = right > width ? width : right < x0 ? x0 : (int)right;
  int y1 = bottom > height ? height : bottom < y0 ? y0 : (int)bottom;
  return (sd_rect){x0, y0, x1 - x0, y1 - y0};
}

float sd_map_at(const sd_map *map, double x, double y) {
  sd_between column = sd_between_at(x, map->width), row = sd_between_at(y, map->height);
  return sd_bilinear(map->v + (size_t)row.low * (size_t)map->width,
                     map->v + (size_t)row.high * (size_t)map->width, column, row);
}

static void cubic_weights(float t, float w[4]) {
  float t2 = t * t, t3 = t2 * t;
  w[0] = -0.5f * t3 + t2 - 0.5f * t;
  w[1] = 1.5f * t3 - 2.5f * t2 + 1;
  w[2] = -1.5f * t3 + 2 * t2 + 0.5f * t;
  w[3] = 0.5f * t3 - 0.5f * t2;
}

float sd_map_at_cubic(const sd_map *map, double x, double y) {
  double cx = sd_held(x, 0, map->width - 1), cy = sd_held(y, 0, map->height - 1);
  int x0 = (int)cx, y0 = (int)cy;
  bool inner = x0 >= 1 && y0 >= 1 && x0 + 2 < map->width && y0 + 2 < map->height;
  float wx[4], wy[4], sum = 0;
  cubic_weights((float)(cx - x0), wx);
  cubic_weights((float)(cy - y0), wy);
  for (int j = 0; j < 4; j++) {
    int line_y = inner ? y0 + j - 1 : clamp_int(y0 + j - 1, 0, map->height - 1);
    const float *row = map->v + (size_t)line_y * (size_t)map->width;
    float line = 0;
    for (int i = 0; i < 4; i++)
      line += wx[i] * row[inner ? x0 + i - 1 : clamp_int(x0 + i - 1, 0, map->width - 1)];
    sum += wy[j] * line;
  }
  return sum;
}
