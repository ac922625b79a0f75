import { isErasedMark } from '@cytoledger/attest/evidence';
import {
  type Attestation,
  attestationMetrics,
  type Disclose,
  type MayRead,
  openAttestation,
  type SeeEvidence,
} from '@cytoledger/attestation';
import type { EventStore } from '@cytoledger/event-store';
import { type Metrics, Refusal } from '@cytoledger/service-kit';
import { requireEvidence, requireSight, type TraceModel } from '@cytoledger/trace';
import type { Vault } from '@cytoledger/vault';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { type AttestationKeys, logKeyFile } from './keys.ts';
import { policyOf } from './policy.ts';

export type AttestationParts = {
  readonly store: EventStore;
  readonly origin: string;
  readonly keys: AttestationKeys;
  /** Undefined where this process answers no traces. */
  readonly trace: TraceModel | undefined;
  readonly vault: Pick<Vault, 'open'>;
  readonly metrics: Metrics;
  readonly logger: Logger;
};

/** @throws ConfigError */
export async function openAttestationService(config: Config, parts: AttestationParts): Promise<Attestation> {
  const { store, origin, keys, trace, metrics, logger } = parts;
  const { folder, witnesses } = config.attestation;
  const attestation = openAttestation({
    store,
    eventStore: config.eventStore,
    folder,
    origin,
    logKeyPath: logKeyFile(folder),
    policy: await policyOf(config, origin, keys),
    witnesses,
    mayRead: readersOf(trace),
    seeEvidence: evidenceFor(parts),
    log: (level, message) => logger[level](message),
  });
  attestationMetrics(attestation.attested, metrics);
  return attestation;
}

/** Whoever may have all headers, and whoever may read the stream. */
function readersOf(trace: TraceModel | undefined): MayRead {
  return async (caller, stream, position, signal) => {
    if (caller.roles.includes('log.monitor') || caller.roles.includes('oversight')) return;
    if (trace) return requireSight(trace, caller, stream, position, signal);
    throw noTracesHere();
  };
}

function evidenceFor({ trace, vault, logger }: AttestationParts): SeeEvidence {
  return async (caller, { disclosing, ...question }) => {
    if (!trace) throw noTracesHere();
    const { streams, disclose } = await requireEvidence(trace, caller, { ...question, vault: disclosing ? vault : undefined });
    if (!disclose) return { streams };
    const told: Disclose = async (bodies) => {
      const opened = await disclose(bodies);
      const values = opened.flat().filter((one) => !isErasedMark(one)).length;
      const { org, person, client } = caller;
      if (values > 0)
        logger.info(`${values} personal values of batch ${question.batch} opened for ${org}/${person ?? client}, evidence`);
      return opened;
    };
    return { streams, disclose: told };
  };
}

function noTracesHere(): Refusal {
  return new Refusal({
    status: 503,
    code: 'no-traces-here',
    title: { en: 'This process cannot tell who may read what', zh: '本进程无法判断谁可以查阅什么' },
    detail: {
      en: 'It answers no traces: ask one that does (SERVICES).',
      zh: '它不回答追溯查询：请询问回答追溯查询的进程（SERVICES）。',
    },
  });
}
