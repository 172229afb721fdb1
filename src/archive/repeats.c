/* The clinic's own repeats: a loop over the spine that keeps numbers only, and the file of them. */
#include "archive/spine.h"
#include "base/list.h"
#include "report/json_value.h"
#include "scardelta/repeats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_ROOM = 4096, PAIRS_LEAST = 10, FIELDS = 3 };
static const size_t LIST_BYTES_MAX = (size_t)16 << 20, FILE_BYTES_MAX = (size_t)64 << 20;
static const char SCHEMA[] = "scardelta.repeatability/1";

/* ---- the list ----------------------------------------------------------------------------- */

typedef struct list {
  sd_text text;
  const char *(*pairs)[2]; /* into the text; owned */
  size_t count;
  char root[PATH_ROOM];
} list;

static void list_clear(list *l) {
  sd_text_clear(&l->text);
  free(l->pairs);
  *l = (list){0};
}

static bool is_header(const char *const *field, int fields) {
  return fields >= 2 && fields <= FIELDS && strcmp(field[fields - 2], "before") == 0 &&
         strcmp(field[fields - 1], "after") == 0;
}

static sd_status cut_list(list *l, const char *path, sd_diag *diag) {
  char *at = l->text.v;
  int columns = 0;
  for (size_t line = 1; *at != '\0'; line++) {
    const char *field[FIELDS];
    int fields = 0;
    at = csv_cut_record(at, field, FIELDS, &fields);
    if (at == NULL)
      return sd_fail(diag, SD_USAGE, "%s: line %zu: a quote is left open", path, line);
    if (line == 1 && !is_header(field, fields))
      return sd_fail(diag, SD_USAGE,
                     "%s: the first line must be before,after or subject,before,after", path);
    if (line == 1) {
      columns = fields;
      continue;
    }
    if (fields == 1 && field[0][0] == '\0')
      continue;
    if (fields != columns || field[fields - 2][0] == '\0' || field[fields - 1][0] == '\0')
      return sd_fail(diag, SD_USAGE, "%s: line %zu does not name two photos", path, line);
    l->pairs[l->count][0] = field[fields - 2];
    l->pairs[l->count++][1] = field[fields - 1];
  }
  return SD_OK;
}

