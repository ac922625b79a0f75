/** The Kafka client sets timers that lie in the past, which is harmless; Node would say so at every start (kafkajs, issue 1751). */
const QUIET = ['--disable-warning=TimeoutNegativeWarning'];

/**
 * How Node runs the platform. What a request leaves behind is dead when it is answered.
 *
 * - With more room for the young, a quarter as many collections find less that is still alive (measured: a tenth of the processor time of a capture). Its
 *   threads are given smaller ones when the platform starts.
 * - V8 puts what a place in the code makes among the old from the start, once it saw that most of what came from there had lived long. A bulk capture, or
 *   a start with a full log, teaches it so, for good: each later request then left some 4 KiB among the old, which kept more alive (measured: a quarter of the processor time
 *   of a capture, and 200 MiB of resident memory).
 */
export const PLATFORM_FLAGS = ['--max-semi-space-size=64', '--no-allocation-site-pretenuring', ...QUIET];
