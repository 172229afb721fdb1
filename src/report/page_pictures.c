/* The sections of pictures: slider, maps of change, zones and registration. */
#include "report/page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* The whole file stays under 6 MB, fit for mail; text and script take the rest. */
enum { PICTURE_BYTES_MAX = 5400000 };

static const sd_picture_file *find_picture(const sd_page *page, sd_panel panel) {
  const sd_pictures *pictures = page->input->pictures;
  for (int i = 0; pictures != NULL && i < pictures->count; i++)
    if (pictures->files[i].panel == panel)
      return &pictures->files[i];
  return NULL;
}

void sd_page_base64(sd_text *out, const sd_text *bytes) {
  static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const uint8_t *v = (const uint8_t *)bytes->v;
  for (size_t i = 0; i < bytes->length; i += 3) {
    size_t left = bytes->length - i;
    uint32_t word =
        (uint32_t)v[i] << 16 | (left > 1 ? (uint32_t)v[i + 1] << 8 : 0) | (left > 2 ? v[i + 2] : 0);
    char four[4] = {DIGITS[word >> 18], DIGITS[word >> 12 & 63],
                    left > 1 ? DIGITS[word >> 6 & 63] : '=', left > 2 ? DIGITS[word & 63] : '='};
    sd_text_add_bytes(out, four, sizeof four);
  }
}

static size_t coded_length(const sd_text *bytes) {
  return (bytes->length + 2) / 3 * 4;
}

static void add_left_out(sd_page *page, const sd_picture_file *file) {
  char name[64], note[160];
  snprintf(name, sizeof name, "%s%s", sd_panel_name(file->panel), file->suffix);
  snprintf(note, sizeof note, page->strings->too_large_format, name);
  sd_page_element(page, "p", "quiet", note);
}

/* The picture as an img; `attributes` are put into the tag as they are. */
void sd_page_picture(sd_page *page, const sd_picture_file *file, const char *attributes,
                     const char *alt) {
  bool small = file->page.length > 0;
  const sd_text *bytes = small ? &file->page : &file->bytes;
  size_t coded = coded_length(bytes);
  if (page->picture_bytes + coded > PICTURE_BYTES_MAX) {
    add_left_out(page, file);
    return;
  }
  page->picture_bytes += coded;
  sd_text_addf(page->out, "<img %s width=\"%d\" height=\"%d\" alt=\"", attributes,
               small ? file->page_width : file->width, small ? file->page_height : file->height);
  sd_text_add_html(page->out, alt);
  sd_text_addf(page->out, "\" src=\"data:image/%s;base64,",
               strcmp(file->suffix, ".png") == 0 ? "png" : "jpeg");
  sd_page_base64(page->out, bytes);
  sd_text_add(page->out, "\">\n");
}

void sd_page_slider(sd_page *page) {
  const sd_picture_file *both = find_picture(page, SD_PANEL_SIDE_BY_SIDE);
  bool viewer = page->input->pictures != NULL && page->input->pictures->viewer.width > 0;
  if (!viewer && both == NULL)
    return;
  sd_page_section(page, "pictures",
                  viewer ? page->strings->slider_heading : page->strings->alt_side);
  if (viewer) {
    sd_text_add(page->out, "<p class=\"hint screen\">");
    sd_text_add_html(page->out, page->strings->slider_hint);
    sd_text_add(page->out, "</p>\n");
    page->picture_bytes += coded_length(&page->input->pictures->viewer.pictures[0]) +
                           coded_length(&page->input->pictures->viewer.pictures[1]);
    for (int k = 0; k < SD_LAYERS; k++)
      page->picture_bytes += coded_length(&page->input->pictures->viewer.layers[k]);
    for (int k = 0; k < 2 * SD_LEVELS; k++)
      page->picture_bytes += coded_length(&page->input->pictures->viewer.levels[k / 2][k % 2]);
    sd_page_viewer(page);
  }
  /* paper has no slider */
  if (both != NULL)
    sd_page_picture(page, both, viewer ? "class=\"paper\"" : "class=\"wide\"",
                    page->strings->alt_side);
  sd_text_add(page->out, "</section>\n");
}

/* Does this metric belong to the map of that panel? */
static bool on_map(const sd_metric *metric, sd_panel panel) {
  const char *name = metric->kind->name;
  if (panel == SD_PANEL_CHANGE_MELANIN)
    return strncmp(name, "mel", 3) == 0 || strncmp(name, "brown", 5) == 0;
  if (panel == SD_PANEL_CHANGE_HAEMOGLOBIN)
    return strncmp(name, "hb", 2) == 0 || strncmp(name, "red", 3) == 0;
  return strncmp(name, "rough", 5) == 0 || strncmp(name, "scar", 4) == 0;
}

/* The certain findings of a map in words, for its caption and its alt text. */
static void map_finding(sd_text *out, const sd_change *change, sd_panel panel,
                        const sd_strings *strings) {
  enum { MOST = 4 };
  int count = 0;
  for (size_t i = 0; i < change->metric_count && count < MOST; i++) {
    const sd_metric *metric = &change->metrics[i];
    char direction[64], interval[SD_INTERVAL_TEXT];
    if (!sd_metric_certain(metric) || !on_map(metric, panel))
      continue;
    sd_about about = sd_about_metric(metric, strings);
    sd_direction_text(direction, metric, strings);
    sd_text_add(out, count++ > 0 ? "; " : "");
    sd_interval_text(interval, metric, strings);
    sd_text_addf(out, strings->finding_format, about.title, about.zone, direction);
    sd_text_addf(out, " (%s)", interval);
  }
  sd_text_add(out, count > 0 ? "." : strings->map_nothing);
}

