#!/usr/bin/env python3
"""The figures of the README: what unspin undoes, and what it leaves alone.

usage: figures.py [--unspin build/unspin] [--shared ../shared] [--part tune|final|all] [--limit N] [--sets seeds,real,synth,clean]
                  [--show] [--args "OPTIONS FOR unspin clean"]

Pairs and clean texts come from the developers' shared folder, which is not part of the project. Each set is split by document
into a part for tuning and a part for final figures (by a hash of the document's name), and nothing may be tuned on the latter.
Scoring is restore_eval.py's, read from the shared folder. --limit keeps the first N documents of every group.
"""
import argparse, collections, importlib.util, json, os, pathlib, shlex, subprocess, sys, zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The documents of real spinners that anything may be tuned on; there are too few of them to leave it to a hash.
TUNE = {"spinbot-attach", "spinbot-roy", "area-unit-react-state", "area-unit-breakpoints", "stoner-react-state"}

def part_of(name):
    if "-" in name and not name.endswith(".txt"):
        return "tune" if name in TUNE else "final"
    return "final" if zlib.crc32(name.encode()) % 2 else "tune"

def load_scorer(shared):
    spec = importlib.util.spec_from_file_location("restore_eval", shared / "tools" / "restore_eval.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

class Runner:
    def __init__(self, unspin, args):
        self.command = [unspin, "clean", *shlex.split(args)]

    def restore(self, text):
        done = subprocess.run([*self.command, "-"], input=text.encode(), stdout=subprocess.PIPE, check=True)
        return done.stdout.decode()

def seeds(run, scorer, shared, opts):
    folder = shared / "seeds"
    restored = run.restore((folder / "spun.txt").read_text())
    tally = scorer.Tally()
    gold = (folder / "spun.gold.txt").read_text().rstrip("\n").split("\n")
    lines = restored.rstrip("\n").split("\n")
    if len(gold) != len(lines):
        sys.exit("seeds: the number of lines changed")
    for g, r in zip(gold, lines):
        tally.add(scorer.template_from_markup(g), r, opts.show)
    print(tally.report("seeds/spun.txt: "))
    clean = (folder / "clean.txt").read_text()
    print(f"seeds/clean.txt: {words_changed(scorer, clean, run.restore(clean))} words changed")

def words_changed(scorer, before, after):
    if before == after:
        return 0
    a, b = before.split("\n"), after.split("\n")
    if len(a) != len(b):
        sys.exit("the number of lines changed")
    return sum(scorer.words_apart(scorer.tokens(x), scorer.tokens(y)) // scorer.UNIT for x, y in zip(a, b) if x != y)

def pairs(run, scorer, documents, opts):
    """documents: (group, name, [(spun, original), ...]) with one line of text each"""
    groups, total, worst = {}, scorer.Tally(), []
    for group, name, rows in documents:
        text = "\n".join(s for s, _ in rows)
        lines = run.restore(text).split("\n")
        flat = [(s, o) for s, o in rows]
        if sum(s.count("\n") + 1 for s, _ in flat) != len(lines):
            sys.exit(f"{name}: the number of lines changed")
        at, one = 0, scorer.Tally()
        for spun, original in flat:
            n = spun.count("\n") + 1
            parts, restored = scorer.template_from_pair(spun, original), "\n".join(lines[at:at + n])
            at += n
            for tally in (groups.setdefault(group, scorer.Tally()), total, one):
                tally.add(parts, restored, opts.show and tally is total)
        if one.before:
            worst.append((1 - one.after / one.before, name))
    for group in sorted(groups):
        print(groups[group].report(f"{group}: "))
    if total.texts:
        print(total.report("all: "))
        print(f"worst document: {min(worst)[0]:.3f} {min(worst)[1]}")

def limited(documents, limit):
    seen = collections.Counter()
    for d in documents:
        seen[d[0]] += 1
        if not limit or seen[d[0]] <= limit:
            yield d

def real_documents(shared, part):
    docs = collections.OrderedDict()
    for line in open(shared / "dev" / "real.jsonl", encoding="utf-8"):
        r = json.loads(line)
        docs.setdefault((r["engine"], r["doc"]), []).append((r["spun"], r["original"]))
    return [(e, d, rows) for (e, d), rows in docs.items() if part in ("all", part_of(d))]

def synth_documents(shared, part):
    out = []
    for path in sorted((shared / "dev" / "synth").glob("*.jsonl")):
        for line in open(path, encoding="utf-8"):
            r = json.loads(line)
            name = r["doc"]
            if part not in ("all", part_of(name)):
                continue
            spun, original = r["spun"].split("\n"), r["original"].split("\n")
            rows = list(zip(spun, original)) if len(spun) == len(original) else [(r["spun"], r["original"])]
            out.append((path.stem, name, rows))
    return out

def clean(run, scorer, shared, opts):
    texts = changed = edits = words = 0
    kinds = collections.Counter()
    for i, path in enumerate(sorted((shared / "dev" / "clean").glob("*.txt"))):
        if opts.part not in ("all", part_of(path.name)):
            continue
        if opts.limit and texts >= opts.limit * 4:
            break
        text = path.read_text()
        after = run.restore(text)
        texts += 1
        words += sum(t[0].isalnum() for t in scorer.tokens(text))
        n = words_changed(scorer, text, after)
        edits += n
        changed += after != text
        if opts.show and n:
            print(f"{path.name}: {n} words changed")
    print(f"clean: texts {texts}  words {words}  words changed {edits}  per 1k {1000 * edits / max(1, words):.2f}  "
          f"untouched {1 - changed / max(1, texts):.3f}")

def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--unspin", default=str(ROOT / "build" / "unspin"))
    ap.add_argument("--shared", default=str(ROOT.parent / "shared"))
    ap.add_argument("--part", choices=("tune", "final", "all"), default="tune")
    ap.add_argument("--limit", type=int, default=0)
    ap.add_argument("--sets", default="seeds,real,synth,clean")
    ap.add_argument("--show", action="store_true")
    ap.add_argument("--args", default="")
    opts = ap.parse_args()
    shared = pathlib.Path(opts.shared)
    if not (shared / "tools" / "restore_eval.py").exists():
        print(f"SKIP: no shared folder at {shared}: nothing measured")
        return 77
    scorer, run = load_scorer(shared), Runner(opts.unspin, opts.args)
    for name in opts.sets.split(","):
        if name == "seeds":
            seeds(run, scorer, shared, opts)
        elif name == "real":
            pairs(run, scorer, limited(real_documents(shared, opts.part), opts.limit), opts)
        elif name == "synth":
            pairs(run, scorer, limited(synth_documents(shared, opts.part), opts.limit), opts)
        elif name == "clean":
            clean(run, scorer, shared, opts)
        else:
            sys.exit(f"no set named {name}")
    return 0

if __name__ == "__main__":
    sys.exit(main())
