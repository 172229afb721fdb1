/* What the maps show, value by value: where the colours lie, how strong they are, what is hatched.
 */
#include "check.h"

#include "render/comparison_fixture.h"
#include "render/nice.h"

enum { MAPS_SIDE = 600 };

typedef struct bench {
  fixture *f;
  sd_picture panel;
} bench;

static void set_up(bench *b) {
  *b = (bench){.f = fixture_make(NULL)};
}

/* Draws all panels and keeps the pixels of one. */
static void draw(bench *b, sd_panel panel) {
  sd_pictures pictures = {0};
  sd_photo file = {0};
  assert_int_equal(sd_render(&pictures, &b->f->comparison, MAPS_SIDE, NULL), SD_OK);
  for (int i = 0; i < pictures.count; i++)
    if (pictures.files[i].panel == panel) {
      const sd_text *bytes = &pictures.files[i].bytes;
      assert_int_equal(sd_photo_read_memory(&file, bytes->v, bytes->length, "panel", NULL, NULL),
                       SD_OK);
    }
  sd_rect all = {0, 0, file.width, file.height};
  assert_int_equal(sd_photo_picture(&b->panel, &file, all, 1, NULL), SD_OK);
  sd_photo_clear(&file);
  sd_pictures_clear(&pictures);
}

static void tear_down(bench *b) {
  sd_picture_clear(&b->panel);
  fixture_free(b->f);
}

/* The photo's place in a panel: centred above a legend of 10.8 text heights; the map of the
 * registration error fills the right half. */
static sd_point place(const bench *b, double x, double y, bool right_half) {
  sd_rect crop = b->f->skin[0].crop;
  double em = 1.25 * fmax(13, MAPS_SIDE / 50.0), gap = round(0.6 * em);
  double room = right_half ? floor((MAPS_SIDE - gap) / 2) : b->panel.width;
  double height = b->panel.height - ceil(10.8 * em), zoom = height / crop.height;
  double left = (room - zoom * crop.width) / 2 + (right_half ? room + gap : 0);
  return (sd_point){left + zoom * (x - crop.x), zoom * (y - crop.y)};
}

static int by_size(const void *a, const void *b) {
  return *(const uint8_t *)a - *(const uint8_t *)b;
}

/* Median colour of 9 x 9 panel pixels about a place of BEFORE: what lies between the lines that
 * tell less from more. */
static void colour_at(double rgb[3], const bench *b, double x, double y, bool right_half) {
  sd_point p = place(b, x, y, right_half);
  for (int c = 0; c < 3; c++) {
    uint8_t values[81];
    for (int k = 0; k < 81; k++) {
      int i = (int)p.x + k % 9 - 4, j = (int)p.y + k / 9 - 4;
      values[k] = b->panel.v[3 * ((size_t)j * (size_t)b->panel.width + (size_t)i) + (size_t)c];
    }
    qsort(values, 81, 1, by_size);
    rgb[c] = values[40];
  }
}

/* Mean step of brightness from a pixel to its neighbour in (dx, dy), about a place of BEFORE. */
static double steps_along(const bench *b, double x, double y, int dx, int dy) {
  sd_point p = place(b, x, y, false);
  double sum = 0;
  for (int j = -10; j < 10; j++)
    for (int i = -10; i < 10; i++) {
      const uint8_t *v = b->panel.v + 3 * ((size_t)((int)p.y + j) * (size_t)b->panel.width +
                                           (size_t)((int)p.x + i));
      const uint8_t *w = v + 3 * (dx + dy * b->panel.width);
      sum += abs(v[0] + v[1] + v[2] - w[0] - w[1] - w[2]) / 3.0;
    }
  return sum / 400;
}

/* One value all over, certain right of the middle only, not measured above a third. */
static void fill(sd_change_map *map, float value) {
  for (int y = 0; y < map->value.height; y++)
    for (int x = 0; x < map->value.width; x++) {
      size_t k = (size_t)y * (size_t)map->value.width + (size_t)x;
      map->value.v[k] = 3 * y < map->value.height ? NAN : value;
      map->certain.v[k] = 3 * y >= map->value.height && 2 * x > map->value.width ? 255 : 0;
    }
}

static double colourfulness(const double rgb[3]) {
  return fmax(rgb[0], fmax(rgb[1], rgb[2])) - fmin(rgb[0], fmin(rgb[1], rgb[2]));
}

