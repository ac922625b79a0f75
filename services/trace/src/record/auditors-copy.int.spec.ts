import { contentDigest, disclose, generateKey, signContent } from '@cytoledger/attest';
import { registry } from '@cytoledger/domain';
import type { Said } from '@cytoledger/read-models/specification';
import type { Vault } from '@cytoledger/vault';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../query/viewer.ts';
import { uuid } from '../specification/ids.ts';
import * as story from '../specification/story.ts';
import { TraceBench } from '../specification/trace-bench.ts';
import { auditorsCopy } from './auditors-copy.ts';
import { type Dossier, dossierOf } from './dossier.ts';
import { printedNames } from './printed-names.ts';

const { ids } = story;
const BATCH = ids.batch(0);
const RELEASE = uuid(0xe1, 1);
const REPORT = uuid(0xe1, 2);
const DIGEST = 'A'.repeat(43);
const AUDITOR: Viewer = { kind: 'auditor', org: 'auditors', granted: new Set([`batch-${BATCH}`]) };

const salt = 'abcdefghijklmnopqrstuv';
const people = [
  { person: 'staff-0021', role: 'lab.qa', name: '王 <芳>', key: generateKey() },
  { person: 'staff-0022', role: 'lab.qp', name: '李强', key: generateKey() },
].map((each) => ({ ...each, disclosed: disclose(salt, 'name', each.name) }));
const vault: Pick<Vault, 'open'> = {
  open: async (digests) =>
    new Map(
      people
        .filter(({ disclosed }) => digests.includes(disclosed.digest))
        .map(({ person, disclosed }) => [
          disclosed.digest,
          {
            ...{ subject: person, stream: `staff-${person}`, eventId: 'enrolment', pointer: '/data/name' },
            disclosure: disclosed.disclosure,
          },
        ]),
    ),
};

const enrolments: readonly Said[] = people.flatMap(({ person, role, key, disclosed }) => [
  {
    stream: `staff-${person}`,
    type: registry.staffEnrolled.type,
    data: { org: story.LAB, roles: [role], _sd: [disclosed.digest] },
  },
  {
    stream: `key-${key.kid}`,
    type: registry.keyEnrolled.type,
    data: { kid: key.kid, publicKey: key.publicJwk, org: story.LAB, person, roles: [role], statements: {} },
  },
]);

const sign = (meaning: string) => (content: string) =>
  people.map(({ key }) => ({
    jws: signContent({ contentDigest: contentDigest(content), meaning, signedAt: '2026-11-21T16:00:00+08:00' }, key.privateJwk),
  }));

const exceptional: Said = {
  stream: `batch-${BATCH}`,
  id: RELEASE,
  type: 'batch.exceptionally-released.v1',
  data: {
    scope: { units: [ids.unit({ batch: 0, unit: 0 })] },
    reviewed: { seq: 9, leaf: DIGEST },
    evidence: { documents: [{ title: 'OOS-2026-11', digest: DIGEST }] },
    treatment: ids.treatment(0),
    patient: ids.patient(0),
    failed: [{ line: '1', test: 'viability', results: [{ event: REPORT, index: 0 }] }],
    noAlternative: { assessment: DIGEST },
    riskBenefit: { assessment: DIGEST },
    request: { physician: 'staff-0010', document: DIGEST },
    patientInformed: { document: DIGEST },
  },
  sign: sign('exceptional-release'),
};

const bedside: Said = {
  stream: `batch-${BATCH}`,
  id: uuid(0xe1, 9),
  type: 'batch.unit-infusion-authorised.v1',
  data: { unit: ids.unit({ batch: 0, unit: 0 }), treatment: ids.treatment(0), patient: ids.patient(0) },
  sign: sign('bedside-check'),
};

let bench: TraceBench;
let dossier: Dossier;

beforeAll(async () => {
  bench = await TraceBench.open();
  const page = {
    ...{
      stream: `batch-${BATCH}`,
      id: uuid(0xe1, 3),
      type: 'batch.unit-moved.v1',
      data: { scope: 'whole-batch', tank: 'LN-05' },
    },
    occurredAt: '2026-11-20T16:40:00+08:00',
    capture: {
      ...{ mode: 'paper', precision: 'min', form: 'F-112 v3', transcriber: 'staff-0002', checker: 'staff-0001' },
      sourceRecord: { binder: 'BR-2026-117', page: '31', imageDigest: DIGEST },
    },
  };
  const report = {
    results: [{ test: 'viability', method: 'SOP', line: '1', value: { value: '80', unit: '%' }, verdict: 'fail' }],
  };
  await bench.say(
    ...enrolments,
    ...story.openingEvents(0, [{ donation: 0 }]),
    ...story.processEvents(0, 2),
    { stream: `batch-${BATCH}`, id: REPORT, type: 'batch.test-recorded.v1', data: report },
    page,
    ...story.plannedEvents({ treatment: 0, patient: 0, site: 'hosp-a' }),
    ...story.handingEvents({ batch: 0, unit: 0 }, { treatment: 0, patient: 0, site: 'hosp-a' }),
    bedside,
    exceptional,
  );
  dossier = await bench.ask((asking) => dossierOf(asking, bench.store, BATCH), AUDITOR);
});
afterAll(() => bench.close());

