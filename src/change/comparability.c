/* May these two photos be compared? Every way in which their taking differs is held against a
 * limit; what passes it is said in words, with what to do better next time (science.md 9). */
#include "change/pair.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A value is fine up to `care`, questionable up to `refuse`, and too much beyond. */
typedef struct limit {
  double care, refuse;
} limit;

static const limit BLUR_PX2 = {0.6, 6.0}; /* equalising 1.5 px^2 costs the fine band */
/* Median movement of the skin below which the two files are one shot: registration finds the
 * identity this well through heavy compression, and nobody holds camera and face so still. The
 * second is a share of the face's longer side. */
static const double STILL_PX = 0.05, STILL_SHARE = 2.5e-4;
static const limit EXPOSURE_STOPS = {0.7, 2.2}; /* noise and clipping; exposure itself cancels */
static const limit CAST_OD = {0.12, 0.60};      /* |melanin| + |haemoglobin| offset */
static const limit CLIPPED_SHARE = {0.02, 0.15};
static const limit LIGHT_TURN_DEG = {45, 135};
static const limit POSE_DEG = {10, 25};
static const limit RESOLUTION_RATIO = {0.70, 0.35}; /* of the coarser to the finer photo */
static const limit NOISE_RATIO = {2.0, 6.0}, COLOUR_NOISE_RATIO = {1.5, 6.0};
static const limit MISMATCH = {0.9, 3.0};
static const double EDGE_RATIO = 1.4; /* edge widths repeat to 15 % between shots */
/* Added to the mismatch where blur and noise could not be compared: unknown is not alike. */
static const double UNKNOWN_DETAIL = 0.8;
/* Share of the skin under dates, bars and watermarks that goes without saying. */
static const double DRAWN_OVER_MAX = 0.02;
/* One unit of blur in the mismatch, and the most it counts: beyond, detail is gone and the bands
 * that need it are not measured anyway. */
static const double BLUR_UNIT_MM2 = 1 / (12.0 * 12.0), BLUR_COUNTED_MAX = 2;
static const limit EXPRESSION = {0.006, 0.04}; /* neutral repeats stay under the first */
/* At quality 80 unchanged skin reads as before; at 50 the blocks of chroma read as unevenness of
 * brown and red by .2 to .5 ln and hide a third of the fine relief: more than most treatments do.
 */
enum { JPEG_CARE = 75, JPEG_REFUSE = 60 };
/* Skin whose colour varies less than this beyond what its lightness foretells was photographed, or
 * saved, without colour: toned and nearly colourless copies of 30 photos stay under .008 (greys at
 * 0, sepia under .004), the photos themselves lie at .012 and above. */
static const double CHROMA_SPREAD_MIN = 0.006;

const char *sd_comparable_name(sd_comparable verdict) {
  static const char *const NAMES[] = {"not_comparable", "compare_with_care", "comparable"};
  return NAMES[verdict];
}

static sd_comparable judge(double value, limit l) {
  if (isnan(value) || value <= l.care)
    return SD_COMPARABLE;
  return value <= l.refuse ? SD_COMPARE_WITH_CARE : SD_NOT_COMPARABLE_PAIR;
}

static sd_reason *add(sd_comparability *c, const char *code, const char *family,
                      sd_comparable severity, double before, double after, double at_limit,
                      const char *advice) {

  /* there are fewer codes than places */
  sd_reason *r =
      &c->reasons[c->reason_count < SD_REASONS_MAX ? c->reason_count++ : SD_REASONS_MAX - 1];
  *r = (sd_reason){.code = code,
                   .family = family,
                   .severity = severity,
                   .before = before,
                   .after = after,
                   .limit = at_limit};
  snprintf(r->advice, sizeof r->advice, "%s", advice);
  sd_comparable *of = strcmp(family, "colour") == 0    ? &c->colour
                      : strcmp(family, "texture") == 0 ? &c->texture
                                                       : &c->geometry;
  *of = severity < *of ? severity : *of;
  return r;
}

