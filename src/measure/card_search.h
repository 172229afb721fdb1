/* The search for a chart: evenly coloured blobs, lattices of them. Private to measure. */
#ifndef SD_MEASURE_CARD_SEARCH_H
#define SD_MEASURE_CARD_SEARCH_H

#include "measure/card.h"

/* An evenly coloured part of the picture, shaped like a parallelogram. */
typedef struct blob {
  double x, y;       /* centroid */
  double inverse[3]; /* of its covariance: xx, xy, yy */
  double area;       /* pixels */
  int next;          /* the next blob of its bin, -1 at the end */
  bool used;         /* already part of a lattice */
} blob;

typedef struct blobs {
  size_t count;
  blob *v; /* owned */
  int bin_px, columns, rows;
  int *bin; /* first blob of each bin, -1 for none; owned */
} blobs;
sd_status blobs_find(blobs *out, const sd_picture *picture, sd_diag *diag);
void blobs_clear(blobs *b);

/* Squared length of (dx, dy) in units of the blob's own standard deviations: alike in all views of
 * one pattern, since perspective is nearly affine over a patch. */
double blob_length2(const blob *b, double dx, double dy);
/* Could both be patches of one chart, by their sizes? */
bool blobs_alike(const blob *a, const blob *b);
/* The blob of the size of `like` that is nearest to a point, within so many px; -1 for none. */
int blobs_nearest(const blobs *b, const blob *like, double x, double y, double within_px);

enum { LATTICE_SPAN = 25, LATTICE_NODES_MAX = 128 };
/* Blobs at the nodes of a lattice; column and row as counted from the first. */
typedef struct lattice {
  int count;
  int node[LATTICE_NODES_MAX], column[LATTICE_NODES_MAX], row[LATTICE_NODES_MAX];
} lattice;
/* The largest lattice through a blob, and its nodes marked as used; count 0 for none. */
void lattice_grow(lattice *out, blobs *b, int seed);

#endif
