#!/usr/bin/env python3
"""The parts of ablate.sh: what to leave out, and the table.

usage: ablate.py documents                               those that judge, as a pattern
       ablate.py leave WORK_DIR                          options for unspin model tune
       ablate.py judge SHARED_DIR BUILD_DIR WORK_DIR     data/ABLATION.md to standard output
"""
import json
import os
import pathlib
import platform
import re
import sys

import crossval

HELD_OUT = ['spinbot-roy', 'spinbot-sebree', 'area-unit-ecommerce', 'area-unit-diabetes']
SIMULATED = ['nltk', 'ppdb', 'roget']
ARTICLES = 8
FEATURES = pathlib.Path(__file__).resolve().parents[2] / 'src/restore/feature.h'

# Every feature of feature.h is in exactly one.
GROUPS = {
    "rows: strength, conditions, how often they fire on clean text":
        'row strength1 strength2 strength3 strength4 strength5 row_share conditions near_hit near_miss innocent uncounted',
    "families of spinners": 'of_news of_area of_spinbot of_tortured',
    "relations in the thesauri": 'synonym near narrow sense_plain sense_spun listed reverse',
    "learned counts and probabilities": 'makers simulated emitted observed observed_count output rank choices',
    "judged readings": 'judged',
    "shape and part of speech":
        'words words_more letters length prefix function tag_other tag_guessed form verb noun',
    "the document's own words": 'repeated own_plain own_spun seen_plain votes name_risk',
    "frequencies": 'common common_plain common_spun',
    "the language model": 'model model_right model_kept',
    "word vectors": 'alike company topic',
    "fixed expressions":
        'expression expression_near expression_broken composed composed_words composed_weakest composed_mean',
    "how spun the document looks": 'page_gain page_rows page_model page_news page_area page_spinbot page_tortured',
}


def check_groups():
    """Ends the program if GROUPS and feature.h differ: a feature in no group would silently stay in every one."""
    known = re.findall(r'^\s*X\((\w+),', FEATURES.read_text(encoding='utf-8'), re.MULTILINE)
    grouped = ' '.join(GROUPS.values()).split()
    for what, names in (('in no group', [name for name in known if name not in grouped]),
                        ('not in feature.h', [name for name in grouped if name not in known]),
                        ('in several groups', sorted({name for name in grouped if grouped.count(name) > 1}))):
        if names:
            sys.exit(f'ablate.py: GROUPS: {what}: {" ".join(names)}')
    if not known:
        sys.exit(f'ablate.py: {FEATURES}: no features found')


def leave(work):
    docs = {'spinbot': 'real/spinbot/', 'area': 'real/area-unit/'}
    groups = ','.join(docs[name.split('-')[0]] + name for name in HELD_OUT)
    folder = work / 'ablation'
    print(f'--leave {groups}={folder}/everything.tsv')
    for i, features in enumerate(GROUPS.values()):
        print(f'--blind {",".join(features.split())} --leave {groups}={folder}/group-{i}.tsv')


class Ablation(crossval.Judge):
    def data(self, weights, variants):
        """As crossval's; WEIGHTS lie in ablation/, VARIANTS in ablation/variants: X.FILE stands in for FILE."""
        other = {'weights.tsv': self.work / 'ablation' / f'{weights}.tsv'}
        for name in ('held-out.channel.bin', *variants):
            other[name.split('.', 1)[1]] = self.work / 'ablation/variants' / name
        return self.folder(self.work / 'ablation/data' / '-'.join((weights, *variants)), other)

    def undone(self, tallies):
        before = sum(tally.before for tally in tallies)
        return 1 - sum(tally.after for tally in tallies) / before

    def real(self, data):
        def one(name):
            rows = self.docs[name][1]
            return self.tally('\n'.join(row['spun'] for row in rows), '\n'.join(row['original'] for row in rows), data)
        return self.undone(list(self.pool.map(one, HELD_OUT)))

    def synthetic(self, data):
        rows = []
        for spinner in SIMULATED:
            with open(self.shared / f'dev/synth/{spinner}.jsonl', encoding='utf-8') as file:
                rows += [row for row in map(json.loads, file) if crossval.final(row['doc'])][:ARTICLES]
        return self.undone(list(self.pool.map(lambda row: self.tally(row['spun'], row['original'], data), rows)))

    def line(self, name, *variants, weights='everything'):
        data = self.data(weights, variants)
        real, simulated = self.real(data), self.synthetic(data)
        if name:
            print(f'| {name} | {real:.3f} | {real - self.base[0]:+.3f} | {simulated:.3f} | {simulated - self.base[1]:+.3f} |',
                  flush=True)
        return real, simulated

    def run(self):
        self.base = self.line(None)
        print(f'''# What each part is worth

Made by `data/tools/ablate.sh` on {platform.machine()}, {os.cpu_count()} cores. `undone` at default settings on
{len(HELD_OUT)} documents of real spinners ({', '.join(HELD_OUT)}) that neither weights nor learned counts have seen, and on
{len(SIMULATED) * ARTICLES} articles of simulated spinners ({', '.join(SIMULATED)}; thesauri known, articles not). One network of
32 units each; another seed moves a figure by about .01 either way, so smaller differences say nothing.

## Groups of features

Weights learned without looking at them, everything else the same.

| without | real | change | simulated | change |
|---|---:|---:|---:|---:|
| nothing | {self.base[0]:.3f} | | {self.base[1]:.3f} | |''')
        for i, name in enumerate(GROUPS):
            self.line(name, weights=f'group-{i}')
        print('''
## Sources of data

Taken away from the finished program; its weights are not learned anew. What cannot be missing is replaced by a file of its kind
that knows next to nothing.

| without | real | change | simulated | change |
|---|---:|---:|---:|---:|''')
        self.line('WordNet and MyThes', 'no-thesauri.channel.bin')
        self.line('all learned counts', 'no-learned.channel.bin')
        self.line('judged readings', 'no-judged.channel.bin')
        self.line('our rows and judged readings', 'no-rows.channel.bin', 'no-rows.phrases.db')
        self.line('fixed expressions', 'none.expressions.bin')
        self.line('word vectors', 'none.plain.vec')
        self.line('the language model', 'none.plain.lm')


def main(argv):
    check_groups()
    if argv[1:] == ['documents']:
        print('|'.join(HELD_OUT))
    elif len(argv) == 3 and argv[1] == 'leave':
        leave(pathlib.Path(argv[2]))
    elif len(argv) == 5 and argv[1] == 'judge':
        Ablation(*(pathlib.Path(path).resolve() for path in argv[2:5])).run()
    else:
        sys.exit(__doc__)


if __name__ == '__main__':
    main(sys.argv)
