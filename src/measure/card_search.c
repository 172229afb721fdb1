/* Finds a ColorChecker without being told where: lattices of evenly coloured parallelograms in a
 * reduced picture, and on each lattice every place, turn and mirror image of 6 x 4 patches, judged
 * by the colours. A pattern that is no chart never has 16 of its 24 colours in their order. */
#include "measure/card_search.h"

#include <math.h>
#include <stdlib.h>

/* The picture is reduced to about this many pixels: a chart of 5 % of the width of a 3:4 portrait
 * then has patches 7 pixels apart. It is searched at half that size first: the noise and grain of
 * large patches are gone there, and it costs a quarter. */
static const double SEARCH_PIXELS = 1.4e6;
enum { SHRINK_MAX = 64 };
/* Blobs a lattice must have, and columns and rows they must span, to say where the others are. */
enum { NODES_MIN = 8, SPAN_MIN = 3 };
/* Patches that must look like the chart's to call it one; judging it comes later. */
enum { ALIKE_MIN = 16, ALIKE_SURE = 23 };
/* Correlation of the channels with the chart's that is worth a fit: the same chart under another
 * lamp and camera has .9 and more, half of it covered .6. */
static const double CORRELATION_MIN = 0.45;
/* Nodes further than this from the lattice's perspective, in pitches, are strays. */
static const double STRAY_MAX = 0.2;
/* Half the part of a patch that is looked at, in pitches, and looks across it. */
static const double LOOK_REACH = 0.22;
enum { LOOKS = 4 };
/* Lattice cells that can be patches: a span of 4 with up to 5 columns missing on either side. */
enum { CELLS = LATTICE_SPAN + 12, CELL_SHIFT = 6 };

typedef struct view {
  const sd_photo *photo;
  sd_picture picture;
  int shrink;
} view;

/* Cloth, tiles and keyboards are lattices too, and without end: the search ends after so many
 * places of the chart. One chart among clutter takes a few hundred. */
enum { LAYOUTS_MAX = 20000 };

typedef struct cell {
  bool looked, inside;
  double root[3]; /* of its light */
  card_patch patch;
} cell;

/* A lattice with what lies at its nodes, seen or not. */
typedef struct candidate {
  card_perspective place; /* lattice column and row -> reduced pixels */
  int first_column, last_column, first_row, last_row;
  cell cells[CELLS][CELLS];
  double chart_root[SD_CARD_PATCHES][3]; /* of the chart's light */
} candidate;

typedef struct best {
  int layouts; /* places that were tried */
  int alike;
  double mean;
  bool mirrored;
  sd_point middle[SD_CARD_PATCHES]; /* of the chart's patches, reduced pixels */
} best;

/* ---- the reduced picture ----------------------------------------------------------------------
 */

/* Mean codes of blocks; of large blocks every other row is enough. */
static void reduce_row(uint8_t *to, unsigned *sums, const view *v, int j) {
  const sd_photo *p = v->photo;
  int rows = 0, width = v->picture.width, skip = v->shrink > 2 ? 2 : 1;
  for (int k = 0; k < 3 * width; k++)
    sums[k] = 0;
  for (int y = j * v->shrink; y < (j + 1) * v->shrink; y += skip, rows++) {
    size_t at = 3 * (size_t)y * (size_t)p->width;
    for (int i = 0; i < width; i++)
      for (int x = 0; x < v->shrink; x++, at += 3)
        for (size_t c = 0; c < 3; c++)
          sums[3 * i + (int)c] += p->sample_bytes == 2 ? ((const uint16_t *)p->samples)[at + c] >> 8
                                                       : ((const uint8_t *)p->samples)[at + c];
  }
  unsigned count = (unsigned)(rows * v->shrink);
  for (int k = 0; k < 3 * width; k++)
    to[k] = (uint8_t)((sums[k] + count / 2) / count);
}

static sd_status reduce(view *v, sd_diag *diag) {
  const sd_photo *p = v->photo;
  sd_status status = SD_OK;
  double ratio = sqrt((double)p->width * p->height / SEARCH_PIXELS);
  v->shrink = ratio < 1 ? 1 : ratio > SHRINK_MAX ? SHRINK_MAX : (int)(ratio + 0.35);
  int width = p->width / v->shrink, height = p->height / v->shrink;
  if (width < 1 || height < 1)
    return SD_OK;
  status = sd_picture_make(&v->picture, width, height, diag);
  unsigned *sums = malloc(3 * (size_t)width * sizeof *sums);
  if (status == SD_OK && sums == NULL)
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to look for a colour card");
  for (int j = 0; status == SD_OK && j < height; j++)
    reduce_row(v->picture.v + 3 * (size_t)j * (size_t)width, sums, v, j);
  free(sums);
  return status;
}

