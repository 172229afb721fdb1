#include "archive/files.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *file_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

void file_folder(char out[FOLDER_PATH_ROOM], const char *path) {
  snprintf(out, FOLDER_PATH_ROOM, "%s", path);
  char *slash = strrchr(out, '/');
  if (slash == NULL)
    snprintf(out, FOLDER_PATH_ROOM, ".");
  else
    slash[slash == out] = '\0';
}

/* Up to one block more than the limit, so that it is known when there is more. */
static bool read_up_to(sd_text *out, int file, size_t limit) {
  char block[65536];
  while (out->length <= limit) {
    ssize_t got = read(file, block, sizeof block);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return got == 0;
    sd_text_add_bytes(out, block, (size_t)got);
  }
  return true;
}

sd_status file_read(sd_text *out, const char *path, size_t limit, sd_diag *diag) {
  sd_text text = {0};
  int file = -1;
  int64_t length;
  sd_status status = SD_OK;
  SD_TRY(sd_file_open(&file, &length, path, "file", diag));
  if (!read_up_to(&text, file, limit))
    status = sd_fail(diag, SD_UNREADABLE, "%s: reading stopped (%s)", path, strerror(errno));
  else if (text.length > limit)
    status = sd_fail(diag, SD_TOO_LARGE, "%s: is larger than %zu MB", path, limit >> 20);
  else if (text.failed)
    status = sd_fail(diag, SD_NO_MEMORY, "%s: not enough memory to read it", path);
  if (status != SD_OK)
    goto done;
  *out = text;
  text = (sd_text){0};
done:
  if (file >= 0)
    close(file);
  sd_text_clear(&text);
  return status;
}

sd_status sd_models_read(sd_models **out, const char *path, sd_diag *diag) {
  sd_text bytes = {0};
  sd_diag why = {{0}}, loading = {{0}};
  sd_status status = file_read(&bytes, path, (size_t)64 << 20, &why);
  if (status == SD_OK) {
    status = sd_models_load(out, bytes.v, bytes.length, &loading);
    sd_fail(&why, status, "%.200s: %.300s", path, loading.text);
  }
  sd_text_clear(&bytes);
  if (status != SD_OK)
    sd_fail(diag, status,
            "the face model could not be loaded: %.400s; set SCARDELTA_MODELS to the file %s of "
            "the npm package @mediapipe/face_mesh (in the source tree samples/run fetches it)",
            why.text, SD_MODELS_FILE);
  return status;
}
