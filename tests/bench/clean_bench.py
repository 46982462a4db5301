#!/usr/bin/env python3
"""How long `unspin clean` takes and how much memory, start-up included.

usage: clean_bench.py UNSPIN HUNSPELL_DIR SAMPLE...

Wall time is the median of 31 runs of the whole program; memory the largest resident set of one run, of which the mapped data is shared
between processes. Throughput comes from a text made of the samples over and over, start-up subtracted. A pass of the hunspell program
over the same words, in the same run, is the yardstick for other machines (left out where it is not installed).
"""
import os, pathlib, resource, shutil, statistics, subprocess, sys, tempfile, time

def run(command, text):
    start = time.perf_counter()
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{command[0]} failed")
    return seconds

def median_ms(command, text, runs=31):
    return 1000 * statistics.median(run(command, text) for _ in range(runs))

def resident_mb(command, text):
    with tempfile.TemporaryFile() as f:
        f.write(text)
        f.seek(0)
        child = subprocess.Popen(command, stdin=f, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        return usage.ru_maxrss / 1024

def main():
    unspin, hunspell_dir, samples = sys.argv[1], sys.argv[2], sys.argv[3:]
    article = b"\n".join(pathlib.Path(p).read_bytes() for p in samples)
    four_kb = (article * (4096 // len(article) + 1))[:4096].rsplit(b" ", 1)[0]
    clean = [unspin, "clean", "-"]
    big = article * (2_000_000 // len(article))
    words = len(big.split())
    empty = median_ms(clean, b"")
    small = median_ms(clean, b"word")
    print(f"clean of an empty file        {empty:8.1f} ms")
    print(f"clean of one word             {small:8.1f} ms  (all data opened)")
    print(f"clean of a 4 kB spun article  {median_ms(clean, four_kb):8.1f} ms")
    print(f"resident memory, 4 kB article {resident_mb(clean, four_kb):8.1f} MB")
    spun = run(clean, big) - small / 1000
    print(f"spun text, one core           {words / spun:8.0f} words a second")
    if shutil.which("hunspell"):
        spell = ["hunspell", "-l", "-i", "utf-8", "-d", os.path.join(hunspell_dir, "en_US")]
        base = median_ms(spell, b"word", 5) / 1000
        seconds = run(spell, big) - base
        print(f"hunspell -l on the same words {words / seconds:8.0f} words a second; unspin takes {spun / seconds:.1f} times as long")

if __name__ == "__main__":
    main()
