import { Problem } from "../problem.ts";

/** Takes many of what one call brings, and answers in the same order. */
type Run<I, O> = (items: readonly I[]) => Promise<readonly O[]>;

interface Waiting {
  readonly item: unknown;
  readonly resolve: (answer: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Calls of the same name that come in one turn, or while others of them are under way. */
export type Gather = <I, O>(name: string, item: I, run: Run<I, O>) => Promise<O>;

interface Queue {
  readonly waiting: Waiting[];
  underWay: number;
}

const MOST = 100;
// While the database answers one, the program makes the next: with one alone each would wait for the other.
const AT_ONCE = 2;

/**
 * Lets calls go together: those of one turn of the event loop, then those that came meanwhile, so that many
 * at once cost few statements and one alone waits for nothing but its turn. Where several fail together each is tried
 * alone, so that none fails for another's sake; not where the database does not answer.
 */
export function makeGather(): Gather {
  const queues = new Map<string, Queue>();

  async function work(name: string, queue: Queue, run: Run<unknown, unknown>): Promise<void> {
    queue.underWay += 1;
    await new Promise(setImmediate);
    while (queue.waiting.length > 0) await go(queue.waiting.splice(0, MOST), run);
    queue.underWay -= 1;
    // In the same turn: whoever comes later begins anew.
    if (queue.underWay === 0) queues.delete(name);
  }

  async function go(calls: readonly Waiting[], run: Run<unknown, unknown>): Promise<void> {
    try {
      const answers = await run(calls.map(({ item }) => item));
      for (const [i, { resolve }] of calls.entries()) resolve(answers[i] as never);
    } catch (error) {
      if (calls.length === 1 || (error instanceof Problem && error.problem === "unavailable"))
        for (const { reject } of calls) reject(error);
      else await Promise.all(calls.map((call) => go([call], run)));
    }
  }

  return (name, item, run) =>
    new Promise((resolve, reject) => {
      const queue = queues.get(name) ?? { waiting: [], underWay: 0 };
      queues.set(name, queue);
      queue.waiting.push({ item, resolve, reject } as Waiting);
      if (queue.underWay < AT_ONCE) work(name, queue, run as Run<unknown, unknown>);
    });
}
