/* What is known exactly about a scene. */
#include "scene/parts.h"

bool scene_truth_at(const scene *s, double x, double y, scene_truth *truth) {
  hit h;
  if (!frame_hit(s, x, y, &h))
    return false;
  int marks[SCENE_MARKS_MAX];
  for (int i = 0; i < s->subject.mark_count; i++)
    marks[i] = i;
  vertex v = hit_blend(s, &h);
  double pixel_mm = hit_mm_per_px(s, &h);
  skin_point skin =
      skin_at(&s->subject, &s->session, marks, s->subject.mark_count, v.rest, pixel_mm);
  *truth = (scene_truth){is_skin(s, &h, &v) ? SCENE_SKIN : SCENE_OTHER,
                         v.rest,
                         skin.melanin,
                         skin.haemoglobin,
                         skin.height_mm,
                         pixel_mm};
  return true;
}

/* Is a point of the head, in the camera frame, the nearest thing where it appears? */
static bool is_visible(const scene *s, scene_vector camera, seen *at) {
  const double same_surface_mm = 0.5;
  hit h;
  *at = project(s, camera);
  return frame_hit(s, at->x, at->y, &h) && fabs(h.depth_mm + camera.z) < same_surface_mm;
}

static bool point_shows(const scene *s, const hit *h, sd_point *to) {
  seen at;
  if (!is_visible(s, to_camera(s, hit_blend(s, h).position), &at))
    return false;
  *to = (sd_point){at.x, at.y};
  return true;
}

bool scene_map(const scene *before, const scene *after, sd_point at, sd_point *to) {
  hit h;
  return frame_hit(before, at.x, at.y, &h) && point_shows(after, &h, to);
}

/* Is v this far below or above all of a, b and c? */
static bool outside(double v, double a, double b, double c, double margin) {
  double low = v + margin, high = v - margin;
  return (low < a && low < b && low < c) || (high > a && high > b && high > c);
}

/* Is the point away from the box of the triangle? From most, and that is quickly seen. */
static bool is_far(const scene *s, size_t t, scene_vector p) {
  const double margin_mm = 1; /* more than a point may lie off the surface and over an edge */
  const uint32_t *c = s->head.triangles[t].corner;
  const vertex *v = s->head.vertices;
  scene_vector a = v[c[0]].rest, b = v[c[1]].rest, g = v[c[2]].rest;
  return outside(p.y, a.y, b.y, g.y, margin_mm) || outside(p.x, a.x, b.x, g.x, margin_mm) ||
         outside(p.z, a.z, b.z, g.z, margin_mm);
}

/* Barycentric weights of the point dropped on the triangle; the least of them. */
static double weights_of(const scene *s, size_t t, scene_vector rest, double weight[3],
                         double *height_mm) {
  const uint32_t *c = s->head.triangles[t].corner;
  scene_vector a = s->head.vertices[c[0]].rest, b = s->head.vertices[c[1]].rest,
               g = s->head.vertices[c[2]].rest;
  scene_vector n = cross(subtract(b, a), subtract(g, a)), p = subtract(rest, a);
  double area = dot(n, n);
  weight[1] = dot(cross(p, subtract(g, a)), n) / area;
  weight[2] = dot(cross(subtract(b, a), p), n) / area;
  weight[0] = 1 - weight[1] - weight[2];
  *height_mm = fabs(dot(p, n)) / sqrt(area);
  return fmin(weight[0], fmin(weight[1], weight[2]));
}

bool scene_project(const scene *s, scene_vector rest, sd_point *to) {
  const double on_surface_mm = 0.3, near_edge = -0.05;
  double best = near_edge;
  hit found = {0};
  for (size_t t = 0; t < s->head.triangle_count; t++) {
    double weight[3], height_mm;
    if (is_far(s, t, rest))
      continue;
    double least = weights_of(s, t, rest, weight, &height_mm);
    if (least <= best || height_mm > on_surface_mm)
      continue;
    best = least;
    found = (hit){(uint32_t)t, {weight[0], weight[1], weight[2]}, 0};
  }
  return best > near_edge && point_shows(s, &found, to);
}

void scene_irises(const scene *s, sd_point irises[2]) {
  for (int eye = 0; eye < 2; eye++) {
    scene_vector front = times(s->gaze[eye], EYEBALL_RADIUS_UM / 1000.0);
    seen at = project(s, to_camera(s, add(eyeball_centre(eye), front)));
    irises[eye] = (sd_point){at.x, at.y};
  }
}

/* ---- JSON ---- */

static void shot_json(sd_text *out, const scene_shot *shot) {
  sd_text_addf(out, "  \"width\": %d, \"height\": %d, \"mm_per_px\": %.6g,\n", shot->width,
               shot->height, shot->mm_per_px);
  sd_text_addf(out, "  \"yaw_deg\": %g, \"pitch_deg\": %g, \"roll_deg\": %g, \"smile\": %g,\n",
               shot->yaw_deg, shot->pitch_deg, shot->roll_deg, shot->smile);
  sd_text_addf(out, "  \"lamp\": {\"azimuth_deg\": %g, \"elevation_deg\": %g, \"ambient\": %g},\n",
               shot->lamp_azimuth_deg, shot->lamp_elevation_deg, shot->ambient);
  sd_text_addf(out, "  \"exposure_ev\": %g, \"white_balance\": [%g, %g, %g], \"blur_px\": %g,\n",
               shot->exposure_ev, shot->white_balance[0], shot->white_balance[1],
               shot->white_balance[2], shot->blur_px);
}

static void mark_json(sd_text *out, const scene *s, const scene_mark *m, bool last) {
  sd_point at;
  sd_text_addf(out, "    {\"kind\": \"%s\", \"rest_mm\": [%.3f, %.3f, %.3f], ",
               scene_mark_name(m->kind), m->centre.x, m->centre.y, m->centre.z);
  if (scene_project(s, m->centre, &at))
    sd_text_addf(out, "\"x\": %.2f, \"y\": %.2f, ", at.x, at.y);
  else
    sd_text_addf(out, "\"x\": null, \"y\": null, ");
  sd_text_addf(out,
               "\"diameter_mm\": %.3f, \"aspect\": %.3f, \"strength\": %.4f, \"left\": %.4f}%s\n",
               2 * scene_mark_radius_left(m, &s->session), m->aspect,
               m->strength * scene_mark_strength_left(m, &s->session),
               scene_mark_strength_left(m, &s->session), last ? "" : ",");
}

void scene_truth_json(sd_text *out, const scene *s) {
  sd_point iris[2];
  scene_irises(s, iris);
  sd_text_addf(out, "{\n  \"seed\": %llu, \"tone\": %d,\n", (unsigned long long)s->subject.seed,
               s->subject.tone);
  shot_json(out, &s->shot);
  sd_text_addf(out, "  \"left\": {\"scar\": %g, \"brown\": %g, \"red\": %g},\n", s->session.scar,
               s->session.brown, s->session.red);
  sd_text_addf(out, "  \"eyes\": [[%.3f, %.3f], [%.3f, %.3f]],\n  \"marks\": [\n", iris[0].x,
               iris[0].y, iris[1].x, iris[1].y);
  for (int i = 0; i < s->subject.mark_count; i++)
    mark_json(out, s, &s->subject.marks[i], i + 1 == s->subject.mark_count);
  sd_text_addf(out, "  ]\n}\n");
}
