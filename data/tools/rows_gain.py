#!/usr/bin/env python3
"""The parts of rows_gain.sh: some of our rows, and how unspin does with them.

usage: rows_gain.py draw COUNT|all PHRASES_DIR OUT_DIR
       rows_gain.py judge SHARED_DIR BUILD_DIR WORK_DIR
"""
import pathlib
import shutil
import sys
import zlib

import crossval

PARTS = '10000 20000 40000 80000 all'.split()


def draw(count, folder, out):
    """So many different rows, each in a file named as its own: which family of spinners it is of, the name tells."""
    rows = []
    for path in sorted(folder.glob('*.tsv')):
        with open(path, encoding='utf-8') as file:
            for line in file:
                fields = line.rstrip('\n').split('\t')
                if not line.startswith('#') and len(fields) >= 4:
                    rows.append((zlib.crc32('\t'.join(fields[:3]).encode()), fields[:3], path.name, line))
    rows.sort()
    different, files = 0, {}
    for i, (_, key, name, line) in enumerate(rows):
        different += i == 0 or rows[i - 1][1] != key
        if count != 'all' and different > int(count):
            break
        files.setdefault(name, []).append(line)
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for name, lines in files.items():
        (out / name).write_text('# rows drawn by rows_gain.py\n' + ''.join(lines), encoding='utf-8')


def judge(shared, build, work):
    judge = crossval.Judge(shared, build, work)
    spinners = sorted({engine for engine, _ in judge.docs.values()})
    print('| rows | ' + ' | '.join(spinners) + ' | all |')
    print('|---|' + '---:|' * (len(spinners) + 1))
    for part in PARTS:
        total, cells = judge.eval.Tally(), []
        for engine in spinners:
            data = judge.folder(work / 'rows/data' / f'{part}-{engine}', {
                'phrases.db': work / 'rows' / f'{part}.db', 'channel.bin': work / 'rows' / f'{part}.{engine}.bin',
                'weights.tsv': work / 'crossval' / f'spinner-{engine}.tsv'})
            one = judge.eval.Tally()
            for tally in judge.pool.map(lambda name, data=data: judge.document_with(name, data),
                                        [name for name in judge.docs if judge.docs[name][0] == engine]):
                crossval.add(one, tally)
            crossval.add(total, one)
            cells.append(one)
        print(f'| {part} | ' + ' | '.join(f'{1 - c.after / c.before:.3f}' for c in [*cells, total]) + ' |', flush=True)


def main(argv):
    if len(argv) != 5 or argv[1] not in ('draw', 'judge'):
        sys.exit(__doc__)
    if argv[1] == 'draw':
        draw(argv[2], pathlib.Path(argv[3]), pathlib.Path(argv[4]))
    else:
        judge(*(pathlib.Path(path).resolve() for path in argv[2:5]))


if __name__ == '__main__':
    main(sys.argv)
