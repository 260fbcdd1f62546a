import { tmpdir } from "node:os";
import { makeWorld } from "../../src/world.ts";
import { examineConfiguration } from "./configuration.ts";
import { examineDatabase } from "./database.ts";
import { examine, type Finding, redactor } from "./finding.ts";
import { checkMail } from "./mail.ts";
import { checkPooler } from "./pooler.ts";
import { checkKeys, checkPromises } from "./promises.ts";
import { checkRedis } from "./redis.ts";
import { checkReplica } from "./replica.ts";
import { checkDisk, checkPublicUrl, checkZones } from "./surroundings.ts";

/** Looks at everything that Kalends needs, as this environment names it. No finding tells a secret. */
export async function examineAll(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Finding[]> {
  const { finding, config } = examineConfiguration(env);
  const findings = [finding];
  if (config) {
    const { DATABASE_URL, DATABASE_READ_URL, EMAIL_PROVIDER, EMAIL_FALLBACK_PROVIDER } = config;
    const database = await examineDatabase(DATABASE_URL);
    findings.push(...database);
    if (config.DATABASE_DIRECT_URL)
      findings.push(...(await examineDatabase(config.DATABASE_DIRECT_URL)).slice(0, 1).map(direct));
    if (database[0]?.state === "ok") {
      findings.push(await examine("pooler", () => checkPooler(config)));
      if (DATABASE_READ_URL)
        findings.push(await examine("replica", () => checkReplica(config, DATABASE_READ_URL)));
    }
    if (database.length > 1 && database.every(({ state }) => state !== "problem")) {
      const world = makeWorld({ ...config, LOG_LEVEL: "silent" });
      findings.push(await examine("encryption", () => checkKeys(world)));
      findings.push(await examine("promises", () => checkPromises(world)));
      await Promise.all([world.hints.close(), world.db.close()]);
      world.limits.close();
      world.cache.close();
    }
    findings.push(await examine("redis", () => checkRedis(config)));
    findings.push(await examine("mail", () => checkMail(config, EMAIL_PROVIDER)));
    if (EMAIL_FALLBACK_PROVIDER)
      findings.push(
        await examine("mail fallback", () => checkMail(config, EMAIL_FALLBACK_PROVIDER)),
      );
    findings.push(await examine("public address", () => checkPublicUrl(config)));
  }
  findings.push(await examine("zone data", () => checkZones()));
  findings.push(await examine("disk", () => checkDisk([process.cwd(), tmpdir()])));
  const redact = redactor({ ...env, ...config } as Parameters<typeof redactor>[0]);
  return findings.map((each) => ({
    ...each,
    said: redact(each.said),
    ...(each.mend !== undefined && { mend: redact(each.mend) }),
  }));
}

const direct = (finding: Finding): Finding => ({ ...finding, name: "database, directly" });
