import { z } from 'zod';
import { broken, fact, record } from '../kernel/index.ts';
import { compareDecimal, Decimal, Limit } from '../quantity/index.ts';
import { SiteCode } from '../vocabulary/index.ts';
import { TestStage } from './codes.ts';
import { BilingualName } from './names.ts';
import { registryRules } from './registry-rules.ts';
import { product } from './state.ts';

/** A week: longer than any cell product may lie thawed, or warm in transit, by whatever specification. */
const MAX_MINUTES = 7 * 24 * 60;

const Line = z.strictObject({
  line: SiteCode.describe('Number of the line, unique within the version; results name it'),
  test: SiteCode.describe('What is tested, e.g. viability'),
  method: SiteCode.describe('Method and version'),
  stage: TestStage,
  limit: Limit,
  mandatory: z.boolean().describe('A release needs a passing, reviewed result'),
});

export const productSpecified = fact(product, 'specified', {
  title: { en: 'Product specified', zh: '产品质量标准' },
  opens: 'either',
  schema: z.strictObject({
    version: z.int().min(1).max(10_000).describe('From 1, without gaps; a batch is bound to one version'),
    name: BilingualName,
    autologous: z.boolean(),
    fresh: z
      .boolean()
      .optional()
      .describe('Never frozen: made, released and given within hours, so that lymphodepletion begins before it is there'),
    lines: z.array(Line).min(1).max(100),
    transport: z
      .strictObject({
        minimum: Decimal.describe('°C'),
        maximum: Decimal.describe('°C'),
        cumulativeMinutes: z.int().min(0).max(MAX_MINUTES).describe('Longest time outside, summed over the transport'),
      })
      .optional(),
    thawToInfusionMinutes: z.int().min(1).max(MAX_MINUTES).optional().describe('From thaw to the start of the infusion'),
  }),

  decide: ({ version, lines, transport }, state, { actor }) => {
    const next = state.specifications.size + 1;
    return record(
      version !== next && broken(registryRules.versionNotNext, '/version', { version, next }),
      state.owner !== null && state.owner !== actor.org && broken(registryRules.ownerChanged, '//stream', { owner: state.owner }),
      lines.map(
        ({ line }, index) =>
          lines.findIndex((other) => other.line === line) < index &&
          broken(registryRules.lineRepeated, `/lines/${index}/line`, { line }),
      ),
      !lines.some((line) => line.mandatory && line.stage === 'release') && broken(registryRules.noMandatoryLine, '/lines'),
      transport !== undefined &&
        compareDecimal(transport.minimum, transport.maximum) > 0 &&
        broken(registryRules.transportOrder, '/transport', { minimum: transport.minimum, maximum: transport.maximum }),
    );
  },

  evolve: (state, { id, actor, data }) => {
    state.owner ??= actor.org;
    state.specifications.set(data.version, {
      version: data.version,
      event: id,
      name: data.name,
      autologous: data.autologous,
      ...(data.fresh && { fresh: true }),
      lines: data.lines,
      transport: data.transport ?? null,
      thawToInfusionMinutes: data.thawToInfusionMinutes ?? null,
    });
  },
});
