import type { Said } from '@cytoledger/read-models/specification';
import { uuid } from './ids.ts';

/** What laboratories and hospitals record, event by event, as the domain's schemas ask for it. */
const say = (stream: string, type: string, data: object, org: string, more: Partial<Said> = {}): Said => ({
  stream,
  type,
  data,
  actor: { org, person: 'staff-0001', role: 'lab.operator', client: null },
  ...more,
});

const cells = (value: string) => ({ value, unit: '10*6.{cells}', what: 'viable', basis: 'measured', method: 'AO/PI v3' });

export type UnitOf = { readonly batch: number; readonly unit: number };

export const ids = {
  donor: (n: number) => `donor-${String(n).padStart(6, '0')}`,
  patient: (n: number) => `patient-${String(n).padStart(6, '0')}`,
  donation: (n: number) => uuid(0xd0, n),
  batch: (n: number) => uuid(0xb0, n),
  unit: ({ batch, unit }: UnitOf) => uuid(0x100 + unit, batch),
  treatment: (n: number) => uuid(0x70, n),
  shipment: (n: number) => uuid(0x50, n),
  product: uuid(0xf0, 1),
  sample: (n: number) => uuid(0x5a, n),
};

export const LAB = 'lab-a';

export function donorEvents(donor: number, hospital: string): Said[] {
  const stream = `person-${ids.donor(donor)}`;
  const tests = ['anti-hiv-1-2', 'hbsag', 'anti-hbc', 'anti-hcv', 'syphilis'].map((marker) => ({
    marker,
    assay: 'ELISA-2',
    kitLot: 'K2611',
    sampledAt: '2026-11-01T09:00:00+08:00',
    result: 'non-reactive',
  }));
  return [
    say(stream, 'person.registered.v1', { role: 'donor', sex: 'female' }, hospital),
    say(stream, 'person.screened.v1', { risk: 'none-identified', tests, screener: 'staff-0009' }, hospital),
    say(stream, 'person.eligibility-determined.v1', { status: 'eligible', reviewer: 'staff-0002' }, hospital),
    say(
      stream,
      'person.consent-given.v1',
      {
        consent: uuid(0xc0, donor),
        purposes: ['therapy', 'contact'],
        giver: 'self',
        form: 'ICF-01 v3',
        unusedMaterial: 'destroy',
      },
      hospital,
    ),
  ];
}

export function donationEvents(donation: number, donor: number, hospital: string): Said[] {
  const stream = `donation-${ids.donation(donation)}`;
  const number = { scheme: 'local', site: hospital, kind: 'donation', value: `D-${donation}` };
  return [
    say(stream, 'donation.registered.v1', { donor: ids.donor(donor), kind: 'allogeneic', identifiers: [number] }, hospital),
    say(
      stream,
      'donation.collected.v1',
      {
        donor: ids.donor(donor),
        source: 'umbilical-cord',
        procedure: 'SOP-COL-01 v4',
        quantities: [{ value: '40', unit: 'g', what: 'mass', basis: 'measured' }],
        container: { lot: 'C2611' },
        operator: 'staff-0001',
        labelledBeforeDisconnection: true,
      },
      hospital,
    ),
    say(
      stream,
      'donation.received.v1',
      {
        outcome: 'accepted',
        seal: { number: `S-${donation}`, intact: true },
        temperature: { minimum: '2.1', maximum: '7.9' },
        transitHours: '5.5',
        checkedBy: ['staff-0002', 'staff-0003'],
      },
      LAB,
    ),
  ];
}

export type Input = { readonly donation: number } | UnitOf;

/** What the sources say of an opening, before it. */
export function issueEvents(batch: number, inputs: readonly Input[]): Said[] {
  return inputs.map((input) =>
    'donation' in input
      ? say(`donation-${ids.donation(input.donation)}`, 'donation.material-issued.v1', { into: ids.batch(batch) }, LAB)
      : say(`batch-${ids.batch(input.batch)}`, 'batch.unit-consumed.v1', { unit: ids.unit(input), into: ids.batch(batch) }, LAB),
  );
}

