#!/usr/bin/env python3
"""Lets the n-th allocation, or the n-th system call of some kind, fail; every n, in every scene: does unspin stand it?

usage: walk.py UNSPIN LIBRARY [--kinds alloc,read,...] [--scenes NAME,...] [--most N] [--jobs N] [--show N]

LIBRARY is the preloaded one (ledger.h). For each scene of scenes.py an undisturbed run says what is right and how many calls there are. Then
it is run again for each n: one failure alone, and everything from n on. With --most at most so many n of each scene and kind, spread evenly,
the first and the last among them. Asked of each run:

- it ends by itself, with a status that is documented;
- where the status is that of success, everything that came out is right, byte for byte;
- where it is not, standard error says why, in one line (a job of several files: one for each), and files are whole: as before, or right;
- no temporary file is left, and no memory (blocks handed out and not given back, against the undisturbed run; by the sanitizer if built so).

The table at the end tells, by kind and scene, how many faults were injected and how many runs came through all the same, told of an error, or
failed. Exit status 1 if any failed.
"""
import argparse
import collections
import concurrent.futures
import errno
import hashlib
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import scenes  # noqa: E402

# kind: the errors that such calls may meet. -1: one byte only.
KINDS = {
    'alloc': [errno.ENOMEM],
    'map': [errno.ENOMEM],
    'read': [errno.EIO, errno.EINTR, -1],
    'write': [errno.ENOSPC, errno.EIO, errno.EINTR, -1],
    'open': [errno.EMFILE, errno.EACCES],
    'sync': [errno.EIO],
    'rename': [errno.EIO],
    'close': [errno.EIO],
    'stat': [errno.EIO],
}
HARMLESS = (errno.EINTR, -1)  # the call is to be made again: nothing may differ
TOLD_OF_MEMORY = ('memory', 'allocate')
DEBRIS_OF_SQLITE = ('-wal', '-shm', '-journal')  # SQLite's own way back after a failure
TIMEOUT = 120
BYTE_BY_BYTE = 1200  # millions of reads: slow, but no endless loop


class Outcome:
    """What a run left behind."""

    def __init__(self, folder, scene, status, out, err, ledger):
        self.status, self.out, self.err = status, out, err.decode(errors='replace')
        self.ready, self.calls, self.struck, self.live, self.spared = ledger[:5]
        paths = [pathlib.Path(root) / name for root, _, names in os.walk(folder) for name in names]
        paths.sort(key=lambda path: not path.name.endswith('.db'))  # reading these takes SQLite's logs away
        self.files = {str(p.relative_to(folder)): form_of(p, p.name, scene) for p in paths if p.exists() and not is_spent(p)}


def is_spent(path):
    """A journal of SQLite's that nothing is taken back from: its head is wiped."""
    return path.name.endswith('-journal') and not path.read_bytes()[:8].strip(b'\0')


