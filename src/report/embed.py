#!/usr/bin/env python3
"""Makes html_files.c of data/report/: pages with style, script and the policy that lets only this script run.

Usage: embed.py OUTPUT.c DIR
"""
import base64
import hashlib
import pathlib
import sys


# Pages, and whose script each has.
PAGES = {'page': 'page', 'index': 'index', 'check': 'check', 'score': 'index'}


def page(folder, name):
    """NAME.html with report.css and its script put in. What is left in {{braces}} is for the program."""
    style = (folder / 'report.css').read_text(encoding='utf-8')
    script = (folder / f'{PAGES[name]}.js').read_text(encoding='utf-8')
    if '</script' in script or '</style' in style:
        sys.exit(f'{name}: ends its own element')
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    text = (folder / f'{name}.html').read_text(encoding='utf-8')
    for marker, value in (('<!--style-->', style), ('<!--script-->', script), ('<!--hash-->', f'sha256-{digest}')):
        if text.count(marker) != 1:
            sys.exit(f'{name}.html: {marker} must stand there once')
        text = text.replace(marker, value)
    return text.encode()


def main(output, folder):
    folder = pathlib.Path(folder)
    with open(output, 'w', encoding='ascii') as out:
        out.write('#include "report/html.h"\n')
        for name in PAGES:
            data = page(folder, name)
            numbers = ','.join(str(byte) for byte in data)
            out.write(f'static const unsigned char {name}_bytes[] = {{{numbers}}};\n')
            out.write(f'const us_slice us_web_{name} = {{(const char *){name}_bytes, {len(data)}}};\n')


main(*sys.argv[1:])
