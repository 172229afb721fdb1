/* Hair seen as a region: too busy, too dark or too grainy for skin. See skin_face.c for the method.
 */
#include "face/hair.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lengths are in eye distances (about 63 mm). */
/* Beards begin here (down, in eye distances). */
static const double BEARD_HIGHEST = 0.55;
/* Texture of hair: over three times the cheeks', and never below 6 % contrast. */
static const double HAIR_TEXTURE = 3.0, HAIR_TEXTURE_MIN = 0.06;
/* Smaller busy places (7 mm) are scars, pimples or pores, not hair. */
static const double BUSY_MIN = 0.11;
/* Away from the rim hair is at least this wide: moustache, beard on the chin. */
static const double WIDE_MIN = 0.3;
/* Stubble: short hairs seen as grain of 1.5 times the cheeks', darker by a sixth, and greyer. */
static const double STUBBLE_TEXTURE = 1.5, STUBBLE_TEXTURE_MIN = 0.025;
static const float STUBBLE_DARK = 0.18f, STUBBLE_GREYER = 0.03f;
/* A region far nearer to grey than skin in shade is: shade keeps the skin's colour or reddens it.
 */
static const float REGION_GREYER = 0.12f;

/* ---- regions ------------------------------------------------------------------------------- */

static bool is_lower_face(const hair_work *w, size_t i) {
  uint8_t label = w->field->label.v[i];
  if (label == SD_ZONE_PERIORAL || label == SD_ZONE_CHIN)
    return true;
  return (label == SD_ZONE_LEFT_CHEEK || label == SD_ZONE_RIGHT_CHEEK || label == SD_ZONE_OTHER) &&
         hair_down_of(w, i) > BEARD_HIGHEST;
}

static bool is_lid(const hair_work *w, size_t i) {
  uint8_t label = w->field->label.v[i];
  return label == SD_ZONE_LEFT_PERIORBITAL || label == SD_ZONE_RIGHT_PERIORBITAL;
}

/* Fringe, sideburns, beard: busy as hair. */
static bool is_busy(const hair_work *w, size_t i) {
  double limit = fmax(HAIR_TEXTURE * w->skin.texture, HAIR_TEXTURE_MIN);
  return w->features.v[i] == 0 && w->islands.v[i] == 0 && !is_lid(w, i) &&
         (double)w->texture.v[i] > limit;
}

/* Smooth dark hair, cloth: far too dark, and greyer than shaded skin. */
static bool is_dark_region(const hair_work *w, size_t i) {
  return w->broad.v[i] < w->far.v[i] - REGION_DARK &&
         (double)w->tint.v[i] < w->skin.tint - (double)REGION_GREYER;
}

static bool is_stubble(const hair_work *w, size_t i) {
  double limit = fmax(STUBBLE_TEXTURE * w->skin.texture, STUBBLE_TEXTURE_MIN);
  return w->rims.v[i] == 0 && w->islands.v[i] == 0 && is_lower_face(w, i) &&
         (double)w->texture.v[i] > limit && w->broad.v[i] < w->far.v[i] - STUBBLE_DARK &&
         (double)w->tint.v[i] < w->skin.tint - (double)STUBBLE_GREYER;
}

/* Per component, numbered from 1: how many of its pixels are near the rim of the face. */
sd_status hair_count_at_rim(size_t **out, const hair_work *w, int count, const int32_t *number,
                            sd_diag *diag) {
  size_t *at_rim = calloc((size_t)count + 1, sizeof *at_rim);
  if (at_rim == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  for (size_t i = 0; i < sd_field_count(w->field); i++)
    if (number[i] > 0 && w->rim.v[i] != 0)
      at_rim[number[i]]++;
  *out = at_rim;
  return SD_OK;
}

uint8_t hair_kind(const hair_work *w, size_t i, bool at_rim) {
  return is_lower_face(w, i) && !at_rim ? SD_EXCLUDED_BEARD : SD_EXCLUDED_HAIR;
}

/* Hair is joined to the rim of the face, or wide; a busy place inside the face is a scar, a mark
 * with a sharp rim, a reflection: those stay. */
static bool is_hair_region(const hair_work *w, const sd_component *c, size_t at_rim) {
  double width = c->x1 - c->x0 + 1, height = c->y1 - c->y0 + 1;
  double side = fmax(width, height) / w->field->unit;
  return side >= WIDE_MIN || (side >= BUSY_MIN && at_rim > 0);
}

sd_status hair_mark_regions(hair_work *w, sd_diag *diag) {
  sd_status status = SD_OK;
  size_t total = sd_field_count(w->field), *at_rim = NULL;
  sd_component *list = NULL;
  int count = 0;
  int32_t *number = malloc(total * sizeof *number);
  if (number == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  for (size_t i = 0; i < total; i++)
    w->dark.v[i] =
        hair_is_open(w->field, i) && (is_busy(w, i) || is_dark_region(w, i) || is_stubble(w, i));
  SD_TRY(sd_shape_components(&list, &count, number, &w->dark, diag));
  SD_TRY(hair_count_at_rim(&at_rim, w, count, number, diag));
  for (size_t i = 0; i < total; i++) {
    int32_t which = number[i];
    if (which > 0 && is_hair_region(w, &list[which - 1], at_rim[which])) {
      bool mostly = (double)at_rim[which] >= RIM_SHARE * (double)list[which - 1].area;
      w->field->excluded.v[i] = hair_kind(w, i, mostly);
    }
  }
done:
  free(at_rim);
  free(number);
  free(list);
  return status;
}

static bool is_hair(const sd_field *field, size_t i) {
  return field->excluded.v[i] == SD_EXCLUDED_HAIR || field->excluded.v[i] == SD_EXCLUDED_BEARD;
}

/* Counts the neighbours right and below of every place: pairs of an island's pixel with hair, with
 * open skin. */
static void count_neighbours(size_t (*pairs)[2], const hair_work *w, const int32_t *number) {
  const sd_field *field = w->field;
  size_t width = (size_t)field->label.width, total = sd_field_count(field);
  for (size_t i = 0; i < total; i++) {
    size_t steps[2] = {i % width + 1 < width ? 1 : 0, i + width < total ? width : 0};
    for (int k = 0; k < 2; k++) {
      size_t next = i + steps[k], in = number[i] > 0 ? i : next, out = number[i] > 0 ? next : i;
      if (steps[k] == 0 || number[in] == 0 || number[out] != 0)
        continue;
      pairs[number[in]][0] += is_hair(field, out);
      pairs[number[in]][1] += hair_is_open(field, out);
    }
  }
}

/* What looked like a mark but has hair all around is a gap between hairs. */
sd_status hair_close_gaps(hair_work *w, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_field *field = w->field;
  size_t total = sd_field_count(field);
  size_t(*pairs)[2] = NULL;
  sd_component *list = NULL;
  int count = 0;
  int32_t *number = malloc(total * sizeof *number);
  if (number == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  for (size_t i = 0; i < total; i++)
    w->dark.v[i] = w->islands.v[i] != 0 && hair_is_open(field, i);
  SD_TRY(sd_shape_components(&list, &count, number, &w->dark, diag));
  pairs = calloc((size_t)count + 1, sizeof *pairs);
  if (pairs == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
    goto done;
  }
  count_neighbours(pairs, w, number);
  for (size_t i = 0; i < total; i++)
    if (number[i] > 0 && pairs[number[i]][0] > pairs[number[i]][1])
      field->excluded.v[i] = hair_kind(w, i, false);
done:
  free(pairs);
  free(list);
  free(number);
  return status;
}
