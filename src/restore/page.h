/* page.h - one window of the document while it is worked on, and the session's scratch that holds it. */
#ifndef US_RESTORE_PAGE_H
#define US_RESTORE_PAGE_H

#include "base/arena.h"
#include "forms/tagger.h"
#include "model/layers.h"
#include "restore/answers.h"
#include "restore/evidence.h"
#include "restore/knowledge.h"

/* What is known of a word of the text or of a replacement; see lexeme.c. */
typedef struct us_lexeme {
  uint64_t key;                       /* of the document's evidence; 0 marks a free place of the cache */
  uint32_t flags;                     /* US_WF_*; 0: not in the lexicon */
  uint32_t model, vector, expression; /* its number there; 0, 0, US_NO_EXPRESSION_WORD: unknown */
  float common;                       /* log10 per million words of clean text */
} us_lexeme;

/* A plain side as it is written for a tag, in lower case: see written.c. */
typedef struct us_written {
  uint64_t key; /* 0 marks a free place */
  uint8_t plain_tag, word_count;
  bool impossible; /* there is no such form */
  us_slice text;
  const us_lexeme *words;
} us_written;

typedef struct us_remembered {
  us_written *slots; /* open addressing */
  size_t used, size;
  us_arena arena;
  us_written other; /* for one that finds no place */
} us_remembered;

/* What a candidate has to do with fixed expressions; a set of bits. See compose.c. */
enum {
  US_ARC_COMPLETES = 1, /* it makes one, alone or with the words beside it as they stand */
  US_ARC_MATCHES = 2,   /* it would with candidates for the words beside it */
  US_ARC_BREAKS = 4,    /* the text has one as it stands, and this changes it */
  US_ARC_COMPOSED = 8,  /* each of its words was proposed by itself */
  US_ARC_SIBLING = 16,  /* no expression: only another spin of the article has it (siblings.h) */
  US_ARC_MEND = 32,     /* nor this: a small word is put right (mend.c) */
  US_ARC_COMPOUND = 64 /* nor this: one part of a compound that the language model does not know, making one it knows */
};
#define US_SUPPORT_LEAST (-3.0f)

/* A candidate: tokens [first, last) become AFTER. */
typedef struct us_arc {
  uint32_t first, last;
  const us_row_record *row;      /* NULL if no row proposes it */
  const us_row_record *learned;  /* one that only counts what a spinner was seen to do; may be ROW */
  uint8_t table;                 /* of the row */
  uint8_t rank;                  /* among the pairs of its group */
  uint8_t families;              /* one bit for the family of spinners of the first row found for it */
  uint8_t tag, plain_tag;        /* us_tag of the head before and after; NONE for phrases that do not inflect */
  uint32_t head;                 /* token index of the head; UINT32_MAX if there is none */
  const us_channel_group *group; /* NULL, and PAIR too, if the channel does not have it */
  const us_channel_pair *pair;
  us_slice after;         /* in the arena, or remembered (written.c) */
  const us_lexeme *words; /* of AFTER, likewise */
  uint8_t word_count;
  uint8_t expression, changed;                                  /* US_ARC_*; words that a composition changes */
  float weakest, mean;                                          /* log10 support of a composition's words */
  uint32_t others;                                              /* candidates for the same words */
  float rows;                                                   /* the sum of their rows' shares */
  float tag_other, tag_guessed, model, model_right, model_kept; /* features that are found on the way */
  uint64_t key;                                                 /* of the replacement's words */
  float agreement; /* what the document's other places add to the score: agree.c */
  double score;
} us_arc;
typedef US_VEC(us_arc) us_arc_vec;

/* The language model's view of the text as it stands, a token each. */
typedef struct us_context_token {
  unspin_model_state before; /* what the model remembers when it comes to the token */
  float log10;               /* of the token */
  float end;                 /* of the sentence's end behind it, if it ends there */
  bool ends;
} us_context_token;

enum { US_RECENT = 64 };

typedef struct us_page {
  us_slice text;
  size_t offset; /* of the window in the document */
  us_token_vec tokens;
  us_tagged *tagged;  /* one a token */
  us_token_key *keys; /* ROOM for each table, one a token */
  us_lexeme *lexemes; /* one a token; filled, as CONTEXT is, when a candidate first asks */
  us_context_token *context;
  bool has_context, has_arcs, has_gains; /* us_context_fill, us_suggest, us_context_gains have been here */
  bool has_scores;                       /* the scores came with the kept page, which has taught what it can: agree.c */
  size_t room;                           /* of the arrays */
  us_arc_vec arcs;                       /* sorted by first, then in order of their being found */
  struct {
    uint32_t first;
    size_t begin, n;
    uint64_t key[US_RECENT]; /* of arcs BEGIN, BEGIN + 1, ..., all of which begin at token FIRST: see us_arc_add */
  } recent;
} us_page;

