import { ageInWords, GATE_SNAPSHOT_TYP, judgeBedside, whyUnusable } from '@cytoledger/domain/bedside-judge';
import { element, part, showAnswer, showTexts, spoken } from './shown.js';

/** @typedef {import('@cytoledger/domain/bedside-judge').GateSnapshot} GateSnapshot */

const TEXTS = {
  en: {
    title: 'Bedside check without a network',
    age: 'This information is so old:',
    unit: 'Bag: scan or type its code',
    patient: 'Patient: scan or type the code of patient or treatment',
    judge: 'May this bag go into this patient?',
    all: 'All bags of this snapshot',
    paper: 'On paper this list ages too: it holds until the moment above, and knows of no hold or recall since.',
    bag: 'Bag',
    for: 'For',
    light: 'When made',
    why: 'Why',
    until: 'Usable until',
    newer: 'Read a newer snapshot from a file',
    about: 'Signed; key, site, position of the log and witnessed checkpoint:',
  },
  zh: {
    title: '床旁核对（离线）',
    age: '此信息已有：',
    unit: '单元：扫描或输入编码',
    patient: '患者：扫描或输入患者或治疗编码',
    judge: '这袋细胞可以输给这位患者吗？',
    all: '本快照中的全部单元',
    paper: '纸质清单同样会过时：仅在上述时刻之前有效，其后的暂停或召回不在其中。',
    bag: '单元',
    for: '患者',
    light: '生成时',
    why: '原因',
    until: '有效至',
    newer: '从文件读取更新的快照',
    about: '已签名；密钥、机构、日志位置与见证检查点：',
  },
};
const FAULTS = {
  'no-crypto': {
    en: 'This browser cannot check the signature, so nothing is answered. Open the page in a newer one.',
    zh: '此浏览器无法验证签名，故不作答。请使用较新的浏览器。',
  },
  'not-signed': {
    en: 'This snapshot is not what was signed: somebody or something changed it. Nothing is answered.',
    zh: '快照与签名不符：内容已被更改。不作答。',
  },
  older: {
    en: 'That snapshot is older than the one that is open; it was not taken.',
    zh: '所选快照早于当前快照，未采用。',
  },
};
const SEEN = 'cytoledger-bedside-seen';
const EVERY_MS = 5000;

let language = spoken();
/** @type {GateSnapshot | undefined} */
let snapshot;
/** @type {keyof typeof FAULTS | undefined} */
let fault;
/** @type {number | null} */
let inMemory = null;

/** @param {string} name */
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.getAttribute('content') ?? '';

/** @param {string} text */
function bytesOf(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** The snapshot in a compact JWS by the key of this page; undefined for all else. @param {string} jws @returns {Promise<GateSnapshot | undefined>} */
async function verified(jws) {
  const [head, payload, signature, ...more] = jws.trim().split('.');
  if (head === undefined || payload === undefined || signature === undefined || more.length > 0) return undefined;
  try {
    const x = meta('key');
    const jwk = `{"crv":"Ed25519","kty":"OKP","x":"${x}"}`;
    const kid = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(jwk))));
    const header = JSON.parse(new TextDecoder().decode(bytesOf(head)));
    if (header.alg !== 'EdDSA' || header.typ !== GATE_SNAPSHOT_TYP || header.kid !== kid) return undefined;
    const key = await crypto.subtle.importKey('raw', bytesOf(x), { name: 'Ed25519' }, false, ['verify']);
    const signed = new TextEncoder().encode(`${head}.${payload}`);
    if (!(await crypto.subtle.verify({ name: 'Ed25519' }, key, bytesOf(signature), signed))) return undefined;
    const value = JSON.parse(new TextDecoder().decode(bytesOf(payload)));
    return value.v === 1 && value.origin === meta('origin') ? value : undefined;
  } catch {
    return undefined;
  }
}

async function canVerify() {
  try {
    await crypto.subtle.importKey('raw', bytesOf(meta('key')), { name: 'Ed25519' }, false, ['verify']);
    return true;
  } catch {
    return false;
  }
}

/** The latest time that this device has shown here. */
function lastSeen() {
  try {
    const kept = Number(localStorage.getItem(SEEN) ?? Number.NaN);
    if (Number.isFinite(kept) && kept > 0) return Math.max(kept, inMemory ?? 0);
  } catch {
    // A page from a disk may have no storage: then this sitting's memory has to do.
  }
  return inMemory;
}

