/* A registration kept in alignment.json, read back: sizes are checked before use, numbers too. */
#include "archive/files.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t FILE_MAX = (size_t)256 << 20;
/* No photo that can be read is larger, and no map needs more nodes than one per two pixels. */
enum { PIXELS_MAX = 65535, NODES_MAX = 1 << 24 };
/* A place in AFTER this far off is no place in a photo. */
static const double PLACE_MAX = 1e6;

static bool whole(const json_t *object, const char *key, int low, int high, int *out) {
  const json_t *value = json_object_get(object, key);
  json_int_t number = json_integer_value(value);
  if (!json_is_integer(value) || number < low || number > high)
    return false;
  *out = (int)number;
  return true;
}

/* A list of `count` numbers; null becomes NaN where that is allowed. */
static bool numbers(const json_t *object, const char *key, size_t count, bool gaps, float *out) {
  const json_t *list = json_object_get(object, key);
  if (!json_is_array(list) || json_array_size(list) != count)
    return false;
  for (size_t k = 0; k < count; k++) {
    const json_t *value = json_array_get(list, k);
    bool gap = json_is_null(value) && gaps;
    if (!gap && !(json_is_number(value) && fabs(json_number_value(value)) <= PLACE_MAX))
      return false;
    out[k] = gap ? NAN : (float)json_number_value(value);
  }
  return true;
}

static bool photo_size(const json_t *root, const char *which, int *width, int *height) {
  const json_t *photo = json_object_get(json_object_get(root, "photos"), which);
  return whole(photo, "width", 1, PIXELS_MAX, width) &&
         whole(photo, "height", 1, PIXELS_MAX, height);
}

/* Nodes along a side of the domain. */
static int nodes_along(int length, int step) {
  return (length - 1 + step - 1) / step + 1;
}

static bool map_shape(sd_warp *map, const json_t *object) {
  sd_rect *d = &map->domain;
  return whole(object, "x", -PIXELS_MAX, PIXELS_MAX, &d->x) &&
         whole(object, "y", -PIXELS_MAX, PIXELS_MAX, &d->y) &&
         whole(object, "width", 2, PIXELS_MAX, &d->width) &&
         whole(object, "height", 2, PIXELS_MAX, &d->height) &&
         whole(object, "step_px", 1, PIXELS_MAX, &map->step_px) &&
         whole(object, "columns", 2, PIXELS_MAX, &map->columns) &&
         whole(object, "rows", 2, PIXELS_MAX, &map->rows) &&
         map->columns == nodes_along(d->width, map->step_px) &&
         map->rows == nodes_along(d->height, map->step_px) &&
         (size_t)map->columns * (size_t)map->rows <= NODES_MAX;
}

/* SD_UNREADABLE without a sentence when the map is not what `align` writes. */
static sd_status take_map(sd_transform *out, const json_t *object, sd_diag *diag) {
  sd_status status = SD_OK;
  if (!map_shape(&out->map, object))
    return SD_UNREADABLE;
  size_t count = (size_t)out->map.columns * (size_t)out->map.rows;
  out->map.x = malloc(count * sizeof(float));
  out->map.y = malloc(count * sizeof(float));
  out->map.valid = malloc(count);
  SD_TRY(sd_map_make(&out->error_px, out->map.columns, out->map.rows, diag));
  if (out->map.x == NULL || out->map.y == NULL || out->map.valid == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the transform");
  if (!numbers(object, "x_after", count, false, out->map.x) ||
      !numbers(object, "y_after", count, false, out->map.y) ||
      !numbers(object, "error_px", count, true, out->error_px.v))
    return SD_UNREADABLE;
  for (size_t k = 0; k < count; k++)
    out->map.valid[k] = !isnan(out->error_px.v[k]);
done:
  return status;
}

static sd_status take(sd_transform *out, const json_t *root, const char *path, sd_diag *diag) {
  const char *schema = json_string_value(json_object_get(root, "schema"));
  const char *model = json_string_value(json_object_get(root, "model"));
  const json_t *map = json_object_get(root, "map");
  if (schema == NULL || strcmp(schema, "scardelta.alignment/1") != 0)
    return sd_fail(diag, SD_UNREADABLE, "%s: is not an alignment.json that 'scardelta align' wrote",
                   path);
  if (map == NULL)
    return sd_fail(diag, SD_UNREADABLE,
                   "%s: holds no map: the alignment failed, or it was printed by --json; use the "
                   "file alignment.json of an alignment that worked",
                   path);
  if (!photo_size(root, "before", &out->before_width, &out->before_height) ||
      !photo_size(root, "after", &out->after_width, &out->after_height))
    return sd_fail(diag, SD_UNREADABLE, "%s: does not say how large its photos are", path);
  snprintf(out->model, sizeof out->model, "%s", model != NULL ? model : "unknown");
  sd_status status = take_map(out, map, diag);
  return status == SD_UNREADABLE
             ? sd_fail(diag, status, "%s: its map is damaged; run 'scardelta align' again", path)
             : status;
}

sd_status transform_read(sd_transform *out, const char *path, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_text text = {0};
  sd_transform made = {0};
  json_t *root = NULL;
  json_error_t error;
  SD_TRY(file_read(&text, path, FILE_MAX, diag));
  root = json_loadb(text.v != NULL ? text.v : "", text.length, 0, &error);
  if (root == NULL) {
    status = sd_fail(diag, SD_UNREADABLE, "%s: is not JSON (line %d: %.80s)", path, error.line,
                     error.text);
    goto done;
  }
  SD_TRY(take(&made, root, path, diag));
  sd_transform_clear(out);
  *out = made;
  made = (sd_transform){0};
done:
  json_decref(root);
  sd_text_clear(&text);
  sd_transform_clear(&made);
  return status;
}
