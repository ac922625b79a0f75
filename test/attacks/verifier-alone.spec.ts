import { canonicalText, disclosureDigest, type JsonObject, leafHash, type PublicJwk } from '@cytoledger/attest';
import { type EventClaim, erasedMark, verifyEvidence } from '@cytoledger/attest/evidence';
import { describe, expect, it } from 'vitest';
import { esig, keyNamed, Ledger, type Recorded } from './ledger.fixture.ts';
import { BATCH, type Cheats, optionsOf, PARENT, QA, QP, release, STRANGER, type Story, storyOf, THIEF } from './story.fixture.ts';

const ROOT_OF_HOSPITAL = keyNamed('root of hospital');

async function verdictOn({ ledger, options }: Pick<Story, 'ledger' | 'options'>): Promise<string> {
  return verdict(await ledger.bundle(options), ledger);
}

function verdict(bundle: string, { policy }: Pick<Ledger, 'policy'>): string {
  return verifyEvidence([Buffer.from(bundle)], policy).report.code;
}

async function bundleWith(change: (lines: JsonObject[]) => void): Promise<[string, Ledger]> {
  const { ledger, options } = storyOf();
  const lines = (await ledger.bundle(options)).split('\n').filter((line) => line !== '');
  const values = lines.map((line) => JSON.parse(line) as JsonObject);
  change(values);
  const end = values.at(-1)!;
  if (end['kind'] === 'end') {
    const entries = values.filter(({ kind }) => kind === 'entry').length;
    values[values.length - 1] = { kind: 'end', entries, lines: values.length };
  }
  return [values.map((value) => `${canonicalText(value)}\n`).join(''), ledger];
}

type Line = { header: { [member: string]: unknown }; body: JsonObject; index: number };
const isOf = (line: JsonObject, stream: string, seq: number) => {
  const header = line['header'] as JsonObject | undefined;
  return header?.['stream'] === stream && header['seq'] === seq;
};
const entry = (lines: JsonObject[], stream: string, seq: number) =>
  lines.find((line) => isOf(line, stream, seq)) as unknown as Line;

describe('who holds nothing but a policy', () => {
  it('is shown that the record of a batch is whole, when it was attested and who vouches for what', async () => {
    const { ledger, options, released } = storyOf();
    const { report } = verifyEvidence([Buffer.from(await ledger.bundle(options))], ledger.policy);
    expect(report.code).toBe('ok');
    const events = report.claims.filter((claim): claim is EventClaim => claim.claim === 'event');
    const [checkpoint, complete] = report.claims;
    expect(checkpoint).toMatchObject({ claim: 'checkpoint', size: ledger.size, tolerated: 1, quorum: 3 });
    expect(complete).toEqual({
      claim: 'complete',
      size: ledger.size,
      by: 'monitors',
      monitors: ['monitor-a.example', 'monitor-b.example'],
    });
    const release = events.find(({ id }) => id === released.id)!;
    expect(release).toMatchObject({ voucher: 'person', reviewed: { seq: released.seq - 1, unread: 0 } });
    expect(release.signatures.map((signature) => 'person' in signature && signature.person)).toEqual(['p-qa', 'p-qp']);
    const at = Date.parse(released.recordedAt) / 1000;
    expect(release.notBefore).toBeLessThan(at);
    expect(release.notAfter).toBeGreaterThan(at);
    const ofBatch = events.filter(({ stream }) => stream === BATCH);
    expect(ofBatch.map(({ type, voucher }) => [type, voucher])).toEqual([
      ['batch.opened.v1', 'platform'],
      ['batch.origins-resolved.v1', 'platform'],
      ['batch.material-used.v1', 'client'],
      ['batch.harvested.v1', 'person'],
      ['batch.passaged.v1', 'platform'],
      ['batch.test-recorded.v1', 'platform'],
      ['batch.released.v1', 'person'],
      ['batch.unit-allocated.v1', 'platform'],
      ['batch.unit-infused.v1', 'platform'],
      ['batch.recalled.v1', 'platform'],
    ]);
    const signatures = ofBatch.flatMap((event) => event.signatures.map(({ code, kid }) => [event.type, code, kid]));
    expect(signatures).toContainEqual(['batch.passaged.v1', 'key-unknown', STRANGER.kid]);
    expect(signatures).toContainEqual(['batch.unit-infused.v1', 'key-revoked', THIEF.kid]);
  });

  it('sees that completeness rests on the operator where monitors have not cosigned', async () => {
    const { ledger, options } = storyOf();
    ledger.publishHeads(['monitor-a.example']);
    const { report } = verifyEvidence([Buffer.from(await ledger.bundle(options))], ledger.policy);
    expect(report.claims[1]).toMatchObject({ claim: 'complete', by: 'operator', monitors: ['monitor-a.example'] });
  });

  it('may be shown headers without bodies, and that nothing is recorded', async () => {
    const { ledger, options } = storyOf();
    expect(await verdictOn({ ledger, options: { ...options, unshown: () => 'withheld' } })).toBe('ok');
    expect(await verdictOn({ ledger, options: { subject: 'batch-none' } })).toBe('ok');
  });
});

