/* suggest_channel.c - candidates from the channel: for every reading of the words, what thesauri and learned counts
 * have for them, in the form that the text needs. */
#include <math.h>

#include "restore/page.h"

/* Candidates taken for one reading: the tagger's own, another one, a phrase. */
enum { MOST_TAGGED = 24, MOST_OTHER = 10, MOST_PHRASE = 12 };

typedef struct place {
  uint32_t first, last, head; /* head: UINT32_MAX if none inflects */
  uint32_t tags;              /* that the head can have in this reading */
  us_shape shape;
} place;

/* The plain side's text in s->text; false if it has no such form. */
static bool write_plain(unspin_session *s, uint32_t plain, us_tag tag, us_tag *plain_tag) {
  const unspin_knowledge *k = s->knowledge;
  us_channel_phrase one = {.words = 1, .head = 0}, phrase = one;
  const us_word *words = &plain;
  if (plain & US_CHANNEL_PHRASE) {
    phrase = k->channel.phrases[plain & ~US_CHANNEL_PHRASE];
    words = k->channel.words + phrase.first;
  }
  us_buf_clear(&s->text);
  for (uint8_t i = 0; i < phrase.words; i++) {
    us_slice word = us_forms_text(k->forms, words[i]);
    if (i) us_buf_putc(&s->text, ' ');
    if (i == phrase.head && tag != US_TAG_NONE) {
      *plain_tag = us_plain_tag(s, word, tag);
      if (!us_put_inflected(s, word, tag, &s->text)) return false;
    } else us_put_word(s, word, &s->text);
  }
  return true;
}

float us_channel_common(const unspin_session *s, uint32_t plain) {
  const us_channel *c = &s->knowledge->channel;
  if (!(plain & US_CHANNEL_PHRASE)) return us_word_common(s, plain);
  us_channel_phrase phrase = c->phrases[plain & ~US_CHANNEL_PHRASE];
  float least = us_word_common(s, c->words[phrase.first]);
  for (uint8_t i = 1; i < phrase.words; i++) least = fminf(least, us_word_common(s, c->words[phrase.first + i]));
  return least - US_PHRASE_LOSS * (float)(phrase.words - 1);
}

static const us_written *written(unspin_session *s, uint32_t plain, us_tag tag) {
  uint64_t key = us_written_key(US_WRITTEN_CHANNEL, plain, tag);
  const us_written *known = us_written_find(s, key);
  if (known) return known;
  us_tag plain_tag = US_TAG_NONE;
  bool possible = write_plain(s, plain, tag, &plain_tag);
  return us_written_add(s, key, possible, plain_tag);
}

static bool add_pair(unspin_session *s, const place *at, const us_channel_group *group, uint8_t rank, us_tag tag) {
  const us_channel_pair *pair = &s->knowledge->channel.pairs[group->first + rank];
  const us_written *w = written(s, pair->plain, tag);
  if (!w || w->impossible) return w != NULL;
  us_arc arc = {.first = at->first,
                .last = at->last,
                .rank = rank,
                .tag = (uint8_t)tag,
                .head = at->head,
                .group = group,
                .pair = pair};
  if (!us_arc_write(s, w, at->shape, &arc)) return false;
  us_tag_features(s, &arc, at->tags);
  return us_arc_add(s, &arc);
}

static bool add_group(unspin_session *s, const place *at, us_pos pos, const us_word *words, size_t n, unsigned most) {
  const us_channel_group *g = us_channel_find(&s->knowledge->channel, us_channel_key(pos, words, n));
  if (!g) return true;
  us_tag tag = us_head_tag(s, at->head, at->tags);
  const us_channel_pair *pairs = s->knowledge->channel.pairs + g->first;
  for (uint8_t i = 0; i < g->count && i < most; i++)
    us_written_prefetch(s, us_written_key(US_WRITTEN_CHANNEL, pairs[i].plain, tag));
  for (uint8_t i = 0; i < g->count && i < most; i++)
    if (!add_pair(s, at, g, i, tag)) return false;
  return true;
}

static bool is_open(const unspin_session *s, uint32_t i) {
  us_token t = s->page.tokens.p[i];
  return t.kind == US_TOK_WORD && !(t.flags & (US_TF_LOCKED | US_TF_NAME));
}

/* The word's id in the channel's keys. */
static us_word key_word(unspin_session *s, uint32_t i) {
  us_word word = s->page.tagged[i].word;
  return word ? word : us_channel_foreign(us_page_folded(s, i));
}

