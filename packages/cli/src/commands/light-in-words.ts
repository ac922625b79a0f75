import type { BedsideLight } from '@cytoledger/client';

const LIGHTS = {
  green: { en: 'GREEN: this bag may be given', zh: '绿灯 GREEN：这袋细胞可以输注' },
  amber: { en: 'AMBER: read this before it is given', zh: '黄灯 AMBER：请先阅读以下内容' },
  red: { en: 'RED: this bag must not be given', zh: '红灯 RED：这袋细胞不可输注' },
} as const;

/** The light with every reason, as a terminal shows it. */
export function lightInWords({ light, reasons }: Pick<BedsideLight, 'light' | 'reasons'>, language: 'zh' | 'en'): string {
  return [LIGHTS[light][language], ...reasons.map(({ rule, ...said }) => `  - ${said[language]} [${rule}]`)].join('\n');
}