static sd_status halve(view *out, const view *in, sd_diag *diag) {
  const sd_picture *p = &in->picture;
  size_t row = 3 * (size_t)p->width;
  *out = (view){.photo = in->photo, .shrink = 2 * in->shrink};
  if (p->width < 2 || p->height < 2)
    return SD_OK;
  sd_status status = sd_picture_make(&out->picture, p->width / 2, p->height / 2, diag);
  for (int y = 0; status == SD_OK && y < p->height / 2; y++) {
    const uint8_t *from = p->v + 2 * (size_t)y * row;
    uint8_t *to = out->picture.v + 3 * (size_t)y * (size_t)(p->width / 2);
    for (int x = 0; x < p->width / 2; x++, from += 6, to += 3)
      for (int c = 0; c < 3; c++)
        to[c] = (uint8_t)((from[c] + from[c + 3] + from[row + (size_t)c] +
                           from[row + (size_t)c + 3] + 2) /
                          4);
  }
  return status;
}

/* Linear sRGB of a reduced pixel. */
static bool light_at(double rgb[3], const view *v, sd_point p) {
  const sd_photo *photo = v->photo;
  if (!(p.x > -0.5 && p.y > -0.5 && p.x < v->picture.width - 0.5 && p.y < v->picture.height - 0.5))
    return false;
  const uint8_t *code =
      v->picture.v + 3 * ((size_t)lround(p.y) * (size_t)v->picture.width + (size_t)lround(p.x));
  double device[3];
  for (int c = 0; c < 3; c++)
    device[c] = (double)photo->curve[c][photo->sample_bytes == 2 ? code[c] * 257 : code[c]];
  for (int r = 0; r < 3; r++)
    rgb[r] = (double)photo->to_srgb[3 * r] * device[0] +
             (double)photo->to_srgb[3 * r + 1] * device[1] +
             (double)photo->to_srgb[3 * r + 2] * device[2];
  return true;
}

/* ---- lattices ----------------------------------------------------------------------------------
 */

static void look(cell *out, const view *v, const card_perspective *place, int column, int row) {
  *out = (cell){.looked = true};
  card_patch patch = {.at = card_perspective_at(place, column, row)};
  for (int k = 0; k < LOOKS * LOOKS; k++) {
    double u = column + LOOK_REACH * (2 * (k % LOOKS) / (LOOKS - 1.0) - 1);
    double w = row + LOOK_REACH * (2 * (k / LOOKS) / (LOOKS - 1.0) - 1);
    double rgb[3];
    if (!light_at(rgb, v, card_perspective_at(place, u, w)))
      return;
    for (int c = 0; c < 3; c++) {
      patch.rgb[c] += rgb[c] / (LOOKS * LOOKS);
      patch.clipped += rgb[c] > 0.98 ? 1.0 / (3 * LOOKS * LOOKS) : 0;
    }
  }
  out->inside = true;
  out->patch = patch;
  for (int c = 0; c < 3; c++)
    out->root[c] = sqrt(fmax(patch.rgb[c], 0));
}

static const cell *cell_at(candidate *c, const view *v, int column, int row) {
  cell *at = &c->cells[row + CELL_SHIFT][column + CELL_SHIFT];
  if (!at->looked)
    look(at, v, &c->place, column, row);
  return at->inside ? at : NULL;
}

static int fit_nodes(candidate *c, const blobs *b, const lattice *l, const bool *left_out) {
  sd_point from[LATTICE_NODES_MAX], to[LATTICE_NODES_MAX];
  int count = 0;
  c->first_column = c->first_row = LATTICE_SPAN;
  c->last_column = c->last_row = -1;
  for (int k = 0; k < l->count; k++) {
    if (left_out[k])
      continue;
    from[count] = (sd_point){l->column[k], l->row[k]};
    to[count++] = (sd_point){b->v[l->node[k]].x, b->v[l->node[k]].y};
    c->first_column = l->column[k] < c->first_column ? l->column[k] : c->first_column;
    c->last_column = l->column[k] > c->last_column ? l->column[k] : c->last_column;
    c->first_row = l->row[k] < c->first_row ? l->row[k] : c->first_row;
    c->last_row = l->row[k] > c->last_row ? l->row[k] : c->last_row;
  }
  bool wide = c->last_column - c->first_column >= SPAN_MIN - 1;
  bool high = c->last_row - c->first_row >= SPAN_MIN - 1;
  return count >= NODES_MIN && wide && high && card_perspective_fit(&c->place, from, to, count)
             ? count
             : 0;
}

