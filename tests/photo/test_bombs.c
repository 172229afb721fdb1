/* Small files that promise or unpack to much: each is refused, or read without what makes it large,
 * in a moment and in little memory. Each is read in a process of its own, which is measured. */
#include "photo/make.h"

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a bomb may cost beside the hash of its file. Sanitizers take a multiple of both. */
static const double SECONDS_MAX = SANITIZED ? 1.5 : 0.1;
static const long KILOBYTES_MAX = SANITIZED ? 400L << 10 : 50L << 10;

typedef struct cost {
  sd_status status;
  int said;
  double seconds;
  long kilobytes;
} cost;

static double cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* Memory at its peak, from the process's own account: ru_maxrss remembers the parent's. */
static long peak_kilobytes(void) {
  char text[4096];
  int file = open("/proc/self/status", O_RDONLY);
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  text[length > 0 ? length : 0] = '\0';
  const char *at = strstr(text, "VmHWM:");
  return at != NULL ? strtol(at + 6, NULL, 10) : -1;
}

/* Forgets the peak so far. */
static void reset_peak(void) {
  int file = open("/proc/self/clear_refs", O_WRONLY);
  assert_true(file >= 0 && write(file, "5", 1) == 1);
  close(file);
}

static void read_measured(cost *out, blob file) {
  sd_photo photo = {0};
  sd_diag diag = {{0}};
  double hashing = -cpu_seconds();
  sd_sha256_hex(file.v, file.length, photo.file_sha256);
  hashing += cpu_seconds();
  reset_peak();
  long before = peak_kilobytes();
  double start = cpu_seconds();
  out->status = sd_photo_read_memory(&photo, file.v, file.length, "bomb", NULL, &diag);
  out->seconds = cpu_seconds() - start - (out->status == SD_OK ? hashing : 0);
  out->kilobytes = peak_kilobytes() - before;
  out->said = strncmp(diag.text, "bomb: ", 6) == 0;
}

static cost read_bomb(blob file) {
  cost *shared =
      mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int state = 0;
  assert_true(shared != MAP_FAILED);
  pid_t pid = fork();
  if (pid == 0) {
    read_measured(shared, file);
    _exit(0);
  }
  assert_int_equal(waitpid(pid, &state, 0), pid);
  assert_int_equal(state, 0);
  cost out = *shared;
  munmap(shared, sizeof *shared);
  free(file.v);
  return out;
}

static void check_cheap(const char *name, const cost *c) {
  if (!(c->seconds < SECONDS_MAX) || c->kilobytes > KILOBYTES_MAX)
    fail_msg("%s takes %.3f s and %ld kB", name, c->seconds, c->kilobytes);
}

static void check_bomb(const char *name, blob file, sd_status wanted) {
  cost c = read_bomb(file);
  if (c.status != wanted || c.said != (wanted != SD_OK))
    fail_msg("%s: status %d, not %d", name, c.status, wanted);
  check_cheap(name, &c);
}

/* ---- PNG ----------------------------------------------------------------------------------------
 */

static void put_big32(sd_text *out, uint32_t v) {
  uint8_t b[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};
  sd_text_add_bytes(out, b, 4);
}

static void put_chunk(sd_text *out, const char *kind, const void *bytes, size_t length) {
  put_big32(out, (uint32_t)length);
  size_t start = out->length;
  sd_text_add_bytes(out, kind, 4);
  sd_text_add_bytes(out, bytes, length);
  put_big32(out, libdeflate_crc32(0, out->v + start, length + 4));
}

static void put_png_head(sd_text *out, uint32_t width, uint32_t height, int depth, int colour) {
  sd_text head = {0};
  uint8_t rest[5] = {(uint8_t)depth, (uint8_t)colour, 0, 0, 0};
  sd_text_add_bytes(out, "\x89PNG\r\n\x1a\n", 8);
  put_big32(&head, width);
  put_big32(&head, height);
  sd_text_add_bytes(&head, rest, sizeof rest);
  put_chunk(out, "IHDR", head.v, head.length);
  sd_text_clear(&head);
}

/* `length` zeros, packed as tightly as deflate can. */
static blob packed_zeros(size_t length) {
  struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(6);
  size_t room = libdeflate_zlib_compress_bound(compressor, length);
  uint8_t *zeros = calloc(length, 1);
  blob out = {malloc(room), 0};
  out.length = libdeflate_zlib_compress(compressor, zeros, length, out.v, room);
  assert_true(out.length > 0);
  libdeflate_free_compressor(compressor);
  free(zeros);
  return out;
}

static void put_zeros(sd_text *out, const char *kind, const char *before, size_t before_length,
                      size_t length) {
  blob packed = packed_zeros(length);
  sd_text all = {0};
  sd_text_add_bytes(&all, before, before_length);
  sd_text_add_bytes(&all, packed.v, packed.length);
  put_chunk(out, kind, all.v, all.length);
  sd_text_clear(&all);
  free(packed.v);
}

