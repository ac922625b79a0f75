import type * as z from 'zod';
import { coded } from './coded.ts';

/** Markers of transmissible infection (2006/17/EC Annex II 1.1–1.2; 21 CFR 1271.85). */
export const InfectiousMarker = coded({
  'anti-hiv-1-2': { zh: 'HIV-1/2 抗体', en: 'anti-HIV-1/2' },
  'hiv-rna': { zh: 'HIV 核酸', en: 'HIV RNA' },
  hbsag: { zh: '乙肝表面抗原', en: 'HBsAg' },
  'anti-hbc': { zh: '乙肝核心抗体', en: 'anti-HBc' },
  'anti-hbs': { zh: '乙肝表面抗体', en: 'anti-HBs' },
  'hbv-dna': { zh: '乙肝病毒核酸', en: 'HBV DNA' },
  'anti-hcv': { zh: '丙肝抗体', en: 'anti-HCV' },
  'hcv-rna': { zh: '丙肝病毒核酸', en: 'HCV RNA' },
  syphilis: { zh: '梅毒螺旋体抗体', en: 'syphilis (Treponema pallidum)' },
  'anti-htlv-1-2': { zh: 'HTLV-I/II 抗体', en: 'anti-HTLV-I/II' },
  'cmv-igg': { zh: '巨细胞病毒 IgG', en: 'CMV IgG' },
  'cmv-igm': { zh: '巨细胞病毒 IgM', en: 'CMV IgM' },
  'cmv-dna': { zh: '巨细胞病毒核酸', en: 'CMV DNA' },
  'ebv-igg': { zh: 'EB 病毒 IgG', en: 'EBV IgG' },
  'ebv-igm': { zh: 'EB 病毒 IgM', en: 'EBV IgM' },
  'ebv-dna': { zh: 'EB 病毒核酸', en: 'EBV DNA' },
  toxoplasma: { zh: '弓形虫抗体', en: 'Toxoplasma gondii' },
  malaria: { zh: '疟原虫', en: 'malaria' },
  'trypanosoma-cruzi': { zh: '克氏锥虫抗体', en: 'Trypanosoma cruzi' },
  'west-nile-virus': { zh: '西尼罗病毒核酸', en: 'West Nile virus RNA' },
  'parvovirus-b19': { zh: '细小病毒 B19 核酸', en: 'parvovirus B19 DNA' },
});
export type InfectiousMarker = z.infer<typeof InfectiousMarker>;

/** Which infection a marker speaks of. */
export const INFECTION_OF: Readonly<
  Record<InfectiousMarker, 'HIV' | 'HBV' | 'HCV' | 'syphilis' | 'HTLV' | 'CMV' | 'EBV' | 'other'>
> = {
  'anti-hiv-1-2': 'HIV',
  'hiv-rna': 'HIV',
  hbsag: 'HBV',
  'anti-hbc': 'HBV',
  'anti-hbs': 'HBV',
  'hbv-dna': 'HBV',
  'anti-hcv': 'HCV',
  'hcv-rna': 'HCV',
  syphilis: 'syphilis',
  'anti-htlv-1-2': 'HTLV',
  'cmv-igg': 'CMV',
  'cmv-igm': 'CMV',
  'cmv-dna': 'CMV',
  'ebv-igg': 'EBV',
  'ebv-igm': 'EBV',
  'ebv-dna': 'EBV',
  toxoplasma: 'other',
  malaria: 'other',
  'trypanosoma-cruzi': 'other',
  'west-nile-virus': 'other',
  'parvovirus-b19': 'other',
};

/** A marker's coded verdict: the measured value is personal and stands elsewhere. */
export const MarkerResult = coded({
  'non-reactive': { zh: '无反应性', en: 'non-reactive' },
  reactive: { zh: '有反应性', en: 'reactive' },
  indeterminate: { zh: '不确定', en: 'indeterminate' },
  invalid: { zh: '无效', en: 'invalid' },
  'not-done': { zh: '未检测', en: 'not done' },
});
export type MarkerResult = z.infer<typeof MarkerResult>;

/** 21 CFR 1271.50 and 1271.90: what the determination came to. */
export const Eligibility = coded({
  eligible: { zh: '合格', en: 'eligible' },
  ineligible: { zh: '不合格', en: 'ineligible' },
  incomplete: { zh: '判定未完成', en: 'determination incomplete' },
  'not-required': { zh: '无需判定（自体）', en: 'not required (autologous)' },
});
export type Eligibility = z.infer<typeof Eligibility>;
