import { z } from 'zod';
import type { Origin } from './query/origin.ts';
import { DUE_KINDS } from './views/due.ts';

/** What every question takes. */
const Moments = {
  asOf: z.string().min(1).max(60).optional().describe('Log position, or RFC 3339 time with offset: the answer as it was then'),
  minPosition: z
    .string()
    .max(41)
    .optional()
    .describe('From a receipt: the answer knows of it, or comes as 503 with Retry-After within two seconds'),
} as const;

const Id = z.string().min(1).max(100);

/** What questions about a person take. */
const Links = {
  links: z
    .enum(['follow', 'ignore'])
    .optional()
    .describe(
      'Whether to go on to other pseudonyms of the person (follow, where left out); the answer names the links that it followed',
    ),
} as const;

const ORIGINS = [
  'donor',
  'donation',
  'batch',
  'unit',
  'lot',
  'material',
  'equipment',
  'room',
  'session',
  'tank',
  'operator',
  'shipper',
  'vector',
] as const;
/** Origins that cells had to do with at some times and not at others. */
const DURING = ['equipment', 'room', 'tank', 'operator', 'shipper'] as const;

export const OriginQuery = z
  .strictObject({
    donor: Id.optional().describe('Pseudonym'),
    donation: Id.optional(),
    batch: Id.optional(),
    unit: Id.optional(),
    lot: Id.optional().describe('Lot number of a material, as printed'),
    supplier: Id.optional().describe('Of the lot'),
    material: Id.optional().describe('Record of one delivery or preparation of a lot'),
    equipment: Id.optional().describe('Record of a device, or what it is called; also what stood in it, where it is a tank'),
    room: Id.optional().describe('Record of a room, or what it is called'),
    session: Id.optional().describe('Session of a room'),
    tank: Id.optional().describe('As it is called where units are stored'),
    site: Id.optional().describe('Of the tank'),
    operator: Id.optional().describe('Staff pseudonym: of whoever took a step or looked on'),
    shipper: Id.optional().describe('Container, or the organisation that sent or carried'),
    vector: Id.optional().describe('Name or lot of a vector'),
    from: z.iso.datetime({ offset: true }).optional().describe('With equipment, room, tank, operator or shipper: from then on'),
    to: z.iso.datetime({ offset: true }).optional().describe('Until then'),
    ...Moments,
  })
  .refine((query) => ORIGINS.filter((name) => query[name] !== undefined).length === 1, {
    error: `name exactly one of ${ORIGINS.join(', ')}`,
    params: { zh: `请从 ${ORIGINS.join('、')} 中恰好指明一项` },
  })
  .refine(({ supplier, lot }) => supplier === undefined || lot !== undefined, {
    error: 'a supplier goes with a lot',
    params: { zh: '指明供应商时须同时指明批号（lot）' },
    path: ['supplier'],
  })
  .refine(({ site, tank }) => site === undefined || tank !== undefined, {
    error: 'a site goes with a tank',
    params: { zh: '指明场所时须同时指明液氮罐（tank）' },
    path: ['site'],
  })
  .refine((query) => (query.from ?? query.to) === undefined || DURING.some((name) => query[name] !== undefined), {
    error: `from and to go with one of ${DURING.join(', ')}`,
    params: { zh: `from 和 to 须与 ${DURING.join('、')} 之一同用` },
    path: ['from'],
  });

export function originOf(query: z.output<typeof OriginQuery>): Origin {
  const {
    donor,
    donation,
    batch,
    unit,
    lot,
    supplier,
    material,
    equipment,
    room,
    session,
    tank,
    site,
    operator,
    shipper,
    vector,
  } = query;
  const { from, to } = query;
  if (donor !== undefined) return { donor };
  if (donation !== undefined) return { donation };
  if (batch !== undefined) return { batch };
  if (unit !== undefined) return { unit };
  if (lot !== undefined) return { lot, supplier };
  if (material !== undefined) return { material };
  if (equipment !== undefined) return { equipment, from, to };
  if (room !== undefined) return { room, from, to };
  if (session !== undefined) return { session };
  if (tank !== undefined) return { tank, site, from, to };
  if (operator !== undefined) return { operator, from, to };
  if (shipper !== undefined) return { shipper, from, to };
  return { vector: vector! };
}

export const UnitsQuery = z
  .strictObject({ batch: Id.optional(), unit: Id.optional(), ...Moments })
  .refine(({ batch, unit }) => (batch === undefined) !== (unit === undefined), {
    error: 'name a batch or a unit',
    params: { zh: '请指明批次（batch）或单元（unit），二者择一' },
  });

export const AsOfQuery = z.strictObject(Moments);
export const DonorQuery = z.strictObject({ donor: Id.describe('Pseudonym'), ...Links, ...Moments });
export const PatientQuery = z.strictObject({ ...Links, ...Moments });
export const SearchQuery = z.strictObject({ q: z.string().min(1).max(300).describe('As scanned or typed'), ...Moments });
/** Several of a list of words, with commas between them. */
const kindsOf = (text: string) => text.split(',').map((kind) => kind.trim());

export const DueQuery = z.strictObject({
  now: z.iso.datetime({ offset: true }).optional(),
  kind: z
    .string()
    .max(400)
    .transform(kindsOf)
    .pipe(z.array(z.enum(DUE_KINDS)))
    .optional()
    .describe(`Only these, with commas between them: ${DUE_KINDS.join(', ')}`),
  overdue: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  until: z
    .union([z.iso.date(), z.iso.datetime({ offset: true })])
    .optional()
    .describe('What is due by then, and what has no date'),
  ...Moments,
});

/** More than a person reads, less than would hold others up. */
const MAX_HELD = 5_000;

export const WhereaboutsQuery = z.strictObject({
  holder: Id.optional().describe('Organisation that answers for the unit'),
  limit: z.coerce.number().int().min(1).max(MAX_HELD).default(500),
  after: z
    .string()
    .regex(/^[^:]{1,100}:\d{1,9}$/)
    .optional()
    .describe('`next` of the page before'),
  ...Moments,
});

const MAX_PAGE = 500;

export const HistoryQuery = z.strictObject({
  from: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .describe(
      'Number of entries to leave out: `next` of the page before, with its `position` as asOf, so that what is recorded meanwhile moves nothing',
    ),
  limit: z.coerce.number().int().min(1).max(MAX_PAGE).default(100),
  disclosures: z
    .enum(['shown', 'look-back'])
    .optional()
    .describe(
      'Personal values that your organisation reported (a patient: that are about them), opened for this answer; look-back: also of restricted subjects, for lab.qa, lab.qp and hospital.physician. JSON only',
    ),
  ...Moments,
});

export const DifferenceQuery = z.strictObject({
  before: z.string().min(1).max(60).describe('Log position or time'),
  after: z.string().min(1).max(60).optional().describe('Log position or time; now where left out'),
});
