import { treatments as domain } from '@cytoledger/domain';
import { table } from '@cytoledger/read-models';
import { type Handler, json, on } from './on.ts';
import { ONE } from './persons.ts';

/** What a recipient was told, keyed by event. */
export const notices = table(
  'notices',
  {
    deviation: 'text',
    told: 'text',
    advice: 'text',
    tests_offered: 'text',
    tests_declined: 'integer',
    acknowledged: 'integer',
    notified_at: 'text',
  },
  [],
  { writtenOnce: true },
);

/** The way of a patient through a transplant: one row, keyed by {@link ONE}. */
export const transplants = table('transplants', {
  coi_issued_at: 'text',
  mobilised_at: 'text',
  conditioning_authorised_at: 'text',
  conditioning_started_at: 'text',
  conditioning_physician: 'text',
  rescue_given_at: 'text',
  engraftment: 'text',
  neutrophils_on: 'text',
  platelets_on: 'text',
});

/** Keyed by pregnancy. */
export const pregnancies = table('pregnancies', { whose: 'text', reported_at: 'text' });

type Told = { readonly occurredAt: string | null; readonly recordedAt: string };
const at = ({ occurredAt, recordedAt }: Told) => occurredAt ?? recordedAt;

export const noticeHandlers: readonly Handler[] = [
  on(domain.recipientNotified, (event, rows) => {
    const { data } = event;
    rows.put(notices, event.id, {
      deviation: data.deviation ?? null,
      told: data.told,
      advice: json(data.advice),
      tests_offered: json(data.testsOffered),
      tests_declined: data.testsDeclined === undefined ? null : data.testsDeclined ? 1 : 0,
      acknowledged: data.acknowledged ? 1 : 0,
      notified_at: at(event),
    });
  }),
  on(domain.pregnancyReported, (event, rows) => {
    rows.put(pregnancies, event.data.pregnancy, { whose: event.data.of, reported_at: at(event) });
  }),
  on(domain.coiIssued, (event, rows) => {
    rows.put(transplants, ONE, { ...rows.get(transplants, ONE), coi_issued_at: at(event) });
  }),
  on(domain.mobilised, (event, rows) => {
    rows.put(transplants, ONE, { ...rows.get(transplants, ONE), mobilised_at: at(event) });
  }),
  on(domain.conditioningAuthorised, (event, rows) => {
    rows.put(transplants, ONE, { ...rows.get(transplants, ONE), conditioning_authorised_at: at(event) });
  }),
  on(domain.conditioningStarted, (event, rows) => {
    const held = rows.get(transplants, ONE);
    if (held?.conditioning_started_at) return;
    rows.put(transplants, ONE, {
      ...held,
      conditioning_started_at: at(event),
      conditioning_physician: event.data.physician,
    });
  }),
  on(domain.rescueGiven, (event, rows) => {
    rows.put(transplants, ONE, { ...rows.get(transplants, ONE), rescue_given_at: at(event) });
  }),
  on(domain.engrafted, ({ data }, rows) => {
    rows.put(transplants, ONE, {
      ...rows.get(transplants, ONE),
      engraftment: data.outcome,
      neutrophils_on: data.neutrophils?.on ?? null,
      platelets_on: data.platelets?.on ?? null,
    });
  }),
];
