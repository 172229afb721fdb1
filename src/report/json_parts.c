/* One photo and one alignment as JSON. */
#include "report/json_parts.h"

#include "report/json_value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static json_t *point(double x, double y) {
  json_t *array = json_array();
  sd_json_append(&array, sd_json_number(x));
  sd_json_append(&array, sd_json_number(y));
  return array;
}

static json_t *scale_object(const sd_scale *scale) {
  bool known = scale != NULL && scale->source != SD_SCALE_NONE && scale->mm_per_px > 0;
  json_t *object = json_object();
  sd_json_put_number(&object, "mm_per_px", known ? scale->mm_per_px : NAN);
  sd_json_put(&object, "ci", known ? point(scale->ci_low, scale->ci_high) : json_null());
  sd_json_put_text(&object, "source", sd_scale_source_name(known ? scale->source : SD_SCALE_NONE));
  if (!known)
    sd_json_put_text(
        &object, "reason",
        "no iris that can be measured, and neither a scale nor a pupil distance given");
  return object;
}

static json_t *eyes_array(const sd_face *face) {
  json_t *array = json_array();
  for (int i = 0; i < 2; i++)
    sd_json_append(&array, point(face->eyes[i].x, face->eyes[i].y));
  return array;
}

static json_t *landmarks_array(const sd_face *face) {
  json_t *array = json_array();
  for (int i = 0; i < SD_LANDMARKS; i++) {
    const sd_landmark *landmark = &face->landmarks[i];
    json_t *triple = point((double)landmark->x, (double)landmark->y);
    sd_json_append(&triple, sd_json_number((double)landmark->z));
    sd_json_append(&array, triple);
  }
  return array;
}

json_t *sd_json_face(const sd_face *face, bool points) {
  bool found = face != NULL && face->found;
  json_t *object = json_object();
  sd_json_put(&object, "found", json_boolean(found));
  if (points)
    sd_json_put_number(&object, "confidence", face == NULL ? NAN : face->confidence);
  sd_json_put_number(&object, "yaw_deg", found ? face->yaw_deg : NAN);
  sd_json_put_number(&object, "pitch_deg", found ? face->pitch_deg : NAN);
  sd_json_put_number(&object, "roll_deg", found ? face->roll_deg : NAN);
  if (!found || face->reason[0] != '\0')
    sd_json_put_text(&object, "reason",
                     face == NULL || face->reason[0] == '\0' ? "no face was found" : face->reason);
  if (points) {
    sd_json_put(&object, "eyes", found ? eyes_array(face) : json_null());
    sd_json_put(&object, "landmarks", found ? landmarks_array(face) : json_null());
  }
  return object;
}

typedef struct quality_field {
  const char *key;
  double value;
  const char *reason; /* what a NaN means */
} quality_field;

static json_t *quality_fields(const quality_field *fields, size_t count) {
  json_t *object = json_object(), *reasons = json_object();
  for (size_t i = 0; i < count; i++) {
    sd_json_put_number(&object, fields[i].key, fields[i].value);
    if (!isfinite(fields[i].value))
      sd_json_put_text(&reasons, fields[i].key, fields[i].reason);
  }
  if (json_object_size(reasons) == 0 && reasons != NULL)
    json_decref(reasons);
  else
    sd_json_put(&object, "reasons", reasons);
  return object;
}

static json_t *quality_object(const sd_quality *q) {
  if (q == NULL)
    return json_null();
  static const char SKIN[] = "too little skin to measure it";
  static const char FACE[] =
      "no face, or too little of its skin, to tell where the light comes from";
  quality_field fields[] = {
      {"edge_spread_px", q->edge_spread_px, "no edge sharp enough to measure"},
      {"edge_spread_mm", q->edge_spread_mm, "no scale, or no edge sharp enough to measure"},
      {"noise", q->noise, SKIN},
      {"exposure_ev", q->exposure_ev, SKIN},
      {"clipped_share", q->clipped_share, SKIN},
      {"dark_share", q->dark_share, SKIN},
      {"glare_share", q->glare_share, SKIN},
      {"cast_red", q->cast_red, SKIN},
      {"cast_blue", q->cast_blue, SKIN},
      {"light_azimuth_deg", q->light_azimuth_deg, FACE},
      {"light_strength", q->light_strength, FACE},
      {"jpeg_quality", q->jpeg_quality > 0 ? q->jpeg_quality : NAN, "not a JPEG"},
      {"skin_luminance", q->skin_luminance, SKIN},
      {"ita_image_deg", q->ita_image_deg, SKIN},
      {"chroma_spread", q->chroma_spread, SKIN},
  };
  return quality_fields(fields, sizeof fields / sizeof *fields);
}

