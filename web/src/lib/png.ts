/**
 * A drawing of the page as a picture 图片: twice its size, on the paper of the theme, with its words above it.
 * What style sheets say of it is written into a copy first: a picture has no style sheet.
 */
const SCALE = 2;
const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "paint-order", "font-size", "font-weight", "font-family", "opacity", "text-anchor", "dominant-baseline"] as const;
const HEAD = 26; // a line of words above the drawing, in its own measure

/** The picture as a data address. */
export async function pngOf(svg: SVGSVGElement, words: readonly string[] = []): Promise<string> {
  const { width, height } = svg.viewBox.baseVal;
  const lines = words.filter(Boolean);
  const whole = { width, height: height + lines.length * HEAD + (lines.length ? 10 : 0) };
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const picture = await loaded(standalone(svg, whole));
  const canvas = document.createElement("canvas");
  canvas.width = whole.width * SCALE;
  canvas.height = whole.height * SCALE;
  const pen = canvas.getContext("2d")!;
  pen.scale(SCALE, SCALE);
  pen.fillStyle = colour("--paper") || "#fff";
  pen.fillRect(0, 0, whole.width, whole.height);
  lines.forEach((line, n) => {
    pen.fillStyle = colour(n === 0 ? "--ink" : "--muted") || "#000";
    pen.font = `${n === 0 ? "600 16px" : "13px"} ${getComputedStyle(document.body).fontFamily}`;
    pen.fillText(line, 12, HEAD * (n + 1) - 6, whole.width - 24);
  });
  pen.drawImage(picture, 0, whole.height - height, width, height);
  return canvas.toDataURL("image/png");
}

/** The drawing with its looks written in, as an address of its own. */
function standalone(svg: SVGSVGElement, { width }: { width: number }): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [of, to] = [svg.querySelectorAll("*"), copy.querySelectorAll("*")];
  of.forEach((one, n) => {
    const looks = getComputedStyle(one);
    for (const name of LOOKS) to[n]!.setAttribute(name, looks.getPropertyValue(name));
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(width));
  copy.setAttribute("height", String(svg.viewBox.baseVal.height));
  for (const one of copy.querySelectorAll("[style]")) one.removeAttribute("style");
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
}

function loaded(address: string): Promise<HTMLImageElement> {
  return new Promise((done, failed) => {
    const picture = new Image();
    picture.onload = () => done(picture);
    picture.onerror = () => failed(new Error("the drawing could not be made a picture"));
    picture.src = address;
  });
}
