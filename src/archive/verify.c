/* Are the outputs the ones that were written? The manifest names every output with its hash; what
 * differs, is gone or came later is told by name. A folder below that has a manifest of its own
 * (the parts of a batch) is held against that one. */
#include "archive/files.h"
#include "archive/sign.h"

#include "report/safe_text.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME_ROOM = 4096, DEPTH_MAX = 24, HASH_LENGTH = 64 };
static const char MANIFEST[] = "manifest.sha256";
static const size_t MANIFEST_BYTES_MAX = (size_t)64 << 20;

typedef struct entry {
  char hash[HASH_LENGTH + 1];
  const char *name; /* in the manifest's text */
  bool seen;
} entry;

typedef struct manifest {
  sd_text text;
  entry *v;
  size_t count;
} manifest;

static void manifest_clear(manifest *m) {
  sd_text_clear(&m->text);
  free(m->v);
  *m = (manifest){0};
}

static int by_name(const void *a, const void *b) {
  return strcmp(((const entry *)a)->name, ((const entry *)b)->name);
}

/* A name inside the folder, as outputs have: no way up, no absolute path. */
static bool is_inside(const char *name) {
  if (*name == '\0' || *name == '/')
    return false;
  for (const char *part = name; part != NULL; part = strchr(part, '/')) {
    part += *part == '/';
    size_t length = strcspn(part, "/");
    if (length == 0 || (part[0] == '.' && length <= 2 && (length == 1 || part[1] == '.')))
      return false;
  }
  return true;
}

static bool take_line(entry *out, char *line) {
  if (strspn(line, "0123456789abcdef") != HASH_LENGTH || strncmp(line + HASH_LENGTH, "  ", 2) != 0)
    return false;
  memcpy(out->hash, line, HASH_LENGTH);
  out->hash[HASH_LENGTH] = '\0';
  out->name = line + HASH_LENGTH + 2;
  out->seen = false;
  return is_inside(out->name);
}

static sd_status damaged(const char *path, sd_diag *diag) {
  return sd_fail(diag, SD_UNREADABLE, "%s: is not a manifest that scardelta wrote, or is damaged",
                 path);
}

static sd_status manifest_read(manifest *out, const char *path, sd_diag *diag) {
  sd_status status = file_read(&out->text, path, MANIFEST_BYTES_MAX, diag);
  if (status != SD_OK)
    return status;
  char *text = out->text.v;
  if (text == NULL || strlen(text) != out->text.length || strncmp(text, "# scardelta ", 12) != 0 ||
      text[out->text.length - 1] != '\n')
    return damaged(path, diag);
  size_t lines = 0;
  for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++)
    lines++;
  out->v = calloc(lines + 1, sizeof *out->v);
  if (out->v == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for %s", path);
  for (char *line = text, *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
    *end = '\0';
    if (*line != '#' && !take_line(&out->v[out->count++], line))
      return damaged(path, diag);
  }
  qsort(out->v, out->count, sizeof *out->v, by_name);
  return SD_OK;
}

typedef struct walk {
  const char *folder;
  const sign_public *key; /* NULL: signatures are not looked at */
  sd_verified *out;
} walk;

static void tell(walk *w, sd_output_state state, const char *name) {
  w->out->count[state]++;
  if (state == SD_OUTPUT_INTACT)
    return;
  sd_text_add_utf8(&w->out->names[state], name); /* one name, one line */
  sd_text_add(&w->out->names[state], "\n");
}

static bool hash_of(char hash[HASH_LENGTH + 1], const char *path) {
  return sd_sha256_file(hash, path, NULL) == SD_OK;
}

static void check_file(walk *w, entry *listed, const char *path, const char *shown) {
  char hash[HASH_LENGTH + 1];
  if (listed == NULL) {
    tell(w, SD_OUTPUT_EXTRA, shown);
    return;
  }
  listed->seen = true;
  bool intact = hash_of(hash, path) && strcmp(hash, listed->hash) == 0;
  tell(w, intact ? SD_OUTPUT_INTACT : SD_OUTPUT_CHANGED, shown);
}

