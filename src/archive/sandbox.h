/* A process gives up what it does not need. Private to archive. */
#ifndef SD_ARCHIVE_SANDBOX_H
#define SD_ARCHIVE_SANDBOX_H

#include "scardelta/base.h"

typedef struct sandbox_limits {
  uint64_t memory_bytes; /* address space, shared memory included */
  uint64_t file_bytes;   /* that a file may grow to */
  unsigned cpu_s;        /* the process ends with SIGXCPU after so long */
  int answer;            /* the one file that may be made longer */
} sandbox_limits;

/* From here on this process can compute, start threads, take memory up to the limit, map and close
 * the files it has, lengthen `answer`, and end; every other request to the system fails with EPERM:
 * no file is opened, read or written, no socket made, no process started, seen or signalled, no
 * code loaded. There is no way back. It must have one thread only. Where the system cannot do this,
 * SD_UNSUPPORTED says why.
 *
 * Under AddressSanitizer, whose tables are larger than any limit and which tells what it finds, two
 * things differ: the memory is not limited, and stderr may be written to. */
sd_status sandbox_enter(const sandbox_limits *limits, sd_diag *diag);

#endif
