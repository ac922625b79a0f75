import { createHash, randomBytes } from 'node:crypto';
import type { Commands } from '@cytoledger/commands';
import { type Aggregate, logs } from '@cytoledger/domain';
import { v7 as uuidv7 } from 'uuid';
import { type Config, ConfigError } from './config.ts';
import { readSignedSuccession, type SignedSuccession } from './succession.ts';

/**
 * The first event of a store is `log.created {origin, mode}`, before any other; a store of the other mode is refused.
 *
 * @throws ConfigError
 */
export async function openLog(commands: Commands, config: Beginning, isEmpty: boolean): Promise<string> {
  if (isEmpty) await create(commands, config);
  const { state } = await commands.read(logs.log as Aggregate<never>, 'log');
  const { mode, origin } = state as logs.LogState;
  if (mode === null || origin === null)
    throw new ConfigError('this log does not begin with log.created: it was not made by Cytoledger');
  if (mode !== config.mode) {
    throw new ConfigError(
      `this log was made in ${mode} mode and is never opened in ${config.mode} mode: choose another DATA_DIR`,
    );
  }
  return origin;
}

type Beginning = Pick<Config, 'mode' | 'operator' | 'origin' | 'succession' | 'attestation'>;

async function create(commands: Commands, config: Beginning): Promise<void> {
  const { mode, operator } = config;
  const succession = config.succession === undefined ? null : await readSignedSuccession(config.succession, config);
  const origin = succession?.succession.origin ?? config.origin;
  if (mode === 'production' && !origin)
    throw new ConfigError('ORIGIN names the new log in every checkpoint for 30 years: set it, e.g. ORIGIN=cells.example.org/log');
  const outcome = await commands.submit({
    fact: succession ? logs.succeeded : logs.created,
    target: 'log',
    actor: { org: operator, person: null, role: 'platform.policy', client: 'platform' },
    correlation: 'log-created',
    causation: null,
    statement: {
      id: origin === undefined ? uuidv7() : idOf(origin),
      occurredAt: null,
      capture: { mode: 'derived', precision: 'unknown' },
      data: { mode, origin: origin ?? `demo.invalid/${randomBytes(8).toString('hex')}`, ...(succession as SignedSuccession) },
    },
  });
  // With other keys or another name somebody else has begun it: what stands there is looked at next.
  if (outcome.kind === 'conflict') return;
  if (outcome.kind !== 'recorded') throw new ConfigError(`the log could not be begun: ${outcome.kind}`);
}

/** Processes that begin one log at the same moment say the same: it is one event, whoever comes first. UUIDv8 (RFC 9562 §5.8) of the earliest time. */
function idOf(origin: string): string {
  const digest = createHash('sha256').update(`log.created ${origin}`).digest('hex');
  return `00000000-0000-8${digest.slice(0, 3)}-8${digest.slice(3, 6)}-${digest.slice(6, 18)}`;
}
