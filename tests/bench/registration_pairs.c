/* registration_pairs MODELS OUT WIDTH: pairs of synthetic faces with exactly known truth, four
 * levels of difficulty in three skin tones. Each folder OUT/<level>-<tone> gets before.jpg,
 * after.jpg, points.csv (x_before,y_before) and truth.csv (x_after,y_after), and its eye distance
 * in eyes.txt. */
#include "scardelta/archive.h"
#include "scene/scene.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct level {
  const char *name;
  double yaw, pitch, roll, closer, smile, lamp_azimuth, lamp_elevation, exposure, blur, noise;
  double scar, brown; /* what is left */
  int quality;
} level;

static const level LEVELS[] = {
    {"easy", 1.5, 1, 2, 1.03, 0.05, 5, 2, 0.2, 0.6, 1, 0.95, 0.9, 91},
    {"medium", 4.5, -2, -4, 0.92, 0.2, 15, -5, 0.35, 0.9, 1.5, 0.8, 0.7, 86},
    {"hard", -8, 4, 7, 1.16, 0.4, -35, 10, -0.5, 1.3, 2, 0.6, 0.5, 78},
    {"extreme", 12, -6, -11, 0.8, 0.9, 60, -15, 0.8, 1.8, 3, 0.3, 0.2, 70},
};
enum { LEVELS_COUNT = sizeof LEVELS / sizeof *LEVELS, SEED = 4101, STEP_PX = 24 };
static const int TONES[] = {1, 3, 5};
enum { TONES_COUNT = sizeof TONES / sizeof *TONES };

static scene_shot after_shot(const scene_shot *before, const level *l) {
  scene_shot shot = *before;
  shot.yaw_deg += l->yaw;
  shot.pitch_deg += l->pitch;
  shot.roll_deg += l->roll;
  shot.mm_per_px /= l->closer;
  shot.distance_mm /= l->closer;
  shot.smile = l->smile;
  shot.lamp_azimuth_deg += l->lamp_azimuth;
  shot.lamp_elevation_deg += l->lamp_elevation;
  shot.exposure_ev += l->exposure;
  shot.blur_px = l->blur;
  shot.shot_noise *= l->noise;
  shot.read_noise *= l->noise;
  shot.noise_seed += 1;
  return shot;
}

static bool write_file(const char *folder, const char *name, const sd_text *text) {
  sd_diag diag = {{0}};
  if (sd_output_write(folder, name, text->v != NULL ? text->v : "", text->length, &diag) == SD_OK)
    return true;
  fprintf(stderr, "%s\n", diag.text);
  return false;
}

/* Points of skin that both pictures show. */
static void add_points(sd_text *points, sd_text *truth, const scene *before, const scene *after,
                       const scene_shot *shot) {
  sd_text_add(points, "x_before,y_before\n");
  sd_text_add(truth, "x_after,y_after\n");
  for (int y = 0; y < shot->height; y += STEP_PX)
    for (int x = 0; x < shot->width; x += STEP_PX) {
      scene_truth there;
      sd_point to;
      if (!scene_truth_at(before, x, y, &there) || there.material != SCENE_SKIN ||
          !scene_map(before, after, (sd_point){x, y}, &to))
        continue;
      sd_text_addf(points, "%d,%d\n", x, y);
      sd_text_addf(truth, "%.4f,%.4f\n", to.x, to.y);
    }
}

static bool make_pair(const sd_models *models, const char *out, const level *l, int tone,
                      int width) {
  char folder[1024];
  sd_diag diag = {{0}};
  sd_text text[5] = {{0}};
  static const char *const NAMES[] = {"before.jpg", "after.jpg", "points.csv", "truth.csv",
                                      "eyes.txt"};
  scene *scenes[2] = {NULL, NULL};
  scene_subject subject;
  scene_shot first = scene_shot_portrait(width), second = after_shot(&first, l);
  const scene_session start = {1, 1, 1}, later = {l->scar, l->brown, l->brown};
  sd_point eyes[2];
  snprintf(folder, sizeof folder, "%s/%s-%d", out, l->name, tone);
  bool good =
      scene_sample_subject(&subject, SEED + (uint64_t)tone, tone, models, &diag) == SD_OK &&
      scene_make(&scenes[0], models, &subject, &start, &first, &diag) == SD_OK &&
      scene_make(&scenes[1], models, &subject, &later, &second, &diag) == SD_OK &&
      scene_jpeg(&text[0], scenes[0], 92, "2025:01:06 10:00:00", "+01:00", &diag) == SD_OK &&
      scene_jpeg(&text[1], scenes[1], l->quality, "2025:04:06 10:00:00", "+01:00", &diag) == SD_OK;
  if (good) {
    add_points(&text[2], &text[3], scenes[0], scenes[1], &first);
    scene_irises(scenes[0], eyes);
    sd_text_addf(&text[4], "%.3f\n", hypot(eyes[1].x - eyes[0].x, eyes[1].y - eyes[0].y));
  } else {
    fprintf(stderr, "%s\n", diag.text);
  }
  for (int k = 0; k < 5; k++) {
    good = good && write_file(folder, NAMES[k], &text[k]);
    sd_text_clear(&text[k]);
  }
  scene_free(scenes[0]);
  scene_free(scenes[1]);
  return good;
}

int main(int argc, char **argv) {
  sd_models *models = NULL;
  sd_diag diag = {{0}};
  int width = argc == 4 ? atoi(argv[3]) : 0;
  if (width < 300 || width > 6000)
    return fputs("registration_pairs MODELS OUT WIDTH\n", stderr), 2;
  if (sd_models_read(&models, argv[1], &diag) != SD_OK)
    return fprintf(stderr, "%s\n", diag.text), 1;
  bool good = true;
  for (int l = 0; l < LEVELS_COUNT; l++)
    for (int t = 0; t < TONES_COUNT; t++)
      good = good && make_pair(models, argv[2], &LEVELS[l], TONES[t], width);
  sd_models_free(models);
  return good ? 0 : 1;
}
