/** The wire format of protocol buffers, as far as reading needs it. */
import { badRequest } from '../refusal.ts';

export class ProtoReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  more(): boolean {
    return this.#position < this.#bytes.length;
  }

  tag(): { number: number; wire: number } {
    const tag = Number(this.#varint());
    return { number: tag >>> 3, wire: tag & 7 };
  }

  #varint(): bigint {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#position++];
      if (byte === undefined) throw badRequest('proto: unexpected EOF');
      result |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, result);
    }
    throw badRequest('proto: integer overflow');
  }

  integer(): number {
    return Number(this.#varint());
  }

  bytes(): Uint8Array {
    const length = Number(this.#varint());
    const end = this.#position + length;
    if (length < 0 || end > this.#bytes.length) throw badRequest('proto: unexpected EOF');
    const found = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return found;
  }

  text(): string {
    return Buffer.from(this.bytes()).toString('utf8');
  }

  message(): ProtoReader {
    return new ProtoReader(this.bytes());
  }

  double(): number {
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + this.#position, 8);
    this.#position += 8;
    return view.getFloat64(0, true);
  }

  skip(wire: number): void {
    if (wire === 0) this.#varint();
    else if (wire === 1) this.#position += 8;
    else if (wire === 2) this.bytes();
    else if (wire === 5) this.#position += 4;
    else throw badRequest(`proto: illegal wireType ${wire}`);
  }
}
