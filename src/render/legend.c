/* What the colours of a panel mean. */
#include "render/legend.h"

#include "render/colormap.h"
#include "render/nice.h"

#include <math.h>
#include <stdio.h>

static const double NOTE_EM = 1.3;

double sd_legend_height(double size_px) {
  return (7.6 + NOTE_EM) * size_px + sd_scale_bar_height(size_px);
}

static void draw_bar(sd_canvas *canvas, sd_box at, bool diverging) {
  enum { STEPS = 256 };
  for (int i = 0; i < STEPS; i++) {
    uint8_t rgb[3];
    double t = (i + 0.5) / STEPS;
    if (diverging)
      sd_colormap_diverging(2 * t - 1, rgb);
    else
      sd_colormap_sequential(t, rgb);
    double x0 = at.x + floor(at.width * i / STEPS), x1 = at.x + floor(at.width * (i + 1) / STEPS);
    sd_canvas_fill(canvas, (sd_box){x0, at.y, x1 - x0, at.height},
                   (sd_ink){rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0, 1});
  }
}

/* The lines by which a grey print tells less from more. */
static void draw_signs(sd_canvas *canvas, sd_box at) {
  sd_ink ink = {SD_SIGN_RGB[0] / 255.0, SD_SIGN_RGB[1] / 255.0, SD_SIGN_RGB[2] / 255.0,
                SD_SIGN_COVER};
  double pitch = at.height / 4, line = pitch / 3, half = at.width / 2 - at.height / 3;
  for (double y = at.y + pitch / 2; y < at.y + at.height; y += pitch)
    sd_canvas_fill(canvas, (sd_box){at.x, y, half, line}, ink);
  for (double x = at.x + at.width - pitch; x > at.x + at.width - half; x -= pitch)
    sd_canvas_fill(canvas, (sd_box){x, at.y, line, at.height}, ink);
}

static void draw_row(sd_canvas *canvas, sd_box bar, double y, sd_type type, const char *left,
                     const char *middle, const char *right) {
  type.align = 0;
  sd_canvas_text(canvas, bar.x, y, &type, left);
  type.align = 0.5;
  sd_canvas_text(canvas, bar.x + bar.width / 2, y, &type, middle);
  type.align = 1;
  sd_canvas_text(canvas, bar.x + bar.width, y, &type, right);
}

static void draw_notes(sd_canvas *canvas, double x, double y, double size_px,
                       const sd_legend *legend) {
  sd_type type = {.size_px = 0.85 * size_px, .ink = SD_INK_QUIET};
  if (legend->hatch != NULL) {
    sd_box sample = {x, y + 0.1 * size_px, 1.8 * size_px, 0.9 * size_px};
    sd_canvas_fill(canvas, sample, (sd_ink){0.45, 0.45, 0.45, 1});
    sd_canvas_hatch(canvas, sample, 0.45 * size_px, SD_INK_TEXT);
    sd_canvas_text(canvas, x + 2.3 * size_px, y, &type, legend->hatch);
    y += NOTE_EM * size_px;
  }
  if (legend->faint != NULL)
    sd_canvas_text(canvas, x, y, &type, legend->faint);
}

void sd_legend_draw(sd_canvas *canvas, sd_box at, double size_px, const sd_legend *legend) {
  sd_type title = {.size_px = size_px, .ink = SD_INK_TEXT, .bold = true};
  sd_type words = {.size_px = size_px, .ink = SD_INK_TEXT};
  sd_type figures = {.size_px = 0.85 * size_px, .ink = SD_INK_QUIET};
  sd_box bar = {at.x + size_px, at.y + 2.1 * size_px, at.width - 2 * size_px, 1.1 * size_px};
  sd_canvas_text(canvas, bar.x, at.y + 0.5 * size_px, &title, legend->title);
  draw_bar(canvas, bar, legend->diverging);
  if (legend->diverging)
    draw_signs(canvas, bar);
  draw_row(canvas, bar, bar.y + 1.25 * size_px, words, legend->left, legend->middle, legend->right);
  draw_row(canvas, bar, bar.y + 2.65 * size_px, figures, legend->left_value, legend->middle_value,
           legend->right_value);
  draw_notes(canvas, bar.x, bar.y + 4.3 * size_px, size_px, legend);
  sd_scale_bar_draw(canvas, bar.x, bar.y + (5.4 + NOTE_EM) * size_px, legend->photo_width, size_px,
                    legend->mm_per_px, legend->scale_unknown);
}

double sd_scale_bar_height(double size_px) {
  return 1.9 * size_px;
}

double sd_sheet_scale(const sd_view *view, sd_box at, double mm_per_px) {
  return mm_per_px > 0 ? mm_per_px * view->shrink * view->picture.width / at.width : NAN;
}

void sd_scale_bar_draw(sd_canvas *canvas, double x, double y, double photo_width, double size_px,
                       double mm_per_px, const char *unknown) {
  sd_type type = {.size_px = 0.9 * size_px, .ink = SD_INK_TEXT};
  if (!(mm_per_px > 0) || !isfinite(mm_per_px)) {
    type.ink = SD_INK_QUIET;
    sd_canvas_text(canvas, x, y + 0.35 * size_px, &type, unknown);
    return;
  }
  /* a quarter of the picture: long enough to judge by */
  double length_mm = sd_nice_below(0.25 * photo_width * mm_per_px), length = length_mm / mm_per_px;
  double middle = y + 0.95 * size_px, line = 0.2 * size_px, tick = 0.35 * size_px;
  sd_canvas_line(canvas, (sd_point){x, middle}, (sd_point){x + length, middle}, line, SD_INK_TEXT);
  for (int end = 0; end < 2; end++)
    sd_canvas_line(canvas, (sd_point){x + end * length, middle - tick},
                   (sd_point){x + end * length, middle + tick}, 0.6 * line, SD_INK_TEXT);
  char text[32];
  snprintf(text, sizeof text, "%g mm", length_mm);
  sd_canvas_text(canvas, x + length + 0.6 * size_px, y + 0.35 * size_px, &type, text);
}
