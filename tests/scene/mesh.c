/* The head: the canonical face closed behind by rings on an ellipsoid, smoothed by Loop subdivision
 * (Loop 1987, "Smooth subdivision surfaces based on triangles"). The rest position, the bent
 * position and the shares of lip, brow, nostril and hair all go through the same subdivision, so a
 * surface point keeps its rest position under any expression. */
#include "scene/parts.h"

#include <stdlib.h>
#include <string.h>

enum { BOUNDARY = 36, RINGS = 4, POLE = SD_CANONICAL_POINTS + BOUNDARY * RINGS };

/* The border of the canonical face, from the subject's left temple over the forehead. */
static const uint16_t boundary[BOUNDARY] = {
    356, 389, 251, 284, 332, 297, 338, 10,  109, 67,  103, 54,  21,  162, 127, 234, 93,  132,
    58,  172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454};

static const uint16_t lips[] = {
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0,  37,  39,  40,  185,
    76, 77,  90, 180, 85, 16, 315, 404, 320, 307, 306, 184, 74,  73,  72,  11, 302, 303, 304, 408,
    62, 96,  89, 179, 86, 15, 316, 403, 319, 325, 292, 183, 42,  41,  38,  12, 268, 271, 272, 407,
    78, 95,  88, 178, 87, 14, 317, 402, 318, 324, 308, 191, 80,  81,  82,  13, 312, 311, 310, 415};
static const uint16_t brows[] = {46,  53,  52,  65,  55,  107, 66,  105, 63,  70,
                                 276, 283, 282, 295, 285, 336, 296, 334, 293, 300};
static const uint16_t nostrils[] = {79, 238, 20, 242, 309, 458, 250, 462};
static const uint16_t eyes[2][16] = {
    {33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246},
    {263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466}};
const uint16_t scene_lid[2][2][LID_POINTS] = {
    {{33, 246, 161, 160, 159, 158, 157, 173, 133}, {33, 7, 163, 144, 145, 153, 154, 155, 133}},
    {{263, 466, 388, 387, 386, 385, 384, 398, 362}, {263, 249, 390, 373, 374, 380, 381, 382, 362}}};
/* Upper and lower inner lip, which the canonical face holds apart. */
static const uint16_t lip_pairs[][2] = {{191, 95},  {80, 88},   {81, 178},  {82, 87},  {13, 14},
                                        {312, 317}, {311, 402}, {310, 318}, {415, 324}};

#define COUNT_OF(list) (sizeof(list) / sizeof((list)[0]))

static bool is_in(const uint16_t *list, size_t count, size_t index) {
  for (size_t i = 0; i < count; i++)
    if (list[i] == index)
      return true;
  return false;
}

static void vertex_gather(vertex *sum, const vertex *v, double weight) {
  sum->rest = add(sum->rest, times(v->rest, weight));
  sum->position = add(sum->position, times(v->position, weight));
  sum->lip += weight * v->lip;
  sum->brow += weight * v->brow;
  sum->nostril += weight * v->nostril;
  sum->hair += weight * v->hair;
}

static sd_status mesh_alloc(mesh *out, size_t vertices, size_t triangles, sd_diag *diag) {
  out->vertices = calloc(vertices, sizeof *out->vertices);
  out->triangles = calloc(triangles, sizeof *out->triangles);
  if (!out->vertices || !out->triangles) {
    mesh_clear(out);
    return sd_fail(diag, SD_NO_MEMORY, "no memory for a mesh of %zu vertices", vertices);
  }
  out->vertex_count = vertices;
  out->triangle_count = triangles;
  return SD_OK;
}

void mesh_clear(mesh *m) {
  free(m->vertices);
  free(m->triangles);
  *m = (mesh){0};
}

/* ---- the control mesh ---- */

