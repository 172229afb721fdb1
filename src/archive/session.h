/* One photo of a comparison with everything found in it. Private to archive. */
#ifndef SD_ARCHIVE_SESSION_H
#define SD_ARCHIVE_SESSION_H

#include "archive/files.h"

typedef struct session {
  const char *path;
  sd_photo photo;
  sd_face face;
  sd_skin skin;
  sd_quality quality;
  sd_measures measures;
  sd_colour_reference reference;
} session;

#define ROI_WORDS "region of interest"
#define ZONE_MAP_WORDS "zone map"
/* A mask of the photo's size; SD_USAGE names the file otherwise. `path` NULL: nothing. */
sd_status mask_read(sd_mask *out, const char *path, const char *what, const sd_photo *photo,
                    const sd_job_options *options, sd_diag *diag);

/* SD_UNSUPPORTED with a sentence for a picture of our own making (capture.made). */
sd_status photo_not_made(const sd_photo *photo, const char *path, sd_diag *diag);

/* Read, face and skin; the masks of the options apply to BEFORE only. */
sd_status session_read(session *out, const char *path, const sd_models *models,
                       const sd_job_options *options, bool is_before, sd_diag *diag);
/* Both photos of a pair at once. */
sd_status sessions_read(session *before, session *after, const char *const paths[2],
                        const sd_models *models, const sd_job_options *options, sd_diag *diag);
/* Looks for the colour reference of its photo; SD_USAGE names the file when the place that was
 * given is not in it. */
sd_status session_find_card(session *session, const sd_card_request *request, sd_diag *diag);
/* All measured skin of the face, whatever region of interest the session was read with. */
sd_status session_whole_face(sd_skin *out, const session *session, sd_diag *diag);
void session_clear(session *session);
sd_side session_side(const session *session);

/* Registers the two, steered by the hand points or by the transform of the options. Where they do
 * not look like the same skin, says whether they would with one of them mirrored. */
sd_status sessions_align(sd_alignment *out, const session *before, const session *after,
                         const hand_points *points, const sd_models *models,
                         const sd_job_options *options, sd_diag *diag);

/* SD_NOT_ALIGNED with the reason, and with the kept points where they may be to blame. */
sd_status not_aligned(const sd_alignment *alignment, const hand_points *points, const char *before,
                      const char *after, const char *folder, sd_diag *diag);

/* Zones drawn on BEFORE travel to AFTER through the alignment, so that both photos are measured in
 * the same skin. Nothing to do for zones of the face. */
sd_status session_carry_zones(session *after, const session *before, const sd_models *models,
                              const sd_alignment *alignment, const sd_job_options *options,
                              sd_diag *diag);

/* One scale for both: the ratio is exact from registration, so each photo's own estimate serves the
 * other too. Without any scale both stay without. */
void sessions_share_scale(session *before, session *after, const sd_alignment *alignment);

/* The other way round for a set of photos: `to` is measured in the zones of `from`, laid on it by
 * the alignment from -> to. What `to` leaves out stays out. Nothing happens where either has no
 * face. */
sd_status session_take_zones(session *to, const session *from, const sd_alignment *alignment,
                             sd_diag *diag);
/* The figures of all zones, after labels or exclusions have changed. */
void session_count_zones(session *session);
/* Its scale keeps its source and its relative interval. */
void session_set_scale(session *session, double mm_per_px);

/* Options and lists that make no sense, before anything is decoded. */
sd_status job_check(const sd_job_options *options, sd_diag *diag);

/* The zones that the options name must be among those of BEFORE. */
sd_status zones_check(const sd_skin *skin, const sd_job_options *options, sd_diag *diag);
/* Can the files of a run be written, all of them, without one taking the place of an input? */
sd_status compare_outputs_check(const outputs *out, const sd_job_options *options, sd_diag *diag);
sd_status align_outputs_check(const outputs *out, const sd_job_options *options, sd_diag *diag);

/* May the zones of the options be shown with --share? SD_USAGE with the reason where they would
 * show a face: more than two fifths of it, or the surroundings of both eyes; and where no face is
 * found, which cannot be checked then, unless what may be shown was drawn by hand. */
sd_status share_check(const session *s, const sd_job_options *options, sd_diag *diag);
/* For --share, after everything is measured: both photos are blank outside these zones (NULL: the
 * cheeks, or all that was drawn), and nothing is left that names a file, a camera or a day. */
sd_status sessions_share(session *before, session *after, sd_change *change, const char *zones,
                         sd_diag *diag);

/* Tells the options' listener what was found. */
void note(const sd_job_options *options, const char *format, ...) SD_PRINTF(2, 3);
void note_session(const sd_job_options *options, const session *session);
void note_alignment(const sd_job_options *options, const sd_alignment *alignment);

/* Calls the options' progress; SD_INTERRUPTED when the user wants to stop. */
sd_status step(const sd_job_options *options, const char *what, int at, int steps, sd_diag *diag);
/* Everything is written: too late to stop. */
void step_done(const sd_job_options *options, int steps);

#endif
