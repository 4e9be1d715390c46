import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';

import { Skeleton } from '@/components/States';

import classes from './Canvas.module.css';

const load = () => import('./echarts');

/** Begins to fetch the charting library, before the first numbers are there. */
export const preloadCharts = (): void => void load();

/** Draws an ECharts option and follows its element's size. What it shows is said by the element around it. */
interface Props {
  readonly option: EChartsCoreOption;
  /** Names the series in their order. ECharts keeps the order of the first option it saw, so another one starts afresh. */
  readonly shape: string;
}

export function Canvas({ option, shape }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<ECharts | null>(null);
  const drawn = useRef<string | null>(null);

  useEffect(() => {
    let made: ECharts | null = null;
    let gone = false;
    const observer = new ResizeObserver(() => made?.resize());
    void load().then(({ init }) => {
      if (!gone && holder.current !== null) {
        made = init(holder.current, null, { renderer: 'canvas' });
        observer.observe(holder.current);
        setChart(made);
      }
    });
    return () => {
      gone = true;
      observer.disconnect();
      made?.dispose();
    };
  }, []);

  useEffect(() => {
    if (chart !== null) {
      chart.setOption(option, { notMerge: drawn.current !== shape });
      drawn.current = shape;
    }
  }, [chart, option, shape]);

  return (
    <>
      {chart === null && <Skeleton height="100%" />}
      <div ref={holder} className={classes.canvas} />
    </>
  );
}
