/* result.json, alignment.json, inspect's output and metrics.csv keep the contract. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "check.h"
#include "render/comparison_fixture.h"
#include "scardelta/report.h"

#include <jansson.h>
#include <omp.h>

static const sd_setting SETTINGS[] = {{"zones", "all"}, {"case", "A \xff\"B\""}};

static sd_report_input input_of(const fixture *f) {
  return (sd_report_input){.comparison = &f->comparison, .settings = SETTINGS, .setting_count = 2};
}

static json_t *parse(const sd_text *text) {
  json_error_t error;
  json_t *root = json_loads(text->v, JSON_REJECT_DUPLICATES, &error);
  if (root == NULL)
    fail_msg("line %d: %s", error.line, error.text);
  return root;
}

/* The object's keys in order, joined by commas. */
static void assert_keys(json_t *object, const char *expected) {
  sd_text keys = {0};
  const char *key;
  json_t *value;
  assert_true(json_is_object(object));
  json_object_foreach(object, key, value) {
    sd_text_add(&keys, keys.length > 0 ? "," : "");
    sd_text_add(&keys, key);
  }
  assert_string_equal(keys.v, expected);
  sd_text_clear(&keys);
}

static json_t *result_of(const fixture *f) {
  sd_text text = {0};
  sd_report_input input = input_of(f);
  assert_int_equal(sd_report_json(&text, &input, NULL), SD_OK);
  json_t *root = parse(&text);
  sd_text_clear(&text);
  return root;
}

static void result_has_the_keys_of_the_contract(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  json_t *root = result_of(f);
  assert_keys(root, "schema,tool,photos,comparability,alignment,metrics,scars,scar_totals,"
                    "scar_sizes,settings,treatments,ratings");
  assert_string_equal(json_string_value(json_object_get(root, "schema")), "scardelta.result/1");
  json_t *before = json_object_get(json_object_get(root, "photos"), "before");
  assert_keys(before,
              "file_sha256,width,height,taken,camera,capture,icc,icc_assumed,colour_reference,"
              "scale,face,quality,excluded_by_zone");
  assert_keys(json_object_get(before, "scale"), "mm_per_px,ci,source");
  assert_keys(json_object_get(before, "face"), "found,yaw_deg,pitch_deg,roll_deg");
  assert_true(json_is_null(json_object_get(before, "colour_reference")));
  json_t *pair = json_object_get(root, "comparability");
  assert_keys(pair, "verdict,colour,texture,geometry,reasons");
  assert_string_equal(json_string_value(json_object_get(pair, "verdict")), "compare_with_care");
  assert_keys(json_array_get(json_object_get(pair, "reasons"), 0),
              "code,family,severity,before,after,limit,text,advice");
  assert_int_equal(json_array_size(json_object_get(root, "scars")), 2);
  assert_string_equal(json_string_value(json_object_get(json_object_get(root, "settings"), "case")),
                      "A \xef\xbf\xbd\"B\"");
  json_decref(root);
  fixture_free(f);
}

static void metrics_say_what_was_found(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  json_t *root = result_of(f), *metrics = json_object_get(root, "metrics");
  assert_int_equal(json_array_size(metrics), FIXTURE_METRICS);
  json_t *first = json_array_get(metrics, 0), *unmeasured = json_array_get(metrics, 5);
  assert_keys(first, "name,zone,unit,before,after,change,ci_low,ci_high,mdc,degrees_of_freedom,"
                     "p_value,p_holm,verdict,reason");
  assert_string_equal(json_string_value(json_object_get(first, "name")), "rough_mid");
  assert_string_equal(json_string_value(json_object_get(first, "verdict")), "improved");
  assert_float_equal(json_real_value(json_object_get(first, "change")), log(0.0142 / 0.021), 1e-8);
  assert_true(json_is_null(json_object_get(first, "reason")));
  const char *numbers[] = {
      "before",  "after", "change", "ci_low", "ci_high", "mdc", "degrees_of_freedom",
      "p_value", "p_holm"};
  for (int i = 0; i < 9; i++)
    assert_true(json_is_null(json_object_get(unmeasured, numbers[i])));
  assert_string_equal(json_string_value(json_object_get(unmeasured, "verdict")), "not_measurable");
  assert_string_equal(json_string_value(json_object_get(unmeasured, "reason")),
                      f->metrics[5].reason);
  json_decref(root);
  fixture_free(f);
}

