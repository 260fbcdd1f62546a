// Hosts at work: they read their lists, and sign in and out.
import type { Offer } from "../chaos/guests.ts";
import { type Host, PASSWORD } from "../support/make.ts";
import { type Acts, type Crew, type Dice, one, startCrew } from "./actors.ts";
import type { Balancer, Reply } from "./balancer.ts";

const LISTS = [
  "/bookings",
  "/bookings?status=confirmed&limit=50",
  "/notifications",
  "/notifications/count",
  "/meeting-types",
  "/schedules",
  "/users/me",
  "/analytics/dashboard?days=7",
];

export const startHosts = (
  balancer: Balancer,
  hosts: readonly (readonly Offer[])[],
  pace: { count: number; seed: number; pauseMs: number },
): Crew =>
  startCrew(pace, (i, next) => actsOf(balancer, hosts[i % hosts.length]![0]!.host, i, next));

function actsOf(balancer: Balancer, host: Host, actor: number, next: Dice): Acts {
  const from = `10.3.${actor >> 8}.${actor & 255}`;
  const asked = (kind: string, path: string, token: string) => ({
    kind,
    from,
    path: `/api/v1${path}`,
    headers: { authorization: `Bearer ${token}` },
  });
  return [
    [12, () => balancer.read(asked("list", one(LISTS, next), host.token))],
    [
      1,
      async () => {
        const reply = await balancer.read({
          kind: "login",
          method: "POST",
          path: "/api/v1/auth/login",
          body: { email: host.email, password: PASSWORD },
          from,
        });
        if (reply.status !== 200) return;
        const { token } = JSON.parse(reply.text) as { token: string };
        expectOf(await balancer.read(asked("list", "/auth/verify", token)), 200);
        const out = asked("logout", "/auth/logout", token);
        // Who hears nothing asks again, and may be told that he is out already.
        await balancer.read({ ...out, method: "POST" });
        const after = await balancer.once({ ...asked("signed out", "/users/me", token) });
        if (after.status > 0 && after.status < 500) expectOf(after, 401);
      },
    ],
  ];
}

function expectOf({ status, text }: Reply, wanted: number): void {
  if (status !== wanted && status < 500)
    throw new Error(`A host was answered ${status} instead of ${wanted}: ${text}`);
}
