/* Colour of a picture point: optical density of the skin, times diffuse light, plus a weak shine.
 * Everything that is not skin is only there so that a face looks like one. */
#include "scene/parts.h"

#include <string.h>

typedef struct lamp {
  scene_vector direction, halfway; /* camera frame, unit */
} lamp;

/* ---- light ---- */

static lamp lamp_of(const scene_shot *shot, scene_vector ray) {
  const double radians = 3.14159265358979323846 / 180;
  double azimuth = shot->lamp_azimuth_deg * radians, height = shot->lamp_elevation_deg * radians;
  lamp out;
  out.direction =
      (scene_vector){sin(azimuth) * cos(height), sin(height), cos(azimuth) * cos(height)};
  out.halfway = unit(subtract(out.direction, ray));
  return out;
}

/* A wide lamp wraps around the face, so the terminator is soft. */
static double diffuse(const scene_shot *shot, const lamp *l, scene_vector normal) {
  const double wrap = 0.2, from_below = 0.3; /* the floor reflects less than the ceiling */
  double direct = fmax(0, (dot(normal, l->direction) + wrap) / (1 + wrap));
  double around = 1 - from_below * 0.5 * (1 - normal.y);
  return shot->ambient * around + (1 - shot->ambient) * direct;
}

static double shine(const scene_shot *shot, const lamp *l, scene_vector normal, double power,
                    double strength) {
  double d = fmax(0, dot(normal, l->halfway));
  return shot->specular * strength * pow(d, power) * fmax(0, dot(normal, l->direction));
}

static void light_up(const scene_shot *shot, double rgb[3], double factor, double gloss) {
  for (int c = 0; c < 3; c++)
    rgb[c] = (rgb[c] * factor + gloss) * shot->lamp_rgb[c];
}

static void mix(double rgb[3], const double other[3], double share) {
  for (int c = 0; c < 3; c++)
    rgb[c] += share * (other[c] - rgb[c]);
}

/* ---- skin ---- */

static scene_vector hit_normal(const scene *s, const hit *h) {
  const uint32_t *c = s->head.triangles[h->triangle].corner;
  scene_vector n = {0};
  for (int k = 0; k < 3; k++)
    n = add(n, times(s->normals[c[k]], h->weight[k]));
  return unit(n);
}

/* The normal of a surface raised by a height with this gradient (Mikkelsen 2010, eq. 5). */
static scene_vector bent_normal(scene_vector normal, scene_vector slope) {
  scene_vector in_surface = subtract(slope, times(normal, dot(normal, slope)));
  return unit(subtract(normal, in_surface));
}

/* Light that deep places of the face do not get: beside the nose, under it and under the lip. */
static double shelter(scene_vector rest) {
  static const struct {
    scene_vector at;
    double sigma_mm, share;
  } places[] = {{{16, 29, 38}, 8, 0.30},  {{-16, 29, 38}, 8, 0.30}, {{30, 35, 38}, 9, 0.16},
                {{-30, 35, 38}, 9, 0.16}, {{0, -24, 58}, 7, 0.35},  {{0, -62, 50}, 7, 0.18},
                {{19, -12, 47}, 5, 0.18}, {{-19, -12, 47}, 5, 0.18}};
  double light = 1;
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
    scene_vector d = subtract(rest, places[i].at);
    light *= 1 - places[i].share * exp(-dot(d, d) / (2 * places[i].sigma_mm * places[i].sigma_mm));
  }
  return light;
}

static void skin_colour(const scene *s, const skin_point *skin, double rgb[3]) {
  const scene_pigment *p = &s->pigment;
  for (int c = 0; c < 3; c++)
    rgb[c] =
        exp(-(p->base[c] + skin->melanin * p->melanin[c] + skin->haemoglobin * p->haemoglobin[c]));
}

