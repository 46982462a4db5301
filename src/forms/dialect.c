#include "forms/forms_impl.h"

static const us_spelling *find(const us_forms *f, us_word word) {
  size_t low = 0, high = f->spelling_count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (f->spellings[middle].word == word) return &f->spellings[middle];
    if (f->spellings[middle].word < word) low = middle + 1;
    else high = middle;
  }
  return NULL;
}

/* A spelling that is met less than once for so many times of the other is not put in its place. */
enum { RARE = 40 };

us_word us_dialect_spelling(const us_forms *f, us_word word, unspin_dialect dialect) {
  const us_spelling *s = dialect == UNSPIN_DIALECT_AUTO ? NULL : find(f, word);
  if (!s) return word;
  us_word other = dialect == UNSPIN_DIALECT_GB ? s->gb : s->us;
  /* "instal" and "bourn" are in the British dictionary, and nobody writes them */
  bool rare = (uint64_t)us_forms_count(f, other) * RARE < us_forms_count(f, word);
  return rare ? word : other;
}

unspin_dialect us_dialect_of(const us_forms *f, us_word word) {
  const us_spelling *s = find(f, word);
  if (!s || s->gb == s->us) return UNSPIN_DIALECT_AUTO;
  unsigned flags = us_forms_flags(f, word) & (US_WF_GB | US_WF_US);
  if (word == s->us && (flags == US_WF_US || us_dialect_spelling(f, s->gb, UNSPIN_DIALECT_US) == word))
    return UNSPIN_DIALECT_US;
  if (word == s->gb && flags != (US_WF_GB | US_WF_US)) return UNSPIN_DIALECT_GB;
  return UNSPIN_DIALECT_AUTO;
}
