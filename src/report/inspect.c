/* The table of `inspect`: facts down, photos across, in blocks of as many photos as fit. */
#include "scardelta/report.h"

#include "report/safe_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAME_WIDTH = 22, CELL_WIDTH = 26, PHOTOS_ACROSS = 3, CELL_TEXT = 128 };

typedef void cell_writer(char out[CELL_TEXT], const sd_inspection *photo);

/* Characters, not bytes: UTF-8 continuation bytes take no place. */
static size_t characters(const char *text) {
  size_t count = 0;
  for (; *text != '\0'; text++)
    count += ((unsigned char)*text & 0xc0) != 0x80;
  return count;
}

/* The first CELL_WIDTH - 1 characters, with dots where there were more. */
static void head(char out[CELL_TEXT], const char *text) {
  bool whole = characters(text) < CELL_WIDTH;
  size_t wanted = whole ? CELL_WIDTH : CELL_WIDTH - 4, n = 0;
  for (; *text != '\0' && n + 5 < CELL_TEXT; text++) {
    bool starts = ((unsigned char)*text & 0xc0) != 0x80;
    if (starts && wanted-- == 0)
      break;
    out[n++] = *text;
  }
  snprintf(out + n, CELL_TEXT - n, "%s", whole ? "" : "...");
}

/* The file with as many of its folders as fit whole; of a name that is too long its end, which
 * tells more. */
static void path_tail(char out[CELL_TEXT], const char *path) {
  const char *from = path;
  while (characters(from) >= CELL_WIDTH && strchr(from, '/') != NULL)
    from = strchr(from, '/') + 1;
  bool cut = characters(from) >= CELL_WIDTH;
  for (size_t surplus = cut ? characters(from) - (CELL_WIDTH - 4) : 0; surplus > 0; surplus--)
    do
      from++;
    while (((unsigned char)*from & 0xc0) == 0x80);
  snprintf(out, CELL_TEXT, "%s%s", cut ? "..." : "", from);
}

static void number(char out[CELL_TEXT], double value, const char *format) {
  if (isfinite(value))
    snprintf(out, CELL_TEXT, format, value);
  else
    snprintf(out, CELL_TEXT, "-");
}

static void cell_file(char out[CELL_TEXT], const sd_inspection *photo) {
  sd_text clean = {0};
  sd_text_add_utf8(&clean, photo->file);
  path_tail(out, clean.v == NULL ? "" : clean.v);
  sd_text_clear(&clean);
}

static void cell_taken(char out[CELL_TEXT], const sd_inspection *photo) {
  snprintf(out, CELL_TEXT, "%s", photo->photo->capture.taken);
}

static void cell_camera(char out[CELL_TEXT], const sd_inspection *photo) {
  head(out, photo->photo->capture.model);
}

static void cell_lens(char out[CELL_TEXT], const sd_inspection *photo) {
  head(out, photo->photo->capture.lens);
}

static void cell_focal_length(char out[CELL_TEXT], const sd_inspection *photo) {
  const sd_capture *c = &photo->photo->capture;
  if (c->focal_length_mm > 0 && c->focal_length_35mm > 0)
    snprintf(out, CELL_TEXT, "%.3g mm (%.0f mm equiv.)", c->focal_length_mm, c->focal_length_35mm);
  else if (c->focal_length_mm > 0)
    snprintf(out, CELL_TEXT, "%.3g mm", c->focal_length_mm);
}

/* "1/60 s f/2.8 ISO 200", of which each part may be missing. */
static void cell_shot(char out[CELL_TEXT], const sd_inspection *photo) {
  const sd_capture *c = &photo->photo->capture;
  int n = 0;
  if (c->exposure_s >= 0.4)
    n += snprintf(out + n, CELL_TEXT - (size_t)n, "%.1f s ", c->exposure_s);
  else if (c->exposure_s > 0)
    n += snprintf(out + n, CELL_TEXT - (size_t)n, "1/%.0f s ", 1 / c->exposure_s);
  if (c->f_number > 0)
    n += snprintf(out + n, CELL_TEXT - (size_t)n, "f/%.2g ", c->f_number);
  if (c->iso > 0)
    snprintf(out + n, CELL_TEXT - (size_t)n, "ISO %.0f", c->iso);
}

static void cell_flash(char out[CELL_TEXT], const sd_inspection *photo) {
  const sd_capture *c = &photo->photo->capture;
  static const char *const FLASH[] = {"-", "no flash", "flash"};
  static const char *const BALANCE[] = {"-", "auto", "manual"};
  if (c->flash >= 0 || c->white_balance >= 0)
    snprintf(out, CELL_TEXT, "%s, %s",
             FLASH[c->flash < 0    ? 0
                   : c->flash == 1 ? 2
                                   : 1],
             BALANCE[c->white_balance < 0    ? 0
                     : c->white_balance == 1 ? 2
                                             : 1]);
}

static void cell_software(char out[CELL_TEXT], const sd_inspection *photo) {
  head(out, photo->photo->capture.software);
}

