"""architecture.py [--check]: draws docs/ARCHITECTURE.md from the #include lines of src/, or tells whether it is current.

A room may include what ALLOWED says and nothing else; what breaks that is an error in either case.
"""
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / 'docs' / 'ARCHITECTURE.md'

# In the order in which a document meets them: what a room does, and which rooms it may know. "header" is src/unspin.h,
# "library" the .c files beside it.
ROOMS = {
    'header': ('`unspin.h`: what the library offers; its errors are everybody\'s', ''),
    'base': ('memory, errors, files, the checked container of compiled data', 'header'),
    'text': ('UTF-8, tokens with offsets, sentences, quotation marks', 'base'),
    'format': ('which bytes of a file are prose; packing and encodings', 'base text header'),
    'forms': ('lemma and tag of a word; a lemma in a tag\'s form', 'base text'),
    'phrases': ('phrase tables: store, matcher, import, export, learning', 'base text format forms header'),
    'model': ('language model and word vectors', 'base text header'),
    'restore': ('the engine: candidates, features, scorer, decoder, repairs', 'base text forms phrases model header'),
    'library': ('what stands behind `unspin.h`', 'base text format forms phrases model restore header'),
    'measure': ('what a change did: pairs, undone, BLEU, chrF, TER, nearness', 'base text header'),
    'report': ('the edit list as text, diff, explanation, JSON, SARIF; undo', 'base header'),
    'batch': ('folders, workers, journal, shards', 'base format header'),
    'cli': ('the program: options and messages, one command a file', 'base header report measure batch'),
}
# Known and wanted to go: (file, what it includes).
EXCEPTIONS = {('cli/cmd_check_offer.c', 'text/utf8.h')}

# Libraries by the header that gives them away.
LIBRARIES = {'hunspell/hunspell.h': 'hunspell', 'sqlite3.h': 'sqlite3', 'utf8proc.h': 'utf8proc', 'jansson.h': 'jansson',
             'xxhash.h': 'xxHash', 'zlib.h': 'zlib', 'zstd.h': 'zstd', 'lzma.h': 'liblzma', 'gumbo.h': 'gumbo', 'md4c.h': 'md4c',
             'uchardet.h': 'uchardet', 'uchardet/uchardet.h': 'uchardet', 'ini.h': 'inih'}


def room_of(path):
    if '/' in path:
        return path.split('/')[0]
    return 'header' if path == 'unspin.h' else 'library'


def read():
    """({(room, room): [(file, header)]}, {room: libraries})"""
    edges, libraries = collections.defaultdict(list), collections.defaultdict(set)
    for path in sorted((ROOT / 'src').rglob('*.[ch]')):
        name = path.relative_to(ROOT / 'src').as_posix()
        room, text = room_of(name), path.read_text()
        for header in re.findall(r'^#include "([^"]+)"', text, re.M):
            made = '/' not in header and not (ROOT / 'src' / header).exists()  # while building
            if not made and room_of(header) != room:
                edges[room, room_of(header)].append((name, header))
        libraries[room] |= {LIBRARIES[h] for h in re.findall(r'^#include <([^>]+)>', text, re.M) if h in LIBRARIES}
    return edges, libraries


def faults(edges):
    for (room, target), uses in sorted(edges.items()):
        for file, header in uses:
            if room not in ROOMS:
                yield f'src/{file}: the room {room} is not known to docs/tools/architecture.py'
            elif target not in ROOMS[room][1].split() and (file, header) not in EXCEPTIONS:
                yield f'src/{file}: includes {header}, but {room} may only know {ROOMS[room][1] or "nothing"}'
    for file, header in sorted(EXCEPTIONS):
        if not any((file, header) in uses for uses in edges.values()):
            yield f'docs/tools/architecture.py: {file} does not include {header} any more: take the exception out'


def drawn(edges):
    """The arrows that no longer way says already."""
    direct = {room: {t for (r, t) in edges if r == room} for room in ROOMS}

    def reach(room):
        return direct[room].union(*(reach(t) for t in direct[room]))
    for room in ROOMS:
        for target in ROOMS:
            if target in direct[room] and not any(target in reach(o) for o in direct[room] - {target}):
                yield room, target


def page():
    edges, libraries = read()
    out = ['# Architecture', '',
           'Drawn from the `#include` lines by `docs/tools/architecture.py`. A test says when it is out of date, and when a room',
           'includes what it must not know. An arrow: includes. Arrows that others imply are left out.', '',
           '```mermaid', 'flowchart BT']
    for room, (what, _) in ROOMS.items():
        label, short = ('unspin.h' if room == 'header' else room), what.replace('`unspin.h`: ', '').replace('`', '')
        out.append(f'  {room}["<b>{label}</b><br/>{short}"]')
    out += [f'  {room} --> {target}' for room, target in drawn(edges)]
    out += ['```', '',
            'A document: file bytes → `format` → prose → `text` → tokens → `restore` (asking `forms`, `phrases`, `model`) → edits →',
            '`report` → text, diff, JSON, SARIF. The edit, {begin, end, replacement, confidence, row, reasons} over the input\'s own',
            'bytes, is the one thing that leaves the engine; everything after it reads that list. `measure`, `report`, `batch` and',
            '`cli` reach the engine through `unspin.h` only: none of them includes what stands behind it.', '',
            '## Rooms', '', '| room | its job | includes from | libraries |', '|---|---|---|---|']
    for room, (what, _) in ROOMS.items():
        name = {'header': '`src/unspin.h`', 'library': '`src/unspin*.c`'}.get(room, f'`src/{room}`')
        uses = ', '.join(t for t in ROOMS if (room, t) in edges)
        out.append(f'| {name} | {what} | {uses or "nothing"} | {", ".join(sorted(libraries[room]))} |')
    if EXCEPTIONS:
        out += ['', 'Against the rule, and to go: ' + ', '.join(f'`src/{f}` includes `{h}`' for f, h in sorted(EXCEPTIONS)) + '.']
    out += ['', '## Lifetimes', '',
            '- **Knowledge** (tables, models, weights): opened once, read-only, shared by all threads.',
            '- **Session**: one a thread; owns scratch that is cleared and not freed.',
            '- **Document**: one arena, dropped whole. Nothing is global, nothing static changes.', '']
    return '\n'.join(out)


def main():
    wrong = list(faults(read()[0]))
    for line in wrong:
        print(line, file=sys.stderr)
    if sys.argv[1:] == ['--check']:
        if PAGE.read_text() != page():
            print('docs/ARCHITECTURE.md is out of date: run docs/tools/architecture.py', file=sys.stderr)
            wrong.append('')
    else:
        PAGE.write_text(page())
    sys.exit(bool(wrong))


if __name__ == '__main__':
    main()
