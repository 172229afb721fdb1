/* JPEG by libjpeg-turbo. Its error manager leaves by longjmp; that stays inside this file.
 *
 * libjpeg goes on after damage with a warning and invented pixels. A measuring program must not:
 * the first warning that touches pixels ends the reading with one sentence. */
#include "photo/decode.h"
#include "photo/made.h"

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <jpeglib.h>
#include <jerror.h>
#include <stdlib.h>
#include <string.h>

/* Progressive encoders use about 10 scans, exhaustive optimisers up to 64. Each scan costs a pass
 * over all blocks but may take only some bytes of the file. */
enum { SCANS_MAX = 100 };
/* Coded data that are left over after the last row, as share of what came up to the end marker:
 * cameras pad some bytes. */
static const double LEFT_OVER_SHARE_MAX = 0.02;

typedef enum trouble {
  TROUBLE_NONE = 0,
  TROUBLE_CUT_OFF, /* the file ends before the picture */
  TROUBLE_DAMAGED, /* see why */
  TROUBLE_LIBRARY  /* the library gave up: see code */
} trouble;

typedef struct jpeg_reader {
  struct jpeg_error_mgr errors;
  struct jpeg_decompress_struct decoder;
  jmp_buf escape;
  const sd_source *source;
  sd_photo *photo;
  sd_raster canvas;
  sd_light light;
  JOCTET *icc;
  unsigned icc_length;
  JSAMPLE *row;
  trouble trouble;
  sd_status status; /* of our own calls */
  int code;         /* library's message number */
  char why[JMSG_LENGTH_MAX];
  bool in_rows;    /* single-scan rows are being read */
  bool in_data;    /* coded data of any scan are being read */
  bool file_ended; /* the library had to invent the end of the picture */
  bool several_scans;
  unsigned components_seen; /* bit mask */
  sd_diag *diag;
} jpeg_reader;

static void leave(jpeg_reader *reader, trouble what) {
  reader->trouble = what;
  longjmp(reader->escape, 1);
}

static void on_error(j_common_ptr info) {
  jpeg_reader *reader = (jpeg_reader *)info->err;
  reader->code = info->err->msg_code;
  info->err->format_message(info, reader->why);
  leave(reader, TROUBLE_LIBRARY);
}

static bool end_is_fatal(const jpeg_reader *reader) {
  /* With several scans or arithmetic coding, data that are missing raise no other warning. */
  return reader->in_data && (reader->several_scans || reader->decoder.arith_code);
}

static void on_message(j_common_ptr info, int level) {
  jpeg_reader *reader = (jpeg_reader *)info->err;
  if (level >= 0)
    return;
  info->err->format_message(info, reader->why);
  switch (info->err->msg_code) {
  case JWRN_JPEG_EOF: /* harmless when all bits of the last row are there */
    reader->file_ended = true;
    if (end_is_fatal(reader) || !reader->in_data)
      leave(reader, TROUBLE_CUT_OFF);
    break;
  case JWRN_HIT_MARKER:
    leave(reader, reader->file_ended || reader->decoder.unread_marker == JPEG_EOI
                      ? TROUBLE_CUT_OFF
                      : TROUBLE_DAMAGED);
    break;
  case JWRN_MUST_RESYNC: /* at its end the library puts the marker that ends a file */
    leave(reader, reader->file_ended ? TROUBLE_CUT_OFF : TROUBLE_DAMAGED);
    break;
  case JWRN_HUFF_BAD_CODE:
  case JWRN_ARITH_BAD_CODE:
  case JWRN_BOGUS_PROGRESSION:
    leave(reader, TROUBLE_DAMAGED);
    break;
  case JWRN_EXTRANEOUS_DATA: /* junk between headers is common and harmless; between rows it is not
                              */
    if (reader->in_rows)
      leave(reader, TROUBLE_DAMAGED);
    break;
  default: /* about headers only: version, density, profile pieces */
    break;
  }
}

