import { type Host, type MeetingType, makeMeetingType } from "./make.ts";
import { client, type TestWorld } from "./world.ts";

/** A meeting type of two months, with settings that only the API knows; `path` is its page. */
export async function makeType(
  world: TestWorld,
  host: Host,
  given: Parameters<typeof makeMeetingType>[2],
  settings: object = {},
): Promise<MeetingType & { readonly path: string }> {
  const type = await makeMeetingType(world, host, {
    horizon: { kind: "rolling", days: 60 },
    ...given,
  });
  const path = `/meeting-types/${type.id}`;
  const { status, text } = await client(world)("PATCH", path, {
    token: host.token,
    body: settings,
  });
  if (status !== 200) throw new Error(text);
  return { ...type, path: `/${host.username}/${type.slug}` };
}
