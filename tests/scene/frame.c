/* Where everything is in the picture: pose, perspective, and which triangle a picture point shows.
 * Triangles are listed per cell of the picture, so a single point and a whole row are answered by
 * the same search. */
#include "scene/parts.h"

#include <stdlib.h>

enum { LEVELS = 3 }; /* 1.3 mm triangles: their sagitta is below 0.03 mm everywhere */

static const scene_vector head_pivot = {0, 10, 0};
static const double eyes_before_pivot_mm = 36;

scene_shot scene_shot_portrait(int width) {
  const double picture_width_mm = 204;
  return (scene_shot){.width = width,
                      .height = width * 4 / 3,
                      .mm_per_px = picture_width_mm / width,
                      .distance_mm = 900,
                      .lamp_azimuth_deg = -30,
                      .lamp_elevation_deg = 30,
                      .lamp_rgb = {1, 1, 1},
                      .ambient = 0.35,
                      .specular = 1,
                      .exposure_ev = 0.35,
                      .white_balance = {1, 1, 1},
                      .blur_px = 0.7,
                      .shot_noise = 0.012,
                      .read_noise = 0.001,
                      .noise_seed = 1};
}

/* ---- pose and perspective ---- */

static rotation product(const rotation *a, const rotation *b) {
  rotation out;
  for (int i = 0; i < 3; i++)
    out.row[i] = turn_back(b, a->row[i]);
  return out;
}

static rotation pose_of(const scene_shot *shot) {
  const double radians = 3.14159265358979323846 / 180;
  double cy = cos(shot->yaw_deg * radians), sy = sin(shot->yaw_deg * radians);
  double cp = cos(shot->pitch_deg * radians), sp = sin(shot->pitch_deg * radians);
  double cr = cos(shot->roll_deg * radians), sr = sin(shot->roll_deg * radians);
  rotation yaw = {{{cy, 0, sy}, {0, 1, 0}, {-sy, 0, cy}}};
  rotation pitch = {{{1, 0, 0}, {0, cp, sp}, {0, -sp, cp}}};
  rotation roll = {{{cr, sr, 0}, {-sr, cr, 0}, {0, 0, 1}}};
  rotation level = product(&yaw, &pitch);
  return product(&roll, &level);
}

scene_vector to_camera(const scene *s, scene_vector head) {
  return add(turn(&s->pose, subtract(head, s->pivot)), s->place);
}

scene_vector to_head(const scene *s, scene_vector camera) {
  return add(turn_back(&s->pose, subtract(camera, s->place)), s->pivot);
}

seen project(const scene *s, scene_vector camera) {
  double inverse = -1 / camera.z;
  return (seen){s->centre_x + s->focal_px * camera.x * inverse,
                s->centre_y - s->focal_px * camera.y * inverse, inverse};
}

scene_vector ray_through(const scene *s, double x, double y) {
  return unit((scene_vector){(x - s->centre_x) / s->focal_px, (s->centre_y - y) / s->focal_px, -1});
}

static void place_camera(scene *s) {
  const scene_shot *shot = &s->shot;
  s->pose = pose_of(shot);
  s->pivot = head_pivot;
  s->place =
      (scene_vector){shot->shift_x_mm, shot->shift_y_mm, -shot->distance_mm - eyes_before_pivot_mm};
  s->focal_px = shot->distance_mm / shot->mm_per_px;
  s->centre_x = (shot->width - 1) / 2.0;
  s->centre_y = (shot->height - 1) / 2.0;
}

/* The eyes look at the camera as far as they can turn. */
static void aim_eyes(scene *s) {
  const double most = 0.42; /* sine of 25 degrees */
  for (int eye = 0; eye < 2; eye++) {
    scene_vector camera = to_head(s, (scene_vector){0, 0, 0});
    scene_vector gaze = unit(subtract(camera, eyeball_centre(eye)));
    double side = sqrt(gaze.x * gaze.x + gaze.y * gaze.y);
    if (side > most)
      gaze =
          unit((scene_vector){gaze.x * most / side, gaze.y * most / side, sqrt(1 - most * most)});
    s->gaze[eye] = gaze;
    for (int lid = 0; lid < 2; lid++)
      for (int k = 0; k < LID_POINTS; k++)
        s->lid[eye][lid][k] = s->head.vertices[scene_lid[eye][lid][k]].rest;
  }
}

