/* card: absolute colour from a reference in the photo. Part of the floor measure.
 *
 * A photo shows skin times light, white balance, exposure and the camera's own idea of colour. A
 * ColorChecker Classic beside the skin tells all four: its 24 patches have known colours, so a 3x3
 * matrix in linear light takes the photo to them, and patches left out of the fit tell how far the
 * matrix can be trusted. A plain grey card tells white balance and exposure only. */
#ifndef SCARDELTA_CARD_H
#define SCARDELTA_CARD_H

#include "scardelta/photo.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { SD_CARD_COLUMNS = 6, SD_CARD_ROWS = 4, SD_CARD_PATCHES = SD_CARD_COLUMNS * SD_CARD_ROWS };

/* Where to look for a reference. */
typedef enum sd_card_source {
  SD_CARD_AUTO = 0, /* search the photo for a ColorChecker */
  SD_CARD_NONE,     /* use none, even if one is there */
  SD_CARD_CORNERS,  /* a ColorChecker at these corners */
  SD_CARD_GREY      /* a grey card in this rectangle */
} sd_card_source;

typedef struct sd_card_request {
  sd_card_source source;
  /* SD_CARD_CORNERS: of the card or of its field of patches, in pixels of the upright photo: by the
   * brown patch, the bluish green one, the black one, the white one. */
  sd_point corner[4];
  sd_rect grey; /* SD_CARD_GREY: an evenly lit part of the card */
} sd_card_request;

typedef enum sd_reference_kind {
  SD_REFERENCE_NONE = 0,
  SD_REFERENCE_COLORCHECKER,
  SD_REFERENCE_GREY_CARD
} sd_reference_kind;
const char *
sd_reference_kind_name(sd_reference_kind kind); /* "none", "colorchecker", ...; static */

/* What a photo's colour reference says. Holds no memory of its own. */
typedef struct sd_colour_reference {
  sd_reference_kind kind; /* NONE: nothing was found, or nothing was looked for */
  bool usable;            /* false: it is there but cannot be trusted, and `reason` says why */
  bool searched;          /* found by search; false: where it is was said */
  sd_point corner[4];     /* outer corners of the field of patches, as in sd_card_request; of a grey
                             card's part clockwise from its top left */
  double to_true[9];      /* row-major: linear sRGB as photographed -> as under D65 at the card */
  int patches;            /* that the fit rests on */
  double residual_mean; /* CIEDE2000 of the patches, each left out of the fit in turn; NaN: none */
  double residual_max;
  /* CIELAB of each left-out patch minus its true value; NaN where the patch was not used. */
  double error_lab[SD_CARD_PATCHES][3];
  double light_slope[2];   /* change of ln light a pixel, right and down, over the card */
  double light_unevenness; /* ratio of the best lit patch's light to the worst's, minus 1 */
  char reason[200];        /* one sentence when there is nothing usable */
} sd_colour_reference;

/* Looks for the reference that `request` (NULL: SD_CARD_AUTO) names. A missing or bad one is no
 * failure: `out` says so. Bad is a card with clipped or covered patches, one that is lit too
 * unevenly, one whose colours are others than a ColorChecker's, one that is seen mirrored or whose
 * corners were given in another order. SD_USAGE when the place given is not in the photo;
 * SD_NO_MEMORY. Pure. The search costs under 60 ms at 12 Mpx: it reads a reduced picture, and finds
 * cards 5 to 60 % as wide as the photo, turned by any angle and tilted up to 35 degrees. */
sd_status sd_colour_reference_find(sd_colour_reference *out, const sd_photo *photo,
                                   const sd_card_request *request, sd_diag *diag);

/* A colour as photographed (linear sRGB) as it is under D65, where the light is that of the card.
 * Without a usable reference it is the colour as photographed. */
void sd_colour_reference_apply(const sd_colour_reference *reference, const double rgb[3],
                               double out[3]);

/* Sets the mask (of the photo's size) to 0 where the card is, its frame included. */
void sd_colour_reference_mask(sd_mask *mask, const sd_colour_reference *reference);

/* Linear sRGB (D65) of the chart's patch 0 .. 23, row by row from dark skin to black: X-Rite's
 * CIELAB values under D50 for charts made since November 2014, brought to D65 by Bradford's
 * transform. */
void sd_card_patch_colour(int patch, double rgb[3]);

/* Linear sRGB of a colour in CIELAB (D65): the inverse of sd_lab_from_linear. */
void sd_card_linear_from_lab(const double lab[3], double rgb[3]);

#ifdef __cplusplus
}
#endif
#endif
