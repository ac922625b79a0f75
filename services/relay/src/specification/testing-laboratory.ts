import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  base64url,
  contentDigest,
  contentText,
  generateKey,
  KEY_TYP,
  signStatement,
  signSubmission,
  submissionOf,
} from '@cytoledger/attest';
import { type Commands, createCommands, type Outcome } from '@cytoledger/commands';
import { type AnyFact, batches, donations, oversight, registry } from '@cytoledger/domain';
import { type EventStore, openSqliteEventStore } from '@cytoledger/event-store';
import type { FactRoute } from '@cytoledger/service-kit';
import { openSqliteVault } from '@cytoledger/vault';

export const OWNER = 'lab-a';
export const TESTER = 'qc-lab';

/** As release-qc and recall take it over HTTP. */
export const ROUTES: readonly Pick<FactRoute, 'fact' | 'permission'>[] = [
  {
    fact: batches.testRecorded,
    permission: { by: ['qc.analyst', 'lab.operator', 'lab.qa'], as: ['owner', 'testing-laboratory'] },
  },
  { fact: oversight.queryRaised, permission: { by: ['oversight'], as: 'any' } },
];

export type Key = ReturnType<typeof generateKey>;

/** One batch, a sample of which is at the testing laboratory, whose program has a key. */
export type Furnished = {
  readonly batch: string;
  readonly sample: string;
  readonly key: Key;
  enrol(
    org: string,
    key?: Key,
    over?: { readonly person?: string | null; readonly roles?: readonly string[]; readonly kind?: registry.SiteKind },
  ): Promise<Key>;
  revoke(key: Key): Promise<void>;
  submit(fact: AnyFact, target: string, data: object, org?: string): Promise<Outcome>;
};

/** The same on a platform of its own. */
export type Bench = Furnished & {
  readonly store: EventStore;
  readonly commands: Commands;
  typesIn(stream: string): Promise<string[]>;
  close(): Promise<void>;
};

export async function openBench(wrap: (store: EventStore) => EventStore = (store) => store): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'inbound-'));
  const store = wrap(await openSqliteEventStore({ path: join(folder, 'log.db') }));
  const vault = await openSqliteVault({ dataPath: join(folder, 'vault.db'), keysPath: join(folder, 'keys.db') });
  const commands = createCommands({ store, vault, operator: 'operator', nonceKey: randomBytes(32) });
  return {
    ...{ store, commands },
    ...(await furnished(commands)),
    typesIn: async (stream) => {
      const types: string[] = [];
      for await (const page of store.readStream(stream)) types.push(...page.map(({ type }) => type));
      return types;
    },
    close: async () => {
      await commands.drain();
      await store.close();
      await vault.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Records through the command side what comes before a result: batch, sample, organisations and keys. */
export async function furnished(commands: Commands): Promise<Furnished> {
  const roots = new Map<string, Key>();
  const submit: Furnished['submit'] = (fact, target, data, org = OWNER) =>
    commands.submit({
      ...{ fact, target, correlation: 'specification', causation: null },
      actor: { org, person: 'staff-0001', role: 'lab.operator', client: null },
      statement: { id: eventId(), occurredAt: AT, capture: { mode: 'direct', precision: 's' }, data: data as never },
    });
  const recorded = async (...given: Parameters<typeof submit>) => {
    const outcome = await submit(...given);
    if (outcome.kind !== 'recorded') throw new Error(JSON.stringify(outcome));
  };
  const rootOf = async (org: string, kind: registry.SiteKind = 'laboratory'): Promise<Key> => {
    const known = roots.get(org);
    if (known) return known;
    const root = generateKey();
    roots.set(org, root);
    await recorded(registry.siteRegistered, org, registry.examples.siteRegistered({ kind, rootKey: root.publicJwk }));
    return root;
  };
  const enrol: Furnished['enrol'] = async (org, key = generateKey(), { person = null, roles = [], kind } = {}) => {
    const root = await rootOf(org, kind);
    const said = { kid: key.kid, publicKey: key.publicJwk, org, person, roles: [...roles] };
    const statements = {
      byOrganisation: signStatement(KEY_TYP, said, root.privateJwk),
      byKey: signStatement(KEY_TYP, said, key.privateJwk),
    };
    await recorded(registry.keyEnrolled, key.kid, { ...said, statements }, org);
    return key;
  };

  const [donation, batch, sample] = [randomUUID(), randomUUID(), randomUUID()];
  await recorded(donations.registered, donation, { donor: 'donor-0001', kind: 'allogeneic' });
  await recorded(batches.opened, batch, batches.examples.opened({ inputs: [{ donation }] }));
  await recorded(batches.unitSampled, batch, { sample, laboratory: TESTER, operator: 'staff-0001', verifier: 'staff-0002' });
  return {
    ...{ batch, sample, enrol, submit },
    key: await enrol(TESTER),
    revoke: async ({ kid }) => {
      const byOrganisation = signStatement(KEY_TYP, { kid, revoked: true, reason: 'replaced' }, roots.get(TESTER)!.privateJwk);
      await recorded(registry.keyRevoked, kid, { reason: 'replaced', statements: { byOrganisation } }, TESTER);
    },
  };
}

const AT = '2026-11-21T08:00:00+08:00';

/** A fresh UUIDv7. */
export function eventId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const random = randomBytes(10).toString('hex');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

/** About the batch, or whatever `stream` says. */
export type Said = {
  readonly batch?: string;
  readonly stream?: string;
  readonly data: object;
  readonly id?: string;
  readonly type?: string;
};

/** The data of a report with one analyte, as the testing laboratory writes it. */
export const report = ({ sample }: Pick<Bench, 'sample'>, over: object = {}) => ({
  sample,
  results: [{ test: 'endotoxin', method: 'LAL-1', verdict: 'pass', analyst: 'staff-0101', reviewer: 'staff-0102' }],
  ...over,
});

/** Messages as a laboratory's program makes them: one signature over all, each with its path. */
export function signedTogether(said: readonly Said[], key: Pick<Key, 'privateJwk'>): Buffer[] {
  const contents = said.map(({ batch, stream = `batch-${batch}`, data, id = eventId(), type = batches.testRecorded.type }) =>
    contentText({
      nonce: base64url(randomBytes(16)),
      ...{ id, type, stream, occurredAt: AT, capture: { mode: 'device', precision: 's' } },
      data: data as never,
    }),
  );
  const { root, paths } = submissionOf(contents.map((content) => contentDigest(content)));
  const jws = signSubmission({ root, meaning: 'submission', signedAt: new Date().toISOString() }, key.privateJwk);
  return contents.map((content, n) =>
    Buffer.from(JSON.stringify({ content, disclosures: [], signatures: [{ jws, path: paths[n] }] })),
  );
}
