import { registry as domain } from '@cytoledger/domain';
import { table } from '@cytoledger/read-models';
import { type Handler, json, on } from './on.ts';
import { ONE } from './persons.ts';

export const sites = table('sites', { kind: 'text', name_en: 'text', name_zh: 'text' });

/** Keyed by specification version. */
export const specifications = table('specifications', {
  name_en: 'text',
  name_zh: 'text',
  autologous: 'integer',
  lines: 'text',
  thaw_to_infusion_minutes: 'integer',
});

export const studies = table('studies', { regime: 'text', filing_number: 'text', title_en: 'text', title_zh: 'text' });

export const registryHandlers: readonly Handler[] = [
  on(domain.siteRegistered, ({ data }, rows) =>
    rows.put(sites, ONE, { kind: data.kind, name_en: data.name.en, name_zh: data.name.zh }),
  ),
  on(domain.productSpecified, ({ data }, rows) =>
    rows.put(specifications, String(data.version), {
      name_en: data.name.en,
      name_zh: data.name.zh,
      autologous: data.autologous ? 1 : 0,
      lines: json(data.lines),
      thaw_to_infusion_minutes: data.thawToInfusionMinutes ?? null,
    }),
  ),
  on(domain.studyFiled, ({ data }, rows) =>
    rows.put(studies, ONE, {
      regime: data.regime,
      filing_number: data.filingNumber ?? null,
      title_en: data.title.en,
      title_zh: data.title.zh,
    }),
  ),
];