/* A word that the lexicon lacks has no readings: what is known of it as it stands. */
static bool add_foreign(unspin_session *s, uint32_t i) {
  static const us_pos all[] = {US_POS_FUNCTION, US_POS_NOUN, US_POS_VERB, US_POS_ADJ, US_POS_ADV};
  place at = {.first = i, .last = i + 1, .head = UINT32_MAX, .shape = us_phrase_shape(&s->page, i, i + 1)};
  us_word id = key_word(s, i);
  for (size_t k = 0; k < sizeof all / sizeof *all; k++)
    if (!add_group(s, &at, all[k], &id, 1, MOST_OTHER)) return false;
  return true;
}

/* Readings of one lemma and part of speech together; the tagger's own reading first. */
static bool add_single(unspin_session *s, uint32_t i) {
  const us_page *p = &s->page;
  const us_forms *forms = s->knowledge->forms;
  us_tagged tagged = p->tagged[i];
  us_readings r = us_forms_readings(forms, tagged.word);
  place at = {.first = i, .last = i + 1, .shape = us_phrase_shape(p, i, i + 1)};
  for (size_t j = 0; j < r.n; j++) {
    us_pos pos = us_tag_pos((us_tag)r.p[j].tag);
    bool repeated = pos == US_POS_NONE || pos == US_POS_FUNCTION;
    for (size_t k = 0; k < j; k++) repeated |= r.p[k].lemma == r.p[j].lemma && us_tag_pos((us_tag)r.p[k].tag) == pos;
    if (repeated) continue;
    at.tags = 0;
    for (size_t k = j; k < r.n; k++)
      if (r.p[k].lemma == r.p[j].lemma && us_tag_pos((us_tag)r.p[k].tag) == pos) at.tags |= 1u << r.p[k].tag;
    bool own = at.tags & 1u << tagged.tag;
    at.head = i;
    if (!add_group(s, &at, pos, &r.p[j].lemma, 1, own ? MOST_TAGGED : MOST_OTHER)) return false;
  }
  at.head = UINT32_MAX;
  at.tags = 0;
  return add_group(s, &at, US_POS_FUNCTION, &tagged.word, 1, MOST_TAGGED);
}

/* ---- compounds: "self-articulation" ---- */

enum { LONGEST_COMPOUND = 48 };

/* WHOLE with WORD in place of bytes [begin, end), if the language model knows that. */
static bool add_compound(unspin_session *s, const place *at, us_slice whole, size_t begin, size_t end,
                         const us_channel_group *group, uint8_t rank, us_tag tag) {
  const us_channel_pair *pair = &s->knowledge->channel.pairs[group->first + rank];
  const us_written *w = written(s, pair->plain, tag);
  if (!w || w->impossible || w->word_count != 1) return w != NULL;
  char text[2 * LONGEST_COMPOUND];
  size_t n = begin + w->text.n + (whole.n - end);
  if (n > sizeof text) return true;
  memcpy(text, whole.p, begin);
  memcpy(text + begin, w->text.p, w->text.n);
  memcpy(text + begin + w->text.n, whole.p + end, whole.n - end);
  if (!us_lexeme_of(s, (us_slice){text, n}).model) return true;
  us_arc arc = {.first = at->first,
                .last = at->last,
                .rank = rank,
                .head = UINT32_MAX,
                .group = group,
                .pair = pair,
                .expression = US_ARC_COMPOUND};
  us_written compound = {.text = (us_slice){us_arena_copy(&s->arena, (us_slice){text, n}), n}};
  return compound.text.p && us_arc_write(s, &compound, at->shape, &arc) && us_arc_add(s, &arc);
}

static bool add_part(unspin_session *s, const place *at, us_slice whole, size_t begin, size_t end) {
  const us_forms *forms = s->knowledge->forms;
  us_word word = us_forms_word(forms, us_slice_sub(whole, begin, end));
  us_readings r = us_forms_readings(forms, word);
  for (size_t j = 0; j < r.n; j++) {
    us_tag tag = (us_tag)r.p[j].tag;
    const us_channel_group *g =
        us_channel_find(&s->knowledge->channel, us_channel_key(us_tag_pos(tag), &r.p[j].lemma, 1));
    for (uint8_t i = 0; g && i < g->count && i < MOST_TAGGED; i++)
      if (!add_compound(s, at, whole, begin, end, g, i, tag)) return false;
  }
  return true;
}