static void sharpness(sd_comparability *c, const sd_capture_match *m, const sd_quality *b,
                      const sd_quality *a) {
  /* in pixels of the coarser photo: finer ones have nothing to lose */
  double coarser = fmin(m->scale_ratio, 1);
  sd_comparable s = judge(fabs(m->blur_px2) * coarser * coarser, BLUR_PX2);
  if (s == SD_COMPARABLE)
    return;
  sd_reason *r =
      add(c, "sharpness", "texture", s, b->edge_spread_px, a->edge_spread_px, BLUR_PX2.care,
          "Focus on the cheek, hold the camera still and use more light.");
  snprintf(r->text, sizeof r->text,
           "The %s photo is softer (a blur of %.1f pixels lies between them); the sharper one is "
           "softened to match before texture is compared.",
           m->blur_px2 > 0 ? "after" : "before", sqrt(fabs(m->blur_px2)));
}

/* Too little skin to compare detail by: the edges of the face tell at least of a gross difference.
 */
static void edges(sd_comparability *c, const sd_capture_match *m, const sd_quality *b,
                  const sd_quality *a) {
  double ratio = a->edge_spread_px / (b->edge_spread_px * m->scale_ratio);
  if (!isnan(m->blur_px2) || !(fmax(ratio, 1 / ratio) > EDGE_RATIO))
    return;
  sd_reason *r =
      add(c, "sharpness", "texture", SD_COMPARE_WITH_CARE, b->edge_spread_px, a->edge_spread_px,
          EDGE_RATIO, "Focus on the cheek, hold the camera still and use more light.");
  snprintf(
      r->text, sizeof r->text,
      "The %s photo is softer (its edges are %.1f times as wide), and too little skin is seen to "
      "make up for it.",
      ratio > 1 ? "after" : "before", fmax(ratio, 1 / ratio));
}

static void exposure(sd_comparability *c, const sd_quality *b, const sd_quality *a) {
  double stops = a->exposure_ev - b->exposure_ev;
  sd_comparable s = judge(fabs(stops), EXPOSURE_STOPS);
  if (s == SD_COMPARABLE)
    return;
  sd_reason *r = add(c, "exposure", "colour", s, b->exposure_ev, a->exposure_ev,
                     EXPOSURE_STOPS.care, "Lock the exposure on the skin and use the same light.");
  snprintf(r->text, sizeof r->text, "The after photo is %.1f stops %s.", fabs(stops),
           stops > 0 ? "brighter" : "darker");
}

static void cast(sd_comparability *c, const sd_capture_match *m, const sd_quality *b,
                 const sd_quality *a) {
  double offset = fabs(m->melanin) + fabs(m->haemoglobin);
  sd_comparable s = judge(offset, CAST_OD);
  if (s == SD_COMPARABLE)
    return;
  sd_reason *r = add(c, "white_balance", "colour", s, b->cast_red, a->cast_red, CAST_OD.care,
                     "Fix the white balance (daylight setting or a grey card) for every session.");
  snprintf(
      r->text, sizeof r->text,
      "All of the skin is %s in the after photo (%.2f optical density): a colour cast of light or "
      "camera, or a tan. Only differences within the face are compared.",
      a->cast_red - b->cast_red > 0 ? "redder or yellower" : "bluer or greener", offset);
}

/* A photo without colour holds no pigment, only what rounding left of it. */
static void monochrome(sd_comparability *c, const sd_quality *b, const sd_quality *a) {
  bool before = b->chroma_spread < CHROMA_SPREAD_MIN, after = a->chroma_spread < CHROMA_SPREAD_MIN;
  if (!before && !after)
    return;
  sd_reason *r =
      add(c, "monochrome", "colour", SD_NOT_COMPARABLE_PAIR, b->chroma_spread, a->chroma_spread,
          CHROMA_SPREAD_MIN,
          "Use the camera's own colour photo, without a black-and-white or toning filter.");
  if (before && after)
    snprintf(r->text, sizeof r->text,
             "Both photos are black-and-white or toned: brown and red cannot be read from them.");
  else
    snprintf(r->text, sizeof r->text,
             "The %s photo is black-and-white or toned: brown and red cannot be read from it.",
             before ? "before" : "after");
}

