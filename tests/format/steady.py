"""What the tests of formats share: they are about places, not about words, so only a few phrases may be restored at all."""
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'cli'))
import harness

# what the spinner left, and what stood there; rows that any table holds
PHRASES = [(['govt'], 'government'), (['fairway', 'gentle'], 'green light'), (['lend', 'a', 'hand'], 'help')]


class SteadyCase(harness.Case):
    """All words of TEXTS that are none of the phrases' are protected, whatever the engine thinks of them."""
    TEXTS = (harness.SPUN.decode(),)

    def setUp(self):
        super().setUp()
        ours = {w for words, _ in PHRASES for w in words}
        words = {w for text in self.TEXTS for w in re.findall(r"[^\W\d_]+", text) if w.lower() not in ours}
        self.write('.protected', '\n'.join(sorted(words)).encode())

    def clean(self, *args, **more):
        return super().clean('--protect-file', '.protected', *args, **more)
