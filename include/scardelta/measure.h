/* measure: numbers and maps of one photo's skin, and of how two photos were taken. */
#ifndef SCARDELTA_MEASURE_H
#define SCARDELTA_MEASURE_H

#include "scardelta/align.h"
#include "scardelta/card.h"
#include "scardelta/glcm.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- how a photo was taken ---------------------------------------------------------------- */

/* Capture quality of one photo over its measured skin. NaN where it could not be measured. */
typedef struct sd_quality {
  double edge_spread_px; /* 10-90 % rise of the sharpest edges inside the zones, eyes and brows
                            with them; smaller is sharper */
  double edge_spread_mm;
  double noise;         /* SD of the finest detail of the skin's sRGB-coded luma, 0..255 scale */
  double exposure_ev;   /* median skin luminance against a mid exposure of the same skin: stops from
                           linear 0.30; + is brighter. Says bright or dark, not right or wrong. */
  double clipped_share; /* of the labelled pixels, 0..1 */
  double dark_share;
  double glare_share;
  double cast_red, cast_blue; /* median skin ln(R/G), ln(B/G): white balance and skin together */
  double light_azimuth_deg;   /* where the light comes from in the image: 0 right, 90 above */
  double light_strength;      /* side-light share 0 (even) .. 1 (all from one side) */
  int jpeg_quality;           /* 1..100, of the coarsest JPEG of its pixels; 0: none */
  double skin_luminance;      /* median linear luminance of the skin, 0..1 */
  double ita_image_deg;       /* ITA of the median skin pixel as photographed: not a phototype */
  double chroma_spread;       /* as sd_chroma_spread_measure gives it */
} sd_quality;

sd_status sd_quality_measure(sd_quality *out, const sd_photo *photo, const sd_face *face,
                             const sd_models *models, const sd_skin *skin, double mm_per_px,
                             sd_diag *diag);

/* What can be said of the light: nothing without a face and enough of its skin, even when less than
 * a share of 0.12 comes from one side, else where it comes from. */
typedef enum sd_light { SD_LIGHT_UNKNOWN, SD_LIGHT_EVEN, SD_LIGHT_SIDED } sd_light;
sd_light sd_light_of(const sd_quality *quality);

/* Angle between the lights of two photos in space, degrees from 0, whichever way the light went;
 * NaN where one is not known. `rotation_deg` as sd_alignment has it. The share of side light is
 * taken for the sine of the light's angle to the lens: even light from all sides makes lamps seem
 * nearer to it, and angles between them smaller. */
double sd_light_angle_deg(const sd_quality *before, const sd_quality *after, double rotation_deg);

/* How much the colour of skin varies beyond what its lightness foretells: SD of (ln R/G, ln B/G),
 * in optical density; NaN with too little skin. Near 0 in black-and-white and toned photos,
 * whatever their tone curve: they hold nothing of pigment. */
sd_status sd_chroma_spread_measure(double *out, const sd_photo *photo, const sd_skin *skin,
                                   sd_diag *diag);

/* ---- maps --------------------------------------------------------------------------------- */

/* Unit vectors of melanin and haemoglobin in ln optical density of linear sRGB (science.md 4.2). */
typedef struct sd_pigment_axes {
  double melanin[3], haemoglobin[3];
  double shading[3]; /* weights of ln R, ln G, ln B in the shading, sum 1 */
  double tone;       /* t = ln(R/B) of the median skin pixel they were chosen for */
} sd_pigment_axes;
/* Axes for skin of tone t, interpolated from the table and clamped to its ends. */
sd_pigment_axes sd_pigment_axes_for_tone(double tone);
/* On darker skin surface glare turns the melanin axis towards grey, and the table no longer parts
 * pigment from shading. There the weights of the shading are those, with sum 1, that leave the
 * least variance over both skins: what chroma foretells of lightness is pigment. Light passes with
 * gain 1 either way. Skin lighter than that keeps its axes. mm_per_px NaN or <= 0: axes stay. */
sd_status sd_pigment_axes_adapt(sd_pigment_axes *axes, const sd_photo *const photo[2],
                                const sd_skin *const skin[2], const double mm_per_px[2],
                                sd_diag *diag);
/* -ln(rgb) = m * melanin + h * haemoglobin + s * (1,1,1)/sqrt(3), solved for m, h, s. */
void sd_pigment_solve(const sd_pigment_axes *axes, const double density[3], double mhs[3]);

enum { SD_BANDS = 3 }; /* fine 0.25-0.8, mid 0.8-3, coarse 3-8 mm */

/* A grid of analysis pixels over a photo's part: cell (i, j) covers `shrink` x `shrink` photo
 * pixels from region.x + i * shrink, region.y + j * shrink. */
typedef struct sd_grid {
  sd_rect region;
  int shrink;
  int width, height;
} sd_grid;

