/* A colour card tells the truth about colours, is found wherever it lies, and a bad one is refused.
 */
#include "check.h"
#include "scene/card.h"

#include "scardelta/render.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

/* Skin from very light to very dark (ITA 61, 45, 31, 9, -18, -47 degrees) and others, CIELAB. */
static const double SKINS[][3] = {{70, 11, 11}, {65, 13, 15}, {61, 13, 18}, {53, 14, 19},
                                  {45, 13, 15}, {36, 9, 13},  {66, 25, 18}, {50, 22, 22}};
enum {
  SKIN_COUNT = sizeof SKINS / sizeof SKINS[0],
  TONES = 6,
  SWATCH = 36,
  WIDTH = 900,
  HEIGHT = 1200
};

typedef struct shot {
  int width, height, tone, jpeg_quality;
  scene_card card;
  scene_camera camera;
} shot;

static shot shot_of(double width_share, double turn_deg, double tilt_deg) {
  shot s = {.width = WIDTH, .height = HEIGHT, .tone = 2, .jpeg_quality = 92};
  s.card = (scene_card){.width_share = width_share, .x_share = 0.5, .y_share = 0.45};
  s.card.turn_deg = turn_deg;
  s.card.tilt_deg = tilt_deg;
  s.camera = scene_camera_plain();
  s.camera.shot_noise = 0.012;
  s.camera.read_noise = 0.002;
  return s;
}

static void put(sd_rgb *light, int x, int y, const double rgb[3], double gain) {
  for (int c = 0; c < 3; c++)
    light->v[3 * ((size_t)y * (size_t)light->width + (size_t)x) + (size_t)c] =
        (float)(gain * rgb[c]);
}

/* Skin with grain, and along the lower edge even swatches of all skins. */
static void paint_skin(sd_rgb *light, int tone) {
  double rgb[3];
  sd_random random = {5};
  sd_card_linear_from_lab(SKINS[tone], rgb);
  for (int y = 0; y < light->height; y++)
    for (int x = 0; x < light->width; x++)
      put(light, x, y, rgb,
          (0.85 + 0.1 * sin(x / 31.0) * sin(y / 23.0)) * (1 + 0.03 * sd_random_normal(&random)));
  for (int k = 0; k < SKIN_COUNT; k++) {
    sd_card_linear_from_lab(SKINS[k], rgb);
    for (int y = light->height - SWATCH; y < light->height; y++)
      for (int x = k * SWATCH; x < (k + 1) * SWATCH; x++)
        put(light, x, y, rgb, 1);
  }
}

static void take(sd_photo *out, const shot *s) {
  sd_rgb light = {0};
  sd_picture picture = {0};
  sd_text jpeg = {0};
  assert_int_equal(sd_rgb_make(&light, s->width, s->height, NULL), SD_OK);
  paint_skin(&light, s->tone);
  if (s->card.width_share > 0)
    scene_card_draw(&light, &s->card);
  assert_int_equal(scene_camera_expose(&picture, &light, &s->camera, NULL), SD_OK);
  assert_int_equal(sd_encode_jpeg(&jpeg, &picture, s->jpeg_quality, NULL), SD_OK);
  assert_int_equal(sd_photo_read_memory(out, jpeg.v, jpeg.length, "card", NULL, NULL), SD_OK);
  sd_rgb_clear(&light);
  sd_picture_clear(&picture);
  sd_text_clear(&jpeg);
}

static sd_colour_reference look_for(const shot *s, const sd_card_request *request) {
  sd_colour_reference reference = {0};
  sd_photo photo = {0};
  take(&photo, s);
  assert_int_equal(sd_colour_reference_find(&reference, &photo, request, NULL), SD_OK);
  sd_photo_clear(&photo);
  return reference;
}

static sd_card_request corners_of(const shot *s) {
  sd_card_request request = {.source = SD_CARD_CORNERS};
  scene_card_corners(&s->card, s->width, s->height, request.corner);
  return request;
}

/* ---- the chart ------------------------------------------------------------------------------ */

static double curve(double t) {
  const double d = 6.0 / 29;
  return t > d * d * d ? cbrt(t) : t / (3 * d * d) + 4.0 / 29;
}