/* The perspective of a lattice, strays left out. */
static bool candidate_make(candidate *c, const blobs *b, const lattice *l) {
  bool left_out[LATTICE_NODES_MAX] = {false};
  int strays = 0;
  if (fit_nodes(c, b, l, left_out) == 0)
    return false;
  for (int k = 0; k < l->count; k++) {
    sd_point here = card_perspective_at(&c->place, l->column[k], l->row[k]);
    sd_point next = card_perspective_at(&c->place, l->column[k] + 1, l->row[k] + 1);
    double pitch = hypot(next.x - here.x, next.y - here.y) / sqrt(2);
    double off = hypot(b->v[l->node[k]].x - here.x, b->v[l->node[k]].y - here.y);
    left_out[k] = !(off < STRAY_MAX * pitch);
    strays += left_out[k];
  }
  if (strays > 0 && fit_nodes(c, b, l, left_out) == 0)
    return false;
  for (int r = 0; r < CELLS; r++)
    for (int k = 0; k < CELLS; k++)
      c->cells[r][k].looked = false;
  return true;
}

/* ---- places of the chart on a lattice
 * ------------------------------------------------------------ */

/* One way to lay the chart: its first column and row on the lattice, and turn. */
typedef struct layout {
  int column, row; /* of the window's first cell */
  bool upright;    /* the chart's rows lie along the lattice's columns */
  bool flip_u, flip_v;
} layout;

static void cell_of(const layout *w, int patch, int *column, int *row) {
  int u = patch % SD_CARD_COLUMNS, v = patch / SD_CARD_COLUMNS;
  u = w->flip_u ? SD_CARD_COLUMNS - 1 - u : u;
  v = w->flip_v ? SD_CARD_ROWS - 1 - v : v;
  *column = w->column + (w->upright ? v : u);
  *row = w->row + (w->upright ? u : v);
}

/* Mean over the channels of the correlation of roots of light with the chart's: blind to white
 * balance and exposure. */
static double correlation(const candidate *chart, const cell *const cells[SD_CARD_PATCHES]) {
  double mean = 0;
  for (int c = 0; c < 3; c++) {
    double x = 0, y = 0, xx = 0, yy = 0, xy = 0, n = SD_CARD_PATCHES;
    for (int k = 0; k < SD_CARD_PATCHES; k++) {
      double a = cells[k]->root[c], b = chart->chart_root[k][c];
      x += a;
      y += b;
      xx += a * a;
      yy += b * b;
      xy += a * b;
    }
    double spread = (xx - x * x / n) * (yy - y * y / n);
    mean += spread > 0 ? (xy - x * y / n) / sqrt(spread) / 3 : 0;
  }
  return mean;
}

static void try_layout(best *b, candidate *c, const view *v, const layout *w) {
  const cell *cells[SD_CARD_PATCHES];
  card_patch patches[SD_CARD_PATCHES];
  double mean;
  b->layouts++;
  for (int k = 0; k < SD_CARD_PATCHES; k++) {
    int column, row;
    cell_of(w, k, &column, &row);
    cells[k] = cell_at(c, v, column, row);
    if (cells[k] == NULL)
      return;
  }
  if (correlation(c, cells) < CORRELATION_MIN)
    return;
  for (int k = 0; k < SD_CARD_PATCHES; k++)
    patches[k] = cells[k]->patch;
  int alike = card_likeness(patches, &mean);
  if (alike < b->alike || (alike == b->alike && mean >= b->mean))
    return;
  sd_point a = patches[0].at, right = patches[SD_CARD_COLUMNS - 1].at;
  sd_point down = patches[SD_CARD_PATCHES - SD_CARD_COLUMNS].at;
  *b = (best){.layouts = b->layouts, .alike = alike, .mean = mean};
  b->mirrored = (right.x - a.x) * (down.y - a.y) - (right.y - a.y) * (down.x - a.x) < 0;
  for (int k = 0; k < SD_CARD_PATCHES; k++)
    b->middle[k] = patches[k].at;
}