/* What is measured on one photo, all on its own pixels. NaN where the skin is not measured. */
typedef struct sd_measures {
  sd_grid grid;
  sd_map melanin, haemoglobin;     /* optical density (natural log), on grid */
  sd_map darkness;                 /* density in red cleared of haemoglobin, in units of melanin;
                                      shading is still in it, on grid */
  sd_map shading;                  /* log shading, pigment-free, on grid */
  sd_rgb colour;                   /* mean linear sRGB of each cell, on grid */
  sd_mask measured;                /* 255 where at least half of the cell is measured skin */
  sd_map band[SD_BANDS];           /* relief, on band_grid; empty when the band is not answerable */
  sd_grid band_grid[SD_BANDS];     /* fine: native pixels; mid and coarse: grid */
  char band_reason[SD_BANDS][120]; /* why a band is empty; "" when it is there */
  double mm_per_px;                /* of the photo; NaN without a scale */
  sd_pigment_axes axes;
} sd_measures;
void sd_measures_clear(sd_measures *measures);

typedef struct sd_measure_options {
  double mm_per_px;     /* <= 0: unknown; then no relief, and pigment smoothing in pixels */
  sd_pigment_axes axes; /* the same for both photos of a pair */
  double extra_blur_px; /* Gaussian SD added before relief is taken, to equal the softer photo */
} sd_measure_options;

sd_status sd_measure(sd_measures *out, const sd_photo *photo, const sd_skin *skin,
                     const sd_measure_options *options, sd_diag *diag);

/* Tone t = ln(R/B) of the median measured skin pixel. NaN without skin. */
double sd_skin_tone(const sd_photo *photo, const sd_skin *skin);

/* ---- tone curves ----------------------------------------------------------------------------- */

/* What must be done to the second photo's light to make it as if the first one's tone curve had
 * shown it: the logarithm of a channel grows by contrast (l - l0) + bend (l - l0)^2 / 2, l its own
 * and l0 = ln 0.3; then what a colour has above its grey by the share `saturation`. Negative
 * contrast: the second photo had more of it. The errors are standard errors. */
typedef struct sd_tone {
  double contrast, bend, saturation;
  double contrast_error, bend_error, saturation_error;
  bool curve_told, saturation_told; /* surely more than two shots with one curve show */
} sd_tone;

/* The tone from the second photo to the first, from what both show of skin, brows and hair; zones
 * other than `untreated` (label of the first skin; 0: not known) are left out where it is known.
 * All 0 where too little is seen. `alignment` is from first to second; mm_per_px is the first
 * photo's, NaN without a scale. Fails for want of memory only. */
sd_status sd_tone_find(sd_tone *out, const sd_photo *first, const sd_skin *first_skin,
                       const sd_photo *second, const sd_skin *second_skin,
                       const sd_alignment *alignment, double mm_per_px, int untreated,
                       sd_diag *diag);

/* The way from samples to light that a photo had before. */
typedef struct sd_untoned {
  float *curve[3]; /* owned */
  float to_srgb[9];
} sd_untoned;
void sd_untoned_clear(sd_untoned *light);
/* Shows the photo by the other tone, as far as it is told; the samples stay. `kept` holds what was
 * there (empty where nothing is told) until sd_tone_undo puts it back. */
sd_status sd_tone_apply(const sd_tone *tone, sd_photo *photo, sd_untoned *kept, sd_diag *diag);
void sd_tone_undo(sd_photo *photo, sd_untoned *kept);

/* ---- how two photos differ in their taking ------------------------------------------------- */

/* Differences of the capture over the registered skin (science.md 5.4, 5.5, 9). */
typedef struct sd_capture_match {
  double blur_px2;  /* + AFTER is softer: difference of the squared Gaussian SDs, before pixels^2 */
  double blur_mm2;  /* the same in mm^2; NaN without a scale */
  double coherence; /* agreement of the finest common detail, 0..1 */
  double noise_ratio;  /* noise SD after / before, in the finest detail */
  double noise_before; /* finest detail of BEFORE as the SD of white noise, ln luminance a pixel:
                          its noise is at most this */
  double
      colour_noise_ratio; /* SD after / before of what plain skin of both does not share in melanin
                             and haemoglobin; NaN: too little of it, or it
                             agrees so well that noise is no matter */
  double shading;         /* median log luminance after - before: exposure (natural log) */
  double melanin, haemoglobin; /* median offsets after - before: white balance (optical density) */
  double light_turn_deg;       /* how far the light went round the face; NaN when a light is even */
  double light_angle_deg; /* angle between the light's directions in space, whichever way it went;
                             NaN where one is not known */
  double scale_ratio;     /* after pixels per before pixel */
  sd_tone tone;           /* of the photo that follows against the one that leads */
  bool control_hidden;    /* too little of the control zone is on both photos: it has no say */
  bool one_shot;   /* two files of one exposure: no pixel moved, which no hand-held camera and no
                      living   face achieves; false for the same file twice */
  double mismatch; /* q of science.md 9: 0 = taken alike */
} sd_capture_match;

/* What two photos have in common and in which they differ, from skin laid on itself. Both skins
 * must be those the alignment was made with. mm_per_px is BEFORE's, NaN without a scale. Exchanging
 * the photos changes signs only to first order; the caller keeps an order of its own. */
sd_status sd_capture_match_measure(sd_capture_match *out, const sd_photo *before,
                                   const sd_skin *before_skin, const sd_photo *after,
                                   const sd_skin *after_skin, const sd_alignment *alignment,
                                   double mm_per_px, sd_diag *diag);

#ifdef __cplusplus
}
#endif
#endif
