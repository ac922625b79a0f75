import {
  base64url,
  canonicalText,
  cosignNote,
  digestOf,
  disclosureDigest,
  formatNote,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  leafHash,
  readNote,
  type SignedNote,
  signNote,
} from '@cytoledger/attest';
import { erasedMark } from '@cytoledger/attest/evidence';
import { keyNamed, MONITORS, ORIGIN, WITNESSES } from './ledger.fixture.ts';
import type { SeededRandom } from './random.ts';

/** Changes a bundle; what it makes may still verify. */
export type Mutation = (bundle: Buffer, random: SeededRandom) => Buffer;

const edited = (change: (lines: string[], random: SeededRandom) => void): Mutation => {
  return (bundle, random) => {
    const lines = bundle.toString('utf8').split('\n');
    lines.pop();
    change(lines, random);
    return Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');
  };
};

/** One line, read and written canonically again. */
const reworded = (change: (line: Draft, random: SeededRandom) => void, kind?: string): Mutation =>
  edited((lines, random) => {
    const at = pickLine(lines, random, kind);
    if (at === undefined) return;
    const line = JSON.parse(lines[at]!) as Draft;
    change(line, random);
    lines[at] = canonicalText(line as JsonObject);
  });

/** The text of one line. */
const respelled = (change: (line: string, random: SeededRandom) => string): Mutation =>
  edited((lines, random) => {
    const at = random.below(lines.length);
    lines[at] = change(lines[at]!, random);
  });

/** A signed note in one line. */
const renoted = (change: (note: SignedNote, random: SeededRandom) => SignedNote, kinds = ['checkpoint', 'heads']): Mutation =>
  reworded((line, random) => {
    if (typeof line['note'] === 'string') line['note'] = formatNote(change(readNote(line['note']), random));
  }, kinds.join('|'));

