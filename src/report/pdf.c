/* report.pdf: the same findings for the patient's file, two to six pages. */
#include "report/page.h"
#include "report/pdf_sheet.h"
#include "report/rated.h"
#include "report/safe_text.h"
#include "report/taking.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const sd_pdf_type KICKER = {8.5, 0.36, 0.40, 0.45, false};
static const sd_pdf_type HEADLINE = {15, 0.11, 0.13, 0.16, true};
static const sd_pdf_type HEADING = {12, 0.11, 0.13, 0.16, true};
static const sd_pdf_type STRONG = {9, 0.11, 0.13, 0.16, true};
static const sd_pdf_type TEXT = {9, 0.11, 0.13, 0.16, false};
static const sd_pdf_type SMALL = {7.5, 0.36, 0.40, 0.45, false};
static const double BAND[3] = {0.89, 0.90, 0.92}, RULE[3] = {0.85, 0.86, 0.88};
static const double INK[3] = {0.21, 0.33, 0.43};
/* Colour and words say the verdict: in grey the words are left. */
static const double GOOD[3] = {0.04, 0.42, 0.27}, BAD[3] = {0.60, 0.20, 0.07};
static const double CARE[3] = {0.85, 0.65, 0.08};

typedef struct paper {
  sd_pdf pdf;
  const sd_report_input *input;
  const sd_strings *s;
} paper;

static const sd_picture_file *picture_of(const paper *p, sd_panel panel) {
  const sd_pictures *pictures = p->input->pictures;
  for (int k = 0; pictures != NULL && k < pictures->count; k++)
    if (pictures->files[k].panel == panel && strcmp(pictures->files[k].suffix, ".jpg") == 0)
      return &pictures->files[k];
  return NULL;
}

static void add_heading(paper *p, const char *text) {
  sd_pdf_need(&p->pdf, 60); /* no heading alone at a page's end */
  sd_pdf_gap(&p->pdf, 12);
  sd_pdf_paragraph(&p->pdf, "H2", 0, &HEADING, text);
  sd_pdf_gap(&p->pdf, 3);
}

static void add_said(paper *p, double indent, const sd_pdf_type *type, const char *english) {
  char said[512];
  sd_say(said, sizeof said, p->s, english);
  sd_pdf_paragraph(&p->pdf, "P", indent, type, said);
}

/* ---- first page --------------------------------------------------------------------------- */

static void add_photos(paper *p) {
  const sd_comparison *c = p->input->comparison;
  const sd_photo *photos[] = {c->before.photo, c->after.photo};
  const char *words[] = {p->s->before, p->s->after};
  char days[2][11], line[400];
  for (int k = 0; k < 2; k++)
    sd_capture_day(days[k], &photos[k]->capture);
  snprintf(line, sizeof line, "%s: %s     %s: %s", words[0],
           days[0][0] != '\0' ? days[0] : p->s->date_unknown, words[1],
           days[1][0] != '\0' ? days[1] : p->s->date_unknown);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, line);
  for (size_t k = 0; k < p->input->treatment_count; k++) {
    snprintf(line, sizeof line, "%s: %s   %s", p->s->treatment, p->input->treatments[k].date,
             p->input->treatments[k].label);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, line);
  }
}

/* One sentence in the colour of what it says, where it says one thing. */
static void add_sentence(paper *p, const sd_clause *clauses, int count) {
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
  const double *rgb = good ? GOOD : bad ? BAD : INK;
  type.red = rgb[0];
  type.green = rgb[1];
  type.blue = rgb[2];
  sd_pdf_paragraph(&p->pdf, "H1", 0, &type, sentence.failed ? "" : sentence.v);
  sd_pdf_gap(&p->pdf, 3);
  sd_text_clear(&sentence);
}

static void add_scars_changed(paper *p) {
  char sentence[300];
  sd_scars_changed_text(sentence, p->input->comparison->change, p->s);
  if (sentence[0] == '\0')
    return;
  sentence[0] = (char)toupper((unsigned char)sentence[0]);
  strncat(sentence, ".", sizeof sentence - strlen(sentence) - 1);
  sd_pdf_paragraph(&p->pdf, "P", 0, &TEXT, sentence);
}

