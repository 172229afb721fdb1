/* Cairo for shapes, Pango for text. */
#include "render/canvas.h"

#include <glib.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <sys/mman.h>

static const char FONT[] = "DejaVu Sans";

/* Pango and Fontconfig end the program when memory runs out, so that what they need must be seen to
 * be there first. The first text starts two threads, each with 8 MB of stack and 64 MB of address
 * space for what it allocates (twice that for a moment), and maps the lists of fonts; a later one
 * takes some glyphs. */
static const size_t FONTS_BYTES = (size_t)224 << 20, TEXT_BYTES = (size_t)32 << 20;

/* Sheet: a slate that sits quietly on light and dark pages and lets skin colours be judged. */
const sd_ink SD_INK_SHEET = {0.085, 0.098, 0.118, 1};
const sd_ink SD_INK_TEXT = {1, 1, 1, 1};
const sd_ink SD_INK_QUIET = {0.72, 0.76, 0.80, 1};
const sd_ink SD_INK_SEAM = {0.05, 0.06, 0.08, 0.85};

static void set_ink(sd_canvas *canvas, sd_ink ink) {
  cairo_set_source_rgba(canvas->cairo, ink.r, ink.g, ink.b, ink.a);
}

static sd_status starved(sd_diag *diag) {
  return sd_fail(diag, SD_NO_MEMORY,
                 "too little memory is free to draw the pictures; close other programs or make the "
                 "photos smaller");
}

static bool has_room(size_t bytes) {
  void *room = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return room != MAP_FAILED && munmap(room, bytes) == 0;
}

bool sd_canvas_text_fits(void) {
  return has_room(TEXT_BYTES);
}

sd_status sd_canvas_make(sd_canvas *out, int width, int height, sd_diag *diag) {
  sd_canvas canvas = {.width = width, .height = height};
  canvas.surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
  canvas.cairo = cairo_create(canvas.surface);
  if (cairo_status(canvas.cairo) != CAIRO_STATUS_SUCCESS) {
    sd_canvas_clear(&canvas);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to draw %d x %d pixels", width, height);
  }
  sd_canvas_fill(&canvas, (sd_box){0, 0, width, height}, SD_INK_SHEET);
  *out = canvas;
  return SD_OK;
}

void sd_canvas_clear(sd_canvas *canvas) {
  if (canvas->cairo != NULL)
    cairo_destroy(canvas->cairo);
  if (canvas->surface != NULL)
    cairo_surface_destroy(canvas->surface);
  *canvas = (sd_canvas){0};
}

sd_status sd_canvas_picture(sd_picture *out, const sd_canvas *canvas, sd_diag *diag) {
  if (canvas->starved)
    return starved(diag);
  if (cairo_status(canvas->cairo) != CAIRO_STATUS_SUCCESS)
    return sd_fail(diag, SD_NO_MEMORY, "a picture could not be drawn: %s",
                   cairo_status_to_string(cairo_status(canvas->cairo)));
  sd_status status = sd_picture_make(out, canvas->width, canvas->height, diag);
  if (status != SD_OK)
    return status;
  cairo_surface_flush(canvas->surface);
  const unsigned char *bytes = cairo_image_surface_get_data(canvas->surface);
  int stride = cairo_image_surface_get_stride(canvas->surface);
  for (int y = 0; y < out->height; y++) {
    const uint32_t *row = (const uint32_t *)(const void *)(bytes + (size_t)y * (size_t)stride);
    uint8_t *to = out->v + 3 * (size_t)y * (size_t)out->width;
    for (int x = 0; x < out->width; x++, to += 3) {
      to[0] = (uint8_t)(row[x] >> 16);
      to[1] = (uint8_t)(row[x] >> 8);
      to[2] = (uint8_t)row[x];
    }
  }
  return SD_OK;
}

