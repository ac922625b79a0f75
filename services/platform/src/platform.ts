import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { ReceiptSigner } from '@cytoledger/attest';
import { type Commands, createBasisWatch, createCommands, createPolicyRunner } from '@cytoledger/commands';
import { policies } from '@cytoledger/domain';
import { type EventStore, openEventStore } from '@cytoledger/event-store';
import { recall } from '@cytoledger/recall';
import { authenticator, createApp, createMetrics, type Metrics, type Service } from '@cytoledger/service-kit';
import { openTrace, type TraceModel } from '@cytoledger/trace';
import type { Vault } from '@cytoledger/vault';
import { type Logger, pino } from 'pino';
import { attestationKeys } from './attestation/keys.ts';
import { openAttestationService } from './attestation/open.ts';
import { receiptsBeside, receiptsOf, whenAttested } from './attestation/receipts.ts';
import { openBedside } from './bedside.ts';
import { type Config, mounts } from './config.ts';
import { openFeedService } from './feed.ts';
import { formsService } from './forms/service.ts';
import { type LocalIssuer, localIssuer } from './issuer.ts';
import { kafkaServices } from './kafka.ts';
import { openLog } from './log-created.ts';
import { refuseLostParts, rememberParts } from './lost-parts.ts';
import { personalData } from './personal-data/index.ts';
import { ownOrShared } from './secrets.ts';
import { chosenServices, commandServices } from './services.ts';
import { openVault } from './vault.ts';
import { lendVault } from './vault-service.ts';

export type Platform = {
  readonly url: string;
  readonly origin: string;
  readonly commands: Commands;
  readonly store: EventStore;
  /** Demo mode only. */
  readonly issuer: LocalIssuer | null;
  close(): Promise<void>;
};

const VERSION = '0.1.0';

/**
 * For the threads that are begun from here on; the main thread keeps what it was started with. A thread hands pages on and keeps few objects for long:
 * with room for 64 MiB of young ones, each could hold up to 128 MiB of garbage and was no faster.
 */
const THREADS_YOUNG_HEAP = '--max-semi-space-size=8';

