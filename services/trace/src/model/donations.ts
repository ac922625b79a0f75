import { donations as domain } from '@cytoledger/domain';
import { table } from '@cytoledger/read-models';
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
    received_by: 'text',
    outcome: 'text',
    reasons: 'text',
    discarded_at: 'text',
  },
  [['donor'], ['birth_mother']],
);

const personStream = (pseudonym: string | undefined) => (pseudonym === undefined ? null : `person-${pseudonym}`);

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
  }),
  on(domain.collected, ({ data, occurredAt, actor }, rows) => {
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
  }),
  on(domain.discarded, ({ data, occurredAt, recordedAt }, rows) => {
    if (data.quantity === undefined)
      rows.put(donations, ONE, { ...rows.get(donations, ONE), discarded_at: occurredAt ?? recordedAt });
  }),
  on(domain.received, ({ data, occurredAt, actor }, rows) => {
    rows.put(donations, ONE, {
      ...rows.get(donations, ONE),
      received_at: occurredAt,
      received_by: actor.org,
      outcome: data.outcome,
      reasons: json(data.reasons),
    });
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
