import { rule } from '../kernel/index.ts';

/** What must hold when a unit is diluted and drawn up where it is given, and for the parts that come of it. */
export const reconstitutionRules = {
  again: rule('reconstitution.done-before', {
    severity: 'finding',
    en: 'Unit {unit} was reconstituted before, at {occurredAt}.',
    zh: '单元 {unit} 此前已于 {occurredAt} 配制。',
    deviation: 'critical',
  }),
  unthawed: rule('reconstitution.not-thawed', {
    severity: 'warn',
    en: 'Unit {unit} was frozen, and its thawing is not recorded.',
    zh: '单元 {unit} 为冻存状态，未见复苏记录。',
  }),
  expiryMissing: rule('reconstitution.expiry-missing', {
    severity: 'finding',
    en: 'It is not stated until when unit {unit} is usable after reconstitution.',
    zh: '未注明单元 {unit} 配制后的有效期限。',
    citation: 'the specification version that the batch is bound to',
    deviation: 'minor',
  }),
  diluentLotMissing: rule('reconstitution.diluent-missing', {
    severity: 'finding',
    en: 'No diluent is named with which unit {unit} was reconstituted.',
    zh: '未注明单元 {unit} 配制所用稀释液。',
    citation: '1394/2007/EC Art 15',
    jurisdiction: 'EU',
    deviation: 'minor',
  }),
  byOther: rule('reconstitution.not-custodian', {
    severity: 'finding',
    en: 'Unit {unit} is in the custody of {custodian}, not of {org} who reconstituted it.',
    zh: '单元 {unit} 由 {custodian} 保管，而配制方为 {org}。',
  }),
  afterStart: rule('reconstitution.infusion-started', {
    severity: 'finding',
    en: 'Unit {unit} was reconstituted after its infusion had begun.',
    zh: '单元 {unit} 开始输注后才进行配制。',
  }),
  volumeExceeded: rule('reconstitution.volume-exceeded', {
    severity: 'finding',
    en: 'The parts of unit {unit} hold {parts} {unitOfMeasure}, more than the {whole} {unitOfMeasure} that there were.',
    zh: '单元 {unit} 分出的各部分合计 {parts} {unitOfMeasure}，超过总量 {whole} {unitOfMeasure}。',
  }),
  expired: rule('gate.reconstitution-expired', {
    severity: 'gate',
    en: 'Unit {unit} was reconstituted at {reconstituted} and usable until {expiry}.',
    zh: '单元 {unit} 于 {reconstituted} 配制，有效至 {expiry}，现已超时。',
    citation: 'the specification version that the batch is bound to',
    deviation: 'critical',
  }),
  bagDrawn: rule('gate.drawn-into-syringes', {
    severity: 'gate',
    en: 'Unit {unit} was drawn up into {count} parts: scan the one that is to be given.',
    zh: '单元 {unit} 已分装为 {count} 个部分：请扫描拟输注的部分。',
    deviation: 'critical',
  }),
  drawn: rule('infusion.unit-drawn-into-syringes', {
    severity: 'impossible',
    en: 'Unit {unit} was drawn up into {count} parts: record which of them was given.',
    zh: '单元 {unit} 已分装为 {count} 个部分：请记录实际输注的部分。',
  }),
} as const;
