import { useEffect, useRef } from 'react';

import classes from './Canvas.module.css';

interface Props {
  readonly width: number;
  readonly height: number;
  /** Draws in CSS pixels. Another function draws afresh. */
  readonly draw: (pen: CanvasRenderingContext2D) => void;
}

/** A picture of so many pixels. What it shows is said by the element around it. */
export function Canvas({ width, height, draw }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext('2d');
    if (!element || !pen) {
      return undefined;
    }
    const ratio = window.devicePixelRatio;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    let gone = false;
    const paint = () => {
      if (!gone) {
        pen.setTransform(ratio, 0, 0, ratio, 0, 0);
        draw(pen);
      }
    };
    paint();
    if (document.fonts.status !== 'loaded') {
      void document.fonts.ready.then(paint);
    }
    return () => {
      gone = true;
    };
  }, [width, height, draw]);
  return <canvas ref={canvas} className={classes.canvas} />;
}
