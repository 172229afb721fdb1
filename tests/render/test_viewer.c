/* What the viewer shows: both photos on one frame, layers where they belong, zones as polygons. */
#include "check.h"

#include "render/comparison_fixture.h"

#include <png.h>

enum { VIEWER_SIDE = 600 };

static void decode(sd_picture *out, const sd_text *bytes) {
  sd_photo photo = {0};
  assert_int_equal(sd_photo_read_memory(&photo, bytes->v, bytes->length, "viewer", NULL, NULL),
                   SD_OK);
  sd_rect all = {0, 0, photo.width, photo.height};
  assert_int_equal(sd_photo_picture(out, &photo, all, 1, NULL), SD_OK);
  sd_photo_clear(&photo);
}

static void photos_are_shown_at_native_pixels(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_pictures pictures = {0};
  sd_picture shown[2] = {{0}};
  assert_int_equal(sd_render(&pictures, &f->comparison, VIEWER_SIDE / 2, NULL), SD_OK);
  const sd_viewer *v = &pictures.viewer;
  assert_int_equal(v->shrink, 1);
  assert_int_equal(v->width, f->skin[0].crop.width);
  assert_int_equal(v->height, f->skin[0].crop.height);
  double difference = 0;
  for (int k = 0; k < 2; k++)
    decode(&shown[k], &v->pictures[k]);
  for (int k = 0; k < 3 * v->width * v->height; k++)
    difference += abs(shown[0].v[k] - shown[1].v[k]) / (3.0 * v->width * v->height);
  print_message("BEFORE and AFTER laid on it differ by %.2f in the mean\n", difference);
  assert_true(difference < 4);
  sd_picture_clear(&shown[0]);
  sd_picture_clear(&shown[1]);
  sd_pictures_clear(&pictures);
  fixture_free(f);
}

typedef struct layer {
  int width, height;
  uint8_t *rgba;
} layer;

static layer read_layer(const sd_text *bytes) {
  png_image image = {.version = PNG_IMAGE_VERSION};
  assert_true(png_image_begin_read_from_memory(&image, bytes->v, bytes->length));
  image.format = PNG_FORMAT_RGBA;
  layer l = {(int)image.width, (int)image.height, fixture_block(PNG_IMAGE_SIZE(image), 1)};
  assert_true(png_image_finish_read(&image, NULL, l.rgba, 0, NULL));
  return l;
}

/* Red, green, blue and opacity over a photo point of BEFORE. */
static const uint8_t *over(const layer *l, const sd_viewer *v, double x, double y) {
  int i = (int)((x - v->region.x) * l->width / v->region.width);
  int j = (int)((y - v->region.y) * l->height / v->region.height);
  return l->rgba + 4 * ((size_t)j * (size_t)l->width + (size_t)i);
}

static void layers_lie_where_the_change_is(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_pictures pictures = {0};
  assert_int_equal(sd_render(&pictures, &f->comparison, VIEWER_SIDE, NULL), SD_OK);
  const sd_viewer *v = &pictures.viewer;
  for (int k = SD_LAYER_MELANIN; k <= SD_LAYER_RELIEF; k++) {
    layer l = read_layer(&v->layers[k]);
    const uint8_t *less = over(&l, v, 0.66 * FIXTURE_WIDTH, 0.55 * FIXTURE_HEIGHT);
    const uint8_t *more = over(&l, v, 0.34 * FIXTURE_WIDTH, 0.6 * FIXTURE_HEIGHT);
    const uint8_t *none = over(&l, v, 0.5 * FIXTURE_WIDTH, 0.35 * FIXTURE_HEIGHT);
    assert_true(less[3] > 180 && less[2] > less[0]);
    assert_true(more[3] > 180 && more[0] > more[2]);
    assert_true(none[3] < 20);
    free(l.rgba);
  }
  assert_true(v->layers[SD_LAYER_ERROR].length > 0 && v->error_reach_px > 0);
  sd_pictures_clear(&pictures);
  fixture_free(f);
}

