/* Framing, and painting into the pixels of a view. */
#include "render/view.h"

#include "render/callouts.h"
#include "render/colormap.h"

#include <math.h>
#include <string.h>

void sd_view_clear(sd_view *view) {
  sd_picture_clear(&view->picture);
  *view = (sd_view){0};
}

static sd_rect region_of(const sd_photo *photo, const sd_skin *skin) {
  sd_rect all = {0, 0, photo->width, photo->height};
  if (skin == NULL)
    return all;
  sd_rect crop = sd_rect_clip(skin->crop, photo->width, photo->height);
  return crop.width > 0 && crop.height > 0 ? crop : all;
}

sd_status sd_view_of_photo(sd_view *out, const sd_photo *photo, const sd_skin *skin,
                           int max_side_px, sd_diag *diag) {
  sd_view view = {.region = region_of(photo, skin)};
  int side = view.region.width > view.region.height ? view.region.width : view.region.height;
  view.shrink = (side + max_side_px - 1) / max_side_px;
  sd_status status = sd_photo_picture(&view.picture, photo, view.region, view.shrink, diag);
  if (status == SD_OK)
    *out = view;
  return status;
}

sd_status sd_view_of_after(sd_view *out, const sd_view *before, const sd_comparison *comparison,
                           sd_diag *diag) {
  sd_view view = {.region = before->region, .shrink = before->shrink};
  sd_status status = sd_align_resample(&view.picture, comparison->alignment,
                                       comparison->after.photo, view.region, view.shrink, diag);
  if (status == SD_OK)
    *out = view;
  return status;
}

sd_status sd_view_copy(sd_view *out, const sd_view *view, sd_diag *diag) {
  sd_view copy = {.region = view->region, .shrink = view->shrink};
  const sd_picture *from = &view->picture;
  sd_status status = sd_picture_make(&copy.picture, from->width, from->height, diag);
  if (status != SD_OK)
    return status;
  memcpy(copy.picture.v, from->v, 3 * (size_t)from->width * (size_t)from->height);
  *out = copy;
  return SD_OK;
}

sd_point sd_view_photo_point(const sd_view *view, int x, int y) {
  return (sd_point){view->region.x + (x + 0.5) * view->shrink - 0.5,
                    view->region.y + (y + 0.5) * view->shrink - 0.5};
}

int64_t sd_view_cell(const sd_view *view, const sd_grid *grid, int x, int y) {
  sd_point p = sd_view_photo_point(view, x, y);
  int i = (int)floor((p.x + 0.5 - grid->region.x) / grid->shrink);
  int j = (int)floor((p.y + 0.5 - grid->region.y) / grid->shrink);
  if (i < 0 || j < 0 || i >= grid->width || j >= grid->height)
    return -1;
  return (int64_t)j * grid->width + i;
}

sd_point sd_view_sheet_point(const sd_view *view, sd_box at, double x, double y) {
  double u = (x - view->region.x + 0.5) / view->shrink,
         v = (y - view->region.y + 0.5) / view->shrink;
  return (sd_point){at.x + u * at.width / view->picture.width,
                    at.y + v * at.height / view->picture.height};
}

static int mask_at(const sd_view *view, const sd_mask *mask, sd_rect crop, int x, int y,
                   int outside) {
  sd_point p = sd_view_photo_point(view, x, y);
  int i = (int)floor(p.x + 0.5) - crop.x, j = (int)floor(p.y + 0.5) - crop.y;
  if (mask->v == NULL || i < 0 || j < 0 || i >= mask->width || j >= mask->height)
    return outside;
  return mask->v[(size_t)j * (size_t)mask->width + (size_t)i];
}

int sd_view_label(const sd_view *view, const sd_skin *skin, int x, int y) {
  return mask_at(view, &skin->label, skin->crop, x, y, SD_ZONE_NONE);
}

int sd_view_excluded(const sd_view *view, const sd_skin *skin, int x, int y) {
  return mask_at(view, &skin->excluded, skin->crop, x, y, SD_EXCLUDED_OUTSIDE);
}

void sd_view_grey(sd_view *view) {
  /* half of the range, from a dark grey up: structure stays visible under and beside colours */
  enum { LIFT = 46, SHARE = 160 };
  size_t pixels = (size_t)view->picture.width * (size_t)view->picture.height;
  for (size_t i = 0; i < pixels; i++) {
    uint8_t *p = view->picture.v + 3 * i;
    int luma = (54 * p[0] + 183 * p[1] + 19 * p[2]) >> 8;
    p[0] = p[1] = p[2] = (uint8_t)(LIFT + luma * SHARE / 255);
  }
}

void sd_view_mix(sd_view *view, int x, int y, const uint8_t rgb[3], double share) {
  uint8_t *p = view->picture.v + 3 * ((size_t)y * (size_t)view->picture.width + (size_t)x);
  for (int c = 0; c < 3; c++)
    p[c] = (uint8_t)(p[c] + share * (rgb[c] - p[c]) + 0.5);
}

static int long_side(const sd_view *view) {
  return view->picture.width > view->picture.height ? view->picture.width : view->picture.height;
}

