/* Masks as shapes against their definitions, pixel by pixel. */
#include "face/skin.h"

#include "check.h"

#include <string.h>

enum { WIDTH = 53, HEIGHT = 41, PIXELS = WIDTH * HEIGHT };

static void fill(sd_mask *mask, double share, uint64_t seed) {
  sd_random random = {seed};
  assert_int_equal(sd_mask_make(mask, WIDTH, HEIGHT, NULL), SD_OK);
  for (int k = 0; k < PIXELS; k++)
    mask->v[k] = sd_random_uniform(&random) < share ? 1 : 0;
}

static bool has_near(const sd_mask *mask, int x, int y, double radius) {
  for (int v = 0; v < HEIGHT; v++)
    for (int u = 0; u < WIDTH; u++)
      if (mask->v[v * WIDTH + u] == 1 && (u - x) * (u - x) + (v - y) * (v - y) <= radius * radius)
        return true;
  return false;
}

static void check_grown(const sd_mask *mask, double radius) {
  sd_mask grown = {0};
  assert_int_equal(sd_mask_make(&grown, WIDTH, HEIGHT, NULL), SD_OK);
  memcpy(grown.v, mask->v, PIXELS);
  assert_int_equal(sd_shape_grow(&grown, 1, radius, NULL), SD_OK);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      assert_int_equal(grown.v[y * WIDTH + x], has_near(mask, x, y, radius));
  sd_mask_clear(&grown);
}

static void growing_is_by_distance(void **state) {
  (void)state;
  static const double RADII[] = {0.5, 1, 1.5, 3, 4.7, 12, 90};
  static const double SHARES[] = {0, 0.0006, 0.01, 0.4, 1};
  for (size_t s = 0; s < sizeof SHARES / sizeof *SHARES; s++) {
    sd_mask mask = {0};
    fill(&mask, SHARES[s], s + 1);
    for (size_t r = 0; r < sizeof RADII / sizeof *RADII; r++)
      check_grown(&mask, RADII[r]);
    sd_mask_clear(&mask);
  }
}

static void growing_reaches_the_corners(void **state) {
  (void)state;
  static const int CORNERS[] = {0, WIDTH - 1, PIXELS - WIDTH, PIXELS - 1};
  for (int c = 0; c < 4; c++) {
    sd_mask mask = {0};
    fill(&mask, 0, 1);
    mask.v[CORNERS[c]] = 1;
    check_grown(&mask, 5.2);
    sd_mask_clear(&mask);
  }
}

/* Spreads a number over what touches its place; returns how many pixels. */
static size_t flood(int32_t *number, const sd_mask *mask, int x, int y, int32_t which) {
  if (x < 0 || y < 0 || x >= WIDTH || y >= HEIGHT || mask->v[y * WIDTH + x] == 0 ||
      number[y * WIDTH + x] != 0)
    return 0;
  size_t area = 1;
  number[y * WIDTH + x] = which;
  for (int v = -1; v <= 1; v++)
    for (int u = -1; u <= 1; u++)
      area += flood(number, mask, x + u, y + v, which);
  return area;
}

static void check_components(const sd_mask *mask) {
  static int32_t number[PIXELS], wanted[PIXELS];
  sd_component *list = NULL;
  int count, found = 0;
  memset(wanted, 0, sizeof wanted);
  assert_int_equal(sd_shape_components(&list, &count, number, mask, NULL), SD_OK);
  for (int k = 0; k < PIXELS; k++) {
    size_t area = flood(wanted, mask, k % WIDTH, k / WIDTH, found + 1);
    if (area == 0)
      continue;
    assert_true(found < count);
    assert_int_equal(list[found].first, k);
    assert_int_equal(list[found++].area, area);
  }
  assert_int_equal(found, count);
  assert_memory_equal(number, wanted, sizeof wanted);
  for (int k = 0; k < PIXELS; k++)
    if (number[k] > 0) {
      const sd_component *c = &list[number[k] - 1];
      assert_in_range(k % WIDTH, c->x0, c->x1);
      assert_in_range(k / WIDTH, c->y0, c->y1);
    }
  free(list);
}

static void components_are_what_touches(void **state) {
  (void)state;
  static const double SHARES[] = {0, 0.1, 0.3, 0.38, 0.42, 0.6, 1};
  for (size_t s = 0; s < sizeof SHARES / sizeof *SHARES; s++) {
    sd_mask mask = {0};
    fill(&mask, SHARES[s], 10 + s);
    check_components(&mask);
    sd_mask_clear(&mask);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(growing_is_by_distance),
      cmocka_unit_test(growing_reaches_the_corners),
      cmocka_unit_test(components_are_what_touches),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
