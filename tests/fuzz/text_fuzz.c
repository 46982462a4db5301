/* Any bytes as text: code points, windows, tokens and quotes cover it in order and step outside nowhere. */
#include "fuzz/fuzz.h"
#include "text/quote.h"
#include "text/token.h"
#include "text/window.h"

static void check_code_points(us_slice s) {
  size_t forward = 0, back = 0;
  for (size_t at = 0; at < s.n; forward++) {
    int32_t cp;
    size_t n = us_utf8_next(s, at, &cp);
    FUZZ_CHECK(n >= 1 && n <= 4 && at + n <= s.n);
    FUZZ_CHECK(cp != US_INVALID || n == 1);
    FUZZ_CHECK(us_utf8_prev(s, at + n) == at);
    (void)us_is_letter(cp), (void)us_is_space(cp), (void)us_is_upper(cp), (void)us_is_mark(cp);
    at += n;
  }
  for (size_t at = s.n; at > 0; back++) {
    size_t before = us_utf8_prev(s, at);
    FUZZ_CHECK(before < at);
    at = before;
  }
  FUZZ_CHECK(forward == us_utf8_count(s) && forward == back);
}

static void check_shapes(us_slice s) {
  us_buf folded = {0}, again = {0};
  us_fold(&folded, s);
  us_fold(&again, us_buf_slice(&folded));
  FUZZ_CHECK(us_slice_eq(us_buf_slice(&folded), us_buf_slice(&again)));
  for (int shape = US_SHAPE_NONE; shape <= US_SHAPE_MIXED; shape++) {
    us_buf_clear(&again);
    us_apply_shape(&again, s, (us_shape)shape);
  }
  us_buf_free(&folded);
  us_buf_free(&again);
}

static void check_window(us_slice window, us_token_vec *tokens) {
  static const us_slice words[] = {{"dr", 2}, {"mr", 2}, {"no", 2}};
  const us_abbreviations abbreviations = {words, 3};
  tokens->n = 0;
  FUZZ_CHECK(us_tokenize(window, &abbreviations, tokens));
  uint32_t last = 0;
  for (size_t i = 0; i < tokens->n; i++) {
    us_token t = tokens->p[i];
    FUZZ_CHECK(t.begin >= last && t.end > t.begin && t.end <= window.n && t.kind <= US_TOK_OTHER);
    for (; last < t.begin;) { /* only white space stands between tokens */
      int32_t cp;
      last += (uint32_t)us_utf8_next(window, last, &cp);
      FUZZ_CHECK(us_is_space(cp));
    }
    last = t.end;
    check_shapes(us_token_text(window, t));
  }
  us_quotes_mark(window, tokens->p, tokens->n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  us_slice text = fuzz_slice(data, size), window;
  us_token_vec tokens = {0};
  check_code_points(text);
  size_t at = 0, sum = 0;
  while (us_window_next(text, &at, &window)) {
    FUZZ_CHECK(window.n > 0 && window.n <= US_WINDOW_MAX && window.p == text.p + sum);
    sum += window.n;
    check_window(window, &tokens);
  }
  FUZZ_CHECK(sum == text.n);
  us_vec_free(&tokens);
  return 0;
}
