/* Landmarks know depth, so that what a camera sees of a head after it turned is an affine map of
 * its points in space (weak perspective: Huttenlocher and Ullman 1990). What is left over is the
 * shape of the head itself, and its expression; the mouth is left out for that. */
#include "align/heads.h"

#include <math.h>
#include <string.h>

/* Landmarks down to the base of the nose, so many eye distances below the eyes. */
static const double UPPER_FACE = 0.6;
enum { TERMS = 4, RIGHT_SIDES = 2, LEAST_POINTS = 50 };

/* Normal equations of the two coordinates in the picture. */
typedef struct normal {
  double a[TERMS][TERMS + RIGHT_SIDES];
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

/* Gauss-Jordan with partial pivoting. */
static bool solve(normal *n) {
  for (int k = 0; k < TERMS; k++) {
    int pivot = k;
    for (int r = k + 1; r < TERMS; r++)
      if (fabs(n->a[r][k]) > fabs(n->a[pivot][k]))
        pivot = r;
    if (!(fabs(n->a[pivot][k]) > 1e-9))
      return false;
    double row[TERMS + RIGHT_SIDES];
    memcpy(row, n->a[pivot], sizeof row);
    memcpy(n->a[pivot], n->a[k], sizeof row);
    for (int c = 0; c < TERMS + RIGHT_SIDES; c++)
      n->a[k][c] = row[c] / row[k];
    for (int r = 0; r < TERMS; r++) {
      double share = n->a[r][k];
      for (int c = 0; c < TERMS + RIGHT_SIDES && r != k; c++)
        n->a[r][c] -= share * n->a[k][c];
    }
  }
  return true;
}

double heads_apart(const sd_face *before, const sd_face *after) {
  normal n = {.points = 0};
  double t[TERMS], seen[TERMS], square = 0;
  if (!before->found || !after->found)
    return NAN;
  for (int k = 0; k < SD_CANONICAL_POINTS; k++) {
    if (!is_upper(before, k))
      continue;
    terms_of(t, before, k);
    terms_of(seen, after, k);
    for (int r = 0; r < TERMS; r++) {
      for (int c = 0; c < TERMS; c++)
        n.a[r][c] += t[r] * t[c];
      for (int side = 0; side < RIGHT_SIDES; side++)
        n.a[r][TERMS + side] += t[r] * seen[side];
    }
    n.points++;
  }
  if (n.points < LEAST_POINTS || !solve(&n))
    return NAN;
  for (int k = 0; k < SD_CANONICAL_POINTS; k++) {
    if (!is_upper(before, k))
      continue;
    terms_of(t, before, k);
    terms_of(seen, after, k);
    for (int side = 0; side < RIGHT_SIDES; side++) {
      double off = seen[side];
      for (int r = 0; r < TERMS; r++)
        off -= t[r] * n.a[r][TERMS + side];
      square += off * off;
    }
  }
  return sqrt(square / n.points);
}