static bool join(char out[NAME_ROOM], const char *folder, const char *name) {
  const char *between = *folder != '\0' && *name != '\0' ? "/" : "";
  int length = snprintf(out, NAME_ROOM, "%s%s%s", folder, between, name);
  return length >= 0 && length < NAME_ROOM;
}

static sd_status walk_manifest(walk *w, const char *below, int depth, sd_diag *diag);

/* `root` is the manifest's folder below w->folder, `below` the one looked at, below that. */
static sd_status walk_folder(walk *w, manifest *m, const char *root, const char *below, int depth,
                             sd_diag *diag);

static sd_status walk_entry(walk *w, manifest *m, const char *root, const char *name, int depth,
                            sd_diag *diag) {
  char shown[NAME_ROOM], path[NAME_ROOM], inner[NAME_ROOM];
  struct stat facts;
  if (!join(shown, root, name) || !join(path, w->folder, shown))
    return sd_fail(diag, SD_UNREADABLE, "%s: a path below is too long", w->folder);
  entry key = {.name = name};
  entry *listed = m->count > 0 ? bsearch(&key, m->v, m->count, sizeof *m->v, by_name) : NULL;
  if (lstat(path, &facts) != 0)
    return SD_OK; /* it went meanwhile: told as missing */
  if (!S_ISDIR(facts.st_mode)) {
    if (S_ISREG(facts.st_mode))
      check_file(w, listed, path, shown);
    else
      tell(w, listed != NULL ? SD_OUTPUT_CHANGED : SD_OUTPUT_EXTRA, shown);
    if (listed != NULL)
      listed->seen = true;
    return SD_OK;
  }
  bool own = join(inner, path, MANIFEST) && lstat(inner, &facts) == 0;
  return own ? walk_manifest(w, shown, depth + 1, diag)
             : walk_folder(w, m, root, name, depth + 1, diag);
}

static int by_text(const struct dirent **a, const struct dirent **b) {
  return strcmp((*a)->d_name, (*b)->d_name);
}

static sd_status walk_folder(walk *w, manifest *m, const char *root, const char *below, int depth,
                             sd_diag *diag) {
  char inside[NAME_ROOM], path[NAME_ROOM], name[NAME_ROOM];
  struct dirent **v = NULL;
  if (depth > DEPTH_MAX)
    return sd_fail(diag, SD_UNREADABLE, "%s: holds more folders in folders than results do",
                   w->folder);
  if (!join(inside, root, below) || !join(path, w->folder, inside))
    return sd_fail(diag, SD_UNREADABLE, "%s: a path below is too long", w->folder);
  int count = scandir(path, &v, NULL, by_text);
  sd_status status =
      count >= 0 ? SD_OK
                 : sd_fail(diag, SD_UNREADABLE, "%s: cannot be read (%s)", path, strerror(errno));
  for (int k = 0; k < count; k++) {
    const char *own = v[k]->d_name;
    bool skipped =
        strcmp(own, ".") == 0 || strcmp(own, "..") == 0 ||
        (*below == '\0' && (strcmp(own, MANIFEST) == 0 || strcmp(own, SIGNATURE_NAME) == 0));
    if (status == SD_OK && !skipped)
      status = join(name, below, own) ? walk_entry(w, m, root, name, depth, diag) : SD_OK;
    free(v[k]);
  }
  free(v);
  return status;
}

/* Listed but not met: gone, or in a folder that was held against its own manifest. */
static sd_status check_unseen(walk *w, const entry *listed, const char *shown, sd_diag *diag) {
  char path[NAME_ROOM], hash[HASH_LENGTH + 1];
  struct stat facts;
  if (!join(path, w->folder, shown))
    return sd_fail(diag, SD_UNREADABLE, "%s: a path below is too long", w->folder);
  if (lstat(path, &facts) != 0)
    tell(w, SD_OUTPUT_MISSING, shown);
  else if (!S_ISREG(facts.st_mode) || !hash_of(hash, path) || strcmp(hash, listed->hash) != 0)
    tell(w, SD_OUTPUT_CHANGED, shown);
  return SD_OK;
}

