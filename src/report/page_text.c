/* The sections of words: headline, capture match, limits, method. */
#include "report/page.h"
#include "report/taking.h"

#include <math.h>
#include <stdio.h>

/* One sentence; every piece in the colour of its verdict. */
static void add_sentence(sd_page *page, const sd_clause *clauses, int count) {
  sd_text_add(page->out, "<h1>");
  for (int k = 0; k < count; k++) {
    sd_text_addf(page->out, "<span class=\"finding %s\">", sd_verdict_name(clauses[k].verdict));
    sd_text_add_html(page->out, clauses[k].words);
    sd_text_add(page->out, "</span>");
    if (clauses[k].interval[0] == '\0')
      continue;
    sd_text_add(page->out, " <small>");
    sd_text_add_html(page->out, clauses[k].interval);
    sd_text_add(page->out, "</small>");
  }
  sd_text_add(page->out, ".</h1>\n");
}

static void add_unseen(sd_page *page) {
  char least[400], sentence[700];
  sd_unseen_text(least, page->input->comparison->change, page->strings);
  if (least[0] == '\0')
    return;
  snprintf(sentence, sizeof sentence, page->strings->unseen_format, least);
  sd_page_element(page, "p", "sure", sentence);
}

static void add_confidence(sd_page *page) {
  sd_comparable verdict = page->input->comparison->change->comparability.verdict;
  if (verdict == SD_COMPARE_WITH_CARE)
    sd_page_element(page, "p", "sure care", page->strings->care);
  else if (verdict == SD_COMPARABLE)
    sd_page_element(page, "p", "sure", page->strings->good);
}

/* The number of scars, unless the sentence says it. */
static void add_scars_changed(sd_page *page) {
  char sentence[SD_CLAUSE_TEXT];
  sd_scars_changed_sentence(sentence, page->input->comparison->change, page->strings);
  if (sentence[0] == '\0')
    return;
  sd_page_element(page, "p", "sure", sentence);
}

static void add_measured_headline(sd_page *page) {
  const sd_strings *s = page->strings;
  sd_clause clauses[SD_HEADLINE_FINDINGS + 1];
  int others = 0, unchanged = 0;
  int count = sd_headline_clauses(clauses, page->input->comparison->change, &others, &unchanged, s);
  if (count > 0) {
    add_sentence(page, clauses, count);
    sd_page_element(page, "p", "sure", s->sure);
  } else {
    sd_page_element(page, "h1", NULL, sd_headline_without_findings(others, unchanged, s));
    if (others == 0)
      add_unseen(page);
  }
  if (count == 0 || clauses[0].interval[0] != '\0')
    add_scars_changed(page);
  if (others > 0) {
    char sentence[160];
    snprintf(sentence, sizeof sentence, s->other_format, others, unchanged);
    sd_page_element(page, "p", "sure", sentence);
  }
  if (count + unchanged + others > 0)
    add_confidence(page);
}

void sd_page_headline(sd_page *page) {
  const sd_comparison *comparison = page->input->comparison;
  const sd_strings *s = page->strings;
  bool figures = comparison->change->metric_count > 0;
  if (comparison->alignment->status == SD_ALIGNMENT_FAILED) {
    sd_page_element(page, "h1", "refused", s->not_aligned);
    sd_page_said(page, "p", "sure", comparison->alignment->reason);
  } else if (sd_page_refused(page)) {
    sd_page_element(page, "h1", "refused", figures ? s->forced : s->refused);
  } else {
    add_measured_headline(page);
  }
}

static const char *comparable_words(const sd_strings *s, sd_comparable verdict) {
  return verdict == SD_COMPARABLE          ? s->match_comparable
         : verdict == SD_COMPARE_WITH_CARE ? s->match_care
                                           : s->match_refused;
}

static void add_family(sd_page *page, const char *name, sd_comparable verdict) {
  sd_text_addf(page->out, "<li class=\"%s\"><span>", sd_comparable_name(verdict));
  sd_text_add_html(page->out, name);
  sd_text_add(page->out, "</span> <strong>");
  sd_text_add_html(page->out, comparable_words(page->strings, verdict));
  sd_text_add(page->out, "</strong></li>\n");
}