describe('is caught by a verifier alone', () => {
  it('one byte of a header changed', async () => {
    const [bundle, ledger] = await bundleWith((lines) => {
      entry(lines, BATCH, 2).header['id'] = '0192f5c4-0000-7000-a000-000000000000';
    });
    expect(verdict(bundle, ledger)).toBe('content-of-another-event');
    const [withheld] = await bundleWith((lines) => {
      const line = entry(lines, 'person-m-31', 0);
      line.header['recordedAt'] = String(line.header['recordedAt']).replace('113Z', '114Z');
    });
    expect(verdict(withheld, ledger)).toBe('inclusion-mismatch');
  });

  it('one byte of a body changed', async () => {
    const [bundle, ledger] = await bundleWith((lines) => {
      const { data } = entry(lines, BATCH, 3).body['content'] as { data: { viability: string } };
      data.viability = '96.0';
    });
    expect(verdict(bundle, ledger)).toBe('body-digest-mismatch');
  });

  it('an event written anew with every hash after it', async () => {
    const honest = storyOf();
    const { ledger, options } = storyOf({
      harvest: (each) => each.append(BATCH, { type: 'batch.harvested.v1', data: { viability: '99.0' } }),
    });
    for (const [size, note] of honest.ledger.notes) ledger.notes.set(size, note);
    for (const [size, note] of honest.ledger.headsNotes) ledger.headsNotes.set(size, note);
    expect(await verdictOn({ ledger, options: { ...options, checkpoints: [], prefixes: [] } })).toBe('inclusion-mismatch');
    expect(await verdictOn(honest)).toBe('ok');
  });

  it('an event dropped from the middle', async () => {
    const { ledger, options } = storyOf();
    const omitted = ({ stream, seq }: { stream: string; seq: number }) => stream === BATCH && seq === 4;
    expect(await verdictOn({ ledger, options: { ...options, omitted } })).toBe('seq-mismatch');
  });

  it('the last events of a stream dropped', async () => {
    const { ledger, options, recalled } = storyOf();
    const omitted = ({ index }: { index: number }) => index === recalled.index;
    expect(await verdictOn({ ledger, options: { ...options, omitted } })).toBe('head-mismatch');
  });

  it('a whole stream left out, or said to be empty', async () => {
    const { ledger, options } = storyOf();
    const left = { ...options, streams: options.streams!.filter((stream) => stream !== PARENT) };
    expect(await verdictOn({ ledger, options: left })).toBe('ancestor-missing');
    expect(await verdictOn({ ledger, options: { ...left, absent: [PARENT] } })).toBe('head-mismatch');
    expect(await verdictOn({ ledger, options: { ...left, lineage: false } })).toBe('ok');
  });

  it('events in another order', async () => {
    const [bundle, ledger] = await bundleWith((lines) => {
      const [a, b] = [2, 3].map((seq) => lines.findIndex((line) => isOf(line, BATCH, seq))) as [number, number];
      [lines[a], lines[b]] = [lines[b]!, lines[a]!];
      const [first, second] = [lines[a] as unknown as Line, lines[b] as unknown as Line];
      [first.index, second.index] = [second.index, first.index];
    });
    expect(verdict(bundle, ledger)).toBe('seq-mismatch');
  });

  it('an event moved to another stream', async () => {
    const moving = (shown: boolean) =>
      bundleWith((lines) => {
        const line = entry(lines, BATCH, 9);
        Object.assign(line.header, { stream: PARENT, seq: 2, prev: leafOf(entry(lines, PARENT, 1)) });
        if (!shown) Object.assign(line, { body: 'withheld' });
      });
    const [bundle, ledger] = await moving(true);
    expect(verdict(bundle, ledger)).toBe('content-of-another-event');
    const [withheld] = await moving(false);
    expect(verdict(withheld, ledger)).toBe('inclusion-mismatch');
  });

  it('an event dated back, or ahead', async () => {
    const dated = (recordedAt?: string) => {
      const { ledger } = storyOf();
      ledger.append('person-late', { type: 'person.registered.v1', against: recordedAt === undefined ? {} : { recordedAt } });
      ledger.checkpoint();
      return verdictOn({ ledger, options: { ...optionsOf(ledger), streams: [], lineage: false, subject: 'person-late' } });
    };
    expect(await dated('2026-11-21T08:40:00.000Z')).toBe('recorded-outside-cosignatures');
    expect(await dated('2026-11-22T08:00:00.000Z')).toBe('recorded-outside-cosignatures');
    expect(await dated()).toBe('ok');
    const { ledger } = storyOf();
    ledger.append(BATCH, { type: 'batch.expanded.v1', against: { recordedAt: '2026-11-21T08:00:01.000Z' } });
    ledger.checkpoint();
    expect(await verdictOn({ ledger, options: optionsOf(ledger) })).toBe('recorded-at-decreases');
  });

  it('a revocation whose body is kept back', async () => {
    const { ledger, options } = storyOf({
      release: (each) => {
        each.revoke(QP, 'lab');
        return releasedBy(each, QA, QP);
      },
    });
    const hiding = (kid: string) => ({
      ...options,
      unshown: ({ stream, seq }: Recorded) => (stream === `key-${kid}` && seq === 1 ? ('withheld' as const) : undefined),
    });
    expect(await verdictOn({ ledger, options })).toBe('key-revoked');
    expect(await verdictOn({ ledger, options: hiding(QP.kid) })).toBe('key-not-vouched');
    expect(await verdictOn({ ledger, options: hiding('none') })).toBe('key-revoked');
  });

  it.each<[string, Cheats, string]>([
    ['one person only', { release: (ledger) => releasedBy(ledger, QA, QA) }, 'signatures-missing'],
    ['nobody', { release: (ledger) => release(ledger, () => []) }, 'signatures-missing'],
    ['an unknown key', { release: (ledger) => releasedBy(ledger, QA, STRANGER) }, 'key-unknown'],
    [
      'a key that was revoked before',
      {
        release: (ledger) => {
          ledger.revoke(QP, 'lab');
          return releasedBy(ledger, QA, QP);
        },
      },
      'key-revoked',
    ],
    [
      'a key for which only the operator vouches',
      { enrolQa: (ledger) => ledger.enrol(QA, 'lab', 'p-qa', { root: keyNamed('operator') }) },
      'key-not-vouched',
    ],
    [
      'a key for which another organisation vouches',
      { enrolQa: (ledger) => ledger.enrol(QA, 'lab', 'p-qa', { root: ROOT_OF_HOSPITAL }) },
      'key-not-vouched',
    ],
    [
      'a key of an organisation that the policy does not name',
      { enrolQa: (ledger) => enrolElsewhere(ledger) },
      'key-not-vouched',
    ],
    [
      'a key of low order',
      { enrolQa: (ledger) => enrolLowOrder(ledger), release: (ledger) => releasedByLowOrder(ledger) },
      'key-not-vouched',
    ],
    [
      'a signature with another meaning',
      { release: (ledger) => release(ledger, (text) => [esig(text, QA, 'review'), esig(text, QP, 'release')]) },
      'signatures-missing',
    ],
    [
      'a signature of another event',
      { release: (ledger) => release(ledger, (text) => [esig(text, QA, 'release'), esig(`${text} `, QP, 'release')]) },
      'signature-of-other-content',
    ],
    [
      'signatures over another state of the record than there was',
      {
        release: (ledger) =>
          release(ledger, (text) => [esig(text, QA, 'release'), esig(text, QP, 'release')], {
            seq: ledger.head(BATCH)!.seq,
            leaf: ledger.head(PARENT)!.leaf,
          }),
      },
      'reviewed-mismatch',
    ],
  ])('a release signed by %s', async (_, cheats, code) => {
    expect(await verdictOn(storyOf(cheats))).toBe(code);
    expect(await verdictOn(storyOf())).toBe('ok');
  });

  it('a decision on an entry that is not in the log', async () => {
    const cheats: Cheats = {
      harvest: (ledger) =>
        ledger.append(BATCH, {
          type: 'batch.harvested.v1',
          basis: [{ stream: PARENT, seq: 1, leaf: ledger.head('batch-other')!.leaf }],
        }),
    };
    expect(await verdictOn(storyOf(cheats))).toBe('basis-mismatch');
  });

  it('a proof for another index', async () => {
    const [bundle, ledger] = await bundleWith((lines) => {
      entry(lines, BATCH, 9).index = 20;
    });
    expect(verdict(bundle, ledger)).toBe('line-out-of-order');
    const [free] = await bundleWith((lines) => {
      entry(lines, 'person-m-31', 0).index = 0;
    });
    expect(verdict(free, ledger)).toBe('inclusion-mismatch');
  });

  it('a bundle that brings the keys to trust', async () => {
    const [member, ledger] = await bundleWith((lines) => {
      lines[0] = { ...lines[0]!, trusted: [keyNamed('own').publicJwk as JsonObject] };
    });
    expect(verdict(member, ledger)).toBe('malformed-line');
    const [line] = await bundleWith((lines) => lines.splice(1, 0, { kind: 'policy', policy: ledger.policyText }));
    expect(verdict(line, ledger)).toBe('malformed-line');
  });

  it('a log signed with the operator’s own second key', async () => {
    const forged = storyOf({ ledger: new Ledger(['lab', 'hospital'], 'second log key') });
    expect(await verdictOn(forged)).toBe('log-signature-invalid');
  });

  it('a checkpoint that too few witnesses have seen', async () => {
    const { ledger, options } = storyOf();
    ledger.checkpoint({ by: ['regulator.example', 'hospital-a.example'] });
    expect(await verdictOn({ ledger, options })).toBe('quorum-not-met');
  });

  it('a disclosure with another salt', async () => {
    const { ledger, options } = storyOf();
    const salted = (event: { contentText: string }) =>
      options.disclosures!(event as never).map((disclosure) => {
        const [, name, value] = JSON.parse(Buffer.from(disclosure, 'base64url').toString()) as [string, string, unknown];
        return Buffer.from(JSON.stringify(['b3RoZXJzYWx0b3RoZXJzYQ', name, value])).toString('base64url');
      });
    expect(await verdictOn({ ledger, options: { ...options, disclosures: salted } })).toBe('disclosure-not-of-event');
    expect(await verdictOn({ ledger, options })).toBe('ok');
  });

  it('a value said to be erased that was never recorded, or that is shown beside', async () => {
    const { ledger, options } = storyOf();
    const marking = (change: (mark: string, disclosure: string) => readonly string[]) => ({
      ...options,
      disclosures: (event: Recorded) =>
        options.disclosures!(event).flatMap((one) => change(erasedMark(disclosureDigest(one)), one)),
    });
    const disclosed = async (marked: typeof options) =>
      verifyEvidence([Buffer.from(await ledger.bundle(marked))], ledger.policy)
        .report.claims.filter((claim): claim is EventClaim => claim.claim === 'event')
        .reduce((sum, event) => sum + event.disclosed, 0);
    const honest = marking((mark) => [mark]);
    expect(await verdictOn({ ledger, options: honest })).toBe('ok');
    expect([await disclosed(honest), await disclosed(options)]).toEqual([0, 1]);
    for (const forged of [
      marking((mark) => [mark, mark]),
      marking((mark, disclosure) => [mark, disclosure]),
      marking((mark, disclosure) => [disclosure, mark]),
      marking(() => [erasedMark('A'.repeat(43))]),
      marking(() => [erasedMark('')]),
      marking((mark) => [mark.toUpperCase()]),
    ])
      expect(await verdictOn({ ledger, options: forged })).toBe('disclosure-not-of-event');
  });

  it('a recall or a correction left out that a record of the lineage names', async () => {
    const named: readonly [string, JsonObject, string][] = [
      ['batch.recalled.v1', { recall: 'r-1' }, 'recall-r-1'],
      ['material.recalled.v1', { recall: 'r-2' }, 'recall-r-2'],
      ['batch.voided.v1', { correction: 'c-1' }, 'correction-c-1'],
      ['shipment.voided.v1', { correction: 'c-2' }, 'correction-c-2'],
    ];
    for (const [type, data, stream] of named) {
      const { ledger } = storyOf();
      ledger.append(stream, { type: 'recall.initiated.v1', data: {} });
      ledger.append(BATCH, { type, data });
      ledger.checkpoint();
      const options = optionsOf(ledger);
      const beside = { ...options, streams: [...options.streams!, stream] };
      expect(await verdictOn({ ledger, options: beside }), type).toBe('ok');
      expect(await verdictOn({ ledger, options }), type).toBe('ancestor-missing');
      expect(await verdictOn({ ledger, options: { ...options, absent: [...options.absent!, stream] } })).toBe('head-mismatch');
      expect(await verdictOn({ ledger, options: { ...options, lineage: false } })).toBe('ok');
    }
  });

  it('no recall that is named otherwise, or by another type', async () => {
    const { ledger } = storyOf();
    for (const [type, data] of [
      ['batch.recalled.v1', { recall: 7 }],
      ['batch.recalled.v2', { recall: 'r-1' }],
      ['batch.voided.more.v1', { correction: 'c-1' }],
      ['batch.more.voided.v1', { correction: 'c-1' }],
      ['batch.corrected.v1', { correction: 'c-1' }],
    ] as const)
      ledger.append(BATCH, { type, data });
    ledger.checkpoint();
    expect(await verdictOn({ ledger, options: optionsOf(ledger) })).toBe('ok');
  });
});

