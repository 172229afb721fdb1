/* Landmarks know depth, so that what a camera sees of a head after it turned is an affine map of
 * its points in space (weak perspective: Huttenlocher and Ullman 1990). What is left over is the
 * shape of the head itself, and its expression; the mouth is left out for that. */
#include "align/heads.h"

#include "base/eliminate.h"

#include <math.h>

/* Landmarks down to the base of the nose, so many eye distances below the eyes. */
static const double UPPER_FACE = 0.6;
enum { TERMS = 4, RIGHT_SIDES = 2, LEAST_POINTS = 50 };

/* Normal equations of the two coordinates in the picture, and the squares to be explained. */
typedef struct normal {
  double a[TERMS][TERMS + RIGHT_SIDES];
  double square;
  int points;
} normal;

static void terms_of(double t[TERMS], const sd_face *face, int k) {
  const sd_landmark *p = &face->landmarks[k];
  double unit = face->eye_distance_px;
  t[0] = (p->x - face->eyes[0].x) / unit;
  t[1] = (p->y - face->eyes[0].y) / unit;
  t[2] = p->z / unit;
  t[3] = 1;
}

static bool is_upper(const sd_face *face, int k) {
  const sd_point *right = &face->eyes[0], *left = &face->eyes[1];
  double along_x = left->x - right->x, along_y = left->y - right->y;
  double x = face->landmarks[k].x - right->x, y = face->landmarks[k].y - right->y;
  return along_x * y - along_y * x < UPPER_FACE * (along_x * along_x + along_y * along_y);
}

static void add_point(normal *n, const double t[TERMS], const double seen[RIGHT_SIDES]) {
  for (int r = 0; r < TERMS; r++) {
    for (int c = 0; c < TERMS; c++)
      n->a[r][c] += t[r] * t[c];
    for (int side = 0; side < RIGHT_SIDES; side++)
      n->a[r][TERMS + side] += t[r] * seen[side];
  }
  for (int side = 0; side < RIGHT_SIDES; side++)
    n->square += seen[side] * seen[side];
  n->points++;
}

double heads_apart(const sd_face *before, const sd_face *after) {
  normal n = {.points = 0};
  if (!before->found || !after->found)
    return NAN;
  for (int k = 0; k < SD_CANONICAL_POINTS; k++) {
    double t[TERMS], seen[TERMS];
    if (!is_upper(before, k))
      continue;
    terms_of(t, before, k);
    terms_of(seen, after, k);
    add_point(&n, t, seen);
  }
  normal solved = n;
  if (n.points < LEAST_POINTS || !eliminate(solved.a[0], TERMS, RIGHT_SIDES, 1e-9))
    return NAN;
  double left = n.square; /* less what the best map explains */
  for (int r = 0; r < TERMS; r++)
    for (int side = TERMS; side < TERMS + RIGHT_SIDES; side++)
      left -= solved.a[r][side] * n.a[r][side];
  return sqrt(fmax(left, 0) / n.points);
}
