#include "measure/chrf.h"

#include "measure/blank.h"

static bool take_chars(us_slice s, us_ids *out) {
  out->n = 0;
  int32_t cp;
  for (size_t at = 0, step; at < s.n; at += step) {
    step = us_utf8_next(s, at, &cp);
    if (us_is_blank(cp)) continue;
    uint32_t symbol = cp == US_INVALID ? 0x110000u + (unsigned char)s.p[at] : (uint32_t)cp;
    if (!us_vec_push(out, symbol)) return false;
  }
  return true;
}

static bool ascii_punctuation(char c) { return c > ' ' && c < 0x7F && !us_is_letter(c) && !us_is_digit(c); }

/* One mark is split off a word of more than one character: the last, or else the first. */
static bool take_words(us_lexicon *x, us_slice s, us_ids *out) {
  out->n = 0;
  us_slice word;
  while (us_blank_word(&s, &word)) {
    int32_t cp;
    size_t cut = 0;
    if (us_utf8_next(word, 0, &cp) < word.n) {
      if (ascii_punctuation(word.p[word.n - 1])) cut = word.n - 1;
      else if (ascii_punctuation(word.p[0])) cut = 1;
    }
    uint32_t first = cut ? us_lexicon_id(x, us_slice_sub(word, 0, cut)) : 1;
    uint32_t last = us_lexicon_id(x, us_slice_sub(word, cut, word.n));
    if (!first || !last || (cut && !us_vec_push(out, first)) || !us_vec_push(out, last)) return false;
  }
  return true;
}

static void fill_totals(us_chrf_counts *c, size_t text_chars, size_t text_words, size_t chars, size_t words) {
  for (unsigned i = 0; i < US_CHRF_ORDERS; i++) {
    bool is_char = i < US_CHRF_CHARS;
    unsigned order = is_char ? i + 1 : i + 1 - US_CHRF_CHARS;
    c->reference[i] = us_grams_total(is_char ? chars : words, order);
    /* an order that the reference does not have counts for nothing in the text */
    c->text[i] = c->reference[i] ? us_grams_total(is_char ? text_chars : text_words, order) : 0;
  }
}

static double score(const us_chrf_counts *c, int orders) {
  double precision = 0, recall = 0;
  int used = 0;
  for (int i = 0; i < orders; i++) {
    if (!c->text[i] || !c->reference[i]) continue;
    precision += (double)c->matches[i] / (double)c->text[i];
    recall += (double)c->matches[i] / (double)c->reference[i];
    used++;
  }
  if (!used || !(precision + recall > 0)) return 0;
  precision /= used;
  recall /= used;
  return 100 * (5 * precision * recall / (4 * precision + recall));
}

double us_chrf2_score(const us_chrf_counts *c) { return score(c, US_CHRF_CHARS); }
double us_chrf_plus_score(const us_chrf_counts *c) { return score(c, US_CHRF_ORDERS); }

static void add(us_chrf_counts *sum, const us_chrf_counts *c) {
  for (int i = 0; i < US_CHRF_ORDERS; i++) {
    sum->text[i] += c->text[i];
    sum->reference[i] += c->reference[i];
    sum->matches[i] += c->matches[i];
  }
}

bool us_chrf_add(us_chrf *x, us_slice text, const us_slice *references, size_t count, us_chrf_counts *chrf2,
                 us_chrf_counts *plus) {
  us_lexicon_clear(&x->lexicon);
  if (!take_chars(text, &x->text_chars) || !take_words(&x->lexicon, text, &x->text_words) ||
      !us_grams_text(&x->chars, x->text_chars.p, x->text_chars.n, US_CHRF_CHARS) ||
      !us_grams_text(&x->words, x->text_words.p, x->text_words.n, US_CHRF_WORDS))
    return false;
  us_chrf_counts best2 = {0}, best_plus = {0};
  double score2 = -1, score_plus = -1;
  for (size_t i = 0; i < count; i++) {
    if (!take_chars(references[i], &x->chars_now) || !take_words(&x->lexicon, references[i], &x->words_now))
      return false;
    us_chrf_counts here = {0};
    if (i) {
      us_grams_forget(&x->chars);
      us_grams_forget(&x->words);
    }
    us_grams_compare(&x->chars, x->chars_now.p, x->chars_now.n, US_CHRF_CHARS, here.matches);
    us_grams_compare(&x->words, x->words_now.p, x->words_now.n, US_CHRF_WORDS, here.matches + US_CHRF_CHARS);
    fill_totals(&here, x->text_chars.n, x->text_words.n, x->chars_now.n, x->words_now.n);
    if (us_chrf2_score(&here) > score2) {
      score2 = us_chrf2_score(&here);
      best2 = here;
    }
    if (us_chrf_plus_score(&here) > score_plus) {
      score_plus = us_chrf_plus_score(&here);
      best_plus = here;
    }
  }
  add(chrf2, &best2);
  add(plus, &best_plus);
  return true;
}

void us_chrf_free(us_chrf *x) {
  us_lexicon_free(&x->lexicon);
  us_grams_free(&x->chars);
  us_grams_free(&x->words);
  us_vec_free(&x->text_chars);
  us_vec_free(&x->text_words);
  us_vec_free(&x->chars_now);
  us_vec_free(&x->words_now);
}
