/* Hair seen as a region: too busy, too dark or too grainy for skin. See skin_face.c for the method.
 */
#include "face/hair.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lengths are in eye distances (about 63 mm). */
/* Texture of hair: over three times the cheeks', and never below 6 % contrast. */
static const double HAIR_TEXTURE = 3.0, HAIR_TEXTURE_MIN = 0.06;
/* Smaller busy places (7 mm) are scars, pimples or pores, not hair. */
static const double BUSY_MIN = 0.11;
/* Away from the rim hair is at least this wide: moustache, beard on the chin. */
static const double WIDE_MIN = 0.3;
/* ... and on average so thick, or it is a fold. */
static const double THICK_MIN = 0.07;
/* What lies so much beside nostrils, the nose or the lips is their fold or shade. */
static const double FEATURE_SHARE = 0.7;
/* Stubble: short hairs seen as grain of 1.5 times the cheeks', darker by a sixth, and greyer. */
static const double STUBBLE_TEXTURE = 1.5, STUBBLE_TEXTURE_MIN = 0.025;
static const float STUBBLE_DARK = 0.18f, STUBBLE_GREYER = 0.03f;
/* Gaps between strands are no larger than a square of this side. */
static const double GAP_MAX = 0.25;
/* Whiskers: seen one by one they are twice as busy as the cheeks, and never below 2.7 % contrast.
 */
static const double WHISKER_TEXTURE = 1.9, WHISKER_TEXTURE_MIN = 0.027;
/* Redder than the cheeks is no hair but an inflamed spot. */
static const double INFLAMED_REDDER = 0.08;
/* With this share of the lower face bearded, what is half as busy again as the cheeks is beard. */
static const double BEARDED_SHARE = 0.02, BEARDED_TEXTURE = 1.6, BEARDED_MIN = 0.16;
/* Shaven skin: a fifth busier than the cheeks, and greyer. */
static const double SHAVEN_TEXTURE = 1.2;
static const double SHAVEN_GREYER = 0.06;
/* Much greyer and darker it may be as smooth as the cheeks. */
static const double SHADOW_GREYER = 0.2;
static const float SHADOW_DARK = 0.1f;
/* On the lip of who is bearded or shaven it need only be a little darker. */
static const float SHAVEN_DARK = 0.05f;
static const double SHAVEN_SHARE = 0.06;
/* A region far nearer to grey than skin in shade is: shade keeps the skin's colour or reddens it.
 */
static const float REGION_GREYER = 0.12f;
/* Brown and fair hair is yellower than any skin, and darker by a third. */
static const float HAIR_YELLOWER = 0.3f, HAIR_DARK = 0.4f;
/* Skin in shade is as smooth as skin in light; smooth hair is at least so much busier, or darker
 * than any shade of the face. */
static const double REGION_TEXTURE = 1.6;
static const float REGION_BLACK = 1.5f; /* lids under a brow are never darker */
/* Beside the nose and the mouth a lamp from the side throws shade as deep as that, and of another
 * colour where a second lamp lights it: what is smooth there is hair only beyond. */
static const float MIDDLE_BLACK = 2.8f;
/* Hair over the forehead seen by its rest: joined to what is certain, by a third darker than the
 * cheeks let expect and half as busy again as they are. Skin in shade is not busier. */
static const float FRINGE_DARK = 0.4f;
static const double FRINGE_TEXTURE = 1.6;
/* It ends above the lids (down, in eye distances). */
static const double FRINGE_LOWEST = -0.28;
/* A beard has at least this share where beards around the mouth grow, or little of itself above
 * where beards begin; hair beside the face has neither. */
static const double BEARD_MOUTH_SHARE = 0.1, BEARD_ABOVE_SHARE = 0.3;

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

static double busier(const hair_work *w, size_t i) {
  return (double)w->quiet.v[i] / fmax(w->skin.texture, 1e-6);
}

/* Fringe, sideburns, beard: busy as hair. */
static bool is_busy(const hair_work *w, size_t i) {
  return w->features.v[i] == 0 && w->islands.v[i] == 0 && !is_lid(w, i) &&
         busier(w, i) > HAIR_TEXTURE && (double)w->texture.v[i] > HAIR_TEXTURE_MIN;
}

static bool around_mouth(const hair_work *w, size_t i) {
  uint8_t label = w->field->label.v[i];
  return label == SD_ZONE_PERIORAL || label == SD_ZONE_CHIN;
}

