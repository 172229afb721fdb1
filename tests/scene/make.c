/* scene: writes the session photos of a synthetic subject and what is true about each.
 *     scene MODELS FOLDER [WIDTH [SEED [TONE]]] */
#include "scene/scene.h"

#include "scardelta/archive.h"

#include <stdio.h>
#include <stdlib.h>

static sd_status write_session(const char *folder, const sd_models *models,
                               const scene_subject *subject, int index, int width, sd_diag *diag) {
  enum { QUALITY = 92 };
  scene *s = NULL;
  sd_text photo = {0}, truth = {0};
  char name[64];
  sd_status status = SD_OK;
  scene_sample sample = scene_sample_of(index, width);
  SD_TRY(scene_make(&s, models, subject, &sample.session, &sample.shot, diag));
  SD_TRY(scene_jpeg(&photo, s, QUALITY, sample.taken, sample.offset, diag));
  scene_truth_json(&truth, s);
  snprintf(name, sizeof name, "%s.jpg", sample.name);
  SD_TRY(sd_output_write(folder, name, photo.v, photo.length, diag));
  snprintf(name, sizeof name, "%s.truth.json", sample.name);
  SD_TRY(sd_output_write(folder, name, truth.v, truth.length, diag));
done:
  scene_free(s);
  sd_text_clear(&photo);
  sd_text_clear(&truth);
  return status;
}

static sd_status write_sessions(const char *models_path, const char *folder, int width,
                                uint64_t seed, int tone, sd_diag *diag) {
  sd_models *models = NULL;
  scene_subject subject;
  sd_status status = SD_OK;
  SD_TRY(sd_models_read(&models, models_path, diag));
  SD_TRY(scene_sample_subject(&subject, seed, tone, models, diag));
  for (int i = 0; i < SCENE_SESSIONS; i++)
    SD_TRY(write_session(folder, models, &subject, i, width, diag));
done:
  sd_models_free(models);
  return status;
}

int main(int argc, char **argv) {
  enum { WIDTH = 3000, SEED = 7, TONE = 1 };
  if (argc < 3) {
    fprintf(stderr, "usage: scene MODELS FOLDER [WIDTH [SEED [TONE]]]\n");
    return 2;
  }
  sd_diag diag = {0};
  sd_status status = write_sessions(argv[1], argv[2], argc > 3 ? atoi(argv[3]) : WIDTH,
                                    argc > 4 ? strtoull(argv[4], NULL, 10) : SEED,
                                    argc > 5 ? atoi(argv[5]) : TONE, &diag);
  if (status != SD_OK)
    fprintf(stderr, "scene: %s\n", diag.text);
  return status == SD_OK ? 0 : 1;
}
