"""unspin detect, and clean --if-spun."""
import json
import os
import re
import unittest

import harness
from harness import SAMPLES, SPUN

ARTICLES = ('football', 'phones', 'sample')
PLAIN = b'The committee met on Tuesday and agreed to build a new bridge over the river.\n'


class Detect(harness.Case):
    def detect(self, *args, status=0, **more):
        done = self.run_in('detect', *args, **more)
        self.assertEqual(done.status, status, done)
        return done

    def scores(self, *args, **more):
        return [json.loads(line) for line in self.detect('--json', *args, **more).out.decode().splitlines()]

    def test_spun_and_plain_articles(self):
        """The samples and their originals are told apart, each by far."""
        for name in ARTICLES:
            spun, plain = (f['score'] for f in self.scores(str(SAMPLES / f'{name}.spun.txt'), str(SAMPLES / f'{name}.plain.txt')))
            self.assertGreater(spun, 0.9, name)
            self.assertLess(plain, 0.1, name)

    def test_sentences_tell_where(self):
        """A spun paragraph among plain ones: its sentences score most."""
        spun = (SAMPLES / 'football.spun.txt').read_text()
        plain = (SAMPLES / 'phones.plain.txt').read_text()
        mixed = plain + '\n\n' + spun
        self.write('mixed.txt', mixed.encode())
        document = self.scores('mixed.txt')[0]['documents'][0]
        at = len((plain + '\n\n').encode())
        before = [s['score'] for s in document['sentences'] if s['words'] > 4 and s['end'] <= at]
        behind = [s['score'] for s in document['sentences'] if s['words'] > 4 and s['begin'] >= at]
        self.assertGreater(sum(behind) / len(behind), sum(before) / len(before))
        later = sum(b > f for b in behind for f in before) / len(before) / len(behind)
        self.assertGreater(later, 0.75) # of two sentences the spun one mostly scores more

    def test_sentences_cover_the_words(self):
        data = (SAMPLES / 'sample.spun.txt').read_bytes()
        document = self.scores(str(SAMPLES / 'sample.spun.txt'))[0]['documents'][0]
        self.assertEqual(sum(s['words'] for s in document['sentences']), document['words'])
        end = 0
        for s in document['sentences']:
            self.assertLessEqual(end, s['begin'])
            self.assertEqual(data[end:s['begin']].strip(), b'')
            self.assertEqual(data[:s['begin']].count(b'\n') + 1, s['line'])
            end = s['end']

    def test_evidence_names_its_place(self):
        data = (SAMPLES / 'phones.spun.txt').read_bytes()
        evidence = self.scores(str(SAMPLES / 'phones.spun.txt'))[0]['documents'][0]['evidence']
        self.assertGreater(len(evidence), 5)
        for e in evidence:
            self.assertEqual(data[e['begin']:e['end']].decode(), e['before'])
            line = data.split(b'\n')[e['line'] - 1].decode()
            self.assertTrue(line[e['column'] - 1:].startswith(e['before']), e)
            self.assertNotEqual(e['before'], e['after'])
        odds = [e['odds'] for e in evidence]
        self.assertEqual(odds, sorted(odds, reverse=True))

    def test_families_are_those_of_the_tables(self):
        families = re.search(r'^families: (.*)$', (harness.ROOT / 'data' / 'phrases' / 'syntax.txt').read_text(), re.M)[1].split()
        settings = [line.split('\t')[1] for line in (harness.ROOT / 'data' / 'engine.tsv').read_text().splitlines() if line.startswith('family\t')]
        self.assertEqual(settings, families)
        for document in self.scores(str(SAMPLES / 'phones.spun.txt'))[0]['documents']:
            for e in document['evidence']:
                self.assertLessEqual(set(e['families']), set(families))
            self.assertIn(document['family'], families + [None])
            self.assertTrue(0 < document['family_confidence'] <= 1)

    def test_what_people_read(self):
        path = str(SAMPLES / 'football.spun.txt')
        out = self.detect('--evidence', '2', path).out.decode().splitlines()
        self.assertRegex(out[0], r'^[01]\.\d\d  .*football\.spun\.txt: \d+ words, \d+ % of them a spinner\'s, like ')
        self.assertEqual(len(out), 3)
        self.assertRegex(out[1], r'^      \d+:\d+: .+ → .+  \(odds \+[0-9.]+; row \S+ from \S+\)$')
        sentences = self.detect('--sentences', '--evidence', '0', path).out.decode().splitlines()[1:]
        self.assertGreater(len(sentences), 5)
        for line in sentences:
            self.assertRegex(line, r'^  [01]\.\d\d  \d+: \S')
        narrow = self.detect('--sentences', '--evidence', '0', path, env={'COLUMNS': '60'}).out.decode().splitlines()[1:]
        self.assertEqual(len(narrow), len(sentences))
        self.assertLessEqual(max(map(len, narrow)), 60)

    def test_colour_only_where_asked_for(self):
        path = str(SAMPLES / 'football.spun.txt')
        self.assertNotIn(b'\x1b', self.detect(path).out)
        coloured = self.detect('--color', path).out
        self.assertIn(b'\x1b[', coloured)
        self.assertEqual(re.sub(rb'\x1b\[[0-9;]*m', b'', coloured), self.detect(path).out)

    def test_hostile_text_stays_harmless(self):
        self.write('a.txt', SPUN + b'\x1b]0;gotcha\x07 govt \xff\n')
        out = self.detect('--sentences', 'a.txt').out
        self.assertNotIn(b'\x1b', out)
        json.loads(self.detect('--json', 'a.txt').out)

    def test_threshold(self):
        spun, plain = str(SAMPLES / 'football.spun.txt'), str(SAMPLES / 'football.plain.txt')
        self.detect('--threshold', '0.5', plain)
        self.detect('--threshold', '0.5', plain, spun, status=1)
        self.assertEqual(self.detect('-q', '--threshold=.5', spun, status=1).out, b'')
        self.detect('--threshold', '0', plain, status=1)
        self.detect(spun)

    def test_standard_input_and_folders(self):
        data = (SAMPLES / 'phones.spun.txt').read_bytes()
        here = self.scores(stdin=data)[0]
        there = self.scores('-', stdin=data)[0]
        self.assertEqual(here, there)
        self.assertEqual(here['documents'], self.scores(str(SAMPLES / 'phones.spun.txt'))[0]['documents'])
        self.assertEqual([f['name'].split('/')[-1] for f in self.scores(str(SAMPLES))],
                         sorted(p.name for p in SAMPLES.iterdir()))
        two = self.scores('-j', '2', str(SAMPLES))
        self.assertEqual(two, self.scores('-j', '1', str(SAMPLES)))
        only = self.scores('--include', '*.plain.txt', str(SAMPLES))
        self.assertEqual(len(only), 3)
        listed = self.scores('--files-from', '-', stdin=str(SAMPLES / 'phones.spun.txt').encode())
        self.assertEqual(len(listed), 1)

    def test_empty_and_wordless(self):
        self.write('empty.txt', b'')
        self.write('marks.txt', b' \n!!\n')
        for f in self.scores('empty.txt', 'marks.txt'):
            self.assertEqual(f['score'], 0)
        self.assertEqual(self.detect('empty.txt').out, b'0.00  empty.txt: 0 words\n')

    def test_records_are_documents(self):
        spun, plain = ((SAMPLES / f'football.{k}.txt').read_text() for k in ('spun', 'plain'))
        lines = [json.dumps({'text': spun}), '{"text": broken', json.dumps({'text': plain}), json.dumps({'body': spun})]
        self.write('a.jsonl', '\n'.join(lines).encode() + b'\n')
        done = self.detect('--json', 'a.jsonl', status=3)
        self.assertIn(b'a.jsonl: 1 record could not be read, the first in line 2', done.err)
        documents = json.loads(done.out)['documents']
        self.assertEqual([d['line'] for d in documents], [1, 3])
        self.assertGreater(documents[0]['score'], 0.9)
        self.assertLess(documents[1]['score'], 0.1)
        raw = (self.dir / 'a.jsonl').read_bytes()
        for e in documents[0]['evidence']:
            self.assertEqual(raw[e['begin']:e['end']].decode(), e['before'])
        body = self.run_in('detect', '--json', '--field', 'body', 'a.jsonl')
        self.assertEqual([d['line'] for d in json.loads(body.out)['documents']], [4])

    def test_markup_is_no_prose(self):
        text = (SAMPLES / 'phones.spun.txt').read_text()
        page = '<html><head><style>.lend-a-hand {}</style></head><body><p>' + text.replace('\n\n', '</p>\n<p>') + '</p></body></html>'
        self.write('a.html', page.encode())
        document = self.scores('a.html')[0]['documents'][0]
        self.assertGreater(document['score'], 0.9)
        for e in document['evidence']:
            self.assertEqual(page.encode()[e['begin']:e['end']].decode(), e['before'])

    def test_bad_input(self):
        for args, because in ((('none.txt',), 'none.txt'), (('--threshold', '2'), '2'), (('--threshold', 'x'), 'x'),
                              (('--evidence', '-1'), '-1'), (('--wrong',), '--wrong'), (('--format', 'word'), 'word'),
                              (('-j', 'x'), 'x'), (('--data', '/nonexistent'), '/nonexistent'), (('--threshold',), '--threshold')):
            done = self.run_in('detect', *args, stdin=PLAIN)
            self.assertEqual(done.status, 2, done)
            lines = done.err.decode().splitlines()
            self.assertEqual(len(lines), 1, done)
            self.assertTrue(lines[0].startswith('unspin: '), done)
            self.assertIn(because, lines[0])
        self.write('b.txt', b'a\0b')
        self.write('a.txt', SPUN)
        done = self.run_in('detect', 'b.txt', 'a.txt')
        self.assertEqual(done.status, 2)
        self.assertIn(b'a.txt: ', done.out)


