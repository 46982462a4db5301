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
 *
 * Example:
 *
 *     unspin_knowledge *knowledge = NULL;
 *     unspin_session *session = NULL;
 *     unspin_result *result = NULL;
 *     unspin_error err;
 *     if (!unspin_knowledge_open(data_dir, &knowledge, &err) && !unspin_session_new(knowledge, &session, &err) &&
 *         !unspin_restore(session, text, strlen(text), NULL, &result, &err)) {
 *       unspin_text plain = unspin_result_text(result);
 *       fwrite(plain.text, 1, plain.len, stdout);
 *     } else fprintf(stderr, "%s\n", err.message);
 *     unspin_result_free(result);
 *     unspin_session_free(session);
 *     unspin_knowledge_close(knowledge);
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

/* Opens the data (phrases.db, channel.bin, expressions.bin, forms.bin, engine.tsv, weights.tsv, weights-fast.tsv,
 * plain.lm, plain.vec) in DATA_DIR. Errors: IO, FORMAT, VERSION, NOMEM, each naming the file. */
UNSPIN_API unspin_status unspin_knowledge_open(const char *data_dir, unspin_knowledge **out, unspin_error *err);
/* The same with COUNT phrase tables, at most 15, on top of the shipped one, lowest first: a row of a higher table takes
 * the place of a lower one's with the same id (a learned one, with a COUNT, adds to it), and what a table disables is
 * switched off in all below it. A table whose rows another version compiled is compiled anew in memory. */
UNSPIN_API unspin_status unspin_knowledge_open_tables(const char *data_dir, const char *const *tables, size_t count,
                                                      unspin_knowledge **out, unspin_error *err);
UNSPIN_API void unspin_knowledge_close(unspin_knowledge *knowledge);

/* 16 hexadecimal digits that change when any knowledge does: part of every reproducible result. */
UNSPIN_API const char *unspin_knowledge_hash(const unspin_knowledge *knowledge);

/* ---- options ----------------------------------------------------------------------------------------- */

typedef enum unspin_dialect { UNSPIN_DIALECT_AUTO = 0, UNSPIN_DIALECT_GB = 1, UNSPIN_DIALECT_US = 2 } unspin_dialect;

/* Borrowed text: LEN bytes at TEXT, not ended by NUL. */
typedef struct unspin_text {
  const char *text;
  size_t len;
} unspin_text;

/* What a text is written in: which of its bytes are prose. */
typedef enum unspin_text_format {
  UNSPIN_TEXT_PLAIN = 0,
  UNSPIN_TEXT_HTML = 1,     /* text nodes, but not those of script, style, pre, code, textarea and the like */
  UNSPIN_TEXT_MARKDOWN = 2, /* CommonMark with GitHub's tables; code, link targets, HTML and front matter are spared */
  UNSPIN_TEXT_JSONL = 3,    /* a JSON object a line: some of its strings, each a document of its own */
  UNSPIN_TEXT_CSV = 4,      /* RFC 4180: some columns, each cell a document of its own */
  UNSPIN_TEXT_TSV = 5,      /* the same with tabs */
  UNSPIN_TEXT_COUNT
} unspin_text_format;
/* "text", "html", "markdown", "jsonl", "csv", "tsv"; NULL for numbers outside the enum. */
UNSPIN_API const char *unspin_text_format_name(unspin_text_format format);
/* The format of that name, COUNT if there is none. */
UNSPIN_API unspin_text_format unspin_text_format_named(const char *name);
/* What a file called NAME (NULL: no name) that begins with LEN bytes of UTF-8 TEXT probably is: by its suffix, .gz, .zst
 * or .xz left aside, and where that says nothing by the bytes. PLAIN in doubt. */
UNSPIN_API unspin_text_format unspin_text_format_guess(const char *name, const char *text, size_t len);

/* Quotations are testimony, but most spinners go over them too. */
typedef enum unspin_quotes {
  UNSPIN_QUOTES_AUTO = 0,   /* in a spun document, if what stands in them tells of spinning, too; leftover {a|b} anyway */
  UNSPIN_QUOTES_ALWAYS = 1, /* as everywhere else */
  UNSPIN_QUOTES_NEVER = 2   /* spares them */
} unspin_quotes;

typedef struct unspin_options {
  size_t size;                /* sizeof(unspin_options), set by unspin_options_init: lets the struct grow */
  unspin_dialect dialect;     /* spelling of what is put in; AUTO looks at the document */
  unspin_quotes quotes;       /* whether to restore inside quotation marks */
  double min_confidence;      /* drop edits below this, 0 to 1; 0 leaves it to the engine */
  bool assume_spun;           /* skip the gate that lets clean documents pass untouched */
  const char *const *protect; /* words and phrases that must stay, compared without case; borrowed for the call */
  size_t protect_count;
  size_t max_reasons;      /* how many reasons to keep for each edit, the strongest first, 0 to 16 */
  size_t max_alternatives; /* how many other candidates to keep for each edit, 0 to 16 */
  double lean; /* natural-log odds added to every candidate: above 0 more is changed, below 0 less; -10 to 10 */
  const char *const *disabled_rows; /* ids of phrase-table rows that are not to be used; borrowed for the call */
  size_t disabled_row_count;
  /* LIKE_LEN bytes of clean text on the same topic, UTF-8 of any length, as evidence of which words and phrases the
   * topic calls for; borrowed for the call. NULL or no bytes: none. Measure nothing on text that was given here: cut it
   * in two first, as `unspin clean --like` does. */
  const char *like;
  size_t like_len;
  unspin_text_format text_format; /* of the text that unspin_restore is given; the others take plain text */
  /* JSONL: keys whose strings are prose, a.b for b in the object a; none: "text". CSV, TSV: columns, by their name in
   * the first record or by number from 1; none: the column "text". Borrowed for the call. */
  const char *const *fields;
  size_t field_count;
  /* Other spins of the same article, plain text in UTF-8: where they differ from the document, the original may show
   * through. Borrowed for the call. */
  const unspin_text *siblings;
  size_t sibling_count;
  bool suggest;        /* also keep what was not changed, but nearly: unspin_result_suggestion */
  double suggest_from; /* of at least this confidence, 0 to 1; 0 leaves it to the engine */
  bool fast; /* without the language model, and only where a word is suspicious by itself: much faster, and undoes less */
  double if_spun; /* documents with a lower score (see unspin_detect) pass untouched, 0 to 1; 0: not asked for */
} unspin_options;

