import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type BrokerSettings, openKafkaBroker, TOPICS } from '@cytoledger/messaging';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kafkaLibraries, whyNoKafka } from '../../infra/kafka/artefacts.ts';
import { freePorts } from '../../infra/kafka/free-ports.ts';
import { INFRA } from './compose.fixture.ts';

const run = promisify(execFile);
const why = await whyNoKafka();
if (why) process.stdout.write(`skipped: the brokers of compose.yaml, because ${why}\n`);

/** The broker of compose.yaml as it stands there, alone and on this machine. */
function onThisMachine(properties: string, at: { ports: readonly number[]; secrets: string; data: string }): string {
  const [client, controller, between] = at.ports;
  return properties
    .replace(/^controller\.quorum\.voters=.*$/m, `controller.quorum.voters=1@localhost:${controller}`)
    .replace(/(CLIENT:\/\/)(kafka-NODE)?:9093/g, `$1localhost:${client}`)
    .replace(/(BETWEEN:\/\/)(kafka-NODE)?:9095/g, `$1localhost:${between}`)
    .replace(/(CONTROLLER:\/\/):9094/g, `$1localhost:${controller}`)
    .replace(/^(.*(?:replication\.factor|insync\.replicas|log\.min\.isr))=.*$/gm, '$1=1')
    .replace(/^log\.dirs=.*$/m, `log.dirs=${at.data}`)
    .replaceAll('/run/secrets/ca.crt', join(at.secrets, 'ca/ca.crt'))
    .replaceAll('/run/secrets', at.secrets);
}

describe.skipIf(why !== undefined)('a broker as compose.yaml configures it', () => {
  let folder: string;
  let secrets: string;
  let broker: ChildProcess;
  let said = '';
  let address: string;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'brokers-'));
    secrets = join(folder, 'secrets');
    await run('sh', [join(INFRA, 'secrets.sh'), secrets]);
    const ports = await freePorts(3);
    address = `localhost:${ports[0]}`;
    const template = join(folder, 'broker.properties');
    const properties = await readFile(join(INFRA, 'cluster/broker.properties'), 'utf8');
    await writeFile(template, onThisMachine(properties, { ports, secrets, data: join(folder, 'data') }));
    await javaAs(join(folder, 'kafka/bin'), {
      'kafka-storage.sh': 'kafka.tools.StorageTool',
      'kafka-server-start.sh': 'kafka.Kafka',
    });
    broker = spawn('bash', [join(INFRA, 'cluster/start-broker.sh')], {
      env: {
        ...process.env,
        NODE: '1',
        TEMPLATE: template,
        PROPERTIES: join(folder, 'node.properties'),
        SECRETS: secrets,
        KAFKA_HOME: join(folder, 'kafka'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const out of [broker.stdout!, broker.stderr!]) out.on('data', (chunk) => (said = (said + chunk).slice(-6000)));
    while ((await reached('admin')) !== 'reached') await sleep(500);
  }, 120_000);
  afterAll(async () => {
    for (const close of closing) await close();
    const ended = new Promise((resolve) => broker.once('exit', resolve));
    if (broker.exitCode === null && broker.kill('SIGKILL')) await ended;
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });

  /** Stands for Kafka's own scripts, which come with its distribution and not with its artefacts. */
  async function javaAs(bin: string, scripts: Readonly<Record<string, string>>): Promise<void> {
    const libraries = await kafkaLibraries();
    await mkdir(bin, { recursive: true });
    for (const [name, main] of Object.entries(scripts)) {
      await writeFile(join(bin, name), `#!/bin/sh\nexec java -Xmx384m -cp '${join(libraries, '*')}' ${main} "$@"\n`);
      await chmod(join(bin, name), 0o755);
    }
  }

  async function reached(user: string, over: Partial<BrokerSettings> = {}): Promise<string> {
    if (broker.exitCode !== null) throw new Error(said);
    const password = (await readFile(join(secrets, `kafka-${user}`), 'utf8')).trim();
    const opened = openKafkaBroker({
      brokers: [address],
      clientId: user,
      tls: { ca: await readFile(join(secrets, 'ca/ca.crt'), 'utf8') },
      sasl: { mechanism: 'scram-sha-512', username: user, password },
      ...over,
    });
    closing.push(() => opened.close());
    return opened.ensureTopics([{ name: TOPICS.qcResults, partitions: 3 }]).then(
      () => 'reached',
      (error: { code?: string }) => error.code ?? String(error),
    );
  }

  it('takes who has a password over TLS under our authority, and lets its administrator make topics', async () => {
    expect(await reached('admin')).toBe('reached');
  });

  it('refuses whom it does not know', async () => {
    const wrong = { mechanism: 'scram-sha-512', username: 'admin', password: 'guessed' } as const;
    expect(await reached('admin', { sasl: wrong })).not.toBe('reached');
    expect(await reached('admin', { tls: true })).not.toBe('reached');
  });

  it('lets nobody do what no access list names', async () => {
    expect(await reached('laboratory')).toBe('not-authorised');
  });
});
