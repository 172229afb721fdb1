/* Skin as functions of the rest position: melanin and haemoglobin in optical density above the
 * plain skin of the tone, and relief in mm with its gradient, so that normals are exact at any
 * size. */
#include "scene/parts.h"

#include <stdlib.h>

static const char *const mark_names[SCENE_MARK_KINDS] = {
    "ice_pick", "boxcar", "rolling", "raised", "brown_spot", "naevus", "red_area"};

const char *scene_mark_name(scene_mark_kind kind) {
  return (unsigned)kind < SCENE_MARK_KINDS ? mark_names[kind] : "unknown";
}

/* Plain skin of each tone as CIELAB (ITA 60, 45, 31, 9, -18, -47 degrees). */
static const double tone_lab[SCENE_TONES][3] = {{74, 8.5, 14},    {66.5, 10.5, 16.5},
                                                {60.5, 12, 17.5}, {53, 13.5, 19},
                                                {44.5, 13, 17},   {36, 11, 13}};

/* Melanin and haemoglobin directions in linear sRGB by t = ln(R/B) of plain skin. */
static const double axes_table[7][7] = {
    {.587, .344, .532, .774, .243, .700, .672},  {.682, .347, .532, .772, .245, .704, .667},
    {.798, .352, .532, .770, .247, .710, .660},  {.948, .361, .535, .764, .250, .718, .649},
    {1.195, .382, .544, .747, .258, .736, .626}, {1.386, .411, .560, .719, .268, .755, .599},
    {1.548, .453, .586, .672, .280, .779, .561}};

static double from_lab_cube(double f) {
  const double knee = 6.0 / 29;
  return f > knee ? f * f * f : 3 * knee * knee * (f - 4.0 / 29);
}

/* CIELAB (D65) to linear sRGB: IEC 61966-2-1's matrix. */
static void linear_from_lab(const double lab[3], double rgb[3]) {
  double fy = (lab[0] + 16) / 116;
  double x = 0.95047 * from_lab_cube(fy + lab[1] / 500), y = from_lab_cube(fy);
  double z = 1.08883 * from_lab_cube(fy - lab[2] / 200);
  rgb[0] = 3.2404542 * x - 1.5371385 * y - 0.4985314 * z;
  rgb[1] = -0.9692660 * x + 1.8760108 * y + 0.0415560 * z;
  rgb[2] = 0.0556434 * x - 0.2040259 * y + 1.0572252 * z;
}

scene_pigment scene_pigment_of(int tone) {
  scene_pigment out;
  double rgb[3];
  tone = tone < 0 ? 0 : tone >= SCENE_TONES ? SCENE_TONES - 1 : tone;
  linear_from_lab(tone_lab[tone], rgb);
  double t = log(rgb[0] / rgb[2]);
  int row = 0;
  while (row < 5 && axes_table[row + 1][0] < t)
    row++;
  const double *low = axes_table[row], *high = axes_table[row + 1];
  double share = clamp01((t - low[0]) / (high[0] - low[0]));
  for (int c = 0; c < 3; c++) {
    out.base[c] = -log(rgb[c]);
    out.melanin[c] = low[1 + c] + share * (high[1 + c] - low[1 + c]);
    out.haemoglobin[c] = low[4 + c] + share * (high[4 + c] - low[4 + c]);
  }
  return out;
}

/* ---- marks ---- */

static double kind_left(const scene_mark *mark, const scene_session *session) {
  switch (mark->kind) {
  case SCENE_BROWN_SPOT:
    return session->brown;
  case SCENE_RED_AREA:
    return session->red;
  case SCENE_NAEVUS:
    return 1;
  default:
    return session->scar;
  }
}

double scene_mark_strength_left(const scene_mark *mark, const scene_session *session) {
  const double spread = 0.3; /* marks of one face do not all heal alike */
  double left = kind_left(mark, session);
  return clamp01(left + spread * mark->luck * left * (1 - left));
}

double scene_mark_radius_left(const scene_mark *mark, const scene_session *session) {
  const double shrink = 0.2; /* a healed-out mark would be this share smaller */
  return mark->radius_mm * (1 - shrink * (1 - scene_mark_strength_left(mark, session)));
}