/* Fills OPTIONS with the defaults: auto dialect, quotes judged by what stands in them, gate on, 6 reasons, 4 alternatives. */
UNSPIN_API void unspin_options_init(unspin_options *options);

/* ---- sessions ---------------------------------------------------------------------------------------- */

typedef struct unspin_session unspin_session;

/* A session owns the scratch that one thread needs. KNOWLEDGE must outlive it. Errors: NOMEM, IO. */
UNSPIN_API unspin_status unspin_session_new(const unspin_knowledge *knowledge, unspin_session **out, unspin_error *err);
UNSPIN_API void unspin_session_free(unspin_session *session);

/* ---- restoring --------------------------------------------------------------------------------------- */

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
  const char *row;              /* id of the phrase-table row; "channel" (thesauri, learned pairs), "composed" (a fixed
                                   expression, word by word), "sibling" (another spin of the article), "repair" (a/an and
                                   the like), "mend" (a small word that was doubled or dropped), "spintax"
                                   (a leftover {a|b}); several joined by + */
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
/* Replacements that were not made for want of confidence, as options.suggest asked for; over the input, ascending, not
 * overlapping one another or any edit. INDEX below the count; NULL otherwise. */
UNSPIN_API size_t unspin_result_suggestion_count(const unspin_result *result);
UNSPIN_API const unspin_edit *unspin_result_suggestion(const unspin_result *result, size_t index);
UNSPIN_API const unspin_totals *unspin_result_totals(const unspin_result *result);
/* The restored document: the input with every edit applied. Owned by the result. */
UNSPIN_API unspin_text unspin_result_text(const unspin_result *result);

/* Who offers a candidate; a set. */
enum {
  UNSPIN_FROM_ROWS = 1,        /* a row of a phrase table; or the channel by one that is turned round, or asks for more */
  UNSPIN_FROM_WORDNET = 2,     /* the channel, by WordNet */
  UNSPIN_FROM_THESAURUS = 4,   /* by MyThes */
  UNSPIN_FROM_SIMULATED = 8,   /* learned from texts that simulated spinners made */
  UNSPIN_FROM_OBSERVED = 16,   /* learned from texts that real spinners made */
  UNSPIN_FROM_EXPRESSIONS = 32, /* a fixed expression that neighbours compose */
  UNSPIN_FROM_SIBLINGS = 64     /* another spin of the article has it there */
};

/* A record of JSONL, CSV or TSV that could not be read. It stands in the result as it stood in the input. */
typedef struct unspin_reject {
  size_t begin, end; /* bytes of the input, with the line end */
  size_t line;       /* that it begins in, from 1 */
  const char *why;   /* a few words */
} unspin_reject;
UNSPIN_API size_t unspin_result_reject_count(const unspin_result *result);
/* INDEX below the count; NULL otherwise. */
UNSPIN_API const unspin_reject *unspin_result_reject(const unspin_result *result, size_t index);

/* What was found in the records of a text. Text that does not come in records is one, with one document. */
typedef struct unspin_record_totals {
  uint64_t records;   /* without header and rejects */
  uint64_t documents; /* strings, cells or texts that were looked at */
  uint64_t changed;   /* records with at least one edit */
  uint64_t found;     /* a set of bits: 1 << I if a record has a string, or cell, for options.fields[I] (without fields: 1
                         for "text"). All bits are set where that is no question; fields from the 64th on are not told of */
} unspin_record_totals;
UNSPIN_API const unspin_record_totals *unspin_result_records(const unspin_result *result);

/* A replacement that was weighed, whether or not it was made. */
typedef struct unspin_candidate {
  size_t begin, end; /* bytes of the input */
  unspin_text after;
  const char *row, *source;     /* as in unspin_edit */
  unsigned from;                /* UNSPIN_FROM_...: all who offer it */
  double score;                 /* natural-log odds against leaving the text alone */
  double confidence;            /* against that and all candidates that overlap it, 0 to 1 */
  const unspin_reason *reasons; /* every feature that counts, strongest first, and "bias", the rest of the score */
  size_t reason_count;
} unspin_candidate;
/* What CANDIDATE points to lives until it returns. False stops without an error. */
typedef bool unspin_candidate_visit(void *cookie, const unspin_candidate *candidate);
/* Calls VISIT for every candidate of TEXT as the first pass of unspin_restore weighs them, in the order of the text.
 * Errors: as unspin_restore. */
UNSPIN_API unspin_status unspin_candidates(unspin_session *session, const char *text, size_t len,
                                           const unspin_options *options, unspin_candidate_visit *visit, void *cookie,
                                           unspin_error *err);

/* XXH3 64-bit hash of LEN bytes: how edit lists name the input they belong to. */
UNSPIN_API uint64_t unspin_hash(const void *bytes, size_t len);

/* ---- detecting: how spun is a text? --------------------------------------------------------------------
 *
 * Every place of a document is weighed as unspin_restore weighs it, and what comes of that is mapped to a probability
 * by a calibration on texts of which it is known whether a spinner touched them (engine.tsv). Scores suppose that spun
 * and clean documents are equally likely to begin with. */