static void cell_size(char out[CELL_TEXT], const sd_inspection *photo) {
  snprintf(out, CELL_TEXT, "%d x %d %s", photo->photo->width, photo->photo->height,
           sd_format_name(photo->photo->coding.format));
}

static void cell_profile(char out[CELL_TEXT], const sd_inspection *photo) {
  const sd_coding *coding = &photo->photo->coding;
  char named[sizeof coding->profile + 16];
  snprintf(named, sizeof named, "%s%s", coding->profile,
           coding->profile_assumed ? " (assumed)" : "");
  head(out, named);
}

static void cell_face(char out[CELL_TEXT], const sd_inspection *photo) {
  const sd_face *face = photo->face;
  if (face != NULL && face->found)
    snprintf(out, CELL_TEXT, "yes (score %.2f)", face->confidence);
  else
    snprintf(out, CELL_TEXT, "no");
}

static void cell_pose(char out[CELL_TEXT], const sd_inspection *photo) {
  const sd_face *face = photo->face;
  if (face != NULL && face->found)
    snprintf(out, CELL_TEXT, "%+.1f %+.1f %+.1f", face->yaw_deg, face->pitch_deg, face->roll_deg);
}

static void cell_scale(char out[CELL_TEXT], const sd_inspection *photo) {
  const sd_face *face = photo->face;
  if (face != NULL && face->scale.source != SD_SCALE_NONE)
    snprintf(out, CELL_TEXT, "%.3g (%.2g-%.2g) %s", face->scale.mm_per_px, face->scale.ci_low,
             face->scale.ci_high, sd_scale_source_name(face->scale.source));
  else
    snprintf(out, CELL_TEXT, "unknown");
}

static void cell_sharpness(char out[CELL_TEXT], const sd_inspection *photo) {
  const sd_quality *q = photo->quality;
  if (q == NULL || !isfinite(q->edge_spread_px))
    return;
  if (isfinite(q->edge_spread_mm))
    snprintf(out, CELL_TEXT, "%.1f px, %.2g mm", q->edge_spread_px, q->edge_spread_mm);
  else
    snprintf(out, CELL_TEXT, "%.1f px", q->edge_spread_px);
}

static void cell_noise(char out[CELL_TEXT], const sd_inspection *photo) {
  number(out, photo->quality == NULL ? NAN : photo->quality->noise, "%.2f of 255");
}

static void cell_exposure(char out[CELL_TEXT], const sd_inspection *photo) {
  number(out, photo->quality == NULL ? NAN : photo->quality->exposure_ev, "%+.1f stops");
}

static void cell_clipped(char out[CELL_TEXT], const sd_inspection *photo) {
  number(out, photo->quality == NULL ? NAN : 100 * photo->quality->clipped_share, "%.1f %%");
}

static void cell_dark(char out[CELL_TEXT], const sd_inspection *photo) {
  number(out, photo->quality == NULL ? NAN : 100 * photo->quality->dark_share, "%.1f %%");
}

static void cell_cast(char out[CELL_TEXT], const sd_inspection *photo) {
  const sd_quality *q = photo->quality;
  if (q != NULL && isfinite(q->cast_red) && isfinite(q->cast_blue))
    snprintf(out, CELL_TEXT, "%+.2f %+.2f", q->cast_red, q->cast_blue);
}

static void cell_light(char out[CELL_TEXT], const sd_inspection *photo) {
  const sd_quality *q = photo->quality;
  if (q != NULL && isfinite(q->light_azimuth_deg) && isfinite(q->light_strength))
    snprintf(out, CELL_TEXT, "from %.0f deg, %.0f %%", q->light_azimuth_deg,
             100 * q->light_strength);
  else if (q != NULL)
    snprintf(out, CELL_TEXT, "even");
}

static void cell_jpeg(char out[CELL_TEXT], const sd_inspection *photo) {
  if (photo->photo->coding.jpeg_quality > 0)
    snprintf(out, CELL_TEXT, "%d", photo->photo->coding.jpeg_quality);
}

static void add_line(sd_text *out, const char *name, const sd_inspection *photos, size_t count,
                     cell_writer *write) {
  sd_text_addf(out, "%-*s", NAME_WIDTH, name);
  for (size_t i = 0; i < count; i++) {
    char cell[CELL_TEXT] = "";
    sd_text clean = {0};
    write(cell, &photos[i]);
    sd_text_add_utf8(&clean, cell[0] == '\0' ? "-" : cell);
    const char *shown = clean.v == NULL ? "-" : clean.v;
    int pad = i + 1 < count ? CELL_WIDTH - (int)characters(shown) : 0;
    sd_text_addf(out, "%s%*s", shown, pad, "");
    sd_text_clear(&clean);
  }
  sd_text_add(out, "\n");
}

static double zone_share(const sd_inspection *photo, const char *name) {
  for (int i = 0; photo->skin != NULL && i < photo->skin->zone_count; i++)
    if (strcmp(photo->skin->zones[i].name, name) == 0)
      return photo->skin->zones[i].share_of_skin;
  return NAN;
}

