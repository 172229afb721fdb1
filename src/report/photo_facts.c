/* Facts of the photos as text: the same on the page and on paper. */
#include "report/page.h"

#include <stdio.h>

static void scale_of(char out[320], const sd_face *face, const sd_strings *s) {
  char interval[64], low[24], high[24], source[32];
  if (face == NULL || face->scale.source == SD_SCALE_NONE) {
    snprintf(out, 320, "%s", s->scale_unknown);
    return;
  }
  snprintf(low, sizeof low, "%.3g", face->scale.ci_low);
  snprintf(high, sizeof high, "%.3g", face->scale.ci_high);
  snprintf(interval, sizeof interval, s->interval_format, low, high);
  sd_say_name(source, sizeof source, s, sd_scale_source_name(face->scale.source));
  snprintf(out, 320, "%.3g mm/px (%s; %s)", face->scale.mm_per_px, interval, source);
  sd_localise(out, s);
}

static void reference_of(char out[320], const sd_colour_reference *r, const sd_strings *s) {
  char reason[200];
  if (r == NULL || r->kind == SD_REFERENCE_NONE) {
    snprintf(out, 320, "%s", s->reference_none);
  } else if (!r->usable) {
    sd_say(reason, sizeof reason, s, r->reason);
    snprintf(out, 320, s->reference_unusable_format, reason);
  } else if (r->kind == SD_REFERENCE_GREY_CARD) {
    snprintf(out, 320, "%s", s->reference_grey);
  } else {
    snprintf(out, 320, s->reference_chart_format, r->residual_mean);
    sd_localise(out, s);
  }
}

void sd_photo_facts(sd_fact out[SD_PHOTO_FACTS], const sd_side *side, const sd_strings *s) {
  const sd_photo *photo = side->photo;
  const sd_capture *c = &photo->capture;
  const char *const names[SD_PHOTO_FACTS] = {s->taken,     s->camera, s->size, s->profile,
                                             s->reference, s->scale,  s->hash};
  for (int k = 0; k < SD_PHOTO_FACTS; k++)
    out[k].name = names[k];
  snprintf(out[0].value, sizeof out[0].value, "%s", c->taken);
  snprintf(out[1].value, sizeof out[1].value, "%s%s%s", c->make,
           c->make[0] != '\0' && c->model[0] != '\0' ? " " : "", c->model);
  snprintf(out[2].value, sizeof out[2].value, "%d \xc3\x97 %d", photo->width, photo->height);
  if (photo->coding.profile_assumed)
    snprintf(out[3].value, sizeof out[3].value, "%s (%s)", photo->coding.profile,
             s->profile_assumed);
  else
    snprintf(out[3].value, sizeof out[3].value, "%s", photo->coding.profile);
  reference_of(out[4].value, side->reference, s);
  scale_of(out[5].value, side->face, s);
  snprintf(out[6].value, sizeof out[6].value, "%s", photo->file_sha256);
}

void sd_excluded_text(sd_text *out, const sd_skin *skin, const sd_strings *s) {
  bool any = false;
  for (int reason = SD_EXCLUDED_EYE; skin != NULL && reason < SD_EXCLUDED_REASONS; reason++) {
    char name[64], share[32];
    if (skin->excluded_share[reason] < 0.0005) /* would print as 0.0 % */
      continue;
    sd_say_name(name, sizeof name, s, sd_excluded_name((sd_excluded)reason));
    snprintf(share, sizeof share, " %.1f\xc2\xa0%%", 100 * skin->excluded_share[reason]);
    sd_localise(share, s);
    sd_text_addf(out, "%s%s%s", any ? ", " : "", name, share);
    any = true;
  }
  if (skin != NULL && !any)
    sd_text_add(out, s->excluded_none);
}
