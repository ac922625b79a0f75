import type { UnitEnd } from './state.ts';

/** How the Chinese sentences of the rules say what became of a unit. */
export const END_ZH: Readonly<Record<UnitEnd, string>> = {
  infused: '输注',
  consumed: '投料',
  discarded: '销毁',
  sampled: '取样',
};

export const RESTRICTION_ZH = { quarantined: '处于隔离', held: '暂停使用', recalled: '已召回' } as const;
