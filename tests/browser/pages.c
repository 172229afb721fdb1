/* pages FOLDER SLIDER.js: the pages that the browser test opens, made from a drawn comparison whose
 * names, reasons and settings try to break out. SLIDER.js: the component's script. */
#include "render/comparison_fixture.h"
#include "scardelta/course.h"

#define HOSTILE "<img src=x onerror=window.broken=1>\"'&</script><script>window.broken=1</script>"

#define HOSTILE_ZONE "<b>\"&'z"

static void must(sd_status status) {
  if (status != SD_OK)
    exit(1);
}

static void write_page(const char *folder, const char *name, const sd_text *text) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  if (text->failed || file == NULL || fwrite(text->v, 1, text->length, file) != text->length ||
      fclose(file) != 0)
    exit(1);
}

static void read_text(sd_text *out, const char *path) {
  char block[65536];
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    exit(1);
  for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;)
    sd_text_add_bytes(out, block, n);
  fclose(file);
}

typedef struct wanted {
  const char *name, *language, *slider;
  bool hostile;
} wanted;

static void make_report(const char *folder, fixture *f, const wanted *w) {
  static const sd_setting SETTINGS[] = {{"zones", HOSTILE}};
  static const sd_treatment TREATMENTS[] = {{"2025-04-01", HOSTILE}};
  sd_pictures pictures = {0};
  sd_text page = {0}, pdf = {0};
  char name[64];
  f->comparison.language = w->language;
  must(sd_render(&pictures, &f->comparison, 1000, NULL)); /* quicker than in full */
  sd_report_input input = {.comparison = &f->comparison,
                           .pictures = &pictures,
                           .settings = SETTINGS,
                           .setting_count = w->hostile,
                           .treatments = TREATMENTS,
                           .treatment_count = w->hostile,
                           .case_code = w->hostile ? HOSTILE : "17",
                           .slider_script = w->slider,
                           .slider_licence = w->slider};
  must(sd_report_html(&page, &input, NULL));
  must(sd_report_pdf(&pdf, &input, NULL));
  snprintf(name, sizeof name, "%s.html", w->name);
  write_page(folder, name, &page);
  snprintf(name, sizeof name, "%s.pdf", w->name);
  write_page(folder, name, &pdf);
  sd_text_clear(&page);
  sd_text_clear(&pdf);
  sd_pictures_clear(&pictures);
}

static void make_index(const char *folder) {
  static const sd_index_line LINES[] = {
      {HOSTILE, "front", "2025-01-01", "2025-03-01", "done", "comparable", "", "a b", 3, 0, 1, 20,
       4},
      {"second", "", "2025-01-01", "2025-02-01", "failed", "", HOSTILE, "", 0, 0, 0, 0, 0},
      {"third", "left", "2025-01-01", "2025-02-01", "refused", "not_comparable", "too dark", "c", 0,
       0, 0, 0, 0}};
  sd_text page = {0};
  must(sd_report_index_begin(&page, "de", NULL));
  for (size_t k = 0; k < sizeof LINES / sizeof *LINES; k++)
    must(sd_report_index_line(&page, &LINES[k], "de", NULL));
  must(sd_report_index_end(&page, NULL));
  write_page(folder, "index.html", &page);
  sd_text_clear(&page);
}

