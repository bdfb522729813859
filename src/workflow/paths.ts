/** Paths as users write them in `parameterKey`: `env[0].value`, `data["deployment.name"]`, `"dash-key"`, `dash-key`. */

const segment = /(?:^|\.)"((?:[^"\\]|\\.)*)"|(?:^|\.)([^.[\]"]+)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/gy;

/** Keys and indices of a path, or undefined when it is none. Dashes need no quotes (decision 70). */
export function parsePath(text: string): (string | number)[] | undefined {
  const path: (string | number)[] = [];
  let end = 0;
  segment.lastIndex = 0;
  for (let match = segment.exec(text); match !== null; match = segment.exec(text)) {
    const [, quoted, plain, index, bracketed] = match;
    if (index !== undefined) path.push(Number(index));
    else path.push(plain ?? (quoted ?? bracketed ?? '').replace(/\\(.)/g, '$1'));
    end = segment.lastIndex;
  }
  return end === text.length && text.length > 0 ? path : undefined;
}
