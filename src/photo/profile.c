/* Colour: from the file's samples to linear sRGB primaries.
 *
 * Profiles of curves and a matrix (nearly every camera and phone) stay exact: the curves are
 * tabulated once per sample value and the matrix is composed with D50 -> D65 (Bradford, as in
 * ICC.1) and XYZ -> sRGB (IEC 61966-2-1). Profiles with tables (printers, CMYK, some scanners) are
 * converted by lcms to 16-bit samples in a space that is wider than any photo, so that nothing is
 * clipped. */
#include "photo/decode.h"

#include <lcms2.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const sd_primaries sd_primaries_srgb = {{0.3127, 0.3290}, {0.64, 0.33}, {0.30, 0.60}, {0.15, 0.06}};
const sd_primaries sd_primaries_p3 = {
    {0.3127, 0.3290}, {0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}};
const sd_primaries sd_primaries_bt2020 = {
    {0.3127, 0.3290}, {0.708, 0.292}, {0.170, 0.797}, {0.131, 0.046}};
/* Adobe RGB (1998) 4.3.1; its gamma is 2 + 51/256 */
static const sd_primaries PRIMARIES_ADOBE = {
    {0.3127, 0.3290}, {0.64, 0.33}, {0.21, 0.71}, {0.15, 0.06}};
static const double GAMMA_ADOBE = 563.0 / 256;
/* ROMM RGB (ISO 22028-2) primaries: hold every surface colour; its plain gamma of 1.8 */
static const sd_primaries PRIMARIES_WIDE = {
    {0.3457, 0.3585}, {0.7347, 0.2653}, {0.1596, 0.8404}, {0.0366, 0.0001}};
static const double GAMMA_WIDE = 1.8;

/* A profile larger than this is no camera's; the largest printer profiles have about 4 MB. */
enum { ICC_BYTES_MAX = 16 << 20 };

/* Bradford cone responses (ICC.1 annex E). */
static const double BRADFORD[9] = {0.8951, 0.2664, -0.1614, -0.7502, 1.7135,
                                   0.0367, 0.0389, -0.0685, 1.0296};

static void multiply(const double a[9], const double b[9], double out[9]) {
  double product[9];
  for (int r = 0; r < 3; r++)
    for (int c = 0; c < 3; c++)
      product[3 * r + c] = a[3 * r] * b[c] + a[3 * r + 1] * b[3 + c] + a[3 * r + 2] * b[6 + c];
  memcpy(out, product, sizeof product);
}

static void apply(const double m[9], const double v[3], double out[3]) {
  for (int r = 0; r < 3; r++)
    out[r] = m[3 * r] * v[0] + m[3 * r + 1] * v[1] + m[3 * r + 2] * v[2];
}

/* By cofactors; false when the matrix flattens space. */
static bool invert(const double m[9], double out[9]) {
  double cofactor[9];
  for (int r = 0; r < 3; r++)
    for (int c = 0; c < 3; c++) {
      int r1 = (r + 1) % 3, r2 = (r + 2) % 3, c1 = (c + 1) % 3, c2 = (c + 2) % 3;
      cofactor[3 * r + c] = m[3 * r1 + c1] * m[3 * r2 + c2] - m[3 * r1 + c2] * m[3 * r2 + c1];
    }
  double determinant = m[0] * cofactor[0] + m[1] * cofactor[1] + m[2] * cofactor[2];
  if (!(fabs(determinant) > 1e-9))
    return false;
  for (int r = 0; r < 3; r++)
    for (int c = 0; c < 3; c++)
      out[3 * r + c] = cofactor[3 * c + r] / determinant;
  return true;
}

static bool xyz_of_chromaticity(const double xy[2], double xyz[3]) {
  if (!(fabs(xy[1]) > 1e-6))
    return false;
  xyz[0] = xy[0] / xy[1];
  xyz[1] = 1;
  xyz[2] = (1 - xy[0] - xy[1]) / xy[1];
  return true;
}

/* Linear RGB of the primaries to XYZ under their own white. */
static bool primaries_to_xyz(const sd_primaries *primaries, double out[9], double white[3]) {
  double column[3][3], scale[3], inverse[9];
  if (!xyz_of_chromaticity(primaries->white, white) ||
      !xyz_of_chromaticity(primaries->red, column[0]) ||
      !xyz_of_chromaticity(primaries->green, column[1]) ||
      !xyz_of_chromaticity(primaries->blue, column[2]))
    return false;
  for (int r = 0; r < 3; r++)
    for (int c = 0; c < 3; c++)
      out[3 * r + c] = column[c][r];
  if (!invert(out, inverse))
    return false;
  apply(inverse, white, scale);
  for (int r = 0; r < 3; r++)
    for (int c = 0; c < 3; c++)
      out[3 * r + c] *= scale[c];
  return true;
}

