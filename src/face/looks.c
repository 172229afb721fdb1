/* What is not skin by its looks. All limits are relative to the face's own skin: its colour is the
 * robust middle of cheeks and nose, its light a smooth surface fitted to the face, its texture that
 * of its smoother half. So the same rules hold from very light to very dark skin. Marks and scars
 * are small and lie within clean skin; hair, frames and beards are large or come from outside. */
#include "face/skin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Colour further than this from the skin's (in spreads, and at least so much) is no skin. */
static const double COLOUR_SPREADS = 5, COLOUR_LEAST = 0.22;
/* Darker than the fitted light by this (log luminance) is hair or deep shadow. */
static const double DARK_SPREADS = 4, DARK_LEAST = 0.50;
/* Local contrast above this multiple of the skin's own is hair, lashes or stubble. */
static const double TEXTURE_TIMES = 4.5, TEXTURE_LEAST = 0.060;
static const double BEARD_TIMES = 2.4, BEARD_LEAST = 0.035, BEARD_DARK = 0.40,
                    BEARD_DARK_TIMES = 1.7;
/* Specular light: brighter than the surround and paler. */
static const double GLARE_BRIGHT = 0.25, GLARE_PALE = 0.12;
/* A blob smaller than this across (share of the eye distance) inside clean skin is a mark:
 * measured. */
static const double MARK_ACROSS = 0.20;
/* Linear luminance under which a camera records noise. */
static const double SHADOW_LUMINANCE = 0.004;
/* Without landmarks: a region smaller than this share of the photo is no close-up of skin. */
static const double REGION_LEAST = 0.04;
static const double REGION_COLOUR = 0.30;

typedef struct looks {
  sd_map light;   /* log luminance */
  sd_map red;     /* ln(R/G) */
  sd_map blue;    /* ln(B/G) */
  sd_map texture; /* local contrast of log luminance */
} looks;

static void looks_clear(looks *l) {
  sd_map_clear(&l->light);
  sd_map_clear(&l->red);
  sd_map_clear(&l->blue);
  sd_map_clear(&l->texture);
}

static size_t cells(const skin_grid *grid) {
  return (size_t)grid->width * (size_t)grid->height;
}

static sd_status looks_make(looks *l, const skin_grid *grid, const sd_photo *photo, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_picture picture = {0};
  sd_map smooth = {0};
  float code[256];
  for (int k = 0; k < 256; k++)
    code[k] = (float)sd_srgb_to_linear(k / 255.0);
  SD_TRY(sd_photo_picture(&picture, photo, grid->crop, grid->shrink, diag));
  SD_TRY(sd_map_make(&l->light, grid->width, grid->height, diag));
  SD_TRY(sd_map_make(&l->red, grid->width, grid->height, diag));
  SD_TRY(sd_map_make(&l->blue, grid->width, grid->height, diag));
  for (size_t k = 0; k < cells(grid); k++) {
    const uint8_t *p = picture.v + 3 * k;
    float r = code[p[0]] + 0.002f, g = code[p[1]] + 0.002f, b = code[p[2]] + 0.002f;
    l->light.v[k] = logf(0.2126f * r + 0.7152f * g + 0.0722f * b);
    l->red.v[k] = logf(r / g);
    l->blue.v[k] = logf(b / g);
  }
  SD_TRY(sd_map_blur(&smooth, &l->light, 2, diag));
  SD_TRY(sd_map_make(&l->texture, grid->width, grid->height, diag));
  for (size_t k = 0; k < cells(grid); k++)
    l->texture.v[k] = fabsf(l->light.v[k] - smooth.v[k]);
  SD_TRY(sd_map_blur(&l->texture, &l->texture, 2.5, diag));
done:
  sd_picture_clear(&picture);
  sd_map_clear(&smooth);
  return status;
}

/* Median and spread of a map over the cells with choose != 0. */
static bool middle_of(double *median, double *spread, const sd_map *map, const sd_mask *choose) {
  size_t count = (size_t)map->width * (size_t)map->height, n = 0;
  float *v = malloc((count + 1) * sizeof *v);
  if (v == NULL)
    return false;
  for (size_t k = 0; k < count; k++)
    if (choose->v[k])
      v[n++] = map->v[k];
  *median = sd_median(v, n);
  for (size_t k = 0; k < n; k++)
    v[k] = fabsf(v[k] - (float)*median);
  *spread = 1.4826 * sd_median(v, n);
  free(v);
  return n > 50;
}