/** @param {number} now */
function remember(now) {
  inMemory = Math.max(now, lastSeen() ?? 0);
  try {
    localStorage.setItem(SEEN, String(inMemory));
  } catch {
    // As above.
  }
}

function showAge() {
  const now = Date.now();
  const place = part('age');
  part('fault').textContent = fault === undefined ? '' : FAULTS[fault][language];
  if (!snapshot) {
    place.className = 'age dead';
    part('age-words').textContent = '–';
    part('until').textContent = '';
    return;
  }
  const unusable = whyUnusable(snapshot, { now, lastSeen: lastSeen() });
  const minutes = Math.max(0, Math.floor((now - Date.parse(snapshot.madeAt)) / 60_000));
  place.className = unusable ? 'age dead' : now < Date.parse(snapshot.freshUntil) ? 'age' : 'age stale';
  part('age-words').textContent = ageInWords(minutes)[language];
  const local = (/** @type {string} */ time) => new Date(time).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB');
  part('until').textContent = unusable
    ? unusable[language]
    : language === 'zh'
      ? `生成于 ${local(snapshot.madeAt)}，有效至 ${local(snapshot.expiresAt)}`
      : `Made ${local(snapshot.madeAt)}, answers until ${local(snapshot.expiresAt)}`;
  if (!unusable) remember(now);
}

function showAll() {
  showTexts(TEXTS, language);
  showAge();
  part('about').textContent = snapshot
    ? `${meta('key')} · ${snapshot.site} · ${snapshot.position} · ${(snapshot.checkpoint ?? '–').split('\n').slice(0, 3).join(' ')}`
    : meta('key');
  const rows = (snapshot?.units ?? []).map(({ name, treatment, patient, reasons, warnings, usableUntil }) => {
    const row = document.createElement('tr');
    const light = reasons.length > 0 ? 'RED 红' : warnings.length > 0 ? 'AMBER 黄' : 'GREEN 绿';
    const why = [...reasons, ...warnings].map((reason) => reason[language]).join(' ');
    const meant = treatment === null ? '–' : patient.join(' · ');
    for (const text of [name, meant, light, why, usableUntil ?? '–']) row.append(element('td', text));
    return row;
  });
  part('rows').replaceChildren(...rows);
}

/** @param {Event} event */
function judge(event) {
  event.preventDefault();
  if (!snapshot) return;
  const [unit, patient] = ['unit', 'patient'].map((id) => /** @type {HTMLInputElement} */ (part(id)).value);
  if (unit !== '' && patient === '') return part('patient').focus();
  const now = Date.now();
  showAnswer(part('answer'), judgeBedside(snapshot, { unit, patient, now, lastSeen: lastSeen() }), language);
  showAge();
}

/** @param {string} jws */
async function take(jws) {
  const read = await verified(jws);
  const isOlder = read !== undefined && snapshot !== undefined && Date.parse(read.madeAt) < Date.parse(snapshot.madeAt);
  if (!read) {
    // What was open before is still what was signed; a page without one has nothing to say.
    fault = 'not-signed';
  } else if (isOlder) fault = 'older';
  else {
    fault = undefined;
    snapshot = read;
  }
  part('answer').replaceChildren();
  part('answer').className = '';
  showAll();
}

async function begin() {
  showAll();
  part('ask').addEventListener('submit', judge);
  part('language').addEventListener('click', () => {
    language = language === 'zh' ? 'en' : 'zh';
    part('answer').replaceChildren();
    showAll();
  });
  part('newer').addEventListener('change', async () => {
    const file = /** @type {HTMLInputElement} */ (part('newer')).files?.[0];
    if (file) await take(textIn(await file.text()));
  });
  if (await canVerify()) await take(meta('snapshot'));
  else {
    fault = 'no-crypto';
    showAll();
  }
  setInterval(showAge, EVERY_MS);
  addEventListener('beforeprint', () => part('all').setAttribute('open', ''));
  document.documentElement.dataset['ready'] = 'yes';
  part('unit').focus();
}

/** A JWS as it stands, or in the JSON that the platform answers. @param {string} text */
function textIn(text) {
  try {
    return String(JSON.parse(text).jws);
  } catch {
    return text;
  }
}

void begin();