/* In per cent of the after photo above the before photo. */
static double above(double correction) {
  return 100 * (1 / (1 + fmax(correction, -0.9)) - 1);
}

static void tone_curve(sd_comparability *c, const sd_tone *tone) {
  double contrast = tone->curve_told ? above(tone->contrast) : 0;
  double saturation = tone->saturation_told ? above(tone->saturation) : 0;
  if (!tone->curve_told && !tone->saturation_told)
    return;
  sd_reason *r = add(c, "tone_curve", "colour", SD_COMPARE_WITH_CARE, NAN, contrast, NAN,
                     "Switch off filters, picture styles and HDR, and use one camera app.");
  snprintf(
      r->text, sizeof r->text,
      "The photos have different tone curves (contrast of the after photo %+.0f %%, saturation "
      "%+.0f %%), as filters, picture styles and HDR make them; it was undone before "
      "measuring.",
      contrast, saturation);
}

static void clipping(sd_comparability *c, const sd_quality *b, const sd_quality *a) {
  double worst = fmax(b->clipped_share, a->clipped_share);
  sd_comparable s = judge(worst, CLIPPED_SHARE);
  if (s == SD_COMPARABLE)
    return;
  sd_reason *r = add(c, "clipping", "colour", s, b->clipped_share, a->clipped_share,
                     CLIPPED_SHARE.care, "Expose a little darker so that no skin turns white.");
  snprintf(r->text, sizeof r->text,
           "%.0f %% of the skin in the %s photo is over-exposed and left out.", 100 * worst,
           a->clipped_share > b->clipped_share ? "after" : "before");
}

/* How far the light went round the face; a turned camera turns the face and the light alike. */
static double light_turn(const sd_quality *b, const sd_quality *a, double rotation_deg) {
  if (sd_light_of(b) != SD_LIGHT_SIDED || sd_light_of(a) != SD_LIGHT_SIDED)
    return NAN;
  return fabs(remainder(a->light_azimuth_deg + rotation_deg - b->light_azimuth_deg, 360));
}

static void light(sd_comparability *c, const sd_capture_match *m, const sd_quality *b,
                  const sd_quality *a) {
  double turn = m->light_turn_deg;
  sd_comparable s = judge(turn, LIGHT_TURN_DEG);
  if (s == SD_COMPARABLE)
    return;
  sd_reason *r = add(c, "light_direction", "texture", s, b->light_azimuth_deg, a->light_azimuth_deg,
                     LIGHT_TURN_DEG.care, "Keep lamp, window and chair where they were.");
  snprintf(
      r->text, sizeof r->text,
      "The light comes from another side (turned by %.0f degrees): apparent relief depends on it.",
      turn);
}

static void pose(sd_comparability *c, const sd_face *b, const sd_face *a) {
  if (!b->found || !a->found)
    return;
  double turn = hypot(a->yaw_deg - b->yaw_deg, a->pitch_deg - b->pitch_deg);
  sd_comparable s = judge(turn, POSE_DEG);
  if (s == SD_COMPARABLE)
    return;
  sd_reason *r = add(c, "pose", "geometry", s, b->yaw_deg, a->yaw_deg, POSE_DEG.care,
                     "Let the subject look straight at the lens, as in the first photo.");
  snprintf(r->text, sizeof r->text, "The head is turned by %.0f degrees between the photos.", turn);
}

const char *sd_asked_view_name(sd_asked_view view) {
  static const char *const NAMES[] = {"auto", "front", "left", "right"};
  return NAMES[view];
}

/* Frontal photos by hand stay within some 10 degrees and oblique ones are taken at 30 to 45; the
 * two ranges overlap a little, so that no photo fits nothing. */
