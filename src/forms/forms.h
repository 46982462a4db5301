/* forms.h - English word forms: the lemma and tag of a form, and a lemma in a tag's form.
 *
 * The knowledge is one compiled file (forms.bin), mapped read-only and shared by all threads. Words are looked up
 * FOLDED, as us_fold leaves them: lower case, ASCII apostrophes. A word has a dense id, 1 to us_forms_word_count();
 * ids go down in frequency, are the same in every build from the same text files, and 0 means "not in the lexicon".
 * Nothing here allocates except us_forms_open and appends to a caller's buffer.
 */
#ifndef US_FORMS_FORMS_H
#define US_FORMS_FORMS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "text/token.h"

typedef uint32_t us_word;

/* The form that a word has. Stable numbers: they are stored. */
typedef enum us_tag {
  US_TAG_NONE = 0,
  US_TAG_NOUN_SG,   /* country; also uncountable: information */
  US_TAG_NOUN_PL,   /* countries; also plural only: scissors */
  US_TAG_VERB_BASE, /* help; also the present other than he/she/it, so "are" and "am" */
  US_TAG_VERB_S,    /* helps, is, has */
  US_TAG_VERB_PAST, /* helped, was */
  US_TAG_VERB_PART, /* has helped, been */
  US_TAG_VERB_ING,  /* helping */
  US_TAG_ADJ,       /* large */
  US_TAG_ADJ_ER,
  US_TAG_ADJ_EST,
  US_TAG_ADV,    /* quickly */
  US_TAG_ADV_ER, /* sooner, better */
  US_TAG_ADV_EST,
  US_TAG_NAME,   /* London */
  US_TAG_NUM,    /* 35, seven, second */
  US_TAG_DET,    /* the, this, every, all */
  US_TAG_PRON,   /* she, them, someone */
  US_TAG_POSS,   /* my, their, and 's as a possessive */
  US_TAG_MODAL,  /* can, would, won't */
  US_TAG_AUX,    /* contracted: I'm, they've, he'd, don't, isn't (full forms of be, have, do are VERB_*) */
  US_TAG_PREP,   /* of, into */
  US_TAG_CONJ,   /* and, because */
  US_TAG_WH,     /* who, which, how */
  US_TAG_TO,     /* to before a verb */
  US_TAG_NEG,    /* not, n't */
  US_TAG_EXIST,  /* there is */
  US_TAG_INTERJ, /* oh, yes */
  US_TAG_PUNCT,
  US_TAG_OTHER, /* symbols, addresses */
  US_TAG_COUNT
} us_tag;

/* Coarse part of speech. */
typedef enum us_pos {
  US_POS_NONE = 0,
  US_POS_NOUN,
  US_POS_VERB,
  US_POS_ADJ,
  US_POS_ADV,
  US_POS_FUNCTION, /* closed classes, and all else */
  US_POS_COUNT
} us_pos;

us_pos us_tag_pos(us_tag tag);
/* "noun_pl" and so on; "none" for numbers outside the enum. */
const char *us_tag_name(us_tag tag);
/* The tag of that name; US_TAG_COUNT when there is none. */
us_tag us_tag_parse(us_slice name);
/* The form that a lemma of POS has itself: NOUN_SG, VERB_BASE, ADJ, ADV; NONE for others. */
us_tag us_pos_base(us_pos pos);

/* What else is known about a word; a set of bits. */
enum {
  US_WF_FUNCTION = 1 << 0, /* closed-class word: its readings come from dict/function-words.tsv alone */
  US_WF_BE = 1 << 1,       /* a form of be, contracted ones (they're, isn't) included */
  US_WF_HAVE = 1 << 2,
  US_WF_DO = 1 << 3,
  US_WF_MODAL = 1 << 4,
  US_WF_NEGATION = 1 << 5,     /* turns the sense round: not, never, nobody, without, can't */
  US_WF_ABBREVIATION = 1 << 6, /* a dot after it ends no sentence */
  US_WF_UNCOUNTABLE = 1 << 7,  /* noun without a plural: information */
  US_WF_PLURAL_ONLY = 1 << 8,  /* noun without a singular: scissors */
  US_WF_NAME = 1 << 9,         /* written with a capital in the dictionaries: London, March */
  US_WF_LOWER = 1 << 10,       /* also written without one: march. NAME without LOWER is a name only */
  US_WF_GB = 1 << 11,          /* accepted by the British dictionary */
  US_WF_US = 1 << 12,          /* accepted by the American dictionary */
  US_WF_AUX = US_WF_BE | US_WF_HAVE | US_WF_DO | US_WF_MODAL
};

