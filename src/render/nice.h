/* Round figures for scales and bars. */
#ifndef SCARDELTA_RENDER_NICE_H
#define SCARDELTA_RENDER_NICE_H

/* Smallest of 1, 2, 5 times a power of ten that is >= value. */
double sd_nice_above(double value);
/* The largest of these that is <= value. */
double sd_nice_below(double value);

#endif