static sd_status library_failure(const jpeg_reader *reader) {
  const char *name = reader->source->name;
  switch (reader->code) {
  case JERR_BAD_PRECISION:
    return sd_fail(reader->diag, SD_UNSUPPORTED,
                   "%s: a JPEG with %d bits per sample cannot be read; save it as 8-bit JPEG or as "
                   "PNG",
                   name, reader->decoder.data_precision);
  case JERR_SOF_UNSUPPORTED:
    return sd_fail(
        reader->diag, SD_UNSUPPORTED,
        "%s: a lossless or hierarchical JPEG cannot be read; save it as ordinary JPEG or "
        "as PNG",
        name);
  case JERR_CONVERSION_NOTIMPL:
    return sd_fail(reader->diag, SD_UNSUPPORTED, "%s: a JPEG of %d channels cannot be read", name,
                   reader->decoder.num_components);
  case JERR_OUT_OF_MEMORY:
    return sd_fail(reader->diag, SD_NO_MEMORY, "%s: not enough memory for %u x %u pixels", name,
                   reader->decoder.image_width, reader->decoder.image_height);
  case JERR_IMAGE_TOO_BIG:
    return sd_fail(reader->diag, SD_TOO_LARGE, "%s: more than 65500 pixels on one side", name);
  default:
    return sd_source_damaged(reader->source, reader->why, reader->diag);
  }
}

static sd_status cut_off(const jpeg_reader *reader) {
  const struct jpeg_decompress_struct *decoder = &reader->decoder;
  int height = (int)decoder->image_height;
  if (!reader->in_data)
    return sd_fail(reader->diag, SD_UNREADABLE,
                   "%s: cut off before the picture begins; copy it again from the camera",
                   reader->source->name);
  if (reader->in_rows)
    return sd_source_cut_off(reader->source, (int)decoder->output_scanline, height, reader->diag);
  if (decoder->input_scan_number > 1)
    return sd_fail(
        reader->diag, SD_UNREADABLE,
        "%s: cut off; only %d of the passes that build the picture up are there; copy it "
        "again from the camera",
        reader->source->name, decoder->input_scan_number - 1);
  int rows = (int)decoder->input_iMCU_row * decoder->max_v_samp_factor * DCTSIZE;
  return sd_source_cut_off(reader->source, rows < height ? rows : height - 1, height, reader->diag);
}

static sd_status explain(const jpeg_reader *reader) {
  switch (reader->trouble) {
  case TROUBLE_CUT_OFF:
    return cut_off(reader);
  case TROUBLE_DAMAGED:
    return sd_source_damaged(reader->source, reader->why, reader->diag);
  case TROUBLE_LIBRARY:
    return library_failure(reader);
  case TROUBLE_NONE:
    break;
  }
  return reader->status;
}

/* For our own calls between the library's: a failure leaves the same way. */
static void require(jpeg_reader *reader, sd_status status) {
  reader->status = status;
  if (status != SD_OK)
    leave(reader, TROUBLE_NONE);
}

static void damaged(jpeg_reader *reader, const char *why) {
  snprintf(reader->why, sizeof reader->why, "%s", why);
  leave(reader, TROUBLE_DAMAGED);
}

/* ---- facts from the header ----------------------------------------------------------------- */

/* IJG's luminance table (ISO 10918-1 table K.1), row by row. */
static const int STANDARD_LUMINANCE[DCTSIZE2] = {
    16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,
    14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,
    18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};

/* The library's own tables stop at 255, the largest step of baseline JPEG. */
static double quality_misfit(const JQUANT_TBL *table, int quality) {
  int scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  double misfit = 0;
  for (int i = 0; i < DCTSIZE2; i++) {
    int step = (STANDARD_LUMINANCE[i] * scale + 50) / 100;
    step = step < 1 ? 1 : step > 255 ? 255 : step;
    double difference = step - (double)table->quantval[i];
    misfit += difference * difference;
  }
  return misfit;
}

