// Whoever stood in some relation to a batch was answered about every bag of it and about every treatment: a hospital with one bag could ask about the
// bag of another, and read in which treatment and when it was given, and the chain of identity of another's patient.
import { batches } from '@cytoledger/domain';
import type { Question } from '@cytoledger/service-kit';
import { describe, expect, it } from 'vitest';
import { unitGate } from './unit-gate.ts';

const { AT, aBatch, aTreatment, aUnit, IDS, surroundings } = batches.hospitalExamples;
const OTHER = 'hospital-x';

const batch = aBatch(
  {
    treatingSites: new Set([IDS.hospital, OTHER]),
    custody: new Map([
      [IDS.hospital, 1],
      [OTHER, 1],
    ]),
  },
  aUnit(),
  aUnit({
    ...{ id: IDS.otherUnit, ordinal: 2, custodian: OTHER, receivedBy: OTHER, end: 'infused' },
    allocation: { event: 'e', treatment: IDS.otherTreatment, patient: 'patient-0002', site: OTHER },
    infusion: { event: 'e', treatment: IDS.otherTreatment, occurredAt: AT },
  }),
);
const streams = surroundings({
  [`batch-${IDS.batch}`]: batch,
  [`treatment-${IDS.otherTreatment}`]: { ...aTreatment({ site: OTHER, patient: 'patient-0002' }), id: IDS.otherTreatment },
});

async function asked(org: string, unitId: string, treatment: string, roles = ['hospital.nurse']) {
  const question = {
    caller: { org, person: 'p', roles, client: null, treatments: [], batches: [] },
    ...{ params: { batchId: IDS.batch, unitId }, query: { treatment }, language: 'en' },
    commands: {
      consider: (decide: (look: unknown, nowMs: number) => unknown) =>
        decide(({ name }: { name: string }, id: string) => streams.get(`${name}-${id}`), Date.parse(AT)),
    },
  } as unknown as Question;
  const { body } = await unitGate.handle(question);
  const { light, reasons } = body as { light: string; reasons: { rule: string }[] };
  return [light, ...reasons.map(({ rule }) => rule)];
}

describe('the gate', () => {
  it('answers a hospital about its own bag and its own patient', async () => {
    expect(await asked(IDS.hospital, IDS.unit, IDS.treatment)).toEqual(['green']);
  });

  it.each([
    ['the bag of another hospital', IDS.otherUnit, IDS.treatment],
    ['the patient of another hospital', IDS.unit, IDS.otherTreatment],
    ['a bag that there is not', '0192f5c4-0000-7000-8000-00000000e0ff', IDS.treatment],
  ])('says no more of %s than that it is not known here', async (_, unit, treatment) => {
    expect(await asked(IDS.hospital, unit, treatment)).toEqual(['red', 'gate.not-known-here']);
  });

  it('answers the laboratory about every bag of its batch, and the quality-control centre about all', async () => {
    expect(await asked(IDS.lab, IDS.otherUnit, IDS.otherTreatment, ['lab.qa'])).toContain('gate.unit-started');
    expect(await asked('qcc', IDS.otherUnit, IDS.otherTreatment, ['oversight'])).toContain('gate.unit-started');
  });
});