static cairo_surface_t *surface_of(const sd_picture *picture) {
  cairo_surface_t *surface =
      cairo_image_surface_create(CAIRO_FORMAT_RGB24, picture->width, picture->height);
  if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
    return surface;
  unsigned char *bytes = cairo_image_surface_get_data(surface);
  int stride = cairo_image_surface_get_stride(surface);
  for (int y = 0; y < picture->height; y++) {
    uint32_t *row = (uint32_t *)(void *)(bytes + (size_t)y * (size_t)stride);
    const uint8_t *from = picture->v + 3 * (size_t)y * (size_t)picture->width;
    for (int x = 0; x < picture->width; x++, from += 3)
      row[x] = (uint32_t)from[0] << 16 | (uint32_t)from[1] << 8 | from[2];
  }
  cairo_surface_mark_dirty(surface);
  return surface;
}

sd_status sd_canvas_draw(sd_canvas *canvas, const sd_picture *picture, sd_box at, sd_diag *diag) {
  cairo_surface_t *surface = surface_of(picture);
  if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
    cairo_surface_destroy(surface);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to draw %d x %d pixels", picture->width,
                   picture->height);
  }
  cairo_t *cairo = canvas->cairo;
  cairo_save(cairo);
  cairo_rectangle(cairo, at.x, at.y, at.width, at.height);
  cairo_clip(cairo);
  cairo_translate(cairo, at.x, at.y);
  cairo_scale(cairo, at.width / picture->width, at.height / picture->height);
  cairo_set_source_surface(cairo, surface, 0, 0);
  cairo_pattern_set_extend(cairo_get_source(cairo), CAIRO_EXTEND_PAD);
  cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_GOOD);
  cairo_paint(cairo);
  cairo_restore(cairo);
  cairo_surface_destroy(surface);
  return SD_OK;
}

void sd_canvas_fill(sd_canvas *canvas, sd_box at, sd_ink ink) {
  set_ink(canvas, ink);
  cairo_rectangle(canvas->cairo, at.x, at.y, at.width, at.height);
  cairo_fill(canvas->cairo);
}

void sd_canvas_hatch(sd_canvas *canvas, sd_box at, double pitch_px, sd_ink ink) {
  cairo_save(canvas->cairo);
  cairo_rectangle(canvas->cairo, at.x, at.y, at.width, at.height);
  cairo_clip(canvas->cairo);
  for (double x = at.x - at.height; x < at.x + at.width; x += pitch_px)
    sd_canvas_line(canvas, (sd_point){x, at.y + at.height}, (sd_point){x + at.height, at.y},
                   pitch_px / 3, ink);
  cairo_restore(canvas->cairo);
}

void sd_canvas_line(sd_canvas *canvas, sd_point from, sd_point to, double line_px, sd_ink ink) {
  set_ink(canvas, ink);
  cairo_set_line_width(canvas->cairo, line_px);
  cairo_set_line_cap(canvas->cairo, CAIRO_LINE_CAP_ROUND);
  cairo_move_to(canvas->cairo, from.x, from.y);
  cairo_line_to(canvas->cairo, to.x, to.y);
  cairo_stroke(canvas->cairo);
}

void sd_canvas_dot(sd_canvas *canvas, sd_point at, double radius_px, sd_ink ink) {
  set_ink(canvas, ink);
  cairo_new_sub_path(canvas->cairo);
  cairo_arc(canvas->cairo, at.x, at.y, radius_px, 0, 2 * G_PI);
  cairo_fill(canvas->cairo);
}

void sd_canvas_ring(sd_canvas *canvas, sd_point at, double radius_px, double line_px, sd_ink ink) {
  set_ink(canvas, ink);
  cairo_new_sub_path(canvas->cairo);
  cairo_arc(canvas->cairo, at.x, at.y, radius_px, 0, 2 * G_PI);
  cairo_set_line_width(canvas->cairo, line_px);
  cairo_stroke(canvas->cairo);
}

