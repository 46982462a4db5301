#!/usr/bin/env python3
"""The calibration of `unspin detect`, and the figures of the README on it.

usage: detect.py [--unspin build/unspin] [--shared ../shared] [--fit] [--limit N] [--seed N]

Documents: the developers' clean articles, the articles that simulated spinners rewrote (a few of each spinner) and the real spinners'
documents, which are not part of the project. Each is looked at whole, and its first 60 words alone, for short texts are judged too.
Halves are by zlib.crc32 of the document's name: --fit learns the map from measures to scores on the even half and on tests/pairs/tune,
and prints the lines for data/engine.tsv; otherwise the odd half is scored with the calibration that is installed, and tests/pairs/final.
The weights that the measures come from were learned on both halves (not on tests/pairs/final), so the odd half flatters them. Spun and clean documents count the same in total.
"""
import argparse, difflib, json, math, pathlib, random, re, subprocess, sys, tempfile, zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ['bias', 'share', 'telling', 'gain', 'rows', 'model', 'length']
SENTENCE = ['bias', 'strongest', 'length', 'document']
FAMILIES = ['news-engine', 'area-unit', 'spinbot', 'tortured']
SHORT = 60
OWN = 4 # what one of our own articles counts for: there are few, and their clean ones are of many sorts, not news only

class Text:
    def __init__(self, name, kind, spun, plain, is_own=False):
        self.name, self.kind, self.spun, self.plain, self.is_own = name, kind, spun, plain, is_own

    @property
    def is_spun(self):
        return self.kind != 'clean'

def is_even(name):
    return zlib.crc32(name.encode()) % 2 == 0

def shortened(text):
    """Whole lines from the beginning, up to SHORT words."""
    lines = []
    for line in text.split('\n'):
        lines.append(line)
        if sum(len(l.split()) for l in lines) >= SHORT:
            break
    return '\n'.join(lines) + '\n'

def mixed(text):
    """Every other paragraph as it was before the spinner came: for scores of sentences, which must not follow the document's."""
    lines, spun = [], False
    for after, before in zip(text.spun.split('\n'), text.plain.split('\n'), strict=True):
        spun ^= bool(after.strip())
        lines.append(after if spun else before)
    return '\n'.join(lines)

def texts(shared, even, limit):
    found = []
    for path in sorted((shared / 'dev' / 'clean').glob('*.txt')):
        if is_even(path.name) == even:
            found.append(Text(path.name, 'clean', path.read_text(), None))
    for path in sorted((shared / 'dev' / 'synth').glob('*.jsonl')):
        n = 0
        for line in open(path, encoding='utf-8'):
            r = json.loads(line)
            if is_even(r['doc']) == even and n < limit:
                n += 1
                found.append(Text(f"{path.stem}/{r['doc']}", path.stem, r['spun'], r['original']))
    real = {}
    for line in open(shared / 'dev' / 'real.jsonl', encoding='utf-8'):
        r = json.loads(line)
        real.setdefault((r['engine'], r['doc']), []).append((r['spun'], r['original']))
    for (engine, doc), rows in real.items():
        if is_even(doc) == even:
            found.append(Text(doc, engine, '\n'.join(s for s, _ in rows), '\n'.join(p for _, p in rows)))
    return found

def own_pairs(half):
    """Our own articles in slot markup: the first way to write what stood there is taken."""
    found = []
    for path in sorted((ROOT / 'tests' / 'pairs' / half).glob('*.txt')):
        marked = '\n'.join(l for l in path.read_text().split('\n') if not l.startswith('#'))
        spun = re.sub(r'\{([^|{}]*)\|[^{}]*\}', r'\1', marked)
        plain = re.sub(r'\{[^|{}]*\|([^|{}]*)(\|[^{}]*)?\}', r'\1', marked)
        found.append(Text(path.stem, 'clean' if spun == plain else 'own', spun, plain, True))
    return found

