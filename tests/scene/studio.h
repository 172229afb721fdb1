/* What tests that photograph rendered heads share: the networks, a folder for photos and results,
 * and the camera. */
#ifndef SD_TESTS_STUDIO_H
#define SD_TESTS_STUDIO_H

#include "check.h"
#include "scene/scene.h"

#include "scardelta/archive.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static sd_models *models;

static inline int load(void **state) {
  sd_diag diag = {{0}};
  (void)state;
  if (sd_models_read(&models, SD_MODEL_DIR "/" SD_MODELS_FILE, &diag) == SD_OK)
    return 0;
  print_message("%s\n", diag.text);
  return -1;
}

static inline int unload(void **state) {
  (void)state;
  sd_models_free(models);
  return 0;
}

/* ---- with a folder of its own ---- */

static char folder[64];

static inline int set_up(void **state) {
  strcpy(folder, "scardelta-test-XXXXXX");
  return mkdtemp(folder) == NULL ? -1 : load(state);
}

static inline int tear_down(void **state) {
  char command[128];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return unload(state) == 0 ? system(command) : -1;
}

/* One shot of a subject as a JPEG in the folder; the scene is handed out when `keep` is not NULL.
 */
static inline void photograph_as(const char *name, const scene_subject *subject,
                                 scene_session session, const scene_shot *shot, int quality,
                                 scene **keep) {
  sd_text jpeg = {0};
  sd_diag diag = {{0}};
  scene *s = NULL;
  if (scene_make(&s, models, subject, &session, shot, &diag) != SD_OK ||
      scene_jpeg(&jpeg, s, quality, "2025:03:03 10:15:00", "+01:00", &diag) != SD_OK ||
      sd_output_write(folder, name, jpeg.v, jpeg.length, &diag) != SD_OK)
    fail_msg("%s", diag.text);
  sd_text_clear(&jpeg);
  if (keep != NULL)
    *keep = s;
  else
    scene_free(s);
}

#endif