/* A sentence, or what stands between two line ends without being one. */
typedef struct unspin_sentence_score {
  size_t begin, end;       /* bytes of the text */
  size_t line;             /* that it begins in, from 1 */
  size_t words;
  double score;            /* 0 to 1: how likely a spinner changed something in it */
  double spun;             /* expected number of words that a spinner put in */
  double strongest;        /* natural-log odds of the most suspicious place, -6 to 10: with the number of words and the
                              document's score it makes the score */
} unspin_sentence_score;

/* A place that looks like a spinner's work. */
typedef struct unspin_evidence {
  size_t begin, end;        /* bytes of the text */
  size_t line, column;      /* 1-based; column in code points */
  unspin_text before, after; /* what stands there; the likeliest of what may have stood there */
  const char *row, *source; /* of that, as in unspin_edit */
  double odds;              /* natural-log odds that a spinner was there, above 0 */
  unsigned families;        /* the families of spinners that are known to do this: bits, see unspin_family_name */
} unspin_evidence;

typedef struct unspin_document_score {
  size_t begin, end; /* bytes of the text; of HTML, Markdown and records: of its prose, from the first to the last byte */
  size_t line;       /* that it begins in, from 1 */
  size_t words;
  double score;      /* 0 to 1: how likely a spinner went over it */
  double spin_share; /* estimated share of words that a spinner put in */
  /* The family of spinners whose own substitutions these look like most, and how likely it is; empty: none of those
   * that unspin knows, a spinner that draws on a common thesaurus. Says little where the score is low. */
  unspin_text family;
  double family_confidence;
  /* What the score is made of: ln of the smoothed shares of words that a spinner put in and of telling places; what
   * the language model would gain at best, mean over the places; share of them that a strong row wants changed; mean
   * log10 probability of the words. */
  double share, telling, gain, rows, model;
  const unspin_sentence_score *sentences; /* in the order of the text */
  size_t sentence_count;
  const unspin_evidence *evidence; /* strongest first */
  size_t evidence_count;
} unspin_document_score;

/* Bit INDEX of a set of families; empty from some index on. */
UNSPIN_API unspin_text unspin_family_name(const unspin_knowledge *knowledge, unsigned index);

typedef struct unspin_detection unspin_detection;

/* Looks at every document of TEXT, which is borrowed for the call. Of OPTIONS (NULL: defaults) those count that say
 * what is prose and what may be changed: text_format, fields, quotes, protect, disabled_rows, like, dialect. Errors:
 * NOMEM, INVALID (options), LIMIT (over 4 GiB - 1), FORMAT (the data holds no calibration). */
UNSPIN_API unspin_status unspin_detect(unspin_session *session, const char *text, size_t len,
                                       const unspin_options *options, unspin_detection **out, unspin_error *err);
/* Before the knowledge is closed. */
UNSPIN_API void unspin_detection_free(unspin_detection *detection);
/* Documents: 1, but of JSONL, CSV and TSV one for each string or cell. */
UNSPIN_API size_t unspin_detection_count(const unspin_detection *detection);
/* INDEX below the count; NULL otherwise. */
UNSPIN_API const unspin_document_score *unspin_detection_document(const unspin_detection *detection, size_t index);
/* Records that could not be read, as of unspin_result. */
UNSPIN_API size_t unspin_detection_reject_count(const unspin_detection *detection);
UNSPIN_API const unspin_reject *unspin_detection_reject(const unspin_detection *detection, size_t index);
/* Of CHANGED, nothing is known. */
UNSPIN_API const unspin_record_totals *unspin_detection_records(const unspin_detection *detection);

/* ---- files: packing and encodings ---------------------------------------------------------------------
 *
 * What lies between the bytes of a file and its text: compression, and encodings other than UTF-8. Offsets in reports
 * are those of the text. */

typedef enum unspin_packing {
  UNSPIN_PACKING_NONE = 0,
  UNSPIN_PACKING_GZIP = 1,
  UNSPIN_PACKING_ZSTD = 2,
  UNSPIN_PACKING_XZ = 3,
  UNSPIN_PACKING_COUNT
} unspin_packing;
/* By the suffix of NAME: .gz, .zst, .xz; else NONE. */
UNSPIN_API unspin_packing unspin_packing_named(const char *name);
/* By the first LEN bytes of a file; six are enough. */
UNSPIN_API unspin_packing unspin_packing_found(const void *bytes, size_t len);

typedef struct unspin_file_options {
  size_t size;          /* sizeof(unspin_file_options), set by unspin_file_options_init */
  const char *name;     /* for messages */
  const char *encoding; /* as iconv names it; NULL: found out */
  bool binary;          /* take texts that hold NUL bytes */
  uint64_t max_bytes;   /* refuse more, unpacked (a plain file too); 0: no limit */
  unsigned max_ratio;   /* refuse what unpacks to more than so many times its size, from 16 MiB on */
} unspin_file_options;
/* Name "<input>", 4 GiB, 1000. */
UNSPIN_API void unspin_file_options_init(unspin_file_options *options);

typedef struct unspin_file unspin_file; /* belongs to one thread */

/* Unpacks and decodes a file of LEN BYTES, which are borrowed until the source is closed. A text whose encoding would
 * not give back its own bytes is refused. Errors, each naming the file: FORMAT (damaged, truncated), INVALID (NUL
 * bytes, encodings), LIMIT, NOMEM. */
UNSPIN_API unspin_status unspin_file_open(const void *bytes, size_t len, const unspin_file_options *options,
                                            unspin_file **out, unspin_error *err);
UNSPIN_API void unspin_file_close(unspin_file *source);
/* As UTF-8 (with invalid bytes, if the file holds such), borrowed. */
UNSPIN_API unspin_text unspin_file_text(const unspin_file *source);
/* "UTF-8", "UTF-16LE", "WINDOWS-1252" and so on. */
UNSPIN_API const char *unspin_file_encoding(const unspin_file *source);
UNSPIN_API unspin_packing unspin_file_packing(const unspin_file *source);
/* TEXT as bytes of a file again: in the source's encoding, packed by PACKING. Borrowed from the source until the next
 * call (or from the caller, if there is nothing to do). Errors: INVALID (something that the encoding does not have),
 * NOMEM. */