/* Field, its JSON type: s text, n number, i integer, b true or false, o object, a array; a capital
 * letter may be null too. */
static void assert_fields(json_t *object, const char *fields) {
  assert_true(json_is_object(object));
  char list[512], *rest = NULL;
  snprintf(list, sizeof list, "%s", fields);
  for (char *field = strtok_r(list, " ", &rest); field != NULL;
       field = strtok_r(NULL, " ", &rest)) {
    char kind = field[0];
    json_t *value = json_object_get(object, field + 2);
    if (value == NULL)
      fail_msg("%s is missing", field + 2);
    if (kind < 'a' && json_is_null(value))
      continue;
    kind = kind < 'a' ? (char)(kind - 'A' + 'a') : kind;
    bool fits = (kind == 's' && json_is_string(value)) || (kind == 'n' && json_is_number(value)) ||
                (kind == 'i' && json_is_integer(value)) ||
                (kind == 'b' && json_is_boolean(value)) || (kind == 'o' && json_is_object(value)) ||
                (kind == 'a' && json_is_array(value));
    if (!fits)
      fail_msg("%s has another type", field + 2);
  }
}

static bool any_null(json_t *object, const char *const *names, size_t count) {
  for (size_t k = 0; k < count; k++)
    if (json_is_null(json_object_get(object, names[k])))
      return true;
  return false;
}

static void assert_photo_fields(json_t *photo) {
  static const char *const POSE[] = {"yaw_deg", "pitch_deg", "roll_deg"};
  const char *name;
  json_t *value;
  assert_fields(photo, "s:file_sha256 i:width i:height S:taken S:camera S:icc O:colour_reference "
                       "o:scale o:face o:quality o:excluded_by_zone");
  json_t *scale = json_object_get(photo, "scale"), *face = json_object_get(photo, "face");
  assert_fields(scale, "N:mm_per_px A:ci s:source");
  assert_true(json_is_number(json_object_get(scale, "mm_per_px")) ||
              json_is_string(json_object_get(scale, "reason")));
  assert_fields(face, "b:found N:yaw_deg N:pitch_deg N:roll_deg");
  assert_true(!any_null(face, POSE, 3) || json_is_string(json_object_get(face, "reason")));
  json_t *quality = json_object_get(photo, "quality");
  json_object_foreach(quality, name, value)
      assert_true(!json_is_null(value) ||
                  json_is_string(json_object_get(json_object_get(quality, "reasons"), name)));
  json_object_foreach(json_object_get(photo, "excluded_by_zone"), name, value)
      assert_fields(value, "n:eye n:hair n:glare n:clipped");
  assert_non_null(json_object_get(json_object_get(photo, "excluded_by_zone"), "all_skin"));
}

static void assert_result_fields(json_t *root) {
  static const char *const NUMBERS[] = {"change", "ci_low", "ci_high", "mdc"};
  static const char *const ERRORS[] = {"error_px", "error_mm"};
  size_t k;
  json_t *row, *alignment = json_object_get(root, "alignment");
  assert_fields(root, "s:schema o:tool o:photos o:comparability o:alignment a:metrics a:scars "
                      "a:scar_totals a:scar_sizes o:settings a:treatments a:ratings");
  assert_fields(json_object_get(root, "tool"), "s:version");
  assert_photo_fields(json_object_get(json_object_get(root, "photos"), "before"));
  assert_photo_fields(json_object_get(json_object_get(root, "photos"), "after"));
  json_t *pair = json_object_get(root, "comparability");
  assert_fields(pair, "s:verdict s:colour s:texture s:geometry a:reasons");
  json_array_foreach(json_object_get(pair, "reasons"), k, row)
      assert_fields(row, "s:code s:family s:severity N:before N:after N:limit s:text");
  assert_fields(alignment, "s:status S:model N:coverage N:error_px N:error_mm a:zones");
  assert_true(!any_null(alignment, ERRORS, 2) ||
              json_is_string(json_object_get(alignment, "reason")));
  json_array_foreach(json_object_get(alignment, "zones"), k, row)
      assert_fields(row, "s:name N:coverage N:error_px");
  json_array_foreach(json_object_get(root, "metrics"), k, row) {
    assert_fields(row, "s:name s:zone s:unit N:before N:after N:change N:ci_low N:ci_high N:mdc "
                       "N:degrees_of_freedom N:p_value N:p_holm "
                       "s:verdict S:reason");
    assert_true(!any_null(row, NUMBERS, 4) || json_is_string(json_object_get(row, "reason")));
  }
}

