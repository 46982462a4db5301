#include <math.h>

#include "base/file.h"
#include "forms/compile/read.h"
#include "forms/compile/steps.h"
#include "text/utf8.h"

unspin_status lex_load_counts(lexicon *lex, const char *dict, unspin_error *err) {
  reader r;
  unspin_status status;
  US_TRY_GOTO(reader_open(&r, dict, "word-counts.tsv", err), done);
  us_slice rest = us_buf_slice(&r.text), line;
  while (us_slice_cut(&rest, '\n', &line)) {
    static const char TOTAL[] = "# total\t";
    double total;
    if (line.n <= sizeof TOTAL || memcmp(line.p, TOTAL, sizeof TOTAL - 1) != 0) continue;
    if (read_number(us_slice_sub(line, sizeof TOTAL - 1, line.n), &total)) lex->total = (uint64_t)total;
    break;
  }
  while (reader_next(&r)) {
    double count, capital;
    if (r.count != 3 || !read_number(r.field[1], &count) || !read_number(r.field[2], &capital) || count < 0 ||
        count > 4e9) {
      status = reader_fail(&r, err, "wanted word, count, count with a capital");
      goto done;
    }
    if (!lex_is_word(r.field[0])) continue;
    lex_id id = lex_add(lex, r.field[0]);
    if (id == LEX_NONE) break;
    lex_at(lex, id)->count = (uint32_t)count;
    lex_at(lex, id)->capital = count > 0 ? fmin(1, capital / count) : 0;
  }
  if (!lex->total) status = us_fail(err, UNSPIN_ERR_FORMAT, "%s: no line with the total", r.path.p);
  if (lex->failed) status = us_nomem(err);
done:
  reader_close(&r);
  return status;
}

static unspin_status load_dictionary(lexicon *lex, const char *dir, const char *name, unspin_error *err) {
  us_buf path = {0}, text = {0}, folded = {0};
  unspin_status status;
  us_buf_printf(&path, "%s/%s.dic", dir, name);
  if (path.failed) return us_nomem(err);
  US_TRY_GOTO(us_file_read(path.p, &text, err), done);
  us_slice rest = us_buf_slice(&text), line;
  us_slice_cut(&rest, '\n', &line); /* how many follow */
  while (us_slice_cut(&rest, '\n', &line)) {
    size_t n = 0;
    while (n < line.n && line.p[n] != '/' && line.p[n] != '\t' && line.p[n] != '\r' && line.p[n] != ' ') n++;
    us_buf_clear(&folded);
    us_fold(&folded, us_slice_sub(line, 0, n));
    us_slice word = us_buf_slice(&folded);
    if (!lex_is_word(word) || word.p[word.n - 1] == '\'' || (word.n > 2 && memcmp(word.p + word.n - 2, "'s", 2) == 0))
      continue;
    lex_id id = lex_add(lex, word);
    if (id == LEX_NONE) break;
    lex_at(lex, id)->entry = true;
    us_shape shape = us_shape_of(us_slice_sub(line, 0, n));
    if (shape == US_SHAPE_TITLE && n > 1) lex_at(lex, id)->flags |= US_WF_NAME; /* March beside march */
  }
  if (lex->failed || folded.failed) status = us_nomem(err);
done:
  us_buf_free(&folded);
  us_buf_free(&text);
  us_buf_free(&path);
  return status;
}

unspin_status lex_load_entries(lexicon *lex, const char *hunspell, unspin_error *err) {
  US_TRY(load_dictionary(lex, hunspell, "en_GB", err));
  return load_dictionary(lex, hunspell, "en_US", err);
}
