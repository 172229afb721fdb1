/* The steps of sd_skin_find. They work on a shrunken copy of the crop, in which the eye distance is
 * 130 to 260 pixels; only clipping is decided on native pixels. */
#ifndef SD_FACE_SKIN_H
#define SD_FACE_SKIN_H

#include "scardelta/face.h"

/* Grid (i, j) covers the native pixels from (crop.x + shrink * i, crop.y + shrink * j). */
typedef struct sd_field {
  sd_rect crop;
  int shrink;
  double unit;  /* eye distance in grid pixels; without a face what stands for it */
  sd_map light; /* log luminance */
  sd_map tint;  /* log R / G */
  sd_map warm;  /* log G / B */
  sd_mask label, excluded;
} sd_field;

/* Shrinks the crop and takes logarithms; label and excluded are made, all 0. */
sd_status sd_field_make(sd_field *out, const sd_photo *photo, sd_rect crop, int shrink, double unit,
                        sd_diag *diag);
void sd_field_clear(sd_field *field);
size_t sd_field_count(const sd_field *field);

/* zones.c */
sd_rect sd_zones_crop(const sd_photo *photo, const sd_face *face);
/* Paints zones into label, and eyes, brows, lips, nostrils into excluded. */
sd_status sd_zones_paint(sd_field *field, const sd_face *face, sd_diag *diag);
/* The line of the eyes on the grid, from the one on the image's left: a place (x, y) lies so many
 * eye distances along it and below it. */
typedef struct sd_eye_line {
  double x, y;   /* where it begins */
  double dx, dy; /* its direction, over the eye distance */
} sd_eye_line;
sd_eye_line sd_zones_eye_line(const sd_field *field, const sd_face *face);
static inline double sd_eye_line_along(const sd_eye_line *line, double x, double y) {
  return (x - line->x) * line->dx + (y - line->y) * line->dy;
}
static inline double sd_eye_line_below(const sd_eye_line *line, double x, double y) {
  return (y - line->y) * line->dx - (x - line->x) * line->dy;
}
/* Leaves out (SD_EXCLUDED_OUTSIDE) the open skin at both sides of the face that is seen too
 * obliquely to be measured. */
void sd_zones_exclude_oblique(sd_field *field, const sd_face *face);
const char *sd_zone_name(int label);

/* skin_face.c with hair_regions.c, hair_strands.c and spectacles.c: hair, beard, spectacles, glare,
 * shadow by comparison with the face's own skin. */
sd_status sd_skin_exclude(sd_field *field, const sd_face *face, sd_diag *diag);
/* glare.c: glare and shadow alone, inside the labels. */
sd_status sd_skin_exclude_light(sd_field *field, sd_diag *diag);
/* skin_model.c: labels as SD_ZONE_OTHER what is skin in a photo without landmarks; with a sighting
 * (NULL: none) only there, and eyes and mouth excluded. */
sd_status sd_skin_model(sd_field *field, const sd_sighting *sighting, sd_diag *diag);

/* shape.c: masks as shapes. */
void sd_shape_fill(sd_mask *mask, const sd_point *corners, int count, uint8_t value);
/* Pixels within `radius` of a pixel of that value also get it. */
sd_status sd_shape_grow(sd_mask *mask, uint8_t value, double radius, sd_diag *diag);
typedef struct sd_component {
  size_t first, area; /* a pixel of it, and how many */
  int x0, y0, x1, y1; /* bounding box */
} sd_component;
/* Numbers the 8-connected components of mask != 0 from 1 in `number` (one per pixel); *out is
 * malloc'ed, the caller frees it. */
sd_status sd_shape_components(sd_component **out, int *count, int32_t *number, const sd_mask *mask,
                              sd_diag *diag);

#endif
