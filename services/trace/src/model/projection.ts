import { upcast } from '@cytoledger/domain';
import type { Projection } from '@cytoledger/read-models';
import { batches, batchHandlers, materials } from './batches.ts';
import { chains } from './chains.ts';
import { claimedInfusions } from './claimed-infusions.ts';
import { deviationHandlers, deviations } from './deviations.ts';
import { donationHandlers, donations } from './donations.ts';
import { devices, equipmentHandlers, failures } from './equipment.ts';
import { given, givenHandlers } from './given.ts';
import { bedside, handingHandlers } from './handing.ts';
import { handlingHandlers, handlings } from './handlings.ts';
import { identifiers } from './identifiers.ts';
import { lateNotices, lateResultHandlers } from './late-results.ts';
import { legacyGaps, legacyHandlers } from './legacy.ts';
import { lineage } from './lineage.ts';
import { units } from './made-units.ts';
import { lotParts, lots, materialHandlers } from './materials.ts';
import { noticeHandlers, notices, pregnancies, transplants } from './notices.ts';
import type { Handler } from './on.ts';
import { oversightHandlers, processes, processRecords, tasks } from './oversight.ts';
import { information, personFollowUpHandlers, personLinks, withdrawalDecisions } from './person-follow-up.ts';
import { consents, markers, personHandlers, persons } from './persons.ts';
import { dispositions, qualityHandlers, restrictions, tests } from './quality.ts';
import { recallHandlers, recallSites, recalls, recallUnits } from './recalls.ts';
import { registryHandlers, sites, specifications, studies } from './registry.ts';
import { roomHandlers, rooms, sessions } from './rooms.ts';
import { sampleHandlers, sampleRecords, sampleReports } from './samples.ts';
import { excursions, shipmentHandlers, shipments } from './shipments.ts';
import { authorisations, members, staffHandlers } from './staff.ts';
import { stepEquipment, stepHandlers, steps } from './steps.ts';
import { adverseEvents, infusions, outcomes, treatmentHandlers, treatments, visits } from './treatments.ts';
import { unitPartHandlers } from './unit-parts.ts';
import { unitReturnHandlers } from './unit-returns.ts';
import { conditions, labels, samples, unitHandlers } from './units.ts';
import { mentions, unreconciled, unreconciledHandlers } from './unreconciled.ts';
import { whereabouts } from './whereabouts.ts';

/** What each type of event does, in this order where several topics take it in. */
const handlers: ReadonlyMap<string, readonly Handler[1][]> = byType([
  ...personHandlers,
  ...personFollowUpHandlers,
  ...donationHandlers,
  ...batchHandlers,
  ...unitHandlers,
  ...handingHandlers,
  ...unitPartHandlers,
  ...unitReturnHandlers,
  ...givenHandlers,
  ...qualityHandlers,
  ...lateResultHandlers,
  ...materialHandlers,
  ...sampleHandlers,
  ...legacyHandlers,
  ...shipmentHandlers,
  ...treatmentHandlers,
  ...noticeHandlers,
  ...registryHandlers,
  ...unreconciledHandlers,
  ...deviationHandlers,
  ...stepHandlers,
  ...handlingHandlers,
  ...equipmentHandlers,
  ...roomHandlers,
  ...staffHandlers,
  ...recallHandlers,
  ...oversightHandlers,
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
  version: 21,
  tables: [
    persons,
    markers,
    consents,
    personLinks,
    information,
    withdrawalDecisions,
    donations,
    batches,
    materials,
    lots,
    lotParts,
    steps,
    stepEquipment,
    handlings,
    devices,
    failures,
    rooms,
    sessions,
    members,
    authorisations,
    units,
    conditions,
    labels,
    given,
    whereabouts,
    samples,
    sampleRecords,
    sampleReports,
    bedside,
    shipments,
    excursions,
    treatments,
    notices,
    transplants,
    pregnancies,
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
    chains,
    unreconciled,
    claimedInfusions,
    mentions,
    sites,
    specifications,
    studies,
    recalls,
    recallUnits,
    recallSites,
    processes,
    processRecords,
    tasks,
  ],
  upcast,
  project: (event, rows) => {
    const found = handlers.get(event.type);
    if (found) for (const handle of found) handle(event as never, rows);
  },
};