static void add_unseen(paper *p) {
  char least[400], sentence[700];
  sd_unseen_text(least, p->input->comparison->change, p->s);
  if (least[0] == '\0')
    return;
  snprintf(sentence, sizeof sentence, p->s->unseen_format, least);
  sd_pdf_paragraph(&p->pdf, "P", 0, &TEXT, sentence);
}

static void add_confidence(paper *p) {
  sd_comparable verdict = p->input->comparison->change->comparability.verdict;
  if (verdict != SD_NOT_COMPARABLE_PAIR)
    sd_pdf_paragraph(&p->pdf, "P", 0, &TEXT,
                     verdict == SD_COMPARE_WITH_CARE ? p->s->care : p->s->good);
}

static void add_measured_headline(paper *p) {
  sd_clause clauses[SD_HEADLINE_FINDINGS + 1];
  int others = 0, unchanged = 0;
  int count = sd_headline_clauses(clauses, p->input->comparison->change, &others, &unchanged, p->s);
  if (count > 0) {
    add_sentence(p, clauses, count);
    sd_pdf_paragraph(&p->pdf, "P", 0, &TEXT, p->s->sure);
  } else {
    sd_pdf_paragraph(&p->pdf, "H1", 0, &HEADLINE,
                     unchanged + others > 0 ? p->s->nothing_detected : p->s->nothing_measured);
    add_unseen(p);
  }
  if (count == 0 || clauses[0].interval[0] != '\0')
    add_scars_changed(p);
  if (others > 0) {
    char sentence[160];
    snprintf(sentence, sizeof sentence, p->s->other_format, others, unchanged);
    sd_pdf_paragraph(&p->pdf, "P", 0, &TEXT, sentence);
  }
  add_confidence(p);
}

static void add_headline(paper *p) {
  const sd_comparison *c = p->input->comparison;
  if (c->alignment->status == SD_ALIGNMENT_FAILED) {
    sd_pdf_paragraph(&p->pdf, "H1", 0, &HEADLINE, p->s->not_aligned);
    add_said(p, 0, &TEXT, c->alignment->reason);
  } else if (c->change->comparability.verdict == SD_NOT_COMPARABLE_PAIR) {
    sd_pdf_paragraph(&p->pdf, "H1", 0, &HEADLINE,
                     c->change->metric_count > 0 ? p->s->forced : p->s->refused);
  } else {
    add_measured_headline(p);
  }
}

/* Texts side by side in columns; the row is as high as its highest one. */
static void add_columns(paper *p, const char *const *texts, const double *widths, int count,
                        const sd_pdf_type *type) {
  sd_pdf *pdf = &p->pdf;
  double high = 0, x = pdf->left;
  for (int k = 0; k < count; k++)
    high = fmax(high, sd_pdf_text(pdf, 0, 0, widths[k] - 6, type, texts[k], false));
  sd_pdf_need(pdf, high + 3);
  for (int k = 0; k < count; k++) {
    sd_pdf_text(pdf, x, pdf->y + 1, widths[k] - 6, type, texts[k], true);
    x += widths[k];
  }
  sd_pdf_line(pdf, pdf->left, pdf->y + high + 2, x, pdf->y + high + 2, 0.3, RULE);
  sd_pdf_gap(pdf, high + 3);
}

static void add_taking(paper *p) {
  const sd_comparison *c = p->input->comparison;
  const char *heads[] = {p->s->taking_caption, p->s->before, p->s->after, p->s->column_next_time};
  const double across = p->pdf.right - p->pdf.left;
  const double widths[] = {0.18 * across, 0.25 * across, 0.25 * across, 0.32 * across};
  sd_pdf_type head = SMALL, text = SMALL;
  sd_taking row;
  if (!sd_taking_row(&row, c, 0, p->s))
    return;
  head.bold = true;
  text.red = text.green = text.blue = 0.11;
  sd_pdf_gap(&p->pdf, 4);
  add_columns(p, heads, widths, 4, &head);
  for (int k = 0; k < SD_TAKING_ROWS; k++)
    if (sd_taking_row(&row, c, k, p->s))
      add_columns(p, (const char *const[]){row.what, row.before, row.after, row.next}, widths, 4,
                  &text);
}

