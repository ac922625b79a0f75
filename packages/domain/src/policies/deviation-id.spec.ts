import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { deviationId } from './deviation-id.ts';

it('is a UUIDv8 at the time of its cause, and another one for another target', () => {
  fc.assert(
    fc.property(fc.uuid({ version: 7 }), fc.uuid(), fc.uuid(), (cause, target, other) => {
      const id = deviationId(cause, target);
      expect(z.uuid({ version: 'v8' }).safeParse(id).success).toBe(true);
      expect(id.slice(0, 13)).toBe(cause.slice(0, 13));
      expect(deviationId(cause, target)).toBe(id);
      if (target.slice(24) !== other.slice(24)) expect(deviationId(cause, other)).not.toBe(id);
    }),
  );
});
