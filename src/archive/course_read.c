/* The photos of a course, read when they are needed, and what stays of them. */
#include "archive/timeline.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading
 * ---------------------------------------------------------------------------------------- */

/* All photos are read alike: what the options say of a first photo is the reference's. */
sd_job_options course_options(const course *c, bool reference) {
  sd_job_options o = *c->options;
  o.transform_path = o.points_path = NULL;
  if (!reference)
    o.roi_path = o.zone_map_path = NULL;
  o.mirrored[0] = o.mirrored[1] = false;
  o.card[1] = o.card[0];
  if (!reference)
    o.scale_mm_per_px = 0;
  return o;
}

sd_status course_read_shot(session *out, course *c, size_t k, sd_diag *diag) {
  shot *s = course_shot(c, k);
  bool reference = k == c->reference && s->facts.width > 0;
  sd_job_options o = course_options(c, reference);
  sd_status status = SD_OK;
  session_clear(out);
  *out = (session){0};
  SD_TRY(session_read(out, s->path, c->models, &o, reference, diag));
  if (s->facts.width > 0 && strcmp(s->facts.file_sha256, out->photo.file_sha256) != 0)
    status = sd_fail(diag, SD_UNREADABLE, "%s: was changed while it was being measured", s->path);
done:
  return status;
}

/* What stays of a photo when its pixels go. */
void course_keep_facts(shot *s, const session *read) {
  s->facts = read->photo;
  s->facts.samples = NULL;
  s->facts.opaque = (sd_mask){0};
  for (int k = 0; k < 3; k++)
    s->facts.curve[k] = NULL;
  s->face = read->face;
  s->quality = read->quality;
  s->reference = read->reference;
}

sd_status course_look_at_all(course *c, sd_diag *diag) {
  sd_status status = SD_OK;
  session s = {0};
  c->reference = c->shots.count; /* none yet */
  for (size_t k = 0; k < c->shots.count; k++) {
    SD_TRY(course_next_step(c, "reading the photos", diag));
    SD_TRY(course_read_shot(&s, c, k, diag));
    course_keep_facts(course_shot(c, k), &s);
    note_session(c->options, &s);
  }
done:
  session_clear(&s);
  return status;
}

sd_status course_carry_zones(course *c, session *s, size_t k, sd_diag *diag) {
  sd_job_options o = course_options(c, true);
  return session_carry_zones(s, &c->first, c->models, course_shot(c, k)->from_first, &o, diag);
}

void course_find_coarsest_chroma(course *c) {
  c->chroma_h = c->chroma_v = 1;
  for (size_t k = 0; k < c->shots.count; k++) {
    int h, v;
    sd_coding_chroma(&course_shot(c, k)->facts.coding, &h, &v);
    c->chroma_h = h > c->chroma_h ? h : c->chroma_h;
    c->chroma_v = v > c->chroma_v ? v : c->chroma_v;
  }
}

/* All photos have the colour of the coarsest one, so that each is measured alike in every pair. */
sd_status course_coarsen(course *c, session *s, sd_diag *diag) {
  int h, v;
  sd_coding_chroma(&s->photo.coding, &h, &v);
  if (h == c->chroma_h && v == c->chroma_v)
    return SD_OK;
  return sd_photo_coarsen_chroma(&s->photo, c->chroma_h, c->chroma_v, diag);
}
