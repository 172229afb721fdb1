/* The panels of the drawn comparison against pictures that were looked at and kept. They are
 * compared at a fifth of their size: the mean difference may be 2 of 255 and one value in a hundred
 * may differ by more than 40, which leaves room for another version of the font or the JPEG coder
 * and for nothing that people would see. SD_GOLDENS=write build/tests/render_goldens writes them
 * anew: look at them before keeping them. */
#include "check.h"

#include "render/comparison_fixture.h"

enum { SIDE = 960, SHRINK = 5, FAR = 40 };
static const double MEAN_MAX = 2, FAR_SHARE_MAX = 0.01;

static void golden_path(char out[4096], sd_panel panel) {
  snprintf(out, 4096, "%s/render/goldens/%s.png", SD_TEST_DIR, sd_panel_name(panel));
}

static void decode(sd_picture *out, const void *bytes, size_t length, int shrink) {
  sd_photo photo = {0};
  assert_int_equal(sd_photo_read_memory(&photo, bytes, length, "panel", NULL, NULL), SD_OK);
  sd_rect all = {0, 0, photo.width, photo.height};
  assert_int_equal(sd_photo_picture(out, &photo, all, shrink, NULL), SD_OK);
  sd_photo_clear(&photo);
}

static void keep(sd_panel panel, const sd_picture *picture) {
  char path[4096];
  sd_text png = {0};
  golden_path(path, panel);
  assert_int_equal(sd_encode_png(&png, picture, NULL), SD_OK);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(png.v, 1, png.length, file), png.length);
  assert_int_equal(fclose(file), 0);
  sd_text_clear(&png);
}

static void read_golden(sd_picture *out, sd_panel panel) {
  static char bytes[1 << 20];
  char path[4096];
  golden_path(path, panel);
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    fail_msg("%s is missing", path);
  size_t length = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  decode(out, bytes, length, 1);
}

typedef struct difference {
  double mean, far_share;
} difference;

static difference differ(const sd_picture *a, const sd_picture *b) {
  size_t count = 3 * (size_t)a->width * (size_t)a->height, far = 0;
  double sum = 0;
  for (size_t k = 0; k < count; k++) {
    int d = abs(a->v[k] - b->v[k]);
    sum += d;
    far += d > FAR;
  }
  return (difference){sum / (double)count, (double)far / (double)count};
}

static void compare(sd_panel panel, const sd_picture *seen) {
  sd_picture golden = {0};
  read_golden(&golden, panel);
  if (golden.width != seen->width || golden.height != seen->height)
    fail_msg("%s: %d x %d instead of %d x %d", sd_panel_name(panel), seen->width, seen->height,
             golden.width, golden.height);
  difference d = differ(seen, &golden);
  print_message("%s: differs by %.2f in the mean, %.2f %% of the values by more than %d\n",
                sd_panel_name(panel), d.mean, 100 * d.far_share, FAR);
  assert_true(d.mean <= MEAN_MAX);
  assert_true(d.far_share <= FAR_SHARE_MAX);
  sd_picture_clear(&golden);
}

static void panels_look_as_they_were_kept(void **state) {
  (void)state;
  const char *wish = getenv("SD_GOLDENS");
  fixture *f = fixture_make(NULL);
  sd_pictures pictures = {0};
  int compared = 0;
  assert_int_equal(sd_render(&pictures, &f->comparison, SIDE, NULL), SD_OK);
  for (int k = 0; k < pictures.count; k++) {
    const sd_picture_file *file = &pictures.files[k];
    sd_picture seen = {0};
    if (file->panel == SD_PANEL_BLINK)
      continue;
    decode(&seen, file->bytes.v, file->bytes.length, SHRINK);
    if (wish != NULL && strcmp(wish, "write") == 0)
      keep(file->panel, &seen);
    compare(file->panel, &seen);
    compared++;
    sd_picture_clear(&seen);
  }
  assert_int_equal(compared, SD_PANELS - 1);
  sd_pictures_clear(&pictures);
  fixture_free(f);
}

/* The tolerance is not so wide that a wrong picture would pass. */
static void another_picture_would_fail(void **state) {
  (void)state;
  sd_picture a = {0}, b = {0};
  read_golden(&a, SD_PANEL_CHANGE_MELANIN);
  read_golden(&b, SD_PANEL_CHANGE_HAEMOGLOBIN);
  assert_int_equal(a.width, b.width);
  difference d = differ(&a, &b);
  assert_true(d.mean > MEAN_MAX || d.far_share > FAR_SHARE_MAX);
  sd_picture_clear(&a);
  sd_picture_clear(&b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(panels_look_as_they_were_kept),
      cmocka_unit_test(another_picture_would_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
