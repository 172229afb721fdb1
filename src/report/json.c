/* result.json, alignment.json and `inspect --json`: keys in the order of the contract. */
#include "report/json_parts.h"

#include "report/json_value.h"

#include <stdio.h>

static json_t *tool_object(void) {
  json_t *object = json_object();
  sd_json_put_text(&object, "version", sd_version());
  return object;
}

static json_t *photos_object(const sd_comparison *comparison) {
  json_t *object = json_object();
  sd_json_put(&object, "before", sd_json_photo(&comparison->before, NULL, false));
  sd_json_put(&object, "after", sd_json_photo(&comparison->after, NULL, false));
  return object;
}

static json_t *reason_object(const sd_reason *reason) {
  json_t *object = json_object();
  sd_json_put_text(&object, "code", reason->code);
  sd_json_put_text(&object, "family", reason->family);
  sd_json_put_text(&object, "severity", sd_comparable_name(reason->severity));
  sd_json_put_number(&object, "before", reason->before);
  sd_json_put_number(&object, "after", reason->after);
  sd_json_put_number(&object, "limit", reason->limit);
  sd_json_put_text(&object, "text", reason->text);
  sd_json_put_text(&object, "advice", reason->advice);
  return object;
}

json_t *sd_json_comparability(const sd_comparability *pair) {
  json_t *object = json_object(), *reasons = json_array();
  for (int i = 0; i < pair->reason_count; i++)
    sd_json_append(&reasons, reason_object(&pair->reasons[i]));
  sd_json_put_text(&object, "verdict", sd_comparable_name(pair->verdict));
  sd_json_put_text(&object, "colour", sd_comparable_name(pair->colour));
  sd_json_put_text(&object, "texture", sd_comparable_name(pair->texture));
  sd_json_put_text(&object, "geometry", sd_comparable_name(pair->geometry));
  sd_json_put(&object, "reasons", reasons);
  return object;
}

static json_t *metric_object(const sd_metric *metric) {
  json_t *object = json_object();
  sd_json_put_text(&object, "name", metric->kind->name);
  sd_json_put_text(&object, "zone", metric->zone);
  sd_json_put(&object, "unit", json_string(metric->kind->unit)); /* "" means a plain number */
  sd_json_put_number(&object, "before", metric->before);
  sd_json_put_number(&object, "after", metric->after);
  sd_json_put_number(&object, "change", metric->change);
  sd_json_put_number(&object, "ci_low", metric->ci_low);
  sd_json_put_number(&object, "ci_high", metric->ci_high);
  sd_json_put_number(&object, "mdc", metric->mdc);
  sd_json_put_number(&object, "degrees_of_freedom", metric->freedom);
  sd_json_put_number(&object, "p_value", metric->p_value);
  sd_json_put_number(&object, "p_holm", metric->p_holm);
  sd_json_put_text(&object, "verdict", sd_verdict_name(metric->verdict));
  sd_json_put_text(&object, "reason", metric->reason);
  return object;
}

static json_t *metrics_array(const sd_change *change) {
  json_t *array = json_array();
  for (size_t i = 0; i < change->metric_count; i++)
    sd_json_append(&array, metric_object(&change->metrics[i]));
  return array;
}

/* As the attribute `points` of SVG's polygon: "x,y x,y ...", a tenth of a pixel is what they mean.
 */
static void put_outline(json_t **object, const sd_scar *scar) {
  char text[SD_OUTLINE_POINTS * 24] = "";
  size_t used = 0;
  for (int k = 0; k < SD_OUTLINE_POINTS && used < sizeof text; k++)
    used += (size_t)snprintf(text + used, sizeof text - used, "%s%.1f,%.1f", k > 0 ? " " : "",
                             scar->outline[k].x, scar->outline[k].y);
  sd_json_put_text(object, "outline", text);
}

static json_t *scar_object(const sd_scar_change *s, size_t number) {
  json_t *object = json_object();
  sd_json_put_integer(&object, "id", (int64_t)number);
  sd_json_put_text(&object, "kind", sd_scar_kind_name(s->scar.kind));
  sd_json_put_number(&object, "kind_probability", s->scar.kind_probability);
  sd_json_put_number(&object, "score", s->scar.score);
  sd_json_put_text(&object, "state", sd_scar_state_name(s->state));
  sd_json_put_text(&object, "zone", s->zone);
  sd_json_put_number(&object, "x", s->scar.x);
  sd_json_put_number(&object, "y", s->scar.y);
  sd_json_put_number(&object, "x_after", s->x_after);
  sd_json_put_number(&object, "y_after", s->y_after);
  sd_json_put_number(&object, "diameter_mm", s->scar.diameter_mm);
  sd_json_put_number(&object, "diameter_low_mm", s->scar.diameter_low_mm);
  sd_json_put_number(&object, "diameter_high_mm", s->scar.diameter_high_mm);
  sd_json_put_number(&object, "contrast_before", s->before);
  sd_json_put_number(&object, "contrast_after", s->after);
  sd_json_put_number(&object, "change", s->change);
  sd_json_put_number(&object, "ci_low", s->ci_low);
  sd_json_put_number(&object, "ci_high", s->ci_high);
  sd_json_put_number(&object, "mdc", s->mdc);
  sd_json_put_text(&object, "reason", s->reason);
  put_outline(&object, &s->scar);
  return object;
}

