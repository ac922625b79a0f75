export type { Permission } from './access.ts';
export { authorise, requireRelation } from './access.ts';
export { type AppOptions, createApp, isLoopback } from './app.ts';
export type { AttestedAt, WhenAttested } from './attested.ts';
export { type Authenticate, type AuthOptions, authenticator, type Caller } from './caller.ts';
export { type CaptureRequest, capture } from './capture.ts';
export { refusalOf } from './failure.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { jsonSchemaOf } from './openapi.ts';
export { answerOf } from './outcome.ts';
export { describeViolation, type Language, type Problem, type ProblemDocument, problemDocument, Refusal } from './problem.ts';
export { SignedSubmission } from './reading.ts';
export { HOSPITAL, isRole, LABORATORY, ROLE_TITLES, ROLES, type Role } from './roles.ts';
export {
  type Answer,
  type FactRoute,
  type OpenQuestion,
  type OpenRoute,
  type QueryRoute,
  type Question,
  type Service,
  type ServiceBuilder,
  service,
  upkeepOf,
} from './service.ts';
export { inWords, TITLES } from './titles.ts';
