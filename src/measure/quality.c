/* How one photo was taken, from the photo itself: sharpness of its sharpest edges, noise of its
 * skin, exposure, clipping, colour cast and where the light comes from. */
#include "scardelta/measure.h"

#include "base/angle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Only edges of at least this coded contrast have a rise that noise does not blur. */
static const float EDGE_CONTRAST = 28;
/* Longest rise looked for on either side, pixels; softer photos are called this soft. */
enum { EDGE_REACH_PX = 24, EDGES_MAX = 4000, EDGES_MIN = 24 };
/* The sharpest tenth of the edges tells the lens and focus; the others are soft by nature. */
static const double EDGE_SHARE = 0.10;
/* Skin is exposed "in the middle" at this linear luminance. */
static const double MID_LUMINANCE = 0.30;
/* Noise is read where the skin is smoothest: pores are no noise. */
static const double NOISE_SHARE = 0.15;
enum { NOISE_BLOCK_PX = 16 };

/* Rows [from, to) of the skin's part of the photo with what lies around them, so that memory does
 * not grow with the photo. */
typedef struct band {
  sd_map luma;       /* coded, 0..255 */
  int top, from, to; /* of the part: the row of luma's first row, and the rows that are asked */
} band;
/* A multiple of the blocks of noise; an edge is followed this far above and below. */
enum { BAND_ROWS = 16 * NOISE_BLOCK_PX, BAND_APRON = EDGE_REACH_PX + 2 };

static sd_status band_make(band *out, const sd_photo *photo, sd_rect part, int from,
                           sd_diag *diag) {
  sd_status status = SD_OK;
  sd_picture picture = {0};
  int to = from + BAND_ROWS < part.height ? from + BAND_ROWS : part.height;
  int top = from > BAND_APRON ? from - BAND_APRON : 0;
  int end = to + BAND_APRON < part.height ? to + BAND_APRON : part.height;
  sd_rect rows = {part.x, part.y + top, part.width, end - top};
  *out = (band){.top = top, .from = from, .to = to};
  SD_TRY(sd_photo_picture(&picture, photo, rows, 1, diag));
  SD_TRY(sd_map_make(&out->luma, picture.width, picture.height, diag));
  size_t count = (size_t)picture.width * (size_t)picture.height;
  for (size_t k = 0; k < count; k++)
    out->luma.v[k] =
        0.299f * picture.v[3 * k] + 0.587f * picture.v[3 * k + 1] + 0.114f * picture.v[3 * k + 2];
done:
  sd_picture_clear(&picture);
  return status;
}

/* ---- sharpness ------------------------------------------------------------------------------ */

/* Distance from the edge's centre, in the direction `sign`, at which the luma stops changing. */
static double flat_at(const sd_map *m, double x, double y, double dx, double dy, int sign,
                      float *value) {
  const double step = 0.5;
  float last = sd_map_at(m, x, y);
  for (double d = step; d <= EDGE_REACH_PX; d += step) {
    float now = sd_map_at(m, x + sign * d * dx, y + sign * d * dy);
    if ((now - last) * (float)sign <= 0.25f) {
      *value = last;
      return d - step;
    }
    last = now;
  }
  *value = last;
  return EDGE_REACH_PX;
}

/* Where between the ends the luma crosses `level`, going up along the gradient. */
static double crossing(const sd_map *m, double x, double y, double dx, double dy, double from,
                       double to, float level) {
  for (int round = 0; round < 12; round++) {
    double middle = (from + to) / 2;
    if (sd_map_at(m, x + middle * dx, y + middle * dy) < level)
      from = middle;
    else
      to = middle;
  }
  return (from + to) / 2;
}

/* 10-90 % rise across the pixel along its gradient; NaN when it is no clean edge. */
static double rise_px(const sd_map *m, int x, int y, float gx, float gy) {
  double length = hypot(gx, gy), dx = gx / length, dy = gy / length;
  float low, high;
  double back = flat_at(m, x, y, dx, dy, -1, &low), forth = flat_at(m, x, y, dx, dy, 1, &high);
  float contrast = high - low;
  if (contrast < EDGE_CONTRAST)
    return NAN;
  double a = crossing(m, x, y, dx, dy, -back, forth, low + 0.1f * contrast);
  double b = crossing(m, x, y, dx, dy, -back, forth, low + 0.9f * contrast);
  return b - a;
}

/* Steepness that can be part of an edge of EDGE_CONTRAST, in the face or on the skin: what lies
 * behind may be sharper or softer than it. */
