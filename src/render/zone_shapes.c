/* Zones as polygons: the edges between a zone's cells and others on a coarse grid, joined to closed
 * outlines and thinned after Ramer (1972) and Douglas and Peucker (1973). */
#include "render/viewer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Cells along the longer side: fine enough for a map of a face, coarse enough for a small file. */
enum { CELLS = 260 };
/* An outline may stray this far from the cells' corners, in cells. */
static const double STRAY_CELLS = 0.75;
/* Outlines with a smaller share of the zone's cells are crumbs along its edge. */
static const double CRUMB_SHARE = 0.02;

/* Cells of one zone inside the view, and for each corner where the outline goes on from there. */
typedef struct outline {
  int width, height;
  double cell; /* view pixels */
  uint8_t *inside;
  int *next[2]; /* by corner: up to two edges leave it; -1: none */
} outline;

static void outline_clear(outline *o) {
  free(o->inside);
  free(o->next[0]);
  free(o->next[1]);
  *o = (outline){0};
}

static bool outline_make(outline *o, const sd_view *view) {
  int side =
      view->picture.width > view->picture.height ? view->picture.width : view->picture.height;
  o->cell = fmax(1, (double)side / CELLS);
  o->width = (int)ceil(view->picture.width / o->cell);
  o->height = (int)ceil(view->picture.height / o->cell);
  size_t corners = ((size_t)o->width + 1) * ((size_t)o->height + 1);
  o->inside = calloc((size_t)o->width * (size_t)o->height, 1);
  o->next[0] = malloc(corners * sizeof(int));
  o->next[1] = malloc(corners * sizeof(int));
  return o->inside != NULL && o->next[0] != NULL && o->next[1] != NULL;
}

static size_t take_cells(outline *o, const sd_view *view, const sd_skin *skin, int label) {
  size_t count = 0;
  for (int j = 0; j < o->height; j++)
    for (int i = 0; i < o->width; i++) {
      int x = (int)((i + 0.5) * o->cell), y = (int)((j + 0.5) * o->cell);
      bool in = x < view->picture.width && y < view->picture.height &&
                sd_view_label(view, skin, x, y) == label;
      o->inside[(size_t)j * (size_t)o->width + (size_t)i] = in;
      count += in;
    }
  return count;
}

static bool is_inside(const outline *o, int i, int j) {
  return i >= 0 && j >= 0 && i < o->width && j < o->height &&
         o->inside[(size_t)j * (size_t)o->width + (size_t)i];
}

static void add_edge(outline *o, int i0, int j0, int i1, int j1) {
  int from = j0 * (o->width + 1) + i0, to = j1 * (o->width + 1) + i1;
  o->next[o->next[0][from] >= 0][from] = to;
}

/* The zone lies on the right of every edge. */
static void join_edges(outline *o) {
  size_t corners = ((size_t)o->width + 1) * ((size_t)o->height + 1);
  for (size_t k = 0; k < corners; k++)
    o->next[0][k] = o->next[1][k] = -1;
  for (int j = 0; j < o->height; j++)
    for (int i = 0; i < o->width; i++) {
      if (!is_inside(o, i, j))
        continue;
      if (!is_inside(o, i, j - 1))
        add_edge(o, i, j, i + 1, j);
      if (!is_inside(o, i + 1, j))
        add_edge(o, i + 1, j, i + 1, j + 1);
      if (!is_inside(o, i, j + 1))
        add_edge(o, i + 1, j + 1, i, j + 1);
      if (!is_inside(o, i - 1, j))
        add_edge(o, i, j + 1, i, j);
    }
}

static sd_point corner(const outline *o, int at) {
  return (sd_point){at % (o->width + 1) * o->cell, at / (o->width + 1) * o->cell};
}