static void close_lips_open_eyes(vertex *v) {
  const double gap_mm = 0.2;
  for (size_t i = 0; i < COUNT_OF(lip_pairs); i++) {
    vertex *upper = &v[lip_pairs[i][0]], *lower = &v[lip_pairs[i][1]];
    double middle = (upper->rest.y + lower->rest.y) / 2;
    double front = (upper->rest.z + lower->rest.z) / 2;
    upper->rest.y = middle + gap_mm / 2;
    lower->rest.y = middle - gap_mm / 2;
    upper->rest.z = lower->rest.z = front;
  }
  const double raise_mm[LID_POINTS] = {0, 0.6, 1.4, 2.0, 2.2, 2.0, 1.4, 0.6, 0};
  const double lower_mm[LID_POINTS] = {0, 0.3, 0.7, 1.0, 1.1, 1.0, 0.7, 0.3, 0};
  for (int eye = 0; eye < 2; eye++)
    for (int k = 0; k < LID_POINTS; k++) {
      v[scene_lid[eye][UPPER][k]].rest.y += raise_mm[k];
      v[scene_lid[eye][LOWER][k]].rest.y -= lower_mm[k];
    }
}

static void canonical_vertices(vertex *v, const float *canonical) {
  const double mm_per_cm = 10;
  for (size_t i = 0; i < SD_CANONICAL_POINTS; i++) {
    const float *p = canonical + 3 * i;
    v[i].rest = (scene_vector){p[0] * mm_per_cm, p[1] * mm_per_cm, p[2] * mm_per_cm};
    v[i].lip = is_in(lips, COUNT_OF(lips), i);
    v[i].brow = is_in(brows, COUNT_OF(brows), i);
    v[i].nostril = is_in(nostrils, COUNT_OF(nostrils), i);
  }
  close_lips_open_eyes(v);
}

static const scene_vector skull_centre = {0, 15, -40};

static double skull_radius(scene_vector direction) {
  const scene_vector radii = {78, 108, 98}; /* a head of 156 x 216 x 196 mm */
  scene_vector d = {direction.x / radii.x, direction.y / radii.y, direction.z / radii.z};
  return 1 / length_of(d);
}

/* Share `t` of the way from `from` along the great circle to the back of the head. */
static scene_vector towards_back(scene_vector from, double t) {
  const scene_vector back = {0, 0, -1};
  double angle = acos(dot(from, back));
  return unit(add(times(from, sin((1 - t) * angle)), times(back, sin(t * angle))));
}

static void ring_vertices(vertex *v) {
  const double way[RINGS] = {0.14, 0.32, 0.55, 0.8};
  const double hair_mm = 10; /* how far the hair stands off */
  for (int ring = 0; ring < RINGS; ring++)
    for (int i = 0; i < BOUNDARY; i++) {
      scene_vector from = subtract(v[boundary[i]].rest, skull_centre);
      double swell = length_of(from) / skull_radius(unit(from));
      scene_vector direction = towards_back(unit(from), way[ring]);
      double rest = (1 - way[ring]) * (1 - way[ring]);
      vertex *out = &v[SD_CANONICAL_POINTS + ring * BOUNDARY + i];
      double start_mm = v[boundary[i]].rest.y; /* hair begins above the ears, and behind them */
      out->hair = start_mm > 35 || (ring >= 1 && start_mm > -15) || ring >= 3;
      double radius = skull_radius(direction) * (1 + (swell - 1) * rest) + hair_mm * out->hair;
      out->rest = add(skull_centre, times(direction, radius));
    }
  v[POLE].hair = 1;
  v[POLE].rest =
      add(skull_centre, (scene_vector){0, 0, -skull_radius((scene_vector){0, 0, 1}) - hair_mm});
}

static uint32_t ring_index(int ring, int i) {
  i %= BOUNDARY;
  return ring < 0 ? boundary[i] : (uint32_t)(SD_CANONICAL_POINTS + ring * BOUNDARY + i);
}

/* Does the face have the border edge in the order of `boundary`? The rings must run against it. */
static bool border_runs_forward(const triangle *t, size_t count) {
  for (size_t i = 0; i < count; i++)
    for (int k = 0; k < 3; k++)
      if (t[i].corner[k] == boundary[0] && t[i].corner[(k + 1) % 3] == boundary[1])
        return true;
  return false;
}

static void ring_triangles(triangle *t, bool flip) {
  size_t n = 0;
  for (int ring = 0; ring <= RINGS; ring++)
    for (int i = 0; i < BOUNDARY; i++) {
      uint32_t a = ring_index(ring - 1, i), b = ring_index(ring - 1, i + 1);
      uint32_t c = ring < RINGS ? ring_index(ring, i) : POLE;
      t[n++] = (triangle){{flip ? b : a, flip ? a : b, c}, PART_HEAD};
      if (ring < RINGS) {
        uint32_t d = ring_index(ring, i + 1);
        t[n++] = (triangle){{flip ? d : b, flip ? b : d, c}, PART_HEAD};
      }
    }
}

