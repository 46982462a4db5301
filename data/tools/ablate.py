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
import sys

import crossval

HELD_OUT = ['spinbot-roy', 'spinbot-sebree', 'area-unit-ecommerce', 'area-unit-diabetes']
SIMULATED = ['nltk', 'ppdb', 'roget']
ARTICLES = 8

GROUPS = {
    "rows: strength, conditions, how often they fire on clean text":
        'row strength1 strength2 strength3 strength4 strength5 row_share conditions near_hit near_miss innocent uncounted',
    "families of spinners": 'of_news of_area of_spinbot of_tortured page_news page_area page_spinbot page_tortured',
    "relations in the thesauri": 'synonym near narrow sense_plain sense_spun listed reverse',
    "learned counts and probabilities": 'makers simulated emitted observed observed_count output rank',
    "shape and part of speech":
        'words words_more letters length prefix function tag_other tag_guessed form verb noun',
    "the document's own words": 'repeated own_plain own_spun seen_plain votes name_risk',
    "frequencies": 'common common_plain common_spun',
    "the language model": 'model model_right model_kept page_gain page_model',
    "word vectors": 'alike company topic',
    "fixed expressions":
        'expression expression_near expression_broken composed composed_words composed_weakest composed_mean',
    "how spun the document looks": 'page_gain page_rows page_model page_news page_area page_spinbot page_tortured',
}


def leave(work):
    docs = {'spinbot': 'real/spinbot/', 'area': 'real/area-unit/'}
    groups = ','.join(docs[name.split('-')[0]] + name for name in HELD_OUT)
    folder = work / 'ablation'
    print(f'--leave {groups}={folder}/everything.tsv')
    for i, features in enumerate(GROUPS.values()):
        print(f'--blind {",".join(features.split())} --leave {groups}={folder}/group-{i}.tsv')


class Ablation(crossval.Judge):
    def data(self, channel, weights, table=None):
        """As crossval's; WEIGHTS, CHANNEL and TABLE (None: as shipped) lie in ablation/."""
        variants = self.work / 'ablation/variants'
        other = {'weights.tsv': self.work / 'ablation' / f'{weights}.tsv', 'channel.bin': variants / f'{channel}.channel.bin'}
        if table:
            other['phrases.db'] = variants / f'{table}.phrases.db'
        return self.folder(self.work / 'ablation/data' / f'{channel}-{weights}-{table}', other)

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

    def line(self, name, weights='everything', channel='held-out', table=None):
        data = self.data(channel, weights, table)
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
            self.line(name, f'group-{i}')
        print('''
## Sources of data

Taken away from the finished program; its weights are not learned anew.

| without | real | change | simulated | change |
|---|---:|---:|---:|---:|''')
        self.line('WordNet and MyThes', channel='no-thesauri')
        self.line('all learned counts', channel='no-learned')
        self.line('our rows', channel='no-rows', table='no-rows')


def main(argv):
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
