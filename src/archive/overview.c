/* What a batch writes over all its subjects: summary.csv and index.html out of the database, row by
 * row, and the manifest that seals them. */
#include "archive/store.h"

#include "archive/files.h"
#include "archive/sign.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static sd_status add_row(void *context, const sd_summary_row *row, sd_diag *diag) {
  output_stream *out = context;
  sd_status status = sd_report_summary_row(&out->waiting, row, diag);
  return status == SD_OK ? output_stream_flush(out, false, diag) : status;
}

typedef struct index_page {
  output_stream out;
  const char *language;
} index_page;

static sd_status add_line(void *context, const sd_index_line *line, sd_diag *diag) {
  index_page *page = context;
  sd_status status = sd_report_index_line(&page->out.waiting, line, page->language, diag);
  return status == SD_OK ? output_stream_flush(&page->out, false, diag) : status;
}

static sd_status write_summary(store *s, const char *folder, sd_diag *diag) {
  output_stream out = {0};
  sd_status status = SD_OK;
  SD_TRY(output_stream_open(&out, folder, "summary.csv", diag));
  SD_TRY(sd_report_summary_begin(&out.waiting, diag));
  SD_TRY(store_rows(s, add_row, &out, diag));
  SD_TRY(output_stream_commit(&out, diag));
done:
  output_stream_clear(&out);
  return status;
}

static sd_status write_index(store *s, const char *folder, const char *language, sd_diag *diag) {
  index_page page = {.language = language};
  sd_status status = SD_OK;
  SD_TRY(output_stream_open(&page.out, folder, "index.html", diag));
  SD_TRY(sd_report_index_begin(&page.out.waiting, language, diag));
  SD_TRY(store_lines(s, add_line, &page, diag));
  SD_TRY(sd_report_index_end(&page.out.waiting, diag));
  SD_TRY(output_stream_commit(&page.out, diag));
done:
  output_stream_clear(&page.out);
  return status;
}

/* Does the manifest give this file the hash that it has? */
static bool is_sealed(const char *manifest, const char *folder, const char *name) {
  char path[4200], line[160], hash[65];
  snprintf(path, sizeof path, "%.4000s/%s", folder, name);
  if (sd_sha256_file(hash, path, NULL) != SD_OK)
    return false;
  snprintf(line, sizeof line, "\n%s  %s\n", hash, name);
  return strstr(manifest, line) != NULL;
}

bool overview_is_whole(const char *folder) {
  static const size_t BYTES_MAX = (size_t)1 << 16;
  char path[4200];
  sd_text manifest = {0};
  snprintf(path, sizeof path, "%.4000s/%s", folder, STORE_SEAL);
  bool whole = file_read(&manifest, path, BYTES_MAX, NULL) == SD_OK && manifest.v != NULL &&
               is_sealed(manifest.v, folder, "index.html") &&
               is_sealed(manifest.v, folder, "summary.csv");
  sd_text_clear(&manifest);
  return whole;
}

sd_status overview_write(store *s, const char *folder, const char *language, sd_diag *diag) {
  sd_status status = write_summary(s, folder, diag);
  return status == SD_OK ? write_index(s, folder, language, diag) : status;
}

/* One of an earlier run goes where this one does not sign. */
static sd_status write_signature(const char *folder, const sd_text *manifest, const char *sign_path,
                                 sd_diag *diag) {
  char path[4200];
  sd_text signature = {0};
  snprintf(path, sizeof path, "%.4000s/%s", folder, SIGNATURE_NAME);
  unlink(path);
  if (sign_path == NULL)
    return SD_OK;
  sd_status status = sign_bytes(&signature, manifest->v, manifest->length, sign_path, diag);
  if (status == SD_OK)
    status = sd_output_write(folder, SIGNATURE_NAME, signature.v, signature.length, diag);
  sd_text_clear(&signature);
  return status;
}

sd_status overview_seal(const char *folder, const char *settings_hash, const char *sign_path,
                        sd_diag *diag) {
  static const char *const NAMES[] = {"index.html", STORE_NAME, "summary.csv"};
  sd_text manifest = {0};
  sd_status status = SD_OK;
  sd_text_addf(&manifest, "# scardelta %s\n# settings %s\n", sd_version(), settings_hash);
  for (size_t k = 0; k < sizeof NAMES / sizeof *NAMES; k++) {
    char path[4200], hash[65];
    snprintf(path, sizeof path, "%.4000s/%s", folder, NAMES[k]);
    SD_TRY(sd_sha256_file(hash, path, diag));
    sd_text_addf(&manifest, "%s  %s\n", hash, NAMES[k]);
  }
  if (manifest.failed)
    status = sd_fail(diag, SD_NO_MEMORY, "not enough memory for the manifest");
  if (status == SD_OK)
    status = write_signature(folder, &manifest, sign_path, diag);
  if (status == SD_OK)
    status = sd_output_write(folder, STORE_SEAL, manifest.v, manifest.length, diag);
done:
  sd_text_clear(&manifest);
  return status;
}
