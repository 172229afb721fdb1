/* report.pdf: the same findings for the patient's file, two to six pages. */
#include "report/pdf_paper.h"
#include "report/safe_text.h"
#include "report/taking.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const sd_pdf_type KICKER = {8.5, 0.36, 0.40, 0.45, false};
static const sd_pdf_type HEADLINE = {14, 0.11, 0.13, 0.16, true};
const sd_pdf_type SD_PAPER_HEADING = {12, 0.11, 0.13, 0.16, true};
const sd_pdf_type SD_PAPER_STRONG = {9, 0.11, 0.13, 0.16, true};
const sd_pdf_type SD_PAPER_TEXT = {9, 0.11, 0.13, 0.16, false};
const sd_pdf_type SD_PAPER_SMALL = {7.5, 0.36, 0.40, 0.45, false};
const double SD_PAPER_RULE[3] = {0.85, 0.86, 0.88}, SD_PAPER_INK[3] = {0.21, 0.33, 0.43};
const double SD_PAPER_GOOD[3] = {0.04, 0.42, 0.27}, SD_PAPER_BAD[3] = {0.60, 0.20, 0.07};
const double SD_PAPER_CARE[3] = {0.85, 0.65, 0.08};

static const sd_picture_file *picture_of(const sd_paper *p, sd_panel panel) {
  const sd_pictures *pictures = p->input->pictures;
  for (int k = 0; pictures != NULL && k < pictures->count; k++)
    if (pictures->files[k].panel == panel && strcmp(pictures->files[k].suffix, ".jpg") == 0)
      return &pictures->files[k];
  return NULL;
}

void sd_paper_heading(sd_paper *p, const char *text) {
  sd_pdf_need(&p->pdf, 60); /* no heading alone at a page's end */
  sd_pdf_gap(&p->pdf, 12);
  sd_pdf_paragraph(&p->pdf, "H2", 0, &SD_PAPER_HEADING, text);
  sd_pdf_gap(&p->pdf, 3);
}

static void add_said(sd_paper *p, double indent, const sd_pdf_type *type, const char *english) {
  char said[512];
  sd_say(said, sizeof said, p->s, english);
  sd_pdf_paragraph(&p->pdf, "P", indent, type, said);
}

/* ---- first page --------------------------------------------------------------------------- */

static void add_photos(sd_paper *p) {
  const sd_comparison *c = p->input->comparison;
  const sd_photo *photos[] = {c->before.photo, c->after.photo};
  const char *words[] = {p->s->before, p->s->after};
  char days[2][11], line[400];
  for (int k = 0; k < 2; k++)
    sd_capture_day(days[k], &photos[k]->capture);
  snprintf(line, sizeof line, "%s: %s     %s: %s", words[0],
           days[0][0] != '\0' ? days[0] : p->s->date_unknown, words[1],
           days[1][0] != '\0' ? days[1] : p->s->date_unknown);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_SMALL, line);
  for (size_t k = 0; k < p->input->treatment_count; k++) {
    snprintf(line, sizeof line, "%s: %s   %s", p->s->treatment, p->input->treatments[k].date,
             p->input->treatments[k].label);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_SMALL, line);
  }
}

/* One sentence in the colour of what it says, where it says one thing. */
static void add_sentence(sd_paper *p, const sd_clause *clauses, int count) {
  sd_text sentence = {0};
  sd_pdf_type type = HEADLINE;
  bool good = true, bad = true;
  for (int k = 0; k < count; k++) {
    good = good && clauses[k].verdict == SD_IMPROVED;
    bad = bad && clauses[k].verdict == SD_WORSENED;
    sd_text_addf(&sentence, "%s%s%s", clauses[k].words, clauses[k].interval[0] != '\0' ? " " : "",
                 clauses[k].interval);
  }
  sd_text_add(&sentence, ".");
  const double *rgb = good ? SD_PAPER_GOOD : bad ? SD_PAPER_BAD : SD_PAPER_INK;
  type.red = rgb[0];
  type.green = rgb[1];
  type.blue = rgb[2];
  sd_pdf_paragraph(&p->pdf, "H1", 0, &type, sentence.failed ? "" : sentence.v);
  sd_pdf_gap(&p->pdf, 3);
  sd_text_clear(&sentence);
}

static void add_scars_changed(sd_paper *p) {
  char sentence[SD_CLAUSE_TEXT];
  sd_scars_changed_sentence(sentence, p->input->comparison->change, p->s);
  if (sentence[0] == '\0')
    return;
  sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_TEXT, sentence);
}

