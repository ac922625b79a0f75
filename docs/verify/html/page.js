import { bytesOf, hex, sha256, sizeOf, timeOf, verifyFiles } from './core.js';
import { renderResult } from './result.js';
import { TEXTS } from './texts.js';

/** The form: what the reader brings, and where the work is done. */

/**
 * @typedef {keyof typeof TEXTS} Language
 * @typedef {import('./files.js').Request} Request
 * @typedef {import('./files.js').Outcome} Outcome
 * @typedef {{ readonly outcome: Outcome, readonly policyHash: string }} Result
 */

/** @template {HTMLElement} [T=HTMLElement] @param {string} id @returns {T} */
function element(id) {
  return /** @type {T} */ (document.getElementById(id));
}

const form = element('request');
const policyFile = /** @type {HTMLInputElement} */ (element('policy-file'));
const policyText = /** @type {HTMLTextAreaElement} */ (element('policy-text'));
const bundleFile = /** @type {HTMLInputElement} */ (element('bundle-file'));
const minSize = /** @type {HTMLInputElement} */ (element('min-size'));
const notBefore = /** @type {HTMLInputElement} */ (element('not-before'));
const savedFile = /** @type {HTMLInputElement} */ (element('saved'));
const compareFile = /** @type {HTMLInputElement} */ (element('compare'));
const verifyButton = /** @type {HTMLButtonElement} */ (element('verify'));
const stopButton = element('stop');
const working = element('working');
const progress = /** @type {HTMLProgressElement} */ (element('progress'));
const drop = element('drop');
const result = element('result');

/** @type {Language} */
let language = /^zh\b/i.test(navigator.language) ? 'zh' : 'en';
/** The policy's file, as long as its text was not changed here. @type {File | undefined} */
let chosenPolicy;
/** @type {File | undefined} */
let droppedBundle;
/** @type {Result | undefined} */
let shown;
/** Ends what is going on. @type {(() => void) | undefined} */
let stop;

/** @param {Language} chosen */
function speak(chosen) {
  language = chosen;
  const texts = TEXTS[language];
  document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
  document.title = `${texts.title} · Cytoledger`;
  for (const place of document.querySelectorAll('[data-text]')) {
    const name = /** @type {keyof typeof texts} */ (/** @type {HTMLElement} */ (place).dataset.text);
    place.textContent = /** @type {string} */ (texts[name]);
  }
  element('limits').replaceChildren(
    ...texts.limits.map((limit) => {
      const item = document.createElement('li');
      item.textContent = limit;
      return item;
    }),
  );
  element('in-en').setAttribute('aria-pressed', String(language === 'en'));
  element('in-zh').setAttribute('aria-pressed', String(language === 'zh'));
  clearFaults();
  if (shown !== undefined) renderResult(result, { ...shown, language });
}

/** @param {HTMLElement} field @param {string} fault its element @param {string} text */
function complain(field, fault, text) {
  field.setAttribute('aria-invalid', 'true');
  element(fault).textContent = text;
  element(fault).hidden = false;
  if (field.closest('details') !== null) /** @type {HTMLDetailsElement} */ (element('more')).open = true;
}

function clearFaults() {
  for (const fault of document.querySelectorAll('.fault')) /** @type {HTMLElement} */ (fault).hidden = true;
  for (const field of document.querySelectorAll('[aria-invalid]')) field.removeAttribute('aria-invalid');
}

/** What is asked; undefined where something is missing, which is then said. @returns {Promise<Request | undefined>} */
async function requestOfForm() {
  clearFaults();
  const texts = TEXTS[language];
  const bundle = droppedBundle ?? bundleFile.files?.[0];
  const size = minSize.value.trim();
  const time = notBefore.value.trim();
  if (chosenPolicy === undefined && policyText.value.trim() === '') complain(policyText, 'policy-fault', texts.noPolicy);
  if (bundle === undefined) complain(bundleFile, 'bundle-fault', texts.noBundle);
  if (size !== '' && sizeOf(size) === undefined) complain(minSize, 'min-size-fault', texts.badNumber);
  if (time !== '' && timeOf(time) === undefined) complain(notBefore, 'not-before-fault', texts.badTime);
  const first = /** @type {HTMLElement | null} */ (document.querySelector('[aria-invalid]'));
  if (bundle === undefined || first !== null) {
    first?.focus();
    return undefined;
  }
  const saved = savedFile.files?.[0];
  const compare = compareFile.files?.[0];
  return {
    policy: new Uint8Array(await bytesOf(chosenPolicy ?? new Blob([policyText.value]))),
    bundle,
    ...(compare === undefined ? {} : { compare }),
    questions: {
      ...(size === '' ? {} : { minSize: Number(size) }),
      ...(time === '' ? {} : { notBefore: time }),
      ...(saved === undefined ? {} : { saved: new Uint8Array(await bytesOf(saved)) }),
    },
  };
}

