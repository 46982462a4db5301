/* channel_judged.c - what spun words stand for, as people judged it: "gathering n : keep 20, group 35, party 12". */
#include "phrases/channel_build.h"

/* "plain words 35" into the words and the number; false if it is not that. */
static bool parse_share(us_slice item, us_slice *words, unsigned *percent) {
  while (item.n && item.p[0] == ' ') item = us_slice_sub(item, 1, item.n);
  size_t at = item.n, digits = 0;
  while (at > 0 && item.p[at - 1] >= '0' && item.p[at - 1] <= '9') at--;
  digits = item.n - at;
  if (digits < 1 || digits > 3 || at < 2 || item.p[at - 1] != ' ') return false;
  *percent = 0;
  for (size_t i = at; i < item.n; i++) *percent = *percent * 10 + (unsigned)(item.p[i] - '0');
  *words = us_slice_sub(item, 0, at - 1);
  return *percent <= 100;
}

/* "spun words n" into the words and their part of speech. */
static bool parse_head(us_slice head, us_slice *spun, us_pos *pos) {
  while (head.n && head.p[head.n - 1] == ' ') head.n--;
  if (head.n < 3 || head.p[head.n - 2] != ' ') return false;
  *pos = us_channel_pos(us_slice_sub(head, head.n - 1, head.n));
  *spun = us_slice_sub(head, 0, head.n - 2);
  return *pos != US_POS_NONE;
}

static bool parse_line(us_slice line, us_slice *spun, us_pos *pos, unsigned *kept, us_slice *rest) {
  us_slice head, first, word;
  if (!us_slice_cut(&line, ':', &head) || !parse_head(head, spun, pos) || !us_slice_cut(&line, ',', &first))
    return false;
  *rest = line;
  return parse_share(first, &word, kept) && us_slice_eq(word, US_LIT("keep"));
}

static unspin_status add_line(us_channel_builder *b, us_slice line, const char *path, size_t number,
                              unspin_error *err) {
  us_slice spun, rest, item;
  us_pos pos;
  unsigned kept, total;
  if (!parse_line(line, &spun, &pos, &kept, &rest))
    return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: expected words, part of speech, a colon and \"keep\" with a number",
                   path, number);
  total = kept;
  while (us_slice_cut(&rest, ',', &item)) {
    unsigned percent;
    us_channel_claim c = {.spun = spun, .pos = pos};
    if (!parse_share(item, &c.plain, &percent) || (total += percent) > 100)
      return us_fail(err, UNSPIN_ERR_FORMAT, "%s:%zu: expected plain words and percentages, 100 in all at most", path,
                     number);
    c.judged = percent / 100.0;
    US_TRY(us_channel_builder_add(b, &c, err));
  }
  return UNSPIN_OK;
}

unspin_status us_channel_add_judged(us_channel_builder *b, const char *path, unspin_error *err) {
  us_buf text = {0};
  unspin_status status = us_file_read(path, &text, err);
  us_slice rest = us_buf_slice(&text), line;
  for (size_t number = 1; !status && us_slice_cut(&rest, '\n', &line); number++)
    if (line.n && line.p[0] != '#') status = add_line(b, line, path, number, err);
  us_buf_free(&text);
  return status;
}
