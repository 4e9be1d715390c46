// A whole as a rectangle, its parts as rectangles in it, each as large as its share and as square as can be (Bruls, Huizing,
// van Wijk: Squarified Treemaps, 2000).

export interface Tile {
  /** Place and size as shares of the whole's width and height. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How far the longest side of a row's tiles is from the shortest, at worst. */
function worst(areas: readonly number[], side: number): number {
  const sum = areas.reduce((total, area) => total + area, 0);
  const most = Math.max(...areas);
  const least = Math.min(...areas);
  return Math.max((side * side * most) / (sum * sum), (sum * sum) / (side * side * least));
}

/** Lays a row along the shorter side of what is left of the box; returns what is left after it. */
function layRow(areas: readonly number[], box: Box, tiles: Box[]): Box {
  const sum = areas.reduce((total, area) => total + area, 0);
  const lies = box.width < box.height;
  const depth = sum / (lies ? box.width : box.height);
  let at = lies ? box.x : box.y;
  for (const area of areas) {
    const length = area / depth;
    tiles.push(lies ? { x: at, y: box.y, width: length, height: depth } : { x: box.x, y: at, width: depth, height: length });
    at += length;
  }
  return lies
    ? { ...box, y: box.y + depth, height: box.height - depth }
    : { ...box, x: box.x + depth, width: box.width - depth };
}

/**
 * Tiles for values, the largest first, in a whole of this shape (width over height). Values that are not above zero have no
 * place: leave them out.
 */
export function treemap(values: readonly number[], shape: number): Tile[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (values.length === 0 || !(total > 0) || !(shape > 0)) {
    return [];
  }
  const whole: Box = { x: 0, y: 0, width: shape, height: 1 };
  const areas = values.map((value) => (value / total) * shape);
  const tiles: Box[] = [];
  let box = whole;
  let row: number[] = [];
  for (const area of areas) {
    const side = Math.min(box.width, box.height);
    if (row.length > 0 && worst([...row, area], side) > worst(row, side)) {
      box = layRow(row, box, tiles);
      row = [];
    }
    row.push(area);
  }
  layRow(row, box, tiles);
  return tiles.map(({ x, y, width, height }) => ({ left: x / shape, top: y, width: width / shape, height }));
}
