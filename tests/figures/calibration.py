#!/usr/bin/env python3
"""Are the confidences of edits what they say? A reliability diagram, and the map in data/engine.tsv that makes them so.

usage: calibration.py [--unspin build/unspin] [--shared ../shared] [--limit N] [--svg FILE] [--args "OPTIONS FOR unspin clean"]
                      [--work WORK_DIR]
       calibration.py --fit data/engine.tsv ...

Restores the developers' pairs of real and simulated spinners (--limit documents of each), with suggestions, and looks at every
edit and suggestion: it is right if making it alone brings the text nearer to the original. Prints for each tenth of confidence how
many there are, how sure they were and how often they were right, and the expected calibration error (ECE) of the edits: the mean
distance of the two. With --work, where data/tools/crossval.sh has worked, no text is judged by weights or counts that were learned from it:
real documents by those without them, simulated spinners on articles left out; without it the texts are known to the weights, and more is
right than would be elsewhere. The figures are of documents whose name has an odd CRC-32; --fit uses the others only: it takes the lines
"calibrate" out of the settings, measures, and writes new ones (pooled adjacent violators). With --work the next bit of the number parts the documents.
One fits anew whenever weights.tsv has changed. Skips (77) without the shared folder.
"""
import argparse, json, pathlib, shlex, subprocess, sys, tempfile, zlib

from figures import load_scorer, real_documents, synth_documents

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'data' / 'tools'))
POINTS = 12


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        corner, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            corner, row[j] = row[j], min(corner + (x != y), row[j] + 1, row[j - 1] + 1)
    return row[-1]


def judged(scorer, opts, data, rows):
    """(confidence, is right, is an edit) for all of a document"""
    spun = '\n'.join(s.replace('\n', ' ') for s, _ in rows)
    command = [opts.unspin, 'clean', '--json', '--suggest', '0.02', *shlex.split(opts.args), *data, '-']
    found = json.loads(subprocess.run(command, input=spun.encode(), stdout=subprocess.PIPE, check=True).stdout)
    raw, out = spun.encode(), []
    starts = [0]
    for s, _ in rows:
        starts.append(starts[-1] + len(s.replace('\n', ' ').encode()) + 1)
    for kind in ('edits', 'suggestions'):
        for e in found[kind]:
            if e['row'] == 'repair':  # stands and falls with another
                continue
            line = max(i for i, at in enumerate(starts[:-1]) if at <= e['begin'])
            begin, end = starts[line], starts[line + 1] - 1
            before = raw[begin:end].decode()
            after = (raw[begin:e['begin']] + e['after'].encode() + raw[e['end']:end]).decode()
            gold = scorer.tokens(rows[line][1].replace('\n', ' '))
            right = distance(scorer.tokens(after), gold) < distance(scorer.tokens(before), gold)
            out.append((e['confidence'], right, kind == 'edits'))
    return out


def unseen(opts, odd, engine=None):
    """The rows of documents that weights and counts were not learned from, and what to judge each by."""
    import crossval
    judge = crossval.Judge(opts.shared.resolve(), pathlib.Path(opts.unspin).resolve().parent, opts.work.resolve())
    under = 'calibration/' + ('fit' if engine else 'shown')

    def data(channel, weights):
        return '--data', str(judge.data(channel, weights, under, engine=engine))

    def ours(name):
        return zlib.crc32(name.encode()) // 2 % 2 == odd

    for name, (_, rows) in judge.docs.items():
        if ours(name):
            yield [(row['spun'], row['original']) for row in rows], data(f'doc-{name}', judge.by_document[name])
    for spinner in crossval.SPINNERS:
        taken = 0
        for row in map(json.loads, open(opts.shared / f'dev/synth/{spinner}.jsonl', encoding='utf-8')):
            lines = list(zip(row['spun'].split('\n'), row['original'].split('\n')))
            if crossval.final(row['doc']) and ours(row['doc']) and row['spun'].count('\n') == row['original'].count('\n'):
                taken += 1
                if not opts.limit or taken <= opts.limit:
                    yield [(s, o) for s, o in lines if s.strip()], data(None, 'all')


def documents(opts, odd):
    taken = {}
    for group, name, rows in real_documents(opts.shared, 'all') + synth_documents(opts.shared, 'all'):
        rows = [(s, o) for s, o in rows if s.strip()]
        if zlib.crc32(name.encode()) % 2 != odd or not rows:
            continue
        taken[group] = taken.get(group, 0) + 1
        if not opts.limit or taken[group] <= opts.limit:
            yield rows


def measure(opts, odd, data=()):
    scorer, all = load_scorer(opts.shared), []
    texts = unseen(opts, odd, *data[2:]) if opts.work else ((rows, data[:2]) for rows in documents(opts, odd))
    for rows, by in texts:
        all += judged(scorer, opts, by, rows)
    return all


def bins(judgements, count=10):
    """(number, mean confidence, share that is right) of each bin that holds any"""
    for i in range(count):
        here = [j for j in judgements if min(int(j[0] * count), count - 1) == i]
        if here:
            yield i, len(here), sum(j[0] for j in here) / len(here), sum(j[1] for j in here) / len(here)