/* First and last offset of a window over a span: it covers the span, or lies in it. */
static void offsets(int *from, int *to, int first, int last, int window) {
  int a = last - window + 1, b = first;
  *from = a < b ? a : b;
  *to = a < b ? b : a;
}

static void try_layouts(best *b, candidate *c, const view *v) {
  for (int upright = 0; upright < 2; upright++) {
    int columns = upright ? SD_CARD_ROWS : SD_CARD_COLUMNS;
    int rows = upright ? SD_CARD_COLUMNS : SD_CARD_ROWS;
    int left, right, top, bottom;
    offsets(&left, &right, c->first_column, c->last_column, columns);
    offsets(&top, &bottom, c->first_row, c->last_row, rows);
    for (int row = top; row <= bottom; row++)
      for (int column = left; column <= right && b->layouts < LAYOUTS_MAX; column++)
        for (int flips = 0; flips < 4; flips++) {
          layout w = {column, row, upright == 1, (flips & 1) != 0, (flips & 2) != 0};
          try_layout(b, c, v, &w);
        }
  }
}

/* ---- all
 * ------------------------------------------------------------------------------------------- */

/* From the chart's middles in reduced pixels to its place in the photo's. */
static bool place_of(card_perspective *out, const best *b, int shrink) {
  sd_point from[SD_CARD_PATCHES], to[SD_CARD_PATCHES];
  for (int k = 0; k < SD_CARD_PATCHES; k++) {
    from[k] = (sd_point){k % SD_CARD_COLUMNS + 0.5, k / SD_CARD_COLUMNS + 0.5};
    to[k] = (sd_point){shrink * b->middle[k].x + 0.5 * (shrink - 1),
                       shrink * b->middle[k].y + 0.5 * (shrink - 1)};
  }
  return card_perspective_fit(out, from, to, SD_CARD_PATCHES);
}

static void search_lattices(best *out, blobs *b, candidate *c, const view *v) {
  lattice l;
  for (size_t k = 0; k < b->count && out->alike < ALIKE_SURE && out->layouts < LAYOUTS_MAX; k++) {
    if (b->v[k].used)
      continue;
    lattice_grow(&l, b, (int)k);
    if (l.count >= NODES_MIN && candidate_make(c, b, &l))
      try_layouts(out, c, v);
  }
}

static void set_chart_roots(candidate *c) {
  for (int k = 0; k < SD_CARD_PATCHES; k++) {
    double rgb[3];
    sd_card_patch_colour(k, rgb);
    for (int ch = 0; ch < 3; ch++)
      c->chart_root[k][ch] = sqrt(fmax(rgb[ch], 0));
  }
}

static sd_status search_view(best *out, candidate *c, const view *v, sd_diag *diag) {
  sd_status status = SD_OK;
  blobs b = {0};
  if (v->picture.width < 2 || v->picture.height < 2)
    return SD_OK;
  SD_TRY(blobs_find(&b, &v->picture, diag));
  search_lattices(out, &b, c, v);
done:
  blobs_clear(&b);
  return status;
}

sd_status card_search(bool *found, bool *mirrored, card_perspective *place, const sd_photo *photo,
                      sd_diag *diag) {
  sd_status status = SD_OK;
  view fine = {.photo = photo}, coarse = {0};
  best top = {.mean = INFINITY};
  candidate *c = malloc(sizeof *c);
  *found = false;
  if (c == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory to look for a colour card");
  set_chart_roots(c);
  SD_TRY(reduce(&fine, diag));
  SD_TRY(halve(&coarse, &fine, diag));
  SD_TRY(search_view(&top, c, &coarse, diag));
  int shrink = coarse.shrink;
  if (top.alike < ALIKE_MIN) {
    top = (best){.mean = INFINITY};
    shrink = fine.shrink;
    SD_TRY(search_view(&top, c, &fine, diag));
  }
  *mirrored = top.mirrored;
  *found = top.alike >= ALIKE_MIN && place_of(place, &top, shrink);
done:
  free(c);
  sd_picture_clear(&coarse.picture);
  sd_picture_clear(&fine.picture);
  return status;
}