/* One way to read a form. WEIGHT is the natural log of its share among the form's readings, times 256 (so <= 0). */
typedef struct us_reading {
  us_word lemma;
  int16_t weight;
  uint8_t tag;   /* us_tag */
  uint8_t state; /* the tagger's own finer class */
} us_reading;

typedef struct us_readings {
  const us_reading *p; /* heaviest first */
  size_t n;
} us_readings;

typedef struct us_forms us_forms;

/* Maps and checks PATH. Errors: IO, FORMAT, VERSION, NOMEM, all naming the file. */
unspin_status us_forms_open(const char *path, us_forms **out, unspin_error *err);
void us_forms_close(us_forms *forms);
/* Checksum of the file: changes with any of its knowledge. */
uint64_t us_forms_hash(const us_forms *forms);

/* The id of a folded word, or 0. */
us_word us_forms_word(const us_forms *forms, us_slice folded);
/* The word of an id, borrowed from FORMS; empty for 0 and ids out of range. */
us_slice us_forms_text(const us_forms *forms, us_word word);
us_word us_forms_word_count(const us_forms *forms);

/* All readings of a form: "stated" = state VERB_PAST, state VERB_PART, stated ADJ. None (n = 0) for unknown words. */
us_readings us_forms_analyse(const us_forms *forms, us_slice folded);
us_readings us_forms_readings(const us_forms *forms, us_word word);
/* The heaviest reading of WORD with part of speech POS (NONE: any); NULL if it has none. */
const us_reading *us_forms_reading_as(const us_forms *forms, us_word word, us_pos pos);
/* US_WF_* bits; 0 for unknown words. */
unsigned us_forms_flags(const us_forms *forms, us_word word);
/* True if WORD can be read as a form of LEMMA with TAG. */
bool us_forms_is(const us_forms *forms, us_word word, us_word lemma, us_tag tag);

/* How often the form stood in the text that was counted, of us_forms_total words. */
uint32_t us_forms_count(const us_forms *forms, us_word word);
uint64_t us_forms_total(const us_forms *forms);
/* Of every 255 of those, how many had a capital inside a sentence: 255 for names only. */
uint8_t us_forms_capital_share(const us_forms *forms, us_word word);

/* Appends LEMMA (folded) in TAG's form. A base tag (NOUN_SG, VERB_BASE, ADJ, ADV) gives the lemma itself in DIALECT's
 * spelling, whether or not it has that part of speech. Known lemmas: irregular forms and forms that a dictionary
 * accepts; a form in the spelling of DIALECT (AUTO: the more frequent one). Lemmas that no dictionary has: the spelling
 * rules alone. The plural of an uncountable noun is itself. False, and nothing appended, when there is no such form
 * (ADJ_ER of "important"; callers say "more important"; VERB_ING of "information") or OUT is out of memory. */
bool us_inflect(const us_forms *forms, us_slice lemma, us_tag tag, unspin_dialect dialect, us_buf *out);
/* The same with ids: the form's id, or 0. Only forms that are in the lexicon. */
us_word us_inflect_word(const us_forms *forms, us_word lemma, us_tag tag, unspin_dialect dialect);

/* The spelling of WORD in DIALECT: colour for color and GB. WORD itself if it has no other, or DIALECT is AUTO. */
us_word us_dialect_spelling(const us_forms *forms, us_word word, unspin_dialect dialect);
/* GB or US for a word that only one of the two spells so (colour, color), AUTO for all others: what documents vote
 * with. */
unspin_dialect us_dialect_of(const us_forms *forms, us_word word);

/* Whether WORD as written (not folded: "MRI" and "UN" are read letter by letter) asks for "an". Numbers too: "8",
 * "11th". */
bool us_starts_with_vowel_sound(const us_forms *forms, us_slice word);

/* Folded words before which a dot does not end a sentence, for us_tokenize. Borrowed from FORMS. */
const us_abbreviations *us_forms_abbreviations(const us_forms *forms);

#endif
