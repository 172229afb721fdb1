/* Grids, sampling and filters against what mathematics says of them. */
#include "check.h"

#include "scardelta/base.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void fill_plane(sd_map *m, double c, double ax, double ay) {
  for (int y = 0; y < m->height; y++)
    for (int x = 0; x < m->width; x++)
      m->v[(size_t)y * (size_t)m->width + (size_t)x] = (float)(c + ax * x + ay * y);
}

static void sides_are_checked(void **state) {
  (void)state;
  sd_map map = {0};
  sd_diag diag = {{0}};
  assert_int_equal(sd_map_make(&map, 0, 5, &diag), SD_USAGE);
  assert_int_equal(sd_map_make(&map, 70000, 5, &diag), SD_USAGE);
  assert_int_equal(sd_map_make(&map, -1, -1, NULL), SD_USAGE);
  assert_null(map.v);
  assert_true(strlen(diag.text) > 0);
}

static void sampling_is_exact_on_a_plane(void **state) {
  (void)state;
  sd_map map = {0};
  assert_int_equal(sd_map_make(&map, 20, 16, NULL), SD_OK);
  fill_plane(&map, 3, 0.25, -0.5);
  for (double y = 2; y < 12; y += 0.37)
    for (double x = 2; x < 16; x += 0.41) {
      check_near(sd_map_at(&map, x, y), 3 + 0.25 * x - 0.5 * y, 1e-5);
      check_near(sd_map_at_cubic(&map, x, y), 3 + 0.25 * x - 0.5 * y, 1e-5);
    }
  check_near(sd_map_at(&map, -5, -5), 3, 1e-6);
  check_near(sd_map_at_cubic(&map, 900, 15), 3 + 0.25 * 19 - 0.5 * 15, 1e-5);
  sd_map_clear(&map);
}

static void blur_keeps_constants_everywhere(void **state) {
  (void)state;
  sd_map map = {0};
  const double sigmas[] = {0, 0.5, 2, 7.9, 9, 40};
  assert_int_equal(sd_map_make(&map, 61, 37, NULL), SD_OK);
  for (size_t s = 0; s < sizeof sigmas / sizeof sigmas[0]; s++) {
    fill_plane(&map, 5, 0, 0);
    assert_int_equal(sd_map_blur(&map, &map, sigmas[s], NULL), SD_OK);
    for (int k = 0; k < 61 * 37; k++)
      check_near(map.v[k], 5, 1e-4);
  }
  sd_map_clear(&map);
}

/* A point becomes a Gaussian: its variance is sigma^2, its sum 1, on both code paths. */
static void blur_of_a_point(void **state) {
  (void)state;
  const double sigmas[] = {1, 3, 7, 10, 16};
  for (size_t s = 0; s < sizeof sigmas / sizeof sigmas[0]; s++) {
    sd_map map = {0};
    double sum = 0, second = 0;
    assert_int_equal(sd_map_make(&map, 257, 257, NULL), SD_OK);
    map.v[128 * 257 + 128] = 1;
    assert_int_equal(sd_map_blur(&map, &map, sigmas[s], NULL), SD_OK);
    for (int y = 0; y < 257; y++)
      for (int x = 0; x < 257; x++) {
        sum += map.v[y * 257 + x];
        second += map.v[y * 257 + x] * (x - 128) * (x - 128);
      }
    check_near(sum, 1, 2e-3);
    check_near(sqrt(second / sum), sigmas[s], 0.02 * sigmas[s]);
    sd_map_clear(&map);
  }
}

/* Gaussian sum at one place, in double precision and far beyond the truncation. */
static double summed(const sd_map *map, int x, int y, double sigma) {
  double sum = 0, weights = 0;
  for (int v = 0; v < map->height; v++)
    for (int u = 0; u < map->width; u++) {
      double w = exp(-((u - x) * (u - x) + (v - y) * (v - y)) / (2 * sigma * sigma));
      sum += w * map->v[v * map->width + u];
      weights += w;
    }
  return sum / weights;
}

