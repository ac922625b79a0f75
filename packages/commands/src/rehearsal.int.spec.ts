import { batches, donations, persons } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Laboratory, openLaboratory, recordedOf, submission, uuid } from './laboratory.fixture.ts';

const { registered } = persons.examples;

let lab: Laboratory;
beforeEach(async () => {
  lab = await openLaboratory();
});
afterEach(() => lab.close());

const rules = (violations: readonly { readonly rule: { readonly id: string } }[]) => violations.map(({ rule }) => rule.id);

describe('a rehearsal', () => {
  it('leaves the record and what is held in memory as they were', async () => {
    recordedOf(await lab.submit(persons.registered, 'donor-0001', registered()));
    const before = await lab.commands.read(persons.person as never, 'donor-0001');
    const state = structuredClone(before.state);
    const rehearsal = lab.commands.rehearse();
    await rehearsal.play(submission(persons.screened, 'donor-0001', persons.examples.screened()));
    const after = await lab.commands.read(persons.person as never, 'donor-0001');
    expect([after.head, after.state]).toEqual([before.head, state]);
  });

  it('asks the sources of an opening too, so that one unit cannot go into two batches', async () => {
    const donation = uuid();
    recordedOf(await lab.submit(persons.registered, 'donor-0001', registered()));
    recordedOf(await lab.submit(donations.registered, donation, donations.examples.registered({ donor: 'donor-0001' })));
    const [bank, first, second] = [uuid(), uuid(), uuid()];
    const rehearsal = lab.commands.rehearse();
    const opening = (inputs: readonly object[]) => batches.examples.opened({ inputs });
    await rehearsal.play(submission(batches.opened, bank, opening([{ donation }])));
    await rehearsal.play(submission(batches.split, bank, batches.examples.split(1)));
    const unit = batches.examples.unitId(1);
    expect(await rehearsal.play(submission(batches.opened, first, opening([{ batch: bank, unit }])))).toMatchObject({
      outcome: 'record',
    });
    const again = await rehearsal.play(submission(batches.opened, second, opening([{ batch: bank, unit }])));
    expect([again.outcome, rules(again.reasons)]).toEqual(['unreconciled', ['batch.consumed-elsewhere']]);
    expect((await lab.commands.read(batches.batch as never, bank)).head).toBeNull();
  });

  it('is alone: two of them know nothing of each other', async () => {
    const [one, other] = [lab.commands.rehearse(), lab.commands.rehearse()];
    const sent = submission(persons.registered, 'donor-0001', registered());
    expect((await one.play(sent)).outcome).toBe('record');
    expect((await one.play(sent)).outcome).toBe('before');
    expect((await other.play(sent)).outcome).toBe('record');
  });
});
