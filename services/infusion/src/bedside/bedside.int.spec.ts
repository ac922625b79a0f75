import { verifyStatement } from '@cytoledger/attest';
import { batches, bedside } from '@cytoledger/domain';
import { afterEach, describe, expect, it } from 'vitest';
import { aWard, BAG, NEW_LABEL, NOT_THEIRS, OLD_LABEL, OTHERS_BAG } from './ward.fixture.ts';

const { IDS } = batches.hospitalExamples;
const SNAPSHOT = `/v1/sites/${IDS.hospital}/gate-snapshot`;

const open: Awaited<ReturnType<typeof aWard>>[] = [];
afterEach(async () => {
  for (const ward of open.splice(0)) await ward.close();
});
async function ward(given: Parameters<typeof aWard>[0] = {}) {
  const made = await aWard(given);
  open.push(made);
  return made;
}

describe('the gate snapshot of a site', () => {
  it('holds the site’s bags with the gate’s answers, its age and the log’s position, and is signed', async () => {
    const now = Date.parse('2027-01-01T00:00:00Z');
    const { ask, key } = await ward({ now: () => now });
    const answer = (await (await ask(SNAPSHOT)).json()) as { jws: string; expiresAt: string; units: number };
    expect(answer).toMatchObject({
      units: 2,
      madeAt: '2027-01-01T00:00:00.000Z',
      expiresAt: '2027-01-01T08:00:00.000Z',
      position: '17',
    });
    const payload = verifyStatement(answer.jws, key, 'cytoledger-gate-snapshot');
    const snapshot = bedside.GateSnapshot.parse(payload);
    expect(snapshot.units.map(({ name, reasons }) => [name, reasons])).toEqual([
      [BAG, []],
      [OTHERS_BAG, []],
    ]);
    expect(bedside.judgeBedside(snapshot, { unit: BAG, patient: IDS.patient, now }).light).toBe('green');
    expect(snapshot.checkpoint).toContain('cells.example/log');
  });

  it('holds the bags of one treatment only where that was asked', async () => {
    const { ask } = await ward();
    expect(await (await ask(`/v1/treatments/${IDS.treatment}/gate-snapshot`)).json()).toMatchObject({ units: 1 });
  });

  it('does not hold when a byte of it was changed', async () => {
    const { ask, key } = await ward();
    const { jws } = (await (await ask(SNAPSHOT)).json()) as { jws: string };
    const [head, payload, signature] = jws.split('.') as [string, string, string];
    const changed = Buffer.from(Buffer.from(payload, 'base64url').toString().replace(BAG, OTHERS_BAG)).toString('base64url');
    const statement = () => verifyStatement([head, changed, signature].join('.'), key, 'cytoledger-gate-snapshot');
    expect(statement).toThrow(expect.objectContaining({ code: 'signature-mismatch' }));
    expect(() => verifyStatement(jws, key, 'cytoledger-key')).toThrow(expect.objectContaining({ code: 'unexpected-typ' }));
  });

  it('is for the site itself, and for oversight', async () => {
    const { ask } = await ward();
    expect((await ask(SNAPSHOT, 'hospital-x/hospital.nurse')).status).toBe(404);
    expect((await ask(`/v1/treatments/${IDS.treatment}/gate-snapshot`, 'hospital-x/hospital.nurse')).status).toBe(404);
    expect((await ask(SNAPSHOT, 'lab-a/lab.qa')).status).toBe(403);
    expect((await ask(SNAPSHOT, 'qcc/oversight')).status).toBe(200);
  });

  it('is not made where there is no key of the log', async () => {
    const { ask } = await ward({ hasKey: false });
    expect(await (await ask(SNAPSHOT)).json()).toMatchObject({ status: 503, code: 'no-key-here' });
  });

  it('comes as a compact JWS, and as a page that nothing but its own script runs in', async () => {
    const { ask } = await ward();
    expect(await (await ask(`${SNAPSHOT}?format=jose`)).text()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const page = await ask(`${SNAPSHOT}?format=html`);
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    const html = await page.text();
    expect(html).not.toMatch(/https?:\/\/|<(?:link|img|iframe)\b|\bsrc=/);
    expect(html.match(/<script\b/g)).toHaveLength(1);
  });
});

describe('the light at the bedside', () => {
  const light = async (unit: string, patient: string, given: Parameters<typeof aWard>[0] = {}) => {
    const { ask } = await ward(given);
    const answer = (await (await ask(`/v1/bedside/light?${new URLSearchParams({ unit, patient })}`)).json()) as {
      light: string;
      reasons: { rule: string }[];
    };
    return [answer.light, ...answer.reasons.map(({ rule }) => rule)];
  };

  it('is green for the right bag, as it was scanned', async () => {
    expect(await light(BAG.toLowerCase(), 'PATIENT-0001')).toEqual(['green']);
  });

  it('is red for the bag of another patient, for one that is not theirs, and for one that there is not', async () => {
    expect(await light(OTHERS_BAG, IDS.patient)).toEqual(['red', 'bedside.other-patient']);
    for (const code of [NOT_THEIRS, 'HUCMSC-0'])
      expect(await light(code, IDS.patient)).toEqual(['red', 'bedside.not-known-here']);
  });

  it('is green for the label on the bag, and red for the one that it replaced', async () => {
    expect(await light(NEW_LABEL, IDS.patient)).toEqual(['green']);
    expect(await light(OLD_LABEL, IDS.patient)).toEqual(['red', 'gate.old-label']);
  });

  it('is red for a recalled bag', async () => {
    expect(await light(BAG, IDS.patient, { recalled: true })).toEqual(['red', 'gate.recalled']);
  });
});