type Draft = { [member: string]: JsonValue };

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'flip a bit': (bundle, random) => {
    const copy = Buffer.from(bundle);
    copy[random.below(copy.length)]! ^= 1 << random.below(8);
    return copy;
  },
  'replace a byte': (bundle, random) => {
    const copy = Buffer.from(bundle);
    copy[random.below(copy.length)] = random.below(256);
    return copy;
  },
  'remove a byte': (bundle, random) => {
    const at = random.below(bundle.length);
    return Buffer.concat([bundle.subarray(0, at), bundle.subarray(at + 1)]);
  },
  'insert a byte': (bundle, random) => {
    const at = random.below(bundle.length + 1);
    return Buffer.concat([bundle.subarray(0, at), Buffer.of(random.below(256)), bundle.subarray(at)]);
  },
  'cut off': (bundle, random) => bundle.subarray(0, random.below(bundle.length)),
  'cut off whole lines': edited((lines, random) => lines.splice(random.below(lines.length))),
  'append something': (bundle, random) =>
    Buffer.concat([bundle, Buffer.from(random.pick(['\n', '{}\n', '{"kind":"end"}\n', 'x', ' ', '{"kind":"entry"}', '\0']))]),

  'drop a line': edited((lines, random) => lines.splice(random.below(lines.length), 1)),
  'drop an entry and count again': edited((lines, random) => {
    lines.splice(pickLine(lines, random, 'entry')!, 1);
    recount(lines);
  }),
  'drop the last entry of a stream and count again': edited((lines, random) => {
    const { stream } = headerAt(lines, pickLine(lines, random, 'entry')!);
    const at = lines.findLastIndex((line) => line.includes(`"stream":"${stream}","v":1}`));
    lines.splice(at, 1);
    recount(lines);
  }),
  'drop a stream and count again': edited((lines, random) => {
    const { stream } = headerAt(lines, pickLine(lines, random, 'entry')!);
    const left = lines.filter((line) => !line.includes(`"stream":"${stream}","v":1}`) && !isStreamLine(line, String(stream)));
    lines.splice(0, lines.length, ...left);
    recount(lines);
  }),
  'repeat a line': edited((lines, random) => {
    const at = random.below(lines.length);
    lines.splice(at, 0, lines[at]!);
  }),
  'repeat an entry and count again': edited((lines, random) => {
    const at = pickLine(lines, random, 'entry')!;
    lines.splice(at, 0, lines[at]!);
    recount(lines);
  }),
  'swap two neighbours': edited((lines, random) => {
    const at = random.below(lines.length - 1);
    [lines[at], lines[at + 1]] = [lines[at + 1]!, lines[at]!];
  }),
  'swap two lines': edited((lines, random) => {
    const [a, b] = [random.below(lines.length), random.below(lines.length)];
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
  }),
  'swap two entries': edited((lines, random) => {
    const [a, b] = [pickLine(lines, random, 'entry')!, pickLine(lines, random, 'entry')!];
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
  }),
  'swap the indices of two entries': edited((lines, random) => swapMembers(lines, random, 'entry', ['index'], (line) => line)),
  'swap a member between two lines of a kind': edited((lines, random) => {
    const kind = random.pick(['checkpoint', 'entry', 'entry', 'stream']);
    const members: Record<string, string[]> = {
      checkpoint: ['note', 'consistency'],
      entry: ['header', 'body', 'index', 'disclosures'],
      stream: ['stream', 'proof'],
    };
    swapMembers(lines, random, kind, [random.pick(members[kind]!)], (line) => line);
  }),
  'swap a member between two headers': edited((lines, random) => {
    const member = random.pick(['body', 'id', 'prev', 'recordedAt', 'seq', 'signatures', 'stream']);
    swapMembers(lines, random, 'entry', [member], (line) => line['header'] as Draft);
  }),
  'swap a member between two bodies': edited((lines, random) => {
    const member = random.pick(['actor', 'basis', 'causation', 'content', 'correlation']);
    swapMembers(lines, random, 'entry', [member], (line) => (isJsonObject(line['body']) ? (line['body'] as Draft) : {}));
  }),

  'change a value': reworded((line, random) => changeSomewhere(line, random)),
  'change a value of an entry': reworded((line, random) => changeSomewhere(line, random), 'entry'),
  'change a value of a line that is no entry': reworded(
    (line, random) => changeSomewhere(line, random),
    'bundle|checkpoint|prefix|heads|inclusion|stream|end',
  ),
  'change a body and its digest': reworded((line, random) => {
    if (!isJsonObject(line['body'])) return;
    changeSomewhere(line['body'] as Draft, random);
    (line['header'] as Draft)['body'] = digestOf(canonicalText(line['body'] as JsonObject));
  }, 'entry'),
  'change a body and all hashes after it': edited((lines, random) => {
    const at = pickLine(lines, random, 'entry')!;
    const line = JSON.parse(lines[at]!) as Draft;
    if (!isJsonObject(line['body'])) return;
    changeSomewhere(((line['body'] as Draft)['content'] as Draft)['data'] as Draft, random);
    (line['header'] as Draft)['body'] = digestOf(canonicalText(line['body'] as JsonObject));
    lines[at] = canonicalText(line as JsonObject);
    rechain(lines);
  }),
  'change a time and all hashes after it': edited((lines, random) => {
    const at = pickLine(lines, random, 'entry')!;
    const line = JSON.parse(lines[at]!) as Draft;
    const header = line['header'] as Draft;
    const moved = Date.parse(String(header['recordedAt'])) + (random.below(2) === 0 ? -1 : 1) * random.below(7_200_000);
    header['recordedAt'] = new Date(moved).toISOString();
    lines[at] = canonicalText(line as JsonObject);
    rechain(lines);
  }),
  'hide a body': reworded((line, random) => {
    line['body'] = random.pick(['withheld', 'erased', 'hidden']);
    if (random.below(2) === 0) line['disclosures'] = [];
  }, 'entry'),
  'remove a signature and all hashes after it': edited((lines, random) => {
    const signed = lines.flatMap((line, at) => (line.includes('"jws":') ? [at] : []));
    if (signed.length === 0) return;
    const at = random.pick(signed);
    const line = JSON.parse(lines[at]!) as Draft;
    (line['header'] as Draft)['signatures'] = ((line['header'] as Draft)['signatures'] as JsonValue[]).slice(1);
    lines[at] = canonicalText(line as JsonObject);
    rechain(lines);
  }),
  'move signatures to another event': edited((lines, random) =>
    swapMembers(lines, random, 'entry', ['signatures'], (line) => line['header'] as Draft, rechain),
  ),
  'break a signature': reworded((line, random) => {
    const [first] = ((line['header'] as Draft)['signatures'] as Draft[]) ?? [];
    if (first === undefined) return;
    const [header, payload, signature] = String(first['jws']).split('.') as [string, string, string];
    first['jws'] = random
      .pick([
        [header, payload, plusOrder(signature)],
        [header, payload, lowOrderR(signature)],
        [header, payload, flipped(signature, random)],
        [header, flipped(payload, random), signature],
        [flipped(header, random), payload, signature],
        [header, payload],
        [header, payload, `${signature.slice(0, -1)}B`],
      ])
      .join('.');
  }, 'entry'),

  'add an unknown member': reworded((line, random) => {
    const target = random.pick([line, line['header'], line['body'], (line['body'] as Draft | undefined)?.['content']]);
    if (isJsonObject(target))
      (target as Draft)[random.pick(['trustedKeys', 'a', 'zz', '~', 'é', '\u{1f600}', '￿'])] = keyNamed('own').publicJwk.x;
  }),
  'add a line of an unknown kind': edited((lines, random) =>
    lines.splice(
      random.below(lines.length + 1),
      0,
      canonicalText({ kind: random.pick(['trusted-key', 'Entry', '', 'constructor']) }),
    ),
  ),
  'rename a member': reworded((line, random) => {
    const target = random.below(2) === 0 && isJsonObject(line['header']) ? (line['header'] as Draft) : line;
    const name = random.pick(Object.keys(target));
    const value = target[name]!;
    delete target[name];
    target[random.pick([name.toUpperCase(), `${name} `, `${name}\u0000`, name.slice(1)])] = value;
  }),

  'spell a line otherwise': respelled((line, random) =>
    random.pick<() => string>([
      () => ` ${line}`,
      () => `${line} `,
      () => `${line}\r`,
      () => `\ufeff${line}`,
      () => line.replace(':', ': '),
      () => line.replace(',', ', '),
      () => line.replace('"kind"', '"\\u006bind"'),
      () => line.replace('/', '\\/'),
      () =>
        line.replace(
          /("(?:seq|index|size|v)":)(\d+)/,
          random.pick(['$1$2.0', '$1$2e0', '$1-$2', '$10$2', '$1+$2', '$1$2E+0', '$1"$2"']),
        ),
      () =>
        line.replace(
          /("(?:seq|index|size)":)\d+/,
          `$1${random.pick(['9007199254740993', '9007199254740992', '1e21', '1e400', 'NaN', 'Infinity', '-0', '0.1', '1e-7', '1e-07', 'true', '01'])}`,
        ),
      () =>
        line.replace(
          /^\{/,
          `{"a":${random.pick(['0.10', '1E5', '.5', '5.', '0x1', '1e+2', '123456789012345678', '4.9e-324', '0.30000000000000004'])},`,
        ),
      () => line.replace(/^\{("[a-z]+"):/, '{$1:null,$1:'),
      () => line.replace(/^\{/, '{"__proto__":null,'),
      () => line.replace(/("kind":"[a-z]+")/, '$1,$1'),
      () => line.replace('"kind":"', '"kind":"\\ud800'),
      () => line.replace('"kind":"', '"kind":"\\u0000'),
      () => line.replace(/"kind":"[a-z]+"/, '"kind":null'),
      () => `[${line}]`,
      () => `${'['.repeat(70)}${']'.repeat(70)}`,
      () => `${'['.repeat(5000)}`,
      () => `{"kind":${'{"a":'.repeat(66)}1${'}'.repeat(66)}}`,
      () => line.slice(0, -1),
      () => '',
      () => 'null',
      () => '{}',
      () => '"kind"',
      () => line.replaceAll('"', "'"),
      () => sortedBackwards(line),
    ])(),
  ),
  'bytes that are not UTF-8': (bundle, random) => {
    const at = random.below(bundle.length);
    const bytes = random.pick([
      [0xff],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
      [0x80],
      [0xef, 0xbb, 0xbf],
    ]);
    return Buffer.concat([bundle.subarray(0, at), Buffer.from(bytes), bundle.subarray(at)]);
  },

  'change the text of a note': reworded((line, random) => {
    const note = [...String(line['note'])];
    const at = random.below(note.length);
    const character = random.pick([
      '\n',
      ' ',
      '\t',
      '+',
      '0',
      'A',
      '=',
      '\u2014',
      '\u00a0',
      '\u0085',
      '\r',
      '\u0001',
      '\n\n',
      '',
    ]);
    note.splice(at, random.below(2), character);
    line['note'] = note.join('');
  }, 'checkpoint|heads'),
  'a note with fewer signatures': renoted(({ text, signatures }, random) => {
    const left = signatures.filter(() => random.below(3) > 0);
    return { text, signatures: left.length > 0 ? left : signatures.slice(0, 1) };
  }),
  'a note with its signatures in another order': renoted(({ text, signatures }, random) => {
    const rest = [...signatures];
    return { text, signatures: signatures.map(() => rest.splice(random.below(rest.length), 1)[0]!) };
  }),
  'a note with a signature twice': renoted(({ text, signatures }, random) => ({
    text,
    signatures: [...signatures, random.pick(signatures)],
  })),
  'a note with a stranger’s signatures': renoted((note, random) => ({
    text: note.text,
    signatures: [
      ...note.signatures,
      cosignNote(
        note.text,
        { name: random.pick(['stranger.example', ...WITNESSES]), privateKey: keyNamed('stranger').privateJwk },
        1,
      ),
    ],
  })),
  'a note with a broken signature': renoted(({ text, signatures }, random) => {
    const at = random.below(signatures.length);
    const broken = signatures.map((each, n) => {
      if (n !== at) return each;
      const signature = Buffer.from(each.signature);
      signature[random.below(signature.length)]! ^= 1 << random.below(8);
      return { ...each, signature };
    });
    return { text, signatures: broken };
  }),
  'a note signed by another log key': renoted(({ text, signatures }) => ({
    text,
    signatures: [signNote(text, { name: ORIGIN, privateKey: keyNamed('other log').privateJwk }), ...signatures.slice(1)],
  })),
  'a note that a thief of the log key signed': renoted(({ text, signatures }, random) => {
    const [origin, size, ...rest] = text.split('\n');
    const said = random
      .pick([
        [origin, String(Number(size) + 1), ...rest],
        [origin, size, base64url(Buffer.alloc(32, 1)).concat('='), ...rest.slice(1)],
        ['other.example', size, ...rest],
        [origin, size, ...rest.slice(0, -1), 'extension', ''],
        [origin, `0${size}`, ...rest],
        [origin, size, ...rest],
      ])
      .join('\n');
    return {
      text: said,
      signatures: [signNote(said, { name: ORIGIN, privateKey: keyNamed('log').privateJwk }), ...signatures.slice(1)],
    };
  }),
  'a note with other times of cosigning': renoted(({ text, signatures }, random) => ({
    text,
    signatures: [
      signatures[0]!,
      ...[...WITNESSES, ...MONITORS].map((name) =>
        cosignNote(text, { name, privateKey: keyNamed(name).privateJwk }, 1_795_248_000 + random.below(8000) - 2000),
      ),
    ],
  })),
  'a heads note in the place of a checkpoint': edited((lines) => {
    const heads = lines.find((line) => line.includes('"kind":"heads"'))!;
    const at = lines.findLastIndex((line) => line.includes('"kind":"checkpoint"'));
    const line = JSON.parse(lines[at]!) as Draft;
    line['note'] = (JSON.parse(heads) as Draft)['note']!;
    lines[at] = canonicalText(line as JsonObject);
  }),

  'change a head proof': reworded((line, random) => {
    const bytes = Buffer.from(String(line['proof']), 'base64url');
    const at = random.below(bytes.length);
    const changed = random.pick<() => Buffer>([
      () => Buffer.concat([bytes.subarray(0, at), Buffer.of(bytes[at]! ^ (1 << random.below(8))), bytes.subarray(at + 1)]),
      () => bytes.subarray(0, at),
      () => Buffer.concat([bytes, Buffer.of(0)]),
      () => Buffer.concat([Buffer.of(random.below(5)), bytes.subarray(1)]),
      () => Buffer.concat([bytes.subarray(0, 2), Buffer.of(random.below(256)), bytes.subarray(3)]),
    ])();
    line['proof'] = base64url(changed);
  }, 'stream'),
  'change the inclusion proof': reworded((line, random) => {
    const hashes = [...(line['hashes'] as string[])];
    const at = random.below(hashes.length + 1);
    random.pick<() => void>([
      () => hashes.splice(at, 1),
      () => hashes.splice(at, 0, base64url(Buffer.alloc(32, random.below(256)))),
      () => hashes.reverse(),
      () => hashes.splice(0),
      () => {
        line['more'] = line['more'] !== true;
      },
    ])();
    line['hashes'] = hashes;
  }, 'inclusion'),
  'split the inclusion proof': edited((lines, random) => {
    const at = pickLine(lines, random, 'inclusion')!;
    const line = JSON.parse(lines[at]!) as Draft;
    const hashes = line['hashes'] as string[];
    const cut = random.below(hashes.length + 1);
    lines.splice(
      at,
      1,
      canonicalText({ kind: 'inclusion', hashes: hashes.slice(0, cut), more: true }),
      canonicalText({ kind: 'inclusion', hashes: hashes.slice(cut), more: false }),
    );
    recount(lines);
  }),
  'change disclosures': reworded((line, random) => {
    const own = line['disclosures'] as string[];
    const other = base64url(Buffer.from(JSON.stringify(['b3RoZXJzYWx0b3RoZXJzYQ', 'note', { text: 'x' }])));
    line['disclosures'] = random.pick([
      [...own, ...own],
      [other],
      [...own, other],
      own.map((one) => `${one}=`),
      own.map((one) => one.slice(1)),
      own.map((one) => erasedMark(disclosureDigest(one))),
      [...own, ...own.map((one) => erasedMark(disclosureDigest(one)))],
      own.map(erasedMark),
      [],
    ]);
  }, 'entry'),
  'other numbers in the first or last line': reworded((line, random) => {
    for (const name of ['size', 'entries', 'lines', 'v']) {
      if (name in line && random.below(2) === 0) line[name] = random.pick([0, 1, 2, Number(line[name]) + 1, 2 ** 53 - 1]);
    }
    if ('lineage' in line && random.below(3) === 0) line['lineage'] = !line['lineage'];
    if ('subject' in line && random.below(3) === 0)
      line['subject'] = random.pick(['batch-none', 'person-d-31', 'with space', '']);
  }, 'bundle|end'),
};

function pickLine(lines: readonly string[], random: SeededRandom, kinds?: string): number | undefined {
  const wanted = kinds?.split('|');
  const fit = lines.flatMap((line, at) =>
    wanted === undefined || wanted.some((kind) => line.includes(`"kind":"${kind}"`)) ? [at] : [],
  );
  return fit.length === 0 ? undefined : random.pick(fit);
}

function headerAt(lines: readonly string[], at: number): JsonObject {
  return (JSON.parse(lines[at]!) as { header: JsonObject }).header;
}

function isStreamLine(line: string, stream: string): boolean {
  return line.includes('"kind":"stream"') && line.endsWith(`"stream":"${stream}"}`);
}

/** Makes the last line say what is there. */
function recount(lines: string[]): void {
  const entries = lines.filter((line) => line.includes('"kind":"entry"')).length;
  lines[lines.length - 1] = canonicalText({ kind: 'end', entries, lines: lines.length });
}

/** Makes every `prev` of the entries name the entry before, as an operator would who wrote the log anew. */
function rechain(lines: string[]): void {
  const heads = new Map<string, string>();
  lines.forEach((text, at) => {
    if (!text.includes('"kind":"entry"')) return;
    const line = JSON.parse(text) as { header: Draft };
    const stream = String(line.header['stream']);
    if (heads.has(stream)) line.header['prev'] = heads.get(stream)!;
    heads.set(stream, leafHash(Buffer.from(canonicalText(line.header as JsonObject))));
    lines[at] = canonicalText(line as unknown as JsonObject);
  });
}

function swapMembers(
  lines: string[],
  random: SeededRandom,
  kind: string,
  members: readonly string[],
  within: (line: Draft) => Draft,
  after: (lines: string[]) => void = () => undefined,
): void {
  const [a, b] = [pickLine(lines, random, kind), pickLine(lines, random, kind)];
  if (a === undefined || b === undefined || a === b) return;
  const [one, other] = [JSON.parse(lines[a]!) as Draft, JSON.parse(lines[b]!) as Draft];
  for (const member of members) {
    const [left, right] = [within(one), within(other)];
    if (!(member in left) || !(member in right)) continue;
    [left[member], right[member]] = [right[member]!, left[member]!];
  }
  lines[a] = canonicalText(one as JsonObject);
  lines[b] = canonicalText(other as JsonObject);
  after(lines);
}

/** One value somewhere inside becomes another, mostly of its own kind. */
function changeSomewhere(holder: Draft | JsonValue[], random: SeededRandom): void {
  const names = Array.isArray(holder) ? [...holder.keys()] : Object.keys(holder);
  if (names.length === 0) return;
  const name = random.pick<string | number>(names);
  const value = (holder as Draft)[name as string]!;
  if (typeof value === 'object' && value !== null && random.below(6) > 0) {
    changeSomewhere(value as Draft, random);
    return;
  }
  if (random.below(12) === 0) {
    if (Array.isArray(holder)) holder.splice(Number(name), 1);
    else delete holder[name as string];
    return;
  }
  (holder as Draft)[name as string] = otherThan(value, random);
}

function otherThan(value: JsonValue, random: SeededRandom): JsonValue {
  if (random.below(10) === 0) return random.pick<JsonValue>([null, true, 0, -1, 1.5, '', [], {}, 'x', 2 ** 53 - 1]);
  if (typeof value === 'number') return random.pick([value + 1, value - 1, value + 0.5, -value, value * 2]);
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') {
    const characters = [...value];
    const at = random.below(characters.length + 1);
    characters.splice(
      at,
      random.below(2),
      random.pick(['A', 'a', '0', '9', '-', '_', '.', ' ', 'Z', '\n', 'é', '\u0000', '\u{1f600}', '"', '']),
    );
    return characters.join('');
  }
  if (Array.isArray(value)) return random.pick<JsonValue>([[], [...value, ...value], [...value].reverse(), {}]);
  return random.pick<JsonValue>([[], {}, null, [value]]);
}

/** 2^252 + 27742317777372353535851937790883648493. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** The same signature with S + L, which lax verifiers accept. */
function plusOrder(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + ORDER;
  const above = Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse();
  return base64url(Buffer.concat([bytes.subarray(0, 32), above]));
}

function lowOrderR(signature: string): string {
  return base64url(Buffer.concat([Buffer.of(1), Buffer.alloc(31), Buffer.from(signature, 'base64url').subarray(32)]));
}

function flipped(part: string, random: SeededRandom): string {
  const bytes = Buffer.from(part, 'base64url');
  bytes[random.below(bytes.length)]! ^= 1 << random.below(8);
  return base64url(bytes);
}

function sortedBackwards(line: string): string {
  const value: unknown = JSON.parse(line);
  return isJsonObject(value) ? JSON.stringify(Object.fromEntries(Object.entries(value).reverse())) : line;
}
