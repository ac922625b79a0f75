import { contentDigest, disclose, type Signature, signSubmission, submissionOf } from '@cytoledger/attest';
import { type BundleOptions, esig, keyNamed, Ledger, type Recorded } from './ledger.fixture.ts';

export const BATCH = 'batch-7b0c2f0e-4f8e-4a3e-9d0b-2f1f5a6c7d8e';
export const PARENT = 'batch-1a2b3c4d-0000-4000-8000-00000000000a';
export const DONATION = 'donation-5e6f7081-0000-4000-8000-00000000000b';
export const DONOR = 'person-d-31';
export const MOTHER = 'person-m-31';
export const TREATMENT = 'treatment-9f0a1b2c-0000-4000-8000-00000000000c';

export const QA = keyNamed('quality assurance');
export const QP = keyNamed('qualified person');
export const CLIENT = keyNamed('client of the laboratory');
export const LEAVER = keyNamed('a person who leaves');
export const THIEF = keyNamed('a stolen key');
export const STRANGER = keyNamed('a stranger');

const SECRET = disclose('c2FsdHNhbHRzYWx0c2FsdA', 'note', { text: '备注 95.5', measured: [1.5, 2] });

/** The life of one batch, with everything that a bundle can hold. */
export type Story = {
  readonly ledger: Ledger;
  readonly released: Recorded;
  readonly recalled: Recorded;
  readonly options: BundleOptions;
};

/** Steps that an operator who cheats does differently. */
export type Cheats = {
  readonly ledger?: Ledger;
  /** Before the release, with the ledger so far. */
  readonly release?: (ledger: Ledger) => Recorded;
  readonly enrolQa?: (ledger: Ledger) => void;
  readonly harvest?: (ledger: Ledger) => Recorded;
};

export function storyOf(cheats: Cheats = {}): Story {
  const ledger = cheats.ledger ?? new Ledger();
  const batch = BATCH.slice('batch-'.length);
  const parent = PARENT.slice('batch-'.length);
  const donation = DONATION.slice('donation-'.length);
  ledger.append('log', { type: 'log.created.v1', data: { origin: 'log.cytoledger.example/attacks', mode: 'production' } });
  if (cheats.enrolQa) cheats.enrolQa(ledger);
  else ledger.enrol(QA, 'lab', 'p-qa');
  ledger.enrol(QP, 'lab', 'p-qp');
  ledger.enrol(CLIENT, 'lab', null);
  ledger.enrol(LEAVER, 'lab', 'p-leaver');
  ledger.enrol(THIEF, 'hospital', 'p-victim');
  ledger.append(MOTHER, { type: 'person.registered.v1', data: { kind: 'birth-mother' } });
  ledger.append(DONOR, { type: 'person.registered.v1', data: { kind: 'donor' } });
  ledger.append(DONATION, { type: 'donation.registered.v1', data: { donor: 'd-31', birthMother: 'm-31', kind: 'allogeneic' } });
  ledger.append('person-other', { type: 'person.registered.v1' });
  ledger.checkpoint();
  ledger.append(PARENT, { type: 'batch.opened.v1', data: { inputs: [{ donation }], autologous: false } });
  ledger.append(PARENT, { type: 'batch.origins-resolved.v1', data: { donations: [donation], batches: [] } });
  ledger.append('batch-other', { type: 'batch.opened.v1', data: { inputs: [] } });
  ledger.append(BATCH, { type: 'batch.opened.v1', data: { inputs: [{ batch: parent, unit: 'u-1' }] } });
  ledger.append(BATCH, { type: 'batch.origins-resolved.v1', data: { donations: [donation], batches: [parent] } });
  submit(ledger);
  const harvest = { type: 'batch.harvested.v1', data: { viability: '95.0', passage: 3, yield: 1.25e-7, note: 'ü "\\\n€' } };
  if (cheats.harvest) cheats.harvest(ledger);
  else
    ledger.append(BATCH, {
      ...harvest,
      basis: [{ stream: PARENT, seq: 1, leaf: ledger.head(PARENT)!.leaf }],
      sign: (text) => [esig(text, LEAVER, 'harvest')],
    });
  ledger.append(BATCH, { type: 'batch.passaged.v1', data: {}, sign: (text) => [esig(text, STRANGER, 'passage')] });
  ledger.append(BATCH, {
    type: 'batch.test-recorded.v1',
    data: { test: 'sterility', verdict: 'pass', _sd: [SECRET.digest], more: [{ _sd: [] }] },
  });
  ledger.revoke(LEAVER, 'lab');
  ledger.append('person-other', { type: 'person.screened.v1' });
  ledger.checkpoint();
  ledger.wait(60);
  const released = cheats.release
    ? cheats.release(ledger)
    : release(ledger, (text) => [esig(text, QA, 'release'), esig(text, QP, 'release')]);
  ledger.checkpoint();
  ledger.append(BATCH, { type: 'batch.unit-allocated.v1', data: { unit: 'u-2' } });
  ledger.append(TREATMENT, { type: 'treatment.planned.v1', data: { batch } });
  ledger.append(BATCH, {
    type: 'batch.unit-infused.v1',
    data: { unit: 'u-2' },
    actor: { org: 'hospital', role: 'hospital.nurse' },
    sign: (text) => [esig(text, THIEF, 'infusion')],
  });
  ledger.append('batch-other', { type: 'batch.expanded.v1' });
  ledger.checkpoint({ by: ['regulator.example', 'hospital-b.example', 'laboratory.example'] });
  ledger.wait(3600);
  ledger.revoke(THIEF, 'hospital', '2026-11-21T16:00:30.5+08:00');
  const recalled = ledger.append(BATCH, { type: 'batch.recalled.v1', data: { reason: 'sterility' } });
  ledger.checkpoint();
  return { ledger, released, recalled, options: optionsOf(ledger) };
}

