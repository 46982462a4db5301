"""Pages made by chance, in the shapes that pages have: nested and unclosed tags, references, comments, scripts, odd
spacing, CRLF, upper case. Whatever is restored, not a byte of what is no prose may differ, and edits taken back must give
the page again."""
import html.parser
import json
import random
import re
import sys
import unittest

from steady import PHRASES, SteadyCase, harness

PAGES = 160
SENTENCES = ['The {0} gave the {1} to the plan, and the firms will {2} with the work.',
             'The firms will {2} with the plan because the {0} asked them on Monday.',
             'At the harbour the {0} gave the {1} to the new road and the old bridge.',
             'Nobody asked the {0} for money, but the neighbours will {2} with the garden.']
CLEAN = ['He walked home along the river and thought about dinner.', 'It rained for the rest of the week.',
         'The bakery opens at seven and the butcher at eight.']
# Places where the words are none of ours; each holds the marker HIDDEN once.
HIDDEN = 'the govt will lend a hand'
SPARED = ['<!-- {} -->', '<script>var x = "<p>{}</p>"; // 1 < 2 && 3 > 2</script>', '<style>.a::after {{ content: "{}" }}</style>',
          '<pre>\n  {}\n</pre>', '<p>See <code>{}</code> for more.</p>', '<textarea rows=2>{}</textarea>',
          '<img src="a.png" alt="{}">', "<a href='/x?q={}' title='1 > 2'>home</a>", '<p translate="no">{}</p>',
          '<blockquote><p>{}</p></blockquote>', '<p>He wrote <q>{}</q> to them.</p>', '<select><option>{}</select>',
          '<input value="{}">', '<svg><title>{}</title></svg>', '<!-- unspin:off --><p>{}</p><!-- unspin:on -->',
          '<p lang="fr">{}</p>', '<p>Press <kbd>{}</kbd> now</p>', '<div data-x="{}"></div>']
INLINE = ['b', 'i', 'em', 'strong', 'a href="/govt?lend=a&amp;hand=1"', 'span class="x y"', 'u', 'small', 'font color=red',
          'mark', 'ins', 'span style=\'font: 1em "Lend A Hand"\'', 'STRONG', 'abbr title="lend a hand"']


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.plain = []    # what the page must say in the end
        self.crossing = 0  # phrases with a tag or a line end inside
        self.blank_inside = True  # tags may begin with a blank

    def case(self, tag):
        return tag.upper() if self.upper else tag

    def tags(self):
        tag = self.case(self.r.choice(INLINE))
        return f'<{tag}>', f'</{tag.split()[0]}>'

    def gap(self):
        return self.r.choice([' '] * 4 + ['\n', '\n      ', ' \n', '\t'])

    def phrase(self, words, plain):
        """One way to set a phrase: as it is, in tags, or with tags and line ends inside."""
        r = self.r
        self.plain.append(plain)
        way = r.random()
        if way < 0.35:
            return ' '.join(words)
        if way < 0.5:
            begin, end = self.tags()
            return begin + ' '.join(words) + end
        self.crossing += 1
        if len(words) == 1:
            begin, end = self.tags()
            at = r.randrange(1, len(words[0]))
            return words[0][:at] + begin + words[0][at:] + end
        if way < 0.7:  # a tag around one of them
            at = r.randrange(len(words))
            begin, end = self.tags()
            return ' '.join(begin + w + end if i == at else w for i, w in enumerate(words))
        if way < 0.8 and self.blank_inside:
            begin, end = self.tags()
            return words[0] + begin + ' ' + ' '.join(words[1:]) + end
        if way < 0.9:  # a comment
            return words[0] + ' <!-- lend a hand -->' + ' '.join(words[1:])
        joined = words[0]
        for w in words[1:]:
            joined += self.gap() + w
        return joined

    def sentence(self):
        r = self.r
        if r.random() < 0.3:
            return r.choice(CLEAN)
        form = r.choice(SENTENCES)
        used = [int(n) for n in re.findall(r'\{(\d)\}', form)]
        made = {n: None for n in used}
        for n in used:
            made[n] = self.phrase(*PHRASES[n])
        return form.format(*[made.get(n) for n in range(3)])

    def paragraph(self):
        text = self.gap().join(self.sentence() for _ in range(self.r.randint(1, 3)))
        if self.r.random() < 0.3:
            text = text.replace(' and ', self.r.choice([' &amp; ', '&nbsp;and ', ' and&#160;']), 1)
        if self.r.random() < 0.2:
            text += self.r.choice([' &mdash; &copy 2020', ' AT&T', ' 3 < 4', ' &nosuch; &#x2014;'])
        if self.r.random() < 0.2:
            text = f'<em>{text}' if self.r.random() < 0.5 else f'<div>{text}</span></div>'
        if self.r.random() < 0.2:
            text = text.replace('. ', '.<br>', 1)
        return text

    def block(self):
        r, p = self.r, self.paragraph
        return r.choice([
            lambda: f'<{self.case("p")}>{p()}</{self.case("p")}>', lambda: f'<p class="lend a hand">{p()}',
            lambda: f'<ul><li>{p()}<li>{p()}</ul>', lambda: f'<table><tr><td>{p()}<td>{p()}</table>',
            lambda: f'<div><div>{p()}<p>{p()}</div></div>', lambda: f'<h2 id=govt>{p()}</h2>', lambda: f'<section>{p()}</section>',
            lambda: f'<dl><dt>{p()}<dd>{p()}</dl>', lambda: f'<p><b>{p()}</p><p>{p()}</b></p>',
            lambda: f'<table><tr>{p()}<td>x</td></table>', lambda: r.choice(CLEAN)])()

    def page(self):
        r = self.r
        self.upper = r.random() < 0.25
        parts = []
        if r.random() < 0.7:
            parts.append(r.choice(['<!DOCTYPE html>', '<!doctype html>\n<!-- x -->', '<HTML>']))
            parts.append('<head><title>A page</title><meta name=description content="lend a hand">')
        parts.append(r.choice(['<body>', '<BODY BGCOLOR=#fff>', '']))
        self.hidden = 0
        for _ in range(r.randint(3, 9)):
            parts.append(self.block())
            if r.random() < 0.6:
                parts.append(r.choice(SPARED).format(HIDDEN))
                self.hidden += 1
        text = '\n'.join(parts) + r.choice(['</body></html>\n', '', '\n\n'])
        return text.replace('\n', '\r\n') if r.random() < 0.25 else text


