#!/usr/bin/env python3
"""Much JSON Lines through standard input: is memory flat, does order hold?

usage: stream_bench.py UNSPIN [MEGABYTES [SPUN_PERCENT [TEXT_PERCENT]]] -- SAMPLE...
       (1,000 MB, 5 per cent of the texts spun, the lines all text, if nothing is said)

Lines of about 2 kB of text whose id counts up; the text of most is clean. With TEXT_PERCENT the rest of each line stands in another key,
as in crawls, which tests the stream without waiting for the engine. A twentieth of the size goes through first: the yardstick of memory.
"""
import json, os, pathlib, subprocess, sys, threading, time

def lines(megabytes, share, portion, spun, clean):
    made = n = 0
    page = "<p>" * (2000 * (100 - portion) // portion // 3)
    while made < megabytes * 1_000_000:
        text = (spun if n % 100 < share else clean)[n % 3]
        line = json.dumps({"id": n, "page": page, "text": text}).encode() + b"\n"
        made += len(line)
        n += 1
        yield line

def run(unspin, megabytes, share, portion, spun, clean):
    began = time.perf_counter()
    child = subprocess.Popen([unspin, "clean", "--format", "jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    def feed():
        for line in lines(megabytes, share, portion, spun, clean):
            child.stdin.write(line)
        child.stdin.close()
    feeder = threading.Thread(target=feed)
    feeder.start()
    n = size = 0
    for line in child.stdout:
        if json.loads(line)["id"] != n:
            sys.exit(f"line {n}: order is lost")
        n += 1
        size += len(line)
    feeder.join()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"status {status}")
    expected = sum(1 for _ in lines(megabytes, share, portion, spun, clean))
    if n != expected:
        sys.exit(f"{expected} lines in, {n} out")
    return n, size, usage.ru_maxrss / 1024, time.perf_counter() - began, usage.ru_utime + usage.ru_stime

def main():
    at = sys.argv.index("--")
    unspin, numbers, samples = sys.argv[1], [int(a) for a in sys.argv[2:at]], sys.argv[at + 1:]
    megabytes, share, portion = numbers + [1000, 5, 100][len(numbers):]
    texts = {kind: [pathlib.Path(s).read_text()[:2000] for s in samples if f".{kind}." in s] for kind in ("spun", "plain")}
    memory = []
    for mb in max(1, megabytes // 20), megabytes:
        n, size, rss, wall, cpu = run(unspin, mb, share, portion, texts["spun"], texts["plain"])
        memory.append(rss)
        print(f"{mb:5} MB: {n:,} lines, {size / 1e6:.1f} MB out, in order; {rss:.1f} MB resident; {wall:.1f} s, {n / wall:.0f} lines "
              f"and {size / 1e6 / wall:.2f} MB a second; {cpu:.1f} s processor", flush=True)
    print(f"memory of the large run: {memory[1] / memory[0]:.3f} times that of the small one")
    sys.exit(memory[1] > 1.2 * memory[0])

if __name__ == "__main__":
    main()
