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
 * - V8 lets the old grow to a multiple of what was alive there, up to four times, before it looks again, in each thread by itself. Half as much again
 *   is enough (measured over 400,000 events: 70 MiB less of resident memory, for a collection in 60,000 events instead of one in 130,000).
 */
export const PLATFORM_FLAGS = [
  '--max-semi-space-size=64',
  '--no-allocation-site-pretenuring',
  '--heap-growing-percent=50',
  ...QUIET,
];

/**
 * And with what its C library allocates. glibc gives pieces from 128 KiB on to the system as soon as they are free, until it has freed one: from then on
 * larger ones too come from the memory that each thread keeps, where smaller ones between them hold it fast. Named, the bound stays where it is
 * (measured: 50 MiB less from the start on, and no growth by pages of the log that go from thread to thread, at the same processor time).
 */
export const PLATFORM_ENVIRONMENT = { MALLOC_MMAP_THRESHOLD_: '131072' };
