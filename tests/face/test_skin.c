/* Zones where people expect them; marks stay measured; hair, frames, glare and clipping do not. */
#include "face/face_help.h"

typedef struct scene {
  sd_models *models;
  sd_photo photo;
  sd_face face;
  sd_skin *skin;
} scene;

static void find_skin(scene *s, const sd_skin_options *options) {
  assert_int_equal(sd_skin_find(s->skin, &s->photo, &s->face, options, NULL), SD_OK);
}

static scene open_scene(const char *name) {
  scene s = {.models = help_models(), .photo = help_photo(name)};
  s.face = help_find(s.models, &s.photo);
  assert_true(s.face.found);
  s.skin = calloc(1, sizeof *s.skin);
  assert_non_null(s.skin);
  return s;
}

static void close_scene(scene *s) {
  sd_skin_clear(s->skin);
  free(s->skin);
  sd_photo_clear(&s->photo);
  sd_models_free(s->models);
}

static uint8_t at(const sd_skin *skin, const sd_mask *mask, double x, double y) {
  int i = (int)lround(x) - skin->crop.x, j = (int)lround(y) - skin->crop.y;
  assert_true(i >= 0 && j >= 0 && i < mask->width && j < mask->height);
  return mask->v[(size_t)j * (size_t)mask->width + (size_t)i];
}

static const sd_zone *zone_named(const sd_skin *skin, const char *name) {
  for (int i = 0; i < skin->zone_count; i++)
    if (strcmp(skin->zones[i].name, name) == 0)
      return &skin->zones[i];
  fail_msg("no zone %s", name);
  return NULL;
}

static void zones_are_where_people_expect_them(void **state) {
  (void)state;
  static const struct {
    int landmark;
    sd_zone_label label;
  } places[] = {
      {151, SD_ZONE_FOREHEAD},         {4, SD_ZONE_NOSE},          {50, SD_ZONE_RIGHT_CHEEK},
      {280, SD_ZONE_LEFT_CHEEK},       {187, SD_ZONE_RIGHT_CHEEK}, {411, SD_ZONE_LEFT_CHEEK},
      {138, SD_ZONE_RIGHT_CHEEK},      {367, SD_ZONE_LEFT_CHEEK},  {230, SD_ZONE_RIGHT_PERIORBITAL},
      {450, SD_ZONE_LEFT_PERIORBITAL}, {8, SD_ZONE_GLABELLA},      {175, SD_ZONE_CHIN},
      {164, SD_ZONE_PERIORAL},         {18, SD_ZONE_PERIORAL}};
  scene s = open_scene("london/001_03.jpg");
  find_skin(&s, NULL);
  assert_true(s.skin->from_landmarks);
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    sd_landmark p = s.face.landmarks[places[i].landmark];
    assert_int_equal(at(s.skin, &s.skin->label, (double)p.x, (double)p.y), places[i].label);
  }
  /* The subject's left is on the right of the picture. */
  assert_true(s.face.eyes[1].x > s.face.eyes[0].x);
  close_scene(&s);
}

static void shares_add_up(void **state) {
  (void)state;
  scene s = open_scene("london/001_03.jpg");
  find_skin(&s, NULL);
  double total = 0;
  size_t labelled = 0, counted = 0;
  assert_int_equal(s.skin->zone_count, SD_FACE_LABELS - 1);
  for (int i = 0; i < s.skin->zone_count; i++) {
    const sd_zone *zone = &s.skin->zones[i];
    double sum = (double)zone->measured / (double)zone->pixels;
    for (int r = 1; r < SD_EXCLUDED_REASONS; r++)
      sum += zone->excluded[r];
    assert_float_equal(sum, 1, 1e-9);
    total += zone->share_of_skin;
    counted += zone->pixels;
  }
  for (int i = 0; i < s.skin->crop.width * s.skin->crop.height; i++)
    labelled += s.skin->label.v[i] != 0;
  assert_float_equal(total, 1, 1e-9);
  assert_int_equal(labelled, counted);
  close_scene(&s);
}

