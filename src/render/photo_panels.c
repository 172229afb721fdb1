/* Panels that show the photos themselves: alone and side by side. */
#include "render/panels.h"

#include "render/legend.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

double sd_panel_text_px(int max_side_px) {
  return fmax(13, max_side_px / 50.0);
}

sd_box sd_panel_above(const sd_view *view, int max_side_px, double foot) {
  sd_box at = sd_view_fit(view, (sd_box){0, 0, max_side_px, max_side_px - foot});
  return (sd_box){0, 0, fmax(1, round(at.width)), fmax(1, round(at.height))};
}

void sd_panel_date(char out[11], const sd_photo *photo) {
  sd_capture_day(out, &photo->capture);
}

static void label_text(char out[64], const char *word, const sd_photo *photo) {
  char date[11];
  sd_panel_date(date, photo);
  snprintf(out, 64, "%s%s%s", word, date[0] != '\0' ? "  " : "", date);
}

/* mm on the skin per sheet pixel; NaN without a scale. */
static double sheet_scale(const sd_view *view, sd_box at, double mm_per_px) {
  return mm_per_px > 0 ? mm_per_px * view->shrink * view->picture.width / at.width : NAN;
}

sd_status sd_panel_single(sd_picture *out, const sd_panel_input *input, bool after, int max_side_px,
                          sd_diag *diag) {
  const sd_view *view = after ? &input->after : &input->before;
  sd_box at = sd_panel_above(view, max_side_px, 0);
  double em = sd_panel_text_px(max_side_px);
  char label[64];
  sd_canvas canvas = {0};
  sd_status status = SD_OK;
  SD_TRY(sd_canvas_make(&canvas, (int)at.width, (int)at.height, diag));
  SD_TRY(sd_canvas_draw(&canvas, &view->picture, at, diag));
  const sd_comparison *comparison = input->comparison;
  label_text(label, after ? input->strings->picture.after : input->strings->picture.before,
             after ? comparison->after.photo : comparison->before.photo);
  /* opposite corners: a slider shows both labels */
  sd_canvas_tag(&canvas, after ? at.width - em : em, em, 1.2 * em, after ? 1 : 0, label);
  sd_scale_bar_draw(&canvas, at, em, sheet_scale(view, at, comparison->change->mm_per_px));
  SD_TRY(sd_canvas_picture(out, &canvas, diag));
done:
  sd_canvas_clear(&canvas);
  return status;
}

static sd_status draw_half(sd_canvas *canvas, const sd_view *view, sd_box room, double em,
                           const char *word, const sd_photo *photo, double mm_per_px,
                           sd_diag *diag) {
  char label[64];
  label_text(label, word, photo);
  sd_box at = sd_view_fit(view, room);
  sd_status status = sd_canvas_draw(canvas, &view->picture, at, diag);
  sd_type type = {.size_px = 1.2 * em, .ink = SD_INK_TEXT, .align = 0.5, .bold = true};
  sd_canvas_text(canvas, room.x + room.width / 2, room.y - 2.1 * em, &type, label);
  sd_scale_bar_draw(canvas, at, em, sheet_scale(view, at, mm_per_px));
  return status;
}

sd_status sd_panel_side_by_side(sd_picture *out, const sd_panel_input *input, sd_diag *diag) {
  const sd_comparison *comparison = input->comparison;
  const sd_picture_strings *words = &input->strings->picture;
  double em = sd_panel_text_px(input->max_side_px), gap = round(0.6 * em), head = round(2.8 * em);
  double half = floor((input->max_side_px - 3 * gap) / 2);
  sd_box room = {gap, head, half, input->max_side_px - head - gap};
  sd_box one = sd_view_fit(&input->before, room), two = sd_view_fit(&input->after, room);
  room.height = ceil(fmax(one.height, two.height));
  sd_box right = {2 * gap + half, head, half, room.height};
  double mm = comparison->change->mm_per_px;
  sd_canvas canvas = {0};
  sd_status status = SD_OK;
  SD_TRY(sd_canvas_make(&canvas, input->max_side_px, (int)(head + room.height + gap), diag));
  SD_TRY(draw_half(&canvas, &input->before, room, em, words->before, comparison->before.photo, mm,
                   diag));
  SD_TRY(draw_half(&canvas, &input->after, right, em,
                   input->aligned ? words->after : words->after_not_aligned,
                   comparison->after.photo, input->aligned ? mm : NAN, diag));
  SD_TRY(sd_canvas_picture(out, &canvas, diag));
done:
  sd_canvas_clear(&canvas);
  return status;
}
