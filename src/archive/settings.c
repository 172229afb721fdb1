/* What shaped a result, gathered to be echoed and hashed. */
#include "archive/spine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void setting_add(settings *s, const char *name, const char *value) {
  if (value == NULL || s->count == SETTINGS_MAX)
    return;
  char *kept = s->values[s->count];
  snprintf(kept, SETTING_TEXT, "%s", value);
  s->v[s->count++] = (sd_setting){name, kept};
}

void setting_add_number(settings *s, const char *name, double value) {
  char text[SETTING_TEXT];
  snprintf(text, sizeof text, "%.9g", value);
  setting_add(s, name, value > 0 ? text : NULL);
}

/* How a photo's colour reference was asked for, where it was. */
void setting_add_card(settings *s, const char *name, const sd_card_request *card) {
  const sd_point *p = card->corner;
  char text[SETTING_TEXT];
  if (card->source == SD_CARD_NONE)
    setting_add(s, name, "none");
  if (card->source == SD_CARD_CORNERS) {
    snprintf(text, sizeof text, "corners %.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g", p[0].x, p[0].y,
             p[1].x, p[1].y, p[2].x, p[2].y, p[3].x, p[3].y);
    setting_add(s, name, text);
  }
  if (card->source == SD_CARD_GREY) {
    snprintf(text, sizeof text, "grey %d,%d,%d,%d", card->grey.x, card->grey.y, card->grey.width,
             card->grey.height);
    setting_add(s, name, text);
  }
}

/* What shaped the result, by content: file names are no settings, their bytes are. */
sd_status setting_add_file(settings *s, const char *name, const char *path, sd_diag *diag) {
  sd_text bytes = {0};
  char hash[65];
  if (path == NULL)
    return SD_OK;
  sd_status status = file_read(&bytes, path, (size_t)1 << 30, diag);
  if (status == SD_OK) {
    sd_sha256_hex(bytes.v, bytes.length, hash);
    hash[16] = '\0';
    char text[SETTING_TEXT];
    snprintf(text, sizeof text, "sha256:%s", hash);
    setting_add(s, name, text);
  }
  sd_text_clear(&bytes);
  return status;
}

/* A list of treatments counts as a file of them does. */
static sd_status add_treatments(settings *s, const sd_job_options *o, sd_diag *diag) {
  char hash[65], value[SETTING_TEXT];
  sd_treatment *all = NULL;
  size_t count = 0;
  sd_text text = {0};
  if (o->share && (o->treatment_count > 0 || o->treatments_path != NULL)) {
    setting_add(s, "treatments", "given"); /* days are few enough to be guessed from a hash */
    return SD_OK;
  }
  if (o->treatment_count == 0)
    return setting_add_file(s, "treatments", o->treatments_path, diag);
  sd_status status = treatments_collect(&all, &count, o, diag);
  for (size_t k = 0; status == SD_OK && k < count; k++)
    sd_text_addf(&text, "%s,%s\n", all[k].date, all[k].label);
  if (status == SD_OK && text.failed)
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the treatments");
  if (status == SD_OK) {
    sd_sha256_hex(text.v, text.length, hash);
    snprintf(value, sizeof value, "sha256:%.16s", hash);
    setting_add(s, "treatments", value);
  }
  free(all);
  sd_text_clear(&text);
  return status;
}

/* What holds where nothing was asked for: the hash names what was used, so that a result does not
 * depend on what this version happens to take for granted. Every name that settings_collect knows
 * stands here. */
static const sd_setting DEFAULTS[] = {
    {"card_after", "auto"},
    {"card_before", "auto"},
    {"control_zone", "none"},
    {"force", "no"},
    {"ipd_mm", "none"},
    {"language", "en"},
    {"max_megapixels", "120"},
    {"mirrored", "none"},
    {"paper", "a4"},
    {"points", "none"},
    {"points_reused", "no"},
    {"rating", "none"},
    {"repeatability", "built-in"},
    {"roi", "none"},
    {"scale_mm_per_px", "none"},
    {"share", "no"},
    {"transform", "none"},
    {"treatments", "none"},
    {"view", "auto"},
    {"zone_map", "none"},
    {"zones", "all"},
};
enum { DEFAULT_COUNT = sizeof DEFAULTS / sizeof *DEFAULTS };

static bool is_given(const settings *s, const char *name) {
  for (size_t k = 0; k < s->count; k++)
    if (strcmp(s->v[k].name, name) == 0)
      return true;
  return false;
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const sd_setting *)a)->name, ((const sd_setting *)b)->name);
}

sd_status settings_hash(const settings *s, char hash[65], sd_diag *diag) {
  sd_text text = {0};
  sd_setting all[SETTINGS_MAX + DEFAULT_COUNT];
  size_t count = 0;
  for (size_t k = 0; k < s->count; k++)
    all[count++] = s->v[k];
  for (size_t k = 0; k < DEFAULT_COUNT; k++)
    if (!is_given(s, DEFAULTS[k].name))
      all[count++] = DEFAULTS[k];
  qsort(all, count, sizeof *all, by_name);
  for (size_t k = 0; k < count; k++)
    sd_text_addf(&text, "%s=%s\n", all[k].name, all[k].value);
  bool failed = text.failed;
  sd_sha256_hex(text.v != NULL ? text.v : "", text.length, hash);
  sd_text_clear(&text);
  return failed ? sd_fail(diag, SD_NO_MEMORY, "not enough memory for the manifest") : SD_OK;
}

sd_status settings_collect(settings *s, const sd_job_options *o, sd_diag *diag) {
  sd_status status = SD_OK;
  setting_add(s, "control_zone", o->control_zone);
  setting_add(s, "zones", o->zones);
  setting_add_number(s, "scale_mm_per_px", o->scale_mm_per_px);
  setting_add_number(s, "ipd_mm", o->ipd_mm);
  setting_add_number(s, "max_megapixels", o->max_megapixels);
  setting_add(s, "share", o->share ? "yes" : NULL);
  setting_add(s, "paper", o->letter ? "letter" : NULL);
  setting_add(s, "language", sd_language_setting(o->language));
  setting_add(s, "force", o->force ? "yes" : NULL);
  SD_TRY(setting_add_file(s, "roi", o->roi_path, diag));
  SD_TRY(setting_add_file(s, "zone_map", o->zone_map_path, diag));
  SD_TRY(setting_add_file(s, "repeatability", o->repeatability_path, diag));
  SD_TRY(setting_add_file(s, "transform", o->transform_path, diag));
  if (o->mirrored[0] || o->mirrored[1])
    setting_add(s, "mirrored", !o->mirrored[1] ? "before" : !o->mirrored[0] ? "after" : "both");
  setting_add(s, "view", o->view != SD_ASKED_AUTO ? sd_asked_view_name(o->view) : NULL);
  setting_add_card(s, "card_before", &o->card[0]);
  setting_add_card(s, "card_after", &o->card[1]);
  SD_TRY(add_treatments(s, o, diag));
  SD_TRY(setting_add_file(s, "rating", o->rating_path, diag));
done:
  return status;
}