/* A Catmull-Rom spline (1974) as Bezier curves. */
void sd_canvas_outline(sd_canvas *canvas, const sd_point *points, int count, double line_px,
                       sd_ink ink) {
  if (count < 3)
    return;
  set_ink(canvas, ink);
  cairo_new_sub_path(canvas->cairo);
  cairo_move_to(canvas->cairo, points[0].x, points[0].y);
  for (int k = 0; k < count; k++) {
    sd_point last = points[(k + count - 1) % count], from = points[k];
    sd_point to = points[(k + 1) % count], next = points[(k + 2) % count];
    cairo_curve_to(canvas->cairo, from.x + (to.x - last.x) / 6, from.y + (to.y - last.y) / 6,
                   to.x - (next.x - from.x) / 6, to.y - (next.y - from.y) / 6, to.x, to.y);
  }
  cairo_close_path(canvas->cairo);
  cairo_set_line_width(canvas->cairo, line_px);
  cairo_set_line_join(canvas->cairo, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke(canvas->cairo);
}

PangoLayout *sd_text_layout(cairo_t *cairo, double size, bool bold, double width,
                            const char *string) {
  PangoLayout *layout = pango_cairo_create_layout(cairo);
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(pango_layout_get_context(layout), options);
  cairo_font_options_destroy(options);
  PangoFontDescription *font = pango_font_description_new();
  pango_font_description_set_family_static(font, FONT);
  pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
  pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
  if (width > 0) {
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  }
  char *valid = g_utf8_make_valid(string, -1);
  pango_layout_set_text(layout, valid, -1);
  g_free(valid);
  return layout;
}

static PangoLayout *layout_of(sd_canvas *canvas, const sd_type *type, const char *string) {
  return sd_text_layout(canvas->cairo, type->size_px, type->bold, type->max_width_px, string);
}

static bool text_fits(sd_canvas *canvas) {
  canvas->starved = canvas->starved || !sd_canvas_text_fits();
  return !canvas->starved;
}

static sd_box box_of(PangoLayout *layout, double x, double y, double align) {
  int width = 0, height = 0;
  pango_layout_get_size(layout, &width, &height);
  double w = (double)width / PANGO_SCALE, h = (double)height / PANGO_SCALE;
  return (sd_box){x - align * w, y, w, h};
}

sd_box sd_canvas_measure(sd_canvas *canvas, double x, double y, const sd_type *type,
                         const char *string) {
  if (!text_fits(canvas))
    return (sd_box){x, y, 0, 0};
  PangoLayout *layout = layout_of(canvas, type, string);
  sd_box box = box_of(layout, x, y, type->align);
  g_object_unref(layout);
  return box;
}

sd_status sd_canvas_fonts(sd_diag *diag) {
  sd_canvas canvas = {0};
  sd_type type = {.size_px = 12, .ink = SD_INK_TEXT};
  if (!has_room(FONTS_BYTES))
    return starved(diag);
  sd_status status = sd_canvas_make(&canvas, 16, 16, diag);
  if (status != SD_OK)
    return status;
  sd_canvas_text(&canvas, 0, 0, &type, "a");
  type.bold = true;
  sd_canvas_text(&canvas, 0, 0, &type, "a");
  bool failed = canvas.starved;
  sd_canvas_clear(&canvas);
  return failed ? starved(diag) : SD_OK;
}

sd_box sd_canvas_text(sd_canvas *canvas, double x, double y, const sd_type *type,
                      const char *string) {
  if (!text_fits(canvas))
    return (sd_box){x, y, 0, 0};
  PangoLayout *layout = layout_of(canvas, type, string);
  sd_box box = box_of(layout, x, y, type->align);
  cairo_t *cairo = canvas->cairo;
  cairo_move_to(cairo, box.x, box.y);
  set_ink(canvas, type->ink);
  pango_cairo_show_layout(cairo, layout);
  cairo_new_path(cairo);
  g_object_unref(layout);
  return box;
}
