/* window.h - cuts a document of any size into stretches that are worked on one after another. */
#ifndef US_TEXT_WINDOW_H
#define US_TEXT_WINDOW_H

#include <stdint.h>

#include "base/slice.h"

/* A longer paragraph is cut at white space; a longer single word is cut anywhere between code points. */
#define US_WINDOW_MAX 65536u

/* The window that starts at *AT (0 first): a paragraph with the blank line that ends it, or part of a very long one;
 * moves *AT behind it. Windows join up to the whole document. False at its end. */
bool us_window_next(us_slice document, size_t *at, us_slice *window);

#endif
