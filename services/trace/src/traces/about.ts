import type { Answer } from './answer.ts';
import type { LookBack } from './ineligible.ts';

type Title = { readonly en: string; readonly zh: string };
type Line = readonly [title: Title, value: string | number | null];

const title = (en: string, zh: string): Title => ({ en, zh });

/** What must be read with the rows: as of when they hold, whether the containers add up, and what may be lacking. */
export function aboutOf(answer: Answer): Line[] {
  const { trace, asOf, rows, personLinks, balance, completeness } = answer;
  const { unreconciled, unreconciledInAll, silentSites, legacyGaps, byPrintedNumber, openDeviations, unprojected } = completeness;
  return [
    [title('Trace', '追溯'), trace],
    [title('Rows', '行数'), rows.length],
    [title('As of log position', '截至日志位置'), asOf.position],
    [title('As of, recorded', '截至（记录时间）'), asOf.recordedAt],
    [title('As of, occurred', '截至（发生时间）'), asOf.occurredAt],
    ...findingLines((answer as Partial<LookBack>).finding),
    ...personLinks.map(
      ({ from, to }): Line => [title('Link between pseudonyms that was followed', '所依据的假名关联'), `${from} – ${to}`],
    ),
    ...(balance === null
      ? []
      : Object.entries(balance).map(([name, count]): Line => [BALANCE[name] ?? title(name, name), count])),
    [title('Unreconciled reports that name something of this answer', '涉及本结果的未匹配报告'), unreconciled.length],
    ...unreconciled.map(
      ({ fact, type, intended, reasons }): Line => [
        title('Unreconciled report', '未匹配报告'),
        [fact, type, intended, ...reasons].filter(Boolean).join(', '),
      ],
    ),
    [title('Unreconciled reports in all', '未匹配报告总数'), unreconciledInAll],
    [title('Silent sites', '未回应的机构'), silentSites.length],
    ...silentSites.map(
      ({ site, awaited, since }): Line => [title('Silent site', '未回应的机构'), `${site}: ${awaited} (${since})`],
    ),
    [title('Declared gaps of imported records', '历史资料声明的缺项'), legacyGaps.length],
    ...legacyGaps.map(({ batch, gap }): Line => [title('Declared gap', '声明的缺项'), `${batch}: ${gap}`]),
    ...byPrintedNumber.map((stream): Line => [title('Found by the printed lot number only', '仅凭印刷批号查得'), stream]),
    [title('Open deviations', '未关闭偏差'), openDeviations],
    [title('Events that could not be taken in', '未能读入的事件'), unprojected],
  ];
}

/** What a look-back rests on. */
function findingLines(finding: LookBack['finding'] | undefined): Line[] {
  if (!finding) return [];
  const { eligibility, since, reasons, reactive, lastNegativeSample, windowFrom, windowTo } = finding;
  return [
    [title('Eligibility of the donor', '供者合格性'), eligibility],
    [title('Found', '判定时间'), since],
    [title('Reasons', '原因'), reasons.join('; ') || null],
    [title('Reactive markers', '反应性标志物'), reactive.join('; ') || null],
    [title('Last negative sample', '末次阴性采样'), lastNegativeSample],
    [title('At-risk window from', '风险窗口起'), windowFrom],
    [title('At-risk window to', '风险窗口止'), windowTo],
  ];
}

/** In one cell: for a row that is read alone. What the viewer may know of but not see is no row, and is told as numbers. */
export function completenessLine(answer: Pick<Answer, 'completeness' | 'elsewhere'>): string {
  const { completeness, elsewhere } = answer;
  const { exposedBeside = [] } = answer as Partial<LookBack>;
  const { unreconciled, unreconciledInAll, silentSites, legacyGaps, byPrintedNumber, openDeviations, unprojected } = completeness;
  return [
    `unreconciled ${unreconciled.length} of ${unreconciledInAll}`,
    `silent sites ${silentSites.length}`,
    `declared gaps ${legacyGaps.length}`,
    `open deviations ${openDeviations}`,
    `not taken in ${unprojected}`,
    ...(byPrintedNumber.length > 0 ? [`found by printed number only ${byPrintedNumber.length}`] : []),
    ...(exposedBeside.length > 0 ? [`given by other records than the unit's ${exposedBeside.length}`] : []),
    ...elsewhere.map(
      ({ site, units, infused, recipients }) =>
        `not shown, at ${site ?? '–'}: ${units} units, ${infused} infused, ${recipients} recipients`,
    ),
  ].join('; ');
}

const BALANCE: Readonly<Record<string, Title>> = {
  made: title('Containers made', '制成'),
  onHand: title('On hand', '在库'),
  inTransit: title('In transit', '在途'),
  infused: title('Infused', '已输注'),
  sampled: title('Sampled', '取样'),
  consumed: title('Used as input', '投料'),
  discarded: title('Discarded', '已销毁'),
  unaccounted: title('Unaccounted', '未说明'),
};
