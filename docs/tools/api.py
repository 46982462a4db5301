"""api.py [--check]: writes docs/API.md from the comments of src/unspin.h, or tells whether it is current."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = ROOT / 'src' / 'unspin.h'
PAGE = ROOT / 'docs' / 'API.md'


def comment_lines(comment):
    """A comment's lines without its stars; indentation beyond the first blank stays."""
    lines = comment.strip()[2:-2].split('\n')
    return [re.sub(r'^ ?\* ?| ?$', '', line.rstrip()) if i else line.strip() for i, line in enumerate(lines)]


def prose(comment):
    """As Markdown: indented by four is code, ' - ' a list."""
    text = '\n'.join(comment_lines(comment)).strip('\n')
    return re.sub(r'^ - ', '- ', text, flags=re.M)


def pieces(text):
    """Blocks of the header that blank lines part; a comment may hold blank lines itself."""
    for block in re.findall(r'(?:/\*.*?\*/|[^\n]+)(?:\n(?!\n)(?:/\*.*?\*/|[^\n]+))*', text, re.S):
        yield block


def page():
    text = HEADER.read_text()
    head = re.match(r'/\*.*?\*/', text, re.S).group()
    body = text[text.index('#define UNSPIN_API\n#endif\n') + len('#define UNSPIN_API\n#endif\n'):text.rindex('#ifdef __cplusplus')]
    first, rest = prose(head).split('\n', 1)
    out = ['# libunspin', '', 'Written from the comments of `src/unspin.h` by `docs/tools/api.py`; a test says when it is out of date.', '',
           first.replace('unspin.h - ', '').capitalize() + '\n' + rest, '',
           'To compile: `cc example.c $(pkg-config --cflags --libs unspin)`. The compiled data lies in',
           '`$(pkg-config --variable=pkgdatadir unspin)`. `tests/install/example.c` is a whole program, `tests/install/example.py` the',
           'same in Python by way of ctypes.', '']
    for block in pieces(body):
        section = re.match(r'/\* ---- (.*?) -+(.*?)\*/', block, re.S)
        if section:
            out += ['## ' + section[1].capitalize(), '']
            if section[2].strip(' \n*'):
                out += [prose('/*' + section[2] + '*/').strip(), '']
            block = block[section.end():].strip('\n')
            if not block:
                continue
        names = [n for n in dict.fromkeys(re.findall(r'\b(unspin_\w+)\(', re.sub(r'/\*.*?\*/', '', block, flags=re.S)))]
        types = re.findall(r'^\} (unspin_\w+);', block, re.M) + re.findall(r'^typedef struct \w+ (unspin_\w+);', block, re.M)
        title = ', '.join(f'`{n}`' for n in dict.fromkeys(types + names))
        # a block that is one comment and then declarations reads better with the comment as text
        lead = re.match(r'/\*(?:(?!\*/).)*\*/\n(?=.)', block, re.S)
        alone = lead and '/*' not in block[lead.end():]
        out += ['### ' + title, ''] if title else []
        if alone:
            out += [prose(lead.group()), '']
            block = block[lead.end():]
        out += ['```c', block.replace('UNSPIN_API ', '').strip(), '```', '']
    return '\n'.join(out)


def main():
    if sys.argv[1:] != ['--check']:
        PAGE.write_text(page())
    elif PAGE.read_text() != page():
        sys.exit('docs/API.md is out of date: run docs/tools/api.py')


if __name__ == '__main__':
    main()