/* A picture of 8 x 8 grey pixels, with what is put between head and pixels. */
static void put_small_pixels(sd_text *out) {
  put_zeros(out, "IDAT", "", 0, 8 * 9);
  put_chunk(out, "IEND", "", 0);
}

static void sizes_that_png_claims(void **state) {
  (void)state;
  static const uint32_t SIDES[][2] = {
      {65535, 65535}, {0x7fffffff, 0x7fffffff}, {1000000, 1000000}, {65535, 1831}, {10900, 11000}};
  for (size_t k = 0; k < sizeof SIDES / sizeof *SIDES; k++) {
    sd_text out = {0};
    put_png_head(&out, SIDES[k][0], SIDES[k][1], 16, 6);
    put_zeros(&out, "IDAT", "", 0, 100000);
    put_chunk(&out, "IEND", "", 0);
    cost c = read_bomb(blob_from_text(&out));
    assert_true(c.status == SD_TOO_LARGE || c.status == SD_UNREADABLE);
    assert_true(c.said);
    check_cheap("a PNG's size", &c);
  }
}

/* Texts are of no interest, whatever they unpack to. */
static void texts_that_unpack_to_much(void **state) {
  (void)state;
  enum { ZEROS = 60 << 20 };
  sd_text out = {0};
  put_png_head(&out, 8, 8, 8, 0);
  put_zeros(&out, "zTXt", "k\0\0", 3, ZEROS);
  put_zeros(&out, "iTXt", "k\0\1\0\0\0", 6, ZEROS);
  put_small_pixels(&out);
  check_bomb("texts", blob_from_text(&out), SD_OK);
}

static void very_many_texts(void **state) {
  (void)state;
  sd_text out = {0};
  put_png_head(&out, 8, 8, 8, 0);
  for (int k = 0; k < 100000; k++)
    put_chunk(&out, "tEXt", "k\0v", 3);
  put_small_pixels(&out);
  check_bomb("many texts", blob_from_text(&out), SD_OK);
}

/* A profile that unpacks to 60 MB is none, and the picture is read without. */
static void profiles_that_unpack_to_much(void **state) {
  (void)state;
  sd_text out = {0};
  put_png_head(&out, 8, 8, 8, 0);
  put_zeros(&out, "iCCP", "k\0\0", 3, 60 << 20);
  put_small_pixels(&out);
  check_bomb("a profile", blob_from_text(&out), SD_OK);
}

/* EXIF of megabytes with all the entries that a directory can have; each claims as much as an entry
 * can, or 4 bytes. */
static blob giant_exif(size_t length, bool honest) {
  blob out = {calloc(length, 1), length};
  memcpy(out.v, "II*\0\x08\0\0\0\xff\xff", 10);
  for (size_t at = 10; at + 12 <= length; at += 12) {
    static const uint8_t ENTRY[12] = {0x9a, 0x82, 5, 0, 0xff, 0xff, 0xff, 0x1f, 8, 0, 0, 0};
    memcpy(out.v + at, ENTRY, 12);
    out.v[at] = (uint8_t)(at / 12);
    if (honest)
      memcpy(out.v + at + 2, "\1\0\4\0\0\0", 6);
  }
  return out;
}

static void exif_of_megabytes(void **state) {
  (void)state;
  static const size_t LENGTHS[] = {(size_t)1 << 20, (size_t)4 << 20, (size_t)12 << 20};
  for (size_t k = 0; k < 2 * sizeof LENGTHS / sizeof *LENGTHS; k++) {
    blob exif = giant_exif(LENGTHS[k / 2], k % 2 == 1);
    sd_text out = {0};
    put_png_head(&out, 8, 8, 8, 0);
    put_chunk(&out, "eXIf", exif.v, exif.length);
    put_small_pixels(&out);
    free(exif.v);
    check_bomb("EXIF in PNG", blob_from_text(&out), SD_OK);
  }
}

/* Directories that point at each other, and at themselves. */
static void exif_without_end(void **state) {
  (void)state;
  static const uint8_t POINTERS[] = {0x69, 0x25, 0x05}; /* EXIF, GPS, interoperability */
  blob exif = {calloc(65000, 1), 65000};
  memcpy(exif.v, "II*\0\x08\0\0\0", 8);
  exif.v[8] = 0xff;
  exif.v[9] = 0x13;
  for (size_t k = 0, at = 10; at + 12 <= exif.length; k++, at += 12) {
    static const uint8_t ENTRY[12] = {0, 0x87, 4, 0, 1, 0, 0, 0, 8, 0, 0, 0};
    memcpy(exif.v + at, ENTRY, 12);
    exif.v[at] = POINTERS[k % 3];
    exif.v[at + 1] = k % 3 == 0 ? 0x87 : k % 3 == 1 ? 0x88 : 0xa0;
  }
  uint8_t *scene = make_scene(8, 8);
  jpeg_recipe recipe = {.width = 8, .height = 8, .exif = exif};
  check_bomb("EXIF in JPEG", make_jpeg(&recipe, scene), SD_OK);
  free(scene);
  free(exif.v);
}

