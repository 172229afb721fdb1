/* One photo for `inspect -o`: where the landmarks and zones lie, what is left out and why, and the
 * facts of the capture beside it. */
#include "render/panels.h"

#include "base/angle.h"
#include "render/colormap.h"
#include "render/legend.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

enum { PHOTO_SIDE_PX = 1400 };
/* Room beside the photo for the names of zones. */
static const double NAMES_EM = 8.4;

/* A colour for each reason: those of the palette first, then colours that are not among them. */
static void reason_colour(int reason, uint8_t rgb[3]) {
  enum { PALETTE = 8 };
  static const uint8_t MORE[][3] = {
      {120, 60, 20}, {255, 255, 255}, {60, 220, 220}, {255, 120, 200}};
  int index = reason - SD_EXCLUDED_EYE;
  sd_palette(index, rgb);
  for (int c = 0; index >= PALETTE && c < 3; c++)
    rgb[c] = MORE[(index - PALETTE) % 4][c];
}

static void hatch_reasons(sd_view *view, const sd_skin *skin) {
#pragma omp parallel for schedule(static)
  for (int y = 0; y < view->picture.height; y++)
    for (int x = 0; x < view->picture.width; x++) {
      int reason = sd_view_excluded(view, skin, x, y);
      if (reason < SD_EXCLUDED_EYE || sd_view_label(view, skin, x, y) == SD_ZONE_NONE)
        continue;
      uint8_t rgb[3];
      reason_colour(reason, rgb);
      sd_view_mix(view, x, y, rgb, sd_view_on_hatch(view, x, y) ? 0.95 : 0.25);
    }
}

static void draw_landmarks(sd_canvas *canvas, const sd_view *view, sd_box at, const sd_face *face,
                           double em) {
  static const sd_ink POINT = {0.45, 0.95, 1, 0.8}, EYE = {1, 0.85, 0.2, 1};
  if (face == NULL || !face->found)
    return;
  for (int i = 0; i < SD_LANDMARKS; i++)
    sd_canvas_dot(
        canvas,
        sd_view_sheet_point(view, at, (double)face->landmarks[i].x, (double)face->landmarks[i].y),
        0.09 * em, POINT);
  for (int i = 0; i < 2; i++)
    sd_canvas_dot(canvas, sd_view_sheet_point(view, at, face->eyes[i].x, face->eyes[i].y),
                  0.25 * em, EYE);
}

/* The column of facts, written from the top down. */
typedef struct fact_column {
  sd_canvas *canvas;
  const sd_strings *strings;
  double x, y, width, em;
} fact_column;

static void add_heading(fact_column *column, const char *text) {
  sd_type type = {.size_px = 1.15 * column->em,
                  .ink = SD_INK_TEXT,
                  .bold = true,
                  .max_width_px = column->width};
  column->y += 0.7 * column->em;
  column->y += sd_canvas_text(column->canvas, column->x, column->y, &type, text).height;
  column->y += 0.2 * column->em;
}

static void add_fact(fact_column *column, const char *name, const char *format, ...)
    SD_PRINTF(3, 4);

static void add_fact(fact_column *column, const char *name, const char *format, ...) {
  char text[200];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  sd_localise(text, column->strings);
  sd_type quiet = {.size_px = column->em, .ink = SD_INK_QUIET};
  double indent = 9 * column->em;
  sd_type type = {
      .size_px = column->em, .ink = SD_INK_TEXT, .max_width_px = column->width - indent};
  sd_canvas_text(column->canvas, column->x, column->y, &quiet, name);
  column->y += sd_canvas_text(column->canvas, column->x + indent, column->y, &type, text).height;
  column->y += 0.25 * column->em;
}

static void add_number(fact_column *column, const char *name, double value, const char *format) {
  char text[64];
  if (isfinite(value))
    snprintf(text, sizeof text, format, value);
  else
    snprintf(text, sizeof text, "%s", column->strings->inspect.not_measured);
  add_fact(column, name, "%s", text);
}

static void add_text(fact_column *column, const char *name, const char *text) {
  add_fact(column, name, "%s", text[0] != '\0' ? text : column->strings->inspect.not_recorded);
}

/* How the camera was set; each part may be missing. */
static void add_shot(fact_column *column, const sd_capture *c) {
  const sd_inspect_strings *s = &column->strings->inspect;
  char text[96] = "";
  size_t n = 0;
  if (c->focal_length_mm > 0)
    n += (size_t)snprintf(text + n, sizeof text - n, "%.3g mm ", c->focal_length_mm);
  if (c->exposure_s > 0)
    n += (size_t)snprintf(text + n, sizeof text - n, c->exposure_s < 0.4 ? "1/%.0f s " : "%.1f s ",
                          c->exposure_s < 0.4 ? 1 / c->exposure_s : c->exposure_s);
  if (c->f_number > 0)
    n += (size_t)snprintf(text + n, sizeof text - n, "f/%.2g ", c->f_number);
  if (c->iso > 0)
    snprintf(text + n, sizeof text - n, "ISO %.0f", c->iso);
  add_text(column, s->shot, text);
  add_text(column, s->flash, c->flash == 0 ? s->no_flash : c->flash == 1 ? s->fired : "");
  add_text(column, s->balance,
           c->white_balance == 0   ? s->automatic
           : c->white_balance == 1 ? s->manual
                                   : "");
}

