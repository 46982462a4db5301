#!/usr/bin/env python3
"""The parts of rows_gain.sh: some of our rows, and how unspin does with them.

usage: rows_gain.py draw COUNT|all PHRASES_DIR OUT
       rows_gain.py judge SHARED_DIR BUILD_DIR WORK_DIR
"""
import pathlib
import sys
import zlib

import crossval

PARTS = '10000 20000 40000 80000 all'.split()


def draw(count, folder, out):
    seen = set()
    for path in sorted(folder.glob('*.tsv')):
        with open(path, encoding='utf-8') as file:
            for line in file:
                fields = tuple(line.rstrip('\n').split('\t'))
                if not line.startswith('#') and len(fields) >= 4:
                    seen.add(fields)
    # a phrase's rows may name conditions apart: the whole line counts
    rows = sorted(seen, key=lambda row: (zlib.crc32('\t'.join(row[:3]).encode()), row))
    rows = rows if count == 'all' else rows[:int(count)]
    with open(out, 'w', encoding='utf-8') as file:
        file.write('# rows drawn by rows_gain.py\n')
        file.writelines('\t'.join(row) + '\n' for row in rows)


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
        draw(argv[2], pathlib.Path(argv[3]), argv[4])
    else:
        judge(*(pathlib.Path(path).resolve() for path in argv[2:5]))


if __name__ == '__main__':
    main(sys.argv)
