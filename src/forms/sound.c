#include "forms/forms_impl.h"
#include "forms/rules.h"

/* Folded entries end in a star for "any ending". The longest entry wins; -1 where none fits. */
static int listed(const us_forms *f, us_slice word) {
  long at = us_key_find(f->sound_keys, f->sound_count, f->sound_text, word);
  if (at >= 0) return (int)f->sound_keys[at].value;
  char key[US_RULE_WORD_MAX + 1];
  for (size_t n = word.n < US_RULE_WORD_MAX ? word.n : US_RULE_WORD_MAX; n > 0; n--) {
    memcpy(key, word.p, n);
    key[n] = '*';
    at = us_key_find(f->sound_keys, f->sound_count, f->sound_text, (us_slice){key, n + 1});
    if (at >= 0) return (int)f->sound_keys[at].value;
  }
  return -1;
}

static bool upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool in(char c, const char *set) { return c && strchr(set, c) != NULL; }

/* 8, 80, 800; 11 and 18 where they are spoken as such: 11, 11th, 18,000, 1800s. */
static bool number_vowel(us_slice s) {
  if (s.p[0] == '8') return true;
  if (s.n < 2 || s.p[0] != '1' || (s.p[1] != '1' && s.p[1] != '8')) return false;
  size_t digits = 2;
  while (digits < s.n && digit(s.p[digits])) digits++;
  return digits == 2 || digits == 4;
}

/* An acronym is spoken as a word if it looks like one; the exceptions are listed. */
static bool initialism_vowel(us_slice s) { return in(s.p[0], "AEFHILMNORSX"); }

bool us_starts_with_vowel_sound(const us_forms *f, us_slice word) {
  if (!word.n) return false;
  if (digit(word.p[0])) return number_vowel(word);
  size_t letters = 0;
  while (letters < word.n && (upper(word.p[letters]) || word.p[letters] == '.')) letters++;
  us_slice head = us_slice_sub(word, 0, letters);
  bool capitals = letters > 0 && (letters == word.n || in(word.p[letters], "-/'0123456789") ||
                                  (letters > 1 && word.p[letters] == 's' && letters + 1 == word.n));
  if (capitals) {
    int known = listed(f, head);
    if (known >= 0) return known == 1;
    if (letters == 1 && letters < word.n) return initialism_vowel(word); /* X-ray, F-16 */
  }
  char folded[US_RULE_WORD_MAX];
  us_slice low = {folded, word.n < sizeof folded ? word.n : sizeof folded};
  for (size_t i = 0; i < low.n; i++) folded[i] = (char)(upper(word.p[i]) ? word.p[i] - 'A' + 'a' : word.p[i]);
  /* A word that people mostly write in small letters is shouted, not spelt out: HOTEL. */
  us_word word_id = us_forms_word(f, low);
  bool ordinary = (us_forms_flags(f, word_id) & US_WF_LOWER) && us_forms_capital_share(f, word_id) < 128;
  if (capitals && letters > 1 && !ordinary) return initialism_vowel(word);
  int known = listed(f, low);
  if (known >= 0) return known == 1;
  if (in(folded[0], "aeiou")) return true;
  /* é, à, ö and other accented vowels of Latin-1: the second byte without its case bit */
  if ((unsigned char)word.p[0] == 0xC3 && word.n > 1) {
    unsigned second = (unsigned char)word.p[1] & 0xDFu;
    return second >= 0x80 && second <= 0x9C && second != 0x87 && second != 0x90 && second != 0x91 && second != 0x97;
  }
  return false;
}