/** @param {number} done @param {number} total */
function tell(done, total) {
  progress.value = total === 0 ? 100 : Math.floor((100 * done) / total);
}

/**
 * In a worker, so that the page stays alive; where the browser gives none to a page from a disk, here, piece by piece.
 *
 * @param {Request} request
 * @returns {Promise<Outcome>}
 */
function work(request) {
  return new Promise((resolve, reject) => {
    let heard = false;
    const here = () => {
      document.documentElement.dataset.work = 'page';
      verifyFiles(request, tell).then(resolve, reject);
    };
    /** @type {Worker} */
    let worker;
    try {
      const source = `${element('reader').textContent}\ncytoledgerReader.serveRequest(self);`;
      const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
      worker = new Worker(address);
    } catch {
      here();
      return;
    }
    stop = () => {
      worker.terminate();
      reject(new Stopped());
    };
    worker.onmessage = ({ data }) => {
      heard = true;
      if (data.kind === 'progress') tell(data.done, data.total);
      else worker.terminate();
      if (data.kind === 'outcome') resolve(data.outcome);
      if (data.kind === 'error') reject(new Error(data.message));
    };
    worker.onerror = () => {
      worker.terminate();
      if (heard) reject(new Error('the worker ended'));
      else here();
    };
    document.documentElement.dataset.work = 'worker';
    worker.postMessage(request);
  });
}

class Stopped extends Error {}

/** @param {boolean} on */
function busy(on) {
  verifyButton.disabled = on;
  working.hidden = !on;
  stopButton.hidden = !on;
  progress.value = 0;
  if (!on) stop = undefined;
}

async function verifyNow() {
  shown = undefined;
  result.hidden = true;
  busy(true);
  say(TEXTS[language].working);
  try {
    const request = await requestOfForm();
    if (request === undefined) {
      say('');
      return;
    }
    const outcome = await work(request);
    shown = { outcome, policyHash: hex(sha256(request.policy)) };
    say('');
    renderResult(result, { ...shown, language });
    element('verdict').focus();
  } catch (error) {
    say(error instanceof Stopped ? TEXTS[language].stopped : TEXTS[language].unread.replace('{0}', () => String(error)), true);
  } finally {
    busy(false);
  }
}

/** To those who listen; and to those who look, where there is no result to look at. @param {string} text @param {boolean} [visibly] */
function say(text, visibly = false) {
  const status = element('status');
  status.textContent = text;
  status.className = visibly ? 'notice' : 'spoken';
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (!verifyButton.disabled) verifyNow();
});
stopButton.addEventListener('click', () => stop?.());
element('in-en').addEventListener('click', () => speak('en'));
element('in-zh').addEventListener('click', () => speak('zh'));

policyFile.addEventListener('change', async () => {
  chosenPolicy = policyFile.files?.[0];
  if (chosenPolicy !== undefined) policyText.value = new TextDecoder().decode(await bytesOf(chosenPolicy));
});
policyText.addEventListener('input', () => {
  chosenPolicy = undefined;
  policyFile.value = '';
});
bundleFile.addEventListener('change', () => {
  droppedBundle = undefined;
});
for (const kind of ['dragenter', 'dragover', 'dragleave', 'drop'])
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle('over', kind === 'dragenter' || kind === 'dragover');
  });
drop.addEventListener('drop', (event) => {
  const files = event.dataTransfer?.files;
  if (files === undefined || files.length === 0) return;
  droppedBundle = files[0];
  bundleFile.files = files;
});
// A file that misses its place must not take the page away.
for (const kind of ['dragover', 'drop']) window.addEventListener(kind, (event) => event.preventDefault());

element('reader-hash').textContent = hex(sha256(new TextEncoder().encode(element('reader').textContent ?? '')));
speak(language);
