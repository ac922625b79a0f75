import type { PolicyRunner } from '@cytoledger/commands';
import { type Service, service } from '@cytoledger/service-kit';
import { recallRoutes } from './routes.ts';

/** Spreads what was found out: the policies follow the log from here. */
export function recall(runner: PolicyRunner): Service {
  return service('recall', { en: 'Look-back, recall and unreconciled reports', zh: '追溯召回与待核对报告' }, recallRoutes, {
    start: () => runner.start(),
    stop: () => runner.stop(),
  });
}
