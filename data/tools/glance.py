#!/usr/bin/env python3
"""Sets the first look's two shares in engine.tsv (glance_words, glance_places) to what loses nothing.

usage: glance.py UNSPIN DATA_DIR TEXT...

TEXTs are files, spun and clean. Each is restored with the first look switched off, and then with shares found by bisection: the
largest at which every text still gets the edits that it gets without, times 0.9. Prints the two lines, and how many of the texts
that are left alone the first look lets pass. To be run again when weights, tables or the channel have changed much.
"""
import json, pathlib, subprocess, sys, tempfile

SAFETY, STEPS = 0.9, 7

class Engine:
    def __init__(self, unspin, data, texts, folder):
        self.unspin, self.texts, self.folder = unspin, texts, pathlib.Path(folder)
        for file in pathlib.Path(data).resolve().iterdir():
            if file.name != "engine.tsv":
                (self.folder / file.name).symlink_to(file)
        self.lines = (pathlib.Path(data) / "engine.tsv").read_text().splitlines()

    def restore(self, **gate):
        """Of each text its edits and the number of candidates; without arguments: nothing at a glance."""
        lines = [line for line in self.lines if gate or not line.startswith("glance\t")]
        lines = [line for line in lines if line.split("\t")[:2] not in [["gate", name] for name in gate]]
        lines += [f"gate\t{name}\t{value:.6g}" for name, value in gate.items()]
        (self.folder / "engine.tsv").write_text("\n".join(lines) + "\n")
        run = subprocess.run([self.unspin, "clean", "--json", "--data", str(self.folder), *self.texts], stdout=subprocess.PIPE, check=True)
        documents = [json.loads(line) for line in run.stdout.splitlines()]
        return [(d["edits"], d["totals"]["candidates"]) for d in documents]

def largest(engine, expected, high, gate):
    """The largest share up to HIGH at which GATE(share) loses no edit."""
    low = 0.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        same = all(a[0] == b[0] for a, b in zip(engine.restore(**gate(middle)), expected, strict=True))
        low, high = (middle, high) if same else (low, middle)
    return low * SAFETY

def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(sys.argv[1], sys.argv[2], sys.argv[3:], folder)
        expected = engine.restore()
        words = largest(engine, expected, 0.05, lambda share: {"glance_words": share, "glance_places": 0})
        places = largest(engine, expected, 0.02, lambda share: {"glance_words": words, "glance_places": share})
        print(f"gate\tglance_words\t{words:.4f}\ngate\tglance_places\t{places:.5f}")
        alone = [i for i, (edits, _) in enumerate(expected) if not edits]
        for name, gate in (("by their words", {"glance_words": words, "glance_places": 0}),
                           ("by their words or places", {"glance_words": words, "glance_places": places})):
            found = engine.restore(**gate)
            passed = sum(found[i][1] == 0 for i in alone)
            print(f"# {passed} of {len(alone)} texts that are left alone pass {name}", file=sys.stderr)

if __name__ == "__main__":
    main()
