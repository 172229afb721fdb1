/* Zones from the mesh. Each side of the face is first painted as cheek from the line of the eyes to
 * the jaw; forehead, chin, mouth, eyes, glabella and nose are painted over it. So zones never
 * overlap and together cover the face. The polygons are our choice of mesh points, checked by eye.
 */
#include "face/skin.h"

#include <math.h>
#include <string.h>

enum { POINTS_MAX = 48 };

/* Growth of eyes, brows, lips and nostrils in eye distances: lashes, stray hair, blurred rims. */
static const double EYE_GROWTH = 0.03, BROW_GROWTH = 0.03, LIP_GROWTH = 0.025,
                    NOSTRIL_GROWTH = 0.015;
/* A disc at each corner of the mouth: its radius, and its centre outside the mesh's corner. */
static const double CORNER_RADIUS = 0.06, CORNER_OUT = 0.03;
/* Margin of the crop around the face, in eye distances. */
static const double CROP_MARGIN = 0.12;

typedef struct outline {
  int count;
  uint16_t points[POINTS_MAX];
} outline;

/* Image-left halves; the others are their mirror images. */
static const outline RIGHT_SIDE = {24, {127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152,
                                        200, 18,  17, 0,   2,  1,   4,   5,   195, 6,   168, 33}};
static const outline LEFT_SIDE = {24, {356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152,
                                       200, 18,  17,  0,   2,   1,   4,   5,   195, 6,   168, 263}};
static const outline FOREHEAD = {20, {54,  103, 67,  109, 10, 338, 297, 332, 284, 300,
                                      293, 334, 296, 336, 9,  107, 66,  105, 63,  70}};
static const outline GLABELLA = {8, {107, 9, 336, 285, 417, 168, 193, 55}};
static const outline NOSE = {
    18, {168, 122, 174, 198, 49, 48, 64, 98, 97, 2, 326, 327, 294, 278, 279, 420, 399, 351}};
static const outline PERIORAL = {22, {57,  186, 92,  165, 98,  97,  2,   326, 327, 391, 322,
                                      410, 287, 422, 424, 418, 421, 200, 201, 194, 204, 202}};
static const outline CHIN = {22, {202, 204, 194, 201, 200, 421, 418, 424, 422, 430, 394,
                                  379, 378, 400, 377, 152, 148, 176, 149, 150, 169, 210}};
static const outline RIGHT_PERIORBITAL = {
    16, {143, 111, 117, 118, 119, 120, 121, 128, 245, 193, 55, 65, 52, 53, 46, 156}};
static const outline LEFT_PERIORBITAL = {
    16, {372, 340, 346, 347, 348, 349, 350, 357, 465, 417, 285, 295, 282, 283, 276, 383}};
static const outline OVAL = {36, {10,  338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288,
                                  397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136,
                                  172, 58,  132, 93,  234, 127, 162, 21,  54,  103, 67,  109}};
static const outline EYES[2] = {
    {16, {33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246}},
    {16, {263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466}}};
static const outline BROWS[2] = {{10, {46, 53, 52, 65, 55, 107, 66, 105, 63, 70}},
                                 {10, {276, 283, 282, 295, 285, 336, 296, 334, 293, 300}}};
static const outline LIPS = {20, {61,  146, 91,  181, 84,  17, 314, 405, 321, 375,
                                  291, 409, 270, 269, 267, 0,  37,  39,  40,  185}};
static const outline NOSTRILS[2] = {{10, {166, 218, 79, 239, 238, 242, 20, 60, 75, 59}},
                                    {10, {392, 438, 309, 459, 458, 462, 250, 290, 305, 289}}};

/* The mesh ends below the hairline. Its top is raised by up to a third of the height it shows of
 * the forehead (from point 9 to 10); where hair begins is then for the pixels to say. */
typedef struct raised {
  uint16_t point;
  double share;
} raised;
static const raised RAISED[] = {{10, 0.40},  {109, 0.40}, {338, 0.40}, {67, 0.36}, {297, 0.36},
                                {103, 0.28}, {332, 0.28}, {54, 0.15},  {284, 0.15}};

const char *sd_zone_name(int label) {
  static const char *const names[SD_FACE_LABELS] = {
      "none",        "forehead",         "glabella",          "nose",     "left_cheek",
      "right_cheek", "left_periorbital", "right_periorbital", "perioral", "chin",
      "other"};
  return label >= 0 && label < SD_FACE_LABELS ? names[label] : "none";
}

static sd_point point_of(const sd_face *face, int index) {
  sd_point p = {(double)face->landmarks[index].x, (double)face->landmarks[index].y};
  const sd_landmark *low = &face->landmarks[9], *high = &face->landmarks[10];
  for (size_t i = 0; i < sizeof RAISED / sizeof *RAISED; i++)
    if (RAISED[i].point == index) {
      p.x += RAISED[i].share * (double)(high->x - low->x);
      p.y += RAISED[i].share * (double)(high->y - low->y);
    }
  return p;
}