static sd_status see_vertices(scene *s, sd_diag *diag) {
  const mesh *m = &s->head;
  s->normals = calloc(m->vertex_count, sizeof *s->normals);
  s->points = calloc(m->vertex_count, sizeof *s->points);
  if (!s->normals || !s->points)
    return sd_fail(diag, SD_NO_MEMORY, "no memory to see %zu vertices", m->vertex_count);
  for (size_t i = 0; i < m->vertex_count; i++)
    s->points[i] = project(s, to_camera(s, m->vertices[i].position));
  for (size_t t = 0; t < m->triangle_count; t++) {
    const uint32_t *c = m->triangles[t].corner;
    scene_vector a = m->vertices[c[0]].position;
    scene_vector n =
        cross(subtract(m->vertices[c[1]].position, a), subtract(m->vertices[c[2]].position, a));
    for (int k = 0; k < 3; k++)
      s->normals[c[k]] = add(s->normals[c[k]], n);
  }
  for (size_t i = 0; i < m->vertex_count; i++)
    s->normals[i] = turn(&s->pose, unit(s->normals[i]));
  return SD_OK;
}

/* ---- cells ---- */

static int cell_of(double v, int cell_px, int cells) {
  double cell = floor((v + 0.5) / cell_px);
  return cell < 0 ? 0 : cell >= cells ? cells - 1 : (int)cell;
}

/* Twice the area on the picture; positive when it faces the camera. */
static double facing_area(const seen *a, const seen *b, const seen *c) {
  return (c->x - a->x) * (b->y - a->y) - (b->x - a->x) * (c->y - a->y);
}

/* The cells that a triangle touches; false when it faces away or lies outside. */
static bool cell_range(const scene *s, size_t t, int from[2], int to[2]) {
  const uint32_t *c = s->head.triangles[t].corner;
  const seen *p[3] = {&s->points[c[0]], &s->points[c[1]], &s->points[c[2]]};
  if (facing_area(p[0], p[1], p[2]) <= 0)
    return false;
  double left = fmin(p[0]->x, fmin(p[1]->x, p[2]->x)),
         right = fmax(p[0]->x, fmax(p[1]->x, p[2]->x));
  double top = fmin(p[0]->y, fmin(p[1]->y, p[2]->y)),
         bottom = fmax(p[0]->y, fmax(p[1]->y, p[2]->y));
  if (right < -0.5 || bottom < -0.5 || left > s->shot.width || top > s->shot.height)
    return false;
  from[0] = cell_of(left, s->cell_px, s->cells_x);
  to[0] = cell_of(right, s->cell_px, s->cells_x);
  from[1] = cell_of(top, s->cell_px, s->cells_y);
  to[1] = cell_of(bottom, s->cell_px, s->cells_y);
  return true;
}

/* Counts (list NULL) or lists the triangles of each cell. */
static void fill_cells(const scene *s, uint32_t *cursor, uint32_t *list) {
  for (size_t t = 0; t < s->head.triangle_count; t++) {
    int from[2], to[2];
    if (!cell_range(s, t, from, to))
      continue;
    for (int y = from[1]; y <= to[1]; y++)
      for (int x = from[0]; x <= to[0]; x++) {
        uint32_t *at = &cursor[y * s->cells_x + x];
        if (list)
          list[*at] = (uint32_t)t;
        ++*at;
      }
  }
}

static sd_status make_cells(scene *s, sd_diag *diag) {
  const double triangle_mm = 1.3; /* about as wide as the triangles, each lies in few */
  double px = triangle_mm / s->shot.mm_per_px;
  s->cell_px = px < 2 ? 2 : px > 16 ? 16 : (int)px;
  s->cells_x = (s->shot.width + s->cell_px - 1) / s->cell_px;
  s->cells_y = (s->shot.height + s->cell_px - 1) / s->cell_px;
  size_t cells = (size_t)s->cells_x * (size_t)s->cells_y;
  uint32_t *cursor = calloc(cells, sizeof *cursor);
  s->cell_start = calloc(cells + 1, sizeof *s->cell_start);
  if (cursor && s->cell_start) {
    fill_cells(s, cursor, NULL);
    for (size_t i = 0; i < cells; i++) {
      s->cell_start[i + 1] = s->cell_start[i] + cursor[i];
      cursor[i] = s->cell_start[i];
    }
    s->cell_triangles = calloc((size_t)s->cell_start[cells] + 1, sizeof *s->cell_triangles);
    if (s->cell_triangles)
      fill_cells(s, cursor, s->cell_triangles);
  }
  free(cursor);
  return s->cell_triangles ? SD_OK : sd_fail(diag, SD_NO_MEMORY, "no memory for %zu cells", cells);
}

