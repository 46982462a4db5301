"""What unspin does to our own pairs, to the last reading and figure: whatever changes it without being meant to shows here.

golden.json holds, for each command below, every edit with its confidence, reasons and other readings, every score, and the weights learned
from a few pairs. After a change that is meant (data, weights, features), look at what the test tells and record it anew:

  python3 -B tests/golden/test_golden.py build/unspin --record

Names, rows and counts must be the same; figures may differ by a two-hundredth part, since other machines round otherwise.
"""
import json
import math
import pathlib
import re
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'cli'))
import harness  # noqa: E402
from harness import ROOT, Case  # noqa: E402

GOLDEN = HERE / 'golden.json'
PAIRS = ROOT / 'tests' / 'pairs' / 'final'
ARTICLES = ('blog-02', 'business-04', 'health-06', 'how-to-05', 'news-02', 'product-01')
SLOT = re.compile(r'\{([^{}|]*)\|([^{}]*)\}')
TOLERANCE, TINY = 0.005, 1e-4


def article(name, side=1):
    """An article of our own, without its head: as spun, or (SIDE 2) as it was."""
    lines = (PAIRS / f'{name}.txt').read_text().split('\n')
    text = '\n'.join(line for line in lines if not line.startswith('# '))
    return SLOT.sub(lambda m: m.group(side).split('|')[0], text).encode() if side else text.encode()


def whole(*names):
    return {f'{name}.txt': (PAIRS / f'{name}.txt').read_bytes() for name in names}


def commands():
    """{name: (files, arguments)}; standard output is JSON."""
    blog, plain, news = article('blog-02'), article('blog-02', 2), article('news-02')
    found = {f'clean {name}': ({'a.txt': article(name)}, ['clean', '--json', '--suggest', '0.2', 'a.txt']) for name in ARTICLES}
    for option in ('--assume-spun', '--aggressive', '--cautious', '--fast', '--quotes', '--dialect=us', '--if-spun=0.9'):
        found[f'clean {option}'] = ({'a.txt': news}, ['clean', '--json', option, 'a.txt'])
    half = len(plain) // 2
    found |= {
        'clean gated': ({'a.txt': article('clean-08')}, ['clean', '--json', '--suggest', '0.1', 'a.txt']),
        'clean a clean one --assume-spun': ({'a.txt': article('clean-02')}, ['clean', '--json', '--assume-spun', 'a.txt']),
        'clean spintax': ({'a.txt': article('business-02', 0)}, ['clean', '--json', 'a.txt']),
        'clean spintax with news': ({'a.txt': article('news-04', 0)}, ['clean', '--json', '--assume-spun', 'a.txt']),
        'clean --like': ({'a.txt': blog, 'like.txt': plain}, ['clean', '--json', '--like', 'like.txt', 'a.txt']),
        'clean --siblings': ({'a.txt': blog, 'b.txt': plain[:half] + blog[half:], 'c.txt': article('blog-02').replace(b'used to be', b'became')},
                             ['clean', '--json', '--siblings', 'b.txt', '--siblings', 'c.txt', 'a.txt']),
        'clean all at once': ({'a.txt': b'\n\n'.join(article(name) for name in ARTICLES[2:5])}, ['clean', '--json', 'a.txt']),
        'detect': ({'a.txt': news, 'b.txt': article('clean-10'), 'c.txt': blog}, ['detect', '--json', 'a.txt', 'b.txt', 'c.txt']),
        'check': (whole('blog-04', 'clean-04', 'health-02'), ['check', '--json', 'blog-04.txt', 'clean-04.txt', 'health-02.txt']),
        'tune': ({f'{name}.txt': article(name, 0) for name in (*ARTICLES, 'blog-04', 'health-02')} | {'clean.txt': article('clean-02')},
                 ['model', 'tune', '-q', '--folds', '0', '--hidden', '4', '--epochs', '2', *(f'{name}.txt' for name in ARTICLES), '--pairs',
                  'blog-04.txt', 'health-02.txt', '--clean', 'clean.txt', '-o', 'out.tsv']),
        'learn': ({f'{name}.txt': article(name, 0) for name in ARTICLES},
                  ['phrases', 'learn', '-q', '--min-count', '1', '--significance', '0', '--tsv', '-', *(f'{name}.txt' for name in ARTICLES)]),
        'coverage': (whole('blog-04', 'health-02'), ['phrases', 'coverage', '--json', 'blog-04.txt', 'health-02.txt']),
        'find': ({}, ['phrases', 'find', blog.decode()[:400]]),
    }
    return found


