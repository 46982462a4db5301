#!/usr/bin/env python3
"""How many tortured phrases come back, each in a carrier sentence that is a document of its own.

usage: tortured.py [--unspin build/unspin] [--phrases tortured-500.tsv] [--data DIR] [--show]

Lines of the file: spun phrase, TAB, expected phrase, TAB, carrier sentence with %s. A phrase has come back when the sentence
holds the expected phrase and no longer the spun one; the sentence is exact when nothing beside it was changed either, but for
the article before it. Measured are (a) the program as it is shipped, (b) the same with --assume-spun, (c) both after `unspin
phrases import` of every second phrase: those that were listed, and those that were not.
"""
import argparse, os, pathlib, re, subprocess, sys, tempfile

HERE = pathlib.Path(__file__).resolve().parent

def read_cases(path):
    cases = []
    for number, line in enumerate(path.read_text().split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) != 3 or fields[2].count("%s") != 1:
            sys.exit(f"{path}:{number}: expected spun phrase, expected phrase and a carrier with one %s")
        cases.append(fields)
    return cases

class Runner:
    """Restores sentences, with tables of its own: what the user has taught his unspin stays out."""

    def __init__(self, unspin, data, home):
        self.unspin, self.home = unspin, home
        self.data = ["--data", str(data)] if data else []
        self.env = {**os.environ, "XDG_DATA_HOME": str(home), "XDG_CONFIG_DIRS": str(home / "none")}

    def call(self, *args):
        subprocess.run([self.unspin, *args], check=True, env=self.env, cwd=self.home, stdout=subprocess.DEVNULL)

    def restore(self, sentences, *args):
        with tempfile.TemporaryDirectory() as folder:
            files = [pathlib.Path(folder, f"{i:05}.txt") for i in range(len(sentences))]
            for file, sentence in zip(files, sentences):
                file.write_text(sentence + "\n")
            self.call("clean", *self.data, "-i", *args, *map(str, files))
            return [file.read_text().rstrip("\n") for file in files]

def plain(text):
    """without what the article before a changed word may become"""
    return re.sub(r"\b(a|an)\b", "a", text.lower())

def holds(text, phrase):
    return f" {words(phrase)} " in f" {words(text)} "

def words(text):
    return " ".join(re.findall(r"[\w'-]+", plain(text)))

def measure(run, cases, label, show, *args):
    restored = run.restore([carrier.replace("%s", spun) for spun, _, carrier in cases], *args)
    back = exact = 0
    for (spun, expected, carrier), text in zip(cases, restored):
        right = holds(text, expected) and not holds(text, spun)
        back += right
        exact += plain(text) == plain(carrier.replace("%s", expected))
        if show and not right:
            print(f"  {spun} | {expected} | {text}")
    n = max(1, len(cases))
    print(f"{label}: {back} of {len(cases)} come back ({100 * back / n:.1f}%), {exact} exactly ({100 * exact / n:.1f}%)")

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--unspin", default=HERE.parents[1] / "build" / "unspin", type=pathlib.Path)
    parser.add_argument("--phrases", default=HERE / "tortured-500.tsv", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--show", action="store_true", help="print what did not come back")
    opts = parser.parse_args()
    cases = read_cases(opts.phrases)
    with tempfile.TemporaryDirectory() as home:
        run = Runner(opts.unspin.resolve(), opts.data and opts.data.resolve(), pathlib.Path(home))
        measure(run, cases, "as shipped", opts.show)
        measure(run, cases, "--assume-spun", opts.show, "--assume-spun")
        listed, others = cases[::2], cases[1::2]
        seen = {spun for spun, _, _ in listed}
        others = [case for case in others if case[0] not in seen]
        table = pathlib.Path(home, "list.tsv")
        table.write_text("".join(f"{spun}\t{expected}\n" for spun, expected, _ in listed))
        run.call("phrases", "import", *run.data, "--source", "list", "--licence", "ours", str(table))
        for name, part in ("listed", listed), ("unlisted", others):
            measure(run, part, f"half imported, {name}, as shipped", opts.show)
            measure(run, part, f"half imported, {name}, --assume-spun", opts.show, "--assume-spun")

if __name__ == "__main__":
    main()
