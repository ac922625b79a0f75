import { batches } from '@cytoledger/domain';
import type { Question } from '@cytoledger/service-kit';
import { describe, expect, it } from 'vitest';
import { unitGate } from './unit-gate.ts';

const { AT, aBatch, aUnit, IDS, surroundings } = batches.hospitalExamples;

const relabelled = aUnit({ code: '=G-NEW', oldLabels: [{ label: 'L-0', code: '=G-OLD', replacedBy: 'e' }] });
const streams = surroundings({ [`batch-${IDS.batch}`]: aBatch({}, relabelled) });

async function asked(label?: string, language = 'en') {
  const question = {
    caller: { org: IDS.hospital, person: 'p', roles: ['hospital.nurse'], client: null, treatments: [], batches: [] },
    ...{ params: { batchId: IDS.batch, unitId: IDS.unit }, language },
    query: { treatment: IDS.treatment, ...(label !== undefined && { label }) },
    commands: {
      consider: (decide: (look: unknown, nowMs: number) => unknown) =>
        decide(({ name }: { name: string }, id: string) => streams.get(`${name}-${id}`), Date.parse(AT)),
    },
  } as unknown as Question;
  const { body } = await unitGate.handle(question);
  return body as { light: string; reasons: { rule: string; message: string }[] };
}

describe('the gate, asked with the label that was scanned', () => {
  it('is green for the label on the bag, and where none was scanned', async () => {
    expect((await asked()).light).toBe('green');
    expect((await asked('=g-new')).light).toBe('green');
  });

  it('is red for an old label of this bag, and says so in plain words', async () => {
    const { light, reasons } = await asked('=G-OLD');
    expect([light, ...reasons.map(({ rule }) => rule)]).toEqual(['red', 'gate.old-label']);
    expect(reasons[0]?.message).toMatch(
      /^An old label of unit HUCMSC-P4-20261121-01 was scanned: it was replaced by label =G-NEW\./,
    );
    expect((await asked('=G-OLD', 'zh')).reasons[0]?.message).toContain('旧标签');
  });
});
