import { createHash } from 'node:crypto';
import type { AnyFact } from '@cytoledger/domain';
import { jsonSchemaOf } from '@cytoledger/service-kit';
import { type Box, type Field, fieldsOf } from './fields.ts';

export type FormPage = { readonly html: string; readonly policy: string };

const VERSION_LENGTH = 8;
const BLANK_ROWS = 4;

/** What is written into `capture.form`: the kind of record, and a version that changes with what the record takes. */
export function formCode(fact: AnyFact): string {
  const version = createHash('sha256')
    .update(JSON.stringify(jsonSchemaOf(fact.schema)))
    .digest('hex')
    .slice(0, VERSION_LENGTH);
  return `${fact.type} ${version}`;
}

/** A form for paper, generated from what the record takes. `stream`: the record that it is for, printed where it is known. */
export function formPage(fact: AnyFact, stream: string | null): FormPage {
  const code = formCode(fact);
  const { en, zh } = fact.title;
  return pageOf(
    `${zh} · ${en}`,
    `<header><div><h1>${text(zh)}</h1><h1 lang="en">${text(en)}</h1></div>
<p class="code">${text(code)}</p></header>
<table class="frame"><tbody>
<tr><th>记录 Record</th><td>${stream === null ? `${text(fact.aggregate.name)}-${BLANK}` : `<code>${text(stream)}</code>`}</td><th>册 Binder</th><td class="wide"></td><th>页 Page</th><td class="narrow"> / </td></tr>
<tr><th>发生时间 Happened at</th><td>${TIME}</td><th>精确到 Precise to</th><td colspan="3">${['秒 s', '分 min', '日 day', '月 month', '未知 unknown'].map((each) => `${BOX} ${each}`).join(' &nbsp; ')}</td></tr>
</tbody></table>
<table class="fields"><tbody>${rowsFor(fieldsOf(jsonSchemaOf(fact.schema)))}</tbody></table>
<h2>签名 Signatures</h2>
<table class="signatures"><tbody>
<tr><th></th><th>姓名与代码 Name and code</th><th>签名 Signature</th><th>日期与时间 Date and time</th></tr>
<tr><th>操作人 Done by</th><td></td><td></td><td>${TIME}</td></tr>
<tr><th>复核人 Verified by</th><td></td><td></td><td>${TIME}</td></tr>
</tbody></table>
<p class="rules">${fact.signatures ? `此记录须电子签名 ${fact.signatures.count} 次，含义“${text(fact.signatures.meaning)}”：纸上签名不能代替。 This record needs ${fact.signatures.count} electronic signature(s), “${text(fact.signatures.meaning)}”: ink does not stand in for them. ` : ''}更正：单线划去，签名并注明日期；空白栏划斜线。 Correct with a single line, initials and date; strike out what stays blank. 姓名、证件号、医院编号不得写入编码栏。 No names or identity numbers where a code is asked.</p>
<h2>转录 Transcription</h2>
<table class="signatures"><tbody>
<tr><th></th><th>代码 Code</th><th>签名 Signature</th><th>日期与时间 Date and time</th></tr>
<tr><th>转录人 Transcriber</th><td></td><td></td><td>${TIME}</td></tr>
<tr><th>核对人 Checker（不同人员 another person）</th><td></td><td></td><td>${TIME}</td></tr>
<tr><th>影像 SHA-256 Image</th><td colspan="3"></td></tr>
</tbody></table>`,
  );
}

/** What forms there are. */
export function formIndex(facts: readonly AnyFact[]): FormPage {
  const rows = [...facts]
    .sort((a, b) => (a.type < b.type ? -1 : 1))
    .map(
      (fact) =>
        `<tr><td><a href="/v1/forms/${text(fact.type)}">${text(fact.type)}</a></td><td>${text(fact.title.zh)}</td><td>${text(fact.title.en)}</td></tr>`,
    );
  return pageOf(
    '表格 · Forms',
    `<h1>表格 · Forms</h1><p>/v1/forms/{type}/{stream} 预先印上记录编号 prints the record’s id on the form</p><table class="fields"><tbody>${rows.join('\n')}</tbody></table>`,
  );
}

const BOX = '<span class="box"></span>';
const BLANK = '<span class="blank"></span>';
const TIME =
  '<span class="time">&nbsp;&nbsp;&nbsp;&nbsp; – &nbsp;&nbsp; – &nbsp;&nbsp;&nbsp; &nbsp;&nbsp; : &nbsp;&nbsp; (UTC+8)</span>';