static void add_match(paper *p) {
  const sd_comparability *pair = &p->input->comparison->change->comparability;
  const char *words[] = {p->s->match_refused, p->s->match_care, p->s->match_comparable};
  const double *colours[] = {BAD, CARE, GOOD};
  char line[160];
  double top;
  add_heading(p, p->s->match_heading);
  top = p->pdf.y;
  snprintf(line, sizeof line, "%s   (%s: %s, %s: %s, %s: %s)", words[pair->verdict],
           p->s->family_colour, words[pair->colour], p->s->family_texture, words[pair->texture],
           p->s->family_geometry, words[pair->geometry]);
  sd_pdf_paragraph(&p->pdf, "P", 10, &STRONG, line);
  if (pair->reason_count == 0 && pair->verdict == SD_COMPARABLE)
    sd_pdf_paragraph(&p->pdf, "P", 10, &TEXT, p->s->no_reasons);
  int page = p->pdf.page;
  for (int k = 0; k < pair->reason_count; k++) {
    add_said(p, 10, &TEXT, pair->reasons[k].text);
    if (pair->reasons[k].advice[0] != '\0') {
      char advice[400], said[300];
      sd_say(said, sizeof said, p->s, pair->reasons[k].advice);
      snprintf(advice, sizeof advice, "%s %s", p->s->advice_heading, said);
      sd_pdf_paragraph(&p->pdf, "P", 10, &SMALL, advice);
    }
  }
  if (page == p->pdf.page)
    sd_pdf_box(&p->pdf, p->pdf.left, top, 3, p->pdf.y - top, colours[pair->verdict]);
  add_taking(p);
}

/* ---- pictures ----------------------------------------------------------------------------- */

static const double PAIR_HIGH = 400, MAPS_HIGH = 240, SCARS_HIGH = 330, NEAR_HIGH = 500,
                    FACES_HIGH = 170;

/* A row may shrink to this share of its height to stay on the page. */
static const double SHRUNK_SHARE = 0.75;

/* Pictures side by side at one height. */
static void add_row_of_pictures(paper *p, const sd_panel *panels, int count, double most_high) {
  const sd_picture_file *files[4];
  int found = 0;
  double widths = 0;
  for (int k = 0; k < count; k++)
    if ((files[found] = picture_of(p, panels[k])) != NULL)
      widths += (double)files[found]->width / files[found]->height, found++;
  if (found == 0)
    return;
  double gap = 6, room = p->pdf.right - p->pdf.left - gap * (found - 1);
  double high = fmin(most_high, room / widths), x = p->pdf.left;
  /* a little smaller rather than on a page of its own */
  double left = sd_pdf_room(&p->pdf) - 4;
  if (left < high && left >= SHRUNK_SHARE * high) {
    x += (room - left * widths) / 2;
    high = left;
  }
  sd_pdf_need(&p->pdf, high + 4);
  for (int k = 0; k < found; k++) {
    double width = high * files[k]->width / files[k]->height;
    sd_pdf_picture(&p->pdf, files[k], x, p->pdf.y, width, high);
    x += width + gap;
  }
  sd_pdf_gap(&p->pdf, high + 6);
}