/* White noise holds every frequency: what a smaller map folds down or a truncated kernel leaves out
 * would show. Away from and at borders, for widths that fill no whole run of lanes. */
static void blur_is_the_gaussian_sum(void **state) {
  (void)state;
  const double sigmas[] = {1.3, 2.9, 3.1, 4.5, 6.2, 9, 15};
  sd_random random = {11};
  sd_map noise = {0}, smooth = {0};
  assert_int_equal(sd_map_make(&noise, 203, 117, NULL), SD_OK);
  for (int k = 0; k < 203 * 117; k++)
    noise.v[k] = (float)sd_random_normal(&random);
  for (size_t s = 0; s < sizeof sigmas / sizeof sigmas[0]; s++) {
    double off = 0, all = 0;
    assert_int_equal(sd_map_blur(&smooth, &noise, sigmas[s], NULL), SD_OK);
    for (int y = 0; y < 117; y += 13)
      for (int x = 0; x < 203; x += 7) {
        double truth = summed(&noise, x, y, sigmas[s]);
        off += pow(smooth.v[y * 203 + x] - truth, 2);
        all += truth * truth;
      }
    print_message("sigma %.1f: %.2f %% of the smoothed noise\n", sigmas[s], 100 * sqrt(off / all));
    check_near(sqrt(off / all), 0, 0.015);
  }
  sd_map_clear(&noise);
  sd_map_clear(&smooth);
}

static void masked_blur_ignores_what_is_masked(void **state) {
  (void)state;
  sd_map map = {0}, out = {0};
  sd_mask keep = {0};
  assert_int_equal(sd_map_make(&map, 64, 64, NULL), SD_OK);
  assert_int_equal(sd_mask_make(&keep, 64, 64, NULL), SD_OK);
  for (int k = 0; k < 64 * 64; k++) {
    keep.v[k] = k % 64 < 20 ? 255 : 0;
    map.v[k] = keep.v[k] ? 2 : NAN; /* whatever is masked must not leak */
  }
  assert_int_equal(sd_map_blur_masked(&out, &map, &keep, 2, NULL), SD_OK);
  for (int k = 0; k < 64 * 64; k++) {
    if (keep.v[k])
      check_near(out.v[k], 2, 1e-4);
    if (k % 64 > 40)
      assert_true(isnan(out.v[k]));
  }
  sd_map_clear(&map);
  sd_map_clear(&out);
  sd_mask_clear(&keep);
}

static void halving_keeps_the_mean(void **state) {
  (void)state;
  sd_map map = {0}, half = {0};
  assert_int_equal(sd_map_make(&map, 8, 6, NULL), SD_OK);
  fill_plane(&map, 0, 1, 10);
  assert_int_equal(sd_map_half(&half, &map, NULL), SD_OK);
  assert_int_equal(half.width, 4);
  assert_int_equal(half.height, 3);
  check_near(half.v[1 * 4 + 2], 4.5 + 25, 1e-5); /* centre of the cell: (4.5, 2.5) */
  sd_map_clear(&map);
  sd_map_clear(&half);
}

static void order_statistics(void **state) {
  (void)state;
  float odd[] = {5, NAN, 1, 9}, even[] = {4, 1, 3, 2};
  float many[1001];
  sd_random random = {7};
  check_near(sd_median(odd, 4), 5, 0);
  check_near(sd_median(even, 4), 2.5, 0);
  assert_true(isnan(sd_median((float[]){NAN, NAN}, 2)));
  assert_true(isnan(sd_median(NULL, 0)));
  for (int k = 0; k < 1001; k++) /* a permutation of 0 .. 1000, with runs */
    many[k] = (float)((k * 376) % 1001);
  check_near(sd_quantile(many, 1001, 0.25), 250, 1e-3);
  check_near(sd_quantile(many, 1001, 1), 1000, 0);
  for (int k = 0; k < 1001; k++)
    many[k] = (float)(sd_random_next(&random) % 3); /* many ties */
  double median = sd_median(many, 1001);
  assert_true(median == 0 || median == 1 || median == 2);
}

