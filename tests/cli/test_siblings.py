"""Other spins of the article, leftover spintax, and what is only suggested."""
import json
import unittest

import harness
from harness import SPUN, Case

# One article, three spins of it: where a word was swapped, the other two have it still.
PLAIN = ('The government said that the company will build a new factory near the river, and local people hope for many jobs.\n'
         'Work on the site begins in March, when both sides have signed the contract, and the first cars leave the plant a year later.\n'
         'The union wants better wages for its members, and talks about that begin next week in the town hall.\n')


def spin(*swaps):
    text = PLAIN
    for plain, spun in swaps:
        assert f' {plain} ' in text, plain
        text = text.replace(f' {plain} ', f' {spun} ', 1)
    return text.encode()


A = spin(('build', 'fabricate'), ('hope', 'expectation'), ('begins', 'commences'), ('leave', 'vacate'), ('wants', 'craves'))
B = spin(('new', 'novel'), ('people', 'individuals'), ('site', 'location'), ('plant', 'facility'), ('talks', 'discourses'))
C = spin(('said', 'articulated'), ('local', 'neighborhood'), ('signed', 'autographed'), ('better', 'superior'))


class Siblings(Case):
    def words_apart(self, text):
        return sum(x != y for x, y in zip(PLAIN.split(), text.decode().split(), strict=True))

    def setUp(self):
        super().setUp()
        self.write('b.txt', B)
        self.write('c.txt', C)

    def test_original_shows_through(self):
        both = self.ok('--siblings', 'b.txt', '--siblings=c.txt', stdin=A).out
        self.assertEqual(both.decode(), PLAIN)

    def test_one_is_better_than_none(self):
        alone, one = self.ok(stdin=A).out, self.ok('--siblings', 'b.txt', stdin=A).out
        self.assertLess(self.words_apart(one), self.words_apart(alone))

    def test_the_original_stays(self):
        out = self.ok('--siblings', 'b.txt', '--siblings', 'c.txt', stdin=PLAIN.encode()).out
        self.assertEqual(out.decode(), PLAIN)

    def test_another_article_changes_nothing(self):
        self.write('other.txt', b'It rained in the hills all night. Nobody saw the old bridge fall, nor heard it.\n' * 5)
        self.assertEqual(self.ok('--siblings', 'other.txt', stdin=A).out, self.ok(stdin=A).out)

    def test_told(self):
        edits = json.loads(self.ok('--json', '--siblings=b.txt', '--siblings=c.txt', stdin=A).out)['edits']
        reasons = [r['feature'] for e in edits for r in e['reasons']]
        self.assertIn('siblings', reasons)
        self.write('edits.json', self.ok('--json', '--siblings=b.txt', '--siblings=c.txt', stdin=A).out)
        self.assertEqual(self.ok('--undo', 'edits.json', stdin=PLAIN.encode()).out, A)

    def test_packed_encoded_and_empty(self):
        import gzip
        self.write('b.gz', gzip.compress(B))
        self.write('c16.txt', C.decode().encode('utf-16'))
        self.write('empty.txt', b'')
        out = self.ok('--siblings', 'b.gz', '--siblings', 'c16.txt', '--siblings', 'empty.txt', stdin=A).out
        self.assertEqual(out.decode(), PLAIN)

    def test_long_texts_are_aligned_too(self):
        """More than one table of costs holds."""
        parts = [f'Chapter {i} of the {i * 7919}th report names {i * 31} towns and {i * 17} roads.\n' for i in range(400)]
        def book(text):
            return ''.join(parts[:200]).encode() + text + ''.join(parts[200:]).encode()
        self.write('b.txt', book(B))
        self.write('c.txt', book(C))
        out = self.ok('--assume-spun', '--siblings', 'b.txt', '--siblings', 'c.txt', stdin=book(A)).out
        self.assertIn(PLAIN.encode().split(b'\n')[1], out)

    def test_bad_files(self):
        self.fails('--siblings', 'missing', because='missing: cannot open', stdin=A)
        self.write('binary', b'a\0b' * 9)
        self.fails('--siblings', 'binary', because='--siblings: binary', stdin=A)
        self.fails('--siblings', because='a value is missing', stdin=A)


MENDED = (
    ('The company {acquired|bought|obtained} a {big|large|huge} {house|home|residence} in the north last year.',
     ('The company bought a large house in the north last year.', 'The company bought a big house in the north last year.')),
    ('He is {a {very |}good|an excellent} man who has always helped other people.',
     ('He is a good man who has always helped other people.', 'He is a very good man who has always helped other people.',
      'He is an excellent man who has always helped other people.')),
    ('The car was [quick|fast|rapid] on the road and the driver was happy.',
     ('The car was quick on the road and the driver was happy.', 'The car was fast on the road and the driver was happy.')),
    ('She bought an {large|big} apple and {went home|returned to her house}.',
     ('She bought a large apple and went home.', 'She bought a big apple and went home.')),
)
LEFT = (
    'The value is {"a|b": 1} in every one of the old files.',
    'Dear {{ name|upper }} and all the other people here, welcome.',
    'Please answer [y|n] and then press the key to go on.',
    'The usage is git log --color={always|never} or git log --graph [big|large] here.',
    'He wrote `a {big|large} house` in the manual of the program.',
    'See [[house|the big house]] and the other pages about it.',
    'He typed \\{big|large\\} into the box on the page by mistake.',
    'The set {x|x > 0} is open, and so is every union of such sets.',
    'Call f{big|large} or g{big|large}(x) and look at what comes out.',
    'The bar | stands in the text {as it is and nothing closes it.',
    'if (a) { b = c|d; } else { big|large; } is what stood there.',
    '| big | large |\n| --- | --- |\n| {big|large} | house |',
    'unspin:off The house was {big|large} when we bought it. unspin:on',
    'The {house||} was sold to the people who had lived in it.',
    'Run the service with [start|stop] after its name to see what it does.',
)


