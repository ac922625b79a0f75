import { part, showAnswer, showTexts, spoken } from './shown.js';

const TEXTS = {
  en: {
    title: 'Bedside check',
    token: 'Who asks: paste or scan the token of your badge',
    unit: 'Bag: scan or type its code',
    patient: 'Patient: scan or type the code of patient or treatment',
    judge: 'May this bag go into this patient?',
    note: 'Asking changes nothing and may be done as often as you like. The token is kept while this page is open and nowhere else.',
  },
  zh: {
    title: '床旁核对',
    token: '询问人：粘贴或扫描工牌令牌',
    unit: '单元：扫描或输入编码',
    patient: '患者：扫描或输入患者或治疗编码',
    judge: '这袋细胞可以输给这位患者吗？',
    note: '询问不改变任何记录，可反复进行。令牌仅在本页打开期间保留。',
  },
};
const FAULTS = {
  away: {
    en: 'No answer from the platform: nothing is known about this bag now. Use the offline snapshot.',
    zh: '平台无应答：目前无法得知该单元的状态。请使用离线快照。',
  },
  token: { en: 'The token is not valid (any more).', zh: '令牌无效或已过期。' },
  role: { en: 'This token may not ask at the bedside.', zh: '该令牌无权进行床旁询问。' },
};

let language = spoken();
/** Counts the questions: an answer that comes after the next question was asked is not shown for it. */
let asked = 0;

/** @param {string} id */
const textOf = (id) => /** @type {HTMLInputElement} */ (part(id)).value;

/** @param {keyof typeof FAULTS | undefined} fault */
function say(fault) {
  part('fault').textContent = fault === undefined ? '' : FAULTS[fault][language];
}

function clear() {
  part('answer').replaceChildren();
  part('answer').className = '';
  say(undefined);
}

/** @param {Event} event */
async function ask(event) {
  event.preventDefault();
  const mine = ++asked;
  clear();
  const [token, unit, patient] = [textOf('token').trim(), textOf('unit'), textOf('patient')];
  if (token === '') return part('token').focus();
  if (unit === '') return part('unit').focus();
  if (patient === '') return part('patient').focus();
  try {
    const response = await fetch(`/v1/bedside/light?${new URLSearchParams({ unit, patient })}`, {
      headers: { authorization: `Bearer ${token}` },
      cache: 'no-store',
    });
    const body = await response.json();
    if (mine !== asked) return;
    if (response.status === 401) say('token');
    else if (response.status === 403) say('role');
    else if (!response.ok || !['green', 'amber', 'red'].includes(body.light)) say('away');
    else showAnswer(part('answer'), body, language);
  } catch {
    if (mine === asked) say('away');
  }
}

part('ask').addEventListener('submit', ask);
// An answer stands for what was asked: once a code is changed it is gone.
for (const id of ['unit', 'patient']) part(id).addEventListener('input', clear);
part('language').addEventListener('click', () => {
  language = language === 'zh' ? 'en' : 'zh';
  clear();
  showTexts(TEXTS, language);
});
showTexts(TEXTS, language);
document.documentElement.dataset['ready'] = 'yes';
