/**
 * The Message-ID of a promise's mail (RFC 5322, 3.6.4): of the sender's domain, and the same whenever it
 * is sent, so that whoever gets it twice can tell.
 */
export function messageIdOf(outboxId: string, from: string): string {
  const domain = /@([\w.-]+)>?\s*$/.exec(from)?.[1] ?? "localhost";
  return `<${outboxId}@${domain}>`;
}
