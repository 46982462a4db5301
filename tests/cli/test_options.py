"""Options that say what is restored, and those that do not go together."""
import json
import os
import re
import unittest

import harness
from harness import SAMPLES, SPUN, Case


class Protect(Case):
    def test_word(self):
        for word in ('hand', 'HAND'):
            out = self.ok('--assume-spun', '--protect', word, stdin=SPUN).out
            self.assertIn(b'lend a hand', out)
            self.assertNotIn(b'govt', out)

    def test_phrase_and_several(self):
        out = self.ok('--assume-spun', '--protect', 'lend a hand', '--protect=Fairway Gentle', stdin=SPUN).out
        self.assertEqual(out, SPUN.replace(b'govt', b'government'))

    def test_every_word_of_a_phrase(self):
        text = b'He said the govt and the govt will lend a hand.\n'
        out = self.ok('--assume-spun', '--protect', 'said the govt', stdin=text).out
        self.assertEqual(out, b'He said the govt and the government will help.\n')

    def test_other_words_are_not_protected(self):
        self.assertEqual(self.ok('--protect', 'han', stdin=SPUN).out, self.ok(stdin=SPUN).out)

    def test_file(self):
        self.write('words', b'\xef\xbb\xbffairway gentle\r\n# govt\n\n   lend a hand  \n')
        self.write('more', b'govt')
        out = self.ok('--assume-spun', '--protect-file', 'words', stdin=SPUN).out
        self.assertEqual(out, SPUN.replace(b'govt', b'government'))
        out = self.ok('--assume-spun', '--protect-file', 'words', '--protect-file', 'more', '--protect', 'x', stdin=SPUN).out
        self.assertEqual(out, SPUN)

    def test_bad_file(self):
        self.fails('--protect-file', 'missing', because='missing: cannot open', stdin=SPUN)
        self.fails('--protect-file', '.', because='directory', stdin=SPUN)
        self.write('binary', b'a\0b')
        self.fails('--protect-file', 'binary', because='binary', stdin=SPUN)

    def test_code_on_one_line(self):
        """What stands between backticks is code; a lone one opens nothing, and the line's end closes everything."""
        text = (b'Run `the govt` twice, says the govt of the firms, which will lend a hand.\n'
                b'A ` alone: the govt will lend a hand.\nThe govt ` again.\n')
        want = text.replace(b'lend a hand', b'help').replace(b'govt', b'government').replace(b'`the government`', b'`the govt`')
        self.assertEqual(self.ok('--assume-spun', stdin=text).out, want)


class Quotes(Case):
    def test_spared_if_asked(self):
        for opening, closing in (('"', '"'), ('“', '”')):
            quote = f'{opening}The firms will lend a hand,{closing}'.encode()
            text = quote + b' he said, and they did lend a hand.\n' + SPUN
            out = self.ok('--assume-spun', '--spare-quotes', stdin=text).out
            self.assertIn(quote, out)
            self.assertIn(b'did help.', out)
            for options in ((), ('--quotes',), ('--spare-quotes', '--quotes')):
                self.assertNotIn(b'lend a hand', self.ok('--assume-spun', *options, stdin=text).out)

    def test_spared_where_they_look_plain(self):
        quote = (b'"When I was a girl my father sold eggs at this market, and on Saturdays he would let me count the money. '
                 b'The stall is still there, though nobody has had eggs on it for years, and I would gladly lend a hand," she said.\n')
        self.assertIn(quote, self.ok(stdin=SPUN + quote + SPUN).out)
        self.assertNotIn(quote, self.ok('--quotes', stdin=SPUN + quote + SPUN).out)