static double brow_share(const vertex *v) {
  return smooth_step(0.55, 0.9, v->brow);
}
static double lip_share(const vertex *v) {
  return smooth_step(0.62, 0.82, v->lip);
}
static double nostril_share(const vertex *v) {
  return smooth_step(0.3, 0.7, v->nostril);
}
static double hair_share(const scene *s, const vertex *v) {
  scene_vector p = {v->rest.x / 2, v->rest.y / 9, v->rest.z / 9};
  return smooth_step(0.42, 0.58, v->hair + 0.12 * noise_at(s->subject.seed + 31, p, NULL));
}

bool is_skin(const scene *s, const hit *h, const vertex *v) {
  uint8_t part = s->head.triangles[h->triangle].part;
  return (part == PART_FACE || part == PART_HEAD) && v->lip < 0.6 && v->brow < 0.5 &&
         v->nostril < 0.3 && v->hair < 0.3;
}

static double distance_to_lid(const scene_vector lid[LID_POINTS], scene_vector p) {
  double best = 1e9;
  for (int k = 0; k + 1 < LID_POINTS; k++) {
    scene_vector along = subtract(lid[k + 1], lid[k]), d = subtract(p, lid[k]);
    double t = clamp01(dot(d, along) / dot(along, along));
    best = fmin(best, length_of(subtract(d, times(along, t))));
  }
  return best;
}

static double lash_share(const scene *s, scene_vector rest) {
  int eye = rest.x > 0;
  scene_vector d = subtract(rest, eyeball_centre(eye));
  if (fabs(d.x) > 18 || fabs(d.y) > 12 || rest.z < 15)
    return 0;
  return fmax(0.85 * smooth_step(1.1, 0.3, distance_to_lid(s->lid[eye][UPPER], rest)),
              0.45 * smooth_step(0.8, 0.2, distance_to_lid(s->lid[eye][LOWER], rest)));
}

static void hair_colour(const scene *s, scene_vector rest, double rgb[3]) {
  scene_vector p = {rest.x / 1.1, rest.y / 12, rest.z / 12};
  double strand = 1 + 0.5 * noise_at(s->subject.seed + 32, p, NULL);
  const double brown[3] = {0.040, 0.026, 0.018};
  for (int c = 0; c < 3; c++)
    rgb[c] = brown[c] * strand;
}

static void brow_colour(const scene *s, const vertex *v, double rgb[3]) {
  /* hairs lie outwards along the brow, 5 mm long and 0.35 mm apart */
  double along = fabs(v->rest.x) + 0.35 * v->rest.y, across = v->rest.y - 0.35 * fabs(v->rest.x);
  scene_vector p = {along / 5, across / 0.7, 0.5};
  double strand = 0.85 + 0.6 * noise_at(s->subject.seed + 33, p, NULL);
  const double hair[3] = {0.050, 0.034, 0.025};
  mix(rgb, hair, clamp01(strand) * brow_share(v));
}

/* Lips: much blood, fine upright furrows. */
static void lip_colour(const scene *s, const vertex *v, skin_point *skin) {
  double share = lip_share(v);
  scene_vector p = {v->rest.x / 0.9, v->rest.y / 6, 0.5};
  double furrow = share * 0.06 * noise_at(s->subject.seed + 34, p, NULL);
  skin->haemoglobin += share * (0.42 + furrow);
  skin->melanin += share * 0.05;
}

static void shade_face(const scene *s, const hit *h, const int *marks, int mark_count,
                       const lamp *l, double rgb[3]) {
  const double deepest = 0.5; /* light that a hole as deep as wide loses */
  const double skin_gloss = 0.045, skin_power = 14;
  vertex v = hit_blend(s, h);
  skin_point skin =
      skin_at(&s->subject, &s->session, marks, mark_count, v.rest, hit_mm_per_px(s, h));
  double hair = hair_share(s, &v), occluded = 1 - deepest * skin.hidden;
  scene_vector normal = bent_normal(hit_normal(s, h), turn(&s->pose, skin.slope));
  lip_colour(s, &v, &skin);
  skin_colour(s, &skin, rgb);
  brow_colour(s, &v, rgb);
  const double inside[3] = {0.035, 0.012, 0.010}, lash[3] = {0.02, 0.014, 0.012};
  mix(rgb, inside, nostril_share(&v));
  mix(rgb, lash, lash_share(s, v.rest));
  if (hair > 0) {
    double strands[3];
    hair_colour(s, v.rest, strands);
    mix(rgb, strands, hair);
  }
  double gloss = shine(&s->shot, l, normal, skin_power, skin_gloss) * (1 - 0.8 * hair);
  light_up(&s->shot, rgb, diffuse(&s->shot, l, normal) * occluded * shelter(v.rest),
           gloss * (1 - nostril_share(&v)));
}

