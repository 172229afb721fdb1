/* The panels of a comparison: which exist, that they show the truth, and that they never vary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "render/callouts.h"
#include "render/comparison_fixture.h"

#include <jpeglib.h>
#include <omp.h>
#include <png.h>

enum { SIDE = 600 };

static const sd_picture_file *find(const sd_pictures *pictures, sd_panel panel) {
  for (int i = 0; i < pictures->count; i++)
    if (pictures->files[i].panel == panel)
      return &pictures->files[i];
  return NULL;
}

static void decode(const sd_picture_file *file, sd_picture *out) {
  struct jpeg_decompress_struct codec;
  struct jpeg_error_mgr errors;
  codec.err = jpeg_std_error(&errors);
  jpeg_create_decompress(&codec);
  jpeg_mem_src(&codec, (const unsigned char *)file->bytes.v, file->bytes.length);
  jpeg_read_header(&codec, TRUE);
  jpeg_start_decompress(&codec);
  assert_int_equal(sd_picture_make(out, (int)codec.output_width, (int)codec.output_height, NULL),
                   SD_OK);
  while (codec.output_scanline < codec.output_height) {
    JSAMPROW row = out->v + 3 * (size_t)codec.output_scanline * (size_t)out->width;
    jpeg_read_scanlines(&codec, &row, 1);
  }
  jpeg_finish_decompress(&codec);
  jpeg_destroy_decompress(&codec);
}

static void every_panel_within_its_size(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_pictures pictures = {0};
  assert_int_equal(sd_render(&pictures, &f->comparison, SIDE, NULL), SD_OK);
  assert_int_equal(pictures.count, SD_PANELS);
  for (int i = 0; i < SD_PANELS; i++) {
    const sd_picture_file *file = find(&pictures, (sd_panel)i);
    assert_non_null(file);
    assert_true(file->width > SIDE / 3 && file->width <= SIDE);
    /* one scar is one row of close-ups */
    int least = file->panel == SD_PANEL_SCARS_CLOSEUPS ? SIDE / 8 : SIDE / 3;
    assert_true(file->height > least && file->height <= SIDE);
    assert_string_equal(file->suffix, i == SD_PANEL_BLINK ? ".png" : ".jpg");
  }
  sd_pictures_clear(&pictures);
  fixture_free(f);
}

static void same_bytes_at_any_thread_count(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_pictures pictures[3] = {{0}};
  const int threads[3] = {1, 2, 2};
  for (int i = 0; i < 3; i++) {
    omp_set_num_threads(threads[i]);
    assert_int_equal(sd_render(&pictures[i], &f->comparison, SIDE, NULL), SD_OK);
  }
  for (int i = 1; i < 3; i++)
    for (int k = 0; k < SD_PANELS; k++) {
      assert_int_equal(pictures[i].files[k].bytes.length, pictures[0].files[k].bytes.length);
      assert_memory_equal(pictures[i].files[k].bytes.v, pictures[0].files[k].bytes.v,
                          pictures[0].files[k].bytes.length);
    }
  for (int i = 0; i < 3; i++)
    sd_pictures_clear(&pictures[i]);
  fixture_free(f);
}

/* Mean blue minus red of a map panel around a place of BEFORE. The photo stands centred above a
 * legend of 10.8 text heights. */
static double blueness(const sd_picture *panel, sd_rect crop, double x, double y) {
  double foot = ceil(10.8 * 1.25 * fmax(13, SIDE / 50.0)), height = panel->height - foot;
  double zoom = height / crop.height, left = (panel->width - zoom * crop.width) / 2;
  int x0 = (int)(left + zoom * (x - crop.x)), y0 = (int)(zoom * (y - crop.y)), sum = 0, count = 0;
  for (int j = y0 - 3; j <= y0 + 3; j++)
    for (int i = x0 - 3; i <= x0 + 3; i++, count++) {
      const uint8_t *p = panel->v + 3 * ((size_t)j * (size_t)panel->width + (size_t)i);
      sum += p[2] - p[0];
    }
  return (double)sum / count;
}

