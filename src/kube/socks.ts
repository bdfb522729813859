/** The client's half of SOCKS 5 (RFC 1928, with the login of RFC 1929): kubeconfigs may name such a proxy. */
import { isIP, type Socket } from 'node:net';

/** Asks the proxy at the other end of `socket` for a connection to host and port; rejects when it refuses. */
export async function connectSocks(socket: Socket, host: string, port: number, proxy: URL): Promise<void> {
  const login = proxy.username !== '';
  socket.write(Buffer.from(login ? [5, 2, 0, 2] : [5, 1, 0]));
  const method = (await take(socket, 2))[1];
  if (method === 2) {
    const [user, password] = [proxy.username, proxy.password].map((part) => Buffer.from(decodeURIComponent(part)));
    if (!user || !password) throw new Error('unreachable: two parts give two buffers');
    socket.write(Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([password.length]), password]));
    if ((await take(socket, 2))[1] !== 0) throw new Error(`the proxy ${proxy.host} refused the login`);
  } else if (method !== 0) throw new Error(`the proxy ${proxy.host} accepts no login that we have`);
  const name = Buffer.from(host);
  const address =
    isIP(host) === 4 ? Buffer.from([1, ...host.split('.').map(Number)]) : Buffer.concat([Buffer.from([3, name.length]), name]);
  socket.write(Buffer.concat([Buffer.from([5, 1, 0]), address, Buffer.from([port >> 8, port & 255])]));
  const head = await take(socket, 4);
  if (head[1] !== 0) throw new Error(`the proxy ${proxy.host} could not connect to ${host}:${port} (code ${head[1]})`);
  const length = head[3] === 1 ? 4 : head[3] === 4 ? 16 : ((await take(socket, 1))[0] ?? 0);
  await take(socket, length + 2);
}

/** Exactly `count` bytes; what comes after them stays in the socket. */
async function take(socket: Socket, count: number): Promise<Buffer> {
  for (;;) {
    const chunk: Buffer | null = socket.read(count);
    if (chunk) return chunk;
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error): void => {
        socket.off('readable', readable);
        socket.off('close', closed);
        socket.off('error', done);
        if (error) reject(error);
        else resolve();
      };
      const readable = (): void => done();
      const closed = (): void => done(new Error('the proxy closed the connection'));
      socket.on('readable', readable);
      socket.on('close', closed);
      socket.on('error', done);
    });
  }
}
