/* Capture facts by libexif. Nothing here is trusted: text is made safe, numbers are checked, and no
 * size is ever taken from it. */
#include "photo/decode.h"

#include <ctype.h>
#include <libexif/exif-data.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const sd_capture sd_capture_none = {.white_balance = -1, .flash = -1, .orientation = 1};

static const uint8_t EXIF_PREFIX[6] = {'E', 'x', 'i', 'f', 0, 0};
/* Beyond this it is no block of facts; a TIFF is its own block, so that this is a large scan. */
enum { EXIF_BYTES_MAX = 512 << 20 };

/* Tags that libexif may not name in every version. */
enum {
  TAG_OFFSET_TIME_ORIGINAL = 0x9011,
  TAG_OFFSET_TIME_DIGITIZED = 0x9012,
  TAG_LENS_MODEL = 0xa434
};

/* ---- text ---------------------------------------------------------------------------------- */

/* Length of the valid UTF-8 sequence at `in`, its character in *code; 0 when it is none. */
static size_t utf8_sequence(const uint8_t *in, size_t length, uint32_t *code) {
  static const uint32_t LOWEST[5] = {0, 0, 0x80, 0x800, 0x10000};
  size_t size = in[0] < 0x80       ? 1
                : in[0] >> 5 == 6  ? 2
                : in[0] >> 4 == 14 ? 3
                : in[0] >> 3 == 30 ? 4
                                   : 0;
  if (size == 0 || size > length)
    return 0;
  *code = size == 1 ? in[0] : in[0] & (0x7fu >> size);
  for (size_t i = 1; i < size; i++) {
    if (in[i] >> 6 != 2)
      return 0;
    *code = *code << 6 | (in[i] & 0x3fu);
  }
  bool surrogate = *code >= 0xd800 && *code <= 0xdfff;
  return *code < LOWEST[size] || *code > 0x10ffff || surrogate ? 0 : size;
}

/* Characters that change how the text around them is shown. */
static bool is_unsafe(uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x061c || code == 0xfeff ||
         (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2060 && code <= 0x206f) || (code >= 0xfdd0 && code <= 0xfdef) ||
         (code >= 0xfff9 && code <= 0xfffb) || (code & 0xfffe) == 0xfffe ||
         (code >= 0xe0000 && code <= 0xe0fff);
}

void sd_safe_text(char *out, size_t size, const char *in, size_t length) {
  const uint8_t *bytes = (const uint8_t *)in;
  size_t used = 0;
  for (size_t i = 0; i < length && bytes[i] != 0;) {
    uint32_t code = 0;
    size_t sequence = utf8_sequence(bytes + i, length - i, &code);
    bool keep = sequence > 0 && code != ' ' && !is_unsafe(code);
    size_t needed = keep ? sequence : 1;
    if (used + needed >= size)
      break;
    if (keep) {
      memcpy(out + used, bytes + i, sequence);
      used += sequence;
    } else if (used > 0 && out[used - 1] != ' ') {
      out[used++] = ' ';
    }
    i += sequence > 0 ? sequence : 1;
  }
  while (used > 0 && out[used - 1] == ' ')
    used--;
  out[used] = '\0';
}

/* ---- entries ------------------------------------------------------------------------------- */

static ExifEntry *entry_of(ExifData *data, ExifIfd ifd, int tag) {
  return exif_content_get_entry(data->ifd[ifd], (ExifTag)tag);
}

static void text_of(char *out, size_t size, ExifData *data, ExifIfd ifd, int tag) {
  ExifEntry *entry = entry_of(data, ifd, tag);
  if (entry != NULL && entry->data != NULL && entry->format == EXIF_FORMAT_ASCII)
    sd_safe_text(out, size, (const char *)entry->data, entry->size);
}

static int short_of(ExifData *data, ExifIfd ifd, int tag, int absent) {
  ExifEntry *entry = entry_of(data, ifd, tag);
  if (entry == NULL || entry->data == NULL || entry->format != EXIF_FORMAT_SHORT || entry->size < 2)
    return absent;
  return exif_get_short(entry->data, exif_data_get_byte_order(data));
}

/* 0 when absent, not finite or not above zero. */
static double number_of(ExifData *data, ExifIfd ifd, int tag) {
  ExifEntry *entry = entry_of(data, ifd, tag);
  if (entry == NULL || entry->data == NULL)
    return 0;
  ExifByteOrder order = exif_data_get_byte_order(data);
  if (entry->format == EXIF_FORMAT_SHORT && entry->size >= 2)
    return exif_get_short(entry->data, order);
  if (entry->format == EXIF_FORMAT_LONG && entry->size >= 4)
    return exif_get_long(entry->data, order);
  if (entry->format != EXIF_FORMAT_RATIONAL || entry->size < 8)
    return 0;
  ExifRational ratio = exif_get_rational(entry->data, order);
  return ratio.denominator > 0 ? (double)ratio.numerator / (double)ratio.denominator : 0;
}

