"""example.py LIBRARY DATA_DIR: libunspin from Python, by ctypes alone. Restores standard input to standard output, in two
threads at once, each with a session of its own; says on standard error what was done.

Opaque handles, errors as values and structs that carry their own size: nothing here knows more than unspin.h says.
"""
import ctypes
import sys
import threading
from ctypes import POINTER, Structure, byref, c_char, c_char_p, c_double, c_int, c_size_t, c_void_p


class Error(Structure):
    _fields_ = [('status', c_int), ('message', c_char * 500)]


class Text(Structure):
    _fields_ = [('text', c_void_p), ('len', c_size_t)]

    def __bytes__(self):
        return ctypes.string_at(self.text, self.len) if self.len else b''


class Edit(Structure):  # its beginning: more may follow
    _fields_ = [('begin', c_size_t), ('end', c_size_t), ('begin_cp', c_size_t), ('end_cp', c_size_t), ('line', c_size_t),
                ('column', c_size_t), ('before', Text), ('after', Text), ('confidence', c_double), ('row', c_char_p),
                ('source', c_char_p)]


class UnspinError(Exception):
    pass


class Unspin:
    """Knowledge, open; shared by all threads."""

    def __init__(self, library, data_dir):
        self.lib = ctypes.CDLL(library)
        for name in ('knowledge_open', 'session_new', 'restore'):
            getattr(self.lib, 'unspin_' + name).restype = c_int
        for name in ('knowledge_close', 'session_free', 'result_free'):
            getattr(self.lib, 'unspin_' + name).argtypes = [c_void_p]
            getattr(self.lib, 'unspin_' + name).restype = None
        self.lib.unspin_version.restype = c_char_p
        self.lib.unspin_knowledge_hash.restype = c_char_p
        self.lib.unspin_knowledge_hash.argtypes = [c_void_p]
        self.lib.unspin_result_text.restype = Text
        self.lib.unspin_result_text.argtypes = [c_void_p]
        self.lib.unspin_result_edit_count.restype = c_size_t
        self.lib.unspin_result_edit_count.argtypes = [c_void_p]
        self.lib.unspin_result_edit.restype = POINTER(Edit)
        self.lib.unspin_result_edit.argtypes = [c_void_p, c_size_t]
        self.knowledge = self.ask('knowledge_open', data_dir.encode())

    def ask(self, name, *args):
        """Calls what gives a handle; errors become exceptions."""
        out, err = c_void_p(), Error()
        if getattr(self.lib, 'unspin_' + name)(*args, byref(out), byref(err)):
            assert not out.value, 'on failure out-pointers are NULL'
            raise UnspinError(err.message.decode())
        return out

    def restore(self, text):
        """(restored text, [(begin, end, after, row)])"""
        session = self.ask('session_new', self.knowledge)
        result = self.ask('restore', session, c_char_p(text), c_size_t(len(text)), None)
        edits = []
        for i in range(self.lib.unspin_result_edit_count(result)):
            edit = self.lib.unspin_result_edit(result, i).contents
            edits.append((edit.begin, edit.end, bytes(edit.after), edit.row.decode() if edit.row else None))
        plain = bytes(self.lib.unspin_result_text(result))
        self.lib.unspin_result_free(result)
        self.lib.unspin_session_free(session)
        return plain, edits

    def close(self):
        self.lib.unspin_knowledge_close(self.knowledge)
        self.knowledge = None


def main():
    library, data_dir = sys.argv[1:]
    text = sys.stdin.buffer.read()
    try:
        Unspin(library, '/nonexistent')
        sys.exit('example: opened what is not there')
    except UnspinError as problem:
        print(problem, file=sys.stderr)
    unspin = Unspin(library, data_dir)
    results = []
    threads = [threading.Thread(target=lambda: results.append(unspin.restore(text))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    unspin.close()
    assert len(results) == 2 and results[0] == results[1], 'two threads, one answer'
    plain, edits = results[0]
    for begin, end, after, row in reversed(edits):
        text = text[:begin] + after + text[end:]
    assert text == plain, 'the edits make the text'
    print(len(edits), 'edits', file=sys.stderr)
    sys.stdout.buffer.write(plain)


if __name__ == '__main__':
    main()