static uint8_t part_of(const uint16_t corner[3]) {
  for (int eye = 0; eye < 2; eye++)
    if (is_in(eyes[eye], 16, corner[0]) && is_in(eyes[eye], 16, corner[1]) &&
        is_in(eyes[eye], 16, corner[2]))
      return PART_EYE;
  int inner = 0;
  for (int k = 0; k < 3; k++)
    for (size_t i = 0; i < COUNT_OF(lip_pairs); i++)
      inner += corner[k] == lip_pairs[i][0] || corner[k] == lip_pairs[i][1] ||
               (i == 0 && (corner[k] == 78 || corner[k] == 308));
  return inner == 3 ? PART_MOUTH : PART_FACE;
}

static void smile_bend(mesh *m, double smile) {
  static const struct {
    scene_vector at, move;
    double sigma_mm;
  } pulls[] = {{{26, -43, 42}, {4.5, 5.5, -2.5}, 15},
               {{-26, -43, 42}, {-4.5, 5.5, -2.5}, 15},
               {{42, -8, 37}, {1.5, 3.5, 2.5}, 17},
               {{-42, -8, 37}, {-1.5, 3.5, 2.5}, 17}};
  for (size_t i = 0; i < m->vertex_count; i++) {
    vertex *v = &m->vertices[i];
    v->position = v->rest;
    for (size_t k = 0; k < COUNT_OF(pulls); k++) {
      double distance = length_of(subtract(v->rest, pulls[k].at)) / pulls[k].sigma_mm;
      v->position = add(v->position, times(pulls[k].move, smile * exp(-distance * distance / 2)));
    }
  }
}

static sd_status control_mesh(mesh *out, const sd_models *models, double smile, sd_diag *diag) {
  size_t face = 0, rings = BOUNDARY * (2 * RINGS + 1);
  const uint16_t *corners = sd_models_triangles(models, &face);
  sd_status status = mesh_alloc(out, POLE + 1, face + rings, diag);
  if (status != SD_OK)
    return status;
  canonical_vertices(out->vertices, sd_models_canonical(models));
  ring_vertices(out->vertices);
  for (size_t i = 0; i < face; i++) {
    const uint16_t *c = corners + 3 * i;
    out->triangles[i] = (triangle){{c[0], c[1], c[2]}, part_of(c)};
  }
  ring_triangles(out->triangles + face, border_runs_forward(out->triangles, face));
  smile_bend(out, smile);
  return SD_OK;
}

/* ---- Loop subdivision ---- */

typedef struct edge {
  uint32_t end[2];
  uint32_t triangle, side; /* where it comes from */
} edge;

static edge edge_of(const mesh *m, uint32_t t, uint32_t side) {
  uint32_t a = m->triangles[t].corner[side], b = m->triangles[t].corner[(side + 1) % 3];
  return (edge){{a < b ? a : b, a < b ? b : a}, t, side};
}

/* By the second end; the order of those alike stays. */
static void sort_few(edge *edges, size_t count) {
  for (size_t i = 1; i < count; i++) {
    edge moved = edges[i];
    size_t k = i;
    for (; k > 0 && edges[k - 1].end[1] > moved.end[1]; k--)
      edges[k] = edges[k - 1];
    edges[k] = moved;
  }
}

/* By first end, second end and triangle. `start` holds vertex_count + 1 zeros; only a handful of
 * edges share their first end, so they are dealt out by it and sorted there. */
static void list_edges(edge *edges, const mesh *m, uint32_t *start) {
  for (uint32_t t = 0; t < m->triangle_count; t++)
    for (uint32_t side = 0; side < 3; side++)
      start[edge_of(m, t, side).end[0] + 1]++;
  for (size_t v = 0; v < m->vertex_count; v++)
    start[v + 1] += start[v];
  for (uint32_t t = 0; t < m->triangle_count; t++)
    for (uint32_t side = 0; side < 3; side++) {
      edge e = edge_of(m, t, side);
      edges[start[e.end[0]]++] = e; /* leaves each start at the start of the next */
    }
  for (size_t v = 0, from = 0; v < m->vertex_count; from = start[v++])
    sort_few(edges + from, start[v] - from);
}

