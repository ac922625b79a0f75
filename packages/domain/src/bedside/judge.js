/**
 * What a gate snapshot says about a bag and a patient at a moment. One source for the terminal and for the page that works without a network: it imports
 * nothing, and knows nothing but its arguments. Whether the snapshot's signature holds is checked before, by whoever asks.
 *
 * @typedef {{ readonly en: string, readonly zh: string }} Said
 * @typedef {Said & { readonly rule: string }} Reason
 * @typedef {{
 *   readonly batch: string, readonly unit: string, readonly name: string, readonly codes: readonly string[],
 *   readonly treatment: string | null, readonly patient: readonly string[],
 *   readonly usableUntil: string | null, readonly thawToInfusionMinutes: number | null,
 *   readonly reasons: readonly Reason[], readonly warnings: readonly Reason[],
 * }} SnapshotUnit one bag: what may be scanned for it, for whom it is meant by what codes, and what speaks against it
 * @typedef {{
 *   readonly v: 1, readonly origin: string, readonly site: string, readonly position: string, readonly checkpoint: string | null,
 *   readonly madeAt: string, readonly freshUntil: string, readonly expiresAt: string, readonly units: readonly SnapshotUnit[],
 * }} GateSnapshot
 * @typedef {{ readonly unit: string, readonly patient: string, readonly now: number, readonly lastSeen?: number | null }} BedsideQuestion
 *   codes as scanned or typed; `now` and the latest time that this device has ever seen, ms since 1970
 * @typedef {{
 *   readonly light: 'green' | 'amber' | 'red', readonly ageMinutes: number, readonly unit: string | null, readonly reasons: readonly Reason[],
 * }} BedsideAnswer
 */

/** `typ` of the JWS that a snapshot comes in: it passes for no other statement of the same key. */
export const GATE_SNAPSHOT_TYP = 'cytoledger-gate-snapshot';

/** Clocks of two devices may differ so far. */
const CLOCKS_DIFFER_MS = 120_000;
const MINUTE_MS = 60_000;

const INVISIBLE = /\s|\u200B|\u200C|\u200D|\u2060|\uFEFF/g;

/**
 * As identifiers are searched: NFKC, upper case, without spaces. @param {string} value @returns {string}
 */
function plainCode(value) {
  const next = value.normalize('NFKC').toUpperCase().replace(INVISIBLE, '');
  return next === value ? value : plainCode(next);
}

/**
 * Under what a scanned text may be found: as it stands, and without the data identifiers and flags of ISBT 128.
 *
 * @param {string} text
 * @returns {readonly string[]}
 */
function readings(text) {
  const code = plainCode(text);
  const bare = code.replace(/^(?:=|&\/|SEC:|&,4)/, '');
  return [code, bare, ...(/^[A-NP-Z1-9]\d{4}\d{2}\d{6}[0-9A-Z*]{1,3}$/.test(bare) ? [bare.slice(0, 13)] : [])];
}

/** @param {readonly string[]} codes @param {string} text */
function isOneOf(codes, text) {
  const wanted = readings(text);
  return wanted[0] !== '' && codes.some((code) => wanted.includes(code));
}

/** @param {string} rule @param {string} en @param {string} zh @returns {Reason} */
function reason(rule, en, zh) {
  return { rule, en, zh };
}

/** `5 h 12 min`, for the age that is printed in big letters. @param {number} minutes @returns {Said} */
export function ageInWords(minutes) {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return hours === 0
    ? { en: `${rest} min`, zh: `${rest} 分钟` }
    : { en: `${hours} h ${rest} min`, zh: `${hours} 小时 ${rest} 分钟` };
}

/**
 * Why the snapshot answers nothing at this moment; undefined while it does.
 *
 * @param {Pick<GateSnapshot, 'madeAt' | 'expiresAt'>} snapshot
 * @param {Pick<BedsideQuestion, 'now' | 'lastSeen'>} moment
 * @returns {Reason | undefined}
 */
export function whyUnusable({ madeAt, expiresAt }, { now, lastSeen = null }) {
  if (now < Date.parse(madeAt) - CLOCKS_DIFFER_MS) {
    return reason(
      'snapshot.clock-behind',
      `The clock of this device is before the snapshot was made (${madeAt}): set it right.`,
      `本设备时钟早于快照生成时间（${madeAt}）：请校准时钟。`,
    );
  }
  if (lastSeen !== null && now < lastSeen - CLOCKS_DIFFER_MS) {
    return reason(
      'snapshot.clock-set-back',
      `The clock of this device was set back: it has shown ${new Date(lastSeen).toISOString()} before. Set it right.`,
      `本设备时钟被回拨：此前曾显示 ${new Date(lastSeen).toISOString()}。请校准时钟。`,
    );
  }
  if (now >= Date.parse(expiresAt)) {
    return reason(
      'snapshot.expired',
      `This snapshot expired at ${expiresAt} and answers nothing any more: fetch a new one, or call the laboratory.`,
      `本快照已于 ${expiresAt} 过期，不再作答：请获取新快照，或致电制备实验室。`,
    );
  }
  return undefined;
}

