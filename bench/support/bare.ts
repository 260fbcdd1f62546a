// What there is to compare with: a handler of Elysia over postgres.js with nothing around it. It checks nothing, limits
// nothing, logs nothing and decides nothing. Started by child.ts.
import { Elysia } from "elysia";
import postgres from "postgres";
import type { BareStatement } from "./child.ts";

const env = process.env as Record<string, string>;
const statements = JSON.parse(env["STATEMENTS"] ?? "{}") as Record<string, BareStatement>;
const sql = postgres(env["DATABASE_URL"]!, {
  max: Number(env["DATABASE_POOL_SIZE"]),
  onnotice: () => {},
});
const run = (text: string, values: readonly unknown[]) =>
  sql.unsafe(text, values as never[], { prepare: true });

const app = new Elysia().get("/health/ready", async () => {
  await sql`select 1`;
  return "ready";
});
for (const [name, { text, values }] of Object.entries(statements))
  app
    .get(`/${name}`, () => run(text, values))
    .post(`/${name}`, ({ body }) => run(text, (body as { values: unknown[] }).values))
    .post(`/${name}/password`, async ({ body }) => {
      const { email, password } = body as { email: string; password: string };
      const [user] = await run(text, [email]);
      return { isRight: await Bun.password.verify(password, user?.["password_hash"]) };
    });
app.listen({ hostname: "127.0.0.1", port: Number(env["PORT"]) });

process.on("SIGTERM", () => process.exit(0));
