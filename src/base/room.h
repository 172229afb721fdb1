/* Maps for those who write every value themselves. Private to the library. */
#ifndef SD_BASE_ROOM_H
#define SD_BASE_ROOM_H

#include "scardelta/base.h"

/* As sd_map_make, but the values are what the memory held: zeroing a map that is overwritten at
 * once costs as much as a small filter. */
sd_status sd_map_room(sd_map *out, int width, int height, sd_diag *diag);

#endif