static void add_capture(fact_column *column, const sd_photo *photo) {
  const sd_inspect_strings *s = &column->strings->inspect;
  const sd_capture *c = &photo->capture;
  char date[11], camera[sizeof c->make + sizeof c->model];
  sd_panel_date(date, photo);
  add_text(column, s->taken, date);
  snprintf(camera, sizeof camera, "%s%s%s", c->make, c->make[0] != '\0' ? " " : "", c->model);
  add_text(column, s->camera, camera);
  add_text(column, s->lens, c->lens);
  add_shot(column, c);
  add_text(column, s->software, c->software);
  add_fact(column, s->pixels, "%d \xc3\x97 %d %s", photo->width, photo->height,
           sd_format_name(photo->coding.format));
  add_fact(column, s->profile, "%s%s", photo->coding.profile,
           photo->coding.profile_assumed ? s->assumed : "");
}

static void add_pose(fact_column *column, const sd_face *face) {
  const sd_inspect_strings *s = &column->strings->inspect;
  char said[200];
  if (face == NULL || !face->found) {
    sd_say(said, sizeof said, column->strings,
           face == NULL || face->reason[0] == '\0' ? s->none_found : face->reason);
    add_fact(column, s->face, "%s", said);
  } else {
    add_number(column, s->turned, face->yaw_deg, s->turned_format);
    add_number(column, s->nod, face->pitch_deg, s->nod_format);
    add_number(column, s->tilt, face->roll_deg, s->tilt_format);
    sd_say(said, sizeof said, column->strings, face->reason);
    if (said[0] != '\0')
      add_fact(column, s->face, "%s", said);
  }
  if (face == NULL || face->scale.source == SD_SCALE_NONE) {
    add_fact(column, s->scale, "%s", s->unknown);
  } else {
    char source[64];
    sd_say_name(source, sizeof source, column->strings, sd_scale_source_name(face->scale.source));
    snprintf(said, sizeof said, s->scale_format, face->scale.mm_per_px, face->scale.ci_low,
             face->scale.ci_high, source);
    add_fact(column, s->scale, "%s", said);
  }
}

static void draw_light(fact_column *column, const sd_quality *quality) {
  const sd_inspect_strings *s = &column->strings->inspect;
  char text[96];
  sd_light light = sd_light_of(quality);
  if (light == SD_LIGHT_EVEN)
    add_fact(column, s->light, "%s", s->light_even);
  if (light != SD_LIGHT_SIDED)
    return;
  snprintf(text, sizeof text, s->light_format, quality->light_azimuth_deg,
           100 * quality->light_strength);
  add_fact(column, s->light, "%s", text);
  /* an arrow that flies in from the lamp to a small face */
  double radius = 2.2 * column->em, turn = quality->light_azimuth_deg * SD_RADIANS_PER_DEGREE;
  sd_point middle = {column->x + 9 * column->em, column->y + radius + 0.4 * column->em};
  sd_point lamp = {middle.x + radius * cos(turn), middle.y - radius * sin(turn)};
  sd_point tip = {middle.x + 0.35 * (lamp.x - middle.x), middle.y + 0.35 * (lamp.y - middle.y)};
  static const sd_ink SUN = {1, 0.85, 0.3, 1};
  sd_canvas_dot(column->canvas, middle, 0.55 * column->em, SD_INK_QUIET);
  sd_canvas_line(column->canvas, lamp, tip, 0.16 * column->em, SUN);
  for (int side = -1; side <= 1; side += 2) {
    double wing = turn + side * 0.5;
    sd_point end = {tip.x + 0.7 * column->em * cos(wing), tip.y - 0.7 * column->em * sin(wing)};
    sd_canvas_line(column->canvas, tip, end, 0.16 * column->em, SUN);
  }
  sd_canvas_dot(column->canvas, lamp, 0.4 * column->em, SUN);
  column->y += 2 * radius + column->em;
}

static void add_quality(fact_column *column, const sd_coding *coding, const sd_quality *quality) {
  const sd_inspect_strings *s = &column->strings->inspect;
  char text[96];
  if (quality == NULL)
    return;
  add_number(column, s->sharpness, quality->edge_spread_px, s->sharpness_format);
  add_number(column, "", quality->edge_spread_mm, "= %.2g mm");
  add_number(column, s->noise, quality->noise, s->noise_format);
  add_number(column, s->exposure, quality->exposure_ev, s->exposure_format);
  add_number(column, s->clipped, 100 * quality->clipped_share, s->share_format);
  add_number(column, s->dark, 100 * quality->dark_share, s->share_format);
  if (isfinite(quality->cast_red) && isfinite(quality->cast_blue)) {
    snprintf(text, sizeof text, s->cast_format, quality->cast_red, quality->cast_blue);
    add_fact(column, s->cast, "%s", text);
  }
  int jpeg = sd_coding_jpeg(coding);
  snprintf(text, sizeof text, jpeg == coding->jpeg_quality ? s->jpeg_format : s->traced_format,
           jpeg);
  add_fact(column, s->jpeg, "%s", jpeg > 0 ? text : s->no);
  draw_light(column, quality);
}

