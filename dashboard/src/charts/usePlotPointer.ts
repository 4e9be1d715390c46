import { useRef, useState, type PointerEvent } from 'react';

export interface PlotBox {
  readonly left: number;
  readonly right: number;
}

interface Options {
  readonly count: number;
  readonly box: PlotBox;
  readonly onPick: (index: number) => void;
  readonly onZoom?: (first: number, last: number) => void;
}

/** A drag shorter than this is a click. */
const DRAG_PIXELS = 8;

/** Which bucket the pointer is over; a click picks it, a drag picks several. */
export function usePlotPointer({ count, box, onPick, onZoom }: Options) {
  const [hover, setHover] = useState<number | null>(null);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const pressed = useRef<{ x: number; index: number } | null>(null);

  const indexAt = (event: PointerEvent<HTMLElement>): number | null => {
    const bounds = event.currentTarget.getBoundingClientRect();
    const inside = (event.clientX - bounds.left - box.left) / (bounds.width - box.left - box.right);
    return count === 0 || inside < 0 || inside > 1 ? null : Math.min(count - 1, Math.floor(inside * count));
  };
  const handlers = {
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const index = indexAt(event);
      setHover(index);
      const start = pressed.current;
      if (
        start !== null &&
        index !== null &&
        onZoom &&
        event.pointerType === 'mouse' &&
        Math.abs(event.clientX - start.x) > DRAG_PIXELS
      ) {
        setDrag({ from: Math.min(start.index, index), to: Math.max(start.index, index) });
      }
    },
    onPointerLeave: () => {
      setHover(null);
      setDrag(null);
      pressed.current = null;
    },
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      const index = indexAt(event);
      pressed.current = index === null || event.button !== 0 ? null : { x: event.clientX, index };
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const index = indexAt(event);
      const start = pressed.current;
      pressed.current = null;
      setDrag(null);
      if (drag !== null && onZoom) {
        onZoom(drag.from, drag.to);
      } else if (start !== null && index !== null && event.pointerType === 'mouse') {
        onPick(index);
      }
    },
  };
  return { hover, drag, handlers };
}
