import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { batches, donations, persons } from '@cytoledger/domain';
import { type Platform, readConfig, startPlatform } from '@cytoledger/platform';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answered, eventId, type LogEntry, post, said, verifiedLog } from './saying.fixture.ts';

const ROUNDS = 15;

let platform: Platform;
let folder: string;
let laboratory: string;
let ward: string;
let otherWard: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'races-'));
  const services = 'collection,registry,preparation,release-qc,logistics,infusion,follow-up,recall';
  platform = await startPlatform(
    readConfig({ DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'silent', SERVICES: services }, ['--empty']),
  );
  const token = (org: string, roles: readonly string[]) => platform.issuer!.token({ org, person: 'staff-0001', roles });
  laboratory = await token('lab-a', ['lab.operator', 'lab.qa', 'hospital.physician']);
  ward = await token('hospital-b', ['hospital.nurse']);
  otherWard = await token('hospital-c', ['hospital.nurse']);
});
afterAll(async () => {
  await platform.close();
  await rm(folder, { recursive: true, force: true });
});

const say = (path: string, data: object, token = laboratory) => post(platform.url, path, token, said(data));

const recorded = async (sent: Promise<Answered>): Promise<Answered> => {
  const answer = await sent;
  if (answer.status !== 201) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer;
};

async function aDonation(donor: string): Promise<string> {
  const donation = eventId();
  await recorded(say(`/v1/persons/${donor}`, persons.examples.registered()));
  await recorded(say(`/v1/donations/${donation}`, donations.examples.registered({ donor, identifiers: [] })));
  return donation;
}

/** A batch with one bag. */
async function aBag(): Promise<{ batch: string; unit: string }> {
  const donation = await aDonation(`donor-${eventId()}`);
  const batch = eventId();
  const unit = eventId();
  await recorded(say(`/v1/batches/${batch}`, batches.examples.opened({ inputs: [{ donation }], identifiers: [] })));
  await recorded(
    say(`/v1/batches/${batch}/splits`, batches.examples.split(1, { units: [batches.examples.unitMade(1, { id: unit })] })),
  );
  return { batch, unit };
}

const logOf = async (stream: string): Promise<LogEntry[]> =>
  (await verifiedLog(platform.store)).filter((entry) => entry.stream === stream);

describe('at the same moment', () => {
  it('one bag goes into one of two batches, and the other opening is kept as a report', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { batch, unit } = await aBag();
      const into = [eventId(), eventId()];
      const opening = batches.examples.opened({ inputs: [{ batch, unit }], identifiers: [] });
      const answers = await Promise.all(into.map((child) => say(`/v1/batches/${child}`, opening)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 202]);
      const won = into[answers.findIndex(({ status }) => status === 201)]!;
      const consumed = (await logOf(`batch-${batch}`)).filter(({ type }) => type === 'batch.unit-consumed.v1');
      expect(consumed.map(({ body }) => (JSON.parse(body) as { content: { data: { into: string } } }).content.data.into)).toEqual(
        [won],
      );
      expect((await logOf(`batch-${won}`))[0]!.type).toBe('batch.opened.v1');
    }
  });

  it('one bag is infused for two patients: one infusion stands, and the other is kept as a report that says so', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { batch, unit } = await aBag();
      const give = (token: string) =>
        post(platform.url, `/v1/batches/${batch}/units/${unit}/infusions`, token, { infusion: said({ treatment: eventId() }) });
      const answers = await Promise.all([give(ward), give(otherWard)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 202]);
      const second = answers.find(({ status }) => status === 202)!;
      expect((second.body.reasons as { rule: string }[]).map(({ rule }) => rule)).toEqual(['infusion.unit-infused-before']);
      const given = (await logOf(`batch-${batch}`)).filter(({ type }) => type === 'batch.unit-infused.v1');
      expect(given).toHaveLength(1);
      expect(await logOf(second.body.receipt.stream)).toHaveLength(1);
    }
  });

  it('a donor is found ineligible while a batch is opened: the batch is quarantined, whichever came first', async () => {
    const opened: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const donor = `donor-${eventId()}`;
      const donation = await aDonation(donor);
      const batch = eventId();
      opened.push(batch);
      const opening = () => say(`/v1/batches/${batch}`, batches.examples.opened({ inputs: [{ donation }], identifiers: [] }));
      const finding = () =>
        say(
          `/v1/persons/${donor}/eligibility`,
          persons.examples.eligibilityDetermined({ status: 'ineligible', reasons: ['reactive-after-donation'] }),
        );
      const answers = await Promise.all(round % 2 ? [opening(), finding()] : [finding(), opening()]);
      expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    }
    await expect
      .poll(
        async () => {
          const log = await verifiedLog(platform.store);
          return opened.filter((batch) =>
            log.some(({ stream, type }) => stream === `batch-${batch}` && type === 'batch.quarantined.v1'),
          ).length;
        },
        { timeout: 20_000, interval: 250 },
      )
      .toBe(ROUNDS);
    const log = await verifiedLog(platform.store);
    for (const batch of opened) {
      expect(log.filter(({ stream, type }) => stream === `batch-${batch}` && type === 'batch.quarantined.v1')).toHaveLength(1);
    }
  });

  it('the same event arrives on many connections: it stands once, and everybody gets the same receipt', async () => {
    const { batch } = await aBag();
    const sent = said(batches.examples.held());
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => post(platform.url, `/v1/batches/${batch}/holds`, laboratory, sent)),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(11);
    expect(new Set(answers.map(({ body }) => body.receipt.leaf)).size).toBe(1);
  });
});