/* A compound that nobody knows, of which one part was swapped. */
static bool add_parts(unspin_session *s, uint32_t i) {
  char text[LONGEST_COMPOUND];
  us_slice whole = us_page_folded(s, i);
  if (whole.n > sizeof text || !memchr(whole.p, '-', whole.n) || us_lexeme_of(s, whole).model) return true;
  memcpy(text, whole.p, whole.n); /* what is folded next takes its place */
  whole.p = text;
  place at = {.first = i, .last = i + 1, .head = UINT32_MAX, .shape = us_phrase_shape(&s->page, i, i + 1)};
  for (size_t begin = 0, end; begin < whole.n; begin = end + 1) {
    for (end = begin; end < whole.n && whole.p[end] != '-';) end++;
    if (end > begin && !add_part(s, &at, whole, begin, end)) return false;
  }
  return true;
}

/* The head's lemma and tags as POS; false if it cannot be that. */
static bool read_head(const unspin_session *s, uint32_t i, us_pos pos, us_word *lemma, uint32_t *tags) {
  us_readings r = us_forms_readings(s->knowledge->forms, s->page.tagged[i].word);
  *lemma = 0;
  *tags = 0;
  for (size_t j = 0; j < r.n; j++) {
    if (us_tag_pos((us_tag)r.p[j].tag) != pos || (*lemma && r.p[j].lemma != *lemma)) continue;
    *lemma = r.p[j].lemma;
    *tags |= 1u << r.p[j].tag;
  }
  return *lemma != 0;
}

static bool add_phrases(unspin_session *s, uint32_t first, uint32_t words) {
  const us_page *p = &s->page;
  us_word id[US_CHANNEL_WORDS], lemma;
  for (uint32_t i = 0; i < words; i++) id[i] = key_word(s, first + i);
  place at = {.first = first, .last = first + words, .shape = us_phrase_shape(p, first, first + words)};
  at.head = UINT32_MAX;
  if (!add_group(s, &at, US_POS_FUNCTION, id, words, MOST_PHRASE) ||
      !add_group(s, &at, US_POS_ADV, id, words, MOST_PHRASE) || !add_group(s, &at, US_POS_ADJ, id, words, MOST_PHRASE))
    return false;
  if (read_head(s, first, US_POS_VERB, &lemma, &at.tags)) {
    us_word surface = id[0];
    id[0] = lemma;
    at.head = first;
    if (!add_group(s, &at, US_POS_VERB, id, words, MOST_PHRASE)) return false;
    id[0] = surface;
  }
  /* the head of a noun phrase is its last word, or the one before a preposition: tried from the end, until one is known
   */
  for (uint32_t i = words; i-- > 0;) {
    if (!read_head(s, first + i, US_POS_NOUN, &lemma, &at.tags)) continue;
    us_word surface = id[i];
    id[i] = lemma;
    at.head = first + i;
    if (!add_group(s, &at, US_POS_NOUN, id, words, MOST_PHRASE)) return false;
    id[i] = surface;
  }
  return true;
}

static bool starts_phrase(const unspin_session *s, uint32_t first) {
  const us_channel *c = &s->knowledge->channel;
  us_word word = s->page.tagged[first].word;
  if (!word || us_channel_starts(c, word)) return true;
  us_readings r = us_forms_readings(s->knowledge->forms, word);
  for (size_t j = 0; j < r.n; j++)
    if (us_channel_starts(c, r.p[j].lemma)) return true;
  return false;
}

bool us_suggest_channel(unspin_session *s, uint32_t first) {
  const us_page *p = &s->page;
  if (!is_open(s, first) || !us_stands_free(p, first, first + 1)) return true;
  if (p->tagged[first].word ? !add_single(s, first) : !add_foreign(s, first) || !add_parts(s, first)) return false;
  if (!starts_phrase(s, first)) return true;
  for (uint32_t words = 2; words <= US_CHANNEL_WORDS && first + words <= p->tokens.n; words++) {
    uint32_t i = first + words - 1;
    us_token t = p->tokens.p[i];
    if (!is_open(s, i) || t.flags & (US_TF_LINE | US_TF_SENTENCE) || !(t.flags & US_TF_SPACE)) break;
    if (us_stands_free(p, first, first + words) && !add_phrases(s, first, words)) return false;
  }
  return true;
}
