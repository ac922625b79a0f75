import type { BatchState, Unit } from './state.ts';

/** A unit of which nothing is known but that it is made. */
export function newUnit(made: Pick<Unit, 'id' | 'kind' | 'ordinal' | 'madeAt' | 'identifiers'>): Unit {
  return {
    ...made,
    parent: null,
    containerLot: null,
    volume: null,
    cells: null,
    expiry: null,
    labelled: null,
    cryopreserved: false,
    thawed: null,
    place: undefined,
    custodian: null,
    condition: undefined,
    receivedBy: null,
    allocation: null,
    shipment: null,
    lastShipment: null,
    travelled: new Set(),
    inTransit: false,
    authorisation: null,
    infusion: null,
    consumedInto: null,
    end: null,
    endedAt: null,
    retrieved: false,
  };
}

/** What stands for the units of a batch that are still to be made: whatever is said of the whole batch is said of them, and no release is. */
export function unmadeUnit({ id, identifiers }: BatchState): Unit {
  return newUnit({ id, kind: 'cryobag', ordinal: 0, madeAt: Number.POSITIVE_INFINITY, identifiers: [...identifiers] });
}
