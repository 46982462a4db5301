/* channel_wordnet.c - pairs from WordNet's own files: members of one synset, and of synsets that it links. */
#include <stdlib.h>

#include "phrases/channel_build.h"
#include "phrases/wordnet.h"

/* A link between synsets is followed only from senses up to this one: later ones are rarely meant. */
enum { NEAR_SENSES = 5, NARROW_SENSES = 3, POS_FILES = 4 };

static const struct {
  const char *name;
  us_pos pos;
} FILES[POS_FILES] = {{"noun", US_POS_NOUN}, {"verb", US_POS_VERB}, {"adj", US_POS_ADJ}, {"adv", US_POS_ADV}};

typedef struct sense {
  us_slice lemma; /* as written, words joined by "_" */
  uint32_t offset;
  uint8_t rank; /* from 1 */
} sense;

typedef struct wordnet {
  us_channel_builder *builder;
  us_pos pos;
  us_buf index, data;
  US_VEC(sense) senses;              /* sorted by offset, then lemma */
  US_VEC(us_wordnet_synset) synsets; /* sorted by offset, as in the file */
  us_buf spun, plain;
} wordnet;

static int by_offset(const void *a, const void *b) {
  const sense *x = a, *y = b;
  if (x->offset != y->offset) return x->offset < y->offset ? -1 : 1;
  return us_slice_cmp(x->lemma, y->lemma);
}

/* "lemma pos senses pointers symbol... senses tagged offset...": the last SENSES fields are offsets, commonest first.
 */
static bool load_index(wordnet *w) {
  us_slice rest = us_buf_slice(&w->index), line, field;
  while (us_slice_cut(&rest, '\n', &line)) {
    if (!line.n || line.p[0] == ' ') continue;
    sense s = {0};
    us_slice scan = line, pos, senses, links;
    if (!us_slice_cut(&scan, ' ', &s.lemma) || !us_slice_cut(&scan, ' ', &pos) || !us_slice_cut(&scan, ' ', &senses) ||
        !us_slice_cut(&scan, ' ', &links))
      continue;
    for (uint32_t skip = us_wordnet_number(links, 10) + 2; skip > 0 && us_slice_cut(&scan, ' ', &field); skip--) {
    }
    for (uint32_t k = 0; k < us_wordnet_number(senses, 10) && us_slice_cut(&scan, ' ', &field); k++) {
      s.offset = us_wordnet_number(field, 10);
      s.rank = k < 14 ? (uint8_t)(k + 1) : 15;
      if (!us_vec_push(&w->senses, s)) return false;
    }
  }
  if (w->senses.n) qsort(w->senses.p, w->senses.n, sizeof *w->senses.p, by_offset);
  return true;
}

static bool load_data(wordnet *w) {
  us_slice rest = us_buf_slice(&w->data);
  us_wordnet_synset s;
  while (us_wordnet_next(&rest, &s))
    if (!us_vec_push(&w->synsets, s)) return false;
  return true;
}

static const us_wordnet_synset *find_synset(const wordnet *w, uint32_t offset) {
  size_t low = 0, high = w->synsets.n;
  while (low < high) {
    size_t mid = (low + high) / 2;
    if (w->synsets.p[mid].offset < offset) low = mid + 1;
    else high = mid;
  }
  return low < w->synsets.n && w->synsets.p[low].offset == offset ? &w->synsets.p[low] : NULL;
}

static void first_sense(const wordnet *w, uint32_t offset, size_t *at) {
  size_t low = 0, high = w->senses.n;
  while (low < high) {
    size_t mid = (low + high) / 2;
    if (w->senses.p[mid].offset < offset) low = mid + 1;
    else high = mid;
  }
  *at = low;
}

static uint8_t rank_of(const wordnet *w, uint32_t offset, us_slice member) {
  size_t at;
  for (first_sense(w, offset, &at); at < w->senses.n && w->senses.p[at].offset == offset; at++) {
    us_slice lemma = w->senses.p[at].lemma;
    if (lemma.n != member.n) continue;
    size_t i = 0;
    while (i < lemma.n && (lemma.p[i] | 32) == (member.p[i] | 32)) i++;
    if (i == lemma.n) return w->senses.p[at].rank;
  }
  return 15;
}

typedef struct member {
  us_slice text;
  uint8_t rank;
} member;
enum { MOST_MEMBERS = 32 };