static void add_unseen(sd_paper *p) {
  char least[400], sentence[700];
  sd_unseen_text(least, p->input->comparison->change, p->s);
  if (least[0] == '\0')
    return;
  snprintf(sentence, sizeof sentence, p->s->unseen_format, least);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_TEXT, sentence);
}

static void add_confidence(sd_paper *p) {
  sd_comparable verdict = p->input->comparison->change->comparability.verdict;
  if (verdict != SD_NOT_COMPARABLE_PAIR)
    sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_TEXT,
                     verdict == SD_COMPARE_WITH_CARE ? p->s->care : p->s->good);
}

static void add_measured_headline(sd_paper *p) {
  sd_clause clauses[SD_HEADLINE_FINDINGS + 1];
  int others = 0, unchanged = 0;
  int count = sd_headline_clauses(clauses, p->input->comparison->change, &others, &unchanged, p->s);
  if (count > 0) {
    add_sentence(p, clauses, count);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_TEXT, p->s->sure);
  } else {
    sd_pdf_paragraph(&p->pdf, "H1", 0, &HEADLINE,
                     sd_headline_without_findings(others, unchanged, p->s));
    if (others == 0)
      add_unseen(p);
  }
  if (count == 0 || clauses[0].interval[0] != '\0')
    add_scars_changed(p);
  if (others > 0) {
    char sentence[160];
    snprintf(sentence, sizeof sentence, p->s->other_format, others, unchanged);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_TEXT, sentence);
  }
  add_confidence(p);
}

static void add_headline(sd_paper *p) {
  const sd_comparison *c = p->input->comparison;
  if (c->alignment->status == SD_ALIGNMENT_FAILED) {
    sd_pdf_paragraph(&p->pdf, "H1", 0, &HEADLINE, p->s->not_aligned);
    add_said(p, 0, &SD_PAPER_TEXT, c->alignment->reason);
  } else if (c->change->comparability.verdict == SD_NOT_COMPARABLE_PAIR) {
    sd_pdf_paragraph(&p->pdf, "H1", 0, &HEADLINE,
                     c->change->metric_count > 0 ? p->s->forced : p->s->refused);
  } else {
    add_measured_headline(p);
  }
}

void sd_paper_columns(sd_paper *p, const char *const *texts, const double *widths, int count,
                      const sd_pdf_type *type) {
  sd_pdf *pdf = &p->pdf;
  double high = 0, x = pdf->left;
  for (int k = 0; k < count; k++)
    high = fmax(high, sd_pdf_text(pdf, 0, 0, widths[k] - 6, type, texts[k], false));
  sd_pdf_begin_row(pdf, high + 3);
  for (int k = 0; k < count; k++) {
    sd_pdf_cell(pdf, type->bold || k == 0, x, pdf->y + 1, widths[k] - 6, type, texts[k]);
    x += widths[k];
  }
  sd_pdf_end_row(pdf);
  sd_pdf_line(pdf, pdf->left, pdf->y + high + 2, x, pdf->y + high + 2, 0.3, SD_PAPER_RULE);
  sd_pdf_gap(pdf, high + 3);
}

static void add_taking(sd_paper *p) {
  const sd_comparison *c = p->input->comparison;
  const char *heads[] = {p->s->taking_caption, p->s->before, p->s->after, p->s->column_next_time};
  const double across = p->pdf.right - p->pdf.left;
  const double widths[] = {0.18 * across, 0.25 * across, 0.25 * across, 0.32 * across};
  sd_pdf_type head = SD_PAPER_SMALL, text = SD_PAPER_SMALL;
  sd_taking row;
  if (!sd_taking_row(&row, c, 0, p->s))
    return;
  head.bold = true;
  text.red = text.green = text.blue = 0.11;
  sd_pdf_gap(&p->pdf, 4);
  sd_pdf_begin_table(&p->pdf);
  sd_paper_columns(p, heads, widths, 4, &head);
  for (int k = 0; k < SD_TAKING_ROWS; k++)
    if (sd_taking_row(&row, c, k, p->s))
      sd_paper_columns(p, (const char *const[]){row.what, row.before, row.after, row.next}, widths,
                       4, &text);
  sd_pdf_end_table(&p->pdf);
}

