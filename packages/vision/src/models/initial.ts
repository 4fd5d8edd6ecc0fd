import * as nn from '@sconce/nn';

/** A number of channels that 8 divides, or another divisor, not less than a tenth below. @internal */
export function divisible(channels: number, divisor = 8): number {
  const rounded = Math.max(divisor, Math.floor((channels + divisor / 2) / divisor) * divisor);
  return rounded < 0.9 * channels ? rounded + divisor : rounded;
}

const narrow = (weight: nn.Parameter): unknown => nn.init.normal_(weight, 0, 0.01);

/** Draws the parameters of convolutions and linear layers anew, and sets those of norms. @internal */
export function drawParameters(net: nn.Module, linear: (weight: nn.Parameter) => unknown = narrow): void {
  for (const m of net.modules()) {
    if (m instanceof nn.Conv2d) {
      nn.init.kaimingNormal_(m.weight, { mode: 'fan_out' });
      if (m.bias) nn.init.zeros_(m.bias);
    } else if (m instanceof nn.BatchNorm2d) {
      nn.init.ones_(m.weight!);
      nn.init.zeros_(m.bias!);
    } else if (m instanceof nn.Linear) {
      linear(m.weight);
      if (m.bias) nn.init.zeros_(m.bias);
    }
  }
}