UNSPIN_API unspin_status unspin_file_encode(unspin_file *source, const char *text, size_t len,
                                              unspin_packing packing, unspin_text *out, unspin_error *err);

/* ---- streams: from bytes to bytes --------------------------------------------------------------------- */

/* Puts up to ROOM bytes into BYTES and their number into *GOT, 0 at the end. */
typedef unspin_status unspin_read_bytes(void *cookie, char *bytes, size_t room, size_t *got, unspin_error *err);
/* Takes LEN bytes. */
typedef unspin_status unspin_write_bytes(void *cookie, const char *bytes, size_t len, unspin_error *err);

/* Cuts a stream of UTF-8 into the records of JSONL, CSV or TSV, in memory that follows the longest record only. */
typedef struct unspin_records unspin_records;
typedef struct unspin_record {
  unspin_text text; /* with its line end; lives until the next is read */
  uint64_t offset;  /* in the stream */
  uint64_t line;    /* that it begins in, from 1 */
  bool header;      /* the first record of a table whose columns go by their names: no prose */
} unspin_record;
/* OPTIONS says format and fields and is borrowed; NAME (borrowed) is for messages. Errors: INVALID (no such format),
 * NOMEM. */
UNSPIN_API unspin_status unspin_records_new(const unspin_options *options, const char *name, unspin_read_bytes *read,
                                            void *cookie, unspin_records **out, unspin_error *err);
UNSPIN_API void unspin_records_free(unspin_records *records);
/* *MORE is false at the end. Errors: those of READ, INVALID (a header without such a column), LIMIT (a record over
 * 1 GiB), NOMEM. */
UNSPIN_API unspin_status unspin_records_next(unspin_records *records, unspin_record *record, bool *more,
                                             unspin_error *err);
/* Options with which unspin_restore takes a record, or several joined, that is no header: those that were given, with
 * columns as numbers. Valid once the first record was read; borrowed. */
UNSPIN_API const unspin_options *unspin_records_options(const unspin_records *records);

/* One restored piece of a stream: the whole text, or one record. What it points to lives until the call returns. */
typedef struct unspin_filter_step {
  unspin_text input;           /* as UTF-8 */
  uint64_t offset, line;       /* where it begins in the text */
  const unspin_result *result; /* NULL: a header */
} unspin_filter_step;
/* A status other than OK ends the work and is handed on. */
typedef unspin_status unspin_filter_visit(void *cookie, const unspin_filter_step *step, unspin_error *err);
/* A record that could not be read, as it stands in the text. */
typedef unspin_status unspin_filter_reject(void *cookie, unspin_text record, uint64_t line, const char *why,
                                           unspin_error *err);

typedef struct unspin_filter_options {
  size_t size;                  /* sizeof(unspin_filter_options), set by unspin_filter_options_init */
  const unspin_options *engine; /* NULL: defaults; borrowed */
  bool guess_format;            /* by the source's name and first bytes; otherwise engine->text_format */
  unspin_file_options source;
  bool pack_as_input;     /* as the input was; otherwise by PACKING */
  unspin_packing packing; /* of the output */
  unspin_read_bytes *read;
  unspin_write_bytes *write;    /* NULL: the output is not wanted */
  unspin_filter_reject *reject; /* NULL: rejects are only counted */
  unspin_filter_visit *visit;   /* may be NULL */
  void *cookie;                 /* of all four */
} unspin_filter_options;
/* Guesses the format, packs as the input was. */
UNSPIN_API void unspin_filter_options_init(unspin_filter_options *options);

typedef struct unspin_filter_report {
  unspin_text_format format;
  char encoding[40];
  unspin_packing packing;       /* of the input */
  uint64_t bytes_in, bytes_out; /* as they are in the files */
  unspin_record_totals records;
  uint64_t rejects;
  uint64_t gated; /* documents that were judged clean and had candidates */
  uint64_t words, sentences, candidates, edits, dropped;
  double spun_words; /* estimated number of words that a spinner put in */
} unspin_filter_report;

/* Restores one input to one output: unpacks, decodes, restores, encodes, packs. JSONL, CSV and TSV in UTF-8 go through
 * record by record, in order, in memory that follows the longest record; everything else is held in memory whole. An
 * empty input gives an empty output. REPORT may be NULL; it is filled on failure too, as far as the work has come.
 * Errors: those of unspin_file_open, unspin_restore, unspin_records_next and of the callbacks. */
UNSPIN_API unspin_status unspin_filter(unspin_session *session, const unspin_filter_options *options,
                                       unspin_filter_report *report, unspin_error *err);

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

/* ---- phrase tables ----------------------------------------------------------------------------------
 *
 * A table is one SQLite file: rows, the compiled image of them that the engine runs on, and which rows of tables below
 * it are switched off. Tables stack: a row of a higher table takes the place of a lower one's with the same id, unless
 * it was learned: then it adds what was counted. Any number of programs may read a table while one writes; a change is
 * there whole or not at all. */

typedef struct unspin_table unspin_table; /* belongs to one thread */

/* One substitution. data/README.md describes the notation of the texts. Texts that are not there are "" when they are
 * handed out, and may be NULL when they are handed in. */
