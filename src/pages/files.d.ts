declare module "*.css" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: that is how a text import looks
  export default text;
}
declare module "*/browser.js" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: that is how a text import looks
  export default text;
}
declare module "*/swap.js" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: that is how a text import looks
  export default text;
}
declare module "*/inside.js" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: that is how a text import looks
  export default text;
}
declare module "*/customer.js" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: that is how a text import looks
  export default text;
}
declare module "*/copy.js" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: that is how a text import looks
  export default text;
}
declare module "*/frames.js" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: that is how a text import looks
  export default text;
}
