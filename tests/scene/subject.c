/* Subjects: where their marks lie, and the treated subject of the samples. */
#include "scene/parts.h"

/* ---- places on the face ---- */

static bool is_free(const scene_subject *subject, scene_vector at, double radius_mm) {
  const double gap_mm = 1.5;
  for (int i = 0; i < subject->mark_count; i++) {
    const scene_mark *m = &subject->marks[i];
    if (length_of(subtract(m->centre, at)) < m->radius_mm + radius_mm + gap_mm)
      return false;
  }
  return true;
}

/* Cheeks carry most acne scars, the forehead and the chin fewer; none near eyes, lips or the edge.
 */
static double place_share(scene_vector p, scene_vector normal) {
  const double facing_enough = 0.45;
  bool eyes = fabs(p.x) < 58 && p.y > 8 && p.y < 58, forehead = p.y >= 58 && p.y < 76;
  bool mouth = fabs(p.x) < 33 && p.y > -62 && p.y < -26, nose = fabs(p.x) < 24 && p.y > -26;
  if (normal.z < facing_enough || fabs(p.x) > 68 || p.y < -84 || p.y > 76 || eyes || mouth)
    return 0;
  return forehead ? 0.5 : nose ? 0.12 : p.y < -62 ? 0.5 : 1;
}

typedef struct place {
  scene_vector at, normal;
} place;

/* A random point on the face, even by area. */
static bool draw_place(place *out, const mesh *m, sd_random *random) {
  const double largest_mm2 = 8; /* no triangle is larger */
  size_t t = (size_t)(sd_random_uniform(random) * (double)m->triangle_count);
  double u = sd_random_uniform(random), v = sd_random_uniform(random),
         chance = sd_random_uniform(random);
  const uint32_t *c = m->triangles[t].corner;
  const vertex *a = &m->vertices[c[0]], *b = &m->vertices[c[1]], *g = &m->vertices[c[2]];
  if (m->triangles[t].part != PART_FACE || a->lip + a->brow + a->nostril + a->hair > 0)
    return false;
  scene_vector e = subtract(b->rest, a->rest), f = subtract(g->rest, a->rest), n = cross(e, f);
  if (u + v > 1) {
    u = 1 - u;
    v = 1 - v;
  }
  out->at = add(a->rest, add(times(e, u), times(f, v)));
  out->normal = unit(n);
  return chance * largest_mm2 < length_of(n) / 2 * place_share(out->at, out->normal);
}

static double between(sd_random *random, const double ends[2]) {
  return ends[0] + (ends[1] - ends[0]) * sd_random_uniform(random);
}

static scene_mark draw_mark(scene_mark_kind kind, const place *where, double radius_mm,
                            double strength, sd_random *random) {
  const double aspects[2] = {0.7, 1}, luck[2] = {-1, 1}, ways[2] = {-1, 1};
  scene_vector any = {between(random, ways), between(random, ways), 0.1};
  scene_vector side = unit(cross(where->normal, any));
  return (scene_mark){kind,
                      where->at,
                      unit(cross(side, where->normal)),
                      side,
                      radius_mm,
                      between(random, aspects),
                      strength,
                      between(random, luck)};
}

sd_status scene_add_marks(scene_subject *subject, const sd_models *models, scene_mark_kind kind,
                          int count, const double radius_mm[2], const double strength[2],
                          sd_diag *diag) {
  enum { LEVELS = 3, TRIES = 200000 };
  mesh m = {0};
  sd_random random = {subject->seed * 0x9e3779b97f4a7c15u + (uint64_t)kind * 7919u + 1};
  sd_status status = mesh_make(&m, models, 0, LEVELS, diag);
  if (status != SD_OK)
    return status;
  double radius = between(&random, radius_mm);
  for (int i = 0; i < TRIES && count > 0 && subject->mark_count < SCENE_MARKS_MAX; i++) {
    place where;
    if (!draw_place(&where, &m, &random) || !is_free(subject, where.at, radius))
      continue;
    subject->marks[subject->mark_count++] =
        draw_mark(kind, &where, radius, between(&random, strength), &random);
    radius = between(&random, radius_mm);
    count--;
  }
  mesh_clear(&m);
  return SD_OK;
}

/* ---- samples ---- */

sd_status scene_sample_subject(scene_subject *out, uint64_t seed, int tone, const sd_models *models,
                               sd_diag *diag) {
  static const struct {
    scene_mark_kind kind;
    int count;
    double radius_mm[2], strength[2];
  } sets[] = {{SCENE_ROLLING, 9, {2.2, 3.4}, {0.60, 0.90}},
              {SCENE_BOXCAR, 15, {0.9, 1.9}, {0.36, 0.56}},
              {SCENE_RAISED, 3, {1.2, 2.0}, {0.25, 0.45}},
              {SCENE_ICE_PICK, 18, {0.45, 0.8}, {0.30, 0.60}},
              {SCENE_RED_AREA, 8, {1.8, 3.6}, {0.18, 0.30}},
              {SCENE_BROWN_SPOT, 25, {0.9, 2.4}, {0.14, 0.36}},
              {SCENE_NAEVUS, 2, {0.9, 1.4}, {0.8, 1.1}}};
  *out = (scene_subject){.seed = seed, .tone = tone, .pore_depth_mm = 0.05, .line_height_mm = 0.03};
  for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
    sd_status status = scene_add_marks(out, models, sets[i].kind, sets[i].count, sets[i].radius_mm,
                                       sets[i].strength, diag);
    if (status != SD_OK)
      return status;
  }
  return SD_OK;
}

scene_sample scene_sample_of(int index, int width) {
  scene_sample out = {.shot = scene_shot_portrait(width)};
  if (index <= 0) {
    out.name = "before";
    out.taken = "2025:03:03 10:15:00";
    out.offset = "+01:00";
    out.session = (scene_session){1, 1, 1};
    out.shot.noise_seed = 101;
  } else if (index == 1) {
    out.name = "6-weeks";
    out.taken = "2025:04:14 10:40:00";
    out.offset = "+02:00";
    out.session = (scene_session){0.77, 0.75, 0.85};
    out.shot.yaw_deg = 1.5;
    out.shot.pitch_deg = -1;
    out.shot.roll_deg = 1;
    out.shot.shift_x_mm = 2;
    out.shot.lamp_azimuth_deg = -37;
    out.shot.exposure_ev += 0.12;
    out.shot.white_balance[0] = 1.02;
    out.shot.white_balance[2] = 0.98;
    out.shot.noise_seed = 102;
  } else {
    out.name = "12-weeks";
    out.taken = "2025:05:26 09:55:00";
    out.offset = "+02:00";
    out.session = (scene_session){0.55, 0.50, 0.70};
    out.shot.yaw_deg = -1.2;
    out.shot.pitch_deg = 1;
    out.shot.roll_deg = -1;
    out.shot.shift_y_mm = 2;
    out.shot.lamp_azimuth_deg = -20;
    out.shot.exposure_ev += -0.1;
    out.shot.white_balance[0] = 0.99;
    out.shot.white_balance[2] = 1.01;
    out.shot.mm_per_px *= 1.01;
    out.shot.noise_seed = 103;
  }
  return out;
}
