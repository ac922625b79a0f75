import { batches } from '@cytoledger/domain';
import { describe, expect, it } from 'vitest';
import { judgedBags } from './bags.ts';
import type { Asks } from './parts.ts';

const { IDS, aBatch, aUnit, surroundings } = batches.hospitalExamples;
const HERE = 'hospital-c';

/** What the ward of {@link HERE} is told of a bag that lies there and was allocated to a patient of a site. */
async function toldOf(site: string) {
  const unit = aUnit({
    custodian: HERE,
    allocation: { event: batches.hospitalExamples.RELEASE, treatment: IDS.treatment, patient: IDS.patient, site },
  });
  const states = new Map<string, unknown>([...surroundings(), [`batch-${IDS.batch}`, aBatch({}, unit)]]);
  const look = (aggregate: { readonly name: string }, id: string) => states.get(`${aggregate.name}-${id}`) as never;
  const commands: Asks = { consider: async (question) => question(look, Date.parse(batches.hospitalExamples.AT)) };
  const [bag] = await judgedBags(commands, [{ batch: IDS.batch, unit: IDS.unit }], HERE);
  return bag!;
}

describe('a bag that lies at a hospital', () => {
  it('and is meant for a patient there is told with that patient', async () => {
    expect(await toldOf(HERE)).toMatchObject({
      treatment: IDS.treatment,
      patient: expect.arrayContaining([IDS.patient.toUpperCase()]),
    });
  });

  it('and is meant for a patient of another is told as not to be given, without anything of that patient', async () => {
    const bag = await toldOf(IDS.hospital);
    expect(bag).toMatchObject({ treatment: null, patient: [], reasons: [{ rule: 'bedside.meant-elsewhere' }], warnings: [] });
    expect(JSON.stringify(bag).toLowerCase()).not.toMatch(new RegExp(`${IDS.patient}|${IDS.treatment}|${IDS.hospital}`));
  });
});
