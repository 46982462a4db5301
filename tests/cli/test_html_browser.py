"""The pages of --html in headless Chromium: they render, filter, take decisions and save them; a hostile text is inert."""
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time
import unittest

import harness
from harness import SAMPLES, SPUN
from test_html import HOSTILE

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError:
    # Debian's package is seen by Debian's python3 only, which may not be the first
    if sys.executable != '/usr/bin/python3' and os.path.exists('/usr/lib/python3/dist-packages/selenium'):
        os.execv('/usr/bin/python3', ['/usr/bin/python3', *sys.argv])
    webdriver = None
CHROMIUM, DRIVER = shutil.which('chromium'), shutil.which('chromedriver')
MISSING = [name for name, there in (('chromium', CHROMIUM), ('chromium-driver', DRIVER), ('python3-selenium', webdriver)) if not there]
WIDTHS = (1280, 390)


def clean(folder, *args):
    done = harness.run('clean', '--assume-spun', *args, cwd=folder)
    assert done.status == 0, done
    return done.out


@unittest.skipIf(MISSING, f'no browser to look with: install {", ".join(MISSING)}')
class Browser(unittest.TestCase):
    """Pages are made once; each test loads them afresh, with nothing decided."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix='unspin-test-')
        cls.addClassCleanup(folder.cleanup)
        cls.dir = pathlib.Path(folder.name)
        (cls.dir / 'saved').mkdir()
        shutil.copy(SAMPLES / 'football.spun.txt', cls.dir / 'a.txt')
        (cls.dir / 'wild.txt').write_bytes(HOSTILE)
        (cls.dir / 'in').mkdir()
        for name, text in (('a', SPUN * 3), ('b', SPUN), ('c', b'Plain words.\n'), ('<i>d', SPUN * 2)):
            (cls.dir / 'in' / f'{name}.txt').write_bytes(text)
        clean(cls.dir, '--html', 'a.html', 'a.txt')
        clean(cls.dir, '--html', 'wild.html', 'wild.txt')
        clean(cls.dir, '--html', 'all', 'in')
        pairs = cls.dir / 'pairs'
        pairs.mkdir()
        for name in 'football', 'phones':
            shutil.copy(SAMPLES / f'{name}.spun.txt', pairs)
            shutil.copy(SAMPLES / f'{name}.plain.txt', pairs)
        for role in 'spun', 'plain':
            (pairs / f'wild.{role}.txt').write_bytes(HOSTILE.replace(b'\xff', b''))
        (pairs / 'x.jsonl').write_text(json.dumps({'id': '</b><img src=x onerror="pwned=1">', 'spun': 'Plain words.', 'plain': 'Plain words.'}))
        for args in (('check', '--html', 'check.html', 'pairs'), ('score', '--html', 'score.html', '--original', 'pairs', '--restore', 'pairs'),
                     ('score', '--html', 'against.html', '--against', 'pairs/football.plain.txt', 'pairs/football.spun.txt')):
            if args[0] == 'score' and 'pairs' in args[3:]:  # these two have no originals to be scored by
                (pairs / 'wild.spun.txt').unlink()
                (pairs / 'wild.plain.txt').unlink()
                (pairs / 'x.jsonl').unlink()
            done = harness.run(*args, cwd=cls.dir)
            assert done.status in (0, 1), done
        cls.edits = json.loads(clean(cls.dir, '--json', 'a.txt'))['edits']
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for argument in ('--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
                         f'--user-data-dir={cls.dir / "profile"}'):
            options.add_argument(argument)
        options.add_experimental_option('prefs', {'download.default_directory': str(cls.dir / 'saved'),
                                                  'download.prompt_for_download': False,
                                                  'profile.default_content_setting_values.automatic_downloads': 1})
        options.set_capability('goog:loggingPrefs', {'browser': 'ALL'})
        cls.driver = webdriver.Chrome(service=Service(DRIVER, log_path=os.devnull), options=options)
        cls.addClassCleanup(cls.driver.quit)
        cls.driver.execute_cdp_cmd('Browser.setDownloadBehavior', {'behavior': 'allow', 'downloadPath': str(cls.dir / 'saved')})

    def load(self, name, width=1280):
        self.driver.set_window_size(width, 900)
        self.driver.execute_cdp_cmd('Emulation.setDeviceMetricsOverride',
                                    {'width': width, 'height': 900, 'deviceScaleFactor': 1, 'mobile': width < 600})
        self.driver.get((self.dir / name).as_uri())
        self.driver.execute_script('localStorage.clear()')
        self.driver.refresh()

    def tearDown(self):
        self.assertEqual(self.driver.get_log('browser'), [])

    def script(self, code, *args):
        return self.driver.execute_script(code, *args)

    def id(self, name):
        return self.driver.find_element(By.ID, name)

    def press(self, *keys):
        for key in keys:
            self.driver.switch_to.active_element.send_keys(key)

    def saved(self, button):
        """The bytes that a click on BUTTON of the menu saves."""
        folder = self.dir / 'saved'
        for old in folder.iterdir():
            old.unlink()
        self.script("document.getElementById('save').open = true")
        self.id(button).click()
        for _ in range(200):
            files = [f for f in folder.iterdir() if not f.name.endswith('.crdownload') and not f.name.startswith('.')]
            if files:
                return files[0], files[0].read_bytes()
            time.sleep(.05)
        self.fail(f'{button}: nothing was saved')

    def decide_all(self, what):
        n = self.script("return JSON.parse(document.getElementById('data').textContent).edits.length")
        key = self.script("return 'unspin ' + JSON.parse(document.getElementById('data').textContent).hash")
        self.script('localStorage.setItem(arguments[0], arguments[1])', key, json.dumps({str(i): {'d': what} for i in range(n)}))
        self.driver.refresh()

    def seen(self, selector):
        return self.script('return [...document.querySelectorAll(arguments[0])].filter(e => e.getClientRects().length).length', selector)

    def test_renders(self):
        for width in WIDTHS:
            self.load('a.html', width)
            self.assertEqual(self.script("return [...document.querySelectorAll('.e')].map(e => [e.children[0].textContent, e.children[1].textContent])"),
                             [[e['before'], e['after']] for e in self.edits])
            self.assertLessEqual(self.script('return document.documentElement.scrollWidth'), width, 'wider than the window')
            self.assertTrue(self.id('bar').is_displayed())
            self.assertEqual(self.seen('#strip a'), 100)
            self.assertGreater(self.script("return document.querySelectorAll('#favourites tbody tr').length"), 0)

    def test_views(self):
        self.load('a.html')
        article = "return document.getElementById('article').innerText"
        for view, dels, inss in (('inline', True, True), ('now', False, True), ('was', True, False)):
            self.script("document.querySelector(`[value=${arguments[0]}]`).click()", view)
            self.assertEqual((self.seen('.e del') > 0, self.seen('.e ins') > 0), (dels, inss), view)
        spun = ' '.join(self.script(article).split())
        self.assertIn(' '.join((self.dir / 'a.txt').read_text().split())[:300], spun)
        self.script("document.querySelector('[value=sides]').click()")
        self.assertEqual(self.seen('p.was .e'), len(self.edits))
        self.assertEqual(self.seen('p.was .e ins'), 0)
        self.assertEqual(self.seen('p:not(.was) .e del'), 0)

    def test_filter(self):
        self.load('a.html')
        for low, high in ((90, 100), (0, 60), (0, 100)):
            for name, value in (('low', low), ('high', high)):
                self.script("const e = document.getElementById(arguments[0]); e.value = arguments[1]; e.dispatchEvent(new Event('input'))", name, value)
            self.driver.execute_async_script('requestAnimationFrame(() => requestAnimationFrame(arguments[0]))')
            wanted = [i for i, e in enumerate(self.edits) if low / 100 - .005 <= e['confidence'] <= high / 100 + .005]
            shown = self.script("return [...document.querySelectorAll('.e:not(.off)')].map(e => +e.dataset.e)")
            self.assertEqual(shown, wanted)
            self.assertIn(str(len(wanted)), self.id('count').text)

    def test_keys(self):
        self.load('a.html')
        self.press('n')
        self.assertTrue(self.id('card').is_displayed())
        first = self.edits[0]
        self.assertEqual(self.id('card-was').text, first['before'])
        self.assertEqual(self.id('card-now').text, first['after'])
        self.assertEqual(self.id('card-confidence').text, f'{round(first["confidence"] * 100)} %')
        self.assertIn(first['row'], self.id('card-row').text)
        self.press('r')
        self.assertIn('no', self.script("return document.querySelector('.e').className").split())
        self.assertEqual(self.id('card-now').text, first['before'])
        self.press('n', 'a', 'n', 'k')
        self.assertIn('3 decided, 2 refused', self.id('count').text)
        self.driver.refresh()
        self.assertIn('3 decided, 2 refused', self.id('count').text)  # a review may be left and taken up again
        self.press('n', 'u')
        self.assertIn('2 decided, 1 refused', self.id('count').text)
        self.press(Keys.ENTER)
        self.assertEqual(self.script('return document.activeElement.id'), 'accept')
        self.press(Keys.ESCAPE)
        self.press(Keys.ESCAPE)
        self.assertFalse(self.id('card').is_displayed())

    def test_pointer(self):
        for width in WIDTHS:
            self.load('a.html', width)
            for button, word in (('accept', 'yes'), ('reject', 'no'), ('keep', 'no')):
                self.driver.find_elements(By.CLASS_NAME, 'e')[1].click()
                self.id(button).click()
                self.assertIn(word, self.script("return document.querySelectorAll('.e')[1].className").split())
            box = self.script("const r = document.getElementById('card').getBoundingClientRect(); return [r.left, r.right]")
            self.assertTrue(0 <= box[0] and box[1] <= width, box)

    def test_hover(self):
        self.load('a.html')
        webdriver.ActionChains(self.driver).move_to_element(self.driver.find_elements(By.CLASS_NAME, 'e')[2]).perform()
        for _ in range(100):
            if self.id('card').is_displayed():
                break
            time.sleep(.05)
        self.assertEqual(self.id('card-was').text, self.edits[2]['before'])

    def test_saved_text(self):
        for name in ('a', 'wild'):
            spun = (self.dir / f'{name}.txt').read_bytes()
            restored = clean(self.dir, f'{name}.txt')
            self.load(f'{name}.html')
            file, text = self.saved('save-text')
            self.assertEqual((file.name, text), (f'restored-{name}.txt', restored))
            self.script("document.querySelector('[value=sides]').click()")
            self.assertEqual(self.saved('save-text')[1], restored)
            self.decide_all('reject')
            self.assertEqual(self.saved('save-text')[1], spun)

    def test_protect_list(self):
        self.load('a.html')
        self.assertFalse(self.id('save-protect').is_enabled())
        self.decide_all('keep')
        _, text = self.saved('save-protect')
        (self.dir / 'kept').write_bytes(text)
        words = {e['before'] for e in self.edits if e['before']}
        self.assertEqual(set(text.decode().splitlines()[1:]), words)
        left = json.loads(clean(self.dir, '--json', '--protect-file', 'kept', 'a.txt'))['edits']
        self.assertEqual([e['before'] for e in left if e['before'] in words and e['row'] != 'repair'], [])

    def test_table(self):
        self.load('a.html')
        at = next(i for i, e in enumerate(self.edits) if e['row'] not in ('repair', 'channel') and e['before'].isalpha())
        for _ in range(at + 1):
            self.press('n')
        self.id('own-text').send_keys('flummox', Keys.ENTER)
        self.assertEqual(self.script("return document.querySelectorAll('.e')[arguments[0]].lastElementChild.textContent", at), 'flummox')
        file, text = self.saved('save-table')
        self.assertEqual(file.name, 'a.txt.rows.tsv')
        (self.dir / 'mine.tsv').write_bytes(text)
        done = harness.run('phrases', 'import', '--in', 'mine.db', 'mine.tsv', cwd=self.dir)
        self.assertEqual(done.status, 0, done)
        rows = harness.run('phrases', 'export', '--in', 'mine.db', '--format', 'tsv', cwd=self.dir).out.decode()
        self.assertIn(f"{self.edits[at]['before'].lower()}\tflummox\tx\t4", rows)

    def test_decisions(self):
        self.load('a.html')
        self.press('n', 'a', 'n', 'r')
        _, text = self.saved('save-decisions')
        lines = [json.loads(line) for line in text.decode().splitlines()]
        self.assertEqual([(d['spun'], d['plain'], d['decision']) for d in lines],
                         [(e['before'], e['after'], what) for e, what in zip(self.edits, ('accept', 'reject'))])
        for d, e in zip(lines, self.edits):  # not what says that no single row did it
            self.assertEqual(d.get('row'), e['row'] if re.fullmatch('[0-9a-hjkmnp-tv-z]{8}', e['row']) else None)
        spun = (self.dir / 'a.txt').read_text()
        for d in lines:
            self.assertIn(d['before'] + d['spun'] + d['after'], spun)
        (self.dir / 'd.jsonl').write_bytes(text)
        done = harness.run('phrases', 'learn', '--dry-run', '--review', 'd.jsonl', cwd=self.dir)
        self.assertEqual(done.status, 0, done)

    def test_favourites(self):
        self.load('a.html')
        self.driver.find_element(By.CSS_SELECTOR, '#favourites td:last-child button:last-child').click()
        times = int(self.driver.find_element(By.CSS_SELECTOR, '#favourites td:nth-child(3)').text)
        self.assertIn(f'{times} decided, {times} refused', self.id('count').text)

    def test_strip(self):
        self.load('a.html')
        self.script("document.querySelector('#strip a').focus()")
        self.press(*[Keys.ARROW_RIGHT] * 60, Keys.ENTER)
        self.assertRegex(self.driver.current_url, r'#L[0-9]+$')
        self.assertEqual(self.script("return document.querySelectorAll('#strip a[tabindex=\"0\"]').length"), 1)

    def test_hostile(self):
        self.load('wild.html')
        self.script("document.querySelector('[value=sides]').click()")
        self.press('n', '1', 'r', 'a', 'n', 'k')
        self.assertIsNone(self.script('return window.pwned'))
        self.assertEqual(self.script("return document.querySelectorAll('#article script, #article img, #article [onerror]').length"), 0)
        self.assertEqual(self.script('return document.scripts.length'), 2)
        self.assertEqual(self.driver.title, 'wild.txt – unspin')
        text = self.script("return document.getElementById('article').textContent")
        self.assertIn('</script><script>window.pwned = 1</script> <!-- <script> ]]> </div></main> {{', text)

    def test_policy_stops_what_slips_through(self):
        page = (self.dir / 'a.html').read_text().replace('<main id="article"', '<script>window.pwned = 1</script><main id="article"', 1)
        (self.dir / 'slipped.html').write_text(page)
        self.load('slipped.html')
        self.assertIsNone(self.script('return window.pwned'))
        self.assertTrue(any('Content Security Policy' in entry['message'] for entry in self.driver.get_log('browser')))

    def test_print(self):
        self.load('a.html')
        self.driver.execute_cdp_cmd('Emulation.setEmulatedMedia', {'media': 'print'})
        self.addCleanup(self.driver.execute_cdp_cmd, 'Emulation.setEmulatedMedia', {'media': ''})
        self.assertEqual((self.seen('#bar'), self.seen('.e del'), self.seen('.e ins')), (0, len(self.edits), len(self.edits)))

    def test_index(self):
        for width in WIDTHS:
            self.load('all/index.html', width)
            self.assertLessEqual(self.script('return document.documentElement.scrollWidth'), width, 'wider than the window')
            names = "return [...document.querySelectorAll('#all tbody tr')].filter(r => !r.hidden).map(r => r.cells[0].textContent)"
            given = self.script(names)
            self.assertEqual(sorted(given), ['in/<i>d.txt', 'in/a.txt', 'in/b.txt', 'in/c.txt'])
            heads = self.driver.find_elements(By.CSS_SELECTOR, '#all th button')
            heads[3].click()
            self.assertEqual(self.script(names), ['in/a.txt', 'in/<i>d.txt', 'in/b.txt', 'in/c.txt'])
            heads[3].click()
            self.assertEqual(self.script(names), ['in/c.txt', 'in/b.txt', 'in/<i>d.txt', 'in/a.txt'])
            self.id('name').send_keys('<I>')
            self.assertEqual(self.script(names), ['in/<i>d.txt'])
            self.driver.find_element(By.PARTIAL_LINK_TEXT, '<i>d').click()
            self.assertEqual(self.driver.title, 'in/<i>d.txt – unspin')

    def test_check(self):
        names = "return [...document.querySelectorAll('.pair')].filter(p => !p.hidden).map(p => p.querySelector('.key').textContent)"
        for width in WIDTHS:
            self.load('check.html', width)
            self.assertLessEqual(self.script('return document.documentElement.scrollWidth'), width, 'wider than the window')
            every = self.script(names)
            self.assertEqual(sorted(every), ['pairs/football', 'pairs/phones', 'pairs/wild', 'x.jsonl/</b><img src=x onerror="pwned=1">'])
            self.script("document.querySelector('[name=show][value=bad]').click()")
            self.assertEqual(self.script(names), every[:3])
            self.script("document.querySelector('[name=show][value=good]').click()")
            self.assertEqual(self.script(names), every[3:])
            self.script("document.querySelector('[name=show]').click()")
            self.id('name').send_keys('FOOT')
            self.assertEqual((self.script(names), self.id('found').text), (['pairs/football'], '1 of 4'))
            self.id('open').click()
            self.assertEqual((self.id('open').text, self.seen('.pair .text')), ('Close all', 1))
        self.assertIsNone(self.script('return window.pwned'))
        self.assertEqual(self.script("return document.querySelectorAll('main img, main script').length"), 0)

    def test_check_texts(self):
        """What stands there in each view is the text that it is named after."""
        self.load('check.html')
        text = "return [...document.querySelectorAll('.pair')].find(p => p.textContent.includes(arguments[0])).querySelector('.text').innerText"
        self.id('open').click()
        spun = (SAMPLES / 'football.spun.txt').read_text()
        restored = harness.run('clean', 'a.txt', cwd=self.dir).out.decode()
        plain = (SAMPLES / 'football.plain.txt').read_text()
        for view, wanted in (('was', spun), ('now', restored), ('want', plain)):
            self.script(f"document.querySelector('[name=view][value={view}]').click()")
            shown, words = (' '.join(t.split()) for t in (self.script(text, 'pairs/football'), wanted))
            if view == 'want':  # alternatives stand there too, and case and quotation marks are not compared
                ours, theirs = set(shown.lower().split()), set(words.lower().split())
                self.assertGreater(len(ours & theirs) / len(theirs), .95)
            else:
                self.assertEqual(shown, words, view)

    def test_score(self):
        for width in WIDTHS:
            self.load('score.html', width)
            self.assertLessEqual(self.script('return document.documentElement.scrollWidth'), width, 'wider than the window')
            self.assertEqual(self.script("return [...document.querySelectorAll('#all tbody tr')].map(r => r.cells[0].textContent)"),
                             ['football.txt', 'phones.txt'])
            self.assertIn('% of the spinner’s damage is undone.', self.driver.find_element(By.TAG_NAME, 'header').text)
            heads = self.driver.find_elements(By.CSS_SELECTOR, '#all th button')
            self.script('arguments[0].click()', heads[0])
            self.script('arguments[0].click()', heads[0])
            self.assertEqual(self.script("return document.querySelector('#all tbody').rows[0].cells[0].textContent"), 'phones.txt')
            self.load('against.html', width)
            self.assertLessEqual(self.script('return document.documentElement.scrollWidth'), width, 'wider than the window')
            self.assertGreater(self.seen('.pair tbody tr'), 10)
            self.assertEqual(self.seen('.ci i.good') > 0, True)


if __name__ == '__main__':
    harness.main()