class Options(harness.Case):
    """What options say, on texts of a line or two."""

    def setUp(self):
        super().setUp()
        self.write('s.txt', SPUN)

    def detect(self, *args, status=0, **more):
        done = self.run_in('detect', *args, **more)
        self.assertEqual(done.status, status, done)
        return done

    def names(self, *args, **more):
        return [json.loads(line)['name'] for line in self.detect('--json', *args, **more).out.splitlines()]

    def test_help(self):
        done = self.detect('--help')
        self.assertTrue(done.out.startswith(b'Usage: unspin detect'), done)
        self.assertEqual(self.detect('-h', 'none.txt').out, done.out)
        self.detect('-h', status=2, stdout='closed')

    def test_bad_values(self):
        for args, because in ((('--threshold', ''), "--threshold: not a number from 0 to 1: ''"),
                              (('--threshold', '-.1'), "not a number from 0 to 1: '-.1'"), (('--threshold', '.5x'), "'.5x'"),
                              (('--evidence', '100001'), "--evidence: not a number from 0 to 100000: '100001'"),
                              (('--evidence', ''), "--evidence: not a number from 0 to 100000: ''"), (('--evidence', '2x'), "'2x'"),
                              (('--jobs=1025',), "--jobs: not a number from 0 to 1024: '1025'"), (('-j', ':'), "1024: ':'"),
                              (('--color=red',), "--color: not auto, always or never: 'red'"), (('--colour=',), "never: ''"),
                              (('-z',), "unknown or unfit option '-z'"), (('--json=1',), "unknown or unfit option '--json=1'"),
                              (('-j',), "a value is missing after '-j'")):
            done = self.detect(*args, 's.txt', status=2) if args != ('-j',) else self.detect('s.txt', *args, status=2)
            self.assertEqual(done.out, b'')
            self.assertRegex(done.err.decode(), r"^unspin: detect: .* \(see 'unspin help detect'\)\n$")
            self.assertIn(because, done.err.decode())

    def test_bad_files(self):
        self.write('nul.txt', b'a govt\0')
        for args, because in ((('--encoding', 'klingon'), "s.txt: no encoding 'klingon'"), (('--table', 'none.db'), 'none.db: No such file'),
                              (('--files-from', 'none'), 'none: cannot open'), (('nul.txt',), 'nul.txt: is a binary file')):
            done = self.detect('-q', *args, 's.txt', status=2)
            self.assertEqual((done.out, len(done.err.splitlines())), (b'', 1), done)
            self.assertIn(because, done.err.decode())
        self.assertEqual(self.names('--force', 'nul.txt'), ['nul.txt'])
        self.assertIn(b'1 word', self.detect('--encoding', 'utf-16le', '--evidence', '0', stdin='govt\n'.encode('utf-16le')).out)

    def test_unwritable_output(self):
        for args in (('s.txt',), ('--json', 's.txt')):
            self.assertIn(b'cannot write to standard output', self.detect(*args, status=2, stdout='closed').err)
        self.detect('-q', 's.txt', stdout='closed')  # has nothing to say

    def test_which_files_of_a_folder(self):
        for name in ('d/a.txt', 'd/b.txt', 'd/b.md', 'd/sub/c.txt'):
            (self.dir / name).parent.mkdir(parents=True, exist_ok=True)
            self.write(name, SPUN)
        os.mkfifo(self.dir / 'd' / 'pipe')
        done = self.detect('--json', 'd')
        self.assertEqual(done.err, b'unspin: d/pipe: is a FIFO, socket or device: left out\n')
        self.assertEqual(len(done.out.splitlines()), 4)
        (self.dir / 'd' / 'pipe').unlink()
        self.assertEqual(self.names('--exclude', 'sub', '--exclude', 'b.*', 'd'), ['d/a.txt'])
        self.assertEqual(self.names('--include', '*.md', '--include', 'c.txt', '-j', '0', 'd'), ['d/b.md', 'd/sub/c.txt'])
        self.assertEqual(self.detect('--include', '*.none', 'd').out, b'')

    def test_records(self):
        self.write('two.jsonl', b'{"text": x\n{"text": y\n')
        done = self.detect('two.jsonl', status=3)
        self.assertIn(b'two.jsonl: 2 records could not be read, the first in line 1: ', done.err)
        self.detect('-q', '--threshold', '0', 'two.jsonl', status=3)
        self.write('a.jsonl', json.dumps({'body': SPUN.decode(), 'title': 'The govt'}).encode() + b'\n')
        self.assertEqual(self.detect('--json', 'a.jsonl', status=3).err,
                         b"unspin: a.jsonl: no record has a string 'text' (--field KEY names another)\n")
        done = self.detect('--field', 'body', '--field', 'title', '--field', 'lead', '--json', 'a.jsonl', status=3)
        self.assertEqual(done.err, b"unspin: a.jsonl: no record has a string 'lead'\n")
        self.assertEqual(len(json.loads(done.out)['documents']), 2)
        self.write('a.csv', b'text,other\n"' + SPUN.strip() + b'",x\n')
        self.assertIn("no column 'none'; there are: text, other", self.detect('--column', 'none', 'a.csv', status=2).err.decode())
        self.assertIn(b'a.csv: ', self.detect('--format', 'auto', '--column', 'text', 'a.csv').out)

    def test_tables_and_quotations(self):
        rows = self.write('rows.csv', b'zorbly pancake,fried egg\n')
        done = self.run_in('phrases', 'import', '-q', '--in', str(self.dir / 't.db'), str(rows))
        self.assertEqual(done.status, 0, done)
        self.write('t.txt', b'They had a zorbly pancake at noon.\n')

        def evidence(*args):
            return {(e['before'], e['after']) for e in json.loads(self.detect('--json', *args, 't.txt').out)['documents'][0]['evidence']}
        self.assertNotIn(('zorbly pancake', 'fried egg'), evidence())
        self.assertIn(('zorbly pancake', 'fried egg'), evidence('--table', 't.db', '--quotes'))

    def test_threshold_counts_no_empty_texts(self):
        self.write('empty.txt', b'')
        self.detect('--threshold', '0', 'empty.txt')
        self.write('empty.jsonl', b'\n')
        self.detect('-q', '--threshold', '0', 'empty.jsonl')
        self.detect('-q', '--threshold', '0', 'empty.txt', 's.txt', status=1)


