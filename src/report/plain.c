#include "report/report.h"

unspin_status us_render_plain(FILE *out, const us_report *report, const us_style *style, unspin_error *err) {
  (void)style;
  (void)err;
  fwrite(report->output.p, 1, report->output.n, out);
  return UNSPIN_OK;
}
