/** The build gives the text of a stylesheet, minified. */
declare module "*.css" {
  const text: string;
  export default text;
}
