/** A testing laboratory for specs: a batch that it has a sample of, its key, and the messages that it signs. */
export {
  type Bench,
  eventId,
  furnished,
  OWNER,
  openBench,
  ROUTES,
  report,
  type Said,
  signedTogether,
  TESTER,
} from './testing-laboratory.ts';
