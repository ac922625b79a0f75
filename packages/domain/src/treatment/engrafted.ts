import { z } from 'zod';
import { broken, type Check, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { Quantity } from '../quantity/index.ts';
import { instant, LocalDate, localDateOf } from '../time/index.ts';
import { Pseudonym } from '../vocabulary/index.ts';
import { EngraftmentOutcome } from './codes.ts';
import { Patient, patientFault } from './patient.ts';
import { type TreatmentState, treatment } from './state.ts';
import { transplantRules } from './transplant-rules.ts';

/** Of one lineage. The days count from the first infusion, which is day 0. */
const Recovery = withPersonal({
  on: LocalDate.describe('First of three days at or above the threshold'),
  days: z.int().min(0).max(1000).optional().describe('After the infusion'),
  count: personal(Quantity, '/patient').describe('ANC or platelets on that day, e.g. 0.6 10*9/L'),
});

const Engrafted = withPersonal({
  patient: Patient,
  outcome: EngraftmentOutcome,
  neutrophils: Recovery.optional().describe('Absolute neutrophil count ≥ 0.5 × 10⁹/L'),
  platelets: Recovery.optional().describe('Platelets ≥ 20 × 10⁹/L without transfusion in the seven days before'),
  evaluator: Pseudonym.optional().describe('Staff pseudonym'),
  remarks: personal(z.string().max(4000), '/patient'),
});
type Engrafted = z.output<typeof Engrafted>;

export const engrafted = fact(treatment, 'engrafted', {
  title: { en: 'Engraftment evaluated', zh: '植入评价' },
  corrects: ['outcome', 'neutrophils', 'platelets', 'evaluator', 'occurredAt'],
  schema: Engrafted,

  decide: (data, state) =>
    record(
      patientFault(data.patient, state),
      state.infusions.size === 0 && broken(transplantRules.engraftedUninfused),
      dayFaults(data, state),
      data.outcome === 'engrafted' && data.neutrophils === undefined && broken(transplantRules.engraftedInconsistent, '/outcome'),
      data.outcome.endsWith('-failure') && broken(transplantRules.graftFailed, '/outcome'),
    ),

  evolve: (state, { id, occurredAt, data }) => {
    state.engraftment = { event: id, occurredAt, outcome: data.outcome };
  },
});

function dayFaults({ neutrophils, platelets }: Engrafted, state: TreatmentState): Check {
  const first = [...state.infusions.values()]
    .flatMap(({ occurredAt }) => occurredAt ?? [])
    .sort((a, b) => instant(a) - instant(b))[0];
  if (first === undefined) return undefined;
  const infused = localDateOf(first);
  return Object.entries({ neutrophils, platelets }).map(
    ([lineage, recovery]) =>
      recovery &&
      recovery.on < infused &&
      broken(transplantRules.engraftedBefore, `/${lineage}/on`, { lineage, date: recovery.on, infused }),
  );
}
