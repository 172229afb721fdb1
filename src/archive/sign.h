/* Signatures of manifests. Private to archive. */
#ifndef SD_ARCHIVE_SIGN_H
#define SD_ARCHIVE_SIGN_H

#include "archive/files.h"

#define SIGNATURE_NAME "manifest.sig"
enum { SIGNATURE_BYTES = 64 };

/* Signs the bytes (Ed25519, RFC 8032) by the private key in the PEM file `path` (PKCS #8, RFC 8410:
 * as "openssl genpkey -algorithm ed25519" writes it). Appends SIGNATURE_BYTES to `out`.
 * SD_UNREADABLE when it is no such file. */
sd_status sign_bytes(sd_text *out, const void *bytes, size_t length, const char *path,
                     sd_diag *diag);
/* SD_UNREADABLE where sign_bytes would fail. */
sd_status sign_check(const char *path, sd_diag *diag);

/* A public key from its PEM file ("openssl pkey -pubout"). SD_UNREADABLE when it is no such file.
 */
typedef struct sign_public {
  uint8_t v[32];
} sign_public;
sd_status sign_public_read(sign_public *out, const char *path, sd_diag *diag);
/* Is the signature the key owner's, of these bytes? */
bool sign_holds(const sign_public *key, const void *signature, size_t signature_length,
                const void *bytes, size_t length);

#endif
