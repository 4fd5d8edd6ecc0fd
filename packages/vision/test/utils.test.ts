import { Image } from '@sconce/data';
import { rand, tensor, uint8, zeros } from '@sconce/tensor';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { io, utils } from '../src/index.js';
import { terminalPicture } from '../src/utils/terminal.js';
import { failure, plain, recorded, tensorOf } from './fixtures.js';

afterEach(() => { vi.restoreAllMocks(); });

describe('saveImage', () => {
  it('writes the pixels that torchvision writes', async () => {
    let bytes = new Uint8Array();
    await utils.saveImage(tensorOf(recorded.saved.input), (written) => { bytes = Uint8Array.from(written); },
      { nrow: 3, padding: 1, padValue: 0.5, normalize: true, scaleEach: true });
    expect(plain(io.decodeImage(bytes).permute(1, 2, 0).contiguous())).toEqual(plain(tensorOf(recorded.saved.pixels)));
  });

  it('refuses bytes, which are no values from 0 to 1', async () => {
    const written = utils.saveImage(zeros(3, 2, 2, { dtype: uint8 }), 'x.png');
    await expect(written).rejects.toThrow("result type Float can't be cast to the desired output type");
  });

  it('refuses other formats', async () => {
    await expect(utils.saveImage(rand(3, 2, 2), 'x.gif')).rejects.toThrow('unknown file extension: gif');
  });
});

describe('makeGrid', () => {
  it.each<[string, () => unknown, string]>([
    ['a number', () => utils.makeGrid(3 as never), 'tensor or list of tensors expected, got number'],
    ['a list with one', () => utils.makeGrid([3] as never), 'tensor or list of tensors expected, got a list containing number'],
    ['nothing', () => utils.makeGrid(rand(0, 3, 4, 4)), 'a grid needs at least one picture'],
    ['a range', () => utils.makeGrid(rand(2, 3, 4, 4), { normalize: true, valueRange: 3 as never }), 'value_range has to be a tuple (min, max)'],
  ])('refuses %s', (_, act, message) => { expect(failure(act).message).toContain(message); });
});

describe('drawBoundingBoxes', () => {
  const picture = tensorOf(recorded.picture);
  const corners = tensor([[1, 2, 9, 8], [0, 0, 22, 18], [12.7, 5, 40, 11]]);
  it.each<[string, utils.BoxOptions]>([
    ['plain', {}], ['colours', { colors: ['red', '#00ff00', [1, 2, 3]], width: 2 }],
    ['filled', { colors: 'blue', fill: true, width: 3 }], ['one', { colors: [9, 200, 30] }],
  ])('%s', (name, options) => {
    expect(plain(utils.drawBoundingBoxes(picture, corners, options))).toEqual(plain(tensorOf(recorded.boxes[name]!)));
  });

  it('on gray', () => {
    const drawn = utils.drawBoundingBoxes(picture.narrow(0, 0, 1), corners.narrow(0, 0, 1), { colors: 'white' });
    expect(plain(drawn)).toEqual(plain(tensorOf(recorded.boxes.gray!)));
  });

  it('flat ones, and ones that are partly outside', () => {
    const flat = tensor([[-5, -3, 4, 4], [9, 9, 9, 9], [5, 6, 5, 10], [12, 8, 20, 9]]);
    const drawn = utils.drawBoundingBoxes(picture, flat, { width: 3, colors: 'hsl(200, 60%, 30%)' });
    expect(plain(drawn)).toEqual(plain(tensorOf(recorded.boxes.flat!)));
  });

  it('writes labels', () => {
    const drawn = utils.drawBoundingBoxes(zeros(3, 14, 20, { dtype: uint8 }), tensor([[0, 0, 19, 13]]), { labels: ['Hi'], colors: '#fff' });
    const rows = Array.from({ length: 14 }, (_, y) =>
      Array.from(drawn.select(0, 0).select(0, y).hostValues() as Uint8Array, (v) => (v > 0 ? '#' : ' ')).join('').slice(1, 14));
    expect(rows.slice(2, 10)).toEqual([
      ' #   #   #   ', ' #   #       ', ' #   #  ##   ', ' #####   #   ', ' #   #   #   ', ' #   #   #   ', ' #   #  ###  ', '             ',
    ]);
  });

  it.each<[string, () => unknown, string]>([
    ['floats', () => utils.drawBoundingBoxes(rand(3, 4, 4), corners), 'Tensor uint8 expected, got torch.float32'],
    ['batches', () => utils.drawBoundingBoxes(zeros(1, 3, 4, 4, { dtype: uint8 }), corners), 'Pass individual images, not batches'],
    ['corners', () => utils.drawBoundingBoxes(picture, tensor([[5, 0, 1, 3]])), 'Boxes need to be in (xmin, ymin, xmax, ymax) format.'],
    ['labels', () => utils.drawBoundingBoxes(picture, corners, { labels: ['a'] }), 'Number of boxes (3) and labels (1) mismatch.'],
    ['colours', () => utils.drawBoundingBoxes(picture, corners, { colors: ['red'] }), 'Number of colors (1) is less than number of boxes (3).'],
    ['a colour', () => utils.getrgb('reddish'), "unknown color specifier: 'reddish'"],
  ])('refuses %s', (_, act, message) => { expect(failure(act).message).toContain(message); });
});

