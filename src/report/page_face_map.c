/* Zone by zone: small maps of the face, one for each metric that was declared for it beforehand,
 * every zone in the colour of its certain change. */
#include "report/page.h"

#include "render/colormap.h"
#include "render/panels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *const SD_FACE_MAP_METRICS[SD_FACE_MAPS] = {"scar_relief", "rough_mid", "brown_load",
                                                       "red_load"};

const sd_metric *sd_face_map_metric(const sd_change *change, const char *name, const char *zone) {
  for (size_t k = 0; k < change->metric_count; k++)
    if (strcmp(change->metrics[k].kind->name, name) == 0 &&
        strcmp(change->metrics[k].zone, zone) == 0)
      return &change->metrics[k];
  return NULL;
}

bool sd_face_map_answers(const sd_report_input *input, const char *name) {
  const sd_viewer *viewer = &input->pictures->viewer;
  for (size_t k = 0; k < viewer->shape_count; k++) {
    const sd_metric *m =
        sd_face_map_metric(input->comparison->change, name, viewer->shapes[k].name);
    if (m != NULL && m->verdict != SD_NOT_MEASURABLE)
      return true;
  }
  return false;
}

void sd_face_map_words(char out[SD_AMOUNT_TEXT], const sd_metric *m, const sd_strings *strings) {
  if (m == NULL || m->verdict == SD_NOT_MEASURABLE)
    out[0] = '\0';
  else if (sd_metric_certain(m))
    sd_amount_signed(out, m->kind, m->change, strings);
  else
    snprintf(out, SD_AMOUNT_TEXT, "=");
}

void sd_face_map_colour(uint8_t rgb[3], const sd_metric *m) {
  bool certain = m != NULL && sd_metric_certain(m);
  sd_colormap_diverging(certain ? m->change / sd_change_reach(SD_PANEL_CHANGE_RELIEF) : 0, rgb);
}

/* "left cheek −36 % (95 % interval ...)", "nose no detectable change". */
static void zone_row(char out[300], const char *zone, const sd_metric *m, const sd_strings *s) {
  char name[64], amount[SD_AMOUNT_TEXT], interval[SD_INTERVAL_TEXT], words[260];
  sd_say_name(name, sizeof name, s, zone);
  if (m == NULL || m->verdict == SD_NOT_MEASURABLE) {
    snprintf(words, sizeof words, "%s", s->face_map_unmeasured);
  } else if (!sd_metric_certain(m)) {
    snprintf(words, sizeof words, "%s", s->face_map_none);
  } else {
    sd_amount_signed(amount, m->kind, m->change, s);
    sd_interval_text(interval, m, s);
    snprintf(words, sizeof words, "%s (%s)", amount, interval);
  }
  snprintf(out, 300, s->face_map_row_format, name, words);
}

void sd_face_map_title(char out[96], const sd_change *change, const char *name,
                       const sd_strings *strings) {
  out[0] = '\0';
  for (size_t k = 0; k < change->metric_count; k++)
    if (strcmp(change->metrics[k].kind->name, name) == 0)
      sd_say(out, 96, strings, change->metrics[k].kind->title);
}

void sd_face_map_alt(sd_text *out, const sd_report_input *input, const char *name,
                     const sd_strings *strings) {
  const sd_viewer *viewer = &input->pictures->viewer;
  const sd_change *change = input->comparison->change;
  char title[96];
  sd_text list = {0};
  for (size_t k = 0; k < viewer->shape_count; k++) {
    char row[300];
    const char *zone = viewer->shapes[k].name;
    zone_row(row, zone, sd_face_map_metric(change, name, zone), strings);
    sd_text_add(&list, k > 0 ? "; " : "");
    sd_text_add(&list, row);
  }
  sd_face_map_title(title, change, name, strings);
  sd_text_addf(out, strings->face_map_alt_format, title, list.v != NULL ? list.v : "");
  out->failed = out->failed || list.failed;
  sd_text_clear(&list);
}

