#include "model/model_token.h"

static void punctuation(us_buf *out, us_slice mark) {
  int32_t cp;
  us_utf8_next(mark, 0, &cp);
  switch (cp) {
    case 0x201C:
    case 0x201D:
    case 0x201E:
    case 0x201F:
    case 0xAB:
    case 0xBB:
    case 0x2033: us_buf_putc(out, '"'); return;
    case 0x2018:
    case 0x2019:
    case 0x201A:
    case 0x201B:
    case 0x2039:
    case 0x203A:
    case 0x2032:
    case 0x60:
    case 0xB4: us_buf_putc(out, '\''); return;
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
    case 0x2015:
    case 0x2212: us_buf_putc(out, '-'); return;
    case 0x2026: us_buf_puts(out, "..."); return;
    case US_INVALID: us_buf_puts(out, "<other>"); return;
    default: break;
  }
  if (cp == '.' && mark.n > 1) us_buf_puts(out, "...");
  else if (cp < 32 || cp == 127 || us_is_space(cp)) us_buf_puts(out, "<other>");
  else us_buf_append(out, mark);
}

void us_model_token(us_buf *out, us_slice window, us_token t) {
  us_slice text = us_token_text(window, t);
  switch ((us_token_kind)t.kind) {
    case US_TOK_WORD:
    case US_TOK_CLITIC:
    case US_TOK_ABBREV: us_fold(out, text); return;
    case US_TOK_NUMBER: us_buf_puts(out, text.p[text.n - 1] == '%' ? "<num>%" : "<num>"); return;
    case US_TOK_VERBATIM: us_buf_puts(out, "<verbatim>"); return;
    case US_TOK_PUNCT:
    case US_TOK_OTHER: punctuation(out, text); return;
  }
}
