#include "forms/forms.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/image.h"
#include "forms/forms_impl.h"

#define WORD_MASK ((1u << US_WORD_BITS) - 1)

static const void *section(const us_image *image, enum us_forms_section id, size_t element, size_t *count) {
  us_slice s = image->section[id];
  *count = s.n / element;
  return s.p;
}

/* The checksum has vouched for the bytes; this refuses a file whose sections do not fit together. */
static unspin_status attach(us_forms *f, const char *path, const us_image *image, unspin_error *err) {
  size_t n, words, slots, readings, inflections, states, transitions, suffix_readings, abbreviations;
  if (image->count != US_FS_COUNT) goto bad;
  const us_forms_header *header = section(image, US_FS_HEADER, sizeof *header, &n);
  if (n != 1) goto bad;
  f->header = *header;
  f->words = section(image, US_FS_WORDS, sizeof *f->words, &words);
  f->text = image->section[US_FS_TEXT];
  f->slots = section(image, US_FS_SLOTS, sizeof *f->slots, &slots);
  f->readings = section(image, US_FS_READINGS, sizeof *f->readings, &readings);
  f->inflections = section(image, US_FS_INFLECTIONS, sizeof *f->inflections, &inflections);
  f->spellings = section(image, US_FS_SPELLINGS, sizeof *f->spellings, &f->spelling_count);
  f->sound_keys = section(image, US_FS_SOUND_KEYS, sizeof *f->sound_keys, &f->sound_count);
  f->sound_text = image->section[US_FS_SOUND_TEXT];
  f->suffix_keys = section(image, US_FS_SUFFIX_KEYS, sizeof *f->suffix_keys, &f->suffix_count);
  f->suffix_text = image->section[US_FS_SUFFIX_TEXT];
  f->suffix_readings = section(image, US_FS_SUFFIX_READINGS, sizeof *f->suffix_readings, &suffix_readings);
  f->states = section(image, US_FS_STATES, sizeof *f->states, &states);
  f->transitions = section(image, US_FS_TRANSITIONS, sizeof *f->transitions, &transitions);
  const us_word *abbreviation = section(image, US_FS_ABBREVIATIONS, sizeof *abbreviation, &abbreviations);
  const us_forms_header *h = &f->header;
  if (words != (size_t)h->words + 2 || h->words > WORD_MASK || slots != h->slots || slots <= h->words ||
      (slots & (slots - 1)) || states != h->states || states < US_ST_KNOWN_COUNT || states > US_STATES_MAX ||
      h->ends == 0 || h->ends > US_ENDS_MAX || transitions < (size_t)h->ends * h->ends || !f->sound_count || !f->suffix_count)
    goto bad;
  f->sound_count--;
  f->suffix_count--;
  const us_word_entry *last = &f->words[h->words + 1];
  if (last->text_at != f->text.n || last->reading_at != readings || last->form_at != inflections ||
      f->sound_keys[f->sound_count].at != f->sound_text.n || f->suffix_keys[f->suffix_count].at != f->suffix_text.n ||
      f->suffix_keys[f->suffix_count].value != suffix_readings)
    goto bad;
  if (!us_forms_hold(f, readings, inflections, suffix_readings)) goto bad;
  us_slice *texts = calloc(abbreviations + 1, sizeof *texts);
  if (!texts) return us_nomem(err);
  for (size_t i = 0; i < abbreviations; i++) texts[i] = us_forms_text(f, abbreviation[i]);
  f->abbreviations = (us_abbreviations){texts, abbreviations};
  return UNSPIN_OK;
bad:
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: its sections do not fit together", path);
}

unspin_status us_forms_open(const char *path, us_forms **out, unspin_error *err) {
  *out = NULL;
  us_forms *f = calloc(1, sizeof *f);
  if (!f) return us_nomem(err);
  us_image image;
  unspin_status status;
  US_TRY_GOTO(us_map_open(path, &f->map, err), fail);
  us_slice bytes = {(const char *)f->map.p, f->map.n};
  US_TRY_GOTO(us_image_read(bytes, path, US_FORMS_KIND, US_FORMS_VERSION, &image, err), fail);
  US_TRY_GOTO(attach(f, path, &image, err), fail);
  f->hash = image.hash;
  *out = f;
  return UNSPIN_OK;
fail:
  us_forms_close(f);
  return status;
}

void us_forms_close(us_forms *f) {
  if (!f) return;
  free((void *)(uintptr_t)f->abbreviations.p);
  us_map_close(&f->map);
  free(f);
}

uint64_t us_forms_hash(const us_forms *f) { return f->hash; }
us_word us_forms_word_count(const us_forms *f) { return f->header.words; }
uint64_t us_forms_total(const us_forms *f) { return f->header.total; }
const us_abbreviations *us_forms_abbreviations(const us_forms *f) { return &f->abbreviations; }

us_slice us_forms_text(const us_forms *f, us_word word) {
  if (word == 0 || word > f->header.words) return US_LIT("");
  return us_slice_sub(f->text, f->words[word].text_at, f->words[word + 1].text_at);
}

us_word us_forms_word(const us_forms *f, us_slice folded) {
  uint64_t hash = us_hash(folded);
  uint32_t mask = f->header.slots - 1, print = (uint32_t)(hash >> 52);
  for (uint32_t at = (uint32_t)hash & mask;; at = (at + 1) & mask) {
    uint32_t slot = f->slots[at];
    if (!slot) return 0;
    if (slot >> US_WORD_BITS != print) continue;
    us_word word = slot & WORD_MASK;
    if (us_slice_eq(us_forms_text(f, word), folded)) return word;
  }
}

us_readings us_forms_readings(const us_forms *f, us_word word) {
  if (word == 0 || word > f->header.words) return (us_readings){NULL, 0};
  const us_word_entry *w = &f->words[word];
  return (us_readings){f->readings + w->reading_at, w[1].reading_at - w->reading_at};
}

us_readings us_forms_analyse(const us_forms *f, us_slice folded) {
  return us_forms_readings(f, us_forms_word(f, folded));
}

const us_reading *us_forms_reading_as(const us_forms *f, us_word word, us_pos pos) {
  us_readings all = us_forms_readings(f, word);
  for (size_t i = 0; i < all.n; i++)
    if (pos == US_POS_NONE || us_tag_pos((us_tag)all.p[i].tag) == pos) return &all.p[i];
  return NULL;
}

bool us_forms_is(const us_forms *f, us_word word, us_word lemma, us_tag tag) {
  us_readings all = us_forms_readings(f, word);
  for (size_t i = 0; i < all.n; i++)
    if (all.p[i].lemma == lemma && all.p[i].tag == tag) return true;
  return false;
}

unsigned us_forms_flags(const us_forms *f, us_word word) {
  return word && word <= f->header.words ? f->words[word].flags : 0;
}
uint32_t us_forms_count(const us_forms *f, us_word word) {
  return word && word <= f->header.words ? f->words[word].count : 0;
}
uint8_t us_forms_capital_share(const us_forms *f, us_word word) {
  return word && word <= f->header.words ? f->words[word].capital : 0;
}

long us_key_find(const us_key *keys, size_t count, us_slice text, us_slice key) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    int c = us_slice_cmp(us_slice_sub(text, keys[middle].at, keys[middle + 1].at), key);
    if (c == 0) return (long)middle;
    if (c < 0) low = middle + 1;
    else high = middle;
  }
  return -1;
}
