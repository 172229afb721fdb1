/* Smaller pictures: means of what they cover, neither lighter nor shifted. */
#include "check.h"

#include "render/shrink.h"

#include <math.h>

static sd_picture picture_of(int width, int height, uint8_t (*value)(int x, int y, int channel)) {
  sd_picture out = {0};
  assert_int_equal(sd_picture_make(&out, width, height, NULL), SD_OK);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int q = 0; q < 3; q++)
        out.v[3 * ((size_t)y * (size_t)width + (size_t)x) + (size_t)q] = value(x, y, q);
  return out;
}

static int at(const sd_picture *p, int x, int y, int channel) {
  return p->v[3 * ((size_t)y * (size_t)p->width + (size_t)x) + (size_t)channel];
}

static uint8_t even(int x, int y, int channel) {
  (void)x;
  (void)y;
  return (uint8_t)(255 - 100 * channel);
}

static uint8_t noisy(int x, int y, int channel) {
  sd_random random = {(uint64_t)(3 * (1000 * y + x) + channel)};
  return (uint8_t)(sd_random_next(&random) >> 56);
}

static uint8_t slope(int x, int y, int channel) {
  return (uint8_t)(channel == 0 ? 2 * x : channel == 1 ? 2 * y : x + y);
}

static void one_colour_stays_what_it_is(void **state) {
  (void)state;
  sd_picture in = picture_of(97, 61, even), out = {0};
  assert_int_equal(sd_picture_shrink(&out, &in, 40, 23, NULL), SD_OK);
  assert_int_equal(out.width, 40);
  assert_int_equal(out.height, 23);
  for (int y = 0; y < 23; y++)
    for (int x = 0; x < 40; x++)
      for (int q = 0; q < 3; q++)
        assert_int_equal(at(&out, x, y, q), even(0, 0, q));
  sd_picture_clear(&in);
  sd_picture_clear(&out);
}

static void whole_shares_are_means_of_blocks(void **state) {
  (void)state;
  sd_picture in = picture_of(60, 60, noisy), out = {0};
  assert_int_equal(sd_picture_shrink(&out, &in, 20, 30, NULL), SD_OK);
  for (int y = 0; y < 30; y++)
    for (int x = 0; x < 20; x++)
      for (int q = 0; q < 3; q++) {
        int sum = 0;
        for (int k = 0; k < 6; k++)
          sum += at(&in, 3 * x + k % 3, 2 * y + k / 3, q);
        assert_true(abs(at(&out, x, y, q) - (int)lround(sum / 6.0)) <= 1);
      }
  sd_picture_clear(&in);
  sd_picture_clear(&out);
}

/* A ramp has at each new pixel the value of its middle, whatever the ratio: nothing is shifted. */
static void nothing_is_shifted(void **state) {
  (void)state;
  sd_picture in = picture_of(100, 80, slope), out = {0};
  assert_int_equal(sd_picture_shrink(&out, &in, 63, 63, NULL), SD_OK);
  for (int y = 0; y < 63; y++)
    for (int x = 0; x < 63; x++) {
      double u = (x + 0.5) * 100 / 63 - 0.5, v = (y + 0.5) * 80 / 63 - 0.5;
      assert_true(fabs(at(&out, x, y, 0) - 2 * u) < 1.1);
      assert_true(fabs(at(&out, x, y, 1) - 2 * v) < 1.1);
      assert_true(fabs(at(&out, x, y, 2) - u - v) < 1.1);
    }
  sd_picture_clear(&in);
  sd_picture_clear(&out);
}

static void the_same_size_is_the_same_picture(void **state) {
  (void)state;
  sd_picture in = picture_of(31, 17, noisy), out = {0}, dot = {0};
  assert_int_equal(sd_picture_shrink(&out, &in, 31, 17, NULL), SD_OK);
  assert_memory_equal(in.v, out.v, 3 * 31 * 17);
  assert_int_equal(sd_picture_shrink(&dot, &in, 1, 1, NULL), SD_OK);
  assert_true(abs(at(&dot, 0, 0, 0) - 127) < 12);
  sd_picture_clear(&in);
  sd_picture_clear(&out);
  sd_picture_clear(&dot);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_colour_stays_what_it_is),
      cmocka_unit_test(whole_shares_are_means_of_blocks),
      cmocka_unit_test(nothing_is_shifted),
      cmocka_unit_test(the_same_size_is_the_same_picture),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