/* XYZ as seen under `from` to XYZ as seen under `to`. */
static bool adapt(const double from[3], const double to[3], double out[9]) {
  double cone_from[3], cone_to[3], inverse[9], scale[9] = {0};
  apply(BRADFORD, from, cone_from);
  apply(BRADFORD, to, cone_to);
  for (int i = 0; i < 3; i++) {
    if (!(fabs(cone_from[i]) > 1e-6))
      return false;
    scale[4 * i] = cone_to[i] / cone_from[i];
  }
  if (!invert(BRADFORD, inverse))
    return false;
  multiply(scale, BRADFORD, out);
  multiply(inverse, out, out);
  return true;
}

/* to_srgb for columns in XYZ that are seen under `white`. */
static bool matrix_to_srgb(const double to_xyz[9], const double white[3], float to_srgb[9]) {
  double srgb[9], d65[3], from_xyz[9], adaptation[9], all[9];
  if (!primaries_to_xyz(&sd_primaries_srgb, srgb, d65) || !invert(srgb, from_xyz) ||
      !adapt(white, d65, adaptation))
    return false;
  multiply(adaptation, to_xyz, all);
  multiply(from_xyz, all, all);
  for (int i = 0; i < 9; i++) {
    if (!isfinite(all[i]))
      return false;
    to_srgb[i] = (float)all[i];
  }
  return true;
}

static void identity(float m[9]) {
  for (int i = 0; i < 9; i++)
    m[i] = i % 4 == 0 ? 1 : 0;
}

/* Makers of sRGB profiles round its primaries each in their own way. */
static void snap_to_identity(float m[9]) {
  static const float SAME_PRIMARIES = 0.0015f; /* moves no 8-bit code of a colour of skin */
  for (int i = 0; i < 9; i++)
    if (fabsf(m[i] - (i % 4 == 0 ? 1.0f : 0.0f)) > SAME_PRIMARIES)
      return;
  identity(m); /* cheaper for all that follows */
}

static size_t curve_entries(int sample_bytes) {
  return sample_bytes == 1 ? 256 : 65536;
}

static sd_status make_curves(sd_light *light, int sample_bytes, sd_diag *diag) {
  for (int c = 0; c < 3; c++) {
    light->curve[c] = malloc(curve_entries(sample_bytes) * sizeof(float));
    if (light->curve[c] == NULL)
      return sd_fail(diag, SD_NO_MEMORY, "not enough memory for colour curves");
  }
  return SD_OK;
}

static void fill_power(sd_light *light, int sample_bytes, double gamma) {
  size_t entries = curve_entries(sample_bytes);
  for (size_t i = 0; i < entries; i++) {
    double coded = (double)i / (double)(entries - 1);
    light->curve[0][i] = (float)(gamma > 0 ? pow(coded, gamma) : sd_srgb_to_linear(coded));
  }
  for (int c = 1; c < 3; c++)
    memcpy(light->curve[c], light->curve[0], entries * sizeof(float));
}

void sd_light_clear(sd_light *light) {
  for (int c = 0; c < 3; c++)
    free(light->curve[c]);
  if (light->transform != NULL)
    cmsDeleteTransform(light->transform);
  if (light->context != NULL)
    cmsDeleteContext(light->context);
  *light = (sd_light){0};
}

sd_status sd_light_primaries(sd_light *light, const sd_primaries *primaries, double gamma,
                             const char *name, int sample_bytes, bool *valid, sd_diag *diag) {
  double to_xyz[9], white[3];
  sd_light_clear(light);
  *valid =
      primaries_to_xyz(primaries, to_xyz, white) && matrix_to_srgb(to_xyz, white, light->to_srgb);
  if (!*valid)
    return SD_OK;
  sd_status status = make_curves(light, sample_bytes, diag);
  if (status != SD_OK)
    return status;
  fill_power(light, sample_bytes, gamma);
  if (primaries == &sd_primaries_srgb)
    identity(light->to_srgb); /* exact, and cheaper for all that follows */
  snprintf(light->name, sizeof light->name, "%s", name);
  return SD_OK;
}

sd_status sd_light_named(sd_light *light, sd_space space, int sample_bytes, sd_diag *diag) {
  bool valid = false;
  switch (space) {
  case SD_SPACE_ADOBE_RGB:
    return sd_light_primaries(light, &PRIMARIES_ADOBE, GAMMA_ADOBE, "Adobe RGB (1998)",
                              sample_bytes, &valid, diag);
  case SD_SPACE_WIDE:
    return sd_light_primaries(light, &PRIMARIES_WIDE, GAMMA_WIDE, "", sample_bytes, &valid, diag);
  case SD_SPACE_SRGB:
    break;
  }
  return sd_light_primaries(light, &sd_primaries_srgb, 0, "sRGB", sample_bytes, &valid, diag);
}

