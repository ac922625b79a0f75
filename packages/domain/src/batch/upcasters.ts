import { z } from 'zod';
import type { Upcaster } from '../kernel/index.ts';
import { LIST_LIMIT, SiteCode, Uuid } from '../vocabulary/index.ts';
import type { Stored } from './storing.ts';
import { unitStored } from './unit-stored.ts';

/** `batch.unit-stored.v1`: the place was one text, `rack/box/slot`, as it was written on the freezer's list. */
export const UnitStoredV1 = z.strictObject({
  units: z.array(Uuid).min(1).max(LIST_LIMIT),
  tank: SiteCode,
  position: SiteCode.describe('rack/box/slot'),
});
export type UnitStoredV1 = z.output<typeof UnitStoredV1>;

/** A position of another shape is kept whole as the slot: what was written down is not lost. The phase was not recorded then. */
const unitStoredV1: Upcaster = {
  from: 'batch.unit-stored.v1',
  to: unitStored.type,
  upcast: ({ units, tank, position }: UnitStoredV1): Stored => {
    const parts = position.split('/').map((part) => part.trim());
    const [rack, box, slot] = parts;
    const read = parts.length === 3 && rack && box && slot ? { rack, box, slot } : { slot: position };
    return { scope: { units: [...new Set(units)] }, tank, ...read };
  },
};

export const batchUpcasters: readonly Upcaster[] = [unitStoredV1];