static void certain_is_strong_and_chance_is_faint(void **state) {
  (void)state;
  static const sd_panel PANELS[] = {SD_PANEL_CHANGE_MELANIN, SD_PANEL_CHANGE_HAEMOGLOBIN,
                                    SD_PANEL_CHANGE_RELIEF};
  for (int k = 0; k < 3; k++)
    for (int sign = -1; sign <= 1; sign += 2) {
      bench b;
      double certain[3], faint[3], unknown[3];
      set_up(&b);
      sd_change_map *maps[] = {&b.f->change.melanin, &b.f->change.haemoglobin, &b.f->change.relief};
      fill(maps[k], 0.3f * (float)sign);
      draw(&b, PANELS[k]);
      colour_at(certain, &b, 0.66 * FIXTURE_WIDTH, 0.6 * FIXTURE_HEIGHT, false);
      colour_at(faint, &b, 0.34 * FIXTURE_WIDTH, 0.6 * FIXTURE_HEIGHT, false);
      colour_at(unknown, &b, 0.6 * FIXTURE_WIDTH, 0.2 * FIXTURE_HEIGHT, false);
      print_message("%s %+d: colour %.0f where certain, %.0f where faint, %.0f where unknown\n",
                    sd_panel_name(PANELS[k]), sign, colourfulness(certain), colourfulness(faint),
                    colourfulness(unknown));
      assert_true((certain[2] - certain[0]) * sign < -40); /* less is blue, more is orange */
      assert_true(colourfulness(certain) > 2.5 * colourfulness(faint));
      assert_true(colourfulness(faint) > 4);
      assert_true(colourfulness(unknown) < 3); /* grey */
      tear_down(&b);
    }
}

/* A print in grey tells less from more: by lines, level for less and upright for more. */
static void signs_are_told_without_colour(void **state) {
  (void)state;
  for (int sign = -1; sign <= 1; sign += 2) {
    bench b;
    set_up(&b);
    memset(b.f->photo[0].samples, 120, 3 * FIXTURE_WIDTH * FIXTURE_HEIGHT);
    fill(&b.f->change.melanin, 0.25f * (float)sign);
    draw(&b, SD_PANEL_CHANGE_MELANIN);
    double across = steps_along(&b, 0.66 * FIXTURE_WIDTH, 0.6 * FIXTURE_HEIGHT, 1, 0);
    double down = steps_along(&b, 0.66 * FIXTURE_WIDTH, 0.6 * FIXTURE_HEIGHT, 0, 1);
    print_message("%+d: steps of grey %.1f across, %.1f down\n", sign, across, down);
    assert_true(sign < 0 ? down > 8 && down > 4 * across : across > 8 && across > 4 * down);
    tear_down(&b);
  }
}

/* A colour says the same in every report: a certain change is as pale or strong as it is large,
 * whatever else the pair shows. */
static void colours_mean_the_same_in_all_reports(void **state) {
  (void)state;
  static const float AROUND[] = {0.03f, 5};
  double rgb[2][3], strong[3];
  for (int k = 0; k < 3; k++) {
    bench b;
    set_up(&b);
    fill(&b.f->change.melanin, k == 2 ? 0.3f : 0.1f);
    sd_change_map *map = &b.f->change.melanin;
    for (int i = 0; k < 2 && i < map->value.width * 4; i++) /* the upper edge: another change */
      map->value.v[i] = AROUND[k], map->certain.v[i] = 255;
    draw(&b, SD_PANEL_CHANGE_MELANIN);
    colour_at(k == 2 ? strong : rgb[k], &b, 0.66 * FIXTURE_WIDTH, 0.6 * FIXTURE_HEIGHT, false);
    tear_down(&b);
  }
  for (int c = 0; c < 3; c++)
    check_near(rgb[0][c], rgb[1][c], 3);
  assert_true(colourfulness(strong) > 2 * colourfulness(rgb[0]));
}

/* What lies within the noise leaves the face grey, however large that noise is. */
static void noise_is_quiet(void **state) {
  (void)state;
  static const double NOISE[] = {0.02, 0.2};
  for (int k = 0; k < 2; k++) {
    bench b;
    double rgb[3], most = 0;
    set_up(&b);
    sd_change_map *map = &b.f->change.haemoglobin;
    map->noise = NOISE[k];
    for (int i = 0; i < map->value.width * map->value.height; i++) {
      map->value.v[i] = (float)(1.8 * NOISE[k] * sin(i * 0.37));
      map->certain.v[i] = 0;
    }
    draw(&b, SD_PANEL_CHANGE_HAEMOGLOBIN);
    for (int y = 3; y < 8; y++)
      for (int x = 3; x < 8; x++) {
        colour_at(rgb, &b, x / 10.0 * FIXTURE_WIDTH, y / 10.0 * FIXTURE_HEIGHT, false);
        most = fmax(most, colourfulness(rgb));
      }
    print_message("noise of %g OD: colour %.1f at most\n", NOISE[k], most);
    assert_true(most < 3);
    tear_down(&b);
  }
}

