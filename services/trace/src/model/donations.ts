import { donations as domain } from '@cytoledger/domain';
import { table } from '@cytoledger/read-models';
import { putMaterial } from './batches.ts';
import { putChain } from './chains.ts';
import { putIdentifiers } from './identifiers.ts';
import { lineage } from './lineage.ts';
import { type Handler, json, on } from './on.ts';
import { ONE } from './persons.ts';

export const donations = table(
  'donations',
  {
    donor: 'stream',
    birth_mother: 'stream',
    kind: 'text',
    relationship: 'text',
    recipient: 'stream',
    collection: 'text',
    coi: 'text',
    procurement_site: 'text',
    collected_at: 'text',
    collected_site: 'text',
    source: 'text',
    procedure_code: 'text',
    quantities: 'text',
    container_lot: 'text',
    operator: 'text',
    reaction: 'text',
    received_at: 'text',
    /** Who found {@link outcome}. */
    received_by: 'text',
    /** Everybody who received it: JSON list of organisations. */
    receivers: 'text',
    outcome: 'text',
    reasons: 'text',
    discarded_at: 'text',
  },
  [['donor'], ['birth_mother']],
);

/** As {@link donations} keeps them. */
export function organisationsIn(list: unknown): string[] {
  return typeof list === 'string' ? (JSON.parse(list) as string[]) : [];
}

const personStream = (pseudonym: string | undefined) => (pseudonym === undefined ? null : `person-${pseudonym}`);

type Collected = Parameters<(typeof domain.collected)['evolve']>[1]['data'];

/** What the cells touched on their way out of the donor, as far as its lot is known. */
function touchedAtCollection({ anticoagulant, container, apheresis }: Collected): [string, { name: string; lot: string }][] {
  const said = {
    anticoagulant: { name: anticoagulant?.name ?? 'anticoagulant', lot: anticoagulant?.lot },
    'acd-a': {
      name: 'ACD-A',
      lot: apheresis?.anticoagulantLot === anticoagulant?.lot ? undefined : apheresis?.anticoagulantLot,
    },
    kit: { name: 'apheresis kit', lot: apheresis?.kitLot },
    container: { name: container?.kind ?? 'collection container', lot: container?.lot },
  };
  return Object.entries(said).flatMap(([what, { name, lot }]) => (lot === undefined ? [] : [[what, { name, lot }]]));
}

export const donationHandlers: readonly Handler[] = [
  on(domain.registered, ({ data, actor }, rows) => {
    const recipient = data.recipient ?? (data.kind === 'autologous' ? data.donor : undefined);
    rows.put(donations, ONE, {
      donor: personStream(data.donor),
      birth_mother: personStream(data.birthMother),
      kind: data.kind,
      relationship: data.relationship ?? null,
      recipient: personStream(recipient),
      collection: json(data.collection),
      coi: data.coi ?? null,
      procurement_site: actor.org,
    });
    putIdentifiers(rows, data.identifiers);
    putChain(rows, data.coi);
  }),
  on(domain.collected, ({ id, data, occurredAt, actor }, rows) => {
    rows.put(donations, ONE, {
      ...rows.get(donations, ONE),
      collected_at: data.start ?? occurredAt,
      collected_site: data.site ?? actor.org,
      source: data.source,
      procedure_code: data.procedure ?? null,
      quantities: json(data.quantities),
      container_lot: data.container?.lot ?? null,
      operator: data.operator ?? null,
      reaction: data.reaction ?? null,
    });
    putIdentifiers(rows, data.identifiers);
    for (const [what, { name, lot }] of touchedAtCollection(data)) {
      const said = { namedBy: actor.org, occurredAt: data.start ?? occurredAt };
      putMaterial(rows, `${id}/${what}`, { name, lot, role: 'contact', step: 'collected', ...said });
    }
  }),
  on(domain.discarded, ({ data, occurredAt, recordedAt }, rows) => {
    if (data.quantity === undefined)
      rows.put(donations, ONE, { ...rows.get(donations, ONE), discarded_at: occurredAt ?? recordedAt });
  }),
  on(domain.received, ({ data, occurredAt, actor }, rows) => {
    const known = rows.get(donations, ONE);
    const receivers = json([...new Set([...organisationsIn(known?.receivers), actor.org])]);
    // Somebody else's acceptance does not outweigh what speaks against it.
    const isOutweighed =
      data.outcome === 'accepted' && known?.received_by !== actor.org && known?.outcome != null && known.outcome !== 'accepted';
    const found = {
      received_at: occurredAt,
      received_by: actor.org,
      outcome: data.outcome,
      reasons: json(data.reasons),
    };
    rows.put(donations, ONE, { ...known, ...(!isOutweighed && found), receivers });
  }),
  on(domain.materialIssued, ({ stream, data, occurredAt }, rows) => {
    rows.put(lineage, data.into, {
      parent: stream,
      child: `batch-${data.into}`,
      said_by: 'source',
      quantity: json(data.quantity),
      occurred_at: occurredAt,
    });
  }),
  on(domain.materialReturned, ({ data }, rows) => rows.remove(lineage, data.into)),
];
