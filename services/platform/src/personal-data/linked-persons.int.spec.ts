import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Commands, createCommands } from '@cytoledger/commands';
import { type AnyFact, donations, persons } from '@cytoledger/domain';
import { type EventStore, openSqliteEventStore } from '@cytoledger/event-store';
import type { Question } from '@cytoledger/service-kit';
import { openSqliteVault, type Vault } from '@cytoledger/vault';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { erasureRoute } from './erasure.ts';

const DONOR = 'donor-0001';
const ALIAS = 'patient-0001';
const LINK = '0192f5c4-0000-7000-8000-0000000000f2';

let folder: string;
let store: EventStore;
let vault: Vault;
let commands: Commands;
let sent = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'linked-'));
  store = await openSqliteEventStore({ path: join(folder, 'log.db') });
  vault = await openSqliteVault({ dataPath: join(folder, 'vault.db'), keysPath: join(folder, 'keys.db') });
  commands = createCommands({ store, vault, operator: 'operator', nonceKey: randomBytes(32) });
});
afterEach(async () => {
  await commands.drain();
  await store.close();
  await vault.close();
  await rm(folder, { recursive: true, force: true });
});

async function say(fact: AnyFact, target: string, data: object): Promise<void> {
  const id = `0192f5c4-0000-7000-9000-${(sent++).toString(16).padStart(12, '0')}`;
  const outcome = await commands.submit({
    ...{ fact, target, correlation: 'specification', causation: null },
    actor: { org: 'hospital-a', person: 'staff-0001', role: 'hospital.physician', client: null },
    statement: { id, occurredAt: '2026-11-20T08:00:00Z', capture: { mode: 'direct', precision: 's' }, data: data as never },
  });
  expect(outcome.kind).toBe('recorded');
}

async function decided(subject: string) {
  const asked = { params: { subject }, body: { dryRun: true }, commands, language: 'en', signal: AbortSignal.timeout(20_000) };
  const caller = { org: 'operator', person: 'staff-0009', roles: ['platform.admin'], client: null };
  const { body } = await erasureRoute({ store, vault }).handle({ ...asked, caller } as unknown as Question);
  return body as { outcome: string; reasons: { rule: string }[] };
}

it('keeps what is known of somebody under one pseudonym for what they gave under another, as long as the two are linked', async () => {
  await say(persons.registered, DONOR, persons.examples.registered());
  await say(persons.registered, ALIAS, persons.examples.registered());
  await say(donations.registered, '0192f5c4-0000-7000-8000-0000000000d1', donations.examples.registered({ donor: DONOR }));
  expect(await decided(ALIAS)).toMatchObject({ outcome: 'erased' });

  await say(persons.linkNoted, ALIAS, { link: LINK, with: DONOR, standing: true });
  const { outcome, reasons } = await decided(ALIAS);
  expect(outcome).toBe('restricted');
  expect(reasons.map(({ rule }) => rule)).toContain('retention.linked');

  await say(persons.linkNoted, ALIAS, { link: LINK, with: DONOR, standing: false });
  expect(await decided(ALIAS)).toMatchObject({ outcome: 'erased' });
});
