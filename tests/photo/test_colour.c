/* Colour: the way from samples to linear light, against lcms and published numbers. */
#include "photo/make.h"

#include <math.h>

enum { PATCHES = 216, PATCH_PX = 16, COLUMNS = 18, ROWS = PATCHES / COLUMNS };
enum { WIDTH = COLUMNS * PATCH_PX, HEIGHT = ROWS * PATCH_PX };

/* Steps of 6 x 6 x 6, none so dark that 8 bits alone are coarser than the tolerance. */
static void patch_srgb(int patch, double coded[3]) {
  for (int c = 0; c < 3; c++, patch /= 6)
    coded[c] = (40 + 43 * (patch % 6)) / 255.0;
}

/* The patches as 8-bit samples of `profile`, converted by lcms from sRGB. */
static uint8_t *patches_in(cmsHPROFILE profile) {
  cmsHPROFILE srgb = cmsCreate_sRGBProfile();
  cmsHTRANSFORM transform = cmsCreateTransform(srgb, TYPE_RGB_DBL, profile, TYPE_RGB_DBL,
                                               INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE);
  uint8_t *out = malloc((size_t)WIDTH * HEIGHT * 3);
  for (int patch = 0; patch < PATCHES; patch++) {
    double coded[3], device[3];
    patch_srgb(patch, coded);
    cmsDoTransform(transform, coded, device, 1);
    for (int i = 0; i < PATCH_PX * PATCH_PX; i++) {
      int x = patch % COLUMNS * PATCH_PX + i % PATCH_PX;
      int y = patch / COLUMNS * PATCH_PX + i / PATCH_PX;
      for (int c = 0; c < 3; c++)
        out[3 * (y * WIDTH + x) + c] = (uint8_t)lround(fmin(fmax(device[c], 0), 1) * 255);
    }
  }
  cmsDeleteTransform(transform);
  cmsCloseProfile(srgb);
  return out;
}

static double difference(const sd_photo *photo, const sd_photo *twin, int patch) {
  int x = patch % COLUMNS * PATCH_PX + 7, y = patch / COLUMNS * PATCH_PX + 7;
  double lab[2][3];
  for (int i = 0; i < 2; i++) {
    float rgb[3];
    sd_photo_linear_at(i == 0 ? photo : twin, x, y, rgb);
    sd_lab_from_linear((double[3]){rgb[0], rgb[1], rgb[2]}, lab[i]);
  }
  return sd_ciede2000(lab[0], lab[1]);
}

static void read_patches(sd_photo *out, cmsHPROFILE profile, bool embed, bool jpeg) {
  uint8_t *pixels = patches_in(profile);
  blob icc = embed ? profile_bytes(profile) : (blob){0};
  jpeg_recipe as_jpeg = {
      .width = WIDTH, .height = HEIGHT, .quality = 100, .as_rgb = true, .icc = icc};
  png_recipe as_png = {
      .width = WIDTH, .height = HEIGHT, .depth = 8, .type = PNG_COLOR_TYPE_RGB, .icc = icc};
  blob file = jpeg ? make_jpeg(&as_jpeg, pixels) : make_png(&as_png, pixels);
  must_read(out, file);
  free(file.v);
  free(icc.v);
  free(pixels);
}

static void check_twins(cmsHPROFILE profile, bool jpeg, double limit) {
  cmsHPROFILE srgb = cmsCreate_sRGBProfile();
  sd_photo photo = {0}, twin = {0};
  double worst = 0;
  read_patches(&photo, profile, true, jpeg);
  read_patches(&twin, srgb, false, jpeg);
  assert_false(photo.coding.profile_assumed);
  assert_true(twin.coding.profile_assumed);
  for (int patch = 0; patch < PATCHES; patch++)
    worst = fmax(worst, difference(&photo, &twin, patch));
  print_message("worst CIEDE2000 of %d patches as %s: %.3f\n", PATCHES, jpeg ? "JPEG" : "PNG",
                worst);
  assert_true(worst <= limit);
  assert_true(worst > 0); /* two photos, not one */
  sd_photo_clear(&photo);
  sd_photo_clear(&twin);
  cmsCloseProfile(srgb);
}

static void display_p3_agrees_with_its_srgb_twin(void **state) {
  (void)state;
  cmsHPROFILE p3 = p3_profile();
  check_twins(p3, false, 0.5);
  cmsCloseProfile(p3);
}

