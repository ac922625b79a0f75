import { z } from 'zod';
import { identifierFaults } from '../checks/index.ts';
import { donation } from '../donation/index.ts';
import { Identifiers } from '../identifiers/index.ts';
import { broken, type Check, type Context, derive, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { product, study } from '../registry/index.ts';
import { BankTier, LIST_LIMIT, Pseudonym, Sha256, SiteCode, titleOf, Uuid } from '../vocabulary/index.ts';
import { DONOR_TOPICS, EvidenceGrade, EXPECTED_TOPICS, GapReason, LegacySource, LegacyTopic } from './legacy-codes.ts';
import { legacyRules } from './legacy-rules.ts';
import { bindingFaults, type Sources } from './opening-checks.ts';
import { originsResolved, originsResolvedOf } from './origins-resolved.ts';
import { MAX_PASSAGE } from './processing.ts';
import { batchRules } from './rules.ts';
import { batch, type Legacy } from './state.ts';

const MAX_DECLARED = 200;

const Declared = z
  .strictObject({
    about: LegacyTopic,
    line: SiteCode.optional().describe('Line of the specification, of a test'),
    value: SiteCode.optional().describe('What the source says, verbatim'),
    grade: EvidenceGrade,
    page: SiteCode.optional().describe('Page or record of the source'),
    digest: Sha256.optional().describe('Of the image or file'),
  })
  .refine(({ about, value }) => about !== 'donor-identity' || value === undefined, {
    error: 'who the donor is stands in the record of their donation, under a pseudonym: name it in /from',
    path: ['value'],
  });

const Gap = withPersonal({
  about: LegacyTopic,
  line: SiteCode.optional().describe('Line of the specification, where one result is missing'),
  reason: GapReason,
  note: personal(z.string().max(4000)),
});

const Imported = z.strictObject({
  identifiers: Identifiers.optional().describe('Batch numbers as printed'),
  product: z.strictObject({ id: Uuid, specification: z.int().min(1).describe('Version that the batch is bound to') }),
  study: Uuid.optional(),
  autologous: z.boolean(),
  coi: SiteCode.optional(),
  tier: BankTier.optional(),
  passage: z.int().min(0).max(MAX_PASSAGE).optional().describe('Passage number of the cells as stored'),
  passageCeiling: z.int().min(0).max(MAX_PASSAGE).optional(),
  source: z.strictObject({
    kind: LegacySource,
    name: SiteCode.describe('System or binder, as it is called there'),
    record: SiteCode.optional().describe('Record number in it'),
    digest: Sha256.optional().describe('Of the export or the scanned binder'),
  }),
  from: z
    .strictObject({
      donations: z.array(Uuid).max(LIST_LIMIT).optional(),
      batches: z.array(Uuid).max(LIST_LIMIT).optional(),
    })
    .optional()
    .describe('Starting material that is recorded here. What it gave is declared by this record alone'),
  declared: z.array(Declared).max(MAX_DECLARED).describe('What is known, and how well it is founded'),
  gaps: z.array(Gap).max(MAX_DECLARED).describe('What is not known. It is told in every answer that touches the batch'),
  verifiers: z.tuple([Pseudonym, Pseudonym]).describe('Two persons who held the transcription against its source'),
});
type Imported = z.output<typeof Imported>;

/** Opens the record of a batch that was made before it was kept here. Its units follow as a split, declared like the rest. */
export const legacyImported = fact(batch, 'legacy-imported', {
  title: { en: 'Legacy batch imported', zh: '历史批次导入' },
  opens: true,
  corrects: ['identifiers', 'passageCeiling', 'occurredAt'],
  schema: Imported,

  decide: (data, state, context) => {
    const sources = sourcesOf(data, state.id, context);
    const filed = data.study === undefined ? undefined : context.state(study, data.study);
    const checks = record(
      bindingFaults({ ...data, inputs: [] }, context.state(product, data.product.id), filed, context),
      identifierFaults(batchRules.identifierMalformed, data.identifiers),
      unknownSources(data, sources),
      verifierFaults(data.verifiers, context),
      gapDeclarationFaults(data),
    );
    const inputs = [
      ...(data.from?.donations ?? []).map((id) => ({ donation: id })),
      ...(data.from?.batches ?? []).map((id) => ({ batch: id, unit: '' })),
    ];
    return {
      ...checks,
      also: originsResolvedOf(inputs, sources, filed?.regime).map((origins, n) =>
        derive(originsResolved, state.id, origins, originsResolved.type, n),
      ),
    };
  },

  evolve: (state, { id, actor, data }) => {
    state.status = 'open';
    state.owner = actor.org;
    state.identifiers.push(...(data.identifiers ?? []));
    state.product = data.product;
    state.study = data.study ?? null;
    state.autologous = data.autologous;
    state.coi = data.coi ?? null;
    state.tier = data.tier ?? 'none';
    state.passage = data.passage ?? null;
    state.passageCeiling = data.passageCeiling ?? null;
    state.legacy = { event: id, ...legacyOf(data) };
  },
});

/** What is remembered of an import: where it came from, and what it knows and does not know. */
export function legacyOf({ source, declared, gaps, from }: Imported): Omit<Legacy, 'event'> {
  return {
    source: { kind: source.kind, name: source.name },
    declared: declared.map(({ about, line, grade }) => ({ about, line, grade })),
    gaps: gaps.map(({ about, line, reason }) => ({ about, line, reason })),
    knowsDonors: (from?.donations?.length ?? 0) > 0,
  };
}

function sourcesOf({ from }: Imported, own: string, context: Context): Sources {
  return {
    donations: context.states(donation, [...new Set(from?.donations)]),
    batches: context.states(batch, [...new Set(from?.batches?.filter((id) => id !== own))]),
  };
}

function unknownSources({ from }: Imported, { donations, batches }: Sources): Check {
  return [
    from?.donations?.map(
      (id, i) =>
        !donations.get(id)?.registered && broken(legacyRules.sourceUnknown, `/from/donations/${i}`, { input: `donation ${id}` }),
    ),
    from?.batches?.map(
      (id, i) =>
        batches.get(id)?.status !== 'open' && broken(legacyRules.sourceUnknown, `/from/batches/${i}`, { input: `batch ${id}` }),
    ),
  ];
}

function verifierFaults([first, second]: Imported['verifiers'], { actor, capture }: Context): Check {
  const transcribers = [capture.transcriber, actor.person];
  return [
    first === second && broken(legacyRules.oneVerifier, '/verifiers/1', { verifier: first }),
    [first, second].map(
      (verifier, i) =>
        transcribers.includes(verifier) && broken(legacyRules.transcriberVerified, `/verifiers/${i}`, { verifier }),
    ),
  ];
}

function gapDeclarationFaults({ declared, gaps, from }: Imported): Check {
  const addressed = new Set([...declared, ...gaps].map(({ about }) => about));
  const knowsDonors = (from?.donations?.length ?? 0) > 0;
  const unspoken = EXPECTED_TOPICS.filter((about) => !addressed.has(about) && !(knowsDonors && DONOR_TOPICS.includes(about)));
  const same = (one: { about: string; line?: string | undefined }) => JSON.stringify([one.about, one.line ?? null]);
  const stated = new Set(declared.map(same));
  return [
    gaps.length === 0 && broken(legacyRules.noGaps, '/gaps'),
    unspoken.map((about) =>
      broken(legacyRules.topicUnaddressed, '/gaps', {
        en: titleOf(LegacyTopic, about, 'en'),
        zh: titleOf(LegacyTopic, about, 'zh'),
      }),
    ),
    gaps.map((gap, i) => stated.has(same(gap)) && broken(legacyRules.contradictory, `/gaps/${i}`, { about: gap.about })),
  ];
}