static const double FRONT_YAW_MAX_DEG = 20, SIDE_YAW_MIN_DEG = 15;

static bool shows_view(const sd_face *face, sd_asked_view view) {
  switch (view) {
  case SD_ASKED_FRONT:
    return fabs(face->yaw_deg) <= FRONT_YAW_MAX_DEG;
  case SD_ASKED_LEFT: /* the left side faces the lens when the head is turned to the right */
    return face->yaw_deg <= -SIDE_YAW_MIN_DEG;
  case SD_ASKED_RIGHT:
    return face->yaw_deg >= SIDE_YAW_MIN_DEG;
  case SD_ASKED_AUTO:
    break;
  }
  return true;
}

static void asked_view(sd_comparability *c, sd_asked_view view, const sd_face *b,
                       const sd_face *a) {
  static const char ADVICE[] = "Turn the head as the view asks, or leave --view at auto.";
  bool known = b->found && a->found;
  if (view == SD_ASKED_AUTO || (known && shows_view(b, view) && shows_view(a, view)))
    return;
  double limit_deg = view == SD_ASKED_FRONT  ? FRONT_YAW_MAX_DEG
                     : view == SD_ASKED_LEFT ? -SIDE_YAW_MIN_DEG
                                             : SIDE_YAW_MIN_DEG;
  sd_reason *r = add(c, "view", "geometry", known ? SD_NOT_COMPARABLE_PAIR : SD_COMPARE_WITH_CARE,
                     b->found ? b->yaw_deg : NAN, a->found ? a->yaw_deg : NAN, limit_deg, ADVICE);
  if (!known)
    snprintf(r->text, sizeof r->text,
             "Whether both photos show the %s view cannot be told: no face was found in one.",
             sd_asked_view_name(view));
  else
    snprintf(r->text, sizeof r->text,
             "The %s view was asked for, but the head is turned by %.0f degrees before and %.0f "
             "after (+ to the subject's left).",
             sd_asked_view_name(view), b->yaw_deg, a->yaw_deg);
}

static void resolution(sd_comparability *c, const sd_capture_match *m, const sd_side *b,
                       const sd_side *a) {
  double ratio = fmin(m->scale_ratio, 1 / m->scale_ratio);
  if (!(ratio < RESOLUTION_RATIO.care))
    return;
  sd_comparable s = ratio < RESOLUTION_RATIO.refuse ? SD_NOT_COMPARABLE_PAIR : SD_COMPARE_WITH_CARE;
  sd_reason *r =
      add(c, "resolution", "texture", s, 1 / b->measures->mm_per_px, 1 / a->measures->mm_per_px,
          RESOLUTION_RATIO.care, "Photograph from the same distance with the same camera.");
  snprintf(r->text, sizeof r->text, "The face is %.1f times as large in the %s photo.", 1 / ratio,
           m->scale_ratio > 1 ? "after" : "before");
}

static void compression(sd_comparability *c, const sd_quality *b, const sd_quality *a) {
  static const char ADVICE[] =
      "Use the camera's original file, not one from a messenger or the web.";
  int qb = b->jpeg_quality > 0 ? b->jpeg_quality : 100;
  int qa = a->jpeg_quality > 0 ? a->jpeg_quality : 100;
  int worst = qb < qa ? qb : qa;
  const char *which = qa < qb ? "after" : "before";
  if (worst >= JPEG_CARE)
    return;
  sd_comparable severity = worst < JPEG_REFUSE ? SD_NOT_COMPARABLE_PAIR : SD_COMPARE_WITH_CARE;
  sd_reason *r = add(c, "jpeg_quality", "texture", severity, qb, qa, JPEG_CARE, ADVICE);
  snprintf(r->text, sizeof r->text, "The %s photo is strongly compressed (JPEG quality %d).", which,
           worst);
  if (worst >= JPEG_REFUSE)
    return;
  r = add(c, "jpeg_colour", "colour", severity, qb, qa, JPEG_REFUSE, ADVICE);
  snprintf(r->text, sizeof r->text,
           "The %s photo keeps colour in blocks of 16 pixels only (JPEG quality %d): they read as "
           "unevenness of the skin.",
           which, worst);
}