/* A page of the document's beginning, kept from one sweep over the document to the next. */
typedef struct us_kept_page {
  us_token *tokens;
  us_tagged *tagged;
  us_lexeme *lexemes;
  us_context_token *context;
  us_arc *arcs;
  size_t token_count, arc_count;
  bool has_arcs; /* and lexemes, context and gains */
  bool has_scores;
} us_kept_page;

/* So many bytes of it at least, in whole pages: the survey looks at no more. Tokens and candidates take some 400 times
 * as much memory. */
enum { US_KEPT_BYTES = 1 << 16 };
/* Once so much memory is taken by them, candidates are not kept but found again. */
enum { US_KEPT_MEMORY = 16 << 20 };

/* What all candidates for tokens [FIRST, LAST) share. */
typedef struct us_place {
  uint32_t first, last; /* UINT32_MAX: none yet */
  uint32_t speaker;     /* the vector of the word that says most; 0: none */
  float company, topic; /* how it fits the words around, and the document */
  float own, repeated, common, name_risk;
  uint64_t key;
} us_place;

/* A protected phrase: its folded tokens, joined by single blanks, and how many there are. */
typedef struct us_protected {
  us_slice phrase;
  uint64_t first_hash;
  size_t words;
} us_protected;

/* Words in quotation marks, unless the options say what becomes of them: read with all the others and still to be
 * judged (quoted.c), found spun, or locked by the guard. */
typedef enum us_quotations { US_QUOTATIONS_ASK, US_QUOTATIONS_SPUN, US_QUOTATIONS_SHUT } us_quotations;

struct unspin_session {
  const unspin_knowledge *knowledge;
  us_tag_scratch *tag_scratch;
  us_page page;
  us_evidence evidence;
  us_match_vec matches;
  us_arena arena; /* what the current window needs */
  US_VEC(us_kept_page) kept;
  us_arena kept_arena;       /* what they need */
  us_buf fold, text;         /* short-lived text */
  us_token_vec after_tokens; /* of one replacement */
  us_lexeme *lexeme_cache;
  us_remembered remembered;
  float *topic;               /* sum of the vectors of the document's words */
  double topic_square;        /* its length, squared */
  struct us_company *company; /* what the word vectors say, as far as it is known: company.c */
  us_place place;
  struct us_keys *keys;
  us_answers *answers; /* NULL: the language model was not asked yet */
  struct us_votes *votes;
  struct us_lessons *lessons; /* what its sure places teach: agree.c */
  struct us_composer *composer;
  struct us_siblings *siblings;  /* NULL: there are none */
  uint8_t *suspicion;            /* one a word of the lexicon: glance.c */
  double *odds_share;            /* of each of its values */
  float survey[3 + US_FAMILIES]; /* the features from page_gain on: of the document */
  US_VEC(us_protected) protect;
  us_arena protect_arena;
  /* about the pass over the document */
  const unspin_options *options;
  unspin_dialect dialect;
  us_quotations quotations;
  bool off;      /* between unspin:off and unspin:on */
  bool headline; /* the first line is still to come */
};

static inline bool us_quotes_are_shut(const unspin_session *s) {
  unspin_quotes quotes = s->options->quotes;
  return quotes == UNSPIN_QUOTES_NEVER || (quotes == UNSPIN_QUOTES_AUTO && s->quotations == US_QUOTATIONS_SHUT);
}
/* Reads the window at OFFSET into the page: tokens, quotes, tags, guard. False when out of memory. */
bool us_page_load(unspin_session *s, us_slice window, size_t offset);
/* Keeps the page that was just loaded, or what was found out about kept page I since. */
bool us_page_keep(unspin_session *s);
bool us_page_keep_arcs(unspin_session *s, size_t i);
void us_page_keep_scores(unspin_session *s, size_t i);
static inline bool us_page_may_keep(const unspin_session *s) { return s->kept_arena.total < US_KEPT_MEMORY; }
/* Instead of us_page_load, for kept page I: with its candidates where these were kept. */
bool us_page_enter(unspin_session *s, size_t i, us_slice window, size_t offset);
/* keys.c: what token I offers the matcher of TABLE. */
void us_page_make_key(unspin_session *s, uint32_t table, size_t i, us_token_key *k);
/* Fills page.keys, for searching the tables. False when out of memory. */
bool us_page_make_keys(unspin_session *s);
void us_page_free(us_page *page);
void us_keys_free(unspin_session *s);