/* Back from linear sRGB to CIELAB under D50, by the matrices of the other direction. */
static void lab_d50(double lab[3], const double rgb[3]) {
  static const double XYZ[3][3] = {{.4124564, .3575761, .1804375},
                                   {.2126729, .7151522, .0721750},
                                   {.0193339, .1191920, .9503041}};
  static const double TO_D50[3][3] = {{1.0478112, .0228866, -.0501270},
                                      {.0295424, .9904844, -.0170491},
                                      {-.0092345, .0150436, .7521316}};
  double d65[3] = {0}, d50[3] = {0};
  for (int r = 0; r < 3; r++)
    for (int c = 0; c < 3; c++)
      d65[r] += XYZ[r][c] * rgb[c];
  for (int r = 0; r < 3; r++)
    for (int c = 0; c < 3; c++)
      d50[r] += TO_D50[r][c] * d65[c];
  double x = curve(d50[0] / 0.96422), y = curve(d50[1]), z = curve(d50[2] / 0.82521);
  lab[0] = 116 * y - 16;
  lab[1] = 500 * (x - y);
  lab[2] = 200 * (y - z);
}

static void chart_is_the_published_one(void **state) {
  (void)state;
  FILE *file = fopen(SD_PHOTOS "/../vectors/colorchecker_lab_d50_2014.csv", "r");
  char line[200], name[40];
  if (file == NULL) {
    print_message("skipped: the published values are absent\n");
    skip();
  }
  assert_non_null(fgets(line, sizeof line, file));
  for (int k = 0; k < SD_CARD_PATCHES; k++) {
    double wanted[3], rgb[3], lab[3];
    assert_non_null(fgets(line, sizeof line, file));
    assert_int_equal(sscanf(line, "%39[^,],%lf,%lf,%lf", name, &wanted[0], &wanted[1], &wanted[2]),
                     4);
    sd_card_patch_colour(k, rgb);
    lab_d50(lab, rgb);
    for (int c = 0; c < 3; c++)
      check_near(lab[c], wanted[c], 0.005);
  }
  fclose(file);
}

static void linear_and_lab_are_inverse(void **state) {
  (void)state;
  for (int k = 0; k < SKIN_COUNT; k++) {
    double rgb[3], lab[3];
    sd_card_linear_from_lab(SKINS[k], rgb);
    sd_lab_from_linear(rgb, lab);
    for (int c = 0; c < 3; c++)
      check_near(lab[c], SKINS[k][c], 1e-4);
  }
}

/* ---- truth ----------------------------------------------------------------------------------- */

/* Largest CIEDE2000 of the swatches against what they are. */
static double worst_swatch(const sd_photo *photo, const sd_colour_reference *reference) {
  double worst = 0;
  for (int k = 0; k < SKIN_COUNT; k++) {
    enum { INSET = 8, PART = SWATCH - 2 * INSET };
    sd_rgb part = {0};
    double rgb[3] = {0}, lab[3];
    sd_rect rect = {k * SWATCH + INSET, photo->height - SWATCH + INSET, PART, PART};
    assert_int_equal(sd_photo_linear(&part, photo, rect, NULL), SD_OK);
    for (size_t i = 0; i < (size_t)PART * PART; i++)
      for (size_t c = 0; c < 3; c++)
        rgb[c] += (double)part.v[3 * i + c] / (PART * PART);
    sd_rgb_clear(&part);
    sd_colour_reference_apply(reference, rgb, rgb);
    sd_lab_from_linear(rgb, lab);
    worst = fmax(worst, sd_ciede2000(lab, SKINS[k]));
  }
  return worst;
}

