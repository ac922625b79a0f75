import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storyOf } from '../../../test/attacks/story.fixture.ts';
import { Browser, chromium } from './browser.fixture.ts';

if (chromium === undefined) console.warn('skipped: the page is not opened: there is no chromium on this machine');

const PAGE = new URL('../verify.html', import.meta.url).href;
const golden = (name: string) => fileURLToPath(new URL(`../../../test/attacks/golden/${name}`, import.meta.url));
const BUNDLE = golden('bundle.ndjson');
const POLICY = golden('policy.txt');

describe.skipIf(chromium === undefined)('the page, opened from a disk in a browser', () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'cytoledger-page-'));
  const { ledger } = storyOf();
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const lines = readFileSync(BUNDLE, 'utf8').split('\n');

  beforeAll(() => {
    browser = new Browser(chromium!);
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const says = (selector: string) => browser.evaluate<string>(`document.querySelector('${selector}').innerText`);
  const type = (id: string, text: string) =>
    browser.evaluate(
      `(() => { const field = document.getElementById('${id}'); field.value = ${JSON.stringify(text)}; field.dispatchEvent(new Event('input')); })()`,
    );
  const ask = async () => {
    await browser.evaluate("document.getElementById('verify').click()");
    await browser.until("!document.getElementById('verify').disabled");
  };
  const verdict = async (bundle: string, policy = POLICY) => {
    await browser.choose('#policy-file', policy);
    await browser.choose('#bundle-file', bundle);
    await ask();
    return says('#verdict');
  };

  it('says of a bundle to which size it is complete, when that was seen, and who vouches for what', async () => {
    await browser.open(PAGE);
    expect(await verdict(BUNDLE)).toBe('Complete to size 28, seen 2026-11-21 09:01:50 UTC');
    const result = await says('#result');
    for (const told of [
      'monitor-a.example',
      'batch.released.v1',
      'p-qa · lab',
      'key-revoked',
      'the platform only',
      'content not shown',
    ])
      expect(result).toContain(told);
    expect(result).toContain(createHash('sha256').update(readFileSync(POLICY)).digest('hex'));
    expect(await browser.evaluate('document.activeElement.id')).toBe('verdict');
  });

  it('works in a worker, and its own content security policy has nothing against it', async () => {
    await browser.open(PAGE);
    await verdict(BUNDLE);
    expect(await browser.evaluate('document.documentElement.dataset.work')).toBe('worker');
    expect(browser.complaints).toEqual([]);
  });

  it('asks nobody: what a script of the page would fetch is refused', async () => {
    await browser.open(PAGE);
    const refused = "fetch('data:text/plain,x').then(() => 'fetched', () => 'refused')";
    expect(await browser.evaluate(refused)).toBe('refused');
    browser.complaints.length = 0;
  });

  it('says the same where a browser gives it no worker', async () => {
    await browser.open(PAGE);
    await browser.evaluate('void (window.Worker = class { constructor() { throw new Error("none"); } })');
    expect(await verdict(BUNDLE)).toBe('Complete to size 28, seen 2026-11-21 09:01:50 UTC');
    expect(await browser.evaluate('document.documentElement.dataset.work')).toBe('page');
  });

  it('names code, line and meaning of what was tampered with', async () => {
    await browser.open(PAGE);
    const at = lines.findIndex((line) => line.includes('batch.harvested.v1'));
    const tampered = lines.map((line, n) => (n === at ? line.replace('95.0', '97.0') : line)).join('\n');
    expect(await verdict(file('tampered.ndjson', tampered))).toBe('Not proved: body-digest-mismatch');
    const result = await says('#result');
    expect(result).toContain(`${at + 1}`);
    expect(result).toContain('The content of a record was changed after it was recorded.');
    expect(result).not.toContain('p-qa');
  });

  it('takes a policy that was pasted, and refuses one that is none', async () => {
    await browser.open(PAGE);
    await browser.choose('#bundle-file', BUNDLE);
    await type('policy-text', readFileSync(POLICY, 'utf8'));
    await ask();
    expect(await says('#verdict')).toContain('Complete to size 28');
    await type('policy-text', 'cytoledger/policy/v1\n');
    await ask();
    expect(await says('#verdict')).toBe('Not proved: policy-malformed');
  });

  it('answers what a reader knows besides: a size, a time, a checkpoint, another bundle', async () => {
    await browser.open(PAGE);
    await type('min-size', '29');
    expect(await verdict(BUNDLE)).toBe('Not proved: size-below-minimum');
    await type('min-size', '28');
    await type('not-before', '2026-11-21T17:30:00+08:00');
    expect(await verdict(BUNDLE)).toBe('Not proved: older-than-asked');
    await type('not-before', '2026-11-21T17:00:00+08:00');
    await browser.choose('#saved', file('saved', ledger.notes.get([...ledger.notes.keys()][0]!)!));
    await browser.choose('#compare', BUNDLE);
    expect(await verdict(BUNDLE)).toContain('Complete to size 28');
    expect(await says('#result')).toContain('this log goes on from it');
    expect(await says('#result')).toContain('no contradiction');
    await browser.choose('#compare', file('cut', lines.slice(0, 5).join('\n')));
    expect(await verdict(BUNDLE)).toBe('Not proved: truncated');
    expect(await says('#result')).toContain('wrong with the file that you compare with');
  });

  it('says what is missing before it begins, beside the field', async () => {
    await browser.open(PAGE);
    await type('not-before', 'yesterday');
    await ask();
    expect(await says('#policy-fault')).toContain('Bring a policy');
    expect(await says('#not-before-fault')).toContain('time zone');
    expect(await browser.evaluate('document.activeElement.id')).toBe('policy-text');
    expect(await browser.evaluate("document.getElementById('result').hidden")).toBe(true);
  });

  it('speaks Chinese where the browser does, and changes over with the result on it', async () => {
    await browser.open(PAGE, { language: 'zh-CN' });
    expect(await verdict(BUNDLE)).toBe('完整至大小 28，见证时间 2026-11-21 09:01:50 UTC');
    expect(await browser.evaluate('document.documentElement.lang')).toBe('zh-Hans');
    await browser.evaluate("document.getElementById('in-en').click()");
    expect(await says('#verdict')).toContain('Complete to size 28');
  });

  it('fits a narrow screen without scrolling sideways', async () => {
    await browser.open(PAGE, { width: 360 });
    await verdict(BUNDLE);
    expect(await browser.evaluate('document.documentElement.scrollWidth <= 360')).toBe(true);
  });

  it('tells the digest of its own verifying code', async () => {
    await browser.open(PAGE);
    const [, code] = /<script id="reader">([\s\S]*?)<\/script>/.exec(readFileSync(new URL(PAGE), 'utf8'))!;
    expect(await says('#reader-hash')).toBe(createHash('sha256').update(code!).digest('hex'));
  });
});