/* Takes the edges of one closed outline away and gives their corners. */
static size_t follow(sd_point *out, outline *o, int start) {
  size_t count = 0;
  int at = start;
  do {
    int way = o->next[0][at] >= 0 ? 0 : 1, to = o->next[way][at];
    o->next[way][at] = -1;
    out[count++] = corner(o, at);
    at = to;
  } while (at != start && at >= 0);
  /* through the middles of the edges: steps along a slope become that slope */
  sd_point first = out[0];
  for (size_t k = 0; k < count; k++) {
    sd_point next = k + 1 < count ? out[k + 1] : first;
    out[k] = (sd_point){(out[k].x + next.x) / 2, (out[k].y + next.y) / 2};
  }
  return count;
}

static double ring_area(const sd_point *p, size_t count) {
  double twice = 0;
  for (size_t k = 0; k < count; k++) {
    sd_point a = p[k], b = p[(k + 1) % count];
    twice += a.x * b.y - b.x * a.y;
  }
  return fabs(twice) / 2;
}

static double distance_from_line(sd_point p, sd_point a, sd_point b) {
  double length = hypot(b.x - a.x, b.y - a.y);
  return length > 0 ? fabs((b.x - a.x) * (a.y - p.y) - (a.x - p.x) * (b.y - a.y)) / length
                    : hypot(p.x - a.x, p.y - a.y);
}

/* Marks the points that an open line keeps between two kept ones. */
static void thin(uint8_t *keep, const sd_point *p, size_t first, size_t last, double stray) {
  double most = 0;
  size_t at = first;
  for (size_t k = first + 1; k < last; k++) {
    double d = distance_from_line(p[k], p[first], p[last]);
    if (d > most) {
      most = d;
      at = k;
    }
  }
  if (most <= stray)
    return;
  keep[at] = 1;
  thin(keep, p, first, at, stray);
  thin(keep, p, at, last, stray);
}

/* Thins a closed outline in place: its start and the point farthest from it are kept. */
static size_t thin_ring(sd_point *p, uint8_t *keep, size_t count, double stray) {
  size_t far = 0, kept = 0;
  for (size_t k = 1; k < count; k++)
    if (hypot(p[k].x - p[0].x, p[k].y - p[0].y) > hypot(p[far].x - p[0].x, p[far].y - p[0].y))
      far = k;
  memset(keep, 0, count);
  keep[0] = keep[far] = 1;
  thin(keep, p, 0, far, stray);
  thin(keep, p, far, count - 1, stray);
  for (size_t k = 0; k < count; k++)
    if (keep[k])
      p[kept++] = p[k];
  return kept;
}

