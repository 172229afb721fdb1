/* The viewer: both photos at native pixels under a divider, with zoom, blinking and layers. Without
 * a script both photos stand side by side, and the sections below show every layer as a picture. */
#include "report/page.h"

#include "render/colormap.h"
#include "render/panels.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* A script's end tag inside its text would end it early. */
static bool embeddable(const char *script) {
  return script != NULL && strstr(script, "</script") == NULL && strstr(script, "<!--") == NULL;
}

/* The component's bundle without its last line, which names a source map to load. */
static void add_component(sd_page *page, const char *script) {
  const char *map = strstr(script, "//# sourceMappingURL=");
  const char *end = map != NULL ? map : script + strlen(script);
  /* strict parsers end a script at any end tag; in its strings "<\/" is the same text as "</" */
  for (const char *tag; (tag = strstr(script, "</")) != NULL && tag + 2 < end; script = tag + 2) {
    sd_text_add_bytes(page->out, script, (size_t)(tag - script));
    sd_text_add(page->out, isalpha((unsigned char)tag[2]) ? "<\\/" : "</");
  }
  sd_text_add_bytes(page->out, script, (size_t)(end - script));
  sd_text_add(page->out, "\n");
}

static void add_attribute(sd_page *page, const char *name, const char *value) {
  sd_text_addf(page->out, " %s=\"", name);
  sd_text_add_html(page->out, value);
  sd_text_add(page->out, "\"");
}

static const char *const LEVEL_NAMES[SD_LEVELS] = {"melanin-level", "haemoglobin-level",
                                                   "relief-level"};

/* ---- layers -------------------------------------------------------------------------------- */