export function openingEvents(batch: number, inputs: readonly Input[], more: object = {}): Said[] {
  const stream = `batch-${ids.batch(batch)}`;
  return [
    say(
      stream,
      'batch.opened.v1',
      {
        identifiers: [{ scheme: 'local', site: LAB, kind: 'batch', value: `HUCMSC-P4-${batch}` }],
        product: { id: ids.product, specification: 1 },
        inputs: inputs.map((input) =>
          'donation' in input
            ? { donation: ids.donation(input.donation) }
            : { batch: ids.batch(input.batch), unit: ids.unit(input) },
        ),
        autologous: false,
        tier: 'none',
        passageCeiling: 8,
        ...more,
      },
      LAB,
    ),
    say(
      stream,
      'batch.material-used.v1',
      {
        name: 'platelet lysate',
        supplier: 'Supplier A',
        lot: `PL-${batch % 20}`,
        expiry: '2027-06-30',
        quantity: { value: '50', unit: 'mL', what: 'volume' },
        role: 'contact',
        origin: 'human',
        step: 'expanded',
      },
      LAB,
    ),
  ];
}

export function processEvents(batch: number, units: number): Said[] {
  const stream = `batch-${ids.batch(batch)}`;
  const step = { room: 'B-101', grade: 'B', equipment: ['INC-04'], operator: 'staff-0001', verifier: 'staff-0002' };
  const made = Array.from({ length: units }, (_, unit) => ({
    id: ids.unit({ batch, unit }),
    kind: 'cryobag',
    ordinal: unit + 1,
    identifiers: [{ scheme: 'local', site: LAB, kind: 'unit', value: `HUCMSC-P4-${batch}-${unit + 1}` }],
    containerLot: 'CB-77',
    volume: { value: '20', unit: 'mL', what: 'volume' },
    cells: cells('50'),
  }));
  return [
    say(stream, 'batch.isolated.v1', { ...step, passage: 0, output: [cells('12')], viability: '97.1' }, LAB),
    say(stream, 'batch.passaged.v1', { ...step, passage: 3, output: [cells('300')], viability: '96.0', confluence: '85' }, LAB),
    say(stream, 'batch.harvested.v1', { ...step, passage: 4, output: [cells('5000')], viability: '95.4' }, LAB),
    say(stream, 'batch.split.v1', { units: made, expiry: '2028-11-21T00:00:00+08:00', operator: 'staff-0001' }, LAB),
    say(stream, 'batch.split-closed.v1', { units }, LAB),
    say(
      stream,
      'batch.unit-labelled.v1',
      {
        labels: made.map(({ id }, unit) => ({
          unit: id,
          label: uuid(0x1a00 + unit, batch),
          contentDigest: 'A'.repeat(43),
          scanBack: 'match',
        })),
        template: { id: 'LBL-01', version: '2' },
        operator: 'staff-0001',
      },
      LAB,
    ),
    say(stream, 'batch.unit-cryopreserved.v1', { scope: 'whole-batch', device: 'CRF-1', program: 'P-7 v2' }, LAB),
    say(
      stream,
      'batch.unit-stored.v2',
      { scope: 'whole-batch', tank: `T${batch % 9}`, rack: 'R2', box: `B${batch}`, phase: 'vapour', operator: 'staff-0001' },
      LAB,
    ),
  ];
}

export function releaseEvents(batch: number): Said[] {
  const stream = `batch-${ids.batch(batch)}`;
  const analyst = { analyst: 'staff-0005', reviewer: 'staff-0006', method: 'SOP-QC-1' };
  return [
    say(
      stream,
      'batch.test-recorded.v1',
      {
        report: `QC-${batch}`,
        results: [
          { test: 'viability', line: '1', value: { value: '95.2', unit: '%' }, verdict: 'pass', ...analyst },
          { test: 'sterility', line: '2', verdict: 'pass', ...analyst },
          { test: 'endotoxin', line: '3', value: { value: '0.1', unit: 'EU/mL' }, verdict: 'pass', ...analyst },
        ],
      },
      LAB,
    ),
    say(stream, 'batch.released.v1', { scope: 'whole-batch', reviewed: { seq: 9, leaf: 'A'.repeat(43) } }, LAB),
  ];
}

