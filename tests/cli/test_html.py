"""--html: where pages go, what is in them, that nothing of a text is markup there. test_html_browser.py looks at them."""
import html.parser
import json
import re
import unittest

import harness
from harness import SPUN, Case

HOSTILE = (SPUN + b'<script>window.pwned = 1</script><img src=x onerror="window.pwned = 1">\n'
           b'</script><script>window.pwned = 1</script> <!-- <script> ]]> </div></main> {{title}} &lt; &amp;lt; \'quoted\'\r\n'
           b'\xe2\x80\xa8line separator \xe2\x80\xaereordered \x1b[31mred\x07 \xff invalid \t tab \xc3\xa9\r\n'
           b'\n' + SPUN.rstrip())


class Page(html.parser.HTMLParser):
    """The elements of a page, the text of its article, and what stands in its script elements."""
    VOID = {'meta', 'input', 'link', 'img', 'br'}

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.scripts, self.lines, self.edits, self.handlers = [], [], [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        self.handlers += [name for name in attributes if name.startswith('on')]
        if tag not in self.VOID:
            self.open.append((tag, attributes))
        if tag == 'script':
            self.scripts.append('')
        if attributes.get('class') == 'l':
            self.lines.append('')
        if 'data-e' in attributes:
            self.edits.append({'del': '', 'ins': ''})

    def handle_endtag(self, tag):
        assert self.open and self.open[-1][0] == tag, (tag, self.open[-3:])
        self.open.pop()

    def handle_data(self, data):
        names = [tag for tag, _ in self.open]
        if names and names[-1] == 'script':
            self.scripts[-1] += data
        if 'main' not in names:
            return
        side = 'del' if 'del' in names else 'ins' if 'ins' in names else None
        if side and self.edits:
            self.edits[-1][side] += data
        if side != 'ins' and self.lines:
            self.lines[-1] += data


class Pages(Case):
    def page(self, text, *args, name='a.txt'):
        self.write(name, text)
        self.ok('--assume-spun', '--html', 'r.html', *args, name)
        return Page((self.dir / 'r.html').read_text(encoding='utf-8'))

    def test_holds_text_and_edits(self):
        text = SPUN + b'\nAnother line\twith a tab.\n' + SPUN
        page = self.page(text)
        edits = json.loads(self.ok('--assume-spun', '--json', 'a.txt').out)['edits']
        self.assertGreaterEqual(len(edits), 4)
        self.assertEqual(page.edits, [{'del': e['before'], 'ins': e['after']} for e in edits])
        data = json.loads(page.scripts[0])
        self.assertEqual(data['name'], 'a.txt')
        self.assertEqual([(e['l'], e['c'], e['b'], e['a'], e['r'], e['s']) for e in data['edits']],
                         [(e['line'], e['column'], e['before'], e['after'], e['row'], e['source']) for e in edits])
        for short, long in zip(data['edits'], edits):
            self.assertAlmostEqual(short['p'], long['confidence'], 3)
            self.assertEqual([o[0] for o in short['o']], [o['after'] for o in long['alternatives']][:6])
        self.assertEqual('\n'.join(line for line in page.lines).encode() + b'\n', text)

    def test_nothing_from_outside(self):
        text = self.page(SPUN) and (self.dir / 'r.html').read_text()
        self.assertNotRegex(text, r'https?://|//[a-z]+\.|@import|url\(|<link|<iframe|src=')
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text).group(1)
        self.assertRegex(policy, r"^default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-[A-Za-z0-9+/=]{44}';")

    def test_markup_stays_text(self):
        calm, wild = self.page(SPUN), self.page(HOSTILE, name='<img src=x onerror=alert(1)> & {{data}}.txt')
        self.assertEqual(wild.open, [])
        self.assertEqual(len(wild.scripts), 2)
        self.assertEqual(wild.scripts[1], calm.scripts[1])
        self.assertEqual(wild.handlers, [])
        self.assertLessEqual({tag for tag, _ in wild.tags}, {tag for tag, _ in calm.tags} | {'b'})
        self.assertNotIn('img', {tag for tag, _ in wild.tags})
        self.assertEqual(json.loads(wild.scripts[0])['name'], '<img src=x onerror=alert(1)> & {{data}}.txt')
        self.assertNotRegex(wild.scripts[0], '[<>&\u2028\u202e]')
        self.assertIn("</script><script>window.pwned = 1</script> <!-- <script> ]]> </div></main> {{title}} &lt; &amp;lt; 'quoted'",
                      wild.lines[2])
        self.assertTrue(wild.lines[3].startswith('\\u2028line separator \\u202Ereordered \\x1B[31mred\\x07 \\xFF invalid \t tab é'),
                        wild.lines[3])
        named = ''.join(a['data-x'] for tag, a in wild.tags if tag == 'b')
        self.assertEqual(named, '0DE280A8E280AE1B07FF0D')

    def test_line_ends(self):
        for text, lines, is_open in ((b'', 0, False), (b'\n', 1, False), (b'a', 1, True), (b'a\n\nb', 3, True), (b'a\n', 1, False)):
            page = self.page(text)
            self.assertEqual(len(page.lines), lines, text)
            self.assertEqual(any('data-open' in a for _, a in page.tags), is_open, text)

    def test_steady(self):
        self.page(HOSTILE)
        first = (self.dir / 'r.html').read_bytes()
        self.page(HOSTILE)
        self.assertEqual((self.dir / 'r.html').read_bytes(), first)


