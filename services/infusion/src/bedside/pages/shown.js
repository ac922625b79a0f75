/** What both bedside pages show of an answer. */

/** @typedef {{ readonly en: string, readonly zh: string }} Said */
/** @typedef {{ readonly light: 'green' | 'amber' | 'red', readonly unit: string | null, readonly reasons: readonly (Said & { readonly rule: string })[] }} Shown */

/** @template {HTMLElement} T @param {string} id @returns {T} */
export function part(id) {
  return /** @type {T} */ (document.getElementById(id));
}

/** @param {string} name @param {string} text @param {string} [className] */
export function element(name, text, className = '') {
  const made = document.createElement(name);
  made.textContent = text;
  if (className !== '') made.className = className;
  return made;
}

/** @type {Readonly<Record<'green' | 'amber' | 'red', Readonly<Record<'en' | 'zh', readonly [string, string]>>>>} */
const WORDS = {
  green: { en: ['GREEN', 'This bag may be given to this patient.'], zh: ['绿灯', '该单元可以输给此患者。'] },
  amber: { en: ['AMBER', 'Read this first; then it may be given.'], zh: ['黄灯', '请先阅读以下内容，确认后方可输注。'] },
  red: { en: ['RED', 'Do not give it.'], zh: ['红灯', '不得输注。'] },
};

/** @param {HTMLElement} place @param {Shown} answer @param {'en' | 'zh'} language */
export function showAnswer(place, { light, unit, reasons }, language) {
  const [head, sentence] = WORDS[light][language];
  place.className = light;
  const list = document.createElement('ul');
  for (const reason of reasons) {
    const item = element('li', `${reason[language]} `);
    item.append(element('code', reason.rule));
    list.append(item);
  }
  place.replaceChildren(element('h2', head), element('p', unit === null ? sentence : `${unit}: ${sentence}`), list);
  place.focus();
}

/** @param {Readonly<Record<'en' | 'zh', Readonly<Record<string, string>>>>} texts @param {'en' | 'zh'} language */
export function showTexts(texts, language) {
  document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
  for (const place of document.querySelectorAll('[data-text]')) {
    place.textContent = texts[language][/** @type {HTMLElement} */ (place).dataset['text'] ?? ''] ?? '';
  }
  part('language').textContent = language === 'zh' ? 'English' : '中文';
}

/** @returns {'en' | 'zh'} */
export function spoken() {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}
