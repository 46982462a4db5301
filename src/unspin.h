/* unspin.h - undo article spinning: the one installed header of libunspin.
 *
 * Rules that hold for every function here
 *  - Text is UTF-8 bytes with a length; it need not end in NUL and may hold invalid bytes, which are kept.
 *  - Offsets and lengths are in bytes of the input unless a name says code points.
 *  - A function that can fail returns unspin_status. On failure its out-pointers are NULL and, where an
 *    unspin_error is given (it may be NULL), that holds one line saying what is wrong and where.
 *  - *_open and *_new give a handle that the caller owns and hands back to the matching *_close or *_free,
 *    which accepts NULL. Everything reached through a handle is borrowed from it and lives as long as it.
 *  - Nothing here prints, exits, aborts or keeps global state.
 *
 * Threads: unspin_knowledge is read-only once open and may be shared. A session belongs to one thread.
 */
#ifndef UNSPIN_H
#define UNSPIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define UNSPIN_API __attribute__((visibility("default")))
#else
#define UNSPIN_API
#endif

/* What can go wrong. The numbers are stable. */
typedef enum unspin_status {
  UNSPIN_OK = 0,
  UNSPIN_ERR_NOMEM = 1,   /* out of memory */
  UNSPIN_ERR_IO = 2,      /* the system could not read or write; the message carries its reason */
  UNSPIN_ERR_FORMAT = 3,  /* a data file is not what it should be: damaged, truncated, malformed */
  UNSPIN_ERR_VERSION = 4, /* a data file is of a version that this library does not read */
  UNSPIN_ERR_INVALID = 5, /* an argument or an input that makes no sense */
  UNSPIN_ERR_LIMIT = 6    /* an input larger than a documented limit */
} unspin_status;

/* One line for people, without a line end. Fixed size, so that reporting an error cannot fail. */
typedef struct unspin_error {
  unspin_status status;
  char message[500];
} unspin_error;

/* A stable name such as "out of memory". Never NULL. */
UNSPIN_API const char *unspin_status_name(unspin_status status);

/* The library's version, "MAJOR.MINOR.PATCH". */
UNSPIN_API const char *unspin_version(void);

/* ---- knowledge: opened once, read-only, shared by all threads ---------------------------------------- */

typedef struct unspin_knowledge unspin_knowledge;

/* Opens the data (phrases.db, forms.bin, engine.tsv, plain.lm) in DATA_DIR. Errors: IO, FORMAT, VERSION, NOMEM, each
 * naming the file. */
UNSPIN_API unspin_status unspin_knowledge_open(const char *data_dir, unspin_knowledge **out, unspin_error *err);
UNSPIN_API void unspin_knowledge_close(unspin_knowledge *knowledge);

/* 16 hexadecimal digits that change when any knowledge does: part of every reproducible result. */
UNSPIN_API const char *unspin_knowledge_hash(const unspin_knowledge *knowledge);

/* ---- options ----------------------------------------------------------------------------------------- */

typedef enum unspin_dialect { UNSPIN_DIALECT_AUTO = 0, UNSPIN_DIALECT_GB = 1, UNSPIN_DIALECT_US = 2 } unspin_dialect;

typedef struct unspin_options {
  size_t size;                /* sizeof(unspin_options), set by unspin_options_init: lets the struct grow */
  unspin_dialect dialect;     /* spelling of what is put in; AUTO looks at the document */
  bool quotes;                /* also restore inside quotation marks (spared by default: quotes are testimony) */
  double min_confidence;      /* drop edits below this, 0 to 1; 0 leaves it to the engine */
  bool assume_spun;           /* skip the gate that lets clean documents pass untouched */
  const char *const *protect; /* words and phrases that must stay, compared without case; borrowed for the call */
  size_t protect_count;
  size_t max_reasons;      /* how many reasons to keep for each edit, the strongest first, 0 to 16 */
  size_t max_alternatives; /* how many other candidates to keep for each edit, 0 to 16 */
} unspin_options;

