import {
  generateKey,
  merkleLeaf,
  type Receipt,
  readNote,
  readReceiptsNote,
  receiptEntryText,
  receiptSigner,
} from '@cytoledger/attest';
import { persons } from '@cytoledger/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Laboratory, openLaboratory, recordedOf, submission, verifiedLog } from './laboratory.fixture.ts';
import type { Outcome } from './submission.ts';

const { registered, screened } = persons.examples;
const ORIGIN = 'cells.example/log';
const { privateJwk } = generateKey();

let lab: Laboratory;
let groups: number[];
beforeEach(async () => {
  groups = [];
  const sign = receiptSigner({ origin: ORIGIN, name: `${ORIGIN}/receipts`, privateKey: privateJwk, includeWithinMs: 60_000 });
  lab = await openLaboratory({
    receipts: () => (receipts) => {
      groups.push(receipts.length);
      return sign(receipts);
    },
  });
});
afterEach(() => lab.close());

const receiptOf = (outcome: Outcome): Receipt => (outcome as { receipt: Receipt }).receipt;
const register = (n: number) => submission(persons.registered, `donor-${String(n).padStart(4, '0')}`, registered());

describe('the receipt of a sender', () => {
  it('is for the very leaf that stands in the log', async () => {
    const receipt = receiptOf(await lab.commands.submit(register(1)));
    const { signed } = receipt;
    const [event] = await verifiedLog(lab.store);

    expect(receipt).toMatchObject({
      id: event!.header.id,
      stream: 'person-donor-0001',
      seq: 0,
      recordedAt: event!.header.recordedAt,
    });
    const entry = receiptEntryText({ ...receipt, ...signed! });
    const { origin, size, root } = readReceiptsNote(readNote(signed!.note).text);
    expect({ origin, size }).toEqual({ origin: ORIGIN, size: 1 });
    expect(root).toEqual(merkleLeaf(Buffer.from(entry)));
    expect(Date.parse(signed!.includeBy)).toBe(Date.parse(receipt.recordedAt) + 60_000);
  });

  it('shares one signature with whatever was acknowledged in the same turn', async () => {
    const outcomes = await Promise.all(Array.from({ length: 40 }, (_, n) => lab.commands.submit(register(n))));

    const notes = new Set(outcomes.map((outcome) => receiptOf(outcome).signed!.note));
    expect(notes.size).toBe(groups.length);
    expect(notes.size).toBeLessThan(40);
    expect(groups.reduce((sum, count) => sum + count, 0)).toBe(40);
  });

  it('says the same when the event is sent again', async () => {
    const first = recordedOf(await lab.commands.submit(register(1)));
    const sent = { ...register(1), statement: { ...register(1).statement, id: first.receipt.id } };
    const [stored] = await verifiedLog(lab.store);
    const again = recordedOf(
      await lab.commands.submit({ ...sent, statement: { ...sent.statement, occurredAt: stored!.body.content.occurredAt } }),
    );

    expect(again.replayed).toBe(true);
    expect(again.receipt.signed!.includeBy).toBe(first.receipt.signed!.includeBy);
    expect({ ...again.receipt, signed: null }).toEqual({ ...first.receipt, signed: null });
  });

  it('is signed for a report about something unknown, which is an event as well', async () => {
    const outcome = await lab.commands.submit(submission(persons.screened, 'donor-0009', screened()));

    expect(outcome.kind).toBe('unreconciled');
    expect(receiptOf(outcome)).toMatchObject({ stream: expect.stringMatching(/^fact-/), signed: { origin: ORIGIN } });
  });

  it('is not there where nothing was recorded', async () => {
    const first = recordedOf(await lab.commands.submit(register(1)));
    const other = {
      ...register(1),
      statement: { ...register(1).statement, id: first.receipt.id, data: registered({ role: 'patient' }) },
    };

    expect(await lab.commands.submit(other)).toMatchObject({ kind: 'conflict' });
    expect(groups).toEqual([1]);
  });
});

it('is not signed by a platform without a receipt key', async () => {
  const outcome = await lab.another({ receipts: () => null }).submit(register(1));
  expect(receiptOf(outcome)).not.toHaveProperty('signed');
});

it('fails with its sender where it could not be signed, and is given when the event is sent again', async () => {
  const broken = lab.another({
    receipts: () => () => {
      throw new Error('the key is gone');
    },
  });
  const sent = register(1);
  await expect(broken.submit(sent)).rejects.toThrow('the key is gone');
  expect(recordedOf(await lab.commands.submit(sent))).toMatchObject({ replayed: true, receipt: { signed: { origin: ORIGIN } } });
});
