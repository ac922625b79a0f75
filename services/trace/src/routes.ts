import { Readable } from 'node:stream';
import { parsePosition } from '@cytoledger/event-store';
import {
  type Caller,
  type QueryRoute,
  type Question,
  Refusal,
  type Answer as Reply,
  ROLES,
  type Role,
  TITLES,
} from '@cytoledger/service-kit';
import type { Vault } from '@cytoledger/vault';
import type { z } from 'zod';
import { TraceError } from './errors.ts';
import { knownBy } from './query/origin.ts';
import { seesPatientsOf, seesStream } from './query/stream-sight.ts';
import {
  AsOfQuery,
  DifferenceQuery,
  DonorQuery,
  DueQuery,
  HistoryQuery,
  OriginQuery,
  originOf,
  PatientQuery,
  SearchQuery,
  UnitsQuery,
  WhereaboutsQuery,
} from './questions.ts';
import { auditorsCopy } from './record/auditors-copy.ts';
import { withDisclosed } from './record/disclosed.ts';
import { type Dossier, dossierOf } from './record/dossier.ts';
import {
  type EntryAt,
  familyEntries,
  type HistoryEvent,
  historyOf,
  ndjsonOf,
  newestSeq,
  streamEntries,
} from './record/history.ts';
import { printedNames } from './record/printed-names.ts';
import { differences, type Json, jsonOf, stateAt } from './record/state.ts';
import { refusalOf } from './refusals.ts';
import type { TraceModel } from './trace-model.ts';
import type { Answer, Asking } from './traces/answer.ts';
import { workbookOf } from './traces/answer-workbook.ts';
import { answerCsv } from './traces/csv.ts';
import { traceFailure } from './traces/failure.ts';
import { traceLookBack } from './traces/ineligible.ts';
import { traceMaterials } from './traces/materials.ts';
import { traceDonors, traceGiven, traceOrigins } from './traces/recipient.ts';
import { traceRecipients } from './traces/recipients.ts';
import { traceUnits } from './traces/units.ts';
import { traceWork } from './traces/work.ts';
import { viewerOf } from './viewer-of.ts';
import { viewBatch } from './views/batch.ts';
import { dueAnswer } from './views/due-answer.ts';
import { search } from './views/search.ts';
import { viewTreatment } from './views/treatment.ts';
import { viewUnit } from './views/unit.ts';
import { unitsHeld } from './views/whereabouts.ts';
import { XLSX } from './workbook/workbook.ts';

const JSON_TYPE = 'application/json';
const CSV = 'text/csv';
const NDJSON = 'application/x-ndjson';
const HTML = 'text/html';
/** A printed page runs nothing and fetches nothing. */
const HTML_HEADERS = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
  'x-content-type-options': 'nosniff',
} as const;

type Query = { readonly asOf?: string; readonly minPosition?: string };
type Route = Omit<QueryRoute, 'method' | 'permission' | 'handle'>;

/** Who may have restricted values opened: those who look back (PIPL Art 47). */
const LOOKING_BACK: readonly Role[] = ['lab.qa', 'lab.qp', 'hospital.physician'];

export type Disclosing = {
  readonly vault: Pick<Vault, 'open'>;
  /** Told what was opened for whom, without the values. */
  readonly onOpened: (opened: {
    readonly by: Caller;
    readonly path: string;
    readonly values: number;
    readonly lookBack: boolean;
  }) => void;
};

