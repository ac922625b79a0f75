export { type Attesting, attestHere } from '../attestor/attesting.ts';
export { PACE, type Step } from '../attestor/reports.ts';
export { Bench, ORIGIN, QUICK } from './bench.ts';
export { until } from './until.ts';
export { type Manner, WitnessDouble } from './witness-double.ts';