static json_t *total_object(const sd_scar_total *t) {
  json_t *object = json_object();
  sd_json_put_text(&object, "zone", t->zone);
  sd_json_put_text(&object, "kind", sd_scar_kind_name(t->kind));
  sd_json_put_integer(&object, "count", (int64_t)t->count);
  sd_json_put_integer(&object, "unmatched", (int64_t)t->unmatched);
  sd_json_put_integer(&object, "count_before", (int64_t)t->count_before);
  sd_json_put_integer(&object, "count_after", (int64_t)t->count_after);
  sd_json_put_number(&object, "area_mm2", t->area_mm2);
  sd_json_put_number(&object, "area_low_mm2", t->area_low_mm2);
  sd_json_put_number(&object, "area_high_mm2", t->area_high_mm2);
  sd_json_put_number(&object, "area_before_mm2", t->area_before_mm2);
  sd_json_put_number(&object, "area_after_mm2", t->area_after_mm2);
  sd_json_put_number(&object, "contrast_before", t->before);
  sd_json_put_number(&object, "contrast_after", t->after);
  sd_json_put_number(&object, "change", t->change);
  sd_json_put_number(&object, "ci_low", t->ci_low);
  sd_json_put_number(&object, "ci_high", t->ci_high);
  sd_json_put_number(&object, "mdc", t->mdc);
  sd_json_put_text(&object, "reason", t->reason);
  return object;
}

static json_t *totals_array(const sd_change *change) {
  json_t *array = json_array();
  for (size_t i = 0; i < change->scar_total_count; i++)
    sd_json_append(&array, total_object(&change->scar_totals[i]));
  return array;
}

static json_t *scars_array(const sd_change *change) {
  json_t *array = json_array();
  for (size_t i = 0; i < change->scar_count; i++)
    sd_json_append(&array, scar_object(&change->scars[i], i + 1));
  return array;
}

static json_t *settings_object(const sd_report_input *input) {
  json_t *object = json_object();
  for (size_t i = 0; i < input->setting_count; i++)
    sd_json_put_text(&object, input->settings[i].name, input->settings[i].value);
  return object;
}

static json_t *treatments_array(const sd_report_input *input) {
  json_t *array = json_array();
  for (size_t i = 0; i < input->treatment_count; i++) {
    json_t *object = json_object();
    sd_json_put_text(&object, "date", input->treatments[i].date);
    sd_json_put_text(&object, "label", input->treatments[i].label);
    sd_json_append(&array, object);
  }
  return array;
}

sd_status sd_report_json(sd_text *out, const sd_report_input *input, sd_diag *diag) {
  const sd_comparison *comparison = input->comparison;
  json_t *root = json_object();
  sd_json_put_text(&root, "schema", "scardelta.result/1");
  sd_json_put(&root, "tool", tool_object());
  sd_json_put(&root, "photos", photos_object(comparison));
  sd_json_put(&root, "comparability", sd_json_comparability(&comparison->change->comparability));
  sd_json_put(&root, "alignment", sd_json_alignment(comparison->alignment));
  sd_json_put(&root, "metrics", metrics_array(comparison->change));
  sd_json_put(&root, "scars", scars_array(comparison->change));
  sd_json_put(&root, "scar_totals", totals_array(comparison->change));
  sd_json_put(&root, "scar_sizes",
              sd_scars_counted(comparison->change)
                  ? sd_json_scar_sizes(comparison->change->scar_sizes)
                  : json_array());
  sd_json_put(&root, "settings", settings_object(input));
  sd_json_put(&root, "treatments", treatments_array(input));
  sd_json_put(&root, "ratings", sd_json_ratings(input->ratings, input->rating_count, false));
  return sd_json_write(out, &root, diag);
}

static json_t *alignment_root(const sd_comparison *comparison) {
  json_t *root = json_object();
  sd_json_put_text(&root, "schema", "scardelta.alignment/1");
  sd_json_put(&root, "tool", tool_object());
  sd_json_put(&root, "photos", photos_object(comparison));
  json_t *alignment = sd_json_alignment(comparison->alignment);
  if (alignment == NULL || json_object_update(root, alignment) != 0) {
    json_decref(root);
    root = NULL;
  }
  json_decref(alignment);
  return root;
}

sd_status sd_report_alignment_json(sd_text *out, const sd_comparison *comparison,
                                   const sd_transform *transform, sd_diag *diag) {
  json_t *root = alignment_root(comparison);
  if (transform == NULL)
    return sd_json_write(out, &root, diag);
  json_t *lists = sd_json_transform(transform);
  return sd_json_write_with_lists(out, &root, "map", &lists, diag);
}

sd_status sd_report_inspect_json(sd_text *out, const sd_inspection *photos, size_t count,
                                 sd_diag *diag) {
  json_t *root = json_array();
  for (size_t i = 0; i < count; i++) {
    const sd_side side = {.photo = photos[i].photo,
                          .face = photos[i].face,
                          .skin = photos[i].skin,
                          .quality = photos[i].quality,
                          .reference = photos[i].reference};
    json_t *object = sd_json_photo(&side, photos[i].file, true);
    sd_json_put(&object, "zones",
                photos[i].skin == NULL ? json_null()
                                       : sd_json_zones(photos[i].skin, photos[i].roi));
    sd_json_append(&root, object);
  }
  return sd_json_write(out, &root, diag);
}
