"""completions.py PROGRAM FOLDER: writes what bash, zsh and fish complete, from the help texts of the program."""
import os
import re
import sys

import helptext

FOLDERS = {'DIR', 'FOLDER'}
FILES = {'FILE', 'PLACE', 'EDITS', 'CLEAN', 'LIST', 'ORIG', 'PLAIN', 'DECISIONS', 'WEIGHTS', 'REPORT', 'REPORT.html'}


def choices(option):
    """The words that the value of OPTION can be, as its text says; [] if anything."""
    value = next((v for _, v, _ in option.names if v), '')
    if '|' in value:
        return value.split('|')
    if not value or value in FOLDERS:
        return []
    listed = re.match(r'((?:[a-z]+, )+[a-z]+ or [a-z]+)\b', option.text)
    if listed:
        return re.split(r', | or ', listed[1])
    return [value] if value.islower() else []


def kind(option):
    """'' (takes no value), 'files', 'folders', 'any', or the words it takes, parted by blanks."""
    value = next((v for _, v, _ in option.names if v), '')
    words = choices(option)
    if words:
        return ' '.join(words)
    if not value:
        return ''
    return 'folders' if value in FOLDERS else 'files' if value in FILES else 'any'


def is_optional(option):
    return any(o for _, _, o in option.names)


def options_of(page, parent=None):
    """Options of a page by name, each once."""
    out, seen = [], set()
    for option in page.options + (parent.options if parent and page.name.split()[1] not in STANDALONE else []):
        names = [n for n in option.names if n[0] not in seen]
        if names:
            seen.update(n[0] for n in names)
            out.append(helptext.Option(names, option.text))
    return out


# parts whose help names all of their options
STANDALONE = ('learn', 'tune')


def contexts(pages):
    """(words after unspin, options, what follows): one for each command and part."""
    for page in pages[1:]:
        # batch takes what clean takes
        more = next(p for p in pages if p.name == 'clean') if 'Takes its options' in page.help else None
        options = options_of(page)
        if more:
            known = {n for o in options for n, _, _ in o.names}
            options += [o for o in options_of(more) if not known & {n for n, _, _ in o.names}]
        yield page.name, options, [p.name.split()[1] for p in page.parts] if len(page.parts) > 1 else usage_parts(page)
        for part in page.parts:
            yield part.name, options_of(part, page), []


def usage_parts(page):
    """train, eval, ... of 'Usage: unspin model train'."""
    return sorted({m[1] for line in page.usage if (m := re.match(rf'unspin {page.name} ([a-z]+)\b', line))})


# ---- bash ----

BASH = r'''# Generated from the help texts by docs/tools/completions.py.
_unspin_of() {
  case "$1" in
@CASES@  esac
}

_unspin() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} where=${COMP_WORDS[1]} values
  COMPREPLY=()
  if [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi
  if [[ $cur == = ]]; then prev=${COMP_WORDS[COMP_CWORD-1]} cur=; fi
  if ((COMP_CWORD == 1)) || [[ $where == help ]]; then
    mapfile -t COMPREPLY < <(compgen -W '@COMMANDS@' -- "$cur")
    return
  fi
  if ((COMP_CWORD > 2)) && _unspin_of "$where ${COMP_WORDS[2]}"; then where+=" ${COMP_WORDS[2]}"; fi
  _unspin_of "$where" || return 0
  if [[ $cur != -* ]] && _unspin_value "$where" "$prev"; then
    case $values in
      files) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
      folders) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
      any) ;;
      *) mapfile -t COMPREPLY < <(compgen -W "$values" -- "$cur") ;;
    esac
  elif [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
  elif ((COMP_CWORD == 2)) && [[ $parts ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$parts" -- "$cur")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
  fi
}

_unspin_value() {
  case "$1 $2" in
@VALUES@    *) return 1 ;;
  esac
}

complete -o filenames -F _unspin unspin
'''


def bash(pages):
    cases, values = '', ''
    for where, options, parts in contexts(pages):
        names = ' '.join(n for o in options for n, _, _ in o.names)
        cases += f"    '{where}') options='{names}' parts='{' '.join(parts)}' ;;\n"
        for option in options:
            if kind(option):
                # a value that may be left out only follows =
                which = [n for n, _, o in option.names if n.startswith('--') or not o]
                pattern = ' | '.join(f"'{where} {n}'" for n in which)
                values += f"    {pattern}) values='{kind(option)}' ;;\n"
    return (BASH.replace('@CASES@', cases + '    *) return 1 ;;\n').replace('@VALUES@', values)
            .replace('@COMMANDS@', ' '.join([p.name for p in pages[1:]] + ['help', '--help', '--version']))
            .replace("where=${COMP_WORDS[1]} values", "where=${COMP_WORDS[1]} values options parts"))


