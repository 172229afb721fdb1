/* measure: numbers and maps of one photo's skin, and of how two photos were taken. */
#ifndef SCARDELTA_MEASURE_H
#define SCARDELTA_MEASURE_H

#include "scardelta/align.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- how a photo was taken ---------------------------------------------------------------- */

/* Capture quality of one photo over its measured skin. NaN where it could not be measured. */
typedef struct sd_quality {
  double
      edge_spread_px; /* 10-90 % rise of the sharpest edges of face or skin; smaller is sharper */
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
  int jpeg_quality;           /* 1..100; 0: not a JPEG */
  double skin_luminance;      /* median linear luminance of the skin, 0..1 */
  double ita_image_deg;       /* ITA of the median skin pixel as photographed: not a phototype */
} sd_quality;

sd_status sd_quality_measure(sd_quality *out, const sd_photo *photo, const sd_face *face,
                             const sd_models *models, const sd_skin *skin, double mm_per_px,
                             sd_diag *diag);

/* ---- maps --------------------------------------------------------------------------------- */

/* Unit vectors of melanin and haemoglobin in ln optical density of linear sRGB (science.md 4.2). */
typedef struct sd_pigment_axes {
  double melanin[3], haemoglobin[3];
  double tone; /* t = ln(R/B) of the median skin pixel they were chosen for */
} sd_pigment_axes;
/* Axes for skin of tone t, interpolated from the table and clamped to its ends. */
sd_pigment_axes sd_pigment_axes_for_tone(double tone);
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

/* What is measured on one photo. Pigment maps live on `grid` (about 5 cells a mm); relief bands on
 * the photo's native pixels of skin->crop. NaN where the skin is not measured. */
typedef struct sd_measures {
  sd_grid grid;
  sd_map melanin, haemoglobin;     /* optical density (natural log) */
  sd_map shading;                  /* log shading, pigment-free */
  sd_map lightness;                /* log luminance */
  sd_rgb colour;                   /* mean linear sRGB of each cell */
  sd_mask measured;                /* 255 where at least half of the cell is measured skin */
  sd_map band[SD_BANDS];           /* native pixels; empty when the band is not answerable */
  char band_reason[SD_BANDS][120]; /* why a band is empty */
  double mm_per_px;                /* NaN without a scale */
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

/* ---- how two photos differ in their taking ------------------------------------------------- */

/* Differences of the capture over the registered skin (science.md 5.4, 5.5, 9). */
typedef struct sd_capture_match {
  double blur_mm2;    /* + AFTER is softer: difference of squared Gaussian SDs, mm^2 (or px^2) */
  double blur_px2;    /* the same in before pixels */
  double coherence;   /* mean coherence at 0.03..0.12 cycles a pixel, 0..1 */
  double noise_ratio; /* noise SD after / before, on equal detail */
  double noise_share[2][SD_BANDS]; /* estimated share of the band variance that is noise, b/a */
  double shading;                  /* median log shading after - before: exposure */
  double melanin, haemoglobin;     /* median offsets after - before: white balance */
  double light_turn_deg; /* angle between the light directions; NaN when a light is even */
  double scale_ratio;    /* after pixels per before pixel */
} sd_capture_match;

#ifdef __cplusplus
}
#endif
#endif
