/* The table of `inspect`: facts down, photos across, in blocks of as many photos as fit. */
#include "scardelta/report.h"

#include "render/strings.h"
#include "report/safe_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { NAME_WIDTH = 22, CELL_WIDTH = 26, PHOTOS_ACROSS = 3, CELL_TEXT = 128 };

typedef void cell_writer(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s);

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

static void cell_file(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  (void)s;
  sd_text clean = {0};
  sd_text_add_utf8(&clean, photo->file);
  path_tail(out, clean.v == NULL ? "" : clean.v);
  sd_text_clear(&clean);
}

static void cell_taken(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  (void)s;
  snprintf(out, CELL_TEXT, "%s", photo->photo->capture.taken);
}

static void cell_camera(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  (void)s;
  head(out, photo->photo->capture.model);
}

static void cell_lens(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  (void)s;
  head(out, photo->photo->capture.lens);
}

static void cell_focal_length(char out[CELL_TEXT], const sd_inspection *photo,
                              const sd_strings *s) {
  const sd_capture *c = &photo->photo->capture;
  if (c->focal_length_mm > 0 && c->focal_length_35mm > 0)
    snprintf(out, CELL_TEXT, s->inspect.equivalent_format, c->focal_length_mm,
             c->focal_length_35mm);
  else if (c->focal_length_mm > 0)
    snprintf(out, CELL_TEXT, "%.3g mm", c->focal_length_mm);
}

