/* Colour for people: sRGB curve (IEC 61966-2-1), CIELAB, CIEDE2000 (Sharma, Wu and Dalal 2005). */
#include "scardelta/base.h"

#include "base/angle.h"

#include <math.h>
#include <pthread.h>

double sd_srgb_to_linear(double coded) {
  double v = fabs(coded);
  double linear = v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
  return copysign(linear, coded);
}

double sd_srgb_from_linear(double linear) {
  double v = fabs(linear);
  double coded = v <= 0.0031308 ? v * 12.92 : 1.055 * pow(v, 1 / 2.4) - 0.055;
  return copysign(coded, linear);
}

/* Near black, where codes are narrowest, one spans 1.2 of these steps: no step holds more than one
 * change of code. */
enum { CODE_STEPS = 4096 };
static pthread_once_t codes_known = PTHREAD_ONCE_INIT;
static float code_start[257];       /* the least light of a code; of 256: none has it */
static uint8_t code_at[CODE_STEPS]; /* the code at the lower end of a step */

static bool reaches(float linear, int code) {
  return 255 * sd_srgb_from_linear((double)linear) + 0.5 >= code;
}

static void find_codes(void) {
  for (int code = 1; code < 256; code++) {
    float at = (float)sd_srgb_to_linear((code - 0.5) / 255);
    while (reaches(at, code))
      at = nextafterf(at, 0);
    while (!reaches(at, code))
      at = nextafterf(at, 1);
    code_start[code] = at;
  }
  code_start[256] = INFINITY;
  for (int step = 0, code = 0; step < CODE_STEPS; step++) {
    while (code_start[code + 1] <= (float)step / CODE_STEPS)
      code++;
    code_at[step] = (uint8_t)code;
  }
}

uint8_t sd_srgb8_from_linear(float linear) {
  if (!(linear > 0))
    return 0;
  if (linear >= 1)
    return 255;
  pthread_once(&codes_known, find_codes);
  int code = code_at[(int)(linear * CODE_STEPS)];
  return (uint8_t)(linear >= code_start[code + 1] ? code + 1 : code);
}

static double lab_curve(double t) {
  const double d = 6.0 / 29;
  return t > d * d * d ? cbrt(t) : t / (3 * d * d) + 4.0 / 29;
}

void sd_lab_from_linear(const double rgb[3], double lab[3]) {
  double x = 0.4124564 * rgb[0] + 0.3575761 * rgb[1] + 0.1804375 * rgb[2];
  double y = 0.2126729 * rgb[0] + 0.7151522 * rgb[1] + 0.0721750 * rgb[2];
  double z = 0.0193339 * rgb[0] + 0.1191920 * rgb[1] + 0.9503041 * rgb[2];
  double fx = lab_curve(x / 0.95047), fy = lab_curve(y), fz = lab_curve(z / 1.08883);
  lab[0] = 116 * fy - 16;
  lab[1] = 500 * (fx - fy);
  lab[2] = 200 * (fy - fz);
}

static double hue_deg(double a, double b) {
  if (a == 0 && b == 0)
    return 0;
  double hue = atan2(b, a) * 180 / SD_PI;
  return hue < 0 ? hue + 360 : hue;
}

static double chroma_g(double mean_chroma) {
  double c7 = pow(mean_chroma, 7);
  return sqrt(c7 / (c7 + 6103515625.0)); /* 25^7 */
}

/* Hue difference in degrees, -180 .. 180; 0 when either colour is grey. */
static double hue_difference(double h1, double h2, double c1c2) {
  if (c1c2 == 0)
    return 0;
  double d = h2 - h1;
  return d > 180 ? d - 360 : d < -180 ? d + 360 : d;
}

static double hue_mean(double h1, double h2, double c1c2) {
  if (c1c2 == 0)
    return h1 + h2;
  if (fabs(h1 - h2) <= 180)
    return (h1 + h2) / 2;
  return h1 + h2 < 360 ? (h1 + h2 + 360) / 2 : (h1 + h2 - 360) / 2;
}

double sd_ciede2000(const double lab1[3], const double lab2[3]) {
  double c1 = hypot(lab1[1], lab1[2]), c2 = hypot(lab2[1], lab2[2]);
  double stretch = 1 + 0.5 * (1 - chroma_g((c1 + c2) / 2));
  double a1 = stretch * lab1[1], a2 = stretch * lab2[1];
  double cp1 = hypot(a1, lab1[2]), cp2 = hypot(a2, lab2[2]), product = cp1 * cp2;
  double h1 = hue_deg(a1, lab1[2]), h2 = hue_deg(a2, lab2[2]);
  double dl = lab2[0] - lab1[0], dc = cp2 - cp1;
  double dh = 2 * sqrt(product) * sin(hue_difference(h1, h2, product) / 2 * SD_PI / 180);
  double l = (lab1[0] + lab2[0]) / 2, c = (cp1 + cp2) / 2, h = hue_mean(h1, h2, product);
  double t = 1 - 0.17 * cos((h - 30) * SD_PI / 180) + 0.24 * cos(2 * h * SD_PI / 180) +
             0.32 * cos((3 * h + 6) * SD_PI / 180) - 0.20 * cos((4 * h - 63) * SD_PI / 180);
  double l50 = (l - 50) * (l - 50);
  double sl = 1 + 0.015 * l50 / sqrt(20 + l50), sc = 1 + 0.045 * c, sh = 1 + 0.015 * c * t;
  double turn = 30 * exp(-((h - 275) / 25) * ((h - 275) / 25));
  double rt = -sin(2 * turn * SD_PI / 180) * 2 * chroma_g(c);
  double l_term = dl / sl, c_term = dc / sc, h_term = dh / sh;
  return sqrt(l_term * l_term + c_term * c_term + h_term * h_term + rt * c_term * h_term);
}