static void add_reason(sd_page *page, const sd_reason *reason) {
  sd_text_addf(page->out, "<li class=\"%s\">", sd_comparable_name(reason->severity));
  sd_page_said(page, "p", NULL, reason->text);
  if (reason->advice[0] != '\0') {
    sd_text_add(page->out, "<p class=\"advice\"><strong>");
    sd_text_add_html(page->out, page->strings->advice_heading);
    sd_text_add(page->out, "</strong> ");
    sd_page_said(page, NULL, NULL, reason->advice);
    sd_text_add(page->out, "</p>\n");
  }
  sd_text_add(page->out, "</li>\n");
}

static void add_labelled(sd_page *page, const char *label, const char *text) {
  sd_text_add(page->out, "<td data-label=\"");
  sd_text_add_html(page->out, label);
  sd_text_add(page->out, "\">");
  sd_text_add_html(page->out, text);
  sd_text_add(page->out, "</td>");
}

static void add_taking_row(sd_page *page, const sd_taking *row) {
  const sd_strings *s = page->strings;
  sd_text_add(page->out, "<tr><th scope=\"row\">");
  sd_text_add_html(page->out, row->what);
  sd_text_add(page->out, "</th>");
  add_labelled(page, s->before, row->before);
  add_labelled(page, s->after, row->after);
  add_labelled(page, s->column_next_time, row->next);
  sd_text_add(page->out, "</tr>\n");
}

static void add_taking(sd_page *page) {
  const sd_comparison *c = page->input->comparison;
  const sd_strings *s = page->strings;
  sd_taking row;
  const char *columns[] = {s->column_what, s->before, s->after, s->column_next_time};
  if (!sd_taking_row(&row, c, 0, s))
    return;
  sd_text_add(page->out, "<table class=\"plain taking\">\n");
  sd_page_element(page, "caption", NULL, s->taking_caption);
  sd_text_add(page->out, "<thead><tr>");
  for (int k = 0; k < 4; k++) {
    sd_text_add(page->out, "<th scope=\"col\">");
    sd_text_add_html(page->out, columns[k]);
    sd_text_add(page->out, "</th>");
  }
  sd_text_add(page->out, "</tr></thead>\n<tbody>\n");
  for (int k = 0; k < SD_TAKING_ROWS; k++)
    if (sd_taking_row(&row, c, k, s))
      add_taking_row(page, &row);
  sd_text_add(page->out, "</tbody></table>\n");
}

void sd_page_match(sd_page *page) {
  const sd_comparability *pair = &page->input->comparison->change->comparability;
  const sd_strings *s = page->strings;
  sd_text_addf(page->out, "<section id=\"match\" class=\"card %s\">\n",
               sd_comparable_name(pair->verdict));
  sd_page_element(page, "h2", NULL, s->match_heading);
  sd_page_element(page, "p", "verdict", comparable_words(s, pair->verdict));
  sd_text_add(page->out, "<ul class=\"families\">\n");
  add_family(page, s->family_colour, pair->colour);
  add_family(page, s->family_texture, pair->texture);
  add_family(page, s->family_geometry, pair->geometry);
  sd_text_add(page->out, "</ul>\n");
  if (pair->reason_count == 0) {
    if (pair->verdict == SD_COMPARABLE)
      sd_page_element(page, "p", NULL, s->no_reasons);
  } else {
    sd_text_add(page->out, "<ul class=\"reasons\">\n");
    for (int i = 0; i < pair->reason_count; i++)
      add_reason(page, &pair->reasons[i]);
    sd_text_add(page->out, "</ul>\n");
  }
  add_taking(page);
  sd_text_add(page->out, "</section>\n");
}

static void add_excluded(sd_page *page) {
  sd_text list = {0};
  if (page->input->comparison->before.skin == NULL)
    return;
  sd_excluded_text(&list, page->input->comparison->before.skin, page->strings);
  sd_text_add(page->out, "<p><strong>");
  sd_text_add_html(page->out, page->strings->excluded_heading);
  sd_text_add(page->out, "</strong> ");
  sd_text_add_html(page->out, list.failed || list.v == NULL ? "" : list.v);
  sd_text_add(page->out, ".</p>\n");
  page->out->failed = page->out->failed || list.failed;
  sd_text_clear(&list);
}