/* Fills OPTIONS with the defaults: auto dialect, quotes spared, gate on, 6 reasons, 4 alternatives. */
UNSPIN_API void unspin_options_init(unspin_options *options);

/* ---- sessions ---------------------------------------------------------------------------------------- */

typedef struct unspin_session unspin_session;

/* A session owns the scratch that one thread needs. KNOWLEDGE must outlive it. Errors: NOMEM, IO. */
UNSPIN_API unspin_status unspin_session_new(const unspin_knowledge *knowledge, unspin_session **out, unspin_error *err);
UNSPIN_API void unspin_session_free(unspin_session *session);

/* ---- restoring --------------------------------------------------------------------------------------- */

/* Borrowed text: LEN bytes at TEXT, not ended by NUL. */
typedef struct unspin_text {
  const char *text;
  size_t len;
} unspin_text;

/* Why an edit was made: one scored feature. VALUE is in natural-log odds for the change. */
typedef struct unspin_reason {
  const char *feature;
  double value;
} unspin_reason;

/* Another reading of the same place. */
typedef struct unspin_alternative {
  unspin_text after;
  const char *row; /* id of the phrase-table row */
  double score;    /* natural-log odds against leaving the text alone */
} unspin_alternative;

/* One change to the input's own bytes: input[begin, end) becomes AFTER. */
typedef struct unspin_edit {
  size_t begin, end;       /* bytes */
  size_t begin_cp, end_cp; /* code points; an invalid byte counts as one */
  size_t line, column;     /* 1-based; column in code points */
  unspin_text before, after;
  double confidence;            /* 0 to 1: how likely AFTER (or what it repairs) is right */
  const char *row;              /* id of the phrase-table row, or "repair" for a/an and the like */
  const char *source;           /* file and line, or list, that the row came from */
  double model_gain;            /* log10 units gained from the language model; 0 while there is none */
  const unspin_reason *reasons; /* strongest first */
  size_t reason_count;
  const unspin_alternative *alternatives; /* best first */
  size_t alternative_count;
} unspin_edit;

typedef struct unspin_result unspin_result;

/* Totals of one restored document. */
typedef struct unspin_totals {
  size_t bytes, words, sentences;
  size_t candidates;      /* candidate replacements that were weighed */
  size_t edits;           /* edits made */
  size_t dropped;         /* edits taken back because a name, number, quote, URL or negation would have changed */
  double spin_share;      /* estimated share of words that a spinner put in, 0 to 1 */
  bool gated;             /* true: the document was judged clean and passed untouched */
  unspin_dialect dialect; /* the dialect that was used */
} unspin_totals;

/* Restores one document. TEXT is borrowed until the result is freed. The same text, options and
 * knowledge give the same edits, in ascending order, not overlapping. Errors: NOMEM, INVALID (options),
 * LIMIT (over 4 GiB - 1). */
UNSPIN_API unspin_status unspin_restore(unspin_session *session, const char *text, size_t len,
                                        const unspin_options *options, unspin_result **out, unspin_error *err);
/* Before the knowledge is closed: row ids and sources are borrowed from it. */
UNSPIN_API void unspin_result_free(unspin_result *result);
UNSPIN_API size_t unspin_result_edit_count(const unspin_result *result);
/* INDEX below the count; NULL otherwise. */
UNSPIN_API const unspin_edit *unspin_result_edit(const unspin_result *result, size_t index);
UNSPIN_API const unspin_totals *unspin_result_totals(const unspin_result *result);
/* The restored document: the input with every edit applied. Owned by the result. */
UNSPIN_API unspin_text unspin_result_text(const unspin_result *result);

/* XXH3 64-bit hash of LEN bytes: how edit lists name the input they belong to. */
UNSPIN_API uint64_t unspin_hash(const void *bytes, size_t len);

/* ---- language model ---------------------------------------------------------------------------------
 *
 * An n-gram model in one mapped, read-only file, shared by all threads. Probabilities are log10. */