def detect(unspin, found, args):
    """Scores of every text, by what of it was looked at: lists of (text, bytes, document)."""
    out = {'whole': [], 'short': [], 'mixed': []}
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for i, text in enumerate(found):
            parts = [('whole', text.spun), ('short', shortened(text.spun))] + ([('mixed', mixed(text))] if text.is_spun else [])
            for part, content in parts:
                path = pathlib.Path(folder) / f'{i:05}-{part}.txt'
                path.write_text(content)
                names.append((part, text, content, path))
        listed = '\n'.join(str(path) for _, _, _, path in names)
        done = subprocess.run([unspin, 'detect', '--json', '--format', 'text', '-j2', '--files-from', '-', *args], input=listed.encode(),
                              stdout=subprocess.PIPE, check=True)
        for (part, text, content, _), line in zip(names, done.stdout.decode().splitlines(), strict=True):
            out[part].append((text, content, json.loads(line)['documents'][0]))
    return out

def touched(text, content, document):
    """For each sentence of more than a word: (its scores, whether the spinner changed it)."""
    spans = [s for s in document['sentences'] if s['words'] > 1]
    if not text.is_spun:
        return [(s, False) for s in spans]
    changed, at = [], 0
    for spun, plain in zip(content.split('\n'), text.plain.split('\n')):
        words = [(m.start(), m.end(), m.group()) for m in re.finditer(r'\S+', spun)]
        match = difflib.SequenceMatcher(None, [w for _, _, w in words], plain.split(), autojunk=False)
        for kind, i, j, _, _ in match.get_opcodes():
            if kind == 'equal' or not words:
                continue
            begin, end = words[min(i, len(words) - 1)][0], words[max(i, j - 1) if j > i else min(i, len(words) - 1)][1]
            changed.append((at + len(spun[:begin].encode()), at + len(spun[:end].encode())))
        at += len(spun.encode()) + 1
    return [(s, any(b < s['end'] and e > s['begin'] for b, e in changed)) for s in spans]

# ---- logistic regression, by Newton's method ----

def solve(a, b):
    n = len(b)
    m = [row[:] + [x] for row, x in zip(a, b)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(m[r][i]))
        m[i], m[pivot] = m[pivot], m[i]
        for r in range(n):
            if r != i:
                f = m[r][i] / m[i][i]
                m[r] = [x - f * y for x, y in zip(m[r], m[i])]
    return [m[i][n] / m[i][i] for i in range(n)]

def share_of(odds):
    return 1 / (1 + math.exp(-max(-500, min(500, odds))))

def fit(rows, penalty):
    """ROWS: (values, label, weight). The penalty, in units of weight, keeps weights of values that say little small."""
    n = len(rows[0][0])
    w = [0.0] * n
    for _ in range(50):
        gradient = [-penalty * x if i else 0 for i, x in enumerate(w)]
        hessian = [[penalty if i == j and i else (1e-9 if i == j else 0) for j in range(n)] for i in range(n)]
        for x, label, weight in rows:
            p = share_of(sum(a * b for a, b in zip(w, x)))
            for i in range(n):
                gradient[i] += weight * (label - p) * x[i]
                for j in range(n):
                    hessian[i][j] += weight * p * (1 - p) * x[i] * x[j]
        step = solve(hessian, gradient)
        w = [a + b for a, b in zip(w, step)]
        if max(map(abs, step)) < 1e-8:
            break
    return w

def document_values(d):
    m = d['measures']
    return [1, m['share'], m['telling'], m['gain'], m['rows'], m['model'], math.log(d['words'] + 10)]

def balanced(items, is_spun, weight=lambda x: 1):
    """Weights by which both kinds count as much."""
    total = [sum(weight(x) for x in items if is_spun(x) == kind) for kind in (False, True)]
    return [weight(x) * len(items) / 2 / total[is_spun(x)] for x in items]

def calibrate(scored):
    whole = scored['whole'] + scored['short']
    weights = balanced(whole, lambda x: x[0].is_spun, lambda x: OWN if x[0].is_own else 1)
    by_document = fit([(document_values(d), x.is_spun, w) for (x, _, d), w in zip(whole, weights)], 1.0)
    sentences = []
    for (text, content, d), weight in list(zip(whole, weights)) + [(x, 1.0) for x in scored['mixed']]:
        odds = sum(a * b for a, b in zip(by_document, document_values(d)))
        for s, label in touched(text, content, d):
            values = [1, s['strongest'], math.log(s['words'] + 1), max(-8, min(8, odds))]
            sentences.append((values, label, weight))
    by_sentence = fit(sentences, 1.0)
    for kind, names, values in (('document', DOCUMENT, by_document), ('sentence', SENTENCE, by_sentence)):
        for name, value in zip(names, values):
            print(f'{kind}\t{name}\t{value:.4f}')

