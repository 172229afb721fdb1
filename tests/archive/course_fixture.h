/* Courses of synthetic faces, whose truth is known: photos on disk in, report out. Set
 * COURSE_WIDTH, the photos' width, before. */
#ifndef TESTS_ARCHIVE_COURSE_FIXTURE_H
#define TESTS_ARCHIVE_COURSE_FIXTURE_H

#include "scene/studio.h"

#include "scardelta/course.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static scene_subject subject_of(uint64_t seed) {
  scene_subject subject;
  sd_diag diag = {{0}};
  if (scene_sample_subject(&subject, seed, 1, models, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  return subject;
}

/* A JPEG in the folder, taken at `when` ("2025:03:03 10:15:00"; NULL: no EXIF at all). */
static void shoot(const char *name, const scene_subject *subject, double left, int variation,
                  const char *when) {
  sd_text jpeg = {0};
  sd_diag diag = {{0}};
  scene *s = NULL;
  scene_session session = {left, left, left};
  scene_shot shot = scene_shot_portrait(COURSE_WIDTH);
  shot.noise_seed += (uint64_t)variation;
  shot.yaw_deg += 0.6 * (variation % 3) - 0.6;
  shot.exposure_ev += 0.05 * (variation % 4);
  shot.roll_deg += 0.4 * (variation % 5);
  if (scene_make(&s, models, subject, &session, &shot, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  if (when != NULL) {
    assert_int_equal(scene_jpeg(&jpeg, s, 93, when, "+01:00", &diag), SD_OK);
  } else {
    sd_picture picture = {0};
    assert_int_equal(scene_picture(&picture, s, &diag), SD_OK);
    assert_int_equal(sd_encode_png(&jpeg, &picture, &diag), SD_OK);
    sd_picture_clear(&picture);
  }
  assert_int_equal(sd_output_write(folder, name, jpeg.v, jpeg.length, &diag), SD_OK);
  sd_text_clear(&jpeg);
  scene_free(s);
}

static char *path_of(const char *name) {
  char *path = malloc(256);
  snprintf(path, 256, "%s/%s", folder, name);
  return path;
}

/* timeline.json of the course; NULL when it failed as `wanted`. */
static json_t *course_of(const char *const *names, size_t count, const char *treatments,
                         const char *out, sd_status wanted) {
  char *paths[16], *to = path_of(out), *csv = treatments != NULL ? path_of(treatments) : NULL;
  sd_text json = {0}, summary = {0};
  sd_diag diag = {{0}};
  sd_job_options options = {.models_path = SD_MODEL_DIR "/" SD_MODELS_FILE, .treatments_path = csv};
  for (size_t k = 0; k < count; k++)
    paths[k] = path_of(names[k]);
  sd_status status =
      sd_timeline((const char *const *)paths, count, to, &options, &json, &summary, &diag);
  if (status != wanted)
    fail_msg("status %d, not %d: %s", status, wanted, diag.text);
  if (summary.v != NULL)
    print_message("%s", summary.v);
  json_t *result = status == SD_OK ? json_loadb(json.v, json.length, 0, NULL) : NULL;
  for (size_t k = 0; k < count; k++)
    free(paths[k]);
  free(to);
  free(csv);
  sd_text_clear(&json);
  sd_text_clear(&summary);
  return result;
}

static json_t *series_of(json_t *course, const char *name, const char *zone) {
  size_t k;
  json_t *row;
  json_array_foreach(json_object_get(course, "series"), k,
                     row) if (strcmp(json_string_value(json_object_get(row, "name")), name) == 0 &&
                              strcmp(json_string_value(json_object_get(row, "zone")), zone) ==
                                  0) return row;
  fail_msg("no series %s of %s", name, zone);
  return NULL;
}

static double number_of(json_t *object, const char *key) {
  json_t *value = json_object_get(object, key);
  return json_is_number(value) ? json_number_value(value) : NAN;
}

static json_t *point_of(json_t *series, size_t session) {
  return json_array_get(json_object_get(series, "points"), session);
}

#endif
