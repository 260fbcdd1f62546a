/** Whether an address is what stands for one that was erased (RFC 2606 §2): nobody reads what is sent there. */
export const isNobodys = (email: string): boolean => email.endsWith("@erased.invalid");