/* ---- eyes ---- */

/* Distance along the ray to a ball around `centre` (camera frame); negative when it misses. */
static double ball_distance(scene_vector ray, scene_vector centre, double radius) {
  double along = dot(ray, centre), off = dot(centre, centre) - along * along;
  return off < radius * radius ? along - sqrt(radius * radius - off) : -1;
}

static void iris_colour(const scene *s, double radius_mm, scene_vector d, double rgb[3]) {
  const double iris_mm = 5.85, pupil_mm = 2.0; /* 11.7 mm across, as most irises are */
  const double light_eye[3] = {0.10, 0.12, 0.12}, dark_eye[3] = {0.055, 0.028, 0.014};
  const double white[3] = {0.62, 0.57, 0.55}, black[3] = {0.004, 0.004, 0.004};
  const double *iris = s->subject.tone < 2 ? light_eye : dark_eye;
  double angle = atan2(d.y, d.x);
  scene_vector p = {4 * cos(angle), 4 * sin(angle), radius_mm / 4};
  double fibre = 1 + 0.5 * noise_at(s->subject.seed + 41, p, NULL);
  for (int c = 0; c < 3; c++)
    rgb[c] = iris[c] * fibre * (1 - 0.55 * smooth_step(4.6, 5.85, radius_mm));
  mix(rgb, white, smooth_step(iris_mm - 0.2, iris_mm + 0.2, radius_mm));
  mix(rgb, black, smooth_step(pupil_mm + 0.15, pupil_mm - 0.15, radius_mm));
}

static void shade_eye(const scene *s, const hit *h, scene_vector ray, const lamp *l,
                      double rgb[3]) {
  const double radius = EYEBALL_RADIUS_UM / 1000.0;
  vertex v = hit_blend(s, h);
  int eye = v.rest.x > 0;
  scene_vector centre = to_camera(s, eyeball_centre(eye));
  double distance = ball_distance(ray, centre, radius);
  double under_lid = 0.45 + 0.55 * smooth_step(0, 3.5, distance_to_lid(s->lid[eye][UPPER], v.rest));
  const double tissue[3] = {0.33, 0.15, 0.13};
  memcpy(rgb, tissue, 3 * sizeof *rgb);
  scene_vector normal = hit_normal(s, h);
  double gloss = 0;
  if (distance > 0) {
    normal = unit(subtract(times(ray, distance), centre));
    scene_vector out = turn_back(&s->pose, normal);
    double across = radius * length_of(cross(out, s->gaze[eye]));
    iris_colour(s, dot(out, s->gaze[eye]) > 0 ? across : 2 * radius, out, rgb);
    gloss = shine(&s->shot, l, normal, 400, 0.9);
  }
  light_up(&s->shot, rgb, under_lid * diffuse(&s->shot, l, normal), gloss);
}

/* ---- neck, ears, clothes ---- */

typedef struct blob {
  scene_vector centre, radii;
  bool with_head; /* turns with the head; else stands in the room */
  int kind;       /* 0 skin, 1 clothes */
} blob;
static const blob blobs[] = {{{0, -130, -48}, {51, 120, 54}, true, 0},
                             {{77, 8, -34}, {8, 27, 16}, true, 0},
                             {{-77, 8, -34}, {8, 27, 16}, true, 0},
                             {{0, -262, -60}, {225, 105, 100}, false, 1}};

