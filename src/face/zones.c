/* Face zones as polygons of mesh landmarks. The indices were chosen by eye on faces of all tones;
 * image-left is the subject's right. Later polygons lie over earlier ones. */
#include "face/skin.h"

#include <math.h>
#include <stdlib.h>

enum { POINTS_MAX = 40 };

typedef struct zone_polygon {
  sd_zone_label label;
  int count;
  int16_t point[POINTS_MAX];
} zone_polygon;

typedef struct hole_polygon {
  sd_excluded reason;
  double grow; /* dilation as a share of the eye distance */
  int count;
  int16_t point[POINTS_MAX];
} hole_polygon;

static const int16_t OVAL[] = {10,  338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288,
                               397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136,
                               172, 58,  132, 93,  234, 127, 162, 21,  54,  103, 67,  109};
enum { OVAL_COUNT = sizeof OVAL / sizeof OVAL[0] };

static const zone_polygon ZONES[] = {
    {SD_ZONE_RIGHT_CHEEK, 30, {127, 35,  31,  228, 229, 230, 231, 232, 233, 122,
                               174, 198, 49,  48,  64,  98,  165, 92,  186, 57,
                               202, 210, 169, 150, 136, 172, 58,  132, 93,  234}},
    {SD_ZONE_LEFT_CHEEK, 30, {356, 265, 261, 448, 449, 450, 451, 452, 453, 351,
                              399, 420, 279, 278, 294, 327, 391, 322, 410, 287,
                              422, 430, 394, 379, 365, 397, 288, 361, 323, 454}},
    {SD_ZONE_FOREHEAD, 20, {54,  103, 67,  109, 10, 338, 297, 332, 284, 300,
                            293, 334, 296, 336, 9,  107, 66,  105, 63,  70}},
    {SD_ZONE_PERIORAL, 20, {57,  186, 92,  165, 167, 164, 393, 391, 322, 410,
                            287, 422, 424, 418, 421, 200, 201, 194, 204, 202}},
    {SD_ZONE_CHIN, 22, {202, 204, 194, 201, 200, 421, 418, 424, 422, 430, 394,
                        379, 378, 400, 377, 152, 148, 176, 149, 150, 169, 210}},
    {SD_ZONE_NOSE,
     18,
     {168, 122, 174, 198, 49, 48, 64, 98, 97, 2, 326, 327, 294, 278, 279, 420, 399, 351}},
    {SD_ZONE_GLABELLA, 8, {9, 107, 55, 193, 168, 417, 285, 336}},
    {SD_ZONE_RIGHT_PERIORBITAL,
     16,
     {35, 31, 228, 229, 230, 231, 232, 233, 244, 189, 221, 222, 223, 224, 225, 113}},
    {SD_ZONE_LEFT_PERIORBITAL,
     16,
     {265, 261, 448, 449, 450, 451, 452, 453, 464, 413, 441, 442, 443, 444, 445, 342}},
};

static const hole_polygon HOLES[] = {
    {SD_EXCLUDED_LIPS, 0.035, 20, {61,  146, 91,  181, 84,  17, 314, 405, 321, 375,
                                   291, 409, 270, 269, 267, 0,  37,  39,  40,  185}},
    {SD_EXCLUDED_NOSTRIL, 0.02, 10, {166, 218, 79, 239, 238, 242, 20, 60, 75, 59}},
    {SD_EXCLUDED_NOSTRIL, 0.02, 10, {392, 438, 309, 459, 458, 462, 250, 290, 305, 289}},
    {SD_EXCLUDED_BROW, 0.035, 10, {46, 53, 52, 65, 55, 107, 66, 105, 63, 70}},
    {SD_EXCLUDED_BROW, 0.035, 10, {276, 283, 282, 295, 285, 336, 296, 334, 293, 300}},
    {SD_EXCLUDED_EYE,
     0.05,
     16,
     {33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246}},
    {SD_EXCLUDED_EYE,
     0.05,
     16,
     {263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466}},
};

/* The mesh ends below the hairline; the forehead goes on by this share of brow-to-top. */
static const double FOREHEAD_EXTRA = 0.30;
/* Margin of the crop around the mesh, share of the eye distance. */
static const double CROP_MARGIN = 0.20;

const char *zone_name(sd_zone_label label) {
  static const char *const NAMES[SD_FACE_LABELS] = {
      "none",        "forehead",         "glabella",          "nose",     "left_cheek",
      "right_cheek", "left_periorbital", "right_periorbital", "perioral", "chin",
      "skin"};
  return label < SD_FACE_LABELS ? NAMES[label] : "none";
}

static bool is_top(int16_t index) {
  static const int16_t TOP[] = {54, 103, 67, 109, 10, 338, 297, 332, 284, 21, 251};
  for (size_t k = 0; k < sizeof TOP / sizeof TOP[0]; k++)
    if (TOP[k] == index)
      return true;
  return false;
}

/* A landmark in photo pixels; those of the mesh's upper rim are moved up towards the hairline. */
static sd_point landmark(const sd_face *face, int16_t index) {
  const sd_landmark *l = &face->landmarks[index];
  sd_point p = {l->x, l->y};
  if (is_top(index)) {
    const sd_landmark *low = &face->landmarks[9], *top = &face->landmarks[10];
    double fade = index == 21 || index == 251 ? 0.5 : 1;
    p.x += fade * FOREHEAD_EXTRA * (top->x - low->x);
    p.y += fade * FOREHEAD_EXTRA * (top->y - low->y);
  }
  return p;
}