static void noise(sd_comparability *c, const sd_capture_match *m, const sd_quality *b,
                  const sd_quality *a) {
  double ratio = fmax(m->noise_ratio, 1 / m->noise_ratio);
  sd_comparable s = judge(ratio, NOISE_RATIO);
  if (s == SD_COMPARABLE)
    return;
  sd_reason *r = add(c, "noise", "texture", s, b->noise, a->noise, NOISE_RATIO.care,
                     "Use more light, so that the camera need not amplify.");
  snprintf(r->text, sizeof r->text, "The %s photo has %.1f times the noise.",
           m->noise_ratio > 1 ? "after" : "before", ratio);
}

/* What the camera smoothed to blotches of colour is not seen in the finest detail. */
static void colour_noise(sd_comparability *c, const sd_capture_match *m) {
  double ratio = fmax(m->colour_noise_ratio, 1 / m->colour_noise_ratio);
  sd_comparable s = judge(ratio, COLOUR_NOISE_RATIO);
  if (s == SD_COMPARABLE)
    return;
  sd_reason *r =
      add(c, "colour_noise", "colour", s, 1, m->colour_noise_ratio, COLOUR_NOISE_RATIO.care,
          "Use more light, so that the camera need not amplify, and the camera's "
          "original file.");
  snprintf(r->text, sizeof r->text,
           "Plain skin of the %s photo is %.1f times as blotchy in colour: noise or compression.",
           m->colour_noise_ratio > 1 ? "after" : "before", ratio);
}

static void profile(sd_comparability *c, const sd_photo *b, const sd_photo *a) {
  if (strcmp(b->coding.profile, a->coding.profile) == 0)
    return;
  sd_reason *r = add(c, "colour_profile", "colour", SD_COMPARE_WITH_CARE, NAN, NAN, NAN,
                     "Use the same camera and file type for every session.");
  snprintf(r->text, sizeof r->text,
           "The photos have different colour profiles (%.60s, %.60s); both were converted.",
           b->coding.profile, a->coding.profile);
}

static void registration(sd_comparability *c, const sd_alignment *al) {
  if (al->status == SD_ALIGNMENT_OK)
    return;
  bool failed = al->status == SD_ALIGNMENT_FAILED;
  sd_reason *r =
      add(c, failed ? "registration" : "coverage", "geometry",
          failed ? SD_NOT_COMPARABLE_PAIR : SD_COMPARE_WITH_CARE, NAN, al->coverage, NAN,
          al->mirrored ? "Switch mirroring off in the camera, or say which photo is mirrored."
          : failed     ? "Photograph the same view of the same person, or give points by hand."
                       : "Photograph the same view from the same distance.");
  size_t length = strlen(al->reason);
  bool asks = length > 0 && al->reason[length - 1] == '?';
  snprintf(r->text, sizeof r->text, "%.200s%s", al->reason, asks ? "" : ".");
  /* the reason is half a sentence: elsewhere it stands after the names of the photos */
  if (length > 0)
    r->text[0] = (char)toupper((unsigned char)r->text[0]);
}

/* Dates, bars and watermarks hide skin, and what is left out unsaid would look overlooked. */
static void drawn_over(sd_comparability *c, const sd_alignment *al) {
  if (al->status == SD_ALIGNMENT_FAILED || !(al->drawn_over > DRAWN_OVER_MAX))
    return;
  sd_reason *r = add(c, "drawn_over", "geometry", SD_COMPARE_WITH_CARE, NAN, al->drawn_over, NAN,
                     "Compare the photos as the camera saved them, without dates, bars or marks.");
  snprintf(r->text, sizeof r->text,
           "A date, a bar or a watermark lies on %.0f %% of the skin; that is left out.",
           100 * al->drawn_over);
}