/** Every question that this service answers. Who sees what is decided row by row, so every role may ask. */
export function traceRoutes(trace: TraceModel, disclosing?: Disclosing): QueryRoute[] {
  const route = (of: Route, handle: (question: Question) => Promise<Reply>): QueryRoute => ({
    method: 'GET',
    permission: { by: ROLES },
    ...of,
    handle: (question) => handle(question).catch((error: unknown) => Promise.reject(refusalOf(error))),
  });
  const ask = <T>(question: Question, asked: (asking: Asking) => T, asOf = (question.query as Query).asOf) => {
    const viewer = viewerOf(question.caller);
    if (!viewer)
      throw new Refusal({
        status: 403,
        code: 'role-asks-no-traces',
        title: { en: 'This role asks no traces', zh: '该角色不得追溯查询' },
      });
    const { minPosition } = question.query as Query;
    const options = {
      asOf,
      signal: question.signal,
      minPosition: minPosition === undefined ? undefined : parsePosition(minPosition),
    };
    return trace.ask(viewer, options, asked);
  };
  /** A table, in the form that was asked for. */
  const table = <A extends Answer>(
    of: Omit<Route, 'produces'>,
    asked: (asking: Asking, question: Question) => A,
    asJson: (answer: Awaited<A>) => unknown = (answer) => answer,
  ): QueryRoute =>
    route({ ...of, produces: [JSON_TYPE, CSV, XLSX] }, async (question) => {
      const { accepts, language } = question;
      const answer = await ask(question, (asking) => asked(asking, question));
      if (accepts === JSON_TYPE) return { type: JSON_TYPE, body: asJson(answer) };
      const headers = attachment(answer, accepts === CSV ? 'csv' : 'xlsx');
      if (accepts === CSV) return { type: `${CSV}; charset=utf-8`, headers, body: answerCsv(answer, language) };
      return { type: XLSX, headers, body: workbookOf(answer, language) };
    });
  const view = (of: Route, asked: (asking: Asking, question: Question) => unknown): QueryRoute =>
    route(of, async (question) => ({ type: JSON_TYPE, body: await ask(question, (asking) => asked(asking, question)) }));
  const history = (of: Omit<Route, 'produces' | 'query'>, asked: (asking: Asking, question: Question) => EntryAt[]): QueryRoute =>
    route({ ...of, query: HistoryQuery, produces: [JSON_TYPE, NDJSON] }, async (question) => {
      const { entries, position } = await ask(question, (asking) => ({
        entries: asked(asking, question),
        position: asking.snapshot.moment.position,
      }));
      const { from, limit, disclosures } = question.query as z.output<typeof HistoryQuery>;
      if (disclosures !== undefined) checkDisclosing(question, disclosing, disclosures);
      if (question.accepts === NDJSON) return { type: NDJSON, body: Readable.from(ndjsonOf(trace.store, entries)) };
      const events: HistoryEvent[] = [];
      for await (const event of historyOf(trace.store, entries.slice(from, from + limit), entries)) events.push(event);
      const next = from + limit < entries.length ? from + limit : null;
      const shown = disclosures === undefined ? events : await disclosed(question, disclosing!, events, disclosures);
      const headers: Record<string, string> = disclosures === undefined ? {} : { 'cache-control': 'no-store' };
      return { type: JSON_TYPE, headers, body: { position, entries: entries.length, events: shown, next } };
    });

  const origin = (question: Question) => originOf(question.query as z.output<typeof OriginQuery>);
  const param = (question: Question, name: string) => question.params[name]!;
  const linksOf = (question: Question) => (question.query as z.output<typeof PatientQuery>).links;

  return [
    table(
      {
        path: '/v1/traces/units',
        title: {
          en: 'Units that came of a donor, donation, batch, unit or lot',
          zh: '由供者、捐献、批次、单元或物料批号追溯到单元',
        },
        query: OriginQuery,
      },
      (asking, question) => traceUnits(asking, origin(question)),
    ),
    table(
      {
        path: '/v1/traces/recipients',
        title: { en: 'Recipients of what came of it', zh: '追溯到受者' },
        query: OriginQuery,
      },
      (asking, question) => traceRecipients(asking, origin(question)),
    ),
    table(
      {
        path: '/v1/traces/origins',
        title: { en: 'Donors of a unit, or of the units of a batch', zh: '由单元或批次追溯到供者' },
        query: UnitsQuery,
      },
      (asking, question) => traceOrigins(asking, question.query as { batch: string } | { unit: string }),
    ),
    table(
      {
        path: '/v1/traces/failures',
        title: { en: 'A batch or lot fails: who has how many', zh: '批次或物料不合格：各机构数量' },
        query: OriginQuery,
      },
      (asking, question) => traceFailure(asking, origin(question)),
    ),
    table(
      {
        path: '/v1/traces/look-back',
        title: { en: 'A donor is found ineligible: look-back', zh: '供者不合格回溯' },
        query: DonorQuery,
      },
      (asking, question) => {
        const { donor, links } = question.query as z.output<typeof DonorQuery>;
        return traceLookBack(asking, donor, links);
      },
    ),
    table(
      {
        path: '/v1/patients/:patient/given',
        title: { en: 'What a patient was given', zh: '患者所接受的单元' },
        query: PatientQuery,
      },
      (asking, question) => traceGiven(asking, param(question, 'patient'), linksOf(question)),
    ),
    table(
      {
        path: '/v1/patients/:patient/donors',
        title: { en: "Donors of a patient's cells", zh: '患者细胞的供者' },
        query: PatientQuery,
      },
      (asking, question) => traceDonors(asking, param(question, 'patient'), linksOf(question)),
    ),
    table(
      {
        path: '/v1/patients/:patient/materials',
        title: { en: "Everything that touched a patient's cells", zh: '接触过患者细胞的物料' },
        query: PatientQuery,
      },
      (asking, question) => traceMaterials(asking, param(question, 'patient'), linksOf(question)),
    ),
    table(
      {
        path: '/v1/patients/:patient/work',
        title: { en: "Where, with what and by whom a patient's cells were made", zh: '患者细胞的制备房间、设备与人员' },
        query: PatientQuery,
      },
      (asking, question) => traceWork(asking, param(question, 'patient'), linksOf(question)),
    ),
    view(
      { path: '/v1/batches/:batchId', title: { en: 'A batch with its units', zh: '批次及其单元' }, query: AsOfQuery },
      (asking, question) => viewBatch(asking, param(question, 'batchId')),
    ),
    route(
      {
        path: '/v1/batches/:batchId/dossier',
        title: { en: 'Release dossier, as it was recorded and as it was reviewed', zh: '放行档案' },
        description:
          'As text/html (or `?format=html`): the auditor’s copy, with the printed name of each signer and what the signature means.',
        query: AsOfQuery,
        produces: [JSON_TYPE, HTML],
      },
      async (question) => {
        const batch = param(question, 'batchId');
        const dossier = await ask(question, (asking) => dossierOf(asking, trace.store, batch));
        if (question.accepts === JSON_TYPE) return { type: JSON_TYPE, body: jsonOf(dossier) };
        const copy = await printed(dossier, question, trace, disclosing);
        return { type: `${HTML}; charset=utf-8`, headers: { 'cache-control': 'no-store', ...HTML_HEADERS }, body: copy };
      },
    ),
    history(
      {
        path: '/v1/batches/:batchId/history',
        title: { en: 'A batch with everything upstream and downstream, event by event', zh: '批次及其上下游全部历史' },
      },
      (asking, question) => familyEntries(asking, param(question, 'batchId')),
    ),
    view(
      { path: '/v1/units/:unitId', title: { en: 'Where a unit is, in whose custody', zh: '单元所在与责任方' }, query: AsOfQuery },
      (asking, question) => viewUnit(asking, param(question, 'unitId')),
    ),
    view(
      { path: '/v1/treatments/:treatmentId', title: { en: 'A treatment', zh: '治疗' }, query: AsOfQuery },
      (asking, question) => viewTreatment(asking, param(question, 'treatmentId')),
    ),
    table(
      {
        path: '/v1/whereabouts',
        title: { en: 'Where every unit is now, and who answers for it', zh: '全部单元所在与责任方' },
        query: WhereaboutsQuery,
      },
      (asking, question) => unitsHeld(asking, question.query as z.output<typeof WhereaboutsQuery>),
    ),
    table(
      { path: '/v1/due', title: { en: 'What is due', zh: '待办事项' }, query: DueQuery },
      (asking, question) => {
        const { now, kind: kinds, overdue, until } = question.query as z.output<typeof DueQuery>;
        return dueAnswer(asking, now ?? new Date().toISOString(), { kinds, overdue, until });
      },
      ({ now, asOf, rows }) => ({ now, position: asOf.position, due: rows }),
    ),
    view(
      { path: '/v1/search', title: { en: 'What a scanned or typed code may mean', zh: '按编号查找' }, query: SearchQuery },
      (asking, question) => ({ candidates: search(asking, (question.query as { q: string }).q) }),
    ),
    history(
      { path: '/v1/streams/:stream/history', title: { en: 'One record, event by event', zh: '单一记录的全部历史' } },
      (asking, question) => streamEntries(asking, param(question, 'stream')),
    ),
    view(
      {
        path: '/v1/streams/:stream/state',
        title: { en: 'A record as it was at a moment', zh: '记录在某一时刻的状态' },
        query: AsOfQuery,
      },
      async (asking, question) => {
        const { position, recordedAt } = asking.snapshot.moment;
        return { position, recordedAt, state: await stateOf(asking, trace, param(question, 'stream')) };
      },
    ),
    route(
      {
        path: '/v1/streams/:stream/differences',
        title: { en: 'What changed in a record between two moments', zh: '记录在两个时刻之间的变化' },
        query: DifferenceQuery,
      },
      async (question) => {
        const { before, after } = question.query as z.output<typeof DifferenceQuery>;
        const stateThen = (asOf: string | undefined) =>
          ask(question, (asking) => stateOf(asking, trace, param(question, 'stream')), asOf);
        const [left, right] = [await stateThen(before), await stateThen(after)];
        return { type: JSON_TYPE, body: { before, after: after ?? null, differences: differences(left, right) } };
      },
    ),
  ];
}