/* Marks what may not be touched (US_TF_LOCKED) and what looks like a name (US_TF_NAME); see guard.c. */
bool us_guard(unspin_session *s);
bool us_guard_set_protected(unspin_session *s, const unspin_options *options);
/* Counts the page's words into the document's evidence. */
bool us_gather(unspin_session *s);
/* The same for a page of clean text on the same topic: its words count as the author's own. */
bool us_gather_like(unspin_session *s);
/* Fills page.arcs with every candidate, unscored, unless it is filled. */
bool us_suggest(unspin_session *s);
/* Adds the candidates that begin at token I, fixed expressions aside. */
bool us_suggest_at(unspin_session *s, uint32_t i);
/* The weights that the options ask for. */
static inline const us_scorer *us_scorer_of(const unspin_session *s) {
  return s->options->fast ? &s->knowledge->fast_scorer : &s->knowledge->scorer;
}
/* Scores them. */
bool us_score_page(unspin_session *s);
/* All features of an arc that was scored. */
void us_features(unspin_session *s, const us_arc *arc, float feature[US_FEATURE_COUNT]);
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
/* Whether the word before token FIRST stands in the same sentence, on this line or the one above, and may be mended. */
bool us_may_mend_before(const us_page *page, uint32_t first);
/* The article that fits before WORD, if ARTICLE (any case) is one and does not fit; empty otherwise. */
us_slice us_better_article(unspin_session *s, us_slice article, us_slice word);
/* Whether CHANGE keeps names, numbers, addresses, quotation marks and negations. */
bool us_keeps_meaning(unspin_session *s, const us_change *change, bool *keeps);
/* Probability of ARC against keeping the text and against all candidates that overlap it. */
double us_confidence(const us_page *page, const us_arc *arc);

/* What is known of a folded word, or of a model token such as "<num>". */
us_lexeme us_lexeme_of(unspin_session *s, us_slice folded);
/* The words of a replacement, sixteen at most, in ARENA. False when out of memory. */
bool us_words_keep(unspin_session *s, us_slice text, us_arena *arena, const us_lexeme **words, uint8_t *count);
/* Fills page.lexemes and page.context. False when out of memory. */
bool us_context_fill(unspin_session *s);
/* glance.c: whether token I is suspicious by itself, from what glance_word (or, going fast, fast_word) of engine.tsv
 * on.
 */
bool us_is_suspicious(unspin_session *s, size_t i);
/* Makes room for what us_is_suspicious remembers. False when out of memory. */
bool us_suspicion_begin(unspin_session *s);
/* Asks the language model about all candidates of the page, unless that was done; needs the context. */
void us_context_gains(unspin_session *s);
/* Forgets the document before. False when out of memory. */
bool us_company_begin(unspin_session *s);
/* Adds the page's words to the document's topic; set_topic once all are added. */
void us_topic_add(unspin_session *s);
void us_company_set_topic(unspin_session *s);
void us_company_free(unspin_session *s);
/* Fills the place's share of the features that ask the word vectors, and sets them. */
void us_company_place(unspin_session *s, us_place *place);
void us_company_prefetch(const unspin_session *s, const us_arc *arc);
void us_company_features(const unspin_session *s, const us_arc *arc, float feature[US_FEATURE_COUNT]);
/* Plain sides that were written before, by the number of their table, or of the channel, and their own: NULL if this
 * one was not. */
