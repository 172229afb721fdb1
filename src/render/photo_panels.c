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

/* Room above a photo for its label and below for the scale bar. */
static const double HEAD_EM = 2.2;

sd_status sd_panel_single(sd_picture *out, const sd_panel_input *input, bool after, int max_side_px,
                          sd_diag *diag) {
  const sd_view *view = after ? &input->after : &input->before;
  const sd_comparison *comparison = input->comparison;
  const sd_picture_strings *words = &input->strings->picture;
  double em = sd_panel_text_px(max_side_px), head = round(HEAD_EM * em);
  double foot = round(sd_scale_bar_height(em));
  sd_box at = sd_panel_above(view, max_side_px, head + foot);
  at.y = head;
  char label[64];
  sd_canvas canvas = {0};
  sd_status status = SD_OK;
  SD_TRY(sd_canvas_make(&canvas, (int)at.width, (int)(head + at.height + foot), diag));
  SD_TRY(sd_canvas_draw(&canvas, &view->picture, at, diag));
  label_text(label, after ? words->after : words->before,
             after ? comparison->after.photo : comparison->before.photo);
  sd_type type = {.size_px = 1.2 * em, .ink = SD_INK_TEXT, .align = after ? 1 : 0, .bold = true};
  /* opposite corners: a slider shows both labels */
  sd_canvas_text(&canvas, after ? at.width - 0.6 * em : 0.6 * em, 0.3 * em, &type, label);
  sd_scale_bar_draw(&canvas, 0.6 * em, head + at.height, at.width, em,
                    sd_sheet_scale(view, at, comparison->change->mm_per_px), words->scale_unknown);
  SD_TRY(sd_canvas_picture(out, &canvas, diag));
done:
  sd_canvas_clear(&canvas);
  return status;
}

static sd_status draw_half(sd_canvas *canvas, const sd_view *view, sd_box room, double em,
                           const char *word, const sd_photo *photo, double mm_per_px,
                           const char *unknown, sd_diag *diag) {
  char label[64];
  label_text(label, word, photo);
  sd_box at = sd_view_fit(view, room);
  sd_status status = sd_canvas_draw(canvas, &view->picture, at, diag);
  sd_type type = {.size_px = 1.2 * em, .ink = SD_INK_TEXT, .align = 0.5, .bold = true};
  sd_canvas_text(canvas, room.x + room.width / 2, room.y - 2.1 * em, &type, label);
  sd_scale_bar_draw(canvas, at.x, room.y + room.height, at.width, em,
                    sd_sheet_scale(view, at, mm_per_px), unknown);
  return status;
}

sd_status sd_panel_side_by_side(sd_picture *out, const sd_panel_input *input, sd_diag *diag) {
  const sd_comparison *comparison = input->comparison;
  const sd_picture_strings *words = &input->strings->picture;
  double em = sd_panel_text_px(input->max_side_px), gap = round(0.6 * em), head = round(2.8 * em);
  double half = floor((input->max_side_px - 3 * gap) / 2);
  double foot = round(sd_scale_bar_height(em));
  sd_box room = {gap, head, half, input->max_side_px - head - foot};
  sd_box one = sd_view_fit(&input->before, room), two = sd_view_fit(&input->after, room);
  room.height = ceil(fmax(one.height, two.height));
  sd_box right = {2 * gap + half, head, half, room.height};
  double mm = comparison->change->mm_per_px;
  sd_canvas canvas = {0};
  sd_status status = SD_OK;
  SD_TRY(sd_canvas_make(&canvas, input->max_side_px, (int)(head + room.height + foot), diag));
  SD_TRY(draw_half(&canvas, &input->before, room, em, words->before, comparison->before.photo, mm,
                   words->scale_unknown, diag));
  SD_TRY(draw_half(&canvas, &input->after, right, em,
                   input->aligned ? words->after : words->after_not_aligned,
                   comparison->after.photo, input->aligned ? mm : NAN, words->scale_unknown, diag));
  SD_TRY(sd_canvas_picture(out, &canvas, diag));
done:
  sd_canvas_clear(&canvas);
  return status;
}
