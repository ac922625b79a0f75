import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type KurrentDouble, startKurrentDouble } from '../../../../test/doubles/kurrentdb/index.ts';
import { describeEventStore, type StoreUnderTest } from '../contract/index.ts';
import type { EventStore } from '../port.ts';
import { openKurrentEventStore } from './index.ts';
import { logFromHere } from './log-from-here.fixture.ts';

const IMAGE = 'docker.kurrent.io/kurrent-lts/kurrentdb:26.0.3';

async function underTest(open: () => Promise<EventStore>, remove: () => Promise<void>): Promise<StoreUnderTest> {
  let store = await open();
  const reopen = async () => {
    await store.close();
    store = await open();
    return store;
  };
  const cleanup = async () => {
    await store.close();
    await remove();
  };
  return { store, reopen, cleanup };
}

async function onDouble(): Promise<StoreUnderTest> {
  const server = await startKurrentDouble();
  return underTest(
    () => openKurrentEventStore(server.url),
    () => server.stop(),
  );
}

async function onServer(url: string): Promise<StoreUnderTest> {
  const log = await logFromHere(() => openKurrentEventStore(url));
  return underTest(log.open, async () => {});
}

function writerOn(url: string) {
  const script = new URL('./appending-process.fixture.ts', import.meta.url);
  return spawn(process.execPath, [fileURLToPath(script), url], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function writerOnDouble() {
  const server: KurrentDouble = await startKurrentDouble();
  return { child: writerOn(server.url), open: () => openKurrentEventStore(server.url), cleanup: () => server.stop() };
}

describeEventStore('KurrentDB (its double)', onDouble, { opaqueHeaders: false, spawnWriter: writerOnDouble });

const url = process.env['KURRENTDB_URL'];
if (url) describeEventStore('KurrentDB (KURRENTDB_URL)', () => onServer(url), { opaqueHeaders: false });

const docker = await getContainerRuntimeClient().then(
  () => true,
  () => false,
);
if (docker) {
  describe('in a container', () => {
    let stop: () => Promise<unknown>;
    let address: string;
    beforeAll(async () => {
      const container = await new GenericContainer(IMAGE)
        .withExposedPorts(2113)
        .withEnvironment({ KURRENTDB_INSECURE: 'true', KURRENTDB_MEM_DB: 'true' })
        .withWaitStrategy(Wait.forHttp('/health/live', 2113).forStatusCode(204))
        .start();
      address = `esdb://${container.getHost()}:${container.getMappedPort(2113)}?tls=false`;
      stop = () => container.stop();
    }, 300_000);
    afterAll(() => stop?.());
    describeEventStore(`KurrentDB (${IMAGE})`, () => onServer(address), { opaqueHeaders: false });
  });
} else {
  it.skip(`KurrentDB (${IMAGE}) keeps the event log contract: not tried, because no Docker answers here`, () => {});
}
