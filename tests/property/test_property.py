"""What must hold for any text: generated, ours, and (where the developers' shared folder lies beside the checkout) real.

 - bytes outside the edits are unchanged, and the edits say truly what stood there
 - --undo gives the input back
 - a second run changes nothing
 - the result does not depend on how standard input was chunked, nor on the files cleaned before in the same run
 - names, numbers, URLs and quotations come through

Usage: test_property.py PROGRAM. UNSPIN_SEED chooses other generated texts, UNSPIN_ROUNDS more of them.
"""
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'cli'))
import harness
from harness import ROOT, SAMPLES, Case

SHARED = ROOT.parent / 'shared'
SEED = int(os.environ.get('UNSPIN_SEED', '20260101'))
ROUNDS = int(os.environ.get('UNSPIN_ROUNDS', '150'))

SPUN = '''lend a hand; lent a hand to; at all times; in spite of; govt; international locations; was once; used to be; by means of;
a minimum of; as a way to; with the intention to; in an effort to; the fairway gentle; find out about; mins; other folks; numerous; so as to;
not able to; is regarded as; a number of; on account of; within the; have the ability to; mavens; in line with; now not; gave the impression;
take part in; reminiscent of; bought; utilise; along with; each and every; a variety of; greenbacks; smartphone; affordable; LEND A HAND;
Govt; In spite of; Was once; an unique; a article; the the'''.replace('\n', ' ').split('; ')
PLAIN = '''the a an of to in and that was is for on with as at by from it he she they said minister company country report water house old
new small open never not no very much people 5G 10:30 2nd 3.5% £46m 1,000 Mr Ms Dr. U.S. e.g. No. don't it's they'd Ashdown's Helen Carrow
London think-tank co-operate naïve café 日本 👍🏽 e\u0301 http://x.example/a?b=govt me@govt.example @govt #govt file.txt `govt` a_b x1'''.split()
MARKS = ['. ', ', ', '; ', ': ', '! ', '? ', ' – ', '—', '... ', '… ', ' (', ') ', '\n', '\n\n', '\r\n', '\t', '  ', ' "', '" ', ' “', '” ', " '",
         "' ", '‘', '’', ' unspin:off ', ' unspin:on ', '\u00a0', '\u2028', '|', '*', '_', '{', '}', '\\', '/', '-', '\x1b[31m', '\x7f']
BYTES = [b'\xff', b'\xc3', b'\xe2\x80', b'\xed\xa0\x80', b'\xef\xbb\xbf', b'\xf0\x9f', b'\x80']


def generate(source):
    """A text that no editor would pass: dense in what the engine reacts to."""
    parts = []
    for _ in range(source.choice((0, 1, 3, 10, 60, 300))):
        roll = source.random()
        if roll < 0.35:
            parts.append(source.choice(SPUN).encode() + b' ')
        elif roll < 0.75:
            parts.append(source.choice(PLAIN).encode() + b' ')
        elif roll < 0.97:
            parts.append(source.choice(MARKS).encode())
        else:
            parts.append(source.choice(BYTES))
    return b''.join(parts)


def mutate(source, text):
    """A real text, damaged."""
    text = bytearray(text)
    for _ in range(source.randrange(1, 30)):
        at = source.randrange(len(text) + 1)
        roll = source.random()
        if roll < 0.3:
            del text[at:at + source.randrange(1, 20)]
        elif roll < 0.6:
            text[at:at] = source.choice(MARKS).encode()
        elif roll < 0.7:
            text[at:at] = source.choice(BYTES)
        else:
            other = source.randrange(len(text) + 1)
            text[at:at] = text[other:other + source.randrange(1, 60)]
    return bytes(text).replace(b'\0', b'')