describe('getrgb', () => {
  // PIL.ImageColor.getrgb, without its alphas
  it.each<[string, utils.Colour]>([
    ['#0f08', [0, 255, 0]], ['#12345678', [18, 52, 86]], ['rgb( 1 , 255,3 )', [1, 255, 3]], ['rgb(10%,20%,100%)', [26, 51, 255]],
    ['rgba(1,2,3,4)', [1, 2, 3]], ['hsl(120,100%,50%)', [0, 255, 0]], ['HSL(200, 10.5%, 30%)', [68, 79, 85]],
    ['hsv(33.5,20%,70.5%)', [180, 164, 144]], ['hsb(360,100%,100%)', [255, 0, 0]],
  ])('%s', (text, colour) => { expect(utils.getrgb(text)).toEqual(colour); });

  it.each(['#12345', 'rgb(1,2)', 'rgb(1.5,2,3)', 'hsl(1,2,3)', 'hsl(-3,1%,1%)'])('refuses %s', (text) => {
    expect(failure(() => utils.getrgb(text)).message).toBe(`unknown color specifier: '${text}'`);
  });
});

describe('drawSegmentationMasks', () => {
  const picture = tensorOf(recorded.picture), masks = tensorOf(recorded.masks.input);

  it('mixes colours', () => {
    expect(plain(utils.drawSegmentationMasks(picture, masks))).toEqual(plain(tensorOf(recorded.masks.plain)));
    expect(plain(utils.drawSegmentationMasks(picture, masks, { alpha: 0.3, colors: ['red', '#0000ff', [1, 2, 3]] })))
      .toEqual(plain(tensorOf(recorded.masks.faint)));
  });

  it('takes one mask, and one colour for all', () => {
    const red = utils.drawSegmentationMasks(picture, masks, { colors: 'red' });
    expect(plain(red)).toEqual(plain(utils.drawSegmentationMasks(picture, masks.any(0), { colors: [255, 0, 0] })));
  });

  it.each<[string, () => unknown, string]>([
    ['floats', () => utils.drawSegmentationMasks(picture, rand(3, 19, 23)), 'The masks must be of dtype bool. Got torch.float32'],
    ['sizes', () => utils.drawSegmentationMasks(picture, masks.narrow(1, 0, 5)), 'The image and the masks must have the same height and width'],
    ['dimensions', () => utils.drawSegmentationMasks(picture, masks.unsqueeze(0)), 'masks must be of shape (H, W) or (batch_size, H, W)'],
    ['gray', () => utils.drawSegmentationMasks(picture.narrow(0, 0, 1), masks), 'Pass an RGB image. Other Image formats are not supported'],
    ['colours', () => utils.drawSegmentationMasks(picture, masks, { colors: ['red'] }), 'There are more masks (3) than colors (1)'],
  ])('refuses %s', (_, act, message) => { expect(failure(act).message).toBe(message); });
});

describe('imshow', () => {
  const image = new Image({ width: 2, height: 2, mode: 'L', data: Uint8Array.of(0, 255, 128, 64) });

  it('colours half blocks', () => {
    expect(terminalPicture(image, 80, 'true')).toBe(
      '\x1b[38;2;0;0;0m\x1b[48;2;128;128;128m▀\x1b[38;2;255;255;255m\x1b[48;2;64;64;64m▀\x1b[0m');
    expect(terminalPicture(image, 80, '256')).toContain('\x1b[38;5;231m');
  });

  it('prints letters where there are no colours', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    await utils.imshow(tensor([[[0, 1], [0, 1]]]), { columns: 2 });
    expect(log.mock.calls).toEqual([[' @']]);
  });
});
