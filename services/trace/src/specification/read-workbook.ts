import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';

/** A cell as it stands in the file: its type (`inlineStr`, `b`, `n`, `f` for a formula) and its text. */
type ReadCell = readonly [type: string, text: string];
export type ReadSheets = Readonly<Record<string, readonly (readonly (ReadCell | null)[])[]>>;

/** Reads by the standard alone (ZIP and XML of Python), so that no code of ours vouches for itself. */
const READER = `
import json, re, sys, zipfile
import xml.etree.ElementTree as tree
M = '{http://schemas.openxmlformats.org/spreadsheetml/2006/main}'
R = '{http://schemas.openxmlformats.org/officeDocument/2006/relationships}'
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
targets = {r.get('Id'): r.get('Target') for r in tree.fromstring(z.read('xl/_rels/workbook.xml.rels'))}
types = {t.get('PartName') for t in tree.fromstring(z.read('[Content_Types].xml')) if t.get('PartName')}
assert types == {'/' + n for n in z.namelist() if n.startswith('xl/') and not n.endswith('.rels')}, types
column = lambda letters: sum((ord(c) - 64) * 26 ** n for n, c in enumerate(reversed(letters))) - 1
unescape = lambda t: re.sub('_x([0-9A-Fa-f]{4})_', lambda m: chr(int(m.group(1), 16)), t)
sheets = {}
for sheet in tree.fromstring(z.read('xl/workbook.xml')).find(M + 'sheets'):
    rows = []
    for row in tree.fromstring(z.read('xl/' + targets[sheet.get(R + 'id')])).find(M + 'sheetData'):
        assert int(row.get('r')) == len(rows) + 1
        cells = []
        for c in row:
            at = column(re.match('[A-Z]+', c.get('r')).group(0))
            cells += [None] * (at - len(cells))
            kind = 'f' if c.find(M + 'f') is not None else c.get('t', 'n')
            text = ''.join(t.text or '' for t in c.iter(M + 't')) if kind == 'inlineStr' else c.find(M + 'v').text
            cells.append([kind, unescape(text) if kind == 'inlineStr' else text])
        rows.append(cells)
    sheets[sheet.get('name')] = rows
json.dump(sheets, sys.stdout)
`;

/** What another program finds in a workbook, sheet by sheet. Needs python3. */
export async function readWorkbook(file: Readable): Promise<ReadSheets> {
  const folder = await mkdtemp(join(tmpdir(), 'workbook-'));
  try {
    const path = join(folder, 'answer.xlsx');
    await writeFile(path, await buffer(file));
    const { stdout } = await promisify(execFile)('python3', ['-c', READER, path], { maxBuffer: 64 * 1024 * 1024 });
    return JSON.parse(stdout) as ReadSheets;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
