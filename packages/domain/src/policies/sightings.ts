/** Events as policies see them, for their specs. */
import type { Seen } from './policy.ts';

const uuid = (kind: string, n: number) => `0192f5c4-0000-7000-8${kind}-${n.toString(16).padStart(12, '0')}`;

export const batchId = (n: number) => uuid('0ba', n);
const donationId = (n: number) => uuid('0d0', n);
/** As random in their last bits as ids are: from them events are numbered. */
export const treatmentId = (n: number) => uuid('07e', 0xf00000000000 + n);
const shipmentId = (n: number) => uuid('05e', n);
export const unitId = (n: number) => uuid('0a1', n);

/** An event; the same arguments give the same event. */
export function sighting(stream: string, fact: string, data: unknown, n = 0): Seen {
  const type = `${stream.slice(0, stream.indexOf('-'))}.${fact}.v1`;
  const hash = [...JSON.stringify([stream, fact, data, n])].reduce(
    (sum, each) => (sum * 31 + each.charCodeAt(0)) % 0xffffffffffff,
    7,
  );
  return { id: uuid('0ee', hash), type, stream, recordedAt: '2026-11-21T08:00:00.000Z', data };
}

export const registered = (donation: number, donor: string, over: object = {}) =>
  sighting(`donation-${donationId(donation)}`, 'registered', { donor, kind: 'allogeneic', ...over });

export const origins = (batch: number, donations: readonly number[], batches: readonly number[] = []) =>
  sighting(`batch-${batchId(batch)}`, 'origins-resolved', {
    donations: donations.map(donationId),
    batches: batches.map(batchId),
  });

export const infused = (batch: number, unit: number, treatment: number) =>
  sighting(`batch-${batchId(batch)}`, 'unit-infused', { unit: unitId(unit), treatment: treatmentId(treatment) });

export const infusionRecorded = (batch: number, unit: number, treatment: number) =>
  sighting(`treatment-${treatmentId(treatment)}`, 'infusion-recorded', {
    batch: batchId(batch),
    unit: unitId(unit),
    patient: 'patient-0001',
  });

export const determined = (person: string, status: string, n = 0) =>
  sighting(`person-${person}`, 'eligibility-determined', { status, reviewer: 'staff-0001' }, n);

export const withdrawn = (person: string, over: object = {}) =>
  sighting(`person-${person}`, 'consent-withdrawn', {
    consent: uuid('0c0', 1),
    purposes: 'all',
    effect: 'no-further-use',
    ...over,
  });

export const consented = (person: string, purposes: readonly string[] = ['therapy']) =>
  sighting(`person-${person}`, 'consent-given', { consent: uuid('0c0', 2), purposes, giver: 'self' });

export const split = (batch: number, ...ordinals: readonly number[]) =>
  sighting(`batch-${batchId(batch)}`, 'split', { units: ordinals.map((n) => ({ id: unitId(n), kind: 'cryobag', ordinal: n })) });

export const shipped = (batch: number, ...units: readonly number[]) =>
  sighting(`batch-${batchId(batch)}`, 'unit-shipped', {
    shipment: shipmentId(1),
    from: 'lab-a',
    to: 'hospital-b',
    custodian: 'carrier-c',
    units: units.map(unitId),
  });

const child = { into: batchId(99) };

export const consumed = (batch: number, unit: number) =>
  sighting(`batch-${batchId(batch)}`, 'unit-consumed', { unit: unitId(unit), ...child });

export const returned = (batch: number, unit: number) =>
  sighting(`batch-${batchId(batch)}`, 'unit-returned-to-stock', { unit: unitId(unit), ...child });

export const received = (batch: number, ...units: readonly number[]) =>
  sighting(`batch-${batchId(batch)}`, 'unit-received', {
    to: 'hospital-b',
    units: units.map((unit) => ({ unit: unitId(unit), condition: 'accepted' })),
  });

export const discarded = (batch: number, ...ordinals: readonly number[]) =>
  sighting(`batch-${batchId(batch)}`, 'unit-discarded', {
    scope: { ranges: ordinals.map((n) => ({ from: n, to: n })) },
    reason: 'expired',
    method: 'incinerated',
  });

export const tested = (batch: number, ...verdicts: readonly string[]) =>
  sighting(`batch-${batchId(batch)}`, 'test-recorded', {
    results: verdicts.map((verdict, n) => ({ test: `test-${n}`, method: 'm1', verdict })),
  });

const sampleId = (n: number) => uuid('05a', n);

export const sampled = (batch: number, sample: number) =>
  sighting(`batch-${batchId(batch)}`, 'unit-sampled', { unit: unitId(1), sample: sampleId(sample), laboratory: 'qc-lab' });

export const reported = (sample: number, verdict: string, fact = 'report-issued') =>
  sighting(`sample-${sampleId(sample)}`, fact, { results: [{ test: 'sterility', method: 'm1', verdict }] });

export const reportWithdrawn = (sample: number) =>
  sighting(`sample-${sampleId(sample)}`, 'report-withdrawn', { report: uuid('0e5', 1), reason: 'laboratory-error' });

