import { batches, facts, titleOf } from '@cytoledger/domain';
import type { Dossier } from './dossier.ts';
import { escaped, type Html, html, list, section, table } from './html.ts';
import type { PrintedName } from './printed-names.ts';
import type { PersonSignature } from './signatures.ts';

export type CopyOptions = {
  readonly language: 'en' | 'zh';
  /** By staff pseudonym; null where this process has no vault. */
  readonly names: ReadonlyMap<string, PrintedName> | null;
  /** Organisation and person whom it was printed for. */
  readonly printedFor: string;
  /** RFC 3339. */
  readonly printedAt: string;
};

/** The dossier as it is printed for an auditor: what was recorded, what was listed as reviewed, and who signed what in which meaning. */
export function auditorsCopy(dossier: Dossier, options: CopyOptions): string {
  const { language, printedFor, printedAt } = options;
  const say = (en: string, zh: string) => (language === 'en' ? en : zh);
  const product = dossier.product;
  const title = say(
    `Release dossier of batch ${dossier.numbers[0] ?? dossier.batch}`,
    `批次 ${dossier.numbers[0] ?? dossier.batch} 放行档案`,
  );
  const body = [
    html`<h1>${title}</h1>`,
    table(
      [],
      [
        [say('Batch', '批次'), [...dossier.numbers, dossier.batch].join(' · ')],
        [say('Organisation', '机构'), dossier.owner ?? '–'],
        [
          say('Product and specification', '产品与质量标准'),
          product
            ? `${product.name?.[language] ?? product.id}, ${say('version', '第')} ${product.specification}${say('', ' 版')}`
            : '–',
        ],
        [say('As of log position', '截至日志位置'), `${dossier.position} (${dossier.recordedAt})`],
        [
          say('Recorded here by then', '截至当时已记录'),
          say(`${dossier.recorded.events} entries`, `${dossier.recorded.events} 条`),
        ],
        [say('Printed', '打印'), `${printedAt}, ${printedFor}`],
      ],
    ),
    decisionsSection(dossier, options, say),
    linesSection(dossier, say, language),
    gapsSection(dossier, say, language),
    lateSection(dossier, say),
    openSection(dossier, say, language),
    copiedSection(dossier, options, say),
    materialsSection(dossier, say),
    signaturesSection(dossier, options, say),
  ];
  return document(title, language, body);
}

type Say = (en: string, zh: string) => string;

const DISPOSITIONS: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  released: ['released', '放行'],
  'conditionally-released': ['conditionally released', '有条件放行'],
  'exceptionally-released': ['exceptionally released', '例外放行'],
  rejected: ['rejected', '判为不合格'],
};

const MEANINGS: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  release: ['release', '放行'],
  'conditional-release': ['conditional release', '有条件放行'],
  'exceptional-release': ['exceptional release', '例外放行'],
  'conditional-release-closing': ['closing of a conditional release', '关闭有条件放行'],
  rejection: ['rejection', '判为不合格'],
  'quarantine-lifting': ['lifting of a quarantine', '解除隔离'],
  'hold-lifting': ['lifting of a hold', '解除暂停'],
  'specification-rebinding': ['change of the specification version', '变更质量标准版本'],
  'deviation-closure': ['closing of a deviation', '关闭偏差'],
  'bedside-check': ['check at the bedside', '床旁核对'],
};