/** Opens what the configuration names, mounts the services and listens. */
export async function startPlatform(config: Config): Promise<Platform> {
  setFlagsFromString(THREADS_YOUNG_HEAP);
  await mkdir(config.dataDir, { recursive: true });
  const logger = pino({ level: config.logLevel, base: { service: config.services.join('+') || 'platform' } });
  const closing: (() => Promise<void>)[] = [];
  const closeAll = async () => {
    for (const close of closing.splice(0).reverse()) await close();
  };
  try {
    await refuseLostParts(config);
    const store = await openEventStore(config.eventStore);
    closing.push(() => store.close());
    const isEmpty = (await store.headPosition()) === undefined;
    const vault = await openVault(config);
    closing.push(() => vault.close());
    // All keys before the first event: a process that dies here begins again, one that dies later finds them.
    const nonceKey = await ownOrShared(config, 'nonce', isEmpty);
    const aliasKey = await ownOrShared(config, 'alias', isEmpty);
    const metrics = createMetrics();
    let readOnly: string | null = null;
    let receipts: ReceiptSigner | null = null;
    const commands = createCommands({
      store,
      vault,
      operator: config.operator,
      nonceKey,
      cacheBytes: config.cacheBytes,
      receipts: () => receipts,
      metrics: {
        appended: (events) => metrics.appended.inc(events),
        conflicted: () => metrics.conflicts.inc(),
        retried: () => metrics.retries.inc(),
        readOnly: (reason) => {
          readOnly ??= `nothing more is taken until a restart: ${reason}`;
        },
      },
      onError: (error) => logger.error({ err: error }, 'what a command read could not be checked again'),
    });
    closing.push(() => commands.drain());
    metrics.gauge('cytoledger_commands_waiting', 'Commands that wait for their outcome', () => commands.waiting());
    const origin = await openLog(commands, config, isEmpty);
    const signing = mounts(config, 'attestation') ? await attestationKeys(config.attestation.folder, origin) : null;
    await rememberParts(config);
    const issuer = config.auth ? null : await localIssuer();
    const runner = createPolicyRunner({
      store,
      commands,
      policies: policies.policies,
      checkpointPath: join(config.dataDir, 'policies', 'checkpoint.json'),
      onAction: (action, outcome) => {
        if (outcome.kind !== 'recorded')
          logger.error({ policy: action.policy, type: action.type, outcome: outcome.kind }, 'a policy could not act');
      },
      onError: (error) => logger.error({ err: error }, 'policies wait'),
    });
    const basisWatch = store.checksBasis
      ? undefined
      : createBasisWatch({
          store,
          commands,
          checkpointPath: join(config.dataDir, 'policies', 'basis.json'),
          onError: (error) => logger.error({ err: error }, 'decisions wait to be checked against what they were based on'),
        });
    metrics.gauge(
      'cytoledger_policy_lag_seconds',
      'Age of the newest event that the policies have seen, while they are behind',
      () => runner.lag().seconds,
    );
    const traces = mounts(config, 'trace')
      ? await openTraceService(config, { store, vault, commands, metrics, aliasKey, logger })
      : undefined;
    const attestation =
      signing &&
      (await openAttestationService(config, { store, origin, keys: signing, trace: traces?.trace, vault, metrics, logger }));
    if (attestation && signing) {
      closing.push(() => attestation.close());
      receipts = receiptsOf(attestation.attested.policy, signing.receipts, config.attestation.includeWithin);
    } else receipts = await receiptsBeside(config, origin);
    if (!receipts) logger.warn('receipts are not signed: no policy pins the receipt key');
    const feed = openFeedService({ store, origin, trace: traces?.trace, metrics });
    const query = [traces, attestation, feed].flatMap((opened) => (opened ? [opened.service] : []));
    const bedside = await openBedside(config, { store, origin, trace: traces?.trace, attested: attestation?.attested });
    const erasure = personalData({
      store,
      vault,
      onDecided: ({ by, subject, outcome }) =>
        logger.warn({ subject, outcome, org: by.org, person: by.person }, 'a subject’s personal data: asked to be erased'),
    });
    const speaking = [...commandServices(), recall(runner, basisWatch)];
    const facts = speaking.flatMap((each) => each.facts);
    const messaging = kafkaServices(config, { store, commands, origin, facts, metrics, logger });
    const lent = await lendVault(config, vault);
    const services = chosenServices(
      [...speaking, erasure, bedside, formsService(), ...query, ...messaging, ...(lent ? [lent] : [])],
      config.services,
    );
    const app = await createApp({
      services,
      commands,
      authenticate: authenticator(issuer ?? { ...config.auth!, jwks: config.auth!.jwksUrl }),
      metrics,
      logger,
      version: VERSION,
      ...(attestation && { whenAttested: whenAttested(attestation.attested) }),
      notReady: () => (readOnly === null ? [] : [readOnly]),
    });
    for (const service of services) {
      await service.start?.();
      if (service.stop) closing.push(() => service.stop!());
    }
    closing.push(() => app.close());
    const url = await app.listen({ host: config.host, port: config.port });
    return { url, origin, commands, store, issuer, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

type TraceParts = {
  readonly store: EventStore;
  readonly vault: Vault;
  readonly commands: Commands;
  readonly metrics: Metrics;
  readonly aliasKey: Buffer;
  readonly logger: Logger;
};

async function openTraceService(config: Config, parts: TraceParts): Promise<{ service: Service; trace: TraceModel }> {
  const { store, vault, commands, metrics, aliasKey, logger } = parts;
  const folder = join(config.dataDir, 'read-models');
  await mkdir(folder, { recursive: true });
  const { service, trace } = await openTrace({
    store,
    vault,
    eventStore: config.eventStore,
    path: join(folder, 'trace.db'),
    aliasKey,
    onProgress: ({ events, eventsPerSecond, percent }) =>
      logger.info(
        { events, eventsPerSecond: Math.round(eventsPerSecond), percent: Math.round(percent) },
        'building the trace read model',
      ),
    log: (level, message) => logger[level](message),
  });
  metrics.gauge(
    'cytoledger_trace_behind',
    'How far the trace read model is behind the log (events; bytes on KurrentDB)',
    () => trace.lag().behind,
  );
  // A clock that was set back while the process was down is noticed before anything is written.
  const { lastEventAt } = trace.lag();
  if (lastEventAt !== null) commands.clock.saw(lastEventAt);
  return { service, trace };
}
