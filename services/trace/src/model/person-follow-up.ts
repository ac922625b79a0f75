import { persons as domain } from '@cytoledger/domain';
import { table } from '@cytoledger/read-models';
import { type Handler, on } from './on.ts';
import { ONE, persons, putMarkers } from './persons.ts';

/** Links between pseudonyms, keyed by link; each stands in the rows of both. */
export const personLinks = table('person_links', { other: 'stream', standing: 'integer', decided_at: 'text' });

/** What came out about a donor after the donation, keyed by the sender's id. */
export const information = table('information', {
  kind: 'text',
  known_since: 'text',
  source: 'text',
  received_at: 'text',
  assessed_at: 'text',
});

/** What was decided about a batch after a withdrawal, keyed by batch. */
export const withdrawalDecisions = table('withdrawal_decisions', { decision: 'text', decider: 'text', decided_at: 'text' });

export const personFollowUpHandlers: readonly Handler[] = [
  on(domain.retested, putMarkers),
  on(domain.postDonationInformationReceived, ({ data, occurredAt, recordedAt }, rows) => {
    rows.put(information, data.information, {
      kind: data.kind,
      known_since: data.knownSince ?? null,
      source: data.source,
      received_at: occurredAt ?? recordedAt,
      assessed_at: null,
    });
  }),
  on(domain.eligibilityDetermined, ({ occurredAt, recordedAt }, rows) => {
    for (const [key, { assessed_at }] of rows.all(information)) {
      if (assessed_at === null) rows.change(information, key, { assessed_at: occurredAt ?? recordedAt });
    }
  }),
  on(domain.withdrawalDecided, ({ data, occurredAt, recordedAt }, rows) => {
    for (const { batch, decision } of data.batches) {
      rows.put(withdrawalDecisions, batch, { decision, decider: data.decider, decided_at: occurredAt ?? recordedAt });
    }
  }),
  on(domain.linked, ({ data, occurredAt, recordedAt }, rows) => {
    rows.put(personLinks, data.link, { other: `person-${data.with}`, standing: 1, decided_at: occurredAt ?? recordedAt });
  }),
  on(domain.linkNoted, ({ data, occurredAt, recordedAt }, rows) => {
    rows.put(personLinks, data.link, {
      other: `person-${data.with}`,
      standing: data.standing ? 1 : 0,
      decided_at: occurredAt ?? recordedAt,
    });
  }),
  on(domain.unlinked, ({ data, occurredAt, recordedAt }, rows) => {
    rows.change(personLinks, data.link, { standing: 0, decided_at: occurredAt ?? recordedAt });
  }),
  on(domain.died, ({ occurredAt, recordedAt }, rows) => {
    rows.put(persons, ONE, { ...rows.get(persons, ONE), died_at: occurredAt ?? recordedAt });
  }),
];
