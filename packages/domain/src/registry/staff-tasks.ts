import type { z } from 'zod';
import { coded } from '../vocabulary/index.ts';

/** What staff are trained and authorised for. */
export const StaffTask = coded({
  collection: { zh: '采集', en: 'collection' },
  isolation: { zh: '分离', en: 'isolation' },
  passaging: { zh: '传代', en: 'passaging' },
  expansion: { zh: '扩增', en: 'expansion' },
  transduction: { zh: '转导', en: 'transduction' },
  harvesting: { zh: '收获', en: 'harvesting' },
  filling: { zh: '分装', en: 'filling' },
  labelling: { zh: '贴签', en: 'labelling' },
  cryopreservation: { zh: '冻存', en: 'cryopreservation' },
  storage: { zh: '入库与移位', en: 'storage' },
  thawing: { zh: '复苏', en: 'thawing' },
  'line-clearance': { zh: '清场', en: 'line clearance' },
  monitoring: { zh: '环境监测', en: 'environmental monitoring' },
  testing: { zh: '检验', en: 'testing' },
  review: { zh: '审核', en: 'review' },
  packing: { zh: '装箱', en: 'packing' },
  reconstitution: { zh: '复溶配制', en: 'reconstitution' },
  infusion: { zh: '输注', en: 'infusion' },
});
export type StaffTask = z.infer<typeof StaffTask>;
