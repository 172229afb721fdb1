/* Ed25519 as RFC 8032 has it (section 7.1, tests 1 to 3), by keys in the files of RFC 8410. */
#include "check.h"

#include "archive/sign.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct vector {
  const char *secret, *public, *message, *signature; /* hexadecimal */
} vector;

static const vector VECTORS[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "4"
     "6bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d"
     "8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6"
     "594a7c15e9716ed28dc027beceea1ec40a"}};
enum { VECTOR_COUNT = sizeof VECTORS / sizeof *VECTORS };

static const char KEY[] = "sd-sign-test.pem";

static size_t from_hex(uint8_t *out, const char *hex) {
  size_t length = strlen(hex) / 2;
  for (size_t k = 0; k < length; k++) {
    char pair[3] = {hex[2 * k], hex[2 * k + 1], '\0'};
    out[k] = (uint8_t)strtoul(pair, NULL, 16);
  }
  return length;
}

/* Base64 of our own, so that what reads it is not tested against itself. */
static void write_base64(FILE *file, const uint8_t *bytes, size_t length) {
  static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t k = 0; k < length; k += 3) {
    uint32_t three = 0;
    for (size_t i = 0; i < 3; i++)
      three = three << 8 | (k + i < length ? bytes[k + i] : 0);
    for (size_t i = 0; i < 4; i++)
      fputc(k + i > length ? '=' : DIGITS[three >> (18 - 6 * i) & 63], file);
  }
}

static void write_key(const char *label, const char *head, const char *key) {
  uint8_t der[256];
  size_t length = from_hex(der, head);
  length += from_hex(der + length, key);
  FILE *file = fopen(KEY, "w");
  assert_non_null(file);
  fprintf(file, "-----BEGIN %s-----\n", label);
  write_base64(file, der, length);
  fprintf(file, "\n-----END %s-----\n", label);
  assert_int_equal(fclose(file), 0);
}

static void write_private(const vector *v) {
  write_key("PRIVATE KEY", "302e020100300506032b657004220420", v->secret);
}

static sign_public public_of(const vector *v) {
  sign_public key = {{0}};
  write_key("PUBLIC KEY", "302a300506032b6570032100", v->public);
  assert_int_equal(sign_public_read(&key, KEY, NULL), SD_OK);
  return key;
}

static void signatures_are_those_of_the_standard(void **state) {
  (void)state;
  for (int k = 0; k < VECTOR_COUNT; k++) {
    uint8_t message[8], wanted[SIGNATURE_BYTES];
    size_t length = from_hex(message, VECTORS[k].message);
    sd_text signature = {0};
    sd_diag diag = {{0}};
    write_private(&VECTORS[k]);
    if (sign_bytes(&signature, message, length, KEY, &diag) != SD_OK)
      fail_msg("%s", diag.text);
    assert_int_equal(from_hex(wanted, VECTORS[k].signature), SIGNATURE_BYTES);
    assert_int_equal(signature.length, SIGNATURE_BYTES);
    assert_memory_equal(signature.v, wanted, SIGNATURE_BYTES);
    sd_text_clear(&signature);
  }
}

static void they_hold_for_these_bytes_and_this_key_alone(void **state) {
  (void)state;
  for (int k = 0; k < VECTOR_COUNT; k++) {
    uint8_t message[8] = {0}, signature[SIGNATURE_BYTES];
    size_t length = from_hex(message, VECTORS[k].message);
    sign_public key = public_of(&VECTORS[k]), other = public_of(&VECTORS[(k + 1) % VECTOR_COUNT]);
    from_hex(signature, VECTORS[k].signature);
    assert_true(sign_holds(&key, signature, sizeof signature, message, length));
    assert_false(sign_holds(&other, signature, sizeof signature, message, length));
    assert_false(sign_holds(&key, signature, sizeof signature, message, length + 1));
    assert_false(sign_holds(&key, signature, sizeof signature - 1, message, length));
    for (size_t bit = 0; bit < 8 * sizeof signature; bit++) {
      signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
      assert_false(sign_holds(&key, signature, sizeof signature, message, length));
      signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
  }
}

static void check_no_key(const char *text, size_t length) {
  sd_diag diag = {{0}};
  sign_public key;
  FILE *file = fopen(KEY, "w");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(sign_check(KEY, &diag), SD_UNREADABLE);
  assert_int_equal(strncmp(diag.text, KEY, strlen(KEY)), 0);
  assert_int_equal(sign_public_read(&key, KEY, &diag), SD_UNREADABLE);
}

/* Other kinds of keys, and every beginning of a good one. */
static void what_is_no_key_is_told(void **state) {
  (void)state;
  static const char *const TEXTS[] = {
      "",
      "hello",
      "-----BEGIN PRIVATE KEY-----",
      "-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----",
      "-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n",
      "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"};
  char whole[512];
  sign_public key;
  for (size_t k = 0; k < sizeof TEXTS / sizeof *TEXTS; k++)
    check_no_key(TEXTS[k], strlen(TEXTS[k]));
  write_key("PRIVATE KEY", "302e020100300506032b656e04220420", VECTORS[0].secret); /* X25519 */
  assert_int_equal(sign_check(KEY, NULL), SD_UNREADABLE);
  write_private(&VECTORS[0]);
  assert_int_equal(sign_public_read(&key, KEY, NULL), SD_UNREADABLE);
  FILE *file = fopen(KEY, "r");
  size_t length = fread(whole, 1, sizeof whole, file);
  fclose(file);
  for (size_t k = 0; k + 1 < length; k++) /* the last line end may be missing */
    check_no_key(whole, k);
}

static int tear_down(void **state) {
  (void)state;
  unlink(KEY);
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(signatures_are_those_of_the_standard),
                                     cmocka_unit_test(they_hold_for_these_bytes_and_this_key_alone),
                                     cmocka_unit_test(what_is_no_key_is_told)};
  return cmocka_run_group_tests(tests, NULL, tear_down);
}