# ---- zsh ----

def zsh_text(text):
    text = text.split(';')[0].split(' (')[0]
    return re.sub(r"([\[\]:\\])", r'\\\1', text).replace("'", "'\\''")


def zsh_value(option):
    name = next((v for _, v, _ in option.names if v), 'value').lower()
    name = re.sub(r'[^a-z ]', ' ', name).strip() or 'value'
    what = {'files': '_files', 'folders': '_files -/', 'any': ' '}.get(kind(option), '(' + kind(option) + ')')
    return f'{name}:{what}'


def zsh_specs(options):
    for option in options:
        for name, value, optional in option.names:
            join = '' if not value else ('=-' if optional else '=') if name.startswith('--') else '-' if optional else '+'
            spec = f"'*{name}{join}[{zsh_text(option.text)}]"
            if value:
                spec += ('::' if optional else ':') + zsh_value(option)
            yield spec + "'"


def zsh(pages):
    out = ['#compdef unspin', '# Generated from the help texts by docs/tools/completions.py.', '', '_unspin() {',
           '  local where=$words[2]', '  if (( CURRENT == 2 )); then', '    local -a commands', '    commands=(']
    out += [f"      '{p.name}:{zsh_text(p.summary)}'" for p in pages[1:]] + ["      'help:everything about one command'"]
    out += ['    )', "    _describe 'command' commands", '    return', '  fi', '  case "$where $words[3]" in']
    all_contexts = list(contexts(pages))
    for where, options, parts in sorted(all_contexts, key=lambda c: -len(c[0].split())):
        two = ' ' in where
        out.append(f"    '{where}')" if two else f"    '{where} '*)")
        if parts:
            out += ['      if (( CURRENT == 3 )); then', f"        _values 'part' {' '.join(parts)}", '        return', '      fi']
        out.append('      _arguments -s \\')
        out += [f'        {spec} \\' for spec in zsh_specs(options)] + ["        '*:file:_files' ;;"]
    out += [f"    'help '*) _values 'command' {' '.join(p.name for p in pages[1:])} ;;", '  esac', '}', '', '_unspin "$@"', '']
    return '\n'.join(out)


# ---- fish ----

def fish_text(text):
    return "'" + text.split(';')[0].replace('\\', '\\\\').replace("'", "\\'") + "'"


def fish(pages):
    none = 'not __fish_seen_subcommand_from ' + ' '.join([p.name for p in pages[1:]] + ['help'])
    out = ['# Generated from the help texts by docs/tools/completions.py.', f"complete -c unspin -f -n '{none}'"]
    out += [f"complete -c unspin -n '{none}' -a {p.name} -d {fish_text(p.summary)}" for p in pages[1:]]
    out += [f"complete -c unspin -n '{none}' -a help -d 'everything about one command'",
            f"complete -c unspin -f -n '__fish_seen_subcommand_from help' -a '{' '.join(p.name for p in pages[1:])}'"]
    for where, options, parts in contexts(pages):
        seen = ' && '.join('__fish_seen_subcommand_from ' + w for w in where.split())
        if parts:
            none_yet = f'{seen} && not __fish_seen_subcommand_from ' + ' '.join(parts)
            out.append(f"complete -c unspin -f -n '{none_yet}' -a '{' '.join(parts)}'")
        for option in options:
            flags = ' '.join(('-l ' + n[2:]) if n.startswith('--') else '-s ' + n[1:] for n, _, _ in option.names)
            what = kind(option)
            if what == 'folders':
                value = " -x -a '(__fish_complete_directories)'"
            elif what in ('files', 'any'):
                value = ' -r' + (' -F' if what == 'files' else ' -f')
            else:
                value = f" -x -a '{what}'" if what else ''
            if is_optional(option):
                value = value.replace(' -x', '').replace(' -r', '')
            out.append(f"complete -c unspin -n '{seen}' {flags}{value} -d {fish_text(option.text)}")
    return '\n'.join(out) + '\n'


def main():
    program, folder = sys.argv[1:]
    pages = helptext.read_all(program)
    for name, text in (('unspin', bash(pages)), ('_unspin', zsh(pages)), ('unspin.fish', fish(pages))):
        with open(os.path.join(folder, name), 'w', encoding='utf-8') as out:
            out.write(text)


if __name__ == '__main__':
    main()