static void features_are_excluded(void **state) {
  (void)state;
  static const char *const names[] = {"london/001_03.jpg", "london/137_03.jpg", "london/114_03.jpg",
                                      "london/064_08.jpg"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    scene s = open_scene(names[i]);
    find_skin(&s, NULL);
    const sd_landmark *p = s.face.landmarks;
    assert_int_equal(at(s.skin, &s.skin->excluded, s.face.eyes[0].x, s.face.eyes[0].y),
                     SD_EXCLUDED_EYE);
    assert_int_equal(at(s.skin, &s.skin->excluded, (double)p[105].x, (double)p[105].y),
                     SD_EXCLUDED_BROW);
    assert_int_equal(at(s.skin, &s.skin->excluded, (double)p[17].x, (double)p[17].y),
                     SD_EXCLUDED_LIPS);
    /* Bare cheeks are measured on every tone. */
    assert_true(zone_named(s.skin, "left_cheek")->measured >
                0.55 * (double)zone_named(s.skin, "left_cheek")->pixels);
    assert_true(zone_named(s.skin, "right_cheek")->measured >
                0.55 * (double)zone_named(s.skin, "right_cheek")->pixels);
    close_scene(&s);
  }
}

/* A brown spot, a red mark and a dark mole of 2 to 6 mm are what the program is for. */
static void marks_stay_measured(void **state) {
  (void)state;
  static const double brown[3] = {0.78, 0.68, 0.6}, red[3] = {0.95, 0.72, 0.75},
                      mole[3] = {0.45, 0.36, 0.34};
  static const char *const names[] = {"london/001_03.jpg", "london/137_03.jpg",
                                      "london/006_03.jpg"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    scene s = open_scene(names[i]);
    find_skin(&s, NULL);
    double d = s.face.eye_distance_px, before = 0, after = 0;
    sd_landmark cheek = s.face.landmarks[50], other = s.face.landmarks[280];
    struct {
      double x, y, radius;
      const double *gain;
    } marks[] = {{(double)cheek.x, (double)cheek.y + 0.12 * d, 0.045 * d, brown},
                 {(double)cheek.x, (double)cheek.y + 0.3 * d, 0.03 * d, red},
                 {(double)other.x, (double)other.y + 0.2 * d, 0.025 * d, mole}};
    for (size_t k = 0; k < 3; k++)
      before += at(s.skin, &s.skin->excluded, marks[k].x, marks[k].y) == SD_MEASURED;
    for (size_t k = 0; k < 3; k++)
      help_shade(&s.photo, marks[k].x, marks[k].y, marks[k].radius, marks[k].radius, marks[k].gain);
    find_skin(&s, NULL);
    for (size_t k = 0; k < 3; k++)
      after += at(s.skin, &s.skin->excluded, marks[k].x, marks[k].y) == SD_MEASURED;
    assert_true(before == 3 && after == 3);
    close_scene(&s);
  }
}

/* Distance from the middle of the rims, round with a bridge, in eye distances. */
static double from_rims(const sd_face *face, double x, double y) {
  static const double RADIUS = 0.36, BELOW = 0.08;
  double d = face->eye_distance_px, nearest = INFINITY;
  for (int k = 0; k < 2; k++)
    nearest = fmin(nearest,
                   fabs(hypot(x - face->eyes[k].x, y - face->eyes[k].y - BELOW * d) / d - RADIUS));
  if (x > face->eyes[0].x + RADIUS * d && x < face->eyes[1].x - RADIUS * d)
    nearest = fmin(nearest, fabs(y - face->eyes[0].y) / d);
  return nearest;
}

/* Rims of one coded grey with a gleam that comes and goes, 1.5 to 3 mm wide. */
static void draw_spectacles(scene *s, int grey, double width) {
  for (int y = 0; y < s->photo.height; y++)
    for (int x = 0; x < s->photo.width; x++) {
      double gleam = 1 + 0.3 * sin(0.05 * x + 0.03 * y);
      if (from_rims(&s->face, x, y) < width / 2)
        memset(help_pixel(&s->photo, x, y), (int)fmin(grey * gleam, 250), 3);
    }
}

/* Share of the drawn rims that is not measured. */
static double rims_excluded(const scene *s, double width) {
  size_t drawn = 0, excluded = 0;
  for (int y = 0; y < s->skin->crop.height; y++)
    for (int x = 0; x < s->skin->crop.width; x++) {
      size_t i = (size_t)y * (size_t)s->skin->crop.width + (size_t)x;
      if (s->skin->label.v[i] == 0 ||
          from_rims(&s->face, x + s->skin->crop.x, y + s->skin->crop.y) >= width / 2)
        continue;
      drawn++;
      excluded += s->skin->excluded.v[i] != SD_MEASURED;
    }
  return (double)excluded / (double)drawn;
}

/* Black, grey and bright metal on light, brown and dark skin: the rims, and below the eye the skin
 * behind the glass. */