def form_of(path, name, scene):
    """What of a file must be the same from run to run."""
    if name in scene.tables:
        return scenes.rows_of(path) if path.stat().st_size else 'empty'
    if name in scene.varies:
        if name.endswith('.db'):
            return 'damaged' if path.stat().st_size and scenes.rows_of(path) == 'damaged' else 'varies'
        if name in ('rows', 'page.html') or not path.read_bytes():
            return 'varies'
        try:
            json.loads(path.read_text())
        except ValueError:
            return f'half written: {path.read_bytes()[-60:]!r}'
        return 'varies'
    if name in scene.grows:
        return path.read_bytes()
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Stage:
    """One scene, made ready once."""

    def __init__(self, program, library, scene, folder):
        self.program, self.library, self.scene = program, library, scene
        self.folder = pathlib.Path(folder) / scene.name.replace(' ', '_').replace('/', '_')
        self.ready_made = self.folder / 'ready'
        self.number = 0
        self.sanitized = b'__asan_init' in pathlib.Path(program).read_bytes()
        for name, data in scene.files.items():
            path = self.ready_made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        self.ready_made.mkdir(parents=True, exist_ok=True)
        for command in scene.before:
            done = subprocess.run(command if command[0] == 'rm' else [program, *command], cwd=self.ready_made, capture_output=True)
            if command[:2] == ['clean', '--json']:
                (self.ready_made / 'edits.json').write_bytes(done.stdout)
        self.before = Outcome(self.ready_made, scene, 0, b'', b'', [0] * 8).files

    def run(self, kind, n=0, on=False, error=0, **more):
        here = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        work, page = here / 'work', here / 'ledger'
        try:
            shutil.copytree(self.ready_made, work)
            page.write_bytes(bytes(64))
            environment = dict(os.environ, LD_PRELOAD=self.library, FAULTS_LEDGER=str(page), FAULTS_KIND=kind, FAULTS_AT=str(n),
                               FAULTS_ON=str(int(on)), FAULTS_ERROR=str(error), XDG_DATA_HOME='/dev/null/none', XDG_CONFIG_HOME='/dev/null/none',
                               XDG_CONFIG_DIRS='/dev/null/none', **more)
            if self.sanitized:
                environment['ASAN_OPTIONS'] = 'verify_asan_link_order=0:exitcode=99:' + os.environ.get('ASAN_OPTIONS', '')
            data = os.environ.get('UNSPIN_DATA') or str(pathlib.Path(self.program).parent / 'data')
            args = [self.program, *[a.replace('DATA', data) for a in self.scene.args]]
            try:
                with open(here / 'stdin', 'w+b') as given, open(here / 'out', 'w+b') as out, open(here / 'err', 'w+b') as err:
                    given.write(self.scene.stdin)
                    given.seek(0)
                    status = subprocess.run(args, cwd=work, env=environment, stdin=given, stdout=out, stderr=err,
                                            timeout=BYTE_BY_BYTE if on and error == -1 else TIMEOUT).returncode
            except subprocess.TimeoutExpired:
                status = 'hangs'
            return Outcome(work, self.scene, status, (here / 'out').read_bytes(), (here / 'err').read_bytes(),
                           struct.unpack('8q', page.read_bytes()))
        finally:
            shutil.rmtree(here)

    def complaint(self, right, was, kind, error):
        """What is wrong with a run, or None."""
        scene = self.scene
        if was.status == 'hangs' or was.status < 0 or was.status not in (0, 1, 2, 3):
            how = was.status if was.status == 'hangs' or was.status >= 0 else signal.Signals(-was.status).name
            return f'ended with {how}: {was.err[-900 if self.sanitized else -200:]!r}'
        if 'Sanitizer' in was.err or 'runtime error' in was.err:
            return f'a sanitizer complains: {was.err[-1500:]}'
        wrong = self.wrong_files(right, was)
        if wrong:
            return wrong
        if was.live > right.live and not self.sanitized and not (scene.converts and kind in ('open', 'stat', 'map')):
            return f'{was.live - right.live} blocks of memory leaked'
        if was.status == right.status:
            return self.wrong_success(right, was)
        if was.status != 2:
            return f'status {was.status}, not {right.status} or 2: {was.err!r}'
        if error in HARMLESS and 'Interrupted system call' not in was.err:  # which stdio does not hide
            return f'a call that only had to be made again ended it: {was.err!r}'
        lines = was.err.splitlines()
        if not lines:
            return 'not a word on standard error'
        if any(not line.startswith('unspin: ') for line in lines) or len(lines) > scene.messages:
            return f'not one clear line: {was.err!r}'
        if not scene.loose_out and was.out and not right.out.startswith(was.out) and not (scene.report and counts_an_error(was.out)):
            return f'what came out is not what should have: {was.out[-200:]!r}'
        if kind in ('alloc',) and not any(word in was.err for word in TOLD_OF_MEMORY):
            return f'does not say that memory is short: {was.err!r}'
        return None

    def wrong_files(self, right, was):
        for name, form in was.files.items():
            base = name.rsplit('/', 1)[-1]
            if base.endswith(DEBRIS_OF_SQLITE) and was.status == 2:
                continue
            if name not in right.files and name not in self.before:
                return f'{name} is left behind'
            if form == 'empty' and base in (*self.scene.tables, *self.scene.varies) and was.status == 2:
                continue  # nothing was lost: it was not there before
            if base in self.scene.tables and was.status == 2 and not isinstance(form, str) and not form.get('row') and not form.get('source'):
                continue
            if base in self.scene.grows and was.status == 2 and right.files[name].startswith(form):
                continue
            if form not in (right.files.get(name), self.before.get(name)):
                return f'{name} is neither as before nor as it should be: {form}'
        for name in self.before:
            if name not in was.files and name in right.files and name.rsplit('/', 1)[-1] not in self.scene.varies:
                return f'{name} is gone'
        return None

    def wrong_success(self, right, was):
        if was.out != right.out and not self.scene.loose_out:
            return f'success, but standard output differs: {was.out[-200:]!r}'
        if right.status != 2 and was.files != right.files:
            return f'success, but files differ: {sorted(set(was.files.items()) ^ set(right.files.items()), key=str)[:3]}'
        return None


def counts_an_error(out):
    """A whole report, which says that it is not of all."""
    try:
        return json.loads(out)['errors'] > 0
    except ValueError:
        return False


