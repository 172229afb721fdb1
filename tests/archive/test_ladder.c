/* One thing at a time goes wrong with the second photo of untouched skin, very light and very
 * dark: blur, noise, compression, lamp, exposure, white balance, distance. Whatever the step,
 * nothing may be called improved. Of two different shots the second one is then given another tone
 * curve, as picture styles, filters and phones do: nothing may be called changed at all. */
#include "scene/studio.h"

#include "scardelta/render.h"

#include <jansson.h>
#include <math.h>
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

/* A tone curve on coded values of 0..1: contrast about the middle, then a power, then saturation
 * about grey. */
typedef struct style {
  const char *name;
  double contrast, power, saturation;
} style;
static const style STYLES[] = {
    {"15 % more contrast", 1.15, 1, 1},
    {"power of 0.85", 1, 0.85, 1},
    {"power of 1.15", 1, 1.15, 1},
    {"20 % more saturation", 1, 1, 1.2},
};
enum { STYLE_COUNT = sizeof STYLES / sizeof STYLES[0] };

static double styled(const style *with, double coded) {
  double v = 0.5 + with->contrast * (coded - 0.5);
  return pow(fmin(fmax(v, 0), 1), with->power);
}

static void restyle(sd_picture *picture, const style *with) {
  for (size_t k = 0; k < (size_t)picture->width * (size_t)picture->height; k++) {
    uint8_t *p = picture->v + 3 * k;
    double v[3];
    for (int c = 0; c < 3; c++)
      v[c] = styled(with, p[c] / 255.0);
    double grey = 0.299 * v[0] + 0.587 * v[1] + 0.114 * v[2];
    for (int c = 0; c < 3; c++) {
      double to = grey + with->saturation * (v[c] - grey);
      p[c] = (uint8_t)(255 * fmin(fmax(to, 0), 1) + 0.5);
    }
  }
}

/* As photograph_as, with a tone curve. */
static void photograph_styled(const char *name, const scene_subject *subject, scene_session session,
                              const scene_shot *shot, const style *with) {
  sd_text jpeg = {0};
  sd_picture picture = {0};
  sd_diag diag = {{0}};
  scene *s = NULL;
  if (scene_make(&s, models, subject, &session, shot, &diag) != SD_OK ||
      scene_picture(&picture, s, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  restyle(&picture, with);
  if (sd_encode_jpeg(&jpeg, &picture, QUALITY, &diag) != SD_OK ||
      sd_output_write(folder, name, jpeg.v, jpeg.length, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  sd_text_clear(&jpeg);
  sd_picture_clear(&picture);
  scene_free(s);
}

static bool tells(const char *verdict, bool any) {
  if (strcmp(verdict, "improved") == 0)
    return true;
  return any && (strcmp(verdict, "worsened") == 0 || strcmp(verdict, "changed") == 0);
}

/* Rows with a verdict of change for the better, or of any change; a refused pair has none. */
static int told_rows(const char *rung_name, int tone, bool any) {
  sd_text json = {0};
  sd_diag diag = {{0}};
  char before[128], after[128];
  snprintf(before, sizeof before, "%s/a.jpg", folder);
  snprintf(after, sizeof after, "%s/b.jpg", folder);
  sd_job_options options = {.models_path = SD_MODEL_DIR "/" SD_MODELS_FILE};
  sd_status status = sd_compare(before, after, NULL, &options, &json, NULL, &diag);
  if (status != SD_OK && status != SD_NOT_COMPARABLE)
    fail_msg("%s, tone %d: %s", rung_name, tone, diag.text);
  json_t *result = json_loadb(json.v, json.length, 0, NULL), *row;
  int count = 0;
  size_t k;
  json_array_foreach(json_object_get(result, "metrics"), k, row) {
    if (!tells(json_string_value(json_object_get(row, "verdict")), any))
      continue;
    print_message("%s, tone %d: %s of %s by %.3f\n", rung_name, tone,
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

static void climb(int tone, int from) {
  scene_subject subject;
  sd_diag diag = {{0}};
  scene_shot first = scene_shot_portrait(WIDTH);
  int told = 0;
  if (scene_sample_subject(&subject, 23, tone, models, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  photograph_as("a.jpg", &subject, UNTOUCHED, &first, QUALITY, NULL);
  for (int k = from; k < RUNG_COUNT; k += SANITIZED ? RUNG_COUNT : thinned(2)) {
    scene_shot later = shot_of(&RUNGS[k]);
    photograph_as("b.jpg", &subject, UNTOUCHED, &later,
                  RUNGS[k].quality > 0 ? RUNGS[k].quality : QUALITY, NULL);
    told += told_rows(RUNGS[k].name, tone, false);
  }
  assert_int_equal(told, 0);
}

/* Another shot: the head, the hand and the lamp have moved a little. */
static scene_shot another_shot(void) {
  scene_shot shot = scene_shot_portrait(WIDTH);
  shot.yaw_deg += 1.5;
  shot.pitch_deg -= 1;
  shot.roll_deg += 1;
  shot.shift_x_mm += 3;
  shot.lamp_azimuth_deg += 3;
  shot.exposure_ev -= 0.1;
  shot.noise_seed += 1;
  return shot;
}

static void restyled(int tone, int from) {
  scene_subject subject;
  sd_diag diag = {{0}};
  scene_shot first = scene_shot_portrait(WIDTH), later = another_shot();
  int told = 0;
  if (scene_sample_subject(&subject, 23, tone, models, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  photograph_as("a.jpg", &subject, UNTOUCHED, &first, QUALITY, NULL);
  for (int k = from; k < STYLE_COUNT; k += thinned(2)) {
    photograph_styled("b.jpg", &subject, UNTOUCHED, &later, &STYLES[k]);
    told += told_rows(STYLES[k].name, tone, true);
  }
  assert_int_equal(told, 0);
}

static void tone_curve_on_light_skin(void **state) {
  (void)state;
  count_without_sanitizers();
  restyled(1, 0);
}

static void tone_curve_on_dark_skin(void **state) {
  (void)state;
  count_without_sanitizers();
  restyled(4, thinned(2) - 1);
}

static void very_light_skin(void **state) {
  (void)state;
  count_without_sanitizers();
  climb(0, 0);
}

static void very_dark_skin(void **state) {
  (void)state;
  climb(5, thinned(2) - 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(very_light_skin),
      cmocka_unit_test(very_dark_skin),
      cmocka_unit_test(tone_curve_on_light_skin),
      cmocka_unit_test(tone_curve_on_dark_skin),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