function decisionsSection(dossier: Dossier, options: CopyOptions, say: Say): Html {
  const parts = dossier.reviewed.map((decision) => {
    const [en, zh] = DISPOSITIONS[decision.disposition] ?? [decision.disposition, decision.disposition];
    const evidence = (decision.evidence ?? {}) as {
      readonly events?: readonly string[];
      readonly documents?: readonly { readonly title: string; readonly digest: string }[];
    };
    const listed = [
      ...(evidence.events ?? []).map((event) => say(`entry ${event}`, `记录 ${event}`)),
      ...(evidence.documents ?? []).map(({ title, digest }) => `${title} (SHA-256 ${digest})`),
    ];
    return html`<h3>${say(en, zh)}, ${decision.decidedAt ?? '–'}${decision.closedBy === null ? '' : say(' (closed since)', '（已关闭）')}</h3>
      <p>${say('What the signers listed as reviewed:', '签名人列明已审核：')} ${say(
        `the batch’s record up to entry ${decision.upTo.seq} (leaf ${decision.upTo.leaf}), ${decision.unread} entries not read`,
        `本批次记录至第 ${decision.upTo.seq} 条（叶 ${decision.upTo.leaf}），其后未读 ${decision.unread} 条`,
      )}</p>
      ${listed.length > 0 ? list(listed) : html`<p>${say('Nothing beside it was listed.', '除此之外未列明其他资料。')}</p>`}
      ${Array.isArray(decision.gaps) && decision.gaps.length > 0 ? html`<p>${say('Gaps that the signers listed:', '签名人列明的缺项：')}</p>${list(decision.gaps.map(gapText(options.language)))}` : ''}
      ${decision.exception ? exceptionPart(decision.exception, say) : ''}
      ${signatureTable(decision.signatures, options, say)}`;
  });
  const none = html`<p>${say('Nothing was decided by then.', '截至当时尚无处置决定。')}</p>`;
  return section(
    say('Dispositions, and what their signers listed as reviewed', '处置决定及签名人所审核内容'),
    parts.length > 0 ? parts : [none],
  );
}

function exceptionPart(exception: NonNullable<Dossier['reviewed'][number]['exception']>, say: Say): Html {
  const digest = (of: unknown, member: string) => String((of as Readonly<Record<string, unknown>> | null)?.[member] ?? '–');
  const failed = exception.failed as readonly { readonly line: string; readonly test: string }[];
  return table(
    [say('Grounds of the exception', '例外依据'), ''],
    [
      [say('Failed lines', '不合格项目'), failed.map(({ line, test }) => `${line} ${test}`).join(', ')],
      [say('Awaited besides', '另有待出结果'), exception.pendingTests.join(', ') || '–'],
      [say('For treatment', '针对治疗'), exception.treatment],
      [say('For patient', '针对患者'), exception.patient ?? say('not for this reader', '不向本读者显示')],
      [
        say('Requested by physician', '提出请求的医师'),
        `${digest(exception.request, 'physician')} (SHA-256 ${digest(exception.request, 'document')})`,
      ],
      [say('No alternative: assessment', '无替代治疗的评估'), `SHA-256 ${digest(exception.noAlternative, 'assessment')}`],
      [say('Risks and benefit: evaluation', '风险获益评估'), `SHA-256 ${digest(exception.riskBenefit, 'assessment')}`],
      [say('Patient informed', '患者知情'), `SHA-256 ${digest(exception.patientInformed, 'document')}`],
      [
        say('Authority informed', '告知主管部门'),
        exception.authorityInformed === null ? '–' : digest(exception.authorityInformed, 'reference'),
      ],
      [
        say('Citation', '依据'),
        say('EU GMP Part IV (ATMP) §11.5 (citation to be confirmed)', 'EU GMP Part IV (ATMP) §11.5（引文待核实）'),
      ],
    ],
  );
}

function linesSection({ readiness, results }: Dossier, say: Say, language: 'en' | 'zh'): Html {
  if (!readiness)
    return section(say('Specification', '质量标准'), [
      html`<p>${say('The bound version was not registered by then.', '截至当时所适用版本未登记。')}</p>`,
    ]);
  const byId = new Map(results.map((result) => [result.id, result]));
  return section(say('Specification and results', '质量标准与检验结果'), [
    table(
      [say('Line', '项'), say('Test', '检验项目'), say('Mandatory', '强制'), say('Status', '状态'), say('Results', '结果')],
      readiness.lines.map((line) => [
        line.line,
        line.test,
        line.mandatory ? say('yes', '是') : say('no', '否'),
        titleOf(batches.LineStatus, line.status, language),
        line.results
          .map((id) => byId.get(id))
          .map((result) =>
            result
              ? `${valueText(result.value)} ${say(...(VERDICTS[result.verdict] ?? ([result.verdict, result.verdict] as const)))}, ${result.laboratory}, ${result.occurredAt ?? '–'}`
              : '',
          )
          .join('; '),
      ]),
    ),
  ]);
}

function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const { value: amount, unit, category } = value as Readonly<Record<string, unknown>>;
  return category === undefined ? [amount, unit].filter(Boolean).join(' ') : String(category);
}

function gapText(language: 'en' | 'zh') {
  return (gap: { readonly batch: string; readonly about: string; readonly line?: string }) =>
    `${gap.batch}: ${titleOf(batches.LegacyTopic, gap.about, language)}${gap.line ? ` (${gap.line})` : ''}`;
}

