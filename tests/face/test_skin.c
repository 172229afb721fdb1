/* Zones and the skin mask: geometry on real faces, rules on pictures made for them. */
#include "photos.h"

static void paint(sd_photo *photo, int width, int height) {
  *photo = (sd_photo){.width = width, .height = height, .sample_bytes = 1};
  photo->samples = malloc(3 * (size_t)width * (size_t)height);
  for (int c = 0; c < 3; c++) {
    photo->curve[c] = malloc(256 * sizeof(float));
    for (int k = 0; k < 256; k++)
      photo->curve[c][k] = (float)sd_srgb_to_linear(k / 255.0);
    photo->to_srgb[4 * c] = 1;
  }
}

static void set_pixel(sd_photo *photo, int x, int y, int r, int g, int b) {
  uint8_t *p = (uint8_t *)photo->samples + 3 * ((size_t)y * (size_t)photo->width + (size_t)x);
  p[0] = (uint8_t)r;
  p[1] = (uint8_t)g;
  p[2] = (uint8_t)b;
}

/* A cheek filling the frame: skin with a gentle slope of light, for a tone given by its colour. */
static void paint_skin(sd_photo *photo, int side, const int rgb[3]) {
  sd_random random = {5};
  paint(photo, side, side);
  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++) {
      double light = 1 + 0.15 * (x - side / 2) / side;
      double noise = 1.5 * sd_random_normal(&random);
      set_pixel(photo, x, y, (int)(rgb[0] * light + noise), (int)(rgb[1] * light + noise),
                (int)(rgb[2] * light + noise));
    }
}

static const int TONES[5][3] = {
    {232, 190, 172}, {208, 158, 134}, {168, 116, 90}, {118, 76, 56}, {70, 44, 32}};

static void close_ups_of_every_tone_are_skin(void **state) {
  (void)state;
  for (int t = 0; t < 5; t++) {
    sd_photo photo;
    sd_face face = {0};
    sd_skin skin = {0};
    paint_skin(&photo, 300, TONES[t]);
    for (int y = 0; y < 300; y++) /* a grey wall on the right third */
      for (int x = 200; x < 300; x++)
        set_pixel(&photo, x, y, 150, 152, 155);
    assert_int_equal(sd_skin_find(&skin, &photo, &face, NULL, NULL), SD_OK);
    assert_false(skin.from_landmarks);
    assert_int_equal(skin.zone_count, 1);
    assert_string_equal(skin.zones[0].name, "skin");
    check_near((double)skin.zones[0].measured / (300 * 200), 1, 0.08);
    assert_int_not_equal(skin.excluded.v[150 * 300 + 250], SD_MEASURED);
    sd_skin_clear(&skin);
    sd_photo_clear(&photo);
  }
}

static void a_wall_is_no_skin(void **state) {
  (void)state;
  sd_photo photo;
  sd_face face = {0};
  sd_skin skin = {0};
  paint_skin(&photo, 200, (const int[]){150, 152, 158});
  assert_int_equal(sd_skin_find(&skin, &photo, &face, NULL, NULL), SD_OK);
  assert_true(skin.zone_count == 0 || skin.zones[0].measured == 0);
  sd_skin_clear(&skin);
  sd_photo_clear(&photo);
}

static void zone_maps_and_rois(void **state) {
  (void)state;
  sd_photo photo;
  sd_face face = {0};
  sd_skin skin = {0};
  sd_mask map = {0}, roi = {0}, wrong = {0};
  sd_diag diag = {{0}};
  paint_skin(&photo, 100, TONES[1]);
  assert_int_equal(sd_mask_make(&map, 100, 100, NULL), SD_OK);
  assert_int_equal(sd_mask_make(&roi, 100, 100, NULL), SD_OK);
  assert_int_equal(sd_mask_make(&wrong, 99, 100, NULL), SD_OK);
  for (int k = 0; k < 100 * 100; k++) {
    map.v[k] = k % 100 < 50 ? 3 : 7;
    roi.v[k] = k / 100 < 40 ? 255 : 0;
  }
  set_pixel(&photo, 10, 10, 255, 255, 255);
  sd_skin_options options = {.zone_map = &map, .roi = &roi};
  assert_int_equal(sd_skin_find(&skin, &photo, &face, &options, NULL), SD_OK);
  assert_int_equal(skin.zone_count, 2);
  assert_string_equal(skin.zones[0].name, "z3");
  assert_string_equal(skin.zones[1].name, "z7");
  assert_int_equal(skin.zones[0].measured, 50 * 40 - 1);
  assert_int_equal(skin.excluded.v[10 * 100 + 10], SD_EXCLUDED_CLIPPED);
  check_near(skin.zones[1].share_of_skin, 2000.0 / 3999, 1e-6);
  options.zone_map = &wrong;
  assert_int_equal(sd_skin_find(&skin, &photo, &face, &options, &diag), SD_USAGE);
  assert_non_null(strstr(diag.text, "99 x 100"));
  sd_mask_clear(&map);
  sd_mask_clear(&roi);
  sd_mask_clear(&wrong);
  sd_skin_clear(&skin);
  sd_photo_clear(&photo);
}