/* A course of five sessions, in all of which the same had changed. */
static void make_course(const char *folder, const fixture *f) {
  enum { SESSIONS = 5 };
  static const char *const DAYS[SESSIONS] = {"2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01",
                                             "2025-05-01"};
  static const sd_treatment DONE[] = {{"2025-01-15", HOSTILE}};
  sd_trend_session sessions[SESSIONS];
  sd_trend_shot shots[SESSIONS];
  sd_course_photo photos[SESSIONS];
  sd_trends trends = {0};
  sd_picture picture = {0};
  sd_text page = {0}, strip = {0}, first = {0};
  for (int k = 0; k < SESSIONS; k++) {
    sessions[k] = (sd_trend_session){.day = sd_day_of(DAYS[k]), .healing_days = NAN};
    shots[k] = (sd_trend_shot){k, k > 0 ? &f->change : NULL, k == 0};
    photos[k] = (sd_course_photo){.file = HOSTILE,
                                  .side = f->comparison.after,
                                  .session = k,
                                  .date_source = SD_DATE_NAME,
                                  .reference = k == 0,
                                  .is_template = k == 1,
                                  .shown = true,
                                  .comparability = k > 0 ? &f->change.comparability : NULL};
    snprintf(photos[k].date, sizeof photos[k].date, "%s", DAYS[k]);
  }
  sd_course_scar_point states[2][SESSIONS] = {
      {{.state = SD_SCAR_UNCHANGED},
       {SD_SCAR_REDUCED, 1, 0.1, -0.4, -0.6, -0.2, 0.2, ""},
       {SD_SCAR_UNMATCHED, 0, NAN, NAN, NAN, NAN, NAN, HOSTILE},
       {SD_SCAR_REDUCED, 1, 0.1, -0.6, -0.8, -0.4, 0.2, ""},
       {SD_SCAR_RESOLVED, 1, 0.1, -1, -1.4, -0.7, 0.2, ""}},
      {{.state = SD_SCAR_UNCHANGED}}};
  const sd_course_scar scars[] = {
      {70, 60, 3, 2, 5, SD_ROLLING, 0.9, 0.9, "left_cheek", states[0]},
      {1e6, 60, 3, 2, 5, SD_BROWN_MARK, 0.9, 0.9, HOSTILE_ZONE, states[1]}};
  sd_frame frame = {.region = {0, 0, 400, 300}, .shrink = 2};
  must(sd_picture_make(&frame.picture, 200, 150, NULL));
  must(sd_encode_jpeg(&first, &frame.picture, 80, NULL));
  for (int k = 1; k < SESSIONS; k++)
    states[1][k] = states[0][2];
  must(sd_picture_make(&picture, 900, 200, NULL));
  must(sd_encode_jpeg(&strip, &picture, 80, NULL));
  must(sd_trends_find(&trends, sessions, SESSIONS, shots, SESSIONS, NULL, NULL));
  sd_course course = {.photos = photos,
                      .photo_count = SESSIONS,
                      .trends = &trends,
                      .dated = true,
                      .template_reason = HOSTILE,
                      .treatments = DONE,
                      .treatment_count = 1,
                      .scars = scars,
                      .scar_count = 2,
                      .mm_per_px = 0.1,
                      .frame = &frame,
                      .frame_jpeg = &first,
                      .case_code = HOSTILE,
                      .language = "de",
                      .strip = &strip};
  must(sd_report_course_html(&page, &course, NULL));
  write_page(folder, "course.html", &page);
  sd_text_clear(&page);
  sd_text_clear(&strip);
  sd_text_clear(&first);
  sd_frame_clear(&frame);
  sd_picture_clear(&picture);
  sd_trends_clear(&trends);
}

int main(int count, char **words) {
  sd_text slider = {0};
  if (count != 3)
    return 2;
  read_text(&slider, words[2]);
  fixture *f = fixture_make(NULL);
  make_report(words[1], f, &(wanted){"report", "en", slider.v, false});
  make_report(words[1], f, &(wanted){"german", "de", slider.v, false});
  snprintf(f->change.comparability.reasons[0].text, 200, "%s", HOSTILE);
  snprintf(f->metrics[5].reason, sizeof f->metrics[5].reason, "%s", HOSTILE);
  snprintf(f->skin[0].zones[0].name, sizeof f->skin[0].zones[0].name, "<b>\"zone'");
  make_report(words[1], f, &(wanted){"hostile", "en", NULL, true});
  make_course(words[1], f);
  make_index(words[1]);
  fixture_free(f);
  sd_text_clear(&slider);
  return 0;
}