static bool is_inflamed(const hair_work *w, size_t i) {
  return (double)w->tint.v[i] > w->skin.tint + INFLAMED_REDDER;
}

/* Moustache and beard, up to the lips. Spots around the mouth are not spared as elsewhere: single
 * ones are too small to be taken for hair, and beards are full of them. */
static bool is_whiskers(const hair_work *w, size_t i) {
  if (w->mouth_rim.v[i] != 0 || !is_lower_face(w, i))
    return false;
  if (w->bearded && w->mouth.v[i] != 0)
    return (double)w->texture.v[i] > fmax(BEARDED_TEXTURE * w->skin.texture, WHISKER_TEXTURE_MIN);
  /* Smiles fold the cheeks: there whiskers must be seen elsewhere first. */
  if (!w->bearded && (!around_mouth(w, i) || is_inflamed(w, i)))
    return false;
  return (around_mouth(w, i) || w->islands.v[i] == 0) && busier(w, i) > WHISKER_TEXTURE &&
         (double)w->quiet.v[i] > WHISKER_TEXTURE_MIN;
}

/* Where the face itself throws shade: below the brows, away from the outline. */
static bool is_middle(const hair_work *w, size_t i) {
  return hair_down_of(w, i) > FRINGE_LOWEST &&
         (w->calm.v[i] == 0 || w->beside.v[i] != 0 || w->mouth.v[i] != 0);
}

/* Smooth hair, cloth: far too dark, and greyer than shaded skin; or dark and yellower than skin. */
static bool is_dark_region(const hair_work *w, size_t i) {
  float darker = w->far.v[i] - w->broad.v[i];
  bool greyer = (double)w->tint.v[i] < w->skin.tint - (double)REGION_GREYER;
  bool yellower = (double)w->warm.v[i] > w->skin.warm + (double)HAIR_YELLOWER;
  bool calm = busier(w, i) < REGION_TEXTURE;
  if (calm)
    return greyer && darker > (is_middle(w, i) ? MIDDLE_BLACK : REGION_BLACK);
  return (greyer && darker > (is_lid(w, i) ? REGION_BLACK : REGION_DARK)) ||
         (yellower && darker > HAIR_DARK && !is_lid(w, i));
}

/* Shaven whiskers: no hair to see, but grainier and bluer than the face around the mouth is. */
static bool is_shaven(const hair_work *w, size_t i) {
  if (w->mouth.v[i] == 0 || w->mouth_rim.v[i] != 0 || !is_lower_face(w, i))
    return false;
  float darker = w->far.v[i] - w->broad.v[i];
  double greyer = w->skin.tint - (double)w->tint.v[i];
  if (w->bearded && w->field->label.v[i] == SD_ZONE_PERIORAL && !is_inflamed(w, i))
    return busier(w, i) > SHAVEN_TEXTURE && darker > SHAVEN_DARK;
  if (w->beside.v[i] != 0)
    return false;
  return (busier(w, i) > SHAVEN_TEXTURE && greyer > SHAVEN_GREYER && darker > 0) ||
         (busier(w, i) > 1 && greyer > SHADOW_GREYER && darker > SHADOW_DARK);
}

static bool is_stubble(const hair_work *w, size_t i) {
  double limit = fmax(STUBBLE_TEXTURE * w->skin.texture, STUBBLE_TEXTURE_MIN);
  return w->features.v[i] == 0 && w->islands.v[i] == 0 && is_lower_face(w, i) &&
         (double)w->texture.v[i] > limit && w->broad.v[i] < w->far.v[i] - STUBBLE_DARK &&
         (double)w->tint.v[i] < w->skin.tint - (double)STUBBLE_GREYER;
}

