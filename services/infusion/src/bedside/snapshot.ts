import { type Bilingual, type batches, bedside } from '@cytoledger/domain';
import { type Caller, Refusal } from '@cytoledger/service-kit';
import { judgedBags } from './bags.ts';
import type { Asks, BedsideLookup, BedsideParts } from './parts.ts';

const HOUR_MS = 3_600_000;
/** A page of so many bags is still read on a ward's tablet. */
const MOST_BAGS = 2000;

export type SignedSnapshot = {
  readonly site: string;
  readonly madeAt: string;
  readonly freshUntil: string;
  readonly expiresAt: string;
  readonly position: string;
  readonly units: number;
  /** Compact JWS of a GateSnapshot. */
  readonly jws: string;
  readonly key: string;
};

type Asked = {
  readonly commands: Asks;
  readonly caller: Caller;
  readonly site: string;
  readonly signal: AbortSignal;
  /** Only bags that are meant for this treatment. */
  readonly treatment?: string;
};

/** @throws Refusal 503 where this process cannot tell or cannot sign, 413 where there are too many bags */
export async function makeSnapshot(
  parts: BedsideParts,
  { commands, caller, site, signal, treatment }: Asked,
): Promise<SignedSnapshot> {
  const { origin, signer, hours } = parts;
  if (!signer)
    throw notHere('no-key-here', {
      en: 'It has no key of the log: ask the process that attests it.',
      zh: '它没有日志的密钥：请询问负责存证的进程。',
    });
  // What is looked up and judged is at least as new as this moment: the snapshot's age is never understated.
  const made = await commands.consider((_, nowMs) => nowMs);
  const { position, bags } = await lookupOf(parts).bagsOf(caller, site, signal);
  if (bags.length > MOST_BAGS) throw tooMany(bags.length, site);
  const isMeant = (unit: batches.Unit) => treatment === undefined || unit.allocation?.treatment === treatment;
  const units = await judgedBags(commands, bags, site, { of: isMeant });
  const times = {
    madeAt: new Date(made).toISOString(),
    freshUntil: new Date(made + hours.fresh * HOUR_MS).toISOString(),
    expiresAt: new Date(made + hours.valid * HOUR_MS).toISOString(),
  };
  const snapshot = { v: 1, origin, site, position, checkpoint: parts.checkpoint(), ...times, units };
  const jws = signer.sign(bedside.GateSnapshot.parse(snapshot));
  return { site, ...times, position, units: units.length, jws, key: signer.key };
}

/** @throws Refusal 503 */
export function lookupOf({ lookup }: Pick<BedsideParts, 'lookup'>): BedsideLookup {
  if (!lookup)
    throw notHere('no-traces-here', {
      en: 'It answers no traces: ask one that does (SERVICES).',
      zh: '它不回答追溯查询：请询问回答追溯查询的进程（SERVICES）。',
    });
  return lookup;
}

function notHere(code: string, detail: Bilingual): Refusal {
  return new Refusal({
    status: 503,
    code,
    title: { en: 'This process cannot answer at the bedside', zh: '本进程不能回答床旁查询' },
    detail,
  });
}

function tooMany(bags: number, site: string): Refusal {
  return new Refusal({
    status: 413,
    code: 'too-many-bags',
    title: { en: 'Too many bags for one snapshot', zh: '一份快照容不下这么多袋' },
    detail: {
      en: `${site} has ${bags}; a snapshot holds ${MOST_BAGS}. Ask for those of one treatment: /v1/treatments/{treatment}/gate-snapshot.`,
      zh: `${site} 有 ${bags} 袋；一份快照最多 ${MOST_BAGS} 袋。请按治疗查询：/v1/treatments/{treatment}/gate-snapshot。`,
    },
  });
}
