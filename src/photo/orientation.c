/* Rows of the file become the upright photo. Every EXIF orientation is an affine walk through the
 * upright pixels, so rows are written straight to their place and no second picture is needed. */
#include "photo/decode.h"

#include <stdlib.h>
#include <string.h>

sd_turn sd_orientation_turn(int orientation, int file_width, int file_height) {
  ptrdiff_t w = file_width, h = file_height;
  switch (orientation) {
  case 2: /* mirrored */
    return (sd_turn){file_width, file_height, w - 1, -1, w};
  case 3: /* turned by 180 degrees */
    return (sd_turn){file_width, file_height, w * h - 1, -1, -w};
  case 4: /* upside down mirrored */
    return (sd_turn){file_width, file_height, w * (h - 1), 1, -w};
  case 5: /* transposed */
    return (sd_turn){file_height, file_width, 0, h, 1};
  case 6: /* to be turned clockwise */
    return (sd_turn){file_height, file_width, h - 1, h, -1};
  case 7: /* transposed along the other diagonal */
    return (sd_turn){file_height, file_width, w * h - 1, -h, -1};
  case 8: /* to be turned counter-clockwise */
    return (sd_turn){file_height, file_width, h * (w - 1), -h, 1};
  default:
    return (sd_turn){file_width, file_height, 0, 1, w};
  }
}

int sd_layout_colours(sd_layout layout) {
  return layout == SD_LAYOUT_CMYK ? 4 : layout <= SD_LAYOUT_GREY_ALPHA ? 1 : 3;
}

int sd_layout_channels(sd_layout layout) {
  bool alpha = layout == SD_LAYOUT_GREY_ALPHA || layout == SD_LAYOUT_RGB_ALPHA;
  return sd_layout_colours(layout) + (alpha ? 1 : 0);
}

static bool has_alpha(sd_layout layout) {
  return sd_layout_channels(layout) != sd_layout_colours(layout);
}

static sd_status allocate(sd_raster *canvas, const sd_source *source, sd_diag *diag) {
  sd_photo *photo = canvas->photo;
  size_t pixels = (size_t)photo->width * (size_t)photo->height;
  size_t row = (size_t)canvas->file_width;
  /* calloc: the system hands out zero pages only when rows arrive, so that a header that promises
   * more than the file holds costs no memory */
  photo->samples = calloc(pixels, 3 * (size_t)photo->sample_bytes);
  canvas->colours = malloc(row * 4 * sizeof(uint16_t));
  canvas->rgb = malloc(row * 3 * sizeof(uint16_t));
  if (photo->samples == NULL || canvas->colours == NULL || canvas->rgb == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory for %d x %d pixels", source->name,
                   photo->width, photo->height);
  if (has_alpha(canvas->layout))
    return sd_mask_make(&photo->opaque, photo->width, photo->height, diag);
  return SD_OK;
}

sd_status sd_raster_begin(sd_raster *out, sd_photo *photo, const sd_source *source, int width,
                          int height, int orientation, sd_layout layout, int sample_bytes,
                          sd_light *light, sd_diag *diag) {
  /* the orientation that gives the mirror image of what each gives */
  static const int MIRRORED[] = {2, 2, 1, 4, 3, 6, 5, 8, 7};
  if (source->mirrored)
    orientation = MIRRORED[orientation >= 1 && orientation <= 8 ? orientation : 1];
  sd_turn turn = sd_orientation_turn(orientation, width, height);
  *out = (sd_raster){.photo = photo,
                     .light = *light,
                     .file_width = width,
                     .file_height = height,
                     .orientation = orientation,
                     .sample_bytes = sample_bytes,
                     .layout = layout};
  *light = (sd_light){0};
  photo->width = turn.width;
  photo->height = turn.height;
  photo->sample_bytes = out->light.transform != NULL ? 2 : sample_bytes;
  for (int c = 0; c < 3; c++) {
    photo->curve[c] = out->light.curve[c];
    out->light.curve[c] = NULL;
  }
  memcpy(photo->to_srgb, out->light.to_srgb, sizeof photo->to_srgb);
  memcpy(photo->coding.profile, out->light.name, sizeof photo->coding.profile);
  photo->coding.profile_assumed = out->light.assumed;
  photo->coding.file_width = width;
  photo->coding.file_height = height;
  return allocate(out, source, diag);
}

