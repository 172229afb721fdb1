/* Published colour differences and the curves of sRGB and CIELAB. */
#include "check.h"

#include "scardelta/base.h"

/* Sharma, Wu and Dalal 2005, table 1: the pairs that catch the usual mistakes (grey axis, hue mean
 * across 0 degrees, hues 180 degrees apart, the blue rotation). */
static const double PAIRS[][7] = {
    {50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425},
    {50, -1.3802, -84.2814, 50, 0, -82.7485, 1.0000},
    {50, 0, 0, 50, -1, 2, 2.3669},
    {50, 2.49, -0.001, 50, -2.49, 0.0009, 7.1792},
    {50, 2.49, -0.001, 50, -2.49, 0.0011, 7.2195},
    {50, -0.001, 2.49, 50, 0.0009, -2.49, 4.8045},
    {50, -0.001, 2.49, 50, 0.0011, -2.49, 4.7461},
    {50, 2.5, 0, 50, 0, -2.5, 4.3065},
    {50, 2.5, 0, 73, 25, -18, 27.1492},
    {50, 2.5, 0, 56, -27, -3, 31.9030},
    {60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644},
    {2.0776, 0.0795, -1.1350, 0.9033, -0.0636, -0.5514, 0.9082},
};

static void ciede2000_published(void **state) {
  (void)state;
  for (size_t k = 0; k < sizeof PAIRS / sizeof PAIRS[0]; k++) {
    check_near(sd_ciede2000(PAIRS[k], PAIRS[k] + 3), PAIRS[k][6], 5e-5);
    check_near(sd_ciede2000(PAIRS[k] + 3, PAIRS[k]), PAIRS[k][6], 5e-5);
  }
}

/* The whole table, where the folder of vectors is at hand beside the photos. */
static void ciede2000_whole_table(void **state) {
  (void)state;
  FILE *file = fopen(SD_PHOTOS "/../vectors/sharma34.csv", "r");
  char line[256];
  int rows = 0;
  if (file == NULL) {
    print_message("skipped: " SD_PHOTOS "/../vectors/sharma34.csv is absent\n");
    skip();
  }
  while (fgets(line, sizeof line, file) != NULL) {
    double v[8];
    int n = sscanf(line, "%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf", &v[0], &v[1], &v[2], &v[3], &v[4],
                   &v[5], &v[6], &v[7]);
    const double *first = n == 8 ? v + 1 : v; /* some tables number their rows */
    if (n < 7)
      continue;
    check_near(sd_ciede2000(first, first + 3), first[6], 6e-5);
    rows++;
  }
  fclose(file);
  assert_int_equal(rows, 34);
}

static void srgb_curve(void **state) {
  (void)state;
  check_near(sd_srgb_to_linear(0.04045), 0.0031308, 1e-7);
  check_near(sd_srgb_to_linear(0.5), 0.21404114, 1e-8);
  check_near(sd_srgb_to_linear(-0.5), -0.21404114, 1e-8);
  for (int code = 0; code < 256; code++)
    assert_int_equal(sd_srgb8_from_linear((float)sd_srgb_to_linear(code / 255.0)), code);
  for (float linear = 0; linear < 1; linear += 1.7e-6f)
    assert_int_equal(sd_srgb8_from_linear(linear),
                     (int)(255 * sd_srgb_from_linear((double)linear) + 0.5));
  assert_int_equal(sd_srgb8_from_linear(-1), 0);
  assert_int_equal(sd_srgb8_from_linear(NAN), 0);
  assert_int_equal(sd_srgb8_from_linear(7), 255);
}

static void lab_of_primaries(void **state) {
  (void)state;
  double lab[3];
  sd_lab_from_linear((const double[]){1, 1, 1}, lab);
  check_near(lab[0], 100, 1e-4);
  check_near(hypot(lab[1], lab[2]), 0, 0.02);
  sd_lab_from_linear((const double[]){1, 0, 0}, lab); /* Lindbloom's calculator, sRGB red, D65 */
  check_near(lab[0], 53.2408, 2e-3);
  check_near(lab[1], 80.0925, 2e-2);
  check_near(lab[2], 67.2032, 2e-2);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ciede2000_published),
      cmocka_unit_test(ciede2000_whole_table),
      cmocka_unit_test(srgb_curve),
      cmocka_unit_test(lab_of_primaries),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
