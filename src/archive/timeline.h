/* A course in parts: its photos, found, dated and put in order (shots.c), then read, laid on common
 * ground and told (course_*.c) along the spine in timeline.c. Private to archive. */
#ifndef SD_ARCHIVE_TIMELINE_H
#define SD_ARCHIVE_TIMELINE_H

#include "archive/spine.h"

#include "scardelta/course.h"

/* More would keep a clinic's whole archive in one chart. */
enum { COURSE_PHOTOS_MAX = 512 };

/* What stays of a scar of one photo: hundreds of photos with outlines would fill the memory. */
typedef struct scar_sighting {
  double x, y; /* pixels of the reference */
  double diameter_mm, diameter_low_mm, diameter_high_mm, kind_probability, score;
  sd_scar_kind kind;
  char zone[SD_ZONE_NAME_MAX];
  sd_scar_state state;
  double before, after, change, ci_low, ci_high, mdc; /* as in sd_scar_change */
  char reason[160];
} scar_sighting;

/* One photo: what stays known while its pixels are not in memory. */
typedef struct shot {
  char *path;     /* owned */
  sd_photo facts; /* without pixels */
  sd_face face;
  sd_quality quality;
  sd_colour_reference reference;
  char date[11]; /* "": unknown */
  sd_date_source source;
  size_t given; /* place in the order given */
  int session;
  bool same_as_before; /* the bytes of an earlier photo: left out */
  sd_alignment
      *to_template;         /* template -> this one; owned; NULL: it is the template, or left out */
  sd_alignment *from_first; /* reference -> this one; owned; NULL: it is the reference */
  sd_change change;         /* metrics and comparability only */
  scar_sighting *scars;     /* owned */
  size_t scar_count;
  char problem[320];
} shot;

typedef struct shots {
  shot *v; /* owned */
  size_t count;
  size_t left_out; /* copies of another photo */
  bool dated;
  int sessions;
} shots;
/* Paths of photos and folders of photos; folders are looked through two levels deep, by name, for
 * what begins like a photo. SD_USAGE when there are fewer than two photos. */
sd_status shots_find(shots *out, const char *const *inputs, size_t count, sd_diag *diag);
/* Once the facts are there: dates, copies left out, order, sessions. */
void shots_order(shots *all);
void shots_clear(shots *all);

/* A point set by hand on the first photo and on another one. */
typedef struct course_point {
  const char *photo; /* as the list names it */
  size_t line, shot; /* of the list; of the course */
  sd_pair_point pair;
} course_point;

typedef struct course_points {
  course_point *v; /* owned */
  size_t count;
  bool reused;     /* kept by an earlier run */
  char path[4096]; /* of the list */
  sd_text text;    /* that the names lie in; owned */
  sd_text kept;    /* as it is kept; owned */
} course_points;

typedef struct course {
  const sd_job_options *options;
  sd_models *models;
  shots shots;
  size_t reference, best; /* of the first session; the template */
  char template_reason[200];
  session first, middle;        /* reference and template, while they are needed */
  int chroma_h, chroma_v;       /* the coarsest of the set */
  double mm_per_px;             /* of the reference; NaN */
  sd_scale_source scale_source; /* of the photos that it comes from */
  sd_trends trends;
  sd_course_scar *scars; /* owned */
  size_t scar_count;
  sd_frame *frames; /* one a shot; empty where none was drawn; owned */
  settings settings;
  sd_treatment *treatments;
  size_t treatment_count;
  ratings ratings;
  course_points points;
  sd_repeatability repeatability;
  int step, steps;
} course;

static inline sd_status course_next_step(course *c, const char *what, sd_diag *diag) {
  return step(c->options, what, c->step++, c->steps, diag);
}

static inline shot *course_shot(course *c, size_t k) {
  return &c->shots.v[k];
}

/* ---- course_read.c -------------------------------------------------------------------------- */

