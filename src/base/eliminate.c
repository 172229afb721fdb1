/* Elimination, where the systems are small and the same rows serve several right sides. */
#include "base/eliminate.h"

#include <math.h>

static void swap_rows(double *one, double *other, int columns) {
  for (int c = 0; c < columns; c++) {
    double kept = one[c];
    one[c] = other[c];
    other[c] = kept;
  }
}

bool eliminate(double *a, int rows, int sides, double least) {
  int columns = rows + sides;
  for (int k = 0; k < rows; k++) {
    int pivot = k;
    for (int r = k + 1; r < rows; r++)
      if (fabs(a[r * columns + k]) > fabs(a[pivot * columns + k]))
        pivot = r;
    if (!(fabs(a[pivot * columns + k]) > least))
      return false;
    swap_rows(a + k * columns, a + pivot * columns, columns);
    for (int r = 0; r < rows; r++) {
      double factor = r == k ? 0 : a[r * columns + k] / a[k * columns + k];
      for (int c = k; c < columns && factor != 0; c++)
        a[r * columns + c] -= factor * a[k * columns + c];
    }
  }
  for (int k = 0; k < rows; k++)
    for (int c = rows; c < columns; c++)
      a[k * columns + c] /= a[k * columns + k];
  return true;
}