/* What the map shows, for those who do not see it. */
static void add_alt(sd_page *page, const char *name) {
  sd_text alt = {0};
  sd_face_map_alt(&alt, page->input, name, page->strings);
  sd_text_add_html(page->out, alt.failed ? "" : alt.v);
  page->out->failed = page->out->failed || alt.failed;
  sd_text_clear(&alt);
}

static void add_zone(sd_page *page, const sd_zone_shape *shape, const sd_metric *m, int map) {
  bool measured = m != NULL && m->verdict != SD_NOT_MEASURABLE;
  char row[300];
  uint8_t rgb[3];
  sd_face_map_colour(rgb, m);
  zone_row(row, shape->name, m, page->strings);
  sd_text_add(page->out, "<path fill-rule=\"evenodd\" fill=\"");
  if (measured)
    sd_text_addf(page->out, "#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
  else
    sd_text_addf(page->out, "url(#hatch%d)", map);
  sd_text_add(page->out, "\" d=\"");
  sd_page_zone_path(page->out, shape);
  sd_text_add(page->out, "\"><title>");
  sd_text_add_html(page->out, row);
  sd_text_add(page->out, "</title></path>");
}

static void add_words(sd_page *page, const sd_zone_shape *shape, const sd_metric *m, int size) {
  char words[SD_AMOUNT_TEXT];
  sd_face_map_words(words, m, page->strings);
  if (words[0] == '\0')
    return;
  sd_text_addf(page->out, "<text x=\"%.0f\" y=\"%.0f\" font-size=\"%d\">", shape->middle.x,
               shape->middle.y, size);
  sd_text_add_html(page->out, words);
  sd_text_add(page->out, "</text>");
}

static void add_map(sd_page *page, int map) {
  const sd_viewer *viewer = &page->input->pictures->viewer;
  const sd_change *change = page->input->comparison->change;
  const char *name = SD_FACE_MAP_METRICS[map];
  char title[96];
  int pitch = viewer->width / 40 + 4;
  if (!sd_face_map_answers(page->input, name))
    return;
  sd_face_map_title(title, change, name, page->strings);
  sd_text_addf(page->out,
               "<figure><svg class=\"zones\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"",
               viewer->width, viewer->height);
  add_alt(page, name);
  sd_text_addf(page->out,
               "\"><defs><pattern id=\"hatch%d\" width=\"%d\" height=\"%d\" "
               "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path "
               "class=\"line\" style=\"stroke-width:%d\" d=\"M0 0V%d\"/></pattern></defs>",
               map, pitch, pitch, pitch / 2, pitch);
  for (size_t k = 0; k < viewer->shape_count; k++)
    add_zone(page, &viewer->shapes[k], sd_face_map_metric(change, name, viewer->shapes[k].name),
             map);
  for (size_t k = 0; k < viewer->shape_count; k++)
    add_words(page, &viewer->shapes[k], sd_face_map_metric(change, name, viewer->shapes[k].name),
              viewer->width / 17);
  sd_text_add(page->out, "</svg>");
  sd_page_element(page, "figcaption", NULL, title);
  sd_text_add(page->out, "</figure>\n");
}

void sd_page_face_map(sd_page *page) {
  bool any = false;
  if (page->input->pictures == NULL || sd_page_refused(page))
    return;
  for (int k = 0; k < SD_FACE_MAPS; k++)
    any = any || sd_face_map_answers(page->input, SD_FACE_MAP_METRICS[k]);
  if (!any)
    return;
  sd_page_section(page, "zones", page->strings->face_map_heading);
  sd_page_element(page, "p", "hint", page->strings->face_map_hint);
  sd_text_add(page->out, "<div class=\"faces\">\n");
  for (int k = 0; k < SD_FACE_MAPS; k++)
    add_map(page, k);
  sd_text_add(page->out, "</div>\n</section>\n");
}
