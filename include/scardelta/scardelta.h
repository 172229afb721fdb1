/* scardelta: what changed in skin between photos, where, by how much, and whether it is real.
 * One header per floor, in pipeline order; include this one for all of them. */
#ifndef SCARDELTA_H
#define SCARDELTA_H

#include "scardelta/archive.h"

#endif