class Properties(Case):
    def check_all(self, texts, *options):
        """Every property but chunking, in four runs for any number of texts."""
        names = [f'{i:04}.txt' for i in range(len(texts))]
        for name, text in zip(names, texts):
            self.write(name, text)
        edits = self.ok('--json', '-i', *options, *names).out
        self.write('edits', edits)
        documents = [json.loads(line) for line in edits.splitlines()]
        restored = [(self.dir / name).read_bytes() for name in names]
        for text, out, document in zip(texts, restored, documents):
            text, out = (decoded(t, document['input'].get('encoding')) for t in (text, out))
            self.assertEqual(apply(text, document), out)
            self.check_kept(text, document, options)
        self.check_fixed_point(names, restored, options)
        self.ok('--undo', 'edits', '-i', *names)
        for name, text in zip(names, texts):
            self.assertEqual((self.dir / name).read_bytes(), text)
        return documents

    def check_fixed_point(self, names, restored, options):
        again = self.clean('--diff', '--check', *options, *names)
        self.assertEqual(again.status, 0, 'a second run changes something:\n' + again.out[:4000].decode(errors='backslashreplace'))

    def check_kept(self, text, document, options):
        """What an edit may not touch."""
        for edit in document['edits']:
            before, after = edit['before'], edit['after']
            self.assertNotRegex(before + after, '[\n\r]', edit)
            self.assertNotEqual(before, after, edit)
            for pattern in (r'https?://\S+', r'\S+@\S+', r'[@#]\w+'):
                self.assertEqual(re.findall(pattern, before), re.findall(pattern, after), edit)

    def test_generated(self):
        source = random.Random(SEED)
        texts = [generate(source) for _ in range(ROUNDS)]
        documents = self.check_all(texts, '--assume-spun', '--force')
        self.assertGreater(sum(len(d['edits']) for d in documents), ROUNDS, 'hardly anything was changed: this tests nothing')
        self.check_all(texts, '--force')
        self.check_all(texts[:ROUNDS // 3], '--assume-spun', '--quotes', '--dialect=us', '--protect', 'govt')

    def samples(self):
        return [path.read_bytes() for path in sorted(SAMPLES.glob('*.txt'))]

    def test_samples(self):
        texts = self.samples()
        self.assertGreaterEqual(len(texts), 4)
        documents = self.check_all(texts)
        self.assertGreater(sum(len(d['edits']) for d in documents), 20)
        self.check_all([text.replace(b'\n', b'\r\n') for text in texts] + [b'\xef\xbb\xbf' + text for text in texts], '--assume-spun')

    def test_damaged_samples(self):
        source = random.Random(SEED + 1)
        self.check_all([mutate(source, text) for text in self.samples() * max(1, ROUNDS // 20)], '--assume-spun')

    def test_real_texts(self):
        if not SHARED.is_dir():
            self.skipTest(f'no shared folder at {SHARED}: only generated texts and our own samples were tested')
        texts = [path.read_bytes() for path in sorted((SHARED / 'seeds').glob('*.txt')) if 'gold' not in path.name]
        texts += [path.read_bytes() for path in sorted((SHARED / 'dev' / 'clean').glob('*.txt'))[:40]]
        self.check_all(texts)
        for path in sorted((SHARED / 'dev').glob('real.jsonl')):
            spun = [json.loads(line)['spun'] for line in path.read_text(encoding='utf-8').splitlines()]
            self.check_all(['\n'.join(spun[i:i + 10]).encode() for i in range(0, len(spun), 10)], '--assume-spun')

    def test_chunks(self):
        source = random.Random(SEED + 2)
        texts = self.samples()[:3] + [generate(source) for _ in range(3)]
        for text in texts:
            whole = self.ok('--json', '--assume-spun', '--force', stdin=text).out
            for size in (1, 7, 4096, None):
                self.assertEqual(self.piped(text, size, source), whole)

    def piped(self, text, size, source):
        """The answer to TEXT given in pieces of SIZE bytes (of random length without)."""
        child = subprocess.Popen([harness.PROGRAM, 'clean', '--json', '--assume-spun', '--force'], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, bufsize=0)
        at = 0
        while at < len(text):
            n = size or source.randrange(1, 999)
            child.stdin.write(text[at:at + n])
            at += n
        child.stdin.close()
        out = child.stdout.read()
        child.stdout.close()
        self.assertEqual(child.wait(timeout=300), 0)
        return out

    def test_company_does_not_matter(self):
        """A document comes out the same alone and after others: nothing is carried over."""
        texts = self.samples()
        for i, text in enumerate(texts):
            self.write(f'{i}', text)
        names = [str(i) for i in range(len(texts))]
        together = self.ok('--json', *names).out.splitlines()
        backwards = self.ok('--json', *reversed(names)).out.splitlines()
        self.assertEqual(together, backwards[::-1])
        self.assertEqual(together[-1:], self.ok('--json', names[-1]).out.splitlines())


def decoded(text, encoding):
    """As UTF-8: damage can look like another encoding, and places are those of the decoded text then."""
    if not encoding:
        return text
    return subprocess.run(['iconv', '-f', encoding, '-t', 'UTF-8'], input=text, capture_output=True, check=True).stdout


def apply(text, document):
    """The edits applied by somebody else than the program."""
    out, at = b'', 0
    for edit in document['edits']:
        begin, end = edit['begin'], edit['end']
        assert at <= begin <= end <= len(text), edit
        assert text[begin:end] == edit['before'].encode(), edit
        out += text[at:begin] + edit['after'].encode()
        at = end
    return out + text[at:]


if __name__ == '__main__':
    harness.main()
