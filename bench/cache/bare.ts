// What Elysia and postgres.js cost by themselves: the facts' statement of free times, and one row.
import { Elysia } from "elysia";
import postgres from "postgres";
import factsText from "#sql/slots/find_slot_facts.sql" with { type: "text" };

const sql = postgres(process.env["DATABASE_URL"]!, {
  max: Number(process.env["DATABASE_POOL_SIZE"]),
});
const app = new Elysia()
  .get("/row/:id", async ({ params }) => {
    const [row] = await sql`select id, version from meeting_types where id = ${params.id}`;
    return row;
  })
  .get("/facts/:id", async ({ params, query }) => {
    const now = new Date().toISOString();
    const values = [params.id, query["from"]!, query["until"]!, null, null, now, null, false];
    const [row] = await sql.unsafe(factsText, values, { prepare: true });
    return row;
  });
const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: app.fetch, development: false });
console.log(server.url.href.replace(/\/$/, ""));