void sd_page_limits(sd_page *page) {
  sd_page_section(page, "limits", page->strings->limits_heading);
  sd_text_add(page->out, "<ul>\n");
  for (int i = 0; page->strings->limits[i] != NULL; i++)
    sd_page_element(page, "li", NULL, page->strings->limits[i]);
  sd_text_add(page->out, "</ul>\n");
  add_excluded(page);
  sd_text_add(page->out, "</section>\n");
}

static void add_fact(sd_page *page, const char *name, const char *value) {
  sd_text_add(page->out, "<div><dt>");
  sd_text_add_html(page->out, name);
  sd_text_add(page->out, "</dt><dd>");
  sd_text_add_html(page->out, value == NULL || *value == '\0' ? "\xe2\x80\x93" : value);
  sd_text_add(page->out, "</dd></div>\n");
}

/* No file names: they may be those of people. The hash says which file it was. */
static void add_photo_facts(sd_page *page, const char *heading, const sd_side *side) {
  sd_fact facts[SD_PHOTO_FACTS];
  sd_text_add(page->out, "<div class=\"facts\">\n");
  sd_page_element(page, "h3", NULL, heading);
  sd_text_add(page->out, "<dl>\n");
  sd_photo_facts(facts, side, page->strings);
  for (int k = 0; k < SD_PHOTO_FACTS; k++)
    add_fact(page, facts[k].name, facts[k].value);
  sd_text_add(page->out, "</dl>\n</div>\n");
}

static void add_settings(sd_page *page) {
  const sd_report_input *input = page->input;
  sd_text_add(page->out, "<div class=\"facts\">\n");
  sd_page_element(page, "h3", NULL, page->strings->settings);
  if (input->setting_count == 0) {
    sd_page_element(page, "p", NULL, page->strings->settings_default);
    sd_text_add(page->out, "</div>\n");
    return;
  }
  sd_text_add(page->out, "<dl>\n");
  for (size_t i = 0; i < input->setting_count; i++)
    add_fact(page, input->settings[i].name, input->settings[i].value);
  sd_text_add(page->out, "</dl>\n</div>\n");
}

void sd_page_method(sd_page *page) {
  const sd_comparison *comparison = page->input->comparison;
  const sd_strings *s = page->strings;
  sd_page_section(page, "method", s->method_heading);
  sd_page_element(page, "p", NULL, s->method_text);
  sd_text_add(page->out, "<ul class=\"quiet\">\n");
  for (const char *const *line = s->formulas; *line != NULL; line++)
    sd_page_element(page, "li", NULL, *line);
  sd_text_add(page->out, "</ul>\n");
  sd_text_add(page->out, "<div class=\"columns\">\n");
  add_photo_facts(page, s->before, &comparison->before);
  add_photo_facts(page, s->after, &comparison->after);
  add_settings(page);
  sd_text_add(page->out, "</div>\n");
  sd_text_addf(page->out, "<p class=\"quiet\">%s %s</p>\n", s->version, sd_version());
  if (page->input->slider_script != NULL && page->input->slider_licence != NULL) {
    sd_text_add(page->out, "<details class=\"screen\">"); /* paper has no slider */
    sd_page_element(page, "summary", NULL, s->licence);
    sd_text_add(page->out, "<pre>");
    for (const char *line = page->input->slider_licence; *line != '\0';) {
      /* line by line: escaping replaces control characters, line ends among them */
      char copy[512];
      size_t length = 0;
      while (line[length] != '\0' && line[length] != '\n' && length + 1 < sizeof copy)
        length++;
      snprintf(copy, sizeof copy, "%.*s", (int)length, line);
      sd_text_add_html(page->out, copy);
      sd_text_add(page->out, "\n");
      line += length + (line[length] == '\n');
    }
    sd_text_add(page->out, "</pre></details>\n");
  }
  sd_text_add(page->out, "</section>\n");
}
