/**
 * Keep-masks from Philox 4x32-10 (Salmon et al. 2011), four counters side by side: the bytes that CounterRandom draws,
 * each compared with a threshold. The twin is ../plain-dropout-mask.ts.
 */
const MULTIPLIER_0: u32 = 0xd2511f53;
const MULTIPLIER_1: u32 = 0xcd9e8d57;
const WEYL_0: u32 = 0x9e3779b9;
const WEYL_1: u32 = 0xbb67ae85;
const ROUNDS = 10;
/** Bytes that four blocks of four words make. */
const TURN = 64;

/** Writes 1 where the byte of the stream is at least `threshold`, else 0. `length` is rounded up to 64 bytes. */
export function fillMask(target: usize, length: i32, threshold: i32, step: i32, purpose: i32, key0: u32, key1: u32): void {
  const limit = i8x16.splat(<i8>threshold);
  const one = i8x16.splat(1);
  let counter = i32x4(0, 1, 2, 3);
  const four = i32x4.splat(4);
  const end = target + <usize>length;
  for (let at = target; at < end; at += TURN) {
    let c0 = counter;
    let c1 = i32x4.splat(step);
    let c2 = i32x4.splat(purpose);
    let c3 = i32x4.splat(0);
    let k0 = key0;
    let k1 = key1;
    for (let round = 0; round < ROUNDS; round++) {
      const even0 = i64x2.extmul_low_i32x4_u(c0, i32x4.splat(MULTIPLIER_0));
      const odd0 = i64x2.extmul_high_i32x4_u(c0, i32x4.splat(MULTIPLIER_0));
      const even1 = i64x2.extmul_low_i32x4_u(c2, i32x4.splat(MULTIPLIER_1));
      const odd1 = i64x2.extmul_high_i32x4_u(c2, i32x4.splat(MULTIPLIER_1));
      const low0 = v128.shuffle<u32>(even0, odd0, 0, 2, 4, 6);
      const high0 = v128.shuffle<u32>(even0, odd0, 1, 3, 5, 7);
      const low1 = v128.shuffle<u32>(even1, odd1, 0, 2, 4, 6);
      const high1 = v128.shuffle<u32>(even1, odd1, 1, 3, 5, 7);
      c0 = v128.xor(v128.xor(high1, c1), i32x4.splat(k0));
      c2 = v128.xor(v128.xor(high0, c3), i32x4.splat(k1));
      c1 = low1;
      c3 = low0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    counter = i32x4.add(counter, four);
    // Words of one block lie side by side in the stream: transpose from one counter a lane.
    const low01 = v128.shuffle<u32>(c0, c1, 0, 4, 1, 5);
    const high01 = v128.shuffle<u32>(c0, c1, 2, 6, 3, 7);
    const low23 = v128.shuffle<u32>(c2, c3, 0, 4, 1, 5);
    const high23 = v128.shuffle<u32>(c2, c3, 2, 6, 3, 7);
    storeBits(at, v128.shuffle<u64>(low01, low23, 0, 2), limit, one);
    storeBits(at + 16, v128.shuffle<u64>(low01, low23, 1, 3), limit, one);
    storeBits(at + 32, v128.shuffle<u64>(high01, high23, 0, 2), limit, one);
    storeBits(at + 48, v128.shuffle<u64>(high01, high23, 1, 3), limit, one);
  }
}

// @ts-ignore: decorator of AssemblyScript
@inline
function storeBits(at: usize, bytes: v128, limit: v128, one: v128): void {
  v128.store(at, v128.and(i8x16.ge_u(bytes, limit), one));
}

/** Numbers become scale times themselves where the mask's byte is 1, and 0 where it is 0. */
export function applyMask(values: usize, mask: usize, length: i32, scale: f32): void {
  const scales = f32x4.splat(scale);
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    const at = values + (<usize>i << 2);
    const bits = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(mask + <usize>i)));
    v128.store(at, v128.andnot(f32x4.mul(v128.load(at), scales), i32x4.eq(bits, i32x4.splat(0))));
  }
  for (let i = whole; i < length; i++) {
    const at = values + (<usize>i << 2);
    store<f32>(at, load<u8>(mask + <usize>i) != 0 ? load<f32>(at) * scale : 0);
  }
}
