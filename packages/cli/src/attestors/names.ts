/** The commands that start without the rest of the command line. */
export const ATTESTORS: readonly string[] = ['witness', 'monitor'];
