#include "forms/rules.h"

static bool vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

/* A vowel by its place: y counts inside a word, u after q does not. */
static bool vowel_at(us_slice s, size_t i) {
  if (s.p[i] == 'y') return i > 0 && !vowel(s.p[i - 1]);
  if (s.p[i] == 'u' && i > 0 && s.p[i - 1] == 'q') return false;
  return vowel(s.p[i]);
}

static bool ends(us_slice s, const char *end) {
  size_t n = strlen(end);
  return s.n > n && memcmp(s.p + s.n - n, end, n) == 0;
}

bool us_rule_can_double(us_slice s) {
  if (s.n < 2) return false;
  char c = s.p[s.n - 1];
  if (c < 'a' || c > 'z' || vowel(c) || c == 'w' || c == 'x' || c == 'y' || c == 'h') return false;
  if (!vowel_at(s, s.n - 2)) return false;
  return s.n == 2 || !vowel_at(s, s.n - 3);
}

bool us_rule_one_syllable(us_slice s) {
  unsigned groups = 0;
  for (size_t i = 0; i < s.n; i++)
    if (vowel_at(s, i) && (i == 0 || !vowel_at(s, i - 1))) groups++;
  return groups == 1;
}

static us_rule_word join(us_slice stem, size_t cut, const char *ending) {
  us_rule_word out = {.n = 0};
  size_t n = strlen(ending);
  memcpy(out.p, stem.p, stem.n - cut);
  memcpy(out.p + stem.n - cut, ending, n);
  out.n = stem.n - cut + n;
  out.p[out.n] = 0;
  return out;
}

static bool consonant_y(us_slice s) { return s.n > 1 && s.p[s.n - 1] == 'y' && !vowel(s.p[s.n - 2]); }

static us_rule_word with_s(us_slice s) {
  if (consonant_y(s) || ends(s, "quy")) return join(s, 1, "ies");
  if (ends(s, "s") || ends(s, "x") || ends(s, "z") || ends(s, "ch") || ends(s, "sh")) return join(s, 0, "es");
  return join(s, 0, "s");
}

/* -ed, -er, -est: those that begin with e. */
static us_rule_word with_e(us_slice s, const char *ending, bool double_last) {
  if (ends(s, "e")) return join(s, 1, ending);
  if (consonant_y(s)) {
    us_rule_word out = join(s, 1, "i");
    return join((us_slice){out.p, out.n}, 0, ending);
  }
  if (double_last) {
    char twice[2] = {s.p[s.n - 1], 0};
    us_rule_word out = join(s, 0, twice);
    return join((us_slice){out.p, out.n}, 0, ending);
  }
  if (ends(s, "ic")) {
    us_rule_word out = join(s, 0, "k");
    return join((us_slice){out.p, out.n}, 0, ending);
  }
  return join(s, 0, ending);
}

static us_rule_word with_ing(us_slice s, bool double_last) {
  if (ends(s, "ie")) return join(s, 2, "ying");
  if (ends(s, "e") && !ends(s, "ee") && !ends(s, "oe") && !ends(s, "ye")) return join(s, 1, "ing");
  if (ends(s, "e")) return join(s, 0, "ing");
  if (double_last) {
    char twice[2] = {s.p[s.n - 1], 0};
    us_rule_word out = join(s, 0, twice);
    return join((us_slice){out.p, out.n}, 0, "ing");
  }
  return join(s, 0, ends(s, "ic") ? "king" : "ing");
}

us_rule_word us_rule_form(us_slice s, us_tag tag, bool double_last) {
  us_rule_word none = {.n = 0};
  if (s.n < 2 || s.n > US_RULE_WORD_MAX - 8) return none;
  switch (tag) {
    case US_TAG_NOUN_SG:
    case US_TAG_VERB_BASE:
    case US_TAG_ADJ:
    case US_TAG_ADV: return join(s, 0, "");
    case US_TAG_NOUN_PL: return with_s(s);
    case US_TAG_VERB_S: return ends(s, "o") && !vowel(s.p[s.n - 2]) ? join(s, 0, "es") : with_s(s);
    case US_TAG_VERB_PAST:
    case US_TAG_VERB_PART: return with_e(s, "ed", double_last);
    case US_TAG_VERB_ING: return with_ing(s, double_last);
    case US_TAG_ADJ_ER:
    case US_TAG_ADV_ER: return with_e(s, "er", double_last);
    case US_TAG_ADJ_EST:
    case US_TAG_ADV_EST: return with_e(s, "est", double_last);
    case US_TAG_NONE:
    case US_TAG_NAME:
    case US_TAG_NUM:
    case US_TAG_DET:
    case US_TAG_PRON:
    case US_TAG_POSS:
    case US_TAG_MODAL:
    case US_TAG_AUX:
    case US_TAG_PREP:
    case US_TAG_CONJ:
    case US_TAG_WH:
    case US_TAG_TO:
    case US_TAG_NEG:
    case US_TAG_EXIST:
    case US_TAG_INTERJ:
    case US_TAG_PUNCT:
    case US_TAG_OTHER:
    case US_TAG_COUNT: break;
  }
  return none;
}
