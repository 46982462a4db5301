#!/usr/bin/env python3
"""The parts of crossval.sh: which groups to leave out, and how unspin does on them.

usage: crossval.py leave SHARED_DIR WORK_DIR               options for unspin model tune
       crossval.py judge SHARED_DIR BUILD_DIR WORK_DIR [PART]...
"""
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor

PARTS = 'document spinner personality known clean seeds'.split()
SPINNERS = 'counterfit moby mythes nltk ppdb rewordbot roget wn_infl'.split()  # those of dev/synth
DOCUMENT_GROUPS, ARTICLES = 6, 12


def final(name):
    """The half of the simulated and clean articles that nothing was tuned on (see tuning_texts.py)."""
    return zlib.crc32(name.encode()) % 2 == 1


def documents(shared):
    """{document: (engine, rows)}, in the order of the file."""
    found = {}
    with open(shared / 'dev/real.jsonl', encoding='utf-8') as file:
        for row in map(json.loads, file):
            found.setdefault(row['doc'], (row['engine'], []))[1].append(row)
    return found


def dealt(names, groups):
    """NAMES, the largest first, dealt to so many groups."""
    return [names[i::groups] for i in range(groups)]


def groups_of(shared):
    """{name of a weights file: the groups it leaves out}, and which of these files each document takes."""
    docs = documents(shared)
    leave, by_document = {}, {}
    largest = sorted(docs, key=lambda name: -len(docs[name][1]))
    for i, group in enumerate(dealt(largest, DOCUMENT_GROUPS)):
        leave[f'documents-{i + 1}'] = [f'real/{docs[name][0]}/{name}' for name in group]
        by_document.update({name: f'documents-{i + 1}' for name in group})
    for engine in sorted({engine for engine, _ in docs.values()}):
        leave[f'spinner-{engine}'] = [f'real/{engine}']
    for name in SPINNERS:
        leave[f'personality-{name}'] = [f'synth/{name}']
    return leave, by_document


def add(total, tally):
    for key, value in tally.__dict__.items():
        if isinstance(value, (int, float)):
            setattr(total, key, getattr(total, key) + value)