const copy = async (language: 'en' | 'zh', named = true) =>
  auditorsCopy(dossier, {
    language,
    names: named
      ? await printedNames(
          bench.store,
          vault,
          people.map(({ person }) => person),
        )
      : null,
    printedFor: 'auditors/auditor-1',
    printedAt: '2026-11-22T00:00:00.000Z',
  });

describe('the dossier', () => {
  it('tells who signed what in which meaning, and that it holds', () => {
    expect(dossier.signed).toMatchObject([
      {
        event: RELEASE,
        signatures: [
          { person: 'staff-0021', org: story.LAB, roles: ['lab.qa'], meaning: 'exceptional-release', holds: true },
          { person: 'staff-0022', org: story.LAB, roles: ['lab.qp'], meaning: 'exceptional-release', holds: true },
        ],
      },
    ]);
  });

  it('tells whoever may not read what was signed at the bedside of others nothing of who signed it', async () => {
    const overseen = await bench.ask((asking) => dossierOf(asking, bench.store, BATCH));
    expect(overseen.signed.map(({ type }) => type)).toEqual([bedside.type, exceptional.type]);
    const made = await bench.ask((asking) => dossierOf(asking, bench.store, BATCH), { kind: 'laboratory', org: story.LAB });
    expect(made.signed.map(({ type }) => type)).toEqual([exceptional.type]);
  });

  it('gives the grounds of an exception, and names the patient to those only who know the patients', async () => {
    const grounds = { treatment: ids.treatment(0), failed: [{ line: '1' }], request: { physician: 'staff-0010' } };
    expect(dossier.reviewed).toMatchObject([{ disposition: 'exceptionally-released', exception: { ...grounds, patient: null } }]);
    const overseen = await bench.ask((asking) => dossierOf(asking, bench.store, BATCH));
    expect(overseen.reviewed).toMatchObject([{ exception: { ...grounds, patient: ids.patient(0) } }]);
  });

  it('keeps apart what was recorded here and what the signers listed as reviewed', () => {
    const [decision] = dossier.reviewed;
    expect(decision).toMatchObject({ upTo: { seq: 9 }, evidence: { documents: [{ title: 'OOS-2026-11' }] } });
    expect(decision!.unread).toBe(dossier.recorded.events - 2 - 9);
  });
});

describe('a key that is revoked afterwards', () => {
  it('was not, as of the position at which the dossier was asked for', async () => {
    const { kid } = people[0]!.key;
    await bench.say({ stream: `key-${kid}`, type: registry.keyRevoked.type, data: { reason: 'lost', statements: {} } });
    const revoked = async (asOf?: string) => {
      const { signed } = await bench.ask((asking) => dossierOf(asking, bench.store, BATCH), AUDITOR, asOf);
      return signed.flatMap(({ signatures }) => signatures.map((each) => each.revoked));
    };
    expect(await revoked(dossier.position)).toEqual([false, false]);
    expect(await revoked()).toEqual([true, false]);
  });
});

describe("the auditor's copy", () => {
  it('prints names and meanings in either language, with markup in a name kept harmless', async () => {
    const english = await copy('en');
    expect(english).toContain('<td>王 &lt;芳&gt; (staff-0021)</td>');
    expect(english).toContain('<td>exceptional release</td>');
    expect(english).toContain('What the signers listed as reviewed');
    const chinese = await copy('zh');
    expect(chinese).toContain('<html lang="zh-CN">');
    expect(chinese).toContain('<td>例外放行</td>');
    expect(chinese).toContain('<td>李强 (staff-0022)</td>');
    expect(chinese).toContain('（引文待核实）');
  });

  it('prints what was copied from paper: both times, the page, its image, and both persons', async () => {
    expect(await copy('en')).toMatch(
      new RegExp(
        `<h2>Copied from paper</h2>.*<td>2026-11-20T16:40:00\\+08:00</td><td>2.*Z</td><td>F-112 v3</td><td>BR-2026-117, 31</td><td>${DIGEST}</td><td>staff-0002</td><td>staff-0001</td>`,
      ),
    );
    expect(await copy('zh')).toContain('<h2>由纸质转录</h2>');
  });

  it('says as of when it holds, for whom it was printed, and fetches nothing', async () => {
    const text = await copy('en');
    expect(text).toContain(dossier.position);
    expect(text).toContain('auditors/auditor-1');
    expect(text).not.toMatch(/<script|src=|href=|url\(/);
  });

  it('prints pseudonyms where there is no vault, and says where a name is not there', async () => {
    expect(await copy('en', false)).toContain('<td>staff-0021</td>');
    const none = await printedNames(bench.store, { open: async () => new Map() }, ['staff-0021']);
    expect(none.get('staff-0021')).toEqual({ state: 'absent' });
  });
});
