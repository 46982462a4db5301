"""What goes to other programs: the edit list against its JSON Schema, SARIF against what its standard asks for."""
import json
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'tests' / 'cli'))
import harness  # noqa: E402
from harness import SAMPLES, SPUN, Case  # noqa: E402

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = json.loads((ROOT / 'docs' / 'edits.schema.json').read_text())


class EditList(Case):
    def lists(self):
        """Edit lists of all kinds of texts."""
        self.write('latin.txt', SPUN + 'The café lends a hand.\n'.encode('latin-1') * 3)
        self.write('page.html', b'<p>' + SPUN + b'</p>\n')
        self.write('empty.txt', b'')
        self.write('clean.txt', b'The shop opens at nine.\n')
        self.write(b'bad name\xff.txt'.decode('utf-8', 'surrogateescape'), SPUN)
        out = self.ok('--json', '--suggest', '0.05', '.', SAMPLES / 'sample.spun.txt').out.decode()
        return [json.loads(line) for line in out.splitlines()]

    @unittest.skipUnless(jsonschema, 'python3-jsonschema is not installed')
    def test_lists_fit_the_schema(self):
        validator = jsonschema.Draft7Validator(SCHEMA)
        jsonschema.Draft7Validator.check_schema(SCHEMA)
        lists = self.lists()
        self.assertEqual(len(lists), 6)
        for item in lists:
            self.assertEqual([e.message for e in validator.iter_errors(item)], [], item['input'])

    @unittest.skipUnless(jsonschema, 'python3-jsonschema is not installed')
    def test_the_schema_refuses_other_things(self):
        validator = jsonschema.Draft7Validator(SCHEMA)
        good = next(item for item in self.lists() if item['edits'])
        for path, value in ((('version',), 2), (('format',), 'x'), (('input', 'hash'), 'zz'), (('totals', 'dialect'), 'fr'),
                            (('edits', 0, 'confidence'), 2), (('edits', 0, 'line'), 0), (('edits', 0, 'after'), 'a\nb'),
                            (('edits', 0, 'begin'), -1), (('edits', 0, 'reasons'), {})):
            bad = json.loads(json.dumps(good))
            at = bad
            for key in path[:-1]:
                at = at[key]
            at[path[-1]] = value
            self.assertFalse(validator.is_valid(bad), path)

    def test_schema_and_program_name_the_same_members(self):
        """Every member that is written is described, and none is described that is never written."""
        def check(value, schema, where):
            schema = SCHEMA['definitions'][schema['$ref'].split('/')[-1]] if '$ref' in schema else schema
            if isinstance(value, dict):
                self.assertLessEqual(set(value), set(schema['properties']), where)
                self.assertLessEqual(set(schema['required']), set(value), where)
                for key, inner in value.items():
                    check(inner, schema['properties'][key], f'{where}.{key}')
            elif isinstance(value, list):
                for inner in value:
                    check(inner, schema['items'], where + '[]')
        for item in self.lists():
            check(item, SCHEMA, '')

    def test_the_page_names_the_same_members(self):
        page = (ROOT / 'src' / 'report' / 'JSON.md').read_text()
        parts = (SCHEMA, SCHEMA['properties']['totals'], SCHEMA['definitions']['edit'])
        for name in {name for part in parts for name in part['properties']}:
            self.assertIn(f'`{name}`', page)


