"""Man pages, completions, docs/API.md and docs/ARCHITECTURE.md against what they are made from: nothing undocumented, nothing
documented that is missing.

Usage: test_pages.py PROGRAM FOLDER_OF_BUILT_PAGES
"""
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / 'tests' / 'cli'), str(ROOT / 'docs' / 'tools')]
import completions  # noqa: E402
import harness  # noqa: E402
import helptext  # noqa: E402
from harness import Case, run  # noqa: E402

BUILT = pathlib.Path(sys.argv.pop(2)).resolve() if len(sys.argv) > 2 else None
# Other spellings of a documented option.
ALIASES = {'--colour': '--color', '--license': '--licence'}
# Where a command's option tables stand; the file of cmd_X*.c otherwise.
SOURCES = {'clean': 'clean*.c', 'batch': 'clean*.c'}


def options_in(text):
    return set(re.findall(r'(?<![\w-])--[a-z][a-z0-9-]*', text))


def shown(page):
    """What a reader sees of a man page, as words: roff's own marks taken out."""
    text = re.sub(r'^\.\\".*$|^\.(TH|SY|YS|EX|EE|RS|RE|PP|TP|SH|SS|BR)\b', '', page, flags=re.M)
    text = re.sub(r'\\f[BIR]|\\&', '', text)
    for mark, char in ((r'\-', '-'), (r'\(aq', "'"), (r'\(dq', '"'), (r'\(ga', '`'), (r'\(ha', '^'), (r'\(ti', '~'), (r'\e', '\\')):
        text = text.replace(mark, char)
    return text


