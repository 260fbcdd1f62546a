import { newId } from "../../../src/db/id.ts";
import type { EmailProvider } from "../../../src/messages/email/provider.ts";
import { rhythmOf } from "../../../worker/rhythm.ts";
import { startWork } from "../../../worker/work.ts";
import { type Host, makeHost } from "../../support/make.ts";
import { type Api, client, type TestWorld, testWorld } from "../../support/world.ts";
import type { QueueBackend } from "./backends.ts";

export interface MailRow {
  readonly id: string;
  readonly recipient: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly attachments: { filename: string; contentType: string; content: string }[];
}

export interface PromiseState {
  readonly id: string;
  readonly queue: string;
  readonly kind: string;
  readonly attempts: number;
  readonly outcome: "done" | "superseded" | "failed" | null;
  readonly lastError: string | null;
  readonly dueAt: Temporal.Instant;
}

type Work = ReturnType<typeof startWork>;

/** A world of its own with an empty queue, whose workers are stopped when the test ends. */
export interface House extends AsyncDisposable {
  readonly world: TestWorld;
  readonly url: string;
  readonly api: Api;
  readonly backend: QueueBackend;
  work(rhythm?: Partial<ReturnType<typeof rhythmOf>>): Promise<Work>;
  /** What lies in the mailbox, the oldest first. */
  mails(): Promise<MailRow[]>;
  /** What was promised, in the order in which it was. */
  promises(): Promise<PromiseState[]>;
  /** Promises the mail of a kind to a user. */
  promise(given: { kind?: string; userId?: string; dueAt?: string }): Promise<string>;
  host: Host;
}

export async function openHouse(
  backend: QueueBackend,
  {
    env = {},
    mail,
    calendars,
  }: {
    env?: Record<string, string>;
    mail?: EmailProvider;
    calendars?: NonNullable<TestWorld["calendars"]>;
  } = {},
): Promise<House> {
  const made = await testWorld({ EMAIL_RATE_LIMIT: "100000", ...backend.env(), ...env });
  const world: TestWorld = { ...made, ...(mail && { mail }), ...(calendars && { calendars }) };
  const url = world.config.DATABASE_URL;
  await backend.wipe(url);
  const host = await makeHost(world);
  const works: Work[] = [];
  return {
    world,
    url,
    backend,
    host,
    api: client(world),
    work: async (rhythm = {}) => {
      const work = startWork(world, { ...rhythmOf(world.config), ...rhythm });
      works.push(work);
      await work.ready();
      return work;
    },
    mails: () =>
      world.db.run("select * from mailbox order by created_at, id", []) as Promise<never>,
    promises: () => world.db.run("select * from outbox order by id", []) as Promise<never>,
    promise: async ({ kind = "WELCOME", userId = host.id, dueAt = world.now().toString() }) => {
      const id = newId();
      await world.db.run(
        `insert into outbox (id, queue, kind, user_id, due_at, created_at)
         values ($1, 'emails', $2, $3, $4::text::timestamptz, $5)`,
        [id, kind, userId, dueAt, world.now() as never],
      );
      return id;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(works.map((work) => work.stop()));
      // A statement that the driver lost with its connection would hold this up for seconds.
      await Promise.race([world.db.close(), Bun.sleep(500)]);
    },
  };
}
