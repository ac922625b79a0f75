import { broken, type Check, type Context } from '../kernel/index.ts';
import { lotOf, lotsBehind } from '../material/fitness.ts';
import { reportNumbered } from '../sample/reports.ts';
import { sample } from '../sample/state.ts';
import { releaseSupportRules } from './release-support-rules.ts';
import type { BatchState } from './state.ts';

/** What speaks against a release in the records of others: of the lots that touched the cells, and of the samples that were tested. */
export function supportFaults(state: BatchState, context: Context): Check {
  return [lotFaults(state, context), reportFaults(state, context)];
}

/** Lots without a record of their own are held to what the batch says of them. */
function lotFaults({ lots, owner }: BatchState, context: Context): Check {
  if (lots.size === 0) return undefined;
  return lotsBehind(lots, context).map(({ id, state }) => {
    if (!state?.made) return broken(releaseSupportRules.materialUnknown, '', { material: id });
    const lot = lotOf(state, owner);
    return [
      state.recall !== null && broken(releaseSupportRules.materialRecalled, '', lot),
      state.disposition?.kind === 'rejected' && broken(releaseSupportRules.materialRejected, '', lot),
      state.disposition === null && broken(releaseSupportRules.materialUnreleased, '', lot),
    ];
  });
}

/** A result that another one took the place of supports nothing any more. */
function reportFaults({ tests, reports }: BatchState, context: Context): Check {
  const current = new Set([...tests.values()].flatMap(({ event, supersededBy }) => (supersededBy === null ? [event] : [])));
  const relied = [...reports].filter(([event]) => current.has(event)).map(([, report]) => report);
  if (relied.length === 0) return undefined;
  const samples = context.states(sample, [...new Set(relied.map((report) => report.sample))]);
  return [
    [...samples].map(
      ([id, state]) =>
        state?.rejected != null && broken(releaseSupportRules.sampleRejected, '', { sample: id, laboratory: state.rejected.by }),
    ),
    relied.map(({ sample: id, number }) => {
      const state = samples.get(id);
      const report = state && number !== null ? reportNumbered(state, number) : undefined;
      if (!report) return undefined;
      const told = { report: number!, laboratory: report.laboratory };
      return [
        report.withdrawnBy !== null && broken(releaseSupportRules.reportWithdrawn, '', told),
        report.revisedBy !== null && broken(releaseSupportRules.reportRevised, '', told),
      ];
    }),
  ];
}
