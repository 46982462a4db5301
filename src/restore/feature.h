/* feature.h - what a candidate is judged by. Each feature has one line here and one weight in data/engine.tsv; a score
 * is their weighted sum, in natural-log odds against leaving the text as it is. */
#ifndef US_RESTORE_FEATURE_H
#define US_RESTORE_FEATURE_H

/* X(name, meaning) */
#define US_FEATURES(X)                                                                                              \
  X(bias, "1 for every candidate")                                                                                  \
  X(strength1, "the row says: seldom")                                                                              \
  X(strength2, "the row says: sometimes")                                                                           \
  X(strength3, "the row says: half the time")                                                                       \
  X(strength4, "the row says: usually")                                                                             \
  X(strength5, "the row says: practically always")                                                                  \
  X(words, "words of the spun phrase beyond the first, at most 4")                                                  \
  X(innocent, "ln of 1 + how often a million clean words hold the spun phrase; 0 if uncounted")                     \
  X(plain, "ln of 1 + how often a million clean words hold the plain phrase; 0 if uncounted")                       \
  X(uncounted, "the spun phrase was not counted in clean text")                                                     \
  X(tag_other, "the tagger reads the head as another part of speech: how sure it is, over the words of the phrase") \
  X(tag_guessed, "the head is a known word, but not in the row's part of speech: 1 over the words of the phrase")   \
  X(conditions, "hard conditions that the row makes and that hold, at most 3")                                      \
  X(repeated, "ln of how often the row fires in the document, over what clean text would show, 0 to 3")             \
  X(near_hit, "a word that belongs to the plain sense stands in the document")                                      \
  X(near_miss, "the row names such words and none does")                                                            \
  X(own_plain, "ln(1 + how often the plain words stand in quotes, names and the headline)")                         \
  X(own_spun, "the same for the words of the spun phrase")                                                          \
  X(name_risk, "opens a sentence with a capital that may belong to a name")                                         \
  X(share, "ln of the document's estimated share of spun words over the usual share in spun text")                  \
  X(model, "log10 gain in the language model over the phrase and the words behind it, -8 to 8")                     \
  X(model_right, "the part of it that the words behind gain, -6 to 6")

typedef enum us_feature {
#define X(name, meaning) US_F_##name,
  US_FEATURES(X)
#undef X
      US_FEATURE_COUNT
} us_feature;

const char *us_feature_name(us_feature feature);

#endif
