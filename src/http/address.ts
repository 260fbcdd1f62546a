import { BlockList, isIPv6 } from "node:net";

/**
 * The client's address: the peer's, or, where the peer is a proxy of ours, the last address of
 * X-Forwarded-For that is not. What a client writes there itself never counts.
 * @param trusted TRUSTED_PROXIES: addresses and CIDR ranges, comma separated
 */
export function clientAddress(trusted: string): (request: Request, peer: string) => string {
  const proxies = blockList(trusted);
  const isProxy = (address: string) => proxies.check(address, family(address));
  return (request, peer) => {
    let client = plain(peer);
    const hops = request.headers.get("x-forwarded-for")?.split(",") ?? [];
    while (isProxy(client)) {
      const hop = hops.pop()?.trim();
      if (!hop) break;
      client = plain(hop);
    }
    return client;
  };
}

/** What a limit counts by: an IPv4 address, or the /64 that one IPv6 customer owns. */
export const limitKey = (address: string): string =>
  isIPv6(address) ? expand(address).slice(0, 4).join(":") : address;

/** Throws a RangeError for what is neither an address nor a range. */
function blockList(trusted: string): BlockList {
  const list = new BlockList();
  for (const entry of trusted
    .split(",")
    .map((each) => each.trim())
    .filter(Boolean)) {
    const [address = "", bits] = entry.split("/");
    if (bits === undefined) list.addAddress(address, family(address));
    // "10.0.0.1/" must not mean "/0", which would believe everybody.
    else list.addSubnet(address, bits === "" ? Number.NaN : Number(bits), family(address));
  }
  return list;
}

const family = (address: string) => (isIPv6(address) ? "ipv6" : "ipv4");

/** IPv4-mapped IPv6 as IPv4. */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, "");

function expand(address: string): string[] {
  const [head = "", tail] = address.split("%")[0]!.split("::");
  const left = head.split(":").filter(Boolean);
  const right = (tail ?? "").split(":").filter(Boolean);
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array.from({ length: zeros }, () => "0"), ...right].map((part) =>
    part.replace(/^0+(?=.)/, ""),
  );
}
