/** Stories for specs and benchmarks: events as laboratories and hospitals would record them. */
export { uuid } from './ids.ts';
export * as story from './story.ts';
export { TraceBench } from './trace-bench.ts';
