/* Ed25519 by libsodium. Keys are the PEM files of RFC 8410, so that no tool of our own makes or
 * keeps them: their bytes are a fixed head and the key. */
#include "archive/sign.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { KEY_BYTES = 32, FILE_BYTES_MAX = 16 << 10, DER_BYTES_MAX = 256 };

/* What stands before the key: the structure of a private (PKCS #8) and of a public key (X.509
 * SubjectPublicKeyInfo) of the algorithm 1.3.101.112. */
static const uint8_t PRIVATE_HEAD[] = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                       0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
static const uint8_t PUBLIC_HEAD[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                      0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

/* The bytes between the lines that begin and end the block of this label. */
static bool decode_pem(uint8_t out[DER_BYTES_MAX], size_t *length, const char *text,
                       const char *label) {
  char begin[64], end[64];
  snprintf(begin, sizeof begin, "-----BEGIN %s-----", label);
  snprintf(end, sizeof end, "-----END %s-----", label);
  const char *from = strstr(text, begin);
  const char *to = from != NULL ? strstr(from, end) : NULL;
  if (to == NULL)
    return false;
  from += strlen(begin);
  return sodium_base642bin(out, DER_BYTES_MAX, from, (size_t)(to - from), "\r\n\t ", length, NULL,
                           sodium_base64_VARIANT_ORIGINAL) == 0;
}

static sd_status read_key(uint8_t out[KEY_BYTES], const char *path, const char *label,
                          const uint8_t *head, size_t head_length, sd_diag *diag) {
  sd_text file = {0};
  uint8_t der[DER_BYTES_MAX];
  size_t length = 0;
  sd_status status = file_read(&file, path, FILE_BYTES_MAX, diag);
  if (status != SD_OK)
    return status;
  bool good = file.v != NULL && sodium_init() >= 0 && decode_pem(der, &length, file.v, label) &&
              length == head_length + KEY_BYTES && memcmp(der, head, head_length) == 0;
  if (good)
    memcpy(out, der + head_length, KEY_BYTES);
  sodium_memzero(der, sizeof der);
  if (file.v != NULL)
    sodium_memzero(file.v, file.length);
  sd_text_clear(&file);
  return good ? SD_OK
              : sd_fail(diag, SD_UNREADABLE,
                        "%s: holds no %s of Ed25519 in PEM ('openssl genpkey -algorithm ed25519' "
                        "makes a key, 'openssl pkey -pubout' takes the public one from it)",
                        path, strcmp(label, "PRIVATE KEY") == 0 ? "private key" : "public key");
}

sd_status sign_bytes(sd_text *out, const void *bytes, size_t length, const char *path,
                     sd_diag *diag) {
  uint8_t seed[KEY_BYTES], public_key[crypto_sign_PUBLICKEYBYTES];
  uint8_t secret[crypto_sign_SECRETKEYBYTES], signature[SIGNATURE_BYTES];
  sd_status status = read_key(seed, path, "PRIVATE KEY", PRIVATE_HEAD, sizeof PRIVATE_HEAD, diag);
  if (status != SD_OK)
    return status;
  crypto_sign_seed_keypair(public_key, secret, seed);
  crypto_sign_detached(signature, NULL, bytes, length, secret);
  sodium_memzero(seed, sizeof seed);
  sodium_memzero(secret, sizeof secret);
  sd_text_add_bytes(out, signature, sizeof signature);
  return SD_OK;
}

sd_status sign_check(const char *path, sd_diag *diag) {
  uint8_t seed[KEY_BYTES];
  sd_status status = read_key(seed, path, "PRIVATE KEY", PRIVATE_HEAD, sizeof PRIVATE_HEAD, diag);
  sodium_memzero(seed, sizeof seed);
  return status;
}

sd_status sign_public_read(sign_public *out, const char *path, sd_diag *diag) {
  return read_key(out->v, path, "PUBLIC KEY", PUBLIC_HEAD, sizeof PUBLIC_HEAD, diag);
}

bool sign_holds(const sign_public *key, const void *signature, size_t signature_length,
                const void *bytes, size_t length) {
  return signature_length == SIGNATURE_BYTES && sodium_init() >= 0 &&
         crypto_sign_verify_detached(signature, bytes, length, key->v) == 0;
}