static sd_status add_ring(sd_zone_shape *shape, const sd_point *p, size_t count, sd_diag *diag) {
  sd_point *points = realloc(shape->points, (shape->point_count + count) * sizeof *shape->points);
  if (points == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the map of zones");
  shape->points = points;
  size_t *ends = realloc(shape->ring_ends, (shape->ring_count + 1) * sizeof *shape->ring_ends);
  if (ends == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the map of zones");
  shape->ring_ends = ends;
  memcpy(points + shape->point_count, p, count * sizeof *p);
  shape->point_count += count;
  shape->ring_ends[shape->ring_count++] = shape->point_count;
  return SD_OK;
}

/* How far inside a cell may be as a share of the most, to be a place for a name. */
static const double WELL_INSIDE = 0.7;

/* Numbers the zone's cells by how often its edge must be peeled off to reach them; gives the most.
 */
static int peel(outline *o, int *depth) {
  size_t cells = (size_t)o->width * (size_t)o->height;
  int turn = 0;
  for (bool any = true; any; turn++) {
    any = false;
    for (size_t k = 0; k < cells; k++) {
      int i = (int)(k % (size_t)o->width), j = (int)(k / (size_t)o->width);
      if (!o->inside[k] || depth[k] != 0)
        continue;
      bool edge = false;
      const int around[4][2] = {{i - 1, j}, {i + 1, j}, {i, j - 1}, {i, j + 1}};
      for (int n = 0; n < 4; n++) {
        bool in = is_inside(o, around[n][0], around[n][1]);
        int of = in ? depth[(size_t)around[n][1] * (size_t)o->width + (size_t)around[n][0]] : 1;
        edge = edge || !in || (of != 0 && of <= turn);
      }
      if (edge) {
        depth[k] = turn + 1;
        any = true;
      }
    }
  }
  return turn - 1;
}

/* Where a name stands: well inside the zone, and there as near to its middle as can be; of a zone
 * around the mouth the middle itself lies outside. */
static sd_status inner_point(sd_point *out, outline *o, sd_diag *diag) {
  size_t cells = (size_t)o->width * (size_t)o->height, count = 0;
  int *depth = calloc(cells, sizeof *depth);
  double x = 0, y = 0, nearest = INFINITY;
  if (depth == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the map of zones");
  int most = peel(o, depth);
  for (size_t k = 0; k < cells; k++)
    if (o->inside[k]) {
      x += (double)(k % (size_t)o->width);
      y += (double)(k / (size_t)o->width);
      count++;
    }
  for (size_t k = 0; k < cells && count > 0; k++) {
    double i = (double)(k % (size_t)o->width), j = (double)(k / (size_t)o->width);
    double far = hypot(i - x / (double)count, j - y / (double)count);
    if (depth[k] > 0 && depth[k] >= WELL_INSIDE * most && far < nearest) {
      nearest = far;
      *out = (sd_point){(i + 0.5) * o->cell, (j + 0.5) * o->cell};
    }
  }
  free(depth);
  return SD_OK;
}

static sd_status shape_make(sd_zone_shape *shape, outline *o, const sd_view *view,
                            const sd_skin *skin, const sd_zone *zone, sd_diag *diag) {
  size_t cells = take_cells(o, view, skin, zone->label);
  size_t corners = ((size_t)o->width + 1) * ((size_t)o->height + 1);
  sd_point *ring = malloc(2 * corners * sizeof *ring);
  uint8_t *keep = malloc(2 * corners);
  sd_status status = SD_OK;
  if (ring == NULL || keep == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the map of zones");
    goto done;
  }
  memcpy(shape->name, zone->name, sizeof shape->name);
  join_edges(o);
  for (size_t k = 0; k < corners; k++)
    while (o->next[0][k] >= 0 || o->next[1][k] >= 0) {
      size_t count = follow(ring, o, (int)k);
      if (ring_area(ring, count) < CRUMB_SHARE * (double)cells * o->cell * o->cell)
        continue;
      count = thin_ring(ring, keep, count, STRAY_CELLS * o->cell);
      SD_TRY(add_ring(shape, ring, count, diag));
    }
  SD_TRY(inner_point(&shape->middle, o, diag));
done:
  free(ring);
  free(keep);
  return status;
}

void sd_zone_shapes_clear(sd_zone_shape *shapes, size_t count) {
  for (size_t k = 0; k < count; k++) {
    free(shapes[k].points);
    free(shapes[k].ring_ends);
  }
  free(shapes);
}

sd_status sd_zone_shapes_make(sd_zone_shape **out, size_t *out_count, const sd_view *view,
                              const sd_skin *skin, sd_diag *diag) {
  outline o = {0};
  sd_status status = SD_OK;
  size_t count = 0;
  sd_zone_shape *shapes = calloc((size_t)skin->zone_count + 1, sizeof *shapes);
  if (shapes == NULL || !outline_make(&o, view)) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the map of zones");
    goto done;
  }
  for (int z = 0; z < skin->zone_count; z++) {
    const sd_zone *zone = &skin->zones[z];
    if (zone->label == SD_ZONE_NONE || (zone->label == SD_ZONE_OTHER && skin->zone_count > 1))
      continue;
    SD_TRY(shape_make(&shapes[count++], &o, view, skin, zone, diag));
    if (shapes[count - 1].ring_count == 0)
      count--; /* nothing of it is in the picture */
  }
  *out = shapes;
  *out_count = count;
  shapes = NULL;
done:
  outline_clear(&o);
  if (shapes != NULL)
    sd_zone_shapes_clear(shapes, count);
  return status;
}