typedef struct unspin_model unspin_model;

/* Opens and checks a model (magic, version, sizes, checksum). Errors: IO, FORMAT, VERSION, NOMEM. */
UNSPIN_API unspin_status unspin_model_open(const char *path, unspin_model **out, unspin_error *err);
UNSPIN_API void unspin_model_close(unspin_model *model);

UNSPIN_API unsigned unspin_model_order(const unspin_model *model);
/* Word ids are below this. 0 is the unknown word, 1 the beginning and 2 the end of a sentence. */
UNSPIN_API uint32_t unspin_model_word_count(const unspin_model *model);
/* True if it was trained on ready tokens and not on the words of unspin's own tokenizer. */
UNSPIN_API bool unspin_model_tokenized(const unspin_model *model);
/* 16 hexadecimal digits of the file's contents. Borrowed from the model. */
UNSPIN_API const char *unspin_model_hash(const unspin_model *model);

/* The id of a model word (lower case; numbers are "<num>"), 0 if it is not known. */
UNSPIN_API uint32_t unspin_model_word(const unspin_model *model, const char *word, size_t len);

/* What the model remembers of the words so far: small, plain, free to copy. Two histories with equal states get equal
 * scores for whatever follows, which is what makes the state the key for recombination (the matched length is not). */
#define UNSPIN_MODEL_CONTEXT 5
typedef struct unspin_model_state {
  uint32_t words[UNSPIN_MODEL_CONTEXT]; /* nearest first; 0 beyond length */
  float backoff[UNSPIN_MODEL_CONTEXT];  /* log10; 0 beyond length */
  uint8_t length;
  uint8_t reserved[3];
} unspin_model_state;

/* No history at all, and the history at the beginning of a sentence. */
UNSPIN_API void unspin_model_state_empty(unspin_model_state *state);
UNSPIN_API void unspin_model_state_begin(const unspin_model *model, unspin_model_state *state);
UNSPIN_API bool unspin_model_state_equal(const unspin_model_state *a, const unspin_model_state *b);
UNSPIN_API uint64_t unspin_model_state_hash(const unspin_model_state *state);

/* log10 P(WORD | IN), and the state after it in OUT, which must not be IN. MATCHED, if not NULL, gets the length of the
 * longest n-gram that was found, 1 to the order. Allocates nothing; safe from several threads. Never fails: an id that
 * the model does not have counts as the unknown word. The unknown word's probability is that of one of the words that
 * training left out, not of them all together. */
UNSPIN_API float unspin_model_score(const unspin_model *model, const unspin_model_state *in, uint32_t word,
                                    unspin_model_state *out, unsigned *matched);

/* One of many queries. */
typedef struct unspin_model_query {
  const unspin_model_state *in; /* may be shared by several */
  unspin_model_state *out;      /* each its own, none of them an in */
  uint32_t word;
  unsigned matched; /* filled in */
  float log10;      /* filled in */
} unspin_model_query;

/* The same as unspin_model_score for each of N queries, but faster than one after another, because they wait for
 * memory together: for scoring all candidates of a place. */
UNSPIN_API void unspin_model_score_many(const unspin_model *model, unspin_model_query *queries, size_t n);

/* How far a long job has come. Return false to stop it; it then ends with UNSPIN_ERR_INVALID, "cancelled". */
typedef struct unspin_model_progress {
  const char *stage; /* "reading", "counting", ...; static text */
  double share;      /* 0 to 1; below 0 if not known */
  uint64_t words;    /* read so far */
} unspin_model_progress;
typedef bool unspin_model_watch(void *cookie, const unspin_model_progress *progress);

#define UNSPIN_MODEL_ORDER_MAX 6