function attachment({ trace, asOf }: Answer, extension: string): Readonly<Record<string, string>> {
  return {
    'content-disposition': `attachment; filename="${trace}-${asOf.position}.${extension}"`,
    'cytoledger-position': asOf.position,
  };
}

/** @throws Refusal */
function checkDisclosing({ accepts, caller }: Question, disclosing: Disclosing | undefined, asked: 'shown' | 'look-back'): void {
  if (!disclosing || accepts === NDJSON) {
    throw new Refusal({
      status: 400,
      code: 'disclosures-not-here',
      title: { en: 'Personal values are not opened here', zh: '此处不开启个人信息' },
      detail: disclosing
        ? { en: 'They come page by page, as application/json.', zh: '个人信息逐页给出，格式为 application/json。' }
        : { en: 'This process has no vault.', zh: '本进程没有个人信息库。' },
    });
  }
  if (asked === 'look-back' && !caller.roles.some((role) => LOOKING_BACK.includes(role))) {
    throw new Refusal({
      status: 403,
      code: 'forbidden',
      title: TITLES.notAllowed,
      detail: { en: `A look-back is for ${LOOKING_BACK.join(', ')}.`, zh: `回溯查询仅供以下角色：${LOOKING_BACK.join('、')}。` },
    });
  }
}

