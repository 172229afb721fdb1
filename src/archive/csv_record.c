/* Records of CSV by RFC 4180, as spreadsheets write them. */
#include "archive/files.h"

#include <string.h>

char *csv_cut_record(char *at, const char *field[], int room, int *count) {
  for (*count = 0;;) {
    char *to = at, *from = at;
    if (*count < room)
      field[*count] = at;
    if (*from == '"') {
      for (from++; *from != '\0' && !(from[0] == '"' && from[1] != '"'); from++) {
        from += *from == '"';
        *to++ = *from;
      }
      if (*from++ != '"')
        return NULL;
    } else {
      while (*from != '\0' && strchr(",\r\n", *from) == NULL)
        *to++ = *from++;
    }
    *count += 1;
    char end = *from;
    from += *from != '\0';
    if (end == '\r' && *from == '\n')
      end = *from++;
    *to = '\0';
    at = from;
    if (end != ',')
      return at;
  }
}