class Text(html.parser.HTMLParser):
    """What is read, and everything else. It knows nothing of how unspin looks at pages."""
    VOID = {'img', 'br', 'input', 'meta', 'hr', 'wbr', 'link'}

    def __init__(self, page):
        super().__init__(convert_charrefs=False)
        self.markup, self.said = [], []
        self.raw = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.markup.append(self.get_starttag_text())
        self.raw = tag if tag in ('script', 'style', 'textarea', 'pre') else self.raw

    def handle_startendtag(self, tag, attrs):
        self.markup.append(self.get_starttag_text())

    def handle_endtag(self, tag):
        self.markup.append('/' + tag)
        self.raw = None if tag == self.raw else self.raw

    def handle_comment(self, data):
        self.markup.append('!' + data)

    def handle_decl(self, data):
        self.markup.append('!' + data)

    def handle_entityref(self, name):
        self.markup.append('&' + name)
        self.said.append('&')

    def handle_charref(self, name):
        self.markup.append('#' + name)
        self.said.append('&')

    def handle_data(self, data):
        (self.markup if self.raw else self.said).append(data)

    def text(self):
        return ' '.join(''.join(self.said).split())


def take_back(output, edits):
    """The input again, out of the output and the edits, by their byte offsets."""
    back, at, source = [], 0, 0
    for e in edits:
        between = e['begin'] - source
        back.append(output[at:at + between])
        at += between
        after = e['after'].encode()
        if output[at:at + len(after)] != after:
            return None
        back.append(e['before'].encode())
        at, source = at + len(after), e['end']
    return b''.join(back + [output[at:]])