void sd_raster_clear(sd_raster *canvas) {
  sd_light_clear(&canvas->light);
  free(canvas->colours);
  free(canvas->rgb);
  *canvas = (sd_raster){0};
}

/* Takes the alpha channel off a row: fully opaque or not into the mask, colours packed. */
static const void *split_alpha(sd_raster *canvas, int y, const void *row) {
  int colours = sd_layout_colours(canvas->layout), width = canvas->file_width;
  sd_turn turn = sd_orientation_turn(canvas->orientation, width, canvas->file_height);
  uint8_t *mask = canvas->photo->opaque.v + turn.origin + y * turn.step_y;
  if (canvas->sample_bytes == 1) {
    const uint8_t *in = row;
    uint8_t *out = canvas->colours;
    for (int x = 0; x < width; x++, in++) {
      for (int c = 0; c < colours; c++)
        *out++ = *in++;
      mask[x * turn.step_x] = *in == UINT8_MAX ? 255 : 0;
    }
  } else {
    const uint16_t *in = row;
    uint16_t *out = (uint16_t *)(void *)canvas->colours;
    for (int x = 0; x < width; x++, in++) {
      for (int c = 0; c < colours; c++)
        *out++ = *in++;
      mask[x * turn.step_x] = *in == UINT16_MAX ? 255 : 0;
    }
  }
  return canvas->colours;
}

static void expand_grey(const sd_raster *canvas, const void *grey) {
  int width = canvas->file_width;
  if (canvas->sample_bytes == 1) {
    const uint8_t *in = grey;
    for (int x = 0; x < width; x++)
      memset(canvas->rgb + 3 * x, in[x], 3);
  } else {
    const uint16_t *in = grey;
    uint16_t *out = (uint16_t *)(void *)canvas->rgb;
    for (int x = 0; x < width; x++)
      out[3 * x] = out[3 * x + 1] = out[3 * x + 2] = in[x];
  }
}

/* Ink without a profile: each channel is what its ink and black let through. */
static void expand_ink(const sd_raster *canvas, const void *ink) {
  int width = canvas->file_width;
  if (canvas->sample_bytes == 1) {
    const uint8_t *in = ink;
    for (int x = 0; x < width; x++, in += 4)
      for (int c = 0; c < 3; c++)
        canvas->rgb[3 * x + c] = (uint8_t)(((255 - in[c]) * (255 - in[3]) + 127) / 255);
  } else {
    const uint16_t *in = ink;
    uint16_t *out = (uint16_t *)(void *)canvas->rgb;
    for (int x = 0; x < width; x++, in += 4)
      for (int c = 0; c < 3; c++)
        out[3 * x + c] =
            (uint16_t)(((uint64_t)(65535 - in[c]) * (uint64_t)(65535 - in[3]) + 32767) / 65535);
  }
}

static const void *row_rgb(sd_raster *canvas, const void *colours) {
  if (canvas->light.transform != NULL)
    sd_light_convert(&canvas->light, colours, (uint16_t *)(void *)canvas->rgb, canvas->file_width);
  else if (canvas->layout == SD_LAYOUT_CMYK)
    expand_ink(canvas, colours);
  else if (sd_layout_colours(canvas->layout) == 1)
    expand_grey(canvas, colours);
  else
    return colours;
  return canvas->rgb;
}

static void place(const sd_raster *canvas, int y, const void *rgb) {
  const sd_photo *photo = canvas->photo;
  sd_turn turn = sd_orientation_turn(canvas->orientation, canvas->file_width, canvas->file_height);
  size_t pixel = 3 * (size_t)photo->sample_bytes;
  uint8_t *out = (uint8_t *)photo->samples + (turn.origin + y * turn.step_y) * (ptrdiff_t)pixel;
  if (turn.step_x == 1) {
    memcpy(out, rgb, (size_t)canvas->file_width * pixel);
    return;
  }
  const uint8_t *in = rgb;
  ptrdiff_t step = turn.step_x * (ptrdiff_t)pixel;
  for (int x = 0; x < canvas->file_width; x++, in += pixel)
    memcpy(out + x * step, in, pixel);
}

void sd_raster_row(sd_raster *canvas, int y, const void *row) {
  if (has_alpha(canvas->layout))
    row = split_alpha(canvas, y, row);
  place(canvas, y, row_rgb(canvas, row));
}
