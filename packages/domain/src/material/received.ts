import { z } from 'zod';
import { Hands, handsFault, identifierFaults } from '../checks/index.ts';
import { broken, fact, personal, record, withPersonal } from '../kernel/index.ts';
import { compareDecimal, Decimal } from '../quantity/index.ts';
import { localDateOf } from '../time/index.ts';
import { Condition, ConditionFinding, LIST_LIMIT, Sha256, SiteCode } from '../vocabulary/index.ts';
import { LotOrigin } from './codes.ts';
import { lotShape } from './lot.ts';
import { materialRules } from './rules.ts';
import { material } from './state.ts';

/** Of whom something of human origin was made. Numbers of the maker: no person of this platform. */
const HumanSource = z.union([
  z.strictObject({ donor: SiteCode.describe('Donor number as the maker states it'), establishment: SiteCode.optional() }),
  z.strictObject({
    pool: SiteCode.describe('Number of the pool'),
    donors: z.int().min(1).max(1_000_000).optional().describe('How many donors it is of'),
    establishment: SiteCode.optional(),
  }),
]);

/** A delivery arrives. Nothing is used before it is released. */
export const received = fact(material, 'received', {
  title: { en: 'Material received', zh: '物料接收' },
  opens: true,
  corrects: [
    'name',
    'lot',
    'supplier',
    'maker',
    'identifiers',
    'expiry',
    'quantity',
    'storage',
    'origin',
    'species',
    'country',
    'sources',
    'virusSafety',
    'certificate',
    'temperature',
    'operator',
    'verifier',
    'occurredAt',
  ],
  schema: withPersonal({
    ...lotShape,
    supplier: SiteCode.describe('Who delivered it'),
    maker: SiteCode.optional().describe('Who made it, where that is not the supplier'),
    origin: LotOrigin.optional(),
    species: SiteCode.optional().describe('Of animal origin: species'),
    country: SiteCode.optional().describe('Where animals or donors are from'),
    sources: z.array(HumanSource).max(LIST_LIMIT).optional().describe('Of human origin: donors or pools'),
    virusSafety: Sha256.optional().describe('Digest of the certificate of viral or TSE safety'),
    certificate: z
      .strictObject({ digest: Sha256, number: SiteCode.optional() })
      .optional()
      .describe('Certificate of analysis: SHA-256 of the document, and its number'),
    condition: Condition.optional(),
    findings: z.array(ConditionFinding).max(20).optional().describe('What was seen that speaks against it'),
    temperature: z
      .strictObject({ minimum: Decimal, maximum: Decimal, logger: SiteCode.optional() })
      .optional()
      .describe('Lowest and highest of the transport, °C'),
    order: SiteCode.optional().describe('Number of the order or delivery note'),
    ...Hands,
    remarks: personal(z.string().max(2000)),
  }),

  decide: (data, _state, context) => {
    const { lot, origin, expiry, condition, temperature } = data;
    const day = context.occurredAt === null ? null : localDateOf(context.occurredAt);
    return record(
      identifierFaults(materialRules.identifierMalformed, data.identifiers),
      day !== null &&
        expiry !== undefined &&
        expiry < day &&
        broken(materialRules.expiredAtReceipt, '/expiry', { lot, expiry, received: day }),
      !data.certificate && broken(materialRules.certificateMissing, '/certificate', { lot }),
      origin === 'human' && !data.sources?.length && broken(materialRules.humanSourceMissing, '/sources', { lot }),
      origin === 'animal' &&
        (data.species === undefined || data.country === undefined) &&
        broken(materialRules.animalSourceMissing, '/species', { lot }),
      condition !== undefined &&
        condition !== 'accepted' &&
        broken(materialRules.arrivedDamaged, '/condition', { lot, condition }),
      temperature !== undefined &&
        compareDecimal(temperature.minimum, temperature.maximum) > 0 &&
        broken(materialRules.temperatureOrder, '/temperature', {
          minimum: temperature.minimum,
          maximum: temperature.maximum,
        }),
      handsFault(materialRules.verifierIsOperator, data, context),
    );
  },

  evolve: (state, { actor, data }) => {
    state.made = 'received';
    state.owner = actor.org;
    state.kind = data.kind;
    state.name = data.name;
    state.supplier = data.supplier;
    state.maker = data.maker ?? null;
    state.lot = data.lot;
    state.expiry = data.expiry ?? null;
    state.quantity = data.quantity ?? null;
    state.origin = data.origin ?? null;
    state.certified = data.certificate !== undefined;
    state.identifiers.push(...(data.identifiers ?? []));
  },
});
