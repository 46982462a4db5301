#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "model/arpa.h"
#include "model/vocab.h"

enum { MAX_LINE = 1 << 20, MAX_FIELDS = US_MODEL_MAX_ORDER + 2 };

/* Of packed files, as in format/pack.h, which this room must not know: a bomb is more than so many times its size. */
enum { RATIO = 1000, FREE_OF_RATIO = 1 << 24, CHECK_STEP = 1 << 20 };
static const uint64_t UNPACKED_MOST = UINT32_MAX - 1;

static const float NO_PROB = -99; /* what "never" is in such files */

/* Lines of a file or of memory. */
typedef struct source {
  const char *name;
  gzFile gz; /* or */
  us_slice rest;
  uint64_t given, next_check; /* bytes that came out of GZ; how many of them before the next look at the limits */
  uint64_t kept;              /* bytes of memory for n-grams: of short lines, more than came out */
  us_buf line;
  uint64_t number; /* of the line, from 1 */
} source;

typedef struct parser {
  source in;
  us_arpa *arpa;
  us_vocab vocab;
  us_scratch scratch;
  uint64_t expected[US_MODEL_MAX_ORDER];
  us_column unigrams; /* us_arpa_gram, with vocabulary numbers until all words are known */
  uint32_t *id_of;
} parser;

static unspin_status bad(const source *in, const char *what, unspin_error *err) {
  return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%" PRIu64 ": %s", in->name, in->number, what);
}

static unspin_status check_limits(source *in, unspin_error *err) {
  if (in->given < in->next_check || gzdirect(in->gz)) return UNSPIN_OK;
  in->next_check = in->given + CHECK_STEP;
  uint64_t most = in->given > in->kept ? in->given : in->kept;
  if (most > UNPACKED_MOST)
    return us_fail(err, UNSPIN_ERR_LIMIT, "%s: unpacks to more than %" PRIu64 " bytes", in->name, UNPACKED_MOST);
  z_off_t taken = gzoffset(in->gz); /* -1 of a pipe */
  if (taken >= 0 && most / RATIO > (uint64_t)taken)
    return us_fail(err, UNSPIN_ERR_LIMIT, "%s: unpacks to more than %d times its size: a bomb?", in->name, RATIO);
  return UNSPIN_OK;
}

static unspin_status read_failed(const source *in, int code, const char *message, unspin_error *err) {
  return us_fail(err, code == Z_ERRNO ? UNSPIN_ERR_IO : UNSPIN_ERR_FORMAT, "%s: cannot read: %s", in->name,
                 code == Z_ERRNO ? strerror(errno) : message);
}

/* Into LINE, with its end; nothing at the end of the file. */
static unspin_status unpack_line(source *in, unspin_error *err) {
  uint64_t begin = in->given;
  us_buf_clear(&in->line);
  for (;;) {
    if (!us_buf_reserve(&in->line, 4096)) return us_nomem(err);
    char *at = in->line.p + in->line.n;
    at[0] = 0;
    if (!gzgets(in->gz, at, 4096)) {
      int code;
      const char *message = gzerror(in->gz, &code);
      return code == Z_OK || code == Z_STREAM_END ? UNSPIN_OK : read_failed(in, code, message, err);
    }
    in->line.n += strlen(at);
    in->given = (uint64_t)gztell(in->gz); /* not the sum of the lengths, to which NUL bytes add nothing */
    US_TRY(check_limits(in, err));
    if (in->line.n && in->line.p[in->line.n - 1] == '\n') return UNSPIN_OK;
    if (in->given - begin > MAX_LINE) return bad(in, "line too long", err);
  }
}

/* The next line without its end; *MORE is false at the end of the file. */
static unspin_status next_line(source *in, us_slice *line, bool *more, unspin_error *err) {
  *more = true;
  in->number++;
  if (!in->gz) {
    *more = in->rest.n > 0;
    const char *end = *more ? memchr(in->rest.p, '\n', in->rest.n) : NULL;
    size_t n = end ? (size_t)(end - in->rest.p) : in->rest.n;
    *line = us_slice_sub(in->rest, 0, n);
    in->rest = us_slice_sub(in->rest, end ? n + 1 : n, in->rest.n);
  } else {
    US_TRY(unpack_line(in, err));
    *more = in->line.n > 0;
    *line = us_buf_slice(&in->line);
    if (line->n && line->p[line->n - 1] == '\n') line->n--;
  }
  if (line->n && line->p[line->n - 1] == '\r') line->n--;
  return UNSPIN_OK;
}

/* The next line that is not empty; reaching the end of the file is an error. */
static unspin_status full_line(source *in, us_slice *line, unspin_error *err) {
  bool more;
  do {
    US_TRY(next_line(in, line, &more, err));
    if (!more) return bad(in, "the file ends too soon", err);
    *line = us_slice_trim(*line);
  } while (!line->n);
  return UNSPIN_OK;
}

