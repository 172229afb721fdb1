#include "render/callouts.h"

#include <math.h>

/* Of the text's height: to the photo and the sheet's edge, between two labels, the line. */
static const double PAD_SHARE = 0.35, GAP_SHARE = 0.12, LINE_SHARE = 0.07;
static const sd_ink RIM = {0.06, 0.06, 0.08, 0.55};

typedef struct label {
  const sd_callout *callout;
  double y, height;
} label;

static bool is_left(const sd_callout *c, sd_box photo) {
  return c->at.x < photo.x + photo.width / 2;
}

/* The labels of one side from the top down, as many as there is room for. */
static size_t gather(label out[SD_CALLOUTS_MAX], sd_canvas *canvas, sd_box photo, bool left,
                     const sd_type *type, const sd_callout *callouts, size_t count) {
  size_t kept = 0;
  double used = 0, gap = GAP_SHARE * type->size_px;
  for (size_t k = 0; k < count && kept < SD_CALLOUTS_MAX; k++) {
    if (is_left(&callouts[k], photo) != left)
      continue;
    double height = sd_canvas_measure(canvas, 0, 0, type, callouts[k].text).height;
    if (used + height > photo.height)
      break;
    used += height + gap;
    size_t at = kept++;
    for (; at > 0 && out[at - 1].callout->at.y > callouts[k].at.y; at--)
      out[at] = out[at - 1];
    out[at] = (label){&callouts[k], callouts[k].at.y - height / 2, height};
  }
  return kept;
}

/* Down where they cover each other, then up again from the photo's lower edge. */
static void spread(label *labels, size_t count, sd_box photo, double gap) {
  double free = photo.y, low = photo.y + photo.height;
  for (size_t k = 0; k < count; k++) {
    labels[k].y = fmax(labels[k].y, free);
    free = labels[k].y + labels[k].height + gap;
  }
  for (size_t k = count; k-- > 0;) {
    labels[k].y = fmin(labels[k].y, low - labels[k].height);
    low = labels[k].y - gap;
  }
}

static void draw_side(sd_canvas *canvas, sd_box photo, bool left, const sd_type *type,
                      const label *labels, size_t count) {
  double pad = PAD_SHARE * type->size_px, line = LINE_SHARE * type->size_px;
  double edge = left ? photo.x : photo.x + photo.width, away = left ? -pad : pad;
  for (size_t k = 0; k < count; k++) {
    const sd_callout *c = labels[k].callout;
    sd_point from = {edge + away / 2, labels[k].y + labels[k].height / 2};
    sd_canvas_line(canvas, from, c->at, 2.4 * line, RIM);
    sd_canvas_line(canvas, from, c->at, line, c->ink);
  }
  for (size_t k = 0; k < count; k++) {
    sd_type text = *type;
    text.ink = labels[k].callout->ink;
    text.align = left ? 1 : 0;
    sd_canvas_text(canvas, edge + away, labels[k].y, &text, labels[k].callout->text);
  }
}

void sd_callouts_draw(sd_canvas *canvas, sd_box photo, double margin, const sd_type *type,
                      const sd_callout *callouts, size_t count) {
  label labels[SD_CALLOUTS_MAX];
  sd_type broken = *type;
  broken.max_width_px = margin - 2 * PAD_SHARE * type->size_px;
  for (int side = 0; side < 2; side++) {
    size_t kept = gather(labels, canvas, photo, side == 0, &broken, callouts, count);
    spread(labels, kept, photo, GAP_SHARE * type->size_px);
    draw_side(canvas, photo, side == 0, &broken, labels, kept);
  }
}