static bool is_steep(const band *b, const sd_skin *skin, int x, int row, float *gx, float *gy) {
  size_t w = (size_t)b->luma.width, k = (size_t)(row - b->top) * w + (size_t)x;
  if (skin->label.v[(size_t)row * w + (size_t)x] == 0)
    return false;
  const float *v = b->luma.v;
  *gx = v[k + 1] - v[k - 1];
  *gy = v[k + w] - v[k - w];
  return *gx * *gx + *gy * *gy >= 0.15f * EDGE_CONTRAST * EDGE_CONTRAST;
}

typedef struct edges {
  float *rise; /* EDGES_MAX */
  size_t steep, seen, count;
} edges;

/* The first look at a band counts its steep pixels, the second (stride > 0) measures every
 * stride-th: the edges looked at are spread evenly over all there are, so that no part of the face
 * speaks for the whole. */
static void look_at_edges(edges *e, const band *b, const sd_skin *skin, size_t stride) {
  float gx, gy;
  int low = b->from > 2 ? b->from : 2;
  int high = b->to < skin->crop.height - 2 ? b->to : skin->crop.height - 2;
  for (int y = low; y < high; y++)
    for (int x = 2; x < skin->crop.width - 2; x++) {
      if (!is_steep(b, skin, x, y, &gx, &gy))
        continue;
      e->steep += stride == 0;
      if (stride == 0 || e->count >= EDGES_MAX || e->seen++ % stride != 0)
        continue;
      double rise = rise_px(&b->luma, x, y - b->top, gx, gy);
      if (!isnan(rise))
        e->rise[e->count++] = (float)rise;
    }
}

/* ---- noise (Immerkaer 1996, per block of measured skin, the smoothest blocks) ---------------- */

static bool all_measured(const sd_skin *skin, int column, int row) {
  for (int y = row + 1; y < row + NOISE_BLOCK_PX - 1; y++)
    for (int x = column + 1; x < column + NOISE_BLOCK_PX - 1; x++) {
      size_t k = (size_t)y * (size_t)skin->crop.width + (size_t)x;
      if (skin->excluded.v[k] != SD_MEASURED || skin->label.v[k] == 0)
        return false;
    }
  return true;
}

static float block_noise(const band *b, int column, int row) {
  const double inner = (NOISE_BLOCK_PX - 2) * (NOISE_BLOCK_PX - 2);
  size_t w = (size_t)b->luma.width;
  double sum = 0;
  for (int y = row + 1; y < row + NOISE_BLOCK_PX - 1; y++)
    for (int x = column + 1; x < column + NOISE_BLOCK_PX - 1; x++) {
      const float *c = b->luma.v + (size_t)(y - b->top) * w + (size_t)x, *a = c - w, *d = c + w;
      sum += fabsf(a[-1] - 2 * a[0] + a[1] - 2 * c[-1] + 4 * c[0] - 2 * c[1] + d[-1] - 2 * d[0] +
                   d[1]);
    }
  return (float)(sqrt(1.57079632679) / 6 * sum / inner);
}

static size_t look_at_noise(float *sigma, const band *b, const sd_skin *skin) {
  size_t count = 0;
  for (int y = b->from; y + NOISE_BLOCK_PX <= b->to; y += NOISE_BLOCK_PX)
    for (int x = 0; x + NOISE_BLOCK_PX <= skin->crop.width; x += NOISE_BLOCK_PX)
      if (all_measured(skin, x, y))
        sigma[count++] = block_noise(b, x, y);
  return count;
}

/* Edge spread and noise, in two looks over the bands. */
static sd_status sharpness_and_noise(sd_quality *q, const sd_photo *photo, const sd_skin *skin,
                                     sd_diag *diag) {
  sd_status status = SD_OK;
  band b = {0};
  edges e = {.rise = malloc(EDGES_MAX * sizeof *e.rise)};
  size_t blocks = 0, columns = (size_t)skin->crop.width / NOISE_BLOCK_PX;
  float *sigma =
      malloc((columns * ((size_t)skin->crop.height / NOISE_BLOCK_PX) + 1) * sizeof *sigma);
  if (e.rise == NULL || sigma == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to measure the photo");
    goto done;
  }
  for (int from = 0; from < skin->crop.height; from += BAND_ROWS) {
    SD_TRY(band_make(&b, photo, skin->crop, from, diag));
    look_at_edges(&e, &b, skin, 0);
    blocks += look_at_noise(sigma + blocks, &b, skin);
    sd_map_clear(&b.luma);
  }
  size_t stride = (e.steep + EDGES_MAX - 1) / EDGES_MAX;
  for (int from = 0; from < skin->crop.height && stride > 0; from += BAND_ROWS) {
    SD_TRY(band_make(&b, photo, skin->crop, from, diag));
    look_at_edges(&e, &b, skin, stride);
    sd_map_clear(&b.luma);
  }
  q->edge_spread_px = e.count >= EDGES_MIN ? sd_quantile(e.rise, e.count, EDGE_SHARE) : NAN;
  q->noise = blocks > 0 ? sd_quantile(sigma, blocks, NOISE_SHARE) : NAN;
done:
  sd_map_clear(&b.luma);
  free(e.rise);
  free(sigma);
  return status;
}

