/* What was drawn over photos is found, and skin that shades off is left alone. */
#include "check.h"

#include "align/overlay.h"

#include <string.h>

enum { WIDTH = 1000, HEIGHT = 700 };

/* Smooth skin under a lamp that is stronger or stands elsewhere, with as much noise (codes). */
static sd_photo skin(double gain, double lamp_x, double noise, uint64_t seed) {
  sd_photo out = {.width = WIDTH, .height = HEIGHT, .sample_bytes = 1};
  sd_random random = {seed};
  uint8_t *v = malloc((size_t)3 * WIDTH * HEIGHT);
  assert_non_null(v);
  out.samples = v;
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++, v += 3) {
      double dx = (x - lamp_x) / WIDTH, dy = (y - 300.0) / WIDTH;
      double light = gain * (190 - 170 * (dx * dx + dy * dy));
      for (int q = 0; q < 3; q++) {
        double value = light * (1 - 0.15 * q) + noise * sd_random_normal(&random);
        v[q] = (uint8_t)fmin(fmax(value + 0.5, 0), 255);
      }
    }
  return out;
}

static void draw(sd_photo *photo, int left, int top, int width, int height, int r, int g, int b) {
  uint8_t *v = photo->samples;
  for (int y = top; y < top + height; y++)
    for (int x = left; x < left + width; x++) {
      uint8_t *to = v + 3 * ((size_t)y * (size_t)photo->width + (size_t)x);
      to[0] = (uint8_t)r;
      to[1] = (uint8_t)g;
      to[2] = (uint8_t)b;
    }
}

/* Share of the photo's pixels in a rectangle that count as drawn over. */
static double burnt_share(const overlay *o, int left, int top, int width, int height) {
  int burnt = 0, all = 0;
  for (int y = top; y < top + height; y += 5)
    for (int x = left; x < left + width; x += 5, all++)
      burnt += overlay_at(o, x, y);
  return (double)burnt / all;
}

static void clear(sd_photo photo[2], overlay found[2]) {
  for (int p = 0; p < 2; p++) {
    free(photo[p].samples);
    overlay_clear(&found[p]);
  }
}

static void find(overlay found[2], const sd_photo photo[2]) {
  assert_int_equal(overlays_find(found, (const sd_photo *const[2]){&photo[0], &photo[1]}, NULL),
                   SD_OK);
}

/* Whatever the exposures, two photos of smooth skin are equally bright somewhere. */
static void smooth_skin_is_not_drawn(void **state) {
  (void)state;
  static const double GAINS[] = {0.8, 0.91, 1, 1.1}, NOISES[] = {0, 0.7, 1.4};
  for (size_t n = 0; n < 3; n++)
    for (size_t k = 0; k < 4; k++) {
      sd_photo photo[2] = {skin(1, 500, NOISES[n], 1), skin(GAINS[k], 420, NOISES[n], 2)};
      overlay found[2] = {{0}};
      find(found, photo);
      for (int p = 0; p < 2; p++) {
        double share = burnt_share(&found[p], 0, 0, WIDTH, HEIGHT);
        if (share > 0)
          fail_msg("gain %g, noise %g: %.1f %% of photo %d count as drawn over", GAINS[k],
                   NOISES[n], 100 * share, p);
      }
      clear(photo, found);
    }
}

/* A stripe across, a box at the rim and a label, whatever their colour, on clean and noisy skin. */
static void what_both_photos_have_drawn_is_found(void **state) {
  (void)state;
  static const int COLOURS[][3] = {{20, 90, 160}, {200, 30, 60}, {255, 255, 255}, {60, 60, 60}};
  for (size_t n = 0; n < 2; n++)
    for (size_t k = 0; k < 4; k++) {
      const int *c = COLOURS[k];
      sd_photo photo[2] = {skin(1, 500, (double)n, 1), skin(0.93, 470, (double)n, 2)};
      overlay found[2] = {{0}};
      for (int p = 0; p < 2; p++) {
        draw(&photo[p], 0, 170, WIDTH, 60, c[0], c[1], c[2]);
        draw(&photo[p], WIDTH - 140, 0, 140, 90, c[0], c[1], c[2]);
        draw(&photo[p], 103, 407, 181, 70, c[0], c[1], c[2]);
      }
      find(found, photo);
      for (int p = 0; p < 2; p++) {
        assert_true(burnt_share(&found[p], 0, 170, WIDTH, 60) == 1);
        assert_true(burnt_share(&found[p], WIDTH - 140, 0, 140, 90) == 1);
        assert_true(burnt_share(&found[p], 103, 407, 181, 70) == 1);
        assert_true(burnt_share(&found[p], 400, 300, 500, 350) == 0);
      }
      clear(photo, found);
    }
}

/* Bars that follow the eyes lie elsewhere in each photo. */
static void black_bars_are_found_where_they_are(void **state) {
  (void)state;
  sd_photo photo[2] = {skin(1, 500, 1, 1), skin(0.93, 470, 1, 2)};
  overlay found[2] = {{0}};
  draw(&photo[0], 300, 230, 350, 70, 0, 0, 0);
  draw(&photo[1], 320, 420, 350, 70, 0, 0, 0);
  find(found, photo);
  assert_true(burnt_share(&found[0], 300, 230, 350, 70) == 1);
  assert_true(burnt_share(&found[0], 320, 420, 350, 70) == 0);
  assert_true(burnt_share(&found[1], 320, 420, 350, 70) == 1);
  assert_true(burnt_share(&found[1], 300, 230, 350, 70) == 0);
  clear(photo, found);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(smooth_skin_is_not_drawn),
      cmocka_unit_test(what_both_photos_have_drawn_is_found),
      cmocka_unit_test(black_bars_are_found_where_they_are),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
