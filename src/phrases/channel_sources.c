/* channel_sources.c - pairs from a MyThes thesaurus and from tables of learned counts. */
#include <stdlib.h>

#include "phrases/channel_build.h"

/* ---- MyThes: "headword|meanings", then a line for each meaning: "(noun)|word|word (generic term)|..." ---- */

static bool parse_count(us_slice field, double *out) {
  char text[32], *end;
  if (!field.n || field.n >= sizeof text) return false;
  memcpy(text, field.p, field.n);
  text[field.n] = 0;
  *out = strtod(text, &end);
  return *end == 0 && *out >= 0 && *out < 1e12;
}

static us_pos mythes_pos(us_slice tag) {
  static const struct {
    us_slice name;
    us_pos pos;
  } names[] = {{{"(noun)", 6}, US_POS_NOUN},
               {{"(verb)", 6}, US_POS_VERB},
               {{"(adj)", 5}, US_POS_ADJ},
               {{"(adv)", 5}, US_POS_ADV}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (us_slice_eq(tag, names[i].name)) return names[i].pos;
  return US_POS_NONE;
}

/* "word (generic term)": the remark is left out; antonyms give nothing. */
static us_slice without_remark(us_slice entry) {
  for (size_t i = 0; i + 1 < entry.n; i++) {
    if (entry.p[i] != ' ' || entry.p[i + 1] != '(') continue;
    return us_slice_eq(us_slice_sub(entry, i + 1, entry.n), US_LIT("(antonym)")) ? (us_slice){0}
                                                                                 : us_slice_sub(entry, 0, i);
  }
  return entry;
}

static unspin_status add_meaning(us_channel_builder *b, us_slice head, us_slice line, unspin_error *err) {
  us_slice tag, entry;
  if (!us_slice_cut(&line, '|', &tag)) return UNSPIN_OK;
  us_pos pos = mythes_pos(tag);
  if (pos == US_POS_NONE) return UNSPIN_OK;
  while (us_slice_cut(&line, '|', &entry)) {
    us_slice word = without_remark(entry);
    us_channel_claim listed = {.spun = word, .plain = head, .pos = pos, .relation = US_REL_LISTED},
                     reverse = {.spun = head, .plain = word, .pos = pos, .relation = US_REL_REVERSE};
    US_TRY(us_channel_builder_add(b, &listed, err));
    US_TRY(us_channel_builder_add(b, &reverse, err));
  }
  return UNSPIN_OK;
}

static unspin_status add_mythes(us_channel_builder *b, us_slice text, const char *path, unspin_error *err) {
  us_slice line, head, count;
  size_t number = 1;
  if (!text.n || !us_slice_cut(&text, '\n', &line)) return us_fail(err, UNSPIN_ERR_FORMAT, "%s: empty", path);
  while (us_slice_cut(&text, '\n', &line)) {
    number++;
    if (!line.n) continue;
    if (!us_slice_cut(&line, '|', &head) || !us_slice_cut(&line, '|', &count))
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: expected a headword and a count", path, number);
    double meanings;
    if (!parse_count(count, &meanings))
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: expected a headword and a count", path, number);
    for (size_t read = 0; (double)read + 1 <= meanings; read++) {
      if (!text.n || !us_slice_cut(&text, '\n', &line))
        return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: meanings are missing", path, number);
      number++;
      US_TRY(add_meaning(b, head, line, err));
    }
  }
  return UNSPIN_OK;
}

unspin_status us_channel_add_mythes(us_channel_builder *b, const char *path, unspin_error *err) {
  us_buf text = {0};
  unspin_status status = us_file_read(path, &text, err);
  if (!status) status = add_mythes(b, us_buf_slice(&text), path, err);
  us_buf_free(&text);
  return status;
}

/* ---- counts: spun, plain, pos, count, count of the spun phrase, two probabilities, count of the plain one ---- */

enum { COLUMNS = 8 };

us_pos us_channel_pos(us_slice field) {
  static const char letters[] = "nvarx";
  static const us_pos pos[] = {US_POS_NOUN, US_POS_VERB, US_POS_ADJ, US_POS_ADV, US_POS_FUNCTION};
  const char *at = field.n == 1 ? memchr(letters, field.p[0], sizeof letters - 1) : NULL;
  return at ? pos[at - letters] : US_POS_NONE;
}

static unspin_status add_counts_line(us_channel_builder *b, us_slice line, bool observed, const char *path,
                                     size_t number, unspin_error *err) {
  us_slice field[COLUMNS] = {{0}};
  size_t n = 0;
  while (n < COLUMNS && us_slice_cut(&line, '\t', &field[n])) n++;
  us_channel_claim c = {.spun = field[0], .plain = field[1], .pos = us_channel_pos(field[2]), .observed = observed};
  if (n < COLUMNS || c.pos == US_POS_NONE || !parse_count(field[3], &c.count) ||
      !parse_count(field[4], &c.spun_count) || !parse_count(field[7], &c.plain_count))
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: expected spun, plain, part of speech, counts and probabilities",
                   path, number);
  return us_channel_builder_add(b, &c, err);
}

unspin_status us_channel_add_counts(us_channel_builder *b, const char *path, bool observed, unspin_error *err) {
  us_buf text = {0};
  unspin_status status = us_file_read(path, &text, err);
  us_slice rest = us_buf_slice(&text), line;
  us_channel_builder_next_file(b);
  if (!observed) us_channel_builder_next_maker(b);
  for (size_t number = 1; !status && us_slice_cut(&rest, '\n', &line); number++)
    if (line.n && line.p[0] != '#') status = add_counts_line(b, line, observed, path, number, err);
  us_buf_free(&text);
  return status;
}

/* ---- learned: what the counts come to ---- */

static bool parse_log10(us_slice field, uint8_t *out) {
  double v;
  *out = US_CHANNEL_NO_P;
  if (us_slice_eq(field, US_LIT("-"))) return true;
  if (field.n && field.p[0] == '-') field = us_slice_sub(field, 1, field.n);
  if (!parse_count(field, &v)) return false;
  v = v * 40 + 0.5;
  *out = v > 254 ? 254 : (uint8_t)v;
  return true;
}

static unspin_status add_learned_line(us_channel_builder *b, us_slice line, const char *path, size_t number,
                                      unspin_error *err) {
  us_slice field[COLUMNS] = {{0}};
  size_t n = 0;
  double makers, count;
  while (n < COLUMNS && us_slice_cut(&line, '\t', &field[n])) n++;
  us_channel_claim c = {.spun = field[0], .plain = field[1], .pos = us_channel_pos(field[2]), .ready = true};
  if (n < COLUMNS || c.pos == US_POS_NONE || !parse_count(field[3], &makers) || makers > 255 ||
      !parse_log10(field[4], &c.simulated) || !parse_log10(field[5], &c.emitted) || !parse_log10(field[6], &c.seen) ||
      !parse_count(field[7], &count) || count > 255)
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: expected spun, plain, part of speech and five numbers", path,
                   number);
  c.makers = (uint8_t)makers;
  c.seen_count = (uint8_t)count;
  return us_channel_builder_add(b, &c, err);
}

unspin_status us_channel_add_learned(us_channel_builder *b, const char *path, unspin_error *err) {
  us_buf text = {0};
  unspin_status status = us_file_read(path, &text, err);
  us_slice rest = us_buf_slice(&text), line;
  for (size_t number = 1; !status && us_slice_cut(&rest, '\n', &line); number++)
    if (line.n && line.p[0] != '#') status = add_learned_line(b, line, path, number, err);
  us_buf_free(&text);
  return status;
}
