import { batches as domain } from '@cytoledger/domain';
import { type Handler, on } from './on.ts';
import { conditionOf } from './units.ts';
import { arrived, ended, moveUnit } from './whereabouts.ts';

/** What was damaged, and what came back. That it is quarantined is an entry of its own. */
export const unitReturnHandlers: readonly Handler[] = [
  on(domain.unitDamaged, (event, rows) => {
    const { units, integrity, stage, fate } = event.data;
    for (const id of units) {
      conditionOf.change(rows, id, () => ({ damage: `${integrity} (${stage})` }));
      if (fate === 'content-lost') moveUnit(rows, id, event, (unit) => ended(unit, 'discarded', event.occurredAt));
    }
  }),
  on(domain.unitReturned, (event, rows) => {
    for (const { unit, condition } of event.data.units) {
      moveUnit(rows, unit, event, (held) => ({ ...arrived(held, event, condition), authorised_for: null }));
    }
  }),
];
