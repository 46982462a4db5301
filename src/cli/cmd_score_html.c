/* The page of a score: what both measurements have in common. */
#include "cli/cmd_score_html.h"

#include <math.h>
#include <stdlib.h>

/* Green or red where chance alone does not explain it. */
static const char *class_of(const score_figure *f) {
  if (f->interval.low > 0) return f->sign > 0 ? "bad" : "good";
  if (f->interval.high < 0) return f->sign > 0 ? "good" : "bad";
  return "";
}

static double larger(double a, double b) { return fabs(a) > b ? fabs(a) : b; }

/* The interval as a bar; the middle of the cell is no change. */
static void put_bar(FILE *out, const score_figure *f) {
  double low = f->interval.low, high = f->interval.high;
  fputs("<td class=\"ci\" aria-hidden=\"true\">", out);
  double most = larger(high, larger(low, 0));
  if (isfinite(low) && isfinite(high) && most > 0)
    fprintf(out, "<span><i class=\"%s\" style=\"left:%.1f%%;width:%.1f%%\"></i></span>", class_of(f),
            50 + 48 * low / most, 48 * (high - low) / most);
  fputs("</td>", out);
}

static void put_interval(FILE *out, const score_figure *f) {
  double low = f->interval.low * f->scale, high = f->interval.high * f->scale;
  fputs("<td class=\"n\">", out);
  if (isfinite(low) && isfinite(f->change)) fprintf(out, "%+.*f to %+.*f", f->decimals, low, f->decimals, high);
  else if (isfinite(low)) fprintf(out, "%.*f to %.*f", f->decimals, low, f->decimals, high);
  fputs("</td>", out);
}

static void put_figure(FILE *out, const score_figure *f) {
  fputs("<tr><th scope=\"row\">", out);
  us_web_text(out, us_slice_of(f->name));
  if (isfinite(f->floor)) fprintf(out, " (floor %.*f)", f->decimals, f->floor);
  fputs("</th>", out);
  cli_page_number(out, f->before * f->scale, f->decimals, false);
  cli_page_number(out, f->after * f->scale, f->decimals, false);
  cli_page_number(out, f->change * f->scale, f->decimals, true);
  put_interval(out, f);
  put_bar(out, f);
  fputs("</tr>\n", out);
}

void score_html_table(FILE *out, const char *caption, const score_figure *figures, size_t n) {
  fputs("<section class=\"box\">", out);
  if (caption) {
    fputs("<h2>", out);
    us_web_text(out, us_slice_of(caption));
    fputs("</h2>", out);
  }
  fputs(
      "<div class=\"scroll\"><table class=\"all\"><thead><tr><th scope=\"col\">figure</th>"
      "<th scope=\"col\" class=\"n\">before</th><th scope=\"col\" class=\"n\">after</th>"
      "<th scope=\"col\" class=\"n\">change</th><th scope=\"col\" class=\"n\">95 % interval</th><th></th></tr></thead>"
      "<tbody>\n",
      out);
  for (size_t i = 0; i < n; i++) put_figure(out, &figures[i]);
  fputs("</tbody></table></div></section>\n", out);
}

void score_html_heads(FILE *out, const char *names) {
  us_slice rest = us_slice_of(names), name;
  for (bool number = false; us_slice_cut(&rest, '|', &name); number = true) {
    fprintf(out, "<th scope=\"col\"%s>", number ? " class=\"n\"" : "");
    us_web_text(out, name);
    fputs("</th>", out);
  }
}
