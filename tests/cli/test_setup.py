""".ci/setup on machines that we do not have: every program that it calls is replaced by a small script."""
import os
import subprocess
import sys
import unittest

import harness
from harness import ROOT, Case

# dpkg-query: a package is installed if the file installed names it
DPKG = '#!/bin/sh\ngrep -qx "$4" "$STATE/installed" && printf "install ok installed"\n'
# apt-get: writes down how it was called; install works once there are lists
APT = '''#!/bin/sh
echo "$*" >> "$STATE/log"
case "$*" in
  *update*) [ -e "$STATE/offline" ] && exit 100; : > "$STATE/lists" ;;
  *install*)
    [ -e "$STATE/lists" ] || exit 100
    for word in "$@"; do case $word in -*|install|DPkg*) ;; *) echo "$word" >> "$STATE/installed" ;; esac; done ;;
esac
'''
PACKAGES = ('gcc libc6-dev meson ninja-build pkg-config python3 check libhunspell-dev hunspell-en-us hunspell-en-gb libsqlite3-dev libinih-dev '
            'libutf8proc-dev libjansson-dev libxxhash-dev zlib1g-dev wordnet-base mythes-en-us '
            'libgumbo-dev libmd4c-dev libuchardet-dev libzstd-dev liblzma-dev libseccomp-dev python3-jsonschema groff-base').split()


class Setup(Case):
    def script(self, name, text):
        path = self.dir / 'bin' / name
        path.write_text(text)
        path.chmod(0o755)

    def setUp(self):
        super().setUp()
        (self.dir / 'bin').mkdir()
        for tool in ('sh', 'grep', 'sed', 'env', 'printf', 'cat', 'true'):
            os.symlink(next(p for p in (f'/usr/bin/{tool}', f'/bin/{tool}') if os.path.exists(p)), self.dir / 'bin' / tool)
        self.script('dpkg-query', DPKG)
        self.script('apt-get', APT)
        self.user(0)
        self.installed(PACKAGES)

    def user(self, uid):
        self.script('id', f'#!/bin/sh\necho {uid}\n')

    def installed(self, packages):
        (self.dir / 'installed').write_text(''.join(p + '\n' for p in packages))

    def setup_script(self, status):
        done = subprocess.run(['/bin/sh', ROOT / '.ci' / 'setup'], env={'PATH': str(self.dir / 'bin'), 'STATE': str(self.dir)},
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, status, done)
        return done

    def log(self):
        path = self.dir / 'log'
        return path.read_text() if path.exists() else ''

    def test_nothing_missing(self):
        done = self.setup_script(0)
        self.assertEqual((done.stdout, done.stderr, self.log()), ('', '', ''))

    def test_installs_what_is_missing(self):
        (self.dir / 'lists').touch()
        self.installed(p for p in PACKAGES if p not in ('check', 'meson'))
        self.setup_script(0)
        self.assertRegex(self.log(), r'install -y .*meson check\n$')
        self.assertNotIn('update', self.log())
        self.assertNotIn('gcc', self.log())
        (self.dir / 'log').unlink()
        self.setup_script(0)
        self.assertEqual(self.log(), '')

    def test_fetches_lists_only_if_needed(self):
        self.installed(p for p in PACKAGES if p != 'check')
        self.setup_script(0)
        verbs = [next(v for v in ('install', 'update') if f' {v}' in line) for line in self.log().splitlines()]
        self.assertEqual(verbs, ['install', 'update', 'install'])

    def test_without_network(self):
        (self.dir / 'offline').touch()
        self.installed(p for p in PACKAGES if p != 'check')
        self.assertIn('Missing packages: check', self.setup_script(1).stderr)

    def test_through_sudo(self):
        self.user(1000)
        (self.dir / 'lists').touch()
        self.script('sudo', '#!/bin/sh\necho "sudo $*" >> "$STATE/log"\n[ "$1" = -n ] && shift\nexec "$@"\n')
        self.installed(p for p in PACKAGES if p != 'check')
        self.setup_script(0)
        self.assertRegex(self.log(), r'sudo -n env DEBIAN_FRONTEND=noninteractive apt-get .* check\n')

    def test_may_not_install(self):
        self.user(1000)
        self.installed(p for p in PACKAGES if p not in ('check', 'wordnet-base'))
        for sudo in (None, '#!/bin/sh\nexit 1\n'):
            if sudo:
                self.script('sudo', sudo)
            done = self.setup_script(1)
            self.assertIn('Missing packages: check wordnet-base\n', done.stderr)
            self.assertEqual(self.log(), '')

    def test_another_provider_of_pkg_config(self):
        self.script('pkg-config', '#!/bin/sh\n')
        self.installed(p for p in PACKAGES if p != 'pkg-config')
        self.setup_script(0)
        self.assertEqual(self.log(), '')


if __name__ == '__main__':
    harness.main()
