import { type Policy, readPolicy } from '@cytoledger/attest';
import type { EventStore } from '@cytoledger/event-store';
import { type Metrics, type Service, service } from '@cytoledger/service-kit';
import { type Attesting, attestInThread } from './attestor/attesting.ts';
import { PACE, type Pace, type WitnessAddress } from './attestor/reports.ts';
import { evidenceRoutes, type SeeEvidence } from './evidence/evidence-routes.ts';
import { AttestedLog } from './reading/attested-log.ts';
import { type MayRead, proofRoute } from './routes/proof.ts';
import { publicLog } from './routes/public-log.ts';

export type AttestationOptions = {
  readonly store: EventStore;
  /** The same log as a URL, for the thread that attests. */
  readonly eventStore: string;
  /** Belongs to this log alone; made where it is missing. */
  readonly folder: string;
  readonly origin: string;
  /** File of the log's key: see readSigningKey. */
  readonly logKeyPath: string;
  /** The policy's text; null where there is none yet: it then signs and releases nothing. */
  readonly policy: string | null;
  readonly witnesses: readonly WitnessAddress[];
  readonly mayRead: MayRead;
  readonly seeEvidence: SeeEvidence;
  readonly pace?: Partial<Pace>;
  readonly log?: (level: 'info' | 'warn' | 'error', message: string) => void;
};

export type Attestation = {
  readonly service: Service;
  readonly attested: AttestedLog;
  close(): Promise<void>;
};

const SECOND = 1000;

/**
 * Attests a log, serves it, and proves that events are in it. What goes wrong with attesting never keeps events from being recorded: it is told by
 * readiness, metrics and the log.
 *
 * @throws AttestError of a policy that cannot be read
 */
export function openAttestation(options: AttestationOptions): Attestation {
  const {
    store,
    eventStore,
    folder,
    origin,
    logKeyPath,
    policy: text,
    witnesses,
    mayRead,
    seeEvidence,
    log = () => {},
  } = options;
  const policy: Policy | null = text === null ? null : readPolicy(text);
  const attested = new AttestedLog({ folder, origin, store, policy: policy && { text: text!, policy } });
  if (!policy) log('warn', 'attestation has no policy, and so no witnesses: it signs, and releases nothing');
  let failure: string | null = null;
  const attesting: Attesting = attestInThread(
    { eventStore, folder, origin, logKeyPath, policy: text, witnesses, pace: { ...PACE, ...options.pace } },
    { state: (state) => attested.moved(state), log },
  );
  attested.attestedBy(attesting);
  attesting.ended.catch((error: unknown) => {
    failure = error instanceof Error ? error.message : String(error);
    log('error', `attestation has ended: ${failure}`);
  });
  const close = async () => {
    attesting.stop();
    await attesting.ended.catch(() => undefined);
    attested.close();
  };
  const reasons = () => {
    const { alarm } = attested.state;
    if (failure !== null) return ['attestation has ended: it begins again at the next start'];
    return alarm ? [`attestation stands still (${alarm.code}): ${alarm.message}`] : [];
  };
  const described = service(
    'attestation',
    { en: 'The attested log and its proofs', zh: '存证日志与证明' },
    (routes) => {
      publicLog(attested, routes);
      proofRoute(attested, mayRead, routes);
      evidenceRoutes(attested, seeEvidence, routes);
    },
    { notReady: reasons, stop: close },
  );
  return { service: described, attested, close };
}

/** What attestation tells Prometheus. */
export function attestationMetrics(attested: AttestedLog, metrics: Metrics): void {
  const { gauge, gauges } = metrics;
  gauge('cytoledger_attestation_attested_size', 'Entries that the newest signed checkpoint is of', () => attested.state.signed);
  gauge(
    'cytoledger_attestation_released_size',
    'Entries that the newest checkpoint is of that a quorum has cosigned',
    () => attested.size,
  );
  gauge('cytoledger_attestation_lag_seconds', 'For how long the oldest entry that is not released has waited', () => {
    const { waitingSince } = attested.state;
    return waitingSince === null ? 0 : Math.max(0, Date.now() - waitingSince) / SECOND;
  });
  gauges('cytoledger_attestation_witness_lag_entries', 'Signed entries that a witness has not cosigned', 'witness', () =>
    attested.state.witnesses.map(({ name, size }): [string, number] => [name, Math.max(0, attested.state.signed - size)]),
  );
  gauges('cytoledger_attestation_alarm', '1 for the alarm because of which attestation stands still', 'code', () => {
    const { alarm } = attested.state;
    return alarm ? [[alarm.code, 1]] : [];
  });
  gauge(
    'cytoledger_attestation_troubled',
    '1 while something keeps checkpoints from being released that may pass by itself',
    () => (attested.state.trouble === null ? 0 : 1),
  );
}