static void draw_face_map(paper *p, int map, double x, double y, double width) {
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

static void add_face_maps(paper *p) {
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
  if (high > FACES_HIGH) { /* a narrow strip of skin */
    width *= FACES_HIGH / high;
    high = FACES_HIGH;
  }
  sd_pdf_need(&p->pdf, high + 60);
  add_heading(p, p->s->face_map_heading);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, p->s->face_map_hint);
  sd_pdf_gap(&p->pdf, 4);
  for (int k = 0; k < SD_FACE_MAPS; k++) {
    char title[96] = "";
    if (!sd_face_map_answers(p->input, SD_FACE_MAP_METRICS[k]))
      continue;
    for (size_t m = 0; m < change->metric_count; m++)
      if (strcmp(change->metrics[m].kind->name, SD_FACE_MAP_METRICS[k]) == 0)
        sd_say(title, sizeof title, p->s, change->metrics[m].kind->title);
    draw_face_map(p, k, x, p->pdf.y, width);
    sd_pdf_text(&p->pdf, x, p->pdf.y + high + 2, width, &STRONG, title, true);
    x += width + gap;
  }
  sd_pdf_gap(&p->pdf, high + 16);
}

/* ---- scars -------------------------------------------------------------------------------- */

static const char *state_words(const sd_strings *s, sd_scar_state state) {
  switch (state) {
  case SD_SCAR_REDUCED:
    return s->scar_reduced;
  case SD_SCAR_RESOLVED:
    return s->scar_resolved;
  case SD_SCAR_ENLARGED:
    return s->scar_enlarged;
  case SD_SCAR_NEW:
    return s->scar_new;
  default:
    return s->scar_unchanged;
  }
}

static void add_scar(paper *p, const sd_scar_change *scar, size_t number, const double widths[6]) {
  char count[16], kind[64], zone[64], size[32], change[128], low[24], high[24], interval[64];
  sd_pdf_type text = SMALL;
  text.red = text.green = text.blue = 0.11;
  snprintf(count, sizeof count, "%zu", number);
  sd_say_name(kind, sizeof kind, p->s, sd_scar_kind_name(scar->scar.kind));
  sd_say_name(zone, sizeof zone, p->s, scar->zone);
  snprintf(size, sizeof size, "%.1f mm", scar->scar.diameter_mm);
  sd_localise(size, p->s);
  sd_percent_signed(low, 100 * expm1(scar->ci_low));
  sd_percent_signed(high, 100 * expm1(scar->ci_high));
  snprintf(interval, sizeof interval, p->s->interval_format, low, high);
  sd_percent_signed(low, 100 * expm1(scar->change));
  snprintf(change, sizeof change, "%s\xc2\xa0%% (%s)", low, interval);
  add_columns(
      p, (const char *const[]){count, kind, zone, size, change, state_words(p->s, scar->state)},
      widths, 6, &text);
}

/* The changed ones, as many as fit beside everything else on six pages; scars.csv has all. */
static void add_scar_table(paper *p) {
  enum { ROWS_MAX = 12 };
  const sd_change *change = p->input->comparison->change;
  const char *heads[] = {p->s->column_number,   p->s->column_kind,   p->s->column_zone,
                         p->s->column_diameter, p->s->column_change, p->s->column_verdict};
  const double across = p->pdf.right - p->pdf.left;
  const double widths[] = {0.06 * across, 0.2 * across,  0.19 * across,
                           0.17 * across, 0.19 * across, 0.19 * across};
  sd_pdf_type head = SMALL;
  head.bold = true;
  for (size_t k = 0; k < change->scar_count && k < ROWS_MAX; k++) {
    if (change->scars[k].state <= SD_SCAR_UNCHANGED)
      break;
    if (k == 0) {
      sd_pdf_need(&p->pdf, 50);
      sd_pdf_gap(&p->pdf, 6);
      sd_pdf_paragraph(&p->pdf, "H3", 0, &STRONG, p->s->scar_table_caption);
      add_columns(p, heads, widths, 6, &head);
    }
    add_scar(p, &change->scars[k], k + 1, widths);
  }
}

/* ---- ratings --------------------------------------------------------------------------------- */