sd_status hair_count_in(size_t **out, const sd_mask *mask, int count, const int32_t *number,
                        sd_diag *diag) {
  size_t *inside = calloc((size_t)count + 1, sizeof *inside);
  if (inside == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  for (size_t i = 0; i < (size_t)mask->width * (size_t)mask->height; i++)
    if (number[i] > 0 && mask->v[i] != 0)
      inside[number[i]]++;
  *out = inside;
  return SD_OK;
}

sd_status hair_keep_seeded(hair_work *w, int32_t *number, sd_diag *diag) {
  sd_status status = SD_OK;
  size_t total = sd_field_count(w->field), *seeds = NULL;
  sd_component *list = NULL;
  int count = 0;
  for (size_t i = 0; i < total; i++)
    w->dark.v[i] = w->dark.v[i] != 0 || w->seed.v[i] != 0;
  SD_TRY(sd_shape_components(&list, &count, number, &w->dark, diag));
  SD_TRY(hair_count_in(&seeds, &w->seed, count, number, diag));
  for (size_t i = 0; i < total; i++)
    w->dark.v[i] = number[i] > 0 && seeds[number[i]] > 0;
done:
  free(seeds);
  free(list);
  return status;
}

uint8_t hair_kind(const hair_work *w, size_t i, bool at_rim) {
  return is_lower_face(w, i) && !at_rim ? SD_EXCLUDED_BEARD : SD_EXCLUDED_HAIR;
}

/* Hair is joined to the rim of the face, or wide; a busy place inside the face is a scar, a mark
 * with a sharp rim, a reflection: those stay. */
static bool is_hair_region(const hair_work *w, const sd_component *c, size_t at_rim,
                           size_t at_features) {
  double width = c->x1 - c->x0 + 1, height = c->y1 - c->y0 + 1;
  double side = fmax(width, height) / w->field->unit;
  if (w->bearded && side >= BEARDED_MIN)
    return true;
  if ((double)at_features > FEATURE_SHARE * (double)c->area)
    return false;
  if (at_rim == 0 && (double)c->area < THICK_MIN * fmax(width, height) * w->field->unit)
    return false;
  return side >= WIDE_MIN || (side >= BUSY_MIN && at_rim > 0);
}

/* Hair that hangs beside the face or comes down from above, though it reaches below the cheeks. */
static bool is_beside_face(const sd_component *c, size_t at_mouth, size_t above) {
  double area = (double)c->area;
  return (double)at_mouth < BEARD_MOUTH_SHARE * area && (double)above > BEARD_ABOVE_SHARE * area;
}

static bool is_region(const hair_work *w, size_t i) {
  return hair_is_open(w->field, i) && (is_busy(w, i) || is_whiskers(w, i) || is_dark_region(w, i) ||
                                       is_stubble(w, i) || is_shaven(w, i));
}

/* Marks the components of w->dark that are hair. */
static sd_status mark_components(hair_work *w, int32_t *number, sd_diag *diag) {
  sd_status status = SD_OK;
  size_t total = sd_field_count(w->field);
  size_t *at_rim = NULL, *at_features = NULL, *at_mouth = NULL, *above = NULL;
  sd_component *list = NULL;
  int count = 0;
  SD_TRY(sd_shape_components(&list, &count, number, &w->dark, diag));
  SD_TRY(hair_count_in(&at_rim, &w->rim, count, number, diag));
  SD_TRY(hair_count_in(&at_features, &w->beside, count, number, diag));
  SD_TRY(hair_count_in(&at_mouth, &w->mouth, count, number, diag));
  SD_TRY(hair_count_in(&above, &w->above, count, number, diag));
  memset(w->seed.v, 0, total);
  for (size_t i = 0; i < total; i++) {
    int32_t which = number[i];
    if (which == 0)
      continue;
    const sd_component *c = &list[which - 1];
    if (!is_hair_region(w, c, at_rim[which], at_features[which]))
      continue;
    bool mostly = (double)at_rim[which] >= RIM_SHARE * (double)c->area;
    bool beside = !w->bearded && is_beside_face(c, at_mouth[which], above[which]);
    w->field->excluded.v[i] = hair_kind(w, i, mostly || beside);
    w->seed.v[i] = beside && !mostly;
  }
done:
  free(above);
  free(at_mouth);
  free(at_features);
  free(at_rim);
  free(list);
  return status;
}

static sd_status mark_once(hair_work *w, int32_t *number, sd_diag *diag) {
  for (size_t i = 0; i < sd_field_count(w->field); i++)
    w->dark.v[i] = is_region(w, i);
  return mark_components(w, number, diag);
}

static bool is_fringe(const hair_work *w, size_t i) {
  return hair_is_open(w->field, i) && w->features.v[i] == 0 && hair_down_of(w, i) < FRINGE_LOWEST &&
         w->smooth.v[i] < w->far.v[i] - FRINGE_DARK && busier(w, i) > FRINGE_TEXTURE;
}

/* The rest of a fringe, and the thin hair along the hairline. */
static sd_status grow_fringe(hair_work *w, int32_t *number, sd_diag *diag) {
  size_t total = sd_field_count(w->field);
  for (size_t i = 0; i < total; i++) {
    w->seed.v[i] = w->field->excluded.v[i] == SD_EXCLUDED_HAIR && w->above.v[i] != 0;
    w->dark.v[i] = is_fringe(w, i);
  }
  sd_status status = hair_keep_seeded(w, number, diag);
  for (size_t i = 0; i < total && status == SD_OK; i++)
    if (w->dark.v[i] != 0)
      w->field->excluded.v[i] = SD_EXCLUDED_HAIR;
  return status;
}

static bool is_bearded(const hair_work *w) {
  size_t beard[2] = {0}, all[2] = {0}, shaven = 0;
  for (size_t i = 0; i < sd_field_count(w->field); i++)
    if (is_lower_face(w, i)) {
      bool mouth = around_mouth(w, i);
      beard[mouth] +=
          w->field->excluded.v[i] == SD_EXCLUDED_BEARD && busier(w, i) > WHISKER_TEXTURE;
      shaven += mouth && w->field->excluded.v[i] == SD_EXCLUDED_BEARD;
      all[mouth]++;
    }
  return (double)shaven > SHAVEN_SHARE * (double)all[1] ||
         (double)beard[1] > BEARDED_SHARE * (double)all[1] ||
         (double)beard[0] > 2 * BEARDED_SHARE * (double)all[0];
}

/* On who is bearded, hair that goes on below the cheeks is beard. */
static void name_sideburns(hair_work *w) {
  for (size_t i = 0; i < sd_field_count(w->field); i++)
    if (w->seed.v[i] != 0)
      w->field->excluded.v[i] = hair_kind(w, i, false);
}

sd_status hair_mark_regions(hair_work *w, sd_diag *diag) {
  int32_t *number = malloc(sd_field_count(w->field) * sizeof *number);
  if (number == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  sd_status status = mark_once(w, number, diag);
  w->bearded = is_bearded(w);
  if (status == SD_OK && w->bearded) {
    name_sideburns(w);
    status = mark_once(w, number, diag);
  }
  if (status == SD_OK)
    status = grow_fringe(w, number, diag);
  free(number);
  return status;
}

static bool is_hair(const sd_field *field, size_t i) {
  return field->excluded.v[i] == SD_EXCLUDED_HAIR || field->excluded.v[i] == SD_EXCLUDED_BEARD;
}

/* Counts the neighbours right and below of every place: pairs of a gap's pixel with hair, with
 * anything else of the face. */
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
      pairs[number[in]][1] += field->label.v[out] != 0 && !is_hair(field, out);
    }
  }
}

