import { randomUUID } from 'node:crypto';
import type { TokenClaims } from '../issuer.ts';

/** What somebody says in the name of an organisation. */
type Saying = (claims: TokenClaims, path: string, data: object) => Promise<void>;

export type Treated = {
  readonly hospital: string;
  readonly patient: string;
  readonly treatment: string;
  /** Of the treatment's first entry. */
  readonly planned: { readonly event: string; readonly data: object };
  readonly batch: string;
  readonly unit: string;
};

/** A recall that calls upon both hospitals, and of each a correction, a query and an inspection that name a patient of its own. */
export async function openCases(say: Saying, treated: readonly Treated[], position: string): Promise<void> {
  const quality = { org: 'lab-a', roles: ['lab.qa'] } as const satisfies TokenClaims;
  const centre = { org: 'qc-centre', roles: ['oversight'] } as const satisfies TokenClaims;
  const [{ batch }] = treated as readonly [Treated];
  const recall = `recalls/${randomUUID()}`;
  await say(quality, recall, {
    ...{ mock: true, class: 'II', reason: 'deviation', trigger: { kind: 'exercise' }, notice: 'EX-1' },
    ...{ origin: { kind: 'batch', id: batch }, position, batches: [...new Set(treated.map((each) => each.batch))] },
    units: treated.map((each) => ({ batch: each.batch, site: each.hospital, units: [each.unit] })),
  });
  for (const { hospital, patient, treatment, planned } of treated) {
    const physician = { org: hospital, roles: ['hospital.physician'] } as const satisfies TokenClaims;
    const about = [`treatment-${treatment}`, `person-${patient}`];
    await say(quality, `${recall}/notices`, { site: hospital, deadline: '2099-01-01T08:00:00+08:00', contact: '药房' });
    await say(physician, `${recall}/acknowledgements`, {
      ...{ site: hospital, onHand: 0, used: 1, quarantined: 0, destroyed: 0 },
    });
    await say(physician, `corrections/${randomUUID()}`, {
      targets: [{ change: 'amend', stream: about[0], event: planned.event, type: 'treatment.planned.v1', data: planned.data }],
      reason: 'transcription',
    });
    await say(centre, `queries/${randomUUID()}`, {
      to: hospital,
      topic: 'traceability',
      about,
      dueBy: '2099-01-01T08:00:00+08:00',
    });
    await say(centre, `inspections/${randomUUID()}`, {
      ...{ site: hospital, kind: 'routine', about, findings: [{ finding: '1', class: 'minor' }] },
    });
  }
}