static int cut_fields(us_slice line, us_slice field[MAX_FIELDS + 1]) {
  int n = 0;
  for (size_t i = 0; i < line.n && n <= MAX_FIELDS;) {
    while (i < line.n && (line.p[i] == ' ' || line.p[i] == '\t')) i++;
    size_t begin = i;
    while (i < line.n && line.p[i] != ' ' && line.p[i] != '\t') i++;
    if (i > begin) field[n++] = us_slice_sub(line, begin, i);
  }
  return n;
}

static bool parse_float(us_slice s, float *out) {
  char copy[64];
  if (!s.n || s.n >= sizeof copy) return false;
  memcpy(copy, s.p, s.n);
  copy[s.n] = 0;
  char *end;
  *out = strtof(copy, &end);
  return end == copy + s.n && !isnan(*out);
}

static bool parse_count(us_slice s, uint64_t *out) {
  *out = 0;
  for (size_t i = 0; i < s.n; i++) {
    if (s.p[i] < '0' || s.p[i] > '9' || *out > UINT32_MAX) return false;
    *out = *out * 10 + (uint64_t)(s.p[i] - '0');
  }
  return s.n > 0;
}

/* "\data\" and the "ngram K=COUNT" lines; leaves the first section's heading in *LINE. */
static unspin_status parse_header(parser *p, us_slice *line, unspin_error *err) {
  do US_TRY(full_line(&p->in, line, err));
  while (!us_slice_eq(*line, US_LIT("\\data\\")));
  for (;;) {
    US_TRY(full_line(&p->in, line, err));
    if (line->n < 8 || memcmp(line->p, "ngram ", 6) != 0) break;
    us_slice rest = us_slice_sub(*line, 6, line->n), order, count;
    uint64_t k;
    us_slice_cut(&rest, '=', &order);
    count = us_slice_trim(rest.p ? rest : US_LIT(""));
    if (!parse_count(us_slice_trim(order), &k) || k != (uint64_t)p->arpa->order + 1)
      return bad(&p->in, "orders must follow one another from 1", err);
    if (k > US_MODEL_MAX_ORDER)
      return us_fail(err, UNSPIN_ERR_LIMIT, "%s: longer n-grams than %d words", p->in.name, US_MODEL_MAX_ORDER);
    if (!parse_count(count, &p->expected[k - 1])) return bad(&p->in, "not a count", err);
    p->arpa->order = (int)k;
  }
  return p->arpa->order ? UNSPIN_OK : bad(&p->in, "no n-gram counts", err);
}

static us_slice plain_name(us_slice word) { return us_slice_eq(word, US_LIT("<UNK>")) ? US_LIT("<unk>") : word; }

static unspin_status keep(parser *p, us_column *column, int k, const us_arpa_gram *gram, unspin_error *err) {
  uint32_t *n = &p->arpa->n[k];
  if (*n >= UINT32_MAX - 16) return us_fail(err, UNSPIN_ERR_LIMIT, "%s: too many n-grams", p->in.name);
  US_TRY(us_column_reserve(column, &p->scratch, ((size_t)*n + 1) * sizeof *gram, err));
  ((us_arpa_gram *)column->p)[(*n)++] = *gram;
  p->in.kept += sizeof *gram;
  return UNSPIN_OK;
}

static unspin_status parse_gram(parser *p, int k, us_slice line, unspin_error *err) {
  us_slice field[MAX_FIELDS + 1];
  int n = cut_fields(line, field), words = k + 1;
  us_arpa_gram gram = {0};
  if (n != words + 1 && n != words + 2) return bad(&p->in, "wrong number of fields", err);
  if (n == words + 2 && k + 1 == p->arpa->order) return bad(&p->in, "a back-off weight at the highest order", err);
  if (!parse_float(field[0], &gram.prob) || gram.prob > 0) return bad(&p->in, "not a log probability", err);
  if (n == words + 2 && (!parse_float(field[words + 1], &gram.bow) || !isfinite(gram.bow)))
    return bad(&p->in, "not a back-off weight", err);
  if (gram.prob < NO_PROB) gram.prob = NO_PROB;
  for (int i = 0; i < words; i++) {
    us_slice word = plain_name(field[1 + i]);
    uint32_t number;
    if (k == 0) {
      US_TRY(us_vocab_add(&p->vocab, word, &number, err));
      if (p->vocab.count[number] > 1) return bad(&p->in, "a word stands twice", err);
    } else if (!us_vocab_find(&p->vocab, word, &number)) {
      return bad(&p->in, "a word that is not among the 1-grams", err);
    }
    gram.reversed[words - 1 - i] = k ? p->id_of[number] : number;
  }
  return keep(p, k ? &p->arpa->gram[k] : &p->unigrams, k, &gram, err);
}

static int by_word(const void *a, const void *b) { return us_slice_cmp(*(const us_slice *)a, *(const us_slice *)b); }