typedef struct unspin_row {
  size_t size;            /* sizeof(unspin_row), set by unspin_row_init: lets the struct grow */
  const char *id;         /* 8 characters made from spun, plain, pos and when; not read when a row is added */
  const char *spun;       /* what the spinner put in */
  const char *plain;      /* what stood there */
  char pos;               /* v n a r x */
  int strength;           /* 1 to 5 */
  const char *when;       /* conditions on the surroundings */
  const char *note;       /* a remark for people */
  const char *change;     /* sentences that it must change, separated by " || " */
  const char *keep;       /* sentences that it must leave alone */
  const char *source;     /* who says so */
  int line;               /* in the source; 0: none */
  double rate_spun;       /* per million words of clean English; negative: not counted */
  double rate_plain;      /* the same for the plain side */
  uint64_t count;         /* observations; 0: not learned */
  double p_plain, p_spun; /* smoothed P(plain | spun) and P(spun | plain); 0: not known */
  uint64_t first_hash;    /* XXH3 of the first example; 0: none */
  const char *disabled;   /* the reason, if its own table switches it off; NULL if not */
} unspin_row;
/* Nothing known: pos x, strength 3, rates not counted. */
UNSPIN_API void unspin_row_init(unspin_row *row);
/* Whether TEXT has the form of a row's id. What unspin_edit.row says else ("channel", ...) has not. */
UNSPIN_API bool unspin_is_row_id(const char *text);

typedef enum unspin_table_mode { UNSPIN_TABLE_READ = 0, UNSPIN_TABLE_WRITE = 1 } unspin_table_mode;

/* Opens the table at PATH. To WRITE, the table is made if it is not there (its folder must be), and DATA_DIR must name
 * the folder of the shipped data, which holds what the rows' notation leans on; READ may pass NULL. Errors: IO, FORMAT,
 * VERSION, INVALID, NOMEM, all naming the file. */
UNSPIN_API unspin_status unspin_table_open(const char *path, unspin_table_mode mode, const char *data_dir,
                                           unspin_table **out, unspin_error *err);
/* What was begun and not committed is taken back. */
UNSPIN_API void unspin_table_close(unspin_table *table);
UNSPIN_API const char *unspin_table_path(const unspin_table *table);

/* Changes are made between begin and commit, which compiles the table anew. One program may write at a time: begin
 * waits for it up to 20 seconds. Errors: IO, NOMEM; commit also LIMIT (the compiled table is over 1 GB). */
UNSPIN_API unspin_status unspin_table_begin(unspin_table *table, unspin_error *err);
UNSPIN_API unspin_status unspin_table_commit(unspin_table *table, unspin_error *err);
UNSPIN_API void unspin_table_rollback(unspin_table *table);

/* Names a source, or changes what is known of it. NULL leaves a licence or note as it is. Errors: INVALID (the name is
 * empty, longer than 120 bytes or holds control characters), IO, NOMEM. */
UNSPIN_API unspin_status unspin_table_set_source(unspin_table *table, const char *name, const char *licence,
                                                 const char *note, unspin_error *err);

typedef enum unspin_added { UNSPIN_ADDED = 0, UNSPIN_REPLACED = 1, UNSPIN_ALREADY_THERE = 2 } unspin_added;
/* Whether ROW could be added to TABLE (opened to WRITE): INVALID with the reason if not. */
UNSPIN_API unspin_status unspin_table_check_row(const unspin_table *table, const unspin_row *row, unspin_error *err);
/* Adds ROW under its source, which is made if it is new. A row with the same id stays as it is unless REPLACE.
 * WHAT (may be NULL) says what happened; ID (may be NULL) gets the 8 characters and a NUL. Errors: INVALID (the row's
 * notation), IO, NOMEM. */
UNSPIN_API unspin_status unspin_table_add(unspin_table *table, const unspin_row *row, bool replace, unspin_added *what,
                                          char id[9], unspin_error *err);
/* Each reports in *COUNT (may be NULL) how many rows it met: 0 is no error. */
UNSPIN_API unspin_status unspin_table_remove(unspin_table *table, const char *id, size_t *count, unspin_error *err);
/* Removes a source with all its rows. */
UNSPIN_API unspin_status unspin_table_forget(unspin_table *table, const char *source, size_t *count, unspin_error *err);
/* Switches a row off, here and in the tables below. The row need not be in this table. Errors: INVALID (no reason, no
 * row id), IO, NOMEM. */
UNSPIN_API unspin_status unspin_table_disable(unspin_table *table, const char *id, const char *reason,
                                              unspin_error *err);
UNSPIN_API unspin_status unspin_table_enable(unspin_table *table, const char *id, size_t *count, unspin_error *err);

/* Which rows to visit; all that are given must hold, NULL asks for nothing. */
typedef struct unspin_row_filter {
  const char *id;
  const char *spun;     /* exactly this spun phrase */
  const char *source;   /* this source */
  const char *contains; /* spun or plain phrase holds this text (ASCII letters without case) */
} unspin_row_filter;
/* Called for each row, by spun phrase and id; what ROW points to lives until it returns. False stops without error. */
typedef bool unspin_row_visit(void *cookie, const unspin_row *row);
UNSPIN_API unspin_status unspin_table_rows(unspin_table *table, const unspin_row_filter *filter,
                                           unspin_row_visit *visit, void *cookie, unspin_error *err);

/* Which ids a table switches off, by id. */
typedef bool unspin_disabled_visit(void *cookie, const char *id, const char *reason);
UNSPIN_API unspin_status unspin_table_disabled(unspin_table *table, unspin_disabled_visit *visit, void *cookie,
                                               unspin_error *err);

/* Whether TABLE has a row ID, switched off or not. */
UNSPIN_API unspin_status unspin_table_has(unspin_table *table, const char *id, bool *there, unspin_error *err);
/* A copy of the reason for which TABLE switches off row ID, to be freed with free; NULL if it does not. */
UNSPIN_API unspin_status unspin_table_disabled_reason(unspin_table *table, const char *id, char **reason,
                                                      unspin_error *err);
/* The part of speech in which the two phrases, as written, inflect alike: one of v n a r, x if there is none. TABLE
 * must be open to WRITE. Errors: IO, FORMAT, VERSION (forms.bin), NOMEM. */
