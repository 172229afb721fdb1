/* Natural logarithms of many values at once. Private to the library. */
#ifndef SD_BASE_LOGS_H
#define SD_BASE_LOGS_H

/* Replaces each of `count` positive normal values by its natural logarithm, to two units in the
 * last place or 2e-7, whichever is larger: the same bits on every processor. */
void sd_log_row(float *v, int count);

#endif