def value_of(word):
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            pass
    return word


def short(value):
    """VALUE without what differs from build to build, and in fewer words."""
    if isinstance(value, list):
        return [short(v) for v in value]
    if isinstance(value, float):
        return float(f'{value:.4g}')
    if not isinstance(value, dict):
        return value
    if set(value) == {'feature', 'value'}:
        return [value['feature'], short(value['value'])]
    return {k: short(v) for k, v in value.items() if k not in ('format', 'version', 'unspin', 'knowledge', 'name', 'begin_cp', 'end_cp', 'source', 'seconds')}


def brief(result):
    """Of the edits only what and how sure."""
    edits = [[e[key] for key in ('begin', 'before', 'after', 'confidence')] for e in result['edits']]
    return result | {'edits': edits}


class Golden(Case):
    def outcome(self, files, args):
        for name, data in files.items():
            self.write(name, data)
        done = self.run_in(*args)
        self.assertIn(done.status, (0, 1), done)
        out = done.out
        if '-o' in args:
            out = (self.dir / args[-1]).read_bytes()
        if '--json' in args and args[0] in ('clean', 'detect'):
            results = [short(json.loads(line)) for line in out.decode().splitlines()]
            return results if args[0] == 'detect' or '--suggest' in args else [brief(result) for result in results]
        if '--json' in args:
            return short(json.loads(out))
        return [[value_of(word) for word in re.split(r'[\t ]+', line)] for line in out.decode().splitlines()]

    def compare(self, where, want, got, told):
        if isinstance(want, bool) or isinstance(got, bool) or type(want) is not type(got) and not {type(want), type(got)} <= {int, float}:
            same = want == got
        elif isinstance(want, dict):
            for key in sorted({*want} ^ {*got}):
                told.append(f'{where}: {key} {"is gone" if key in want else "is new"}')
            for key in sorted({*want} & {*got}):
                self.compare(f'{where}.{key}', want[key], got[key], told)
            return
        elif isinstance(want, list):
            if len(want) != len(got):
                told.append(f'{where}: {len(want)} before, {len(got)} now')
            for i, (a, b) in enumerate(zip(want, got)):
                self.compare(f'{where}[{i}]', a, b, told)
            return
        elif isinstance(want, float) or isinstance(got, float):
            same = math.isclose(want, got, rel_tol=TOLERANCE, abs_tol=TINY)
        else:
            same = want == got
        if not same:
            told.append(f'{where}: {want!r} before, {got!r} now')

    def test_golden(self):
        recorded = json.loads(GOLDEN.read_text())
        self.assertEqual(sorted(recorded), sorted(commands()))
        for name, (files, args) in commands().items():
            with self.subTest(name):
                told = []
                self.compare(name, recorded[name], self.outcome(files, args), told)
                self.assertFalse(told, f'{len(told)} differences:\n' + '\n'.join(told[:12]))


def record():
    case = Golden('test_golden')
    case.setUp()
    outcomes = {name: case.outcome(*command) for name, command in commands().items()}
    case.tearDown()
    case.doCleanups()
    lines = []
    for name, outcome in outcomes.items():  # a line for each edit, so that a change can be read
        text = json.dumps(outcome, ensure_ascii=False, separators=(',', ':')).replace('{"begin"', '\n {"begin"')
        if isinstance(outcome[0] if isinstance(outcome, list) else None, list):
            text = text.replace('],[', '],\n [')
        lines.append(f'{json.dumps(name)}: {text}')
    GOLDEN.write_text('{\n' + ',\n'.join(lines) + '\n}\n')


if __name__ == '__main__':
    if '--record' in sys.argv:
        harness.PROGRAM = str(pathlib.Path(sys.argv[1]).resolve())
        record()
    else:
        harness.main()
