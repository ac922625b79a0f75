import { type Column, columns } from './columns.ts';

type Beside = {
  /** Member of the answer that is a list of rows. */
  readonly member: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly columns: readonly Column[];
};

/** What an answer may tell beside its rows. In JSON a member of this name; in a workbook a sheet, where there is something to tell. */
export const BESIDE: readonly Beside[] = [
  {
    member: 'elsewhere',
    title: { en: 'Elsewhere', zh: '其他机构' },
    columns: columns({
      site: ['Site', '机构'],
      units: ['Units', '单元数'],
      infused: ['Infused', '已输注'],
      recipients: ['Recipients', '受者数'],
    }),
  },
  {
    member: 'links',
    title: { en: 'Lineage followed', zh: '所循谱系' },
    columns: columns({ parent: ['From', '来源'], child: ['Into', '去向'], unit: ['Unit', '单元'] }),
  },
  {
    member: 'personLinks',
    title: { en: 'Links of persons followed', zh: '所循人员关联' },
    columns: columns({ link: ['Link', '关联'], from: ['From', '从'], to: ['To', '至'] }),
  },
  {
    member: 'sisters',
    title: { en: 'Sister batches', zh: '同批号物料的其他批次' },
    columns: columns({
      batch: ['Batch', '批次'],
      material: ['Material', '物料'],
      supplier: ['Supplier', '供应商'],
      lot: ['Lot', '批号'],
    }),
  },
  {
    member: 'samples',
    title: { en: 'Samples', zh: '样品' },
    columns: columns({
      sample: ['Sample', '样品'],
      batch: ['Batch', '批次'],
      unit: ['Unit', '单元'],
      material: ['Material', '材料'],
      laboratory: ['Laboratory', '检验机构'],
      takenAt: ['Taken', '取样时间'],
      awaited: ['Awaited', '待出项目'],
      open: ['Open', '未完成'],
      status: ['Status', '状态'],
      dispatchedAt: ['Dispatched', '发出时间'],
      receivedAt: ['Received', '接收时间'],
      retainedUntil: ['Retained until', '留样至'],
      reports: ['Reports', '报告'],
    }),
  },
  {
    member: 'lots',
    title: { en: 'Lots', zh: '物料批' },
    columns: columns({
      material: ['Record', '记录'],
      name: ['Material', '物料'],
      supplier: ['Supplier', '供应商'],
      maker: ['Maker', '生产商'],
      lot: ['Lot', '批号'],
      made: ['How it came', '来历'],
      status: ['Status', '状态'],
    }),
  },
  {
    member: 'exposedBeside',
    title: { en: 'Given by other records', zh: '其他记录所载输注' },
    columns: columns({
      batch: ['Batch', '批次'],
      unit: ['Unit', '单元'],
      hospital: ['Hospital', '医院'],
      treatment: ['Treatment', '治疗'],
      patient: ['Patient', '患者'],
      infusedAt: ['Infused', '输注时间'],
      daysSinceExposure: ['Days since exposure', '暴露天数'],
      notifiedAt: ['Notified', '告知时间'],
      acknowledged: ['Acknowledged', '已确认'],
      recordedIn: ['Recorded in', '记录于'],
    }),
  },
  {
    member: 'donations',
    title: { en: 'Donations', zh: '捐献' },
    columns: columns({
      donation: ['Donation', '捐献'],
      source: ['Source', '来源组织'],
      collectedAt: ['Collected', '采集时间'],
      atRisk: ['In the at-risk window', '处于风险窗口'],
    }),
  },
];
