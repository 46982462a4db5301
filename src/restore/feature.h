/* feature.h - what a candidate is judged by. Each feature has one line here and one line of weights in
 * data/weights.tsv; the scorer (scorer.h) makes natural-log odds against leaving the text as it is out of them. */
#ifndef US_RESTORE_FEATURE_H
#define US_RESTORE_FEATURE_H

/* X(name, meaning) */
#define US_FEATURES(X)                                                                                              \
  /* what the phrase table says */                                                                                  \
  X(row, "a row of the phrase table proposes it")                                                                   \
  X(strength1, "the row says: seldom")                                                                              \
  X(strength2, "the row says: sometimes")                                                                           \
  X(strength3, "the row says: half the time")                                                                       \
  X(strength4, "the row says: usually")                                                                             \
  X(strength5, "the row says: practically always")                                                                  \
  X(row_share, "the row's strength over that of all rows for the same words")                                       \
  X(conditions, "hard conditions that the row makes and that hold, at most 3")                                      \
  X(near_hit, "a word that belongs to the plain sense stands in the document")                                      \
  X(near_miss, "the row names such words and none does")                                                            \
  X(innocent, "ln of 1 + how often a million clean words hold the spun phrase; 0 if uncounted")                     \
  X(uncounted, "a row, but its spun phrase was not counted in clean text")                                          \
  X(of_news, "a row of the first family of spinners (syntax.txt) proposes it")                                        \
  X(of_area, "a row of the second")                                                                                   \
  X(of_spinbot, "a row of the third")                                                                                 \
  X(of_tortured, "a row of the fourth")                                                                               \
  /* what thesauri and learned counts say */                                                                        \
  X(synonym, "WordNet: synonyms")                                                                                   \
  X(near, "WordNet: the plain word is broader or similar")                                                          \
  X(narrow, "WordNet: the plain word is narrower")                                                                  \
  X(sense_plain, "1 over the number of the plain word's sense that relates them; 0 if WordNet does not")            \
  X(sense_spun, "the same for the spun word")                                                                       \
  X(listed, "MyThes lists the spun word under the plain one")                                                       \
  X(reverse, "MyThes lists the plain word under the spun one")                                                      \
  X(makers, "simulated spinners that make this substitution, over 4")                                               \
  X(simulated, "log10 P(plain | spun) over simulated spinners, plus 4, at least 0")                                 \
  X(emitted, "log10 P(spun | plain), the highest of all spinners, plus 4, at least 0")                              \
  X(observed, "log10 P(plain | spun) in what real spinners wrote, plus 3, at least 0")                              \
  X(observed_count, "ln(1 + how often they were seen to)")                                                          \
  X(judged, "log10 P(plain | spun) as we judged it, plus 2.5, at least 0")                                          \
  X(output, "log10 of how often spinners would print the spun word, over how often plain English has it")           \
  X(rank, "ln of the candidate's rank in the channel; 4 if it is not there")                                        \
  X(choices, "ln of how many candidates there are for these words")                                                 \
  /* shape */                                                                                                       \
  X(words, "words of the spun phrase beyond the first, at most 4")                                                  \
  X(words_more, "words of the plain phrase less those of the spun one")                                             \
  X(letters, "bytes of the plain phrase less those of the spun one, over 5")                                        \
  X(length, "bytes of the spun phrase, over 10")                                                                    \
  X(prefix, "the two begin with the same four letters")                                                             \
  X(function, "the plain phrase begins with a function word")                                                       \
  X(tag_other, "the tagger reads the head as another part of speech: how sure it is, over the words of the phrase") \
  X(tag_guessed, "the head is a known word, but not in the row's part of speech: 1 over the words of the phrase")   \
  X(form, "the plain word stands in another form than the spun one")                                                \
  X(verb, "the head is a verb")                                                                                     \
  X(noun, "the head is a noun")                                                                                     \
  /* the document */                                                                                                \
  X(repeated, "ln of how often the spun words stand in the document, over what clean text would show, 0 to 3")      \
  X(own_plain, "ln(1 + how often the plain words stand in quotes, names and the headline)")                         \
  X(own_spun, "the same for the words of the spun phrase")                                                          \
  X(seen_plain, "ln(1 + how often the plain words stand in the document)")                                          \
  X(votes, "ln(1 + how many other words of the document it could stand for, each by how well it fits there)")       \
  X(name_risk, "opens a sentence with a capital that may belong to a name")                                         \
  /* frequency */                                                                                                   \
  X(common, "log10 of how much commoner the plain phrase is than the spun one")                                     \
  X(common_plain, "log10 per million words of the plain phrase")                                                    \
  X(common_spun, "log10 per million words of the spun phrase")                                                      \
  /* the language model */                                                                                          \
  X(model, "log10 gain in the language model over the phrase and the words behind it, -8 to 8")                     \
  X(model_right, "the part of it that the words behind gain, -6 to 6")                                              \
  X(model_kept, "log10 probability of the spun phrase where it stands, by word")                                    \
  /* word vectors */                                                                                                \
  X(alike, "cosine of the two words' vectors")                                                                      \
  X(company, "how much more the words around call for the plain word")                                              \
  X(topic, "cosine of the plain word and the document, less that of the spun word")                                 \
  /* fixed expressions, see compose.c */                                                                            \
  X(expression, "the plain phrase, alone or with the words beside it as they stand, is a fixed expression")             \
  X(expression_near, "with candidates for the words beside it, it would be one")                                        \
  X(expression_broken, "a fixed expression as it stands, which this would change")                                      \
  X(composed, "an expression composed of what its words, each by itself, may have been")                                \
  X(composed_words, "how many words that changes, less one")                                                            \
  X(composed_weakest, "log10 of how likely the least likely of them is, plus 3")                                        \
  X(composed_mean, "the mean of the same")                                                                              \
  /* how spun the document looks */                                                                                 \
  X(page_gain, "mean over the document's words with candidates of the best gain in the language model, 0 to 3")     \
  X(page_rows, "share of them that a row of strength 4 or 5 wants changed")                                         \
  X(page_model, "mean log10 probability of the document's words")                                                     \
  X(page_news, "share of the places that a row of the first family, of strength 3 or more, wants changed")            \
  X(page_area, "the same for the second")                                                                             \
  X(page_spinbot, "the same for the third")                                                                           \
  X(page_tortured, "the same for the fourth")

typedef enum us_feature {
#define X(name, meaning) US_F_##name,
  US_FEATURES(X)
#undef X
      US_FEATURE_COUNT
} us_feature;

const char *us_feature_name(us_feature feature);

#endif
