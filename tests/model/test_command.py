#!/usr/bin/env python3
"""`unspin model`, from outside. usage: test_command.py UNSPIN; exit status 77 (skipped) if it has no such command."""
import os
import re
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TRAIN, TEST = os.path.join(HERE, "train.txt"), os.path.join(HERE, "test.txt")
UNSPIN = sys.argv.pop(1) if len(sys.argv) > 1 else "unspin"


def run(*args, text=None):
    return subprocess.run([UNSPIN, "model", *args], input=text, capture_output=True, text=True, timeout=120)


def long_text(times):
    with open(TRAIN, "rb") as f:
        return f.read() * times


class Command(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def train(self, *args):
        done = run("train", "-o", self.path("a.lm"), "--tokenized", *args, TRAIN)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def test_train_reports(self):
        done = self.train("--order", "3")
        self.assertIn("kept 4968 of 4968 words", done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(os.listdir(self.folder.name), ["a.lm"])

    def test_eval(self):
        self.train("--order", "3", "--bits", "32")
        with open(os.path.join(HERE, "reference.tsv")) as f:
            want = [line.split("\t") for line in f if line.startswith("3\t")][0]
        done = run("eval", self.path("a.lm"), TEST)
        self.assertIn("perplexity %.4f" % float(want[1]), done.stdout)
        self.assertRegex(done.stdout, r"unknown \d+ \(\d+\.\d+%\)")
        self.assertRegex(done.stdout, r"longest n-gram found: 1: [\d.]+% 2: [\d.]+% 3: [\d.]+%")
        lines = run("eval", "--per-line", self.path("a.lm"), TEST).stdout.splitlines()
        self.assertEqual(len(lines), 60 + 4)
        self.assertAlmostEqual(float(lines[0].split("\t")[0]), float(want[3]), places=3)

    def test_score_says_word_by_word(self):
        self.train("--order", "3")
        lines = run("score", self.path("a.lm"), text="the mayor zzz\n").stdout.splitlines()
        self.assertEqual([line.split("\t")[2] for line in lines if line], ["the", "mayor", "zzz", "</s>"])
        self.assertTrue(lines[2].endswith("unknown"))

    def test_info(self):
        self.train("--order", "2", "--bits", "7")
        done = run("info", "--verify", self.path("a.lm"))
        self.assertEqual(done.returncode, 0)
        for part in ("order 2", "source: train.txt weight 1", "every n-gram is in its place", "trained on 4968 words"):
            self.assertIn(part, done.stdout)

    def test_arpa_there_and_back(self):
        self.train("--bits", "32")
        first = run("export", self.path("a.lm")).stdout
        with open(self.path("a.arpa"), "w") as f:
            f.write(first)
        self.assertEqual(run("import", "-o", self.path("b.lm"), "--bits", "32", self.path("a.arpa")).returncode, 0)
        self.assertEqual(run("export", self.path("b.lm")).stdout, first)

    def test_weights_and_limits(self):
        done = run("train", "-o", self.path("a.lm"), "--max-size", "30k", "--tokenized", "--weight", "2", TRAIN, "--weight", "0.5", TEST)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertLessEqual(os.path.getsize(self.path("a.lm")), 30 * 1024)
        self.assertIn("weight 0.5", run("info", self.path("a.lm")).stdout)

    def test_choice_of_words_and_ngrams(self):
        """Some options leave fewer words or n-grams, others only say how they are counted."""
        def size(*args):
            self.train(*args, "--order", "3")
            return os.path.getsize(self.path("a.lm"))

        whole = size()
        for args in (["--vocab", "50"], ["--min-count", "3"], ["--drop-below", "2"], ["--drop-below", "1,3"], ["--prune", "1e-4"]):
            self.assertLess(size(*args), whole, args)
        for args in (["--threads", "1"], ["--threads", "3"], ["--memory", "1M", "--temp", self.folder.name]):
            self.assertEqual(size(*args), whole, args)
        self.assertEqual(os.listdir(self.folder.name), ["a.lm"])

    def test_abbreviations(self):
        with open(self.path("t.txt"), "w") as f:
            f.write("We met Mr. Smith and approx. Ten of them. They left.\n" * 30)
        with open(self.path("abbr"), "w") as f:
            f.write("approx\nmr\n")
        sentences = []
        for args in ([], ["--abbreviations", self.path("abbr")]):
            done = run("train", "-o", self.path("a.lm"), *args, self.path("t.txt"))
            self.assertEqual(done.returncode, 0, done.stderr)
            sentences.append(int(re.search(r"(\d+) sentences", done.stderr).group(1)))
        self.assertLess(sentences[1], sentences[0])

    def test_what_is_left_out_is_told(self):
        with open(self.path("t.txt"), "w") as f:
            f.write("Some figures first, so that nobody need look for them.\n\na | b | c\n--|--|--\n1 | 2 | 3\n4 | 5 | 6\n\n"
                    "The baker opened at six. He closed at noon.\n\n" * 3)
        done = run("train", "-o", self.path("a.lm"), "--order", "6", self.path("t.txt"))
        self.assertEqual(done.returncode, 0, done.stderr)
        kept, all_words = map(int, re.search(r"kept (\d+) of (\d+) words", done.stderr).groups())
        lists, tables, repeated = map(int, re.search(r"left out: (\d+) in lists, (\d+) in tables, (\d+) repeated", done.stderr).groups())
        self.assertEqual(kept + lists + tables + repeated, all_words)
        self.assertGreater(tables, 0)
        self.assertGreater(repeated, 0)
        self.assertEqual(re.findall(r"(?m)^ +(\d) +\d+ +\d+$", done.stderr), list("123456"))

    def test_standard_input_and_names_behind_two_dashes(self):
        with open(TRAIN, "rb") as f:
            text = f.read()
        names = []
        for args in ([], ["-"], ["--", TRAIN], ["--", "-"]):
            done = run("train", "-o", self.path("a.lm"), "--order", "2", "--tokenized", *args, text=text.decode())
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("kept 4968 of 4968 words", done.stderr)
            names.append(re.search(r"source: (.*) weight 1", run("info", self.path("a.lm")).stdout)[1])
        self.assertEqual(names, [names[0], names[0], "train.txt", names[0]])

    def test_nothing_to_train_on(self):
        open(self.path("empty.txt"), "w").close()
        for args, text in (([self.path("empty.txt")], ""), ([], ""), (["-q", "-"], " \n\n"), (["--vectors", self.path("empty.txt")], "")):
            done = run("train", "-o", self.path("a.lm"), *args, text=text)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (2, "", "unspin: no words to train on\n"), args)
        self.assertEqual(os.listdir(self.folder.name), ["empty.txt"])

    def test_vectors_as_they_come(self):
        """Without --vocab and --epochs there are as many words as the text has, and two rounds."""
        sizes = {}
        for name, args in (("bare", []), ("again", ["--epochs", "2"]), ("none", ["--epochs", "0"]), ("few", ["--vocab", "20"])):
            done = run("train", "--vectors", "-q", "-o", self.path(name), "--tokenized", *args, TRAIN)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""), args)
            sizes[name] = os.path.getsize(self.path(name))
        self.assertEqual((sizes["bare"], sizes["bare"]), (sizes["again"], sizes["none"]))
        self.assertLess(sizes["few"], sizes["bare"])

    def test_what_is_no_file_is_not_replaced(self):
        self.train("--order", "2")
        os.mkfifo(self.path("pipe"))
        os.mkdir(self.path("folder"))
        for name in ("pipe", "folder"):
            for args in (["train", "-o", self.path(name), TRAIN], ["train", "--vectors", "-o", self.path(name), TRAIN],
                         ["export", "-o", self.path(name), self.path("a.lm")]):
                done = run(*args)
                self.assertEqual((done.returncode, done.stdout), (2, ""), args)
                self.assertRegex(done.stderr, r"^unspin: .*%s: is not a regular file\n$" % name)
        self.assertTrue(stat.S_ISFIFO(os.stat(self.path("pipe")).st_mode))
        self.assertEqual(sorted(os.listdir(self.folder.name)), ["a.lm", "folder", "pipe"])
        self.assertEqual(os.listdir(self.path("folder")), [])

    def test_messages_name_what_is_wrong(self):
        out = ["-o", self.path("x")]
        for args, because in ((["--prune", "1e9"], "--prune: not a number: '1e9'"), (["--prune", "1x"], "--prune: not a number: '1x'"),
                              (["--prune", ""], "--prune: not a number: ''"), (["--weight", "nan"], "--weight: not a number: 'nan'"),
                              (["--weight", "0", TEST], "weight 0: must be"), (["--drop-below", "2;3"], "--drop-below: not a list of numbers: '2;3'"),
                              (["--drop-below", "99999999999"], "--drop-below: not a list of numbers: '99999999999'"),
                              (["--vocab", ":"], "--vocab: not a number: ':'"), (["--order", "7"], "order 7: must be 1 to 6"),
                              (["--bits", "20"], "20 bits: must be 1 to 16, or 32"), (["--threads", "1025"], "not a number: '1025'"),
                              (["--max-size", "1"], "more than the size allowed"), (["--memory", "1e"], "--memory: not a size: '1e'"),
                              (["--abbreviations", self.path("none")], "none: cannot open"), (["--nope"], "without its value: '--nope'"),
                              (["--memory", "1", "--temp", self.path("none")], "none: cannot create a temporary file in it"),
                              (["--epochs"], "model train: unknown option, or one without its value: '--epochs'"),
                              (["--", TRAIN, self.path("none")], "none: cannot open")):
            done = run("train", *out, "--tokenized", TRAIN, *args)
            self.assertEqual((done.returncode, done.stdout, len(done.stderr.splitlines())), (2, "", 1), (args, done))
            self.assertIn(because, done.stderr)
        self.assertEqual(run("train", TRAIN).stderr, "unspin: model train: where to? Give -o FILE\n")
        self.assertEqual(os.listdir(self.folder.name), [])

    def test_quiet_and_help(self):
        self.assertEqual(self.train("-q").stderr, "")
        for args in (["--help"], ["train", "--help"], ["near", "--help"]):
            done = run(*args)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertTrue(done.stdout.startswith("Usage: unspin model train"), done.stdout[:100])

    def test_vectors_and_near(self):
        done = run("train", "--vectors", "-o", self.path("a.vec"), "--tokenized", "--vocab", "300", "--epochs", "3", TRAIN)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = run("near", self.path("a.vec"), "the", "zzzz")
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual(lines[1], "zzzz: has no vectors")
        near = re.findall(r" (\S+) (-?\d\.\d\d)(?= |$)", lines[0])
        self.assertGreater(len(near), 4, lines)
        self.assertNotIn("the", [word for word, _ in near])
        likeness = [float(x) for _, x in near]
        self.assertEqual(likeness, sorted(likeness, reverse=True))
        for args in (["near"], ["near", self.path("a.vec")], ["near", TRAIN, "the"], ["near", self.path("absent"), "the"]):
            done = run(*args)
            self.assertEqual((done.returncode, len(done.stderr.splitlines())), (2, 1), done)

    def test_bad_numbers(self):
        for option, values in (("--vocab", ("x", "-1", "4294967296")), ("--min-count", ("", "2x")), ("--drop-below", ("", "1,", "a", "1,2,3,4,5,6,7")),
                               ("--prune", ("x", "-1")), ("--memory", ("x", "4Q", "-1")), ("--threads", ("x", "5000")), ("--weight", ("x", "-1")),
                               ("--epochs", ("x", "101")), ("--order", ("0", "x")), ("--bits", ("0", "17", "33")), ("--max-size", ("", "x"))):
            for value in values:
                done = run("train", "-o", self.path("x"), option, value, TRAIN)
                self.assertEqual((done.returncode, len(done.stderr.splitlines())), (2, 1), (option, value, done))
                self.assertTrue(done.stderr.startswith("unspin: "), done.stderr)
        self.assertEqual(os.listdir(self.folder.name), [])

    def test_mistakes(self):
        for args in (["train", TRAIN], ["train", "-o", self.path("x"), "--order", "9", TRAIN], ["train", "-o", self.path("x"), "--max-size", "4Q", TRAIN],
                     ["train", "-o", self.path("x"), self.path("absent")], ["train", "-o", self.path("no/x"), TRAIN], ["eval", TRAIN, TEST],
                     ["eval"], ["info", self.path("absent")], ["import", TRAIN], ["import", "-o", self.path("x"), TRAIN], ["frobnicate"], []):
            done = run(*args)
            self.assertEqual(done.returncode, 2, args)
            self.assertTrue(done.stderr.startswith("unspin: "), done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertEqual(os.listdir(self.folder.name), [])

    def test_interrupted(self):
        with subprocess.Popen([UNSPIN, "model", "train", "-o", self.path("a.lm"), "-"], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as p:
            text = long_text(40)
            p.stdin.write(text)
            p.stdin.flush()
            p.send_signal(signal.SIGINT)
            try:
                for _ in range(50):
                    p.stdin.write(text)
                p.stdin.close()
            except BrokenPipeError:
                pass
            p.wait(60)
            self.assertEqual(p.returncode, 2)
            self.assertIn(b"cancelled", p.stderr.read())
        self.assertEqual(os.listdir(self.folder.name), [])

    def test_killed(self):
        with subprocess.Popen([UNSPIN, "model", "train", "-q", "-o", self.path("a.lm"), "--memory", "1", "-"], stdin=subprocess.PIPE) as p:
            p.stdin.write(long_text(200))
            p.stdin.flush()
            time.sleep(0.3)
            p.kill()
            p.wait(60)
            try:
                p.stdin.close()
            except BrokenPipeError:
                pass
        self.assertEqual(os.listdir(self.folder.name), [])


if subprocess.run([UNSPIN, "help", "model"], capture_output=True).returncode != 0 and "--anyway" not in sys.argv:
    print("skipped: this unspin has no command 'model'")
    sys.exit(77)
sys.argv = [a for a in sys.argv if a != "--anyway"]
unittest.main()
