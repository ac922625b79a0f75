import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatVkey, POLICY_HEADER } from '@cytoledger/attest';
import { makeSigningKey } from '@cytoledger/attestation';
import { WitnessDouble } from '@cytoledger/attestation/specification';
import type { TokenClaims } from '@cytoledger/platform';
import { type KurrentDouble, startKurrentDouble } from '../doubles/kurrentdb/index.ts';
import { type PlatformProcess, startIssuer, startProcess, stopped } from '../faults/platform-process.fixture.ts';

const COMMAND_SIDE = 'collection,registry,preparation,release-qc,logistics,infusion,follow-up';

/** Each a process of its own, on one KurrentDB double, one vault and shared keys. */
const PROCESSES = {
  /** Command side, policies, and the vault that it lends to the others. */
  first: `${COMMAND_SIDE},recall,personal-data,vault`,
  second: COMMAND_SIDE,
  query: 'trace,feed',
  attestation: 'attestation,trace',
  /** Only where there is a broker. */
  relay: 'relay,inbound',
} as const;
type Name = keyof typeof PROCESSES;

export type SeveralProcesses = {
  readonly double: KurrentDouble;
  readonly urls: Readonly<Record<Name, string>>;
  /** Shared by all. */
  readonly nonceKey: Buffer;
  readonly vault: { readonly url: string; readonly token: string };
  readonly policy: string;
  post(to: 'first' | 'second', path: string, as: TokenClaims, statement: object): Promise<Reply>;
  get(from: Name, path: string, as: TokenClaims): Promise<Response>;
  close(): Promise<void>;
};

// biome-ignore lint/suspicious/noExplicitAny: what a server answered is read by what the specification expects of it
export type Reply = { readonly status: number; readonly body: any };

export async function startSeveral({ brokers = [] }: { brokers?: readonly string[] } = {}): Promise<SeveralProcesses> {
  const folder = await mkdtemp(join(tmpdir(), 'several-'));
  const double = await startKurrentDouble();
  const issuing = await startIssuer();
  const witness = await new WitnessDouble('witness.example').listen();
  const { ORIGIN: origin } = issuing.env as { ORIGIN: string };
  const attesting = join(folder, 'attesting');
  await mkdir(attesting);
  const policy = [
    POLICY_HEADER,
    'version 1',
    `origin ${origin}`,
    `log ${formatVkey((await makeSigningKey(join(attesting, 'log.key'), origin)).vkey)}`,
    `receipts ${formatVkey((await makeSigningKey(join(attesting, 'receipts.key'), `${origin}/receipts`)).vkey)}`,
    `witness ${witness.vkey.trim()}`,
    'quorum 1',
    'monitors 0',
    '',
  ].join('\n');
  await writeFile(join(folder, 'policy.txt'), policy);
  const nonceKey = randomBytes(32);
  await writeFile(join(folder, 'nonce.key'), nonceKey);
  await writeFile(join(folder, 'alias.key'), randomBytes(32));
  const vaultPort = await freePort();
  const token = randomBytes(24).toString('hex');
  const vault = { url: `http://127.0.0.1:${vaultPort}`, token };

  const processes: PlatformProcess[] = [];
  const start = (name: Name): PlatformProcess => {
    const env: Record<string, string> = {
      ...issuing.env,
      EVENT_STORE: double.url,
      SERVICES: PROCESSES[name],
      DATA_DIR: join(folder, name),
      NONCE_KEY_FILE: join(folder, 'nonce.key'),
      ALIAS_KEY_FILE: join(folder, 'alias.key'),
      POLICY: join(folder, 'policy.txt'),
      VAULT_TOKEN: token,
      ...(name === 'first' ? { VAULT_LISTEN: `127.0.0.1:${vaultPort}` } : { VAULT: vault.url }),
      ...(name === 'relay' && { KAFKA_BROKERS: brokers.join() }),
      ...(name === 'attestation' && { ATTESTATION_DIR: attesting, WITNESSES: `${witness.name}=${witness.url}` }),
    };
    const started = startProcess(env);
    processes.push(started);
    return started;
  };
  // All at once, on a log that is empty.
  const names = (Object.keys(PROCESSES) as Name[]).filter((name) => name !== 'relay' || brokers.length > 0);
  const starting = Promise.all(names.map(start).map(async ({ url }, n) => [names[n]!, await url] as const));
  const urls = Object.fromEntries(
    await starting.catch((error: unknown) => {
      for (const each of processes) each.kill('SIGKILL');
      throw error;
    }),
  ) as Record<Name, string>;

  const headersOf = async (as: TokenClaims) => ({ authorization: `Bearer ${await issuing.issuer.token(as)}` });
  return {
    ...{ double, urls, nonceKey, vault, policy },
    post: async (to, path, as, statement) => {
      const answer = await fetch(`${urls[to]}${path}`, {
        method: 'POST',
        headers: { ...(await headersOf(as)), 'content-type': 'application/json' },
        body: JSON.stringify(statement),
      });
      return { status: answer.status, body: await answer.json() };
    },
    get: async (from, path, as) => fetch(`${urls[from]}${path}`, { headers: await headersOf(as) }),
    close: async () => {
      // The vault's owner last: the others are finishing what they took.
      const [first, ...others] = processes;
      await Promise.all(others.map(stopped));
      await stopped(first!);
      await double.stop();
      witness.close();
      issuing.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