class Pages(Case):
    @classmethod
    def setUpClass(cls):
        cls.pages = helptext.read_all(harness.PROGRAM)

    def each(self):
        """Every help text with the man page that it is in."""
        for page in self.pages:
            man = (BUILT / ('unspin' + ('-' + page.name if page.name else '') + '.1')).read_text()
            for part in [page] + page.parts:
                yield part, man

    # ---- man pages ----

    def test_a_man_page_for_every_command(self):
        built = {p.name for p in BUILT.glob('*.1')}
        self.assertEqual(built, {'unspin.1'} | {f'unspin-{p.name}.1' for p in self.pages if p.name})
        listed = re.search(r'^commands = (\[.*?\])', (ROOT / 'docs' / 'meson.build').read_text(), re.M)[1]
        self.assertEqual(set(re.findall(r"'(\w+)'", listed)), {p.name for p in self.pages if p.name}, 'docs/meson.build')

    def test_man_pages_say_all_that_help_says(self):
        for part, man in self.each():
            words = re.findall(r'\S+', part.help.replace('Usage:', ''))
            there = iter(re.findall(r'\S+', re.sub(r'["]', '', shown(man)).lower()))
            for word in words:
                if '"' in word:
                    continue
                # headings lose their colon, usage lines the program's name to roff's .SY
                wanted = {word.lower(), word.lower().rstrip(':')}
                self.assertTrue(any(w in wanted for w in there), f'{part.name}: {word!r} is not in the man page, or not there')

    def test_man_pages_name_the_same_options(self):
        for page in self.pages:
            man = (BUILT / ('unspin' + ('-' + page.name if page.name else '') + '.1')).read_text()
            texts = ''.join(p.help for p in [page] + page.parts)
            self.assertEqual(options_in(shown(man)), options_in(texts), page.name)

    def test_man_pages_are_sound(self):
        groff = shutil.which('groff')
        if not groff:
            self.skipTest('no groff')
        for path in BUILT.glob('*.1'):
            done = subprocess.run([groff, '-man', '-Tutf8', '-ww', path], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ''), path)

    # ---- options ----

    def table_of(self, command):
        """Names in the option tables of a command's source."""
        names = set()
        for path in (ROOT / 'src' / 'cli').glob(SOURCES.get(command, f'cmd_{command}*.c')):
            names |= set(re.findall(r'\{"([a-z][a-z0-9-]*)", (?:no|required|optional)_argument', path.read_text()))
        return {'--' + n for n in names}

    def documented(self, page):
        return {name for part in [page] + page.parts for option in part.options for name in option.longs}

    def test_no_option_is_undocumented_and_none_is_missing(self):
        by_name = {p.name: p for p in self.pages}
        for name, page in by_name.items():
            if not name:
                continue
            table = self.table_of(name)
            self.assertGreater(len(table), 3, f'{name}: where is its option table?')
            documented = self.documented(page)
            if name in ('clean', 'batch'):  # one table; batch refers to clean
                documented |= self.documented(by_name['clean']) | self.documented(by_name['batch'])
            for alias, option in ALIASES.items():
                if alias in table:
                    self.assertIn(option, documented)
            self.assertEqual(table - set(ALIASES), documented, name)

    def knows(self, context, option, value):
        done = run(*context.split(), option, *([value] if value else []), '--help')
        return not re.search(r'unknown|unfit|belongs to', done.err.decode())

    def test_every_documented_option_is_taken(self):
        """...by the very command or part whose help names it."""
        for page, _ in self.each():
            if not page.name:
                continue
            for option in page.options:
                for name, value, optional in option.names:
                    if page.name == 'model':
                        continue  # its help is one for all parts; the tables are compared above
                    given = (completions.choices(option) or ['1'])[0] if value and not optional else ''
                    # add and edit, import and forget share a help text: one of them takes it
                    same = [q.name for p in self.pages for q in [p] + p.parts if q.help == page.help]
                    self.assertTrue(any(self.knows(q, name, given) for q in same), f'unspin {page.name} {name} {given}')

    def test_parts_take_no_option_that_their_help_does_not_name(self):
        phrases = next(p for p in self.pages if p.name == 'phrases')
        candidates = self.table_of('phrases') - set(ALIASES)
        everywhere = {name for option in phrases.options for name in option.longs}
        silent = []
        for part in phrases.parts:
            told = everywhere | {name for option in part.options for name in option.longs}
            for option in sorted(candidates - told):
                value = {'--pos': 'v', '--strength': '3', '--format': 'tsv', '--plain': 'first'}.get(option, '1')
                done = run(*part.name.split(), option, value, '--help')
                if done.status != 2 and not any(t.startswith(option) for t in told):  # an abbreviation
                    silent.append(f'{part.name} {option}')
        self.assertEqual(silent, [])

    # ---- completions ----

    def bash(self, *words):
        script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _unspin; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        done = subprocess.run(['bash', '-c', script, 'bash', BUILT / 'unspin', 'unspin', *words], capture_output=True, text=True,
                              cwd=self.dir)
        self.assertEqual(done.stderr, '')
        return set(done.stdout.split())

    def test_bash_offers_what_help_names(self):
        commands = {p.name for p in self.pages if p.name}
        self.assertEqual(self.bash(''), commands | {'help', '--help', '--version'})
        for page in self.pages[1:]:
            offered = self.bash(page.name, '--')
            self.assertLessEqual({n for o in page.options for n in o.longs}, offered, page.name)
            if page.name != 'batch':
                self.assertEqual({n for o in page.options for n in o.longs}, offered, page.name)
            for part in page.parts:
                wanted = {n for o in part.options for n in o.longs}
                offered = self.bash(*part.name.split(), '--')
                self.assertLessEqual(wanted, offered, part.name)
                self.assertLessEqual(offered, wanted | {n for o in page.options for n in o.longs}, part.name)

    def test_bash_values(self):
        self.assertEqual(self.bash('clean', '--dialect', ''), {'gb', 'us', 'auto'})
        self.assertEqual(self.bash('clean', '--color', '=', 'a'), {'auto', 'always'})
        self.assertEqual(self.bash('clean', '--format', 'h'), {'html'})
        self.assertEqual(self.bash('model', 't'), {'train', 'tune'})
        self.assertIn('import', self.bash('phrases', ''))
        (self.dir / 'folder').mkdir()
        (self.dir / 'file').touch()
        self.assertEqual(self.bash('clean', '--data', 'f'), {'folder'})
        self.assertEqual(self.bash('clean', '--output', 'f'), {'folder', 'file'})
        self.assertEqual(self.bash('clean', 'f'), {'folder', 'file'})

    def test_fish(self):
        fish = shutil.which('fish')
        text = (BUILT / 'unspin.fish').read_text()
        for page in self.pages[1:]:
            for option in page.options:
                for name in option.longs:
                    self.assertRegex(text, rf"__fish_seen_subcommand_from {page.name}' .*-l {name[2:]}\b")
        if not fish:
            self.skipTest('no fish')
        for line, wanted in (('unspin clean --dialect ', {'gb', 'us', 'auto'}), ('unspin phrases imp', {'import'})):
            done = subprocess.run([fish, '--no-config', '-c', f'source {BUILT}/unspin.fish; complete -C {line!r}'], capture_output=True,
                                  text=True, env=dict(os.environ, HOME=str(self.dir)))
            self.assertEqual({found.split('\t')[0] for found in done.stdout.splitlines()}, wanted, done.stderr)

    def test_zsh(self):
        text = (BUILT / '_unspin').read_text()
        for page in self.pages[1:]:
            section = text.split(f"'{page.name} '*)")[1].split(';;')[0]
            for option in page.options:
                for name in option.longs:
                    self.assertRegex(section, rf"'\*{name}[\[=]", page.name)
        zsh = shutil.which('zsh')
        if not zsh:
            self.skipTest('no zsh')
        done = subprocess.run([zsh, '-n', BUILT / '_unspin'], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        wanted = {'unspin phras': 'unspin phrases ', 'unspin clean --dial': 'unspin clean --dialect=',
                  'unspin clean --dialect=u': 'unspin clean --dialect=us ', 'unspin clean --dialect u': 'unspin clean --dialect us ',
                  'unspin batch --dial': 'unspin batch --dialect=', 'unspin batch --resu': 'unspin batch --resume ',
                  'unspin phrases imp': 'unspin phrases import ', 'unspin model tr': 'unspin model train ',
                  'unspin help det': 'unspin help detect '}
        self.assertEqual(dict(zip(wanted, self.typed_in_zsh(zsh, wanted))), wanted)

    def typed_in_zsh(self, zsh, lines):
        """What an interactive zsh makes of each line when Tab is pressed behind it."""
        (self.dir / '.zshrc').write_text(
            f'fpath=({BUILT} $fpath)\nautoload -Uz compinit\ncompinit -u -D\n'
            'report() { print -r -- "$BUFFER" >>$ZDOTDIR/out; zle kill-buffer }\nzle -N report\nbindkey "^O" report\n'
            'PROMPT=\nprint ready >$ZDOTDIR/ready\n')
        ours, theirs = pty.openpty()
        shell = subprocess.Popen([zsh, '-i', '-d'], stdin=theirs, stdout=theirs, stderr=theirs, cwd=self.dir, start_new_session=True,
                                 env=dict(os.environ, ZDOTDIR=str(self.dir), HOME=str(self.dir), TERM='dumb'))
        os.close(theirs)
        self.addCleanup(os.close, ours)
        self.addCleanup(shell.wait)
        self.addCleanup(shell.kill)
        out = self.dir / 'out'
        self.wait_for(lambda: (self.dir / 'ready').exists())
        for n, line in enumerate(lines):
            os.write(ours, line.encode() + b'\t\x0f')
            self.wait_for(lambda: out.exists() and out.read_text().count('\n') > n)
        return out.read_text().splitlines()

    def wait_for(self, there):
        end = time.monotonic() + 120
        while not there():
            self.assertLess(time.monotonic(), end, 'nothing comes back')
            time.sleep(.02)

    # ---- pages of the repository ----

    def current(self, tool):
        done = subprocess.run([sys.executable, '-B', ROOT / 'docs' / 'tools' / tool, '--check'], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ''))

    def test_architecture_is_current_and_kept(self):
        self.current('architecture.py')

    def test_architecture_finds_faults(self):
        import architecture
        for room, header in (('report', 'restore/engine.h'), ('base', 'text/utf8.h'), ('cli', 'phrases/store.h')):
            edges = {(room, header.split('/')[0]): [(f'{room}/x.c', header)]}
            self.assertIn(header, '\n'.join(architecture.faults(edges)))

    def test_api_is_current(self):
        self.current('api.py')

    def test_api_names_every_function(self):
        header = (ROOT / 'src' / 'unspin.h').read_text()
        page = (ROOT / 'docs' / 'API.md').read_text()
        names = set(re.findall(r'^UNSPIN_API [^;(]*?\b(unspin_\w+)\(', header, re.M))
        self.assertGreater(len(names), 30)
        self.assertEqual({n for n in names if not re.search(rf'^###.*`{n}`', page, re.M)}, set())

    def test_links(self):
        """Files that our pages point to exist."""
        for page in (ROOT / 'docs').glob('*.md'):
            for target in re.findall(r'\]\(([^)#:]+)\)', page.read_text()):
                self.assertTrue((page.parent / target).exists(), f'{page.name}: {target}')
            for target in re.findall(r'`((?:src|data|dict|tests|docs|debian)/[\w./-]+)`', page.read_text()):
                if 'NAME' not in target and 'ROOM' not in target:
                    self.assertTrue((ROOT / target).exists(), f'{page.name}: {target}')


if __name__ == '__main__':
    harness.main()
