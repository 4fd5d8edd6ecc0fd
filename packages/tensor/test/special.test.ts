import { describe, expect, test } from 'vitest';
import * as torch from '../src/index.js';

const { special, float64 } = torch;

/** Largest relative difference to what 150 digits gave. */
async function error(f: (x: torch.Tensor) => torch.Tensor, table: Readonly<Record<string, number>>): Promise<number> {
  const values = await f(torch.tensor(Object.keys(table).map(Number), { dtype: float64 })).tolist() as number[];
  return Math.max(...Object.values(table).map((expected, i) => Math.abs(values[i] - expected) / Math.abs(expected || 1)));
}

describe('special functions', () => {
  test.each<[string, (x: torch.Tensor) => torch.Tensor, Readonly<Record<string, number>>]>([
    ['torch.erf', torch.erf, {
      '1e-8': 1.1283791670955126e-8, '0.3': 0.32862675945912742, '-0.5': -0.52049987781304654, '0.5':
      0.52049987781304654, '1': 0.84270079294971487, '2': 0.99532226501895273, '5.5': 0.99999999999999264,
    }],
    ['torch.erfc', torch.erfc, {
      '-3': 1.9999779095030014, '0.2': 0.77729741078952153, '0.5': 0.47950012218695346, '1': 0.15729920705028513,
      '3': 2.2090496998585441e-5, '10': 2.0884875837625448e-45, '26': 5.6631924088561428e-296,
    }],
    ['special.erfcx', special.erfcx, {
      '-5': 144009798674.66104, '0': 1.0, '0.7': 0.52593033734944096, '3': 0.17900115118138995, '50':
      0.011281536265323773, '1e10': 5.6418958354775629e-11,
    }],
    ['torch.erfinv', torch.erfinv, {
      '1e-9': 8.8622692545275807e-10, '0.25': 0.2253120550121781, '-0.5': -0.47693627620446987, '0.9':
      1.1630871536766742, '0.999999': 3.4589107372754988,
    }],
    ['torch.lgamma', torch.lgamma, {
      '1e-10': 23.025850929882735, '0.5': 0.57236494292470009, '0.9999': 5.7729791561193863e-5, '1.0001':
      -5.7713342220471268e-5, '1.5': -0.12078223763524522, '2.0001': 4.2281658112919946e-5, '3.7':
      1.4280723266653881, '9.9': 12.57717990421988, '10': 12.80182748008147, '1e5': 1051287.7089736569, '-0.5':
      1.2655121234846454, '-7.3': -7.7791016298268517,
    }],
    ['torch.digamma', torch.digamma, {
      '1e-5': -100000.57719921567, '0.5': -1.9635100260214235, '1': -0.57721566490153286, '3.3': 1.0348224890596217,
      '10': 2.2517525890667211, '1e6': 13.815510057964191, '-0.5': 0.036489973978576521, '-7.3': 4.3373073055100501,
    }],
    ['trigamma', (x) => torch.polygamma(1, x), {
      '0.01': 10001.621213528313, '1': 1.6449340668482264, '7.5': 0.1426158966967038, '1000': 0.0010005001666666333,
      '-2.5': 9.5392466449891238, '-50.25': 19.719505006139232,
    }],
    ['polygamma 4', (x) => torch.polygamma(4, x), {
      '0.01': -240000000023.7009, '1': -24.886266123440878, '7.5': -0.002457482989368555, '1000':
      -6.012009999993e-12, '-2.25': 24481.479910902563, '-50.25': 24481.574781918312,
    }],
    ['torch.i0', torch.i0, {
      '0.1': 1.0025015629340956, '-3': 4.8807925858650241, '19': 16446190.440611711, '21': 115513961.92215806,
      '700': 1.5295933476718737e+302,
    }],
    ['special.i1', special.i1, {
      '0.1': 0.050062526047092695, '-3': -3.9533702174026094, '19': 16007373.785836995, '21': 112729199.13777553,
      '700': 1.5285003902339007e+302,
    }],
    ['special.i0e', special.i0e, { '5': 0.18354081260932835, '1e6': 0.00039894233026924578, '3e307': 7.283656203947193803e-155 }],
    ['special.i1e', special.i1e, { '-5': -0.16397226694454236, '1e6': 0.00039894213079803078 }],
    ['special.besselJ0', special.besselJ0, {
      '0.001': 0.99999975000001562, '-1.5': 0.51182767173591813, '2': 0.22389077914123567, '2.5': -0.048383776468197996,
      '5.25': -0.093080989639317873, '-8': 0.17165080713755391, '30': -0.086367983581040211, '1e6': 0.00033104301373987374,
    }],
    ['special.besselJ1', special.besselJ1, {
      '0.001': 0.0004999999375000026, '-1.5': -0.55793650791009964, '2': 0.57672480775687339, '2.5': 0.49709410246427404,
      '5.5': -0.34143821542904335, '-8': -0.23463634685391462, '30': -0.11875106261662294, '1e6': -0.00072596835681376304,
    }],
    ['special.besselY0', special.besselY0, {
      '1e-300': -439.83516362276533, '0.001': -4.4714166113759233, '1.5': 0.38244892379775884, '2': 0.51037567264974512,
      '2.5': 0.49807035961523189, '5.5': -0.33948059288191104, '30': -0.11729573168666403, '1e6': -0.00072596852233517917,
    }],
    ['special.besselY1', special.besselY1, {
      '1e-300': -6.3661977236758134e+299, '0.001': -636.62216723113943, '1.5': -0.4123086269739113, '2': -0.10703243154093755,
      '2.5': 0.1459181379667858, '5.5': -0.023758238956389618, '30': 0.084425570661747235, '1e6': -0.00033104337672417629,
    }],
    ['special.scaledModifiedBesselK0', special.scaledModifiedBesselK0, {
      '1e-300': 690.89145941387212, '0.001': 7.0307160023782515, '0.9': 1.197163380251851, '1': 1.144463079806895, '2.5':
      0.75954869032809958, '30': 0.22788666561625373, '1e4': 0.012532984717699285,
    }],
    ['special.scaledModifiedBesselK1', special.scaledModifiedBesselK1, {
      '1e-300': 1e300, '0.001': 1000.9967345590685, '0.9': 1.7623882196059198, '1': 1.6361534862632582, '2.5':
      0.90017442390787809, '30': 0.2316541293777118, '1e4': 0.012533611351270506,
    }],
    ['special.modifiedBesselK0', special.modifiedBesselK0, {
      '0.001': 7.0236888005623813, '2.5': 0.062347553200366186, '700': 4.6697764316853769e-306,
    }],
    ['special.modifiedBesselK1', special.modifiedBesselK1, {
      '0.001': 999.99623815608557, '2.5': 0.073890816347747064, '700': 4.6731107967079661e-306,
    }],
    ['special.airyAi', special.airyAi, {
      '-12.5': -0.27627456138116025, '-2.2': 0.096145378007669002, '-2.09': 0.17005055173202994, '-1': 0.53556088329235212,
      '0.5': 0.23169360648083349, '1': 0.13529241631288142, '3': 0.0065911393574607191, '30': 3.2082175915504956e-49,
    }],
    ['zeta of 5', (x) => special.zeta(5, x), { '1e20': 2.5000000000000000000e-81 }],
    // all terms are 0 in 64 bits, and there are many
    ['zeta of 1e25', (x) => special.zeta(1e25, x), { '1e20': 0 }],
    ['special.ndtr', special.ndtr, {
      '-5': 2.8665157187919391e-7, '-3': 0.0013498980316300945, '0.5': 0.6914624612740131, '6': 0.99999999901341235,
    }],
    ['special.ndtri', special.ndtri, {
      '1e-300': -37.047096299361199, '0.01': -2.3263478740408411, '0.3': -0.52440051270804082, '0.9':
      1.2815515655446006,
    }],
    ['special.logNdtr', special.logNdtr, {
      '-100': -5005.5242086942051, '-3': -6.6077262215103495, '0.5': -0.36894641528865639, '6':
      -9.8658764552437573e-10,
    }],
  ])('%s', async (_, f, table) => {
    expect(await error(f, table)).toBeLessThan(5e-15);
  });

  test('Bessel functions, Airy\'s function and polynomials are of 32 and 64 bits', () => {
    const x = torch.ones(2), n = torch.ones(2, { dtype: torch.int64 });
    expect(special.airyAi(n).dtype).toBe(torch.float32);
    expect(() => special.besselJ0(x.half())).toThrow(new torch.RuntimeError("\"bessel_j0_cpu\" not implemented for 'Half'"));
    expect(() => special.scaledModifiedBesselK1(x.bfloat16()))
      .toThrow(new torch.RuntimeError("\"scaled_modified_bessel_k1_cpu\" not implemented for 'BFloat16'"));
    expect(() => special.airyAi(x.cfloat())).toThrow(new torch.RuntimeError("\"airy_ai_cpu\" not implemented for 'ComplexFloat'"));
    expect(() => special.shiftedChebyshevPolynomialW(x.half(), n))
      .toThrow(new torch.RuntimeError("\"shifted_chebyshev_polynomial_w_cpu\" not implemented for 'Half'"));
    expect(() => special.laguerrePolynomialL(x.cfloat(), 2))
      .toThrow(new torch.RuntimeError("\"laguerre_polynomial_l_cpu\" not implemented for 'ComplexFloat'"));
    expect(() => special.besselJ0(x, { out: n })).toThrow("result type Float can't be cast to the desired output type Long");
    expect(special.hermitePolynomialH(n, 2.5).dtype).toBe(torch.float32);
    expect(special.hermitePolynomialH(torch.ones(1, { dtype: float64 }), x).dtype).toBe(float64);
  });

  test('polynomials of large degrees end', async () => {
    expect(await special.hermitePolynomialH(torch.tensor([2]), 1e9).item()).toBeNaN();
    expect(await special.chebyshevPolynomialT(torch.tensor([0.3], { dtype: float64 }), 1e6).item()).toBeCloseTo(-0.5464487537388958, 9);
    expect(await special.legendrePolynomialP(torch.tensor([-1, 1]), 1e5).tolist()).toEqual([1, 1]);
    expect(await special.shiftedChebyshevPolynomialV(torch.tensor([0, 1]), 1001).tolist()).toEqual([-2003, 1]);
  });

  test('names of other places', async () => {
    const x = torch.tensor([0.3]);
    expect(await special.expit(x).eq(x.sigmoid()).item()).toBe(true);
    expect(await special.psi(x).eq(x.digamma()).item()).toBe(true);
    expect(await special.gammaln(x).eq(x.lgamma()).item()).toBe(true);
    expect(await special.polygamma(2, x).eq(x.polygamma(2)).item()).toBe(true);
  });
});

