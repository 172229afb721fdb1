/* Runs files, or all files of folders, through a fuzz entry without a fuzzer: a plain test. A
 * folder that is absent is skipped and said so; no file at all in those that exist is a failure. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static int replay_file(const char *path) {
  FILE *file = fopen(path, "rb");
  struct stat facts;
  if (file == NULL || fstat(fileno(file), &facts) != 0) {
    perror(path);
    exit(1);
  }
  size_t length = (size_t)facts.st_size;
  /* of exactly this size, so that a sanitizer sees one byte too far */
  uint8_t *bytes = malloc(length > 0 ? length : 1);
  if (bytes == NULL || fread(bytes, 1, length, file) != length) {
    perror(path);
    exit(1);
  }
  fclose(file);
  LLVMFuzzerTestOneInput(bytes, length);
  free(bytes);
  return 1;
}

static int replay_folder(const char *path) {
  struct dirent **names = NULL;
  int count = scandir(path, &names, NULL, alphasort), replayed = 0;
  for (int i = 0; i < count; i++) {
    char file[4096];
    struct stat facts;
    snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
    if (stat(file, &facts) == 0 && S_ISREG(facts.st_mode))
      replayed += replay_file(file);
    free(names[i]);
  }
  free(names);
  return replayed;
}

int main(int argc, char **argv) {
  int replayed = 0, present = 0;
  for (int i = 1; i < argc; i++) {
    struct stat facts;
    if (stat(argv[i], &facts) != 0) {
      printf("skipped: %s is absent\n", argv[i]);
      continue;
    }
    present++;
    replayed += S_ISDIR(facts.st_mode) ? replay_folder(argv[i]) : replay_file(argv[i]);
  }
  printf("%d files replayed\n", replayed);
  return present > 0 && replayed == 0 ? 1 : 0;
}