/* The mesh is closed, so edges come in pairs. New vertex of pair k: old count + k. */
static void edge_vertices(mesh *fine, const mesh *m, const edge *edges, uint32_t *new_index) {
  for (size_t k = 0; k < 3 * m->triangle_count / 2; k++) {
    const edge *pair = edges + 2 * k;
    vertex *v = &fine->vertices[m->vertex_count + k];
    for (int i = 0; i < 2; i++) {
      const triangle *t = &m->triangles[pair[i].triangle];
      vertex_gather(v, &m->vertices[pair[0].end[i]], 3.0 / 8);
      vertex_gather(v, &m->vertices[t->corner[(pair[i].side + 2) % 3]], 1.0 / 8);
      new_index[3 * (size_t)pair[i].triangle + pair[i].side] = (uint32_t)(m->vertex_count + k);
    }
  }
}

/* Uses fine->vertices to sum up the neighbours, then blends. */
static void old_vertices(mesh *fine, const mesh *m, const edge *edges, uint32_t *valence) {
  const double pi = 3.14159265358979323846;
  for (size_t k = 0; k < 3 * m->triangle_count / 2; k++)
    for (int i = 0; i < 2; i++) {
      uint32_t a = edges[2 * k].end[i], b = edges[2 * k].end[1 - i];
      vertex_gather(&fine->vertices[a], &m->vertices[b], 1);
      valence[a]++;
    }
  for (size_t i = 0; i < m->vertex_count; i++) {
    double n = valence[i], c = 3.0 / 8 + cos(2 * pi / n) / 4;
    double beta = (5.0 / 8 - c * c) / n;
    vertex blend = {0};
    vertex_gather(&blend, &fine->vertices[i], beta);
    vertex_gather(&blend, &m->vertices[i], 1 - n * beta);
    fine->vertices[i] = blend;
  }
}

static void split_triangles(mesh *fine, const mesh *m, const uint32_t *new_index) {
  for (size_t t = 0; t < m->triangle_count; t++) {
    const uint32_t *old = m->triangles[t].corner, *mid = new_index + 3 * t;
    uint8_t kind = m->triangles[t].part;
    triangle *out = fine->triangles + 4 * t;
    for (int k = 0; k < 3; k++)
      out[k] = (triangle){{old[k], mid[k], mid[(k + 2) % 3]}, kind};
    out[3] = (triangle){{mid[0], mid[1], mid[2]}, kind};
  }
}

static sd_status subdivide(mesh *m, sd_diag *diag) {
  mesh fine = {0};
  size_t sides = 3 * m->triangle_count;
  edge *edges = malloc(sides * sizeof *edges);
  uint32_t *new_index = malloc(sides * sizeof *new_index);
  uint32_t *valence = calloc(m->vertex_count, sizeof *valence);
  uint32_t *start = calloc(m->vertex_count + 1, sizeof *start);
  sd_status status = SD_OK;
  if (!edges || !new_index || !valence || !start) {
    status = sd_fail(diag, SD_NO_MEMORY, "no memory to subdivide %zu triangles", sides / 3);
    goto done;
  }
  SD_TRY(mesh_alloc(&fine, m->vertex_count + sides / 2, 4 * m->triangle_count, diag));
  list_edges(edges, m, start);
  edge_vertices(&fine, m, edges, new_index);
  old_vertices(&fine, m, edges, valence);
  split_triangles(&fine, m, new_index);
  mesh_clear(m);
  *m = fine;
  fine = (mesh){0};
done:
  mesh_clear(&fine);
  free(edges);
  free(new_index);
  free(valence);
  free(start);
  return status;
}

sd_status mesh_make(mesh *out, const sd_models *models, double smile, int levels, sd_diag *diag) {
  mesh m = {0};
  sd_status status = SD_OK;
  SD_TRY(control_mesh(&m, models, smile, diag));
  for (int i = 0; i < levels; i++)
    SD_TRY(subdivide(&m, diag));
  mesh_clear(out);
  *out = m;
  m = (mesh){0};
done:
  mesh_clear(&m);
  return status;
}
