export type { Release } from './attestor/releases.ts';
export type { Alarm, AttestorState } from './attestor/reports.ts';
export type { ProvenHeads } from './attestor/session.ts';
export { type AlarmCode, AttestationAlarm } from './errors.ts';
export { KeyFileError, makeSigningKey, readSigningKey, type SigningKey, showVkey } from './keys.ts';
export { type AttestedEvent, AttestedLog } from './reading/attested-log.ts';
export type { MayRead } from './routes/proof.ts';
export { type Attestation, type AttestationOptions, attestationMetrics, openAttestation } from './service.ts';
export type { WitnessAddress, WitnessState } from './witnesses/witness.ts';
