#!/usr/bin/env python3
"""How long `unspin clean` takes and how much memory, start-up included.

usage: clean_bench.py UNSPIN HUNSPELL_DIR DATA_DIR SAMPLE... -- CLEAN_SAMPLE...

Wall time is the median of 31 runs of the whole program; memory the largest resident set of one run, of which the mapped data is shared
between processes. Start-up is set beside merely reading the files that it opens. Throughput is processor time, start-up subtracted: of the
samples one by one, which is what articles cost, and of one long text made of them over and over. A spun text is gone over until nothing
changes any more, twice or more often; a clean one once. A pass of the hunspell program
over the same words, in the same run, is the yardstick for other machines (left out where it is not installed).
"""
import os, pathlib, shutil, statistics, subprocess, sys, tempfile, time

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

def cpu_seconds(command):
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{command[0]} failed")
    return usage.ru_utime + usage.ru_stime

def read_ms(paths):
    start = time.perf_counter()
    for path in paths:
        path.read_bytes()
    return 1000 * (time.perf_counter() - start)

def words_a_second(unspin, paths, start_up, *options):
    """Of the files, one document each, in one process, one after the other."""
    words = sum(len(pathlib.Path(p).read_bytes().split()) for p in paths)
    repeated = list(paths) * max(1, 20000 // words)
    seconds = cpu_seconds([unspin, "clean", "-j1", *options, *map(str, repeated)]) - start_up
    return words * (len(repeated) // len(paths)) / seconds

def long_text(paths, folder, name):
    text = b"\n\n".join(pathlib.Path(p).read_bytes() for p in paths)
    big = pathlib.Path(folder) / name
    big.write_bytes((text + b"\n\n") * max(1, 400_000 // len(text)))
    return big

def throughput(unspin, name, paths, start_up, folder):
    articles = words_a_second(unspin, paths, start_up)
    big = long_text(paths, folder, name)
    print(f"{name} articles, one core       {articles:8.0f} words a second")
    print(f"{name} text of 400 kB, one core {words_a_second(unspin, [big], start_up):8.0f} words a second")
    return articles, big

def main():
    unspin, hunspell_dir, data, samples = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3]), sys.argv[4:]
    at = samples.index("--")
    spun, clean = samples[:at], samples[at + 1:]
    article = b"\n".join(pathlib.Path(p).read_bytes() for p in spun)
    four_kb = (article * (4096 // len(article) + 1))[:4096].rsplit(b" ", 1)[0]
    command = [unspin, "clean", "-"]
    opened = [p for p in map(data.joinpath, ("forms.bin", "phrases.db", "channel.bin", "expressions.bin", "plain.lm", "plain.vec")) if p.exists()]
    one_word = median_ms(command, b"word")
    reading = statistics.median(read_ms(opened) for _ in range(11))
    print(f"clean of an empty file         {median_ms(command, b''):8.1f} ms")
    print(f"clean of one word              {one_word:8.1f} ms  (all data opened; {one_word / reading:.1f} times reading the same files)")
    print(f"clean of a 4 kB spun article   {median_ms(command, four_kb):8.1f} ms")
    print(f"resident memory, one word      {resident_mb(command, b'word'):8.1f} MB")
    print(f"resident memory, 4 kB article  {resident_mb(command, four_kb):8.1f} MB")
    with tempfile.TemporaryDirectory() as folder:
        word = pathlib.Path(folder) / "word"
        word.write_text("word")
        start_up = statistics.median(cpu_seconds([unspin, "clean", str(word)]) for _ in range(11))
        of_spun, big = throughput(unspin, "spun ", spun, start_up, folder)
        of_clean, _ = throughput(unspin, "clean", clean, start_up, folder)
        text = big.read_bytes()
        fast = words_a_second(unspin, spun, start_up, "--fast")
        twice = pathlib.Path(folder) / "twice"
        twice.write_bytes(text * 2)
        growth = words_a_second(unspin, [big], start_up) / words_a_second(unspin, [twice], start_up)
        model = str(data / "plain.lm")
        model_pass = cpu_seconds([unspin, "model", "eval", model, str(big)]) - cpu_seconds([unspin, "model", "eval", model, str(word)])
    print(f"clean articles against spun    {of_clean / of_spun:8.1f} times as fast")
    print(f"spun  articles with --fast     {fast:8.0f} words a second, {fast / of_spun:.1f} times as fast")
    print(f"twice as long a text           {growth:8.2f} times the time a word")
    model_rate = len(text.split()) / model_pass
    print(f"one pass of the language model {model_rate:8.0f} words a second; unspin takes {model_rate / of_spun:.1f} times as long for spun text, "
          f"{model_rate / of_clean:.2f} for clean, {model_rate / fast:.2f} with --fast")
    print(f"resident memory, 400 kB        {resident_mb(command, text):8.1f} MB")
    if shutil.which("hunspell"):
        spell = ["hunspell", "-l", "-i", "utf-8", "-d", os.path.join(hunspell_dir, "en_US")]
        base = median_ms(spell, b"word", 5) / 1000
        rate = len(text.split()) / (run(spell, text) - base)
        print(f"hunspell -l, the 400 kB text   {rate:8.0f} words a second; unspin takes {rate / of_spun:.1f} times as long "
              f"for spun text, {rate / of_clean:.2f} for clean, {rate / fast:.2f} with --fast")

if __name__ == "__main__":
    main()
