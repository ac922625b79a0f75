import { join } from 'node:path';
import { batches, materials, policies, recalls } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventsOf, LAB, type Laboratory, openLaboratory, recordedOf, rulesOf, submission, uuid } from './laboratory.fixture.ts';
import { createPolicyRunner, type PolicyRunner } from './policy-runner.ts';

let lab: Laboratory;
let runner: PolicyRunner;
beforeEach(async () => {
  lab = await openLaboratory();
  runner = await started('policies.json');
});
afterEach(async () => {
  await runner.stop();
  await lab.close();
});

async function started(checkpoint: string, die = Number.POSITIVE_INFINITY): Promise<PolicyRunner> {
  let left = die;
  const commands = new Proxy(lab.commands, {
    get: (target, name) =>
      name === 'submitDerived' && left-- <= 0
        ? () => Promise.reject(new Error('killed'))
        : (Reflect.get(target, name) as unknown),
  });
  const made = createPolicyRunner({
    ...{ store: lab.store, commands, policies: policies.policies },
    checkpointPath: join(lab.folder, checkpoint),
  });
  await made.start();
  return made;
}

const settled = async () => runner.reached((await lab.store.headPosition())!);

async function opened(org = LAB): Promise<string> {
  const id = uuid();
  const register = {
    ...{ product: { id: uuid(), specification: 1 }, tier: 'master', autologous: false, declared: [], gaps: [] },
    ...{ source: { kind: 'binder', name: 'B-12' }, verifiers: ['staff-0021', 'staff-0022'] },
  };
  recordedOf(await lab.commands.submit(submission(batches.legacyImported, id, register, { org })));
  return id;
}

const recalled = (list: readonly string[], org = LAB) =>
  lab.commands.submit(submission(recalls.initiated, uuid(), recalls.examples.initiated({ batches: list, units: [] }), { org }));

const marksOf = async (batch: string) =>
  (await eventsOf(lab.store, `batch-${batch}`)).filter(({ type }) => type === batches.recalled.type);

const lotMarksOf = async (lot: string) =>
  (await eventsOf(lab.store, `material-${lot}`)).filter(({ type }) => type === materials.recalled.type);

async function received(org = LAB): Promise<string> {
  const id = uuid();
  recordedOf(await lab.commands.submit(submission(materials.received, id, materials.examples.received(), { org })));
  return id;
}

describe('a recall of lots', () => {
  const recalling = (lots: readonly string[], over: object = {}) => {
    const list = { batches: [], units: [], lots: lots.map((material) => ({ lot: 'FBS-2026-07', material })), ...over };
    return lab.commands.submit(submission(recalls.initiated, uuid(), recalls.examples.initiated(list)));
  };

  it('marks the records of the own lots once, and none of another laboratory’s', async () => {
    const [own, foreign] = [await received(), await received('lab-b')];
    expect(rulesOf(recordedOf(await recalling([own, foreign])).findings)).toEqual(['recall.lot-not-theirs']);
    recordedOf(await recalling([own]));
    await settled();
    await settled();
    expect([(await lotMarksOf(own)).length, (await lotMarksOf(foreign)).length]).toEqual([1, 0]);
  });

  it('as an exercise marks none', async () => {
    const lot = await received();
    recordedOf(await recalling([lot], { mock: true }));
    await settled();
    expect(await lotMarksOf(lot)).toEqual([]);
  });
});

describe('a lot that turns out bad after it was used', () => {
  it.each([
    ['recalled', materials.recalled, materials.examples.recalled()],
    ['rejected', materials.rejected, materials.examples.rejected()],
  ] as const)('because it is %s quarantines the batch that used it, and raises a deviation there', async (found, fact, data) => {
    const [lot, batch] = [await received(), await opened()];
    const used = { ...batches.examples.materialUsed(), material: lot };
    recordedOf(await lab.commands.submit(submission(batches.materialUsed, batch, used)));
    recordedOf(await lab.commands.submit(submission(fact, lot, data)));
    await settled();
    const said = (await eventsOf(lab.store, `batch-${batch}`)).map(({ type, body }) => `${type} ${Buffer.from(body)}`);
    const quarantines = said.filter((each) => each.startsWith(batches.quarantined.type));
    expect(quarantines).toEqual([expect.stringContaining(`"reason":"material-${found}","scope":"whole-batch"`)]);
    expect(said.filter((each) => each.includes(`"rule":"policy.batch-of-${found}-material"`))).toHaveLength(1);
  });
});

describe('a recall', () => {
  it('marks nothing in a batch in which the recalling organisation has no part, and says so in its own record', async () => {
    const [own, foreign, nowhere] = [await opened('lab-b'), await opened(), uuid()];
    const { findings } = recordedOf(await recalled([own, foreign, nowhere], 'lab-b'));
    expect(rulesOf(findings)).toEqual(['recall.batch-not-theirs', 'recall.batch-not-theirs']);
    await settled();
    expect([(await marksOf(own)).length, (await marksOf(foreign)).length]).toEqual([1, 0]);
    expect(await eventsOf(lab.store, `batch-${nowhere}`)).toEqual([]);
  });

  it('marks every batch once, under the same id, where the policy dies in the middle', async () => {
    await runner.stop();
    const list = [await opened(), await opened(), await opened()];
    runner = await started('killed.json', 2);
    recordedOf(await recalled(list));
    await expect.poll(async () => (await marksOf(list[1]!)).length).toBe(1);
    expect(await marksOf(list[2]!)).toEqual([]);
    const before = (await marksOf(list[0]!)).map(({ id }) => id);
    await runner.stop();
    // Its checkpoint is lost too: the log is folded from the beginning.
    runner = await started('afresh.json');
    await settled();
    for (const batch of list) expect(await marksOf(batch)).toHaveLength(1);
    expect((await marksOf(list[0]!)).map(({ id }) => id)).toEqual(before);
  });
});