class Places(Case):
    def test_instead_of_the_text(self):
        self.write('a.txt', SPUN)
        self.assertEqual(self.ok('--html', 'r.html', 'a.txt').out, b'')
        self.assertIn(b'government', self.ok('--html', 'r.html', '-o', '-', 'a.txt').out)
        self.assertIn(b'+++', self.ok('--html', 'r.html', '--diff', 'a.txt').out)
        self.ok('--html', 'r.html', '--check', 'a.txt', status=1)
        self.ok('--html', 'r.html', '-i', 'a.txt')
        self.assertIn(b'government', (self.dir / 'a.txt').read_bytes())
        self.assertIn(b'&lt;stdin&gt;', self.ok('--html', '-', stdin=SPUN).out)
        self.fails('--html', '-', 'a.txt', '--json', because='standard output for itself')
        self.fails('--html', '-', 'a.txt', 'r.html', because='--html - takes one file')

    def test_folder(self):
        (self.dir / 'in' / 'sub').mkdir(parents=True)
        self.write('in/a b%.txt', SPUN)
        self.write('in/sub/<c>.txt', b'Plain.\n')
        self.write('in/bad.txt', b'a\0b')
        self.fails('--html', 'out', 'in/a b%.txt', 'in/sub', 'in/bad.txt', because='bad.txt')
        self.assertTrue((self.dir / 'out/pages/in/a b%.txt.html').exists())
        self.assertTrue((self.dir / 'out/pages/in/sub/<c>.txt.html').exists())
        index = (self.dir / 'out/index.html').read_text()
        self.assertIn('<a href="pages/in/a%20b%25.txt.html">in/a b%.txt</a></td><td>changed<', index)
        self.assertIn('<a href="pages/in/sub/%3Cc%3E.txt.html">in/sub/&lt;c&gt;.txt</a></td><td>unchanged<', index)
        self.assertIn('in/bad.txt</td><td>failed<', index)
        self.assertIn('1 failed.', index)
        self.assertEqual(Page(index).open, [])

    def test_pages_are_no_documents(self):
        (self.dir / 'in').mkdir()
        self.write('in/a.txt', SPUN)
        self.ok('--html', 'in/report', 'in')
        self.ok('--html', 'in/report', 'in')
        self.assertIn('<h1>1 document<', (self.dir / 'in/report/index.html').read_text())

    def test_a_folder_of_other_files_is_none_for_pages(self):
        """What says that pages are no documents would say so of these, too."""
        (self.dir / 'in').mkdir()
        self.write('in/a.txt', SPUN)
        self.fails('--html', '.', 'in', because='.: holds other files: --html needs a folder of its own')
        self.assertEqual([p.name for p in self.dir.iterdir()], ['in'])
        (self.dir / 'out').mkdir()
        self.write('out/.unspinignore', b'drafts/\n')
        self.fails('--html', 'out', 'in', because='out: holds other files')
        self.assertEqual((self.dir / 'out/.unspinignore').read_bytes(), b'drafts/\n')
        self.assertEqual(len(list((self.dir / 'out').iterdir())), 1)

    def test_never_above_the_folder(self):
        (self.dir / 'in').mkdir()
        self.write('x.txt', SPUN)
        done = harness.run('clean', '--html', 'out/', '../x.txt', cwd=self.dir / 'in')
        self.assertEqual(done.status, 0, done)
        self.assertTrue((self.dir / 'in/out/pages/_/x.txt.html').exists())

    def test_batch(self):
        (self.dir / 'in').mkdir()
        self.write('in/a.txt', SPUN)
        self.write('in/b.txt', SPUN)
        done = self.run_in('batch', '-q', '--html', 'pages', '-o', 'out', 'in')
        self.assertEqual(done.status, 0, done)
        done = self.run_in('batch', '-q', '--resume', '--html', 'pages', '-o', 'out', 'in')
        self.assertEqual(done.status, 0, done)
        index = (self.dir / 'pages/index.html').read_text()
        self.assertEqual(len(re.findall(r'<td><a href="pages/in/[ab].txt.html">', index)), 2)

    def test_errors(self):
        self.write('a.txt', SPUN)
        self.fails('--html', 'r.html', '--undo', 'e', 'a.txt', because='--undo knows no reasons')
        self.fails('--html', '', 'a.txt', because='no file')
        self.fails('--html', 'a.txt/r.html', 'a.txt', because='a.txt')
        self.fails('--html', 'missing/r.html', 'a.txt', because='missing/r.html')
        self.assertFalse((self.dir / 'missing').exists())
        done = self.run_in('batch', '--html', 'p', '--shard', '1/2', '-o', 'o', 'a.txt')
        self.assertEqual(done.status, 2, done)


