// Half of what a test may take, so that it ends with what was waited for.
const DEADLINE_MS = 60_000;

/** What `look` answers as soon as it does not throw; after the deadline, what it threw last. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  withinMs = DEADLINE_MS,
): Promise<T> {
  const until = performance.now() + withinMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (performance.now() > until) throw error;
    }
    await Bun.sleep(25);
  }
}