/* The map holds together, but not well enough to swear that it is the same skin. */
static void likeness(sd_comparability *c, const sd_alignment *al) {
  if (al->status == SD_ALIGNMENT_FAILED || al->same_skin)
    return;
  sd_reason *r = add(c, "different_skin", "geometry", SD_NOT_COMPARABLE_PAIR, NAN, al->likeness,
                     SD_LIKENESS_SAME_SKIN,
                     "Check that both photos show the same person and view, in alike light.");
  snprintf(r->text, sizeof r->text,
           "The photos agree too little (%.2f of 1) to be sure that they show the same skin.",
           fmax(al->likeness, 0));
}

/* Whoever picks one photo twice must not take it for a treatment without effect. */
static void same_picture(sd_comparability *c, const sd_photo *b, const sd_photo *a) {
  if (b->file_sha256[0] == '\0' || strcmp(b->file_sha256, a->file_sha256) != 0)
    return;
  sd_reason *r = add(c, "same_picture", "geometry", SD_COMPARE_WITH_CARE, NAN, NAN, NAN,
                     "Choose two photos from two sessions.");
  snprintf(r->text, sizeof r->text,
           "Both files hold the same picture, pixel for pixel: no time lies between them.");
}

static void one_shot(sd_comparability *c, const sd_capture_match *m) {
  if (!m->one_shot)
    return;
  sd_reason *r = add(c, "one_shot", "geometry", SD_COMPARE_WITH_CARE, NAN, NAN, NAN,
                     "Choose two photos from two sessions.");
  snprintf(r->text, sizeof r->text,
           "Both files seem to be one and the same shot, saved in two ways: no time lies between "
           "them, and no change is told.");
}

/* The finder says of a face it found only that it is one of several. */
static void several_faces(sd_comparability *c, const sd_face *b, const sd_face *a) {
  bool before = b->found && b->reason[0] != '\0', after = a->found && a->reason[0] != '\0';
  if (!before && !after)
    return;
  sd_reason *r = add(c, "several_faces", "geometry", SD_COMPARE_WITH_CARE, NAN, NAN, NAN,
                     "Crop the photos to one person.");
  snprintf(r->text, sizeof r->text, "More than one face is in the %s: the largest was taken.",
           !after    ? "before photo"
           : !before ? "after photo"
                     : "photos");
}

static void control(sd_comparability *c, const sd_capture_match *m) {
  if (!m->control_hidden)
    return;
  sd_reason *r = add(c, "control_zone", "geometry", SD_COMPARE_WITH_CARE, NAN, NAN, NAN,
                     "Choose untreated skin that both photos show well as control zone.");
  snprintf(r->text, sizeof r->text,
           "Too little of the control zone is on both photos: changes are told without it.");
}

static void expression(sd_comparability *c, const sd_alignment *al) {
  sd_comparable s = judge(al->deformation, EXPRESSION);
  if (al->status == SD_ALIGNMENT_FAILED || s == SD_COMPARABLE)
    return;
  sd_reason *r =
      add(c, "expression", "geometry", s, NAN, 100 * al->deformation, 100 * EXPRESSION.care,
          "Ask for a neutral face with the mouth closed, every time.");
  snprintf(r->text, sizeof r->text,
           "The face has another expression or angle (skin moved by %.1f %% of the face): folds, "
           "blood and shading change with it.",
           100 * al->deformation);
}

/* What q is made of, with the words that say it. */
enum { MISMATCH_PARTS = 6 };
static const char *const PART_WORDS[MISMATCH_PARTS] = {"the side of the light",
                                                       "the colour of the light",
                                                       "distance",
                                                       "sharpness",
                                                       "fine detail",
                                                       "noise"};

/* q: one figure for how unlike the photos were taken, the sum of these parts; it widens every
 * interval. Blur counts in mm, as a multiple of what 12 pixels a mm show as one pixel: a finer
 * camera is not punished. */