static void add_match(sd_paper *p) {
  const sd_comparability *pair = &p->input->comparison->change->comparability;
  const char *words[] = {p->s->match_refused, p->s->match_care, p->s->match_comparable};
  const double *colours[] = {SD_PAPER_BAD, SD_PAPER_CARE, SD_PAPER_GOOD};
  char line[160];
  double top;
  sd_paper_heading(p, p->s->match_heading);
  top = p->pdf.y;
  snprintf(line, sizeof line, "%s   (%s: %s, %s: %s, %s: %s)", words[pair->verdict],
           p->s->family_colour, words[pair->colour], p->s->family_texture, words[pair->texture],
           p->s->family_geometry, words[pair->geometry]);
  sd_pdf_paragraph(&p->pdf, "P", 10, &SD_PAPER_STRONG, line);
  if (pair->reason_count == 0 && pair->verdict == SD_COMPARABLE)
    sd_pdf_paragraph(&p->pdf, "P", 10, &SD_PAPER_TEXT, p->s->no_reasons);
  int page = p->pdf.page;
  for (int k = 0; k < pair->reason_count; k++) {
    add_said(p, 10, &SD_PAPER_TEXT, pair->reasons[k].text);
    if (pair->reasons[k].advice[0] != '\0') {
      char advice[400], said[300];
      sd_say(said, sizeof said, p->s, pair->reasons[k].advice);
      snprintf(advice, sizeof advice, "%s %s", p->s->advice_heading, said);
      sd_pdf_paragraph(&p->pdf, "P", 10, &SD_PAPER_SMALL, advice);
    }
  }
  if (page == p->pdf.page)
    sd_pdf_box(&p->pdf, p->pdf.left, top, 3, p->pdf.y - top, colours[pair->verdict]);
  add_taking(p);
}

/* ---- pictures ----------------------------------------------------------------------------- */

static const double PAIR_HIGH = 380, MAPS_HIGH = 230, SCARS_HIGH = 290, NEAR_HIGH = 400,
                    FACES_HIGH = 165, LAID_HIGH = 200;

/* A row may shrink to this share of its height to stay on the page. */
static const double SHRUNK_SHARE = 0.7;

bool sd_paper_has(const sd_paper *p, sd_panel panel) {
  return picture_of(p, panel) != NULL;
}

/* What the panel shows, for those who do not see it. */
static void alt_of(sd_text *out, const sd_paper *p, sd_panel panel) {
  const sd_comparison *c = p->input->comparison;
  char text[SD_REGISTRATION_TEXT];
  switch (panel) {
  case SD_PANEL_CHANGE_MELANIN:
  case SD_PANEL_CHANGE_HAEMOGLOBIN:
  case SD_PANEL_CHANGE_RELIEF:
    sd_map_alt(out, c->change, panel, p->s);
    break;
  case SD_PANEL_SCARS_BEFORE:
    sd_text_add(out, p->s->alt_scars_before);
    break;
  case SD_PANEL_SCARS_AFTER:
    sd_text_add(out, p->s->alt_scars_after);
    break;
  case SD_PANEL_SCARS_CLOSEUPS:
    sd_text_add(out, p->s->alt_closeups);
    break;
  case SD_PANEL_REGISTRATION:
    sd_registration_alt(text, c->alignment, p->s);
    sd_text_add(out, text);
    break;
  default:
    sd_text_add(out, panel == SD_PANEL_ZONES ? p->s->alt_zones : p->s->alt_side);
  }
}

static void draw_panel(sd_paper *p, const sd_picture_file *file, double x, double width,
                       double high) {
  /* those across the page need all of their pixels */
  bool small = file->panel != SD_PANEL_SIDE_BY_SIDE && file->panel != SD_PANEL_SCARS_CLOSEUPS;
  sd_text alt = {0};
  alt_of(&alt, p, file->panel);
  sd_pdf_picture(&p->pdf, file, small, x, p->pdf.y, width, high,
                 alt.failed || alt.v == NULL ? "" : alt.v);
  sd_text_clear(&alt);
}

void sd_paper_pictures(sd_paper *p, const sd_panel *panels, int count, double most_high) {
  const sd_picture_file *files[4];
  int found = 0;
  double widths = 0;
  for (int k = 0; k < count; k++)
    if ((files[found] = picture_of(p, panels[k])) != NULL)
      widths += (double)files[found]->width / files[found]->height, found++;
  if (found == 0)
    return;
  double gap = 6, room = p->pdf.right - p->pdf.left - gap * (found - 1);
  double high = fmin(p->tight * most_high, room / widths), x = p->pdf.left;
  /* a little smaller rather than on a page of its own */
  double left = sd_pdf_room(&p->pdf) - 4;
  if (left < high && left >= SHRUNK_SHARE * high)
    high = left;
  x += (room - high * widths) / 2;
  sd_pdf_need(&p->pdf, high + 4);
  for (int k = 0; k < found; k++) {
    double width = high * files[k]->width / files[k]->height;
    draw_panel(p, files[k], x, width, high);
    x += width + gap;
  }
  sd_pdf_gap(&p->pdf, high + 6);
}