static void colours_stand_where_the_change_is(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_pictures pictures = {0};
  sd_picture panel = {0};
  assert_int_equal(sd_render(&pictures, &f->comparison, SIDE, NULL), SD_OK);
  decode(find(&pictures, SD_PANEL_CHANGE_MELANIN), &panel);
  const sd_rect crop = f->skin[0].crop;
  assert_true(blueness(&panel, crop, 0.66 * FIXTURE_WIDTH, 0.55 * FIXTURE_HEIGHT) > 80);
  assert_true(blueness(&panel, crop, 0.34 * FIXTURE_WIDTH, 0.60 * FIXTURE_HEIGHT) < -40);
  assert_true(fabs(blueness(&panel, crop, 0.5 * FIXTURE_WIDTH, 0.25 * FIXTURE_HEIGHT)) < 15);
  sd_picture_clear(&panel);
  sd_pictures_clear(&pictures);
  fixture_free(f);
}

/* The most yellow pixel within eight of a photo point of the panel, where the photo stands below a
 * label and between margins for numbers. */
static int yellow(const sd_picture *panel, sd_rect crop, double x, double y) {
  double em = fmax(13, SIDE / 50.0), margin = round(2 * em), head = round(2.2 * em);
  double zoom = (panel->width - 2 * margin) / crop.width;
  int x0 = (int)(margin + zoom * (x - crop.x)), y0 = (int)(head + zoom * (y - crop.y)), most = 0;
  for (int j = y0 - 8; j <= y0 + 8; j++)
    for (int i = x0 - 8; i <= x0 + 8; i++) {
      const uint8_t *p = panel->v + 3 * ((size_t)j * (size_t)panel->width + (size_t)i);
      int least = p[0] < p[1] ? p[0] : p[1];
      most = least - p[2] > most ? least - p[2] : most;
    }
  return most;
}

