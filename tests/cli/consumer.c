/* A program of somebody else's: uses the installed library through its public headers only. */
#include <scardelta/scardelta.h>

#include <stdio.h>

int main(int argc, char **argv) {
  sd_models *models = NULL;
  sd_diag diag = {{0}};
  sd_status status = sd_models_read(&models, argc > 1 ? argv[1] : "", &diag);
  sd_models_free(models);
  if (status != SD_OK)
    fprintf(stderr, "%s\n", diag.text);
  printf("%s\n", sd_version());
  return status == SD_OK ? 0 : 1;
}
