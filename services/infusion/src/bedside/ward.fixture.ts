import { generateKey, signStatement } from '@cytoledger/attest';
import { batches } from '@cytoledger/domain';
import { type Caller, createApp, createMetrics } from '@cytoledger/service-kit';
import { type BagAt, bedsideService } from './index.ts';

const { aBatch, aTreatment, aUnit, IDS, surroundings } = batches.hospitalExamples;

export const BAG = 'HUCMSC-P4-20261121-01';
export const OTHERS_BAG = 'HUCMSC-P4-20261121-02';
export const NOT_THEIRS = 'HUCMSC-P4-20261121-03';
/** What the labels of {@link BAG} say: the one on it, and the one that it replaced. */
export const NEW_LABEL = '=G-NEW';
export const OLD_LABEL = '=G-OLD';
const LONG = '2099-11-21T00:00:00+08:00';
const THIRD = '0192f5c4-0000-7000-8000-00000000e003';
const named = (value: string) => [{ scheme: 'local', site: IDS.lab, value }] as unknown as batches.Unit['identifiers'];

/** As the search knows it: by every label that it carried. */
function calledBy({ identifiers, code, oldLabels = [] }: batches.Unit): (string | null | undefined)[] {
  return [identifiers[0]?.value, code, ...oldLabels.map((old) => old.code)];
}

/** A hospital with two bags for two patients, and a bag of another hospital in the same batch. */
export async function aWard(given: { recalled?: boolean; now?: () => number; hasKey?: boolean } = {}) {
  const { recalled = false, now = Date.now, hasKey = true } = given;
  const key = generateKey();
  const theirs = { event: 'e', treatment: IDS.otherTreatment, patient: 'patient-0002', site: IDS.hospital };
  const batch = aBatch(
    {
      recalls: recalled ? [{ event: 'e1', scope: 'whole-batch', reason: 'contaminated', cause: null, lifted: null }] : [],
    },
    aUnit({
      ...{ thawed: null, expiry: LONG, identifiers: named(BAG), code: NEW_LABEL },
      oldLabels: [{ label: 'L-0', code: OLD_LABEL, replacedBy: 'e' }],
    }),
    aUnit({ id: IDS.otherUnit, ordinal: 2, thawed: null, expiry: LONG, identifiers: named(OTHERS_BAG), allocation: theirs }),
    aUnit({
      ...{ id: THIRD, ordinal: 3, thawed: null, expiry: LONG, identifiers: named(NOT_THEIRS) },
      ...{ custodian: 'hospital-x', receivedBy: 'hospital-x', allocation: { ...theirs, site: 'hospital-x' } },
    }),
  );
  const streams = surroundings({
    [`batch-${IDS.batch}`]: batch,
    [`treatment-${IDS.otherTreatment}`]: { ...aTreatment({ patient: 'patient-0002' }), id: IDS.otherTreatment },
  });
  const bags: BagAt[] = [...batch.units.keys()].map((unit) => ({ batch: IDS.batch, unit }));
  const service = bedsideService({
    origin: 'cells.example/log',
    signer: hasKey
      ? {
          key: key.publicJwk.x,
          sign: (payload) => signStatement('cytoledger-gate-snapshot', payload as never, key.privateJwk),
        }
      : null,
    checkpoint: () => 'cells.example/log\n17\nroot\n',
    hours: { valid: 8, fresh: 2 },
    lookup: {
      bagsOf: async () => ({ position: '17', bags }),
      bagsCalled: async (_caller, code) => ({
        position: '17',
        bags: bags.filter(({ unit }) => calledBy(batch.units.get(unit)!).includes(code.trim().toUpperCase())),
      }),
    },
  });
  const commands = {
    consider: async (question: (look: unknown, nowMs: number) => unknown) =>
      question(({ name }: { name: string }, id: string) => streams.get(`${name}-${id}`), now()),
  };
  const app = await createApp({
    services: [service],
    commands: commands as never,
    // The token is `organisation/role`.
    authenticate: (authorization) => {
      const [org = '', role = ''] = (authorization ?? '').replace('Bearer ', '').split('/');
      return { org, person: 'p', roles: [role], client: null, treatments: [], batches: [] } as unknown as Caller;
    },
    metrics: createMetrics(),
    version: '0',
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const ask = (path: string, token = `${IDS.hospital}/hospital.nurse`) =>
    fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
  return { url, ask, key: key.publicJwk, close: () => app.close() };
}
