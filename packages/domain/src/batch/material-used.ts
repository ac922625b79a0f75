import { z } from 'zod';
import { Hands, handsFault } from '../checks/index.ts';
import { broken, fact, record } from '../kernel/index.ts';
import { useFaults } from '../material/fitness.ts';
import { materialRules } from '../material/rules.ts';
import { material } from '../material/state.ts';
import { MaterialQuantity } from '../quantity/index.ts';
import { LocalDate, localDateOf } from '../time/index.ts';
import { coded, SiteCode, Uuid } from '../vocabulary/index.ts';
import { abandonedFault } from './processing.ts';
import { batchRules } from './rules.ts';
import { batch } from './state.ts';

const MaterialRole = coded({
  contact: { zh: '直接接触细胞', en: 'in contact with the cells' },
  ancillary: { zh: '辅助', en: 'ancillary' },
});

const MaterialOrigin = coded({
  human: { zh: '人源', en: 'human' },
  animal: { zh: '动物源', en: 'animal' },
  recombinant: { zh: '重组', en: 'recombinant' },
  synthetic: { zh: '合成', en: 'synthetic' },
  other: { zh: '其他', en: 'other' },
});

const Step = z.enum(['isolated', 'passaged', 'expanded', 'transduced', 'harvested', 'split', 'cryopreserved', 'thawed']);

/** Everything that touched the cells, so that a lot which is recalled finds its batches (1394/2007/EC Art 15). */
export const materialUsed = fact(batch, 'material-used', {
  title: { en: 'Material used', zh: '物料使用' },
  corrects: ['name', 'supplier', 'lot', 'expiry', 'quantity', 'role', 'origin', 'step', 'operator', 'verifier', 'occurredAt'],
  schema: z.strictObject({
    material: Uuid.optional().describe('Stream of the lot, where there is one'),
    name: SiteCode,
    supplier: SiteCode,
    lot: SiteCode,
    expiry: LocalDate.optional().describe('Usable to the end of this day'),
    quantity: MaterialQuantity.optional(),
    role: MaterialRole.optional(),
    origin: MaterialOrigin.optional(),
    step: Step.optional().describe('The step in which it was used'),
    ...Hands,
  }),

  decide: (data, state, context) => {
    const used = context.occurredAt === null ? null : localDateOf(context.occurredAt);
    const lot = data.material === undefined ? undefined : context.state(material, data.material);
    return record(
      abandonedFault(state),
      used !== null &&
        data.expiry !== undefined &&
        data.expiry < used &&
        broken(batchRules.materialExpired, '/expiry', { lot: data.lot, material: data.name, expiry: data.expiry, used }),
      data.material !== undefined && useFaults({ id: data.material, state: lot, at: '/material' }, context),
      lot?.made != null &&
        lot.owner === context.actor.org &&
        lot.lot !== data.lot &&
        broken(materialRules.usedAsAnotherLot, '/lot', { lot: data.lot, recorded: lot.lot }),
      handsFault(batchRules.verifierIsOperator, data, context),
    );
  },

  evolve: (state, { id, occurredAt, data }) => {
    if (data.material !== undefined) state.lots.add(data.material);
    state.materials.push({
      event: id,
      material: data.material ?? null,
      name: data.name,
      supplier: data.supplier,
      lot: data.lot,
      expiry: data.expiry ?? null,
      occurredAt,
    });
  },
});
