import { reportText } from './core.js';
import { MEANINGS, TEXTS } from './texts.js';

/** What is told of a report. Every text goes in as text, never as markup. */

/**
 * @typedef {keyof typeof TEXTS} Language
 * @typedef {typeof TEXTS.en} Texts
 * @typedef {{ readonly [member: string]: any }} Claim
 * @typedef {{ readonly outcome: import('./files.js').Outcome, readonly policyHash: string, readonly language: Language }} Told
 */

const EVENTS_AT_ONCE = 500;

/** @param {HTMLElement} place @param {Told} told */
export function renderResult(place, { outcome, policyHash, language }) {
  const { report } = outcome;
  const texts = TEXTS[language];
  const parts = report.code === 'ok' ? proved(report.claims, policyHash, texts, language) : [refused(outcome, texts, language)];
  place.replaceChildren(...parts, actions(report, texts));
  place.hidden = false;
}

/** @param {import('./files.js').Outcome} outcome @param {Texts} texts @param {Language} language */
function refused({ report: { code, line }, ofOther }, texts, language) {
  const facts = [[texts.code, made('code', code)]];
  if (line !== null) facts.push([texts.line, made('span', String(line))]);
  return verdict('bad', filled(texts.refused, code), [
    ...(ofOther ? [made('p', texts.refusedOther)] : []),
    made('p', meaning(code, language)),
    factList(/** @type {[string, Node][]} */ (facts)),
    made('p', texts.refusedAdvice),
  ]);
}

/** @param {readonly Claim[]} claims @param {string} policyHash @param {Texts} texts @param {Language} language */
function proved(claims, policyHash, texts, language) {
  const of = (/** @type {string} */ name) => claims.filter(({ claim }) => claim === name);
  const [checkpoint] = of('checkpoint');
  const [complete] = of('complete');
  const monitored = complete.by === 'monitors';
  const completeness = monitored
    ? filled(texts.completeMonitors, complete.size, complete.monitors.join(', '))
    : filled(texts.completeOperator, complete.size);
  return [
    verdict('good', filled(monitored ? texts.complete : texts.asserted, checkpoint.size, clock(checkpoint.seen)), [
      made('p', completeness, monitored ? '' : 'notice'),
      made('p', texts.unchanged),
    ]),
    made('h2', texts.who),
    factList([
      [texts.origin, bounded(checkpoint.origin)],
      [texts.size, made('span', String(checkpoint.size))],
      [texts.seen, made('span', clock(checkpoint.seen))],
      [
        texts.witnesses,
        made(
          'span',
          `${plain(checkpoint.witnesses.join(', '))} (${filled(texts.quorum, checkpoint.quorum, checkpoint.tolerated)})`,
        ),
      ],
      [texts.monitors, made('span', plain(complete.monitors.join(', ')) || texts.none)],
      ...of('lineage').map(({ named, unseen }) => fact(texts.lineage, filled(texts.lineageText, named, unseen))),
      ...of('saved').map(({ size }) => fact(texts.savedClaim, filled(texts.savedText, size))),
      ...of('compared').map(({ size, sizes, streams }) => fact(texts.compared, filled(texts.comparedText, size, sizes, streams))),
      [texts.root, made('code', checkpoint.root)],
      [texts.policyVersion, made('span', String(checkpoint.policy))],
      [texts.policyHash, made('code', policyHash)],
    ]),
    made('h2', texts.events),
    ...eventTable(of('event'), texts, language),
    made('h2', texts.streams),
    streamTable(of('stream'), texts),
    ...(of('key').length === 0 ? [] : [made('h2', texts.keys), keyTable(of('key'), texts)]),
  ];
}

/** @param {readonly Claim[]} streams @param {Texts} texts */
function streamTable(streams, texts) {
  const rows = streams.map(({ stream, entries, shown, head }) => [
    bounded(stream),
    made('span', entries === 0 ? texts.noEntries : String(entries)),
    made('span', entries === 0 ? '' : String(shown)),
    made('code', head ?? ''),
  ]);
  return table(texts.streamsCaption, [texts.stream, texts.entries, texts.shown, texts.head], rows);
}

/** @param {readonly Claim[]} keys @param {Texts} texts */
function keyTable(keys, texts) {
  const rows = keys.map(({ kid, org, person, enrolled, revoked, compromisedFrom }) => {
    const end = made('span', revoked === null ? '' : String(revoked), 'doubt');
    if (compromisedFrom !== null) end.append(document.createElement('br'), filled(texts.compromised, compromisedFrom));
    return [made('code', kid), bounded(holderOf(org, person, texts)), made('span', String(enrolled)), end];
  });
  return table(texts.keysCaption, [texts.key, texts.holder, texts.enrolled, texts.revoked], rows);
}

/** @param {string} org @param {string | null} person @param {Texts} texts */
function holderOf(org, person, texts) {
  return person === null ? filled(texts.client, org) : `${person} · ${org}`;
}

/** @param {readonly Claim[]} events @param {Texts} texts @param {Language} language @returns {Node[]} */
function eventTable(events, texts, language) {
  let displayed = Math.min(EVENTS_AT_ONCE, events.length);
  const titles = [texts.index, texts.what, texts.recorded, texts.attested, texts.voucher];
  const rowsFor = (/** @type {number} */ from, /** @type {number} */ to) =>
    events.slice(from, to).map((event) => eventRow(event, texts, language));
  const whole = table(filled(texts.eventsCaption, displayed, events.length), titles, rowsFor(0, displayed));
  whole.classList.add('events');
  if (displayed === events.length) return [whole];
  const more = made('button', '', 'screen');
  more.setAttribute('type', 'button');
  const label = () => {
    more.textContent = filled(texts.showMore, Math.min(EVENTS_AT_ONCE, events.length - displayed));
    more.hidden = displayed === events.length;
  };
  more.addEventListener('click', () => {
    const next = Math.min(displayed + EVENTS_AT_ONCE, events.length);
    whole.tBodies[0].append(...rowsFor(displayed, next).map((cells) => tableRow(titles, cells)));
    displayed = next;
    if (whole.caption !== null) whole.caption.textContent = filled(texts.eventsCaption, displayed, events.length);
    label();
  });
  label();
  return [whole, more];
}

