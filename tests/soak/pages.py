"""Makes pages as the web has them, from the project's own samples: every format, packed and not, spun and clean, whole and broken.

The same seed gives the same pages.
"""
import csv
import gzip
import html
import io
import json
import lzma
import pathlib
import random
import re

TESTS = pathlib.Path(__file__).resolve().parents[1]
SLOT = re.compile(r'\{([^|{}]*)\|([^|{}]*)[^{}]*\}')

# What is wrong with the input, by the file's name, and what unspin may answer: 2 is a refusal, 3 lines that were passed through.
BROKEN = {
    'cut.txt.gz': 2, 'flipped.txt.xz': 2, 'bomb.txt.gz': 2, 'binary.txt': 2, 'odd-utf16.txt': 2,
    'lines.jsonl': 3, 'quotes.csv': 3,
}


def articles():
    """Spun articles and clean ones, each a list of paragraphs."""
    spun, clean = [], []
    for path in sorted(TESTS.glob('pairs/*/*.txt')):
        body = path.read_text(encoding='utf-8').split('\n\n', 1)[1]
        to = clean if 'must-not-change' in path.read_text(encoding='utf-8')[:400] else spun
        to.append([p for p in SLOT.sub(r'\1', body).split('\n') if p.strip()])
    for path in sorted(TESTS.glob('samples/*.txt')):
        paragraphs = [p for p in path.read_text(encoding='utf-8').split('\n') if p.strip()]
        (spun if '.spun.' in path.name else clean).append(paragraphs)
    return spun, clean


class Maker:
    """Pages of one seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.spun, self.clean = articles()

    def paragraphs(self):
        """Some of an article's paragraphs in a row; a third are spun."""
        article = self.random.choice(self.spun if self.random.random() < 0.33 else self.clean)
        first = self.random.randrange(len(article))
        return article[first:first + self.random.randint(1, 12)]

    def text(self):
        end = self.random.choice(['\n', '\n\n', '\r\n'])
        return (end.join(self.paragraphs()) + end).encode()

    def html(self):
        out = ['<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A page</title>'
               '<style>p > b { color: #333 }</style><script>if (a < b) { document.write("<p>govt</p>") }</script></head>\n<body>'
               '<nav><ul><li><a href="/?a=1&amp;b=2">Home</a><li><a href=/about>About</a></ul></nav><main>\n']
        for n, paragraph in enumerate(self.paragraphs()):
            words = [html.escape(w, quote=False) for w in paragraph.split(' ')]
            for _ in range(len(words) // 15):
                at = self.random.randrange(len(words))
                tag = self.random.choice(['b', 'i', 'a href="#x"', 'span class=y', 'em'])
                words[at] = f'<{tag}>{words[at]}</{tag.split()[0]}>'
            tag = 'h2' if n == 0 else self.random.choice(['p', 'p', 'p', 'div', 'li', 'blockquote'])
            out.append(f'<{tag}>' + ' '.join(words) + (f'</{tag}>\n' if self.random.random() < 0.9 else '\n'))
        out.append('</main><footer>&copy; 2020 &mdash; <a href="/terms">Terms</a></footer><!-- end --></body></html>\n')
        return ''.join(out).encode()

    def markdown(self):
        out = ['---\ntitle: govt\n---\n\n# A title\n']
        for paragraph in self.paragraphs():
            out.append(self.random.choice(['', '', '* ', '> ', '## ']) + paragraph + '\n')
            if self.random.random() < 0.2:
                out.append('```c\nint govt = 1;\n```\n\n[a link](http://example.org/govt) and `code`\n')
        return '\n'.join(out).encode()

    def line(self, n):
        return json.dumps({'id': n, 'url': f'https://example.org/{n}', 'text': '\n'.join(self.paragraphs()), 'score': 0.5},
                          ensure_ascii=self.random.random() < 0.5).encode() + b'\n'

    def jsonl(self):
        return b''.join(self.line(n) for n in range(self.random.randint(1, 8)))

    def table(self, delimiter):
        out = io.StringIO()
        writer = csv.writer(out, delimiter=delimiter, lineterminator=self.random.choice(['\n', '\r\n']))
        writer.writerow(['id', 'title', 'text'])
        for n in range(self.random.randint(1, 6)):
            paragraphs = self.paragraphs()
            writer.writerow([n, paragraphs[0][:40], (' ' if delimiter == '\t' else '\n').join(paragraphs)])
        return out.getvalue().encode()

    def page(self):
        """A suffix and the bytes of some page."""
        kind = self.random.choice(['.txt', '.txt', '.html', '.html', '.md', '.jsonl', '.csv', '.tsv'])
        data = {'.txt': self.text, '.html': self.html, '.md': self.markdown, '.jsonl': self.jsonl,
                '.csv': lambda: self.table(','), '.tsv': lambda: self.table('\t')}[kind]()
        shape = self.random.random()
        if shape < 0.08:
            return kind + '.gz', gzip.compress(data, mtime=0)
        if shape < 0.12:
            return kind + '.xz', lzma.compress(data)
        if shape < 0.18 and kind == '.txt':
            return kind, data.decode().encode(self.random.choice(['utf-16', 'utf-8-sig', 'utf-32']))
        return kind, data


def hostile(maker):
    """Whole inputs that ask for much."""
    return {
        'deep.html': b'<div>' * 3000 + b'<p>The govt gave the fairway gentle to the plan.' + b'</div>' * 3000,
        'token.txt': b'The govt pays. ' + b'x' * 300_000 + b' end.\n',
        'quotes.txt': b'"The govt pays, ' * 2000 + b'\n',
        'empty.txt': b'', 'newlines.txt': b'\n' * 5000, 'none.jsonl': b'\n\n',
    }


def broken(maker):
    packed = gzip.compress(maker.text() * 4, mtime=0)
    flipped = bytearray(lzma.compress(maker.text() * 4))
    flipped[len(flipped) // 2] ^= 0xFF
    return {
        'cut.txt.gz': packed[:len(packed) // 2], 'flipped.txt.xz': bytes(flipped),
        'bomb.txt.gz': gzip.compress(bytes(40_000_000), mtime=0),
        'binary.txt': b'A text ' * 2000 + b'\0' * 10 + b'and more', 'odd-utf16.txt': 'Hello, reader.'.encode('utf-16') + b'x',
        'lines.jsonl': maker.line(1) + b'{"text": "no end\n' + maker.line(2), 'quotes.csv': b'id,text\n1,"The govt pays\n2,and more',
    }


def make_tree(folder, seed, count):
    """COUNT whole pages in folders, the hostile and the broken ones beside them."""
    maker = Maker(seed)
    for n in range(count):
        suffix, data = maker.page()
        put(folder / f'd{n % 9}' / f'page {n}{suffix}', data)
    for name, data in hostile(maker).items():
        put(folder / 'hostile' / name, data)
    for name, data in broken(maker).items():
        put(folder / 'broken' / name, data)


def put(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