/* Read anew: the lines of the manifest are cut apart by now. */
static sd_status check_signature(walk *w, const char *below, const char *manifest_path,
                                 sd_diag *diag) {
  char shown[NAME_ROOM], path[NAME_ROOM];
  sd_text signature = {0}, signed_bytes = {0};
  struct stat facts;
  if (w->key == NULL)
    return SD_OK;
  if (!join(shown, below, SIGNATURE_NAME) || !join(path, w->folder, shown))
    return sd_fail(diag, SD_UNREADABLE, "%s: a path below is too long", w->folder);
  if (lstat(path, &facts) != 0) {
    tell(w, SD_OUTPUT_MISSING, shown);
    return SD_OK;
  }
  sd_status status = file_read(&signed_bytes, manifest_path, MANIFEST_BYTES_MAX, diag);
  if (status == SD_OK) {
    bool holds =
        file_read(&signature, path, SIGNATURE_BYTES, NULL) == SD_OK &&
        sign_holds(w->key, signature.v, signature.length, signed_bytes.v, signed_bytes.length);
    tell(w, holds ? SD_OUTPUT_INTACT : SD_OUTPUT_CHANGED, shown);
  }
  sd_text_clear(&signature);
  sd_text_clear(&signed_bytes);
  return status;
}

static sd_status walk_manifest(walk *w, const char *below, int depth, sd_diag *diag) {
  char folder[NAME_ROOM], path[NAME_ROOM], shown[NAME_ROOM];
  manifest m = {0};
  if (!join(folder, w->folder, below) || !join(path, folder, MANIFEST))
    return sd_fail(diag, SD_UNREADABLE, "%s: a path below is too long", w->folder);
  sd_status status = SD_OK;
  SD_TRY(manifest_read(&m, path, diag));
  w->out->manifests++;
  SD_TRY(check_signature(w, below, path, diag));
  SD_TRY(walk_folder(w, &m, below, "", depth, diag));
  for (size_t k = 0; k < m.count; k++)
    if (!m.v[k].seen && join(shown, below, m.v[k].name))
      SD_TRY(check_unseen(w, &m.v[k], shown, diag));
done:
  manifest_clear(&m);
  return status;
}

const char *sd_output_state_name(sd_output_state state) {
  static const char *const NAMES[SD_OUTPUT_STATES] = {"intact", "changed", "missing", "extra"};
  return NAMES[state];
}

static sd_status without_manifest(const char *folder, sd_diag *diag) {
  struct stat facts;
  if (stat(folder, &facts) != 0)
    return sd_fail(diag, SD_UNREADABLE, "%s: cannot be opened (%s)", folder, strerror(errno));
  if (!S_ISDIR(facts.st_mode))
    return sd_fail(diag, SD_UNREADABLE, "%s: is not a folder of results", folder);
  return sd_fail(diag, SD_UNREADABLE,
                 "%s: holds no %s: it is not a folder of results, or the manifest is gone and "
                 "nothing can be said",
                 folder, MANIFEST);
}

static sd_status verify(sd_verified *out, const char *folder, const sign_public *key,
                        sd_diag *diag) {
  sd_verified found = {0};
  char path[NAME_ROOM];
  struct stat facts;
  walk w = {.folder = folder, .key = key, .out = &found};
  if (!join(path, folder, MANIFEST) || lstat(path, &facts) != 0)
    return without_manifest(folder, diag);
  sd_status status = walk_manifest(&w, "", 0, diag);
  for (int state = 0; state < SD_OUTPUT_STATES; state++)
    if (status == SD_OK && found.names[state].failed)
      status = sd_fail(diag, SD_NO_MEMORY, "not enough memory to verify %s", folder);
  if (status == SD_OK)
    *out = found;
  else
    sd_verified_clear(&found);
  return status;
}

sd_status sd_verify(sd_verified *out, const char *folder, sd_diag *diag) {
  return verify(out, folder, NULL, diag);
}

sd_status sd_verify_signed(sd_verified *out, const char *folder, const char *key_path,
                           sd_diag *diag) {
  sign_public key;
  sd_status status = sign_public_read(&key, key_path, diag);
  return status == SD_OK ? verify(out, folder, &key, diag) : status;
}

void sd_verified_clear(sd_verified *verified) {
  for (int state = 0; state < SD_OUTPUT_STATES; state++)
    sd_text_clear(&verified->names[state]);
  *verified = (sd_verified){0};
}
