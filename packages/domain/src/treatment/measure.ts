import { z } from 'zod';
import { personal, withPersonal } from '../kernel/index.ts';
import { Decimal, UnitCode } from '../quantity/index.ts';
import { SiteCode } from '../vocabulary/index.ts';
import { MeasureKind } from './codes.ts';

/** Score of a scale or value of a laboratory. The value is a person's: it never stands in clear. */
export const Measure = withPersonal({
  kind: MeasureKind,
  name: SiteCode.optional().describe('Where the list has no kind for it'),
  unit: UnitCode.describe('UCUM; {score} for scales'),
  value: personal(Decimal, '/patient'),
  method: SiteCode.optional(),
});

export const Measures = z.array(Measure).max(100);
