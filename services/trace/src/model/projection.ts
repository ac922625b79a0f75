import { upcast } from '@cytoledger/domain';
import type { Projection } from '@cytoledger/read-models';
import { batches, batchHandlers, materials } from './batches.ts';
import { deviationHandlers, deviations } from './deviations.ts';
import { donationHandlers, donations } from './donations.ts';
import { bedside, handingHandlers } from './handing.ts';
import { identifiers } from './identifiers.ts';
import { lineage } from './lineage.ts';
import { units } from './made-units.ts';
import type { Handler } from './on.ts';
import { consents, markers, personHandlers, persons } from './persons.ts';
import { dispositions, qualityHandlers, restrictions, tests } from './quality.ts';
import { registryHandlers, sites, specifications, studies } from './registry.ts';
import { excursions, shipmentHandlers, shipments } from './shipments.ts';
import { adverseEvents, infusions, outcomes, treatmentHandlers, treatments, visits } from './treatments.ts';
import { conditions, labels, samples, unitHandlers } from './units.ts';
import { mentions, unreconciled, unreconciledHandlers } from './unreconciled.ts';
import { whereabouts } from './whereabouts.ts';

const handlers: ReadonlyMap<string, Handler[1]> = new Map([
  ...personHandlers,
  ...donationHandlers,
  ...batchHandlers,
  ...unitHandlers,
  ...handingHandlers,
  ...qualityHandlers,
  ...shipmentHandlers,
  ...treatmentHandlers,
  ...registryHandlers,
  ...unreconciledHandlers,
  ...deviationHandlers,
]);

/** What the seven traces are answered from. */
export const traceProjection: Projection = {
  name: 'trace',
  version: 7,
  tables: [
    persons,
    markers,
    consents,
    donations,
    batches,
    materials,
    units,
    conditions,
    labels,
    whereabouts,
    samples,
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
    deviations,
    identifiers,
    unreconciled,
    mentions,
    sites,
    specifications,
    studies,
  ],
  upcast,
  project: (event, rows) => handlers.get(event.type)?.(event as never, rows),
};
