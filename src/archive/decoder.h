/* Photos are decoded where a hostile file can do nothing. Private to archive. */
#ifndef SD_ARCHIVE_DECODER_H
#define SD_ARCHIVE_DECODER_H

#include "scardelta/archive.h"

/* sd_photo_read, by the decoder process of the options where they name its program: the same photo
 * and the same sentences. SD_UNREADABLE also when the decoder crashes or takes too long on it,
 * SD_UNSUPPORTED when this system cannot shut it in, SD_NO_MEMORY when it cannot be started and
 * when the photo would take more than max_memory_mb. */
sd_status photo_read(sd_photo *out, const char *path, const sd_photo_options *how,
                     const sd_job_options *options, sd_diag *diag);
/* sd_photo_read_mask likewise. */
sd_status photo_read_mask(sd_mask *out, const char *path, const sd_photo_options *how,
                          const sd_job_options *options, sd_diag *diag);

#endif