/* ---- light: a quadratic surface, refitted without what is far below it
 * ---------------------------- */

enum { TERMS = 6 };

static void basis(double *b, const skin_grid *grid, int x, int y) {
  double u = 2.0 * x / grid->width - 1, v = 2.0 * y / grid->height - 1;
  b[0] = 1;
  b[1] = u;
  b[2] = v;
  b[3] = u * u;
  b[4] = u * v;
  b[5] = v * v;
}

static bool solve(double a[TERMS][TERMS + 1], double x[TERMS]) {
  for (int c = 0; c < TERMS; c++) {
    int pivot = c;
    for (int r = c + 1; r < TERMS; r++)
      pivot = fabs(a[r][c]) > fabs(a[pivot][c]) ? r : pivot;
    if (!(fabs(a[pivot][c]) > 1e-9))
      return false;
    for (int k = 0; k <= TERMS; k++) {
      double swap = a[c][k];
      a[c][k] = a[pivot][k];
      a[pivot][k] = swap;
    }
    for (int r = 0; r < TERMS; r++) {
      double factor = r == c ? 0 : a[r][c] / a[c][c];
      for (int k = c; k <= TERMS && r != c; k++)
        a[r][k] -= factor * a[c][k];
    }
  }
  for (int c = 0; c < TERMS; c++)
    x[c] = a[c][TERMS] / a[c][c];
  return true;
}

/* Log luminance less the fitted light, in place. `use` loses what lies far off in each round. */
static bool flatten(sd_map *light, sd_mask *use, const skin_grid *grid) {
  double x[TERMS] = {0}, b[TERMS], median, spread;
  sd_map rest = {0};
  if (sd_map_copy(&rest, light, NULL) != SD_OK)
    return false;
  bool solved = false;
  for (int round = 0; round < 4; round++) {
    double a[TERMS][TERMS + 1] = {{0}};
    for (size_t k = 0; k < cells(grid); k++) {
      if (!use->v[k])
        continue;
      basis(b, grid, (int)(k % (size_t)grid->width), (int)(k / (size_t)grid->width));
      for (int r = 0; r < TERMS; r++) {
        for (int c = 0; c < TERMS; c++)
          a[r][c] += b[r] * b[c];
        a[r][TERMS] += b[r] * light->v[k];
      }
    }
    solved = solve(a, x);
    if (!solved)
      break;
    for (size_t k = 0; k < cells(grid); k++) {
      basis(b, grid, (int)(k % (size_t)grid->width), (int)(k / (size_t)grid->width));
      double fit = 0;
      for (int c = 0; c < TERMS; c++)
        fit += x[c] * b[c];
      rest.v[k] = light->v[k] - (float)fit;
    }
    if (!middle_of(&median, &spread, &rest, use))
      break;
    for (size_t k = 0; k < cells(grid); k++)
      if (use->v[k] && fabs(rest.v[k] - median) > fmax(3 * spread, 0.1))
        use->v[k] = 0;
  }
  sd_map_clear(light);
  *light = rest;
  return solved;
}

/* ---- blobs
 * ------------------------------------------------------------------------------------------ */

/* Keeps of `found` what is large or touches what is not clean face; small blobs inside are marks.
 */
