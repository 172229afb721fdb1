/* Zones and the skin mask at mask resolution. Private to the floor face. */
#ifndef SD_FACE_SKIN_H
#define SD_FACE_SKIN_H

#include "scardelta/face.h"

/* The crop at mask resolution: one cell covers shrink x shrink photo pixels. */
typedef struct skin_grid {
  sd_rect crop;
  int shrink;
  int width, height;
  double eye_distance; /* in cells; of a typical face when there is none */
} skin_grid;

/* Labels of the face's zones and the reasons that geometry alone gives (eyes, brows, lips,
 * nostrils); both of the grid's size and zero on entry. */
void zones_draw(sd_mask *label, sd_mask *reason, const skin_grid *grid, const sd_face *face);
/* The part of the photo that the face needs: its mesh with a margin and the forehead. */
sd_rect zones_crop(const sd_photo *photo, const sd_face *face);
/* Is this cell below the nose, where beards grow? */
bool zones_lower_face(const skin_grid *grid, const sd_face *face, int x, int y);
const char *zone_name(sd_zone_label label);

/* What is not skin by its looks inside the labelled cells (hair, beard, spectacles, glare, shadow);
 * adds to `reason`. */
sd_status looks_judge(sd_mask *reason, const sd_mask *label, const skin_grid *grid,
                      const sd_photo *photo, const sd_face *face, sd_diag *diag);
/* Without landmarks: labels the largest region of smooth, skin-coloured cells as SD_ZONE_OTHER. */
sd_status looks_find_skin(sd_mask *label, const skin_grid *grid, const sd_photo *photo,
                          sd_diag *diag);

#endif
