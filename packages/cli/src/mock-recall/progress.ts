import type { RecallProgress } from '@cytoledger/client';
import { tableText } from '../table.ts';

type Words = Readonly<Record<'zh' | 'en', string>>;

const COLUMNS: Readonly<Record<string, Words>> = {
  site: { en: 'Site', zh: '机构' },
  sent: { en: 'Sent', zh: '发出' },
  onHand: { en: 'On hand', zh: '在库' },
  used: { en: 'Used', zh: '已使用' },
  quarantined: { en: 'Quarantined', zh: '已隔离' },
  destroyed: { en: 'Destroyed', zh: '已销毁' },
  unaccounted: { en: 'Unaccounted', zh: '去向不明' },
  answered: { en: 'Answered', zh: '答复' },
};

const FIGURES: Readonly<
  Record<Exclude<keyof RecallProgress['figures'], 'sent' | 'accounted' | 'unaccounted' | 'checks'>, Words>
> = {
  minutesToList: { en: 'Minutes to the complete list', zh: '清单完成用时（分钟）' },
  minutesToLastNotice: { en: 'Minutes until the last site was told', zh: '通知全部机构用时（分钟）' },
  minutesToLastAnswer: { en: 'Minutes until the last site answered', zh: '全部机构答复用时（分钟）' },
  accountedPercent: { en: 'Units accounted for, %', zh: '已交代单元比例（%）' },
  silentSites: { en: 'Silent sites', zh: '未答复机构' },
};

const NOT_YET: Words = { en: 'not yet', zh: '尚未' };

export function progressText({ sites, figures }: RecallProgress, language: 'zh' | 'en'): string {
  const table = tableText(
    Object.values(COLUMNS).map((words) => words[language]),
    sites.map((site) => [
      site.site,
      ...[site.sent, site.onHand, site.used, site.quarantined, site.destroyed, site.unaccounted].map(String),
      site.silent ? NOT_YET[language] : (site.acknowledgedAt ?? ''),
    ]),
  );
  const lines = Object.entries(FIGURES).map(([name, words]) => {
    const value = figures[name as keyof typeof FIGURES];
    const said = Array.isArray(value) ? value.join(', ') || '0' : (value ?? NOT_YET[language]);
    return `${words[language]}: ${String(said)}`;
  });
  return [table, '', ...lines, `${figures.accounted} / ${figures.sent}`].join('\n');
}
