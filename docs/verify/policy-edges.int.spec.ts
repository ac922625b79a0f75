import { readFileSync } from 'node:fs';
import { AttestError, isRecordedAt, isTimestamp, readCheckpoint, readHeadsNote, readNote, readPolicy } from '@cytoledger/attest';
import { describe, expect, it } from 'vitest';
import { storyOf } from '../../test/attacks/story.fixture.ts';
import { policyText } from './policy-text.fixture.ts';
import { GOLDEN, noPython, withVerifier } from './python.fixture.ts';

const policy = readFileSync(GOLDEN.policy, 'utf8');
const vkeys = [...policy.matchAll(/^\w+ (\S+)/gm)].map(([, vkey]) => vkey!).filter((word) => word.includes('+'));
const [logKey, witnessKey, , , , operatorKey] = vkeys as [string, string, string, string, string, string];
const spare = (role: string, vkey: string) =>
  policy.replace(new RegExp(`^.*${vkey.replaceAll('+', '\\+')}.*\n`, 'm'), '').concat(role);

const POLICIES: readonly string[] = [
  policy,
  ...[
    '',
    '\n',
    'cytoledger/policy/v2\n',
    ` ${policy}`,
    `\n${policy}`,
    `\ufeff${policy}`,
    policy.replaceAll('\n', '\r\n'),
    policy.trimEnd(),
    ...[' ', '\t', ' \t\r', '\u00a0', '\u3000', '\u2028', '\ufeff', '\u000b', '\u000c'].flatMap((space) => [
      policy.replaceAll('\n', `${space}\n`),
      policy.replace('\n', `\n${space}\n`),
      policy.replace('\n', `\n#${space}\n`),
    ]),
  ],
  ...[
    '\n\n# x\n',
    ' \t\n',
    ' # x\n',
    'version 7\n',
    'quorum 3\n',
    'monitors\n',
    'delta 1 2\n',
    'other 1\n',
    'constructor 1\n',
    'log\n',
  ].map((more) => policy + more),
  ...[
    'quorum 0',
    'quorum 2',
    'quorum 4',
    'quorum 5',
    'quorum 03',
    'quorum -3',
    'quorum 3.0',
    'quorum  3',
    'quorum\t3',
    'quorum 3 ',
  ].map((line) => policy.replace('quorum 3', line)),
  ...['version 0', 'version 9007199254740991', 'version 9007199254740992', 'version x', '', '# version 7'].map((line) =>
    policy.replace('version 7', line),
  ),
  ...['delta 0', '', 'delta 1e3'].map((line) => policy.replace('delta 300', line)),
  ...['monitors 0', 'monitors 3', ''].map((line) => policy.replace('monitors 2', line)),
  ...['origin other.example', 'origin a+b', 'origin a\u00a0b', 'origin', ''].map((line) => policy.replace(/^origin .*$/m, line)),
  ...[
    'from=0',
    'from=5 below=5',
    'below=3 from=1',
    'from=x',
    'from=01',
    'from=',
    'below=0',
    'below=9007199254740991',
    'operator',
    'from=1 from=2',
    'until=3',
  ].flatMap((option) => [policy.replace(logKey, `${logKey} ${option}`), policy.replace(witnessKey, `${witnessKey} ${option}`)]),
  ...[`log ${logKey}`, `receipts ${logKey}`, `witness ${witnessKey} from=3`, `monitor ${witnessKey}`].map(
    (line) => `${policy}${line}\n`,
  ),
  ...['operator', 'operator from=4', 'from=4 operator', 'operator operator', ''].map((option) =>
    policy.replace(`${operatorKey} operator`, `${operatorKey} ${option}`),
  ),
  spare(`organisation ${logKey}\n`, logKey),
  spare(`log ${witnessKey}\n`, witnessKey),
  ...[
    logKey.replace(/.$/, ''),
    logKey.replace('+', ''),
    `x${logKey}`,
    logKey.toUpperCase(),
    logKey.replace(/\+[0-9a-f]+\+/, '+00000000+'),
    `${logKey}=`,
  ].map((bad) => policy.replace(logKey, bad)),
  policy.replace(/^log .*\n/m, ''),
  policy.replace(/^organisation .*\n/gm, ''),
  policy.replace(/^witness .*\n/m, ''),
];