/* "1/60 s f/2.8 ISO 200", of which each part may be missing. */
static void cell_shot(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  (void)s;
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

static void cell_flash(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  const sd_capture *c = &photo->photo->capture;
  if (c->flash >= 0 || c->white_balance >= 0)
    snprintf(out, CELL_TEXT, "%s, %s",
             s->inspect.cell_flash[c->flash < 0    ? 0
                                   : c->flash == 1 ? 2
                                                   : 1],
             s->inspect.cell_balance[c->white_balance < 0    ? 0
                                     : c->white_balance == 1 ? 2
                                                             : 1]);
}

static void cell_software(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  (void)s;
  head(out, photo->photo->capture.software);
}

static void cell_size(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  (void)s;
  snprintf(out, CELL_TEXT, "%d x %d %s", photo->photo->width, photo->photo->height,
           sd_format_name(photo->photo->coding.format));
}

static void cell_profile(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  const sd_coding *coding = &photo->photo->coding;
  char named[sizeof coding->profile + 16];
  snprintf(named, sizeof named, "%s%s", coding->profile,
           coding->profile_assumed ? s->inspect.assumed : "");
  head(out, named);
}

static void cell_face(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  const sd_face *face = photo->face;
  if (face != NULL && face->found)
    snprintf(out, CELL_TEXT, s->inspect.yes_format, face->confidence);
  else
    snprintf(out, CELL_TEXT, "%s", s->inspect.no);
}

static void cell_pose(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  (void)s;
  const sd_face *face = photo->face;
  if (face != NULL && face->found)
    snprintf(out, CELL_TEXT, "%+.1f %+.1f %+.1f", face->yaw_deg, face->pitch_deg, face->roll_deg);
}

static void cell_scale(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  const sd_face *face = photo->face;
  if (face != NULL && face->scale.source != SD_SCALE_NONE) {
    char source[64];
    sd_say_name(source, sizeof source, s, sd_scale_source_name(face->scale.source));
    snprintf(out, CELL_TEXT, "%.3g (%.2g-%.2g) %s", face->scale.mm_per_px, face->scale.ci_low,
             face->scale.ci_high, source);
  } else {
    snprintf(out, CELL_TEXT, "%s", s->inspect.unknown);
  }
}

static void cell_sharpness(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  (void)s;
  const sd_quality *q = photo->quality;
  if (q == NULL || !isfinite(q->edge_spread_px))
    return;
  if (isfinite(q->edge_spread_mm))
    snprintf(out, CELL_TEXT, "%.1f px, %.2g mm", q->edge_spread_px, q->edge_spread_mm);
  else
    snprintf(out, CELL_TEXT, "%.1f px", q->edge_spread_px);
}

static void cell_noise(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  number(out, photo->quality == NULL ? NAN : photo->quality->noise, s->inspect.cell_noise_format);
}

static void cell_exposure(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  number(out, photo->quality == NULL ? NAN : photo->quality->exposure_ev,
         s->inspect.exposure_format);
}

static void cell_clipped(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  (void)s;
  number(out, photo->quality == NULL ? NAN : 100 * photo->quality->clipped_share, "%.1f %%");
}

static void cell_dark(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  (void)s;
  number(out, photo->quality == NULL ? NAN : 100 * photo->quality->dark_share, "%.1f %%");
}

static void cell_cast(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  (void)s;
  const sd_quality *q = photo->quality;
  if (q != NULL && isfinite(q->cast_red) && isfinite(q->cast_blue))
    snprintf(out, CELL_TEXT, "%+.2f %+.2f", q->cast_red, q->cast_blue);
}

static void cell_light(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  const sd_quality *q = photo->quality;
  sd_light light = q != NULL ? sd_light_of(q) : SD_LIGHT_UNKNOWN;
  if (light == SD_LIGHT_SIDED)
    snprintf(out, CELL_TEXT, s->inspect.cell_light_format, q->light_azimuth_deg,
             100 * q->light_strength);
  else if (light == SD_LIGHT_EVEN)
    snprintf(out, CELL_TEXT, "%s", s->inspect.cell_even);
}

static void cell_jpeg(char out[CELL_TEXT], const sd_inspection *photo, const sd_strings *s) {
  const sd_coding *coding = &photo->photo->coding;
  int quality = sd_coding_jpeg(coding);
  if (quality > 0)
    snprintf(out, CELL_TEXT, quality == coding->jpeg_quality ? "%d" : s->inspect.traced_format,
             quality);
}

/* In characters, which printf does not count. */
static void add_padded(sd_text *out, const char *text, int width) {
  int pad = width - (int)characters(text);
  sd_text_addf(out, "%s%*s", text, pad > 0 ? pad : 0, "");
}

/* A row: what it is called, what fills its cells, and whether that is text of the file, which stays
 * as it is in every language. */
typedef struct table_row {
  const char *name;
  cell_writer *write;
  bool data;
} table_row;

static void add_line(sd_text *out, const table_row *row, const sd_inspection *photos, size_t count,
                     const sd_strings *s) {
  add_padded(out, row->name, NAME_WIDTH);
  for (size_t i = 0; i < count; i++) {
    char cell[CELL_TEXT] = "";
    sd_text clean = {0};
    row->write(cell, &photos[i], s);
    if (!row->data)
      sd_localise(cell, s);
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

static void add_shares(sd_text *out, const char *name, const double *shares, size_t count,
                       const sd_strings *s) {
  char label[80], words[64];
  /* English has the names of result.json, by which zones are given on the command line */
  if (s->saying_count > 0)
    sd_say_name(words, sizeof words, s, name);
  snprintf(label, sizeof label, "  %s", s->saying_count > 0 ? words : name);
  add_padded(out, label, NAME_WIDTH);
  for (size_t i = 0; i < count; i++) {
    char cell[CELL_TEXT];
    number(cell, 100 * shares[i], "%.1f %%");
    sd_localise(cell, s);
    sd_text_addf(out, "%-*s", i + 1 < count ? CELL_WIDTH : 0, cell);
  }
  sd_text_add(out, "\n");
}

/* Zones of every photo of the block, each named once, in the order of first sight. */
static void add_zones(sd_text *out, const sd_inspection *photos, size_t count,
                      const sd_strings *s) {
  sd_text_addf(out, "%s\n", s->inspect.shares);
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
        add_shares(out, name, shares, count, s);
    }
}

static void add_excluded(sd_text *out, const sd_inspection *photos, size_t count,
                         const sd_strings *s) {
  sd_text_addf(out, "%s\n", s->inspect.shares_left_out);
  for (int reason = SD_EXCLUDED_EYE; reason < SD_EXCLUDED_REASONS; reason++) {
    double shares[PHOTOS_ACROSS], most = 0;
    for (size_t i = 0; i < count; i++) {
      shares[i] = photos[i].skin == NULL ? NAN : photos[i].skin->excluded_share[reason];
      most = fmax(most, shares[i]);
    }
    if (most >= 0.0005) /* would print as 0.0 % */
      add_shares(out, sd_excluded_name((sd_excluded)reason), shares, count, s);
  }
}

/* Under the table a photo is called as in its head. */
static void add_subject(sd_text *out, const sd_inspection *photo) {
  char name[CELL_TEXT];
  cell_file(name, photo, NULL);
  sd_text_addf(out, "%s: ", name);
}

/* A line under the table for each photo with a colour reference. */
static void add_reference(sd_text *out, const sd_inspection *photo, const sd_strings *s) {
  const sd_colour_reference *r = photo->reference;
  char line[320], reason[200];
  if (r == NULL || r->kind == SD_REFERENCE_NONE)
    return;
  add_subject(out, photo);
  sd_say(reason, sizeof reason, s, r->reason);
  if (!r->usable)
    snprintf(line, sizeof line, s->inspect.card_unusable_format, reason);
  else if (r->kind == SD_REFERENCE_GREY_CARD)
    snprintf(line, sizeof line, "%s", s->inspect.card_grey);
  else
    snprintf(line, sizeof line, s->inspect.card_format, r->searched ? s->inspect.card_found : "",
             r->patches, r->residual_mean, r->residual_max, 100 * r->light_unevenness);
  sd_localise(line, s);
  sd_text_add(out, line);
}

static void add_block(sd_text *out, const sd_inspection *photos, size_t count,
                      const sd_strings *s) {
  const sd_inspect_strings *w = &s->inspect;
  const table_row lines[] = {
      {w->row_photo, cell_file, true},          {w->row_taken, cell_taken, true},
      {w->row_camera, cell_camera, true},       {w->row_lens, cell_lens, true},
      {w->row_focal, cell_focal_length, false}, {w->row_shot, cell_shot, false},
      {w->row_flash, cell_flash, false},        {w->row_software, cell_software, true},
      {w->row_pixels, cell_size, false},        {w->row_profile, cell_profile, true},
      {w->row_face, cell_face, false},          {w->row_pose, cell_pose, false},
      {w->row_scale, cell_scale, false},        {w->row_edge, cell_sharpness, false},
      {w->row_noise, cell_noise, false},        {w->row_exposure, cell_exposure, false},
      {w->row_clipped, cell_clipped, false},    {w->row_dark, cell_dark, false},
      {w->row_cast, cell_cast, false},          {w->row_light, cell_light, false},
      {w->row_jpeg, cell_jpeg, false}};
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
    add_line(out, &lines[i], photos, count, s);
  add_zones(out, photos, count, s);
  add_excluded(out, photos, count, s);
  for (size_t i = 0; i < count; i++)
    if (photos[i].face != NULL && photos[i].face->reason[0] != '\0') {
      char said[300];
      sd_say(said, sizeof said, s, photos[i].face->reason);
      add_subject(out, &photos[i]);
      sd_text_add_utf8(out, said);
      sd_text_add(out, "\n");
    }
  for (size_t i = 0; i < count; i++)
    add_reference(out, &photos[i], s);
}

sd_status sd_report_inspect_table(sd_text *out, const sd_inspection *photos, size_t count,
                                  const char *language, sd_diag *diag) {
  const sd_strings *strings = sd_strings_of(language);
  for (size_t at = 0; at < count; at += PHOTOS_ACROSS) {
    size_t across = count - at < PHOTOS_ACROSS ? count - at : PHOTOS_ACROSS;
    if (at > 0)
      sd_text_add(out, "\n");
    add_block(out, photos + at, across, strings);
  }
  if (out->failed)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the table");
  return SD_OK;
}
