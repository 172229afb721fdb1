/* Where a coordinate lies between pixels, without calls: hot loops ask it for every sample. */
#ifndef SD_BASE_BETWEEN_H
#define SD_BASE_BETWEEN_H

/* Into low to high; not a number becomes low. */
static inline double sd_held(double x, double low, double high) {
  return x > low ? x < high ? x : high : low;
}

/* The two pixels of a line around a place, and how far it is from `low` to `high`. At the ends both
 * are the last pixel. */
typedef struct sd_between {
  int low, high;
  float part;
} sd_between;

static inline sd_between sd_between_at(double at, int length) {
  double held = sd_held(at, 0, length - 1);
  int low = (int)held;
  return (sd_between){low, low + 1 < length ? low + 1 : low, (float)(held - low)};
}

/* Bilinear: `top` and `bottom` are the two rows around the place, `row` lies between them. */
static inline float sd_bilinear(const float *top, const float *bottom, sd_between column,
                                sd_between row) {
  float a = top[column.low] + column.part * (top[column.high] - top[column.low]);
  float b = bottom[column.low] + column.part * (bottom[column.high] - bottom[column.low]);
  return a + row.part * (b - a);
}

#endif