static void known_light_and_camera_give_true_colours(void **state) {
  (void)state;
  static const struct {
    const char *what;
    scene_camera camera;
    double limit;
  } CASES[] = {
      {"daylight", {.gain = {.9, .9, .9}, .matrix = {1, 0, 0, 0, 1, 0, 0, 0, 1}, .contrast = 1}, 1},
      {"lamp", {.gain = {1, .72, .42}, .matrix = {1, 0, 0, 0, 1, 0, 0, 0, 1}, .contrast = 1}, 1},
      {"shade", {.gain = {.55, .7, .95}, .matrix = {1, 0, 0, 0, 1, 0, 0, 0, 1}, .contrast = 1}, 1},
      {"dark", {.gain = {.3, .3, .3}, .matrix = {1, 0, 0, 0, 1, 0, 0, 0, 1}, .contrast = 1}, 1.5},
      {"camera",
       {.gain = {.85, .85, .85},
        .matrix = {1.12, -.08, -.04, -.06, 1.1, -.04, .02, -.14, 1.12},
        .contrast = 1},
       1.5},
      {"lamp and camera",
       {.gain = {.95, .75, .5},
        .matrix = {.88, .1, .02, .06, .9, .04, .02, .12, .86},
        .contrast = 1},
       1.5},
      {"stray light, contrast",
       {.gain = {.8, .7, .6},
        .matrix = {1.05, -.03, -.02, -.02, 1.04, -.02, 0, -.05, 1.05},
        .contrast = 1.06,
        .stray = .004},
       2},
  };
  for (size_t k = 0; k < sizeof CASES / sizeof CASES[0]; k++) {
    shot s = shot_of(0.4, 12, 15);
    sd_colour_reference reference = {0};
    sd_photo photo = {0};
    s.camera = CASES[k].camera;
    s.camera.shot_noise = 0.012;
    s.camera.read_noise = 0.002;
    take(&photo, &s);
    assert_int_equal(sd_colour_reference_find(&reference, &photo, NULL, NULL), SD_OK);
    double worst = worst_swatch(&photo, &reference);
    double raw = worst_swatch(&photo, &(sd_colour_reference){.usable = false});
    print_message(
        "%-24s %d patches, residual %.2f, skin off by %.2f at most (%.1f as photographed)\n",
        CASES[k].what, reference.patches, reference.residual_mean, worst, raw);
    assert_true(reference.usable);
    check_near(worst, 0, CASES[k].limit);
    assert_true(reference.residual_mean < 2.5);
    sd_photo_clear(&photo);
  }
}

/* A slope of the light over the card is told apart from colour. */
static void sloping_light_is_taken_out(void **state) {
  (void)state;
  shot s = shot_of(0.4, 0, 0);
  s.card.light_slope = 0.3;
  sd_colour_reference r = look_for(&s, NULL);
  assert_true(r.usable);
  assert_true(r.residual_mean < 1.5);
  /* from the first patch's middle to the last's: five sixths of the card */
  check_near(log(1 + r.light_unevenness), 0.3 * 5 / 6, 0.04);
  check_near(r.light_slope[0] * 0.4 * WIDTH, 0.3, 0.04);
}

/* ---- search ---------------------------------------------------------------------------------- */

static bool is_found(const shot *s) {
  sd_colour_reference r = look_for(s, NULL);
  sd_card_request truth = corners_of(s);
  double pitch = s->card.width_share * s->width / SD_CARD_COLUMNS;
  bool found = r.kind == SD_REFERENCE_COLORCHECKER && r.usable && r.searched;
  for (int k = 0; k < 4 && found; k++)
    found =
        hypot(r.corner[k].x - truth.corner[k].x, r.corner[k].y - truth.corner[k].y) < 0.2 * pitch;
  if (!found)
    print_message("not found: width %.2f, turned %.0f, tilted %.0f about %.0f, tone %d: %s\n",
                  s->card.width_share, s->card.turn_deg, s->card.tilt_deg, s->card.tilt_axis_deg,
                  s->tone, r.reason);
  return found;
}

static void found_at_any_size_turn_and_tilt(void **state) {
  (void)state;
  static const double WIDTHS[] = {0.05, 0.08, 0.13, 0.22, 0.36, 0.6};
  static const double TURNS[] = {0, 1, 45, 90, 133, 180, 271};
  int found = 0, all = 0;
  for (size_t w = 0; w < sizeof WIDTHS / sizeof WIDTHS[0]; w++)
    for (size_t t = w % (size_t)every(7); t < sizeof TURNS / sizeof TURNS[0];
         t += (size_t)every(7), all++) {
      shot s = shot_of(WIDTHS[w], TURNS[t], all % 3 == 0 ? 35 : all % 3 == 1 ? 20 : 0);
      s.card.tilt_axis_deg = 40 * all;
      if (WIDTHS[w] < 0.1) { /* small cards are for large photos */
        s.width *= 2;
        s.height *= 2;
      }
      s.tone = all % TONES;
      s.jpeg_quality = 85 + all % 3 * 5;
      found += is_found(&s);
    }
  print_message("found %d of %d\n", found, all);
  assert_int_equal(found, all);
}

