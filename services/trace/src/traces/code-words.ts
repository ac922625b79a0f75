import {
  BankTier,
  type Bilingual,
  batches,
  type Coded,
  ContainerKind,
  facts,
  InfectiousMarker,
  MarkerResult,
  materials,
  persons,
  TissueSource,
  titlesOf,
  treatments,
} from '@cytoledger/domain';
import type { Answer } from './answer.ts';
import type { Cell } from './columns.ts';

type Words = Readonly<Record<string, Bilingual>>;
const words = <C extends string>(list: Coded<C>): Words => titlesOf(list);
const own = (titles: Readonly<Record<string, readonly [en: string, zh: string]>>): Words =>
  Object.fromEntries(Object.entries(titles).map(([code, [en, zh]]) => [code, { en, zh }]));

const DISPOSITIONS = own({
  released: ['released for use', '放行'],
  'conditionally-released': ['released while results are pending', '有条件放行'],
  'exceptionally-released': ['released exceptionally for one patient', '例外放行'],
  rejected: ['rejected', '判为不合格'],
});

const RESTRICTIONS = own({
  quarantine: ['in quarantine', '隔离'],
  hold: ['on hold', '暂停使用'],
  recall: ['recalled', '召回'],
  discarded: ['discarded', '已销毁'],
});

const FATES = own({
  infused: ['given to a patient', '已输注'],
  consumed: ['used to make another batch', '已投料'],
  sampled: ['used up as a sample', '已取样'],
  discarded: ['discarded', '已销毁'],
});

const LOT_STATUS = own({
  released: ['released for use', '放行'],
  'not released': ['not released yet', '未放行'],
  rejected: ['rejected', '判为不合格'],
  recalled: ['recalled', '召回'],
});

const FOLLOW_UP = own({
  'in follow-up': ['followed up', '随访中'],
  closed: ['follow-up ended', '随访结束'],
  'lost-to-follow-up': ['lost to follow-up', '失访'],
});

const ROLES = own({ contact: ['in contact with the cells', '直接接触细胞'], ancillary: ['ancillary', '辅助'] });
const ALIVE = own({ alive: ['alive', '存活'], died: ['died', '死亡'], lost: ['lost to follow-up', '失访'] });
const STOP_AT = own({ 'on hand': ['where it is kept', '在库'], 'in transit': ['on its way', '在途'] });
const TOLD_IN = own({
  batch: ['the batch’s record', '批次记录'],
  treatment: ['the treatment’s record', '治疗记录'],
  report: ['a report that could not be matched', '待核对报告'],
});

/** A step is called as its entry in the batch is. */
const STEPS: Words = {
  ...own({ collected: ['collected', '采集'] }),
  ...Object.fromEntries(
    [...facts.values()].filter(({ type }) => type.startsWith('batch.')).map(({ type, title }) => [type.split('.')[1]!, title]),
  ),
};

/** By column: what its codes mean. Columns that are not here hold names, numbers and times. */
const MEANINGS: ReadonlyMap<string, Words> = new Map(
  Object.entries({
    disposition: DISPOSITIONS,
    restrictions: { ...words(batches.RestrictionReason), ...RESTRICTIONS },
    action: RESTRICTIONS,
    fate: FATES,
    stopAt: STOP_AT,
    tier: words(BankTier),
    container: words(ContainerKind),
    source: words(TissueSource),
    eligibilityThen: words(persons.EligibilityStatus),
    eligibilityNow: words(persons.EligibilityStatus),
    markers: { ...words(InfectiousMarker), ...words(MarkerResult) },
    testsOffered: words(InfectiousMarker),
    route: words(treatments.AdministrationRoute),
    reaction: words(treatments.ReactionKind),
    followUp: { ...words(treatments.ClosingReason), ...FOLLOW_UP },
    alive: ALIVE,
    recordedIn: TOLD_IN,
    lotStatus: LOT_STATUS,
    status: LOT_STATUS,
    role: ROLES,
    origin: words(materials.LotOrigin),
    step: STEPS,
  }),
);

/** A code of an answer, the column in which it stands, and what it means. */
export type CodeMeant = { readonly column: string; readonly code: string; readonly meaning: string };

type CodedColumn = {
  readonly key: string;
  readonly title: string;
  readonly codes: readonly string[];
  readonly words: Words;
};

/** Finds the codes in the cells of an answer. A cell may hold several, with times and numbers between them. */
export class CodeWords {
  readonly #columns: readonly CodedColumn[];
  readonly #language: 'en' | 'zh';
  readonly #found = new Map<string, readonly CodeMeant[]>();

  constructor(columns: Answer['columns'], language: 'en' | 'zh') {
    this.#language = language;
    this.#columns = columns.flatMap((column) => {
      const meant = MEANINGS.get(column.key);
      if (!meant) return [];
      // "not released" before "released".
      const codes = Object.keys(meant).sort((a, b) => b.length - a.length);
      return [{ key: column.key, title: column[language], codes, words: meant }];
    });
  }

  *in(row: Readonly<Record<string, Cell>>): Iterable<CodeMeant> {
    for (const column of this.#columns) {
      const cell = row[column.key] ?? null;
      for (const text of Array.isArray(cell) ? cell : [cell]) {
        if (typeof text !== 'string') continue;
        // What differs by its times only is asked once.
        const key = `${column.key} ${text.replace(/\(.*?\)/g, '')}`;
        let found = this.#found.get(key);
        if (!found) {
          found = this.#meant(column, text);
          this.#found.set(key, found);
        }
        yield* found;
      }
    }
  }

  /** In one cell, for a row that is read alone. */
  line(row: Readonly<Record<string, Cell>>): string {
    const told = new Map<string, Set<string>>();
    for (const { column, code, meaning } of this.in(row)) {
      const held = told.get(column) ?? new Set();
      told.set(column, held.add(`${code} = ${meaning}`));
    }
    const [between, after] = this.#language === 'zh' ? ['、', '：'] : [', ', ': '];
    return [...told]
      .map(([column, meant]) => `${column}${after}${[...meant].join(between)}`)
      .join(this.#language === 'zh' ? '；' : '; ');
  }

  #meant({ title, codes, words: meant }: CodedColumn, text: string): CodeMeant[] {
    let rest = text.replace(/\(.*?\)/g, '');
    const found: CodeMeant[] = [];
    for (const code of codes) {
      const whole = new RegExp(`(?<![\\w-])${code}(?![\\w-])`);
      if (!whole.test(rest)) continue;
      rest = rest.replace(whole, ' ');
      found.push({ column: title, code, meaning: meant[code]![this.#language] });
    }
    return found.sort((a, b) => text.indexOf(a.code) - text.indexOf(b.code));
  }
}
