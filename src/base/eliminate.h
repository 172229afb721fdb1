/* Small systems of linear equations. Private to the library. */
#ifndef SD_BASE_ELIMINATE_H
#define SD_BASE_ELIMINATE_H

#include <stdbool.h>

/* Gauss-Jordan with partial pivoting: `rows` equations as rows of a matrix followed by `sides`
 * right sides; these become the solutions. False when a pivot is not above `least`: nothing is
 * known. */
bool eliminate(double *a, int rows, int sides, double least);

#endif