/**
 * Green: everything held when the snapshot was made, and it is fresh. Amber: the same, with something to be read first. Red: do not give it.
 *
 * @param {GateSnapshot} snapshot
 * @param {BedsideQuestion} question
 * @returns {BedsideAnswer}
 */
export function judgeBedside(snapshot, question) {
  const ageMinutes = Math.max(0, Math.floor((question.now - Date.parse(snapshot.madeAt)) / MINUTE_MS));
  /** @param {readonly Reason[]} reasons @param {SnapshotUnit} [of] @returns {BedsideAnswer} */
  const red = (reasons, of) => ({ light: 'red', ageMinutes, unit: of ? of.name : null, reasons });
  const unusable = whyUnusable(snapshot, question);
  if (unusable) return red([unusable]);
  const found = snapshot.units.filter(({ codes }) => isOneOf(codes, question.unit));
  const meant = found.filter(({ patient }) => isOneOf(patient, question.patient));
  // A number may be that of several bags of one batch: the patient tells which. Where that leaves several, nobody knows which is in the hand.
  const [unit, ...others] = meant.length > 0 ? meant : found;
  if (!unit) return red([UNKNOWN_UNIT]);
  if (others.length > 0) return red([AMBIGUOUS]);
  if (meant.length === 0) return red([wrongPatient(snapshot, unit, question.patient), ...unit.reasons], unit);
  const against = [...unit.reasons, ...timeIsUp(unit, question.now)];
  if (against.length > 0) return red(against, unit);
  const notes = [...oneOfSeveral(unit, found.length), ...unit.warnings, ...staleness(snapshot, question.now, ageMinutes)];
  return { light: notes.length > 0 ? 'amber' : 'green', ageMinutes, unit: unit.name, reasons: notes };
}

const UNKNOWN_UNIT = reason(
  'snapshot.unit-unknown',
  'This bag is not in this snapshot: do not give it. It may be meant for another site, or have arrived since.',
  '本快照中没有该单元：不得输注。它可能属于其他机构，或在快照之后才到达。',
);

const AMBIGUOUS = reason(
  'snapshot.unit-ambiguous',
  'This code stands for several bags: scan the code of the single bag.',
  '该编号对应多个单元：请扫描单袋编码。',
);

/**
 * The patient tells which bag is meant, and not which is in the hand. @param {SnapshotUnit} unit @param {number} count @returns {readonly Reason[]}
 */
function oneOfSeveral({ name }, count) {
  if (count === 1) return [];
  return [
    reason(
      'snapshot.one-of-several',
      `This code stands for ${count} bags. Read the number on the bag: give it only if it is ${name}.`,
      `该编号对应 ${count} 个单元。请核对袋上编号：仅当为 ${name} 时方可输注。`,
    ),
  ];
}

/** @param {GateSnapshot} snapshot @param {SnapshotUnit} unit @param {string} patient */
function wrongPatient({ units }, unit, patient) {
  if (unit.treatment === null) {
    return reason(
      'snapshot.not-meant',
      'This bag is meant for nobody yet: do not give it.',
      '该单元尚未分配给任何患者：不得输注。',
    );
  }
  return units.some((each) => isOneOf(each.patient, patient))
    ? reason(
        'snapshot.other-patient',
        'WRONG PATIENT: this bag is meant for another patient.',
        '患者不符：该单元属于另一位患者。',
      )
    : reason(
        'snapshot.patient-unknown',
        'This patient is not the one for whom this bag is meant, and no bag of this snapshot is for this patient.',
        '该单元并非为此患者准备，且本快照中没有此患者的单元。',
      );
}

/** @param {SnapshotUnit} unit @param {number} now @returns {readonly Reason[]} */
function timeIsUp({ usableUntil, name }, now) {
  if (usableUntil === null || now < Date.parse(usableUntil)) return [];
  return [
    reason(
      'snapshot.usable-until',
      `Unit ${name} was usable until ${usableUntil}, which has passed since.`,
      `单元 ${name} 有效至 ${usableUntil}，现已超时。`,
    ),
  ];
}

/** @param {GateSnapshot} snapshot @param {number} now @param {number} ageMinutes @returns {readonly Reason[]} */
function staleness({ freshUntil }, now, ageMinutes) {
  if (now < Date.parse(freshUntil)) return [];
  const age = ageInWords(ageMinutes);
  return [
    reason(
      'snapshot.old',
      `This was known ${age.en} ago. A hold or recall since then is not known here: call quality assurance before you give it.`,
      `此信息为 ${age.zh} 前所知。其后的暂停或召回在此无法得知：输注前请致电质量保证人员。`,
    ),
  ];
}
