"""systemd: load_env_file() and the clean-up of names, from the library that systemd itself uses."""
import base64
import ctypes
import glob
import json
import os
import sys

PATTERN = '/usr/lib/*/systemd/libsystemd-shared-*.so'


def text(data):
    """Bytes as JSON text; systemd lets only UTF-8 through."""
    return data.decode('utf-8')


def main():
    library = ctypes.CDLL(glob.glob(PATTERN)[0])
    clean = library.strv_env_clean_with_callback
    clean.restype = ctypes.POINTER(ctypes.c_char_p)
    clean.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_void_p, ctypes.c_void_p]
    library.log_set_max_level(0)
    for line in sys.stdin:
        fd = os.memfd_create('env')
        os.write(fd, base64.b64decode(line))
        entries = ctypes.POINTER(ctypes.c_char_p)()
        path = b'/proc/self/fd/%d' % fd
        outcome = None
        if library.load_env_file(None, path, ctypes.byref(entries)) >= 0:
            outcome, index = {}, 0
            kept = clean(entries, None, None) if entries else None
            while kept and kept[index]:
                name, _, value = kept[index].partition(b'=')
                outcome[text(name)] = text(value)
                index += 1
        os.close(fd)
        print(json.dumps(outcome), flush=True)


main()