/* Without YCbCr, whose rounding to 8 bits would be added to both twins. */
static void the_same_through_jpeg(void **state) {
  (void)state;
  cmsHPROFILE p3 = p3_profile();
  check_twins(p3, true, 0.5);
  cmsCloseProfile(p3);
}

static void adobe_rgb_agrees_with_its_srgb_twin(void **state) {
  (void)state;
  cmsHPROFILE adobe = adobe_profile();
  check_twins(adobe, false, 0.5);
  cmsCloseProfile(adobe);
}

static void colours_outside_srgb_are_kept(void **state) {
  (void)state;
  const uint8_t row[3] = {255, 0, 0};
  cmsHPROFILE p3 = p3_profile();
  png_recipe recipe = {
      .width = 1, .height = 1, .depth = 8, .type = PNG_COLOR_TYPE_RGB, .icc = profile_bytes(p3)};
  blob file = make_png(&recipe, row);
  sd_photo photo = {0};
  float rgb[3];
  must_read(&photo, file);
  sd_photo_linear_at(&photo, 0, 0, rgb);
  /* the red of Display P3 in linear sRGB: 1.2249, -0.0420, -0.0196 (CSS Color 4) */
  assert_true(fabsf(rgb[0] - 1.2249f) < 2e-3f);
  assert_true(fabsf(rgb[1] + 0.0420f) < 2e-3f);
  assert_true(fabsf(rgb[2] + 0.0196f) < 2e-3f);
  sd_photo_clear(&photo);
  free(file.v);
  free(recipe.icc.v);
  cmsCloseProfile(p3);
}

static void a_grey_profile_gives_its_curve(void **state) {
  (void)state;
  cmsCIExyY d50 = {0.3457, 0.3585, 1};
  cmsToneCurve *gamma = cmsBuildGamma(NULL, 2.2);
  cmsHPROFILE grey = cmsCreateGrayProfile(&d50, gamma);
  uint8_t pixels[64];
  memset(pixels, 100, sizeof pixels);
  jpeg_recipe recipe = {
      .width = 8, .height = 8, .channels = 1, .quality = 100, .icc = profile_bytes(grey)};
  blob file = make_jpeg(&recipe, pixels);
  sd_photo photo = {0};
  float rgb[3];
  must_read(&photo, file);
  sd_photo_linear_at(&photo, 3, 3, rgb);
  for (int c = 0; c < 3; c++)
    assert_true(fabs(rgb[c] - pow(100.0 / 255, 2.2)) < 2e-4);
  assert_false(photo.coding.profile_assumed);
  sd_photo_clear(&photo);
  free(file.v);
  free(recipe.icc.v);
  cmsFreeToneCurve(gamma);
  cmsCloseProfile(grey);
}

/* A CMYK profile with tables: CMY is the complement of Lab's L, a and b are shifted by C - M, so
 * that the expected colour is known without any printer. */
static cmsInt32Number ink_to_lab(const cmsUInt16Number in[], cmsUInt16Number out[], void *unused) {
  (void)unused;
  double cover = (in[0] + in[1] + in[2]) / 3.0 / 65535, black = in[3] / 65535.0;
  cmsCIELab lab = {100 * (1 - cover) * (1 - black), 60.0 * (in[1] - in[0]) / 65535, 0};
  cmsFloat2LabEncoded(out, &lab);
  return TRUE;
}

static blob cmyk_profile(void) {
  cmsHPROFILE profile = cmsCreateProfilePlaceholder(NULL);
  cmsPipeline *pipeline = cmsPipelineAlloc(NULL, 4, 3);
  cmsStage *table = cmsStageAllocCLut16bit(NULL, 9, 4, 3, NULL);
  cmsMLU *text = cmsMLUalloc(NULL, 1);
  assert_true(cmsStageSampleCLut16bit(table, ink_to_lab, NULL, 0));
  cmsPipelineInsertStage(pipeline, cmsAT_END, cmsStageAllocToneCurves(NULL, 4, NULL));
  cmsPipelineInsertStage(pipeline, cmsAT_END, table);
  cmsPipelineInsertStage(pipeline, cmsAT_END, cmsStageAllocToneCurves(NULL, 3, NULL));
  cmsSetProfileVersion(profile, 4.3);
  cmsSetDeviceClass(profile, cmsSigOutputClass);
  cmsSetColorSpace(profile, cmsSigCmykData);
  cmsSetPCS(profile, cmsSigLabData);
  cmsMLUsetASCII(text, "en", "US", "Test inks");
  cmsWriteTag(profile, cmsSigProfileDescriptionTag, text);
  cmsWriteTag(profile, cmsSigAToB0Tag, pipeline);
  cmsWriteTag(profile, cmsSigAToB1Tag, pipeline);
  cmsWriteTag(profile, cmsSigMediaWhitePointTag, cmsD50_XYZ());
  blob out = profile_bytes(profile);
  cmsMLUfree(text);
  cmsPipelineFree(pipeline);
  cmsCloseProfile(profile);
  return out;
}

