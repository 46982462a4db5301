#!/usr/bin/env python3
"""How fast a batch job is, and what it adds to the engine's own time.

usage: batch_bench.py UNSPIN [FILES [RUNS]] -- SAMPLE...        (10,000 files of 4 kB, 3 runs if nothing is said)

Texts of 4 kB, each made of one sample's paragraphs in another order, into a tree of 100 folders. Printed are

- files and words a second of one thread and of two, wall time, the best of RUNS (in turn, so that a busy machine harms both alike), and how
  much more two do. To be read on a machine with two idle cores.
- what a file costs beside the engine: processor and wall seconds of `unspin batch` (walk, read, hash, journal, write, sync, rename) less
  those of one process that restores the same texts out of one stream of JSON Lines, on one thread each. Processor seconds hold on a
  busy machine too; waiting for the disk does not show in them, but in the wall time.
"""
import json, os, pathlib, random, subprocess, sys, tempfile, time

def measure(command, out=subprocess.DEVNULL, given=None):
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL, stdin=given)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{command[:3]} failed")
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime

def make_texts(folder, samples, files):
    rng = random.Random(1)
    paragraphs = [[p for p in pathlib.Path(s).read_text().split("\n\n") if p.strip()] for s in samples]
    words = 0
    with open(folder / "all.jsonl", "w") as lines:
        for n in range(files):
            text = f"Article {n}.\n\n"
            while len(text) < 4096:
                text += rng.choice(paragraphs[n % len(samples)]) + "\n\n"
            text = text[:4096].rsplit(" ", 1)[0] + "\n"
            path = folder / "in" / f"{n % 100:02}" / f"{n}.txt"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            words += len(text.split())
            lines.write(json.dumps({"text": text}) + "\n")
    return words

def main():
    at = sys.argv.index("--")
    unspin, numbers, samples = sys.argv[1], [int(a) for a in sys.argv[2:at]], sys.argv[at + 1:]
    files, runs = (numbers + [10000, 3][len(numbers):])
    with tempfile.TemporaryDirectory(prefix="unspin-bench-") as name:
        folder = pathlib.Path(name)
        words = make_texts(folder, samples, files)
        best = {}
        for _ in range(runs):
            for threads in 1, 2:
                subprocess.run(["rm", "-rf", folder / "out"], check=True)
                got = measure([unspin, "batch", "-q", f"-j{threads}", "-o", folder / "out", folder / "in"])
                best[threads] = min(best.get(threads, got), got)
                print(f"# {threads}: {got[0]:.1f} s wall, {got[1]:.1f} s processor", file=sys.stderr, flush=True)
            with open(folder / "all.jsonl") as given:
                got = measure([unspin, "clean", "-j1", "--format", "jsonl"], given=given)
            best["engine"] = min(best.get("engine", got), got)
    for threads in 1, 2:
        wall, cpu = best[threads]
        print(f"{threads} thread{'s' * (threads > 1)}: {files / wall:8.1f} files a second, {words / wall:9.0f} words a second; "
              f"{wall:.1f} s wall, {cpu:.1f} s processor")
    print(f"two threads do {best[1][0] / best[2][0]:.2f} times the work of one (load of the machine: {os.getloadavg()[0]:.1f})")
    (wall, cpu), (engine_wall, engine_cpu) = best[1], best["engine"]
    print(f"engine alone, one thread: {files / engine_wall:8.1f} texts a second; {engine_wall:.1f} s wall, {engine_cpu:.1f} s processor")
    print(f"beside the engine a file costs {1000 * (cpu - engine_cpu) / files:.3f} ms of processor ({100 * (cpu / engine_cpu - 1):.1f} %), "
          f"{1000 * (wall - engine_wall) / files:.3f} ms wall ({100 * (wall / engine_wall - 1):.1f} %)")

if __name__ == "__main__":
    main()
