import { table } from '@cytoledger/read-models';

export const treatments = table(
  'treatments',
  {
    site: 'text',
    patient: 'stream',
    coi: 'text',
    study: 'stream',
    product: 'stream',
    indication: 'text',
    physician: 'text',
    planned_dose: 'text',
    planned_at: 'text',
    consented_at: 'text',
    closed: 'text',
    closed_at: 'text',
  },
  [['patient'], ['site'], ['coi']],
);

/** What a treatment's own record says of an infusion; the batch's record says it too, without the patient. */
export const infusions = table(
  'infusions',
  {
    batch: 'stream',
    unit: 'text',
    started_at: 'text',
    dose: 'text',
    route: 'text',
    site_of_body: 'text',
    thaw_to_infusion_minutes: 'text',
    reaction: 'text',
    details: 'text',
  },
  [['unit']],
);

/** Planned follow-up, keyed by visit. */
export const visits = table('visits', { name: 'text', due_from: 'text', due_to: 'text', recorded_at: 'text' });

export const adverseEvents = table('adverse_events', {
  term: 'text',
  grade: 'text',
  seriousness: 'text',
  relatedness: 'text',
  expectedness: 'text',
  onset: 'text',
  outcome: 'text',
  reported_at: 'text',
});
