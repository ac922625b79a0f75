import { rule } from '../kernel/index.ts';

/** What must hold of an infusion that is reported step by step. */
export const infusionRules = {
  startMissing: rule('infusion.start-missing', {
    severity: 'finding',
    en: 'The infusion of unit {unit} is {step}, and its start is not recorded yet.',
    zh: '单元 {unit} 的输注已记录“{zh}”，但尚无开始记录。',
  }),
  startedAfterEnd: rule('infusion.started-after-end', {
    severity: 'finding',
    en: 'The infusion of unit {unit} goes on after it was ended at {ended}.',
    zh: '单元 {unit} 的输注已于 {ended} 结束，此后又继续。',
  }),
  afterEnd: rule('infusion.interrupted-after-end', {
    severity: 'finding',
    en: 'The infusion of unit {unit} is interrupted after it was ended at {ended}.',
    zh: '单元 {unit} 的输注已于 {ended} 结束，此后又记录中断。',
    deviation: 'minor',
  }),
  interruptedBefore: rule('infusion.interrupted-before', {
    severity: 'warn',
    en: 'The infusion of unit {unit} was interrupted before, and that it was resumed is not recorded.',
    zh: '单元 {unit} 的输注此前已中断，且无恢复记录。',
  }),
  endedBefore: rule('infusion.ended-before', {
    severity: 'finding',
    en: 'The end of the infusion of unit {unit} was recorded before; the later one holds.',
    zh: '单元 {unit} 的输注结束此前已有记录；以较晚者为准。',
    deviation: 'minor',
  }),
  amountMissing: rule('infusion.amount-missing', {
    severity: 'finding',
    en: 'The infusion of unit {unit} was stopped early, and how much was given is not stated: the dose is not known.',
    zh: '单元 {unit} 的输注提前停止，但未注明已输注量，剂量不明。',
  }),
  fractionDisagrees: rule('infusion.fraction-disagrees', {
    severity: 'finding',
    en: 'Of unit {unit} {fraction} % are said to have been given; by its volume it is {computed} %.',
    zh: '单元 {unit} 声明已输注 {fraction} %，按体积计算为 {computed} %。',
  }),
  completedInPart: rule('infusion.completed-in-part', {
    severity: 'finding',
    en: 'The infusion of unit {unit} is said to be complete, with {fraction} % given.',
    zh: '单元 {unit} 的输注声明已完成，但仅输注 {fraction} %。',
  }),
  remainderUnaccounted: rule('infusion.remainder-unaccounted', {
    severity: 'finding',
    en: 'What became of the remainder of unit {unit} is not stated.',
    zh: '未注明单元 {unit} 余量的去向。',
    deviation: 'minor',
  }),
  decreased: rule('infusion.given-decreased', {
    severity: 'finding',
    en: 'Of unit {unit} {before} % had been given before, and {fraction} % afterwards.',
    zh: '单元 {unit} 此前已输注 {before} %，其后却记为 {fraction} %。',
  }),
  doseDisagrees: rule('infusion.dose-disagrees-with-fraction', {
    severity: 'finding',
    en: 'Of unit {unit} {fraction} % were given, which is {expected}; the treatment records a dose of {stated}.',
    zh: '单元 {unit} 已输注 {fraction} %，应为 {expected}；治疗记录的剂量为 {stated}。',
  }),
} as const;
