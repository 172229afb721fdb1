/* A photo with a ColorChecker in it, taken in another light, for the transcripts:
 *   with_card IN OUT.png WIDTH X Y TURN TILT RED GREEN BLUE
 * WIDTH, X and Y are shares of the picture, TURN and TILT degrees, the rest are gains of light. */
#include "scardelta/render.h"
#include "scene/card.h"

#include <stdio.h>
#include <stdlib.h>

static int fail(const sd_diag *diag) {
  fprintf(stderr, "with_card: %s\n", diag->text);
  return 1;
}

static int write_file(const char *path, const sd_text *bytes) {
  FILE *file = fopen(path, "wb");
  if (file == NULL)
    return 1;
  size_t written = fwrite(bytes->v, 1, bytes->length, file);
  return fclose(file) == 0 && written == bytes->length ? 0 : 1;
}

int main(int argc, char **argv) {
  sd_diag diag = {{0}};
  sd_photo photo = {0};
  sd_rgb light = {0};
  sd_picture picture = {0};
  sd_text png = {0};
  if (argc != 11) {
    fprintf(stderr, "with_card: see the head of with_card.c\n");
    return 2;
  }
  scene_card card = {.width_share = atof(argv[3]),
                     .x_share = atof(argv[4]),
                     .y_share = atof(argv[5]),
                     .turn_deg = atof(argv[6]),
                     .tilt_deg = atof(argv[7])};
  scene_camera camera = scene_camera_plain();
  for (int c = 0; c < 3; c++)
    camera.gain[c] = atof(argv[8 + c]);
  if (sd_photo_read(&photo, argv[1], NULL, &diag) != SD_OK ||
      sd_photo_linear(&light, &photo, (sd_rect){0, 0, photo.width, photo.height}, &diag) != SD_OK)
    return fail(&diag);
  scene_card_draw(&light, &card);
  if (scene_camera_expose(&picture, &light, &camera, &diag) != SD_OK ||
      sd_encode_png(&png, &picture, &diag) != SD_OK)
    return fail(&diag);
  int failed = write_file(argv[2], &png);
  sd_photo_clear(&photo);
  sd_rgb_clear(&light);
  sd_picture_clear(&picture);
  sd_text_clear(&png);
  return failed;
}