/* ---- JPEG ---------------------------------------------------------------------------------------
 */

/* The sides in the frame header become others. */
static blob claim_size(blob file, unsigned width, unsigned height) {
  for (size_t k = 2; k + 9 < file.length; k += 2 + (size_t)file.v[k + 2] * 256 + file.v[k + 3])
    if (file.v[k] == 0xff && (file.v[k + 1] == 0xc0 || file.v[k + 1] == 0xc2)) {
      uint8_t sides[4] = {(uint8_t)(height >> 8), (uint8_t)height, (uint8_t)(width >> 8),
                          (uint8_t)width};
      memcpy(file.v + k + 5, sides, 4);
      return file;
    }
  fail_msg("no frame header");
  return file;
}

static void sizes_that_jpeg_claims(void **state) {
  (void)state;
  static const unsigned SIDES[][2] = {
      {65535, 65535}, {65500, 65500}, {65500, 1832}, {10900, 11000}};
  for (int progressive = 0; progressive < 2; progressive++)
    for (size_t k = 0; k < sizeof SIDES / sizeof *SIDES; k++) {
      uint8_t *scene = make_scene(64, 64);
      jpeg_recipe recipe = {.width = 64, .height = 64, .progressive = progressive == 1};
      cost c = read_bomb(claim_size(make_jpeg(&recipe, scene), SIDES[k][0], SIDES[k][1]));
      assert_true(c.status == SD_TOO_LARGE || c.status == SD_UNREADABLE);
      assert_true(c.said);
      check_cheap("a JPEG's size", &c);
      free(scene);
    }
}

/* 255 pieces of 64 kB are the largest profile that JPEG can hold. */
static void the_largest_profile_of_jpeg(void **state) {
  (void)state;
  uint8_t *scene = make_scene(8, 8);
  jpeg_recipe recipe = {.width = 8, .height = 8, .icc = {calloc(16500000, 1), 16500000}};
  /* a head that promises as many tags as its length could hold */
  memcpy(recipe.icc.v + 36, "acsp", 4);
  memcpy(recipe.icc.v + 12, "mntrRGB XYZ ", 12);
  recipe.icc.v[0] = 0x00;
  recipe.icc.v[1] = 0xfb;
  recipe.icc.v[2] = 0xc5;
  recipe.icc.v[3] = 0x20;
  recipe.icc.v[8] = 4;
  memset(recipe.icc.v + 128, 0xff, 4);
  check_bomb("ICC in JPEG", make_jpeg(&recipe, scene), SD_OK);
  free(recipe.icc.v);
  free(scene);
}

/* ---- where they are built in --------------------------------------------------------------------
 */

static void sizes_that_tiff_and_webp_claim(void **state) {
  (void)state;
  sd_text tiff = {0}, webp = {0};
  sd_text_add_bytes(&tiff, "II*\0", 4);
  put32(&tiff, 8);
  static const unsigned ENTRIES[][2] = {{256, 65535}, {257, 65535}, {258, 8}, {259, 1},
                                        {262, 1},     {273, 8},     {277, 1}, {278, 65535}};
  put16(&tiff, sizeof ENTRIES / sizeof *ENTRIES);
  for (size_t k = 0; k < sizeof ENTRIES / sizeof *ENTRIES; k++) {
    put16(&tiff, ENTRIES[k][0]);
    put16(&tiff, 4);
    put32(&tiff, 1);
    put32(&tiff, ENTRIES[k][1]);
  }
  put32(&tiff, 0);
  if (sd_format_readable(SD_FORMAT_TIFF))
    check_bomb("a TIFF's size", blob_from_text(&tiff), SD_TOO_LARGE);
  else
    sd_text_clear(&tiff);
  static const uint8_t EXTENDED[] =
      "RIFF\x1e\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff";
  sd_text_add_bytes(&webp, EXTENDED, sizeof EXTENDED - 1);
  if (sd_format_readable(SD_FORMAT_WEBP)) {
    cost c = read_bomb(blob_from_text(&webp));
    assert_true(c.status == SD_TOO_LARGE || c.status == SD_UNREADABLE);
    check_cheap("a WebP's size", &c);
  } else {
    sd_text_clear(&webp);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(sizes_that_png_claims),
                                     cmocka_unit_test(texts_that_unpack_to_much),
                                     cmocka_unit_test(very_many_texts),
                                     cmocka_unit_test(profiles_that_unpack_to_much),
                                     cmocka_unit_test(exif_of_megabytes),
                                     cmocka_unit_test(exif_without_end),
                                     cmocka_unit_test(sizes_that_jpeg_claims),
                                     cmocka_unit_test(the_largest_profile_of_jpeg),
                                     cmocka_unit_test(sizes_that_tiff_and_webp_claim)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
