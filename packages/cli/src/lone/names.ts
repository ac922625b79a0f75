/** The commands that start without the rest of the command line. */
export const LONE: readonly string[] = ['witness', 'monitor', 'fsck'];