def chosen(calls, most):
    """Which n of 1 to CALLS: all, or MOST of them, spread evenly."""
    if not most or calls <= most:
        return range(1, calls + 1)
    if most == 1:
        return [(calls + 1) // 2]
    return sorted({1 + i * (calls - 1) // (most - 1) for i in range(most)})


def walk(stage, kind, options, tally, faults):
    right = stage.run(kind)
    scene = stage.scene
    if right.ready == 2:
        return False
    if right.status != scene.status or right.ready != 1:
        faults.append((kind, scene.name, 0, False, 0, f'undisturbed: status {right.status}, library {right.ready}: {right.err}'))
        return True
    def places(on, error):
        # a large table byte by byte takes minutes: from the first call on and from the last on will do
        return chosen(right.calls, 2 if on and error == -1 and right.calls > 300 else options.most)

    tasks = [(n, on, error) for error in KINDS[kind] for on in (False, True) for n in places(on, error)
             if not (on and error == errno.EINTR)]  # interrupted for ever: nobody can stand that

    def one(task):
        n, on, error = task
        was = stage.run(kind, n, on, error)
        if was.ready != 1:  # it was so before: once more, since a machine at its limit may say no
            was = stage.run(kind, n, on, error)
        if was.ready != 1:
            return task, was, f'the library was not ready ({was.ready}): status {was.status}: {was.err!r}'
        return task, was, stage.complaint(right, was, kind, error) if was.struck else None

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for (n, on, error), was, complaint in pool.map(one, tasks):
            counts = tally[kind, scene.name]
            counts['injected'] += bool(was.struck)
            counts['failed' if complaint else 'not reached' if not was.struck else 'told' if was.status == 2 else 'survived'] += 1
            if complaint:
                faults.append((kind, scene.name, n, on, error, complaint))
    return True


def show(faults, most):
    """Complaints of the same words together."""
    alike = collections.defaultdict(list)
    for kind, scene, n, on, error, complaint in faults:
        alike[scene, kind, complaint].append(f'{n}{"..." if on else ""} {"short" if error < 0 else errno.errorcode.get(error, error)}')
    for (scene, kind, complaint), where in list(alike.items())[:most]:
        print(f'{scene}: {kind} {", ".join(where[:6])}{" ..." if len(where) > 6 else ""} ({len(where)}): {complaint}')


def table(tally):
    kinds = [k for k in KINDS if any(key[0] == k for key in tally)]
    print(f'\n{"kind":8} {"injected":>9} {"told":>8} {"survived":>9} {"not reached":>12} {"failed":>7}')
    for kind in kinds:
        sums = collections.Counter()
        for (k, _), counts in tally.items():
            if k == kind:
                sums.update(counts)
        print(f'{kind:8} {sums["injected"]:9,} {sums["told"]:8,} {sums["survived"]:9,} {sums["not reached"]:12,} {sums["failed"]:7,}')
    print(f'\n{"scene":17}' + ''.join(f'{k:>8}' for k in kinds) + '   (injected)')
    for scene in dict.fromkeys(name for _, name in tally):
        print(f'{scene:17}' + ''.join(f'{tally[k, scene]["injected"]:8,}' if (k, scene) in tally else f'{"":8}' for k in kinds))
    total = sum(c['injected'] for c in tally.values())
    failed = sum(c['failed'] for c in tally.values())
    print(f'\nfaults: {total:,} injected, {total - failed:,} withstood, {failed} not')


def main():
    parser = argparse.ArgumentParser(description='Lets the n-th call of a kind fail.')
    parser.add_argument('program', type=os.path.abspath)
    parser.add_argument('library', type=os.path.abspath)
    parser.add_argument('--kinds', default=','.join(KINDS))
    parser.add_argument('--scenes', default='')
    parser.add_argument('--most', type=int, default=0)
    parser.add_argument('--jobs', type=int, default=1)
    parser.add_argument('--show', type=int, default=40)
    options = parser.parse_args()
    sys.stdout.reconfigure(errors='replace')
    wanted = [s for s in scenes.scenes() if not options.scenes or s.name in options.scenes.split(',')]
    tally, faults, skipped = collections.defaultdict(collections.Counter), [], set()
    with tempfile.TemporaryDirectory(prefix='unspin-faults-') as folder:
        for scene in wanted:
            stage = Stage(options.program, options.library, scene, folder)
            for kind in options.kinds.split(','):
                known = len(faults)
                if kind not in skipped and not walk(stage, kind, options, tally, faults):
                    skipped.add(kind)
                show(faults[known:], options.show)
                sys.stdout.flush()
    if skipped:
        print('skipped, because the kernel lets no filter be installed:', ', '.join(sorted(skipped)))
    table(tally)
    sys.exit(bool(faults))


if __name__ == '__main__':
    main()
