"""manual.py PROGRAM FOLDER: writes a man page for the program and one for each command, from their help texts."""
import os
import re
import sys

import helptext


def roff(text):
    """TEXT as roff shows it, unchanged."""
    text = text.replace('\\', r'\e').replace('-', r'\-').replace("'", r'\(aq').replace('`', r'\(ga').replace('^', r'\(ha').replace('~', r'\(ti')
    return r'\&' + text if text.startswith('.') else text


def quoted(text):
    return '"' + roff(text).replace('"', r'\(dq') + '"'


def mark_options(text):
    """Options in bold."""
    return re.sub(r'(?<![\w\\-])((?:\\-){1,2}[a-z0-9](?:[a-z0-9]|\\-(?=[a-z]))*)', r'\\fB\1\\fR', roff(text))


def term(block):
    if not block.option:
        return r'\fB' + roff(block.term) + r'\fR'
    bold = re.sub(r'(?<![\w\\-])((?:\\-){1,2}[A-Za-z0-9](?:[a-z0-9]|\\-(?=[a-z]))*)', r'\\fB\1\\fR', roff(block.term))
    return re.sub(r'(?<=[ =])([A-Z][A-Za-z]*)', r'\\fI\1\\fR', bold)


def upper(heading):
    head, paren, rest = heading.partition(' (')
    return head.upper() + paren + rest


def body(blocks, section):
    """SECTION: how headings are written."""
    out, before = [], None
    for block in blocks:
        if before == 'example' and block.kind != 'example':
            out.append('.EE')
        if before == 'subitem' and block.kind != 'subitem':
            out.append('.RE')
        if block.kind == 'heading':
            out.append(f'.{section} ' + quoted(upper(block.text) if section == 'SH' else block.text))
        elif block.kind == 'text':
            out += ['.PP', mark_options(block.text)]
        elif block.kind == 'example':
            out += ([] if before == 'example' else ['.PP', '.EX']) + [roff(block.text)]
        else:
            if block.kind == 'subitem' and before != 'subitem':
                out.append('.RS')
            out += ['.TP', term(block), mark_options(block.text) or r'\&']
        before = block.kind
    if before == 'example':
        out.append('.EE')
    if before == 'subitem':
        out.append('.RE')
    return out


def synopsis(usage):
    lines = ['.SY unspin\n' + roff(line[len('unspin '):] if line.startswith('unspin ') else line) for line in usage]
    return lines + ['.YS']


def page_lines(page, pages, version):
    title = 'unspin' + ('-' + page.name if page.name else '')
    out = [r'.\" Generated from the help texts by docs/tools/manual.py.',
           f'.TH {title.upper()} 1 "" "unspin {version}" "User Commands"', '.SH NAME', f'{roff(title)} \\- {roff(page.summary)}',
           '.SH SYNOPSIS', *synopsis(page.usage), '.SH DESCRIPTION', *body(page.blocks, 'SH')]
    texts = list(dict.fromkeys(part.help for part in page.parts))  # add and edit share one
    for text in texts:
        same = [part for part in page.parts if part.help == text]
        names = [same[0].name] + [part.name.split()[1] for part in same[1:]]
        out += ['.SH ' + quoted('unspin ' + ', '.join(names)), *synopsis(same[0].usage), *body(same[0].blocks, 'SS')]
    others = sorted({'unspin'} | {f'unspin-{p.name}' for p in pages if p.name} - {title} if page.name
                    else {f'unspin-{p.name}' for p in pages if p.name})
    out += ['.SH SEE ALSO'] + [f'.BR {roff(o)} (1)' + (',' if o != others[-1] else '') for o in others if o != title]
    return out


def main():
    program, folder = sys.argv[1:]
    pages = helptext.read_all(program)
    version = helptext.ask(program, '--version').split()[1]
    for page in pages:
        name = 'unspin' + ('-' + page.name if page.name else '') + '.1'
        with open(os.path.join(folder, name), 'w', encoding='utf-8') as out:
            out.write('\n'.join(page_lines(page, pages, version)) + '\n')


if __name__ == '__main__':
    main()
