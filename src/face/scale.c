/* Millimetres per pixel. The visible iris is 11.7 mm wide in nearly everyone (Ruefer et al. 2005:
 * white-to-white 11.71 +- 0.42 mm; 0.5 taken here), which is why its width serves as a ruler. */
#include "face/find.h"

#include "base/angle.h"

#include <math.h>
#include <string.h>

static const double IRIS_MM = 11.7, IRIS_SPREAD_MM = 0.5;
/* Standard error of one eye's width relative to it: the two eyes of a person differ by 3 to 5 %. */
static const double IRIS_ERROR_ONE_EYE = 0.035;
/* Two photos of one session agree within 1.5 %, so no pair of eyes is taken as better than that. */
static const double IRIS_ERROR_MIN = 0.015;
/* A given pupil distance is read to about a millimetre in 63, and each pupil is found to 1 %. */
static const double IPD_ERROR = 0.02;
static const double NORMAL_95 = 1.96;

const char *sd_scale_source_name(sd_scale_source source) {
  static const char *const names[] = {"none", "iris", "ipd", "given"};
  return (unsigned)source < sizeof names / sizeof *names ? names[source] : "none";
}

static sd_scale scale_of(double mm_per_px, double relative_error, sd_scale_source source) {
  sd_scale out = {mm_per_px, mm_per_px * exp(-NORMAL_95 * relative_error),
                  mm_per_px * exp(NORMAL_95 * relative_error), source};
  return out;
}

/* Mean width of the usable irises and its relative standard error; 0 when none is usable. */
static double iris_width(const sd_face *face, const sd_eyes *eyes, double *error) {
  const double *px = eyes->iris_px;
  *error = IRIS_ERROR_ONE_EYE;
  if (face->eyes_open[0] && face->eyes_open[1]) {
    double mean = (px[0] + px[1]) / 2;
    *error =
        fmax(fmax(IRIS_ERROR_ONE_EYE / sqrt(2), fabs(px[0] - px[1]) / (2 * mean)), IRIS_ERROR_MIN);
    return mean;
  }
  return face->eyes_open[0] ? px[0] : face->eyes_open[1] ? px[1] : 0;
}

void sd_scale_find(sd_scale *out, const sd_face *face, const sd_eyes *eyes,
                   const sd_face_options *options) {
  double error, width;
  *out = (sd_scale){0};
  if (options != NULL && options->scale_mm_per_px > 0) {
    *out = scale_of(options->scale_mm_per_px, 0, SD_SCALE_GIVEN);
  } else if (face->found && options != NULL && options->ipd_mm > 0) {
    /* Turning the head shortens the eye line by the cosine. */
    double facing = cos(face->yaw_deg * SD_RADIANS_PER_DEGREE);
    *out = scale_of(options->ipd_mm * facing / face->eye_distance_px, IPD_ERROR, SD_SCALE_IPD);
  } else if (face->found && (width = iris_width(face, eyes, &error)) > 0) {
    /* Whether an eye follows a turned head or looks at the camera is unknown: the cosine is error.
     */
    double turned = 1 - cos(face->yaw_deg * SD_RADIANS_PER_DEGREE);
    double spread = IRIS_SPREAD_MM / IRIS_MM;
    *out = scale_of(IRIS_MM / width, sqrt(spread * spread + error * error + turned * turned),
                    SD_SCALE_IRIS);
  }
}
