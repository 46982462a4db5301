#include "report/report.h"

bool us_report_valid(const us_report *report, unspin_error *err) {
  size_t end = 0;
  for (size_t i = 0; i < report->edit_count; i++) {
    const unspin_edit *edit = report->edits[i];
    const char *wrong = NULL;
    if (edit->end < edit->begin || edit->end > report->input.n) wrong = "lies outside the text";
    else if (edit->begin < end) wrong = "overlaps the one before it";
    else if (edit->before.len != edit->end - edit->begin ||
             (edit->before.len && memcmp(report->input.p + edit->begin, edit->before.text, edit->before.len) != 0))
      wrong = "does not match the text";
    if (wrong) {
      us_fail(err, UNSPIN_ERR_INVALID, "edit %zu (bytes %zu to %zu) %s", i + 1, edit->begin, edit->end, wrong);
      return false;
    }
    end = edit->end;
  }
  return true;
}
