/* White balance and exposure from a plain grey card: its mean colour is taken to 18 % grey. The
 * camera's own colours stay as they are: one grey says nothing about them. */
#include "measure/card.h"

#include <math.h>
#include <stdio.h>

/* Reflectance of a photographic grey card (ISO 12232's mid grey, as makers print on theirs). */
static const double GREY = 0.18;
enum { SIDE_MIN_PX = 8, STEPS_MAX = 64 };
static const double CODED_LOW = 8, CODED_HIGH = 250;
/* Light on an even card in even light varies by its noise; more is an edge, a shadow or no card. */
static const double SPREAD_MAX = 0.12;
/* White balance of photos meant for people: no channel is this many times another on grey. */
static const double CAST_MAX = 2.5;

typedef struct sums {
  double rgb[3], light, light2, count;
} sums;

static sums add_up(const sd_photo *photo, sd_rect r) {
  sums s = {.count = 0};
  int step_x = r.width / STEPS_MAX + 1, step_y = r.height / STEPS_MAX + 1;
  for (int y = r.y; y < r.y + r.height; y += step_y)
    for (int x = r.x; x < r.x + r.width; x += step_x) {
      float rgb[3];
      sd_photo_linear_at(photo, x, y, rgb);
      double light = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
      for (int c = 0; c < 3; c++)
        s.rgb[c] += rgb[c];
      s.light += light;
      s.light2 += light * light;
      s.count++;
    }
  return s;
}

static void refuse(sd_colour_reference *out, const char *reason) {
  out->usable = false;
  snprintf(out->reason, sizeof out->reason, "%s", reason);
}

sd_status grey_card_find(sd_colour_reference *out, const sd_photo *photo, sd_rect part,
                         sd_diag *diag) {
  sd_rect inside = sd_rect_clip(part, photo->width, photo->height);
  if (inside.width != part.width || inside.height != part.height)
    return sd_fail(diag, SD_USAGE,
                   "the grey card's part %d,%d,%d,%d is not in the photo of %d x %d pixels", part.x,
                   part.y, part.width, part.height, photo->width, photo->height);
  if (part.width < SIDE_MIN_PX || part.height < SIDE_MIN_PX)
    return sd_fail(diag, SD_USAGE, "the grey card's part must be at least %d x %d pixels",
                   SIDE_MIN_PX, SIDE_MIN_PX);
  double right = part.x + part.width - 1, bottom = part.y + part.height - 1;
  out->kind = SD_REFERENCE_GREY_CARD;
  out->corner[0] = (sd_point){part.x, part.y};
  out->corner[1] = (sd_point){right, part.y};
  out->corner[2] = (sd_point){right, bottom};
  out->corner[3] = (sd_point){part.x, bottom};
  sums s = add_up(photo, part);
  double mean = s.light / s.count, low = INFINITY, high = 0;
  double spread = sqrt(fmax(s.light2 / s.count - mean * mean, 0)) / fmax(mean, 1e-6);
  for (int c = 0; c < 3; c++) {
    low = fmin(low, s.rgb[c] / s.count);
    high = fmax(high, s.rgb[c] / s.count);
    out->to_true[4 * c] = GREY * s.count / fmax(s.rgb[c], 1e-9);
  }
  out->usable = true;
  if (high > sd_srgb_to_linear(CODED_HIGH / 255))
    refuse(out, "the grey card is clipped: take the photo with less exposure");
  else if (low < sd_srgb_to_linear(CODED_LOW / 255))
    refuse(out, "the grey card is too dark to tell the light from: take the photo with more "
                "exposure");
  else if (spread > SPREAD_MAX)
    refuse(out, "the part given for the grey card is not even: give a part without edges, shadow "
                "and glare");
  else if (high > CAST_MAX * low)
    refuse(out, "the part given for the grey card is too coloured to be grey");
  return SD_OK;
}