async function disclosed(
  { caller, params }: Question,
  { vault, onOpened }: Disclosing,
  events: readonly HistoryEvent[],
  asked: 'shown' | 'look-back',
): Promise<HistoryEvent[]> {
  const lookBack = asked === 'look-back';
  const shown = await withDisclosed(vault, viewerOf(caller)!, events, { lookBack });
  const values = shown.flatMap((event) => event.disclosed.filter((each) => 'value' in each)).length;
  if (values > 0) onOpened({ by: caller, path: Object.values(params).join('/'), values, lookBack });
  return shown;
}

/** Names of signers belong to every human-readable copy of what they signed (21 CFR 11.50(b)): whoever may read the dossier has them. */
async function printed(
  dossier: Dossier,
  { caller, language }: Question,
  trace: TraceModel,
  disclosing: Disclosing | undefined,
): Promise<string> {
  const signers = dossier.signed.flatMap(({ signatures }) => signatures.flatMap(({ person }) => person ?? []));
  const names = disclosing ? await printedNames(trace.store, disclosing.vault, signers) : null;
  const values = names ? [...names.values()].filter((each) => 'name' in each).length : 0;
  if (values > 0) disclosing?.onOpened({ by: caller, path: `dossier of ${dossier.batch}`, values, lookBack: false });
  const printedFor = [caller.org, caller.person ?? caller.client].filter(Boolean).join('/');
  return auditorsCopy(dossier, { language, names, printedFor, printedAt: new Date().toISOString() });
}

/** @throws TraceError `not-found` where it had no events at the moment, or the viewer may not read it */
async function stateOf({ snapshot, sight }: Asking, trace: TraceModel, stream: string): Promise<Json> {
  const number = knownBy(snapshot, stream);
  if (number === undefined || !seesStream(snapshot, sight, number)) {
    throw new TraceError('not-found', `nothing is known of ${stream} at this moment`);
  }
  const namesPatients = stream.startsWith('batch-') && !seesPatientsOf(snapshot, sight, number);
  const state = jsonOf(await stateAt(trace.store, stream, newestSeq(snapshot, number)));
  return namesPatients ? withoutPatients(state) : state;
}

/** Every member `patient`, at whatever depth, as null. */
function withoutPatients(state: Json): Json {
  if (typeof state !== 'object' || state === null) return state;
  if (Array.isArray(state)) return state.map(withoutPatients);
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [name, name === 'patient' ? null : withoutPatients(value as Json)]),
  );
}