static int hatch_pitch(const sd_view *view) {
  int pitch = long_side(view) / 110;
  return pitch < 5 ? 5 : pitch;
}

bool sd_view_on_hatch(const sd_view *view, int x, int y) {
  int pitch = hatch_pitch(view);
  return (x + y) % pitch < (pitch + 3) / 5;
}

bool sd_view_on_sign(const sd_view *view, int x, int y, bool less) {
  int pitch = hatch_pitch(view);
  return (less ? y : x) % pitch < (pitch + 2) / 4;
}

static int zone_index(const sd_skin *skin, int label) {
  for (int i = 0; i < skin->zone_count; i++)
    if (skin->zones[i].label == label)
      return i;
  return -1;
}

/* 1 on both sides of a border between labels. */
static void mark_borders(sd_map *border, const sd_view *view, const sd_skin *skin) {
#pragma omp parallel for schedule(static)
  for (int y = 0; y < border->height - 1; y++)
    for (int x = 0; x + 1 < border->width; x++) {
      int label = sd_view_label(view, skin, x, y);
      bool edge = label != sd_view_label(view, skin, x + 1, y) ||
                  label != sd_view_label(view, skin, x, y + 1);
      border->v[(size_t)y * (size_t)border->width + (size_t)x] = edge ? 1.0f : 0.0f;
    }
}

static void tint_pixel(sd_view *view, const sd_skin *skin, const int index_of[256], int x, int y,
                       double line, double tint) {
  static const uint8_t WHITE[3] = {255, 255, 255};
  int index = index_of[sd_view_label(view, skin, x, y)];
  uint8_t rgb[3];
  if (index >= 0) {
    sd_palette(index, rgb);
    sd_view_mix(view, x, y, rgb, tint);
  }
  sd_view_mix(view, x, y, WHITE, line);
}

sd_status sd_view_outline_zones(sd_view *view, const sd_skin *skin, double line_px, double tint,
                                sd_diag *diag) {
  sd_map border = {0};
  int index_of[256];
  sd_status status = SD_OK;
  for (int label = 0; label < 256; label++)
    index_of[label] = label == SD_ZONE_NONE ? -1 : zone_index(skin, label);
  SD_TRY(sd_map_make(&border, view->picture.width, view->picture.height, diag));
  mark_borders(&border, view, skin);
  SD_TRY(sd_map_blur(&border, &border, line_px / 2, diag));
  /* a blurred line of width one peaks at 1 / (sigma sqrt(2 pi)): brought back to full cover */
  double gain = 1.6 * fmax(1, line_px / 2 * 2.507);
  for (int y = 0; y < border.height; y++)
    for (int x = 0; x < border.width; x++) {
      double cover = fmin(1, gain * (double)border.v[(size_t)y * (size_t)border.width + (size_t)x]);
      tint_pixel(view, skin, index_of, x, y, cover, tint);
    }
done:
  sd_map_clear(&border);
  return status;
}

typedef struct centre {
  double x, y, weight;
} centre;

static void add_centres(centre centres[256], const sd_view *view, const sd_skin *skin) {
  for (int y = 0; y < view->picture.height; y++)
    for (int x = 0; x < view->picture.width; x++) {
      centre *c = &centres[sd_view_label(view, skin, x, y)];
      c->x += x;
      c->y += y;
      c->weight += 1;
    }
}

void sd_view_name_zones(sd_canvas *canvas, const sd_view *view, sd_box at, double margin,
                        const sd_skin *skin, double size_px, const sd_strings *strings) {
  centre centres[256] = {{0}};
  char names[SD_CALLOUTS_MAX][64];
  sd_callout callouts[SD_CALLOUTS_MAX];
  size_t count = 0;
  sd_type type = {.size_px = size_px, .ink = SD_INK_TEXT, .bold = true};
  add_centres(centres, view, skin);
  for (int i = 0; i < skin->zone_count && count < SD_CALLOUTS_MAX; i++) {
    const centre *c = &centres[skin->zones[i].label];
    if (c->weight == 0 || skin->zones[i].label == SD_ZONE_NONE ||
        (skin->zones[i].label == SD_ZONE_OTHER && skin->zone_count > 1))
      continue;
    sd_say_name(names[count], sizeof names[count], strings, skin->zones[i].name);
    double x = at.x + (c->x / c->weight + 0.5) * at.width / view->picture.width;
    double y = at.y + (c->y / c->weight + 0.5) * at.height / view->picture.height;
    callouts[count] = (sd_callout){{x, y}, names[count], SD_INK_TEXT};
    sd_canvas_dot(canvas, callouts[count].at, 0.28 * size_px, SD_INK_SEAM);
    sd_canvas_dot(canvas, callouts[count].at, 0.18 * size_px, SD_INK_TEXT);
    count++;
  }
  sd_callouts_draw(canvas, at, margin, &type, callouts, count);
}

sd_box sd_view_fit(const sd_view *view, sd_box room) {
  double zoom = fmin(room.width / view->picture.width, room.height / view->picture.height);
  double width = zoom * view->picture.width, height = zoom * view->picture.height;
  return (sd_box){room.x + (room.width - width) / 2, room.y + (room.height - height) / 2, width,
                  height};
}