static void put_camera(json_t **object, const sd_capture *capture) {
  char camera[sizeof capture->make + sizeof capture->model + 1];
  snprintf(camera, sizeof camera, "%s%s%s", capture->make,
           capture->make[0] != '\0' && capture->model[0] != '\0' ? " " : "", capture->model);
  sd_json_put_text(object, "taken", capture->taken);
  sd_json_put_text(object, "camera", camera);
}

static void put_known(json_t **object, const char *key, double value) {
  sd_json_put_number(object, key, value > 0 ? value : NAN);
}

/* What camera and file say; null where they say nothing. */
static json_t *capture_object(const sd_photo *photo) {
  const sd_capture *c = &photo->capture;
  json_t *object = json_object();
  sd_json_put_text(&object, "make", c->make);
  sd_json_put_text(&object, "model", c->model);
  sd_json_put_text(&object, "lens", c->lens);
  sd_json_put_text(&object, "software", c->software);
  put_known(&object, "focal_length_mm", c->focal_length_mm);
  put_known(&object, "focal_length_35mm", c->focal_length_35mm);
  put_known(&object, "exposure_s", c->exposure_s);
  put_known(&object, "f_number", c->f_number);
  put_known(&object, "iso", c->iso);
  sd_json_put_text(&object, "white_balance",
                   c->white_balance < 0    ? ""
                   : c->white_balance == 0 ? "automatic"
                                           : "manual");
  sd_json_put(&object, "flash_fired", c->flash < 0 ? json_null() : json_boolean(c->flash == 1));
  sd_json_put_integer(&object, "orientation", c->orientation);
  sd_json_put_text(&object, "format", sd_format_name(photo->coding.format));
  sd_json_put_integer(&object, "bits", photo->coding.bits);
  return object;
}

/* The skin between the named zones counts for the whole and is no zone of the contract. */
static bool is_named(const sd_zone *zone) {
  return strcmp(zone->name, "other") != 0;
}

static json_t *shares_object(const double shares[SD_EXCLUDED_REASONS]) {
  json_t *object = json_object();
  for (int reason = SD_EXCLUDED_OUTSIDE; reason < SD_EXCLUDED_REASONS; reason++)
    sd_json_put_number(&object, sd_excluded_name((sd_excluded)reason), shares[reason]);
  return object;
}

json_t *sd_json_zones(const sd_skin *skin, bool roi) {
  json_t *object = json_object();
  size_t measured = 0;
  for (int i = 0; i < skin->zone_count; i++) {
    measured += skin->zones[i].measured;
    if (is_named(&skin->zones[i]))
      sd_json_put_number(&object, skin->zones[i].name, skin->zones[i].share_of_skin);
  }
  sd_json_put_number(&object, "all_skin", measured > 0 ? 1 : NAN);
  if (roi) /* nothing outside it is measured */
    sd_json_put_number(&object, "roi", measured > 0 ? 1 : NAN);
  sd_json_put(&object, "excluded", shares_object(skin->excluded_share));
  return object;
}

/* What was left out of each zone and of all of them, as shares of their pixels. */
static json_t *excluded_by_zone(const sd_skin *skin) {
  json_t *object = json_object();
  for (int i = 0; i < skin->zone_count; i++)
    if (is_named(&skin->zones[i]))
      sd_json_put(&object, skin->zones[i].name, shares_object(skin->zones[i].excluded));
  sd_json_put(&object, "all_skin", shares_object(skin->excluded_share));
  return object;
}

static json_t *numbers(const double *values, int count) {
  json_t *array = json_array();
  for (int k = 0; k < count; k++)
    sd_json_append(&array, sd_json_number(values[k]));
  return array;
}