function rowsFor(fields: readonly Field[], nested = ''): string {
  return fields
    .map((field) => {
      const { label, note, required, personal, member } = field;
      const names = `<b>${text(label.zh ?? label.en)}</b>${label.zh === null ? '' : ` ${text(label.en)}`}${required ? ' <b class="must">*</b>' : ''}`;
      const below = [note, personal ? '个人信息，存入保险库 personal: goes into the vault' : null].filter(
        (each) => each !== null,
      );
      const path = nested === '' ? member : `${nested}.${member}`;
      const heading = `<th${field.box.kind === 'group' ? ' colspan="2"' : ''}>${names}${below.map((each) => `<small>${text(each)}</small>`).join('')}<small class="path">${text(path)}</small></th>`;
      if (field.box.kind === 'group') return `<tr class="group">${heading}</tr>${rowsFor(field.box.fields, path)}`;
      return `<tr>${heading}<td>${boxFor(field.box)}</td></tr>`;
    })
    .join('\n');
}

function boxFor(box: Box): string {
  switch (box.kind) {
    case 'line':
      return '';
    case 'fixed':
      return `<code>${text(box.value)}</code>`;
    case 'time':
      return TIME;
    case 'choice':
      return box.codes
        .map(
          ({ code, en, zh }) =>
            `<span class="tick">${BOX} ${text(zh === null || zh === en ? en : `${zh} ${en}`)}${zh === null || code === en ? '' : ` <small class="path">${text(code)}</small>`}</span>`,
        )
        .join(' ');
    case 'quantity':
      return `数值 value ${BLANK} 单位 unit ${BLANK} ${BOX} 实测 measured ${BOX} 计算 calculated ${BOX} 标示 label`;
    case 'group':
      return `<table class="fields"><tbody>${rowsFor(box.fields)}</tbody></table>`;
    case 'rows': {
      const head = box.columns.map(({ label }) => `<th>${text(label.zh ?? '')} ${text(label.en)}</th>`).join('');
      const isNamed = box.columns.some(({ label }) => label.en !== '');
      const row = `<tr>${box.columns.map((column) => `<td>${cellFor(column.box)}</td>`).join('')}</tr>`;
      return `<table class="rows"><tbody>${isNamed ? `<tr>${head}</tr>` : ''}${row.repeat(BLANK_ROWS)}</tbody></table>`;
    }
    case 'either':
      return box.of.map((each) => `<div class="either">${BOX} ${boxFor(each)}</div>`).join('');
  }
}

/** In a narrow column long lists are written out, not ticked. */
function cellFor(box: Box): string {
  const fits = box.kind === 'choice' ? box.codes.length <= 3 : box.kind === 'fixed';
  return fits ? boxFor(box) : '&nbsp;';
}

function pageOf(title: string, body: string): FormPage {
  const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;
  const html = `<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${text(title)}</title><style>${STYLE}</style></head>
<body>${body}</body></html>
`;
  return { html, policy };
}

function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
@page { size: A4; margin: 12mm; }
body { font: 10pt/1.35 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 0 auto; max-width: 190mm; color: #000; background: #fff; }
header { display: flex; justify-content: space-between; align-items: flex-start; gap: 1rem; }
h1 { font-size: 14pt; margin: 0; }
h2 { font-size: 11pt; margin: 4mm 0 1mm; }
.code { font: bold 11pt ui-monospace, monospace; border: 1.5pt solid #000; padding: 1mm 2mm; margin: 0; white-space: nowrap; }
table { width: 100%; border-collapse: collapse; margin-top: 2mm; }
th, td { border: 0.5pt solid #444; padding: 1mm 1.5mm; text-align: left; vertical-align: top; font-weight: normal; }
.fields > tbody > tr > th { width: 38%; }
.fields > tbody > tr > td { height: 8mm; }
.rows td, .signatures td { height: 8mm; }
.group > th { background: #eee; }
small { display: block; font-size: 7.5pt; color: #333; }
.path { font-family: ui-monospace, monospace; color: #555; }
.tick { display: inline-block; margin-right: 3mm; }
.tick .path { display: inline; }
.box { display: inline-block; width: 3.2mm; height: 3.2mm; border: 0.8pt solid #000; vertical-align: -0.4mm; }
.blank { display: inline-block; width: 28mm; border-bottom: 0.5pt solid #000; }
.must { color: #000; }
.either { margin-bottom: 1mm; }
.wide { min-width: 28mm; }
.narrow { min-width: 16mm; }
.rules { font-size: 8pt; }
tr { break-inside: avoid; }
`;