/** Takes effect by signature. */
export function release(
  ledger: Ledger,
  sign: (text: string) => Signature[],
  reviewed: { seq: number; leaf: string } = ledger.head(BATCH)!,
): Recorded {
  return ledger.append(BATCH, {
    type: 'batch.released.v1',
    data: { scope: 'whole-batch', reviewed: { seq: reviewed.seq, leaf: reviewed.leaf } },
    sign,
  });
}

/** One signature of the laboratory's system over three contents, of which two are of this batch. */
function submit(ledger: Ledger): void {
  const material = { type: 'batch.material-used.v1', data: { lot: 'L-1', quantity: '1.50' } };
  // The contents are known before they are sealed: make them once in a ledger that is thrown away.
  const digests = ['', '', ''].map((_, n) => contentDigest(`another content ${n}`));
  ledger.append(BATCH, {
    ...material,
    sign: (text) => {
      const own = contentDigest(text);
      const { root, paths } = submissionOf([digests[0]!, own, digests[1]!, digests[2]!, own]);
      const jws = signSubmission({ root, meaning: 'submission', signedAt: '2026-11-21T08:00:00.25Z' }, CLIENT.privateJwk);
      return [{ jws, path: paths[1]! }];
    },
  });
}

export function optionsOf(ledger: Ledger): BundleOptions {
  const sizes = [...ledger.notes.keys()];
  const keyStreams = ledger.events.map(({ stream }) => stream).filter((stream) => stream.startsWith('key-'));
  return {
    subject: BATCH,
    streams: [PARENT, DONATION, DONOR, MOTHER, TREATMENT, ...keyStreams],
    absent: [`key-${STRANGER.kid}`],
    lineage: true,
    checkpoints: sizes.slice(0, -1),
    prefixes: [7],
    unshown: ({ stream }) => (stream === TREATMENT ? 'withheld' : stream === MOTHER ? 'erased' : undefined),
    disclosures: ({ contentText }) => (contentText.includes(SECRET.digest) ? [SECRET.disclosure] : []),
  };
}