/* NULL where the file has none. */
static const JQUANT_TBL *luminance_table(const struct jpeg_decompress_struct *decoder) {
  int number = decoder->comp_info[0].quant_tbl_no;
  return number >= 0 && number < NUM_QUANT_TBLS ? decoder->quant_tbl_ptrs[number] : NULL;
}

/* The IJG quality whose table is nearest (least squares); cameras' own tables get a likeness. */
static int estimate_quality(const struct jpeg_decompress_struct *decoder) {
  const JQUANT_TBL *table = luminance_table(decoder);
  if (table == NULL)
    return 0;
  int best = 1;
  double least = quality_misfit(table, 1);
  for (int quality = 2; quality <= 100; quality++) {
    double misfit = quality_misfit(table, quality);
    if (misfit < least) {
      least = misfit;
      best = quality;
    }
  }
  return best;
}

/* The quality that the lowest steps of luminance stand for, as traces.c reads it from pixels. */
static int low_quality(const struct jpeg_decompress_struct *decoder) {
  static const int LOWEST[] = {1, 8, 2, 9, 16, 3, 10, 17, 24}; /* AC, row by row */
  const JQUANT_TBL *table = luminance_table(decoder);
  double steps = 0, standard = 0;
  for (size_t k = 0; table != NULL && k < sizeof LOWEST / sizeof LOWEST[0]; k++) {
    steps += table->quantval[LOWEST[k]];
    standard += STANDARD_LUMINANCE[LOWEST[k]];
  }
  if (!(steps > 0))
    return 0;
  return (int)fmax(lround(sd_jpeg_quality(steps / standard)), 1);
}

static void read_coding(jpeg_reader *reader) {
  const struct jpeg_decompress_struct *decoder = &reader->decoder;
  sd_coding *coding = &reader->photo->coding;
  coding->bits = decoder->data_precision;
  coding->lossy = true;
  coding->jpeg_quality = estimate_quality(decoder);
  coding->jpeg_low_quality = low_quality(decoder);
  coding->jpeg_chroma_h = coding->jpeg_chroma_v = 1;
  if (decoder->num_components >= 3) {
    coding->jpeg_chroma_h = decoder->max_h_samp_factor / decoder->comp_info[1].h_samp_factor;
    coding->jpeg_chroma_v = decoder->max_v_samp_factor / decoder->comp_info[1].v_samp_factor;
  }
}

static sd_exif_colour read_capture(jpeg_reader *reader) {
  sd_exif_colour colour = SD_EXIF_COLOUR_NONE;
  bool made = false;
  for (jpeg_saved_marker_ptr m = reader->decoder.marker_list; m != NULL; m = m->next)
    made = made || (m->marker == JPEG_COM && m->data_length == sizeof SD_MADE_COMMENT &&
                    memcmp(m->data, SD_MADE_COMMENT, sizeof SD_MADE_COMMENT) == 0);
  for (jpeg_saved_marker_ptr m = reader->decoder.marker_list; m != NULL; m = m->next)
    if (m->marker == JPEG_APP0 + 1 && m->data_length > 6 && memcmp(m->data, "Exif\0", 6) == 0) {
      sd_exif_read(&reader->photo->capture, &colour, m->data, m->data_length);
      break;
    }
  reader->photo->capture.made = made;
  return colour;
}

/* Every block costs at least one bit per scan it is in when Huffman-coded (two when sequential: one
 * for DC, one for the end), so a small file cannot hold the picture that a lying header promises.
 */
static void check_plausible(jpeg_reader *reader) {
  const struct jpeg_decompress_struct *decoder = &reader->decoder;
  double blocks = 0;
  for (int i = 0; i < decoder->num_components; i++)
    blocks += (double)decoder->comp_info[i].width_in_blocks *
              (double)decoder->comp_info[i].height_in_blocks;
  double bits = blocks * (decoder->progressive_mode ? 1 : 2);
  if (decoder->arith_code || bits <= 8.0 * (double)reader->source->length)
    return;
  require(
      reader,
      sd_fail(reader->diag, SD_UNREADABLE,
              "%s: cut off or damaged; %zu bytes cannot hold the %u x %u pixels that its header "
              "promises",
              reader->source->name, reader->source->length, decoder->image_width,
              decoder->image_height));
}