static void add_exclusions(fact_column *column, const sd_skin *skin) {
  if (skin == NULL)
    return;
  add_heading(column, column->strings->inspect.left_out);
  for (int reason = SD_EXCLUDED_EYE; reason < SD_EXCLUDED_REASONS; reason++) {
    uint8_t rgb[3];
    if (skin->excluded_share[reason] < 0.0005) /* would print as 0.0 % */
      continue;
    reason_colour(reason, rgb);
    sd_box sample = {column->x + 6.4 * column->em, column->y + 0.15 * column->em, 1.2 * column->em,
                     0.9 * column->em};
    sd_canvas_fill(column->canvas, sample, (sd_ink){0.3, 0.3, 0.3, 1});
    sd_canvas_hatch(column->canvas, sample, 0.4 * column->em,
                    (sd_ink){rgb[0] / 255.0, rgb[1] / 255.0, rgb[2] / 255.0, 1});
    char name[64];
    sd_say_name(name, sizeof name, column->strings, sd_excluded_name((sd_excluded)reason));
    add_fact(column, name, "%.1f %%", 100 * skin->excluded_share[reason]);
  }
}

static void draw_facts(fact_column *column, const sd_photo *photo, const sd_face *face,
                       const sd_skin *skin, const sd_quality *quality, const char *name) {
  add_heading(column, name);
  add_capture(column, photo);
  add_pose(column, face);
  add_quality(column, &photo->coding, quality);
  add_exclusions(column, skin);
}

static sd_status draw_photo(sd_canvas *canvas, sd_view *view, sd_box at, const sd_face *face,
                            const sd_skin *skin, double margin, double em,
                            const sd_strings *strings, sd_diag *diag) {
  sd_status status = SD_OK;
  if (skin != NULL) {
    hatch_reasons(view, skin);
    SD_TRY(
        sd_view_outline_zones(view, skin, 0.12 * em * view->picture.width / at.width, 0.12, diag));
  }
  SD_TRY(sd_canvas_draw(canvas, &view->picture, at, diag));
  draw_landmarks(canvas, view, at, face, em);
  if (skin != NULL)
    sd_view_name_zones(canvas, view, at, margin, skin, 0.9 * em, strings);
done:
  return status;
}

sd_status sd_render_inspection(sd_text *out, const sd_photo *photo, const sd_face *face,
                               const sd_skin *skin, const sd_quality *quality, const char *name,
                               const char *language, sd_diag *diag) {
  double em = sd_panel_text_px(PHOTO_SIDE_PX), facts_width = 27 * em;
  double margin = skin != NULL ? round(NAMES_EM * em) : 0, foot = ceil(sd_scale_bar_height(em));
  const sd_strings *strings = sd_strings_of(language);
  /* the facts need this height whatever the photo's shape */
  double least_height = 56 * em;
  size_t from = out->length;
  sd_view view = {0};
  sd_canvas canvas = {0};
  sd_picture picture = {0};
  sd_status status = SD_OK;
  SD_TRY(sd_canvas_fonts(diag));
  SD_TRY(sd_view_of_photo(&view, photo, skin, PHOTO_SIDE_PX, diag));
  sd_box at = sd_view_fit(&view, (sd_box){0, 0, PHOTO_SIDE_PX, PHOTO_SIDE_PX});
  at = (sd_box){margin, 0, fmax(1, round(at.width)), fmax(1, round(at.height))};
  double drawn = at.width + 2 * margin, high = fmax(at.height + foot, least_height);
  double mm = face != NULL && face->scale.source != SD_SCALE_NONE ? face->scale.mm_per_px : NAN;
  SD_TRY(sd_canvas_make(&canvas, (int)(drawn + facts_width), (int)high, diag));
  SD_TRY(draw_photo(&canvas, &view, at, face, skin, margin, em, strings, diag));
  sd_scale_bar_draw(&canvas, margin + 0.4 * em, at.height, at.width, em,
                    sd_sheet_scale(&view, at, mm), strings->picture.scale_unknown);
  fact_column facts = {&canvas, strings, drawn + em, 0.3 * em, facts_width - 2 * em, em};
  draw_facts(&facts, photo, face, skin, quality, name);
  SD_TRY(sd_canvas_picture(&picture, &canvas, diag));
  SD_TRY(sd_encode_png(out, &picture, diag));
  SD_TRY(sd_picture_sign(out, from, diag));
done:
  sd_view_clear(&view);
  sd_canvas_clear(&canvas);
  sd_picture_clear(&picture);
  return status;
}
