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
  /** Why no days are given; null where they are. */
  readonly unknownBecause: Bilingual | null;
};

/** What filing numbers have looked like so far. No form is normative: another one only warns. */
export type FilingForm = {
  /** Of a regular expression, for the whole number. */
  readonly pattern: string;
  readonly what: Bilingual;
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
  /** Empty where any number will do. */
  readonly filingForms: readonly FilingForm[];
};

const QA_REVIEW: SignerRole = { role: 'lab.qa', title: { zh: '质量保证审核', en: 'quality-assurance review' } };
const QUALIFIED_PERSON: SignerRole = { role: 'lab.qp', title: { zh: '质量受权人', en: 'qualified person' } };

const TWO_SIGNERS = {
  signerRoles: [QA_REVIEW, QUALIFIED_PERSON],
  signerCitation: '药品生产质量管理规范（2010年修订）第25条、第230条; EU GMP Part IV (ATMP) §11',
} as const;

/** A term that was not read in the text in force is not guessed: a deadline that is wrong is worse than one that is looked up. */
function unknownClocks(citation: string, unknownBecause: Bilingual): ReportClocks {
  return {
    fatalOrLifeThreateningUnexpectedDays: null,
    otherSeriousUnexpectedDays: null,
    citation: `${citation}; to be confirmed with the competent authority`,
    confirmed: false,
    unknownBecause,
  };
}

const DECREE_818_CLOCKS = unknownClocks('国务院令第818号', {
  en: 'no report term was read in the text of the decree or of rules under it',
  zh: '条例及其配套规定中的报告时限尚未核对原文',
});

const REGISTER_FORM: FilingForm = {
  pattern: String.raw`MR-\d{2}-\d{2}-\d{6}`,
  what: { en: 'national medical-research register; 44 is Guangdong', zh: '国家医学研究登记备案信息系统编号，44 为广东' },
};
const TRIAL_REGISTRY_FORM: FilingForm = {
  pattern: String.raw`ChiCTR[-A-Z]*\d{8,10}`,
  what: { en: 'Chinese Clinical Trial Registry', zh: '中国临床试验注册中心注册号' },
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
    clocks: DECREE_818_CLOCKS,
    retention: { ...DECREE_818, afterStudy: true },
    filingForms: [REGISTER_FORM, TRIAL_REGISTRY_FORM],
  },
  'cn-818-clinical-application': {
    id: 'cn-818-clinical-application',
    title: { zh: '生物医学新技术临床转化应用', en: 'clinical application of a new biomedical technology' },
    ...TWO_SIGNERS,
    citation: '生物医学新技术临床研究和临床转化应用管理条例（国务院令第818号）',
    confirmed: true,
    clocks: DECREE_818_CLOCKS,
    retention: { ...DECREE_818, afterStudy: false },
    filingForms: [],
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
      unknownBecause: null,
    },
    retention: { ...AS_2006_86, afterStudy: true },
    filingForms: [
      {
        pattern: String.raw`[CJ]X[SH][LS]B?\d{7}`,
        what: { en: 'acceptance number of the Center for Drug Evaluation', zh: '药审中心受理号' },
      },
      { pattern: String.raw`CTR\d{8}`, what: { en: 'drug trial registration number', zh: '药物临床试验登记号' } },
      { pattern: String.raw`\d{4}L[PB]?\d{5}`, what: { en: 'number of the trial permission', zh: '临床试验批件（通知书）号' } },
    ],
  },
  'cn-2015-iit': {
    id: 'cn-2015-iit',
    title: { zh: '干细胞临床研究（2015）', en: 'stem-cell clinical research filed under the 2015 measures' },
    ...TWO_SIGNERS,
    citation: '干细胞临床研究管理办法（试行）（国卫科教发〔2015〕48号）',
    confirmed: true,
    clocks: unknownClocks('干细胞临床研究管理办法（试行）（国卫科教发〔2015〕48号）', {
      en: 'the draft of 2013 said 24 hours; the text in force was not read',
      zh: '2013年征求意见稿为24小时；现行文本时限尚未核对',
    }),
    retention: {
      ...AS_2006_86,
      afterStudy: true,
      citation: '干细胞临床研究管理办法（试行）（国卫科教发〔2015〕48号）第27条',
      confirmed: true,
    },
    filingForms: [
      REGISTER_FORM,
      {
        pattern: String.raw`CMR-\d{8}-\d+`,
        what: { en: 'medical-research register, older form', zh: '医学研究登记备案旧编号' },
      },
      TRIAL_REGISTRY_FORM,
    ],
  },
  'cn-nansha-restricted': {
    id: 'cn-nansha-restricted',
    title: { zh: '南沙限制类细胞移植治疗', en: 'restricted cell-transplantation treatment, Nansha' },
    ...TWO_SIGNERS,
    citation: '发改体改〔2023〕1786号',
    confirmed: true,
    clocks: unknownClocks('发改体改〔2023〕1786号', {
      en: 'the policy names no report term; that of the provincial authority was not read',
      zh: '该政策文件未载明报告时限，省级主管部门规定尚未核对',
    }),
    retention: { ...AS_2006_86, afterStudy: false },
    filingForms: [],
  },
  'compassionate-use': {
    id: 'compassionate-use',
    title: { zh: '拓展性同情使用', en: 'compassionate use' },
    ...TWO_SIGNERS,
    citation: '药品管理法（2019）第23条',
    confirmed: true,
    clocks: unknownClocks('药品管理法（2019）第23条', {
      en: 'the article names no report term; whether that of the sponsor’s trial holds was not read',
      zh: '该条未载明报告时限，是否适用申办者临床试验的时限尚未核对',
    }),
    retention: { ...AS_2006_86, afterStudy: false },
    filingForms: [],
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
