/* switch.h - the words with which an author switches unspin off and on within a text. */
#ifndef US_TEXT_SWITCH_H
#define US_TEXT_SWITCH_H

#include "base/slice.h"

/* The length of "unspin:off" or "unspin:on" if one stands at byte AT of TEXT and is no part of a longer word
 * ("unspin:offline", "unspin:on-call"); *OFF then says which. Otherwise 0, and *OFF stays. */
size_t us_switch_at(us_slice text, size_t at, bool *off);

#endif
