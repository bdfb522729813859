/** Draws a tree with the usual lines. Pure. */

export interface TreeNode {
  /** May have several lines; the later ones are indented below the first. */
  text: string;
  children: TreeNode[];
}

export function drawTree(root: TreeNode): string {
  return [...root.text.split('\n'), ...drawChildren(root.children, '')].join('\n');
}

function drawChildren(children: readonly TreeNode[], prefix: string): string[] {
  return children.flatMap((child, index) => {
    const isLast = index === children.length - 1;
    const below = prefix + (isLast ? '   ' : '│  ');
    const [first = '', ...more] = child.text.split('\n');
    return [`${prefix}${isLast ? '└─ ' : '├─ '}${first}`, ...more.map((line) => `${below}${line}`), ...drawChildren(child.children, below)];
  });
}