static sd_status drop_marks(sd_mask *found, const sd_mask *label, const sd_mask *reason,
                            const skin_grid *grid, sd_diag *diag) {
  size_t count = cells(grid), width = (size_t)grid->width;
  size_t *queue = malloc((count + 1) * sizeof *queue);
  uint8_t *seen = calloc(count + 1, 1);
  if (queue == NULL || seen == NULL) {
    free(queue);
    free(seen);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  }
  double across = MARK_ACROSS * grid->eye_distance;
  for (size_t seed = 0; seed < count; seed++) {
    if (!found->v[seed] || seen[seed])
      continue;
    size_t head = 0, tail = 0;
    bool touches = false;
    int x0 = grid->width, x1 = 0, y0 = grid->height, y1 = 0;
    queue[tail++] = seed;
    seen[seed] = 1;
    while (head < tail) {
      size_t k = queue[head++], x = k % width, y = k / width;
      x0 = (int)x < x0 ? (int)x : x0;
      x1 = (int)x > x1 ? (int)x : x1;
      y0 = (int)y < y0 ? (int)y : y0;
      y1 = (int)y > y1 ? (int)y : y1;
      size_t next[4] = {k - 1, k + 1, k - width, k + width};
      bool inside[4] = {x > 0, x + 1 < width, y > 0, k + width < count};
      for (int n = 0; n < 4; n++) {
        if (!inside[n]) {
          touches = true;
          continue;
        }
        size_t at = next[n];
        touches = touches || label->v[at] == 0 || reason->v[at] == SD_EXCLUDED_BROW ||
                  reason->v[at] == SD_EXCLUDED_EYE;
        if (found->v[at] && !seen[at]) {
          seen[at] = 1;
          queue[tail++] = at;
        }
      }
    }
    double longest = fmax(x1 - x0 + 1, y1 - y0 + 1);
    bool speck = longest < 0.04 * grid->eye_distance;
    if (speck || (!touches && longest < across))
      for (size_t k = 0; k < tail; k++)
        found->v[queue[k]] = 0;
  }
  free(queue);
  free(seen);
  return SD_OK;
}

/* Grows a mask by `radius` cells (a square is enough for a safety margin). */
static sd_status dilate(sd_mask *mask, int radius, sd_diag *diag) {
  sd_mask grown = {0};
  sd_status status = sd_mask_make(&grown, mask->width, mask->height, diag);
  if (status != SD_OK)
    return status;
  for (int y = 0; y < mask->height; y++)
    for (int x = 0; x < mask->width; x++)
      if (mask->v[(size_t)y * (size_t)mask->width + (size_t)x])
        for (int v = y - radius; v <= y + radius; v++)
          for (int u = x - radius; u <= x + radius; u++)
            if (u >= 0 && v >= 0 && u < mask->width && v < mask->height)
              grown.v[(size_t)v * (size_t)mask->width + (size_t)u] = 255;
  sd_mask_clear(mask);
  *mask = grown;
  return SD_OK;
}

/* ---- a face
 * ----------------------------------------------------------------------------------------- */

typedef struct skin_look {
  double red, red_spread, blue, blue_spread, light, light_spread, texture;
} skin_look;

/* The face's own skin: cheeks and nose, where hair is rarest. */
static sd_status own_skin(skin_look *own, looks *l, const sd_mask *label, const sd_mask *reason,
                          const skin_grid *grid, sd_diag *diag) {
  sd_status status = SD_OK;
  sd_mask core = {0}, use = {0};
  double spread;
  SD_TRY(sd_mask_make(&core, grid->width, grid->height, diag));
  SD_TRY(sd_mask_make(&use, grid->width, grid->height, diag));
  for (size_t k = 0; k < cells(grid); k++) {
    uint8_t z = label->v[k];
    bool clean = reason->v[k] == 0;
    core.v[k] = clean && (z == SD_ZONE_LEFT_CHEEK || z == SD_ZONE_RIGHT_CHEEK ||
                          z == SD_ZONE_NOSE || z == SD_ZONE_GLABELLA);
    use.v[k] = clean && z != 0;
  }
  middle_of(&own->texture, &spread, &l->texture, &core);
  for (size_t k = 0; k < cells(grid); k++) /* the smoother half: a bearded cheek is no reference */
    core.v[k] = core.v[k] && l->texture.v[k] <= own->texture;
  middle_of(&own->red, &own->red_spread, &l->red, &core);
  middle_of(&own->blue, &own->blue_spread, &l->blue, &core);
  flatten(&l->light, &use, grid);
  middle_of(&own->light, &own->light_spread, &l->light, &use);
done:
  sd_mask_clear(&core);
  sd_mask_clear(&use);
  return status;
}

static void mark_foreign(sd_mask *found, const looks *l, const skin_look *own, const sd_mask *label,
                         const skin_grid *grid) {
  double red = fmax(COLOUR_SPREADS * own->red_spread, COLOUR_LEAST);
  double blue = fmax(COLOUR_SPREADS * own->blue_spread, 1.5 * COLOUR_LEAST);
  double dark = fmax(DARK_SPREADS * own->light_spread, DARK_LEAST);
  double rough = fmax(TEXTURE_TIMES * own->texture, TEXTURE_LEAST);
  for (size_t k = 0; k < cells(grid); k++) {
    double dr = (l->red.v[k] - own->red) / red, db = (l->blue.v[k] - own->blue) / blue;
    /* redder is blood, not foreign: only paler, greener or bluer counts in full */
    dr = dr > 0 ? dr / 2 : dr;
    bool foreign =
        dr * dr + db * db > 1 || l->light.v[k] < own->light - dark || l->texture.v[k] > rough;
    found->v[k] = label->v[k] != 0 && foreign ? 255 : 0;
  }
}

