import { donation } from '../donation/state.ts';
import { type PersonState, person } from '../person/state.ts';
import { product, type Specification } from '../registry/state.ts';
import { type ShipmentState, shipment } from '../shipment/state.ts';
import { type TreatmentState, treatment } from '../treatment/state.ts';
import type { InfectiousMarker, MarkerResult } from '../vocabulary/index.ts';
import { type BatchState, batch, type Unit } from './state.ts';

/** States around a unit that lies thawed at the bedside and may be given, for specs of what follows release. */
export const IDS = {
  batch: '0192f5c4-0000-7000-8000-00000000ba01',
  unit: '0192f5c4-0000-7000-8000-00000000e001',
  otherUnit: '0192f5c4-0000-7000-8000-00000000e002',
  treatment: '0192f5c4-0000-7000-8000-00000000fe01',
  otherTreatment: '0192f5c4-0000-7000-8000-00000000fe02',
  donation: '0192f5c4-0000-7000-8000-00000000d001',
  shipment: '0192f5c4-0000-7000-8000-000000005e01',
  product: '0192f5c4-0000-7000-8000-0000000000f1',
  donor: 'donor-0001',
  mother: 'mother-0001',
  patient: 'patient-0001',
  lab: 'lab-a',
  hospital: 'hospital-b',
} as const;

/** 15:00 in Guangdong, a quarter of an hour after the thaw. */
export const AT = '2026-11-21T15:00:00+08:00';
export const THAWED_AT = '2026-11-21T14:45:00+08:00';
/** Id of the event that released the batch of {@link aBatch}. */
export const RELEASE = '0192f5c4-0000-7000-9000-00000000aaaa';

export function aUnit(over: Partial<Unit> = {}): Unit {
  return {
    id: IDS.unit,
    kind: 'cryobag',
    ordinal: 1,
    madeAt: 0,
    identifiers: [{ scheme: 'local', site: IDS.lab, value: 'HUCMSC-P4-20261121-01' }] as unknown as Unit['identifiers'],
    parent: null,
    containerLot: null,
    volume: null,
    cells: null,
    expiry: '2028-11-21T00:00:00+08:00',
    labelled: 'L-1',
    cryopreserved: true,
    thawed: { event: RELEASE, occurredAt: THAWED_AT, expiry: '2026-11-21T18:45:00+08:00' },
    place: undefined,
    custodian: IDS.hospital,
    condition: { value: 'accepted', at: 0, seq: 0, event: RELEASE },
    receivedBy: IDS.hospital,
    allocation: { event: RELEASE, treatment: IDS.treatment, patient: IDS.patient, site: IDS.hospital },
    shipment: null,
    lastShipment: IDS.shipment,
    travelled: new Set([IDS.shipment]),
    inTransit: false,
    authorisation: null,
    infusion: null,
    consumedInto: null,
    end: null,
    retrieved: false,
    ...over,
  };
}

export function aBatch(over: Partial<BatchState> = {}, ...units: readonly Unit[]): BatchState {
  return {
    ...batch.initial(IDS.batch),
    status: 'open',
    owner: IDS.lab,
    product: { id: IDS.product, specification: 1 },
    origins: { donations: new Set([IDS.donation]), batches: new Set() },
    units: new Map((units.length > 0 ? units : [aUnit()]).map((unit) => [unit.id, unit])),
    dispositions: [{ event: RELEASE, seq: 1, kind: 'released', scope: 'whole-batch', pendingTests: [] }],
    ...over,
  };
}

export function aTreatment(over: Partial<TreatmentState> = {}): TreatmentState {
  return {
    ...treatment.initial(IDS.treatment),
    planned: true,
    consented: true,
    site: IDS.hospital,
    patient: IDS.patient,
    product: IDS.product,
    physician: 'staff-0009',
    ...over,
  };
}

const CLEAR: Partial<Record<InfectiousMarker, MarkerResult>> = {
  'anti-hiv-1-2': 'non-reactive',
  hbsag: 'non-reactive',
  'anti-hbc': 'non-reactive',
  'anti-hcv': 'non-reactive',
  syphilis: 'non-reactive',
};

export function aScreening(results: Partial<Record<InfectiousMarker, MarkerResult>> = {}): PersonState['screenings'][number] {
  return {
    event: RELEASE,
    occurredAt: null,
    risk: 'none-identified',
    tests: Object.entries({ ...CLEAR, ...results }).map(([marker, result]) => ({
      marker: marker as InfectiousMarker,
      result,
      sampledAt: '2026-01-01T09:00:00+08:00',
    })),
  };
}

export function aPerson(over: Partial<PersonState> = {}): PersonState {
  return {
    ...person.initial(IDS.donor),
    registered: true,
    screenings: [aScreening()],
    eligibility: { status: 'eligible', event: RELEASE, occurredAt: null, reasons: [], screenings: 1 },
    consents: new Map([['c', aConsent()]]),
    ...over,
  };
}

export type AConsent = PersonState['consents'] extends Map<string, infer C> ? C : never;

export function aConsent(over: Partial<AConsent> = {}): AConsent {
  return {
    id: 'c',
    event: RELEASE,
    purposes: new Set(['therapy'] as const),
    giver: 'self',
    renewalDue: null,
    withdrawn: null,
    ...over,
  };
}

export function aDonation(over: object = {}) {
  return { ...donation.initial(IDS.donation), registered: true, donor: IDS.donor, kind: 'allogeneic' as const, ...over };
}

export function aShipment(over: Partial<ShipmentState> = {}): ShipmentState {
  return {
    ...shipment.initial(IDS.shipment),
    status: 'received',
    shipper: IDS.lab,
    consignee: IDS.hospital,
    limits: { minimum: '-196', maximum: '-150', cumulativeMinutes: 10 },
    ...over,
  };
}

export function aSpecification(over: Partial<Specification> = {}): Specification {
  return {
    version: 1,
    event: RELEASE,
    name: { zh: '产品', en: 'product' },
    autologous: false,
    lines: [],
    transport: { minimum: '-196', maximum: '-150', cumulativeMinutes: 10 },
    thawToInfusionMinutes: 120,
    ...over,
  };
}

/** Folded states by stream name, as specs give them to a decision. `null` leaves one out. */
export function surroundings(over: Readonly<Record<string, unknown>> = {}): Map<string, unknown> {
  const states: Record<string, unknown> = {
    [`treatment-${IDS.treatment}`]: aTreatment(),
    [`donation-${IDS.donation}`]: aDonation(),
    [`person-${IDS.donor}`]: aPerson(),
    [`shipment-${IDS.shipment}`]: aShipment(),
    [`product-${IDS.product}`]: { ...product.initial(IDS.product), specifications: new Map([[1, aSpecification()]]) },
    ...over,
  };
  return new Map(Object.entries(states).filter(([, state]) => state !== null));
}
