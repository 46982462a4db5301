/* channel.h - the noisy channel's memory: for a spun word or short phrase, the plain ones that it may stand for, with
 * what every source says of the pair. Derived from thesauri and learned from pairs, hundreds of thousands of them:
 * where the phrase table's rows are written by hand and argued for one by one, these are only candidates with numbers.
 *
 * Words are the lexicon's ids (forms.bin), heads as lemmas, so that one pair serves all inflections. Image kind "CHAN":
 * sections 0 meta (us_channel_meta), 1 group slots (us_channel_group, open addressing), 2 pairs (us_channel_pair), 3
 * phrases (us_channel_phrase), 4 phrase words (u32), 5 starts (one bit a word id).
 */
#ifndef US_PHRASES_CHANNEL_H
#define US_PHRASES_CHANNEL_H

#include "base/file.h"
#include "forms/forms.h"
#include "phrases/channel_byte.h"

#define US_CHANNEL_KIND US_IMAGE_KIND('C', 'H', 'A', 'N')
enum { US_CHANNEL_VERSION = 2, US_CHANNEL_WORDS = 4, US_CHANNEL_MOST = 48 };

/* What thesauri and our own rows say of the pair; a set of bits. */
enum {
  US_REL_SYNONYM = 1,  /* WordNet: members of one synset */
  US_REL_NEAR = 2,     /* WordNet: the plain word is broader, similar, or in the same verb group */
  US_REL_NARROW = 4,   /* WordNet: the plain word is narrower */
  US_REL_ROW = 8,      /* a row of ours says so, if only where its conditions hold */
  US_REL_LISTED = 16,  /* MyThes lists the spun word under the plain one */
  US_REL_REVERSE = 32, /* MyThes lists the plain word under the spun one */
  US_REL_TURNED = 64,  /* a row of ours says it the other way round */
  US_REL_KIN = 128     /* two rows of ours lead from one to the other */
};

typedef struct us_channel_pair {
  uint32_t plain;         /* word id; with the high bit, the number of a phrase */
  uint8_t relations;      /* US_REL_* */
  uint8_t ranks;          /* WordNet sense of the plain word (low 4 bits) and of the spun word in which they meet */
  uint8_t makers;         /* simulated spinners that were seen to make this substitution */
  uint8_t simulated;      /* P(plain | spun) over the simulated spinners */
  uint8_t emitted;        /* P(spun | plain), the highest of any source */
  uint8_t observed;       /* P(plain | spun) in what real spinners wrote */
  uint8_t observed_count; /* how often there */
  uint8_t judged;         /* P(plain | spun) as we judged it by hand (data/judged) */
} us_channel_pair;

/* Whether nobody but our own rows says so: next to a row itself that is nothing new. */
static inline bool us_channel_repeats_rows(const us_channel_pair *p) {
  return !(p->relations & ~(US_REL_ROW | US_REL_TURNED | US_REL_KIN)) && !p->makers && !p->observed_count &&
         p->judged == US_CHANNEL_NO_P;
}

typedef struct us_channel_group {
  uint64_t key; /* 0: empty slot */
  uint32_t first;
  uint16_t count;
  uint8_t pos, words;
  float output; /* log10 of how often a million spun words would hold this phrase because a spinner put it there */
  uint32_t pad;
} us_channel_group;

typedef struct us_channel_phrase {
  uint32_t first;
  uint8_t words, head, pad[2]; /* head: which word inflects; words if none does */
} us_channel_phrase;

typedef struct us_channel_meta {
  uint64_t forms_hash; /* of the lexicon that the ids belong to */
  uint32_t groups, pairs;
} us_channel_meta;

typedef struct us_channel {
  us_map map;
  const us_channel_group *groups;
  const us_channel_pair *pairs;
  const us_channel_phrase *phrases;
  const uint32_t *words;
  const uint8_t *starts;
  uint32_t mask, pair_count, phrase_count, word_count, start_bytes;
  uint64_t hash;
} us_channel;

#define US_CHANNEL_PHRASE 0x80000000u

/* Maps and checks PATH, made for the lexicon FORMS. Errors: IO, FORMAT, VERSION, NOMEM, naming the file. */
unspin_status us_channel_open(const char *path, const us_forms *forms, us_channel *out, unspin_error *err);
void us_channel_close(us_channel *channel);

/* A word that the lexicon lacks, by its folded text; only spun phrases hold such words, and they do not inflect. */
us_word us_channel_foreign(us_slice folded);
#define US_CHANNEL_FOREIGN 0x80000000u

/* The key of N words with part of speech POS (FUNCTION: a fixed phrase); never 0. */
uint64_t us_channel_key(us_pos pos, const us_word *words, size_t n);
/* NULL if nothing is known of it. */
const us_channel_group *us_channel_find(const us_channel *channel, uint64_t key);
/* Whether a phrase of two words or more may begin with this form or lemma; so may all that the lexicon lacks. */
static inline bool us_channel_starts(const us_channel *c, us_word word) {
  if (word & US_CHANNEL_FOREIGN) return true;
  return word / 8 < c->start_bytes && c->starts[word / 8] >> word % 8 & 1;
}

#endif