/* A scar that changed shows its own change on the map of relief, one that did not shows nothing. */
static void scars_and_map_agree(void **state) {
  (void)state;
  bench b;
  double changed[3], same[3];
  set_up(&b);
  fill(&b.f->change.relief, 0);
  memset(b.f->change.relief.certain.v, 0,
         (size_t)b.f->change.relief.value.width * (size_t)b.f->change.relief.value.height);
  draw(&b, SD_PANEL_CHANGE_RELIEF);
  colour_at(changed, &b, b.f->scars[0].scar.x, b.f->scars[0].scar.y, false);
  colour_at(same, &b, b.f->scars[1].scar.x, b.f->scars[1].scar.y, false);
  print_message("colour %.0f on the scar that changed, %.0f on the other\n", colourfulness(changed),
                colourfulness(same));
  assert_true(changed[2] - changed[0] > 40); /* less relief is blue */
  assert_true(colourfulness(same) < 3);
  tear_down(&b);
}

/* What was not measured is hatched inside the zones, and nowhere else. */
static void unknown_skin_is_hatched(void **state) {
  (void)state;
  bench b;
  double spread[2] = {0};
  set_up(&b);
  memset(b.f->photo[0].samples, 90, 3 * FIXTURE_WIDTH * FIXTURE_HEIGHT);
  fill(&b.f->change.relief, 0);
  for (int k = 0; k < b.f->change.relief.value.width * b.f->change.relief.value.height; k++)
    b.f->change.relief.value.v[k] = NAN;
  draw(&b, SD_PANEL_CHANGE_RELIEF);
  /* the right cheek; the strip between both cheeks, which is in no zone */
  const double at[2][2] = {{200, 330}, {240, 330}};
  for (int k = 0; k < 2; k++) {
    sd_point p = place(&b, at[k][0], at[k][1], false);
    int low = 255, high = 0;
    for (int j = -8; j <= 8; j++)
      for (int i = -8; i <= 8; i++) {
        int v =
            b.panel
                .v[3 * ((size_t)((int)p.y + j) * (size_t)b.panel.width + (size_t)((int)p.x + i))];
        low = v < low ? v : low;
        high = v > high ? v : high;
      }
    spread[k] = high - low;
  }
  print_message("contrast of the hatch: %.0f on skin, %.0f beside it\n", spread[0], spread[1]);
  assert_true(spread[0] > 25);
  assert_true(spread[1] < 5);
  tear_down(&b);
}

/* The further off, the darker; no colour where there is no counterpart. */
static void error_of_registration_grows_darker(void **state) {
  (void)state;
  bench b;
  double exact[3], poor[3], none[3];
  set_up(&b);
  sd_map *error = &b.f->alignment.error_map;
  for (int j = 0; j < error->height; j++)
    for (int i = 0; i < error->width; i++)
      error->v[(size_t)j * (size_t)error->width + (size_t)i] = 3 * j < error->height  ? NAN
                                                               : 2 * i > error->width ? 4.5f
                                                                                      : 0.3f;
  draw(&b, SD_PANEL_REGISTRATION);
  colour_at(exact, &b, 0.3 * FIXTURE_WIDTH, 0.7 * FIXTURE_HEIGHT, true);
  colour_at(poor, &b, 0.7 * FIXTURE_WIDTH, 0.7 * FIXTURE_HEIGHT, true);
  colour_at(none, &b, 0.5 * FIXTURE_WIDTH, 0.1 * FIXTURE_HEIGHT, true);
  print_message("green %.0f where exact, %.0f where poor; colour without counterpart %.0f\n",
                exact[1], poor[1], colourfulness(none));
  assert_true(exact[1] > poor[1] + 60);
  assert_true(colourfulness(none) < 3);
  tear_down(&b);
}

static void figures_of_bars_are_round(void **state) {
  (void)state;
  static const double CASES[][3] = {{0.03, 0.05, 0.02}, {1, 1, 1},    {7, 10, 5},
                                    {0.2, 0.2, 0.2},    {21, 50, 20}, {999, 1000, 500}};
  for (size_t k = 0; k < sizeof CASES / sizeof CASES[0]; k++) {
    check_near(sd_nice_above(CASES[k][0]) / CASES[k][1], 1, 1e-9);
    check_near(sd_nice_below(CASES[k][0]) / CASES[k][2], 1, 1e-9);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(certain_is_strong_and_chance_is_faint),
      cmocka_unit_test(signs_are_told_without_colour),
      cmocka_unit_test(colours_mean_the_same_in_all_reports),
      cmocka_unit_test(noise_is_quiet),
      cmocka_unit_test(scars_and_map_agree),
      cmocka_unit_test(unknown_skin_is_hatched),
      cmocka_unit_test(error_of_registration_grows_darker),
      cmocka_unit_test(figures_of_bars_are_round),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
