/* A ColorChecker in a picture, and a camera with colours of its own, for tests with known truth. */
#ifndef SD_TESTS_SCENE_CARD_H
#define SD_TESTS_SCENE_CARD_H

#include "scardelta/card.h"

typedef struct scene_card {
  double width_share;      /* of the field of patches, facing the camera, of the picture's width */
  double x_share, y_share; /* of the card's middle, 0..1 of the picture */
  double turn_deg;         /* in the picture's plane */
  double tilt_deg;         /* out of it, about an axis in the card... */
  double tilt_axis_deg;    /* ...at this angle to its rows */
  double light_slope;      /* ln light from the left to the right end of the card */
  double covered;          /* share of the card's width, from its right, under something dark */
  bool mirrored;
  const double (*colours)[3]; /* 24 colours in linear sRGB; NULL: the chart's own */
} scene_card;

/* Where the outer corners of the field of patches are: brown, bluish green, black, white. */
void scene_card_corners(const scene_card *card, int width, int height, sd_point corner[4]);
/* Where the chart's plane has column u of 0..6 and row v of 0..4. */
sd_point scene_card_at(const scene_card *card, int width, int height, double u, double v);
/* Paints the card over linear light, in light of 1. */
void scene_card_draw(sd_rgb *light, const scene_card *card);

typedef struct scene_camera {
  double gain[3];    /* light, white balance and exposure in one */
  double matrix[9];  /* row-major, after the gains: the camera's own idea of colour */
  double stray;      /* share of white that is added everywhere */
  double contrast;   /* exponent of a tone curve about mid grey; 1: none */
  double shot_noise; /* SD at linear 1 */
  double read_noise; /* SD, linear */
  uint64_t noise_seed;
} scene_camera;
/* A camera that shows light as it is. */
scene_camera scene_camera_plain(void);
/* What the camera makes of linear light: 8-bit sRGB. */
sd_status scene_camera_expose(sd_picture *out, const sd_rgb *light, const scene_camera *camera,
                              sd_diag *diag);

#endif
