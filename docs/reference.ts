import { type AnyFact, facts, policies, REGIMES, type Rule, rules, STANDING } from '@cytoledger/domain';
import { asyncApi } from './asyncapi.ts';

/** What is made from the code, by path from `docs/`. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map([
    ['reference/rules.md', rulePage()],
    ['reference/events.md', eventPage()],
    ['reference/regimes.md', regimePage()],
    ['asyncapi.yaml', asyncApi()],
  ]);
}

const NOTICE = '<!-- Made from the domain by `pnpm docs`. Edit the code, not this page. -->';

const SEVERITIES = {
  gate: 'Refuses an authorisation. Broken by a fact, it is recorded as a finding.',
  finding: 'The fact is stored and a deviation is opened in the same append.',
  warn: 'Shown; nothing is refused and no deviation opened.',
  impossible: 'Cannot be applied: what was reported is kept whole as `fact.unreconciled`; an authorisation is refused.',
} as const;

function rulePage(): string {
  const groups = (Object.keys(SEVERITIES) as Rule['severity'][]).map((severity) => {
    const rows = rules
      .filter((rule) => rule.severity === severity)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((rule) =>
        row([`\`${rule.id}\``, rule.en, rule.zh, rule.deviation, rule.jurisdiction, regimesOf(rule), citationOf(rule)]),
      );
    return [
      `## ${severity}`,
      '',
      SEVERITIES[severity],
      '',
      row(['Rule', 'Sentence', '中文', 'Deviation', 'Jurisdiction', 'Regimes', 'Citation']),
      row(['---', '---', '---', '---', '---', '---', '---']),
      ...rows,
      '',
    ].join('\n');
  });
  return [
    NOTICE,
    '# Rules',
    '',
    `${rules.length} rules. \`{name}\` stands for a value of the case. "To be confirmed" means that the citation was not checked against its text yet.`,
    '',
    ...groups,
  ].join('\n');
}

function regimesOf(rule: Rule): string {
  return rule.regimes === 'all' ? 'all' : rule.regimes.join(', ');
}

function citationOf(rule: Rule): string {
  return rule.confirmed ? rule.citation : `${rule.citation} (to be confirmed)`;
}

const KINDS = {
  fact: 'fact: recorded even when it should not have happened',
  authorisation: 'authorisation: refused while a gate rule is broken',
  derived: 'derived: only the platform appends it',
} as const;

function eventPage(): string {
  const byAggregate = Map.groupBy([...facts.values()], (fact) => fact.aggregate.name);
  const sections = [...byAggregate]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, own]) =>
      [
        `## ${name}`,
        '',
        row(['Event type', 'What', '中文', 'Kind', 'Signatures', 'May be corrected', 'Personal fields']),
        row(['---', '---', '---', '---', '---', '---', '---']),
        ...own.sort((a, b) => (a.type < b.type ? -1 : 1)).map(eventRow),
        '',
      ].join('\n'),
    );
  return [
    NOTICE,
    '# Events',
    '',
    'Every event type, by the stream it stands in. The full schema of each is in the OpenAPI document (`/openapi.json`, `x-event-type`).',
    '',
    ...Object.values(KINDS).map((kind) => `* ${kind}`),
    '',
    ...sections,
  ].join('\n');
}

function eventRow(fact: AnyFact): string {
  const { signatures } = fact;
  return row([
    `\`${fact.type}\``,
    fact.title.en,
    fact.title.zh,
    `${fact.kind}${fact.opens === true ? ', first in its stream' : ''}`,
    signatures ? `${signatures.count} × ${signatures.meaning}` : '',
    fact.corrects.join(', '),
    fact.personal.map((field) => field.path.join('/')).join(', '),
  ]);
}

function regimePage(): string {
  const regimes = Object.values(REGIMES).map((regime) =>
    row([
      `\`${regime.id}\``,
      regime.title.en,
      regime.title.zh,
      regime.signerRoles.map((signer) => `${signer.role} (${signer.title.en})`).join(' + '),
      regime.confirmed ? regime.citation : `${regime.citation} (to be confirmed)`,
    ]),
  );
  const kept = Object.values(REGIMES).map(({ id, retention }) =>
    row([
      `\`${id}\``,
      String(retention.years),
      retention.afterStudy ? 'not before the end of the study' : '',
      retention.offspringPermanent ? 'without end' : '',
      retention.confirmed ? retention.citation : `${retention.citation} (to be confirmed)`,
    ]),
  );
  const clocks = Object.values(REGIMES).map(({ id, clocks: own }) =>
    row([
      `\`${id}\``,
      String(own.fatalOrLifeThreateningUnexpectedDays ?? 'to be looked up'),
      String(own.otherSeriousUnexpectedDays ?? 'to be looked up'),
      own.unknownBecause ? `${own.unknownBecause.en}; ${own.unknownBecause.zh}` : '',
      own.confirmed ? own.citation : `${own.citation} (to be confirmed)`,
    ]),
  );
  const standing = Object.entries(STANDING).map(([id, of]) =>
    row([`\`${id}\``, of.CN, of['CN-GD'], of.international, of.EU, of.US]),
  );
  const spreading = policies.policies.map((policy) => row([`\`${policy.name}\``, policy.title.en, policy.title.zh]));
  return [
    NOTICE,
    '# Regimes and policies',
    '',
    'A study is filed under a regime; it decides which rules apply and who signs a release.',
    '',
    row(['Regime', 'What', '中文', 'A release is signed by', 'Citation']),
    row(['---', '---', '---', '---', '---']),
    ...regimes,
    '',
    '## Whose rules hold',
    '',
    'By the jurisdiction of the rule. A model is the law of others, taken over because the regime’s own says nothing as exact. A rule that names its regimes holds in those only; the page of rules tells which.',
    '',
    row(['Regime', 'CN', 'CN-GD', 'international', 'EU', 'US']),
    row(['---', '---', '---', '---', '---', '---']),
    ...standing,
    '',
    '## By when an authority is told',
    '',
    'Days from the first knowledge of a serious, unexpected and possibly related event. A term that was not read in the text in force is not guessed: the event stands on the due list without a day.',
    '',
    row(['Regime', 'Fatal or life-threatening', 'Other serious', 'Why unknown', 'Citation']),
    row(['---', '---', '---', '---', '---']),
    ...clocks,
    '',
    '## How long personal values are kept',
    '',
    'Years after the last record about the cells or the treatment. Until then a request to erase restricts; see the guide for the operator.',
    '',
    row(['Regime', 'Years', 'Begins', 'With offspring', 'Citation']),
    row(['---', '---', '---', '---', '---']),
    ...kept,
    '',
    '## Policies',
    '',
    'What spreads by itself, whichever of cause and opening came second.',
    '',
    row(['Policy', 'What', '中文']),
    row(['---', '---', '---']),
    ...spreading,
    '',
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