/* Each rater's sums beside each other. */
static void add_ratings(paper *p) {
  const sd_report_input *input = p->input;
  char line[240], before[16], after[16];
  if (input->rating_count == 0)
    return;
  add_heading(p, p->s->ratings_heading);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, p->s->ratings_hint);
  for (int k = 0; k < SD_SCAR_SIZES && sd_scars_counted(input->comparison->change); k++) {
    const sd_scar_size *size = &input->comparison->change->scar_sizes[k];
    char words[SD_SIZE_TEXT];
    sd_size_words(words, p->s, size);
    snprintf(line, sizeof line, "%s: %s %zu (%.0f mm\xc2\xb2), %s %zu (%.0f mm\xc2\xb2)", words,
             p->s->before, size->count_before, size->area_before_mm2, p->s->after,
             size->count_after, size->area_after_mm2);
    sd_pdf_paragraph(&p->pdf, "P", 0, &TEXT, line);
  }
  for (size_t k = 0; k < input->rating_count;) {
    sd_rated_pair pair = sd_rated_pair_at(input->ratings, input->rating_count, k);
    const sd_rating *any = pair.of[0] != NULL ? pair.of[0] : pair.of[1];
    sd_text rater = {0};
    sd_text_add_utf8(&rater, any->rater);
    snprintf(before, sizeof before, pair.of[0] != NULL ? "%d" : "-",
             pair.of[0] != NULL ? sd_rating_sum(pair.of[0]) : 0);
    snprintf(after, sizeof after, pair.of[1] != NULL ? "%d" : "-",
             pair.of[1] != NULL ? sd_rating_sum(pair.of[1]) : 0);
    snprintf(line, sizeof line, p->s->pdf_rating_format, sd_rating_kind_of(any->form)->title,
             rater.failed || rater.v == NULL ? "" : rater.v, before, after);
    sd_pdf_paragraph(&p->pdf, "P", 0, &TEXT, line);
    sd_text_clear(&rater);
    k += pair.taken;
  }
}

static void add_pictures(paper *p) {
  static const sd_panel PAIR[] = {SD_PANEL_SIDE_BY_SIDE};
  static const sd_panel MAPS[] = {SD_PANEL_CHANGE_RELIEF, SD_PANEL_CHANGE_MELANIN,
                                  SD_PANEL_CHANGE_HAEMOGLOBIN};
  static const sd_panel SCARS[] = {SD_PANEL_SCARS_BEFORE, SD_PANEL_SCARS_AFTER};
  static const sd_panel NEAR[] = {SD_PANEL_SCARS_CLOSEUPS};
  sd_pdf_gap(&p->pdf, 10);
  add_row_of_pictures(p, PAIR, 1, PAIR_HIGH);
  add_face_maps(p);
  if (picture_of(p, MAPS[0]) != NULL || picture_of(p, MAPS[1]) != NULL ||
      picture_of(p, MAPS[2]) != NULL) {
    sd_pdf_need(&p->pdf, MAPS_HIGH + 70);
    add_heading(p, p->s->maps_heading);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, p->s->maps_hint);
    sd_pdf_gap(&p->pdf, 4);
    add_row_of_pictures(p, MAPS, 3, MAPS_HIGH);
  }
  if (picture_of(p, SCARS[0]) != NULL) {
    sd_pdf_need(&p->pdf, SCARS_HIGH + 80);
    add_heading(p, p->s->scars_heading);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, p->s->scars_hint);
    sd_pdf_gap(&p->pdf, 4);
    add_row_of_pictures(p, SCARS, 2, SCARS_HIGH);
    add_row_of_pictures(p, NEAR, 1, NEAR_HIGH);
    add_scar_table(p);
  }
}

/* ---- figures ------------------------------------------------------------------------------ */

static const double ROW = 11.6, CHART = 104, VERDICT = 98, CHANGE = 180;

static const double *verdict_colour(sd_verdict verdict) {
  return verdict == SD_IMPROVED ? GOOD : verdict == SD_WORSENED ? BAD : INK;
}

