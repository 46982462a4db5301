"""The dictionaries of the fuzz targets: libFuzzer ends at a line that it cannot read, and passes over words that are too long."""
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
LINE = re.compile(r'(?:[a-z0-9_]+=)?"((?:[ !#-\[\]-~]|\\\\|\\"|\\x[0-9a-fA-F]{2})+)"')
ESCAPE = re.compile(rb'\\(?:x(..)|(.))')
LONGEST = 64  # bytes: libFuzzer's own limit


def faults(path):
    seen = {}
    if not (HERE / f'{path.stem}_fuzz.c').exists():
        yield f'{path.name}: no target of that name'
    for number, line in enumerate(path.read_text(encoding='ascii').splitlines(), 1):
        if not line or line.startswith('#'):
            continue
        entry = LINE.fullmatch(line)
        if not entry:
            yield f'{path.name}:{number}: neither name="bytes" nor "bytes"'
            continue
        word = ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()) if found[1] else found[2], entry[1].encode())
        if len(word) > LONGEST:
            yield f'{path.name}:{number}: {len(word)} bytes; libFuzzer takes {LONGEST}'
        if word in seen:
            yield f'{path.name}:{number}: as in line {seen[word]}'
        seen.setdefault(word, number)
    if not 10 <= len(seen) <= 50:
        yield f'{path.name}: {len(seen)} words: 10 to 50 are of use'


def main():
    paths = sorted(HERE.glob('*.dict'))
    wrong = [fault for path in paths for fault in faults(path)]
    print('\n'.join(wrong) or f'{len(paths)} dictionaries')
    sys.exit(bool(wrong) or not paths)


if __name__ == '__main__':
    main()