static void draw_face_map(sd_paper *p, int map, double x, double y, double width) {
  const sd_viewer *viewer = &p->input->pictures->viewer;
  const sd_change *change = p->input->comparison->change;
  const char *name = SD_FACE_MAP_METRICS[map];
  double scale = width / viewer->width;
  sd_pdf_type words = {6.5, 0.06, 0.07, 0.09, true};
  for (size_t k = 0; k < viewer->shape_count; k++) {
    const sd_zone_shape *shape = &viewer->shapes[k];
    const sd_metric *m = sd_face_map_metric(change, name, shape->name);
    bool measured = m != NULL && m->verdict != SD_NOT_MEASURABLE;
    uint8_t rgb[3];
    sd_face_map_colour(rgb, m);
    double fill[3] = {rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0};
    sd_pdf_zone(&p->pdf, shape, x, y, scale, measured ? fill : NULL);
  }
  for (size_t k = 0; k < viewer->shape_count; k++) {
    const sd_zone_shape *shape = &viewer->shapes[k];
    char text[SD_AMOUNT_TEXT];
    sd_face_map_words(text, sd_face_map_metric(change, name, shape->name), p->s);
    /* a figure of four signs is about twice as wide as the type is high */
    double left = x + scale * shape->middle.x - (text[0] == '=' ? 2 : 11);
    if (text[0] != '\0')
      sd_pdf_text(&p->pdf, left, y + scale * shape->middle.y - 4, 60, &words, text, true);
  }
}

static void add_face_maps(sd_paper *p) {
  const sd_pictures *pictures = p->input->pictures;
  const sd_change *change = p->input->comparison->change;
  const double gap = 10, room = p->pdf.right - p->pdf.left;
  double width = (room - (SD_FACE_MAPS - 1) * gap) / SD_FACE_MAPS, x = p->pdf.left;
  bool refused = change->comparability.verdict == SD_NOT_COMPARABLE_PAIR;
  int count = 0;
  for (int k = 0; k < SD_FACE_MAPS && pictures != NULL; k++)
    count += sd_face_map_answers(p->input, SD_FACE_MAP_METRICS[k]);
  if (count == 0 || refused)
    return;
  double high = width * pictures->viewer.height / pictures->viewer.width;
  if (high > p->tight * FACES_HIGH) { /* a narrow strip of skin */
    width *= p->tight * FACES_HIGH / high;
    high = p->tight * FACES_HIGH;
  }
  sd_pdf_need(&p->pdf, high + 60);
  sd_paper_heading(p, p->s->face_map_heading);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_SMALL, p->s->face_map_hint);
  sd_pdf_gap(&p->pdf, 4);
  for (int k = 0; k < SD_FACE_MAPS; k++) {
    const char *name = SD_FACE_MAP_METRICS[k];
    char title[96];
    sd_text alt = {0};
    if (!sd_face_map_answers(p->input, name))
      continue;
    sd_face_map_title(title, change, name, p->s);
    sd_face_map_alt(&alt, p->input, name, p->s);
    sd_pdf_begin_figure(&p->pdf, alt.failed ? title : alt.v);
    draw_face_map(p, k, x, p->pdf.y, width);
    sd_pdf_text(&p->pdf, x, p->pdf.y + high + 2, width, &SD_PAPER_STRONG, title, true);
    sd_pdf_end_element(&p->pdf, "Figure");
    sd_text_clear(&alt);
    x += width + gap;
  }
  sd_pdf_gap(&p->pdf, high + 16);
}

static void add_registration(sd_paper *p) {
  static const sd_panel LAID[] = {SD_PANEL_ZONES, SD_PANEL_REGISTRATION};
  const sd_alignment *alignment = p->input->comparison->alignment;
  char text[SD_REGISTRATION_TEXT];
  if (!sd_paper_has(p, LAID[0]) && !sd_paper_has(p, LAID[1]))
    return;
  sd_pdf_need(&p->pdf, SHRUNK_SHARE * p->tight * LAID_HIGH + 60);
  sd_paper_heading(p, p->s->registration_heading);
  if (alignment->status != SD_ALIGNMENT_FAILED) {
    sd_registration_text(text, alignment, p->s);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_SMALL, text);
    add_said(p, 0, &SD_PAPER_SMALL, alignment->reason);
  }
  sd_pdf_gap(&p->pdf, 4);
  sd_paper_pictures(p, LAID, 2, LAID_HIGH);
}

