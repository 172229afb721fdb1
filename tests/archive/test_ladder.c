/* One thing at a time goes wrong with the second photo of untouched skin, very light and very
 * dark: blur, noise, compression, lamp, exposure, white balance, distance. Whatever the step,
 * nothing may be called improved. */
#include "scene/studio.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 700, QUALITY = 94 };

typedef struct rung {
  const char *name;
  double blur_px, noise, side_deg, height_deg, stops, red, blue, scale;
  int quality;
} rung;

/* `noise` and `scale` are factors, the rest is added; 0 quality: as the first photo. */
static const rung RUNGS[] = {
    {.name = "blur 1.2 px", .blur_px = 1.2, .noise = 1, .red = 1, .blue = 1, .scale = 1},
    {.name = "noise x 4", .noise = 4, .red = 1, .blue = 1, .scale = 1},
    {.name = "JPEG 50", .noise = 1, .red = 1, .blue = 1, .scale = 1, .quality = 50},
    {.name = "lamp 30 to the side", .side_deg = 30, .noise = 1, .red = 1, .blue = 1, .scale = 1},
    {.name = "lamp 8 higher", .height_deg = 8, .noise = 1, .red = 1, .blue = 1, .scale = 1},
    {.name = "0.6 stops darker", .stops = -0.6, .noise = 1, .red = 1, .blue = 1, .scale = 1},
    {.name = "cold white balance", .noise = 1, .red = 0.9, .blue = 1.1, .scale = 1},
    {.name = "further away", .noise = 1, .red = 1, .blue = 1, .scale = 1.2},
};
static const scene_session UNTOUCHED = {1, 1, 1};
enum { RUNG_COUNT = sizeof RUNGS / sizeof RUNGS[0] };

static scene_shot shot_of(const rung *r) {
  scene_shot shot = scene_shot_portrait(WIDTH);
  shot.blur_px += r->blur_px;
  shot.shot_noise *= r->noise;
  shot.read_noise *= r->noise;
  shot.lamp_azimuth_deg += r->side_deg;
  shot.lamp_elevation_deg += r->height_deg;
  shot.exposure_ev += r->stops;
  shot.white_balance[0] *= r->red;
  shot.white_balance[2] *= r->blue;
  shot.mm_per_px *= r->scale;
  shot.noise_seed += 1;
  return shot;
}

/* Rows with a verdict of change for the better; a refused pair has none. */
static int improved(const char *rung_name, int tone) {
  sd_text json = {0};
  sd_diag diag = {{0}};
  char before[128], after[128], out[128];
  snprintf(before, sizeof before, "%s/a.jpg", folder);
  snprintf(after, sizeof after, "%s/b.jpg", folder);
  snprintf(out, sizeof out, "%s/out", folder);
  sd_job_options options = {.models_path = SD_MODEL_DIR "/" SD_MODELS_FILE};
  sd_status status = sd_compare(before, after, out, &options, &json, NULL, &diag);
  if (status != SD_OK && status != SD_NOT_COMPARABLE)
    fail_msg("%s, tone %d: %s", rung_name, tone, diag.text);
  json_t *result = json_loadb(json.v, json.length, 0, NULL), *row;
  int count = 0;
  size_t k;
  json_array_foreach(json_object_get(result, "metrics"), k, row) {
    if (strcmp(json_string_value(json_object_get(row, "verdict")), "improved") != 0)
      continue;
    print_message("%s, tone %d: %s of %s improved by %.3f\n", rung_name, tone,
                  json_string_value(json_object_get(row, "name")),
                  json_string_value(json_object_get(row, "zone")),
                  json_number_value(json_object_get(row, "change")));
    count++;
  }
  if (status == SD_OK)
    assert_true(k > 0);
  json_decref(result);
  sd_text_clear(&json);
  return count;
}

static void climb(int tone) {
  scene_subject subject;
  sd_diag diag = {{0}};
  scene_shot first = scene_shot_portrait(WIDTH);
  int told = 0;
  if (scene_sample_subject(&subject, 23, tone, models, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  photograph_as("a.jpg", &subject, UNTOUCHED, &first, QUALITY, NULL);
  for (int k = 0; k < RUNG_COUNT; k++) {
    scene_shot later = shot_of(&RUNGS[k]);
    photograph_as("b.jpg", &subject, UNTOUCHED, &later,
                  RUNGS[k].quality > 0 ? RUNGS[k].quality : QUALITY, NULL);
    told += improved(RUNGS[k].name, tone);
  }
  assert_int_equal(told, 0);
}

static void very_light_skin(void **state) {
  (void)state;
  climb(0);
}

static void very_dark_skin(void **state) {
  (void)state;
  climb(5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(very_light_skin),
      cmocka_unit_test(very_dark_skin),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