/* Nearest crossing of the ray with the ellipsoid and its normal there; negative when it misses. */
static double blob_distance(const scene *s, const blob *b, scene_vector ray, scene_vector *normal,
                            scene_vector *point) {
  rotation upright = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  const rotation *pose = b->with_head ? &s->pose : &upright;
  scene_vector eye = add(turn_back(pose, times(s->place, -1)), subtract(s->pivot, b->centre));
  scene_vector way = turn_back(pose, ray), k = b->radii;
  scene_vector o = {eye.x / k.x, eye.y / k.y, eye.z / k.z};
  scene_vector d = {way.x / k.x, way.y / k.y, way.z / k.z};
  double a = dot(d, d), half = dot(o, d), root = half * half - a * (dot(o, o) - 1);
  if (root <= 0)
    return -1;
  double t = (-half - sqrt(root)) / a;
  scene_vector q = add(o, times(d, t));
  *normal = turn(pose, unit((scene_vector){q.x / k.x, q.y / k.y, q.z / k.z}));
  *point = add(b->centre, (scene_vector){q.x * k.x, q.y * k.y, q.z * k.z});
  return t;
}

/* Colours the nearest blob in front of `depth` mm, if any. */
static bool shade_blob(const scene *s, scene_vector ray, double limit, const lamp *l,
                       double rgb[3]) {
  const double cloth[3] = {0.16, 0.22, 0.30}, below_chin = 0.62;
  scene_vector normal = {0}, point = {0}, n, p;
  const blob *found = NULL;
  for (size_t i = 0; i < sizeof blobs / sizeof blobs[0]; i++) {
    double distance = blob_distance(s, &blobs[i], ray, &n, &p);
    if (distance <= 0 || distance >= limit)
      continue;
    limit = distance;
    found = &blobs[i];
    normal = n;
    point = p;
  }
  if (!found)
    return false;
  if (found->kind == 1) {
    memcpy(rgb, cloth, sizeof cloth);
    light_up(&s->shot, rgb, diffuse(&s->shot, l, normal), 0);
    return true;
  }
  skin_point skin = skin_at(&s->subject, &s->session, NULL, 0, point, limit / s->focal_px);
  skin_colour(s, &skin, rgb);
  double neck = found == &blobs[0] ? below_chin : 0.8;
  light_up(&s->shot, rgb,
           neck * diffuse(&s->shot, l, bent_normal(normal, turn(&s->pose, skin.slope))), 0);
  return true;
}

/* ---- a picture point ---- */

static void shade_wall(const scene *s, double x, double y, double rgb[3]) {
  const double wall[3] = {0.30, 0.33, 0.36};
  double fall = 1 - 0.25 * (x / s->shot.width) - 0.15 * (y / s->shot.height);
  memcpy(rgb, wall, sizeof wall);
  light_up(&s->shot, rgb, fall, 0);
}

void shade(const scene *s, double x, double y, const hit *h, const int *marks, int mark_count,
           double rgb[3]) {
  scene_vector ray = ray_through(s, x, y);
  lamp l = lamp_of(&s->shot, ray);
  double limit = h ? h->depth_mm / -ray.z : 1e9;
  const double mouth[3] = {0.05, 0.016, 0.015};
  if (shade_blob(s, ray, limit, &l, rgb)) {
    /* in front of the head */
  } else if (!h) {
    shade_wall(s, x, y, rgb);
  } else if (s->head.triangles[h->triangle].part == PART_EYE) {
    shade_eye(s, h, ray, &l, rgb);
  } else if (s->head.triangles[h->triangle].part == PART_MOUTH) {
    memcpy(rgb, mouth, sizeof mouth);
    light_up(&s->shot, rgb, 0.7, 0);
  } else {
    shade_face(s, h, marks, mark_count, &l, rgb);
  }
  double exposure = exp2(s->shot.exposure_ev);
  for (int c = 0; c < 3; c++)
    rgb[c] *= exposure * s->shot.white_balance[c];
}