/* All words are known: gives them their ids, and reserved words that the file lacks their values. */
static unspin_status finish_words(parser *p, unspin_error *err) {
  static const us_slice reserved[US_WORD_FIRST] = {{"<unk>", 5}, {"<s>", 3}, {"</s>", 4}};
  us_arpa *a = p->arpa;
  a->text = p->vocab.text; /* the words' bytes stay where they are */
  p->vocab.text = (us_buf){0};
  uint32_t n = p->vocab.n;
  a->word = malloc(((size_t)n + US_WORD_FIRST) * sizeof *a->word);
  p->id_of = malloc(((size_t)n + 1) * sizeof *p->id_of);
  if (!a->word || !p->id_of) return us_nomem(err);
  memcpy(a->word, reserved, sizeof reserved);
  a->words = US_WORD_FIRST;
  for (uint32_t i = 0; i < n; i++) {
    uint64_t end = i + 1 < n ? p->vocab.begin[i + 1] : a->text.n;
    us_slice word = {a->text.p + p->vocab.begin[i], (size_t)(end - p->vocab.begin[i] - 1)};
    int fixed = 0;
    while (fixed < US_WORD_FIRST && !us_slice_eq(word, reserved[fixed])) fixed++;
    if (fixed == US_WORD_FIRST) a->word[a->words++] = word;
  }
  qsort(a->word + US_WORD_FIRST, a->words - US_WORD_FIRST, sizeof *a->word, by_word);
  us_arpa_gram lacking = {.prob = NO_PROB};
  US_TRY(us_column_reserve(&a->gram[0], &p->scratch, (size_t)a->words * sizeof lacking, err));
  us_arpa_gram *out = a->gram[0].p;
  for (uint32_t i = 0; i < a->words; i++) {
    lacking.reversed[0] = i;
    out[i] = lacking;
  }
  p->vocab.text = a->text; /* find needs them for a moment */
  for (uint32_t i = 0; i < a->words; i++) {
    uint32_t number;
    if (!us_vocab_find(&p->vocab, a->word[i], &number)) continue;
    const us_arpa_gram *read = (const us_arpa_gram *)p->unigrams.p + number; /* one line a word, in order */
    out[i].prob = read->prob;
    out[i].bow = read->bow;
    p->id_of[number] = i;
  }
  out[US_WORD_BEGIN].prob = 0;
  a->n[0] = a->words;
  return UNSPIN_OK;
}

static unspin_status parse_sections(parser *p, us_slice line, unspin_error *err) {
  for (int k = 0; k < p->arpa->order; k++) {
    char heading[24];
    int n = snprintf(heading, sizeof heading, "\\%d-grams:", k + 1);
    if (!us_slice_eq(line, (us_slice){heading, (size_t)n})) return bad(&p->in, "another section was to come here", err);
    for (;;) {
      US_TRY(full_line(&p->in, &line, err));
      if (line.p[0] == '\\' &&
          (us_slice_eq(line, US_LIT("\\end\\")) || (line.n > 8 && memcmp(line.p + line.n - 7, "-grams:", 7) == 0)))
        break;
      if (p->arpa->n[k] == p->expected[k]) return bad(&p->in, "more n-grams than the header says", err);
      US_TRY(parse_gram(p, k, line, err));
    }
    if (p->arpa->n[k] != p->expected[k]) return bad(&p->in, "not as many n-grams as the header says", err);
    if (k == 0) US_TRY(finish_words(p, err));
  }
  return us_slice_eq(line, US_LIT("\\end\\")) ? UNSPIN_OK : bad(&p->in, "\\end\\ was to come here", err);
}

static unspin_status parse(parser *p, unspin_error *err) {
  us_slice line;
  unspin_status status = parse_header(p, &line, err);
  if (!status) status = parse_sections(p, line, err);
  if (p->vocab.text.p == p->arpa->text.p) p->vocab.text = (us_buf){0};
  us_vocab_free(&p->vocab);
  us_column_free(&p->unigrams);
  us_buf_free(&p->in.line);
  free(p->id_of);
  return status;
}

unspin_status us_arpa_parse(const char *path, us_arpa *arpa, unspin_error *err) {
  *arpa = (us_arpa){0};
  parser p = {.in = {.name = path, .next_check = FREE_OF_RATIO + 1}, .arpa = arpa};
  errno = 0;
  p.in.gz = gzopen(path, "rb");
  if (!p.in.gz)
    return us_fail(err, UNSPIN_ERR_IO, "%s: cannot open: %s", path, errno ? strerror(errno) : "out of memory");
  gzbuffer(p.in.gz, 1 << 18);
  unspin_status status = parse(&p, err);
  gzclose(p.in.gz);
  return status;
}

unspin_status us_arpa_parse_bytes(us_slice bytes, const char *name, us_arpa *arpa, unspin_error *err) {
  *arpa = (us_arpa){0};
  parser p = {.in = {.name = name, .rest = bytes}, .arpa = arpa};
  return parse(&p, err);
}

void us_arpa_free(us_arpa *arpa) {
  us_buf_free(&arpa->text);
  free(arpa->word);
  for (int k = 0; k < US_MODEL_MAX_ORDER; k++) us_column_free(&arpa->gram[k]);
  *arpa = (us_arpa){0};
}