/* Outside this many radii a mark has no effect, by kind: where its profile reaches 0. */
static const double reach[SCENE_MARK_KINDS] = {1.8, 1.4, 2, 2, 1.5, 1.35, 2};
/* Inside this many radii it has its full strength: steep walls or a soft bowl. */
static const double core[SCENE_MARK_KINDS] = {0.2, 0.6, 0, 0, 0.5, 0.65, 0};

double mark_reach_mm(const scene_mark *mark, const scene_session *session) {
  return reach[mark->kind] * scene_mark_radius_left(mark, session);
}

/* Profile 0..1 at the rest position and its gradient. Half strength lies at one radius. */
static double mark_profile(const scene_mark *mark, const scene_session *session, scene_vector rest,
                           scene_vector *gradient) {
  double radius = scene_mark_radius_left(mark, session);
  scene_vector d = subtract(rest, mark->centre);
  double u = dot(d, mark->long_axis) / radius, v = dot(d, mark->side) / (radius * mark->aspect);
  scene_vector up = cross(mark->long_axis, mark->side);
  double w = dot(d, up) / radius, r = sqrt(u * u + v * v + w * w);
  double from = reach[mark->kind], to = core[mark->kind];
  *gradient = (scene_vector){0};
  if (r >= from || r <= to)
    return r <= to ? 1 : 0;
  double t = (from - r) / (from - to), slope = -6 * t * (1 - t) / (from - to) / (r > 0 ? r : 1);
  scene_vector dr =
      add(add(times(mark->long_axis, u / radius), times(mark->side, v / (radius * mark->aspect))),
          times(up, w / radius));
  *gradient = times(dr, slope);
  return t * t * (3 - 2 * t);
}

static void add_mark(skin_point *skin, const scene_mark *mark, const scene_session *session,
                     scene_vector rest) {
  scene_vector gradient;
  double profile = mark_profile(mark, session, rest, &gradient);
  double strength = mark->strength * scene_mark_strength_left(mark, session);
  if (mark->kind == SCENE_BROWN_SPOT || mark->kind == SCENE_NAEVUS) {
    skin->melanin += strength * profile;
  } else if (mark->kind == SCENE_RED_AREA) {
    skin->haemoglobin += strength * profile;
  } else {
    double height = mark->kind == SCENE_RAISED ? strength : -strength;
    skin->height_mm += height * profile;
    skin->slope = add(skin->slope, times(gradient, height));
    if (height < 0)
      skin->hidden += profile * strength / (strength + scene_mark_radius_left(mark, session));
  }
}

/* ---- plain skin ---- */

/* Noise of a wavelength in mm; faded out where a pixel cannot hold it, else it would alias. */
static double octave(uint64_t seed, scene_vector rest, double wavelength_mm, double pixel_mm,
                     scene_vector *gradient) {
  double share = smooth_step(2, 4, wavelength_mm / pixel_mm);
  if (gradient)
    *gradient = (scene_vector){0};
  if (share <= 0)
    return 0;
  double value = noise_at(seed, times(rest, 1 / wavelength_mm), gradient);
  if (gradient)
    *gradient = times(*gradient, share / wavelength_mm);
  return share * value;
}

static double bump(scene_vector rest, scene_vector at, double sigma_mm) {
  scene_vector d = subtract(rest, at);
  return exp(-dot(d, d) / (2 * sigma_mm * sigma_mm));
}

static void plain_pigment(skin_point *skin, uint64_t seed, scene_vector rest, double pixel_mm) {
  skin->melanin = 0.050 * octave(seed + 1, rest, 34, pixel_mm, NULL) +
                  0.022 * octave(seed + 2, rest, 7, pixel_mm, NULL) +
                  0.016 * octave(seed + 3, rest, 1.7, pixel_mm, NULL) +
                  0.016 * octave(seed + 6, rest, 0.5, pixel_mm, NULL);
  /* blood shows on the cheeks, the nose and the chin */
  const scene_vector left = {42, -10, 38}, right = {-42, -10, 38}, nose = {0, -5, 73},
                     chin = {0, -72, 48};
  double warm = bump(rest, left, 22) + bump(rest, right, 22) + bump(rest, nose, 14) +
                0.6 * bump(rest, chin, 14);
  skin->haemoglobin = 0.07 * warm + 0.035 * octave(seed + 4, rest, 20, pixel_mm, NULL) +
                      0.025 * octave(seed + 5, rest, 3.1, pixel_mm, NULL);
}

