import { z } from 'zod';
import { fact } from '../kernel/index.ts';
import { SiteKind } from './codes.ts';
import { BilingualName, PublicKey } from './names.ts';
import { site } from './state.ts';

export const siteRegistered = fact(site, 'registered', {
  title: { en: 'Site registered', zh: '机构登记' },
  opens: true,
  corrects: ['name', 'province', 'city', 'occurredAt'],
  schema: z.strictObject({
    kind: SiteKind,
    name: BilingualName,
    province: z
      .string()
      .regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/)
      .optional()
      .describe('ISO 3166-2, e.g. CN-GD'),
    city: z.string().min(1).max(80).optional(),
    rootKey: PublicKey.optional().describe('Root public key of the organisation: vouches for the keys of its staff and clients'),
  }),

  evolve: (state, { data }) => {
    state.registered = true;
    state.kind = data.kind;
    state.name = data.name;
    state.province = data.province ?? null;
    state.rootKey = data.rootKey ?? null;
  },
});