static void nothing_is_found_where_no_card_is(void **state) {
  (void)state;
  shot s = shot_of(0, 0, 0);
  sd_colour_reference r = look_for(&s, NULL);
  assert_int_equal(r.kind, SD_REFERENCE_NONE);
  assert_false(r.usable);
  s = shot_of(0.4, 0, 0);
  r = look_for(&s, &(sd_card_request){.source = SD_CARD_NONE});
  assert_int_equal(r.kind, SD_REFERENCE_NONE);
}

static bool is_picture(const char *name) {
  const char *dot = strrchr(name, '.');
  return dot != NULL && (strcmp(dot, ".jpg") == 0 || strcmp(dot, ".png") == 0);
}

static int count_false(const char *folder, int *photos) {
  char path[1024];
  int found = 0, seen = 0;
  snprintf(path, sizeof path, SD_PHOTOS "/%s", folder);
  DIR *directory = opendir(path);
  for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
    sd_photo photo = {0};
    sd_colour_reference r = {0};
    snprintf(path, sizeof path, SD_PHOTOS "/%s/%.200s", folder, entry->d_name);
    if (!is_picture(entry->d_name) || seen++ % every(12) != 0 ||
        sd_photo_read(&photo, path, NULL, NULL) != SD_OK)
      continue;
    assert_int_equal(sd_colour_reference_find(&r, &photo, NULL, NULL), SD_OK);
    if (r.kind != SD_REFERENCE_NONE)
      print_message("a card is seen in %s\n", path);
    found += r.kind != SD_REFERENCE_NONE;
    (*photos)++;
    sd_photo_clear(&photo);
  }
  if (directory != NULL)
    closedir(directory);
  return found;
}

static void no_card_is_seen_in_real_photos(void **state) {
  (void)state;
  static const char *const FOLDERS[] = {
      "london",   "canada",           "lisa",     "zoom", "portraits",
      "pngsuite", "exif-orientation", "odd-jpeg", "."};
  int photos = 0, found = 0;
  for (size_t k = 0; k < sizeof FOLDERS / sizeof FOLDERS[0]; k++)
    found += count_false(FOLDERS[k], &photos);
  if (photos == 0) {
    print_message("skipped: " SD_PHOTOS " is absent\n");
    skip();
  }
  print_message("%d photos\n", photos);
  assert_int_equal(found, 0);
}

/* ---- corners that are given --------------------------------------------------------------------
 */

static void corners_of_patches_or_of_the_card_both_do(void **state) {
  (void)state;
  shot s = shot_of(0.3, 25, 20);
  sd_card_request patches = corners_of(&s), card = patches;
  const double side = 0.18, top = 0.3, bottom = 0.6;
  card.corner[0] = scene_card_at(&s.card, s.width, s.height, -side, -top);
  card.corner[1] = scene_card_at(&s.card, s.width, s.height, SD_CARD_COLUMNS + side, -top);
  card.corner[2] =
      scene_card_at(&s.card, s.width, s.height, SD_CARD_COLUMNS + side, SD_CARD_ROWS + bottom);
  card.corner[3] = scene_card_at(&s.card, s.width, s.height, -side, SD_CARD_ROWS + bottom);
  sd_colour_reference a = look_for(&s, &patches), b = look_for(&s, &card);
  assert_true(a.usable && !a.searched);
  assert_true(b.usable && !b.searched);
  for (int k = 0; k < 4; k++) {
    check_near(b.corner[k].x, patches.corner[k].x, 12);
    check_near(b.corner[k].y, patches.corner[k].y, 12);
  }
  assert_true(a.residual_mean < 1.5 && b.residual_mean < 1.5);
}

static void check_refused(const shot *s, const sd_card_request *request, const char *words) {
  sd_colour_reference r = look_for(s, request);
  print_message("%s\n", r.reason);
  assert_int_equal(r.kind, SD_REFERENCE_COLORCHECKER);
  assert_false(r.usable);
  assert_non_null(strstr(r.reason, words));
}

