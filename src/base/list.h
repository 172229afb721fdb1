/* Lists that grow while they are filled. Private to the library. */
#ifndef SD_BASE_LIST_H
#define SD_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* Makes sure that item number `count` (from 0) has a place. `list` is the address of the pointer to
 * the items (NULL at first), `room` how many fit (0 at first): both change when the list is
 * doubled. False when there is no memory; the list is then as it was. */
bool sd_list_grow(void *list, size_t *room, size_t count, size_t item_bytes);

#endif
