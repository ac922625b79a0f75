// Whether a sender may do a thing was asked before whether it had been done. A laboratory whose last open sample was answered by its own report, or a
// custodian who handed its last unit over, was told 404 when it sent that same event again after a lost answer.
import { persons } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Laboratory, openLaboratory, recordedOf, submission, wholeLog } from './laboratory.fixture.ts';

const { registered } = persons.examples;

let lab: Laboratory;
beforeEach(async () => {
  lab = await openLaboratory();
});
afterEach(() => lab.close());

const unrelated = () => {
  throw new TypeError('not found');
};

describe('an event that was recorded, sent again by who may no longer send it', () => {
  it('is answered with the same receipt', async () => {
    const sent = submission(persons.registered, 'donor-0001', registered());
    const first = recordedOf(await lab.commands.submit(sent));
    expect(recordedOf(await lab.commands.submit({ ...sent, permit: unrelated }))).toEqual({ ...first, replayed: true });
  });

  it('is told to nobody else, nor is that its id is taken', async () => {
    const sent = submission(persons.registered, 'donor-0001', registered());
    await lab.commands.submit(sent);
    const stranger = { ...sent, actor: { ...sent.actor, org: 'lab-z' }, permit: unrelated };
    await expect(lab.commands.submit(stranger)).rejects.toThrow('not found');
    const other = { ...sent, statement: { ...sent.statement, data: registered({ role: 'patient' }) }, permit: unrelated };
    await expect(lab.commands.submit(other as never)).rejects.toThrow('not found');
    expect(await wholeLog(lab.store)).toHaveLength(1);
  });
});