const { ledger } = storyOf();
const size = ledger.size;
const [checkpoint, heads] = [ledger.notes.get(size)!, ledger.headsNotes.get(size)!];
const signature = checkpoint.split('\n').at(-2)!;
const signedOften = (times: number) => `a\n\n${`${signature}\n`.repeat(times)}`;

const NOTES: readonly string[] = [
  ...[checkpoint, heads].flatMap((note) => [
    note,
    ...['\r', '\t', '\u0000', '\u007f', '\u0085', 'é', '😀'].flatMap((inserted) => [
      `${inserted}${note}`,
      note.replace('\n\n', `${inserted}\n\n`),
    ]),
    ...['\u2014 ', '\u2014  ', '- ', '\u2013 ', '\u2014\u00a0', ''].map((dash) => note.replaceAll('\u2014 ', dash)),
    note.slice(0, -1),
    `${note}\n`,
    `${note}\n\n`,
    `${note}x\n`,
    `\n\n${note}`,
    `x\n\n${note}`,
    note.replace('\n\n', '\n'),
    note.replace('\n\n', '\n\n\n'),
    note.replace('\n28\n', '\n028\n'),
    note.replace('\n28\n', '\n0\n'),
    note.replace('\n28\n', '\n-1\n'),
    note.replace('\n28\n', '\n9007199254740992\n'),
    note.replace('=\n', '\n'),
    note.replace('=\n', '==\n'),
    note.replace('\n\n', '\nextension\n\n'),
    note.replace(/=\n/g, ' =\n'),
    note.replace(/^[^\n]*\n/, '\n'),
  ]),
  ...['a\n\n', '\n\n', '\n', '', 'a', 'a\n', `\n\n${signature}\n`, `\n${signature}\n`, `a\n${signature}\n`],
  ...[1, 2, 100, 101].map(signedOften),
  ...['a+b', 'a b', 'a\u2003b', 'a\u200bb', 'a\u0085b', 'ü', ''].map((name) => `a\n\n\u2014 ${name} AAAAAAA=\n`),
  ...['AAAAAA==', 'AAAAAAA=', 'AAAAAAB=', 'AAAAAA', '', '====', 'AAAA\u00a0AAA=', 'AA-AAAA='].map(
    (base64) => `a\n\n\u2014 name ${base64}\n`,
  ),
];

const TIMES: readonly string[] = [
  ...[
    '2026-11-21T08:15:02Z',
    '2026-11-21T08:15:02.113Z',
    '2026-11-21T08:15:02.1Z',
    '2026-11-21T08:15:02.123456789Z',
    '2026-11-21T08:15:02.1234567890Z',
  ],
  ...[
    '2026-11-21T08:15:02+08:00',
    '2026-11-21T08:15:02-23:59',
    '2026-11-21T08:15:02+24:00',
    '2026-11-21T08:15:02+08:60',
    '2026-11-21T08:15:02+0800',
  ],
  ...[
    '2026-11-21T24:00:00.000Z',
    '2026-11-21T23:60:00.000Z',
    '2026-11-21T23:59:60.000Z',
    '2026-13-01T00:00:00.000Z',
    '2026-00-01T00:00:00.000Z',
  ],
  ...[
    '2026-11-31T00:00:00.000Z',
    '2026-02-29T00:00:00.000Z',
    '2024-02-29T00:00:00.000Z',
    '1900-02-29T00:00:00.000Z',
    '2000-02-29T00:00:00.000Z',
  ],
  ...[
    '0000-02-29T00:00:00.000Z',
    '0004-02-29T00:00:00.000Z',
    '0100-02-29T00:00:00.000Z',
    '0001-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
  ],
  ...[
    '2026-11-21t08:15:02Z',
    '2026-11-21 08:15:02Z',
    '2026-11-21T08:15:02z',
    '2026-11-21T08:15:02',
    '2026-11-21T08:15Z',
    '2026-11-21',
    '',
    '２026-11-21T08:15:02Z',
  ],
  ...[
    '2026-11-21T08:15:02Z\n',
    ' 2026-11-21T08:15:02Z',
    '12026-11-21T08:15:02Z',
    '-026-11-21T08:15:02.113Z',
    '1969-12-31T23:59:59.9999Z',
    '2026-11-00T00:00:00Z',
  ],
  ...Array.from({ length: 12 }, (_, month) =>
    [30, 31].map((day) => `2027-${String(month + 1).padStart(2, '0')}-${day}T00:00:00.000Z`),
  ).flat(),
];

