import { z } from 'zod';
import { broken, type Check, type Context, derive, fact, record } from '../kernel/index.ts';
import { coded, LIST_LIMIT, Pseudonym, SiteCode, Uuid } from '../vocabulary/index.ts';
import { damageRules } from './damage-rules.ts';
import { quarantined } from './quarantined.ts';
import { endedFaults, endUnit } from './scoped.ts';
import { type BatchState, batch, type Unit } from './state.ts';
import { isThawedBy } from './thawing.ts';
import { unknownUnits } from './unit-lists.ts';
import { nameOf } from './unit-name.ts';

const DAMAGE_TITLES = {
  leaking: { zh: '渗漏', en: 'leaking' },
  broken: { zh: '破裂', en: 'broken' },
  'port-open': { zh: '接口开启', en: 'with an open port' },
  'seal-broken': { zh: '封签破损', en: 'with a broken seal' },
  deformed: { zh: '变形', en: 'deformed' },
  other: { zh: '异常', en: 'otherwise damaged' },
} as const;
const STAGE_TITLES = {
  'before-thaw': { zh: '复苏前', en: 'before thawing' },
  'during-thaw': { zh: '复苏中', en: 'during thawing' },
  'after-thaw': { zh: '复苏后', en: 'after thawing' },
  'never-frozen': { zh: '未冻存', en: 'never frozen' },
} as const;

const DamageFate = coded({
  'kept-for-assessment': { zh: '封存待评估', en: 'kept for assessment' },
  'to-be-discarded': { zh: '待销毁', en: 'to be discarded' },
  'content-lost': { zh: '内容物全部损失', en: 'content lost, nothing left to discard' },
});

const Damaged = z.strictObject({
  units: z
    .array(Uuid)
    .min(1)
    .max(LIST_LIMIT)
    .refine((units) => new Set(units).size === units.length, { error: 'a unit is named once' }),
  integrity: coded(DAMAGE_TITLES),
  stage: coded(STAGE_TITLES),
  fate: DamageFate,
  place: SiteCode.optional().describe('Tank, bench, vehicle'),
  discoverer: Pseudonym.optional().describe('Staff pseudonym; the reporting person where left out'),
  witness: Pseudonym.optional().describe('Staff pseudonym of somebody else'),
});
type Damaged = z.output<typeof Damaged>;

/**
 * A damaged unit is quarantined by this entry. Only lost content ends it; to be thrown away it needs `unit-discarded` with its own witness and
 * signature, so that it is counted once.
 */
export const unitDamaged = fact(batch, 'unit-damaged', {
  title: { en: 'Units damaged', zh: '单元破损' },
  corrects: ['integrity', 'stage', 'place', 'discoverer', 'witness', 'occurredAt'],
  schema: Damaged,

  decide: (data, state, context) => {
    const units = data.units.flatMap((id) => state.units.get(id) ?? []);
    const held = data.fate === 'content-lost' ? [] : units.filter(isThere).map(({ id }) => id);
    return {
      ...record(
        unknownUnits(state, data.units, '/units'),
        endedFaults(
          units.filter(({ end }) => end !== 'infused'),
          context.occurredAt,
          '/units',
        ),
        units.map((unit) => unitFaults(data, unit, context)),
      ),
      also:
        held.length === 0
          ? []
          : [derive(quarantined, state.id, { scope: { units: held }, reason: 'container-damaged', cause: context.id })],
    };
  },

  evolve: (state: BatchState, { occurredAt, data }) => {
    if (data.fate !== 'content-lost') return;
    for (const id of data.units) {
      const unit = state.units.get(id);
      if (unit) endUnit(unit, 'discarded', occurredAt);
    }
  },
});

/** Or drawn up: what it was drawn into was in it. */
function isThere({ end, consumedInto }: Unit): boolean {
  return end === null || (end === 'consumed' && consumedInto === null);
}

function unitFaults({ integrity, stage, fate, witness, discoverer }: Damaged, unit: Unit, context: Context): Check {
  const name = nameOf(unit);
  const { custodian } = unit;
  const isThawed = isThawedBy(unit, context.occurredAt);
  const disagrees = (stage === 'before-thaw' && isThawed) || (stage === 'never-frozen' && unit.cryopreserved);
  return [
    broken(damageRules.damaged, '/integrity', {
      unit: name,
      integrity: DAMAGE_TITLES[integrity].en,
      zh: DAMAGE_TITLES[integrity].zh,
      stage,
    }),
    disagrees && broken(damageRules.stageDisagrees, '/stage', { unit: name, stage }),
    fate === 'content-lost' &&
      (witness === undefined || witness === (discoverer ?? context.actor.person)) &&
      broken(damageRules.lostUnwitnessed, '/witness', { unit: name }),
    custodian !== null &&
      custodian !== context.actor.org &&
      broken(damageRules.byOther, '/units', { unit: name, custodian, org: context.actor.org }),
  ];
}