static size_t members_of(const wordnet *w, const us_wordnet_synset *s, member *out) {
  us_slice scan = s->members, word;
  size_t n = 0;
  for (unsigned k = 0; k < s->count && n < MOST_MEMBERS && us_wordnet_member(&scan, &word); k++)
    out[n++] = (member){word, rank_of(w, s->offset, word)};
  return n;
}

/* The index holds lemmas folded, so names are told by the data file's spelling; they fail in the builder, which looks
 * at it. */
static unspin_status claim(wordnet *w, member spun, member plain, uint8_t relation, unspin_error *err) {
  us_channel_claim c = {.spun = us_wordnet_spaced(spun.text, &w->spun),
                        .plain = us_wordnet_spaced(plain.text, &w->plain),
                        .pos = w->pos,
                        .relation = relation,
                        .plain_rank = plain.rank,
                        .spun_rank = spun.rank};
  return us_channel_builder_add(w->builder, &c, err);
}

static unspin_status pair_members(wordnet *w, const member *a, size_t n, unspin_error *err) {
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < n; k++)
      if (i != k) US_TRY(claim(w, a[i], a[k], US_REL_SYNONYM, err));
  return UNSPIN_OK;
}

/* A is narrower than B, or like it. */
static unspin_status link(wordnet *w, const us_wordnet_synset *from, const us_wordnet_synset *to, bool both,
                          unspin_error *err) {
  member a[MOST_MEMBERS], b[MOST_MEMBERS];
  size_t n = members_of(w, from, a), m = members_of(w, to, b);
  for (size_t i = 0; i < n; i++) {
    for (size_t k = 0; k < m; k++) {
      uint8_t worst = a[i].rank > b[k].rank ? a[i].rank : b[k].rank;
      if (worst <= NEAR_SENSES) US_TRY(claim(w, a[i], b[k], US_REL_NEAR, err));
      if (both ? worst <= NEAR_SENSES : worst <= NARROW_SENSES)
        US_TRY(claim(w, b[k], a[i], both ? US_REL_NEAR : US_REL_NARROW, err));
    }
  }
  return UNSPIN_OK;
}

static unspin_status follow_pointers(wordnet *w, const us_wordnet_synset *s, unspin_error *err) {
  us_slice scan = s->pointers, count, symbol, offset, pos, ends;
  if (!us_slice_cut(&scan, ' ', &count)) return UNSPIN_OK;
  for (uint32_t k = us_wordnet_number(count, 10); k > 0; k--) {
    if (!us_slice_cut(&scan, ' ', &symbol) || !us_slice_cut(&scan, ' ', &offset) || !us_slice_cut(&scan, ' ', &pos) ||
        !us_slice_cut(&scan, ' ', &ends))
      break;
    bool broader = us_slice_eq(symbol, US_LIT("@")),
         alike = us_slice_eq(symbol, US_LIT("&")) || us_slice_eq(symbol, US_LIT("$"));
    const us_wordnet_synset *to = broader || alike ? find_synset(w, us_wordnet_number(offset, 10)) : NULL;
    if (to) US_TRY(link(w, s, to, alike, err));
  }
  return UNSPIN_OK;
}

static unspin_status load_pos(wordnet *w, const char *dir, const char *name, unspin_error *err) {
  US_TRY(us_wordnet_read(dir, "index", name, &w->index, err));
  US_TRY(us_wordnet_read(dir, "data", name, &w->data, err));
  if (!load_index(w) || !load_data(w)) return us_nomem(err);
  for (size_t i = 0; i < w->synsets.n; i++) {
    member a[MOST_MEMBERS];
    size_t n = members_of(w, &w->synsets.p[i], a);
    US_TRY(pair_members(w, a, n, err));
    US_TRY(follow_pointers(w, &w->synsets.p[i], err));
  }
  return w->spun.failed || w->plain.failed ? us_nomem(err) : UNSPIN_OK;
}

unspin_status us_channel_add_wordnet(us_channel_builder *builder, const char *dir, unspin_error *err) {
  unspin_status status = UNSPIN_OK;
  for (size_t i = 0; !status && i < POS_FILES; i++) {
    wordnet w = {.builder = builder, .pos = FILES[i].pos};
    status = load_pos(&w, dir, FILES[i].name, err);
    us_buf_free(&w.index);
    us_buf_free(&w.data);
    us_buf_free(&w.spun);
    us_buf_free(&w.plain);
    us_vec_free(&w.senses);
    us_vec_free(&w.synsets);
  }
  return status;
}