/* The same of a pair with everything, and of one without a face, a scale or a registration. */
static void every_field_has_its_type(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  json_t *root = result_of(f);
  assert_result_fields(root);
  json_decref(root);
  for (int k = 0; k < 2; k++)
    f->face[k] = (sd_face){0};
  f->alignment.status = SD_ALIGNMENT_FAILED;
  f->alignment.error_px = f->alignment.error_mm = NAN;
  snprintf(f->alignment.reason, sizeof f->alignment.reason, "nothing fits");
  root = result_of(f);
  assert_result_fields(root);
  json_decref(root);
  fixture_free(f);
}

static void nulls_carry_reasons(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  f->face[0] = (sd_face){0};
  snprintf(f->face[0].reason, sizeof f->face[0].reason, "the eyes are covered");
  f->alignment.error_mm = NAN;
  json_t *root = result_of(f);
  json_t *before = json_object_get(json_object_get(root, "photos"), "before");
  json_t *face = json_object_get(before, "face"), *scale = json_object_get(before, "scale");
  json_t *quality = json_object_get(before, "quality");
  assert_true(json_is_false(json_object_get(face, "found")));
  assert_true(json_is_null(json_object_get(face, "yaw_deg")));
  assert_string_equal(json_string_value(json_object_get(face, "reason")), "the eyes are covered");
  assert_true(json_is_null(json_object_get(scale, "mm_per_px")));
  assert_true(json_is_null(json_object_get(scale, "ci")));
  assert_string_equal(json_string_value(json_object_get(scale, "source")), "none");
  assert_true(json_is_string(json_object_get(scale, "reason")));
  assert_true(json_is_null(json_object_get(quality, "ita_image_deg")));
  assert_true(
      json_is_string(json_object_get(json_object_get(quality, "reasons"), "ita_image_deg")));
  json_t *alignment = json_object_get(root, "alignment");
  assert_true(json_is_null(json_object_get(alignment, "error_mm")));
  assert_true(json_is_string(json_object_get(alignment, "reason")));
  json_decref(root);
  fixture_free(f);
}

static void same_bytes_every_time(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_report_input input = input_of(f);
  sd_text text[2] = {{0}};
  for (int i = 0; i < 2; i++) {
    omp_set_num_threads(i + 1);
    assert_int_equal(sd_report_json(&text[i], &input, NULL), SD_OK);
  }
  assert_string_equal(text[0].v, text[1].v);
  assert_null(strstr(text[0].v, ": nan"));
  /* 9 significant digits of log(0.0142 / 0.021) = -0.39128047311... */
  assert_non_null(strstr(text[0].v, "\"change\": -0.391280473,"));
  sd_text_clear(&text[0]);
  sd_text_clear(&text[1]);
  fixture_free(f);
}

static void alignment_stands_at_the_top_level(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_text text = {0};
  assert_int_equal(sd_report_alignment_json(&text, &f->comparison, NULL, NULL), SD_OK);
  json_t *root = parse(&text);
  assert_string_equal(json_string_value(json_object_get(root, "status")), "ok");
  assert_float_equal(json_real_value(json_object_get(root, "error_px")), 0.8, 1e-9);
  assert_keys(json_array_get(json_object_get(root, "zones"), 0),
              "name,coverage,error_px,error_mm,agreement");
  json_decref(root);
  sd_text_clear(&text);
  fixture_free(f);
}

