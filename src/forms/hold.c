/* hold.c - whether the sections of forms.bin hold together: offsets are followed without further checks, so each is
 * checked once here. A checksum proves that the file is as it was written, not that an honest program wrote it. */
#include "base/image.h"
#include "forms/forms_impl.h"

static bool words_hold(const us_forms *f) {
  for (uint32_t i = 0; i <= f->header.words; i++) {
    const us_word_entry *w = &f->words[i], *next = w + 1;
    if (next->text_at < w->text_at || next->reading_at < w->reading_at || next->form_at < w->form_at) return false;
  }
  bool empty = false;
  uint32_t run = 0;
  for (uint32_t i = 0; i < f->header.slots; i++) {
    empty |= f->slots[i] == 0;
    run = f->slots[i] ? run + 1 : 0;
    if (run > US_PROBE_MOST || (f->slots[i] & ((1u << US_WORD_BITS) - 1)) > f->header.words) return false;
  }
  return empty;
}

/* Natural logs times 256; more than this, a window full of words, would overflow the tagger's sums. */
enum { LOG_MOST = 1 << 13 };

static bool log_holds(int value) { return value >= -LOG_MOST && value <= LOG_MOST; }

static bool readings_hold(const us_forms *f, const us_reading *readings, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (readings[i].lemma > f->header.words || readings[i].tag >= US_TAG_COUNT ||
        readings[i].state >= f->header.states || !log_holds(readings[i].weight))
      return false;
  return true;
}

static bool relations_hold(const us_forms *f, size_t inflections) {
  uint32_t words = f->header.words;
  for (size_t i = 0; i < inflections; i++)
    if (f->inflections[i].form > words || f->inflections[i].tag >= US_TAG_COUNT) return false;
  for (size_t i = 0; i < f->spelling_count; i++)
    if (f->spellings[i].word > words || f->spellings[i].gb > words || f->spellings[i].us > words) return false;
  return true;
}

/* VALUES: they ascend too, as first indexes do. */
static bool keys_hold(const us_key *keys, size_t count, bool values) {
  for (size_t i = 0; i < count; i++)
    if (keys[i + 1].at < keys[i].at || (values && keys[i + 1].value < keys[i].value)) return false;
  return true;
}

static bool states_hold(const us_forms *f) {
  for (uint32_t i = 0; i < f->header.ends * f->header.ends; i++)
    if (!log_holds(f->transitions[i])) return false;
  for (uint32_t i = 0; i < f->header.states; i++) {
    const us_state *s = &f->states[i];
    bool leaves = s->leave < f->header.ends || s->leave == US_CARRIES;
    if (s->tag >= US_TAG_COUNT || s->enter >= f->header.ends || !leaves || s->carry >= f->header.ends) return false;
  }
  return f->states[US_ST_EDGE].leave != US_CARRIES; /* nothing stands before it */
}

bool us_forms_hold(const us_forms *f, size_t readings, size_t inflections, size_t suffix_readings) {
  return words_hold(f) && readings_hold(f, f->readings, readings) && relations_hold(f, inflections) &&
         readings_hold(f, f->suffix_readings, suffix_readings) && keys_hold(f->sound_keys, f->sound_count, false) &&
         keys_hold(f->suffix_keys, f->suffix_count, true) && states_hold(f);
}