/* ---- ICC ---------------------------------------------------------------------------------- */

static bool fill_tone_curve(float *out, size_t entries, cmsHPROFILE profile, cmsTagSignature tag) {
  const cmsToneCurve *curve = cmsReadTag(profile, tag);
  if (curve == NULL)
    return false;
  for (size_t i = 0; i < entries; i++) {
    out[i] = cmsEvalToneCurveFloat(curve, (float)i / (float)(entries - 1));
    if (!isfinite(out[i]))
      return false;
  }
  return out[entries - 1] > out[0]; /* a curve that falls or is flat measures nothing */
}

static bool colorants_to_srgb(cmsHPROFILE profile, float to_srgb[9]) {
  static const cmsTagSignature TAGS[3] = {cmsSigRedColorantTag, cmsSigGreenColorantTag,
                                          cmsSigBlueColorantTag};
  double to_xyz[9], inverse[9];
  for (int c = 0; c < 3; c++) {
    const cmsCIEXYZ *colorant = cmsReadTag(profile, TAGS[c]);
    if (colorant == NULL)
      return false;
    to_xyz[c] = colorant->X;
    to_xyz[3 + c] = colorant->Y;
    to_xyz[6 + c] = colorant->Z;
  }
  const cmsCIEXYZ *d50 = cmsD50_XYZ();
  double white[3] = {d50->X, d50->Y, d50->Z};
  return invert(to_xyz, inverse) && matrix_to_srgb(to_xyz, white, to_srgb);
}

static bool use_matrix(sd_light *light, cmsHPROFILE profile, int sample_bytes) {
  static const cmsTagSignature TAGS[3] = {cmsSigRedTRCTag, cmsSigGreenTRCTag, cmsSigBlueTRCTag};
  for (int c = 0; c < 3; c++)
    if (!fill_tone_curve(light->curve[c], curve_entries(sample_bytes), profile, TAGS[c]))
      return false;
  if (!colorants_to_srgb(profile, light->to_srgb))
    return false;
  snap_to_identity(light->to_srgb);
  return true;
}

static bool use_grey(sd_light *light, cmsHPROFILE profile, int sample_bytes) {
  size_t entries = curve_entries(sample_bytes);
  if (!fill_tone_curve(light->curve[0], entries, profile, cmsSigGrayTRCTag))
    return false;
  for (int c = 1; c < 3; c++)
    memcpy(light->curve[c], light->curve[0], entries * sizeof(float));
  identity(light->to_srgb);
  return true;
}

/* The wide space as a profile for lcms; its white is exactly the PCS white. */
static cmsHPROFILE wide_profile(cmsContext context) {
  const sd_primaries *p = &PRIMARIES_WIDE;
  cmsCIExyY white = {p->white[0], p->white[1], 1};
  cmsCIExyYTRIPLE corners = {
      {p->red[0], p->red[1], 1}, {p->green[0], p->green[1], 1}, {p->blue[0], p->blue[1], 1}};
  cmsToneCurve *gamma = cmsBuildGamma(context, GAMMA_WIDE);
  cmsToneCurve *curves[3] = {gamma, gamma, gamma};
  cmsHPROFILE profile =
      gamma == NULL ? NULL : cmsCreateRGBProfileTHR(context, &white, &corners, curves);
  cmsFreeToneCurve(gamma);
  return profile;
}

static cmsUInt32Number input_format(cmsColorSpaceSignature space, int sample_bytes) {
  cmsUInt32Number bytes = BYTES_SH((cmsUInt32Number)sample_bytes);
  return bytes | COLORSPACE_SH((cmsUInt32Number)_cmsLCMScolorSpace(space)) |
         CHANNELS_SH(cmsChannelsOf(space));
}

static sd_status use_conversion(sd_light *light, cmsHPROFILE profile, int sample_bytes, bool *valid,
                                sd_diag *diag) {
  char name[sizeof light->name];
  cmsHPROFILE wide = wide_profile(light->context);
  cmsHTRANSFORM transform = NULL;
  if (wide != NULL)
    transform = cmsCreateTransformTHR(
        light->context, profile, input_format(cmsGetColorSpace(profile), sample_bytes), wide,
        TYPE_RGB_16, INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_HIGHRESPRECALC | cmsFLAGS_NOCACHE);
  if (wide != NULL)
    cmsCloseProfile(wide);
  *valid = transform != NULL;
  if (transform == NULL)
    return SD_OK;
  void *context = light->context;
  light->context = NULL;
  memcpy(name, light->name, sizeof name);
  sd_status status = sd_light_named(light, SD_SPACE_WIDE, 2, diag);
  memcpy(light->name, name, sizeof name);
  light->context = context;
  light->transform = transform;
  return status;
}