const unlessRefused = <T>(work: () => T): T | null => {
  try {
    return work();
  } catch (error) {
    if (error instanceof AttestError) return null;
    throw error;
  }
};
const reading = (give: string) => `
def read(text):
    try:
        return ${give}
    except v.NotSo:
        return None
print(json.dumps([read(text) for text in asked]))
`;
const labelled = <T>(texts: readonly string[], values: readonly T[]) => texts.map((text, n) => [n, text.slice(-300), values[n]]);

describe.skipIf(noPython !== undefined)('the Python verifier reads as the Node verifier does', () => {
  it('policies', () => {
    const program = reading(
      '(lambda p: [p.version, p.origin, p.quorum, p.monitors, p.delta, [[k.name, k.id, k.first, k.below, k.operator] for k in p.keys], [p.tolerated(s) for s in (0, 3, 5)]])(v.Policy(text.encode("utf-8")))',
    );
    const read = withVerifier(program, POLICIES) as ([number, string, number, number, number, ...unknown[]] | null)[];
    const summary = read.map((one) => one?.slice(0, 5) ?? null);
    const own = POLICIES.map((text) =>
      unlessRefused(() => {
        const { version, origin, quorum, monitorQuorum, delta } = readPolicy(text);
        return [version, origin, quorum, monitorQuorum, delta];
      }),
    );
    expect(labelled(POLICIES, summary)).toEqual(labelled(POLICIES, own));
    const said = POLICIES.filter((_, n) => own[n] !== null);
    const again = withVerifier(
      program,
      said.map((text) => policyText(readPolicy(text))),
    );
    const sorted = (policies: unknown) =>
      (policies as unknown[][]).map((one) => [...one.slice(0, 5), (one[5] as string[][]).map(String).sort(), one[6]]);
    expect(sorted(again)).toEqual(sorted(read.filter((one) => one !== null)));
  });

  it('checkpoints and heads notes', () => {
    for (const [give, own] of [
      [
        '[v.Note(text).text, len(v.Note(text).signatures)]',
        (note: string) => [readNote(note).text, readNote(note).signatures.length],
      ],
      ['v.Note(text).checkpoint()[1]', (note: string) => readCheckpoint(readNote(note).text).size],
      ['v.Note(text).heads()[1]', (note: string) => readHeadsNote(readNote(note).text).size],
    ] as const) {
      const read = withVerifier(reading(give), NOTES) as unknown[];
      expect(labelled(NOTES, read)).toEqual(
        labelled(
          NOTES,
          NOTES.map((note) => unlessRefused<unknown>(() => own(note))),
        ),
      );
    }
  });

  it('times', () => {
    const read = withVerifier(
      'print(json.dumps([[v.time_ms(t) is not None, v.recorded_ms(t) is not None, v.time_ms(t)] for t in asked]))',
      TIMES,
    );
    const own = TIMES.map((time) => {
      const is = isTimestamp(time);
      // Engines read finer fractions each in their own way.
      return [is, isRecordedAt(time), is ? Date.parse(time.replace(/(\.\d{3})\d+/, '$1')) : null];
    });
    expect(labelled(TIMES, read as unknown[])).toEqual(labelled(TIMES, own));
  });
});