/* ---- light direction ------------------------------------------------------------------------ */

/* Unit normal of each mesh vertex from its triangles; image axes, z towards the camera. */
static void vertex_normals(double (*normal)[3], const sd_face *face, const sd_models *models) {
  size_t triangles = 0;
  const uint16_t *t = sd_models_triangles(models, &triangles);
  for (size_t k = 0; k < triangles; k++) {
    const sd_landmark *a = &face->landmarks[t[3 * k]], *b = &face->landmarks[t[3 * k + 1]];
    const sd_landmark *c = &face->landmarks[t[3 * k + 2]];
    double ux = b->x - a->x, uy = b->y - a->y, uz = b->z - a->z;
    double vx = c->x - a->x, vy = c->y - a->y, vz = c->z - a->z;
    double n[3] = {uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx};
    /* the face looks at the camera: z is negative towards it, so turn normals that way */
    double sign = n[2] > 0 ? -1 : 1;
    for (int corner = 0; corner < 3; corner++)
      for (int d = 0; d < 3; d++)
        normal[t[3 * k + (size_t)corner]][d] += sign * n[d];
  }
  for (int k = 0; k < SD_CANONICAL_POINTS; k++) {
    double length = sqrt(normal[k][0] * normal[k][0] + normal[k][1] * normal[k][1] +
                         normal[k][2] * normal[k][2]);
    for (int d = 0; d < 3 && length > 0; d++)
      normal[k][d] /= length;
  }
}

/* Solves the 3 x 3 system of the normal equations by Gauss elimination with pivots. */
static bool solve3(double a[3][4]) {
  for (int c = 0; c < 3; c++) {
    int pivot = c;
    for (int r = c + 1; r < 3; r++)
      pivot = fabs(a[r][c]) > fabs(a[pivot][c]) ? r : pivot;
    if (!(fabs(a[pivot][c]) > 1e-9))
      return false;
    for (int k = 0; k < 4; k++) {
      double swap = a[c][k];
      a[c][k] = a[pivot][k];
      a[pivot][k] = swap;
    }
    for (int r = 0; r < 3; r++)
      for (int k = 3; r != c && k >= c; k--)
        a[r][k] -= a[r][c] / a[c][c] * a[c][k];
  }
  return true;
}

/* Least squares of skin luminance on the normals: L = c0 + cx nx + cy ny (n from the mesh). */
static void light_direction(sd_quality *q, const sd_photo *photo, const sd_face *face,
                            const sd_models *models, const sd_skin *skin) {
  q->light_azimuth_deg = q->light_strength = NAN;
  if (!face->found || models == NULL)
    return;
  double normal[SD_CANONICAL_POINTS][3] = {{0}}, a[3][4] = {{0}}, mean = 0;
  int used = 0;
  vertex_normals(normal, face, models);
  for (int k = 0; k < SD_CANONICAL_POINTS; k++) {
    int x = (int)lround(face->landmarks[k].x), y = (int)lround(face->landmarks[k].y);
    int u = x - skin->crop.x, v = y - skin->crop.y;
    if (u < 0 || v < 0 || u >= skin->crop.width || v >= skin->crop.height || x < 0 || y < 0 ||
        x >= photo->width || y >= photo->height)
      continue;
    if (skin->excluded.v[(size_t)v * (size_t)skin->crop.width + (size_t)u] != SD_MEASURED)
      continue;
    float rgb[3];
    sd_photo_linear_at(photo, x, y, rgb);
    double l = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
    double basis[3] = {1, normal[k][0], normal[k][1]};
    for (int r = 0; r < 3; r++) {
      for (int c = 0; c < 3; c++)
        a[r][c] += basis[r] * basis[c];
      a[r][3] += basis[r] * l;
    }
    mean += l;
    used++;
  }
  if (used < 60 || !solve3(a))
    return;
  double cx = a[1][3] / a[1][1], cy = a[2][3] / a[2][2];
  mean /= used;
  q->light_strength = mean > 0 ? fmin(hypot(cx, cy) / mean, 1) : NAN;
  q->light_azimuth_deg = atan2(-cy, cx) * SD_DEGREES_PER_RADIAN;
}

