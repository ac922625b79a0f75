import { persons as domain, type Recorded } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { type Handler, json, on } from './on.ts';

/** One row, keyed by {@link ONE}, for each pseudonym. */
export const persons = table('persons', {
  registered_by: 'text',
  roles: 'text',
  birth_mother: 'stream',
  newborn: 'integer',
  eligibility: 'text',
  eligibility_at: 'text',
  eligibility_reasons: 'text',
  died_at: 'text',
});

export const markers = table(
  'markers',
  {
    marker: 'text',
    result: 'text',
    sampled_at: 'text',
    assay: 'text',
    kit_lot: 'text',
    laboratory: 'text',
    sample: 'text',
  },
  [],
  { writtenOnce: true },
);

export const consents = table('consents', {
  purposes: 'text',
  giver: 'text',
  form: 'text',
  renewal_due: 'text',
  withdrawn: 'text',
  withdrawn_at: 'text',
  effect: 'text',
});

/** Key of the one row that a stream has in a table that describes the stream itself. */
export const ONE = 'one';

function rolesWith(held: string | null | undefined, role: string): string {
  const roles = new Set<string>(held ? JSON.parse(held) : []);
  return JSON.stringify([...roles.add(role)]);
}

function ensured(rows: Rows) {
  return rows.get(persons, ONE) ?? {};
}

type Tested = {
  readonly tests: readonly {
    readonly marker: string;
    readonly result: string;
    readonly sampledAt: string;
    readonly assay?: string | undefined;
    readonly kitLot?: string | undefined;
    readonly laboratory?: string | undefined;
    readonly sample?: string | undefined;
  }[];
};

/** A retest finds markers as a screening does. */
export function putMarkers({ id, data, actor }: Recorded<Tested>, rows: Rows): void {
  data.tests.forEach(({ marker, result, sampledAt, assay, kitLot, laboratory, sample }, index) => {
    rows.put(markers, `${id}/${index}`, {
      marker,
      result,
      sampled_at: sampledAt,
      assay: assay ?? null,
      kit_lot: kitLot ?? null,
      laboratory: laboratory ?? actor.org,
      sample: sample ?? null,
    });
  });
}

export const personHandlers: readonly Handler[] = [
  on(domain.registered, ({ data, actor }, rows) => {
    const held = rows.get(persons, ONE);
    rows.put(persons, ONE, {
      ...held,
      registered_by: held?.registered_by ?? actor.org,
      roles: rolesWith(held?.roles, data.role),
      birth_mother: data.birthMother ? `person-${data.birthMother}` : (held?.birth_mother ?? null),
      newborn: data.newborn || held?.newborn ? 1 : 0,
    });
  }),
  on(domain.screened, putMarkers),
  on(domain.eligibilityDetermined, ({ data, occurredAt }, rows) => {
    rows.put(persons, ONE, {
      ...ensured(rows),
      eligibility: data.status,
      eligibility_at: occurredAt,
      eligibility_reasons: json(data.reasons),
    });
  }),
  on(domain.consentGiven, ({ data }, rows) => {
    const held = rows.get(consents, data.consent);
    rows.put(consents, data.consent, {
      ...held,
      purposes: json(data.purposes),
      giver: data.giver,
      form: data.form ?? null,
      renewal_due: data.renewalDue ?? null,
    });
  }),
  on(domain.consentWithdrawn, ({ data, occurredAt, recordedAt }, rows) => {
    const held = rows.get(consents, data.consent);
    rows.put(consents, data.consent, {
      ...held,
      withdrawn: withdrawnWith(held?.withdrawn, data.purposes),
      withdrawn_at: occurredAt ?? recordedAt,
      effect: data.effect,
    });
  }),
];

function withdrawnWith(held: string | null | undefined, purposes: 'all' | readonly string[]): string {
  const before = held ? (JSON.parse(held) as 'all' | string[]) : [];
  if (before === 'all' || purposes === 'all') return JSON.stringify('all');
  return JSON.stringify([...new Set([...before, ...purposes])]);
}
