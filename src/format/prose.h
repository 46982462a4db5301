/* prose.h - the prose of a document in some format, and where each of its bytes comes from. */
#ifndef US_FORMAT_PROSE_H
#define US_FORMAT_PROSE_H

#include "base/buf.h"
#include "base/vec.h"

/* How a stretch of prose stands in the source, and what an edit may do to it. */
typedef enum us_stretch_kind {
  US_STRETCH_PLAIN,  /* the same bytes: free */
  US_STRETCH_ESCAPE, /* written otherwise (a JSON \n, a CSV ""): replaced whole or not at all */
  US_STRETCH_FIXED,  /* written otherwise (an HTML entity): stays as it is */
  US_STRETCH_BLANK,  /* a line end within a paragraph, with its indentation: reads as a blank and stays as it is */
  US_STRETCH_BREAK   /* nothing in the source: a paragraph's end, or the place of something that is no prose */
} us_stretch_kind;

typedef struct us_stretch {
  size_t prose, prose_len;   /* bytes in us_prose.text */
  size_t source, source_len; /* bytes of the source */
  us_stretch_kind kind;
} us_stretch;

/* Appends TEXT as it has to be written where the stretch that begins at SOURCE stands. */
typedef void us_prose_writer(const void *cookie, us_slice text, us_buf *out);

/* Stretches ascend in both texts and cover all of the prose; source between two of them is markup. */
typedef struct us_prose {
  us_buf text;
  US_VEC(us_stretch) map;
  bool failed;                 /* out of memory: checking once at the end is enough */
  bool strict;                 /* markup that is left empty changes its meaning (Markdown) */
  us_prose_writer *write;      /* NULL: as it is */
  const void *cookie;          /* of write */
  size_t wrap_begin, wrap_end; /* a CSV cell without quotes, which needs them if a replacement NEEDS_QUOTES */
  bool (*needs_quotes)(const void *cookie, us_slice text);
} us_prose;

/* What stands where something was that is no prose: U+FFFC, object replacement character. */
#define US_PROSE_OBJECT "\xEF\xBF\xBC"

void us_prose_clear(us_prose *prose);
void us_prose_free(us_prose *prose);

/* Each appends to the end. */
void us_prose_add_plain(us_prose *prose, us_slice source, size_t begin, size_t end);
void us_prose_add(us_prose *prose, us_stretch_kind kind, us_slice text, size_t source, size_t source_len);
/* A line end within a paragraph; at the beginning of one it is none of the prose. */
void us_prose_add_blank(us_prose *prose, size_t source, size_t source_len);
void us_prose_end_line(us_prose *prose);
void us_prose_end_paragraph(us_prose *prose);
void us_prose_add_object(us_prose *prose);

/* The stretch that byte AT of the prose belongs to; AT below the length. */
size_t us_prose_find(const us_prose *prose, size_t at);

#endif
