#include "archive/settings.h"

#include "archive/files.h"

#include <stdio.h>
#include <string.h>

void settings_add(settings *s, const char *name, const char *value) {
  if (value == NULL || s->count == SETTINGS_MAX)
    return;
  char *kept = s->values[s->count];
  snprintf(kept, SETTING_TEXT, "%s", value);
  s->list[s->count++] = (sd_setting){name, kept};
}

static void number_setting(settings *s, const char *name, double value) {
  char text[SETTING_TEXT];
  snprintf(text, sizeof text, "%.9g", value);
  settings_add(s, name, value > 0 ? text : NULL);
}

/* How a photo's colour reference was asked for, where it was. */
static void card_setting(settings *s, const char *name, const sd_card_request *card) {
  const sd_point *p = card->corner;
  char text[SETTING_TEXT];
  if (card->source == SD_CARD_NONE)
    settings_add(s, name, "none");
  if (card->source == SD_CARD_CORNERS) {
    snprintf(text, sizeof text, "corners %.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g", p[0].x, p[0].y,
             p[1].x, p[1].y, p[2].x, p[2].y, p[3].x, p[3].y);
    settings_add(s, name, text);
  }
  if (card->source == SD_CARD_GREY) {
    snprintf(text, sizeof text, "grey %d,%d,%d,%d", card->grey.x, card->grey.y, card->grey.width,
             card->grey.height);
    settings_add(s, name, text);
  }
}

/* What shaped the result, by content: file names are no settings, their bytes are. */
static sd_status file_setting(settings *s, const char *name, const char *path, sd_diag *diag) {
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
    settings_add(s, name, text);
  }
  sd_text_clear(&bytes);
  return status;
}

sd_status settings_collect(settings *s, const sd_job_options *o, sd_diag *diag) {
  sd_status status = SD_OK;
  settings_add(s, "control_zone", o->control_zone);
  settings_add(s, "zones", o->zones);
  number_setting(s, "scale_mm_per_px", o->scale_mm_per_px);
  number_setting(s, "ipd_mm", o->ipd_mm);
  number_setting(s, "max_megapixels", o->max_megapixels);
  settings_add(s, "paper", o->letter ? "letter" : NULL);
  settings_add(s, "force", o->force ? "yes" : NULL);
  SD_TRY(file_setting(s, "roi", o->roi_path, diag));
  SD_TRY(file_setting(s, "zone_map", o->zone_map_path, diag));
  SD_TRY(file_setting(s, "transform", o->transform_path, diag));
  if (o->mirrored[0] || o->mirrored[1])
    settings_add(s, "mirrored", !o->mirrored[1] ? "before" : !o->mirrored[0] ? "after" : "both");
  settings_add(s, "view", o->view != SD_ASKED_AUTO ? sd_asked_view_name(o->view) : NULL);
  card_setting(s, "card_before", &o->card[0]);
  card_setting(s, "card_after", &o->card[1]);
  SD_TRY(file_setting(s, "treatments", o->treatments_path, diag));
done:
  return status;
}

void settings_text(sd_text *out, const settings *s) {
  for (size_t k = 0; k < s->count; k++)
    sd_text_addf(out, "%s=%s\n", s->list[k].name, s->list[k].value);
}
