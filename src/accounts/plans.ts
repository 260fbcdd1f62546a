// What each plan has room for. Counted and refused by the statements that make things: within_plan().
import { type Static, Type } from "@sinclair/typebox";
import { JsonT } from "../db/type.ts";
import { Problem } from "../problem.ts";
import { Nullable } from "../schema.ts";
import type { World } from "../world.ts";

/** The limits of each plan; null is none. Keys and webhooks are bounded for everybody: each is a way in, or work for every event. */
const PLANS = {
  FREE: {
    meetingTypes: 3,
    schedules: 3,
    apiKeys: 2,
    linksPerMeetingType: 10,
    webhooks: 2,
    organizations: 1,
    organizationMembers: 5,
  },
  PRO: {
    meetingTypes: 50,
    schedules: 20,
    apiKeys: 20,
    linksPerMeetingType: 200,
    webhooks: 20,
    organizations: 5,
    organizationMembers: 50,
  },
  ENTERPRISE: {
    meetingTypes: null,
    schedules: null,
    apiKeys: 50,
    linksPerMeetingType: null,
    webhooks: 50,
    organizations: null,
    organizationMembers: null,
  },
} as const;

export type Plan = keyof typeof PLANS;
export type LimitName = keyof (typeof PLANS)["FREE"];

/** One limit by plan, as statements take it. */
const LimitByPlan = Type.Record(Type.String(), Nullable(Type.Integer()));
export const LimitByPlanT = JsonT(LimitByPlan);

/** What counts for somebody of this plan: without PLAN_LIMITS everybody has what ENTERPRISE has. */
const effective = (world: World, plan: Plan): Record<LimitName, number | null> =>
  PLANS[world.config.PLAN_LIMITS ? plan : "ENTERPRISE"];

/** A limit by plan, for the statement that makes one more. */
export const limitByPlan = (world: World, name: LimitName): Static<typeof LimitByPlan> => ({
  FREE: effective(world, "FREE")[name],
  PRO: effective(world, "PRO")[name],
  ENTERPRISE: effective(world, "ENTERPRISE")[name],
});

/** Each limit of a user with how much of it is used. */
export function limitsOf(world: World, plan: Plan, used: Readonly<Record<LimitName, number>>) {
  const limits = effective(world, plan);
  const of = (name: LimitName) => ({ limit: limits[name], used: used[name] });
  return {
    meetingTypes: of("meetingTypes"),
    schedules: of("schedules"),
    apiKeys: of("apiKeys"),
    linksPerMeetingType: of("linksPerMeetingType"),
    webhooks: of("webhooks"),
    organizations: of("organizations"),
    organizationMembers: of("organizationMembers"),
  };
}

const NOUNS: Readonly<Record<LimitName, string>> = {
  meetingTypes: "meeting types",
  schedules: "schedules",
  apiKeys: "API keys",
  linksPerMeetingType: "links of one meeting type",
  webhooks: "webhooks",
  organizations: "organizations",
  organizationMembers: "members of one organization",
};

/** The refusal that within_plan() raised as the caller is told of it, or null if that was not the trouble. */
export function planRefusal(world: World, error: unknown, name: LimitName): Problem | null {
  const { code, message, detail } = error as { code?: string; message?: string; detail?: string };
  if (code !== "KA001" || message !== "plan_limit") return null;
  const [plan = "", most = ""] = (detail ?? "").split(" ");
  const whose = world.config.PLAN_LIMITS ? `The plan ${plan} has` : "There can be";
  return new Problem("plan_limit", `${whose} ${most} ${NOUNS[name]} at most.`, {
    limit: { name, plan, most: Number(most) },
  });
}
