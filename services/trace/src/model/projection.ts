import { upcast } from '@cytoledger/domain';
import type { Projection } from '@cytoledger/read-models';
import { batches, batchHandlers, materials } from './batches.ts';
import { deviationHandlers, deviations } from './deviations.ts';
import { donationHandlers, donations } from './donations.ts';
import { bedside, handingHandlers } from './handing.ts';
import { identifiers } from './identifiers.ts';
import { lateNotices, lateResultHandlers } from './late-results.ts';
import { legacyGaps, legacyHandlers } from './legacy.ts';
import { lineage } from './lineage.ts';
import { units } from './made-units.ts';
import { lotParts, lots, materialHandlers } from './materials.ts';
import type { Handler } from './on.ts';
import { consents, markers, personHandlers, persons } from './persons.ts';
import { dispositions, qualityHandlers, restrictions, tests } from './quality.ts';
import { registryHandlers, sites, specifications, studies } from './registry.ts';
import { sampleHandlers, sampleRecords, sampleReports } from './samples.ts';
import { excursions, shipmentHandlers, shipments } from './shipments.ts';
import { stepEquipment, stepHandlers, steps } from './steps.ts';
import { adverseEvents, infusions, outcomes, treatmentHandlers, treatments, visits } from './treatments.ts';
import { conditions, labels, samples, unitHandlers } from './units.ts';
import { mentions, unreconciled, unreconciledHandlers } from './unreconciled.ts';
import { whereabouts } from './whereabouts.ts';

/** What each type of event does, in this order where several topics take it in. */
const handlers: ReadonlyMap<string, readonly Handler[1][]> = byType([
  ...personHandlers,
  ...donationHandlers,
  ...batchHandlers,
  ...unitHandlers,
  ...handingHandlers,
  ...qualityHandlers,
  ...lateResultHandlers,
  ...materialHandlers,
  ...sampleHandlers,
  ...legacyHandlers,
  ...shipmentHandlers,
  ...treatmentHandlers,
  ...registryHandlers,
  ...unreconciledHandlers,
  ...deviationHandlers,
  ...stepHandlers,
]);

function byType(all: readonly Handler[]): Map<string, Handler[1][]> {
  const found = new Map<string, Handler[1][]>();
  for (const [type, handle] of all) {
    const held = found.get(type);
    if (held) held.push(handle);
    else found.set(type, [handle]);
  }
  return found;
}

/** What the seven traces are answered from. */
export const traceProjection: Projection = {
  name: 'trace',
  version: 9,
  tables: [
    persons,
    markers,
    consents,
    donations,
    batches,
    materials,
    lots,
    lotParts,
    steps,
    stepEquipment,
    units,
    conditions,
    labels,
    whereabouts,
    samples,
    sampleRecords,
    sampleReports,
    bedside,
    shipments,
    excursions,
    treatments,
    infusions,
    visits,
    adverseEvents,
    outcomes,
    lineage,
    tests,
    dispositions,
    restrictions,
    lateNotices,
    legacyGaps,
    deviations,
    identifiers,
    unreconciled,
    mentions,
    sites,
    specifications,
    studies,
  ],
  upcast,
  project: (event, rows) => {
    const found = handlers.get(event.type);
    if (found) for (const handle of found) handle(event as never, rows);
  },
};