static void fine_lines(skin_point *skin, const scene_subject *subject, scene_vector rest,
                       double pixel_mm) {
  static const double wavelength_mm[] = {2.6, 1.1, 0.5, 0.27}, share[] = {1, 0.6, 0.35, 0.2};
  for (int k = 0; k < 4; k++) {
    scene_vector gradient;
    double amplitude = subject->line_height_mm * share[k];
    skin->height_mm += amplitude * octave(subject->seed + 11 + (uint64_t)k, rest, wavelength_mm[k],
                                          pixel_mm, &gradient);
    skin->slope = add(skin->slope, times(gradient, amplitude));
  }
}

/* The lattice of the pores stands askew, so that no rows show on the face. */
static scene_vector askew(scene_vector p) {
  const rotation turned = {{{0.804738, -0.310617, 0.505879},
                            {0.505879, 0.804738, -0.310617},
                            {-0.310617, 0.505879, 0.804738}}};
  return turn(&turned, p);
}

static scene_vector from_askew(scene_vector p) {
  const rotation turned = {{{0.804738, -0.310617, 0.505879},
                            {0.505879, 0.804738, -0.310617},
                            {-0.310617, 0.505879, 0.804738}}};
  return turn_back(&turned, p);
}

/* Pores: one dent of its own size per lattice cell, where the skin passes near its middle. */
static void pores(skin_point *skin, const scene_subject *subject, scene_vector rest,
                  double pixel_mm) {
  const double cell_mm = 0.8, largest_mm = 0.3;
  double depth = subject->pore_depth_mm * smooth_step(0.7, 1.6, largest_mm / pixel_mm);
  if (depth <= 0)
    return;
  scene_vector p = askew(rest);
  double base[3] = {floor(p.x / cell_mm - 0.5), floor(p.y / cell_mm - 0.5),
                    floor(p.z / cell_mm - 0.5)};
  for (int k = 0; k < 8; k++) {
    double cell[3] = {base[0] + (k & 1), base[1] + ((k >> 1) & 1), base[2] + (k >> 2)};
    sd_random random = {subject->seed + 0x51ed27u * (uint64_t)(int64_t)cell[0] +
                        0x9e3779b97f4a7c15u * (uint64_t)(int64_t)cell[1] +
                        0xc2b2ae3d27d4eb4fu * (uint64_t)(int64_t)cell[2]};
    scene_vector at = {(cell[0] + sd_random_uniform(&random)) * cell_mm,
                       (cell[1] + sd_random_uniform(&random)) * cell_mm,
                       (cell[2] + sd_random_uniform(&random)) * cell_mm};
    double size = 0.4 + 0.6 * sd_random_uniform(&random), radius = largest_mm * size;
    scene_vector d = subtract(p, at);
    double share = 1 - dot(d, d) / (radius * radius);
    if (share <= 0)
      continue;
    skin->height_mm -= depth * size * share * share;
    skin->slope =
        add(skin->slope, from_askew(times(d, 4 * depth * size * share / (radius * radius))));
  }
}

skin_point skin_at(const scene_subject *subject, const scene_session *session, const int *marks,
                   int mark_count, scene_vector rest, double pixel_mm) {
  skin_point skin = {0};
  plain_pigment(&skin, subject->seed, rest, pixel_mm);
  fine_lines(&skin, subject, rest, pixel_mm);
  pores(&skin, subject, rest, pixel_mm);
  for (int i = 0; i < mark_count; i++)
    add_mark(&skin, &subject->marks[marks[i]], session, rest);
  return skin;
}
