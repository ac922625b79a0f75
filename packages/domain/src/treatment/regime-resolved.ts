import { z } from 'zod';
import { derivedFact } from '../kernel/index.ts';
import { RegimeCode } from '../rules/regimes.ts';
import { Uuid } from '../vocabulary/index.ts';
import { treatment } from './state.ts';

/** Under which regime the study was filed when the treatment was planned: whose rules and clocks apply. */
export const regimeResolved = derivedFact(treatment, 'regime-resolved', {
  title: { en: 'Regime resolved', zh: '适用制度确定' },
  schema: z.strictObject({ study: Uuid, regime: RegimeCode }),

  evolve: (state, { data }) => {
    state.regime = data.regime;
  },
});
