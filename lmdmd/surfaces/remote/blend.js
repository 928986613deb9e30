/* The geometry of the blend pad: corners, the weights of a place, and the place of weights. Pure. */

/** Corners for `count` prompts on a square of side 1: two above each other, four in the corners, else on a ring. */
export function cornersFor(count) {
  if (count === 1) return [[0.5, 0.5]];
  if (count === 2)
    return [
      [0.5, 0],
      [0.5, 1],
    ];
  if (count === 4)
    return [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ];
  const turn = (2 * Math.PI) / count;
  return Array.from({ length: count }, (_, index) => [
    0.5 + 0.5 * Math.sin(index * turn),
    0.5 - 0.5 * Math.cos(index * turn),
  ]);
}

const cross = (a, b, c) => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/** Weights of a place, together 1: Wachspress's coordinates, of which the place is the weighted mean of the corners. */
export function weightsAt(corners, place) {
  const count = corners.length;
  if (count === 1) return [1];
  if (count === 2) return [1 - place[1], place[1]];
  const sides = corners.map((corner, index) => Math.max(0, cross(place, corner, corners[(index + 1) % count])));
  const raw = corners.map((corner, index) => {
    const before = (index + count - 1) % count;
    const others = sides.filter((_, side) => side !== index && side !== before);
    return cross(corners[before], corner, corners[(index + 1) % count]) * others.reduce((a, b) => a * b, 1);
  });
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((weight) => weight / sum);
}

/** Place of weights: the weighted mean of the corners. */
export function placeFor(corners, weights) {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (!(sum > 0)) return [0.5, 0.5];
  return [0, 1].map((axis) => corners.reduce((at, corner, index) => at + (corner[axis] * weights[index]) / sum, 0));
}

/** The nearest place that lies within the corners. */
export function within(corners, place) {
  const count = corners.length;
  if (count === 1) return corners[0];
  if (count === 2) return [0.5, Math.min(1, Math.max(0, place[1]))];
  let at = place;
  corners.forEach((corner, index) => {
    const next = corners[(index + 1) % count];
    if (cross(at, corner, next) < 0) at = onSide(at, corner, next);
  });
  return at;
}

function onSide(place, from, to) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const along = ((place[0] - from[0]) * dx + (place[1] - from[1]) * dy) / (dx * dx + dy * dy);
  const part = Math.min(1, Math.max(0, along));
  return [from[0] + part * dx, from[1] + part * dy];
}
