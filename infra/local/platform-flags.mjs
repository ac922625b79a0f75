/** The Kafka client sets timers that lie in the past, which is harmless; Node would say so at every start (kafkajs, issue 1751). */
const QUIET = ['--disable-warning=TimeoutNegativeWarning'];

/**
 * How Node runs the platform. What a request leaves behind is dead when it is answered: with more room for the young, a quarter as many collections find less
 * that is still alive (measured: a tenth of the processor time of a capture). Its threads are given smaller ones when the platform starts.
 */
export const PLATFORM_FLAGS = ['--max-semi-space-size=64', ...QUIET];