static int by_value(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

/* Against sorting, for few values and many, with ties, both signs and both zeros. */
static void quantiles_are_those_of_sorting(void **state) {
  (void)state;
  enum { MOST = 60000 };
  static const size_t COUNTS[] = {3, 8191, 8192, MOST};
  static const double SHARES[] = {0, 0.001, 0.25, 0.5, 0.77, 0.98, 1};
  static float v[MOST], sorted[MOST];
  for (size_t n = 0; n < sizeof COUNTS / sizeof COUNTS[0]; n++)
    for (size_t s = 0; s < sizeof SHARES / sizeof SHARES[0]; s++)
      for (int grain = 0; grain < 3; grain++) {
        sd_random random = {n + 1};
        for (size_t k = 0; k < COUNTS[n]; k++) {
          double value = sd_random_normal(&random);
          v[k] = (float)(grain == 0 ? value : grain == 1 ? round(2 * value) : 1 + 1e-4 * value);
        }
        memcpy(sorted, v, COUNTS[n] * sizeof *v);
        qsort(sorted, COUNTS[n], sizeof *sorted, by_value);
        double place = SHARES[s] * (double)(COUNTS[n] - 1);
        size_t low = (size_t)place, high = low + 1 < COUNTS[n] ? low + 1 : low;
        double wanted = sorted[low] + (place - (double)low) * (double)(sorted[high] - sorted[low]);
        check_near(sd_quantile(v, COUNTS[n], SHARES[s]), wanted, 1e-6);
        qsort(v, COUNTS[n], sizeof *v, by_value); /* reordered, none lost */
        for (size_t k = 0; k < COUNTS[n]; k++)
          assert_true(v[k] == sorted[k]);
      }
}

static void random_numbers_repeat_and_spread(void **state) {
  (void)state;
  sd_random a = {42}, b = {42};
  double sum = 0, square = 0;
  for (int k = 0; k < 20000; k++) {
    double v = sd_random_normal(&a);
    check_near(v, sd_random_normal(&b), 0);
    sum += v;
    square += v * v;
  }
  check_near(sum / 20000, 0, 0.03);
  check_near(square / 20000, 1, 0.05);
}

static void rectangles_clip(void **state) {
  (void)state;
  sd_rect r = sd_rect_clip((sd_rect){-5, 3, 20, 2000000000}, 10, 8);
  assert_int_equal(r.x, 0);
  assert_int_equal(r.y, 3);
  assert_int_equal(r.width, 10);
  assert_int_equal(r.height, 5);
  r = sd_rect_clip((sd_rect){50, 50, 5, 5}, 10, 8);
  assert_int_equal(r.width, 0);
  assert_int_equal(r.height, 0);
}

static void text_and_hash(void **state) {
  (void)state;
  char hash[65];
  sd_text text = {0};
  sd_sha256_hex("abc", 3, hash); /* FIPS 180-2, appendix B.1 */
  assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  for (int k = 0; k < 1000; k++)
    sd_text_addf(&text, "%d,", k);
  assert_false(text.failed);
  assert_int_equal(text.length, strlen(text.v));
  assert_int_equal(text.length, 10 * 2 + 90 * 3 + 900 * 4);
  sd_text_clear(&text);
  assert_null(text.v);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sides_are_checked),
      cmocka_unit_test(sampling_is_exact_on_a_plane),
      cmocka_unit_test(blur_keeps_constants_everywhere),
      cmocka_unit_test(blur_of_a_point),
      cmocka_unit_test(blur_is_the_gaussian_sum),
      cmocka_unit_test(masked_blur_ignores_what_is_masked),
      cmocka_unit_test(halving_keeps_the_mean),
      cmocka_unit_test(order_statistics),
      cmocka_unit_test(quantiles_are_those_of_sorting),
      cmocka_unit_test(random_numbers_repeat_and_spread),
      cmocka_unit_test(rectangles_clip),
      cmocka_unit_test(text_and_hash),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