def calibrate_families(scored):
    """The share of the evidence that a family is known for, in its texts and in those of others."""
    for family in FAMILIES:
        own = others = own_hits = other_hits = 0
        for text, _, d in scored['whole'] + scored['short']:
            if not text.is_spun:
                continue
            hits = sum(family in e['families'] for e in d['evidence'])
            if text.kind == family:
                own, own_hits = own + len(d['evidence']), own_hits + hits
            else:
                others, other_hits = others + len(d['evidence']), other_hits + hits
        print(f'# {family}: {own_hits} of {own} pieces of evidence in its own texts, {other_hits} of {others} in others')

# ---- figures ----

def auc(pairs):
    """PAIRS: (score, label). Ties count a half."""
    order = sorted(pairs)
    positives = sum(label for _, label in order)
    negatives = len(order) - positives
    ranks, i = 0.0, 0
    while i < len(order):
        j = i
        while j < len(order) and order[j][0] == order[i][0]:
            j += 1
        ranks += sum(label for _, label in order[i:j]) * (i + j + 1) / 2
        i = j
    return (ranks - positives * (positives + 1) / 2) / (positives * negatives)

def reliability(title, pairs, weights):
    """Of what scores so much, how much is spun?"""
    total = sum(weights)
    brier = sum(w * (s - l) ** 2 for (s, l), w in zip(pairs, weights)) / total
    print(f'\n{title}: {len(pairs)}, of them {sum(l for _, l in pairs)} spun; AUC {auc(pairs):.4f}, Brier {brier:.4f}')
    print('  score        number  mean score  share spun')
    for k in range(10):
        inside = [(s, l, w) for (s, l), w in zip(pairs, weights) if k <= s * 10 < k + 1 or (k == 9 and s == 1)]
        weight = sum(w for _, _, w in inside)
        if inside:
            print(f'  {k / 10:.1f} to {(k + 1) / 10:.1f}  {len(inside):8}  {sum(s * w for s, _, w in inside) / weight:10.3f}'
                  f'  {sum(l * w for _, l, w in inside) / weight:10.3f}')

def report(title, scored):
    for part, name in (('whole', 'whole documents'), ('short', f'their first {SHORT} words')):
        weights = balanced(scored[part], lambda x: x[0].is_spun)
        pairs = [(d['score'], x.is_spun) for x, _, d in scored[part]]
        reliability(f'{title}, {name}', pairs, weights)
        for level in (.5, .9):
            clean = [s for s, l in pairs if not l]
            spun = [s for s, l in pairs if l]
            print(f'  from {level}: {sum(s >= level for s in spun)} of {len(spun)} spun, {sum(s >= level for s in clean)} of {len(clean)} clean')
    for part, name in (('whole', 'sentences of whole documents'), ('mixed', 'sentences where every other paragraph is spun')):
        pairs = [(s['score'], label) for x, content, d in scored[part] for s, label in touched(x, content, d)]
        reliability(f'{title}, {name}', pairs, [1] * len(pairs))

def families(scored):
    print('\nfamily guessed (whole documents that score .5 or more):')
    count = {}
    for x, _, d in scored['whole']:
        if x.is_spun and d['score'] >= .5:
            count.setdefault(x.kind, {}).setdefault(d['family'] or 'none', []).append(x.name)
    for kind in sorted(count):
        print(f"  {kind}: " + ', '.join(f'{family} {len(names)}' for family, names in sorted(count[kind].items())))

def main():
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument('--unspin', default=str(ROOT / 'build' / 'unspin'))
    a.add_argument('--shared', type=pathlib.Path, default=ROOT.parent / 'shared')
    a.add_argument('--fit', action='store_true')
    a.add_argument('--limit', type=int, default=8, help='articles of each simulated spinner')
    a.add_argument('--data', help='as of unspin detect')
    o = a.parse_args()
    args = ['--data', o.data] if o.data else []
    found = texts(o.shared, o.fit, o.limit) + (own_pairs('tune') if o.fit else [])
    scored = detect(o.unspin, found, args)
    if o.fit:
        calibrate(scored)
        calibrate_families(scored)
        return
    report('odd half', scored)
    families(scored)
    report('tests/pairs/final', detect(o.unspin, own_pairs('final'), args))

main()