static void inspect_array_holds_points_and_zones(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_text text = {0};
  sd_inspection photos[2];
  for (int i = 0; i < 2; i++)
    photos[i] = (sd_inspection){"a.jpg",        &f->photo[i], &f->face[i], &f->skin[i],
                                &f->quality[i], NULL,         i == 0};
  assert_int_equal(sd_report_inspect_json(&text, photos, 2, NULL), SD_OK);
  json_t *root = parse(&text), *first = json_array_get(root, 0);
  assert_int_equal(json_array_size(root), 2);
  json_t *face = json_object_get(first, "face"), *zones = json_object_get(first, "zones");
  assert_string_equal(json_string_value(json_object_get(first, "file")), "a.jpg");
  assert_int_equal(json_array_size(json_object_get(face, "landmarks")), 478);
  assert_int_equal(json_array_size(json_array_get(json_object_get(face, "landmarks"), 7)), 3);
  assert_float_equal(
      json_real_value(json_array_get(json_array_get(json_object_get(face, "eyes"), 1), 0)),
      0.6 * FIXTURE_WIDTH, 1e-6);
  assert_float_equal(json_real_value(json_object_get(zones, "left_cheek")), 0.25, 1e-9);
  assert_non_null(json_object_get(zones, "all_skin"));
  assert_non_null(json_object_get(zones, "roi"));
  assert_null(json_object_get(zones, "other"));
  assert_null(json_object_get(json_object_get(json_array_get(root, 1), "zones"), "roi"));
  assert_float_equal(json_real_value(json_object_get(json_object_get(zones, "excluded"), "glare")),
                     0.04, 1e-9);
  json_decref(root);
  sd_text_clear(&text);
  fixture_free(f);
}

static void table_stays_within_100_columns(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_text text = {0};
  sd_inspection photos[5];
  for (int i = 0; i < 5; i++)
    photos[i] = (sd_inspection){"a folder with a very long name/\xc3\xa9t\xc3\xa9 photo 0012.jpg",
                                &f->photo[i % 2],
                                &f->face[i % 2],
                                &f->skin[i % 2],
                                &f->quality[i % 2],
                                NULL,
                                false};
  assert_int_equal(sd_report_inspect_table(&text, photos, 5, NULL, NULL), SD_OK);
  size_t column = 0;
  for (const char *c = text.v; *c != '\0'; c++) {
    column = *c == '\n' ? 0 : column + (((unsigned char)*c & 0xc0) != 0x80);
    assert_true(column <= 100);
  }
  assert_non_null(strstr(text.v, "photo 0012.jpg"));
  assert_non_null(strstr(text.v, "glare"));
  sd_text_clear(&text);
  fixture_free(f);
}

/* In German no English word is left, columns stay in line, figures have a comma and what the file
 * says is as it says it. */
static void table_speaks_german(void **state) {
  (void)state;
  static const char *const ENGLISH[] = {"photo ", "taken", "noise", "light", "share", "left out",
                                        "yes",    "even",  "cheek", "glare", "stops", "of "};
  fixture *f = fixture_make(NULL);
  sd_text text = {0};
  sd_inspection photos[2];
  snprintf(f->photo[0].capture.lens, sizeof f->photo[0].capture.lens, "50 mm 1.8");
  for (int i = 0; i < 2; i++)
    photos[i] = (sd_inspection){"a.jpg",        &f->photo[i], &f->face[i], &f->skin[i],
                                &f->quality[i], NULL,         false};
  assert_int_equal(sd_report_inspect_table(&text, photos, 2, "de", NULL), SD_OK);
  for (size_t k = 0; k < sizeof ENGLISH / sizeof *ENGLISH; k++)
    if (strstr(text.v, ENGLISH[k]) != NULL)
      fail_msg("'%s' is English in:\n%s", ENGLISH[k], text.v);
  assert_non_null(strstr(text.v, "\nRauschen              1,40 von 255"));
  assert_non_null(strstr(text.v, "Wei\xc3\x9f"
                                 "abgleich   "));
  assert_non_null(strstr(text.v, "50 mm 1.8"));
  assert_non_null(strstr(text.v, "  linke Wange         25,0 %"));
  sd_text_clear(&text);
  fixture_free(f);
}

/* Splits RFC 4180 text; gives fields of record `wanted` joined by '|'. */
static void csv_record(const char *csv, int wanted, sd_text *out) {
  bool quoted = false;
  int record = 0;
  for (const char *c = csv; *c != '\0'; c++) {
    if (quoted && c[0] == '"' && c[1] == '"') {
      if (record == wanted)
        sd_text_add(out, "\"");
      c++;
    } else if (*c == '"') {
      quoted = !quoted;
    } else if (!quoted && *c == '\n') {
      record++;
    } else if (record == wanted && *c != '\r') {
      char one[2] = {!quoted && *c == ',' ? '|' : *c, '\0'};
      sd_text_add(out, one);
    }
  }
  assert_false(quoted);
}