/* Even-odd fill of a polygon given in cells. */
static void fill(sd_mask *mask, const sd_point *p, int count, uint8_t value) {
  for (int y = 0; y < mask->height; y++) {
    double crossing[POINTS_MAX];
    int n = 0;
    for (int k = 0; k < count; k++) {
      sd_point a = p[k], b = p[(k + 1) % count];
      if ((a.y <= y) != (b.y <= y))
        crossing[n++] = a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x);
    }
    for (int i = 1; i < n; i++) /* a handful: insertion sort */
      for (int j = i; j > 0 && crossing[j] < crossing[j - 1]; j--) {
        double swap = crossing[j];
        crossing[j] = crossing[j - 1];
        crossing[j - 1] = swap;
      }
    for (int k = 0; k + 1 < n; k += 2) {
      int x0 = (int)ceil(fmax(crossing[k], 0));
      int x1 = (int)floor(fmin(crossing[k + 1], mask->width - 1));
      for (int x = x0; x <= x1; x++)
        mask->v[(size_t)y * (size_t)mask->width + (size_t)x] = value;
    }
  }
}

static void to_cells(sd_point *out, const int16_t *index, int count, const skin_grid *grid,
                     const sd_face *face) {
  for (int k = 0; k < count; k++) {
    sd_point p = landmark(face, index[k]);
    out[k] = (sd_point){(p.x - grid->crop.x + 0.5) / grid->shrink - 0.5,
                        (p.y - grid->crop.y + 0.5) / grid->shrink - 0.5};
  }
}

/* Distance of a point to a polygon's outline, for dilation without a second mask. */
static double outline_distance(const sd_point *p, int count, double x, double y) {
  double best = INFINITY;
  for (int k = 0; k < count; k++) {
    sd_point a = p[k], b = p[(k + 1) % count];
    double dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
    double t = length2 > 0 ? ((x - a.x) * dx + (y - a.y) * dy) / length2 : 0;
    t = fmin(fmax(t, 0), 1);
    best = fmin(best, hypot(x - a.x - t * dx, y - a.y - t * dy));
  }
  return best;
}

static void grow(sd_mask *mask, const sd_point *p, int count, double radius, uint8_t value) {
  double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
  for (int k = 0; k < count; k++) {
    x0 = fmin(x0, p[k].x);
    y0 = fmin(y0, p[k].y);
    x1 = fmax(x1, p[k].x);
    y1 = fmax(y1, p[k].y);
  }
  int left = (int)fmax(floor(x0 - radius), 0), top = (int)fmax(floor(y0 - radius), 0);
  int right = (int)fmin(ceil(x1 + radius), mask->width - 1);
  int bottom = (int)fmin(ceil(y1 + radius), mask->height - 1);
  for (int y = top; y <= bottom; y++)
    for (int x = left; x <= right; x++)
      if (outline_distance(p, count, x, y) <= radius)
        mask->v[(size_t)y * (size_t)mask->width + (size_t)x] = value;
}

void zones_draw(sd_mask *label, sd_mask *reason, const skin_grid *grid, const sd_face *face) {
  sd_point p[POINTS_MAX];
  to_cells(p, OVAL, OVAL_COUNT, grid, face);
  fill(label, p, OVAL_COUNT, SD_ZONE_OTHER);
  for (size_t z = 0; z < sizeof ZONES / sizeof ZONES[0]; z++) {
    to_cells(p, ZONES[z].point, ZONES[z].count, grid, face);
    fill(label, p, ZONES[z].count, (uint8_t)ZONES[z].label);
  }
  for (size_t h = 0; h < sizeof HOLES / sizeof HOLES[0]; h++) {
    to_cells(p, HOLES[h].point, HOLES[h].count, grid, face);
    fill(reason, p, HOLES[h].count, (uint8_t)HOLES[h].reason);
    grow(reason, p, HOLES[h].count, HOLES[h].grow * grid->eye_distance, (uint8_t)HOLES[h].reason);
  }
}

/* Below the nose: where beards grow. */
bool zones_lower_face(const skin_grid *grid, const sd_face *face, int x, int y) {
  const sd_landmark *top = &face->landmarks[168], *chin = &face->landmarks[152];
  const sd_landmark *nose = &face->landmarks[2];
  double down_x = chin->x - top->x, down_y = chin->y - top->y;
  double px = grid->crop.x + (x + 0.5) * grid->shrink - 0.5;
  double py = grid->crop.y + (y + 0.5) * grid->shrink - 0.5;
  return (px - nose->x) * down_x + (py - nose->y) * down_y > 0;
}

sd_rect zones_crop(const sd_photo *photo, const sd_face *face) {
  double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
  double margin = CROP_MARGIN * face->eye_distance_px;
  for (int k = 0; k < OVAL_COUNT; k++) {
    sd_point p = landmark(face, OVAL[k]);
    x0 = fmin(x0, p.x);
    y0 = fmin(y0, p.y);
    x1 = fmax(x1, p.x);
    y1 = fmax(y1, p.y);
  }
  int left = (int)floor(fmax(x0 - margin, 0)), top = (int)floor(fmax(y0 - margin, 0));
  int right = (int)ceil(fmin(x1 + margin, photo->width - 1));
  int bottom = (int)ceil(fmin(y1 + margin, photo->height - 1));
  return sd_rect_clip((sd_rect){left, top, right - left + 1, bottom - top + 1}, photo->width,
                      photo->height);
}