static bool kind_fits(cmsHPROFILE profile, sd_layout layout) {
  cmsProfileClassSignature class = cmsGetDeviceClass(profile);
  if (class != cmsSigInputClass && class != cmsSigDisplayClass && class != cmsSigOutputClass &&
      class != cmsSigColorSpaceClass)
    return false;
  switch (cmsGetColorSpace(profile)) {
  case cmsSigGrayData:
    return sd_layout_colours(layout) == 1;
  case cmsSigRgbData: /* a grey picture with the RGB profile of its editor has R = G = B */
    return sd_layout_colours(layout) == 3 ||
           (sd_layout_colours(layout) == 1 && cmsIsMatrixShaper(profile));
  case cmsSigLabData:
    return sd_layout_colours(layout) == 3;
  case cmsSigCmykData:
    return layout == SD_LAYOUT_CMYK;
  default:
    return false;
  }
}

static bool has_tables(cmsHPROFILE profile) {
  return cmsIsTag(profile, cmsSigAToB0Tag) || cmsIsTag(profile, cmsSigAToB1Tag) ||
         cmsIsTag(profile, cmsSigDToB0Tag) || cmsIsTag(profile, cmsSigDToB1Tag);
}

static void describe(sd_light *light, cmsHPROFILE profile) {
  char text[256] = "";
  cmsGetProfileInfoASCII(profile, cmsInfoDescription, "en", "US", text, sizeof text);
  sd_safe_text(light->name, sizeof light->name, text, sizeof text);
  if (light->name[0] == '\0')
    snprintf(light->name, sizeof light->name, "unnamed profile");
}

static sd_status use_profile(sd_light *light, cmsHPROFILE profile, sd_layout layout,
                             int sample_bytes, bool *valid, sd_diag *diag) {
  *valid = kind_fits(profile, layout);
  if (!*valid)
    return SD_OK;
  describe(light, profile);
  cmsColorSpaceSignature space = cmsGetColorSpace(profile);
  bool matrix = space == cmsSigRgbData && cmsIsMatrixShaper(profile) &&
                (!has_tables(profile) || sd_layout_colours(layout) == 1);
  bool grey = space == cmsSigGrayData && cmsGetPCS(profile) == cmsSigXYZData &&
              cmsIsTag(profile, cmsSigGrayTRCTag);
  if (!matrix && !grey)
    return use_conversion(light, profile, sample_bytes, valid, diag);
  sd_status status = make_curves(light, sample_bytes, diag);
  if (status == SD_OK)
    *valid =
        matrix ? use_matrix(light, profile, sample_bytes) : use_grey(light, profile, sample_bytes);
  return status;
}

sd_status sd_light_icc(sd_light *light, const void *icc, size_t icc_length, sd_layout layout,
                       int sample_bytes, bool *valid, sd_diag *diag) {
  sd_light_clear(light);
  *valid = false;
  if (icc == NULL || icc_length < 128 || icc_length > ICC_BYTES_MAX)
    return SD_OK;
  light->context = cmsCreateContext(NULL, NULL); /* no shared state, and lcms stays silent */
  if (light->context == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for a colour profile");
  cmsHPROFILE profile = cmsOpenProfileFromMemTHR(light->context, icc, (cmsUInt32Number)icc_length);
  sd_status status = SD_OK;
  if (profile != NULL) {
    status = use_profile(light, profile, layout, sample_bytes, valid, diag);
    cmsCloseProfile(profile);
  }
  if (status != SD_OK || !*valid)
    sd_light_clear(light);
  return status;
}

static sd_status assume(sd_light *light, sd_layout layout, int sample_bytes, sd_diag *diag) {
  sd_status status = sd_light_named(light, SD_SPACE_SRGB, sample_bytes, diag);
  light->assumed = true;
  if (layout == SD_LAYOUT_CMYK)
    snprintf(light->name, sizeof light->name, "CMYK");
  return status;
}

sd_status sd_light_choose(sd_light *light, const sd_source *source, const sd_light_facts *facts,
                          sd_layout layout, int sample_bytes, sd_diag *diag) {
  bool valid = false;
  if (source->raw)
    return assume(light, layout, sample_bytes, diag);
  sd_status status =
      sd_light_icc(light, facts->icc, facts->icc_length, layout, sample_bytes, &valid, diag);
  if (status != SD_OK || valid)
    return status;
  if (layout == SD_LAYOUT_CMYK || facts->exif == SD_EXIF_COLOUR_NONE || facts->icc_length > 0)
    return assume(light, layout, sample_bytes, diag);
  return sd_light_named(
      light, facts->exif == SD_EXIF_COLOUR_ADOBE_RGB ? SD_SPACE_ADOBE_RGB : SD_SPACE_SRGB,
      sample_bytes, diag);
}

void sd_light_convert(const sd_light *light, const void *in, uint16_t *out, int pixels) {
  cmsDoTransform(light->transform, in, out, (cmsUInt32Number)pixels);
}
