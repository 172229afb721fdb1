/* The sessions of a series, all in one framing: as a strip and as an animation. */
#include "render/encode.h"
#include "render/legend.h"
#include "render/panels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { STRIP_COLUMNS = 5, STRIP_QUALITY = 90, STRIP_SIDE_MAX_PX = 2400 };
/* Long enough to look, short enough to see the skin move from one session to the next. */
enum { FRAME_MS = 900 };

void sd_frame_clear(sd_frame *frame) {
  sd_picture_clear(&frame->picture);
  *frame = (sd_frame){0};
}

sd_status sd_render_frame(sd_frame *out, const sd_comparison *comparison, bool after,
                          int max_side_px, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_view before = {0}, laid = {0};
  SD_TRY(sd_view_of_photo(&before, comparison->before.photo, comparison->before.skin, max_side_px,
                          diag));
  if (after)
    SD_TRY(sd_view_of_after(&laid, &before, comparison, diag));
  sd_frame_clear(out);
  out->picture = after ? laid.picture : before.picture;
  out->region = before.region;
  out->shrink = before.shrink;
  if (after)
    laid.picture = (sd_picture){0};
  else
    before.picture = (sd_picture){0};
done:
  sd_view_clear(&before);
  sd_view_clear(&laid);
  return status;
}

static double label_px(double width) {
  return fmax(12, width / 18);
}

/* Room for the label above a frame: on it, it would cover skin. */
static double head_of(double width) {
  return ceil(1.9 * label_px(width));
}

/* Room below for a bar in mm, and the bar, from x on; none without a scale. */
static double foot_of(const sd_frame *frame, double width) {
  return frame->mm_per_px > 0 ? ceil(sd_scale_bar_height(label_px(width))) : 0;
}

static void draw_foot(sd_canvas *canvas, const sd_frame *frame, double x, double y, double width) {
  double em = label_px(width), mm = frame->mm_per_px * frame->shrink * frame->picture.width / width;
  if (frame->mm_per_px > 0)
    sd_scale_bar_draw(canvas, x + 0.5 * em, y, width, em, mm, "");
}

static sd_status draw_frame(sd_canvas *canvas, const sd_frame *frame, sd_box at, sd_diag *diag) {
  sd_type type = {.size_px = label_px(at.width), .ink = SD_INK_TEXT, .bold = true};
  double head = head_of(at.width);
  sd_canvas_text(canvas, at.x + 0.5 * type.size_px, at.y + 0.3 * type.size_px, &type, frame->label);
  at.y += head;
  at.height -= head;
  return sd_canvas_draw(canvas, &frame->picture, at, diag);
}

sd_status sd_render_strip(sd_text *out, const sd_frame *frames, size_t count, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_canvas canvas = {0};
  sd_picture picture = {0};
  size_t from = out->length;
  int columns = count < STRIP_COLUMNS ? (int)count : STRIP_COLUMNS;
  int rows = ((int)count + columns - 1) / columns, gap = 8;
  const sd_picture *first = &frames[0].picture;
  double width = fmin(first->width, (STRIP_SIDE_MAX_PX - gap * (columns - 1)) / (double)columns);
  width = floor(width);
  double height = floor(width * first->height / first->width) + head_of(width);
  SD_TRY(sd_canvas_fonts(diag));
  double all = rows * height + gap * (rows - 1);
  SD_TRY(sd_canvas_make(&canvas, (int)(columns * width) + gap * (columns - 1),
                        (int)(all + foot_of(&frames[0], width)), diag));
  for (size_t k = 0; k < count; k++) {
    int column = (int)k % columns, row = (int)k / columns;
    sd_box at = {column * (width + gap), row * (height + gap), width, height};
    SD_TRY(draw_frame(&canvas, &frames[k], at, diag));
  }
  draw_foot(&canvas, &frames[0], 0, all, width);
  SD_TRY(sd_canvas_picture(&picture, &canvas, diag));
  SD_TRY(sd_encode_jpeg(out, &picture, STRIP_QUALITY, diag));
  SD_TRY(sd_picture_sign(out, from, diag));
done:
  sd_picture_clear(&picture);
  sd_canvas_clear(&canvas);
  return status;
}

/* A frame with its label drawn in, and the bar of the first one, whose framing it has. */
static sd_status labelled(sd_picture *out, const sd_frame *frame, const sd_frame *first,
                          sd_diag *diag) {
  sd_status status = SD_OK;
  sd_canvas canvas = {0};
  double width = frame->picture.width;
  sd_box at = {0, 0, width, frame->picture.height + head_of(width)};
  SD_TRY(sd_canvas_make(&canvas, frame->picture.width, (int)(at.height + foot_of(first, width)),
                        diag));
  SD_TRY(draw_frame(&canvas, frame, at, diag));
  draw_foot(&canvas, first, 0, at.height, width);
  SD_TRY(sd_canvas_picture(out, &canvas, diag));
done:
  sd_canvas_clear(&canvas);
  return status;
}

sd_status sd_render_animation(sd_text *out, const sd_frame *frames, size_t count, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_picture *drawn = calloc(count + 1, sizeof *drawn);
  const sd_picture **all = calloc(count + 1, sizeof *all);
  if (drawn == NULL || all == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the animated picture");
    goto done;
  }
  SD_TRY(sd_canvas_fonts(diag));
  for (size_t k = 0; k < count; k++) {
    SD_TRY(labelled(&drawn[k], &frames[k], &frames[0], diag));
    all[k] = &drawn[k];
  }
  SD_TRY(sd_encode_animation(out, all, count, FRAME_MS, diag));
done:
  for (size_t k = 0; drawn != NULL && k < count; k++)
    sd_picture_clear(&drawn[k]);
  free(drawn);
  free(all);
  return status;
}
