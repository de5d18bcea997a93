import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MedgraftError } from '../base/errors.js';
import { ProtobufReader, ProtobufWriter } from './protobuf.js';

const fieldsOf = (writer: ProtobufWriter) => [...new ProtobufReader(writer.finish(), 'test')];

describe('ProtobufWriter', () => {
  it.each([
    // The examples of the encoding guide.
    [new ProtobufWriter().varint(1, 150), '089601'],
    [new ProtobufWriter().string(2, 'testing'), '120774657374696e67'],
    [new ProtobufWriter().message(3, (nested) => nested.varint(1, 150)), '1a03089601'],
    [new ProtobufWriter().packedVarints(6, [3, 270, 86942]), '3206038e029ea705'],
    [new ProtobufWriter().varint(1, -2), '08feffffffffffffffff01'],
    [new ProtobufWriter().float(1, 1.5).double(2, -2), '0d0000c03f1100000000000000c0'],
    [new ProtobufWriter().fixed32(1, 7).fixed64(2, 8n).varint(3, true), '0d070000001108000000000000001801'],
    [new ProtobufWriter().packedFloats(4, [1, 2]), '22080000803f00000040'],
  ])('writes the published bytes (%#)', (writer, hex) => {
    expect(Buffer.from(writer.finish()).toString('hex')).toBe(hex);
  });

  it('grows beyond its first buffer', () => {
    const large = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
    const [first, second] = fieldsOf(new ProtobufWriter().varint(1, 5).bytes(2, large));
    expect(first.unsigned()).toBe(5n);
    expect(second.bytes()).toEqual(large);
  });

  it.each([0, -1, 1.5, 2 ** 29])('refuses field number %d', (field) => {
    expect(() => new ProtobufWriter().varint(field, 1)).toThrow(RangeError);
  });

  it('refuses a number that is not a safe integer', () => {
    expect(() => new ProtobufWriter().varint(1, 0.5)).toThrow(RangeError);
  });
});

describe('ProtobufReader', () => {
  it('returns every 64-bit integer', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(fieldsOf(new ProtobufWriter().varint(7, value))[0].signed()).toBe(value);
      }),
    );
  });

  it('returns text, floats and nested messages', () => {
    const [text, float, double, nested, fixed] = fieldsOf(
      new ProtobufWriter()
        .string(1, '胃炎 \ufeff')
        .float(2, 0.5)
        .double(3, Math.PI)
        .message(4, new ProtobufWriter().varint(1, 9))
        .fixed64(5, 2n ** 63n),
    );
    expect([text.string(), float.float(), double.double(), fixed.fixed64()]).toEqual([
      '胃炎 \ufeff',
      0.5,
      Math.PI,
      2n ** 63n,
    ]);
    expect([...nested.message()].map((field) => field.unsigned())).toEqual([9n]);
  });

  it.each(['08', '0a05', '0d01', '0b', '00', '08ffffffffffffffffffff01', '12ffffffffffffffffff01'])(
    'refuses the malformed message %s',
    (hex) => {
      expect(() => [...new ProtobufReader(Buffer.from(hex, 'hex'), 'm')]).toThrow(MedgraftError);
    },
  );

  it('refuses a field of another wire type and broken text', () => {
    const [field] = fieldsOf(new ProtobufWriter().varint(1, 1));
    expect(() => field.string()).toThrow(/malformed/);
    const [broken] = fieldsOf(new ProtobufWriter().bytes(1, Uint8Array.of(0xff)));
    expect(() => broken.string()).toThrow(MedgraftError);
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          for (const field of new ProtobufReader(bytes, 'any')) if (field.wireType === 2) field.string();
        } catch (error) {
          expect(error).toBeInstanceOf(MedgraftError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
