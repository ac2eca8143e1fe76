// Paints a class activation map. The colours are viridis (Smith and van der Walt, 2015): perceptually uniform, so that equal
// steps of evidence look equal, also to colour-blind eyes and in grey.

const VIRIDIS = ['440154', '472d7b', '3b528b', '2c728e', '21918c', '28ae80', '5ec962', 'addc30', 'fde725']
  .map((hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)));
const SIZE = 160;

/** The colour of a value from 0 to 1. */
function colour(value) {
  const at = value * (VIRIDIS.length - 1);
  const low = Math.min(Math.floor(at), VIRIDIS.length - 2);
  return VIRIDIS[low].map((channel, i) => channel + (at - low) * (VIRIDIS[low + 1][i] - channel));
}

/** The two neighbouring cells of a pixel and how far it lies between their centres. */
function neighbours(pixel, cells) {
  const at = Math.min(Math.max(((pixel + 0.5) * cells) / SIZE - 0.5, 0), cells - 1);
  const low = Math.min(Math.floor(at), Math.max(cells - 2, 0));
  return [low, Math.min(low + 1, cells - 1), at - low];
}

/** Paints the grid, interpolated between cell centres. What speaks against the class is shown as no evidence. */
export function paint(canvas, grid) {
  canvas.width = canvas.height = SIZE;
  const highest = Math.max(...grid.flat(), 0) || 1;
  const context = canvas.getContext('2d');
  const pixels = context.createImageData(SIZE, SIZE);
  for (let y = 0; y < SIZE; y++) {
    const [top, bottom, down] = neighbours(y, grid.length);
    for (let x = 0; x < SIZE; x++) {
      const [left, right, across] = neighbours(x, grid[0].length);
      const upper = grid[top][left] * (1 - across) + grid[top][right] * across;
      const lower = grid[bottom][left] * (1 - across) + grid[bottom][right] * across;
      const value = Math.max(upper * (1 - down) + lower * down, 0) / highest;
      pixels.data.set([...colour(value), 255], 4 * (y * SIZE + x));
    }
  }
  context.putImageData(pixels, 0, 0);
}