/** @param {Claim} event @param {Texts} texts @param {Language} language @returns {Node[]} */
function eventRow(event, texts, language) {
  const what = made('div', '');
  what.append(bounded(event.type ?? texts.notShown, event.type === null ? 'hint' : ''), document.createElement('br'));
  what.append(made('span', `${plain(event.stream)} #${event.seq}`, 'mono'));
  if (event.reviewed !== null)
    what.append(made('div', filled(texts.reviewed, event.reviewed.seq, event.reviewed.unread), 'hint'));
  if (event.disclosed > 0) what.append(made('div', filled(texts.disclosed, event.disclosed), 'hint'));

  const { notBefore, notAfter } = event;
  const attested =
    notBefore === null ? filled(texts.until, clock(notAfter)) : filled(texts.since, clock(notBefore), clock(notAfter));

  const vouching = made('div', '');
  vouching.append(made('span', voucherName(event.voucher, texts), `tag ${event.voucher}`));
  const list = document.createElement('ul');
  for (const signature of event.signatures) {
    const counted = signature.code === 'counted';
    const { person, org, meaning: signed, signedAt } = signature;
    const text = counted
      ? filled(texts.signedBy, holderOf(org, person, texts), signed, signedAt)
      : filled(texts.doubtful, `${signature.code}. ${meaning(signature.code, language)}`);
    list.append(made('li', text, counted ? '' : 'doubt'));
  }
  if (list.childElementCount > 0) vouching.append(list);
  return [
    made('span', String(event.index)),
    what,
    made('span', event.recordedAt.replace('T', ' ').replace('Z', ' UTC')),
    made('span', attested),
    vouching,
  ];
}

/** @param {string} voucher @param {Texts} texts */
function voucherName(voucher, texts) {
  /** @type {{ [voucher: string]: string }} */
  const words = {
    person: texts.person,
    organisation: texts.organisation,
    client: texts.clientVoucher,
    platform: texts.platform,
    unseen: texts.unseen,
  };
  return words[voucher];
}

/** @param {import('./verification.js').Report} report @param {Texts} texts */
function actions(report, texts) {
  const bar = made('p', '', 'actions screen');
  const save = /** @type {HTMLButtonElement} */ (made('button', texts.save));
  save.type = 'button';
  save.addEventListener('click', () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([reportText(report)], { type: 'application/json' }));
    link.download = 'report.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
  const print = /** @type {HTMLButtonElement} */ (made('button', texts.print));
  print.type = 'button';
  print.addEventListener('click', () => window.print());
  bar.append(save, ' ', print);
  return bar;
}

/** @param {string} kind @param {string} title @param {readonly Node[]} parts */
function verdict(kind, title, parts) {
  const box = made('div', '', `verdict ${kind}`);
  const heading = made('h2', title);
  heading.id = 'verdict';
  heading.tabIndex = -1;
  box.append(heading, ...parts);
  return box;
}

/** @param {string} title @param {string} text @returns {[string, Node]} */
function fact(title, text) {
  return [title, made('span', text)];
}

/** @param {readonly (readonly [string, Node])[]} facts */
function factList(facts) {
  const list = made('dl', '', 'facts');
  for (const [title, value] of facts) {
    const said = document.createElement('dd');
    said.append(value);
    list.append(made('dt', title), said);
  }
  return list;
}

/** @param {string} caption @param {readonly string[]} titles @param {readonly (readonly Node[])[]} rows */
function table(caption, titles, rows) {
  const whole = document.createElement('table');
  whole.className = 'cards';
  whole.createCaption().textContent = caption;
  const head = whole.createTHead().insertRow();
  for (const title of titles) {
    const cell = made('th', title);
    cell.setAttribute('scope', 'col');
    head.append(cell);
  }
  whole.createTBody().append(...rows.map((cells) => tableRow(titles, cells)));
  return whole;
}

/** @param {readonly string[]} titles @param {readonly Node[]} cells */
function tableRow(titles, cells) {
  const row = document.createElement('tr');
  cells.forEach((content, i) => {
    const cell = document.createElement(i === 0 ? 'th' : 'td');
    if (i === 0) cell.setAttribute('scope', 'row');
    cell.dataset.label = titles[i];
    cell.append(content);
    row.append(cell);
  });
  return row;
}

/** @param {string} tag @param {string} text @param {string} [className] */
function made(tag, text, className = '') {
  const element = document.createElement(tag);
  element.textContent = plain(text);
  if (className !== '') element.className = className;
  return element;
}

/** Text of others, whose direction must not run into what stands beside it. @param {string} text @param {string} [className] */
function bounded(text, className) {
  return made('bdi', text, className);
}

/** Characters that are not seen, or that turn the direction of others, are written out. @param {string} text */
function plain(text) {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

/** @param {string} text @param {...(string | number)} values */
function filled(text, ...values) {
  return text.replace(/\{(\d)\}/g, (_, i) => plain(String(values[Number(i)])));
}

/** UTC, to the second. @param {number} seconds since 1970 */
function clock(seconds) {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? `${seconds} s` : `${time.toISOString().slice(0, -5).replace('T', ' ')} UTC`;
}

/** @param {string} code @param {Language} language */
function meaning(code, language) {
  return MEANINGS[code]?.[language === 'zh' ? 1 : 0] ?? code;
}
