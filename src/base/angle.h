/* Angles: one pi for all, and what turns degrees into radians and back. Private to the library. */
#ifndef SD_BASE_ANGLE_H
#define SD_BASE_ANGLE_H

#define SD_PI 3.14159265358979323846
#define SD_RADIANS_PER_DEGREE (SD_PI / 180)
#define SD_DEGREES_PER_RADIAN (180 / SD_PI)

#endif
