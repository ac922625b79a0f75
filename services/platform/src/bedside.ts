import { signStatement } from '@cytoledger/attest';
import { type AttestedLog, readSigningKey, type SigningKey } from '@cytoledger/attestation';
import { bedside } from '@cytoledger/domain';
import type { EventStore } from '@cytoledger/event-store';
import { type BedsideLookup, bedsideService, type SnapshotSigner } from '@cytoledger/infusion';
import { type Caller, Refusal, type Service } from '@cytoledger/service-kit';
import { type Asking, bagsAtSite, bagsCalled, refusalOf, type TraceModel, viewerOf } from '@cytoledger/trace';
import { receiptsKeyFile } from './attestation/keys.ts';
import type { Config } from './config.ts';

export type BedsideSources = {
  readonly store: Pick<EventStore, 'headPosition'>;
  readonly origin: string;
  readonly trace: TraceModel | undefined;
  /** Undefined where another process attests the log. */
  readonly attested: Pick<AttestedLog, 'released'> | undefined;
};

/** Snapshots are signed with the key that signs receipts: the policy names it, and who is cut off has the policy. */
export async function openBedside(config: Config, { store, origin, trace, attested }: BedsideSources): Promise<Service> {
  const key = await readSigningKey(receiptsKeyFile(config.attestation.folder), `${origin}/receipts`);
  return bedsideService({
    origin,
    lookup: trace && lookupIn(trace, store),
    signer: key ? signerOf(key) : null,
    checkpoint: () => attested?.released?.note ?? null,
    hours: config.snapshotHours,
  });
}

function signerOf({ privateKey, vkey }: SigningKey): SnapshotSigner {
  return {
    key: vkey.publicJwk.x,
    sign: (payload) => signStatement(bedside.GATE_SNAPSHOT_TYP, payload as Parameters<typeof signStatement>[1], privateKey),
  };
}

function lookupIn(trace: TraceModel, store: Pick<EventStore, 'headPosition'>): BedsideLookup {
  const ask = async <T>(caller: Caller, signal: AbortSignal, asked: (asking: Asking) => T) => {
    const viewer = viewerOf(caller);
    if (!viewer)
      throw new Refusal({
        status: 403,
        code: 'role-asks-no-traces',
        title: { en: 'This role asks no traces', zh: '该角色不得追溯查询' },
      });
    // Whatever was recorded before the question is in the answer.
    const minPosition = await store.headPosition();
    const told = trace.ask(viewer, { minPosition, signal }, (asking) => ({
      position: String(asking.snapshot.moment.position),
      bags: asked(asking),
    }));
    return told.catch((error: unknown) => Promise.reject(refusalOf(error)));
  };
  return {
    bagsOf: (caller, site, signal) => ask(caller, signal, (asking) => bagsAtSite(asking, site)),
    bagsCalled: (caller, code, signal) => ask(caller, signal, (asking) => bagsCalled(asking, code)),
  } as BedsideLookup;
}