/* A light less one-sided than this has no direction to speak of. */
static const double LIGHT_EVEN = 0.12;

sd_light sd_light_of(const sd_quality *quality) {
  if (!isfinite(quality->light_azimuth_deg) || !isfinite(quality->light_strength))
    return SD_LIGHT_UNKNOWN;
  return quality->light_strength > LIGHT_EVEN ? SD_LIGHT_SIDED : SD_LIGHT_EVEN;
}

/* True angles over those that are read: 36 rendered faces whose lamp went by up to 20 degrees are
 * then read 1.2 degrees off (RMS). */
static const double ANGLE_GAIN = 1.18;

double sd_light_angle_deg(const sd_quality *before, const sd_quality *after, double rotation_deg) {
  const double degree = SD_RADIANS_PER_DEGREE;
  double b = before->light_strength, a = after->light_strength;
  double turn = (after->light_azimuth_deg + rotation_deg - before->light_azimuth_deg) * degree;
  double cosine = a * b * cos(turn) + sqrt((1 - a * a) * (1 - b * b));
  return isnan(cosine) ? NAN : ANGLE_GAIN * acos(fmin(fmax(cosine, -1), 1)) / degree;
}

/* ---- colour --------------------------------------------------------------------------------- */

static sd_status skin_colour(sd_quality *q, const sd_photo *photo, const sd_skin *skin,
                             sd_diag *diag) {
  int step =
      (skin->crop.width > skin->crop.height ? skin->crop.width : skin->crop.height) / 400 + 1;
  size_t room = ((size_t)skin->crop.width / (size_t)step + 1) *
                ((size_t)skin->crop.height / (size_t)step + 1);
  float *v = malloc(4 * room * sizeof *v);
  if (v == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to measure the photo");
  float *r = v, *g = v + room, *b = v + 2 * room, *l = v + 3 * room;
  size_t n = 0;
  for (int y = 0; y < skin->crop.height; y += step)
    for (int x = 0; x < skin->crop.width; x += step) {
      size_t k = (size_t)y * (size_t)skin->crop.width + (size_t)x;
      float rgb[3];
      if (skin->excluded.v[k] != SD_MEASURED || skin->label.v[k] == 0)
        continue;
      sd_photo_linear_at(photo, skin->crop.x + x, skin->crop.y + y, rgb);
      r[n] = rgb[0];
      g[n] = rgb[1];
      b[n] = rgb[2];
      l[n++] = 0.2126f * rgb[0] + 0.7152f * rgb[1] + 0.0722f * rgb[2];
    }
  double median[3] = {sd_median(r, n), sd_median(g, n), sd_median(b, n)}, lab[3];
  q->skin_luminance = sd_median(l, n);
  q->exposure_ev = log2(fmax(q->skin_luminance, 1e-4) / MID_LUMINANCE);
  q->cast_red = log(fmax(median[0], 1e-4) / fmax(median[1], 1e-4));
  q->cast_blue = log(fmax(median[2], 1e-4) / fmax(median[1], 1e-4));
  sd_lab_from_linear(median, lab);
  q->ita_image_deg = lab[2] > 1 ? atan2(lab[0] - 50, lab[2]) * SD_DEGREES_PER_RADIAN : NAN;
  if (n == 0)
    q->exposure_ev = q->cast_red = q->cast_blue = q->ita_image_deg = NAN;
  free(v);
  return SD_OK;
}

sd_status sd_quality_measure(sd_quality *out, const sd_photo *photo, const sd_face *face,
                             const sd_models *models, const sd_skin *skin, double mm_per_px,
                             sd_diag *diag) {
  sd_status status = SD_OK;
  sd_quality q = {.jpeg_quality = sd_coding_jpeg(&photo->coding)};
  SD_TRY(sharpness_and_noise(&q, photo, skin, diag));
  q.edge_spread_mm = mm_per_px > 0 ? q.edge_spread_px * mm_per_px : NAN;
  q.clipped_share = skin->excluded_share[SD_EXCLUDED_CLIPPED];
  q.dark_share = skin->excluded_share[SD_EXCLUDED_SHADOW];
  q.glare_share = skin->excluded_share[SD_EXCLUDED_GLARE];
  light_direction(&q, photo, face, models, skin);
  SD_TRY(skin_colour(&q, photo, skin, diag));
  SD_TRY(sd_chroma_spread_measure(&q.chroma_spread, photo, skin, diag));
  *out = q;
done:
  return status;
}
