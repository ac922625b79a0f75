// `.describe()` on a zod schema makes a copy of it: a mark that hangs on the object itself is lost, and a name would be stored in clear.
import { expect, it } from 'vitest';
import { z } from 'zod';
import { personal, personalFields, withPersonal } from './personal.ts';

it('keeps a personal field personal when it is described', () => {
  const schema = z.strictObject({
    list: z.array(withPersonal({ name: personal(z.string(), 'stream').describe('as on the identity document') })).optional(),
    note: personal(z.string()).describe('free text').optional(),
    code: z.string().describe('not personal'),
  });
  expect(personalFields(schema)).toEqual([
    { path: ['list', '*', 'name'], subject: 'stream' },
    { path: ['note'], subject: 'organisation' },
  ]);
});