static void csv_quotes_and_leaves_nulls_empty(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_report_input input = input_of(f);
  sd_text csv = {0}, header = {0}, row = {0}, formula = {0};
  snprintf(f->metrics[6].reason, sizeof f->metrics[6].reason, "=1+1");
  assert_int_equal(sd_report_metrics_csv(&csv, &input, NULL), SD_OK);
  csv_record(csv.v, 0, &header);
  assert_string_equal(header.v,
                      "name|zone|unit|before|after|change|ci_low|ci_high|mdc|degrees_of_freedom|"
                      "p_value|p_holm|verdict|reason");
  csv_record(csv.v, 6, &row);
  assert_string_equal(row.v,
                      "rough_fine|left_cheek|ln||||||||||not_measurable|fewer than 9 pixels a "
                      "mm, with \"quotes\", commas");
  csv_record(csv.v, 7, &formula);
  assert_non_null(strstr(formula.v, "|'=1+1"));
  sd_text_clear(&csv);
  sd_text_clear(&header);
  sd_text_clear(&row);
  sd_text_clear(&formula);
  fixture_free(f);
}

/* Two scars: one followed, one that could not be. */
static void scars_are_told_in_both_files(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_report_input input = input_of(f);
  sd_text json = {0}, csv = {0}, header = {0}, row = {0};
  sd_scar_change scars[2] = {{.scar = {.kind = SD_ROLLING, .x = 12.5, .y = 7, .diameter_mm = 5},
                              .zone = "chin",
                              .state = SD_SCAR_REDUCED,
                              .before = 0.04,
                              .after = 0.02,
                              .change = -0.7,
                              .ci_low = -0.9,
                              .ci_high = -0.5},
                             {.scar = {.kind = SD_ICE_PICK, .diameter_mm = 1},
                              .zone = "nose",
                              .before = NAN,
                              .after = NAN,
                              .change = NAN,
                              .ci_low = NAN,
                              .ci_high = NAN,
                              .mdc = NAN,
                              .reason = "hidden"}};
  f->change.scars = scars;
  f->change.scar_count = 2;
  assert_int_equal(sd_report_json(&json, &input, NULL), SD_OK);
  json_t *root = parse(&json), *list = json_object_get(root, "scars");
  assert_int_equal(json_array_size(list), 2);
  json_t *first = json_array_get(list, 0), *second = json_array_get(list, 1);
  assert_int_equal(json_integer_value(json_object_get(first, "id")), 1);
  assert_string_equal(json_string_value(json_object_get(first, "kind")), "rolling");
  assert_string_equal(json_string_value(json_object_get(first, "state")), "reduced");
  assert_true(fabs(json_real_value(json_object_get(first, "change")) + 0.7) < 1e-9);
  assert_string_equal(json_string_value(json_object_get(second, "state")), "unmatched");
  assert_true(json_is_null(json_object_get(second, "change")));
  assert_string_equal(json_string_value(json_object_get(second, "reason")), "hidden");
  assert_int_equal(sd_report_scars_csv(&csv, &input, NULL), SD_OK);
  csv_record(csv.v, 0, &header);
  assert_non_null(strstr(header.v, "id|kind|kind_probability|score|state|zone|x|y|"));
  csv_record(csv.v, 2, &row);
  assert_non_null(strstr(row.v, "2|ice_pick|0|0|unmatched|nose|0|0|0|0|1|0|0||||||"));
  f->change.scars = NULL;
  f->change.scar_count = 0;
  json_decref(root);
  sd_text_clear(&json);
  sd_text_clear(&csv);
  sd_text_clear(&header);
  sd_text_clear(&row);
  fixture_free(f);
}

