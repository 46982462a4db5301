/* channel_build.h - gathers what thesauri and learned statistics say of pairs, and writes the channel's image. */
#ifndef US_PHRASES_CHANNEL_BUILD_H
#define US_PHRASES_CHANNEL_BUILD_H

#include "phrases/channel.h"
#include "phrases/syntax.h"

typedef struct us_channel_builder us_channel_builder;

/* Borrows FORMS and SYNTAX. NULL when out of memory. */
us_channel_builder *us_channel_builder_new(const us_forms *forms, const us_syntax *syntax);
void us_channel_builder_free(us_channel_builder *builder);

/* What one source says of one pair, to be merged with what the others say. */
typedef struct us_channel_claim {
  us_slice spun, plain;          /* one to four words, blanks between, head as lemma; any case */
  us_pos pos;                    /* FUNCTION: fixed phrases */
  uint8_t relation;              /* US_REL_* */
  uint8_t plain_rank, spun_rank; /* WordNet senses, from 1; 0: not from WordNet */
  /* learned: how often, and how often the spun phrase stood in spun text and the plain one in plain text at all */
  double count, spun_count, plain_count;
  bool observed; /* by a real spinner, not a simulated one */
  /* or what it comes to, if READY is set */
  bool ready;
  uint8_t makers, simulated, emitted, seen, seen_count; /* as in us_channel_pair */
  double judged; /* or by hand: P(plain | spun) */
} us_channel_claim;

/* Adds it; passes over pairs whose plain side has words that the lexicon lacks, and those that are written with a
 * capital. NOMEM. */
unspin_status us_channel_builder_add(us_channel_builder *builder, const us_channel_claim *claim, unspin_error *err);

/* What is added from here on was made by another simulated spinner. */
void us_channel_builder_next_maker(us_channel_builder *builder);
/* What is added from here on comes from another table of counts. */
void us_channel_builder_next_file(us_channel_builder *builder);

/* One for each source; they name the file in errors. DIR holds WordNet's index.* and data.*; MyThes is a .dat file. */
unspin_status us_channel_add_wordnet(us_channel_builder *builder, const char *dir, unspin_error *err);
unspin_status us_channel_add_mythes(us_channel_builder *builder, const char *path, unspin_error *err);
/* A table of counts as `unspin phrases learn --tsv` writes it; each simulated spinner is a file of its own. */
unspin_status us_channel_add_counts(us_channel_builder *builder, const char *path, bool observed, unspin_error *err);

/* data/judged: lines "SPUN POS : keep N, PLAIN N, ...", N percent of the places where spun text has SPUN. */
unspin_status us_channel_add_judged(us_channel_builder *builder, const char *path, unspin_error *err);

/* Our own rows, from all their COUNT files in TSV: conditions or not, turned round, and what is akin by two of them.
 * Rows with words left open give nothing. */
unspin_status us_channel_add_rows(us_channel_builder *builder, const char *const *paths, size_t count,
                                  unspin_error *err);
/* What a row's letter stands for: FUNCTION for x, NONE for what is no such letter. */
us_pos us_channel_pos(us_slice letter);

/* data/learned.tsv: what such tables come to, as us_channel_builder_list writes it. */
unspin_status us_channel_add_learned(us_channel_builder *builder, const char *path, unspin_error *err);

/* Ranks each group's pairs, keeps the best, and appends the image to OUT. */
unspin_status us_channel_builder_finish(us_channel_builder *builder, us_buf *out, unspin_error *err);

/* Appends the pairs that were kept and that something was learned about, as lines: spun, plain, part of speech,
 * simulated spinners, log10 P(plain | spun) over them, the highest log10 P(spun | plain), log10 P(plain | spun) in what
 * real spinners wrote, and how often they wrote it; TAB-separated, "-" for none. False when out of memory. */
bool us_channel_builder_list(us_channel_builder *builder, us_buf *out);

#endif
