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

export const OriginQuery = z
  .strictObject({
    donor: Id.optional().describe('Pseudonym'),
    donation: Id.optional(),
    batch: Id.optional(),
    unit: Id.optional(),
    lot: Id.optional().describe('Lot number of a material, as printed'),
    supplier: Id.optional().describe('Of the lot'),
    ...Moments,
  })
  .refine(({ donor, donation, batch, unit, lot }) => [donor, donation, batch, unit, lot].filter(Boolean).length === 1, {
    error: 'name exactly one of donor, donation, batch, unit, lot',
  })
  .refine(({ supplier, lot }) => supplier === undefined || lot !== undefined, {
    error: 'a supplier goes with a lot',
    path: ['supplier'],
  });

export function originOf({ donor, donation, batch, unit, lot, supplier }: z.output<typeof OriginQuery>): Origin {
  if (donor !== undefined) return { donor };
  if (donation !== undefined) return { donation };
  if (batch !== undefined) return { batch };
  if (unit !== undefined) return { unit };
  return { lot: lot!, supplier };
}

export const UnitsQuery = z
  .strictObject({ batch: Id.optional(), unit: Id.optional(), ...Moments })
  .refine(({ batch, unit }) => (batch === undefined) !== (unit === undefined), { error: 'name a batch or a unit' });

export const AsOfQuery = z.strictObject(Moments);
export const DonorQuery = z.strictObject({ donor: Id.describe('Pseudonym'), ...Moments });
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
  from: z.coerce.number().int().min(0).default(0).describe('Number of entries to leave out'),
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
