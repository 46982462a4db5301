/* page.h - one window of the document while it is worked on, and the session's scratch that holds it. */
#ifndef US_RESTORE_PAGE_H
#define US_RESTORE_PAGE_H

#include "base/arena.h"
#include "forms/tagger.h"
#include "restore/evidence.h"
#include "restore/knowledge.h"

/* A candidate: tokens [first, last) become AFTER. */
typedef struct us_arc {
  uint32_t first, last;
  uint32_t row;
  us_slice after;         /* in the arena */
  uint8_t tag, plain_tag; /* us_tag of the head before and after; NONE for phrases that do not inflect */
  uint32_t head;          /* token index of the head; UINT32_MAX if there is none */
  float feature[US_FEATURE_COUNT];
  double score;
} us_arc;
typedef US_VEC(us_arc) us_arc_vec;

typedef struct us_page {
  us_slice text;
  size_t offset; /* of the window in the document */
  us_token_vec tokens;
  us_tagged *tagged;     /* one a token */
  us_token_key *keys;    /* one a token */
  uint32_t *model_words; /* the model's word for each token; filled when a candidate first asks */
  bool has_model_words;
  size_t room;     /* of tagged, keys and model_words */
  us_arc_vec arcs; /* sorted by first, last, row */
} us_page;

/* A protected phrase: its folded tokens, joined by single blanks, and how many there are. */
typedef struct us_protected {
  us_slice phrase;
  uint64_t first_hash;
  size_t words;
} us_protected;

struct unspin_session {
  const unspin_knowledge *knowledge;
  us_tag_scratch *tag_scratch;
  us_page page;
  us_evidence evidence;
  us_match_vec matches;
  uint32_t *row_count;       /* how often each row fires in the document; filled by the estimate */
  us_arena arena;            /* what the current window needs */
  us_buf fold, text;         /* short-lived text */
  us_token_vec after_tokens; /* of one replacement */
  US_VEC(us_protected) protect;
  us_arena protect_arena;
  /* about the pass over the document */
  const unspin_options *options;
  unspin_dialect dialect;
  double share_feature;
  bool off;      /* between unspin:off and unspin:on */
  bool headline; /* the first line is still to come */
};

/* Reads the window at OFFSET into the page: tokens, quotes, tags, guard, keys. False when out of memory. */
bool us_page_load(unspin_session *s, us_slice window, size_t offset);
void us_page_free(us_page *page);

/* Marks what may not be touched (US_TF_LOCKED) and what looks like a name (US_TF_NAME); see guard.c. */
bool us_guard(unspin_session *s);
bool us_guard_set_protected(unspin_session *s, const unspin_options *options);
/* Counts the page's words into the document's evidence. */
bool us_gather(unspin_session *s);
/* Fills page.arcs with every candidate and its features. */
bool us_suggest(unspin_session *s);
/* A change that the page makes: tokens [first, last) become AFTER. ARC is the index of its candidate, US_REPAIR if it
 * only mends what another change broke (then CAUSE is that one's arc). */
typedef struct us_change {
  uint32_t first, last, arc, cause;
  us_slice after;
} us_change;
typedef US_VEC(us_change) us_change_vec;
#define US_REPAIR UINT32_MAX

/* Turns the CHOSEN arcs into changes and adds what they ask for: a/an, doubled words, agreement. Ascending, not
 * overlapping. */
bool us_repair(unspin_session *s, const uint32_t *chosen, int count, us_change_vec *out);
/* The article that fits before WORD, if ARTICLE (any case) is one and does not fit; empty otherwise. */
us_slice us_better_article(unspin_session *s, us_slice article, us_slice word);
/* Whether CHANGE keeps names, numbers, addresses, quotation marks and negations. */
bool us_keeps_meaning(unspin_session *s, const us_change *change, bool *keeps);
/* Probability of ARC against keeping the text and against all candidates that overlap it. */
double us_confidence(const us_page *page, const us_arc *arc);

/* Sets the features of ARC that do not depend on the whole document's share, and its score. */
void us_score(unspin_session *s, us_arc *arc);
/* Sets the features that ask the language model. False when out of memory. */
bool us_context(unspin_session *s, us_arc *arc);
/* Writes the indexes of the chosen arcs, ascending and not overlapping, to CHOSEN (room for all arcs); returns how
 * many. Arcs that score no more than FLOOR are not chosen. -1 when out of memory. */
int us_decode(us_page *page, us_arena *arena, double floor, uint32_t *chosen);

static inline us_slice us_page_token(const us_page *p, size_t i) { return us_token_text(p->text, p->tokens.p[i]); }
/* The first word of a replacement, as a slice into it. */
static inline us_slice us_first_word(us_slice text) {
  const char *blank = text.n ? memchr(text.p, ' ', text.n) : NULL;
  return blank ? (us_slice){text.p, (size_t)(blank - text.p)} : text;
}
/* The folded token, valid until the next call. */
us_slice us_page_folded(unspin_session *s, size_t i);

#endif