/* Of the places in w->dark, those no larger than area_max and with hair all around become hair. */
static sd_status close_enclosed(hair_work *w, double area_max, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_field *field = w->field;
  size_t total = sd_field_count(field);
  size_t(*pairs)[2] = NULL;
  sd_component *list = NULL;
  int count = 0;
  int32_t *number = malloc(total * sizeof *number);
  if (number == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  SD_TRY(sd_shape_components(&list, &count, number, &w->dark, diag));
  pairs = calloc((size_t)count + 1, sizeof *pairs);
  if (pairs == NULL) {
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
    goto done;
  }
  count_neighbours(pairs, w, number);
  for (size_t i = 0; i < total; i++)
    if (number[i] > 0 && (double)list[number[i] - 1].area < area_max &&
        pairs[number[i]][0] > pairs[number[i]][1])
      field->excluded.v[i] = hair_kind(w, i, false);
done:
  free(pairs);
  free(list);
  free(number);
  return status;
}

sd_status hair_close_gaps(hair_work *w, sd_diag *diag) {
  size_t total = sd_field_count(w->field);
  double side = GAP_MAX * w->field->unit;
  /* What looked like a mark. */
  for (size_t i = 0; i < total; i++)
    w->dark.v[i] = w->islands.v[i] != 0 && hair_is_open(w->field, i) && !is_lid(w, i);
  sd_status status = close_enclosed(w, (double)total, diag);
  /* What is left over between strands. */
  for (size_t i = 0; i < total; i++)
    w->dark.v[i] = hair_is_open(w->field, i) && !is_lid(w, i);
  return status == SD_OK ? close_enclosed(w, side * side, diag) : status;
}
