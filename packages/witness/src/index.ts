export type { Clock, Role } from './cosigner.ts';
export { vkeyOfFolder } from './cosigner-folder.ts';
export { WitnessError, type WitnessErrorCode } from './errors.ts';
export type { Alarm, AlarmCode } from './monitor/alarm.ts';
export { type HeadsOutcome, type Monitor, type MonitorOptions, makeMonitor, openMonitor, type Round } from './monitor/monitor.ts';
export { type WatchOptions, watchLog } from './monitor/watch-log.ts';
export type { KnownLogsOptions } from './witness/known-logs.ts';
export { type ServedWitness, type ServeWitnessOptions, serveWitness } from './witness/serve-witness.ts';
export {
  makeWitness,
  openWitness,
  type Refusal,
  type Witness,
  type WitnessAnswer,
  type WitnessOptions,
} from './witness/witness.ts';
