import { batches as domain, type Fact, type Recorded } from '@cytoledger/domain';
import { type Rows, table } from '@cytoledger/read-models';
import { type Handler, on } from './on.ts';

/** When, where and by whom cells were worked on. Keyed by event id. */
export const steps = table(
  'steps',
  {
    step: 'text',
    occurred_at: 'text',
    ended_at: 'text',
    room: 'text',
    room_id: 'text',
    session: 'text',
    grade: 'text',
    operator: 'text',
    verifier: 'text',
  },
  [['room'], ['room_id'], ['session'], ['operator'], ['verifier']],
);

/** What it was done with: as it is called, or by its record. Keyed by event id and place in it. */
export const stepEquipment = table('step_equipment', { step: 'text', equipment: 'text' }, [['equipment']]);

type Work = {
  readonly room?: string | undefined;
  readonly roomId?: string | undefined;
  readonly session?: string | undefined;
  readonly equipmentIds?: readonly string[] | undefined;
  readonly grade?: string | undefined;
  readonly equipment?: readonly string[] | undefined;
  readonly device?: string | undefined;
  readonly operator?: string | undefined;
  readonly verifier?: string | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
};

function work({ id, type, occurredAt, actor, data }: Recorded<Work>, rows: Rows): void {
  rows.put(steps, id, {
    step: type.split('.')[1]!,
    occurred_at: data.start ?? occurredAt,
    ended_at: data.end ?? null,
    room: data.room ?? null,
    room_id: data.roomId ?? null,
    session: data.session ?? null,
    grade: data.grade ?? null,
    operator: data.operator ?? actor.person,
    verifier: data.verifier ?? null,
  });
  const devices = [...(data.equipment ?? []), ...(data.device === undefined ? [] : [data.device]), ...(data.equipmentIds ?? [])];
  devices.forEach((equipment, n) => {
    rows.put(stepEquipment, `${id}/${n}`, { step: id, equipment });
  });
}

const worked = <D extends Work, S>(fact: Fact<D, S>): Handler => on(fact, work);

export const stepHandlers: readonly Handler[] = [
  worked(domain.isolated),
  worked(domain.passaged),
  worked(domain.expanded),
  worked(domain.transduced),
  worked(domain.harvested),
  worked(domain.split),
  worked(domain.unitCryopreserved),
  worked(domain.unitThawed),
];
