/* SHA-256 by nettle, as hexadecimal digits. Private to the library. */
#ifndef SD_BASE_HASH_H
#define SD_BASE_HASH_H

#include <nettle/sha2.h>
#include <nettle/version.h>
#include <stdint.h>

/* Ends a hash: 64 digits and the zero. */
static inline void sd_sha256_end(struct sha256_ctx *state, char out[65]) {
  static const char DIGITS[] = "0123456789abcdef";
  uint8_t digest[SHA256_DIGEST_SIZE];
#if NETTLE_VERSION_MAJOR >= 4
  sha256_digest(state, digest);
#else
  sha256_digest(state, sizeof digest, digest);
#endif
  for (int k = 0; k < SHA256_DIGEST_SIZE; k++) {
    out[2 * k] = DIGITS[digest[k] >> 4];
    out[2 * k + 1] = DIGITS[digest[k] & 15];
  }
  out[64] = '\0';
}

#endif