function gapsSection({ gaps, imported }: Dossier, say: Say, language: 'en' | 'zh'): Html | '' {
  if (gaps.length === 0 && imported === null) return '';
  return section(say('Imported records and what they do not know', '导入的历史记录及其缺项'), [
    imported ? html`<p>${say('Imported from', '来源')}: ${imported.source.name} (${imported.source.kind})</p>` : '',
    table(
      [say('Batch', '批次'), say('Not known', '缺项')],
      gaps.map(({ batch, about, line, reason }) => [batch, batches.gapInWords({ about, line: line ?? null, reason })[language]]),
    ),
  ]);
}

function lateSection({ lateResults }: Dossier, say: Say): Html | '' {
  if (lateResults.length === 0) return '';
  return section(say('Results that failed after an infusion', '输注后不合格的检验结果'), [
    table(
      [
        say('Test', '检验项目'),
        say('Failed', '不合格时间'),
        say('Treatment', '治疗'),
        say('Physician told', '已通知医师'),
        say('Acknowledged', '已确认'),
      ],
      lateResults.map(({ test, failedAt, treatment, notice }) => [
        test,
        failedAt ?? '–',
        treatment,
        notice ? `${notice.physician}, ${notice.at ?? '–'}` : say('no', '否'),
        notice?.acknowledged ? (notice.acknowledged.at ?? say('yes', '是')) : say('no', '否'),
      ]),
    ),
  ]);
}

const RESTRICTIONS: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  quarantine: ['quarantine', '隔离'],
  hold: ['hold', '暂停使用'],
  recall: ['recall', '召回'],
};

const CLASSES: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  minor: ['minor', '次要'],
  major: ['major', '主要'],
  critical: ['critical', '重大'],
};

const VERDICTS: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  pass: ['pass', '合格'],
  fail: ['fail', '不合格'],
  'report-only': ['report only', '仅报告'],
};

const BALANCE: readonly (readonly [account: keyof batches.ContainerBalance, en: string, zh: string])[] = [
  ['made', 'Made', '制成'],
  ['onHand', 'On hand', '在库'],
  ['inTransit', 'In transit', '在途'],
  ['infused', 'Infused', '已输注'],
  ['sampled', 'Sampled', '取样'],
  ['consumed', 'Used as input', '投料'],
  ['discarded', 'Discarded', '已销毁'],
  ['unaccounted', 'Unaccounted', '未说明'],
];

function openSection({ openDeviations, restrictions, balance }: Dossier, say: Say, language: 'en' | 'zh'): Html {
  return section(say('Open deviations, restrictions and the balance of containers', '未关闭偏差、限制与容器平衡'), [
    table(
      [say('Deviation', '偏差'), say('Class', '级别'), say('Rule', '规则')],
      openDeviations.map((deviation) => [
        deviation.id,
        say(...(CLASSES[deviation.class] ?? ([deviation.class, deviation.class] as const))),
        deviation.rule ?? '–',
      ]),
    ),
    table(
      [say('Restriction', '限制'), say('Reason', '原因'), say('Lifted', '已解除')],
      restrictions.map(({ restriction, reason, lifted }) => [
        say(...(RESTRICTIONS[restriction] ?? ([restriction, restriction] as const))),
        titleOf(batches.RestrictionReason, reason, language),
        lifted ?? say('no', '否'),
      ]),
    ),
    table(
      BALANCE.map(([, en, zh]) => say(en, zh)),
      [BALANCE.map(([account]) => String(balance[account]))],
    ),
  ]);
}

function copiedSection({ copied }: Dossier, { names, language }: CopyOptions, say: Say): Html | '' {
  if (copied.length === 0) return '';
  return section(say('Copied from paper', '由纸质转录'), [
    table(
      [
        say('What', '内容'),
        say('Happened', '发生时间'),
        say('Recorded', '记录时间'),
        say('Form', '表单'),
        say('Page', '页'),
        say('Image (SHA-256)', '影像（SHA-256）'),
        say('Copied by', '转录'),
        say('Checked by', '核对'),
      ],
      copied.map(({ type, occurredAt, recordedAt, form, binder, page, image, transcriber, checker }) => [
        facts.get(type)?.title[language] ?? type,
        occurredAt ?? '–',
        recordedAt,
        form ?? '–',
        binder === null ? '–' : `${binder}, ${page ?? '–'}`,
        image ?? say('none', '无'),
        nameText(transcriber, names, language),
        nameText(checker, names, language),
      ]),
    ),
  ]);
}

