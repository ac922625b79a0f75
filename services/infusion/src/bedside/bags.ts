import { type Aggregate, batches, bedside } from '@cytoledger/domain';
import type { Asks, BagAt } from './parts.ts';

type LookAt = Parameters<Parameters<Asks['consider']>[0]>[0];

/** What the gate says of these bags now, read from the log. Those of which `site` may not know are left out. */
export async function judgedBags(
  commands: Asks,
  bags: readonly BagAt[],
  site: string,
  { of = () => true, scanned }: { readonly of?: (unit: batches.Unit) => boolean; readonly scanned?: string } = {},
): Promise<bedside.SnapshotUnit[]> {
  const judged: bedside.SnapshotUnit[] = [];
  // A batch at a time: what a question turns out to need is read before it is asked again.
  for (const [batch, units] of Map.groupBy(bags, (bag) => bag.batch)) {
    judged.push(
      ...(await commands.consider((look, nowMs) => {
        const state = look(batches.batch, batch);
        if (!state) return [];
        const at = new Date(nowMs).toISOString();
        return units.flatMap(({ unit: id }) => {
          const unit = state.units.get(id);
          if (!unit || !isAt(unit, site) || !of(unit)) return [];
          const judged = bedside.snapshotUnit(state, unit, at, readerOf(look), scanned);
          return [isMeantElsewhere(unit, site) ? withoutPatient(judged) : judged];
        });
      })),
    );
  }
  return judged;
}

/** Another hospital's bag of the same batch is not known here. */
function isAt(unit: batches.Unit, site: string): boolean {
  return unit.custodian === site || unit.allocation?.site === site;
}

/** A bag that passes through, or was sent to the wrong hospital: for whom it is meant, and what speaks against giving it there, is the other hospital's. */
function isMeantElsewhere({ allocation }: batches.Unit, site: string): boolean {
  return allocation !== null && allocation.site !== site;
}

const ELSEWHERE = {
  rule: 'bedside.meant-elsewhere',
  en: 'This bag is meant for a patient of another hospital: do not give it.',
  zh: '该单元是为其他医院的患者准备的：不得输注。',
};

function withoutPatient(unit: bedside.SnapshotUnit): bedside.SnapshotUnit {
  return { ...unit, treatment: null, patient: [], reasons: [ELSEWHERE], warnings: [] };
}

function readerOf(look: LookAt): batches.GateReader {
  return {
    state: look,
    states: <S>(aggregate: Aggregate<S>, ids: readonly string[]) => new Map(ids.map((id) => [id, look(aggregate, id)])),
  };
}
