/** The wire format of protocol buffers, as far as writing needs it. */

export class ProtoWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  #push(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }

  #varint(value: number): void {
    const bytes: number[] = [];
    let rest = value;
    while (rest > 0x7f) {
      bytes.push((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
    this.#push(Uint8Array.from(bytes));
  }

  #field(number: number, wire: number): void {
    this.#varint(number * 8 + wire);
  }

  text(number: number, text: string): void {
    const bytes = Buffer.from(text);
    this.#field(number, 2);
    this.#varint(bytes.length);
    this.#push(bytes);
  }

  flag(number: number, value: boolean): void {
    this.#field(number, 0);
    this.#varint(value ? 1 : 0);
  }

  message(number: number, write: (inner: ProtoWriter) => void): void {
    const inner = new ProtoWriter();
    write(inner);
    this.#field(number, 2);
    this.#varint(inner.#length);
    this.#parts.push(...inner.#parts);
    this.#length += inner.#length;
  }

  finish(): Uint8Array {
    return Buffer.concat(this.#parts);
  }
}