/* The colours of a bar from left to right, as a gradient of CSS. */
static void add_gradient(sd_page *page, bool diverging) {
  enum { STOPS = 9 };
  sd_text_add(page->out, " data-colours=\"");
  if (diverging) /* the lines of signs, as on the map */
    sd_text_add(page->out, "repeating-linear-gradient(0deg,#14161a8c 0 1px,#0000 1px 4px) 0 0/46% "
                           "100% no-repeat,repeating-linear-gradient(90deg,#14161a8c 0 1px,#0000 "
                           "1px 4px) 100% 0/46% 100% no-repeat,");
  sd_text_add(page->out, "linear-gradient(90deg");
  for (int k = 0; k < STOPS; k++) {
    uint8_t rgb[3];
    double t = k / (STOPS - 1.0);
    if (diverging)
      sd_colormap_diverging(2 * t - 1, rgb);
    else
      sd_colormap_sequential(t, rgb);
    sd_text_addf(page->out, ",#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
  }
  sd_text_add(page->out, ")\"");
}

static void end_of_change(char out[96], sd_panel panel, bool upper, const sd_strings *s) {
  double reach = (upper ? 1 : -1) * sd_change_reach(panel);
  int kind = panel == SD_PANEL_CHANGE_MELANIN ? 0 : panel == SD_PANEL_CHANGE_HAEMOGLOBIN ? 1 : 2;
  const char *word = upper ? s->picture.map_more[kind] : s->picture.map_less[kind];
  char percent[24];
  sd_percent_signed(percent, 100 * expm1(reach));
  if (panel == SD_PANEL_CHANGE_RELIEF)
    snprintf(out, 96, "%s\xc2\xa0%% %.40s", percent, word);
  else
    snprintf(out, 96, "%s%g\xc2\xa0OD %.40s", upper ? "+" : "\xe2\x88\x92", fabs(reach), word);
  sd_localise(out, s);
}

static const char *layer_title(const sd_strings *s, sd_layer layer) {
  return layer == SD_LAYER_ERROR ? s->viewer.layer_error : s->picture.map_titles[layer];
}

/* The source of a layer; the script lays copies of it over both photos. */
static void add_layer(sd_page *page, sd_layer layer) {
  static const sd_panel PANELS[] = {SD_PANEL_CHANGE_MELANIN, SD_PANEL_CHANGE_HAEMOGLOBIN,
                                    SD_PANEL_CHANGE_RELIEF};
  static const char *const NAMES[] = {"melanin", "haemoglobin", "relief", "error"};
  const sd_viewer *viewer = &page->input->pictures->viewer;
  const sd_text *bytes = &viewer->layers[layer];
  char low[96], high[96];
  if (bytes->length == 0)
    return;
  sd_text_addf(page->out, "<img hidden data-layer=\"%s\" data-grey=\"1\"", NAMES[layer]);
  if (layer == SD_LAYER_ERROR) {
    snprintf(low, sizeof low, "0 px");
    snprintf(high, sizeof high, "%g px", viewer->error_reach_px);
    sd_localise(high, page->strings);
  } else {
    end_of_change(low, PANELS[layer], false, page->strings);
    end_of_change(high, PANELS[layer], true, page->strings);
  }
  add_attribute(page, "data-title", layer_title(page->strings, layer));
  add_attribute(page, "data-low", low);
  add_attribute(page, "data-high", high);
  add_gradient(page, layer != SD_LAYER_ERROR);
  sd_text_add(page->out, " alt=\"\" src=\"data:image/png;base64,");
  sd_page_base64(page->out, bytes);
  sd_text_add(page->out, "\">\n");
}

/* The colours of a level from less to more. */
static void add_level_gradient(sd_page *page, sd_level level) {
  enum { STOPS = 9 };
  sd_text_add(page->out, " data-colours=\"linear-gradient(90deg");
  for (int k = 0; k < STOPS; k++) {
    uint8_t rgb[3];
    sd_level_colour(rgb, level, k / (STOPS - 1.0));
    sd_text_addf(page->out, ",#%02x%02x%02x", rgb[0], rgb[1], rgb[2]);
  }
  sd_text_add(page->out, ")\"");
}

/* What each photo shows: a source for each side. */
static void add_level(sd_page *page, sd_level level) {
  const sd_viewer *viewer = &page->input->pictures->viewer;
  const sd_strings *s = page->strings;
  const char *unit = level == SD_LEVEL_RELIEF ? "ln" : "OD";
  char low[96], high[96];
  snprintf(low, sizeof low, "\xe2\x88\x92%g\xc2\xa0%s %.40s", viewer->level_reach[level], unit,
           s->viewer.level_low[level]);
  snprintf(high, sizeof high, "+%g\xc2\xa0%s %.40s", viewer->level_reach[level], unit,
           s->viewer.level_high[level]);
  sd_localise(low, s);
  sd_localise(high, s);
  for (int side = 0; side < 2 && viewer->levels[level][side].length > 0; side++) {
    sd_text_addf(page->out, "<img hidden data-layer=\"%s\" data-side=\"%d\" data-grey=\"1\"",
                 LEVEL_NAMES[level], side);
    add_attribute(page, "data-title", s->viewer.levels[level]);
    add_attribute(page, "data-low", low);
    add_attribute(page, "data-high", high);
    add_level_gradient(page, level);
    sd_text_add(page->out, " alt=\"\" src=\"data:image/png;base64,");
    sd_page_base64(page->out, &viewer->levels[level][side]);
    sd_text_add(page->out, "\">\n");
  }
}

static void begin_drawing(sd_page *page, const char *name, const char *title) {
  const sd_viewer *viewer = &page->input->pictures->viewer;
  sd_text_addf(page->out, "<svg hidden data-layer=\"%s\"", name);
  add_attribute(page, "data-title", title);
  sd_text_addf(page->out, " viewBox=\"0 0 %d %d\" aria-hidden=\"true\">", viewer->width,
               viewer->height);
}

static const char *fate_of(sd_scar_state state) {
  int sign = sd_scar_state_sign(state);
  if (sign != 0)
    return sign < 0 ? "less" : "more";
  return state == SD_SCAR_UNCHANGED ? "same" : "unknown";
}

/* What the lines of a drawing mean: class and words; the script shows them under it. */
static void add_key(sd_page *page, const char *const (*lines)[2], size_t count) {
  for (size_t k = 0; k < count; k++) {
    sd_text_addf(page->out, "<desc class=\"%s\">", lines[k][0]);
    sd_text_add_html(page->out, lines[k][1]);
    sd_text_add(page->out, "</desc>");
  }
}

static void add_scars(sd_page *page) {
  const sd_viewer *viewer = &page->input->pictures->viewer;
  const sd_change *change = page->input->comparison->change;
  if (change->scar_count == 0 || !(change->mm_per_px > 0))
    return;
  const sd_strings *s = page->strings;
  const char *const lines[][2] = {{"less", s->scar_reduced},
                                  {"more", s->scar_enlarged},
                                  {"same", s->scar_unchanged},
                                  {"unknown", s->scar_unmatched}};
  begin_drawing(page, "scars", s->viewer.layer_scars);
  add_key(page, lines, sizeof lines / sizeof *lines);
  for (size_t k = change->scar_count; k-- > 0;) {
    const sd_scar *scar = &change->scars[k].scar;
    sd_text_addf(page->out, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>",
                 fate_of(change->scars[k].state),
                 (scar->x - viewer->region.x + 0.5) / viewer->shrink,
                 (scar->y - viewer->region.y + 0.5) / viewer->shrink,
                 0.6 * scar->diameter_mm / change->mm_per_px / viewer->shrink);
  }
  sd_text_add(page->out, "</svg>\n");
}

void sd_page_zone_path(sd_text *out, const sd_zone_shape *shape) {
  size_t at = 0;
  for (size_t r = 0; r < shape->ring_count; r++) {
    for (size_t first = at; at < shape->ring_ends[r]; at++)
      sd_text_addf(out, "%s%.0f %.0f", at == first ? "M" : "L", shape->points[at].x,
                   shape->points[at].y);
    sd_text_add(out, "Z");
  }
}

static void add_zones(sd_page *page) {
  const sd_viewer *viewer = &page->input->pictures->viewer;
  if (viewer->shape_count == 0)
    return;
  const char *const line[][2] = {{"zone", page->strings->viewer.zones_key}};
  begin_drawing(page, "zones", page->strings->viewer.layer_zones);
  add_key(page, line, 1);
  for (size_t k = 0; k < viewer->shape_count; k++) {
    const sd_zone_shape *shape = &viewer->shapes[k];
    char name[64];
    sd_say_name(name, sizeof name, page->strings, shape->name);
    sd_text_add(page->out, "<path fill-rule=\"evenodd\" d=\"");
    sd_page_zone_path(page->out, shape);
    sd_text_addf(page->out, "\"/><text x=\"%.0f\" y=\"%.0f\" font-size=\"%d\">", shape->middle.x,
                 shape->middle.y, viewer->width / 42);
    sd_text_add_html(page->out, name);
    sd_text_add(page->out, "</text>");
  }
  sd_text_add(page->out, "</svg>\n");
}

/* ---- the stage ----------------------------------------------------------------------------- */

static void add_option(sd_page *page, const char *value, const char *words) {
  sd_text_addf(page->out, "<option value=\"%s\">", value);
  sd_text_add_html(page->out, words);
  sd_text_add(page->out, "</option>");
}

static void add_button(sd_page *page, const char *act, const char *face, const char *label) {
  sd_text_addf(page->out, "<button type=\"button\" data-act=\"%s\"", act);
  if (strcmp(face, label) != 0) {
    add_attribute(page, "aria-label", label);
    add_attribute(page, "title", label);
  }
  sd_text_add(page->out, ">");
  sd_text_add_html(page->out, face);
  sd_text_add(page->out, "</button>\n");
}

static void add_tools(sd_page *page) {
  static const char *const NAMES[] = {"melanin", "haemoglobin", "relief"};
  const sd_viewer_strings *s = &page->strings->viewer;
  const sd_viewer *viewer = &page->input->pictures->viewer;
  const sd_change *change = page->input->comparison->change;
  sd_text_add(page->out, "<div class=\"tools\" role=\"group\" hidden");
  add_attribute(page, "aria-label", s->tools);
  sd_text_add(page->out, ">\n");
  add_button(page, "blink", s->blink, s->blink);
  add_button(page, "in", "+", s->zoom_in);
  add_button(page, "out", "\xe2\x88\x92", s->zoom_out);
  add_button(page, "native", s->native, s->native);
  add_button(page, "fit", s->fit, s->fit);
  sd_text_add(page->out, "<label>");
  sd_text_add_html(page->out, s->layer);
  sd_text_add(page->out, " <select>");
  add_option(page, "", s->no_layer);
  for (int k = SD_LAYER_RELIEF; k >= SD_LAYER_MELANIN; k--)
    if (viewer->layers[k].length > 0)
      add_option(page, NAMES[k], layer_title(page->strings, (sd_layer)k));
  if (change->scar_count > 0 && change->mm_per_px > 0)
    add_option(page, "scars", s->layer_scars);
  if (viewer->shape_count > 0)
    add_option(page, "zones", s->layer_zones);
  for (int k = SD_LEVEL_RELIEF; k >= SD_LEVEL_MELANIN; k--)
    if (viewer->levels[k][0].length > 0)
      add_option(page, LEVEL_NAMES[k], s->levels[k]);
  if (viewer->layers[SD_LAYER_ERROR].length > 0)
    add_option(page, "error", s->layer_error);
  sd_text_add(page->out, "</select></label>\n</div>\n");
}

/* Which side is which, above the photos: no label lies on skin. */
static void add_sides(sd_page *page) {
  const sd_comparison *c = page->input->comparison;
  const sd_strings *s = page->strings;
  sd_text_add(page->out, "<p class=\"sides\">");
  for (int side = 0; side < 2; side++) {
    char day[16], said[32];
    sd_capture_day(day, side == 0 ? &c->before.photo->capture : &c->after.photo->capture);
    sd_say(said, sizeof said, s, day);
    sd_text_add(page->out, "<span>");
    sd_text_add_html(page->out, side == 0 ? s->before : s->after);
    sd_text_add(page->out, " ");
    sd_text_add_html(page->out, said);
    sd_text_add(page->out, "</span>");
  }
  sd_text_add(page->out, "</p>\n");
}

static void add_face(sd_page *page, int side) {
  const sd_viewer *viewer = &page->input->pictures->viewer;
  const sd_strings *s = page->strings;
  sd_text_addf(page->out, "<div slot=\"%s\" class=\"face\"><div class=\"plane\"><img",
               side == 0 ? "first" : "second");
  sd_text_addf(page->out, " width=\"%d\" height=\"%d\"", viewer->width, viewer->height);
  add_attribute(page, "alt", side == 0 ? s->alt_before : s->alt_after);
  sd_text_add(page->out, " src=\"data:image/jpeg;base64,");
  sd_page_base64(page->out, &viewer->pictures[side]);
  sd_text_add(page->out, "\"></div></div>\n");
}

void sd_page_viewer(sd_page *page) {
  const sd_viewer *viewer = &page->input->pictures->viewer;
  const sd_strings *s = page->strings;
  bool component = embeddable(page->input->slider_script);
  double mm = page->input->comparison->change->mm_per_px;
  char note[200];
  sd_text_add(page->out, "<div class=\"viewer screen\" id=\"viewer\"");
  add_attribute(page, "data-share", s->viewer.share_format);
  add_attribute(page, "data-blink", s->viewer.blink);
  add_attribute(page, "data-stop", s->viewer.stop);
  if (mm > 0)
    sd_text_addf(page->out, " data-mm=\"%.6g\"", mm * viewer->shrink);
  sd_text_addf(page->out, " style=\"--ratio:%.4f\">\n", (double)viewer->width / viewer->height);
  add_tools(page);
  add_sides(page);
  sd_text_add(page->out,
              component ? "<img-comparison-slider class=\"stage\"" : "<div class=\"stage pair\"");
  add_attribute(page, "data-label", s->slider_label);
  sd_text_add(page->out, ">\n");
  add_face(page, 0);
  add_face(page, 1);
  sd_text_add(page->out, component ? "</img-comparison-slider>\n" : "</div>\n");
  sd_text_add(page->out, "<div class=\"sources\" hidden>\n");
  for (int k = 0; k < SD_LAYERS; k++)
    add_layer(page, (sd_layer)k);
  for (int k = 0; k < SD_LEVELS; k++)
    add_level(page, (sd_level)k);
  add_scars(page);
  add_zones(page);
  sd_text_add(page->out, "</div>\n<p class=\"scale quiet\" hidden>");
  if (mm > 0)
    sd_text_add(page->out, "<span class=\"mm\"></span> <span class=\"length\"></span>");
  else
    sd_text_add_html(page->out, s->picture.scale_unknown);
  sd_text_add(page->out, "</p>\n<p class=\"key quiet\" role=\"status\"></p>\n<p class=\"hint\">");
  sd_text_add_html(page->out, s->viewer.hint);
  snprintf(note, sizeof note, s->viewer.native_format, viewer->shrink);
  if (viewer->shrink > 1) {
    sd_text_add(page->out, " ");
    sd_text_add_html(page->out, note);
  }
  sd_text_add(page->out, "</p>\n</div>\n<script>\n");
  if (component)
    add_component(page, page->input->slider_script);
  sd_text_add(page->out, SD_VIEWER_SCRIPT);
  sd_text_add(page->out, "</script>\n");
}