def ece(judgements):
    return sum(n * abs(told - right) for _, n, told, right in bins(judgements)) / max(1, len(judgements))


def svg(judgements):
    points = [f'<circle cx="{20 + 200 * told:.1f}" cy="{220 - 200 * right:.1f}" r="{2 + (n / len(judgements)) ** .5 * 10:.1f}"/>'
              for _, n, told, right in bins(judgements)]
    return ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240" font-size="9" font-family="sans-serif">\n'
            '<path d="M20 20V220H220M20 220L220 20" fill="none" stroke="#999"/>\n'
            '<text x="120" y="234" text-anchor="middle">confidence</text><text x="24" y="16">share right</text>\n'
            '<g fill="#06c" fill-opacity=".7">' + ''.join(points) + '</g>\n</svg>\n')


def pooled(judgements):
    """The monotone map that fits best: blocks of equal share, each at its mean confidence, at most POINTS of them"""
    size = max(1, len(judgements) // (2 * POINTS))
    ordered = sorted(judgements)
    blocks = [[sum(j[0] for j in part), sum(j[1] for j in part), len(part)]
              for part in (ordered[i:i + size] for i in range(0, len(ordered), size))]
    stack = []
    for block in blocks:
        stack.append(block)
        while len(stack) > 1 and stack[-2][1] * stack[-1][2] >= stack[-1][1] * stack[-2][2]:
            last = stack.pop()
            stack[-1] = [a + b for a, b in zip(stack[-1], last)]
    while len(stack) > POINTS:
        i = min(range(len(stack) - 1), key=lambda k: stack[k + 1][1] / stack[k + 1][2] - stack[k][1] / stack[k][2])
        stack[i:i + 2] = [[a + b for a, b in zip(stack[i], stack[i + 1])]]
    points = []
    for told, right, n in stack:  # two judgements that were half right: few must not claim certainty
        x, y = round(told / n, 3), round((right + 1) / (n + 2), 3)
        if not points or (x > points[-1][0] and y >= points[-1][1]):
            points.append((x, y))
    return points


def fit(opts):
    path = pathlib.Path(opts.fit)
    kept = [l for l in path.read_text().split('\n') if not l.startswith(('calibrate\t', '# Confidence as people are told'))]
    text = '\n'.join(kept).rstrip('\n') + '\n'
    shipped = pathlib.Path(opts.data) if opts.data else pathlib.Path(opts.unspin).parent / 'data'
    with tempfile.TemporaryDirectory() as folder:
        for source in shipped.iterdir():
            if source.is_file() and source.name != 'engine.tsv':
                (pathlib.Path(folder) / source.name).symlink_to(source.resolve())
        (pathlib.Path(folder) / 'engine.tsv').write_text(text)
        judgements = measure(opts, 0, ('--data', folder, pathlib.Path(folder) / 'engine.tsv'))
    points = pooled(judgements)
    text += '# Confidence as people are told it, by what the engine makes of it: tests/figures/calibration.py --fit\n'
    path.write_text(text + ''.join(f'calibrate\t{x}\t{y}\n' for x, y in points))
    print(f'{path}: {len(points)} points from {len(judgements)} judgements')


def show(judgements, opts):
    edits = [j for j in judgements if j[2]]
    print('confidence     edits  told  right | edits and suggestions  told  right')
    every = {i: row for i, *row in bins(judgements)}
    own = {i: row for i, *row in bins(edits)}
    for i in sorted(every):
        left = '{:9} {:5.2f} {:6.2f}'.format(*own[i]) if i in own else ' ' * 22
        print('{:.1f} to {:.1f}  {} | {:21} {:5.2f} {:6.2f}'.format(i / 10, (i + 1) / 10, left, *every[i]))
    print(f'edits {len(edits)}  ECE {ece(edits):.3f}; with suggestions {len(judgements)}  ECE {ece(judgements):.3f}')
    if opts.svg:
        pathlib.Path(opts.svg).write_text(svg(edits))


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument('--unspin', default=str(ROOT / 'build' / 'unspin'))
    ap.add_argument('--shared', type=pathlib.Path, default=ROOT.parent / 'shared')
    ap.add_argument('--limit', type=int, default=0)
    ap.add_argument('--fit', metavar='ENGINE.TSV')
    ap.add_argument('--data', help='with --fit: the compiled data, if it is not beside the program')
    ap.add_argument('--work', type=pathlib.Path, help='where data/tools/crossval.sh has worked')
    ap.add_argument('--svg')
    ap.add_argument('--args', default='')
    opts = ap.parse_args()
    if not (opts.shared / 'tools' / 'restore_eval.py').exists():
        print(f'SKIP: no shared folder at {opts.shared}: nothing measured')
        return 77
    if opts.fit:
        fit(opts)
    else:
        show(measure(opts, 1, ('--data', opts.data) if opts.data else ()), opts)
    return 0


if __name__ == '__main__':
    sys.exit(main())