class Confidence(Case):
    def edits(self, *args):
        text = b''.join(path.read_bytes() for path in sorted(SAMPLES.glob('*.spun.txt')))
        return json.loads(self.ok('--json', *args, stdin=text).out)['edits']

    def test_cuts(self):
        everything = self.edits()
        self.assertGreater(len(everything), 10)
        median = sorted(edit['confidence'] for edit in everything)[len(everything) // 2]
        some = self.edits('--min-confidence', str(median))
        self.assertTrue(all(edit['confidence'] >= median - 1e-5 for edit in some if edit['row'] != 'repair'))
        self.assertTrue(0 < len(some) <= len(everything))
        self.assertEqual([e for e in self.edits('--min-confidence', '1') if e['row'] != 'repair' and e['confidence'] < 1], [])
        self.assertEqual(self.edits('--min-confidence=0'), everything)


class Dialect(Case):
    # "shade" in the thesaurus sense: what spinners put for colour
    def dialect(self, *args, text=SPUN):
        return json.loads(self.ok('--json', *args, stdin=text).out)['totals']['dialect']

    def test_named(self):
        self.assertEqual(self.dialect('--dialect', 'gb'), 'gb')
        self.assertEqual(self.dialect('--dialect=us'), 'us')

    def test_auto_looks_at_the_document(self):
        british = SPUN + b'The colour of the harbour was a favourite theme of the programme in the town centre.\n'
        american = SPUN + b'The color of the harbor was a favorite theme of the program in the town center.\n'
        self.assertEqual(self.dialect(text=british), 'gb')
        self.assertEqual(self.dialect(text=american), 'us')
        self.assertEqual(self.dialect('--dialect', 'auto', text=american), 'us')


class Gate(Case):
    CLEAN = b'The committee met on Monday. It heard from three witnesses about the state of the roads.\n' * 6

    def test_one_phrase_in_a_clean_text(self):
        """A single suspicious phrase in a long clean text is the author's; --assume-spun says otherwise."""
        text = self.CLEAN + b'They lend a hand.\n' + self.CLEAN
        self.assertEqual(self.ok(stdin=text).out, text)
        self.assertIn(b'They help.', self.ok('--assume-spun', stdin=text).out)

    def test_clean_text(self):
        self.assertEqual(self.ok(stdin=self.CLEAN).out, self.CLEAN)


class Together(Case):
    """Options that are each right and together wrong; nothing is read or written then."""

    def refused(self, *args, because, command='clean', **more):
        before = sorted(self.dir.iterdir())
        done = self.run_in(command, *args, **more)
        self.assertEqual((done.status, done.out), (2, b''), (args, done))
        self.assertRegex(done.err.decode(), r'^unspin: [^\n]+\n$', args)
        self.assertIn(because, done.err.decode(), args)
        self.assertEqual(sorted(self.dir.iterdir()), before, args)

    def test_clean(self):
        self.write('s', SPUN)
        for args, because in ((['--html', '-', '--json', 's'], '--html - wants standard output'), (['--html', '-', '-o', '-', 's'], '--html - wants'),
                              (['--undo', 'e', '--html', 'h', 's'], 'cannot go with --html'), (['--undo', 'e', '--sarif', 's'], '--json, --explain or --sarif'),
                              (['--diff', '--sarif', 's'], '--diff and --sarif both want'), (['--html=', 's'], "--html: no file: ''"),
                              (['--sandbox', 'on', '-o', 'x', 's'], '--sandbox on is for'), (['--sandbox', 'on', '-i', 's'], '--sandbox on is for'),
                              (['--sandbox', 'on', '--html', 'h', 's'], '--sandbox on is for'), (['--sandbox', 'on', '--report', 'r', 's'], '--sandbox on is for'),
                              (['--sandbox=on', '--stats=x', 's'], '--sandbox on is for'), (['--sandbox', 'maybe', 's'], "not auto, on or off: 'maybe'"),
                              (['-i', '--files-from', '-', '-'], 'standard input has no place'), (['--files-from', '-', '-'], 'both a text and the list'),
                              (['--suggest', '2', 's'], "--suggest: not a number from 0 to 1: '2'"), (['--like', 'none', 's'], 'none: cannot open'),
                              (['s', '--config'], "a value is missing after '--config'"), (['--config=none', 's'], 'none: cannot open'),
                              (['--siblings', 'none', 's'], 'none: cannot open'), (['--encoding', 'klingon', 's'], "no encoding 'klingon'"),
                              (['--restart', 's'], "belongs to 'unspin batch': 'restart'"), (['--files-from', 'none'], 'none: cannot open'),
                              (['--table', 'none.db', 's'], 'none.db: No such file')):
            with self.subTest(args):
                self.refused(*args, because=because, stdin=SPUN)

    def test_batch(self):
        self.write('s', SPUN)
        for args, because in ((['--undo', 'e', '-o', 'x', 's'], "belong to 'unspin clean'"), (['--merge'], 'needs -o FOLDER, or -i'),
                              (['--merge', '-i'], '--merge takes -o FOLDER and no files'), (['--merge', '-o', 'x', 's'], '--merge takes -o FOLDER and no files'),
                              (['--merge', '-o', 'x', '--files-from', 'l'], '--merge takes'), (['--merge', '-o', 'x', '--html', 'h'], '--merge sees no documents'),
                              (['--shard', '1/2', '-i', 's'], '-i in shards needs --journal FILE'),
                              (['--shard', '1/2', '--html', 'h', '-o', 'x', 's'], 'cannot go with --shard')):
            with self.subTest(args):
                self.refused(*args, because=because, command='batch')

    def test_links_are_not_written_through_unasked(self):
        """A configuration file may say that links are followed, but not that what lies behind them is overwritten."""
        self.write('s', SPUN)
        self.write('.unspin', b'[clean]\nfollow = true\n')
        self.refused('-i', 's', because='-i does not follow links because a configuration file says so')
        self.assertEqual((self.dir / 's').read_bytes(), SPUN)
        for option in ('--follow', '--no-config'):
            self.write('s', SPUN)
            self.ok('-q', '-i', option, 's')
            self.assertNotEqual((self.dir / 's').read_bytes(), SPUN)
        self.write('.unspin', b'[clean]\nfollow = false\n')
        self.write('s', SPUN)
        self.ok('-q', '-i', 's')
        self.assertNotEqual((self.dir / 's').read_bytes(), SPUN)


class Chosen(Case):
    """Which texts, and in what way."""

    def test_leaning(self):
        """Bold settings change no less than careful ones."""
        edits = [len(json.loads(self.ok('--json', option, stdin=SPUN * 3).out)['edits']) for option in ('--cautious', '--no-config', '--aggressive')]
        self.assertEqual(edits, sorted(edits))
        self.assertGreater(edits[0], 0)

    def test_like(self):
        """Of two plain words that may have stood there, the one that an article on the same topic uses; any other article
        changes nothing."""
        spun, usual = b'The outcomes were published in May.\n', b'The results were published in May.\n'
        self.write('same', b'The findings were clear. All findings agree. These findings and other findings matter.\n' * 3)
        self.write('other', b'The bread rose slowly in the warm oven. Flour, water and salt are all that the baker needs.\n' * 6)
        self.assertEqual(self.ok('--assume-spun', stdin=spun).out, usual)
        self.assertEqual(self.ok('--assume-spun', '--like', 'same', stdin=spun).out, b'The findings were published in May.\n')
        self.assertEqual(self.ok('--assume-spun', '--like=other', stdin=spun).out, usual)

    def test_fast_and_sandbox_off(self):
        for options in (('--fast',), ('--sandbox', 'off'), ('--sandbox=auto',)):
            self.assertIn(b'The government ', self.ok(*options, stdin=SPUN).out)

    def test_files_from_a_list(self):
        self.write('s 1', SPUN)
        self.write('s\n2', SPUN)
        self.write('list', b's 1\0s\n2\0')
        want = self.ok('s 1').out * 2
        for option in ('-0', '--null'):
            self.assertEqual(self.ok(option, '--files-from', 'list').out, want)

    def test_which_of_a_folder(self):
        for name in ('d/a.txt', 'd/b.md', 'd/.h/c.txt'):
            (self.dir / name).parent.mkdir(parents=True, exist_ok=True)
            self.write(name, SPUN)

        def done(*args):
            out = f'out{len(list(self.dir.iterdir()))}'
            self.ok('-q', *args, '-o', out, 'd')
            return sorted(str(p.relative_to(self.dir / out)) for p in (self.dir / out).rglob('*') if p.is_file())
        self.assertEqual(done(), ['a.txt', 'b.md'])
        self.assertEqual(done('--hidden'), ['.h/c.txt', 'a.txt', 'b.md'])
        self.assertEqual(done('--include', '*.md'), ['b.md'])
        self.assertEqual(done('--exclude', '*.md', '--exclude', 'x'), ['a.txt'])
        self.write('d/.ignore', b'a.txt\n')
        self.write('d/.unspinignore', b'a.txt\n')
        self.assertEqual(done(), ['b.md'])
        self.assertEqual(done('--no-ignore'), ['a.txt', 'b.md'])

    def test_force_and_encoding(self):
        self.write('nul', SPUN + b'\0')
        self.fails('nul', because='binary')
        self.assertIn(b'The government ', self.ok('--force', 'nul').out)
        wide = SPUN.decode().encode('utf-16le')
        self.assertEqual(self.ok('--encoding', 'utf-16le', stdin=wide).out.decode('utf-16le').encode(), self.ok(stdin=SPUN).out)

    def test_dump_of_everything(self):
        """Settings that may be repeated stand there each, others once and as last said; what is no setting does not."""
        (self.dir / '.unspin').mkdir()
        self.write('.unspin/config', b'[clean]\ntable = own.db\nprotect-file = /dev/null\nassume-spun = false\njobs = 2\n')
        out = self.ok('--dump-config', '-j', '3', '--field', 'a', '--column', 'b', '--exclude', 'x', '--exclude=y', '--include', 'z',
                      '--quotes', '--quiet', '--table', 'more.db', '--if-spun', '--force-exclude', '--encoding', 'latin1').out.decode()
        settings = [line for line in out.splitlines() if not line.startswith(('#', ';', '['))]
        self.assertEqual(settings[0], f'table = {(self.dir / "own.db").resolve()}')
        self.assertEqual(settings[1:], ['protect-file = /dev/null', 'assume-spun = false', 'jobs = 3', 'field = a', 'column = b', 'exclude = x', 'exclude = y', 'include = z',
                                        'quotes = true', 'table = more.db', 'if-spun = true', 'force-exclude = true', 'encoding = latin1'])


    def test_config_by_any_spelling(self):
        """getopt takes an option by its beginning, too, and a value is no option."""
        self.write('.unspin', b'[clean]\nhidden = true\n')
        self.write('mine.cfg', b'[clean]\nquotes = true\n')
        for args in (('--no-c',), ('--no-conf',), ('--no-config',)):
            self.assertNotIn(b'\nhidden', self.ok('--dump-config', *args).out, args)
        for args in (('--conf', 'mine.cfg'), ('--con=mine.cfg',), ('--config=mine.cfg',)):
            out = self.ok('--dump-config', *args).out
            self.assertIn(b'\nquotes = true\n', out, args)
            self.assertNotIn(b'\nhidden', out, args)
        self.assertIn(b'\nhidden = true\n', self.ok('--dump-config', '--protect', '--no-config').out)
        self.assertIn(b'\nhidden = true\n', self.ok('--dump-config', '--', '--no-config').out)

    def test_project_turns_off_what_the_user_turned_on(self):
        (self.dir / 'settings' / 'unspin').mkdir(parents=True)
        self.write('settings/unspin/config', b'[clean]\nhidden = true\nquotes = true\n')
        (self.dir / 'project').mkdir()
        self.write('project/.unspin', b'[clean]\nhidden = false\n')
        self.write('project/.secret.txt', SPUN)
        self.write('project/open.txt', SPUN)

        def told(*options):
            done = harness.run('clean', *options, cwd=self.dir / 'project', env={'XDG_CONFIG_HOME': str(self.dir / 'settings')})
            self.assertEqual(done.status, 0, done)
            return done.out.decode()
        self.assertIn('\nquotes = true\n', told('--dump-config'))
        self.assertIn('\nhidden = false\n', told('--dump-config'))
        self.write('settings/unspin/config', b'[clean]\ncautious = false\nhidden = true\naggressive = true\n')
        self.write('project/.unspin', b'[clean]\nhidden = false\ncautious = true\n')
        said = told('--dump-config')
        self.assertLess(said.index('aggressive = true'), said.index('cautious = true'))  # the last word
        told('-o', '../out', '.')
        self.assertEqual([p.name for p in (self.dir / 'out').iterdir()], ['open.txt'])
        told('--hidden', '-o', '../all', '.')
        self.assertIn('.secret.txt', [p.name for p in (self.dir / 'all').iterdir()])

    def test_a_pipe_is_no_configuration(self):
        os.mkfifo(self.dir / '.unspin')
        self.assertEqual(self.ok('-', stdin=SPUN).out, self.ok('--no-config', '-', stdin=SPUN).out)

    def test_settings_of_a_file_beside(self):
        self.write('own', b'[clean]\nprotect-file = words\n')
        self.write('words', b'govt\n')
        for option in (['--config', 'own'], ['--config=own']):
            self.assertIn(b'The govt ', self.ok(*option, stdin=SPUN).out)
        self.assertIn('\nprotect-file = words\n', self.ok('--config', 'own', '--dump-config').out.decode())

    def test_page_on_standard_output_beside_the_text(self):
        self.write('s', SPUN)
        out = self.ok('--html', '-', '-o', 'new', 's').out
        self.assertIn(b'<html', out)
        self.assertEqual((self.dir / 'new').read_bytes(), self.ok('s').out)

    def test_standard_input_among_listed_files(self):
        self.write('s', SPUN)
        self.write('list', b's\n')
        self.assertEqual(self.ok('--files-from', 'list', '-', stdin=b'last\n').out.count(b'last\n'), 1)


class Off(Case):
    def test_marked_part_is_left_alone(self):
        text = SPUN + b'<!-- unspin:off -->\n' + SPUN + b'<!-- unspin:on -->\n' + SPUN
        before, off, after = re.split(b'<!-- unspin:(?:off|on) -->\n', self.ok(stdin=text).out)
        self.assertEqual(off, SPUN)
        for part in before, after:
            self.assertIn(b'The government ', part)
            self.assertIn(b' help ', part)

    def test_never_on_again(self):
        out = self.ok('--assume-spun', stdin=SPUN + b'unspin:off\n' + SPUN * 5).out
        self.assertTrue(out.endswith(SPUN * 5))
        self.assertFalse(out.startswith(SPUN))


class Samples(Case):
    def test_nearer_to_the_original(self):
        """A good part of what the spinner did to our own articles is undone, and nothing new broken. The floor is far below
        what the engine reaches: its quality is measured elsewhere."""
        import difflib
        for path in sorted(SAMPLES.glob('*.spun.txt')):
            spun = path.read_text().split()
            plain = path.with_name(path.name.replace('.spun.', '.plain.')).read_text().split()
            restored = self.ok(str(path)).out.decode().split()

            def wrong(words):
                blocks = difflib.SequenceMatcher(None, words, plain, autojunk=False).get_opcodes()
                return sum(max(b - a, d - c) for tag, a, b, c, d in blocks if tag != 'equal')
            left = wrong(restored) / wrong(spun)
            print(f'{path.name}: {wrong(spun)} words wrong before, {wrong(restored)} after', flush=True)
            self.assertLess(left, 0.75, path.name)

    def test_originals_come_back_unchanged(self):
        for path in sorted(SAMPLES.glob('*.plain.txt')):
            self.assertEqual(self.ok(str(path)).out, path.read_bytes(), path.name)


if __name__ == '__main__':
    harness.main()
