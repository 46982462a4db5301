/* pieces.h - walks along a JSON object or array piece by piece, so that only one piece at a time is ever parsed. */
#ifndef US_REPORT_PIECES_H
#define US_REPORT_PIECES_H

#include "base/slice.h"

typedef struct us_pieces {
  us_slice json;
  size_t at;         /* where the next piece, or the end, is looked for */
  const char *wrong; /* what is wrong at AT, or NULL */
  char close;        /* the bracket that ends it: } or ] */
  bool begun;
} us_pieces;

/* Places in us_pieces.json; the text is not checked beyond its brackets and quotation marks. */
typedef struct us_piece {
  size_t key, key_end; /* with quotation marks; empty in an array */
  size_t begin, end;   /* the value */
} us_piece;

/* Moves behind white space. */
size_t us_json_blank(us_slice json, size_t at);
/* PIECES over the object or array that begins at AT; wrong is set if none does. */
us_pieces us_pieces_open(us_slice json, size_t at);
/* False at the end, with AT behind the closing bracket, or where something is wrong. */
bool us_pieces_next(us_pieces *pieces, us_piece *piece);

#endif