static void add_shares(sd_text *out, const char *name, const double *shares, size_t count) {
  char label[SD_ZONE_NAME_MAX + 2];
  snprintf(label, sizeof label, "  %s", name);
  sd_text_addf(out, "%-*s", NAME_WIDTH, label);
  for (size_t i = 0; i < count; i++) {
    char cell[CELL_TEXT];
    number(cell, 100 * shares[i], "%.1f %%");
    sd_text_addf(out, "%-*s", i + 1 < count ? CELL_WIDTH : 0, cell);
  }
  sd_text_add(out, "\n");
}

/* Zones of every photo of the block, each named once, in the order of first sight. */
static void add_zones(sd_text *out, const sd_inspection *photos, size_t count) {
  sd_text_add(out, "share of the skin\n");
  for (size_t p = 0; p < count; p++)
    for (int z = 0; photos[p].skin != NULL && z < photos[p].skin->zone_count; z++) {
      const char *name = photos[p].skin->zones[z].name;
      double shares[PHOTOS_ACROSS];
      bool seen = false;
      for (size_t i = 0; i < p; i++)
        seen = seen || isfinite(zone_share(&photos[i], name));
      for (size_t i = 0; i < count; i++)
        shares[i] = zone_share(&photos[i], name);
      if (!seen)
        add_shares(out, name, shares, count);
    }
}

static void add_excluded(sd_text *out, const sd_inspection *photos, size_t count) {
  sd_text_add(out, "left out of the zones\n");
  for (int reason = SD_EXCLUDED_EYE; reason < SD_EXCLUDED_REASONS; reason++) {
    double shares[PHOTOS_ACROSS], most = 0;
    for (size_t i = 0; i < count; i++) {
      shares[i] = photos[i].skin == NULL ? NAN : photos[i].skin->excluded_share[reason];
      most = fmax(most, shares[i]);
    }
    if (most >= 0.0005) /* would print as 0.0 % */
      add_shares(out, sd_excluded_name((sd_excluded)reason), shares, count);
  }
}

/* Under the table a photo is called as in its head. */
static void add_subject(sd_text *out, const sd_inspection *photo) {
  char name[CELL_TEXT];
  cell_file(name, photo);
  sd_text_addf(out, "%s: ", name);
}

/* A line under the table for each photo with a colour reference. */
static void add_reference(sd_text *out, const sd_inspection *photo) {
  const sd_colour_reference *r = photo->reference;
  if (r == NULL || r->kind == SD_REFERENCE_NONE)
    return;
  add_subject(out, photo);
  if (!r->usable)
    sd_text_addf(out, "the colour card cannot be used: %s\n", r->reason);
  else if (r->kind == SD_REFERENCE_GREY_CARD)
    sd_text_add(out, "grey card: white balance and exposure are known\n");
  else
    sd_text_addf(
        out,
        "ColorChecker%s: %d patches, off by CIEDE2000 %.2f in the mean, %.2f at most, light "
        "uneven by %.0f %%\n",
        r->searched ? " found" : "", r->patches, r->residual_mean, r->residual_max,
        100 * r->light_unevenness);
}

static void add_block(sd_text *out, const sd_inspection *photos, size_t count) {
  static const struct {
    const char *name;
    cell_writer *write;
  } LINES[] = {{"photo", cell_file},
               {"taken", cell_taken},
               {"camera", cell_camera},
               {"lens", cell_lens},
               {"focal length", cell_focal_length},
               {"shot", cell_shot},
               {"flash, white balance", cell_flash},
               {"software", cell_software},
               {"pixels", cell_size},
               {"colour profile", cell_profile},
               {"face", cell_face},
               {"yaw pitch roll", cell_pose},
               {"scale mm/px", cell_scale},
               {"edge spread", cell_sharpness},
               {"noise", cell_noise},
               {"exposure", cell_exposure},
               {"clipped", cell_clipped},
               {"too dark", cell_dark},
               {"ln R/G, B/G", cell_cast},
               {"light", cell_light},
               {"JPEG quality", cell_jpeg}};
  for (size_t i = 0; i < sizeof LINES / sizeof *LINES; i++)
    add_line(out, LINES[i].name, photos, count, LINES[i].write);
  add_zones(out, photos, count);
  add_excluded(out, photos, count);
  for (size_t i = 0; i < count; i++)
    if (photos[i].face != NULL && photos[i].face->reason[0] != '\0') {
      add_subject(out, &photos[i]);
      sd_text_add_utf8(out, photos[i].face->reason);
      sd_text_add(out, "\n");
    }
  for (size_t i = 0; i < count; i++)
    add_reference(out, &photos[i]);
}

sd_status sd_report_inspect_table(sd_text *out, const sd_inspection *photos, size_t count,
                                  sd_diag *diag) {
  for (size_t at = 0; at < count; at += PHOTOS_ACROSS) {
    size_t across = count - at < PHOTOS_ACROSS ? count - at : PHOTOS_ACROSS;
    if (at > 0)
      sd_text_add(out, "\n");
    add_block(out, photos + at, across);
  }
  if (out->failed)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the table");
  return SD_OK;
}