static void scars_are_ringed_on_both_dates(void **state) {
  static const double AROUND[4][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
  static const sd_panel PANELS[] = {SD_PANEL_SCARS_BEFORE, SD_PANEL_SCARS_AFTER};
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_pictures pictures = {0};
  const sd_rect crop = f->skin[0].crop;
  assert_int_equal(sd_render(&pictures, &f->comparison, SIDE, NULL), SD_OK);
  for (int k = 0; k < 2; k++) {
    sd_picture panel = {0};
    decode(find(&pictures, PANELS[k]), &panel);
    for (int side = 0; side < 4; side++)
      for (int reach = 0; reach < 3; reach++) { /* middle, outline, well outside */
        double x = FIXTURE_SCAR_X + reach * FIXTURE_SCAR_RADIUS * AROUND[side][0];
        double y = FIXTURE_SCAR_Y + reach * FIXTURE_SCAR_RADIUS * AROUND[side][1];
        assert_true(reach == 1 ? yellow(&panel, crop, x, y) > 80 : yellow(&panel, crop, x, y) < 60);
      }
    sd_picture_clear(&panel);
  }
  sd_pictures_clear(&pictures);
  fixture_free(f);
}

/* Labels stand beside the photo however many there are at one place, and none covers another: rows
 * with ink are told apart by rows without. */
static void labels_cover_neither_skin_nor_each_other(void **state) {
  (void)state;
  enum { COUNT = 12, MARGIN = 60, PHOTO = 300, HIGH = 400 };
  sd_box photo = {MARGIN, 0, PHOTO, HIGH};
  sd_callout callouts[COUNT];
  sd_canvas canvas = {0};
  sd_picture with = {0};
  sd_type type = {.size_px = 16, .bold = true};
  for (int k = 0; k < COUNT; k++)
    callouts[k] = (sd_callout){{MARGIN + 40, 200 + k % 3}, "888", {1, 1, 1, 1}};
  assert_int_equal(sd_canvas_make(&canvas, PHOTO + 2 * MARGIN, HIGH, NULL), SD_OK);
  sd_callouts_draw(&canvas, photo, MARGIN, &type, callouts, COUNT);
  assert_int_equal(sd_canvas_picture(&with, &canvas, NULL), SD_OK);
  int labels = 0;
  bool last = false;
  for (int y = 0; y < HIGH; y++) {
    bool ink = false;
    for (int x = 0; x < MARGIN - 8; x++)
      ink = ink || with.v[3 * (y * with.width + x)] > 150;
    labels += ink && !last;
    last = ink;
  }
  assert_int_equal(labels, COUNT);
  for (int y = 0; y < HIGH; y++) /* beyond where the lines end the photo is as it was */
    for (int x = MARGIN + 44; x < PHOTO + 2 * MARGIN; x++)
      assert_true(with.v[3 * (y * with.width + x)] < 60);
  sd_picture_clear(&with);
  sd_canvas_clear(&canvas);
}

static void aligned_panels_show_the_same_skin(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_pictures pictures = {0};
  sd_picture before = {0}, after = {0};
  assert_int_equal(sd_render(&pictures, &f->comparison, SIDE, NULL), SD_OK);
  decode(find(&pictures, SD_PANEL_ALIGNED_BEFORE), &before);
  decode(find(&pictures, SD_PANEL_ALIGNED_AFTER), &after);
  assert_int_equal(before.width, after.width);
  assert_int_equal(before.height, after.height);
  double sum = 0;
  int count = 0;
  /* the middle half: clear of labels and scale bar */
  for (int y = before.height / 4; y < 3 * before.height / 4; y++)
    for (int x = before.width / 4; x < 3 * before.width / 4; x++, count++)
      sum += abs(before.v[3 * (y * before.width + x)] - after.v[3 * (y * before.width + x)]);
  assert_true(sum / count < 4);
  sd_picture_clear(&before);
  sd_picture_clear(&after);
  sd_pictures_clear(&pictures);
  fixture_free(f);
}

static void failed_alignment_leaves_what_can_be_shown(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_pictures pictures = {0};
  f->alignment.status = SD_ALIGNMENT_FAILED;
  f->change.mm_per_px = NAN;
  assert_int_equal(sd_render(&pictures, &f->comparison, SIDE, NULL), SD_OK);
  assert_int_equal(pictures.count, 2);
  assert_non_null(find(&pictures, SD_PANEL_SIDE_BY_SIDE));
  assert_non_null(find(&pictures, SD_PANEL_ZONES));
  sd_pictures_clear(&pictures);
  fixture_free(f);
}

static void refused_pair_shows_no_change(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_pictures pictures = {0};
  f->change.comparability.verdict = SD_NOT_COMPARABLE_PAIR;
  assert_int_equal(sd_render(&pictures, &f->comparison, SIDE, NULL), SD_OK);
  assert_int_equal(pictures.count, SD_PANELS); /* forced: figures are there */
  f->change.metric_count = 0;
  assert_int_equal(sd_render(&pictures, &f->comparison, SIDE, NULL), SD_OK);
  assert_int_equal(pictures.count, SD_PANELS - 6);
  assert_null(find(&pictures, SD_PANEL_CHANGE_MELANIN));
  assert_null(find(&pictures, SD_PANEL_CHANGE_HAEMOGLOBIN));
  assert_null(find(&pictures, SD_PANEL_CHANGE_RELIEF));
  sd_pictures_clear(&pictures);
  fixture_free(f);
}

static void inspection_is_a_picture(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_text bytes[2] = {{0}};
  for (int i = 0; i < 2; i++)
    assert_int_equal(sd_render_inspection(&bytes[i], &f->photo[0], &f->face[0], &f->skin[0],
                                          &f->quality[0], "bad \xff name.jpg", NULL, NULL),
                     SD_OK);
  png_image image = {.version = PNG_IMAGE_VERSION};
  assert_true(png_image_begin_read_from_memory(&image, bytes[0].v, bytes[0].length));
  assert_true(image.width > 1000 && image.height > 1000);
  png_image_free(&image);
  assert_int_equal(bytes[0].length, bytes[1].length);
  assert_memory_equal(bytes[0].v, bytes[1].v, bytes[0].length);
  sd_text_clear(&bytes[0]);
  sd_text_clear(&bytes[1]);
  /* without a face, skin or quality the photo is still shown */
  assert_int_equal(sd_render_inspection(&bytes[0], &f->photo[0], NULL, NULL, NULL, "x", NULL, NULL),
                   SD_OK);
  assert_true(bytes[0].length > 1000);
  sd_text_clear(&bytes[0]);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_panel_within_its_size),
      cmocka_unit_test(same_bytes_at_any_thread_count),
      cmocka_unit_test(colours_stand_where_the_change_is),
      cmocka_unit_test(scars_are_ringed_on_both_dates),
      cmocka_unit_test(labels_cover_neither_skin_nor_each_other),
      cmocka_unit_test(aligned_panels_show_the_same_skin),
      cmocka_unit_test(failed_alignment_leaves_what_can_be_shown),
      cmocka_unit_test(refused_pair_shows_no_change),
      cmocka_unit_test(inspection_is_a_picture),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
