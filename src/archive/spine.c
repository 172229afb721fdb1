/* From a registered pair to its change.
 *
 * The pair is measured in an order of its own (sd_align_leads), so that exchanging before and after
 * flips every sign and changes nothing else. Where the user draws zones on BEFORE, BEFORE leads. */
#include "archive/spine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool leads(const spine_pair *p) {
  return p->before_leads ||
         sd_align_leads(&p->before->photo, &p->before->face, &p->after->photo, &p->after->face);
}

/* The alignment seen from the other photo. Borrows the maps: never clear the view. */
static void exchanged_view(sd_alignment *view, const sd_alignment *of) {
  *view = *of;
  sd_alignment_exchange(view);
  view->error_px = of->leader_error_px;
}

double session_mm(const session *s) {
  return s->face.scale.source != SD_SCALE_NONE ? s->face.scale.mm_per_px : NAN;
}

/* Both photos with the same pigment axes, the sharper one softened to equal the other. */
static sd_status measure_both(session *first, session *second, const sd_capture_match *match,
                              sd_diag *diag) {
  double tone = 0.5 * (sd_skin_tone(&first->photo, &first->skin) +
                       sd_skin_tone(&second->photo, &second->skin));
  double blur = isnan(match->blur_px2) ? 0 : match->blur_px2; /* of first's pixels */
  sd_measure_options a = {.mm_per_px = session_mm(first), .axes = sd_pigment_axes_for_tone(tone)};
  sd_measure_options b = a;
  b.mm_per_px = session_mm(second);
  sd_status status = sd_pigment_axes_adapt(
      &a.axes, (const sd_photo *[]){&first->photo, &second->photo},
      (const sd_skin *[]){&first->skin, &second->skin}, (double[]){a.mm_per_px, b.mm_per_px}, diag);
  b.axes = a.axes;
  a.extra_blur_px = blur > 0 ? sqrt(blur) : 0;
  b.extra_blur_px = blur < 0 ? sqrt(-blur) * match->scale_ratio : 0;
  if (status == SD_OK)
    status = sd_measure(&first->measures, &first->photo, &first->skin, &a, diag);
  if (status == SD_OK)
    status = sd_measure(&second->measures, &second->photo, &second->skin, &b, diag);
  return status;
}

/* Colour that one file shares between pixels and the other does not would read as relief and as
 * marks: the finer one is brought to the coarser one's grid. */
static sd_status equal_chroma(session *before, session *after, sd_diag *diag) {
  session *both[2] = {before, after};
  int h[2], v[2];
  for (int k = 0; k < 2; k++)
    sd_coding_chroma(&both[k]->photo.coding, &h[k], &v[k]);
  for (int k = 0; k < 2; k++) {
    int wanted_h = h[0] > h[1] ? h[0] : h[1], wanted_v = v[0] > v[1] ? v[0] : v[1];
    if (h[k] == wanted_h && v[k] == wanted_v)
      continue;
    sd_status status = sd_photo_coarsen_chroma(&both[k]->photo, wanted_h, wanted_v, diag);
    if (status != SD_OK)
      return status;
  }
  return SD_OK;
}

/* A grey card tells the white balance, but nothing of a tone curve. */
static bool tells_colours(const sd_colour_reference *r) {
  return r->kind == SD_REFERENCE_COLORCHECKER && r->usable;
}

/* The second photo in the tone of the first, unless colour references say what their colours are or
 * both are one file. `skin` is the first's. */
static sd_status equal_tone(sd_untoned *kept, sd_tone *tone, const session *first,
                            const sd_skin *skin, session *second, const sd_alignment *seen,
                            const sd_job_options *options, sd_diag *diag) {
  bool referenced = tells_colours(&first->reference) && tells_colours(&second->reference);
  if (referenced || strcmp(first->photo.file_sha256, second->photo.file_sha256) == 0)
    return SD_OK;
  sd_status status =
      sd_tone_find(tone, &first->photo, skin, &second->photo, &second->skin, seen,
                   session_mm(first), sd_skin_label(skin, options->control_zone), diag);
  return status == SD_OK ? sd_tone_apply(tone, &second->photo, kept, diag) : status;
}

/* Camera and lamp are asked of the whole face, whatever region of it the user wants changes of: in
 * a small one that is treated, healing would read as a flatter tone curve. (With zones drawn by
 * hand the tone is asked of what lies outside them as well.) */
static sd_status whole_face(sd_skin *out, const session *s, const sd_job_options *options,
                            sd_diag *diag) {
  bool region = options->roi_path != NULL && s->skin.from_landmarks;
  return region ? session_whole_face(out, s, diag) : SD_OK;
}

static sd_status measure_pair(sd_untoned *kept, const spine_pair *p, const sd_alignment *seen,
                              const sd_job_options *options, sd_capture_match *match,
                              sd_diag *diag) {
  sd_status status = SD_OK;
  session *first = leads(p) ? p->before : p->after, *second = leads(p) ? p->after : p->before;
  sd_skin whole = {.zone_count = 0};
  const sd_skin *skin = &first->skin;
  if (p->alignment->status != SD_ALIGNMENT_FAILED) {
    sd_tone tone = {0};
    SD_TRY(equal_chroma(p->before, p->after, diag));
    SD_TRY(whole_face(&whole, first, options, diag));
    if (whole.zone_count > 0)
      skin = &whole;
    SD_TRY(equal_tone(kept, &tone, first, skin, second, seen, options, diag));
    SD_TRY(sd_capture_match_measure(match, &first->photo, skin, &second->photo, &second->skin, seen,
                                    session_mm(first), diag));
    match->tone = tone;
  }
  if (p->steps > 0)
    SD_TRY(step(options, "measuring skin", p->at, p->steps, diag));
  SD_TRY(measure_both(first, second, match, diag));
done:
  sd_skin_clear(&whole);
  return status;
}

static sd_status find_change(sd_change *out, const spine_pair *p, const sd_alignment *seen,
                             const sd_job_options *o, const sd_capture_match *match,
                             sd_diag *diag) {
  sd_change_options options = {.control_zone = o->control_zone,
                               .zones = o->zones,
                               .whole = o->roi_path != NULL ? "roi" : "all_skin",
                               .repeatability = p->repeatability,
                               .view = o->view,
                               .force = o->force};
  sd_side before = session_side(p->before), after = session_side(p->after);
  if (leads(p))
    return sd_change_find(out, &before, &after, p->alignment, match, &options, diag);
  sd_status status = sd_change_find(out, &after, &before, seen, match, &options, diag);
  if (status == SD_OK)
    status = sd_change_exchange(out, &before, &after, p->alignment, diag);
  return status;
}

sd_status spine_change(sd_change *out, const spine_pair *p, const sd_job_options *options,
                       sd_diag *diag) {
  sd_status status = SD_OK;
  sd_capture_match match = {.blur_px2 = NAN, .blur_mm2 = NAN, .coherence = NAN, .scale_ratio = 1};
  sd_untoned kept = {.curve = {NULL}};          /* of the photo that follows */
  sd_alignment *seen = calloc(1, sizeof *seen); /* from the photo that leads */
  if (seen == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory");
  if (leads(p))
    *seen = *p->alignment;
  else
    exchanged_view(seen, p->alignment);
  SD_TRY(measure_pair(&kept, p, seen, options, &match, diag));
  if (p->steps > 0)
    SD_TRY(step(options, "finding changes", p->at + 1, p->steps, diag));
  SD_TRY(find_change(out, p, seen, options, &match, diag));
done:
  sd_tone_undo(leads(p) ? &p->after->photo : &p->before->photo, &kept);
  free(seen);
  return status;
}
