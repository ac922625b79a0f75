import type { Snapshot, StreamNumber } from './snapshot.ts';

export type TreatmentFound = {
  readonly treatment: StreamNumber;
  readonly site: string | null;
  readonly patient: StreamNumber | null;
  readonly study: StreamNumber | null;
  readonly physician: string | null;
  readonly planned_dose: string | null;
  readonly planned_at: string | null;
  readonly consented_at: string | null;
  readonly closed: string | null;
  readonly closed_at: string | null;
  readonly closed_because: string | null;
};

export function treatmentsOf(snapshot: Snapshot, treatments: readonly StreamNumber[]): Map<StreamNumber, TreatmentFound> {
  const found = snapshot.all<TreatmentFound>(
    `SELECT t.stream AS treatment, t.site, t.patient, t.study, t.physician, t.planned_dose, t.planned_at, t.consented_at,
            t.closed, t.closed_at, t.closed_because
       FROM json_each(:treatments) x CROSS JOIN treatments t WHERE t.stream = x.value AND {rows t}`,
    { treatments: JSON.stringify(treatments) },
  );
  return new Map(found.map((treatment) => [treatment.treatment, treatment]));
}

export type InfusionFound = {
  readonly treatment: StreamNumber;
  readonly unit: string;
  readonly started_at: string | null;
  readonly stopped_at: string | null;
  readonly dose: string | null;
  readonly route: string | null;
  readonly thaw_to_infusion_minutes: number | null;
  readonly reaction: string | null;
};

/** What the treatments' own records say, by treatment and unit. */
export function infusionsOf(snapshot: Snapshot, treatments: readonly StreamNumber[]): Map<string, InfusionFound> {
  const found = snapshot.all<InfusionFound>(
    `SELECT i.stream AS treatment, i.unit, i.started_at, i.stopped_at, i.dose, i.route, i.thaw_to_infusion_minutes, i.reaction
       FROM json_each(:treatments) x CROSS JOIN infusions i WHERE i.stream = x.value AND {rows i}`,
    { treatments: JSON.stringify(treatments) },
  );
  return new Map(found.map((infusion) => [`${infusion.treatment}|${infusion.unit}`, infusion]));
}

/** Whether each person agreed to be contacted and has not withdrawn that; undefined where nothing is recorded. */
export function contactConsent(snapshot: Snapshot, persons: readonly StreamNumber[]): Map<StreamNumber, boolean> {
  type Row = { person: StreamNumber; purposes: string | null; withdrawn: string | null };
  const rows = snapshot.all<Row>(
    `SELECT c.stream AS person, c.purposes, c.withdrawn FROM json_each(:persons) x CROSS JOIN consents c
      WHERE c.stream = x.value AND {rows c}`,
    { persons: JSON.stringify(persons) },
  );
  const may = new Map<StreamNumber, boolean>();
  for (const { person, purposes, withdrawn } of rows) {
    const given = (JSON.parse(purposes ?? '[]') as string[]).includes('contact');
    const gone = withdrawn === null ? [] : (JSON.parse(withdrawn) as 'all' | string[]);
    may.set(person, (may.get(person) ?? false) || (given && gone !== 'all' && !gone.includes('contact')));
  }
  return may;
}
