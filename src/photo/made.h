/* What marks a picture of our own making, so that none is measured as a photo: a comment in a JPEG,
 * a private chunk right after the head of a PNG (third edition, 5.4: ancillary, private, safe to
 * copy). Private to photo and render. */
#ifndef SD_PHOTO_MADE_H
#define SD_PHOTO_MADE_H

#define SD_MADE_COMMENT "made by scardelta from a photo; not a photo"

/* Length 0, type, CRC-32 of the type. */
static const unsigned char SD_MADE_CHUNK[12] = {0,   0,   0,    0,    's',  'd',
                                                'M', 'd', 0x18, 0x18, 0x27, 0x9b};

#endif
