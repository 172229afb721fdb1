/* The photos with every scar-like place and mark outlined in the colour of what became of it. The
 * scars are numbered as in the tables; those that changed come first there, so that they get their
 * numbers even where many scars leave no room for all. */
#include "render/panels.h"

#include "render/legend.h"

#include <math.h>
#include <stdio.h>

/* What a ring's colour says; after Okabe and Ito (2008), told apart by colour-blind viewers and by
 * their lightness in grey. */
typedef enum fate { LESS = 0, MORE, SAME, UNKNOWN, FATES } fate;
static const sd_ink FATE_INK[FATES] = {
    {0.34, 0.71, 0.91, 1}, {0.90, 0.45, 0.00, 1}, {0.98, 0.94, 0.55, 1}, {0.72, 0.72, 0.72, 1}};
static const sd_ink RIM = {0.06, 0.06, 0.08, 0.75};
static const double LINE_SHARE = 0.1, NUMBER_SHARE = 0.62; /* of the text's height */
/* A line stands this much outside the scar, which stays in view. */
static const double LINE_AWAY = 1.15, LINE_GAP_EM = 0.15;
/* More numbers than this cover one another and the skin. */
enum { NUMBERS_MAX = 40 };

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

static void draw_number(const sheet *s, const sd_scar_change *scar, size_t number) {
  char text[16];
  enum { UP_RIGHT = 7 * SD_OUTLINE_POINTS / 8 }; /* y runs down */
  sd_point points[SD_OUTLINE_POINTS];
  double size = NUMBER_SHARE * s->em, gap = LINE_SHARE * s->em;
  outline_points(points, s, &scar->scar);
  sd_type type = {
      .size_px = size, .ink = FATE_INK[fate_of(scar->state)], .bold = true, .halo = true};
  snprintf(text, sizeof text, "%zu", number);
  sd_canvas_text(s->canvas, points[UP_RIGHT].x + gap, points[UP_RIGHT].y - gap - size, &type, text);
}

static void draw_outlines(const sheet *s, const sd_change *change) {
  size_t numbers = change->scar_count < NUMBERS_MAX ? change->scar_count : NUMBERS_MAX;
  for (size_t k = change->scar_count; k-- > 0;) /* those that changed lie on top */
    draw_outline(s, &change->scars[k]);
  for (size_t k = numbers; k-- > 0;)
    draw_number(s, &change->scars[k], k + 1);
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
  double em = sd_panel_text_px(input->max_side_px), foot = ceil(3.6 * em);
  sd_box at = sd_panel_above(photo, input->max_side_px, foot);
  double zoom = at.width / (photo->picture.width * photo->shrink);
  sd_canvas canvas = {0};
  sd_status status = SD_OK;
  SD_TRY(sd_canvas_make(&canvas, (int)at.width, (int)(at.height + foot), diag));
  SD_TRY(sd_canvas_draw(&canvas, &photo->picture, at, diag));
  sheet s = {&canvas, &input->before, at, em};
  draw_outlines(&s, change);
  sd_canvas_tag(&canvas, em, em, 1.2 * em, 0,
                after ? input->strings->picture.after : input->strings->picture.before);
  sd_scale_bar_draw(&canvas, at, em, change->mm_per_px > 0 ? change->mm_per_px / zoom : NAN);
  draw_legend(&canvas, at.height, em, at.width, input->strings);
  SD_TRY(sd_canvas_picture(out, &canvas, diag));
done:
  sd_canvas_clear(&canvas);
  return status;
}
