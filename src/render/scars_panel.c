/* The photos with every scar-like place and mark outlined in the colour of what became of it. Those
 * that changed are numbered as in the tables, beside the photo, so that no number covers skin or
 * another one. */
#include "render/panels.h"

#include "render/callouts.h"
#include "render/legend.h"

#include <math.h>
#include <stdio.h>

/* What a ring's colour says; after Okabe and Ito (2008), told apart by colour-blind viewers and by
 * their lightness in grey. */
typedef enum fate { LESS = 0, MORE, SAME, UNKNOWN, FATES } fate;
static const sd_ink FATE_INK[FATES] = {
    {0.34, 0.71, 0.91, 1}, {0.90, 0.45, 0.00, 1}, {0.98, 0.94, 0.55, 1}, {0.72, 0.72, 0.72, 1}};
static const sd_ink RIM = {0.06, 0.06, 0.08, 0.75};
static const double LINE_SHARE = 0.1, NUMBER_SHARE = 0.8; /* of the text's height */
/* A line stands this much outside the scar, which stays in view. */
static const double LINE_AWAY = 1.15, LINE_GAP_EM = 0.15;
/* As many as the report's table has rows. */
enum { NUMBERS_MAX = 24 };
static const double HEAD_EM = 2.2, MARGIN_EM = 2;

static fate fate_of(sd_scar_state state) {
  switch (state) {
  case SD_SCAR_REDUCED:
  case SD_SCAR_RESOLVED:
    return LESS;
  case SD_SCAR_ENLARGED:
  case SD_SCAR_NEW:
    return MORE;
  case SD_SCAR_UNCHANGED:
    return SAME;
  default:
    return UNKNOWN;
  }
}

typedef struct sheet {
  sd_canvas *canvas;
  const sd_view *view;
  sd_box at;
  double em;
} sheet;

/* The scar's outline on the sheet, a little outside of it. */
static void outline_points(sd_point out[SD_OUTLINE_POINTS], const sheet *s, const sd_scar *scar) {
  sd_point middle = sd_view_sheet_point(s->view, s->at, scar->x, scar->y);
  for (int k = 0; k < SD_OUTLINE_POINTS; k++) {
    sd_point p = sd_view_sheet_point(s->view, s->at, scar->outline[k].x, scar->outline[k].y);
    double x = p.x - middle.x, y = p.y - middle.y, radius = hypot(x, y);
    double away = radius > 0 ? LINE_AWAY + LINE_GAP_EM * s->em / radius : 0;
    out[k] = (sd_point){middle.x + away * x, middle.y + away * y};
  }
}

static void draw_outline(const sheet *s, const sd_scar_change *scar) {
  sd_point points[SD_OUTLINE_POINTS];
  double line = LINE_SHARE * s->em;
  outline_points(points, s, &scar->scar);
  sd_canvas_outline(s->canvas, points, SD_OUTLINE_POINTS, 2.4 * line, RIM);
  sd_canvas_outline(s->canvas, points, SD_OUTLINE_POINTS, line, FATE_INK[fate_of(scar->state)]);
}

/* The outline's point that is nearest to the photo's edge. */
static sd_point end_of_line(const sheet *s, const sd_scar *scar) {
  sd_point points[SD_OUTLINE_POINTS];
  outline_points(points, s, scar);
  sd_point middle = sd_view_sheet_point(s->view, s->at, scar->x, scar->y), best = points[0];
  bool left = middle.x < s->at.x + s->at.width / 2;
  for (int k = 1; k < SD_OUTLINE_POINTS; k++)
    if (left ? points[k].x < best.x : points[k].x > best.x)
      best = points[k];
  return best;
}

static void draw_numbers(const sheet *s, const sd_change *change) {
  char texts[NUMBERS_MAX][24];
  sd_callout callouts[NUMBERS_MAX];
  size_t count = 0;
  for (size_t k = 0; k < change->scar_count && count < NUMBERS_MAX; k++) {
    const sd_scar_change *scar = &change->scars[k];
    if (scar->state <= SD_SCAR_UNCHANGED)
      continue;
    snprintf(texts[count], sizeof texts[count], "%zu", k + 1);
    callouts[count] =
        (sd_callout){end_of_line(s, &scar->scar), texts[count], FATE_INK[fate_of(scar->state)]};
    count++;
  }
  sd_type type = {.size_px = NUMBER_SHARE * s->em, .bold = true};
  sd_callouts_draw(s->canvas, s->at, MARGIN_EM * s->em, &type, callouts, count);
}

static void draw_outlines(const sheet *s, const sd_change *change) {
  for (size_t k = change->scar_count; k-- > 0;) /* those that changed lie on top */
    draw_outline(s, &change->scars[k]);
}

static void draw_legend(sd_canvas *canvas, double y, double em, double width, const sd_strings *s) {
  const char *const words[FATES] = {s->scar_reduced, s->scar_enlarged, s->scar_unchanged,
                                    s->scar_unmatched};
  sd_type type = {.size_px = em, .ink = SD_INK_TEXT};
  for (int f = 0; f < FATES; f++) {
    double x = em + f % 2 * (width - em) / 2, line = y + (0.4 + 1.5 * (f / 2)) * em;
    sd_point middle = {x + 0.5 * em, line + 0.65 * em};
    sd_canvas_ring(canvas, middle, 0.42 * em, 1.6 * LINE_SHARE * em, FATE_INK[f]);
    sd_canvas_text(canvas, x + 1.5 * em, line, &type, words[f]);
  }
}

sd_status sd_panel_scars(sd_picture *out, const sd_panel_input *input, bool after, sd_diag *diag) {
  const sd_change *change = input->comparison->change;
  const sd_view *photo = after ? &input->after : &input->before;
  const sd_picture_strings *words = &input->strings->picture;
  double em = sd_panel_text_px(input->max_side_px), legend = ceil(3.6 * em);
  double head = round(HEAD_EM * em), foot = legend + ceil(sd_scale_bar_height(em));
  double margin = round(MARGIN_EM * em);
  sd_box room = {0, 0, input->max_side_px - 2 * margin, input->max_side_px - head - foot};
  sd_box fit = sd_view_fit(photo, room);
  sd_box at = {margin, head, fmax(1, round(fit.width)), fmax(1, round(fit.height))};
  double width = at.width + 2 * margin, low = head + at.height;
  sd_type type = {.size_px = 1.2 * em, .ink = SD_INK_TEXT, .bold = true};
  sd_canvas canvas = {0};
  sd_status status = SD_OK;
  SD_TRY(sd_canvas_make(&canvas, (int)width, (int)(low + foot), diag));
  SD_TRY(sd_canvas_draw(&canvas, &photo->picture, at, diag));
  sheet s = {&canvas, &input->before, at, em};
  draw_outlines(&s, change);
  draw_numbers(&s, change);
  sd_canvas_text(&canvas, margin, 0.3 * em, &type, after ? words->after : words->before);
  sd_scale_bar_draw(&canvas, margin, low, at.width, em,
                    sd_sheet_scale(photo, at, change->mm_per_px), words->scale_unknown);
  draw_legend(&canvas, low + foot - legend, em, width, input->strings);
  SD_TRY(sd_canvas_picture(out, &canvas, diag));
done:
  sd_canvas_clear(&canvas);
  return status;
}