void sd_map_alt(sd_text *out, const sd_change *change, sd_panel panel, const sd_strings *strings) {
  const char *what = panel == SD_PANEL_CHANGE_MELANIN       ? strings->what_melanin
                     : panel == SD_PANEL_CHANGE_HAEMOGLOBIN ? strings->what_haemoglobin
                                                            : strings->what_relief;
  sd_text finding = {0};
  map_finding(&finding, change, panel, strings);
  sd_text_addf(out, strings->alt_map_format, what, finding.failed ? "" : finding.v);
  out->failed = out->failed || finding.failed;
  sd_text_clear(&finding);
}

static void add_map(sd_page *page, sd_panel panel) {
  const sd_picture_file *file = find_picture(page, panel);
  if (file == NULL)
    return;
  sd_text finding = {0}, alt = {0};
  map_finding(&finding, page->input->comparison->change, panel, page->strings);
  sd_map_alt(&alt, page->input->comparison->change, panel, page->strings);
  sd_text_add(page->out, "<figure>\n");
  sd_page_picture(page, file, "class=\"map\"", alt.v);
  sd_page_element(page, "figcaption", NULL, finding.v);
  sd_text_add(page->out, "</figure>\n");
  page->out->failed = page->out->failed || finding.failed || alt.failed;
  sd_text_clear(&finding);
  sd_text_clear(&alt);
}

void sd_page_maps(sd_page *page) {
  const sd_strings *s = page->strings;
  if (find_picture(page, SD_PANEL_CHANGE_MELANIN) == NULL &&
      find_picture(page, SD_PANEL_CHANGE_HAEMOGLOBIN) == NULL &&
      find_picture(page, SD_PANEL_CHANGE_RELIEF) == NULL)
    return;
  sd_page_section(page, "maps", s->maps_heading);
  sd_page_element(page, "p", "hint", s->maps_hint);
  sd_text_add(page->out, "<div class=\"maps\">\n");
  add_map(page, SD_PANEL_CHANGE_RELIEF);
  add_map(page, SD_PANEL_CHANGE_MELANIN);
  add_map(page, SD_PANEL_CHANGE_HAEMOGLOBIN);
  sd_text_add(page->out, "</div>\n");
  sd_text_add(page->out, "</section>\n");
}

void sd_registration_text(char out[SD_REGISTRATION_TEXT], const sd_alignment *alignment,
                          const sd_strings *strings) {
  size_t used = (size_t)snprintf(out, SD_REGISTRATION_TEXT, strings->registration_format,
                                 100 * alignment->coverage, alignment->error_px);
  if (isfinite(alignment->error_mm) && used < SD_REGISTRATION_TEXT)
    used += (size_t)snprintf(out + used, SD_REGISTRATION_TEXT - used,
                             strings->registration_mm_format, alignment->error_mm);
  if (used < SD_REGISTRATION_TEXT)
    snprintf(out + used, SD_REGISTRATION_TEXT - used, ".");
  sd_localise(out, strings);
}

void sd_registration_alt(char out[SD_REGISTRATION_TEXT], const sd_alignment *alignment,
                         const sd_strings *strings) {
  char bound[32];
  snprintf(bound, sizeof bound, "%.2g px", alignment->error_px);
  snprintf(out, SD_REGISTRATION_TEXT, strings->alt_registration_format, bound);
  sd_localise(out, strings);
}

void sd_page_registration(sd_page *page) {
  const sd_strings *s = page->strings;
  const sd_picture_file *zones = find_picture(page, SD_PANEL_ZONES);
  const sd_picture_file *grid = find_picture(page, SD_PANEL_REGISTRATION);
  if (zones == NULL && grid == NULL)
    return;
  sd_page_section(page, "registration", s->registration_heading);
  if (grid != NULL) {
    const sd_alignment *alignment = page->input->comparison->alignment;
    char said[SD_REGISTRATION_TEXT], alt[SD_REGISTRATION_TEXT];
    sd_registration_text(said, alignment, s);
    sd_registration_alt(alt, alignment, s);
    sd_text_add(page->out, "<p>");
    sd_text_add_html(page->out, said);
    sd_text_add(page->out, " ");
    sd_page_said(page, NULL, NULL, alignment->reason);
    sd_text_add(page->out, "</p>\n");
    sd_text_add(page->out, "<div class=\"laid\">\n");
    sd_page_picture(page, grid, "class=\"wide\"", alt);
    sd_text_add(page->out, zones == NULL ? "</div>\n" : "");
  }
  if (zones != NULL) {
    sd_text_add(page->out, grid == NULL ? "<div class=\"laid\">\n" : "");
    sd_page_picture(page, zones, "class=\"map\"", s->alt_zones);
    sd_text_add(page->out, "</div>\n");
  }
  sd_text_add(page->out, "</section>\n");
}