/* ---- date ---------------------------------------------------------------------------------- */

static int two_digits(const char *text) {
  bool digits = isdigit((unsigned char)text[0]) && isdigit((unsigned char)text[1]);
  return digits ? 10 * (text[0] - '0') + (text[1] - '0') : -1;
}

static int days_in(int year, int month) {
  static const int DAYS[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return DAYS[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* "YYYY:MM:DD HH:MM:SS" to ISO 8601; false when it is no date that can have been. */
static bool parse_date(const char *text, char out[20]) {
  static const char SHAPE[] = "dddd:dd:dd dd:dd:dd";
  if (strlen(text) < sizeof SHAPE - 1)
    return false;
  for (size_t i = 0; i < sizeof SHAPE - 1; i++) {
    bool date_separator = SHAPE[i] == ':' && i < 8 && text[i] == '-';
    bool fits = SHAPE[i] == 'd' ? isdigit((unsigned char)text[i]) != 0 : text[i] == SHAPE[i];
    if (!fits && !date_separator)
      return false;
  }
  int year = 100 * two_digits(text) + two_digits(text + 2);
  int month = two_digits(text + 5), day = two_digits(text + 8);
  if (year < 1900 || month < 1 || month > 12 || day < 1 || day > days_in(year, month) ||
      two_digits(text + 11) > 23 || two_digits(text + 14) > 59 || two_digits(text + 17) > 60)
    return false;
  memcpy(out, text, 19);
  out[4] = out[7] = '-';
  out[10] = 'T';
  out[19] = '\0';
  return true;
}

/* "+01:00"; no zone of the earth is further than 14 hours off. */
static bool is_offset(const char *text) {
  return strlen(text) == 6 && (text[0] == '+' || text[0] == '-') && text[3] == ':' &&
         two_digits(text + 1) >= 0 && two_digits(text + 1) <= 14 && two_digits(text + 4) >= 0 &&
         two_digits(text + 4) <= 59;
}

static bool read_date(char *out, size_t size, ExifData *data, int date_tag, int offset_tag) {
  char text[32] = "", offset[16] = "", date[20];
  text_of(text, sizeof text, data, EXIF_IFD_EXIF, date_tag);
  text_of(offset, sizeof offset, data, EXIF_IFD_EXIF, offset_tag);
  if (!parse_date(text, date))
    return false;
  snprintf(out, size, "%s%s", date, is_offset(offset) ? offset : "");
  return true;
}

/* ---- the block ----------------------------------------------------------------------------- */

static void read_text(sd_capture *capture, ExifData *data) {
  text_of(capture->make, sizeof capture->make, data, EXIF_IFD_0, EXIF_TAG_MAKE);
  text_of(capture->model, sizeof capture->model, data, EXIF_IFD_0, EXIF_TAG_MODEL);
  text_of(capture->software, sizeof capture->software, data, EXIF_IFD_0, EXIF_TAG_SOFTWARE);
  text_of(capture->lens, sizeof capture->lens, data, EXIF_IFD_EXIF, TAG_LENS_MODEL);
  if (!read_date(capture->taken, sizeof capture->taken, data, EXIF_TAG_DATE_TIME_ORIGINAL,
                 TAG_OFFSET_TIME_ORIGINAL))
    read_date(capture->taken, sizeof capture->taken, data, EXIF_TAG_DATE_TIME_DIGITIZED,
              TAG_OFFSET_TIME_DIGITIZED);
}

static void read_numbers(sd_capture *capture, ExifData *data) {
  capture->focal_length_mm = number_of(data, EXIF_IFD_EXIF, EXIF_TAG_FOCAL_LENGTH);
  capture->focal_length_35mm = number_of(data, EXIF_IFD_EXIF, EXIF_TAG_FOCAL_LENGTH_IN_35MM_FILM);
  capture->exposure_s = number_of(data, EXIF_IFD_EXIF, EXIF_TAG_EXPOSURE_TIME);
  capture->f_number = number_of(data, EXIF_IFD_EXIF, EXIF_TAG_FNUMBER);
  capture->iso = number_of(data, EXIF_IFD_EXIF, EXIF_TAG_ISO_SPEED_RATINGS);
  int balance = short_of(data, EXIF_IFD_EXIF, EXIF_TAG_WHITE_BALANCE, -1);
  capture->white_balance = balance == 0 || balance == 1 ? balance : -1;
  int flash = short_of(data, EXIF_IFD_EXIF, EXIF_TAG_FLASH, -1);
  capture->flash = flash < 0 ? -1 : flash & 1; /* bit 0: fired */
  int orientation = short_of(data, EXIF_IFD_0, EXIF_TAG_ORIENTATION, 1);
  capture->orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
}

/* DCF 2.0: Adobe RGB files say "uncalibrated" and interoperability index R03; some write 2. */
static sd_exif_colour read_colour(ExifData *data) {
  char interoperability[8] = "";
  text_of(interoperability, sizeof interoperability, data, EXIF_IFD_INTEROPERABILITY,
          EXIF_TAG_INTEROPERABILITY_INDEX);
  int space = short_of(data, EXIF_IFD_EXIF, EXIF_TAG_COLOR_SPACE, 0);
  if (space == 2 || (space != 1 && strcmp(interoperability, "R03") == 0))
    return SD_EXIF_COLOUR_ADOBE_RGB;
  return space == 1 ? SD_EXIF_COLOUR_SRGB : SD_EXIF_COLOUR_NONE;
}

/* ---- before libexif ------------------------------------------------------------------------ */

/* libexif copies the value of every entry, and entries may all point at the same bytes: 60 kB could
 * become 300 MB. So the values are added up first; honest ones do not overlap. */
typedef struct survey {
  const uint8_t *bytes; /* TIFF structure */
  size_t length, claimed;
  bool big_endian;
  int directories;
} survey;

enum { DIRECTORIES_MAX = 16, DEPTH_MAX = 3 };

static uint32_t number_at(const survey *block, size_t at, int bytes) {
  uint32_t value = 0;
  for (int i = 0; i < bytes; i++)
    value = value << 8 | block->bytes[at + (size_t)(block->big_endian ? i : bytes - 1 - i)];
  return value;
}

static bool is_directory_pointer(uint32_t tag) {
  return tag == EXIF_TAG_EXIF_IFD_POINTER || tag == EXIF_TAG_GPS_INFO_IFD_POINTER ||
         tag == EXIF_TAG_INTEROPERABILITY_IFD_POINTER;
}

static void add_directory(survey *block, size_t at, int depth) {
  if (at == 0 || ++block->directories > DIRECTORIES_MAX || depth > DEPTH_MAX ||
      at > block->length || block->length - at < 2)
    return;
  size_t entries = number_at(block, at, 2), entry = at + 2;
  for (size_t i = 0; i < entries && block->length - entry >= 12; i++, entry += 12) {
    size_t unit = exif_format_get_size((ExifFormat)number_at(block, entry + 2, 2));
    block->claimed += unit * number_at(block, entry + 4, 4);
    if (is_directory_pointer(number_at(block, entry, 2)))
      add_directory(block, number_at(block, entry + 8, 4), depth + 1);
  }
  if (depth == 0 && block->length - entry >= 4) /* IFD1: the thumbnail's */
    add_directory(block, number_at(block, entry, 4), 1);
}

static bool is_honest(const uint8_t *bytes, size_t length) {
  survey block = {bytes, length, 0, bytes[0] == 'M', 0};
  add_directory(&block, number_at(&block, 4, 4), 0);
  return block.claimed <= 2 * length && block.directories <= DIRECTORIES_MAX;
}

/* libexif wants the prefix that only JPEG has. NULL when memory runs out or nothing is there. */
static uint8_t *with_prefix(const uint8_t *bytes, size_t length, size_t *total) {
  bool there = length >= sizeof EXIF_PREFIX && memcmp(bytes, EXIF_PREFIX, sizeof EXIF_PREFIX) == 0;
  size_t skip = there ? sizeof EXIF_PREFIX : 0;
  if (length - skip < 8 || length > EXIF_BYTES_MAX || !is_honest(bytes + skip, length - skip))
    return NULL;
  uint8_t *block = malloc(length - skip + sizeof EXIF_PREFIX);
  if (block == NULL)
    return NULL;
  memcpy(block, EXIF_PREFIX, sizeof EXIF_PREFIX);
  memcpy(block + sizeof EXIF_PREFIX, bytes + skip, length - skip);
  *total = length - skip + sizeof EXIF_PREFIX;
  return block;
}

void sd_exif_read(sd_capture *capture, sd_exif_colour *colour, const uint8_t *bytes,
                  size_t length) {
  size_t total = 0;
  uint8_t *block = with_prefix(bytes, length, &total);
  ExifData *data = block == NULL ? NULL : exif_data_new();
  if (data != NULL) {
    /* as it stands in the file: no tags added, none dropped */
    exif_data_unset_option(data, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
    exif_data_unset_option(data, EXIF_DATA_OPTION_IGNORE_UNKNOWN_TAGS);
    exif_data_load_data(data, block, (unsigned)total);
    read_text(capture, data);
    read_numbers(capture, data);
    *colour = read_colour(data);
    exif_data_unref(data);
  }
  free(block);
}
