import { treatments as domain } from '@cytoledger/domain';
import { table } from '@cytoledger/read-models';
import { putChain } from './chains.ts';
import { type Handler, json, on } from './on.ts';
import { ONE } from './persons.ts';

export const treatments = table(
  'treatments',
  {
    site: 'text',
    patient: 'stream',
    coi: 'text',
    study: 'stream',
    regime: 'text',
    product: 'stream',
    physician: 'text',
    planned_dose: 'text',
    planned_at: 'text',
    consented_at: 'text',
    closed: 'text',
    closed_at: 'text',
    closed_because: 'text',
  },
  [['patient']],
);

/** What a treatment's own record says of an infusion, keyed by unit; the batch's record says it too, without the patient. */
export const infusions = table(
  'infusions',
  {
    batch: 'stream',
    unit: 'text',
    started_at: 'text',
    stopped_at: 'text',
    dose: 'text',
    route: 'text',
    thaw_to_infusion_minutes: 'integer',
    reaction: 'text',
    operator: 'text',
    physician: 'text',
  },
  [['batch']],
);

/** Planned follow-up, keyed by visit. */
export const visits = table('visits', { name: 'text', due_from: 'text', due_to: 'text', recorded_at: 'text' });

export const adverseEvents = table('adverse_events', {
  event: 'text',
  term: 'text',
  dictionary: 'text',
  grade: 'text',
  seriousness: 'text',
  relatedness: 'text',
  expectedness: 'text',
  onset: 'text',
  outcome: 'text',
  aware_at: 'text',
  reported_at: 'text',
});

/** Keyed by endpoint. */
export const outcomes = table('outcomes', { result: 'text', evaluated_at: 'text' });

export const treatmentHandlers: readonly Handler[] = [
  on(domain.planned, ({ data, actor, occurredAt }, rows) => {
    rows.put(treatments, ONE, {
      site: actor.org,
      patient: `person-${data.patient}`,
      coi: data.coi ?? null,
      study: data.study ? `study-${data.study}` : null,
      product: `product-${data.product}`,
      physician: data.physician ?? null,
      planned_dose: json(data.plannedDose),
      planned_at: occurredAt,
    });
    putChain(rows, data.coi);
  }),
  on(domain.coiIssued, ({ data }, rows) => {
    const held = rows.get(treatments, ONE);
    if (!held?.coi) rows.put(treatments, ONE, { ...held, coi: data.coi });
    putChain(rows, data.coi);
  }),
  on(domain.regimeResolved, ({ data }, rows) => {
    rows.put(treatments, ONE, { ...rows.get(treatments, ONE), regime: data.regime });
  }),
  on(domain.consented, ({ occurredAt, recordedAt }, rows) => {
    rows.put(treatments, ONE, { ...rows.get(treatments, ONE), consented_at: occurredAt ?? recordedAt });
  }),
  on(domain.infusionRecorded, ({ data, occurredAt }, rows) => {
    const reactions = data.reactions?.map(({ kind, grade }) => (grade ? `${kind} (grade ${grade})` : kind));
    rows.put(infusions, data.unit, {
      batch: `batch-${data.batch}`,
      unit: data.unit,
      started_at: data.start ?? occurredAt,
      stopped_at: data.stop ?? null,
      dose: json(data.dose),
      route: data.route ?? null,
      thaw_to_infusion_minutes: data.thawToInfusionMinutes ?? null,
      reaction: reactions?.join('; ') ?? null,
      operator: data.operator ?? null,
      physician: data.physician ?? null,
    });
  }),
  on(domain.visitScheduled, ({ data }, rows) => {
    const { visit, name, from, to } = data;
    rows.put(visits, visit, { ...rows.get(visits, visit), name, due_from: from, due_to: to });
  }),
  on(domain.visitRecorded, ({ data, occurredAt, recordedAt }, rows) => {
    const at = occurredAt ?? recordedAt;
    const held = rows.get(visits, data.visit);
    rows.put(visits, data.visit, {
      name: held?.name ?? data.name ?? '–',
      due_from: held?.due_from ?? at.slice(0, 10),
      due_to: held?.due_to ?? at.slice(0, 10),
      recorded_at: at,
    });
    if (rows.get(treatments, ONE)?.closed === 'lost-to-follow-up') {
      rows.change(treatments, ONE, { closed: null, closed_at: null, closed_because: null });
    }
  }),
  on(domain.adverseEventReported, ({ id, data, occurredAt }, rows) => {
    if (rows.get(adverseEvents, data.adverseEvent)) return;
    rows.put(adverseEvents, data.adverseEvent, {
      event: id,
      term: data.term,
      dictionary: data.dictionary ?? null,
      grade: data.grade,
      seriousness: JSON.stringify(data.seriousness),
      relatedness: data.relatedness,
      expectedness: data.expectedness,
      onset: data.onset,
      outcome: data.outcome,
      aware_at: data.awareAt ?? occurredAt,
      reported_at: data.reportedToAuthorityAt ?? null,
    });
  }),
  on(domain.adverseEventUpdated, ({ data }, rows) => {
    const held = rows.get(adverseEvents, data.adverseEvent);
    if (!held) return;
    rows.put(adverseEvents, data.adverseEvent, {
      ...held,
      term: data.term ?? held.term,
      grade: data.grade ?? held.grade,
      seriousness: data.seriousness ? JSON.stringify(data.seriousness) : held.seriousness,
      relatedness: data.relatedness ?? held.relatedness,
      expectedness: data.expectedness ?? held.expectedness,
      onset: data.onset === undefined ? held.onset : data.onset,
      outcome: data.outcome ?? held.outcome,
      reported_at: held.reported_at ?? data.reportedToAuthorityAt ?? null,
    });
  }),
  on(domain.outcomeEvaluated, ({ data, occurredAt }, rows) => {
    rows.put(outcomes, data.endpoint, { result: data.result, evaluated_at: occurredAt });
  }),
  on(domain.closed, ({ data, occurredAt, recordedAt }, rows) => {
    const end = { closed: 'closed', closed_at: occurredAt ?? recordedAt, closed_because: data.reason };
    rows.put(treatments, ONE, { ...rows.get(treatments, ONE), ...end });
  }),
  on(domain.lostToFollowUp, ({ occurredAt, recordedAt }, rows) => {
    const held = rows.get(treatments, ONE);
    if (held?.closed) return;
    rows.put(treatments, ONE, { ...held, closed: 'lost-to-follow-up', closed_at: occurredAt ?? recordedAt });
  }),
];