UNSPIN_API unspin_status unspin_table_guess_pos(unspin_table *table, const char *spun, const char *plain, char *pos,
                                                unspin_error *err);

/* Where rows came from, by name. */
typedef struct unspin_source {
  const char *name, *licence, *note;
  size_t rows, by_pos[5], by_strength[5]; /* v n a r x; 1 to 5 */
  size_t examples, learned, counted;      /* sentences; rows with observations; rows with a rate */
} unspin_source;
typedef bool unspin_source_visit(void *cookie, const unspin_source *source);
UNSPIN_API unspin_status unspin_table_sources(unspin_table *table, unspin_source_visit *visit, void *cookie,
                                              unspin_error *err);

/* Something that is wrong with a row. */
typedef struct unspin_finding {
  const char *kind; /* duplicate, cycle, shadowed, contradiction, unknown-word, no-form, no-base-form, notation, stale,
                       no-reason */
  size_t table;     /* index of the row's table */
  const char *row;  /* its id */
  const char *spun, *plain, *message;
} unspin_finding;
/* What FINDING points to lives until it returns. False stops without an error. */
typedef bool unspin_finding_visit(void *cookie, const unspin_finding *finding);
/* Looks for faults in the rows that are active in a stack of N tables, lowest first. Errors: IO, FORMAT, VERSION,
 * NOMEM.
 */
UNSPIN_API unspin_status unspin_tables_lint(unspin_table *const *tables, size_t n, const char *data_dir,
                                            unspin_finding_visit *visit, void *cookie, unspin_error *err);

/* Formats that tables are read from and written to. */
typedef enum unspin_format {
  UNSPIN_FORMAT_AUTO = 0, /* by the file's name and first lines */
  UNSPIN_FORMAT_TSV,      /* ours: data/README.md */
  UNSPIN_FORMAT_JSONL,    /* an object a line: spun, plain, pos, strength, when, note, change, keep, count, ... */
  UNSPIN_FORMAT_CSV,      /* spun, plain, count: any separator; also the Problematic Paper Screener's export */
  UNSPIN_FORMAT_SPINTAX,  /* {help|assist|lend a hand} */
  UNSPIN_FORMAT_MYTHES,   /* .dat of the office suites' thesauri */
  UNSPIN_FORMAT_WORDNET,  /* index.* and data.*; to read only */
  UNSPIN_FORMAT_PPDB,     /* fields parted by ||| */
  UNSPIN_FORMAT_COUNT
} unspin_format;
/* "tsv" and so on; NULL for numbers outside the enum. */
UNSPIN_API const char *unspin_format_name(unspin_format format);
/* The format of that name, COUNT if there is none. */
UNSPIN_API unspin_format unspin_format_named(const char *name);

typedef struct unspin_import_options {
  size_t size; /* sizeof(unspin_import_options), set by unspin_import_options_init */
  unspin_format format;
  const char *source, *licence, *note; /* SOURCE is needed, the others may be NULL */
  int strength;                        /* 1 to 5 for every row; 0: what the format says */
  char pos;                            /* for every row; 0: what the format says, or found out */
  bool replace;                        /* rows that are there already are written over */
  bool context;                        /* CSV: what is joined by AND becomes a near: condition */
  bool related;                        /* WordNet: also hypernyms and similar words */
  bool plain_first;                    /* spintax: the first of a list is the plain one, not the most usual one */
  /* log10 of a phrase's probability in plain English, from a language model say. It tells which of a spintax list is
   * usual, and how often rows that were not counted would fire on innocent text. NULL: by the words' counts, and not at
   * all. */
  double (*usual)(void *cookie, const char *phrase, size_t len);
  /* Told of each entry that could not be taken, if not NULL. */
  void (*skipped)(void *cookie, int line, const char *reason);
  /* Told now and then how many entries have been read, if not NULL; false stops with INVALID. */
  bool (*watch)(void *cookie, size_t entries);
  void *cookie;
} unspin_import_options;
UNSPIN_API void unspin_import_options_init(unspin_import_options *options);

typedef struct unspin_import_report {
  unspin_format format; /* as found out */
  size_t entries;       /* pairs that the file holds */
  size_t added, replaced, already_there, skipped;
} unspin_import_report;

/* Reads PATH ("-": standard input; packed too) into TABLE, between begin and commit, so that the file is taken whole or
 * not at all. Entries that no row can express are skipped and counted; a fault in TSV is an error, for that format is
 * ours. REPORT may be NULL. Errors: IO, FORMAT (file and line), INVALID, LIMIT, NOMEM. */
UNSPIN_API unspin_status unspin_table_import(unspin_table *table, const char *path,
                                             const unspin_import_options *options, unspin_import_report *report,
                                             unspin_error *err);

/* Gets exported text piece by piece; false stops. */
typedef bool unspin_write(void *cookie, const char *text, size_t len);
/* Writes the rows that FILTER asks for (NULL: all) in FORMAT. Rows that the table switches off are left out, but stand
 * in TSV as comments with their reason. Errors: INVALID (a format that is only read, WRITE said stop), IO, NOMEM. */
UNSPIN_API unspin_status unspin_table_export(unspin_table *table, unspin_format format, const unspin_row_filter *filter,
                                             unspin_write *write, void *cookie, unspin_error *err);

/* ---- learning ---------------------------------------------------------------------------------------
 *
 * What a spinner puts for what, from pairs of a spun text and the plain one: words are aligned by least edits, changed
 * runs are cut into phrases of up to six words, and what is found again and again, inflected or not, becomes a row. */

typedef struct unspin_learner unspin_learner; /* belongs to one thread */