class OtherPages(Case):
    """Those of check and score."""

    def made(self, *args, status=0):
        done = self.run_in(*args, '--html', 'r.html')
        self.assertEqual(done.status, status, done)
        text = (self.dir / 'r.html').read_text(encoding='utf-8')
        page = Page(text)
        self.assertEqual((page.open, page.handlers, len(page.scripts)), ([], [], 1))
        return text, done

    def text_of(self, page, key, view):
        """What the pair's text comes to in a view: the same rules as in report.css."""
        pair = next(p for p in page.split('<details')[1:] if key in p.split('</summary>')[0])

        def part(mark, name):
            found = re.search(f'<{name}>(.*?)</{name}>', mark, re.S)
            return found[1] if found else None

        def shown(found):
            kind, mark = found[1], found[2]
            if view == 'was' or (view == 'want' and kind == 'false'):
                return part(mark, 'del')
            if view == 'now' or kind == 'right':
                return part(mark, 'del') if kind == 'kept' else part(mark, 'ins')
            return part(mark, 'q')
        text = re.search('<p class="text">(.*?)</p>', pair, re.S)[1]
        text = re.sub(r'<span class="s (\w+)"[^>]*>(.*?)</span>', shown, text, flags=re.S)
        return ' '.join(html.unescape(re.sub('<[^>]+>', '', text)).split())

    def test_check(self):
        page, done = self.made('check', str(harness.SAMPLES), status=1)
        self.assertIn(b'3 pairs, 3 failed', done.out)
        self.assertIn('3 pairs, 3 failed', page)
        self.assertEqual(page.count('<details'), 3)
        spun, plain = ((harness.SAMPLES / f'football.{role}.txt').read_text() for role in ('spun', 'plain'))
        restored = self.clean(str(harness.SAMPLES / 'football.spun.txt')).out.decode()
        for view, wanted in (('was', spun), ('now', restored)):
            self.assertEqual(self.text_of(page, 'football', view), ' '.join(wanted.split()), view)
        self.assertEqual(self.text_of(page, 'football', 'want').lower(), ' '.join(plain.split()).lower())

    def test_check_is_escaped(self):
        hostile = HOSTILE.replace(b'\xff', b'')
        self.write('wild.spun.txt', hostile)
        self.write('wild.plain.txt', hostile.replace(b'govt', b'government <script>'))
        page, _ = self.made('check', 'wild.spun.txt', status=1)
        self.assertNotIn('<script>window.pwned', page)
        self.assertNotIn('government <script>', page)

    def test_score(self):
        pairs = [str(harness.SAMPLES / f'football.{role}.txt') for role in ('plain', 'spun')]
        page, done = self.made('score', '--original', *pairs)
        undone = re.search(rb'^undone +- +(\d\.\d+) .*\[(.*?), (.*?)\]', done.out, re.M)
        self.assertIn(f'<td class="n">{undone[1].decode()}</td>', page)
        self.assertIn(f'{undone[2].decode()} to {undone[3].decode()}', page)
        page, done = self.made('score', '--against', *pairs)
        change = re.search(rb'^difference, bits a token +(\S+) +(\S+) +(\S+)', done.out, re.M)
        for figure in change.groups():
            self.assertIn(f'<td class="n">{figure.decode()}</td>', page)
        self.assertEqual(page.count('<del>'), int(re.search(rb'(\d+) edits$', done.out, re.M)[1]))

    def test_faults(self):
        for args in (('check', str(harness.SAMPLES)), ('score', '--original', str(harness.SAMPLES), '--restore', str(harness.SAMPLES))):
            for place, because in (('-', 'needs a file'), ('no/r.html', 'no/r.html: cannot')):
                done = self.run_in(*args, '--html', place)
                self.assertEqual(done.status, 2, done)
                self.assertIn(because, done.err.decode())


if __name__ == '__main__':
    harness.main()
