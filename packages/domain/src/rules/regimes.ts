import { z } from 'zod';
import type { RegimeId } from '../kernel/index.ts';
import type { Bilingual } from '../vocabulary/index.ts';

/** A role whose signature a disposition needs. */
export type SignerRole = { readonly role: string; readonly title: Bilingual };

/** Days within which a report is due, counted from the sponsor's first knowledge. Null where the text names none or is not confirmed. */
export type ReportClocks = {
  readonly fatalOrLifeThreateningUnexpectedDays: number | null;
  readonly otherSeriousUnexpectedDays: number | null;
  readonly citation: string;
  readonly confirmed: boolean;
};

/** How long personal values of donors and recipients are kept for a look-back, before a request can erase them. */
export type RetentionTerm = {
  /** Counted from the last record about the cells or the treatment, and not before the end of the study where {@link afterStudy}. */
  readonly years: number;
  readonly afterStudy: boolean;
  /** Kept without end where offspring are involved. */
  readonly offspringPermanent: boolean;
  readonly citation: string;
  readonly confirmed: boolean;
};

export type Regime = {
  readonly id: RegimeId;
  readonly title: Bilingual;
  /** Releasing needs one signature of each, by different persons. */
  readonly signerRoles: readonly SignerRole[];
  readonly signerCitation: string;
  readonly citation: string;
  /** False: citation to be confirmed. */
  readonly confirmed: boolean;
  readonly clocks: ReportClocks;
  readonly retention: RetentionTerm;
};

const QA_REVIEW: SignerRole = { role: 'lab.qa', title: { zh: '质量保证审核', en: 'quality-assurance review' } };
const QUALIFIED_PERSON: SignerRole = { role: 'lab.qp', title: { zh: '质量受权人', en: 'qualified person' } };

const TWO_SIGNERS = {
  signerRoles: [QA_REVIEW, QUALIFIED_PERSON],
  signerCitation: '药品生产质量管理规范（2010年修订）第25条、第230条; EU GMP Part IV (ATMP) §11',
} as const;

const UNCONFIRMED_CLOCKS: ReportClocks = {
  fatalOrLifeThreateningUnexpectedDays: null,
  otherSeriousUnexpectedDays: null,
  citation: 'to be confirmed with the competent authority',
  confirmed: false,
};

const DECREE_818: Omit<RetentionTerm, 'afterStudy'> = {
  years: 30,
  offspringPermanent: true,
  citation: '生物医学新技术临床研究和临床转化应用管理条例（国务院令第818号）: 30年, 涉及子代的永久保存',
  confirmed: true,
};

/** Taken over from the European rule where the regime's own text names no term, or none that was checked. */
const AS_2006_86: Omit<RetentionTerm, 'afterStudy'> = {
  years: 30,
  offspringPermanent: true,
  citation: 'Directive 2006/86/EC Art 9, as a model; the term of this regime to be confirmed with the competent authority',
  confirmed: false,
};

/** The frames under which cells are given in Guangdong. Who signs and what is due when are data here, never constants in a rule. */
export const REGIMES: Readonly<Record<RegimeId, Regime>> = {
  'cn-818-clinical-research': {
    id: 'cn-818-clinical-research',
    title: { zh: '生物医学新技术临床研究', en: 'clinical research of a new biomedical technology' },
    ...TWO_SIGNERS,
    citation: '生物医学新技术临床研究和临床转化应用管理条例（国务院令第818号）',
    confirmed: true,
    clocks: UNCONFIRMED_CLOCKS,
    retention: { ...DECREE_818, afterStudy: true },
  },
  'cn-818-clinical-application': {
    id: 'cn-818-clinical-application',
    title: { zh: '生物医学新技术临床转化应用', en: 'clinical application of a new biomedical technology' },
    ...TWO_SIGNERS,
    citation: '生物医学新技术临床研究和临床转化应用管理条例（国务院令第818号）',
    confirmed: true,
    clocks: UNCONFIRMED_CLOCKS,
    retention: { ...DECREE_818, afterStudy: false },
  },
  'cn-828-drug-trial': {
    id: 'cn-828-drug-trial',
    title: { zh: '药物临床试验', en: 'clinical trial of a medicinal product' },
    ...TWO_SIGNERS,
    citation: '药品管理法实施条例（国务院令第828号）; 药物临床试验质量管理规范（2020）',
    confirmed: false,
    clocks: {
      fatalOrLifeThreateningUnexpectedDays: 7,
      otherSeriousUnexpectedDays: 15,
      citation: '药物临床试验期间安全性数据快速报告标准和程序（2018）; ICH E2A §III.B',
      confirmed: true,
    },
    retention: { ...AS_2006_86, afterStudy: true },
  },
  'cn-2015-iit': {
    id: 'cn-2015-iit',
    title: { zh: '干细胞临床研究（2015）', en: 'stem-cell clinical research filed under the 2015 measures' },
    ...TWO_SIGNERS,
    citation: '干细胞临床研究管理办法（试行）（国卫科教发〔2015〕48号）',
    confirmed: true,
    clocks: UNCONFIRMED_CLOCKS,
    retention: {
      ...AS_2006_86,
      afterStudy: true,
      citation: '干细胞临床研究管理办法（试行）（国卫科教发〔2015〕48号）第27条',
      confirmed: true,
    },
  },
  'cn-nansha-restricted': {
    id: 'cn-nansha-restricted',
    title: { zh: '南沙限制类细胞移植治疗', en: 'restricted cell-transplantation treatment, Nansha' },
    ...TWO_SIGNERS,
    citation: '发改体改〔2023〕1786号',
    confirmed: true,
    clocks: UNCONFIRMED_CLOCKS,
    retention: { ...AS_2006_86, afterStudy: false },
  },
  'compassionate-use': {
    id: 'compassionate-use',
    title: { zh: '拓展性同情使用', en: 'compassionate use' },
    ...TWO_SIGNERS,
    citation: '药品管理法（2019）第23条',
    confirmed: true,
    clocks: UNCONFIRMED_CLOCKS,
    retention: { ...AS_2006_86, afterStudy: false },
  },
};

export const RegimeCode: z.ZodType<RegimeId> = z.enum(Object.keys(REGIMES) as [RegimeId, ...RegimeId[]]);

/** Roles whose signatures a release needs. Where the regime is not known, the strictest: all that any regime asks for. */
export function signerRoles(regime: RegimeId | undefined): readonly SignerRole[] {
  if (regime) return REGIMES[regime].signerRoles;
  const byRole = new Map(
    Object.values(REGIMES).flatMap((each) => each.signerRoles.map((signer) => [signer.role, signer] as const)),
  );
  return [...byRole.values()];
}

/** The term of a regime. Where the regime is not known, the strictest: what any regime asks for. */
export function retentionTerm(regime: RegimeId | undefined): RetentionTerm {
  if (regime) return REGIMES[regime].retention;
  const terms = Object.values(REGIMES).map(({ retention }) => retention);
  return {
    years: Math.max(...terms.map(({ years }) => years)),
    afterStudy: false,
    offspringPermanent: true,
    citation: AS_2006_86.citation,
    confirmed: false,
  };
}