typedef struct unspin_model_options {
  size_t size;                                 /* sizeof(unspin_model_options), set by unspin_model_options_init */
  unsigned order;                              /* 1 to 6 */
  bool tokenized;                              /* a sentence a line, tokens separated by blanks, taken as they are */
  uint32_t vocabulary;                         /* keep the most frequent so many words; 0: all */
  uint32_t min_count;                          /* a word must be met so often to be kept; 0 or 1: all */
  uint32_t drop_below[UNSPIN_MODEL_ORDER_MAX]; /* n-grams of order k + 1 met less often are dropped; 0, 1: none; never
                                                  less than for the order before */
  double threshold;                            /* relative entropy below which an n-gram is dropped; 0: none */
  uint64_t max_size; /* bytes of the file: the threshold is chosen so that it fits; 0: no limit */
  unsigned bits;     /* for probabilities and back-off weights each, 1 to 16; 32: exact */
  uint64_t memory;   /* bytes for counting */
  unsigned threads;
  const char *scratch_dir;   /* for temporary files, which never have a name there; NULL: beside the output */
  const char *abbreviations; /* file of words, one a line, after which a dot ends no sentence; NULL: none */
  unspin_model_watch *watch; /* may be NULL */
  void *cookie;
} unspin_model_options;

/* Order 5, everything kept, 8 bits, 4 GiB, 2 threads. */
UNSPIN_API void unspin_model_options_init(unspin_model_options *options);

/* A training text. "-" is standard input. WEIGHT is what one of its words counts for, 1/16 to 4096 in steps of 1/16;
 * at most 8 different weights. */
typedef struct unspin_model_source {
  const char *path;
  double weight;
} unspin_model_source;

/* What training did. */
typedef struct unspin_model_report {
  uint64_t bytes, words, sentences, types;          /* read and kept; words without sentence ends */
  uint64_t list_words, table_words, repeated_words; /* left out: headline lists, tables, repeated paragraphs */
  uint64_t ngrams[UNSPIN_MODEL_ORDER_MAX];          /* counted */
  uint64_t kept[UNSPIN_MODEL_ORDER_MAX];            /* in the file */
  double read_seconds, count_seconds, total_seconds;
} unspin_model_report;

/* Trains a model from SOURCES and writes it to PATH, which appears only when whole. The same sources and options give
 * the same bytes, whatever the number of threads. REPORT may be NULL. Errors: INVALID (options), IO, NOMEM, LIMIT. */
UNSPIN_API unspin_status unspin_model_train(const unspin_model_options *options, const unspin_model_source *sources,
                                            size_t count, const char *path, unspin_model_report *report,
                                            unspin_error *err);

/* Reads an ARPA file (gzip or plain) and writes it as a model of BITS bits a value (32: exact). Errors: IO, FORMAT with
 * the line, NOMEM, LIMIT. */
UNSPIN_API unspin_status unspin_model_from_arpa(const char *arpa, const char *path, unsigned bits, unspin_error *err);
/* Writes a model as an ARPA file ("-": standard output). The file appears only when whole. Errors: IO, NOMEM. */
UNSPIN_API unspin_status unspin_model_to_arpa(const unspin_model *model, const char *path, unspin_error *err);

/* One scored word of a text. */
typedef struct unspin_model_token {
  unspin_text word; /* as the model sees it; "</s>" for a sentence end */
  uint32_t id;
  unsigned matched; /* length of the n-gram that was found */
  float log10;
  bool sentence_end;
} unspin_model_token;
/* Called for every word in turn; false stops without an error. */
typedef bool unspin_model_visit(void *cookie, const unspin_model_token *token);
/* Scores a text sentence by sentence, cut into words as the model's training text was. Errors: NOMEM. */
UNSPIN_API unspin_status unspin_model_score_text(const unspin_model *model, const char *text, size_t len,
                                                 unspin_model_visit *visit, void *cookie, unspin_error *err);

