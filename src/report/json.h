/* json.h - what marks our edit lists. JSON.md describes them for others. */
#ifndef US_REPORT_JSON_H
#define US_REPORT_JSON_H

#define US_JSON_FORMAT "unspin-edits"
/* Raised when a reader of the last version would go wrong; new members alone do not raise it. */
#define US_JSON_VERSION 1

#endif
