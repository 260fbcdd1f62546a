import { QUEUES, type QueueName } from "../jobs.ts";
import type { World } from "../world.ts";

export const JOB_STATES = ["waiting", "active", "delayed", "failed"] as const;

export interface JobCounts {
  readonly name: QueueName;
  readonly counts: Readonly<Record<(typeof JOB_STATES)[number], number>>;
}

/** Who measures waits for nobody: while Redis hangs, an answer may never come. */
const ANSWER_WITHIN_MS = 1_000;

/** The jobs of every queue by their state; null where the queues do not answer within a second. */
export async function jobCounts(
  { queues }: Pick<World, "queues">,
  withinMs = ANSWER_WITHIN_MS,
): Promise<readonly JobCounts[] | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, withinMs, null);
  });
  const counting = countAll(queues).catch(() => null);
  return Promise.race([counting, late]).finally(() => clearTimeout(timer));
}

async function countAll(queues: World["queues"]): Promise<readonly JobCounts[]> {
  const opened = await queues.open();
  return Promise.all(
    QUEUES.map(async (name, i) => {
      const counted = await opened[i]!.getJobCounts(...JOB_STATES);
      const of = (state: string) => counted[state] ?? 0;
      return {
        name,
        counts: {
          waiting: of("waiting"),
          active: of("active"),
          delayed: of("delayed"),
          failed: of("failed"),
        },
      };
    }),
  );
}