enum { US_WRITTEN_CHANNEL = US_TABLES_MAX };
static inline uint64_t us_written_key(uint32_t from, uint32_t plain, us_tag tag) {
  return ((uint64_t)from << 8 | (uint64_t)tag | 1u << 7) << 32 | plain;
}
void us_written_prefetch(const unspin_session *s, uint64_t key);
const us_written *us_written_find(const unspin_session *s, uint64_t key);
/* Remembers what stands in s->text; valid until the next call or longer. NULL when out of memory. */
const us_written *us_written_add(unspin_session *s, uint64_t key, bool possible, us_tag plain_tag);
/* For a new document: what was remembered is dropped if it grew too much. */
void us_remembered_begin(unspin_session *s);
void us_remembered_free(us_remembered *r);
/* log10 per million that a phrase loses with every word: few phrases are as common as their rarest word. */
#define US_PHRASE_LOSS 1.5f
/* log10 per million words of clean text: of a word of the lexicon, of a plain side of the channel. */
float us_word_common(const unspin_session *s, us_word word);
float us_channel_common(const unspin_session *s, uint32_t plain);
/* The features that the row or pair of ARC has by itself. */
void us_source_features(const us_arc *arc, float feature[US_FEATURE_COUNT]);
/* Appends the channel's candidates for the words that begin at token FIRST. */
bool us_suggest_channel(unspin_session *s, uint32_t first);
/* Small words at token I that are to be put right: mend.c. */
bool us_mend_at(unspin_session *s, uint32_t i);
/* Whether nothing but that proposes ARC, and its natural-log odds. */
bool us_arc_only_mends(const us_arc *arc);
double us_mend_odds(const unspin_session *s, const us_arc *arc);
/* compose.c: adds to the page's candidates, which must be complete, those that fixed expressions suggest, and marks
 * all. False when out of memory. */
bool us_compose(unspin_session *s);
void us_compose_features(const us_arc *arc, float feature[US_FEATURE_COUNT]);
void us_composer_free(unspin_session *s);
/* sure.c: what is added to the odds of a row that says outright what stands there, once the language model was asked; 0
 * for all others. */
double us_taught_odds(const unspin_session *s, const us_arc *arc);
/* What speaks against the head having TAGS. */
void us_tag_features(const unspin_session *s, us_arc *arc, uint32_t tags);
/* votes.c: which plain words several spun words of the document could stand for. */
bool us_votes_reset(unspin_session *s); /* false when out of memory */
void us_votes_add(unspin_session *s);
void us_votes_prefetch(const unspin_session *s, uint64_t plain);
float us_votes_of(const unspin_session *s, uint64_t plain, uint64_t spun);
void us_votes_free(unspin_session *s);
/* agree.c: forgets the document before; adds what a page's scored candidates teach; adds to their scores what those of
 * all pages teach. The latter two: false when out of memory. */
void us_lessons_reset(unspin_session *s);
bool us_lessons_add(unspin_session *s);
bool us_lessons_heed(unspin_session *s);
void us_lessons_free(unspin_session *s);
/* Whether a row's conditions and capitals fit where it matched; see conditions.c. */
bool us_conditions_hold(unspin_session *s, const us_table *table, const us_row_record *row, const us_match *match);
bool us_capitals_fit(const us_page *page, const us_matcher *m, const us_row_record *row, const us_match *match);
/* Whether tokens [first, last) are glued to nothing that would make one word with them. */
bool us_stands_free(const us_page *page, uint32_t first, uint32_t last);
/* Whether [first, last) are words, no names, that the guard leaves open, that blanks join and that stand free. */
bool us_words_open(const us_page *page, uint32_t first, uint32_t last);
/* Appends LEMMA in TAG's form, or WORD in the document's spelling. */
bool us_put_inflected(unspin_session *s, us_slice lemma, us_tag tag, us_buf *out);
void us_put_word(unspin_session *s, us_slice word, us_buf *out);
/* The number that the plain noun has after all: "equipment" stays singular whatever it stands for. */
us_tag us_plain_tag(const unspin_session *s, us_slice lemma, us_tag tag);
/* The shape of tokens [first, last), to be given to what replaces them. */
us_shape us_phrase_shape(const us_page *page, uint32_t first, uint32_t last);
/* "ran" and "run" are one form in most verbs: the tagger's choice between them, put right by the words before. TAGS are
 * those that the head can have. */
us_tag us_head_tag(const unspin_session *s, uint32_t head, uint32_t tags);
/* Gives ARC the text of W in SHAPE. False when out of memory. */
bool us_arc_write(unspin_session *s, const us_written *w, us_shape shape, us_arc *arc);
/* Adds ARC to the page unless it changes nothing; the same change found before takes over what ARC knows and that one
 * did not. Finds its words unless it has them. False when out of memory. */
bool us_arc_add(unspin_session *s, us_arc *arc);
/* One key for N words in a row. */
static inline uint64_t us_words_key(const us_lexeme *words, size_t n) {
  uint64_t key = 0;
  for (size_t i = 0; i < n; i++) key = key * 31 + words[i].key;
  return key;
}
/* What a row of STRENGTH is worth as a probability. */
float us_strength_share(int strength);
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