bool frame_hit(const scene *s, double x, double y, hit *out) {
  if (!(x >= -0.5 && y >= -0.5 && x < s->shot.width - 0.5 && y < s->shot.height - 0.5))
    return false;
  const double touch = -1e-9; /* points on a shared edge belong to a triangle, not to a gap */
  size_t cell = (size_t)(cell_of(y, s->cell_px, s->cells_y) * s->cells_x +
                         cell_of(x, s->cell_px, s->cells_x));
  seen at = {x, y, 0};
  double nearest = 0;
  for (uint32_t i = s->cell_start[cell]; i < s->cell_start[cell + 1]; i++) {
    const uint32_t *c = s->head.triangles[s->cell_triangles[i]].corner;
    const seen *p = &s->points[c[0]], *q = &s->points[c[1]], *r = &s->points[c[2]];
    double area = facing_area(p, q, r), least = touch * area;
    double a = facing_area(&at, q, r), b = facing_area(p, &at, r), g = area - a - b;
    if (a < least || b < least || g < least)
      continue;
    a /= area;
    b /= area;
    g /= area;
    double inverse = a * p->inverse_depth + b * q->inverse_depth + g * r->inverse_depth;
    if (inverse <= nearest)
      continue;
    nearest = inverse;
    *out = (hit){s->cell_triangles[i],
                 {a * p->inverse_depth / inverse, b * q->inverse_depth / inverse,
                  g * r->inverse_depth / inverse},
                 1 / inverse};
  }
  return nearest > 0;
}

vertex hit_blend(const scene *s, const hit *h) {
  const uint32_t *c = s->head.triangles[h->triangle].corner;
  vertex out = {0};
  for (int k = 0; k < 3; k++) {
    const vertex *v = &s->head.vertices[c[k]];
    double w = h->weight[k];
    out.rest = add(out.rest, times(v->rest, w));
    out.position = add(out.position, times(v->position, w));
    out.lip += w * v->lip;
    out.brow += w * v->brow;
    out.nostril += w * v->nostril;
    out.hair += w * v->hair;
  }
  return out;
}

double hit_mm_per_px(const scene *s, const hit *h) {
  return h->depth_mm / s->focal_px;
}

/* ---- making ---- */

static sd_status check_shot(const scene_shot *shot, sd_diag *diag) {
  if (shot->width < 16 || shot->height < 16 || shot->width > 20000 || shot->height > 20000)
    return sd_fail(diag, SD_USAGE, "a scene has sides of 16 to 20000 px");
  if (!(shot->mm_per_px > 0) || !(shot->distance_mm >= 250))
    return sd_fail(diag, SD_USAGE, "a scene needs mm_per_px > 0 and distance_mm >= 250");
  return SD_OK;
}

sd_status scene_make(scene **out, const sd_models *models, const scene_subject *subject,
                     const scene_session *session, const scene_shot *shot, sd_diag *diag) {
  sd_status status = SD_OK;
  scene *s = NULL;
  SD_TRY(check_shot(shot, diag));
  s = calloc(1, sizeof *s);
  if (!s)
    return sd_fail(diag, SD_NO_MEMORY, "no memory for a scene");
  s->subject = *subject;
  s->session = *session;
  s->shot = *shot;
  s->pigment = scene_pigment_of(subject->tone);
  SD_TRY(mesh_make(&s->head, models, shot->smile, LEVELS, diag));
  place_camera(s);
  aim_eyes(s);
  SD_TRY(see_vertices(s, diag));
  SD_TRY(make_cells(s, diag));
  *out = s;
  s = NULL;
done:
  scene_free(s);
  return status;
}

void scene_free(scene *s) {
  if (!s)
    return;
  mesh_clear(&s->head);
  free(s->normals);
  free(s->points);
  free(s->cell_start);
  free(s->cell_triangles);
  free(s);
}