static void spectacles_are_excluded(void **state) {
  (void)state;
  static const char *const names[] = {"london/001_03.jpg", "london/083_03.jpg", "london/006_03.jpg",
                                      "london/137_03.jpg"};
  static const struct {
    int grey;
    double width;
  } frames[] = {{25, 0.05}, {60, 0.024}, {110, 0.04}, {170, 0.024}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    for (size_t k = 0; k < sizeof frames / sizeof *frames; k++) {
      if ((i + k) % (size_t)every(4) != 0)
        continue;
      scene s = open_scene(names[i]);
      draw_spectacles(&s, frames[k].grey, frames[k].width);
      find_skin(&s, NULL);
      double below = 0.3 * s.face.eye_distance_px;
      assert_true(rims_excluded(&s, frames[k].width) > 0.95);
      assert_true(s.skin->excluded_share[SD_EXCLUDED_SPECTACLES] > 0.1);
      assert_true(s.skin->excluded_share[SD_EXCLUDED_SPECTACLES] < 0.25);
      for (int eye = 0; eye < 2; eye++)
        assert_int_equal(
            at(s.skin, &s.skin->excluded, s.face.eyes[eye].x, s.face.eyes[eye].y + below),
            SD_EXCLUDED_SPECTACLES);
      close_scene(&s);
    }
}

/* Fringes, bags and rings under the eyes, wet strands, dark and freckled skin, a beard. */
static void nobody_here_wears_spectacles(void **state) {
  (void)state;
  static const char *const names[] = {"london/143_03.jpg",
                                      "london/003_03.jpg",
                                      "london/114_03.jpg",
                                      "london/137_08.jpg",
                                      "london/021_03.jpg",
                                      "canada/095m.jpg",
                                      "portraits/14ab4af28901fbeb1356b06d2d08ae06.png",
                                      "portraits/100f17892cf7bb12beb12479641fcc4c.png",
                                      "portraits/b51d5fb537246482ef7a7ab63f093cab.png",
                                      "portraits/8bb119b8ca17492392e1e3ea4b811b32.png",
                                      "lisa/lisa1.jpg"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i += (size_t)every(4)) {
    scene s = open_scene(names[i]);
    find_skin(&s, NULL);
    assert_true(s.skin->excluded_share[SD_EXCLUDED_SPECTACLES] < 1e-9);
    close_scene(&s);
  }
}

static void glare_and_clipping_are_excluded(void **state) {
  (void)state;
  scene s = open_scene("london/006_03.jpg");
  double d = s.face.eye_distance_px;
  sd_landmark a = s.face.landmarks[187], b = s.face.landmarks[411];
  for (int j = -2; j <= 2; j++)
    for (int i = -2; i <= 2; i++)
      memset(help_pixel(&s.photo, (int)b.x + i, (int)b.y + j), 255, 3);
  /* The lamp's light on top of the skin's: the same amount in all three channels. */
  for (int j = -(int)(0.03 * d); j <= 0.03 * d; j++)
    for (int i = -(int)(0.03 * d); i <= 0.03 * d; i++)
      for (int k = 0; k < 3; k++) {
        uint8_t *v = help_pixel(&s.photo, (int)a.x + i, (int)a.y + j) + k;
        *v = (uint8_t)fmin(254, 255 * sd_srgb_from_linear(sd_srgb_to_linear(*v / 255.0) + 0.35));
      }
  find_skin(&s, NULL);
  assert_int_equal(at(s.skin, &s.skin->excluded, (double)a.x, (double)a.y), SD_EXCLUDED_GLARE);
  assert_int_equal(at(s.skin, &s.skin->excluded, (double)(int)b.x, (double)(int)b.y),
                   SD_EXCLUDED_CLIPPED);
  close_scene(&s);
}

static double share(const char *photo, sd_excluded reason, const char *zone) {
  scene s = open_scene(photo);
  find_skin(&s, NULL);
  double out = zone_named(s.skin, zone)->excluded[reason];
  close_scene(&s);
  return out;
}

/* 004 wears a beard, 003 a fringe to the brows, 001 neither. */
static void beards_and_fringes_are_seen(void **state) {
  (void)state;
  assert_true(share("london/004_03.jpg", SD_EXCLUDED_BEARD, "chin") > 0.8);
  assert_true(share("london/001_03.jpg", SD_EXCLUDED_BEARD, "chin") < 0.05);
  assert_true(share("london/003_03.jpg", SD_EXCLUDED_HAIR, "forehead") > 0.6);
  assert_true(share("london/001_03.jpg", SD_EXCLUDED_HAIR, "forehead") < 0.15);
  /* A woman's hair beside her cheek, and a smile in light of two colours, are no beards. */
  assert_true(share("portraits/14ab4af28901fbeb1356b06d2d08ae06.png", SD_EXCLUDED_HAIR,
                    "right_cheek") > 0.2);
  assert_true(share("portraits/14ab4af28901fbeb1356b06d2d08ae06.png", SD_EXCLUDED_BEARD,
                    "right_cheek") < 0.05);
  assert_true(
      share("portraits/b51d5fb537246482ef7a7ab63f093cab.png", SD_EXCLUDED_BEARD, "perioral") < 0.1);
}

/* ---- without landmarks --------------------------------------------------------------------- */

static void a_close_up_is_skin(void **state) {
  (void)state;
  static const char *const names[] = {"london/001_03.jpg", "london/137_03.jpg",
                                      "london/006_03.jpg"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    scene s = open_scene(names[i]);
    int side = (int)(0.5 * s.face.eye_distance_px);
    sd_landmark p = s.face.landmarks[205];
    sd_photo crop = help_blank(side, side);
    for (int y = 0; y < side; y++)
      memcpy(help_pixel(&crop, 0, y),
             help_pixel(&s.photo, (int)p.x - side / 2, (int)p.y - side / 2 + y), 3 * (size_t)side);
    sd_face none = {0};
    assert_int_equal(sd_skin_find(s.skin, &crop, &none, NULL, NULL), SD_OK);
    assert_false(s.skin->from_landmarks);
    assert_int_equal(s.skin->zone_count, 1);
    assert_string_equal(s.skin->zones[0].name, "skin");
    assert_int_equal(s.skin->crop.width, side);
    assert_true((double)s.skin->zones[0].measured > 0.75 * side * side);
    sd_photo_clear(&crop);
    close_scene(&s);
  }
}

static void the_model_leaves_the_background_out(void **state) {
  (void)state;
  scene s = open_scene("london/001_03.jpg");
  sd_face none = {0};
  assert_int_equal(sd_skin_find(s.skin, &s.photo, &none, NULL, NULL), SD_OK);
  sd_landmark cheek = s.face.landmarks[187];
  assert_int_equal(at(s.skin, &s.skin->label, (double)cheek.x, (double)cheek.y), SD_ZONE_OTHER);
  assert_int_equal(at(s.skin, &s.skin->label, 20, 20), 0);
  assert_int_equal(at(s.skin, &s.skin->label, s.photo.width - 20, 700), 0);
  close_scene(&s);
}

/* The wall is larger, smoother and, in warm light, nearly of a colour that skin can have. */
static void a_warm_wall_is_no_skin(void **state) {
  (void)state;
  enum { WIDTH = 400, HEIGHT = 300, RADIUS = 70 };
  sd_photo photo = help_blank(WIDTH, HEIGHT);
  sd_face none = {0};
  sd_skin *skin = calloc(1, sizeof *skin);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++) {
      bool inside = hypot(x - 120, y - 170) < RADIUS;
      int grain = inside ? (x * 7 + y * 13) % 9 - 4 : 0;
      uint8_t wall[3] = {172, 164, 151}, cheek[3] = {150, 104, 80};
      for (int c = 0; c < 3; c++)
        help_pixel(&photo, x, y)[c] = (uint8_t)((inside ? cheek[c] : wall[c]) + grain);
    }
  assert_int_equal(sd_skin_find(skin, &photo, &none, NULL, NULL), SD_OK);
  assert_int_equal(at(skin, &skin->label, 120, 170), SD_ZONE_OTHER);
  assert_int_equal(at(skin, &skin->label, 320, 80), 0);
  double disc = 3.14159 * RADIUS * RADIUS;
  assert_true((double)skin->zones[0].measured > 0.6 * disc);
  assert_true((double)skin->zones[0].measured < 1.05 * disc);
  sd_skin_clear(skin);
  free(skin);
  sd_photo_clear(&photo);
}