static void draw_chart(paper *p, const sd_metric *m, double x, double y) {
  double reach = fmax(fmax(fabs(m->ci_low), fabs(m->ci_high)), fabs(m->mdc)) * 1.08;
  double middle = x + CHART / 2, unit = CHART / 2 / reach;
  if (!(reach > 0) || !isfinite(m->change))
    return;
  const double *rgb = verdict_colour(m->verdict);
  sd_pdf_box(&p->pdf, middle - m->mdc * unit, y + 1.5, 2 * m->mdc * unit, ROW - 4, BAND);
  sd_pdf_line(&p->pdf, middle, y + 1, middle, y + ROW - 2, 0.5, INK);
  sd_pdf_line(&p->pdf, middle + m->ci_low * unit, y + ROW / 2 - 0.5, middle + m->ci_high * unit,
              y + ROW / 2 - 0.5, 1.3, rgb);
  sd_pdf_dot(&p->pdf, middle + m->change * unit, y + ROW / 2 - 0.5, 2.4, rgb);
}

static void add_row(paper *p, const sd_metric *m) {
  char change[SD_AMOUNT_TEXT], low[SD_AMOUNT_TEXT], high[SD_AMOUNT_TEXT], text[5 * SD_AMOUNT_TEXT];
  char interval[3 * SD_AMOUNT_TEXT];
  sd_about about = sd_about_metric(m, p->s);
  sd_pdf *pdf = &p->pdf;
  const double *rgb = verdict_colour(m->verdict);
  sd_pdf_type type = sd_metric_certain(m) ? STRONG : TEXT;
  double name = pdf->right - pdf->left - CHANGE - CHART - VERDICT - 12;
  type.size = 7.2;
  sd_pdf_need(pdf, ROW);
  double y = pdf->y;
  sd_pdf_text(pdf, pdf->left, y + 1, name, &type, about.title, true);
  sd_amount_signed(change, m->kind, m->change, p->s);
  sd_amount_signed(low, m->kind, m->ci_low, p->s);
  sd_amount_signed(high, m->kind, m->ci_high, p->s);
  snprintf(interval, sizeof interval, p->s->interval_format, low, high);
  snprintf(text, sizeof text, "%s (%s)", change, interval);
  sd_pdf_text(pdf, pdf->left + name + 4, y + 1, CHANGE, &type, text, true);
  draw_chart(p, m, pdf->left + name + CHANGE + 8, y);
  type.red = rgb[0];
  type.green = rgb[1];
  type.blue = rgb[2];
  sd_pdf_text(pdf, pdf->right - VERDICT + 6, y + 1, VERDICT - 6, &type,
              sd_verdict_words(m->verdict, p->s), true);
  sd_pdf_line(pdf, pdf->left, y + ROW, pdf->right, y + ROW, 0.3, RULE);
  sd_pdf_gap(pdf, ROW);
}

static bool first_of_zone(const sd_change *change, size_t at) {
  for (size_t k = 0; k < at; k++)
    if (strcmp(change->metrics[k].zone, change->metrics[at].zone) == 0)
      return false;
  return true;
}

static size_t measured_in(const sd_change *change, const char *zone) {
  size_t count = 0;
  for (size_t k = 0; k < change->metric_count; k++)
    count += change->metrics[k].verdict != SD_NOT_MEASURABLE &&
             strcmp(change->metrics[k].zone, zone) == 0;
  return count;
}

static void add_zone(paper *p, const char *zone) {
  const sd_change *change = p->input->comparison->change;
  char words[64];
  if (measured_in(change, zone) == 0)
    return;
  sd_say_name(words, sizeof words, p->s, zone);
  sd_pdf_need(&p->pdf, 24 + 2 * ROW);
  sd_pdf_gap(&p->pdf, 8);
  sd_pdf_paragraph(&p->pdf, "H3", 0, &STRONG, words);
  sd_pdf_gap(&p->pdf, 2);
  for (size_t k = 0; k < change->metric_count; k++)
    if (change->metrics[k].verdict != SD_NOT_MEASURABLE &&
        strcmp(change->metrics[k].zone, zone) == 0)
      add_row(p, &change->metrics[k]);
}

