/* The loops that are cloned for AVX2, against their plain twin: the same bits. On a processor
 * without AVX2 both are the twin. */
#define SD_NO_CLONES
#define sd_map_blur plain_map_blur
#define sd_map_half plain_map_half
#define sd_map_blur_masked plain_map_blur_masked
#define sd_maps_blur_masked plain_maps_blur_masked
#include "base/filter.c"
#undef sd_map_blur
#undef sd_map_half
#undef sd_map_blur_masked
#undef sd_maps_blur_masked
sd_status sd_map_blur(sd_map *out, const sd_map *in, double sigma_px, sd_diag *diag);
sd_status sd_map_blur_masked(sd_map *out, const sd_map *in, const sd_mask *keep, double sigma_px,
                             sd_diag *diag);
sd_status sd_maps_blur_masked(sd_map *out, const sd_map *const *in, int count, const sd_mask *keep,
                              double sigma_px, sd_map *share, sd_diag *diag);

#include "check.h"

static const double SIGMAS[] = {0, 0.4, 1, 2.9, 3.1, 7, 20};
enum { SIGMA_COUNT = sizeof SIGMAS / sizeof SIGMAS[0] };
/* Odd and even, shorter than a vector and than the kernel, and large enough for threads. */
static const int SIDES[][2] = {{1, 1}, {7, 3}, {33, 40}, {130, 67}, {301, 290}};
enum { SIDE_COUNT = sizeof SIDES / sizeof SIDES[0] };

static void fill(sd_map *map, sd_mask *keep, int width, int height) {
  sd_random random = {(uint64_t)width};
  assert_int_equal(sd_map_make(map, width, height, NULL), SD_OK);
  assert_int_equal(sd_mask_make(keep, width, height, NULL), SD_OK);
  for (int k = 0; k < width * height; k++) {
    map->v[k] = (float)sd_random_normal(&random);
    keep->v[k] = sd_random_uniform(&random) < 0.4 ? 0 : 255;
  }
}

static void same_bits(const sd_map *a, const sd_map *b) {
  assert_int_equal(a->width, b->width);
  assert_int_equal(a->height, b->height);
  assert_memory_equal(a->v, b->v, (size_t)a->width * (size_t)a->height * sizeof(float));
}

static void clones_round_as_their_twin(void **state) {
  (void)state;
  for (int n = 0; n < SIDE_COUNT; n++)
    for (int s = 0; s < SIGMA_COUNT; s++) {
      sd_map map = {0}, cloned = {0}, plain = {0};
      sd_mask keep = {0};
      fill(&map, &keep, SIDES[n][0], SIDES[n][1]);
      assert_int_equal(sd_map_blur(&cloned, &map, SIGMAS[s], NULL), SD_OK);
      assert_int_equal(plain_map_blur(&plain, &map, SIGMAS[s], NULL), SD_OK);
      same_bits(&cloned, &plain);
      assert_int_equal(sd_map_blur_masked(&cloned, &map, &keep, SIGMAS[s], NULL), SD_OK);
      assert_int_equal(plain_map_blur_masked(&plain, &map, &keep, SIGMAS[s], NULL), SD_OK);
      same_bits(&cloned, &plain);
      sd_map_clear(&map);
      sd_map_clear(&cloned);
      sd_map_clear(&plain);
      sd_mask_clear(&keep);
    }
}

/* Several maps under one mask are what each is alone, and the share is the blurred mask. */
static void maps_together_are_maps_alone(void **state) {
  (void)state;
  for (int s = 0; s < SIGMA_COUNT; s++) {
    sd_map map[2] = {{0}}, together[2] = {{0}}, alone = {0}, ones = {0}, share = {0};
    const sd_map *const in[2] = {&map[0], &map[1]};
    sd_mask keep = {0};
    fill(&map[0], &keep, 130, 67);
    assert_int_equal(sd_map_copy(&map[1], &map[0], NULL), SD_OK);
    assert_int_equal(sd_map_make(&ones, 130, 67, NULL), SD_OK);
    for (int k = 0; k < 130 * 67; k++) {
      map[1].v[k] *= map[1].v[k];
      ones.v[k] = keep.v[k] != 0;
    }
    assert_int_equal(sd_maps_blur_masked(together, in, 2, &keep, SIGMAS[s], &share, NULL), SD_OK);
    for (int m = 0; m < 2; m++) {
      assert_int_equal(sd_map_blur_masked(&alone, &map[m], &keep, SIGMAS[s], NULL), SD_OK);
      same_bits(&together[m], &alone);
      sd_map_clear(&map[m]);
      sd_map_clear(&together[m]);
    }
    assert_int_equal(sd_map_blur(&ones, &ones, SIGMAS[s], NULL), SD_OK);
    same_bits(&share, &ones);
    sd_map_clear(&alone);
    sd_map_clear(&ones);
    sd_map_clear(&share);
    sd_mask_clear(&keep);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(clones_round_as_their_twin),
      cmocka_unit_test(maps_together_are_maps_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