static void inks_go_through_their_profile(void **state) {
  (void)state;
  uint8_t pixels[16 * 16 * 4];
  for (size_t i = 0; i < sizeof pixels; i += 4) /* Adobe: light instead of ink */
    memcpy(pixels + i, (const uint8_t[4]){255, 255 - 153, 255 - 51, 255}, 4);
  jpeg_recipe recipe = {
      .width = 16, .height = 16, .channels = 4, .quality = 100, .icc = cmyk_profile()};
  blob file = make_jpeg(&recipe, pixels);
  sd_photo photo = {0};
  float rgb[3];
  must_read(&photo, file);
  assert_string_equal(photo.coding.profile, "Test inks");
  assert_false(photo.coding.profile_assumed);
  assert_int_equal(photo.sample_bytes, 2);
  sd_photo_linear_at(&photo, 8, 8, rgb);
  /* back to Lab D50 by lcms's own sRGB, to compare with what the profile says: L 73.3, a 36, b 0 */
  double coded[3];
  for (int c = 0; c < 3; c++)
    coded[c] = sd_srgb_from_linear(rgb[c]);
  cmsHPROFILE srgb = cmsCreate_sRGBProfile(), lab = cmsCreateLab4Profile(NULL);
  cmsHTRANSFORM transform = cmsCreateTransform(srgb, TYPE_RGB_DBL, lab, TYPE_Lab_DBL,
                                               INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_NOOPTIMIZE);
  cmsCIELab got;
  cmsDoTransform(transform, coded, &got, 1);
  print_message("inks: L %.2f a %.2f b %.2f\n", got.L, got.a, got.b);
  assert_true(fabs(got.L - 100 * (1 - 0.8 / 3)) < 0.7);
  assert_true(fabs(got.a - 36) < 0.7);
  assert_true(fabs(got.b) < 0.7);
  cmsDeleteTransform(transform);
  cmsCloseProfile(srgb);
  cmsCloseProfile(lab);
  sd_photo_clear(&photo);
  free(file.v);
  free(recipe.icc.v);
}

static void a_damaged_profile_is_srgb_and_said_so(void **state) {
  (void)state;
  uint8_t *scene = make_scene(16, 16);
  blob icc = take_profile_bytes(p3_profile());
  sd_random random = {5};
  for (int round = 0; round < 300; round++) {
    blob broken = {malloc(icc.length), icc.length};
    memcpy(broken.v, icc.v, icc.length);
    size_t from = round == 0 ? 36 : (size_t)(sd_random_next(&random) % icc.length);
    for (size_t i = from; i < icc.length && i < from + 40; i++)
      broken.v[i] = (uint8_t)sd_random_next(&random);
    jpeg_recipe recipe = {.width = 16, .height = 16, .icc = broken};
    blob file = make_jpeg(&recipe, scene);
    sd_photo photo = {0};
    must_read(&photo, file); /* never a failure */
    if (round == 0) {
      assert_true(photo.coding.profile_assumed);
      assert_string_equal(photo.coding.profile, "sRGB");
    }
    for (int i = 0; i < 9; i++)
      assert_true(isfinite(photo.to_srgb[i]));
    sd_photo_clear(&photo);
    free(file.v);
    free(broken.v);
  }
  free(icc.v);
  free(scene);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(display_p3_agrees_with_its_srgb_twin),
                                     cmocka_unit_test(the_same_through_jpeg),
                                     cmocka_unit_test(adobe_rgb_agrees_with_its_srgb_twin),
                                     cmocka_unit_test(colours_outside_srgb_are_kept),
                                     cmocka_unit_test(a_grey_profile_gives_its_curve),
                                     cmocka_unit_test(inks_go_through_their_profile),
                                     cmocka_unit_test(a_damaged_profile_is_srgb_and_said_so)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
