// What there is to compare with: Elysia and postgres.js, and one route that asks the database.
import { Elysia } from "elysia";
import postgres from "postgres";

const { DATABASE_URL = "", PORT } = process.env;
const sql = postgres(DATABASE_URL, { max: 10, onnotice: () => {} });
const app = new Elysia().get("/health/ready", async () => {
  const [row] = await sql`select version() as version`;
  return { status: "OK", database: row };
});
Bun.serve({ port: Number(PORT), hostname: "127.0.0.1", fetch: app.fetch });
process.on("SIGTERM", () => process.exit(0));
