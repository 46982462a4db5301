#include "phrases/channel.h"

#include "base/hash.h"
#include "base/image.h"
#include "base/wide.h"

enum { SECTIONS = 6 };

/* Offsets in the image are followed without further checks, so each is checked once here, in loops without branches
 * that run in wide registers. */
US_WIDE static bool groups_hold(const us_channel *c) {
  uint32_t wrong = 0;
  size_t slots = (size_t)c->mask + 1, block = slots < US_PROBE_BLOCK ? slots : US_PROBE_BLOCK;
  for (size_t from = 0; from < slots; from += block) {
    uint32_t empty = 0;
    for (size_t i = from; i < from + block; i++) {
      wrong |= (uint64_t)c->groups[i].first + c->groups[i].count > c->pair_count;
      empty |= c->groups[i].key == 0;
    }
    wrong |= !empty;
  }
  return !wrong;
}

/* Numbers of words count from 1, those of phrases from 0: the greatest of each is in bounds if all are. */
_Static_assert(sizeof(us_channel_pair) == 3 * sizeof(uint32_t) && US_CHANNEL_PHRASE == 1u << 31, "pairs_hold says so");
US_WIDE static bool pairs_hold(const us_channel *c, us_word top) {
  const uint32_t *plain = (const uint32_t *)c->pairs; /* of every pair, three on */
  int32_t word = 0;
  uint32_t phrase = 0, zero = 0;
  for (size_t i = 0; i < c->pair_count; i++) {
    uint32_t here = plain[3 * i];
    word = (int32_t)here > word ? (int32_t)here : word;
    phrase = here > phrase ? here : phrase;
    zero |= here == 0;
  }
  bool phrases = phrase & US_CHANNEL_PHRASE;
  return !zero && (uint32_t)word <= top && (!phrases || (phrase & ~US_CHANNEL_PHRASE) < c->phrase_count);
}

static bool contents_hold(const us_channel *c, const us_forms *forms) {
  us_word top = us_forms_word_count(forms);
  if (!groups_hold(c) || !pairs_hold(c, top)) return false;
  for (uint32_t i = 0; i < c->phrase_count; i++) {
    us_channel_phrase p = c->phrases[i];
    if (p.words == 0 || p.words > US_CHANNEL_WORDS || p.head > p.words || p.first > c->word_count ||
        p.words > c->word_count - p.first)
      return false;
  }
  for (uint32_t i = 0; i < c->word_count; i++)
    if (c->words[i] == 0 || c->words[i] > top) return false;
  return true;
}

static unspin_status attach(us_channel *c, const char *path, const us_forms *forms, unspin_error *err) {
  us_image image;
  US_TRY(us_image_read((us_slice){(const char *)c->map.p, c->map.n}, path, US_CHANNEL_KIND, US_CHANNEL_VERSION, &image,
                       err));
  if (image.count != SECTIONS || image.section[0].n != sizeof(us_channel_meta))
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: wrong number of sections", path);
  us_channel_meta meta;
  memcpy(&meta, image.section[0].p, sizeof meta);
  if (meta.forms_hash != us_forms_hash(forms))
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: was made for another forms.bin", path);
  const us_slice *s = image.section;
  size_t slots = s[1].n / sizeof(us_channel_group);
  c->groups = (const void *)s[1].p;
  c->pairs = (const void *)s[2].p;
  c->phrases = (const void *)s[3].p;
  c->words = (const void *)s[4].p;
  c->starts = (const void *)s[5].p;
  c->mask = (uint32_t)slots - 1;
  c->pair_count = (uint32_t)(s[2].n / sizeof(us_channel_pair));
  c->phrase_count = (uint32_t)(s[3].n / sizeof(us_channel_phrase));
  c->word_count = (uint32_t)(s[4].n / sizeof(uint32_t));
  c->start_bytes = (uint32_t)s[5].n;
  c->hash = image.hash;
  if (!slots || slots & (slots - 1) || slots > UINT32_MAX || !contents_hold(c, forms))
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s: damaged: its tables do not hold together", path);
  return UNSPIN_OK;
}

unspin_status us_channel_open(const char *path, const us_forms *forms, us_channel *out, unspin_error *err) {
  *out = (us_channel){0};
  US_TRY(us_map_open(path, &out->map, err));
  unspin_status status = attach(out, path, forms, err);
  if (status) us_channel_close(out);
  return status;
}

void us_channel_close(us_channel *c) {
  us_map_close(&c->map);
  *c = (us_channel){0};
}

us_word us_channel_foreign(us_slice folded) { return (us_word)us_hash(folded) | US_CHANNEL_FOREIGN; }

uint64_t us_channel_key(us_pos pos, const us_word *words, size_t n) {
  uint64_t h = us_hash_seed((us_slice){(const char *)words, n * sizeof *words}, (uint64_t)pos);
  return h ? h : 1;
}

const us_channel_group *us_channel_find(const us_channel *c, uint64_t key) {
  if (!c->groups) return NULL;
  for (uint32_t i = (uint32_t)key & c->mask;; i = (i + 1) & c->mask) {
    if (c->groups[i].key == key) return &c->groups[i];
    if (c->groups[i].key == 0) return NULL;
  }
}