void sd_paper_pages(sd_paper *p) {
  static const sd_panel PAIR[] = {SD_PANEL_SIDE_BY_SIDE};
  static const sd_panel MAPS[] = {SD_PANEL_CHANGE_RELIEF, SD_PANEL_CHANGE_MELANIN,
                                  SD_PANEL_CHANGE_HAEMOGLOBIN};
  static const sd_panel SCARS[] = {SD_PANEL_SCARS_BEFORE, SD_PANEL_SCARS_AFTER};
  static const sd_panel NEAR[] = {SD_PANEL_SCARS_CLOSEUPS};
  sd_pdf_gap(&p->pdf, 10);
  sd_paper_pictures(p, PAIR, 1, PAIR_HIGH);
  add_face_maps(p);
  if (sd_paper_has(p, MAPS[0]) || sd_paper_has(p, MAPS[1]) || sd_paper_has(p, MAPS[2])) {
    sd_pdf_need(&p->pdf, SHRUNK_SHARE * p->tight * MAPS_HIGH + 70);
    sd_paper_heading(p, p->s->maps_heading);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_SMALL, p->s->maps_hint);
    sd_pdf_gap(&p->pdf, 4);
    sd_paper_pictures(p, MAPS, 3, MAPS_HIGH);
  }
  if (sd_paper_has(p, SCARS[0])) {
    sd_pdf_need(&p->pdf, SHRUNK_SHARE * p->tight * SCARS_HIGH + 80);
    sd_paper_heading(p, p->s->scars_heading);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SD_PAPER_SMALL, p->s->scars_hint);
    sd_pdf_gap(&p->pdf, 4);
    sd_paper_pictures(p, SCARS, 2, SCARS_HIGH);
    sd_paper_pictures(p, NEAR, 1, NEAR_HIGH);
    sd_paper_scars(p);
  }
  add_registration(p);
}

/* The report at one density; its bytes go to `out`, its pages are counted. */
static sd_status write_report(sd_text *out, int *pages, const sd_report_input *input,
                              const sd_pdf_facts *facts, double tight, sd_diag *diag) {
  sd_paper p = {.input = input, .s = sd_strings_of(input->comparison->language), .tight = tight};
  sd_status status = SD_OK;
  SD_TRY(sd_pdf_begin(&p.pdf, facts, diag));
  sd_pdf_paragraph(&p.pdf, "P", 0, &KICKER, facts->title);
  sd_pdf_gap(&p.pdf, 4);
  add_headline(&p);
  sd_pdf_gap(&p.pdf, 4);
  add_photos(&p);
  add_match(&p);
  sd_paper_pages(&p);
  sd_paper_ratings(&p);
  sd_paper_figures(&p);
  sd_paper_limits(&p);
  sd_paper_method(&p);
  *pages = p.pdf.page;
  status = sd_pdf_end(out, &p.pdf, diag);
done:
  sd_pdf_clear(&p.pdf);
  return status;
}

/* So many pages at most; what does not fit is drawn smaller. */
enum { PAGES_MAX = 6 };
static const double TIGHT[] = {1, 0.9, 0.8, 0.7};

sd_status sd_report_pdf(sd_text *out, const sd_report_input *input, sd_diag *diag) {
  const sd_strings *s = sd_strings_of(input->comparison->language);
  const sd_photo *after = input->comparison->after.photo;
  bool named = input->case_code != NULL && input->case_code[0] != '\0';
  sd_text title = {0}, clean = {0}, bytes = {0};
  char footer[300], date[11] = "";
  sd_status status = SD_OK;
  int pages = PAGES_MAX + 1;
  if (named)
    sd_text_addf(&title, s->title_case_format, input->case_code);
  else
    sd_text_add(&title, s->title);
  sd_text_add_utf8(&clean, title.failed ? "" : title.v);
  if (title.failed || clean.failed) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for report.pdf");
    goto done;
  }
  snprintf(footer, sizeof footer, "%s %s   %.200s", s->version, sd_version(), clean.v);
  if (strlen(after->capture.taken) >= 10)
    snprintf(date, sizeof date, "%.10s", after->capture.taken);
  sd_pdf_facts facts = {clean.v, footer, s->language, date, input->letter};
  for (size_t k = 0; k < sizeof TIGHT / sizeof *TIGHT && pages > PAGES_MAX; k++) {
    sd_text_clear(&bytes);
    SD_TRY(write_report(&bytes, &pages, input, &facts, TIGHT[k], diag));
  }
  sd_text_add_bytes(out, bytes.v, bytes.length);
  if (out->failed)
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for report.pdf");
done:
  sd_text_clear(&title);
  sd_text_clear(&clean);
  sd_text_clear(&bytes);
  return status;
}