/* Outlines, totals, sizes and ratings stand in result.json and scar-totals.csv. */
static void totals_and_ratings_are_told(void **state) {
  (void)state;
  fixture *f = fixture_make(NULL);
  sd_rating ratings[] = {
      {"2025-01-01", "A", SD_ECCA, {1, 2, 3, 0, 1, 0}, 0},
      {"", "", SD_GOODMAN_BARON_POINTS, {3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3}, 1},
  };
  sd_report_input input = input_of(f);
  sd_text json = {0}, csv = {0}, header = {0}, row = {0};
  input.ratings = ratings;
  input.rating_count = 2;
  for (int k = 0; k < 2; k++) { /* the states are the fixture's, the contrasts are ours */
    f->scars[k].before = 0.04;
    f->scars[k].after = k == 0 ? 0.02 : 0.04;
    f->scars[k].scar.ground = 0.03;
    f->scars[k].scar.diameter_low_mm = 0.9 * f->scars[k].scar.diameter_mm;
    f->scars[k].scar.diameter_high_mm = 1.2 * f->scars[k].scar.diameter_mm;
  }
  assert_int_equal(sd_scars_total(&f->change, NULL), SD_OK);
  assert_int_equal(sd_report_json(&json, &input, NULL), SD_OK);
  json_t *root = parse(&json), *totals = json_object_get(root, "scar_totals");
  json_t *rated = json_object_get(root, "ratings"), *sizes = json_object_get(root, "scar_sizes");
  const char *outline = json_string_value(
      json_object_get(json_array_get(json_object_get(root, "scars"), 1), "outline"));
  double x, y;
  assert_non_null(outline);
  assert_int_equal(sscanf(outline, "%lf,%lf ", &x, &y), 2);
  check_near(x, FIXTURE_SCAR_X + FIXTURE_SCAR_RADIUS, 0.051);
  check_near(y, FIXTURE_SCAR_Y, 0.051);
  assert_int_equal(json_array_size(totals), 2);
  json_t *first = json_array_get(totals, 0);
  assert_string_equal(json_string_value(json_object_get(first, "zone")), "forehead");
  assert_int_equal(json_integer_value(json_object_get(first, "count_before")), 1);
  assert_int_equal(json_integer_value(json_object_get(first, "count_after")), 0);
  check_near(json_real_value(json_object_get(first, "change")), log(0.5), 1e-8);
  int counted = 0;
  for (size_t k = 0; k < json_array_size(sizes); k++)
    counted += (int)json_integer_value(json_object_get(json_array_get(sizes, k), "count"));
  assert_int_equal(counted, 2);
  assert_true(json_is_null(json_object_get(json_array_get(sizes, SD_SCAR_SIZES - 1), "to_mm")));
  assert_int_equal(json_integer_value(json_object_get(json_array_get(rated, 0), "sum")),
                   15 + 2 * 20 + 3 * 25 + 40);
  assert_int_equal(json_integer_value(json_object_get(json_array_get(rated, 1), "sum")), 84);
  assert_true(json_is_null(json_object_get(json_array_get(rated, 1), "rater")));
  assert_int_equal(sd_report_scar_totals_csv(&csv, &input, NULL), SD_OK);
  csv_record(csv.v, 0, &header);
  assert_non_null(strstr(header.v, "zone|kind|count|unmatched|count_before|count_after|area_mm2|"));
  csv_record(csv.v, 1, &row);
  assert_non_null(strstr(row.v, "forehead|boxcar|1|0|1|0|"));
  free(f->change.scar_totals);
  f->change.scar_totals = NULL;
  json_decref(root);
  sd_text_clear(&json);
  sd_text_clear(&csv);
  sd_text_clear(&header);
  sd_text_clear(&row);
  fixture_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(result_has_the_keys_of_the_contract),
      cmocka_unit_test(metrics_say_what_was_found),
      cmocka_unit_test(every_field_has_its_type),
      cmocka_unit_test(nulls_carry_reasons),
      cmocka_unit_test(same_bytes_every_time),
      cmocka_unit_test(alignment_stands_at_the_top_level),
      cmocka_unit_test(inspect_array_holds_points_and_zones),
      cmocka_unit_test(table_stays_within_100_columns),
      cmocka_unit_test(table_speaks_german),
      cmocka_unit_test(csv_quotes_and_leaves_nulls_empty),
      cmocka_unit_test(scars_are_told_in_both_files),
      cmocka_unit_test(totals_and_ratings_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