class Pages(SteadyCase):
    TEXTS = SENTENCES + CLEAN + ['He said no and paid for it']

    def restore(self, pages, suffix, *options):
        """(output, edits) of each page, all in one run."""
        for i, page in enumerate(pages):
            self.write(f'{i:03}{suffix}', page if isinstance(page, bytes) else page.encode())
        names = [f'{i:03}{suffix}' for i in range(len(pages))]
        done = self.ok('--assume-spun', '--json', '-i', *options, *names)
        lists = {e['input']['name']: e for e in map(json.loads, done.out.splitlines())}
        return [((self.dir / n).read_bytes(), lists[n]['edits']) for n in names]

    def check_edits(self, page, output, edits):
        page = page if isinstance(page, bytes) else page.encode()
        self.assertEqual(take_back(output, edits), page)
        end = 0
        for e in edits:
            self.assertLessEqual(end, e['begin'])
            end = e['end']
            self.assertEqual(page[e['begin']:end], e['before'].encode())
            lines = page[:e['begin']].decode().split('\n')
            self.assertEqual((e['line'], e['column']), (len(lines), len(lines[-1]) + 1))
            self.assertNotIn('\n', e['before'] + e['after'])

    def test_html(self):
        makers = [Maker(seed) for seed in range(PAGES)]
        pages = [m.page() for m in makers]
        self.assertGreater(sum(m.crossing for m in makers), 400)
        wanted = found = 0
        for maker, page, (output, edits) in zip(makers, pages, self.restore(pages, '.html')):
            self.check_edits(page, output, edits)
            before, after = Text(page), Text(output.decode())
            self.assertEqual(before.markup, after.markup, page)
            # whatever is spared has the spinner's words still
            self.assertGreaterEqual(output.decode().count(HIDDEN), maker.hidden, page)
            said = after.text()
            for _, plain in PHRASES:
                there = maker.plain.count(plain)
                wanted += there
                found += min(there, len(re.findall(rf'\b{plain}\b', said)))
        print(f'{PAGES} pages, {wanted} phrases, {found} restored', file=sys.stderr)
        self.assertGreater(found, wanted * 0.97)

    def test_page_restored_twice(self):
        pages = [Maker(seed).page() for seed in range(1000, 1030)]
        once = self.restore(pages, '.html')
        for (output, _), (again, edits) in zip(once, self.restore([o for o, _ in once], '.html')):
            self.assertEqual((again, edits), (output, []))

    def test_markdown(self):
        r = random.Random(7)
        pages = []
        for seed in range(40):
            maker = Maker(seed)
            marks = [('*', '*'), ('**', '**'), ('[', '](/govt "lend a hand")'), ('~~', '~~')]
            maker.tags = lambda: r.choice(marks)
            maker.gap = lambda: r.choice([' ', ' ', '\n'])
            maker.upper = maker.blank_inside = False
            blocks = [maker.gap().join(maker.sentence() for _ in range(3)) for _ in range(5)]
            spared = ['    ' + HIDDEN, f'```\n{HIDDEN}\n```', f'> {HIDDEN}', f'<div>\n{HIDDEN}\n</div>', f'Code: `{HIDDEN}`',
                      f'[x]: /y "{HIDDEN}"', f'![{HIDDEN}](x.png)']
            maker.spared = r.sample(spared, 3)
            parts = [f'---\ntitle: {HIDDEN}\n---'] + [x for pair in zip(blocks, maker.spared + ['# End', '']) for x in pair]
            pages.append((maker, '\n\n'.join(parts)))
        results = self.restore([p for _, p in pages], '.md')
        wanted = found = 0
        for (maker, page), (output, edits) in zip(pages, results):
            self.check_edits(page, output, edits)
            text = output.decode()
            for spared in maker.spared:
                self.assertIn(spared, text)
            self.assertEqual(re.findall(r'[*~\[\]()`]+', page), re.findall(r'[*~\[\]()`]+', text), text)
            for _, plain in PHRASES:
                there = maker.plain.count(plain)
                wanted += there
                found += min(there, len(re.findall(rf'\b{plain}\b', re.sub(r'\s+', ' ', re.sub(r'[*~]|\]\([^)]*\)|\[|<!--.*?-->', '', text)))))
        print(f'{len(pages)} Markdown pages, {wanted} phrases, {found} restored', file=sys.stderr)
        self.assertGreater(found, wanted * 0.97)

    def test_jsonl(self):
        r = random.Random(3)
        lines, texts = [], []
        for i in range(200):
            text = ' '.join(random.Random(i).choice(SENTENCES).format('govt', 'fairway gentle', 'lend a hand') for _ in range(2))
            text = text.replace('. ', r.choice(['.\n', '. \u201cNo\u201d \u2013 ', '.\t', '. \U0001F600 "x" \\ ']), 1)
            record = {'id': i, 'text': text, 'other': HIDDEN, 'n': {'text': HIDDEN, 'f': 1.50}}
            if i % 3 == 0:
                record = dict(reversed(record.items()))
            line = json.dumps(record, ensure_ascii=i % 2 == 0, separators=r.choice([(',', ':'), (', ', ' : ')]))
            lines.append(line.replace('\\t', '\\u0009') + r.choice(['', ' ', '\r']))
            texts.append(text)
        page = '\n'.join(lines) + '\n'
        (output, edits), = self.restore([page], '.jsonl')
        self.check_edits(page, output, edits)
        after = output.decode().split('\n')
        self.assertEqual(len(after), 201)
        for line, new, text in zip(lines, after, texts):
            old_record, record = json.loads(line), json.loads(new)
            self.assertEqual(list(old_record), list(record))
            self.assertEqual(record.pop('text'), text.replace('govt', 'government').replace('fairway gentle', 'green light')
                             .replace('lend a hand', 'help'))
            old_record.pop('text')
            self.assertEqual(record, old_record)
            self.assertEqual(new.isascii(), line.isascii())

    def test_csv(self):
        import csv
        import io
        r = random.Random(5)
        for delimiter, suffix, end in ((',', '.csv', '\r\n'), (',', '.csv', '\n'), ('\t', '.tsv', '\n')):
            rows = [['id', 'body', 'note, "x"']]
            for i in range(60):
                text = r.choice(SENTENCES).format('govt', 'fairway gentle', 'lend a hand')
                if r.random() < 0.5:
                    text = text.replace(',', ';')
                if suffix == '.csv' and r.random() < 0.3:
                    text += '\nHe said "no", and they will lend a hand.'
                rows.append([str(i), text, HIDDEN])
            given = io.StringIO()
            csv.writer(given, delimiter=delimiter, lineterminator=end).writerows(rows)
            page = given.getvalue()
            (output, edits), = self.restore([page], suffix, '--column', 'body')
            self.check_edits(page, output, edits)
            after = list(csv.reader(io.StringIO(output.decode(), newline=''), delimiter=delimiter))
            self.assertEqual(len(after), len(rows))
            for old, new in zip(rows, after):
                want = old[1].replace('govt', 'government').replace('fairway gentle', 'green light').replace('lend a hand', 'help')
                self.assertEqual(new, [old[0], want, old[2]])


if __name__ == '__main__':
    harness.main()
