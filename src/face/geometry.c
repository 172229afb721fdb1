/* Protocol buffers: fields of (number << 3 | wire type) and a value. Here: message 1 the mesh (3
 * the vertices as x, y, z, u, v floats; 4 the corners of the triangles), messages 2 the weights of
 * a rigid fit (1 the vertex, 2 its weight). Repeated numbers may come one by one or packed. */
#include "face/models.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5 };
enum { VERTEX_VALUES = 5, CORNERS_MAX = 3 * 4096 };

typedef struct cursor {
  const uint8_t *v;
  size_t left;
} cursor;

typedef struct wire_field {
  int number, wire;
  uint64_t value; /* varint or the bits of a fixed width */
  cursor bytes;
} wire_field;

static bool read_varint(cursor *in, uint64_t *out) {
  *out = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (in->left == 0)
      return false;
    uint8_t byte = *in->v++;
    in->left--;
    *out |= (uint64_t)(byte & 127) << shift;
    if (byte < 128)
      return true;
  }
  return false;
}

static bool read_fixed(cursor *in, int bytes, uint64_t *out) {
  if (in->left < (size_t)bytes)
    return false;
  *out = 0;
  for (int i = 0; i < bytes; i++)
    *out |= (uint64_t)in->v[i] << 8 * i;
  in->v += bytes;
  in->left -= (size_t)bytes;
  return true;
}

static bool read_bytes(cursor *in, cursor *out) {
  uint64_t length;
  if (!read_varint(in, &length) || length > in->left)
    return false;
  *out = (cursor){in->v, (size_t)length};
  in->v += length;
  in->left -= (size_t)length;
  return true;
}

static bool read_field(cursor *in, wire_field *out) {
  uint64_t key;
  if (!read_varint(in, &key) || key >> 3 > INT32_MAX)
    return false;
  *out = (wire_field){.number = (int)(key >> 3), .wire = (int)(key & 7)};
  switch (out->wire) {
  case WIRE_VARINT:
    return read_varint(in, &out->value);
  case WIRE_64:
    return read_fixed(in, 8, &out->value);
  case WIRE_32:
    return read_fixed(in, 4, &out->value);
  case WIRE_BYTES:
    return read_bytes(in, &out->bytes);
  default:
    return false;
  }
}

static float float_of(uint64_t bits) {
  uint32_t low = (uint32_t)bits;
  float value;
  memcpy(&value, &low, sizeof value);
  return value;
}

typedef struct geometry_reader {
  sd_geometry *geometry;
  size_t values, corners; /* read so far */
} geometry_reader;

static bool add_value(geometry_reader *reader, uint64_t bits) {
  size_t vertex = reader->values / VERTEX_VALUES, axis = reader->values % VERTEX_VALUES;
  float value = float_of(bits);
  if (vertex >= SD_CANONICAL_POINTS || !isfinite(value))
    return false;
  if (axis < 3)
    reader->geometry->points[3 * vertex + axis] = value;
  reader->values++;
  return true;
}

static bool add_corner(geometry_reader *reader, uint64_t vertex) {
  if (vertex >= SD_CANONICAL_POINTS || reader->corners >= CORNERS_MAX)
    return false;
  reader->geometry->triangles[reader->corners++] = (uint16_t)vertex;
  return true;
}

static bool add_mesh_field(geometry_reader *reader, wire_field *field) {
  uint64_t value;
  if (field->number == 3 && field->wire == WIRE_32)
    return add_value(reader, field->value);
  if (field->number == 4 && field->wire == WIRE_VARINT)
    return add_corner(reader, field->value);
  if (field->number == 3 && field->wire == WIRE_BYTES)
    while (field->bytes.left > 0)
      if (!read_fixed(&field->bytes, 4, &value) || !add_value(reader, value))
        return false;
  if (field->number == 4 && field->wire == WIRE_BYTES)
    while (field->bytes.left > 0)
      if (!read_varint(&field->bytes, &value) || !add_corner(reader, value))
        return false;
  return true;
}

static bool read_mesh(geometry_reader *reader, cursor in) {
  wire_field field;
  while (in.left > 0)
    if (!read_field(&in, &field) || !add_mesh_field(reader, &field))
      return false;
  return true;
}

static bool read_weight(geometry_reader *reader, cursor in) {
  wire_field field;
  uint64_t vertex = 0;
  float weight = 0;
  while (in.left > 0) {
    if (!read_field(&in, &field))
      return false;
    if (field.number == 1 && field.wire == WIRE_VARINT)
      vertex = field.value;
    if (field.number == 2 && field.wire == WIRE_32)
      weight = float_of(field.value);
  }
  if (vertex >= SD_CANONICAL_POINTS || !(weight >= 0 && weight <= 1))
    return false;
  reader->geometry->weights[vertex] = weight;
  return true;
}

static bool read_metadata(geometry_reader *reader, cursor in) {
  wire_field field;
  while (in.left > 0) {
    if (!read_field(&in, &field))
      return false;
    if (field.wire != WIRE_BYTES)
      continue;
    if (field.number == 1 && !read_mesh(reader, field.bytes))
      return false;
    if (field.number == 2 && !read_weight(reader, field.bytes))
      return false;
  }
  return reader->values == (size_t)VERTEX_VALUES * SD_CANONICAL_POINTS && reader->corners > 0 &&
         reader->corners % 3 == 0;
}

/* The canonical face is symmetric: the partner of a point is the one nearest to its reflection. */
static void find_mirrors(sd_geometry *geometry) {
  for (int i = 0; i < SD_CANONICAL_POINTS; i++) {
    const float *p = geometry->points + 3 * i;
    float nearest = INFINITY;
    for (int k = 0; k < SD_CANONICAL_POINTS; k++) {
      const float *q = geometry->points + 3 * k;
      float x = p[0] + q[0], y = p[1] - q[1], z = p[2] - q[2], distance = x * x + y * y + z * z;
      if (distance < nearest) {
        nearest = distance;
        geometry->mirror[i] = (uint16_t)k;
      }
    }
  }
}

sd_status sd_geometry_load(sd_geometry *out, const void *bytes, size_t length, sd_diag *diag) {
  sd_geometry geometry = {0};
  geometry_reader reader = {.geometry = &geometry};
  geometry.triangles = calloc(CORNERS_MAX, sizeof *geometry.triangles);
  if (geometry.triangles == NULL)
    return sd_fail(diag, SD_NO_MEMORY, "not enough memory for the canonical face");
  if (!read_metadata(&reader, (cursor){bytes, length})) {
    sd_geometry_clear(&geometry);
    return sd_fail(diag, SD_UNREADABLE, "the canonical face is damaged");
  }
  geometry.triangle_count = reader.corners / 3;
  find_mirrors(&geometry);
  *out = geometry;
  return SD_OK;
}

void sd_geometry_clear(sd_geometry *geometry) {
  free(geometry->triangles);
  *geometry = (sd_geometry){0};
}
