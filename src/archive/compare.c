/* The spine: two paths become a report. sd_compare reads as the pipeline. */
#include "archive/spine.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 7 };

typedef struct job {
  const sd_job_options *options;
  sd_models *models;
  session before, after;
  sd_alignment *alignment; /* before -> after */
  sd_change change;
  sd_pictures pictures;
  settings settings;
  sd_treatment *treatments;
  size_t treatment_count;
  ratings ratings;
  hand_points points;
  sd_repeatability repeatability;
} job;

static sd_status job_start(job *j, const sd_job_options *options, sd_diag *diag) {
  j->options = options;
  j->alignment = calloc(1, sizeof *j->alignment);
  if (j->alignment == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory");
  return sd_models_read(&j->models, options->models_path, diag);
}

static void job_clear(job *j) {
  sd_models_free(j->models);
  session_clear(&j->before);
  session_clear(&j->after);
  if (j->alignment != NULL)
    sd_alignment_clear(j->alignment);
  free(j->alignment);
  sd_change_clear(&j->change);
  sd_pictures_clear(&j->pictures);
  free(j->treatments);
  ratings_clear(&j->ratings);
  hand_points_clear(&j->points);
  sd_repeatability_clear(&j->repeatability);
}

/* ---- points ------------------------------------------------------------------------------ */

/* The points steer the alignment, so they are told by content too, given or kept. */
static sd_status take_points(job *j, const char *folder, sd_diag *diag) {
  char hash[65], text[SETTING_TEXT];
  if (j->options->transform_path != NULL)
    return SD_OK;
  sd_status status =
      hand_points_take(&j->points, j->options->points_path, folder, j->before.photo.file_sha256,
                       j->after.photo.file_sha256, diag);
  if (status != SD_OK || j->points.count == 0)
    return status;
  sd_sha256_hex(j->points.text.v, j->points.text.length, hash);
  snprintf(text, sizeof text, "sha256:%.16s", hash);
  setting_add(&j->settings, "points", text);
  setting_add(&j->settings, "points_reused", j->points.reused ? "yes" : NULL);
  return SD_OK;
}

/* ---- ratings ----------------------------------------------------------------------------- */

static void day_of(char day[11], const session *s) {
  snprintf(day, 11, "%.10s", strlen(s->photo.capture.taken) >= 10 ? s->photo.capture.taken : "");
}

/* Ratings of the photos' days; with --share neither rater nor day is told. */
static sd_status take_ratings(job *j, sd_diag *diag) {
  char days[2][11];
  size_t left_out = 0;
  if (j->options->rating_path == NULL)
    return SD_OK;
  day_of(days[0], &j->before);
  day_of(days[1], &j->after);
  sd_status status = ratings_read(&j->ratings, j->options->rating_path, diag);
  if (status == SD_OK)
    status =
        ratings_of_pair(&j->ratings, days[0], days[1], j->options->rating_path, &left_out, diag);
  if (status == SD_OK && left_out > 0)
    note(j->options, "  %zu ratings are of other days", left_out);
  for (size_t k = 0; k < j->ratings.count && j->options->share; k++)
    j->ratings.v[k].date[0] = j->ratings.v[k].rater[0] = '\0';
  return status;
}

/* ---- outputs
 * ---------------------------------------------------------------------------------------- */

static sd_comparison comparison_of(const job *j) {
  return (sd_comparison){.before = session_side(&j->before),
                         .after = session_side(&j->after),
                         .alignment = j->alignment,
                         .change = &j->change,
                         .language = j->options->language};
}

/* The slider's package names its licence but carries no text of it, and the text must go along. */
static const char SLIDER_LICENCE[] =
    "MIT License\n\nCopyright (c) 2019 Dmitry Snisarenko\n\n"
    "Permission is hereby granted, free of charge, to any person obtaining a copy\n"
    "of this software and associated documentation files (the \"Software\"), to deal\n"
    "in the Software without restriction, including without limitation the rights\n"
    "to use, copy, modify, merge, publish, distribute, sublicense, and/or sell\n"
    "copies of the Software, and to permit persons to whom the Software is\n"
    "furnished to do so, subject to the following conditions:\n\n"
    "The above copyright notice and this permission notice shall be included in all\n"
    "copies or substantial portions of the Software.\n\n"
    "THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR\n"
    "IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,\n"
    "FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE\n"
    "AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER\n"
    "LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,\n"
    "OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE\n"
    "SOFTWARE.\n";

/* The slider's script and licence, when its folder is there; without it the report has its own. */
static void read_slider(sd_text *script, sd_text *licence, const char *folder) {
  char path[4096];
  if (folder == NULL)
    return;
  snprintf(path, sizeof path, "%s/dist/index.js", folder);
  if (file_read(script, path, (size_t)1 << 20, NULL) != SD_OK)
    return;
  snprintf(path, sizeof path, "%s/LICENSE", folder);
  if (file_read(licence, path, (size_t)1 << 20, NULL) != SD_OK)
    sd_text_add(licence, SLIDER_LICENCE);
}

static sd_status add_pictures(outputs *out, sd_pictures *pictures, sd_diag *diag) {
  static const char *const SUFFIXES[] = {".jpg", ".png"};
  char name[128];
  for (int panel = 0; panel < SD_PANELS; panel++) {
    sd_picture_file *found = NULL;
    for (int k = 0; k < pictures->count; k++)
      if (pictures->files[k].panel == (sd_panel)panel)
        found = &pictures->files[k];
    for (int s = 0; s < 2; s++) {
      snprintf(name, sizeof name, "images/%s%s", sd_panel_name((sd_panel)panel), SUFFIXES[s]);
      if (found == NULL || strcmp(found->suffix, SUFFIXES[s]) != 0) {
        outputs_remove(out, name);
        continue;
      }
      sd_status status = outputs_add(out, name, &found->bytes, diag);
      if (status != SD_OK)
        return status;
    }
  }
  return SD_OK;
}

/* Hashes of the inputs as comments, of the outputs as lines for `sha256sum -c`. */
static sd_status add_manifest(outputs *out, const job *j, sd_diag *diag) {
  char hash[65], head[512];
  sd_status status = settings_hash(&j->settings, hash, diag);
  if (status != SD_OK)
    return status;
  int length = snprintf(head, sizeof head, "# scardelta %s\n# settings %s\n", sd_version(), hash);
  if (!j->options->share)
    snprintf(head + length, sizeof head - (size_t)length, "# before %s\n# after %s\n",
             j->before.photo.file_sha256, j->after.photo.file_sha256);
  return outputs_add_manifest(out, head, diag);
}

static sd_report_input report_input(const job *j, const sd_comparison *comparison) {
  return (sd_report_input){.comparison = comparison,
                           .pictures = &j->pictures,
                           .settings = j->settings.v,
                           .setting_count = j->settings.count,
                           .treatments = j->treatments,
                           .treatment_count = j->options->share ? 0 : j->treatment_count,
                           .ratings = j->ratings.v,
                           .rating_count = j->ratings.count,
                           .case_code = j->options->case_code,
                           .letter = j->options->letter};
}

/* The figures alone, for callers that want no folder. */
static sd_status tell_figures(const job *j, sd_text *json, sd_diag *diag) {
  sd_comparison comparison = comparison_of(j);
  sd_report_input input = report_input(j, &comparison);
  return json != NULL ? sd_report_json(json, &input, diag) : SD_OK;
}

/* Draws and writes: pictures, page, paper, tables. */
static sd_status write_outputs(job *j, outputs *out, sd_text *json, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_text result = {0}, csv = {0}, scars = {0}, totals = {0}, html = {0}, pdf = {0}, script = {0},
          licence = {0};
  sd_comparison comparison = comparison_of(j);
  sd_report_input input = report_input(j, &comparison);
  SD_TRY(sd_render(&j->pictures, &comparison, 0, diag));
  read_slider(&script, &licence, j->options->slider_path);
  input.slider_script = script.v;
  input.slider_licence = licence.v;
  SD_TRY(sd_report_json(&result, &input, diag));
  SD_TRY(sd_report_metrics_csv(&csv, &input, diag));
  SD_TRY(sd_report_scars_csv(&scars, &input, diag));
  SD_TRY(sd_report_scar_totals_csv(&totals, &input, diag));
  SD_TRY(sd_report_html(&html, &input, diag));
  SD_TRY(sd_report_pdf(&pdf, &input, diag));
  SD_TRY(step(j->options, "writing", 6, STEPS, diag));
  SD_TRY(add_pictures(out, &j->pictures, diag));
  if (!j->options->share) /* the list names both photos by their hashes */
    SD_TRY(hand_points_keep(&j->points, j->alignment->status != SD_ALIGNMENT_FAILED, out, diag));
  SD_TRY(outputs_add(out, "metrics.csv", &csv, diag));
  SD_TRY(outputs_add(out, "scars.csv", &scars, diag));
  SD_TRY(outputs_add(out, "scar-totals.csv", &totals, diag));
  if (json != NULL) {
    sd_text_add_bytes(json, result.v, result.length);
    result.failed = result.failed || json->failed;
  }
  SD_TRY(outputs_add(out, "result.json", &result, diag));
  SD_TRY(outputs_add(out, "report.html", &html, diag));
  SD_TRY(outputs_add(out, "report.pdf", &pdf, diag));
  SD_TRY(add_manifest(out, j, diag));
  SD_TRY(outputs_commit(out, diag));
done:
  sd_text_clear(&result);
  sd_text_clear(&csv);
  sd_text_clear(&scars);
  sd_text_clear(&totals);
  sd_text_clear(&html);
  sd_text_clear(&pdf);
  sd_text_clear(&script);
  sd_text_clear(&licence);
  return status;
}

/* ---- what a person reads first
 * ------------------------------------------------------------------------ */

static void summarise_change(sd_text *out, const sd_metric *m) {
  if (strcmp(m->kind->unit, "ln") == 0)
    sd_text_addf(out, "  %-18s %-24s %s: %+.0f %% (95 %% interval %+.0f to %+.0f %%)\n", m->zone,
                 m->kind->title, sd_verdict_name(m->verdict), 100 * expm1(m->change),
                 100 * expm1(m->ci_low), 100 * expm1(m->ci_high));
  else
    sd_text_addf(out, "  %-18s %-24s %s: %+.3f %s (95 %% interval %+.3f to %+.3f)\n", m->zone,
                 m->kind->title, sd_verdict_name(m->verdict), m->change, m->kind->unit, m->ci_low,
                 m->ci_high);
}

static size_t count_answered(const sd_change *change) {
  size_t answered = 0;
  for (size_t k = 0; k < change->metric_count; k++)
    answered += change->metrics[k].verdict != SD_NOT_MEASURABLE;
  return answered;
}

static void summarise_changes(sd_text *out, const sd_change *change) {
  enum { SHOWN_MAX = 6 };
  size_t answered = count_answered(change), changed = 0;
  for (size_t k = 0; k < change->metric_count; k++) {
    const sd_metric *m = &change->metrics[k];
    if (m->verdict == SD_NOT_MEASURABLE || m->verdict == SD_NO_DETECTABLE_CHANGE)
      continue;
    if (changed++ < SHOWN_MAX)
      summarise_change(out, m);
  }
  if (changed > SHOWN_MAX)
    sd_text_addf(out, "  and %zu more\n", changed - SHOWN_MAX);
  if (answered > 0 && changed == 0)
    sd_text_addf(out, "No detectable change in %zu measured values.\n", answered);
}

/* What became of scars and marks, where anything did: it may where no value changed. */
static void summarise_scars(sd_text *out, const sd_change *change) {
  size_t less = 0, more = 0, unmatched = 0;
  for (size_t k = 0; k < change->scar_count; k++) {
    sd_scar_state state = change->scars[k].state;
    less += sd_scar_state_sign(state) < 0;
    more += sd_scar_state_sign(state) > 0;
    unmatched += state == SD_SCAR_UNMATCHED;
  }
  if (less + more > 0)
    sd_text_addf(out,
                 "Of %zu scars and marks %zu are reduced or resolved, %zu enlarged or new, %zu "
                 "unchanged; %zu could not be compared (scars.csv).\n",
                 change->scar_count, less, more, change->scar_count - less - more - unmatched,
                 unmatched);
}

/* No metric and no scar has a figure. */
static bool nothing_measured(const sd_change *change) {
  size_t figures = count_answered(change);
  for (size_t k = 0; k < change->scar_count; k++)
    figures += isfinite(change->scars[k].change);
  return figures == 0;
}

/* A colour reference that is there is told, with what it leaves open or why it is of no use. */
static void summarise_reference(sd_text *out, const session *s) {
  const sd_colour_reference *r = &s->reference;
  const char *name = file_name(s->path);
  if (r->kind == SD_REFERENCE_NONE)
    return;
  if (!r->usable)
    sd_text_addf(out, "%s: the %s card is not used: %s.\n", name,
                 r->kind == SD_REFERENCE_GREY_CARD ? "grey" : "colour", r->reason);
  else if (r->kind == SD_REFERENCE_GREY_CARD)
    sd_text_addf(out, "%s: white balance and exposure by the grey card.\n", name);
  else
    sd_text_addf(out, "%s: colours by the ColorChecker, off by CIEDE2000 %.1f in the mean.\n", name,
                 r->residual_mean);
}

static void summarise(sd_text *out, const job *j) {
  static const char *const WORDS[] = {"cannot be compared honestly", "can be compared with care",
                                      "are comparable"};
  const sd_comparability *c = &j->change.comparability;
  /* "comparable" would promise figures where there are none */
  bool silent = j->change.metric_count > 0 && count_answered(&j->change) == 0;
  if (!silent || c->verdict == SD_NOT_COMPARABLE_PAIR)
    sd_text_addf(out, "The photos %s.\n", WORDS[c->verdict]);
  if (silent)
    sd_text_add(out, "Nothing could be measured; the report says why.\n");
  for (int k = 0; k < c->reason_count; k++)
    sd_text_addf(out, "  - %s\n", c->reasons[k].text);
  summarise_reference(out, &j->before);
  summarise_reference(out, &j->after);
  if (j->change.metric_count > 0)
    summarise_changes(out, &j->change);
  summarise_scars(out, &j->change);
  if (j->points.reused)
    sd_text_add(out, "The points kept by an earlier run (points.csv) were used again.\n");
}

/* ---- the spine
 * ------------------------------------------------------------------------------------------- */

sd_status sd_compare(const char *before, const char *after, const char *folder,
                     const sd_job_options *options, sd_text *json, sd_text *summary,
                     sd_diag *diag) {
  sd_status status = SD_OK;
  job j = {0};
  outputs out = outputs_of(folder, before, after, options);
  if (folder != NULL)
    SD_TRY(compare_outputs_check(&out, options, diag));
  SD_TRY(job_check(options, diag));
  SD_TRY(job_start(&j, options, diag));
  SD_TRY(settings_collect(&j.settings, options, diag));
  SD_TRY(treatments_collect(&j.treatments, &j.treatment_count, options, diag));
  if (options->repeatability_path != NULL)
    SD_TRY(repeatability_read(&j.repeatability, options->repeatability_path, diag));
  SD_TRY(step(options, "reading the photos", 0, STEPS, diag));
  SD_TRY(sessions_read(&j.before, &j.after, (const char *const[2]){before, after}, j.models,
                       options, diag));
  SD_TRY(zones_check(&j.before.skin, options, diag));
  if (options->share) {
    SD_TRY(share_check(&j.before, options, diag));
    SD_TRY(share_check(&j.after, options, diag));
  }
  SD_TRY(take_ratings(&j, diag));
  SD_TRY(step(options, "aligning", 1, STEPS, diag));
  SD_TRY(take_points(&j, folder, diag));
  SD_TRY(sessions_align(j.alignment, &j.before, &j.after, &j.points, j.models, options, diag));
  sessions_share_scale(&j.before, &j.after, j.alignment);
  SD_TRY(session_carry_zones(&j.after, &j.before, j.models, j.alignment, options, diag));
  sd_alignment_set_scale(j.alignment, session_mm(&j.before));
  SD_TRY(sd_alignment_share_skin(&j.before.skin, &j.after.skin, j.alignment, diag));
  SD_TRY(step(options, "comparing how they were taken", 2, STEPS, diag));
  spine_pair pair = {.before = &j.before,
                     .after = &j.after,
                     .alignment = j.alignment,
                     .repeatability = options->repeatability_path != NULL ? &j.repeatability : NULL,
                     .before_leads = options->zone_map_path != NULL || options->roi_path != NULL,
                     .at = 3,
                     .steps = STEPS};
  SD_TRY(spine_change(&j.change, &pair, options, diag));
  note(options, "  %s: %d reasons, %zu metrics", sd_comparable_name(j.change.comparability.verdict),
       j.change.comparability.reason_count, j.change.metric_count);
  if (options->share)
    SD_TRY(sessions_share(&j.before, &j.after, &j.change, options->zones, diag));
  SD_TRY(step(options, "drawing", 5, STEPS, diag));
  SD_TRY(folder != NULL ? write_outputs(&j, &out, json, diag) : tell_figures(&j, json, diag));
  step_done(options, STEPS);
  if (summary != NULL)
    summarise(summary, &j);
  if (j.alignment->status == SD_ALIGNMENT_FAILED)
    status = not_aligned(j.alignment, &j.points, before, after, folder, diag);
  else if (j.change.comparability.verdict == SD_NOT_COMPARABLE_PAIR && !options->force)
    status =
        sd_fail(diag, SD_NOT_COMPARABLE,
                "%s and %s: cannot be compared honestly; the report says why (--force measures "
                "them all the same)",
                file_name(before), file_name(after));
  else if (nothing_measured(&j.change))
    status = sd_fail(diag, SD_NOT_COMPARABLE,
                     "%s and %s: nothing can be measured on both; the report says why",
                     file_name(before), file_name(after));
done:
  job_clear(&j);
  outputs_clear(&out);
  return status;
}