/* Beard and stubble: the lower face is rougher or darker than the rest over a wide area. */
static sd_status mark_beard(sd_mask *found, const looks *l, const skin_look *own,
                            const sd_mask *label, const skin_grid *grid, const sd_face *face,
                            sd_diag *diag) {
  sd_status status = SD_OK;
  sd_map texture = {0}, light = {0};
  double reach = 0.05 * grid->eye_distance;
  SD_TRY(sd_map_blur(&texture, &l->texture, reach, diag));
  SD_TRY(sd_map_blur(&light, &l->light, reach, diag));
  double rough = fmax(BEARD_TIMES * own->texture, BEARD_LEAST);
  for (size_t k = 0; k < cells(grid); k++) {
    int x = (int)(k % (size_t)grid->width), y = (int)(k / (size_t)grid->width);
    bool dark =
        light.v[k] < own->light - BEARD_DARK && texture.v[k] > BEARD_DARK_TIMES * own->texture;
    bool hairy = texture.v[k] > rough || dark;
    found->v[k] = label->v[k] != 0 && hairy && zones_lower_face(grid, face, x, y) ? 255 : 0;
  }
done:
  sd_map_clear(&texture);
  sd_map_clear(&light);
  return status;
}

static sd_status mark_glare(sd_mask *found, const looks *l, const skin_look *own,
                            const skin_grid *grid, sd_diag *diag) {
  sd_map around = {0};
  sd_status status = sd_map_blur(&around, &l->light, 0.12 * grid->eye_distance, diag);
  for (size_t k = 0; status == SD_OK && k < cells(grid); k++)
    found->v[k] =
        l->light.v[k] - around.v[k] > GLARE_BRIGHT &&
                (l->blue.v[k] - own->blue > GLARE_PALE || own->red - l->red.v[k] > GLARE_PALE)
            ? 255
            : 0;
  sd_map_clear(&around);
  return status;
}

static void add_reason(sd_mask *reason, const sd_mask *found, const sd_mask *label,
                       sd_excluded what) {
  size_t count = (size_t)reason->width * (size_t)reason->height;
  for (size_t k = 0; k < count; k++) {
    if (!found->v[k] || reason->v[k] != 0 || label->v[k] == 0)
      continue;
    bool around_eyes = label->v[k] == SD_ZONE_LEFT_PERIORBITAL ||
                       label->v[k] == SD_ZONE_RIGHT_PERIORBITAL || label->v[k] == SD_ZONE_NOSE;
    reason->v[k] =
        (uint8_t)(what == SD_EXCLUDED_HAIR && around_eyes ? SD_EXCLUDED_SPECTACLES : what);
  }
}

sd_status looks_judge(sd_mask *reason, const sd_mask *label, const skin_grid *grid,
                      const sd_photo *photo, const sd_face *face, sd_diag *diag) {
  sd_status status = SD_OK;
  looks l = {0};
  sd_mask found = {0};
  skin_look own = {0};
  SD_TRY(looks_make(&l, grid, photo, diag));
  for (size_t k = 0; k < cells(grid); k++)
    if (label->v[k] != 0 && reason->v[k] == 0 && l.light.v[k] < log(SHADOW_LUMINANCE))
      reason->v[k] = SD_EXCLUDED_SHADOW;
  SD_TRY(own_skin(&own, &l, label, reason, grid, diag));
  SD_TRY(sd_mask_make(&found, grid->width, grid->height, diag));
  SD_TRY(mark_glare(&found, &l, &own, grid, diag));
  SD_TRY(dilate(&found, 1, diag));
  add_reason(reason, &found, label, SD_EXCLUDED_GLARE);
  mark_foreign(&found, &l, &own, label, grid);
  SD_TRY(drop_marks(&found, label, reason, grid, diag));
  SD_TRY(dilate(&found, 2, diag));
  add_reason(reason, &found, label, SD_EXCLUDED_HAIR);
  SD_TRY(mark_beard(&found, &l, &own, label, grid, face, diag));
  SD_TRY(drop_marks(&found, label, reason, grid, diag));
  add_reason(reason, &found, label, SD_EXCLUDED_BEARD);
done:
  looks_clear(&l);
  sd_mask_clear(&found);
  return status;
}