/* Facts about a model file: sizes in bytes, n-grams by order, and what training noted as "key: value" lines. */
typedef struct unspin_model_info {
  unsigned order;
  uint64_t file_size, word_size; /* the whole file; vocabulary with its index */
  uint64_t ngrams[UNSPIN_MODEL_ORDER_MAX], layer_size[UNSPIN_MODEL_ORDER_MAX];
  unsigned prob_bits[UNSPIN_MODEL_ORDER_MAX], backoff_bits[UNSPIN_MODEL_ORDER_MAX];
  uint64_t unknown_types, words, sentences; /* of the training text */
  unspin_text notes;                        /* borrowed from the model */
} unspin_model_info;
/* Walks over every n-gram: children in order and inside their layer, values finite. Opening has checked the checksum,
 * so this finds faults of the program that wrote the file. Errors: FORMAT. */
UNSPIN_API unspin_status unspin_model_verify(const unspin_model *model, unspin_error *err);
UNSPIN_API void unspin_model_describe(const unspin_model *model, unspin_model_info *info);

/* ---- word vectors -----------------------------------------------------------------------------------
 *
 * Which words keep the same company: for "does this word fit what the text is about". Every word has two vectors: one
 * as part of a context, one as the word that a context calls for. */

typedef struct unspin_vectors unspin_vectors;

/* Opens and checks a vector file. Read-only, may be shared by threads. Errors: IO, FORMAT, VERSION, NOMEM. */
UNSPIN_API unspin_status unspin_vectors_open(const char *path, unspin_vectors **out, unspin_error *err);
UNSPIN_API void unspin_vectors_close(unspin_vectors *vectors);
UNSPIN_API uint32_t unspin_vectors_word_count(const unspin_vectors *vectors);
UNSPIN_API unsigned unspin_vectors_dimensions(const unspin_vectors *vectors);
/* The id of a model word; 0 if it has no vectors. Ids are not those of a language model. */
UNSPIN_API uint32_t unspin_vectors_word(const unspin_vectors *vectors, const char *word, size_t len);
/* Copies word ID with a NUL into OUT of SIZE bytes and returns its length; 0 if it does not fit or memory is out. */
UNSPIN_API uint32_t unspin_vectors_text(const unspin_vectors *vectors, uint32_t id, char *out, uint32_t size);
/* Cosine of two words' context vectors, -1 to 1; 0 if one has none. */
UNSPIN_API float unspin_vectors_similarity(const unspin_vectors *vectors, uint32_t a, uint32_t b);
/* Adds WEIGHT times a word's context vector to SUM (as many floats as dimensions); nothing for an unknown word. */
UNSPIN_API void unspin_vectors_add(const unspin_vectors *vectors, uint32_t word, float weight, float *sum);
/* Cosine of SUM, a document's say, and a word's context vector. */
UNSPIN_API float unspin_vectors_cosine(const unspin_vectors *vectors, const float *sum, uint32_t word);
/* How strongly a context calls for a word: natural-log odds against a noise word. MEAN is the mean of the context
 * words' vectors, six on either side. */
UNSPIN_API float unspin_vectors_fit(const unspin_vectors *vectors, const float *mean, uint32_t word);

typedef struct unspin_vectors_options {
  size_t size;               /* sizeof(unspin_vectors_options), set by unspin_vectors_options_init */
  uint32_t words;            /* the most frequent ones */
  unsigned dimensions;       /* a multiple of 16 up to 512 */
  unsigned epochs;           /* how often the text is gone through */
  bool tokenized;            /* as in unspin_model_options */
  unspin_model_watch *watch; /* may be NULL */
  void *cookie;
} unspin_vectors_options;
/* 50,000 words, 96 dimensions, 2 epochs. */
UNSPIN_API void unspin_vectors_options_init(unspin_vectors_options *options);
/* Trains vectors on SOURCES (weights are not looked at) and writes them to PATH, which appears only when whole. The
 * same sources and options give the same bytes. Uses two threads. Errors: INVALID, IO, NOMEM, LIMIT. */
UNSPIN_API unspin_status unspin_vectors_train(const unspin_vectors_options *options, const unspin_model_source *sources,
                                              size_t count, const char *path, unspin_error *err);

#ifdef __cplusplus
}
#endif
#endif