class Judge:
    def __init__(self, shared, build, work):
        self.shared, self.build, self.work = shared, build, work
        spec = importlib.util.spec_from_file_location('restore_eval', shared / 'tools/restore_eval.py')
        self.eval = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.eval)
        _, self.by_document = groups_of(shared)
        self.docs = documents(shared)
        self.pool = ThreadPoolExecutor(os.cpu_count())
        self.figures = {}
        self.lock, self.folders = threading.Lock(), set()

    def data(self, channel, weights, under='crossval/data', engine=None):
        """A data folder: the build's, with this channel (None: as shipped), these weights and, if given, ENGINE for engine.tsv."""
        replaced = {'weights.tsv': self.work / 'crossval' / f'{weights}.tsv'}
        if engine:
            replaced['engine.tsv'] = pathlib.Path(engine)
        if channel:
            replaced['channel.bin'] = self.work / 'data' / channel / 'channel.bin'
        return self.folder(self.work / under / f'{channel or "shipped"}-{weights}', replaced)

    def folder(self, folder, replaced):
        """FOLDER with the build's data, but REPLACED files; laid out once, whichever thread asks first."""
        with self.lock:
            if folder not in self.folders:
                folder.mkdir(parents=True, exist_ok=True)
                for file in (self.build / 'data').iterdir():
                    if file.is_file():
                        (folder / file.name).unlink(missing_ok=True)
                        (folder / file.name).symlink_to(replaced.get(file.name, file).resolve())
                self.folders.add(folder)
        return folder

    def clean(self, text, data):
        return subprocess.run([self.build / 'unspin', 'clean', '--data', data, '-'], input=text.encode(),
                              stdout=subprocess.PIPE, check=True).stdout.decode()

    def tally(self, spun, plain, data):
        tally, out = self.eval.Tally(), self.clean(spun, data)
        a, b, c = spun.split('\n'), plain.split('\n'), out.split('\n')
        if not len(a) == len(b) == len(c):
            a, b, c = [spun], [plain], [out]
        for x, y, z in zip(a, b, c):
            tally.add(self.eval.template_from_pair(x, y), z, False)
        return tally

    def document(self, name, channel, weights):
        return self.document_with(name, self.data(channel, weights))

    def document_with(self, name, data):
        rows = self.docs[name][1]
        return self.tally('\n'.join(row['spun'] for row in rows), '\n'.join(row['original'] for row in rows), data)

    def report(self, name, tallies):
        total = self.eval.Tally()
        for tally in tallies:
            add(total, tally)
        worst = min((1 - tally.after / tally.before for tally in tallies if tally.before), default=0)
        line = total.report('')
        print(f'{name:34s} {line.strip()}  worst document {worst:.3f}', flush=True)
        self.figures[name] = {'undone': 1 - total.after / total.before if total.before else None, 'worst': worst,
                              'line': line.strip()}

    # ---- parts

    def part_document(self):
        tallies = dict(self.pool.map(
            lambda name: (name, self.document(name, f'doc-{name}', self.by_document[name])), self.docs))
        self.by_engine('document left out', tallies)

    def part_spinner(self):
        tallies = dict(self.pool.map(
            lambda name: (name, self.document(name, f'engine-{self.docs[name][0]}', f'spinner-{self.docs[name][0]}')),
            self.docs))
        self.by_engine('spinner left out', tallies)

    def by_engine(self, what, tallies):
        for engine in sorted({engine for engine, _ in self.docs.values()}):
            self.report(f'{what}: {engine}', [tallies[name] for name in self.docs if self.docs[name][0] == engine])
        self.report(f'{what}: all', list(tallies.values()))

    def simulated(self, what, data_of):
        everything = []
        for spinner in SPINNERS:
            with open(self.shared / f'dev/synth/{spinner}.jsonl', encoding='utf-8') as file:
                rows = [row for row in map(json.loads, file) if final(row['doc'])][:ARTICLES]
            data = data_of(spinner)
            tallies = list(self.pool.map(lambda row: self.tally(row['spun'], row['original'], data), rows))
            self.report(f'{what}: {spinner}', tallies)
            everything += tallies
        self.report(f'{what}: all', everything)

    def part_personality(self):
        self.simulated('personality left out', lambda name: self.data(f'no-{name}', f'personality-{name}'))

    def part_known(self):
        self.simulated('personality known', lambda name: self.data(None, 'all'))

    def part_clean(self):
        data = self.data(None, 'all')
        files = [file for file in sorted((self.shared / 'dev/clean').iterdir()) if final(file.name)]
        changed = words = edited = 0
        texts = [file.read_text(encoding='utf-8') for file in files]
        for text, out in zip(texts, self.pool.map(lambda text: self.clean(text, data), texts)):
            words += len(text.split())
            changed += out != text
            edited += self.eval.words_apart(self.eval.tokens(text), self.eval.tokens(out)) // self.eval.UNIT
        print(f'clean: {len(files)} articles, {words} words: {changed} articles changed, '
              f'{1000 * edited / words:.2f} words in 1,000')
        self.figures['clean'] = {'articles': len(files), 'changed': changed, 'per_1000': 1000 * edited / words}

    def part_seeds(self):
        data = self.data(None, 'all')
        seeds = self.shared / 'seeds'
        out = self.clean((seeds / 'spun.txt').read_text(encoding='utf-8'), data)
        tally = self.eval.Tally()
        gold = (seeds / 'spun.gold.txt').read_text(encoding='utf-8').rstrip('\n').split('\n')
        for template, line in zip(gold, out.rstrip('\n').split('\n')):
            tally.add(self.eval.template_from_markup(template), line, False)
        self.report('seeds', [tally])
        clean = (seeds / 'clean.txt').read_text(encoding='utf-8')
        print('seeds: clean.txt', 'unchanged' if self.clean(clean, data) == clean else 'CHANGED')


def main(argv):
    if len(argv) == 4 and argv[1] == 'leave':
        leave, _ = groups_of(pathlib.Path(argv[2]))
        print('\n'.join(f'--leave {",".join(groups)}={pathlib.Path(argv[3]) / "crossval" / name}.tsv'
                        for name, groups in leave.items()))
        return
    if len(argv) < 5 or argv[1] != 'judge' or not set(argv[5:]) <= set(PARTS):
        sys.exit(__doc__)
    judge = Judge(*(pathlib.Path(path).resolve() for path in argv[2:5]))
    for part in argv[5:] or PARTS:
        getattr(judge, f'part_{part}')()
    with open(judge.work / 'crossval.json', 'w', encoding='utf-8') as file:
        json.dump(judge.figures, file, indent=1)


if __name__ == '__main__':
    main(sys.argv)