static void grey_is_no_skin(void **state) {
  (void)state;
  sd_photo photo = help_blank(300, 200);
  sd_face none = {0};
  sd_skin *skin = calloc(1, sizeof *skin);
  assert_int_equal(sd_skin_find(skin, &photo, &none, NULL, NULL), SD_OK);
  assert_int_equal(skin->zone_count, 1);
  assert_int_equal(skin->zones[0].measured, 0);
  sd_skin_clear(skin);
  free(skin);
  sd_photo_clear(&photo);
}

/* ---- zone map, region of interest, alpha ------------------------------------------------------
 */

static sd_photo skin_coloured(int width, int height) {
  sd_photo photo = help_blank(width, height);
  for (int i = 0; i < width * height; i++)
    memcpy((uint8_t *)photo.samples + 3 * i, (const uint8_t[]){190, 140, 115}, 3);
  return photo;
}

static void a_zone_map_makes_its_own_zones(void **state) {
  (void)state;
  sd_photo photo = skin_coloured(120, 80);
  sd_mask map = {0}, roi = {0}, wrong = {0};
  sd_face none = {0};
  sd_diag diag = {{0}};
  sd_skin *skin = calloc(1, sizeof *skin);
  assert_int_equal(sd_mask_make(&map, 120, 80, NULL), SD_OK);
  assert_int_equal(sd_mask_make(&roi, 120, 80, NULL), SD_OK);
  assert_int_equal(sd_mask_make(&wrong, 80, 120, NULL), SD_OK);
  for (int i = 0; i < 120 * 80; i++) {
    map.v[i] = i % 120 < 30 ? 2 : i % 120 < 90 ? 200 : 0;
    roi.v[i] = i / 120 < 40 ? 255 : 0;
  }
  memset(help_pixel(&photo, 10, 10), 255, 3);
  sd_skin_options options = {.zone_map = &map, .roi = &roi};
  assert_int_equal(sd_skin_find(skin, &photo, &none, &options, &diag), SD_OK);
  assert_int_equal(skin->zone_count, 2);
  const sd_zone *zone = zone_named(skin, "z2");
  assert_int_equal(zone->label, 2);
  assert_int_equal(zone->pixels, 30 * 80);
  assert_int_equal(zone_named(skin, "z200")->measured, 60 * 40);
  assert_float_equal(zone->excluded[SD_EXCLUDED_OUTSIDE], 0.5, 1e-9);
  assert_float_equal(zone->excluded[SD_EXCLUDED_CLIPPED], 1.0 / 2400, 1e-9);
  options.roi = &wrong;
  assert_int_equal(sd_skin_find(skin, &photo, &none, &options, &diag), SD_USAGE);
  assert_non_null(strstr(diag.text, "80 x 120"));
  options = (sd_skin_options){.zone_map = &wrong};
  assert_int_equal(sd_skin_find(skin, &photo, &none, &options, &diag), SD_USAGE);
  sd_mask_clear(&map);
  sd_mask_clear(&roi);
  sd_mask_clear(&wrong);
  sd_skin_clear(skin);
  free(skin);
  sd_photo_clear(&photo);
}

