/* The package file is four models end to end. Each slice is pinned by its hash, so that nobody
 * measures with weights that were not tested. */
#include "face/models.h"

#include <stdlib.h>
#include <string.h>

enum { MODELS_BYTES = 3986256 };

typedef struct model_slice {
  size_t first, end;
  const char *sha256, *what;
} model_slice;

static const model_slice MESH = {0, 2495952,
                                 "883b7411747bac657c30c462d305d312e9dec6adbf8b85e2f5d8d722fca9455d",
                                 "landmark network"};
static const model_slice GEOMETRY = {
    3737848, 3757224, "bdbcda96dfcb7da883da124aaa2c55dee49770d934f0fcc71747f8c21bdc75b4",
    "canonical face"};
static const model_slice DETECTOR = {
    3757224, 3986256, "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633",
    "face detector"};

static sd_status check(const uint8_t *bytes, const model_slice *slice, sd_diag *diag) {
  char hash[65];
  sd_sha256_hex(bytes + slice->first, slice->end - slice->first, hash);
  if (strcmp(hash, slice->sha256) == 0)
    return SD_OK;
  return sd_fail(diag, SD_UNREADABLE, "the %s in %s is not the one this program was tested with",
                 slice->what, SD_MODELS_FILE);
}

static sd_status load_network(sd_network *out, const uint8_t *bytes, const model_slice *slice,
                              sd_diag *diag) {
  sd_status status = check(bytes, slice, diag);
  if (status != SD_OK)
    return status;
  return sd_network_load(out, bytes + slice->first, slice->end - slice->first, diag);
}

static bool expected_shapes(const sd_models *models) {
  static const size_t mesh[] = {
      3 * SD_CANONICAL_POINTS, 2 * SD_LIPS_POINTS, 2 * SD_EYE_POINTS, 2 * SD_EYE_POINTS, 10, 10, 1};
  const sd_network *detector = &models->detector;
  if (models->mesh.output_count != 7 || detector->output_count != 2)
    return false;
  for (int i = 0; i < 7; i++)
    if (sd_network_count(&models->mesh, i) != mesh[i])
      return false;
  return sd_network_count(detector, 0) == (size_t)SD_DETECTOR_ANCHORS * SD_DETECTOR_VALUES &&
         sd_network_count(detector, 1) == SD_DETECTOR_ANCHORS &&
         detector->tensors[detector->input].count == 3 * SD_DETECTOR_SIDE * SD_DETECTOR_SIDE &&
         models->mesh.tensors[models->mesh.input].count == 3 * SD_MESH_SIDE * SD_MESH_SIDE;
}

sd_status sd_models_load(sd_models **out, const void *bytes, size_t length, sd_diag *diag) {
  sd_status status = SD_OK;
  const uint8_t *v = bytes;
  sd_models *models = NULL;
  if (length != MODELS_BYTES)
    return sd_fail(diag, SD_UNREADABLE, "%s has %zu bytes instead of %d", SD_MODELS_FILE, length,
                   MODELS_BYTES);
  models = calloc(1, sizeof *models);
  if (models == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the face networks");
  SD_TRY(load_network(&models->mesh, v, &MESH, diag));
  SD_TRY(load_network(&models->detector, v, &DETECTOR, diag));
  SD_TRY(check(v, &GEOMETRY, diag));
  SD_TRY(
      sd_geometry_load(&models->geometry, v + GEOMETRY.first, GEOMETRY.end - GEOMETRY.first, diag));
  if (!expected_shapes(models)) {
    status = sd_fail(diag, SD_UNREADABLE,
                     "the face networks in %s have other outputs than expected", SD_MODELS_FILE);
    goto done;
  }
  *out = models;
  models = NULL;
done:
  sd_models_free(models);
  return status;
}

void sd_models_free(sd_models *models) {
  if (models == NULL)
    return;
  sd_network_clear(&models->detector);
  sd_network_clear(&models->mesh);
  sd_geometry_clear(&models->geometry);
  free(models);
}

const float *sd_models_canonical(const sd_models *models) {
  return models->geometry.points;
}

const uint16_t *sd_models_triangles(const sd_models *models, size_t *triangles) {
  *triangles = models->geometry.triangle_count;
  return models->geometry.triangles;
}