static void mismatch_parts(double parts[MISMATCH_PARTS], const sd_capture_match *m) {
  bool unknown = isnan(m->blur_px2);
  double blur = isnan(m->blur_mm2) ? fabs(m->blur_px2) : fabs(m->blur_mm2) / BLUR_UNIT_MM2;
  parts[0] = 0.6 * fabs(m->shading);
  parts[1] = 1.5 * (fabs(m->melanin) + fabs(m->haemoglobin));
  parts[2] = 4 * fabs(log(m->scale_ratio));
  parts[3] = unknown ? UNKNOWN_DETAIL : fmin(blur, BLUR_COUNTED_MAX);
  parts[4] = unknown ? 0 : 6 * fmax(0, 0.75 - m->coherence);
  parts[5] = unknown ? 0 : 0.5 * fabs(log(m->noise_ratio));
}

static double mismatch_of(const sd_capture_match *m) {
  double parts[MISMATCH_PARTS], q = 0;
  mismatch_parts(parts, m);
  for (int k = 0; k < MISMATCH_PARTS; k++)
    q += parts[k];
  return q;
}

static void taking(sd_comparability *c, const sd_capture_match *m) {
  sd_comparable s = judge(m->mismatch, MISMATCH);
  double parts[MISMATCH_PARTS];
  int first = 0, second = 1;
  if (s == SD_COMPARABLE)
    return;
  mismatch_parts(parts, m);
  for (int k = 1; k < MISMATCH_PARTS; k++)
    if (parts[k] > parts[first]) {
      second = first;
      first = k;
    } else if (parts[k] > parts[second]) {
      second = k;
    }
  sd_reason *r = add(c, "mismatch", "texture", s, NAN, m->mismatch, MISMATCH.care,
                     "Keep distance, light, lens and focus the same at every session.");
  snprintf(r->text, sizeof r->text,
           "Taken together the photos differ in their taking (mismatch %.2f, fine up to %.2f), "
           "most of all in %s and %s.",
           m->mismatch, MISMATCH.care, PART_WORDS[first], PART_WORDS[second]);
}

/* Median offset of a pigment over all tiles: white balance, not skin. */
static double offset_of(const pair *p, int pigment) {
  float *v = malloc((p->tile_count + 1) * sizeof *v);
  if (v == NULL)
    return NAN;
  for (size_t k = 0; k < p->tile_count; k++)
    v[k] = (float)(pigment == PIGMENT_MELANIN ? p->tiles[k].melanin_change
                                              : p->tiles[k].haemoglobin_change);
  double median = p->tile_count > 0 ? sd_median(v, p->tile_count) : 0;
  free(v);
  return median;
}

static bool is_one_shot(const sd_side *before, const sd_side *after,
                        const sd_alignment *alignment) {
  const sd_warp *map = &alignment->forward;
  size_t nodes = (size_t)map->columns * (size_t)map->rows, count = 0;
  if (strcmp(before->photo->file_sha256, after->photo->file_sha256) == 0 ||
      before->photo->width != after->photo->width || before->photo->height != after->photo->height)
    return false;
  float *moved = malloc((nodes + 1) * sizeof *moved);
  for (size_t k = 0; moved != NULL && k < nodes; k++)
    if (map->valid[k]) {
      double x = map->domain.x + (double)(k % (size_t)map->columns) * map->step_px;
      double y = map->domain.y + (double)(k / (size_t)map->columns) * map->step_px;
      moved[count++] = (float)hypot((double)map->x[k] - x, (double)map->y[k] - y);
    }
  double side = fmax(map->domain.width, map->domain.height);
  bool still = count > 0 && sd_median(moved, count) < STILL_PX + STILL_SHARE * side;
  free(moved);
  return still;
}