static void corners_in_another_order_are_told(void **state) {
  (void)state;
  shot s = shot_of(0.4, 10, 10);
  sd_card_request right = corners_of(&s), wrong = right;
  for (int order = 1; order < 4; order++) {
    for (int k = 0; k < 4; k++)
      wrong.corner[k] = right.corner[(k + order) % 4];
    check_refused(&s, &wrong, "wrong order");
  }
  for (int k = 0; k < 4; k++)
    wrong.corner[k] = right.corner[3 - k];
  check_refused(&s, &wrong, "mirror image");
}

static void corners_of_nothing_are_a_mistake(void **state) {
  (void)state;
  shot s = shot_of(0.4, 0, 0);
  sd_photo photo = {0};
  sd_colour_reference r = {0};
  sd_diag diag;
  sd_card_request request = corners_of(&s);
  take(&photo, &s);
  sd_point kept = request.corner[1];
  request.corner[1].x = WIDTH + 5;
  assert_int_equal(sd_colour_reference_find(&r, &photo, &request, &diag), SD_USAGE);
  assert_non_null(strstr(diag.text, "not in the photo"));
  request.corner[1] = request.corner[2]; /* crossed */
  request.corner[2] = kept;
  assert_int_equal(sd_colour_reference_find(&r, &photo, &request, &diag), SD_USAGE);
  assert_int_equal(r.kind, SD_REFERENCE_NONE);
  sd_photo_clear(&photo);
}

/* ---- bad cards
 * ----------------------------------------------------------------------------------- */

static void clipped_card_is_refused(void **state) {
  (void)state;
  shot s = shot_of(0.4, 0, 0);
  for (int c = 0; c < 3; c++)
    s.camera.gain[c] = 2;
  sd_card_request request = corners_of(&s);
  check_refused(&s, &request, "clipped");
  check_refused(&s, NULL, "clipped");
}

static void uneven_light_is_refused(void **state) {
  (void)state;
  shot s = shot_of(0.4, 0, 0);
  s.card.light_slope = -0.8;
  check_refused(&s, NULL, "light on the card differs");
}

static void covered_card_is_refused(void **state) {
  (void)state;
  shot s = shot_of(0.4, 0, 0);
  sd_card_request request = corners_of(&s);
  for (double covered = 0.3; covered < 0.8; covered += 0.2) {
    s.card.covered = covered;
    check_refused(&s, &request, "other colours");
    assert_false(look_for(&s, NULL).usable);
  }
}

static void mirrored_card_is_refused(void **state) {
  (void)state;
  shot s = shot_of(0.4, 20, 0);
  s.card.mirrored = true;
  check_refused(&s, NULL, "mirror image");
}

/* Other colours in the chart's pattern: drawn at random, and the chart's own in other places. */
static void other_colours_are_refused(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 12; seed += (uint64_t)every(5)) {
    double colours[SD_CARD_PATCHES][3];
    sd_random random = {seed};
    for (int k = 0; k < SD_CARD_PATCHES; k++) {
      sd_card_patch_colour((k * 7 + (int)seed) % SD_CARD_PATCHES, colours[k]);
      for (int c = 0; c < 3 && seed % 2 == 0; c++)
        colours[k][c] = 0.02 + 0.8 * sd_random_uniform(&random);
    }
    shot s = shot_of(0.4, 0, 0);
    s.card.colours = (const double(*)[3])colours;
    sd_card_request request = corners_of(&s);
    sd_colour_reference given = look_for(&s, &request);
    assert_false(given.usable);
    assert_true(given.reason[0] != '\0');
    assert_int_equal(look_for(&s, NULL).kind, SD_REFERENCE_NONE);
  }
}

/* A print of the chart in poor inks: pale, and its hues turned. */
static void poor_print_is_refused(void **state) {
  (void)state;
  double colours[SD_CARD_PATCHES][3];
  for (int k = 0; k < SD_CARD_PATCHES; k++) {
    double rgb[3], lab[3];
    sd_card_patch_colour(k, rgb);
    sd_lab_from_linear(rgb, lab);
    double chroma = hypot(lab[1], lab[2]), hue = atan2(lab[2], lab[1]);
    hue += 0.5 * sin(3 * hue + 1);
    chroma *= 0.6 + 0.35 * sin(5 * hue);
    const double inks[3] = {lab[0] + 4 * sin(4 * hue), chroma * cos(hue), chroma * sin(hue)};
    sd_card_linear_from_lab(inks, colours[k]);
  }
  shot s = shot_of(0.4, 0, 0);
  s.card.colours = (const double(*)[3])colours;
  sd_card_request request = corners_of(&s);
  sd_colour_reference r = look_for(&s, &request);
  print_message("%s\n", r.reason);
  assert_false(r.usable);
  assert_false(look_for(&s, NULL).usable);
}