static void transparent_pixels_are_not_measured(void **state) {
  (void)state;
  sd_photo photo = skin_coloured(100, 100);
  sd_face none = {0};
  sd_skin *skin = calloc(1, sizeof *skin);
  assert_int_equal(sd_mask_make(&photo.opaque, 100, 100, NULL), SD_OK);
  memset(photo.opaque.v, 255, 50 * 100);
  assert_int_equal(sd_skin_find(skin, &photo, &none, NULL, NULL), SD_OK);
  assert_int_equal(skin->zones[0].measured, 50 * 100);
  assert_float_equal(skin->excluded_share[SD_EXCLUDED_TRANSPARENT], 0.5, 1e-9);
  sd_skin_clear(skin);
  free(skin);
  sd_photo_clear(&photo);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(zones_are_where_people_expect_them),
      cmocka_unit_test(shares_add_up),
      cmocka_unit_test(features_are_excluded),
      cmocka_unit_test(marks_stay_measured),
      cmocka_unit_test(spectacles_are_excluded),
      cmocka_unit_test(nobody_here_wears_spectacles),
      cmocka_unit_test(glare_and_clipping_are_excluded),
      cmocka_unit_test(beards_and_fringes_are_seen),
      cmocka_unit_test(a_close_up_is_skin),
      cmocka_unit_test(the_model_leaves_the_background_out),
      cmocka_unit_test(a_warm_wall_is_no_skin),
      cmocka_unit_test(grey_is_no_skin),
      cmocka_unit_test(a_zone_map_makes_its_own_zones),
      cmocka_unit_test(transparent_pixels_are_not_measured),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
