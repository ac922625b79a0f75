import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { batches } from '@cytoledger/domain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser, chromium } from '../../../../test/doubles/browser.ts';
import { aWard, BAG, OTHERS_BAG } from './ward.fixture.ts';

if (chromium === undefined) console.warn('skipped: the bedside pages are not opened: there is no chromium on this machine');

const { IDS } = batches.hospitalExamples;
const HOUR_MS = 3_600_000;
const ready = "document.documentElement.dataset.ready === 'yes'";

describe.skipIf(chromium === undefined)('the bedside pages in a browser', () => {
  let browser: Browser;
  let ward: Awaited<ReturnType<typeof aWard>>;
  const folder = mkdtempSync(join(tmpdir(), 'cytoledger-bedside-'));
  /** How long ago the snapshots of the ward are made. */
  let ago = 0;

  beforeAll(async () => {
    browser = new Browser(chromium!);
    ward = await aWard({ now: () => Date.now() - ago });
  });
  afterAll(async () => {
    await browser?.close();
    await ward?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const says = (selector: string) => browser.evaluate<string>(`document.querySelector('${selector}').innerText`);
  const type = (id: string, text: string) =>
    browser.evaluate(
      `(() => { const field = document.getElementById('${id}'); field.value = ${JSON.stringify(text)}; field.dispatchEvent(new Event('input')); })()`,
    );
  const judge = async (unit: string, patient: string) => {
    await type('unit', unit);
    await type('patient', patient);
    await browser.evaluate("document.getElementById('ask').requestSubmit()");
    await browser.until(
      "document.getElementById('answer').innerText !== '' || document.getElementById('fault').innerText !== ''",
    );
    return browser.evaluate<string>("document.getElementById('answer').className");
  };
  let made = 0;
  const fromDisk = async (options: { hoursOld?: number; change?: (html: string) => string; language?: string } = {}) => {
    const { hoursOld = 0, change = (html: string) => html, language = 'en-US' } = options;
    ago = hoursOld * HOUR_MS;
    const html = await (await ward.ask(`/v1/sites/${IDS.hospital}/gate-snapshot?format=html`)).text();
    const path = join(folder, `${++made}.html`);
    writeFileSync(path, change(html));
    await browser.open(pathToFileURL(path).href, { language });
    await browser.until(ready);
  };

  it('open from a disk: the right bag is green, the wrong patient’s is red with plain reasons, both languages', async () => {
    await fromDisk();
    expect(await says('#fault')).toBe('');
    expect(await says('#age-words')).toBe('0 min');
    expect(await judge(BAG, IDS.patient)).toBe('green');
    expect(await says('#answer')).toContain('GREEN');
    expect(await judge(OTHERS_BAG, IDS.patient)).toBe('red');
    expect(await says('#answer')).toContain('WRONG PATIENT');
    expect(await judge('HUCMSC-0', IDS.patient)).toBe('red');
    expect(await says('#answer')).toContain('not in this snapshot');
    await browser.evaluate("document.getElementById('language').click()");
    expect(await judge(OTHERS_BAG, IDS.patient)).toBe('red');
    expect(await says('#answer')).toContain('患者不符');
    expect(browser.complaints).toEqual([]);
  });

  it('print their age in big letters, and go amber with it', async () => {
    await fromDisk({ hoursOld: 5 });
    expect(await says('#age-words')).toBe('5 h 0 min');
    expect(await browser.evaluate('parseFloat(getComputedStyle(document.getElementById("age-words")).fontSize) >= 48')).toBe(
      true,
    );
    expect(await judge(BAG, IDS.patient)).toBe('amber');
    expect(await says('#answer')).toContain('5 h 0 min ago');
  });

  it('answer nothing when they have expired', async () => {
    await fromDisk({ hoursOld: 9, language: 'zh-CN' });
    expect(await says('#age')).toContain('过期');
    expect(await judge(BAG, IDS.patient)).toBe('red');
    expect(await says('#answer')).toContain('过期');
  });

  it('answer nothing when a byte of the snapshot was changed', async () => {
    const change = (html: string) =>
      html.replace(/(name="snapshot" content="[^".]*\.)([^".]*)/, (_, head: string, payload: string) => {
        const text = Buffer.from(payload, 'base64url').toString().replace(IDS.patient.toUpperCase(), 'PATIENT-9999');
        return head + Buffer.from(text).toString('base64url');
      });
    await fromDisk({ change });
    expect(await says('#fault')).toContain('not what was signed');
    await type('unit', BAG);
    await type('patient', 'PATIENT-9999');
    await browser.evaluate("document.getElementById('ask').requestSubmit()");
    expect(await browser.evaluate("document.getElementById('answer').className")).toBe('');
    expect(await says('#age-words')).toBe('–');
  });

  it('answer nothing by a clock that was set back', async () => {
    await fromDisk();
    await browser.evaluate(`localStorage.setItem('cytoledger-bedside-seen', String(Date.now() + ${HOUR_MS}))`);
    expect(await judge(BAG, IDS.patient)).toBe('red');
    expect(await says('#answer')).toContain('set back');
    await browser.evaluate('localStorage.clear()');
  });

  it('take a newer snapshot from a file, and neither an older nor a changed one', async () => {
    await fromDisk({ hoursOld: 3 });
    const file = async (name: string, hoursOld: number, change = (text: string) => text) => {
      ago = hoursOld * HOUR_MS;
      const text = await (await ward.ask(`/v1/sites/${IDS.hospital}/gate-snapshot?format=jose`)).text();
      writeFileSync(join(folder, name), change(text));
      await browser.choose('#newer', join(folder, name));
    };
    await file('changed.jws', 0, (text) => `${text.slice(0, -4)}AAAA`);
    await browser.until("document.getElementById('fault').innerText.includes('not what was signed')");
    await file('older.jws', 4);
    await browser.until("document.getElementById('fault').innerText.includes('older')");
    expect(await says('#age-words')).toBe('3 h 0 min');
    await file('newer.jws', 1);
    await browser.until("document.getElementById('age-words').innerText === '1 h 0 min'");
    expect(await says('#fault')).toBe('');
    expect(await judge(BAG, IDS.patient)).toBe('green');
  });

  it('open from the platform: asked with a token, green and red', async () => {
    ago = 0;
    await browser.open(`${ward.url}/bedside`, { language: 'en-US' });
    await browser.until(ready);
    await type('token', `${IDS.hospital}/hospital.nurse`);
    expect(await judge(BAG, IDS.patient)).toBe('green');
    expect(await judge(OTHERS_BAG, IDS.patient)).toBe('red');
    expect(await says('#answer')).toContain('WRONG PATIENT');
    await type('token', `${IDS.hospital}/courier`);
    expect(await judge(BAG, IDS.patient)).toBe('');
    expect(await says('#fault')).toContain('may not ask');
    // An answer goes away with what it was about.
    await type('token', `${IDS.hospital}/hospital.nurse`);
    expect(await judge(BAG, IDS.patient)).toBe('green');
    await type('unit', OTHERS_BAG);
    expect(await says('#answer')).toBe('');
    expect(browser.complaints.filter((each) => !each.includes('403'))).toEqual([]);
  });

  it('fit a telephone', async () => {
    await browser.open(`${ward.url}/bedside`, { width: 360 });
    expect(await browser.evaluate('document.documentElement.scrollWidth <= 360')).toBe(true);
  });
});