static const sd_zone *zone(const sd_skin *skin, const char *name) {
  for (int z = 0; z < skin->zone_count; z++)
    if (strcmp(skin->zones[z].name, name) == 0)
      return &skin->zones[z];
  fail_msg("no zone %s", name);
  return NULL;
}

/* Centre of a zone's pixels, in the photo. */
static sd_point centre(const sd_skin *skin, uint8_t label) {
  double x = 0, y = 0, n = 0;
  for (int k = 0; k < skin->crop.width * skin->crop.height; k++)
    if (skin->label.v[k] == label) {
      x += k % skin->crop.width;
      y += k / skin->crop.width;
      n++;
    }
  return (sd_point){skin->crop.x + x / n, skin->crop.y + y / n};
}

static void real_faces_have_all_zones_in_place(void **state) {
  (void)state;
  const char *const photos[] = {"001", "003", "012", "030"};
  need_photos();
  for (int p = 0; p < 4; p++) {
    char path[300];
    sd_photo photo = {0};
    sd_face face;
    sd_skin skin = {0};
    snprintf(path, sizeof path, "%s/london/%s_03.jpg", SD_PHOTOS, photos[p]);
    if (!at_hand(path))
      continue;
    find_in(path, &photo, &face);
    assert_int_equal(sd_skin_find(&skin, &photo, &face, NULL, NULL), SD_OK);
    assert_true(skin.from_landmarks);
    for (int label = SD_ZONE_FOREHEAD; label < SD_ZONE_OTHER; label++)
      assert_int_equal(skin.zones[label - 1].label, label);
    /* the subject's left is the image's right */
    assert_true(centre(&skin, SD_ZONE_LEFT_CHEEK).x > centre(&skin, SD_ZONE_RIGHT_CHEEK).x);
    assert_true(centre(&skin, SD_ZONE_FOREHEAD).y < centre(&skin, SD_ZONE_GLABELLA).y);
    assert_true(centre(&skin, SD_ZONE_PERIORAL).y < centre(&skin, SD_ZONE_CHIN).y);
    assert_true(zone(&skin, "left_cheek")->measured > zone(&skin, "left_cheek")->pixels / 2);
    /* the irises are no skin */
    for (int k = 0; k < 2; k++) {
      int x = (int)face.eyes[k].x - skin.crop.x, y = (int)face.eyes[k].y - skin.crop.y;
      assert_int_equal(skin.excluded.v[y * skin.crop.width + x], SD_EXCLUDED_EYE);
    }
    sd_skin_clear(&skin);
    sd_photo_clear(&photo);
  }
}

/* A mole, a dark brown spot and a red pimple painted on a cheek stay measured: they are what we
 * look at. Edges are as soft as a lens makes them. */
static void marks_stay_measured(void **state) {
  (void)state;
  const double colour[3][3] = {{0.35, 0.28, 0.26}, {0.65, 0.55, 0.45}, {1.0, 0.62, 0.62}};
  const int at[3] = {50, 205, 187}; /* mesh points on the subject's right cheek */
  sd_photo photo = {0};
  sd_face face;
  sd_skin skin = {0};
  need_photos();
  find_in(SD_PHOTOS "/london/003_03.jpg", &photo, &face);
  double radius = 0.03 * face.eye_distance_px; /* about 2 mm */
  for (int m = 0; m < 3; m++)
    for (int y = -20; y <= 20; y++)
      for (int x = -20; x <= 20; x++) {
        int px = (int)face.landmarks[at[m]].x + x, py = (int)face.landmarks[at[m]].y + y;
        double inside = 1 / (1 + exp((hypot(x, y) - radius) / 0.8));
        uint8_t *p = (uint8_t *)photo.samples + 3 * ((size_t)py * (size_t)photo.width + (size_t)px);
        for (int c = 0; c < 3; c++)
          p[c] = (uint8_t)(p[c] * (1 + inside * (colour[m][c] - 1)));
      }
  assert_int_equal(sd_skin_find(&skin, &photo, &face, NULL, NULL), SD_OK);
  for (int m = 0; m < 3; m++) {
    int x = (int)face.landmarks[at[m]].x - skin.crop.x,
        y = (int)face.landmarks[at[m]].y - skin.crop.y;
    int reason = skin.excluded.v[y * skin.crop.width + x];
    if (reason != SD_MEASURED)
      fail_msg("mark %d is left out as %s", m, sd_excluded_name((sd_excluded)reason));
  }
  sd_skin_clear(&skin);
  sd_photo_clear(&photo);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(close_ups_of_every_tone_are_skin),
      cmocka_unit_test(a_wall_is_no_skin),
      cmocka_unit_test(zone_maps_and_rois),
      cmocka_unit_test(real_faces_have_all_zones_in_place),
      cmocka_unit_test(marks_stay_measured),
  };
  return cmocka_run_group_tests(tests, load_models, free_models);
}
