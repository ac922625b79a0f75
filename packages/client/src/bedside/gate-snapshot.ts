import { AttestError, type Policy, readJwsHeader, thumbprint, verifyStatement } from '@cytoledger/attest';
import { bedside } from '@cytoledger/domain';

export type GateSnapshot = ReturnType<typeof bedside.GateSnapshot.parse>;
export type BedsideLight = bedside.BedsideAnswer;

/** The snapshot, or why it is none: a code of AttestError, `unknown-key`, `other-log` or `unreadable`. */
export type OpenedSnapshot =
  | { readonly ok: true; readonly snapshot: GateSnapshot }
  | { readonly ok: false; readonly why: string };

/**
 * A gate snapshot as the platform gave it (compact JWS, or the JSON that holds one), once its signature holds under a key that the policy names for
 * receipts. Needs no network.
 */
export function openGateSnapshot(text: string, policy: Policy): OpenedSnapshot {
  const jws = jwsIn(text);
  try {
    const { kid } = readJwsHeader(jws);
    const key = policy.receipts.find(({ publicJwk }) => thumbprint(publicJwk) === kid);
    if (!key) return { ok: false, why: 'unknown-key' };
    const read = bedside.GateSnapshot.safeParse(verifyStatement(jws, key.publicJwk, bedside.GATE_SNAPSHOT_TYP));
    if (!read.success) return { ok: false, why: 'unreadable' };
    return read.data.origin === policy.origin ? { ok: true, snapshot: read.data } : { ok: false, why: 'other-log' };
  } catch (error) {
    if (error instanceof AttestError) return { ok: false, why: error.code };
    throw error;
  }
}

/** What the snapshot says of a bag and a patient as scanned. @param lastSeen the latest time that this device has shown, ms since 1970 */
export function judgeBedside(
  snapshot: GateSnapshot,
  asked: { readonly unit: string; readonly patient: string; readonly now?: number; readonly lastSeen?: number | null },
): BedsideLight {
  return bedside.judgeBedside(snapshot, { now: Date.now(), ...asked });
}

/** `5 h 12 min`. */
export function ageInWords(minutes: number): { readonly en: string; readonly zh: string } {
  return bedside.ageInWords(minutes);
}

function jwsIn(text: string): string {
  try {
    const { jws } = JSON.parse(text) as { jws?: unknown };
    return typeof jws === 'string' ? jws : '';
  } catch {
    return text.trim();
  }
}
