"""The help texts of the program, read into pieces: the one source of man pages, completions and their tests."""
import re
import subprocess
from dataclasses import dataclass, field

# -o, --output FILE   --in-place[=SUFFIX]   --dry-run, -n   --spun PHRASE, --plain PHRASE
NAME = re.compile(r'(--[a-z][a-z0-9-]*|-[A-Za-z0-9])(?:(\[=[^\]]*\])| ([^\s,-][^\s]*?)(?=,? |$))?(, )?')


@dataclass
class Option:
    """One line of options that belong together."""
    names: list  # of (name, metavar or '', whether the value may be left out)
    text: str = ''

    @property
    def longs(self):
        return [name for name, _, _ in self.names if name.startswith('--')]


@dataclass
class Block:
    """KIND: heading, text, item (TERM and TEXT), subitem, example. OPTION where the term is one."""
    kind: str
    text: str = ''
    term: str = ''
    option: Option = None


@dataclass
class Page:
    name: str  # "clean", "phrases add"; '' for the program itself
    summary: str
    help: str
    usage: list = field(default_factory=list)
    blocks: list = field(default_factory=list)
    parts: list = field(default_factory=list)  # pages

    @property
    def options(self):
        """Those of the lists, then those that stand in the usage alone."""
        listed = [b.option for b in self.blocks if b.option]
        own = [line for line in self.usage if line.startswith(f'unspin {self.name} ')]  # parts may share a help text
        known = {name for option in listed for name, _, _ in option.names}
        found = re.findall(r'(--?[a-z][a-z-]*)(?:[ =]([A-Z]\w*))?', ' '.join(own or self.usage).replace('...', ' '))
        used = {name: value for name, value in found if name not in known and name.startswith('--')}
        return listed + [Option([(name, value, False)]) for name, value in used.items()]

    @property
    def examples(self):
        return [b.text for b in self.blocks if b.kind == 'example']


def read_option(line):
    """Splits '-o, --output FILE   where to' into an Option, its term and the column of its text; None if it is no option."""
    at = len(line) - len(line.lstrip())
    begin, names = at, []
    while match := NAME.match(line, at):
        optional, value = match.group(2), match.group(3)
        names.append((match.group(1), optional[2:-1] if optional else value or '', bool(optional)))
        at = match.end()
        if not match.group(4):
            break
    if not names:
        return None
    value = next((n[1:] for n in reversed(names) if n[1]), ('', False))
    if all(n[0].startswith('--') == (i == len(names) - 1) for i, n in enumerate(names)):
        names = [(n[0], *value) for n in names]  # -o, --output FILE: the value is the letter's, too
    return Option(names), line[begin:at].rstrip(), line[at:].strip()


def is_heading(lines, i):
    line = lines[i]
    return (re.match(r'[A-Z].*:$', line) and len(line.split('(')[0]) <= 52 and (i == 0 or not lines[i - 1])
            and i + 1 < len(lines) and lines[i + 1].startswith(' '))


def is_example(line, heading):
    return heading == 'Examples' or re.match(r' {2,6}unspin \S', line)


def read_blocks(lines):
    blocks, heading, indent, fresh = [], '', None, True
    for i, line in enumerate(lines):
        bare = line.strip()
        depth = len(line) - len(line.lstrip())
        last = blocks[-1] if blocks else None
        option = read_option(line) if depth else None
        pair = re.match(r' +(\S(?:.*?\S)?) {2,}(\S.*)$', line)
        if not bare:
            indent, fresh = None, True
            continue
        if is_heading(lines, i):
            heading = bare[:-1]
            blocks.append(Block('heading', heading))
        elif depth and is_example(line, heading):
            blocks.append(Block('example', line[2:]))
        elif option and (indent is None or depth <= 6):
            option[0].text = option[2]
            blocks.append(Block('item', option[2], option[1], option[0]))
            indent = depth
        elif pair and (indent is None or depth <= indent) and (depth or heading) and (fresh or last.kind != 'text'):
            blocks.append(Block('item', pair[2], pair[1]))
            indent = depth
        elif indent is not None and depth > indent:
            if pair and depth < 14:
                blocks.append(Block('subitem', pair[2], pair[1]))
            else:
                last.text = (last.text + ' ' + bare).strip()
        elif last and last.kind == 'text' and not fresh:
            last.text += ' ' + bare
        else:
            blocks.append(Block('text', bare))
            indent = None
        fresh = False
        if last is not None and last.option and last is blocks[-1]:
            last.option.text = last.text
    return blocks


def read_page(name, summary, help_text):
    page = Page(name, summary, help_text)
    lines = help_text.rstrip('\n').split('\n')
    while lines and lines[0].strip():
        page.usage.append(lines.pop(0).replace('Usage:', '').strip())
    page.blocks = read_blocks(lines[1:])
    return page


def ask(program, *args):
    return subprocess.run([program, *args], check=True, capture_output=True, encoding='utf-8').stdout


def part_names(name, text):
    """The parts of a command that have a help text of their own: the text says so."""
    named = re.findall(rf"'unspin {name} ([A-Za-z]+) --help'", text)
    if 'PART' not in named:
        return sorted(set(named))
    listed = text.split('Parts (')[1].split('\n\n')[0].split('\n')[1:]
    terms = [re.split(r'(?<=\S) {2,}', line)[0] for line in listed]
    return [word for term in terms for word in re.findall(r'(?:^ +|, )([a-z]+)', term)]


def read_all(program):
    """The program's own page first, then one a command."""
    top = ask(program, '--help')
    listed = re.findall(r'^ {2}([a-z]+) {2,}(\S.*)$', top.split('Commands:\n')[1].split('\n\n')[0], re.M)
    pages = [read_page('', 'undo article spinning', top)]
    for name, summary in listed:
        page = read_page(name, summary, ask(program, 'help', name))
        for part in part_names(name, page.help):
            page.parts.append(read_page(f'{name} {part}', '', ask(program, name, part, '--help')))
        pages.append(page)
    return pages