function materialsSection({ materials }: Dossier, say: Say): Html {
  return section(say('Materials that touched the cells', '接触细胞的物料'), [
    table(
      [say('Material', '物料'), say('Supplier', '供应商'), say('Lot', '批号'), say('Expiry', '有效期'), say('Used', '使用时间')],
      materials.map(({ name, supplier, lot, expiry, occurredAt }) => [name, supplier, lot, expiry ?? '–', occurredAt ?? '–']),
    ),
  ]);
}

function signaturesSection({ signed }: Dossier, options: CopyOptions, say: Say): Html {
  const rows = signed.flatMap(({ type, seq, recordedAt, signatures }) =>
    signatures.map((signature) => [
      `${seq}`,
      facts.get(type)?.title[options.language] ?? type,
      recordedAt,
      ...signatureCells(signature, options, say),
    ]),
  );
  return section(say('Every signature in this record', '本记录全部签名'), [
    table([say('Entry', '条'), say('What', '内容'), say('Recorded', '记录时间'), ...signatureHead(say)], rows),
    html`<p class="note">${say(
      'Each signature was checked again when this was printed, by the key that its signer had enrolled. Names are disclosures from the vault, printed with the signature as 21 CFR 11.50 asks; the log itself holds pseudonyms.',
      '打印时已按签名人备案的密钥重新验证每个签名。姓名取自个人信息保管库，按 21 CFR 11.50 与签名一并打印；日志中仅有假名。',
    )}</p>`,
  ]);
}

function signatureTable(signatures: readonly PersonSignature[], options: CopyOptions, say: Say): Html {
  return table(
    signatureHead(say),
    signatures.map((signature) => signatureCells(signature, options, say)),
  );
}

function signatureHead(say: Say): string[] {
  return [
    say('Printed name', '姓名'),
    say('Role', '角色'),
    say('Meaning', '签名含义'),
    say('Signed', '签名时间'),
    say('Signature', '签名'),
  ];
}

function signatureCells(signature: PersonSignature, { names, language }: CopyOptions, say: Say): string[] {
  const { person, org, roles, meaning, signedAt, holds, revoked, kid } = signature;
  const [en, zh] = MEANINGS[meaning ?? ''] ?? [meaning ?? '–', meaning ?? '–'];
  return [
    nameText(person, names, language),
    `${roles.join(', ')}${org ? `, ${org}` : ''}`,
    say(en, zh),
    signedAt ?? '–',
    `${holds ? say('holds', '有效') : say('does not hold', '无效')}${revoked ? say(', key revoked since', '，密钥已吊销') : ''}; ${kid}`,
  ];
}

const WITHOUT_NAME = {
  erased: ['name erased', '姓名已删除'],
  restricted: ['name restricted', '姓名已限制'],
  absent: ['name not in the vault', '保管库中无姓名'],
} as const;

function nameText(person: string | null, names: CopyOptions['names'], language: 'en' | 'zh'): string {
  if (person === null) return '–';
  const found = names?.get(person);
  if (!found) return person;
  if ('name' in found) return `${found.name} (${person})`;
  return `${person} (${WITHOUT_NAME[found.state][language === 'en' ? 0 : 1]})`;
}

function document(title: string, language: 'en' | 'zh', body: readonly (Html | '')[]): string {
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><title>${escaped(title)}</title><style>
body{font:10pt/1.4 "Noto Sans","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;margin:2em auto;max-width:60em;padding:0 1em}
h1{font-size:16pt}h2{font-size:12pt;margin-top:1.6em;border-bottom:1px solid}h3{font-size:10.5pt}
table{border-collapse:collapse;width:100%;margin:.6em 0}th,td{border:1px solid #888;padding:.2em .4em;text-align:start;vertical-align:top;overflow-wrap:anywhere}
td:first-child,th{overflow-wrap:normal}tr{break-inside:avoid}.note{color:#333}@page{size:A4;margin:15mm}@media print{body{margin:0;max-width:none}}
</style></head><body>
${body.map(String).join('\n')}
</body></html>
`;
}
