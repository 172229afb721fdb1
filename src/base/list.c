#include "base/list.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 32 };

bool sd_list_grow(void *list, size_t *room, size_t count, size_t item_bytes) {
  void *items;
  if (count < *room)
    return true;
  size_t more = *room > 0 ? 2 * *room : FIRST_ROOM;
  if (more < *room || more > SIZE_MAX / item_bytes)
    return false;
  memcpy(&items, list, sizeof items); /* a pointer to items of any type */
  items = realloc(items, more * item_bytes);
  if (items == NULL)
    return false;
  memcpy(list, &items, sizeof items);
  *room = more;
  return true;
}