class Sarif(Case):
    def sarif(self, *args, status=0, **more):
        done = self.clean('--sarif', *args, **more)
        self.assertEqual(done.status, status, done)
        log = json.loads(done.out)
        self.assertEqual(log['version'], '2.1.0')
        self.assertEqual(len(log['runs']), 1)
        run = log['runs'][0]
        self.assertEqual(run['columnKind'], 'unicodeCodePoints')
        self.assertEqual(run['tool']['driver']['name'], 'unspin')
        rules = [rule['id'] for rule in run['tool']['driver']['rules']]
        for result in run['results']:
            self.assertEqual(rules[result['ruleIndex']], result['ruleId'])
            self.assertIn(result['level'], ('none', 'note', 'warning', 'error'))
            self.assertTrue(result['message']['text'])
        return run

    def apply(self, run, name, text):
        """What an editor makes of the repairs."""
        lines = text.split('\n')
        for result in reversed([r for r in run['results'] if self.uri(r) == name]):
            replacement = result['fixes'][0]['artifactChanges'][0]['replacements'][0]
            region = replacement['deletedRegion']
            self.assertEqual(region, result['locations'][0]['physicalLocation']['region'])
            line = lines[region['startLine'] - 1]
            lines[region['startLine'] - 1] = (line[:region['startColumn'] - 1] + replacement['insertedContent']['text']
                                              + line[region['endColumn'] - 1:])
        return '\n'.join(lines)

    @staticmethod
    def uri(result):
        return result['locations'][0]['physicalLocation']['artifactLocation']['uri']

    def test_repairs_make_the_restored_text(self):
        for text in (SPUN, 'é “ü” 𝔘\n'.encode() + SPUN, (SAMPLES / 'sample.spun.txt').read_bytes()):
            self.write('a.txt', text)
            run = self.sarif('--check', 'a.txt', status=1)
            self.assertGreater(len(run['results']), 1)
            self.assertEqual(self.apply(run, 'a.txt', text.decode()), self.ok('a.txt').out.decode())

    def test_several_files_are_one_document(self):
        self.write('a.txt', SPUN)
        self.write('b.txt', b'The shop opens at nine.\n')
        self.write('c d%.txt', SPUN)
        run = self.sarif('--check', 'b.txt', 'a.txt', 'b.txt', 'c d%.txt', 'b.txt', status=1)
        self.assertEqual({self.uri(r) for r in run['results']}, {'a.txt', 'c%20d%25.txt'})
        self.assertTrue(run['invocations'][0]['executionSuccessful'])

    def test_nothing_to_say(self):
        self.assertEqual(self.sarif('--check', stdin=b'The shop opens at nine.\n')['results'], [])
        self.assertEqual(self.sarif(stdin=b'')['results'], [])

    def test_a_fault_shows(self):
        self.write('a.txt', SPUN)
        run = self.sarif('a.txt', 'missing.txt', status=2)
        self.assertFalse(run['invocations'][0]['executionSuccessful'])
        self.assertGreater(len(run['results']), 0)

    def test_absolute_paths_and_stdin(self):
        path = self.write('a.txt', SPUN)
        self.assertEqual(self.uri(self.sarif(str(path))['results'][0]), 'file://' + str(path))
        self.assertEqual(self.uri(self.sarif(stdin=SPUN)['results'][0]), '%3Cstdin%3E')

    def test_what_it_does_not_go_with(self):
        self.write('e.json', b'')
        self.fails('--sarif', '--json', stdin=SPUN, because='both want standard output')
        self.fails('--sarif', '--undo', 'e.json', stdin=SPUN, because='--sarif')

    def test_output_that_cannot_be_written(self):
        with open('/dev/full', 'wb') as full:
            done = self.clean('--sarif', stdin=SPUN, stdout=full)
        self.assertEqual(done.status, 2, done)


class PreCommit(Case):
    def test_hooks_run(self):
        """Each hook's entry is a command that does what hooks must: 0 for clean files, another status for spun ones."""
        text = (ROOT / '.pre-commit-hooks.yaml').read_text()
        entries = [line.split(':', 1)[1].split() for line in text.splitlines() if line.strip().startswith('entry:')]
        self.assertEqual(len(entries), text.count('- id:'))
        for entry in entries:
            self.assertEqual(entry[0], 'unspin')
            spun = self.write('a.txt', SPUN)
            clean = self.write('b.txt', b'The shop opens at nine.\n')
            done = self.run_in(*entry[1:], clean)
            self.assertEqual((done.status, clean.read_bytes()), (0, b'The shop opens at nine.\n'), done)
            done = self.run_in(*entry[1:], spun, clean)
            self.assertTrue(done.status == 1 or spun.read_bytes() != SPUN, done)


if __name__ == '__main__':
    harness.main()