class Spintax(Case):
    def test_mended(self):
        for text, wanted in MENDED:
            self.assertIn(self.ok(stdin=text.encode()).out.decode(), wanted, text)

    def test_left_alone(self):
        for text in LEFT:
            self.assertEqual(self.ok(stdin=text.encode()).out.decode(), text)

    def test_switched_off_behind_it(self):
        text = b'The house was {big|large} when we bought it.\n\nunspin:off The rest stays as it is.\n'
        self.assertEqual(self.ok(stdin=text).out, text.replace(b'{big|large}', b'big'))

    def test_siblings_say_nothing_of_it(self):
        """They are aligned with the document, in which another word stands where the reading has this one."""
        text = b'He utilized the house in the old town.\n\nHe {utilized|used} the house in the old town.\n'
        self.write('same.txt', text)
        alone, beside = ([e for e in json.loads(self.ok('--json', *options, stdin=text).out)['edits'] if e['row'] == 'spintax']
                         for options in ((), ('--siblings=same.txt',)))
        self.assertEqual(len(alone), 1)
        self.assertEqual(alone, beside)

    def test_quotations(self):
        text = b'They said "the house was {big|large} then" to the police officer.'
        self.assertEqual(self.ok(stdin=text).out, text.replace(b'{big|large}', b'big'))
        self.assertEqual(self.ok('--spare-quotes', stdin=text).out, text)

    def test_protected(self):
        text = MENDED[0][0].encode()
        out = self.ok('--protect', 'residence', stdin=text).out
        self.assertIn(b'{house|home|residence}', out)
        self.assertNotIn(b'{big', out)

    def test_told_and_undone(self):
        text = '\n'.join(t for t, _ in MENDED).encode()
        told = self.ok('--json', stdin=text).out
        edits = json.loads(told)['edits']
        self.assertGreaterEqual(len(edits), 7)
        self.assertEqual({e['row'] for e in edits}, {'spintax'})
        self.assertTrue(all(0 < e['confidence'] <= 1 and e['alternatives'] for e in edits))
        self.write('edits.json', told)
        out = self.ok(stdin=text).out
        self.assertEqual(self.ok('--undo', 'edits.json', stdin=out).out, text)
        self.assertEqual(self.ok(stdin=out).out, out)

    def test_beside_other_edits(self):
        out = self.ok('--assume-spun', stdin=SPUN.replace(b'the plan', b'the {plan|scheme}')).out
        self.assertEqual(out, self.ok('--assume-spun', stdin=SPUN).out)

    def test_hostile(self):
        for text in ('{' * 5000 + '|' * 5000, '{a|' * 3000, '{a|b}' * 3000, '{|}' * 50, '[' + '|' * 300 + ']', '{a|{b|{c|{d|{e|{f|{g|h}}}}}}}'):
            self.ok(stdin=text.encode())


class Suggestions(Case):
    TEXT = SPUN + A

    def told(self, *args):
        return json.loads(self.ok('--json', *args, stdin=self.TEXT).out)

    def test_apart_from_edits(self):
        told = self.told('--suggest', '0.02')
        places = [(e['begin'], e['end']) for e in told['edits'] + told['suggestions']]
        self.assertTrue(told['suggestions'])
        places.sort()
        self.assertTrue(all(a[1] <= b[0] for a, b in zip(places, places[1:])))
        for e in told['suggestions']:
            self.assertEqual(self.TEXT[e['begin']:e['end']].decode(), e['before'])
            self.assertNotEqual(e['before'], e['after'])
            self.assertGreaterEqual(e['confidence'], 0.02 - 1e-6)

    def test_threshold_and_text(self):
        count = [len(self.told('--suggest', x)['suggestions']) for x in ('0.01', '0.2', '1')]
        self.assertEqual(count, sorted(count, reverse=True))
        self.assertGreater(count[0], count[2])
        self.assertEqual(self.ok('--suggest', '0.01', stdin=self.TEXT).out, self.ok(stdin=self.TEXT).out)

    def test_what_min_confidence_drops(self):
        every = self.told()
        least = max(e['confidence'] for e in every['edits'])
        dropped = self.told('--min-confidence', str(least), '--suggest', '0.05')
        wanted = {e['begin'] for e in every['edits'] if e['row'] != 'repair' and e['confidence'] < least - 1e-3}
        self.assertTrue(wanted & {e['begin'] for e in dropped['suggestions']})

    def test_none_of_a_clean_text(self):
        told = json.loads(self.ok('--json', '--suggest', '0.01', stdin=PLAIN.encode()).out)
        self.assertEqual((told['edits'], told['suggestions']), ([], []))

    def test_in_html(self):
        page = b'<p>' + SPUN.strip() + b'</p><pre>' + SPUN.strip() + b'</pre>\n'
        told = json.loads(self.ok('--json', '--format=html', '--suggest', '0.01', '--assume-spun', stdin=page).out)
        self.assertTrue(told['suggestions'])
        for e in told['suggestions']:
            self.assertEqual(page[e['begin']:e['end']].decode(), e['before'])
            self.assertLess(e['end'], page.index(b'<pre>'))

    def test_bad(self):
        for bad in ('2', '-1', 'x', ''):
            self.fails('--suggest', bad, because='not a number from 0 to 1', stdin=SPUN)


if __name__ == '__main__':
    harness.main()