static void read_header(jpeg_reader *reader) {
  struct jpeg_decompress_struct *decoder = &reader->decoder;
  jpeg_save_markers(decoder, JPEG_APP0 + 1, 0xffff);
  jpeg_save_markers(decoder, JPEG_APP0 + 2, 0xffff);
  jpeg_save_markers(decoder, JPEG_COM, sizeof SD_MADE_COMMENT);
  jpeg_mem_src(decoder, reader->source->bytes, (unsigned long)reader->source->length);
  jpeg_read_header(decoder, TRUE);
  require(reader, sd_source_check_size(reader->source, decoder->image_width, decoder->image_height,
                                       reader->diag));
  check_plausible(reader);
  reader->several_scans = jpeg_has_multiple_scans(decoder);
}

/* ---- pixels -------------------------------------------------------------------------------- */

static sd_layout choose_layout(jpeg_reader *reader) {
  struct jpeg_decompress_struct *decoder = &reader->decoder;
  decoder->dct_method = JDCT_ISLOW;
  decoder->do_block_smoothing = FALSE; /* nothing invented */
  switch (decoder->jpeg_color_space) {
  case JCS_GRAYSCALE:
    decoder->out_color_space = JCS_GRAYSCALE;
    return SD_LAYOUT_GREY;
  case JCS_CMYK:
  case JCS_YCCK:
    decoder->out_color_space = JCS_CMYK;
    return SD_LAYOUT_CMYK;
  case JCS_RGB:
  case JCS_YCbCr:
    decoder->out_color_space = JCS_RGB;
    return SD_LAYOUT_RGB;
  default:
    require(reader,
            sd_fail(reader->diag, SD_UNSUPPORTED, "%s: a JPEG of %d channels cannot be read",
                    reader->source->name, decoder->num_components));
    return SD_LAYOUT_RGB;
  }
}

static void begin(jpeg_reader *reader) {
  struct jpeg_decompress_struct *decoder = &reader->decoder;
  sd_light_facts facts = {.exif = read_capture(reader)};
  sd_layout layout = choose_layout(reader);
  read_coding(reader);
  if (jpeg_read_icc_profile(decoder, &reader->icc, &reader->icc_length)) {
    facts.icc = reader->icc;
    facts.icc_length = reader->icc_length;
  }
  require(reader, sd_light_choose(&reader->light, reader->source, &facts, layout, 1, reader->diag));
  require(reader,
          sd_raster_begin(&reader->canvas, reader->photo, reader->source, (int)decoder->image_width,
                          (int)decoder->image_height, reader->photo->capture.orientation, layout, 1,
                          &reader->light, reader->diag));
  reader->row = malloc((size_t)decoder->image_width * 4);
  if (reader->row == NULL)
    require(reader,
            sd_fail(reader->diag, SD_NO_MEMORY, "%s: not enough memory", reader->source->name));
}

static void note_scan(jpeg_reader *reader) {
  const struct jpeg_decompress_struct *decoder = &reader->decoder;
  for (int i = 0; i < decoder->comps_in_scan; i++)
    reader->components_seen |= 1u << decoder->cur_comp_info[i]->component_index;
  if (decoder->input_scan_number > SCANS_MAX)
    damaged(reader, "it has more passes than any encoder writes");
}

