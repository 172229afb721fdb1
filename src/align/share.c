/* Skin that one of two registered photos does not show is measured in neither. A band of relief
 * near the edge of a mask depends on the edge; with one edge for both dates it does so alike. */
#include "scardelta/align.h"

#include <math.h>
#include <stdlib.h>

/* Blocks of pixels that share an answer: about 700 across the face, a quarter of a millimetre. */
static const double BLOCKS_ACROSS = 700;

static bool is_measured_at(const sd_skin *skin, sd_point p) {
  long x = lround(p.x) - skin->crop.x, y = lround(p.y) - skin->crop.y;
  if (x < 0 || y < 0 || x >= skin->crop.width || y >= skin->crop.height)
    return false;
  size_t k = (size_t)y * (size_t)skin->crop.width + (size_t)x;
  return skin->label.v[k] != 0 && skin->excluded.v[k] == SD_MEASURED;
}

/* One value a block: whether the other photo measures what lies at its middle. */
static sd_status seen_by_other(sd_mask *out, const sd_skin *skin, const sd_skin *other,
                               const sd_warp *map, int side, sd_diag *diag) {
  sd_status status = sd_mask_make(out, (skin->crop.width + side - 1) / side,
                                  (skin->crop.height + side - 1) / side, diag);
  if (status != SD_OK)
    return status;
#pragma omp parallel for schedule(static)
  for (int j = 0; j < out->height; j++)
    for (int i = 0; i < out->width; i++) {
      sd_point there;
      double x = skin->crop.x + i * side + (side - 1) / 2.0;
      double y = skin->crop.y + j * side + (side - 1) / 2.0;
      out->v[(size_t)j * (size_t)out->width + (size_t)i] =
          sd_warp_at(map, x, y, &there) && is_measured_at(other, there);
    }
  return SD_OK;
}

static void keep_seen(sd_skin *skin, const sd_mask *seen, int side) {
  size_t width = (size_t)skin->crop.width;
#pragma omp parallel for schedule(static)
  for (int y = 0; y < skin->crop.height; y++)
    for (int x = 0; x < skin->crop.width; x++) {
      uint8_t *reason = &skin->excluded.v[(size_t)y * width + (size_t)x];
      if (*reason == SD_MEASURED &&
          !seen->v[(size_t)(y / side) * (size_t)seen->width + (size_t)(x / side)])
        *reason = SD_EXCLUDED_OUTSIDE;
    }
}

static int block_side(const sd_skin *skin) {
  double across = skin->crop.width > skin->crop.height ? skin->crop.width : skin->crop.height;
  int side = (int)(across / BLOCKS_ACROSS);
  return side < 1 ? 1 : side;
}

sd_status sd_alignment_share_skin(sd_skin *before, sd_skin *after, const sd_alignment *alignment,
                                  sd_diag *diag) {
  sd_status status = SD_OK;
  sd_mask seen[2] = {{0}, {0}};
  int side[2] = {block_side(before), block_side(after)};
  if (alignment->status == SD_ALIGNMENT_FAILED)
    return SD_OK;
  SD_TRY(seen_by_other(&seen[0], before, after, &alignment->forward, side[0], diag));
  SD_TRY(seen_by_other(&seen[1], after, before, &alignment->inverse, side[1], diag));
  keep_seen(before, &seen[0], side[0]);
  keep_seen(after, &seen[1], side[1]);
done:
  sd_mask_clear(&seen[0]);
  sd_mask_clear(&seen[1]);
  return status;
}
