import { bedside } from '@cytoledger/domain';
import type { Caller } from '@cytoledger/service-kit';
import { judgedBags } from './bags.ts';
import type { Asks, BedsideLookup } from './parts.ts';

export type Light = Omit<bedside.BedsideAnswer, 'ageMinutes'> & {
  readonly allowed: boolean;
  readonly at: string;
  readonly position: string;
  readonly batch: string | null;
  readonly unitId: string | null;
  readonly treatment: string | null;
};

const NOT_KNOWN_HERE: bedside.BedsideReason = {
  rule: 'bedside.not-known-here',
  en: 'This bag is neither allocated to your hospital nor received there: do not give it.',
  zh: '该单元既未分配给贵院，也未由贵院接收：不得输注。',
};

const WRONG_PATIENT: bedside.BedsideReason = {
  rule: 'bedside.other-patient',
  en: 'WRONG PATIENT: this bag is not meant for this patient.',
  zh: '患者不符：该单元不是为此患者准备的。',
};

/** The light for a bag and a patient as scanned, as of now: what an offline snapshot of this moment would say. Nothing is recorded. */
export async function bedsideLight(
  {
    commands,
    lookup,
    caller,
    signal,
  }: {
    readonly commands: Asks;
    readonly lookup: BedsideLookup;
    readonly caller: Caller;
    readonly signal: AbortSignal;
  },
  { unit, patient }: { readonly unit: string; readonly patient: string },
): Promise<Light> {
  const { position, bags } = await lookup.bagsCalled(caller, unit, signal);
  const units = await judgedBags(commands, bags, caller.org, { scanned: unit });
  const now = await commands.consider((_, nowMs) => nowMs);
  const at = new Date(now).toISOString();
  const later = new Date(now + 1).toISOString();
  const moment = { v: 1 as const, origin: '', site: caller.org, position, checkpoint: null };
  // The search knows more spellings than a snapshot can hold: what was found by this code goes by it.
  const called = units.map((each) => ({
    ...each,
    codes: [...each.codes, unit.normalize('NFKC').toUpperCase().replace(/\s/g, '')],
  }));
  const snapshot = { ...moment, madeAt: at, freshUntil: later, expiresAt: later, units: called };
  const { light, unit: name, reasons } = bedside.judgeBedside(snapshot, { unit, patient, now });
  const [bag, ...others] = units.filter((each) => each.name === name);
  const known = others.length === 0 ? bag : undefined;
  return {
    allowed: light !== 'red',
    light,
    at,
    position,
    batch: known?.batch ?? null,
    unitId: known?.unit ?? null,
    // Whose bag it is when it is not this patient's, nobody at this bed needs to know.
    treatment: light === 'red' ? null : (known?.treatment ?? null),
    unit: name,
    reasons: units.length === 0 ? [NOT_KNOWN_HERE] : reasons.map(asNow),
  };
}

/** Here no other bag was looked at: which patients there are is not known. */
function asNow(reason: bedside.BedsideReason): bedside.BedsideReason {
  return reason.rule === 'snapshot.patient-unknown' ? WRONG_PATIENT : reason;
}
