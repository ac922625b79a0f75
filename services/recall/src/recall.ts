import type { BasisWatch, PolicyRunner } from '@cytoledger/commands';
import { type Service, service } from '@cytoledger/service-kit';
import { recallRoutes } from './routes.ts';

/** Spreads what was found out: the policies follow the log from here, and so does the watch over decisions that may have lost a race. */
export function recall(runner: PolicyRunner, basisWatch?: BasisWatch): Service {
  return service('recall', { en: 'Look-back, recall and unreconciled reports', zh: '追溯召回与待核对报告' }, recallRoutes, {
    start: async () => {
      await runner.start();
      await basisWatch?.start();
    },
    stop: async () => {
      await basisWatch?.stop();
      await runner.stop();
    },
  });
}
