/* blank.h - white space as the published metrics see it: what Python's str.isspace says, whatever ours is elsewhere. */
#ifndef US_MEASURE_BLANK_H
#define US_MEASURE_BLANK_H

#include "text/utf8.h"

static inline bool us_is_blank(int32_t cp) {
  if (cp < 0x80) return cp == ' ' || (cp >= '\t' && cp <= '\r') || (cp >= 0x1C && cp <= 0x1F);
  return cp == 0x85 || cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 || cp == 0x2029 ||
         cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

/* Cuts the next run of non-blanks off REST; false once there is none. */
bool us_blank_word(us_slice *rest, us_slice *word);
/* S without the blanks at its end. */
us_slice us_blank_rstrip(us_slice s);

#endif