// what PyTorch gives
describe('numbers as they are held', () => {
  test.each([
    [float64, [
      5e-324, -5e-324, 5e-324, 1.0000000000000002, 0.9999999999999999, -1.9999999999999998, 1.7976931348623157e+308, -1.7976931348623157e+308,
      Infinity, 2.225073858507201e-308, 3, NaN, NaN,
    ]],
    [torch.float32, [
      1.401298464324817e-45, -1.401298464324817e-45, 1.401298464324817e-45, 1.0000001192092896, 0.9999999403953552, -1.9999998807907104,
      3.4028234663852886e+38, -3.4028234663852886e+38, Infinity, 1.1754942106924411e-38, 3, NaN, NaN,
    ]],
    [torch.bfloat16, [
      9.183549615799121e-41, -9.183549615799121e-41, 9.183549615799121e-41, 1.0078125, 0.99609375, -1.9921875, 3.3895313892515355e+38,
      -3.3895313892515355e+38, Infinity, 1.1663108012064884e-38, 3, NaN, NaN,
    ]],
  ])('nextafter of %s', async (dtype, expected) => {
    const { max, tiny } = torch.finfo(dtype);
    const x = torch.tensor([0, 0, -0, 1, 1, -2, Infinity, -Infinity, max, tiny, 3, NaN, 1], { dtype });
    const y = torch.tensor([1, -1, 1, 2, 0, 0, 0, 0, Infinity, 0, 3, 1, NaN], { dtype });
    expect(await torch.nextafter(x, y).tolist()).toEqual(expected);
    expect(x.nextafter_(y)).toBe(x);
    expect(await x.tolist()).toEqual(expected);
  });

  test('nextafter keeps the sign of zero, takes the wider dtype, and knows no halves and integers', async () => {
    expect(await torch.nextafter(torch.tensor([-5e-324], { dtype: float64 }), torch.ones(1)).item()).toBe(-0);
    expect(torch.nextafter(torch.ones(1), torch.ones(1, { dtype: float64 })).dtype).toBe(float64);
    expect(torch.nextafter(torch.ones(1), torch.ones(1, { dtype: torch.int64 })).dtype).toBe(torch.float32);
    expect(() => torch.nextafter(torch.ones(1).half(), torch.ones(1).half()))
      .toThrow(new torch.RuntimeError("\"nextafter_cpu\" not implemented for 'Half'"));
    expect(() => torch.nextafter(torch.ones(1).long(), torch.ones(1).long()))
      .toThrow(new torch.RuntimeError("\"nextafter_cpu\" not implemented for 'Long'"));
    expect(() => torch.nextafter(torch.ones(1).cfloat(), torch.ones(1).cfloat()))
      .toThrow(new torch.RuntimeError("\"nextafter_cpu\" not implemented for 'ComplexFloat'"));
  });

  test.each([
    [float64, [0.9999999999999999, 0.5, -0.75, 0.8, Infinity], [1024, -1023, 3, -3, 0]],
    [torch.float32, [0.9999999403953552, 0.5, -0.75, 0.800000011920929, Infinity], [128, -127, 3, -3, 0]],
    [torch.bfloat16, [0.99609375, 0.5, -0.75, 0.80078125, Infinity], [128, -127, 3, -3, 0]],
    [torch.float16, [0.99951171875, 0.5, -0.75, 0.7998046875, Infinity], [16, -15, 3, -3, 0]],
  ])('frexp of %s', async (dtype, mantissas, exponents) => {
    const { max, tiny } = torch.finfo(dtype);
    const { mantissa, exponent } = torch.frexp(torch.tensor([max, tiny / 4, -6, 0.1, Infinity], { dtype }));
    expect([mantissa.dtype, exponent.dtype]).toEqual([dtype, torch.int32]);
    expect(await mantissa.tolist()).toEqual(mantissas);
    expect(await exponent.tolist()).toEqual(exponents);
  });

  test('frexp of what is no floating-point number', () => {
    for (const dtype of [torch.int64, torch.bool, torch.complex64]) {
      expect(() => torch.ones(1, { dtype }).frexp()).toThrow(new torch.RuntimeError('torch.frexp() only supports floating-point dtypes'));
    }
  });
});