static void add_figures(paper *p) {
  const sd_change *change = p->input->comparison->change;
  add_heading(p, p->s->figures_heading);
  if (change->metric_count == 0) {
    sd_pdf_paragraph(&p->pdf, "P", 0, &TEXT, p->s->no_figures);
    return;
  }
  sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, p->s->figures_hint);
  for (size_t k = 0; k < change->metric_count; k++)
    if (first_of_zone(change, k))
      add_zone(p, change->metrics[k].zone);
}

/* ---- limits and method -------------------------------------------------------------------- */

static void add_limits(paper *p) {
  const sd_change *change = p->input->comparison->change;
  size_t unmeasured = 0;
  add_heading(p, p->s->limits_heading);
  for (int k = 0; p->s->limits[k] != NULL; k++)
    sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, p->s->limits[k]);
  for (size_t k = 0; k < change->metric_count; k++)
    unmeasured += change->metrics[k].verdict == SD_NOT_MEASURABLE;
  if (unmeasured > 0) {
    char line[200];
    snprintf(line, sizeof line, p->s->pdf_unmeasured_format, (int)unmeasured);
    sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, line);
  }
}

static void add_fact(paper *p, const char *name, const char *value) {
  char line[1400];
  snprintf(line, sizeof line, "%s: %.1200s", name, value);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, line);
}

/* Left out of what is shared. */
static void add_hash(paper *p, const char *word, const sd_photo *photo) {
  char line[160];
  if (photo->file_sha256[0] == '\0')
    return;
  snprintf(line, sizeof line, "%s %s", word, photo->file_sha256);
  add_fact(p, p->s->hash, line);
}

static void add_method(paper *p) {
  const sd_comparison *c = p->input->comparison;
  add_heading(p, p->s->method_heading);
  sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, p->s->method_text);
  for (const char *const *formula = p->s->formulas; *formula != NULL; formula++)
    sd_pdf_paragraph(&p->pdf, "P", 0, &SMALL, *formula);
  add_hash(p, p->s->before, c->before.photo);
  add_hash(p, p->s->after, c->after.photo);
  for (size_t k = 0; k < p->input->setting_count; k++)
    add_fact(p, p->input->settings[k].name, p->input->settings[k].value);
}

sd_status sd_report_pdf(sd_text *out, const sd_report_input *input, sd_diag *diag) {
  paper p = {.input = input, .s = sd_strings_of(input->comparison->language)};
  const sd_photo *after = input->comparison->after.photo;
  bool named = input->case_code != NULL && input->case_code[0] != '\0';
  sd_text title = {0}, clean = {0};
  char footer[300], date[11] = "";
  sd_status status = SD_OK;
  if (named)
    sd_text_addf(&title, p.s->title_case_format, input->case_code);
  else
    sd_text_add(&title, p.s->title);
  sd_text_add_utf8(&clean, title.failed ? "" : title.v);
  if (title.failed || clean.failed) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for report.pdf");
    goto done;
  }
  snprintf(footer, sizeof footer, "%s %s   %.200s", p.s->version, sd_version(), clean.v);
  if (strlen(after->capture.taken) >= 10)
    snprintf(date, sizeof date, "%.10s", after->capture.taken);
  sd_pdf_facts facts = {clean.v, footer, p.s->language, date, input->letter};
  SD_TRY(sd_pdf_begin(&p.pdf, &facts, diag));
  sd_pdf_paragraph(&p.pdf, "P", 0, &KICKER, clean.v);
  sd_pdf_gap(&p.pdf, 4);
  add_headline(&p);
  sd_pdf_gap(&p.pdf, 4);
  add_photos(&p);
  add_match(&p);
  add_pictures(&p);
  add_ratings(&p);
  add_figures(&p);
  add_limits(&p);
  add_method(&p);
  status = sd_pdf_end(out, &p.pdf, diag);
done:
  sd_pdf_clear(&p.pdf);
  sd_text_clear(&title);
  sd_text_clear(&clean);
  return status;
}
