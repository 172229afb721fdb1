/* The sessions of a course side by side and one after the other: their bar in mm is as long as it
 * says, below the photos. */
#include "check.h"
#include "scardelta/photo.h"
#include "scardelta/render.h"

#include <string.h>

enum { WIDTH = 400, HEIGHT = 300, SHRINK = 2, FRAMES = 3 };
static const double MM_PER_PX =
    0.052; /* a quarter of a frame is 10.4 mm: a bar of 10 mm, 96 pixels */

static void make_frames(sd_frame frames[FRAMES], double mm_per_px) {
  for (int k = 0; k < FRAMES; k++) {
    frames[k] = (sd_frame){.region = {0, 0, SHRINK * WIDTH, SHRINK * HEIGHT},
                           .shrink = SHRINK,
                           .mm_per_px = mm_per_px};
    assert_int_equal(sd_picture_make(&frames[k].picture, WIDTH, HEIGHT, NULL), SD_OK);
    memset(frames[k].picture.v, 90, 3 * (size_t)WIDTH * HEIGHT);
    snprintf(frames[k].label, sizeof frames[k].label, "2025-0%d-01", k + 1);
  }
}

static void read_picture(sd_picture *out, const sd_text *bytes) {
  sd_photo photo = {0};
  assert_int_equal(sd_photo_read_memory(&photo, bytes->v, bytes->length, "frames", NULL, NULL),
                   SD_OK);
  sd_rect all = {0, 0, photo.width, photo.height};
  assert_int_equal(sd_photo_picture(out, &photo, all, 1, NULL), SD_OK);
  sd_photo_clear(&photo);
}

/* The longest run of light pixels in the rows from `top` on. */
static int longest_light(const sd_picture *p, int top) {
  int longest = 0;
  for (int y = top; y < p->height; y++)
    for (int x = 0, run = 0; x < p->width; x++) {
      run = p->v[3 * ((size_t)y * (size_t)p->width + (size_t)x)] > 170 ? run + 1 : 0;
      longest = run > longest ? run : longest;
    }
  return longest;
}

static void bars_are_as_long_as_they_say(void **state) {
  (void)state;
  sd_frame frames[FRAMES];
  int height[2][2];
  for (int known = 0; known < 2; known++) {
    make_frames(frames, known ? MM_PER_PX : NAN);
    for (int moving = 0; moving < 2; moving++) {
      sd_text bytes = {0};
      sd_picture seen = {0};
      assert_int_equal(moving ? sd_render_animation(&bytes, frames, FRAMES, NULL)
                              : sd_render_strip(&bytes, frames, FRAMES, NULL),
                       SD_OK);
      read_picture(&seen, &bytes);
      height[known][moving] = seen.height;
      if (known) {
        int bar = longest_light(&seen, height[0][moving]);
        if (bar < 95 || bar > 101) /* its end ticks have a width */
          fail_msg("%s: the bar of 10 mm is %d pixels long, not 96", moving ? "animation" : "strip",
                   bar);
      }
      sd_picture_clear(&seen);
      sd_text_clear(&bytes);
    }
    for (int k = 0; k < FRAMES; k++)
      sd_frame_clear(&frames[k]);
  }
  assert_true(height[1][0] > height[0][0] && height[1][1] > height[0][1]);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(bars_are_as_long_as_they_say)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