static sd_status list_read(list *l, const char *path, sd_diag *diag) {
  sd_status status = csv_read(&l->text, path, LIST_BYTES_MAX, false, diag);
  if (status != SD_OK)
    return status;
  if (l->text.v == NULL || strlen(l->text.v) != l->text.length)
    return sd_fail(diag, SD_USAGE, "%s: is no list of photos", path);
  size_t lines = 2;
  for (const char *at = l->text.v; *at != '\0'; at++)
    lines += *at == '\n' || *at == '\r';
  l->pairs = calloc(lines, sizeof *l->pairs);
  if (l->pairs == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for %s", path);
  file_folder(l->root, path);
  return cut_list(l, path, diag);
}

/* ---- one pair ----------------------------------------------------------------------------- */

static sd_status measure(sd_change *out, const char *const paths[2], const sd_models *models,
                         const sd_job_options *options, sd_diag *diag) {
  session before = {0}, after = {0};
  hand_points none = {0};
  sd_status status = SD_OK;
  sd_alignment *alignment = calloc(1, sizeof *alignment);
  if (alignment == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory");
  SD_TRY(sessions_read(&before, &after, paths, models, options, diag));
  SD_TRY(sessions_align(alignment, &before, &after, &none, models, options, diag));
  sessions_share_scale(&before, &after, alignment);
  SD_TRY(sd_alignment_share_skin(&before.skin, &after.skin, alignment, diag));
  spine_pair pair = {.before = &before, .after = &after, .alignment = alignment};
  SD_TRY(spine_change(out, &pair, options, diag));
  if (alignment->status == SD_ALIGNMENT_FAILED)
    status = sd_fail(diag, SD_NOT_ALIGNED, "%s", alignment->reason);
  else if (out->comparability.verdict == SD_NOT_COMPARABLE_PAIR)
    status = sd_fail(diag, SD_NOT_COMPARABLE, "the photos were taken too differently");
done:
  session_clear(&before);
  session_clear(&after);
  sd_alignment_clear(alignment);
  free(alignment);
  return status;
}

/* ---- gathering ---------------------------------------------------------------------------- */

/* All repeats of one metric and zone. */
typedef struct series {
  const sd_metric_kind *kind;
  char zone[SD_ZONE_NAME_MAX]; /* "": all zones together */
  sd_repeat *v;                /* owned */
  size_t count, room;
} series;

typedef struct gathering {
  series *v; /* owned */
  size_t count, room;
} gathering;

static void gathering_clear(gathering *g) {
  for (size_t k = 0; k < g->count; k++)
    free(g->v[k].v);
  free(g->v);
  *g = (gathering){0};
}

static series *series_of(gathering *g, const sd_metric_kind *kind, const char *zone) {
  for (size_t k = 0; k < g->count; k++)
    if (g->v[k].kind == kind && strcmp(g->v[k].zone, zone) == 0)
      return &g->v[k];
  if (!sd_list_grow(&g->v, &g->room, g->count, sizeof *g->v))
    return NULL;
  series *s = &g->v[g->count++];
  *s = (series){.kind = kind};
  snprintf(s->zone, sizeof s->zone, "%s", zone);
  return s;
}

static bool add_to(gathering *g, const sd_metric *m, const char *zone, const sd_repeat *repeat) {
  series *s = series_of(g, m->kind, zone);
  if (s == NULL || !sd_list_grow(&s->v, &s->room, s->count, sizeof *s->v))
    return false;
  s->v[s->count++] = *repeat;
  return true;
}

static sd_status gather(gathering *g, const sd_change *change, sd_diag *diag) {
  for (size_t k = 0; k < change->metric_count; k++) {
    const sd_metric *m = &change->metrics[k];
    bool ratio = strcmp(m->kind->unit, "ln") == 0;
    if (m->verdict == SD_NOT_MEASURABLE || !isfinite(m->change) || !(m->freedom > 0))
      continue;
    sd_repeat repeat = {.before = ratio ? log(m->before) : m->before,
                        .after = ratio ? log(m->after) : m->after,
                        .change = m->change,
                        .standard_error = m->mdc / sd_student_reach(0.05, m->freedom)};
    if (!isfinite(repeat.before) || !isfinite(repeat.after))
      continue;
    if (!add_to(g, m, m->zone, &repeat) || !add_to(g, m, "", &repeat))
      return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the repeats");
  }
  return SD_OK;
}

/* ---- the file ----------------------------------------------------------------------------- */

static json_t *row_object(const sd_repeatability_row *r) {
  json_t *object = json_object();
  sd_limits limits = sd_limits_of(r);
  sd_json_put_text(&object, "metric", r->metric);
  sd_json_put_text(&object, "zone", r->zone[0] != '\0' ? r->zone : "all_zones");
  sd_json_put_text(&object, "unit", r->unit);
  sd_json_put_integer(&object, "n", (int64_t)r->count);
  const struct {
    const char *name;
    double value;
  } fields[] = {{"within_subject_sd", r->within},
                {"within_subject_sd_low", r->within_low},
                {"within_subject_sd_high", r->within_high},
                {"cv", r->cv},
                {"mdc95", r->mdc},
                {"mdc95_low", r->mdc_low},
                {"mdc95_high", r->mdc_high},
                {"icc_2_1", r->icc},
                {"icc_2_1_low", r->icc_low},
                {"icc_2_1_high", r->icc_high},
                {"bias", r->bias},
                {"bias_low", r->bias_low},
                {"bias_high", r->bias_high},
                {"agreement_low", r->agreement_low},
                {"agreement_high", r->agreement_high},
                {"agreement_low_ci_low", limits.low_low},
                {"agreement_low_ci_high", limits.low_high},
                {"agreement_high_ci_low", limits.high_low},
                {"agreement_high_ci_high", limits.high_high},
                {"factor", r->factor}};
  for (size_t k = 0; k < sizeof fields / sizeof *fields; k++)
    sd_json_put_number(&object, fields[k].name, fields[k].value);
  return object;
}

/* Mean and difference of every pair, for plots after Bland and Altman (1986). */
static json_t *points_of(const series *s) {
  json_t *points = json_array();
  for (size_t k = 0; k < s->count; k++) {
    json_t *point = json_array();
    sd_json_append(&point, sd_json_number((s->v[k].before + s->v[k].after) / 2));
    sd_json_append(&point, sd_json_number(s->v[k].change));
    sd_json_append(&points, point);
  }
  return points;
}

static sd_repeatability_row row_of(const series *s) {
  sd_repeatability_row row = {0};
  snprintf(row.metric, sizeof row.metric, "%s", s->kind->name);
  snprintf(row.zone, sizeof row.zone, "%s", s->zone);
  snprintf(row.unit, sizeof row.unit, "%s", s->kind->unit);
  sd_repeatability_of(&row, s->v, s->count, strcmp(s->kind->unit, "ln") == 0);
  return row;
}

static json_t *rows_of(const gathering *g) {
  json_t *rows = json_array();
  for (size_t k = 0; k < g->count; k++) {
    const series *s = &g->v[k];
    if (s->count < 2)
      continue;
    sd_repeatability_row row = row_of(s);
    json_t *object = row_object(&row);
    if (s->zone[0] != '\0')
      sd_json_put(&object, "mean_and_change", points_of(s));
    sd_json_append(&rows, object);
  }
  return rows;
}

/* Where the page goes: beside the file, "ours.json" making "ours.html". */
static void page_name(char out[FOLDER_PATH_ROOM], const char *file) {
  snprintf(out, FOLDER_PATH_ROOM, "%.4000s", file_name(file));
  char *dot = strrchr(out, '.');
  if (dot != NULL && dot != out && strcmp(dot, ".html") != 0)
    *dot = '\0';
  strcat(out, ".html");
}

/* By metric as the reports have them, each one's zones after all of them together. */
static size_t put_in_order(sd_repeats_series *out, const gathering *g) {
  size_t kinds, n = 0;
  const sd_metric_kind *all = sd_metric_kinds(&kinds);
  for (size_t kind = 0; kind < kinds; kind++)
    for (int together = 1; together >= 0; together--)
      for (size_t k = 0; k < g->count; k++) {
        const series *s = &g->v[k];
        if (s->kind == &all[kind] && s->count >= 2 && (s->zone[0] == '\0') == (together == 1))
          out[n++] = (sd_repeats_series){s->kind, s->v, row_of(s)};
      }
  return n;
}

static sd_status write_page(const char *file, const gathering *g, const char *language,
                            const sd_repeatability_counts *counts, sd_diag *diag) {
  char folder[FOLDER_PATH_ROOM], name[FOLDER_PATH_ROOM];
  sd_text page = {0};
  sd_repeats_series *told = calloc(g->count + 1, sizeof *told);
  if (told == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the page of the repeats");
  file_folder(folder, file);
  page_name(name, file);
  sd_status status = sd_report_repeats_html(&page, told, put_in_order(told, g), counts->used,
                                            counts->pairs, language, diag);
  if (status == SD_OK)
    status = sd_output_write(folder, name, page.v, page.length, diag);
  free(told);
  sd_text_clear(&page);
  return status;
}

/* Neither the file nor its page may take the place of the list or of a photo. */
static sd_status protect_inputs(const list *l, const char *path, const char *file, sd_diag *diag) {
  char folder[FOLDER_PATH_ROOM], name[FOLDER_PATH_ROOM], room[2 * PATH_ROOM];
  sd_status status = SD_OK;
  file_folder(folder, file);
  page_name(name, file);
  SD_TRY(sd_output_check(folder, diag));
  for (size_t k = 0; k <= 2 * l->count; k++) {
    const char *input = k > 0 ? l->pairs[(k - 1) / 2][(k - 1) % 2] : path;
    if (k > 0 && *input != '/') {
      snprintf(room, sizeof room, "%s/%.4000s", l->root, input);
      input = room;
    }
    SD_TRY(sd_output_protect(folder, file_name(file), &input, 1, diag));
    SD_TRY(sd_output_protect(folder, name, &input, 1, diag));
  }
done:
  return status;
}

static sd_status write_file(const char *file, const gathering *g,
                            const sd_repeatability_counts *counts, sd_diag *diag) {
  json_t *root = json_object();
  sd_text text = {0};
  char folder[FOLDER_PATH_ROOM];
  file_folder(folder, file);
  sd_json_put_text(&root, "schema", SCHEMA);
  sd_json_put_text(&root, "version", sd_version());
  sd_json_put_integer(&root, "pairs", (int64_t)counts->pairs);
  sd_json_put_integer(&root, "used", (int64_t)counts->used);
  sd_json_put(&root, "rows", rows_of(g));
  sd_status status = sd_json_write(&text, &root, diag);
  if (status == SD_OK)
    status = sd_output_write(folder, file_name(file), text.v, text.length, diag);
  sd_text_clear(&text);
  return status;
}

static sd_status take_pair(gathering *g, const list *l, size_t k, const sd_models *models,
                           const sd_job_options *options, sd_repeatability_counts *counts,
                           sd_diag *diag) {
  char room[2][2 * PATH_ROOM];
  const char *paths[2] = {room[0], room[1]};
  sd_change change = {0};
  sd_diag why = {{0}};
  sd_job_options quiet = *options; /* what each stage found would be pages */
  quiet.progress = NULL;
  quiet.note = NULL;
  for (int side = 0; side < 2; side++) {
    const char *name = l->pairs[k][side];
    snprintf(room[side], sizeof room[side], "%s%s%.4000s", *name == '/' ? "" : l->root,
             *name == '/' ? "" : "/", name);
  }
  sd_status status = measure(&change, paths, models, &quiet, &why);
  if (status == SD_OK) {
    counts->used++;
    status = gather(g, &change, diag);
  } else if (status == SD_NO_MEMORY || status == SD_INTERRUPTED) {
    *diag = why;
  } else {
    bool refused = status == SD_NOT_COMPARABLE || status == SD_NOT_ALIGNED;
    counts->refused += refused;
    counts->failed += !refused;
    note(options, "left out: %s and %s: %s", l->pairs[k][0], l->pairs[k][1], why.text);
    status = SD_OK;
  }
  sd_change_clear(&change);
  return status;
}

sd_status sd_repeatability_make(const char *path, const char *file, const sd_job_options *options,
                                sd_repeatability_counts *counts, sd_diag *diag) {
  list l = {0};
  gathering g = {0};
  sd_models *models = NULL;
  sd_status status = SD_OK;
  SD_TRY(list_read(&l, path, diag));
  SD_TRY(protect_inputs(&l, path, file, diag));
  SD_TRY(sd_models_read(&models, options->models_path, diag));
  counts->pairs = l.count;
  for (size_t k = 0; k < l.count; k++) {
    SD_TRY(step(options, "comparing repeats", (int)k, (int)l.count, diag));
    SD_TRY(take_pair(&g, &l, k, models, options, counts, diag));
  }
  if (counts->used < PAIRS_LEAST)
    status = sd_fail(diag, SD_USAGE,
                     "%s: %zu pairs can be used, and fewer than %d say nothing: the interval of "
                     "what they find would reach from half to twice of it",
                     path, counts->used, PAIRS_LEAST);
  else
    status = write_file(file, &g, counts, diag);
  if (status == SD_OK)
    status = write_page(file, &g, options->language, counts, diag);
done:
  sd_models_free(models);
  gathering_clear(&g);
  list_clear(&l);
  return status;
}

/* ---- reading it back ---------------------------------------------------------------------- */

static bool take_row(sd_repeatability_row *out, const json_t *object) {
  const char *metric = json_string_value(json_object_get(object, "metric"));
  const char *zone = json_string_value(json_object_get(object, "zone"));
  const json_t *factor = json_object_get(object, "factor");
  const double least = 0.1, most = 100;
  if (metric == NULL || zone == NULL || strlen(metric) >= sizeof out->metric ||
      strlen(zone) >= sizeof out->zone || !json_is_number(factor))
    return false;
  *out = (sd_repeatability_row){.factor = json_number_value(factor)};
  snprintf(out->metric, sizeof out->metric, "%s", metric);
  snprintf(out->zone, sizeof out->zone, "%s", strcmp(zone, "all_zones") == 0 ? "" : zone);
  return out->factor >= least && out->factor <= most;
}

static sd_status take_rows(sd_repeatability *out, const json_t *root, const char *path,
                           sd_diag *diag) {
  const char *schema = json_string_value(json_object_get(root, "schema"));
  const json_t *rows = json_object_get(root, "rows");
  if (schema == NULL || strcmp(schema, SCHEMA) != 0 || !json_is_array(rows))
    return sd_fail(diag, SD_UNREADABLE, "%s: is no file that 'scardelta repeatability' wrote",
                   path);
  out->rows = calloc(json_array_size(rows) + 1, sizeof *out->rows);
  if (out->rows == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory to read it", path);
  for (size_t k = 0; k < json_array_size(rows); k++)
    if (!take_row(&out->rows[out->count++], json_array_get(rows, k)))
      return sd_fail(diag, SD_UNREADABLE, "%s: row %zu is damaged; make the file again", path, k);
  return SD_OK;
}

sd_status repeatability_read(sd_repeatability *out, const char *path, sd_diag *diag) {
  sd_text text = {0};
  sd_repeatability made = {0};
  json_error_t error;
  sd_status status = file_read(&text, path, FILE_BYTES_MAX, diag);
  if (status != SD_OK)
    return status;
  json_t *root = json_loadb(text.v != NULL ? text.v : "", text.length, 0, &error);
  if (root == NULL)
    status = sd_fail(diag, SD_UNREADABLE, "%s: is not JSON (line %d: %.80s)", path, error.line,
                     error.text);
  else
    status = take_rows(&made, root, path, diag);
  json_decref(root);
  sd_text_clear(&text);
  if (status == SD_OK)
    *out = made;
  else
    sd_repeatability_clear(&made);
  return status;
}
