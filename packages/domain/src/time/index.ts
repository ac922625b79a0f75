export * from './capture.ts';
export * from './local-date.ts';
export {
  FIRST_YEAR,
  instant,
  LAST_YEAR,
  Moment,
  type MomentParts,
  minutesBetween,
  OccurredAt,
  parseMoment,
} from './moment.ts';
export * from './paper.ts';
export * from './stated.ts';