class IfSpun(harness.Case):
    def setUp(self):
        super().setUp()
        self.spun = SAMPLES / 'football.spun.txt'
        self.score = json.loads(self.run_in('detect', '--json', str(self.spun)).out)['score']

    def test_documents_below_pass_untouched(self):
        restored = self.ok(str(self.spun)).out
        self.assertNotEqual(restored, self.spun.read_bytes())
        self.assertEqual(self.ok('--if-spun', str(self.spun)).out, restored)
        self.assertEqual(self.ok('--if-spun=0.5', str(self.spun)).out, restored)
        # one score below, one above that of the sample
        self.write('short.txt', SPUN)
        short = json.loads(self.run_in('detect', '--json', 'short.txt').out)['score']
        self.assertLess(short, 1)
        self.assertNotEqual(self.ok('short.txt').out, SPUN)
        above, below = min(1, short + 1e-4), short - 1e-4
        self.assertEqual(self.ok(f'--if-spun={above}', 'short.txt').out, SPUN)
        self.assertEqual(self.ok(f'--if-spun={below}', 'short.txt').out, self.ok('short.txt').out)
        totals = json.loads(self.ok('--json', f'--if-spun={above}', 'short.txt').out)['totals']
        self.assertEqual((totals['edits'], totals['gated']), (0, True))

    def test_left_over_spintax_is_no_exception(self):
        text = b'The cat sat on the {mat|rug|carpet} and looked at the dog.\n'
        self.assertNotEqual(self.ok(stdin=text).out, text)
        self.assertEqual(self.ok('--if-spun=1', stdin=text).out, text)
        totals = json.loads(self.ok('--json', '--if-spun=1', stdin=text).out)['totals']
        self.assertEqual((totals['edits'], totals['gated']), (0, True))

    def test_it_is_by_document(self):
        self.write('a.jsonl', json.dumps({'text': self.spun.read_text()}).encode() + b'\n' +
                   json.dumps({'text': SPUN.decode()}).encode() + b'\n')
        scores = [d['score'] for d in json.loads(self.run_in('detect', '--json', 'a.jsonl').out)['documents']]
        self.assertNotEqual(*scores)
        middle = sum(scores) / 2
        before = (self.dir / 'a.jsonl').read_bytes().splitlines()
        after = self.ok(f'--if-spun={middle}', 'a.jsonl').out.splitlines()
        self.assertEqual([a != b for a, b in zip(before, after)], [s >= middle for s in scores])

    def test_it_may_stand_in_the_configuration(self):
        self.write('short.txt', SPUN)
        self.write('.unspin', b'[clean]\nif-spun = 1\n')
        self.assertEqual(self.ok('short.txt').out, SPUN)

    def test_bad_values(self):
        for value in ('0', '2', 'x', '', '-1', 'nan'):
            self.fails(f'--if-spun={value}', because='--if-spun', stdin=SPUN)


if __name__ == '__main__':
    harness.main()