/* How far the work has come. */
typedef struct unspin_learn_progress {
  const char *stage; /* "reading", "aligning", "extracting", "counting", "weighing"; static text */
  double share;      /* of the stage, 0 to 1; below 0 if not known */
  uint64_t pairs;    /* read so far */
} unspin_learn_progress;
/* False stops: the work then ends with UNSPIN_ERR_INVALID, "cancelled". */
typedef bool unspin_learn_watch(void *cookie, const unspin_learn_progress *progress);

typedef struct unspin_learn_options {
  size_t size;               /* sizeof(unspin_learn_options), set by unspin_learn_options_init */
  uint32_t min_count;        /* rows seen less often are left out; 0: 1 up to 200,000 substitutions, 2 above */
  double min_significance;   /* log-likelihood ratio (2 ln) that a row must reach */
  double min_p;              /* smoothed P(plain | spun) that a row must reach */
  const char *scratch_dir;   /* for a temporary file without a name, about 12 bytes a word; NULL: /tmp */
  const char *source;        /* what rows name as their source; NULL: "learned" */
  unspin_learn_watch *watch; /* may be NULL */
  void *cookie;
  bool decisions; /* the pairs are what somebody decided: a phrase that mostly stands for something else may stand for this once */
} unspin_learn_options;
/* Significance 10.83 (one chance in a thousand), P 0.005. */
UNSPIN_API void unspin_learn_options_init(unspin_learn_options *options);

/* DATA_DIR holds the shipped data. Errors: IO, FORMAT, VERSION, NOMEM. */
UNSPIN_API unspin_status unspin_learner_new(const char *data_dir, const unspin_learn_options *options,
                                            unspin_learner **out, unspin_error *err);
UNSPIN_API void unspin_learner_free(unspin_learner *learner);
/* One pair: sentences, or whole articles. Memory grows with the different words, not with the pairs. A text that came
 * back unchanged is worth adding too (as both): it tells how often its phrases are innocent. Errors: IO, NOMEM,
 * INVALID ("cancelled"). */
UNSPIN_API unspin_status unspin_learner_add(unspin_learner *learner, const char *spun, size_t spun_len,
                                            const char *plain, size_t plain_len, unspin_error *err);

/* A row that was learned; ROW holds its strength, count, probabilities and first_hash (XXH3 of the spun text of the
 * first pair that showed it). */
typedef struct unspin_learned {
  const unspin_row *row;
  uint64_t spun_count;  /* how often the spun phrase stands in the spun texts, changed or not */
  uint64_t plain_count; /* how often the plain phrase stands in the plain ones */
  double significance;  /* log-likelihood ratio */
} unspin_learned;
/* What LEARNED points to lives until it returns. A status other than OK ends the work and is handed on. */
typedef unspin_status unspin_learned_visit(void *cookie, const unspin_learned *learned, unspin_error *err);
/* Calls VISIT for each row, by spun phrase, the most frequent first. To be called once, after the last pair; the same
 * pairs in the same order give the same rows. Errors: IO, NOMEM, INVALID, those of VISIT. */
UNSPIN_API unspin_status unspin_learner_finish(unspin_learner *learner, unspin_learned_visit *visit, void *cookie,
                                               unspin_error *err);

/* What was seen; words are tokens. */
typedef struct unspin_learn_totals {
  uint64_t pairs, spun_words, changed_words;
  uint64_t substitutions;  /* phrases for phrases, found in the texts */
  uint64_t distinct, rows; /* different ones, and those that became rows */
  uint64_t skipped_runs;   /* changed runs that are too long to be aligned */
} unspin_learn_totals;
UNSPIN_API void unspin_learner_totals(const unspin_learner *learner, unspin_learn_totals *totals);

/* A guess at what a spinner put for what, for a person to judge. */
typedef struct unspin_proposal {
  const char *spun, *plain; /* as rows are written */
  char pos;
  int strength;      /* 1 to 5 */
  double score;      /* 0 to 1: about how likely it is right */
  int known;         /* 2: a table has this row, 1: one the other way round, 0: neither */
  double similarity; /* cosine of word vectors */
  double model_gain; /* log10 units that the plain phrase gains where the spun one stands, on average */
  double topic_gain; /* the same by word vectors, natural log */
  uint32_t spun_in_spun, spun_in_clean, plain_in_spun, plain_in_clean; /* occurrences in the two sets of texts */
} unspin_proposal;
/* What PROPOSAL points to lives until it returns. A status other than OK ends the work and is handed on. */
typedef unspin_status unspin_proposal_visit(void *cookie, const unspin_proposal *proposal, unspin_error *err);

typedef struct unspin_compare_options {
  size_t size;                 /* sizeof(unspin_compare_options), set by unspin_compare_options_init */
  size_t most;                 /* proposals for a spun phrase */
  double least;                /* score to reach */
  unspin_table *const *tables; /* whose rows say what is related; borrowed for the call */
  size_t table_count;
} unspin_compare_options;
/* Three proposals a phrase, score 0.3, no tables. */
UNSPIN_API void unspin_compare_options_init(unspin_compare_options *options);

/* Compares spun texts with clean ones about the same things that are not their originals: words that the ones have too
 * often against words that the others have too often, related by the tables' rows, word vectors (plain.vec in DATA_DIR,
 * if it is there) and what the language model says of their places. Best first. Errors: IO, FORMAT, VERSION, NOMEM,
 * those of VISIT. */
UNSPIN_API unspin_status unspin_compare(const char *data_dir, const unspin_compare_options *options,
                                        const unspin_text *spun, size_t spun_count, const unspin_text *clean,
                                        size_t clean_count, unspin_proposal_visit *visit, void *cookie,
                                        unspin_error *err);

/* ---- tuning ------------------------------------------------------------------------------------------
 *
 * Learns the weights by which candidates are judged (weights.tsv) from texts of which the original is known. Every
 * stretch of words that has candidates is one example: which of them, or keeping the words, brings the text nearest to
 * its original? Nearness is the number of words to change. */

typedef struct unspin_tuner unspin_tuner; /* belongs to one thread */