/* null where there is none; one that cannot be used has its reason. */
static json_t *reference_object(const sd_colour_reference *r) {
  if (r == NULL || r->kind == SD_REFERENCE_NONE)
    return json_null();
  json_t *object = json_object(), *corners = json_array();
  bool chart = r->kind == SD_REFERENCE_COLORCHECKER;
  for (int k = 0; k < 4; k++)
    sd_json_append(&corners, point(r->corner[k].x, r->corner[k].y));
  sd_json_put_text(&object, "kind", sd_reference_kind_name(r->kind));
  sd_json_put(&object, "usable", json_boolean(r->usable));
  sd_json_put(&object, "searched", json_boolean(r->searched));
  sd_json_put(&object, "corners", corners);
  sd_json_put(&object, "to_srgb_linear", r->usable ? numbers(r->to_true, 9) : json_null());
  sd_json_put_integer(&object, "patches", r->patches);
  sd_json_put_number(&object, "residual_de2000", chart ? r->residual_mean : NAN);
  sd_json_put_number(&object, "residual_max_de2000", chart ? r->residual_max : NAN);
  sd_json_put_number(&object, "light_unevenness",
                     chart && isfinite(r->residual_mean) ? r->light_unevenness : NAN);
  sd_json_put_text(&object, "reason",
                   r->usable && !chart ? "a grey card has no residual" : r->reason);
  return object;
}

json_t *sd_json_photo(const sd_side *side, const char *file, bool points) {
  const sd_photo *photo = side->photo;
  json_t *object = json_object();
  if (file != NULL)
    sd_json_put_text(&object, "file", file);
  sd_json_put_text(&object, "file_sha256", photo->file_sha256);
  sd_json_put_integer(&object, "width", photo->width);
  sd_json_put_integer(&object, "height", photo->height);
  put_camera(&object, &photo->capture);
  sd_json_put(&object, "capture", capture_object(photo));
  sd_json_put_text(&object, "icc", photo->coding.profile);
  sd_json_put(&object, "icc_assumed", json_boolean(photo->coding.profile_assumed));
  sd_json_put(&object, "colour_reference", reference_object(side->reference));
  sd_json_put(&object, "scale", scale_object(side->face == NULL ? NULL : &side->face->scale));
  sd_json_put(&object, "face", sd_json_face(side->face, points));
  sd_json_put(&object, "quality", quality_object(side->quality));
  sd_json_put(&object, "excluded_by_zone",
              side->skin == NULL ? json_null() : excluded_by_zone(side->skin));
  return object;
}

static json_t *alignment_zone(const sd_alignment_zone *zone) {
  json_t *object = json_object();
  sd_json_put_text(&object, "name", zone->name);
  sd_json_put_number(&object, "coverage", zone->coverage);
  sd_json_put_number(&object, "error_px", zone->error_px);
  sd_json_put_number(&object, "error_mm", zone->error_mm);
  sd_json_put_number(&object, "agreement", zone->agreement);
  if (!isfinite(zone->error_px))
    sd_json_put_text(&object, "reason", "no skin of this zone has a trusted counterpart");
  else if (!isfinite(zone->error_mm))
    sd_json_put_text(&object, "reason", "error_mm: the scale is unknown");
  return object;
}

/* Why a figure of the alignment is null. */
static const char *alignment_reason(const sd_alignment *alignment) {
  if (alignment->reason[0] != '\0')
    return alignment->reason;
  return isfinite(alignment->error_mm) ? "" : "error_mm: the scale is unknown";
}