export const listed = (shipment: number, ...units: readonly (readonly [batch: number, unit: number])[]) =>
  sighting(`shipment-${shipmentId(shipment)}`, 'manifest-listed', {
    units: units.map(([batch, unit]) => ({ batch: batchId(batch), unit: unitId(unit) })),
    refused: [],
  });

export const excursion = (shipment: number, over: object = {}, n = 1) =>
  sighting(`shipment-${shipmentId(shipment)}`, 'excursion-detected', {
    excursion: uuid('0ec', n),
    beyondLimit: true,
    minutesOutside: 20,
    minimum: '-140',
    maximum: '-120',
    limits: { minimum: '-196', maximum: '-150', cumulativeMinutes: 10 },
    ...over,
  });

export const assessed = (shipment: number, outcome: string, n = 1) =>
  sighting(`shipment-${shipmentId(shipment)}`, 'excursion-assessed', { excursion: uuid('0ec', n), outcome });

export const initiatedRecall = (recall: number, batches: readonly number[], over: object = {}) =>
  sighting(`recall-${uuid('0ca', recall)}`, 'initiated', {
    mock: false,
    class: 'I',
    reason: 'material-recalled',
    trigger: { kind: 'material-recalled' },
    origin: { kind: 'lot', id: 'FBS-2026-07' },
    position: '4711',
    batches: batches.map(batchId),
    units: [],
    ...over,
  });

export const approvedCorrection = (correction: number) => sighting(`correction-${uuid('0cc', correction)}`, 'approved', {});

const lotId = (n: number) => uuid('0c0', n);

export const prepared = (lot: number, ...parents: readonly number[]) =>
  sighting(`material-${lotId(lot)}`, 'prepared', {
    kind: 'medium',
    name: 'medium',
    lot: `M-${lot}`,
    parents: parents.map((parent) => ({ material: lotId(parent) })),
  });

export const lotRecalled = (lot: number) => sighting(`material-${lotId(lot)}`, 'recalled', { reason: 'contamination' });

export const lotRejected = (lot: number, reason = 'contaminated') => sighting(`material-${lotId(lot)}`, 'rejected', { reason });

/** The entry with other data, as policies see a correction of it. */
export const amended = (original: Seen, data: object): Seen => ({
  ...sighting(original.stream, 'corrected', data),
  ...{ type: original.type, corrects: original.id },
});

export const lotUsed = (batch: number, lot: number) =>
  sighting(`batch-${batchId(batch)}`, 'material-used', { material: lotId(lot), name: 'serum', supplier: 'S', lot: `L-${lot}` });

export const mediumUsed = (batch: number, lot: number) =>
  sighting(`batch-${batchId(batch)}`, 'passaged', { media: [{ name: 'medium' }, { name: 'medium', material: lotId(lot) }] });

export const diluted = (batch: number, unit: number, lot: number) =>
  sighting(`batch-${batchId(batch)}`, 'unit-reconstituted', {
    unit: unitId(unit),
    diluents: [{ name: 'saline', lot: `L-${lot}`, material: lotId(lot) }],
  });

export const allocated = (batch: number, unit: number, treatment: number) =>
  sighting(`batch-${batchId(batch)}`, 'unit-allocated', {
    unit: unitId(unit),
    treatment: treatmentId(treatment),
    patient: 'patient-0001',
    site: 'hospital-b',
  });

export const conditioned = (treatment: number, physician = 'staff-0010') =>
  sighting(`treatment-${treatmentId(treatment)}`, 'conditioning-started', { patient: 'patient-0001', physician });

export const decided = (person: string, withdrawal: string, batch: number, decision: string, n = 0) =>
  sighting(
    `person-${person}`,
    'withdrawal-decided',
    { withdrawal, batches: [{ batch: batchId(batch), decision }], decider: 'staff-0003' },
    n,
  );

export const held = (batch: number, cause: string, scope: unknown = 'whole-batch') =>
  sighting(`batch-${batchId(batch)}`, 'held', { scope, reason: 'consent-withdrawn', cause });

export const informed = (person: string, n = 0) =>
  sighting(
    `person-${person}`,
    'post-donation-information-received',
    { information: uuid('0f1', n), kind: 'infection', source: 'donor' },
    n,
  );

export const retested = (person: string, result: string, marker = 'anti-hcv') =>
  sighting(`person-${person}`, 'retested', { tests: [{ marker, result, sampledAt: '2026-11-20T09:00:00+08:00' }] });

export const linked = (person: string, other: string, link = 1) =>
  sighting(`person-${person}`, 'linked', {
    link: uuid('0f2', link),
    with: other,
    evidence: ['identity-document'],
    approvers: ['staff-0003', 'staff-0004'],
  });

export const linkNoted = (person: string, other: string, link = 1, standing = true) =>
  sighting(`person-${person}`, 'link-noted', { link: uuid('0f2', link), with: other, standing });

export const unlinked = (person: string, link = 1) =>
  sighting(`person-${person}`, 'unlinked', {
    link: uuid('0f2', link),
    reason: 'typing-differs',
    approvers: ['staff-0003', 'staff-0004'],
  });

export const closedTreatment = (treatment: number) =>
  sighting(`treatment-${treatmentId(treatment)}`, 'closed', { reason: 'died' });