/* After the last scan: is every component there, and refined to its last bit? */
static void check_complete(jpeg_reader *reader) {
  const struct jpeg_decompress_struct *decoder = &reader->decoder;
  if (reader->components_seen != (1u << decoder->num_components) - 1)
    damaged(reader, "a colour channel is missing");
  if (!decoder->progressive_mode || decoder->coef_bits == NULL)
    return;
  for (int c = 0; c < decoder->num_components; c++)
    for (int k = 0; k < DCTSIZE2; k++)
      if (decoder->coef_bits[c][k] > 0 || (k == 0 && decoder->coef_bits[c][k] < 0))
        damaged(reader, "passes that refine the picture are missing");
}

/* Reads all scans into memory before any row: only then is it known that they are all there. */
static void absorb_scans(jpeg_reader *reader) {
  struct jpeg_decompress_struct *decoder = &reader->decoder;
  note_scan(reader);
  for (;;) {
    int event = jpeg_consume_input(decoder);
    if (event == JPEG_REACHED_EOI)
      break;
    if (event == JPEG_REACHED_SOS)
      note_scan(reader);
    if (event == JPEG_SUSPENDED)
      damaged(reader, "its data stop");
  }
  check_complete(reader);
  jpeg_start_output(decoder, decoder->input_scan_number);
}

static void unpack_ink(jpeg_reader *reader) {
  /* Adobe stores light instead of ink */
  if (reader->decoder.saw_Adobe_marker)
    for (size_t i = 0; i < 4 * (size_t)reader->decoder.image_width; i++)
      reader->row[i] = (JSAMPLE)(255 - reader->row[i]);
}

static void read_rows(jpeg_reader *reader) {
  struct jpeg_decompress_struct *decoder = &reader->decoder;
  while (decoder->output_scanline < decoder->output_height) {
    int y = (int)decoder->output_scanline;
    if (jpeg_read_scanlines(decoder, &reader->row, 1) != 1)
      damaged(reader, "its data stop");
    if (reader->canvas.layout == SD_LAYOUT_CMYK)
      unpack_ink(reader);
    sd_raster_row(&reader->canvas, y, reader->row);
  }
}

/* A height that was made smaller, or damage that ate rows, leaves coded data before the end marker.
 * What follows that marker is no part of the picture: phones put a film, a second view or a gain
 * map there. */
static void check_left_over(jpeg_reader *reader) {
  const struct jpeg_source_mgr *input = reader->decoder.src;
  const uint8_t *bytes = input->next_input_byte;
  size_t count = 0, left = input->bytes_in_buffer, read = reader->source->length - left;
  if (reader->file_ended || reader->decoder.unread_marker == JPEG_EOI)
    return;
  while (count + 1 < left && !(bytes[count] == 0xff && bytes[count + 1] == JPEG_EOI))
    count++;
  if ((double)count > LEFT_OVER_SHARE_MAX * (double)(read + count) + 64)
    damaged(reader, "it holds more data than the picture of its header");
}

static void decode(jpeg_reader *reader) {
  struct jpeg_decompress_struct *decoder = &reader->decoder;
  jpeg_create_decompress(decoder);
  read_header(reader);
  begin(reader);
  decoder->buffered_image = reader->several_scans;
  reader->in_data = true;
  reader->in_rows = !reader->several_scans;
  jpeg_start_decompress(decoder);
  if (reader->several_scans)
    absorb_scans(reader);
  read_rows(reader);
  if (!reader->several_scans)
    check_left_over(reader);
}

sd_status sd_jpeg_decode(sd_photo *out, const sd_source *source, sd_diag *diag) {
  jpeg_reader *reader = calloc(1, sizeof *reader);
  if (reader == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory", source->name);
  reader->source = source;
  reader->photo = out;
  reader->diag = diag;
  reader->decoder.err = jpeg_std_error(&reader->errors);
  reader->errors.error_exit = on_error;
  reader->errors.emit_message = on_message;
  if (setjmp(reader->escape) == 0)
    decode(reader);
  sd_status status = explain(reader);
  jpeg_destroy_decompress(&reader->decoder);
  sd_raster_clear(&reader->canvas);
  sd_light_clear(&reader->light);
  free(reader->icc);
  free(reader->row);
  free(reader);
  return status;
}