/* ---- no face
 * ----------------------------------------------------------------------------------------- */

/* Colours that skin of any tone can have under usual light. */
static bool plausible(const looks *l, size_t k) {
  return l->red.v[k] > 0.10 && l->red.v[k] < 1.6 && l->blue.v[k] < -0.03 && l->blue.v[k] > -2.2 &&
         l->light.v[k] > log(SHADOW_LUMINANCE);
}

/* Keeps the largest connected region, with what lies enclosed in it. */
static sd_status largest_region(sd_mask *mask, const skin_grid *grid, sd_diag *diag) {
  size_t count = cells(grid), width = (size_t)grid->width, best = 0, best_seed = 0;
  size_t *queue = malloc((count + 1) * sizeof *queue);
  uint8_t *seen = calloc(count + 1, 1);
  if (queue == NULL || seen == NULL) {
    free(queue);
    free(seen);
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the skin mask");
  }
  for (int pass = 0; pass < 2; pass++) { /* find it, then flood it alone */
    if (pass == 1)
      memset(seen, 0, count);
    for (size_t seed = pass == 0 ? 0 : best_seed; seed < count; seed++) {
      if (!mask->v[seed] || seen[seed])
        continue;
      size_t head = 0, tail = 0;
      queue[tail++] = seed;
      seen[seed] = 1;
      while (head < tail) {
        size_t k = queue[head++], x = k % width;
        size_t next[4] = {k - 1, k + 1, k - width, k + width};
        bool inside[4] = {x > 0, x + 1 < width, k >= width, k + width < count};
        for (int n = 0; n < 4; n++)
          if (inside[n] && mask->v[next[n]] && !seen[next[n]]) {
            seen[next[n]] = 1;
            queue[tail++] = next[n];
          }
      }
      if (pass == 1)
        break;
      if (tail > best) {
        best = tail;
        best_seed = seed;
      }
    }
  }
  bool enough = (double)best >= REGION_LEAST * (double)count;
  for (size_t k = 0; k < count; k++)
    mask->v[k] = enough && seen[k] ? 255 : 0;
  free(queue);
  free(seen);
  return SD_OK;
}

sd_status looks_find_skin(sd_mask *label, const skin_grid *grid, const sd_photo *photo,
                          sd_diag *diag) {
  sd_status status = SD_OK;
  looks l = {0};
  sd_mask use = {0};
  double texture, red, blue, spread;
  SD_TRY(looks_make(&l, grid, photo, diag));
  SD_TRY(sd_mask_make(&use, grid->width, grid->height, diag));
  for (size_t k = 0; k < cells(grid); k++)
    use.v[k] = plausible(&l, k) ? 255 : 0;
  if (!middle_of(&texture, &spread, &l.texture, &use))
    goto done; /* nothing here could be skin */
  for (size_t k = 0; k < cells(grid); k++)
    use.v[k] = use.v[k] && l.texture.v[k] <= texture ? 255 : 0;
  if (!middle_of(&red, &spread, &l.red, &use) || !middle_of(&blue, &spread, &l.blue, &use))
    goto done;
  double rough = fmax(TEXTURE_TIMES * texture, TEXTURE_LEAST);
  for (size_t k = 0; k < cells(grid); k++) {
    double dr = (l.red.v[k] - red) / REGION_COLOUR,
           db = (l.blue.v[k] - blue) / (1.5 * REGION_COLOUR);
    dr = dr > 0 ? dr / 2 : dr;
    use.v[k] = plausible(&l, k) && dr * dr + db * db < 1 && l.texture.v[k] < rough ? 255 : 0;
  }
  SD_TRY(largest_region(&use, grid, diag));
  for (size_t k = 0; k < cells(grid); k++)
    label->v[k] = use.v[k] ? SD_ZONE_OTHER : 0;
done:
  looks_clear(&l);
  sd_mask_clear(&use);
  return status;
}