/* AFTER's own shift, scale and white balance are taken out: the same skin has the same colour. */
static void levels_of_unchanged_skin_are_alike(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_pictures pictures = {0};
  assert_int_equal(sd_render(&pictures, &f->comparison, VIEWER_SIDE, NULL), SD_OK);
  const sd_viewer *v = &pictures.viewer;
  for (int level = 0; level < SD_LEVELS; level++) {
    layer before = read_layer(&v->levels[level][0]), after = read_layer(&v->levels[level][1]);
    double difference = 0, contrast = 0;
    int count = 0;
    assert_int_equal(before.width, after.width);
    for (int y = before.height / 4; y < 3 * before.height / 4; y++)
      for (int x = before.width / 4; x < 3 * before.width / 4; x++, count++) {
        size_t k = 4 * ((size_t)y * (size_t)before.width + (size_t)x) + 1;
        difference += abs(before.rgba[k] - after.rgba[k]);
        contrast += abs(before.rgba[k] - before.rgba[4 + 1]);
      }
    print_message("level %d: %.1f apart, contrast %.1f\n", level, difference / count,
                  contrast / count);
    assert_true(contrast / count > 8);
    assert_true(difference < 0.25 * contrast);
    free(before.rgba);
    free(after.rgba);
  }
  sd_pictures_clear(&pictures);
  fixture_free(f);
}

/* Shoelace sum over all rings; holes count against. */
static double area_of(const sd_zone_shape *s) {
  double twice = 0;
  size_t first = 0;
  for (size_t r = 0; r < s->ring_count; first = s->ring_ends[r++])
    for (size_t k = first; k < s->ring_ends[r]; k++) {
      sd_point a = s->points[k], b = s->points[k + 1 < s->ring_ends[r] ? k + 1 : first];
      twice += a.x * b.y - b.x * a.y;
    }
  return fabs(twice) / 2;
}

static void zones_keep_their_place_and_size(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_pictures pictures = {0};
  /* a hole in the forehead: its polygon is a ring around it */
  sd_skin *skin = &f->skin[0];
  int w = skin->label.width, h = skin->label.height;
  for (int y = h / 10 + h / 15; y < h / 10 + h / 8; y++)
    for (int x = 2 * w / 5; x < 3 * w / 5; x++)
      skin->label.v[(size_t)y * (size_t)w + (size_t)x] = SD_ZONE_NONE;
  assert_int_equal(sd_render(&pictures, &f->comparison, VIEWER_SIDE, NULL), SD_OK);
  const sd_viewer *v = &pictures.viewer;
  assert_int_equal(v->shape_count, 3);
  for (size_t k = 0; k < v->shape_count; k++) {
    const sd_zone_shape *s = &v->shapes[k];
    double pixels = 0;
    for (int i = 0; i < w * h; i++)
      pixels += skin->label.v[i] == skin->zones[k].label;
    double area = area_of(s) * v->shrink * v->shrink;
    print_message("%s: %zu rings, %zu points, area %.0f of %.0f\n", s->name, s->ring_count,
                  s->point_count, area, pixels);
    assert_string_equal(s->name, skin->zones[k].name);
    assert_int_equal(s->ring_count, k == 0 ? 2 : 1);
    assert_true(s->point_count < 60);
    check_near(area / pixels, 1, 0.05);
    int x = (int)(s->middle.x * v->shrink), y = (int)(s->middle.y * v->shrink);
    assert_int_equal(skin->label.v[(size_t)y * (size_t)w + (size_t)x], skin->zones[k].label);
  }
  sd_pictures_clear(&pictures);
  fixture_free(f);
}

static void no_alignment_no_viewer(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_pictures pictures = {0};
  f->alignment.status = SD_ALIGNMENT_FAILED;
  assert_int_equal(sd_render(&pictures, &f->comparison, VIEWER_SIDE, NULL), SD_OK);
  assert_int_equal(pictures.viewer.width, 0);
  assert_int_equal(pictures.viewer.shape_count, 0);
  sd_pictures_clear(&pictures);
  f->alignment.status = SD_ALIGNMENT_OK;
  f->change.comparability.verdict = SD_NOT_COMPARABLE_PAIR;
  f->change.metric_count = 0; /* refused: photos may be looked at, changes are not shown */
  assert_int_equal(sd_render(&pictures, &f->comparison, VIEWER_SIDE, NULL), SD_OK);
  assert_true(pictures.viewer.width > 0);
  for (int k = SD_LAYER_MELANIN; k <= SD_LAYER_RELIEF; k++)
    assert_int_equal(pictures.viewer.layers[k].length, 0);
  sd_pictures_clear(&pictures);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(photos_are_shown_at_native_pixels),
      cmocka_unit_test(layers_lie_where_the_change_is),
      cmocka_unit_test(levels_of_unchanged_skin_are_alike),
      cmocka_unit_test(zones_keep_their_place_and_size),
      cmocka_unit_test(no_alignment_no_viewer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