sd_rect sd_zones_crop(const sd_photo *photo, const sd_face *face) {
  double x0 = INFINITY, y0 = INFINITY, x1 = -INFINITY, y1 = -INFINITY;
  for (int i = 0; i < OVAL.count; i++) {
    sd_point p = point_of(face, OVAL.points[i]);
    x0 = fmin(x0, p.x);
    x1 = fmax(x1, p.x);
    y0 = fmin(y0, p.y);
    y1 = fmax(y1, p.y);
  }
  double margin = CROP_MARGIN * face->eye_distance_px, far = 1e6;
  int left = (int)floor(fmax(x0 - margin, -far)), top = (int)floor(fmax(y0 - margin, -far));
  int right = (int)ceil(fmin(x1 + margin, far)), bottom = (int)ceil(fmin(y1 + margin, far));
  return sd_rect_clip((sd_rect){left, top, right - left + 1, bottom - top + 1}, photo->width,
                      photo->height);
}

/* Native pixel centres to grid pixel centres. */
static sd_point to_grid(const sd_field *field, sd_point p) {
  return (sd_point){(p.x + 0.5 - field->crop.x) / field->shrink - 0.5,
                    (p.y + 0.5 - field->crop.y) / field->shrink - 0.5};
}

sd_eye_line sd_zones_eye_line(const sd_field *field, const sd_face *face) {
  sd_point a = to_grid(field, face->eyes[0]), b = to_grid(field, face->eyes[1]);
  double dx = b.x - a.x, dy = b.y - a.y, square = fmax(dx * dx + dy * dy, 1e-9);
  return (sd_eye_line){a.x, a.y, dx / square, dy / square};
}

/* Rows across the face, each this share of an eye distance high. */
static const double ROW = 1.0 / 30;
enum { ROWS = 150, ROWS_ABOVE = 60 };
/* Seen from the front a face is round as a cylinder: beyond this share of the half width its skin
 * is turned away by more than 67 degrees, so that a millimetre is less than half as wide as it
 * should be and the least turn of the head or the lamp changes everything. */
static const double OBLIQUE = 0.92;

static int row_of(const sd_eye_line *eyes, int x, int y) {
  int row = ROWS_ABOVE + (int)floor(sd_eye_line_below(eyes, x, y) / ROW);
  return row < 0 ? 0 : row >= ROWS ? ROWS - 1 : row;
}

void sd_zones_exclude_oblique(sd_field *field, const sd_face *face) {
  double low[ROWS], high[ROWS];
  const sd_eye_line eyes = sd_zones_eye_line(field, face);
  for (int r = 0; r < ROWS; r++) {
    low[r] = INFINITY;
    high[r] = -INFINITY;
  }
  size_t i = 0;
  for (int y = 0; y < field->label.height; y++)
    for (int x = 0; x < field->label.width; x++, i++)
      if (field->label.v[i] != 0) {
        double at = sd_eye_line_along(&eyes, x, y);
        int r = row_of(&eyes, x, y);
        low[r] = at < low[r] ? at : low[r];
        high[r] = at > high[r] ? at : high[r];
      }
  i = 0;
  for (int y = 0; y < field->label.height; y++)
    for (int x = 0; x < field->label.width; x++, i++) {
      if (field->label.v[i] == 0 || field->excluded.v[i] != SD_MEASURED)
        continue;
      int r = row_of(&eyes, x, y);
      double middle = (low[r] + high[r]) / 2, half = (high[r] - low[r]) / 2;
      if (fabs(sd_eye_line_along(&eyes, x, y) - middle) > OBLIQUE * half)
        field->excluded.v[i] = SD_EXCLUDED_OUTSIDE;
    }
}

static void paint(sd_mask *mask, const sd_field *field, const sd_face *face, const outline *shape,
                  int value) {
  sd_point corners[POINTS_MAX];
  for (int i = 0; i < shape->count; i++)
    corners[i] = to_grid(field, point_of(face, shape->points[i]));
  sd_shape_fill(mask, corners, shape->count, (uint8_t)value);
}

static void paint_labels(sd_field *field, const sd_face *face) {
  sd_mask *label = &field->label;
  paint(label, field, face, &OVAL, SD_ZONE_OTHER);
  paint(label, field, face, &RIGHT_SIDE, SD_ZONE_RIGHT_CHEEK);
  paint(label, field, face, &LEFT_SIDE, SD_ZONE_LEFT_CHEEK);
  paint(label, field, face, &FOREHEAD, SD_ZONE_FOREHEAD);
  paint(label, field, face, &RIGHT_PERIORBITAL, SD_ZONE_RIGHT_PERIORBITAL);
  paint(label, field, face, &LEFT_PERIORBITAL, SD_ZONE_LEFT_PERIORBITAL);
  paint(label, field, face, &CHIN, SD_ZONE_CHIN);
  paint(label, field, face, &PERIORAL, SD_ZONE_PERIORAL);
  paint(label, field, face, &NOSE, SD_ZONE_NOSE);
  paint(label, field, face, &GLABELLA, SD_ZONE_GLABELLA);
}

