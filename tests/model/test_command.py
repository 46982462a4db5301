#!/usr/bin/env python3
"""`unspin model`, from outside. usage: test_command.py UNSPIN; exit status 77 (skipped) if it has no such command."""
import os
import signal
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