/* Days in the order of their names; a photo without a date says nothing. */
static void order(sd_comparability *c, const sd_photo *b, const sd_photo *a) {
  enum { DAY = 10 }; /* "2025-03-04" */
  const char *before = b->capture.taken, *after = a->capture.taken;
  if (strlen(before) < DAY || strlen(after) < DAY || strncmp(after, before, DAY) >= 0)
    return;
  sd_reason *r =
      add(c, "order", "geometry", SD_COMPARABLE, NAN, NAN, NAN, "Give the earlier photo first.");
  snprintf(r->text, sizeof r->text,
           "The photo called before was taken after the other one (%.10s, %.10s): every change "
           "reads backwards.",
           before, after);
}

bool comparability_has(const sd_comparability *c, const char *code) {
  for (int k = 0; k < c->reason_count; k++)
    if (strcmp(c->reasons[k].code, code) == 0)
      return true;
  return false;
}

static sd_comparable overall(const sd_comparability *c) {
  if (c->geometry == SD_NOT_COMPARABLE_PAIR ||
      (c->colour == SD_NOT_COMPARABLE_PAIR && c->texture == SD_NOT_COMPARABLE_PAIR))
    return SD_NOT_COMPARABLE_PAIR;
  bool fine =
      c->geometry == SD_COMPARABLE && c->colour == SD_COMPARABLE && c->texture == SD_COMPARABLE;
  return fine ? SD_COMPARABLE : SD_COMPARE_WITH_CARE;
}

/* Mean of the pigments in which plain skin shows noise. */
static double colour_noise_ratio(const pair *p) {
  double sum = 0;
  int count = 0;
  for (int k = 0; k < PIGMENTS; k++) {
    double ratio = log(p->plain_pigment[k].of[1] / p->plain_pigment[k].of[0]) / 2;
    count += !isnan(ratio);
    sum += isnan(ratio) ? 0 : ratio;
  }
  return count > 0 ? exp(sum / count) : NAN;
}

void capture_match_complete(sd_capture_match *match, const pair *p, const sd_side *before,
                            const sd_side *after, const sd_alignment *alignment) {
  match->melanin = offset_of(p, PIGMENT_MELANIN);
  match->haemoglobin = offset_of(p, PIGMENT_HAEMOGLOBIN);
  match->shading = isnan(match->shading) ? 0 : match->shading;
  match->colour_noise_ratio = colour_noise_ratio(p);
  match->light_turn_deg = light_turn(before->quality, after->quality, alignment->rotation_deg);
  match->light_angle_deg =
      sd_light_angle_deg(before->quality, after->quality, alignment->rotation_deg);
  match->one_shot = is_one_shot(before, after, alignment);
  match->mismatch = mismatch_of(match);
}

void comparability_find(sd_comparability *out, const sd_capture_match *match, const sd_side *before,
                        const sd_side *after, const sd_alignment *alignment, sd_asked_view view) {
  const sd_quality *b = before->quality, *a = after->quality;
  *out = (sd_comparability){.verdict = SD_COMPARABLE,
                            .colour = SD_COMPARABLE,
                            .texture = SD_COMPARABLE,
                            .geometry = SD_COMPARABLE};
  registration(out, alignment);
  drawn_over(out, alignment);
  likeness(out, alignment);
  expression(out, alignment);
  if (alignment->status != SD_ALIGNMENT_FAILED) {
    same_picture(out, before->photo, after->photo);
    one_shot(out, match);
    control(out, match);
    several_faces(out, before->face, after->face);
    pose(out, before->face, after->face);
    asked_view(out, view, before->face, after->face);
    resolution(out, match, before, after);
    sharpness(out, match, b, a);
    edges(out, match, b, a);
    light(out, match, b, a);
    noise(out, match, b, a);
    colour_noise(out, match);
    cast(out, match, b, a);
    tone_curve(out, &match->tone);
    taking(out, match);
  }
  compression(out, b, a);
  exposure(out, b, a);
  clipping(out, b, a);
  monochrome(out, b, a);
  profile(out, before->photo, after->photo);
  order(out, before->photo, after->photo);
  out->verdict = overall(out);
}
