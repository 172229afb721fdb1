/* What can be known to be wrong before minutes of work: options, lists, names of zones; and for a
 * dry run the photos and masks too. */
#include "archive/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "z1" to "z255". */
static bool is_drawn_zone(const char *name, size_t length) {
  if (length < 2 || length > 4 || name[0] != 'z' || name[1] == '0')
    return false;
  int value = 0;
  for (size_t k = 1; k < length; k++) {
    if (name[k] < '0' || name[k] > '9')
      return false;
    value = 10 * value + name[k] - '0';
  }
  return value <= 255;
}

static bool is_zone(const char *name, size_t length, bool drawn) {
  static const char *const FACE[] = {
      "forehead",         "glabella",          "nose",     "left_cheek", "right_cheek",
      "left_periorbital", "right_periorbital", "perioral", "chin",       "skin"};
  static const char *const WHOLE[] = {"all_skin", "roi"};
  for (size_t k = 0; k < sizeof WHOLE / sizeof *WHOLE; k++)
    if (strlen(WHOLE[k]) == length && strncmp(name, WHOLE[k], length) == 0)
      return true;
  if (drawn)
    return is_drawn_zone(name, length);
  for (size_t k = 0; k < sizeof FACE / sizeof *FACE; k++)
    if (strlen(FACE[k]) == length && strncmp(name, FACE[k], length) == 0)
      return true;
  return false;
}

static sd_status check_zones(const char *list, const char *option, bool drawn, sd_diag *diag) {
  if (list == NULL)
    return SD_OK;
  for (const char *at = list;; at++) {
    size_t length = strcspn(at, ",");
    if (!is_zone(at, length, drawn))
      return sd_fail(diag, SD_USAGE, "%s: there is no zone '%.*s'; the zones are %s", option,
                     length < 60 ? (int)length : 60, at,
                     drawn ? "z1 to z255 of the zone map and all_skin"
                           : "forehead, glabella, nose, left_cheek, right_cheek, left_periorbital, "
                             "right_periorbital, perioral, chin and all_skin");
    at += length;
    if (*at == '\0')
      return SD_OK;
  }
}

sd_status job_check(const sd_job_options *o, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_pair_point *pairs = NULL;
  sd_point *points = NULL;
  sd_treatment *treatments = NULL;
  sd_transform transform = {0};
  size_t count;
  bool drawn = o->zone_map_path != NULL;
  SD_TRY(check_zones(o->zones, "--zones", drawn, diag));
  SD_TRY(check_zones(o->control_zone, "--control-zone", drawn, diag));
  if (o->transform_path != NULL && o->points_path != NULL) {
    status = sd_fail(diag, SD_USAGE,
                     "--transform and --points exclude each other: the transform "
                     "is used as it is");
    goto done;
  }
  if (o->transform_path != NULL)
    SD_TRY(transform_read(&transform, o->transform_path, diag));
  if (o->points_path != NULL)
    SD_TRY(points_read(&pairs, &count, o->points_path, diag));
  if (o->map_points_path != NULL)
    SD_TRY(map_points_read(&points, &count, o->map_points_path, diag));
  if (o->treatments_path != NULL)
    SD_TRY(treatments_read(&treatments, &count, o->treatments_path, diag));
done:
  free(pairs);
  free(points);
  free(treatments);
  sd_transform_clear(&transform);
  return status;
}

sd_status sd_photo_check(const char *path, const sd_job_options *options, bool masked,
                         sd_diag *diag) {
  sd_status status = SD_OK;
  sd_photo photo = {0};
  sd_mask roi = {0}, zones = {0};
  sd_photo_options limits = {.max_megapixels = options->max_megapixels};
  SD_TRY(sd_photo_read(&photo, path, &limits, diag));
  if (masked) {
    SD_TRY(mask_read(&roi, options->roi_path, ROI_WORDS, &photo, options, diag));
    SD_TRY(mask_read(&zones, options->zone_map_path, ZONE_MAP_WORDS, &photo, options, diag));
  }
done:
  sd_mask_clear(&roi);
  sd_mask_clear(&zones);
  sd_photo_clear(&photo);
  return status;
}

/* A name that a run may write to must not be an input's: known before minutes of work. */
static sd_status protect_all(const outputs *out, const char *const *names, sd_diag *diag) {
  sd_status status = SD_OK;
  for (; status == SD_OK && *names != NULL; names++)
    status = outputs_protect(out, *names, diag);
  return status;
}

sd_status compare_outputs_check(const outputs *out, const sd_job_options *options, sd_diag *diag) {
  static const char *const NAMES[] = {"report.html", "result.json", "metrics.csv",
                                      "manifest.sha256", NULL};
  static const char *const SUFFIXES[] = {".jpg", ".png"};
  char name[64];
  sd_status status = SD_OK;
  SD_TRY(sd_output_check(out->folder, diag));
  SD_TRY(protect_all(out, NAMES, diag));
  if (options->points_path != NULL)
    SD_TRY(outputs_protect(out, "points.csv", diag));
  for (int panel = 0; panel < SD_PANELS; panel++)
    for (int s = 0; s < 2; s++) {
      snprintf(name, sizeof name, "images/%s%s", sd_panel_name((sd_panel)panel), SUFFIXES[s]);
      SD_TRY(outputs_protect(out, name, diag));
    }
done:
  return status;
}

sd_status align_outputs_check(const outputs *out, const sd_job_options *options, sd_diag *diag) {
  const char *names[] = {"alignment.json",
                         options->lossless ? "aligned-after.png" : "aligned-after.jpg", NULL, NULL,
                         NULL};
  size_t count = 2;
  if (options->points_path != NULL)
    names[count++] = "points.csv";
  if (options->map_points_path != NULL)
    names[count++] = "mapped-points.csv";
  sd_status status = sd_output_check(out->folder, diag);
  return status == SD_OK ? protect_all(out, names, diag) : status;
}

static sd_status pair_check(const char *before, const char *after, const sd_job_options *options,
                            sd_diag *diag) {
  sd_status status = SD_OK;
  sd_models *models = NULL;
  SD_TRY(job_check(options, diag));
  SD_TRY(sd_models_read(&models, options->models_path, diag));
  SD_TRY(sd_photo_check(before, options, true, diag));
  SD_TRY(sd_photo_check(after, options, false, diag));
done:
  sd_models_free(models);
  return status;
}

sd_status sd_compare_check(const char *before, const char *after, const char *folder,
                           const sd_job_options *options, sd_diag *diag) {
  outputs out = outputs_of(folder, before, after, options);
  sd_status status = compare_outputs_check(&out, options, diag);
  return status == SD_OK ? pair_check(before, after, options, diag) : status;
}

sd_status sd_align_check(const char *before, const char *after, const char *folder,
                         const sd_job_options *options, sd_diag *diag) {
  outputs out = outputs_of(folder, before, after, options);
  sd_status status = align_outputs_check(&out, options, diag);
  return status == SD_OK ? pair_check(before, after, options, diag) : status;
}