/* The part of the grid within `margin` of an outline. */
static sd_rect around(const sd_field *field, const sd_face *face, const outline *shape,
                      double margin) {
  const double far = 1e6; /* a landmark may lie anywhere */
  double x0 = far, y0 = far, x1 = -far, y1 = -far;
  for (int i = 0; i < shape->count; i++) {
    sd_point p = to_grid(field, point_of(face, shape->points[i]));
    if (!isfinite(p.x) || !isfinite(p.y))
      return (sd_rect){0, 0, field->label.width, field->label.height};
    x0 = fmin(x0, p.x - margin);
    y0 = fmin(y0, p.y - margin);
    x1 = fmax(x1, p.x + margin);
    y1 = fmax(y1, p.y + margin);
  }
  int left = (int)floor(fmax(x0, -far)), top = (int)floor(fmax(y0, -far));
  int right = (int)ceil(fmin(x1, far)), bottom = (int)ceil(fmin(y1, far));
  return sd_rect_clip((sd_rect){left, top, right - left + 1, bottom - top + 1}, field->label.width,
                      field->label.height);
}

/* Paints one feature, grows it, and keeps it where nothing was excluded before. `room` is empty
 * before and after. */
static sd_status exclude(sd_field *field, sd_mask *room, const sd_face *face, const outline *shape,
                         sd_excluded reason, double growth, sd_diag *diag) {
  paint(room, field, face, shape, 1);
  sd_status status = sd_shape_grow(room, 1, growth * field->unit, diag);
  sd_rect part = around(field, face, shape, growth * field->unit + 1);
  for (int y = part.y; y < part.y + part.height; y++) {
    size_t row = (size_t)y * (size_t)room->width + (size_t)part.x;
    for (size_t i = row; i < row + (size_t)part.width; i++)
      if (room->v[i] != 0 && field->excluded.v[i] == SD_MEASURED && status == SD_OK)
        field->excluded.v[i] = (uint8_t)reason;
    memset(room->v + row, 0, (size_t)part.width);
  }
  return status;
}

/* The line between the lips runs on past the mesh's corner of the mouth, and lies in shade. */
static void exclude_mouth_corners(sd_field *field, const sd_face *face) {
  static const int corners[2] = {61, 291};
  double radius = CORNER_RADIUS * field->unit;
  for (int side = 0; side < 2; side++) {
    sd_point p = to_grid(field, point_of(face, corners[side]));
    sd_point other = to_grid(field, point_of(face, corners[1 - side]));
    double length = fmax(hypot(p.x - other.x, p.y - other.y), 1e-9);
    p.x += CORNER_OUT * field->unit * (p.x - other.x) / length;
    p.y += CORNER_OUT * field->unit * (p.y - other.y) / length;
    double far = 1e6;
    int left = (int)fmax(fmin(p.x - radius, far), 0), top = (int)fmax(fmin(p.y - radius, far), 0);
    for (int y = top; y < field->label.height && y < p.y + radius; y++)
      for (int x = left; x < field->label.width && x < p.x + radius; x++) {
        size_t i = (size_t)y * (size_t)field->label.width + (size_t)x;
        if (hypot(x - p.x, y - p.y) < radius && field->excluded.v[i] == SD_MEASURED)
          field->excluded.v[i] = SD_EXCLUDED_LIPS;
      }
  }
}

sd_status sd_zones_paint(sd_field *field, const sd_face *face, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_mask room = {0};
  SD_TRY(sd_mask_make(&room, field->label.width, field->label.height, diag));
  paint_labels(field, face);
  for (int side = 0; side < 2; side++) {
    SD_TRY(exclude(field, &room, face, &EYES[side], SD_EXCLUDED_EYE, EYE_GROWTH, diag));
    SD_TRY(exclude(field, &room, face, &BROWS[side], SD_EXCLUDED_BROW, BROW_GROWTH, diag));
    SD_TRY(exclude(field, &room, face, &NOSTRILS[side], SD_EXCLUDED_NOSTRIL, NOSTRIL_GROWTH, diag));
  }
  SD_TRY(exclude(field, &room, face, &LIPS, SD_EXCLUDED_LIPS, LIP_GROWTH, diag));
  exclude_mouth_corners(field, face);
done:
  sd_mask_clear(&room);
  return status;
}