/** From the shelf to the patient. */
export function handingEvents(
  { batch, unit }: UnitOf,
  to: { readonly treatment: number; readonly patient: number; readonly site: string },
): Said[] {
  const stream = `batch-${ids.batch(batch)}`;
  const id = ids.unit({ batch, unit });
  const treatment = ids.treatment(to.treatment);
  const patient = ids.patient(to.patient);
  const shipment = ids.shipment(to.treatment);
  const match = { outcome: 'match', method: 'scan' };
  return [
    say(stream, 'batch.unit-allocated.v1', { unit: id, treatment, patient, site: to.site }, LAB),
    say(stream, 'batch.unit-packed.v1', { shipment, shipper: LAB, units: [id] }, LAB),
    say(stream, 'batch.unit-shipped.v1', { shipment, from: LAB, to: to.site, custodian: 'carrier-a', units: [id] }, LAB),
    say(
      stream,
      'batch.unit-received.v1',
      { from: 'carrier-a', to: to.site, shipment, units: [{ unit: id, condition: 'accepted' }] },
      to.site,
    ),
    say(
      stream,
      'batch.unit-infusion-authorised.v1',
      {
        unit: id,
        treatment,
        patient,
        checks: { patient: match, coi: { outcome: 'not-applicable' }, unit: match, product: match },
        secondChecker: 'staff-0012',
      },
      to.site,
    ),
    say(
      stream,
      'batch.unit-infused.v1',
      { unit: id, treatment, patient, secondChecker: 'staff-0012', operator: 'staff-0011' },
      to.site,
    ),
  ];
}

/** Each unit into its slot, and out again for stock-taking. */
export function movingEvents(batch: number, units: number): Said[] {
  const stream = `batch-${ids.batch(batch)}`;
  return Array.from({ length: units }, (_, unit) => ids.unit({ batch, unit })).flatMap((id, unit) => [
    say(
      stream,
      'batch.unit-moved.v1',
      { scope: { units: [id] }, tank: `T${batch % 9}`, rack: 'R2', box: `B${batch}`, slot: `S${unit + 1}`, phase: 'vapour' },
      LAB,
    ),
    say(stream, 'batch.unit-retrieved.v1', { scope: { units: [id] }, purpose: 'inventory', operator: 'staff-0001' }, LAB),
  ]);
}

export type Recipient = { readonly treatment: number; readonly patient: number; readonly site: string };

export function plannedEvents({ treatment, patient, site }: Recipient): Said[] {
  const stream = `treatment-${ids.treatment(treatment)}`;
  return [
    say(
      stream,
      'treatment.planned.v1',
      {
        patient: ids.patient(patient),
        product: ids.product,
        physician: 'staff-0010',
        plannedDose: { value: '50', unit: '10*6.{cells}', what: 'viable' },
        infusions: 1,
      },
      site,
    ),
    say(stream, 'treatment.consented.v1', { patient: ids.patient(patient), giver: 'self', form: 'ICF-02 v4' }, site),
  ];
}

/** What the treatment's own record says of an infusion. */
export function followUpEvents({ batch, unit }: UnitOf, { treatment, patient, site }: Recipient): Said[] {
  const stream = `treatment-${ids.treatment(treatment)}`;
  return [
    say(
      stream,
      'treatment.infusion-recorded.v1',
      {
        batch: ids.batch(batch),
        unit: ids.unit({ batch, unit }),
        patient: ids.patient(patient),
        dose: { value: '48', unit: '10*6.{cells}', what: 'viable', basis: 'calculated' },
        route: 'intravenous',
        thawToInfusionMinutes: 15,
        vitalSigns: [{ kind: 'temperature', phase: 'before', unit: 'Cel', _sd: ['A'.repeat(43)] }],
        reactions: [{ kind: 'none' }],
        operator: 'staff-0011',
      },
      site,
    ),
    ...[3, 6, 12].map((month) =>
      say(
        stream,
        'treatment.visit-scheduled.v1',
        { visit: uuid(0x7100 + month, treatment), name: `M${month}`, from: visitDay(month, 1), to: visitDay(month, 15) },
        site,
      ),
    ),
  ];
}

/** Counted from November 2026. */
function visitDay(month: number, day: number): string {
  const at = new Date(Date.UTC(2026, 10 + month, day));
  return at.toISOString().slice(0, 10);
}