/* The job's options for one photo; a scale that was given is of the reference alone. */
sd_job_options course_options(const course *c, bool reference);
/* Reads photo `k` anew; SD_UNREADABLE when it is no longer the file that it was. */
sd_status course_read_shot(session *out, course *c, size_t k, sd_diag *diag);
/* Zones drawn on the reference travel to photo `k`, which was laid on it. */
sd_status course_carry_zones(course *c, session *s, size_t k, sd_diag *diag);
/* Keeps what stays of a photo when its pixels go. */
void course_keep_facts(shot *s, const session *read);
sd_status course_look_at_all(course *c, sd_diag *diag);
/* Photos with finer colour are brought down to the coarsest, so that all are measured alike. */
void course_find_coarsest_chroma(course *c);
sd_status course_coarsen(course *c, session *s, sd_diag *diag);

/* ---- course_points.c ------------------------------------------------------------------------ */

/* The list `given`, or the one that `folder` keeps of a course that begins with this photo; neither
 * is fine. SD_UNREADABLE with what is wrong, and where. */
sd_status course_points_read(course_points *out, const char *given, const char *folder,
                             const char *first_sha256, sd_diag *diag);
/* Which photo each one is of. SD_USAGE where the list names none, several, or the first one. */
sd_status course_points_assign(course_points *points, const shots *all, sd_diag *diag);
/* Those of one photo; clear with hand_points_clear. */
sd_status course_points_of(hand_points *out, const course_points *points, size_t photo,
                           sd_diag *diag);
/* SD_USAGE when the folder keeps points of other photos, which these would replace. */
sd_status course_points_fit(const course_points *points, const char *folder,
                            const char *first_sha256, sd_diag *diag);
/* Adds points.csv, or removes one that was kept for other photos. */
sd_status course_points_keep(course_points *points, outputs *out, sd_diag *diag);
void course_points_clear(course_points *points);

/* ---- course_ground.c ------------------------------------------------------------------------ */

/* The photo most fit to lead, of one session or (-1) of all, other than `not_this`. */
size_t course_fittest(const course *c, int session_wanted, size_t not_this);
/* Chooses the template and lays every photo on it. */
sd_status course_find_common_ground(course *c, sd_diag *diag);
/* Maps from the reference to all, and the reference's skin cut to what all show. */
sd_status course_meet_on_first(course *c, sd_diag *diag);
/* Could it be laid on the other? NULL, where nothing was tried, could not. */
bool course_is_aligned(const sd_alignment *a);
size_t course_skin_pixels(const sd_skin *skin);
sd_status course_copy_mask(sd_mask *out, const sd_mask *in, sd_diag *diag);
/* The reference's exclusions and those of a photo laid on it. */
sd_status course_seen_with(sd_mask *out, course *c, session *s, const sd_alignment *alignment,
                           sd_diag *diag);
/* By label: whether enough of each zone is left. */
void course_zones_seen(bool seen[256], const sd_skin *first, const sd_mask *excluded);
void course_set_scale_of(course *c, session *s, double ratio);

/* ---- course_scars.c ------------------------------------------------------------------------- */

/* Keeps what a photo's change says of its scars. */
sd_status scars_keep(shot *s, const sd_change *change, sd_diag *diag);
/* The same scars of all photos, which lie within half a diameter of each other on the reference,
 * as one row each through the sessions: changed ones first. A session that does not compare a scar
 * is a gap with its reason. Pure; SD_NO_MEMORY. Free with course_scars_clear. */
sd_status course_scars_follow(sd_course_scar **out, size_t *count, const shots *all,
                              size_t reference, double mm_per_px, sd_diag *diag);
void course_scars_clear(sd_course_scar *scars, size_t count);

/* ---- course_outputs.c ----------------------------------------------------------------------- */

/* SD_NOT_WRITTEN or SD_USAGE where a result could not be written or would hit an input. */
sd_status course_outputs_check(const outputs *out, bool points, sd_diag *diag);
sd_status course_write_outputs(course *c, outputs *out, sd_text *json, sd_diag *diag);
void course_summarise(sd_text *out, course *c);

#endif