function releasedBy(ledger: Ledger, ...keys: (typeof QA)[]) {
  return release(ledger, (text) => keys.map((key) => esig(text, key, 'release')));
}

function enrolElsewhere(ledger: Ledger): void {
  ledger.roots.set('invented', keyNamed('root of invented'));
  ledger.enrol(QA, 'invented', 'p-qa');
}

/** y = 1: with such a key one signature fits many messages. */
const LOW_ORDER: PublicJwk = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: Buffer.concat([Buffer.of(1), Buffer.alloc(31)]).toString('base64url'),
};

function enrolLowOrder(ledger: Ledger): void {
  ledger.enrol(QA, 'lab', 'p-qa', { publicJwk: LOW_ORDER });
}

function releasedByLowOrder(ledger: Ledger) {
  const kid = ledger.events.find(({ stream }) => stream.startsWith('key-'))!.stream.slice('key-'.length);
  return release(ledger, (text) => {
    const [header, payload] = esig(text, QA, 'release').jws.split('.') as [string, string];
    const named = Buffer.from(Buffer.from(header, 'base64url').toString().replace(QA.kid, kid)).toString('base64url');
    const signature = Buffer.concat([Buffer.of(1), Buffer.alloc(63)]).toString('base64url');
    return [{ jws: `${named}.${payload}.${signature}` }, esig(text, QP, 'release')];
  });
}

function leafOf({ header }: Line): string {
  return leafHash(Buffer.from(canonicalText(header as JsonObject)));
}