static void tiny_card_is_refused(void **state) {
  (void)state;
  shot s = shot_of(0.028, 0, 0);
  sd_card_request request = corners_of(&s);
  check_refused(&s, &request, "too small");
}

/* ---- grey card
 * ------------------------------------------------------------------------------------ */

static void grey_card_gives_white_balance_and_exposure(void **state) {
  (void)state;
  shot s = shot_of(0.4, 0, 0);
  const double gain[3] = {1, 0.75, 0.5};
  double grey[3];
  double colours[SD_CARD_PATCHES][3];
  for (int k = 0; k < SD_CARD_PATCHES; k++)
    for (int c = 0; c < 3; c++)
      colours[k][c] = 0.18;
  s.card.colours = (const double(*)[3])colours;
  memcpy(s.camera.gain, gain, sizeof gain);
  sd_point middle = scene_card_at(&s.card, s.width, s.height, 2.5, 1.5);
  sd_card_request request = {.source = SD_CARD_GREY,
                             .grey = {(int)middle.x - 15, (int)middle.y - 15, 30, 30}};
  sd_colour_reference r = look_for(&s, &request);
  assert_int_equal(r.kind, SD_REFERENCE_GREY_CARD);
  assert_true(r.usable);
  const double seen[3] = {0.18, 0.18 * 0.75, 0.09};
  sd_colour_reference_apply(&r, seen, grey);
  for (int c = 0; c < 3; c++)
    check_near(grey[c], 0.18, 0.004);
  request.grey.width = 120; /* over the frame's edge */
  r = look_for(&s, &request);
  assert_false(r.usable);
  assert_non_null(strstr(r.reason, "not even"));
}

static void bad_grey_card_is_refused(void **state) {
  (void)state;
  shot s = shot_of(0, 0, 0);
  sd_photo photo = {0};
  sd_colour_reference r = {0};
  for (int c = 0; c < 3; c++)
    s.camera.gain[c] = 8;
  sd_card_request request = {.source = SD_CARD_GREY, .grey = {300, 300, 40, 40}};
  r = look_for(&s, &request);
  assert_false(r.usable);
  assert_non_null(strstr(r.reason, "clipped"));
  take(&photo, &s);
  request.grey.x = WIDTH - 20;
  assert_int_equal(sd_colour_reference_find(&r, &photo, &request, NULL), SD_USAGE);
  request.grey = (sd_rect){10, 10, 3, 3};
  assert_int_equal(sd_colour_reference_find(&r, &photo, &request, NULL), SD_USAGE);
  sd_photo_clear(&photo);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(chart_is_the_published_one),
      cmocka_unit_test(linear_and_lab_are_inverse),
      cmocka_unit_test(known_light_and_camera_give_true_colours),
      cmocka_unit_test(sloping_light_is_taken_out),
      cmocka_unit_test(found_at_any_size_turn_and_tilt),
      cmocka_unit_test(nothing_is_found_where_no_card_is),
      cmocka_unit_test(no_card_is_seen_in_real_photos),
      cmocka_unit_test(corners_of_patches_or_of_the_card_both_do),
      cmocka_unit_test(corners_in_another_order_are_told),
      cmocka_unit_test(corners_of_nothing_are_a_mistake),
      cmocka_unit_test(clipped_card_is_refused),
      cmocka_unit_test(uneven_light_is_refused),
      cmocka_unit_test(covered_card_is_refused),
      cmocka_unit_test(mirrored_card_is_refused),
      cmocka_unit_test(other_colours_are_refused),
      cmocka_unit_test(poor_print_is_refused),
      cmocka_unit_test(tiny_card_is_refused),
      cmocka_unit_test(grey_card_gives_white_balance_and_exposure),
      cmocka_unit_test(bad_grey_card_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