json_t *sd_json_alignment(const sd_alignment *alignment) {
  json_t *object = json_object(), *zones = json_array();
  for (int i = 0; i < alignment->zone_count; i++)
    sd_json_append(&zones, alignment_zone(&alignment->zones[i]));
  bool failed = alignment->status == SD_ALIGNMENT_FAILED;
  sd_json_put_text(&object, "status", sd_alignment_status_name(alignment->status));
  sd_json_put_text(&object, "model", alignment->model);
  sd_json_put_number(&object, "coverage", alignment->coverage);
  sd_json_put_number(&object, "drawn_over", alignment->drawn_over);
  sd_json_put_number(&object, "error_px", failed ? NAN : alignment->error_px);
  sd_json_put_number(&object, "error_mm", failed ? NAN : alignment->error_mm);
  sd_json_put(&object, "zones", zones);
  sd_json_put_number(&object, "agreement", failed ? NAN : alignment->agreement);
  sd_json_put_number(&object, "face_agreement", failed ? NAN : alignment->face_agreement);
  sd_json_put_number(&object, "likeness", failed ? NAN : alignment->likeness);
  sd_json_put_number(&object, "deformation", failed ? NAN : alignment->deformation);
  sd_json_put_number(&object, "scale_ratio", failed ? NAN : alignment->scale_ratio);
  sd_json_put_number(&object, "rotation_deg", failed ? NAN : alignment->rotation_deg);
  sd_json_put_text(&object, "reason", alignment_reason(alignment));
  return object;
}

/* To a thousandth of a pixel: finer than any registration. */
static json_t *thousandths(const float *v, size_t count) {
  json_t *array = json_array();
  for (size_t k = 0; k < count; k++)
    sd_json_append(&array, sd_json_number(round(1000 * (double)v[k]) / 1000));
  return array;
}

json_t *sd_json_transform(const sd_transform *transform) {
  const sd_warp *map = &transform->map;
  size_t count = (size_t)map->columns * (size_t)map->rows;
  json_t *object = json_object();
  sd_json_put_integer(&object, "x", map->domain.x);
  sd_json_put_integer(&object, "y", map->domain.y);
  sd_json_put_integer(&object, "width", map->domain.width);
  sd_json_put_integer(&object, "height", map->domain.height);
  sd_json_put_integer(&object, "step_px", map->step_px);
  sd_json_put_integer(&object, "columns", map->columns);
  sd_json_put_integer(&object, "rows", map->rows);
  sd_json_put(&object, "x_after", thousandths(map->x, count));
  sd_json_put(&object, "y_after", thousandths(map->y, count));
  sd_json_put(&object, "error_px", thousandths(transform->error_px.v, count));
  return object;
}

/* ---- scars and ratings -------------------------------------------------------------------- */

json_t *sd_json_scar_sizes(const sd_scar_size *sizes) {
  json_t *array = json_array();
  for (int k = 0; k < SD_SCAR_SIZES; k++) {
    const sd_scar_size *s = &sizes[k];
    json_t *object = json_object();
    sd_json_put_number(&object, "from_mm", s->from_mm);
    sd_json_put_number(&object, "to_mm", s->to_mm); /* no end: null */
    sd_json_put_integer(&object, "count", (int64_t)s->count);
    sd_json_put_integer(&object, "unmatched", (int64_t)s->unmatched);
    sd_json_put_integer(&object, "count_before", (int64_t)s->count_before);
    sd_json_put_integer(&object, "count_after", (int64_t)s->count_after);
    sd_json_put_number(&object, "area_before_mm2", s->area_before_mm2);
    sd_json_put_number(&object, "area_after_mm2", s->area_after_mm2);
    sd_json_append(&array, object);
  }
  return array;
}

static json_t *rating_object(const sd_rating *r, bool course) {
  const sd_rating_kind *kind = sd_rating_kind_of(r->form);
  json_t *object = json_object(), *items = json_object();
  for (size_t k = 0; k < kind->item_count; k++)
    sd_json_put_integer(&items, kind->items[k].name, r->value[k]);
  if (course)
    sd_json_put_integer(&object, "session", r->session);
  else
    sd_json_put_text(&object, "photo", r->session == 0 ? "before" : "after");
  sd_json_put_text(&object, "date", r->date);
  sd_json_put_text(&object, "rater", r->rater);
  sd_json_put_text(&object, "form", kind->name);
  sd_json_put(&object, "items", items);
  sd_json_put_integer(&object, "sum", sd_rating_sum(r));
  return object;
}

json_t *sd_json_ratings(const sd_rating *ratings, size_t count, bool course) {
  json_t *array = json_array();
  for (size_t k = 0; k < count; k++)
    sd_json_append(&array, rating_object(&ratings[k], course));
  return array;
}
