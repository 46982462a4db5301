"""Where a C file can be changed by one small mistake: the mutants of mutation testing.

Comments, strings and preprocessor lines are never touched. Every place gives one or more (kind, text instead).
"""
import bisect
import dataclasses
import re

# A token of C, as far as a mutant needs one.
TOKEN = re.compile(r'''
    (?P<skip>//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
  | (?P<number>\b(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)[uUlLfF]*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<op><<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+<>!=;{}()\[\],?:*/%&|^~.])
''', re.X | re.S)

RELATIONS = {'<': '<=', '<=': '<', '>': '>=', '>=': '>', '==': '!=', '!=': '=='}
LOGIC = {'&&': '||', '||': '&&'}
SIGNS = {'+': '-', '-': '+', '+=': '-=', '-=': '+='}
WORDS = {'true': 'false', 'false': 'true'}
# A statement on a line of its own that can be left out and still compile: a call, an assignment, a jump.
STATEMENT = re.compile(r'^[ \t]+((?:[A-Za-z_][\w.>\[\]*-]*\(.*\)|[\w.>\[\]*() -]+(?:[-+*/|&]?=)[^=].*|(?:\+\+|--)?[\w.>\[\]-]+(?:\+\+|--)?'
                       r'|break|continue|return(?: .*)?);)[ \t]*$', re.M)
TYPE = re.compile(r'^(?:const |static |struct |enum |unsigned |typedef )|^[a-z_]\w*(?: const)? \*?\w+ ?[=;\[]')


@dataclasses.dataclass(frozen=True)
class Site:
    """One mutant: TEXT[at:end] replaced by INSTEAD."""
    file: str
    line: int
    at: int
    end: int
    kind: str
    before: str
    instead: str

    def name(self):
        return f'{self.file}:{self.line}'

    def what(self):
        return f'{self.kind}: {self.before!r} -> {self.instead!r}'


def blank(text):
    """TEXT with comments, strings, characters and preprocessor lines blanked, of the same length."""
    def spaces(match):
        return re.sub(r'[^\n]', ' ', match.group()) if match.group('skip') else match.group()

    text = TOKEN.sub(spaces, text)
    return re.sub(r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', lambda m: re.sub(r'[^\n]', ' ', m.group()), text, flags=re.M)


def number_instead(text):
    if not re.fullmatch(r'\d+', text):
        return []
    return ['1'] if text == '0' else ['0', '2'] if text == '1' else [str(int(text) + 1), str(int(text) - 1)]


def condition_end(code, at):
    """The place of the bracket that closes the one at AT."""
    depth = 0
    for i in range(at, len(code)):
        depth += (code[i] == '(') - (code[i] == ')')
        if depth == 0:
            return i
    return None


def binary(code, at):
    """True if the operator at AT has a value before it: it is no sign, pointer or address."""
    return bool(re.search(r'[\w)\]]\s*$', code[max(0, at - 80):at])) and not re.search(r'\breturn\s*$', code[:at])


def sites(file, text):
    """All mutants of a file, in the order of its text."""
    code = blank(text)
    starts = [0] + [m.end() for m in re.finditer('\n', text)]
    found = []

    def add(at, end, kind, instead):
        found.append(Site(file, bisect.bisect_right(starts, at), at, end, kind, text[at:end], instead))

    in_function = inside(code)
    for match in TOKEN.finditer(code):
        at, end, token = match.start(), match.end(), match.group()
        if not in_function(at):
            continue
        if token in RELATIONS and binary(code, at):
            add(at, end, 'relation', RELATIONS[token])
        elif token in LOGIC:
            add(at, end, 'logic', LOGIC[token])
        elif token in SIGNS and (len(token) == 2 or binary(code, at)):
            add(at, end, 'sign', SIGNS[token])
        elif token in WORDS:
            add(at, end, 'truth', WORDS[token])
        elif token in ('if', 'while') and code[end:].lstrip().startswith('('):
            opening = code.index('(', end)
            closing = condition_end(code, opening)
            if closing:
                add(opening, closing + 1, 'negated', '(!' + text[opening:closing + 1] + ')')
        elif match.group('number'):
            for instead in number_instead(token):
                add(at, end, 'constant', instead)
    for match in STATEMENT.finditer(code):
        if in_function(match.start(1)) and not TYPE.match(match.group(1)):
            add(match.start(1), match.end(1), 'deleted', ';')
    return sorted(found, key=lambda s: (s.at, s.kind, s.instead))


def inside(code):
    """A question: is this place within a function's body? Tables, enums and structs at the top level are not."""
    spans, depth, start, body = [], 0, 0, False
    for i, c in enumerate(code):
        if c == '{':
            if depth == 0:
                start, body = i, bool(re.search(r'\)\s*$', code[:i]))
            depth += 1
        elif c == '}':
            depth -= 1
            if depth == 0 and body:
                spans.append((start, i))
    begins = [s for s, _ in spans]

    def ask(at):
        k = bisect.bisect_right(begins, at) - 1
        return k >= 0 and at < spans[k][1]

    return ask
