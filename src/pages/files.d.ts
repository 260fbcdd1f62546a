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