/* How far the work has come. */
typedef struct unspin_tune_progress {
  const char *stage; /* "reading", "checking" (cross-validation), "training"; static text */
  double share;      /* of the stage, 0 to 1; below 0 if not known */
  uint64_t texts;    /* read so far */
} unspin_tune_progress;
/* False stops: the work then ends with UNSPIN_ERR_INVALID, "cancelled". */
typedef bool unspin_tune_watch(void *cookie, const unspin_tune_progress *progress);

#define UNSPIN_TUNE_FOLDS_MAX 20

typedef struct unspin_tune_options {
  size_t size;     /* sizeof(unspin_tune_options), set by unspin_tune_options_init */
  unsigned folds;  /* cross-validation: so many times it is trained without a share of the documents and judged by them;
                      2 to 20; 0: not at all */
  unsigned hidden; /* units of the network, 1 to 64 */
  unsigned networks; /* so many are trained, each from another start, and their mean is kept: steadier. At least 1, with
                        at most 64 units in all */
  unsigned epochs; /* how often all stretches are gone through, 1 to 1000 */
  double rate;     /* at the beginning, above 0 to 1; it falls along a straight line */
  double decay;    /* penalty on squared weights, 0 to 1 */
  uint64_t seed;   /* of the first weights and of the order */
  unspin_tune_watch *watch; /* may be NULL */
  void *cookie;
} unspin_tune_options;
/* 5 folds, 32 units, 1 network, 8 epochs, rate 0.004, decay 0.0003, seed 1. */
UNSPIN_API void unspin_tune_options_init(unspin_tune_options *options);

/* Errors: INVALID (options), NOMEM. */
UNSPIN_API unspin_status unspin_tuner_new(const unspin_tune_options *options, unspin_tuner **out, unspin_error *err);
UNSPIN_API void unspin_tuner_free(unspin_tuner *tuner);

/* One text to learn from; everything is borrowed for the call. A text that no spinner touched (SPUN is PLAIN) teaches
 * restraint. */
typedef struct unspin_tune_text {
  size_t size; /* sizeof(unspin_tune_text), set by unspin_tune_text_init */
  const char *spun;
  size_t spun_len;
  const char *plain;
  size_t plain_len;
  double weight;        /* what one of its stretches counts for, above 0 to 1000 */
  bool assume_spun;     /* as in unspin_options: for sentences that stand alone */
  const char *document; /* what it is a piece of: cross-validation never parts pieces of one document. NULL: texts with
                           the same original are one document */
  const char *group;    /* what it belongs to, a path such as "real/spinbot", for unspin_tuner_train_without; NULL: none */
  bool fast;            /* as in unspin_options: for weights-fast.tsv */
} unspin_tune_text;
/* Weight 1, all else 0. */
UNSPIN_API void unspin_tune_text_init(unspin_tune_text *text);

/* Adds TEXT as SESSION's knowledge sees it; what that knowledge has learned from the text itself flatters its
 * features, so let a session judge it that has not. SESSION's weights do not matter. Errors: NOMEM, INVALID (weight;
 * "cancelled"), LIMIT (more than 12,000 words). */
UNSPIN_API unspin_status unspin_tuner_add(unspin_tuner *tuner, unspin_session *session, const unspin_tune_text *text,
                                          unspin_error *err);

/* How weights do on some documents: without the gate, without repairs, and of stretches that overlap the surest wins.
 */
typedef struct unspin_tune_figures {
  uint64_t documents, stretches;
  double loss;                             /* mean negative natural-log probability of what was right */
  uint64_t mendable;                       /* stretches of spun texts where some candidate helps */
  uint64_t changed, right;                 /* where a candidate won, and where it helped */
  int64_t gained;                          /* words that these bring the spun texts nearer to their originals, net */
  uint64_t damage;                         /* words to change in the spun texts before anything is done */
  uint64_t clean_stretches, clean_changed; /* of texts that no spinner touched */
} unspin_tune_figures;

typedef struct unspin_tune_report {
  uint64_t texts, documents, stretches, candidates; /* read */
  unsigned folds;                                   /* at most as many as there are documents; 0: no cross-validation */
  unspin_tune_figures fold[UNSPIN_TUNE_FOLDS_MAX];  /* documents that training did not see */
  unspin_tune_figures unseen;                       /* all folds together */
  unspin_tune_figures seen;                         /* the weights themselves, on what they were learned from */
} unspin_tune_report;

/* Learns from all texts added so far. The same texts in the same order and the same options give the same weights.
 * REPORT may be NULL. Errors: INVALID (no candidates in any text, a rate at which the weights run away, "cancelled"),
 * NOMEM. */
UNSPIN_API unspin_status unspin_tuner_train(unspin_tuner *tuner, unspin_tune_report *report, unspin_error *err);
/* Learns from all texts but those of GROUPS, separated by commas, or of a group below one of them ("real" leaves
 * "real/spinbot" out), and without looking at FEATURES, names separated by commas (NULL: at all of them), without
 * cross-validation; report->unseen tells how the weights do on what was left out. For figures on documents and spinners
 * that the weights have not met, and on what a feature is worth. Errors: as unspin_tuner_train; INVALID if no text
 * belongs to GROUPS, or if there is no such feature. */
UNSPIN_API unspin_status unspin_tuner_train_without(unspin_tuner *tuner, const char *groups, const char *features,
                                                    unspin_tune_report *report, unspin_error *err);
/* Writes the weights to PATH, which appears only when whole: a readable file, headed by NOTE (any lines; may be NULL),
 * options and figures as comments. After either of these. Errors: INVALID (not trained), IO, NOMEM. */
UNSPIN_API unspin_status unspin_tuner_write(const unspin_tuner *tuner, const char *path, const char *note,
                                            unspin_error *err);

#ifdef __cplusplus
}
#endif
#endif
